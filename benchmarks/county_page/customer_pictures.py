"""Pictures of customers: a household's day and a factory's week, a thief beside an innocent, a wrong multiplier."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.county_page.exports import PHASE_COLUMNS, QUARTERS, Balance, Floats
from benchmarks.county_page.scenes import AFTER, BEFORE, Scenes
from benchmarks.county_page.style import (
    AMBER,
    BLUE,
    FORTNIGHT,
    GREEN,
    RED,
    at_hour,
    month_name,
    save,
    smooth,
    words,
)
from matplotlib import pyplot as plt
from matplotlib.patches import Patch

from jicha.county.tables import facts

#: Rates 尖 峰 平 谷: the word, the shade.
_RATES = {
    "尖": ("critical", "#C9B3D6"),
    "峰": ("peak", "#E6DCEC"),
    "平": ("flat", "#FFFFFF"),
    "谷": ("valley", "#E3F1E8"),
}
_WEEK = 7
#: Days of a fortnight that must have been read.
_ENOUGH = 4
_HOURS = np.arange(QUARTERS) / 4
#: What the phases are drawn by.
_PHASE_WORDS = {"电压": "voltage", "电流": "current", "相角": "angle"}
#: Days around the festival.
_AROUND = 35
_DAY_AXIS: dict[str, Any] = {"xlabel": "hour of the day", "xlim": (0, 24), "xticks": range(0, 25, 4)}


def day_and_week(path: Path, scenes: Scenes) -> None:
    """A household's day, a factory's week and Spring Festival, a house with panels."""
    exports = scenes.exports
    figure, ((home, works), (roof, festival)) = plt.subplots(
        2, 2, figsize=(10, 5.8), width_ratios=(1, 1.25), layout="constrained"
    )
    account, day = scenes.household
    month = int(str(exports.curve_start + day)[5:7])
    _home(home, scenes, account, day, month)
    factory, first = scenes.factory
    _works(works, scenes, factory, first, month)
    _roof(roof, scenes, month)
    _festival(festival, scenes, factory)
    handles = [
        Patch(facecolor=shade, edgecolor="#BBBBBB", label=f"{word} rate") for word, shade in _RATES.values()
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=4)
    save(figure, path)


def _shade(axes: Any, month: int, days: int = 1) -> None:
    """The rates' hours behind a picture whose axis counts hours."""
    for row in facts("rate_hours"):
        if str(month) in row["months"].split("|"):
            for day in range(days):
                start, end = (24 * day + int(row[name]) for name in ("from_hour", "to_hour"))
                axes.axvspan(start, end, color=_RATES[row["rate"]][1], linewidth=0, zorder=0)


def _home(axes: Any, scenes: Scenes, account: str, day: int, month: int) -> None:
    exports = scenes.exports
    mean = scenes.mean_day
    hourly = mean.reshape(24, 4).mean(axis=1)
    _shade(axes, month)
    one = scenes.power(account).reshape(-1, QUARTERS)[day]
    axes.step(
        _HOURS, one, where="post", color=BLUE, linewidth=1, label=f"one flat, {exports.curve_start + day}"
    )
    label = f"mean of {len(scenes.households)} dwellings, {exports.curve_days} days"
    axes.step(_HOURS, mean, where="post", color=RED, linewidth=1.8, label=label)
    peak, valley = int(hourly.argmax()), int(hourly.argmin())
    axes.set(
        title=f"Household's day: most at {at_hour(peak)}, least at {at_hour(valley)}",
        ylabel="kW",
        ylim=(0, 1.25 * float(one.max())),
        **_DAY_AXIS,
    )
    axes.legend(loc="upper left")


def _works(axes: Any, scenes: Scenes, factory: str, first: int, month: int) -> None:
    exports = scenes.exports
    week = scenes.power(factory)[first * QUARTERS : (first + _WEEK) * QUARTERS]
    mean = np.nanmean(week.reshape(_WEEK, QUARTERS), axis=1)
    _shade(axes, month, _WEEK)
    axes.plot(np.arange(_WEEK * QUARTERS) / 4, week, color=BLUE, linewidth=1)
    capacity = exports.customers[factory]["合同容量"]
    axes.set(
        title=f"Factory's week ({capacity} kVA): Sunday is {mean[6] / mean[:5].mean() * 100:.0f} % of a working day",
        ylabel="kW",
        xlabel=f"days of {month_name(str(exports.curve_start + first)[:7].replace('-', ''))}",
        xlim=(0, _WEEK * 24),
        ylim=(0, None),
        xticks=[24 * at + 12 for at in range(_WEEK)],
    )
    days = [int(str(exports.curve_start + first + at)[8:]) for at in range(_WEEK)]
    names = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
    axes.set_xticklabels([f"{name} {day}" for name, day in zip(names, days, strict=True)])
    axes.tick_params(axis="x", length=0)


