"""Energies that follow from the registers of a delivery: of a customer, of an area's members, of the meter at its head.

Whole hundredths of a kWh; a register counts in hundredths of a unit, so hundredths times the multiplier are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .exported import Exported, Freeze, Row, hanging, stays


@dataclass(frozen=True)
class Flow:
    """What a meter counted from the beginning of the period to the evening of a day: taken and given back."""

    taken: int
    given: int

    @property
    def net(self) -> int:
        return self.taken - self.given


@dataclass(frozen=True)
class Balance:
    """An area (or feeder) between the evenings of two days on which every meter was frozen."""

    from_day: date
    to_day: date
    supplied: int
    sold: int
    resolution: int

    @property
    def lost(self) -> int:
        return self.supplied - self.sold

    @property
    def ratio(self) -> float:
        return self.lost / self.supplied if self.supplied else 0.0


def _hundredths(text: str) -> int:
    return int(Decimal(text).scaleb(2))


def flows(county: Exported, name: str) -> dict[date, Flow]:
    """By frozen day. A meter that is gone counts to its last register; a lower register has turned over."""
    made: dict[date, Flow] = {}
    finished = taken = given = 0
    stay: Row | None = None
    before: Freeze | None = None
    meters = county.meters[name]
    for row in county.freezes[name]:
        now = hanging(meters, row.day.isoformat())
        factor, modulus = int(now["综合倍率"]), 10 ** int(now["示数位数"]) * 100
        if now is not stay:
            if stay is not None:
                finished += _to_the_end(stay, before)
            start = _hundredths(now["装表底度"])
            fresh = stay is not None or date.fromisoformat(now["装表日期"]) >= county.first_day
            taken = finished + ((row.forward - start) % modulus * factor if fresh else 0)
            if stay is None:
                given = 0
            finished, stay = taken, now
        elif before is not None:
            step = (row.forward - before.forward) % modulus
            # More than half a round in a day is a register that went back.
            step -= modulus if step > modulus // 2 else 0
            taken += step * factor
            given += (row.reverse - before.reverse) * factor
            finished = taken
        made[row.day] = Flow(taken, given)
        before = row
    return made


def _to_the_end(stay: Row, before: Freeze | None) -> int:
    """What the meter counted between its last freeze and its removal."""
    if before is None or not stay["拆表底度"]:
        return 0
    modulus = 10 ** int(stay["示数位数"]) * 100
    return (_hundredths(stay["拆表底度"]) - before.forward) % modulus * int(stay["综合倍率"])


def is_supplied(meters: list[Row], day: str) -> bool:
    """Whether a meter hangs in the evening of the day."""
    return any(
        row["装表日期"] <= day and (not row["拆表日期"] or day < row["拆表日期"]) for row in stays(meters)
    )


def balances(county: Exported, head: str, members: list[str], least_days: int = 20) -> list[Balance]:
    """Between days on which the head and every member were frozen, at least so many days apart."""
    at_head = flows(county, head)
    of = {name: flows(county, name) for name in members if name in county.freezes}
    meters = {name: county.meters[name] for name in of}
    factor = int(county.meters[head][0]["综合倍率"])
    found: list[Balance] = []
    start: tuple[date, int, int] | None = None
    for day in sorted(at_head):
        if start is not None and (day - start[0]).days < least_days:
            continue
        sold = 0
        for name, known in of.items():
            if day in known:
                sold += known[day].net
            elif is_supplied(meters[name], day.isoformat()):
                break
            else:
                sold += final(county, name, known, day)
        else:
            if start is not None:
                begun = start
                found.append(Balance(begun[0], day, at_head[day].net - begun[1], sold - begun[2], 2 * factor))
            start = (day, at_head[day].net, sold)
    return found


def final(county: Exported, name: str, known: dict[date, Flow], day: date) -> int:
    """The net of somebody not supplied on the day: nothing yet, or all that was counted to the end."""
    gone = [
        row for row in stays(county.meters[name]) if row["拆表日期"] and row["拆表日期"] <= day.isoformat()
    ]
    if not gone:
        return 0
    last = max(each for each in known if each < day)
    return known[last].net + _to_the_end(gone[-1], county.frozen[name][last])
