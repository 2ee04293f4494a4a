"""Events that meters report: those that follow from what acts on them, those of an exchange or an outage, and the
noise of ordinary life: covers that do not close, currents that rest, the same event again and again.

Instants are texts `YYYY-MM-DD HH:MM:SS`. A meter's event is got with the next polling, some days later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final

import numpy as np

from jicha.county.chance import lots, stream
from jicha.county.electric.effect import PHASES, SINGLE, Effect, Load, elements
from jicha.county.electric.habits import habit, whole_habit
from jicha.county.electric.story import Report
from jicha.county.tables import facts
from jicha.kernel.period import Month

COVER, TERMINAL_COVER, MAGNET = "开表盖", "开端钮盖", "恒定磁场干扰"
VOLTAGE_LOSS, UNDER_VOLTAGE, PHASE_OPEN = "失压", "欠压", "断相"
CURRENT_LOSS, REVERSED, UNBALANCED, NEUTRAL = "失流", "潮流反向", "电流不平衡", "零火线电流不一致"
POWER_OFF, POWER_ON, BATTERY_LOW, CLOCK_FAULT = "掉电", "上电", "时钟电池欠压", "时钟故障"

#: A meter speaks of a lost voltage below 78 % of its nominal (DL/T 614), of an under-voltage below 90 %.
_LOST_VOLTAGE, _LOW_VOLTAGE = 0.78, 0.90
#: Of a lost or unbalanced current below a twentieth or a fifth of the largest one, of a neutral a fifth off.
_LOST_CURRENT, _WEAK_CURRENT, _NEUTRAL_OFF = 0.05, 0.2, 0.2
_MINUTES_A_QUARTER, _MINUTES_A_DAY, _MONTHS_A_YEAR = 15, 1440, 12
_POLLED_WITHIN = 60
_STAMP: Final = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class MeterEvent:
    """One event at one meter; `phase`: A相, B相, C相, 零线 or ''. `ended_at` None where it has no end, or none yet."""

    meter_id: str
    event: str
    phase: str
    started_at: str
    ended_at: str | None
    received_at: str


@dataclass(frozen=True, slots=True)
class Noise:
    """How often an event is reported without anything behind it: a row of `facts/meter_events.csv`."""

    event: str
    per_month: float
    minutes: tuple[int, int]
    phase: str
    wiring: str


@cache
def noises() -> tuple[Noise, ...]:
    """In the order of the file."""
    return tuple(
        Noise(
            row["event"],
            float(row["per_meter_year"]) / _MONTHS_A_YEAR,
            (int(row["least_minutes"]), int(row["most_minutes"])),
            row["phase"],
            row["wiring"],
        )
        for row in facts("meter_events")
    )


def reported(seed: int, number: int, meter_id: str, report: Report) -> MeterEvent:
    """A report as the system got it; `number` names the meter's point in chance."""
    chance = stream(seed, "event", number, report.event, report.day, report.minute)
    started = datetime.combine(date.fromordinal(report.day), time()) + timedelta(
        minutes=report.minute, seconds=chance.randrange(60)
    )
    ended = (
        None
        if report.minutes is None
        else started + timedelta(minutes=report.minutes, seconds=chance.randrange(60))
    )
    known = ended or started
    got = known + timedelta(minutes=1 + chance.randrange(_POLLED_WITHIN), seconds=chance.randrange(60))
    if chance.random() < habit("event_late"):
        got += timedelta(days=1 + chance.randrange(whole_habit("event_latest_days")))
    return MeterEvent(
        meter_id,
        report.event,
        report.phase,
        started.strftime(_STAMP),
        None if ended is None else ended.strftime(_STAMP),
        got.strftime(_STAMP),
    )


def of_effects(
    seed: int, number: int, load: Load, first: int, end: int, effect_on: Callable[[int], Effect | None]
) -> Iterator[Report]:
    """What the meter itself notices of an effect on the days `first` until, not including, `end`: one report for every
    spell of days; where it acts in a part of the day, one for most of the days, up to a number.

    A spell that is not over with `end` has no end."""
    open_since: dict[tuple[str, str], tuple[int, int]] = {}
    counts: dict[tuple[str, str], int] = {}
    for day in range(first, end + 1):
        effect = effect_on(day) if day < end else None
        seen = noticed(effect, load) if effect is not None else ()
        partly = effect is not None and bool(effect.quarters)
        for key in [key for key in open_since if (key not in seen or partly) and day < end]:
            started, minute = open_since.pop(key)
            yield Report(key[0], started, minute, max((day - started) * _MINUTES_A_DAY - minute, 1), key[1])
        if effect is None:
            continue
        chance = stream(seed, "noticed", number, day)
        for key in seen:
            if partly:
                known = chance.random() < habit("night_reported")
                if known and counts.get(key, 0) < whole_habit("most_of_a_deed"):
                    counts[key] = counts.get(key, 0) + 1
                    yield _in_quarters(effect, key, day, chance.randrange(_MINUTES_A_QUARTER))
            elif key not in open_since:
                open_since[key] = (day, chance.randrange(8 * 60, 20 * 60) if day == first else 0)
    for key, (started, minute) in open_since.items():
        yield Report(key[0], started, minute, None, key[1])


