"""Pictures of the grid: feeders with the areas on them, and one area's year."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.county_page.scenes import YEAR, Scenes
from benchmarks.county_page.style import (
    AMBER,
    BLUE,
    FORTNIGHT,
    GREY,
    RED,
    SKY,
    month_name,
    save,
    words,
)
from matplotlib import pyplot as plt
from matplotlib.lines import Line2D

from jicha.county.tables import facts

#: Loss ratios as utilities' front ends class them, per cent, from purple (below nothing) by blue to red.
_CLASSES = (-1, 0, 4, 7, 10, 15)
_CLASS_COLOURS = ("#542788", "#B2ABD2", "#D1E5F0", "#FEE090", "#FDAE61", "#F46D43", "#A50026")
_CLASS_WORDS = ("below −1 %", "−1 … 0 %", "0 … 4 %", "4 … 7 %", "7 … 10 %", "10 … 15 %", "15 % and more")
_HIGH = 4


def feeders(path: Path, scenes: Scenes) -> None:
    """A schematic tree (the exports have no coordinates): station, its feeders, what hangs on each by the file."""
    exports = scenes.exports
    rows = sorted(exports.rows("线路"), key=lambda row: row["线路编号"])
    stations = sorted({row["管理单位"] for row in rows})
    hanging = {row["线路编号"]: exports.areas_of(row["线路编号"]) for row in rows}
    longest = max(len(each) for each in hanging.values())
    figure, axes = plt.subplots(figsize=(10, 1.1 + 0.56 * len(rows)), layout="constrained")
    y = 0.0
    for station in stations:
        own = [row["线路编号"] for row in rows if row["管理单位"] == station]
        heights = [y - 1.2 * number for number in range(len(own))]
        axes.plot([0, 0], [heights[0], heights[-1]], color="black", linewidth=4, solid_capstyle="butt")
        middle = (heights[0] + heights[-1]) / 2
        axes.text(-0.2, middle, f"station\n{station}", ha="right", va="center", fontsize=8)
        for feeder, at in zip(own, heights, strict=True):
            end = len(hanging[feeder]) + 0.5
            axes.plot([0, end], [at, at], color=GREY, linewidth=1.4, zorder=1)
            axes.text(0.12, at + 0.1, feeder[-3:], fontsize=8)
            loss = scenes.feeder_loss(feeder)
            if np.isfinite(loss):
                axes.text(
                    end + 0.08,
                    at,
                    f"feeder {loss:.1f} %".replace("-", "−"),
                    fontsize=8,
                    va="center",
                    style="italic",
                )
            for place, area in enumerate(hanging[feeder], start=1):
                _mark(axes, scenes, area, place, at)
        y = heights[-1] - 1.3
    axes.set_xlim(-0.9, longest + 1.4)
    axes.set_ylim(y + 0.75, 0.6)
    axes.axis("off")
    high = sum(scenes.last_month_loss(area) >= _HIGH for area in scenes.balances)
    axes.set_title(
        f"{len(stations)} stations, {len(rows)} feeders: {high} of {len(scenes.balances)} public areas lost "
        f"{_HIGH} % and more in {month_name(exports.months[-1])}"
    )
    mark: dict[str, Any] = {"linestyle": "", "markersize": 8, "markeredgecolor": "black"}
    handles = [
        Line2D([], [], marker="o", markerfacecolor=colour, label=word, **mark)
        for colour, word in zip(_CLASS_COLOURS, _CLASS_WORDS, strict=True)
    ]
    handles.append(
        Line2D([], [], marker="s", markerfacecolor="white", label="a customer's own transformer", **mark)
    )
    figure.legend(
        handles=handles,
        ncols=4,
        loc="outside lower center",
        title="loss ratio of a public area; marks grow with kVA",
        title_fontsize=8,
    )
    save(figure, path)


def _mark(axes: Any, scenes: Scenes, area: str, place: int, at: float) -> None:
    row = scenes.exports.areas[area]
    size = 0.75 * float(row["变压器容量"])
    style: dict[str, Any] = {"edgecolor": "black", "linewidth": 0.8, "zorder": 2, "s": size}
    text: dict[str, Any] = {"ha": "center", "va": "top"}
    if area in scenes.balances:
        loss = scenes.last_month_loss(area)
        axes.scatter(
            place, at, color=_CLASS_COLOURS[int(np.searchsorted(_CLASSES, loss, side="right"))], **style
        )
        axes.text(
            place,
            at - 0.34,
            f"{area[-3:]} · {loss:.1f} %".replace("-", "−"),
            fontsize=8,
            weight="bold",
            **text,
        )
    else:
        axes.scatter(place, at, marker="s", color="white", **style)
        axes.text(place, at - 0.38, f"{row['变压器容量']} kVA", fontsize=7, color="#555555", **text)


def _colour(scenes: Scenes, area: str) -> str:
    return _CLASS_COLOURS[int(np.searchsorted(_CLASSES, scenes.last_month_loss(area), side="right"))]


def area_year(path: Path, scenes: Scenes) -> None:
    """Temperature, supply and sales, loss ratio, feed-in of the last year of one area."""
    exports, area = scenes.exports, scenes.area
    balance, row = scenes.balances[area], exports.areas[area]
    last = slice(len(exports.days) - YEAR, None)
    days = exports.days[last]
    figure, (warm, energy, loss, panels) = plt.subplots(
        4, 1, figsize=(10, 7.6), sharex=True, height_ratios=(1, 1.6, 1.1, 1), layout="constrained"
    )
    ratio = balance.loss_between(len(exports.days) - YEAR, len(exports.days))
    warm.plot(days, exports.weather(exports.county_of(row["管理单位"]))[last], color=RED, linewidth=1)
    warm.set(
        title=f"A year of area {area[-3:]} of station {row['管理单位']} ({row['变压器容量']} kVA, "
        f"{len(exports.accounts_of(area))} customers): energy follows the weather, {ratio:.1f} % are lost",
        ylabel="mean of day, °C",
    )
    energy.plot(
        days, balance.supplied[last], color="black", linewidth=1.1, label="supplied (master meter and panels)"
    )
    sold = np.where(np.isfinite(balance.supplied), balance.sold, np.nan)[last]
    energy.fill_between(days, 0, sold, color=SKY, linewidth=0, label="sold (sum of the customers' meters)")
    energy.set(ylabel="kWh a day", ylim=(0, 1.25 * np.nanmax(balance.supplied[last])))
    energy.legend(loc="upper right", ncols=2)
    raw = np.where(balance.told, (balance.supplied - balance.sold) / balance.supplied * 100, np.nan)
    loss.plot(days, raw[last], color=GREY, linewidth=0.6, label="each day that was read")
    loss.plot(days, balance.loss(FORTNIGHT)[last], color=BLUE, linewidth=2, label="last 14 days")
    low, high = np.nanquantile(raw[last], (0.01, 0.99))
    loss.set(ylabel="loss ratio, %", ylim=(min(-1, low - 1.5), high + 1))
    bottom, top = loss.get_ylim()
    unread = {"where": ~balance.told[last], "step": "mid", "color": "#E4E4E4", "linewidth": 0}
    loss.fill_between(days, bottom, top, label="days not fully read", zorder=0, **unread)
    loss.legend(loc="lower right", ncols=3)
    for number, answer in enumerate(scenes.told(area, len(exports.days) - YEAR)[:3]):
        at = np.datetime64(answer["valid_from"])
        is_late = at > days[YEAR * 3 // 5]
        loss.axvline(at, color=RED, linewidth=1, linestyle="--")
        height = loss.get_ylim()[1] * (0.97 - 0.16 * number)
        said = f"answer key: {words(answer['cause'])}, {float(answer['true_kwh']):,.0f} kWh"
        side: dict[str, Any] = {"ha": "right" if is_late else "left", "va": "top"}
        loss.text(at + (-2 if is_late else 2), height, said, color=RED, fontsize=8, **side)
    panels.fill_between(days, 0, balance.fed[last], step="mid", color=AMBER, linewidth=0)
    panels.set(ylabel="kWh a day", ylim=(0, None))
    panels.set_title(
        f"Fed in by rooftop panels: {balance.fed[last].sum():,.0f} kWh in the year, "
        f"of them back through the transformer {balance.back[last].sum():,.0f}",
        fontsize=9,
    )
    for festival in facts("spring_festivals"):
        day = np.datetime64(festival["on"])
        if days[0] < day < days[-1]:
            for axes in (warm, energy, loss, panels):
                axes.axvline(day, color=GREY, linewidth=1, linestyle="--")
            energy.text(day + 2, energy.get_ylim()[1] * 0.83, "Spring Festival", fontsize=8)
    panels.set_xlim(days[0], days[-1])
    save(figure, path)
