"""Applications that what happened to an account calls for: other terms, capacity out of use or added, a meter in
place of another, panels, a charger, another household."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from jicha.county.service.filing import add, equip, is_lawful, seal, unseal
from jicha.county.service.flows import walk
from jicha.county.service.papers import Papers, exchange_application_id, photovoltaic_application_id
from jicha.county.tariff.terms import Terms
from jicha.county.world import Customer

#: Kinds of stories that begin with capacity filed out of use, whoever did wrong afterwards.
_SUSPENDED = ("lawfully_suspended", "suspended_transformer_used", "suspension_never_lifted")
_NEVER_LIFTED = "suspension_never_lifted"
_MOVED, _CHARGER = "household_moved", "car_charger_bought"


def follow(papers: Papers, customer: Customer) -> None:
    """All of them, in the order in which they concern the file."""
    _terms(papers, customer)
    _capacity(papers, customer)
    _meters(papers, customer)
    _panels(papers, customer)
    _household(papers, customer)


def terms_change(old: Terms, new: Terms) -> tuple[str, str] | None:
    """The kind of application that leads from the old terms to the new, with its documents."""
    if old.usage != new.usage:
        return "改类", "申请书|产权证明|现场照片"
    if old.structure != new.structure or old.basic != new.basic:
        return "基本电价计费方式变更", "申请书|营业执照"
    if old.contract_demand_kw != new.contract_demand_kw:
        return "需量值变更", "申请书"
    if old.is_time_of_use != new.is_time_of_use:
        return "分时电价变更", "申请书"
    return None


def _terms(papers: Papers, customer: Customer) -> None:
    if len(customer.agreements) == 1 or not is_lawful(customer):
        return
    for number, (old, new) in enumerate(pairwise(customer.agreements), start=1):
        change = terms_change(old.terms, new.terms)
        if change is None or not papers.first_day < new.valid_from < papers.end:
            continue
        chance = papers.stream("terms", customer.index, number)
        eve = papers.clock.shift(new.valid_from, -1 - chance.randrange(4))
        steps = walk(chance, papers.clock, papers.team, "terms_change", eve, at="计费参数核定")
        add(papers, chance, customer, change[0], steps, change[1])


def _meters(papers: Papers, customer: Customer) -> None:
    """Meters hung in place of others."""
    if len(customer.installations) == 1:
        return
    back = customer.interruption[1] if customer.interruption else None
    for number, meter in enumerate(customer.installations[1:], start=2):
        if meter.installed_on == back or not papers.first_day <= meter.installed_on < papers.end:
            continue
        chance = papers.stream("meter", customer.index, number)
        kind = chance.choice(("计量装置轮换", "计量装置轮换", "计量装置故障"))
        steps = walk(chance, papers.clock, papers.team, "field_work", meter.installed_on, at="装表接电")
        made = add(
            papers, chance, customer, kind, steps, "现场照片", exchange_application_id(customer, number)
        )
        allocation = made.step("配表")
        made.material = allocation.finished if allocation else None


def _panels(papers: Papers, customer: Customer) -> None:
    unit = customer.photovoltaic
    if unit is None or not unit.filed_kw or not papers.first_day <= unit.connected_on < papers.end:
        return
    chance = papers.stream("panels", customer.index)
    steps = walk(chance, papers.clock, papers.team, "low_voltage", unit.connected_on, at="送电")
    made = add(
        papers, chance, customer, "分布式电源并网", steps, "申请书|身份证明|产权证明",
        photovoltaic_application_id(customer),
    )  # fmt: skip
    made.capacity = Decimal(str(unit.filed_kw))


def _capacity(papers: Papers, customer: Customer) -> None:
    """Where the chargeable capacity changes on file: sealed, unsealed, reduced or enlarged."""
    kind = customer.story.plan.kind if customer.story is not None else ""
    if len(customer.agreements) == 1 or not (is_lawful(customer) or kind in _SUSPENDED):
        return
    for number, (old, new) in enumerate(pairwise(customer.agreements), start=1):
        added = new.terms.capacity_kva - old.terms.capacity_kva
        on = new.valid_from
        if not added or not papers.first_day <= on < papers.end or old.terms.usage != new.terms.usage:
            continue
        chance = papers.stream("capacity", customer.index, number)
        if added < 0 and kind in _SUSPENDED:
            ends = new.valid_to
            if kind == _NEVER_LIFTED and customer.story is not None:
                ends = customer.story.valid_from
            last = None if ends is None else ends - timedelta(days=1)
            seal(papers, chance, customer, on, last, -added)
        elif added < 0:
            seal(papers, chance, customer, on, None, -added, "减容")
        elif kind in _SUSPENDED:
            unseal(papers, chance, customer, on, added)
        else:
            flow = "high_voltage" if customer.trade.is_high_voltage else "low_voltage"
            steps = walk(chance, papers.clock, papers.team, flow, on, at="送电")
            made = add(papers, chance, customer, "增容", steps, "申请书|营业执照|产权证明")
            made.capacity = new.terms.capacity_kva
            equip(chance, made)


def _household(papers: Papers, customer: Customer) -> None:
    """Another household signs for itself; a charger is told to the utility."""
    story = customer.story
    if story is None or story.plan.kind not in (_MOVED, _CHARGER):
        return
    chance = papers.stream("household", customer.index)
    on = papers.clock.workday(story.valid_from + timedelta(days=chance.randrange(2, 18)))
    if story.plan.kind == _MOVED:
        steps = walk(chance, papers.clock, papers.team, "file_change", on)
        add(papers, chance, customer, "过户", steps, "申请书|身份证明|产权证明")
        return
    steps = walk(chance, papers.clock, papers.team, "low_voltage", on, at="送电")
    made = add(papers, chance, customer, "充换电设施报装", steps, "申请书|身份证明|产权证明")
    made.boundary, made.works_yuan = "计量装置出线", Decimal("0.00")
