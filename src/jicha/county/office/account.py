"""A customer as the billing office knows it, and beside it how far the bills are from the truth."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from jicha.county.metering.use import MeterUse, MonthOfUse
from jicha.county.office.bills import NOTHING
from jicha.county.world import Customer, Installation
from jicha.kernel.period import Month


@dataclass(frozen=True, slots=True)
class Reading:
    """A register (hundredths; ten-thousandths of a kW for 最大需量) at the end of `read_on`, as written;
    `is_wrong`: the meter showed another."""

    reading_id: str
    meter_id: str
    book_id: str
    read_on: date
    register: int
    reading_type: str
    is_wrong: bool
    kind: str = "有功总"


@dataclass(frozen=True, slots=True)
class Miss:
    """What a month's regular bill missed (+) or charged too much (-), and the days it was for."""

    kwh: Decimal
    yuan: Decimal
    from_on: date
    to_on: date


@dataclass(slots=True)
class TakenOff:
    """The meter that was taken off last, and the position up to which it is billed."""

    installation: Installation
    billed_position: int


@dataclass(slots=True)
class Account:
    """A customer as the office knows it.

    `billed_position` is the position (see `MeterUse`) up to which the meter `billed_on` is billed; `waiting` is
    use that nobody has read or billed yet; `marks` are positions somebody noted, by day; `missed_kwh`,
    `missed_yuan` sum, over all bills so far, a right bill minus the bill issued. `year_kwh` and `right_year_kwh`:
    what this calendar year's bills charged, and should have.
    """

    customer: Customer
    billed_on: Installation
    billed_position: int
    taken_off: TakenOff | None = None
    waiting: MonthOfUse | None = None
    missed_kwh: Decimal = NOTHING
    missed_yuan: Decimal = NOTHING
    year: int = 0
    year_kwh: Decimal = NOTHING
    right_year_kwh: Decimal = NOTHING
    misses: dict[Month, Miss] = field(default_factory=dict)
    marks: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, customer: Customer) -> Account:
        return cls(customer, customer.installations[0], customer.opening_register)

    def due(self, lived: MonthOfUse) -> MonthOfUse | None:
        """All that is to be read and billed with the month; None where the reader does not come, and the use
        waits."""
        customer = self.customer
        self.marks |= lived.marks
        if self.waiting is not None:
            lived, self.waiting = lived.following(self.waiting), None
        passed_over = customer.story is not None and customer.story.passed_over(lived.month)
        comes = customer.book_in(lived.month).is_read_in(lived.month) and not passed_over
        if comes or lived.is_final:
            return lived
        self.waiting = lived
        return None

    def turn_year(self, month: Month) -> None:
        """Tiers are counted anew from January on."""
        if month.year != self.year:
            self.year, self.year_kwh, self.right_year_kwh = month.year, NOTHING, NOTHING

    def turn_to(self, meter: MeterUse) -> None:
        """Begin with a meter's, or its new CT's, start register where another was billed before."""
        if meter.installation is not self.billed_on:
            self.taken_off = TakenOff(self.billed_on, self.billed_position)
            self.billed_on, self.billed_position = meter.installation, meter.from_position
