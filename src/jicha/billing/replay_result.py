"""What a scenario changes, by bill and charge: a partial sum never looks like a total."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from jicha.billing.scenario import Override

Status = Literal["whole", "partial", "conflict", "none"]

#: An adjustment bill is approved, not reckoned: no scenario changes it.
ADJUSTMENT = "adjustment_bill"
#: Reasons that are no bill's.
NO_BILLS, CONFLICT, UNUSED = "no_bills", "conflict", "override_without_bill"

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class BillReplayed:
    """One bill of a scenario. `charges` maps the amounts of `mart.recalculated_bill` (energy_charge_yuan, …) to
    (actual, scenario). Without both sides `reason` is a code of not_recalculated.csv and the differences are None.
    `is_concerned`: the overrides may have changed it."""

    bill_id: str
    month_on: date
    from_on: date | None
    to_on: date | None
    is_concerned: bool
    actual_kwh: Decimal | None
    scenario_kwh: Decimal | None
    actual_yuan: Decimal | None
    scenario_yuan: Decimal | None
    issued_yuan: Decimal | None
    charges: Mapping[str, tuple[Decimal, Decimal]]
    confidence: str | None
    reason: str | None

    @property
    def difference_yuan(self) -> Decimal | None:
        return _less(self.scenario_yuan, self.actual_yuan)

    @property
    def difference_kwh(self) -> Decimal | None:
        return _less(self.scenario_kwh, self.actual_kwh)


def weakest(told: Collection[str | None]) -> str | None:
    """The weakest of several confidences in law."""
    return next((code for code in ("unverified", "secondary", "source-read") if code in told), None)


def _less(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one - other


@dataclass(frozen=True, slots=True)
class Replayed:
    """What one scenario changes. Money in yuan, + owed to the utility. `unused` are overrides that met no bill,
    `conflicts` pairs that cannot both hold: then nothing was replayed."""

    scenario_id: str
    overrides: tuple[Override, ...]
    bills: tuple[BillReplayed, ...] = ()
    unused: tuple[Override, ...] = ()
    conflicts: tuple[tuple[Override, Override], ...] = ()

    @property
    def concerned(self) -> list[BillReplayed]:
        return [bill for bill in self.bills if bill.is_concerned]

    @property
    def status(self) -> Status:
        if self.conflicts:
            return "conflict"
        if all(bill.reason is not None for bill in self.concerned):
            return "none"
        return "partial" if self.reasons else "whole"

    @property
    def reasons(self) -> list[tuple[str, str | None]]:
        """(code, bill) of all that keeps the sum from being a total; no bill where none is meant."""
        if self.conflicts:
            return [(CONFLICT, None)]
        found: list[tuple[str, str | None]] = [
            (bill.reason, bill.bill_id) for bill in self.concerned if bill.reason is not None
        ]
        if not self.bills:
            found.append((NO_BILLS, None))
        elif self.unused:
            found.append((UNUSED, None))
        return found

    @property
    def yuan(self) -> Decimal | None:
        """The sum over the concerned bills that could be replayed; None where none could."""
        return self._sum(lambda bill: bill.difference_yuan)

    @property
    def kwh(self) -> Decimal | None:
        return self._sum(lambda bill: bill.difference_kwh)

    @property
    def confidence(self) -> str | None:
        """The weakest law any concerned bill rests on."""
        return weakest({bill.confidence for bill in self.concerned if bill.reason is None})

    def _sum(self, of: Callable[[BillReplayed], Decimal | None]) -> Decimal | None:
        if self.status in ("conflict", "none"):
            return None
        told = [value for bill in self.concerned if (value := of(bill)) is not None]
        return sum(told, _NOTHING)
