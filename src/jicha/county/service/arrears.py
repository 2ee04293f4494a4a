"""Cuts for arrears: reminded, told a week ahead, cut, and restored within a day of the payment."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from jicha.county.desk import BillFact
from jicha.county.money.days import SECONDS_A_DAY, Days
from jicha.county.money.intents import PAY, due_day, ordinary_intents
from jicha.county.money.payer import payer_of
from jicha.county.service.habits import count_of, habit
from jicha.county.service.papers import Cut, LatePayment, Papers
from jicha.county.service.work_clock import in_office_hours, instant
from jicha.county.world import Customer

REMINDER, WARNING, RESTORED = "催费", "欠费停电通知", "复电通知"
_MESSAGE, _PAPER = "短信", "上门送达"
_APPROVER = "审批负责人"
#: Days of arrears before anybody is cut, and days ahead that it is told.
_ARREARS, _WARNED_AHEAD = 32, 8
_REMINDED = (2, 14, 40)
_SLOW = ("late", "debtor")
_IN_FULL = 100


def cut_off(papers: Papers) -> None:
    """The ordinary cuts of the period: of bills that stayed unpaid longest, as the cash desk knows them."""
    papers.late_payments = late_payments(papers)
    chance = papers.stream("cuts")
    wanted = count_of(chance, habit("cuts_per_1000") * len(papers.customers) * papers.days / 365_000)
    for customer, late in candidates(papers, chance)[:wanted]:
        cut(papers, chance, customer, late)


def candidates(papers: Papers, chance: random.Random) -> list[tuple[Customer, LatePayment]]:
    """Customers whose arrears may end in a cut, one bill each, shuffled; customers already cut are left out."""
    known = {each.customer.customer_id for each in papers.cuts}
    by_id = {each.customer_id: each for each in papers.customers}
    found: dict[str, list[LatePayment]] = {}
    for late in papers.late_payments:
        customer = by_id.get(late.bill.customer_id)
        if customer is None or customer.customer_id in known or customer.closed_on or customer.interruption:
            continue
        day = cut_on(papers, late)
        if late.paid is None or customer.filed_closing is not None or late.paid.date() <= day:
            continue
        if papers.first_day <= day < papers.end:
            found.setdefault(customer.customer_id, []).append(late)
    chosen = [(by_id[customer_id], chance.choice(late)) for customer_id, late in found.items()]
    chance.shuffle(chosen)
    return chosen


def late_payments(papers: Papers) -> list[LatePayment]:
    """Bills of slow payers that stayed open past the day they were due, by customer and bill; reckoned from what
    the payers mean to do, as the cash desk lives it."""
    days = Days(papers.record.city)
    found: list[LatePayment] = []
    for customer in papers.customers:
        bills = papers.record.bills.get(customer.customer_id)
        if not bills:
            continue
        payer = payer_of(papers.record.city.seed, customer)
        if payer.habit.name not in _SLOW:
            continue
        intents = [each for each in ordinary_intents(payer, bills, days) if each.act == PAY]
        # A payment in full settles all that is open.
        moments = sorted(each.at for each in intents if each.share == _IN_FULL and not each.exact)
        for bill in bills:
            issued = bill.issued_on.toordinal() * SECONDS_A_DAY
            paid = next((each for each in moments if each >= issued), None)
            due = due_day(payer, bill) + 1
            if bill.yuan > 0 and (paid is None or paid > due * SECONDS_A_DAY):
                found.append(
                    LatePayment(bill, _moment(due * SECONDS_A_DAY), None if paid is None else _moment(paid))
                )
    return found


def _moment(seconds: int) -> datetime:
    day, rest = divmod(seconds, SECONDS_A_DAY)
    return instant(date.fromordinal(day), 0) + timedelta(seconds=rest)


def remind(papers: Papers) -> None:
    """A message a few days after a bill fell due, and one more when it stays open."""
    known = {each.bill.bill_id for each in papers.cuts if each.bill is not None}
    for late in papers.late_payments:
        if late.bill.bill_id in known:
            continue
        for days in _REMINDED:
            at = late.due + timedelta(days=days, hours=9, minutes=late.bill.issued_on.day)
            if late.paid is None or at < late.paid:
                papers.reminders.append((late.bill, at))


def cut(papers: Papers, chance: random.Random, customer: Customer, late: LatePayment) -> Cut:
    """A cut as it should be: reminders, a warning a week ahead, and supply back hours after the payment."""
    executed = in_office_hours(chance, cut_on(papers, late))
    paid = max(late.paid or executed, executed + timedelta(minutes=90))
    warned = executed - timedelta(days=_WARNED_AHEAD, minutes=chance.randrange(300))
    channel = chance.choice((_MESSAGE, _MESSAGE, _PAPER))
    restored = paid + timedelta(minutes=chance.randrange(20, 600))
    made = Cut(
        cut_id=papers.number("S"),
        customer=customer,
        bill=late.bill,
        approver=papers.team.pick(chance, _APPROVER, executed.date()),
        method=chance.choice(("远程", "远程", "现场")),
        notices=[
            (REMINDER, _MESSAGE, late.due + timedelta(days=2, hours=9)),
            (REMINDER, _MESSAGE, late.due + timedelta(days=14, hours=9)),
            (WARNING, channel, warned),
        ],
        executed=executed,
        paid=paid,
        restored=restored,
    )
    papers.cuts.append(made)
    return made


def receivable_id(bill: BillFact) -> str:
    """The receivable that the bill became."""
    return f"Y{bill.bill_id}"


def cut_on(papers: Papers, late: LatePayment) -> date:
    """The working day on which a bill that stays unpaid leads to a cut."""
    return papers.clock.workday((late.due + timedelta(days=_ARREARS)).date())
