"""A station's money, from the bills it issued to the balances of its ledgers."""

from __future__ import annotations

from datetime import date

from jicha.county.desk import BillFact, Desk, StationRecord
from jicha.county.money.account import Account, owed_of
from jicha.county.money.authority import Authority
from jicha.county.money.books import Books
from jicha.county.money.causes import plan_deeds
from jicha.county.money.days import Days
from jicha.county.money.deeds import Deed, More, Scene, plain_intents
from jicha.county.money.habits import in_yuan, money_habits
from jicha.county.money.intents import Owed, due_day, ordinary_intents
from jicha.county.money.papers import Invoices, compact, write_off_abandoned, write_ordinary_adjustments
from jicha.county.money.payer import Payer, payer_of
from jicha.county.money.tables import RECEIVABLE
from jicha.county.world import Customer
from jicha.kernel.period import Month

_TYPE_BILL, _TYPE_ADJUSTMENT = "电费", "退补电费"
_BILL_OF_ADJUSTMENT = "退补"


def keep(record: StationRecord, desk: Desk) -> None:
    """Write the station's receivables, payments and all that follows from them, and plant this domain's causes.

    Memory holds one customer's account at a time, beside the month sums of the ledgers and the cash drawer."""
    city, station = record.city, record.station
    days = Days(city)
    authority = Authority(city, station)
    books = Books(desk, days, station.org_id, authority, money_habits()["note_discounted_ratio"])
    invoices = Invoices(books)
    deeds = plan_deeds(desk, Scene(record, days, books), invoices)
    deed_of = {customer.customer_id: deed for deed in deeds for customer in deed.customers}
    for customer in station.customers:
        bills = record.bills.get(customer.customer_id)
        if bills:
            _keep_account(city.seed, customer, bills, books, invoices, deed_of.get(customer.customer_id))
    write_ordinary_adjustments(books, record.adjustments)
    for deed in deeds:
        deed.tell(desk)
    books.drawer.bank(desk)
    books.ledger.close(desk)


def _keep_account(
    seed: int, customer: Customer, bills: list[BillFact], books: Books, invoices: Invoices, deed: Deed | None
) -> None:
    payer = payer_of(seed, customer)
    if deed is None:
        intents = ordinary_intents(payer, bills, books.days)
    else:
        intents = plain_intents(payer, bills, books.days)
        deed.bend(payer, intents)
    issues = _issues(payer, bills, books, deed)
    account = Account(payer, books)
    account.live(issues, intents)
    if payer.invoice:
        invoices.write(payer, account, bills)
    if payer.abandons_last and account.open:
        write_off_abandoned(books, account, books.authority.clerk(customer.index).staff_id)


def _issues(
    payer: Payer, bills: list[BillFact], books: Books, deed: Deed | None
) -> list[tuple[int, list[Owed]]]:
    """The receivables of the bills by day of issue (ordinal), written to 应收."""
    issues: list[tuple[int, list[Owed]]] = []
    for bill in bills:
        owed = owed_of(bill, due_day(payer, bill))
        parts = [owed] if deed is None else deed.split(bill, owed)
        kind = _TYPE_ADJUSTMENT if bill.bill_type == _BILL_OF_ADJUSTMENT else _TYPE_BILL
        for part in parts:
            _receivable(books, payer, part, bill.month, kind, bill.bill_id)
        issues.append((bill.issued_on.toordinal(), parts))
    more: list[More] = [] if deed is None else deed.more(payer.customer)
    for each in more:
        _receivable(books, payer, each.owed, each.month, each.kind, None)
        issues.append((each.day, [each.owed]))
    return issues


def _receivable(books: Books, payer: Payer, owed: Owed, month: Month, kind: str, bill_id: str | None) -> None:
    books.ledger.bill(month.months_since(books.days.months[0]), owed.fen)
    books.desk.add(
        RECEIVABLE,
        owed.receivable_id,
        payer.customer.customer_id,
        books.org_id,
        bill_id,
        compact(month),
        kind,
        in_yuan(owed.fen),
        date.fromordinal(owed.due),
        month=month,
    )
