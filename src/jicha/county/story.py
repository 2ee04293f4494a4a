"""A story: what is out of the ordinary with one customer, and how it acts in the world.

A story changes what happens (what the meter shows, what the reader writes, what the clerk keys), never the
exported rows; the biller and the exports do not know that stories exist.
"""

# ruff: noqa: ARG002 - the ordinary conduct looks at nothing it is told

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jicha.county.tables import PlannedCause
from jicha.kernel.period import Month
from jicha.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Adjustment:
    """An order to correct the bill of `wrong_month` by what it missed or charged too much.

    `own_bill`: the correction is issued as a bill of its own (退补) instead of a line on the regular bill.
    """

    wrong_month: Month
    own_bill: bool


class Conduct:
    """How things go at one customer; the ordinary conduct, which leaves everything as it is."""

    def uses_energy(self, day: int) -> bool:
        """Whether anybody uses energy on the day (proleptic ordinal)."""
        return True

    def meter_counts(self, day: int) -> bool:
        """Whether the energy used on the day goes through a counting meter."""
        return True

    def freeze_arrives(self, day: int) -> bool:
        """Whether the day's freeze can reach the collection system at all."""
        return True

    def written_register(self, month: Month, register: int, advance: int) -> int | None:
        """What the reader writes instead of `register` (hundredths); None: what the meter shows.

        `advance` is how far the register moved in the month."""
        return None

    def keyed_kwh(self, month: Month, kwh: Decimal) -> Decimal | None:
        """What the clerk keys instead of the energy billed; None: nothing is keyed by hand."""
        return None

    def adjustment(self, month: Month) -> Adjustment | None:
        """What is to be corrected with the month's bills; None: nothing."""
        return None


ORDINARY = Conduct()


class Story(Conduct):
    """A conduct with a cause; subclasses override the one place where they act.

    `valid_from`, `valid_to` is the half-open span in which the cause acts (for innocents: in which the data
    look odd).
    """

    def __init__(self, plan: PlannedCause, valid_from: date, valid_to: date, note: Text) -> None:
        self.plan = plan
        self.valid_from = valid_from
        self.valid_to = valid_to
        self.note = note
