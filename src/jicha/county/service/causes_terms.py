"""What goes wrong, or looks so, with contracts, temporary supply and sealed transformers: papers with an end."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from jicha.county.service import contracts, filing
from jicha.county.service.planting import Deed, Happening
from jicha.county.world import Customer
from jicha.kernel.text import Text


def _contract_expired(happening: Happening) -> None:
    papers = happening.papers
    past = happening.planned.wish.onset and happening.day()
    ended = past or papers.end - timedelta(days=max(2, min(happening.size, papers.days - 10)))
    found = happening.customers(lambda each: contracts.kind_of(each)[2] is False, ended)
    found = [each for each in found if each.opened_on < papers.first_day]
    if not found:
        return
    customer = happening.take(happening.chance.choice(found))
    kind, term, _ = contracts.kind_of(customer)
    _replace(happening, customer, kind, term, ended)
    days = (papers.end - ended).days
    contract = papers.contracts_of(customer)[-1]
    happening.answer(
        "supply_contract", contract.contract_id, customer, ended, papers.end,
        Text(en=f"expired on {ended}, not renewed", zh=f"{ended}到期未续签"), size=days,
    )  # fmt: skip


def _replace(happening: Happening, customer: Customer, kind: str, term: int, ended: date) -> None:
    """The only contract of the account, which ends on that day."""
    papers = happening.papers
    papers.contracts = [
        each for each in papers.contracts if each.customer is not customer or each.kind.startswith("分布式")
    ]
    papers.by_account[customer.customer_id] = [
        each for each in papers.contracts_of(customer) if each.kind.startswith("分布式")
    ]
    first = contracts.years(ended + timedelta(days=2), -term)
    contracts.add(papers, customer, kind, max(first, customer.opened_on), ended, is_evergreen=False)


def _contract_renewed(happening: Happening) -> None:
    """The old contract ends, a new one with a number of another kind goes on from the next day."""
    papers = happening.papers
    ended = happening.day(after_start=40)
    found = happening.customers(lambda each: contracts.kind_of(each)[2] is False, ended)
    found = [each for each in found if each.opened_on < papers.first_day]
    if not found:
        return
    customer = happening.take(happening.chance.choice(found))
    kind, term, _ = contracts.kind_of(customer)
    _replace(happening, customer, kind, term, ended)
    first = ended + timedelta(days=1)
    made = contracts.add(
        papers, customer, kind, first, contracts.years(first, term), is_evergreen=False,
        signed_on=ended - timedelta(days=happening.chance.randrange(5, 25)),
    )  # fmt: skip
    made.contract_id = f"{ended.year}GDHT{customer.customer_id[-7:]}"
    happening.answer(
        "supply_contract", made.contract_id, customer, ended, first,
        Text(en="renewed under a new number", zh="换号续签"),
    )  # fmt: skip


def _temporary(happening: Happening, *, extended: bool) -> None:
    papers = happening.papers
    found = happening.customers(lambda each: each.trade.code == "building_site" and each.closed_on is None)
    if not found:
        return
    customer = happening.take(happening.chance.choice(found))
    grants = [
        each
        for each in papers.applications
        if each.customer is customer and each.last_on is not None and each.kind.endswith(("延期", "临时用电"))
    ]
    if not grants:
        return
    if extended:
        last = next(
            each for each in reversed(grants) if each.from_on is not None and each.from_on < papers.end
        )
        happening.answer(
            "application", last.application_id, customer, last.from_on or papers.first_day, papers.end,
            Text(en="extended in time, more than once", zh="多次按期办理延期"),
        )  # fmt: skip
        return
    wish = happening.planned.wish.onset
    latest = papers.end - timedelta(days=happening.size)
    ended = [each for each in grants if each.last_on is not None and each.last_on <= latest]
    if wish is not None:
        ended = [each for each in ended if each.last_on is not None and wish[0] <= each.last_on <= wish[1]]
    kept = ended[-1] if ended else grants[0]
    gone = {each.application_id for each in grants[grants.index(kept) + 1 :]}
    papers.applications = [each for each in papers.applications if each.application_id not in gone]
    papers.attachments = [each for each in papers.attachments if each.record_id not in gone]
    last_on = kept.last_on or papers.end
    days = (papers.end - last_on).days - 1
    happening.answer(
        "application", kept.application_id, customer, last_on + timedelta(days=1), papers.end,
        Text(en=f"granted to {last_on}, no extension", zh=f"{last_on}到期未办延期"), size=days,
    )  # fmt: skip


def _overstayed(happening: Happening) -> None:
    _temporary(happening, extended=False)


def _extended(happening: Happening) -> None:
    _temporary(happening, extended=True)


def _not_restored(happening: Happening) -> None:
    """One of several transformers rests by demand billing; its time is up and nobody files its return."""
    papers = happening.papers
    over = min(max(happening.size, 1), papers.days - 60)
    last = papers.end - timedelta(days=over)
    if happening.planned.wish.onset is not None:
        last = happening.day()
    found = happening.customers(filing.may_seal, last)
    sealed = {each.customer.customer_id for each in papers.applications if each.kind == "暂停"}
    found = [each for each in found if each.customer_id not in sealed and each.opened_on < papers.first_day]
    if not found:
        return
    lightest = min(found, key=lambda each: (each.daily_kwh / float(each.contract_capacity_kva), each.index))
    customer = happening.take(lightest)
    first = max(papers.first_day + timedelta(days=8), last - timedelta(days=happening.length(30, 90)))
    part = Decimal(customer.transformers[-1].capacity_kva)
    made = filing.seal(papers, happening.chance, customer, first, last, part)
    days = (papers.end - last).days - 1
    happening.answer(
        "application", made.application_id, customer, last + timedelta(days=1), papers.end,
        Text(en=f"suspended to {last}, restoration never filed", zh=f"暂停至{last}, 未办理恢复"), size=days,
    )  # fmt: skip


DEEDS: dict[str, Deed] = {
    "suspension_expired_not_restored": _not_restored,
    "temporary_supply_overstayed": _overstayed,
    "temporary_supply_extended": _extended,
    "contract_expired_unnoticed": _contract_expired,
    "contract_renewed_under_new_number": _contract_renewed,
}
