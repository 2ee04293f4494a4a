"""Whether data verify a mending. Absence is evidence only where somebody looked, and only `gone` is one.

Three ways to close: the state is gone, the event was not repeated, the past bill is covered by an adjustment. Every
other answer leaves the order open with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from jicha.casework.models import Suspicion
from jicha.casework.seeing import Looked
from jicha.inspection.known import PRESENCES
from jicha.kernel.period import month_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` says why not; `is_contradicted`: it is not merely too early, the data show it is still there."""

    is_verified: bool
    reason: str = ""
    is_contradicted: bool = False


def verdict(
    suspicion: Suspicion, looked: Looked | None, mended_on: date | None, tolerance: Decimal
) -> Verdict:
    """What the data say of one finding of an order."""
    if looked is None:
        return Verdict(False, "not_looked_at")
    if mended_on is None:
        return Verdict(False, "not_mended")
    if suspicion.closer == "covered_by_adjustment":
        return _covered(suspicion, looked, tolerance)
    if suspicion.closer == "event_not_repeated":
        return _quiet(suspicion, looked, mended_on)
    return _gone(suspicion, looked, mended_on)


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of a shorter month."""
    month = month_of(day).plus(months)
    return min(month.first + timedelta(days=day.day - 1), month.last)


def _gone(suspicion: Suspicion, looked: Looked, mended_on: date) -> Verdict:
    if looked.as_of < mended_on + timedelta(days=suspicion.verify_days):
        return Verdict(False, "too_early")
    if looked.presence in PRESENCES:
        return Verdict(False, "still_there", is_contradicted=True)
    if looked.presence != "gone":
        return Verdict(False, looked.presence)
    return Verdict(True)


def _quiet(suspicion: Suspicion, looked: Looked, mended_on: date) -> Verdict:
    if looked.is_repeated:
        return Verdict(False, "repeated", is_contradicted=True)
    if looked.as_of < months_after(mended_on, suspicion.quiet_months or 0):
        return Verdict(False, "too_early")
    return Verdict(True)


def _covered(suspicion: Suspicion, looked: Looked, tolerance: Decimal) -> Verdict:
    if suspicion.impact_yuan is None:
        return Verdict(looked.presence == "gone", "" if looked.presence == "gone" else "amount_unknown")
    if looked.adjusted_yuan is None:
        return Verdict(False, "no_adjustment")
    if abs(looked.adjusted_yuan - suspicion.impact_yuan) > tolerance * abs(suspicion.impact_yuan):
        return Verdict(False, "amount_deviates", is_contradicted=True)
    return Verdict(True)
