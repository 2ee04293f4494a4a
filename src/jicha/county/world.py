"""What exists in the county: organisations, areas, books, customers, meters, agreements.

Registers are whole numbers of hundredths of a register unit; energy at the customer's side is register
hundredths times the multiplier, so hundredths of a kWh. No rounding ever happens between meter and bill.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from jicha.county.story import Story
from jicha.county.tables import Trade
from jicha.kernel.period import Month

HUNDREDTHS = 100


@dataclass(frozen=True, slots=True)
class Organisation:
    org_id: str
    parent_id: str | None
    level_zh: str
    name: str


@dataclass(frozen=True, slots=True)
class Area:
    area_id: str
    name: str
    org_id: str
    feeder_id: str
    capacity_kva: str


@dataclass(frozen=True, slots=True)
class Book:
    """A reading book; `issue_day` is the day of the following month on which its bills are issued.

    It is read every `cycle_months` months, `first_read` being one of them."""

    book_id: str
    org_id: str
    reader_id: str
    issue_day: int
    cycle_months: int = 1
    first_read: Month | None = None

    @property
    def is_monthly(self) -> bool:
        return self.cycle_months == 1

    def is_read_in(self, month: Month) -> bool:
        return self.first_read is None or month.months_since(self.first_read) % self.cycle_months == 0


@dataclass(frozen=True, slots=True)
class Agreement:
    """A price code in force from a day until, not including, another (None: still in force)."""

    price_code: str
    valid_from: date
    valid_to: date | None


@dataclass(slots=True)
class Installation:
    """One meter's stay. `multiplier` is what is on the wall and in the asset file; `filed_multiplier` is what
    the billing file believes. Registers in hundredths of a unit, as displayed."""

    meter_id: str
    installed_on: date
    removed_on: date | None
    multiplier: int
    filed_multiplier: int
    digits: int
    start_register: int
    end_register: int | None = None
    reverse_register: int = 0

    @property
    def modulus(self) -> int:
        """One more than the largest register, in hundredths: where the display starts again at zero."""
        return int(10**self.digits) * HUNDREDTHS


@dataclass(slots=True)
class Customer:
    """One account with one metering point.

    `opening_register` is the register (hundredths) when the period, or the supply if later, begins;
    `daily_kwh` the customer's mean before season, weekday and noise; `closed_on` the first day without
    supply. `interruption`: from its first day until, not including, its second one there is no supply and no
    meter. `moved`: read in that book before that month. `filed_closing`: the customer file has the account
    closed from that day, whatever happens at the site.
    """

    index: int
    customer_id: str
    name: str
    address: str
    phone: str
    trade: Trade
    org_id: str
    area_id: str
    book: Book
    category: str
    customer_type: str
    industry: str
    opened_on: date
    closed_on: date | None
    daily_kwh: float
    opening_register: int
    installations: list[Installation]
    agreements: list[Agreement]
    interruption: tuple[date, date] | None = None
    moved: tuple[Book, Month] | None = None
    filed_closing: date | None = None
    story: Story | None = None

    @property
    def metering_point_id(self) -> str:
        return f"{self.customer_id}01"

    def book_in(self, month: Month) -> Book:
        """The book in which the customer is read in the month."""
        if self.moved is not None and month < self.moved[1]:
            return self.moved[0]
        return self.book

    def price_code_on(self, day: date) -> str:
        for agreement in self.agreements:
            if agreement.valid_from <= day and (agreement.valid_to is None or day < agreement.valid_to):
                return agreement.price_code
        raise LookupError(f"customer {self.customer_id} has no price agreement on {day}")


@dataclass(slots=True)
class World:
    """Everything founded, before the first day is lived."""

    months: tuple[Month, ...]
    organisations: list[Organisation] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    books: list[Book] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)

    @property
    def first_day(self) -> date:
        return self.months[0].first

    @property
    def end(self) -> date:
        """The first day after the period."""
        return self.months[-1].next.first


def units(hundredths: int) -> Decimal:
    """Hundredths as a decimal number with two places, exactly."""
    return Decimal(hundredths).scaleb(-2)
