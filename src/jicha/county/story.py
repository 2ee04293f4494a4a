"""A story: what is out of the ordinary with one customer, and how it acts in the world.

A story changes what happens (what the meter shows, what the reader writes, what the clerk keys), never the
exported rows; the biller and the exports do not know that stories exist.
"""

# ruff: noqa: ARG002 - the ordinary conduct looks at nothing it is told

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from jicha.county.tables import PlannedCause
from jicha.county.tariff.terms import Terms
from jicha.kernel.period import Month
from jicha.kernel.text import Text

if TYPE_CHECKING:
    from jicha.county.electric.effect import Effect

_NO_MONEY = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Adjustment:
    """An order to correct the bill of `wrong_month` by what it missed or charged too much.

    `own_bill`: the correction is issued as a bill of its own (退补) instead of a line on the regular bill.
    """

    wrong_month: Month
    own_bill: bool


@dataclass(frozen=True, slots=True)
class Refiling:
    """The billing file gets another multiplier, valid from the beginning of `on`."""

    on: date
    multiplier: int


class Conduct:
    """How things go at one customer; the ordinary conduct, which leaves everything as it is.

    Registers are in hundredths of a unit, days proleptic ordinals unless they are dates.
    """

    #: Days at whose end somebody knows the register, beside the day of the reading.
    marked_days: frozenset[int] = frozenset()

    # At the site.

    def used_share(self, day: int) -> float:
        """How much of its ordinary energy the site uses on the day: 1 all, 0 nothing."""
        return 1.0

    def counted_share(self, day: int) -> float:
        """How much of the energy used on the day the meter counts: 1 all, 0 nothing."""
        return 1.0

    def freeze_arrives(self, day: int) -> bool:
        """Whether the day's freeze can reach the collection system at all."""
        return True

    def effect(self, day: int) -> Effect | None:
        """What a deed or a fault does to what the meter sees on the day, beside `counted_share`; None: nothing.

        The share of the energy that is counted follows from it and from the day's shape."""
        return None

    def clock_shift_quarters(self, day: int) -> int:
        """How many quarters of an hour the meter's clock is ahead (+) or behind: it books rates by its own clock."""
        return 0

    # The reader.

    def written_register(self, month: Month, register: int, advance: int, booked: int) -> int | None:
        """What the reader writes instead of `register`; None: what the meter shows.

        `advance` is how far the register moved since the last reading, `booked` the register billed last."""
        return None

    def claimed_reading(self, month: Month) -> str | None:
        """How the reader says the month's register was got; None: as it was."""
        return None

    def passed_over(self, month: Month) -> bool:
        """Whether nobody reads or bills the customer in a month in which somebody should."""
        return False

    # The billing office.

    #: Whether the account is in any reading book and billing run at all.
    is_billed = True

    def billed_from(self, month: Month) -> date | None:
        """The day with which the month's bill begins; None: the day after the bill before. The day before it
        is one of `marked_days`."""
        return None

    def keyed_start(self, month: Month, previous: int, current: int) -> int | None:
        """The start register keyed instead of `previous`, which was billed last; None: nothing is keyed."""
        return None

    def keyed_kwh(self, month: Month, kwh: Decimal) -> Decimal | None:
        """What the clerk keys instead of the energy billed; None: nothing is keyed by hand."""
        return None

    def keyed_months(self, month: Month, months: int) -> int:
        """How many months the bill is said to cover."""
        return months

    def refiling(self, month: Month) -> Refiling | None:
        """The change of the multiplier on file in the month; its day's eve is one of `marked_days`."""
        return None

    def lingering_advance(self, month: Month) -> int | None:
        """How far the office lets the register of a meter move that it has not struck off after its removal;
        None: a meter taken off is billed to its last register and no further."""
        return None

    def adjustment(self, month: Month) -> Adjustment | None:
        """What is to be corrected with the month's bills; None: nothing."""
        return None

    def repeated_after(self, month: Month) -> int | None:
        """Days after which the month's bill is issued once more, as it is; None: never."""
        return None

    def reissued_after(self, month: Month) -> int | None:
        """Days after which the month's bill is cancelled by a negative one and issued rightly; None: never."""
        return None

    def right_terms(self, day: date) -> Terms | None:
        """The terms that would be right on the day where those on file are not; None: the file is right."""
        return None

    def booked_minimum(self, month: Month) -> Decimal | None:
        """kWh billed though nothing is supplied any more; None: no bill without a supply."""
        return None


ORDINARY = Conduct()


class Story(Conduct):
    """A conduct with a cause; subclasses override the places where they act.

    `valid_from`, `valid_to` is the half-open span in which the cause acts (for innocents: in which the data
    look odd). `size` is how large the cause is in its own measure, for the scorecard's classes. A breach charge
    is `breach_multiple` times what the bills missed, unless a story knows better (`breach_yuan`).
    """

    breach_multiple = Decimal(0)
    size: Decimal | None = None

    def __init__(self, plan: PlannedCause, valid_from: date, valid_to: date, note: Text) -> None:
        self.plan = plan
        self.valid_from = valid_from
        self.valid_to = valid_to
        self.note = note

    def breach_yuan(self, missed_yuan: Decimal) -> Decimal:
        """The breach charge or penal money that the law adds to what the bills missed; other money, to the fen."""
        return max(missed_yuan, _NO_MONEY) * self.breach_multiple
