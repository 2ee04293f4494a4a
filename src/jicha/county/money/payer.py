"""Who pays, when and how: a customer's habit of paying, drawn once."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from typing import TypeVar

from jicha.county.chance import stream
from jicha.county.money.habits import Habit, Way, habits_of, kind_of, money_habits, ways_of
from jicha.county.world import Customer

_T = TypeVar("_T")

ELECTRONIC, SPECIAL, CREDIT_NOTE = "电子普通发票", "增值税专用发票", "红字发票"
PREPAID = "prepaid"


@dataclass(slots=True)
class Payer:
    """`digest` tells who pays, `account` from which account; `fee_kind` which late-fee rate holds. `invoice`: kind
    of invoice for each bill, '' for none. `pays_by_note`, `abandons_last`: see `money_habits.csv`."""

    customer: Customer
    chance: random.Random
    habit: Habit
    way: Way
    digest: str
    account: str
    tax_number: str
    fee_kind: str
    due_days: int
    invoice: str
    pays_by_note: bool
    abandons_last: bool

    @property
    def is_prepaid(self) -> bool:
        return self.habit.name == PREPAID


def digest(seed: int, what: str, subject: str) -> str:
    """The digest that stands in exports for a person, an account, a taxpayer number."""
    return hashlib.sha256(f"{seed}/{what}/{subject}".encode()).hexdigest()[:16]


def payer_of(seed: int, customer: Customer) -> Payer:
    """The customer as a payer; the same whoever else is there."""
    habits = money_habits()
    chance = stream(seed, "payer", customer.customer_id)
    trade = customer.trade
    habit, way = _one(chance, habits_of(trade.customer_type)), _one(chance, ways_of(trade.customer_type))
    wants_invoice, by_note, abandons = chance.random(), chance.random(), chance.random()
    invoice = ELECTRONIC
    if trade.is_high_voltage:
        invoice = SPECIAL
    elif trade.is_dwelling and wants_invoice >= habits["household_invoice_ratio"]:
        invoice = ""
    return Payer(
        customer=customer,
        chance=chance,
        habit=habit,
        way=way,
        digest=digest(seed, "person", customer.customer_id),
        account=digest(seed, "account", customer.customer_id),
        tax_number="" if trade.is_dwelling else digest(seed, "taxpayer", customer.customer_id),
        fee_kind=kind_of(trade),
        due_days=int(habits["due_days_dwelling" if trade.is_dwelling else "due_days_other"]),
        invoice=invoice,
        pays_by_note=trade.is_high_voltage and by_note < habits["note_ratio"],
        abandons_last=customer.closed_on is not None and abandons < habits["closing_unpaid_ratio"],
    )


def habit_named(name: str, customer_type: str) -> Habit:
    """The habit of that name for the type of customers. Raises LookupError if there is none."""
    return next(habit for _, habit in habits_of(customer_type) if habit.name == name)


def way_of_agency(agency: str, customer_type: str) -> Way:
    """How that type of customers pays through the agency. Raises LookupError if it does not."""
    for _, way in ways_of(customer_type):
        if way.agency == agency:
            return way
    raise LookupError(f"{customer_type} does not pay through {agency}")


def _one(chance: random.Random, options: tuple[tuple[int, _T], ...]) -> _T:
    lot = chance.random() * 1000
    for upper, option in options:
        if lot < upper:
            return option
    return options[-1][1]
