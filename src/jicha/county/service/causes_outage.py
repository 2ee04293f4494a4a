"""What goes wrong, or looks so, with outages, cuts for arrears and their restoration."""

from __future__ import annotations

from datetime import date, timedelta

from jicha.county.service import arrears, outages
from jicha.county.service.papers import Cut
from jicha.county.service.planting import Deed, Happening
from jicha.county.world import Area, Customer
from jicha.kernel.text import Text

_WEEK = 7
_DAY_HOURS = 24


def _area(happening: Happening) -> Area:
    public = [each for each in happening.papers.record.station.areas if each.is_public]
    return happening.chance.choice(public or happening.papers.record.station.areas)


def _members(happening: Happening, area: Area) -> list[Customer]:
    return [each for each in happening.papers.customers if each.filed_area_id == area.area_id]


def _announced_late(happening: Happening) -> None:
    area, day = _area(happening), happening.day(after_start=15, before_end=3)
    short = min(max(happening.size, 1), _WEEK - 1)
    made = outages.plan(
        happening.papers, happening.chance, _members(happening, area), area.feeder_id, area.area_id, day,
        ahead=_WEEK - short,
    )  # fmt: skip
    # Published in the office's afternoon: short of the seven days by more than the whole days say.
    happening.answer(
        "outage", made.outage_id, None, day - timedelta(days=_WEEK - short), day,
        Text(en=f"announced {_WEEK - short} days ahead", zh=f"提前{_WEEK - short}天公告"), size=short,
    )  # fmt: skip


def _emergency(happening: Happening) -> None:
    """A hot spot that could not wait: a temporary outage, told as soon as it was clear."""
    area, day = _area(happening), happening.day(before_end=3)
    made = outages.unplanned(
        happening.papers, happening.chance, _members(happening, area), area.feeder_id, area.area_id, day,
        outages.FAULT,
    )  # fmt: skip
    made.published = made.started - timedelta(minutes=20)
    made.notified = made.published + timedelta(minutes=5)
    happening.answer(
        "outage", made.outage_id, None, day, day,
        Text(en="emergency works, told at once", zh="紧急消缺, 即时告知"),
    )  # fmt: skip


def _cut(happening: Happening) -> Cut | None:
    """A cut of the cash desk's slow payers: one that was not made yet, or one of the ordinary ones."""
    papers, wish = happening.papers, happening.planned.wish

    def fits(customer: Customer, cut_on: date) -> bool:
        if customer.customer_id in happening.used or (wish.trades and customer.trade.code not in wish.trades):
            return False
        return wish.onset is None or wish.onset[0] <= cut_on <= wish.onset[1]

    for customer, late in arrears.candidates(papers, happening.chance):
        if fits(customer, arrears.cut_on(papers, late)):
            return arrears.cut(papers, happening.chance, happening.take(customer), late)
    for each in papers.cuts:
        if fits(each.customer, each.executed.date()):
            happening.take(each.customer)
            return each
    return None


def _without_notice(happening: Happening) -> None:
    made = _cut(happening)
    if made is None:
        return
    made.notices = [each for each in made.notices if each[0] == arrears.REMINDER][:1]
    happening.answer(
        "disconnection", made.cut_id, made.customer, made.executed, made.restored,
        Text(en="cut without a notice", zh="未履行停电通知即停电"), size=1,
    )  # fmt: skip


def _restored_late(happening: Happening) -> None:
    made = _cut(happening)
    if made is None:
        return
    late = max(happening.size, 1)
    made.restored = made.paid + timedelta(hours=_DAY_HOURS + late, minutes=happening.chance.randrange(60))
    happening.answer(
        "disconnection", made.cut_id, made.customer, made.paid, made.restored,
        Text(en=f"restored {late} hours beyond a day after payment", zh=f"缴费后超24小时又{late}小时才复电"),
        size=late,
    )  # fmt: skip


DEEDS: dict[str, Deed] = {
    "planned_outage_announced_late": _announced_late,
    "emergency_outage_unannounced": _emergency,
    "restoration_after_payment_late": _restored_late,
    "cut_off_without_notice": _without_notice,
}
