"""Ordinary applications: openings, closings, changes of terms, meters and panels, sealed transformers, and the
changes of every day."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

from jicha.county.chance import day_between
from jicha.county.service import changes
from jicha.county.service.filing import MICRO_KVA, add, equip, is_lawful, may_seal, seal, unseal
from jicha.county.service.flows import walk
from jicha.county.service.habits import count_of, habit, money, rows, weighed
from jicha.county.service.papers import (
    ABORTED,
    Application,
    Fee,
    Papers,
    Step,
    opening_application_id,
)
from jicha.county.service.work_clock import in_office_hours
from jicha.county.world import Customer

_OPENING = {
    "低压居民": ("低压居民新装", "residential", "申请书|身份证明|产权证明"),
    "低压非居民": ("低压非居民新装", "low_voltage", "申请书|营业执照|产权证明"),
    "高压": ("高压新装", "high_voltage", "申请书|营业执照|产权证明|授权委托书"),
}
_BUILDING_SITE = "building_site"
_HALF_YEAR = 182
#: Who must not stand dark has a second feeder, and pays for it.
_TWO_SOURCES = ("hospital", "mine", "shift_factory")


def file(papers: Papers) -> None:
    """Everything ordinary, in order of customers, then the changes of every day."""
    for customer in papers.customers:
        _account(papers, customer)
        changes.follow(papers, customer)
        if customer.trade.code == _BUILDING_SITE:
            _temporary(papers, customer)
    _sealed(papers)
    _everyday(papers)


def open_kind(customer: Customer) -> tuple[str, str, str]:
    """Kind, flow and documents of the application that opens such an account."""
    if customer.trade.code == _BUILDING_SITE:
        return "装表临时用电", "low_voltage", "申请书|营业执照|授权委托书"
    return _OPENING[customer.trade.customer_type]


def _account(papers: Papers, customer: Customer) -> None:
    """What opened, closed or interrupted the account inside the period."""
    chance = papers.stream("account", customer.index)
    if papers.first_day <= customer.opened_on < papers.end:
        kind, flow, documents = open_kind(customer)
        steps = walk(chance, papers.clock, papers.team, flow, customer.opened_on, at="送电")
        made = add(papers, chance, customer, kind, steps, documents, opening_application_id(customer))
        equip(chance, made)
        if customer.trade.code in _TWO_SOURCES:
            _second_source(papers, chance, made)
    closed_on = customer.filed_closing or customer.closed_on
    if closed_on is not None and papers.first_day <= closed_on < papers.end:
        eve = closed_on - timedelta(days=1)
        steps = walk(chance, papers.clock, papers.team, "closure", eve, at="装表接电")
        add(papers, chance, customer, "销户", steps, "申请书|身份证明", f"Z{customer.customer_id}")
    if customer.interruption is not None:
        away, back = customer.interruption
        steps = walk(chance, papers.clock, papers.team, "closure", away - timedelta(days=1), at="装表接电")
        add(papers, chance, customer, "暂拆", steps, "申请书|身份证明", f"P{customer.customer_id}")
        steps = walk(chance, papers.clock, papers.team, "residential", back, at="送电")
        add(papers, chance, customer, "复装", steps, "申请书|身份证明", f"Q{customer.customer_id}")


def _second_source(papers: Papers, chance: random.Random, made: Application) -> None:
    """The high-reliability fee: so much a kVA, paid on the day after the plan, before the works begin."""
    made.sources = 2
    reply = made.step("供电方案答复")
    if reply is None:
        return
    paid = in_office_hours(chance, papers.clock.shift(reply.end.date(), 1))
    clerk = papers.team.pick(chance, "业务受理员", paid.date())
    made.steps.insert(made.steps.index(reply) + 1, Step("业务费收取", clerk, reply.end, paid, decision="无"))
    capacity, rate = made.customer.contract_capacity_kva, money("reliability_yuan_per_kva")
    papers.fees.append(
        Fee(papers.number("F"), made, "高可靠性供电费", capacity, rate, capacity * rate, paid.date())
    )


def _temporary(papers: Papers, customer: Customer) -> None:
    """A building site is granted half a year at a time, and asks again before it ends."""
    chance = papers.stream("temporary", customer.index)
    opened = customer.opened_on >= papers.first_day
    opening = papers.applications[-1] if opened else None
    granted = customer.opened_on if opened else papers.first_day - timedelta(days=chance.randrange(20, 160))
    if opening is not None and opening.kind == "装表临时用电":
        opening.from_on, opening.last_on = granted, granted + timedelta(days=_HALF_YEAR)
    else:
        extend(papers, chance, customer, granted, granted + timedelta(days=_HALF_YEAR))
    last_on = granted + timedelta(days=_HALF_YEAR)
    closed_on = customer.closed_on or papers.end
    while last_on < min(closed_on, papers.end + timedelta(days=_HALF_YEAR)):
        extend(papers, chance, customer, last_on + timedelta(days=1), last_on + timedelta(days=_HALF_YEAR))
        last_on += timedelta(days=_HALF_YEAR)


def extend(papers: Papers, chance: random.Random, customer: Customer, first: date, last: date) -> Application:
    """An extension of a temporary supply, filed some days before it begins."""
    done = papers.clock.shift(first, -2 - chance.randrange(8))
    steps = walk(chance, papers.clock, papers.team, "file_change", done, at="归档")
    made = add(papers, chance, customer, "临时用电延期", steps, "申请书|营业执照")
    made.from_on, made.last_on = first, last
    return made


def _sealed(papers: Papers) -> None:
    for customer in papers.customers:
        if not may_seal(customer) or not is_lawful(customer) or customer.opened_on >= papers.first_day:
            continue
        kva = sum(each.capacity_kva for each in customer.transformers)
        chance = papers.stream("seal", customer.index)
        if customer.daily_kwh > habit("suspension_daily_kwh_per_kva") * kva or chance.random() < 0.5:
            continue
        if papers.days > 200:
            first = papers.first_day + timedelta(days=chance.randrange(30, papers.days - 160))
            back = first + timedelta(days=chance.randrange(40, 120))
            part = Decimal(customer.transformers[-1].capacity_kva)
            seal(papers, chance, customer, first, back - timedelta(days=1), part)
            unseal(papers, chance, customer, back, part)


def _everyday(papers: Papers) -> None:
    chance = papers.stream("everyday")
    customers = [each for each in papers.customers if each.closed_on is None and each.interruption is None]
    if not customers:
        return
    expected = habit("applications_per_1000") * len(papers.customers) * papers.days / 365_000
    for _ in range(count_of(chance, expected)):
        row = weighed(chance, rows("service_applications"))
        fitting = [each for each in customers if fits(each, row["for"])] or customers
        customer = chance.choice(fitting)
        day = papers.clock.workday(day_between(chance, papers.first_day, papers.end - timedelta(days=1)))
        if papers.supplied(customer, day - timedelta(days=30)):
            everyday(papers, chance, customer, row, day)


def fits(customer: Customer, whom: str) -> bool:
    """Whether a row of `service_applications.csv` is for such a customer."""
    trade = customer.trade
    return {
        "any": True,
        "low_voltage": not trade.is_high_voltage,
        "low_voltage_other": not trade.is_high_voltage and not trade.is_dwelling,
        "high_voltage": trade.is_high_voltage,
    }[whom]


def everyday(
    papers: Papers, chance: random.Random, customer: Customer, row: dict[str, str], day: date
) -> Application:
    """A change of every day, taken in on that day."""
    steps = walk(chance, papers.clock, papers.team, row["flow"], day)
    made = add(papers, chance, customer, row["type"], steps, row["documents"])
    if row["type"] == "增容":
        made.status = ABORTED
        made.capacity = (customer.contract_capacity_kva * (15 + chance.randrange(16)) / 10).quantize(
            Decimal(1)
        )
        made.boundary = "用地红线" if customer.trade.is_high_voltage else "计量装置出线"
        made.works_yuan = Decimal("0.00")
        if customer.trade.is_high_voltage and made.capacity <= MICRO_KVA:
            made.has_request = True
    if row["flow"] == "field_work":
        allocation = made.step("配表")
        made.material = allocation.finished if allocation else None
    return made