def _roof(axes: Any, scenes: Scenes, month: int) -> None:
    if scenes.panels is None:
        axes.axis("off")
        return
    account, day = scenes.panels
    power = scenes.power(account).reshape(-1, QUARTERS)[day]
    _shade(axes, month)
    for part, colour, label in (
        (np.minimum(power, 0), AMBER, "feeds into the grid"),
        (np.maximum(power, 0), BLUE, "takes from the grid"),
    ):
        axes.fill_between(_HOURS, 0, part, step="post", color=colour, linewidth=0, label=label)
    axes.axhline(0, color="black", linewidth=0.8)
    date = scenes.exports.curve_start + day
    axes.set(title=f"Rooftop panels: the power turns round ({date})", ylabel="kW", **_DAY_AXIS)
    axes.legend(loc="lower left")


def _festival(axes: Any, scenes: Scenes, factory: str) -> None:
    """The same factory's days around the last Spring Festival of the period."""
    exports = scenes.exports
    room = _AROUND + 1
    inside = [
        day
        for day in (np.datetime64(row["on"]) for row in facts("spring_festivals"))
        if exports.days[0] + room < day < exports.days[-1] - room
    ]
    if not inside:
        axes.axis("off")
        return
    at = scenes.day_index(str(inside[-1]))
    around = exports.daily(factory).forward[at - _AROUND : at + _AROUND + 1] / 1000
    distance = np.arange(-_AROUND, _AROUND + 1)
    axes.bar(distance, around, width=1.0, color=BLUE, edgecolor="white", linewidth=0.3)
    axes.axvline(0, color=RED, linewidth=1.2)
    axes.set(
        title="The same factory around Spring Festival",
        ylabel="MWh a day",
        xlabel="days from the festival",
        xlim=(-_AROUND - 0.5, _AROUND + 0.5),
        ylim=(0, 1.15 * float(np.nanmax(around))),
    )
    axes.text(
        0.8, axes.get_ylim()[1] * 0.98, f"Spring Festival {inside[-1]}", color=RED, fontsize=8, va="top"
    )


def thief(path: Path, scenes: Scenes) -> None:
    """Own energy and the area's loss of a thief, and of an innocent whose energy fell as well; phases of a tampered
    meter and of a sound one."""
    rows = 2 if scenes.tampered is None else 3
    figure, grid = plt.subplots(rows, 2, figsize=(10, 2.55 * rows), sharey="row", layout="constrained")
    both = (("Thief", scenes.thief, RED), ("Innocent", scenes.innocent, GREEN))
    for (name, fall, colour), (own, area, *_) in zip(both, grid.T, strict=True):
        (first, later), (before, after) = fall.own, fall.loss
        each = fall.daily.forward / first * 100
        _days(own, each, fall.onset, colour)
        _loss(area, fall.balance, fall.onset, colour)
        cause = words(fall.answer["cause"])
        own.set(title=f"{name} ({cause}): {first:.0f} → {later:.0f} kWh a day", ylim=(0, 200))
        verdict = "the area loses what the meter misses" if after - before > 1 else "the area's loss stays"
        area.set(
            title=f"{before:.1f} % → {after:.1f} %: {verdict}", xlabel="days from the onset", ylim=(0, None)
        )
        for axes in (own, area):
            axes.axvline(0, color="black", linewidth=1, linestyle="--")
            axes.set_xlim(-BEFORE, AFTER)
            axes.set_ylim(min(0, axes.get_ylim()[0]), None)
            for start, end in fall.standing:
                axes.axvspan(start, end, color="#E4E4E4", linewidth=0, zorder=0)
        own.text(2, 196, f"onset by the answer key: {fall.answer['valid_from']}", fontsize=8, va="top")
        if fall.standing:
            start, end = max(fall.standing, key=lambda span: span[1] - span[0])
            own.text((start + end) / 2, 170, "stands still", fontsize=8, ha="center", va="top")
    grid[0, 0].set_ylabel("own energy,\n% of the mean before")
    grid[1, 0].set_ylabel("loss ratio\nof the area, %")
    if scenes.tampered is not None:
        answer, quantity = scenes.tampered
        account = answer["customer_id"]
        whose = "the thief's meter" if account == scenes.thief.account else "another meter"
        _phases(grid[2, 0], scenes, account, quantity, f"{words(answer['cause'])} ({whose})")
        _phases(grid[2, 1], scenes, scenes.sound(account), quantity, "A sound meter")
        low, high = grid[2, 0].get_ylim()
        grid[2, 0].set_ylim(min(low, 0), high + 0.25 * (high - min(low, 0)))
        grid[2, 0].set_ylabel(f"{_PHASE_WORDS[quantity]}, {PHASE_COLUMNS[quantity]}")
    save(figure, path)


