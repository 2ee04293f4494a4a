"""Usage inspections: planned rounds of special-transformer customers, tips looked into, defects, small breaches."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

from jicha.county.service.cases import TIP
from jicha.county.service.filing import is_lawful
from jicha.county.service.habits import count_of, habit, money
from jicha.county.service.papers import Attachment, Breach, Defect, Inspection, Papers, digest
from jicha.county.service.work_clock import OPENS, instant
from jicha.county.world import Customer

PERIODIC, SPECIAL, AFTER_TIP, SEARCH = "周期检查", "专项检查", "举报核查", "反窃查违"
GENERAL, MAJOR = "一般", "重大"
MOVED, RESUPPLY = "擅自迁移、更动供电设施", "擅自引入、供出电源或并网"
_INSPECTOR = "用电检查员"
_DEFECTS = ("线路缺陷", "变压器缺陷", "开关与保护缺陷", "接地缺陷", "计量装置缺陷", "电工配备与运行管理")
_EQUIPMENT = {
    "高压": "配电变压器、低压配电柜、生产设备",
    "低压非居民": "动力设备、照明",
    "低压居民": "家用电器",
}
_APPROVER = "审批负责人"
#: Days within which ordinary defects are mended: general and major.
_MENDED = {GENERAL: (3, 25), MAJOR: (2, 6)}


def visit(papers: Papers) -> None:
    """The period's rounds, tips and breaches."""
    for customer in papers.customers:
        large = customer.contract_capacity_kva >= int(habit("large_low_voltage_kva"))
        if customer.trade.is_high_voltage or large:
            _round(papers, customer)
    for case in papers.cases:
        if case.kind == TIP and case.accepted.date() < papers.end:
            chance = papers.stream("tip", case.case_id)
            day = papers.clock.shift(case.accepted.date(), 1 + chance.randrange(2))
            inspect(papers, chance, case.customer, AFTER_TIP, day)
    _breaches(papers)


def _round(papers: Papers, customer: Customer) -> None:
    """Once in so many months, never a year apart; low-voltage customers half as often."""
    chance = papers.stream("round", customer.index)
    cycle = int(365 / habit("inspections_per_year")) * (1 if customer.trade.is_high_voltage else 2)
    day = papers.first_day + timedelta(days=chance.randrange(cycle))
    while day < papers.end:
        if papers.supplied(customer, day):
            on = papers.clock.workday(day)
            kind = PERIODIC if chance.random() < 0.8 else chance.choice((SPECIAL, SEARCH))
            made = inspect(papers, chance, customer, kind, on)
            if chance.random() < habit("defect_ratio"):
                level = MAJOR if chance.random() < habit("major_ratio") else GENERAL
                find_defect(papers, chance, made, level)
        day += timedelta(days=cycle - 20 + chance.randrange(40))


def inspect(
    papers: Papers, chance: random.Random, customer: Customer, kind: str, day: date, *, habit_of: str = ""
) -> Inspection:
    """A visit of two inspectors with track and photos."""
    started = instant(day, OPENS + chance.randrange(20, 400), chance.randrange(60))
    ended = started + timedelta(minutes=chance.randrange(22, 95), seconds=chance.randrange(60))
    first = papers.team.pick(chance, _INSPECTOR, day, habit=habit_of)
    made = Inspection(
        inspection_id=papers.number("J"),
        customer=customer,
        kind=kind,
        planned_on=day if kind == AFTER_TIP else papers.clock.shift(day, -chance.randrange(4)),
        started=started,
        ended=ended,
        inspector=first,
        second=papers.team.pick(chance, _INSPECTOR, day, besides=first),
        result="正常",
        equipment=_EQUIPMENT[customer.trade.customer_type],
        track_points=chance.randrange(12, 90),
        distance_m=chance.randrange(2, 70),
    )
    papers.inspections.append(made)
    return made


def find_defect(papers: Papers, chance: random.Random, inspection: Inspection, level: str) -> Defect:
    """A defect, mended within its time."""
    inspection.result = "发现缺陷"
    least, most = _MENDED[level]
    found = inspection.started.date()
    made = Defect(
        defect_id=papers.number("Q"),
        inspection=inspection,
        kind=chance.choice(_DEFECTS),
        level=level,
        found_on=found,
        fixed_on=found + timedelta(days=chance.randrange(least, most)),
    )
    papers.defects.append(made)
    return made


def _breaches(papers: Papers) -> None:
    chance = papers.stream("breaches")
    for _ in range(
        count_of(chance, habit("breaches_per_1000") * len(papers.customers) * papers.days / 365_000)
    ):
        customer = breaking(papers, chance)
        day = papers.clock.workday(papers.first_day + timedelta(days=chance.randrange(papers.days)))
        if customer is not None and papers.supplied(customer, day):
            find_breach(papers, chance, customer, day)


def breaking(papers: Papers, chance: random.Random) -> Customer | None:
    """Somebody ordinary at low voltage who has no case yet; None where there is nobody."""
    known = {each.customer.customer_id for each in papers.breaches}
    fitting = [
        each
        for each in papers.customers
        if not each.trade.is_high_voltage and each.customer_id not in known and is_lawful(each)
    ]
    return chance.choice(fitting) if fitting else None


def find_breach(papers: Papers, chance: random.Random, customer: Customer, day: date) -> Breach:
    """A small breach without energy: found, charged, paid and closed within three weeks."""
    inspection = inspect(papers, chance, customer, SEARCH, day)
    inspection.result = "发现违约窃电"
    kind = chance.choice((MOVED, RESUPPLY))
    opened = inspection.ended + timedelta(minutes=chance.randrange(40, 200))
    power = Decimal(chance.randrange(2, 9)) if kind == RESUPPLY else None
    made = Breach(
        breach_id=papers.number("W"),
        customer=customer,
        kind=kind,
        status="已归档",
        found_on=day,
        opened=opened,
        inspection=inspection,
        charge_yuan=charge(customer, kind, power),
        power_kw=power,
        closed=opened + timedelta(days=chance.randrange(5, 20)),
        approver=papers.team.pick(chance, _APPROVER, day),
    )
    made.collected_yuan = made.charge_yuan
    papers.breaches.append(made)
    for document in ("现场照片", "客户签收通知单", "计算书"):
        attach(papers, made, document, inspection.started + timedelta(minutes=5), inspection.inspector)
    return made


def charge(customer: Customer, kind: str, power_kw: Decimal | None) -> Decimal:
    """What the rules make of it, in yuan: a sum a case for moved equipment, a sum a kilowatt for resupply."""
    if kind == MOVED:
        return money("moved_line_resident_yuan" if customer.trade.is_dwelling else "moved_line_other_yuan")
    return (power_kw or Decimal(0)) * money("resupply_yuan_per_kw")


def attach(papers: Papers, breach: Breach, document: str, made: datetime, uploader: str) -> None:
    """Evidence of a case."""
    papers.attachments.append(
        Attachment(
            record_kind="违约窃电案件",
            record_id=breach.breach_id,
            customer=breach.customer,
            document=document,
            made=made,
            uploaded=breach.opened,
            uploader=uploader,
            digest=digest(f"{breach.breach_id}{document}"),
        )
    )
