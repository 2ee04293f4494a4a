"""Supply contracts: one in force for every account, renewed when it ends and signed anew when something changes."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from jicha.county.service.changes import terms_change
from jicha.county.service.filing import is_lawful
from jicha.county.service.habits import habit
from jicha.county.service.papers import ABORTED, Contract, Papers
from jicha.county.world import Customer

_KINDS = {
    "低压居民": ("居民供用电合同", "contract_years_residential", True),
    "低压非居民": ("低压供用电合同", "contract_years_low_voltage", True),
    "高压": ("高压供用电合同", "contract_years_high_voltage", False),
}
_TEMPORARY = ("临时供用电合同", "contract_years_temporary", False)
#: Applications after which the contract is signed anew.
_SIGNED_ANEW = ("过户", "改类")


def sign(papers: Papers) -> None:
    """The contracts of every account, oldest first."""
    anew: dict[str, list[date]] = {}
    for application in papers.applications:
        step = application.step("签订合同")
        if application.kind in _SIGNED_ANEW and step is not None and application.status != ABORTED:
            on = (step.finished or step.started).date()
            anew.setdefault(application.customer.customer_id, []).append(on)
    opening = {
        application.customer.customer_id: step.finished.date()
        for application in papers.applications
        if application.application_id.startswith("X")
        and (step := application.step("签订合同")) is not None
        and step.finished is not None
    }
    for customer in papers.customers:
        signed = opening.get(customer.customer_id, customer.opened_on)
        _account(papers, customer, signed, sorted(anew.get(customer.customer_id, ())))
        panels = customer.photovoltaic
        if panels is not None and panels.filed_kw and panels.connected_on < papers.end:
            on = panels.connected_on
            add(papers, customer, "分布式光伏购售电合同", on, years(on, 20), is_evergreen=True)


def kind_of(customer: Customer) -> tuple[str, int, bool]:
    """Kind of contract, its years, and whether it renews itself."""
    kind, name, evergreen = (
        _TEMPORARY if customer.trade.code == "building_site" else _KINDS[customer.trade.customer_type]
    )
    return kind, int(habit(name)), evergreen


def years(day: date, count: int) -> date:
    """The eve of the day so many years later."""
    try:
        later = day.replace(year=day.year + count)
    except ValueError:  # 29 February
        later = day.replace(year=day.year + count, day=28)
    return later - timedelta(days=1)


def _account(papers: Papers, customer: Customer, signed: date, anew: list[date]) -> None:
    """Renewals that ended before the period are in the archive, not in the system."""
    kind, term, evergreen = kind_of(customer)
    first = signed
    chance = papers.stream("contract", customer.index)
    while True:
        last = years(first, term)
        changed = [each for each in anew if first < each and (evergreen or each <= last)]
        ends = changed[0] - timedelta(days=1) if changed else last
        if ends >= papers.first_day or (evergreen and not changed):
            signed_on = (
                first - timedelta(days=chance.randrange(3, 25)) if first != signed and not anew else first
            )
            code = price_code(papers, customer, first, ends)
            add(papers, customer, kind, first, ends, is_evergreen=evergreen, signed_on=signed_on, code=code)
        if changed:
            first = changed[0]
        elif evergreen or ends >= papers.end or (customer.closed_on or papers.end) <= ends:
            break
        else:
            first = ends + timedelta(days=1)


def price_code(papers: Papers, customer: Customer, first: date, ends: date) -> str:
    """The price the paper states: the right one, whatever the file bills by."""
    if not is_lawful(customer):
        return customer.terms.price_code
    day = min(ends, papers.end - timedelta(days=1))
    filed = [each for each in customer.agreements if each.valid_from <= max(day, first)]
    if not filed:
        return customer.terms.price_code
    latest = filed[-1]
    for old, new in pairwise(filed):
        if terms_change(old.terms, new.terms) is not None:
            latest = new
    return latest.terms.price_code


def add(
    papers: Papers,
    customer: Customer,
    kind: str,
    first: date,
    last: date,
    *,
    is_evergreen: bool,
    signed_on: date | None = None,
    code: str = "",
) -> Contract:
    """A contract in force from the first day to the last."""
    count = sum(1 for each in papers.contracts_of(customer))
    made = Contract(
        contract_id=f"HT{customer.customer_id}{count + 1:02d}",
        customer=customer,
        kind=kind,
        signed_on=signed_on or first,
        entered_on=papers.clock.shift(max(signed_on or first, papers.first_day), 1)
        if (signed_on or first) >= papers.first_day
        else (signed_on or first) + timedelta(days=1),
        from_on=first,
        last_on=last,
        is_evergreen=is_evergreen,
        price_code=code or customer.terms.price_code,
    )
    papers.keep_contract(made)
    return made