def _sides(onset: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Each side of an onset is smoothed by itself, so that nothing after it shows before it."""
    return (onset - BEFORE, onset), (onset, onset + AFTER)


def _days(axes: Any, each: Floats, onset: int, colour: str) -> None:
    for start, end in _sides(onset):
        distance = np.arange(start, end) - onset
        axes.plot(distance, each[start:end], color=colour, linewidth=0.7, alpha=0.6)
        axes.plot(distance, smooth(each[start:end]), color=colour, linewidth=2.2)


def _loss(axes: Any, balance: Balance, onset: int, colour: str) -> None:
    """By days that were read where a fortnight has enough of them, else by those that were spread over gaps too."""
    known = np.isfinite(balance.supplied)
    for start, end in _sides(onset):
        lines = []
        for chosen in (known & balance.told, known):
            into, out = (
                smooth(np.where(chosen, side, np.nan)[start:end]) for side in (balance.supplied, balance.sold)
            )
            lines.append((into - out) / into * 100)
        enough = np.convolve(balance.told[start:end], np.ones(FORTNIGHT), mode="same") >= _ENOUGH
        line = np.where(enough, *lines)
        axes.plot(np.arange(start, end) - onset, line, color=colour, linewidth=2.2)


def _phases(axes: Any, scenes: Scenes, account: str, quantity: str, title: str) -> None:
    day, phases = scenes.phases(account, quantity)
    looks = {"A": (AMBER, "-"), "B": (RED, "--"), "C": (BLUE, ":")}
    for phase, values in phases.items():
        colour, style = looks[phase]
        axes.plot(_HOURS, values, color=colour, linestyle=style, linewidth=1.6, label=f"phase {phase}")
    axes.set(title=f"{title[0].upper()}{title[1:]}, {scenes.exports.curve_start + day}", **_DAY_AXIS)
    axes.legend(loc="upper right", ncols=3)


def multiplier(path: Path, scenes: Scenes) -> None:
    """Registers against bills by month, and the money between them."""
    answer = scenes.multiplier
    months, registered, billed, owed = scenes.exports.registers_and_bills(answer["customer_id"])
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), width_ratios=(1.7, 1), layout="constrained")
    place = np.arange(len(months))
    left.bar(
        place - 0.2,
        registered / 1000,
        width=0.4,
        color=BLUE,
        label="registers × multiplier in the meter file",
    )
    left.bar(place + 0.2, billed / 1000, width=0.4, color=AMBER, label="billed")
    day = answer["valid_from"]
    onset = months.index(day[:7].replace("-", "")) - 0.5 + int(day[8:]) / 30
    top = float(registered.max()) / 1000
    left.axvline(onset, color="black", linewidth=1, linestyle="--")
    left.text(onset + 0.2, 1.08 * top, f"current transformers exchanged {day}", fontsize=8, va="bottom")
    left.set(
        title=f"Billed with the old multiplier: {float(answer['size']) * 100:.0f} % of the energy",
        ylabel="MWh a month",
        ylim=(0, 1.38 * top),
    )
    left.legend(loc="upper right", ncols=2)
    key = float(answer["energy_yuan"]) / 1000
    right.step(place, np.cumsum(owed) / 1000, where="mid", color=RED, linewidth=2.2)
    right.axhline(key, color="black", linestyle="--", linewidth=1)
    right.text(0, key * 1.02, f"answer key: {key * 1000:,.0f} yuan", fontsize=8)
    right.set(title="Money not billed, added up", ylabel="thousand yuan", ylim=(0, key * 1.2))
    for axes, step in ((left, 3), (right, 6)):
        axes.set_xticks(place[::step], [month_name(each) for each in months[::step]], rotation=30)
    save(figure, path)