def noticed(effect: Effect, load: Load) -> tuple[tuple[str, str], ...]:
    """The (event, phase) that the meter's own watching makes of an effect, in order."""
    load = effect.of(load)
    seen, found = elements(load, effect), []
    currents = {
        place: _length(seen.along[place], seen.across[place]) * seen.passing * _weight(load, place)
        for place in load.elements
    }
    largest = max(currents.values(), default=0.0)
    for place in load.elements:
        phase = f"{PHASES[place]}相" if load.wiring != SINGLE else ""
        volts = seen.voltage[place]
        if volts < _LOST_VOLTAGE:
            found.append((VOLTAGE_LOSS, phase))
        elif volts < _LOW_VOLTAGE:
            found.append((UNDER_VOLTAGE, phase))
        if len(currents) > 1 and currents[place] < _LOST_CURRENT * largest:
            found.append((CURRENT_LOSS, phase))
        if seen.seen_active(place) < 0 < seen.active[place]:
            found.append((REVERSED, phase))
    if len(currents) > 1 and min(currents.values()) < _WEAK_CURRENT * largest:
        found.append((UNBALANCED, ""))
    if load.wiring == SINGLE and abs(seen.neutral - largest / seen.passing) > _NEUTRAL_OFF:
        found.append((NEUTRAL, "零线"))
    return tuple(found)


def exchange(day: int, minute: int, minutes: int) -> tuple[Report, ...]:
    """What the meter on the wall reports when fitters work at it: its terminal cover, and no voltage."""
    return (
        Report(TERMINAL_COVER, day, minute, minutes),
        Report(POWER_OFF, day, min(minute + 2, _MINUTES_A_DAY - 1)),
        Report(POWER_ON, day, min(minute + minutes - 1, _MINUTES_A_DAY - 1)),
    )


def outage(started: datetime, ended: datetime) -> tuple[Report, ...]:
    """What every meter behind it reports of an outage."""
    return (
        Report(POWER_OFF, started.toordinal(), started.hour * 60 + started.minute),
        Report(POWER_ON, ended.toordinal(), ended.hour * 60 + ended.minute),
    )


def ordinary(
    seed: int, month: Month, numbers: Sequence[int], loads: Sequence[Load]
) -> Iterator[tuple[int, Report]]:
    """(place in `numbers`, report) of a month's events with nothing behind them, some of them again and again."""
    serial = month.year * _MONTHS_A_YEAR + month.month
    chatty = lots(seed, "event/chatty", numbers, [0])[:, 0] < habit("chatty_meter")
    for noise in noises():
        drawn = lots(seed, f"event/{noise.event}", numbers, [serial])[:, 0]
        often = noise.per_month * np.where(chatty, habit("chatty_factor"), 1.0)
        for place in np.flatnonzero(drawn < often).tolist():
            if not _can(noise, loads[place]):
                continue
            chance = stream(seed, "noise", numbers[place], noise.event, serial)
            repeats = 1
            if chatty[place]:
                repeats += chance.randrange(whole_habit("chatty_least"), whole_habit("chatty_most"))
            for _ in range(repeats):
                day = month.first.toordinal() + chance.randrange(month.days)
                low, high = noise.minutes
                minutes = chance.randrange(low, high + 1) if high else None
                phase = {"one": f"{chance.choice(PHASES)}相", "n": "零线"}.get(noise.phase, "")
                yield place, Report(noise.event, day, chance.randrange(_MINUTES_A_DAY), minutes, phase)


def _can(noise: Noise, load: Load) -> bool:
    return not noise.wiring or (noise.wiring == "single") == (load.wiring == SINGLE)


def _in_quarters(effect: Effect, key: tuple[str, str], day: int, minute: int) -> Report:
    """From the first acting quarter after a resting one; through midnight if it acts on both sides of it."""
    acts = effect.acts.tolist()
    count = len(acts)
    start = next((place for place in range(count) if acts[place] and not acts[place - 1]), 0)
    length = next((far for far in range(count) if not acts[(start + far) % count]), count)
    return Report(
        key[0], day, start * _MINUTES_A_QUARTER + minute, max(length * _MINUTES_A_QUARTER - minute, 1), key[1]
    )


def _weight(load: Load, place: int) -> float:
    """How large the phase's current is beside the others."""
    return load.shares[place] if load.wiring != "三相三线" else 1.0


def _length(along: float, across: float) -> float:
    return float(np.sqrt(along * along + across * across))
