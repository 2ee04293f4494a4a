"""What goes wrong, or looks so, with inspections, defects and breach cases."""

from __future__ import annotations

from datetime import timedelta

from jicha.county.service import inspections
from jicha.county.service.inspections import GENERAL, MAJOR, PERIODIC, find_breach, find_defect, inspect
from jicha.county.service.planting import Deed, Happening
from jicha.county.service.work_clock import instant
from jicha.county.world import Customer
from jicha.kernel.text import Text

_FAR_M = (4200, 16000)


def _large(customer: Customer) -> bool:
    return customer.trade.is_high_voltage or customer.trade.is_metered_by_transformers


def _at_desk(happening: Happening) -> None:
    """Nobody went: opened and closed within minutes, no track, no photo."""
    day = happening.workday(before_end=5)
    customer = happening.customer(day, _large)
    if customer is None:
        return
    chance = happening.chance
    made = inspect(happening.papers, chance, customer, PERIODIC, day, habit_of="hasty")
    made.started = instant(day, 17 * 60 + chance.randrange(40), chance.randrange(60))
    made.ended = made.started + timedelta(minutes=max(happening.size, 0), seconds=chance.randrange(10, 50))
    made.track_points, made.photos = 0, 0
    made.distance_m = chance.randrange(*_FAR_M)
    happening.answer(
        "usage_inspection", made.inspection_id, customer, day, day,
        Text(en="ticked off at the desk", zh="未到现场即办结"), size=happening.size,
    )  # fmt: skip


def _no_signal(happening: Happening) -> None:
    """In a basement the receiver is silent; the photos and the time spent are there."""
    day = happening.workday(before_end=5)
    customer = happening.customer(day, _large)
    if customer is None:
        return
    made = inspect(happening.papers, happening.chance, customer, PERIODIC, day)
    made.track_points, made.distance_m, made.photos = 0, None, 3
    made.ended = max(made.ended, made.started + timedelta(minutes=35))
    made.equipment = "地下配电室, 现场无定位信号"
    happening.answer(
        "usage_inspection", made.inspection_id, customer, day, day,
        Text(en="underground, no signal; photos taken", zh="地下配电室无信号, 照片齐全"),
    )  # fmt: skip


def _never_mended(happening: Happening) -> None:
    papers, chance = happening.papers, happening.chance
    open_days = min(max(happening.size, 1), papers.days - 12)
    day = papers.clock.workday(papers.end - timedelta(days=open_days))
    if happening.planned.wish.onset is not None:
        day = happening.workday()
    customer = happening.customer(day, _large)
    if customer is None:
        return
    made = inspect(papers, chance, customer, PERIODIC, day)
    defect = find_defect(papers, chance, made, GENERAL if chance.random() < 0.6 else MAJOR)
    defect.fixed_on = None
    days = (papers.end - day).days
    happening.answer(
        "inspection_defect", defect.defect_id, customer, day, papers.end,
        Text(en=f"open for {days} days", zh=f"缺陷{days}天未消除"), size=days,
    )  # fmt: skip


def _reported(happening: Happening) -> None:
    """A major defect that the customer will not mend, reported to the authority within days."""
    papers = happening.papers
    day = happening.workday(before_end=70)
    customer = happening.customer(day, _large)
    if customer is None:
        return
    made = inspect(papers, happening.chance, customer, PERIODIC, day)
    defect = find_defect(papers, happening.chance, made, MAJOR)
    defect.fixed_on = None
    defect.reported_on = papers.clock.shift(day, 2 + happening.chance.randrange(3))
    happening.answer(
        "inspection_defect", defect.defect_id, customer, day, papers.end,
        Text(en="not mended by the customer, reported to the authority", zh="客户未整改, 已报政府部门"),
    )  # fmt: skip


def _dropped(happening: Happening) -> None:
    """Found and opened, then ended without approval and without a charge."""
    papers = happening.papers
    day = happening.workday(before_end=45)
    customer = happening.customer(day, lambda each: not each.trade.is_high_voltage)
    if customer is None:
        return
    made = find_breach(papers, happening.chance, customer, day)
    due = inspections.charge(customer, made.kind, made.power_kw)
    made.status, made.approver = "已终止", ""
    made.charge_yuan = made.collected_yuan = made.closed = None
    made.terminated = made.opened + timedelta(days=1 + happening.chance.randrange(6), minutes=37)
    papers.attachments = [
        each for each in papers.attachments if each.record_id != made.breach_id or each.document == "现场照片"
    ]
    happening.answer(
        "breach_case", made.breach_id, customer, day, made.terminated,
        Text(en=f"ended without approval, {due} yuan not charged", zh=f"未经审批终止, 未收违约金{due}元"),
        size=int(due), breach_yuan=due,
    )  # fmt: skip


def _ended_rightly(happening: Happening) -> None:
    """Opened by mistake: the utility's own file was old. Ended with an approval sheet."""
    papers = happening.papers
    day = happening.workday(before_end=45)
    customer = happening.customer(day, lambda each: not each.trade.is_high_voltage)
    if customer is None:
        return
    made = find_breach(papers, happening.chance, customer, day)
    made.status = "已终止"
    made.charge_yuan = made.collected_yuan = made.closed = None
    made.terminated = made.opened + timedelta(days=4 + happening.chance.randrange(6), minutes=11)
    inspections.attach(papers, made, "审批单", made.terminated, made.approver)
    papers.attachments[-1].uploaded = made.terminated
    happening.answer(
        "breach_case", made.breach_id, customer, day, made.terminated,
        Text(en="ended with approval: the file was old", zh="经审批终止: 档案未及时更新"),
    )  # fmt: skip


DEEDS: dict[str, Deed] = {
    "inspection_ticked_off_at_desk": _at_desk,
    "inspection_without_signal": _no_signal,
    "defect_never_mended": _never_mended,
    "defect_reported_to_authority": _reported,
    "breach_case_let_drop": _dropped,
    "breach_case_ended_with_approval": _ended_rightly,
}
