"""Causes in the reader's book and at the terminal: what is written is not what the meter shows."""

from __future__ import annotations

from datetime import date, timedelta

from jicha.county.chance import between
from jicha.county.place import VARIANTS, Kind, Place, fits_anybody, fits_plain_meter
from jicha.county.story import Story
from jicha.county.tables import PlannedCause
from jicha.county.world import HUNDREDTHS, Customer
from jicha.kernel.period import Month
from jicha.kernel.text import Text

_GAP_DAYS = (25, 71)
_GUESSED_MONTHS = (4, 8)
# Units a month: less than the leanest month of the thriftiest dwelling, so that the register overtakes them.
_GUESSES = (50, 60, 70, 80)
_REPAIRED_AFTER = 12
_CLAIMS = ("估抄", "手抄")
_REKEYED_SHARES = (0.25, 0.6)


class RegisterWrittenBack(Story):
    """One month-end reading is written lower than the month before; the meter itself runs on."""

    def __init__(self, plan: PlannedCause, month: Month, share: float) -> None:
        # The next month's bill takes up what this one left out, so the cause lives in both.
        super().__init__(
            plan,
            month.first,
            month.plus(2).first,
            Text(
                en=f"reading of {month} written back; nothing billed, made up for the month after",
                zh=f"{month} 示数倒写,当月未计费,次月补计",
            ),
        )
        self._month = month
        self._share = share

    def written_register(self, month: Month, register: int, advance: int, booked: int) -> int | None:  # noqa: ARG002
        if month != self._month:
            return None
        # A person writes whole units, below last month's register by a share of a month's use.
        before = register - advance
        return (before - max(HUNDREDTHS, int(advance * self._share))) // HUNDREDTHS * HUNDREDTHS


class ReadingsGuessed(Story):
    """The terminal is dead and the reader stays at home: he books the same usage every month, the same at
    several customers of his book, until the register is read again and shows what was really used."""

    def __init__(self, plan: PlannedCause, first: Month, months: int, guess: int, claim: str) -> None:
        caught_up = first.plus(months)
        super().__init__(
            plan,
            first.first,
            caught_up.next.first,
            Text(
                en=f"{guess} units a month booked unread from {first}, {months} month(s), true register in "
                f"{caught_up}",
                zh=f"自 {first} 起 {months} 个月未到位抄表、每月按 {guess} 估录,{caught_up} 据实补计",
            ),
        )
        self._months = frozenset(first.plus(number) for number in range(months))
        self._silent = range(first.first.toordinal(), caught_up.first.toordinal() + _REPAIRED_AFTER)
        self._guess, self._claim = guess, claim

    def freeze_arrives(self, day: int) -> bool:
        return day not in self._silent

    def written_register(self, month: Month, register: int, advance: int, booked: int) -> int | None:  # noqa: ARG002
        return booked + self._guess * HUNDREDTHS if month in self._months else None

    def claimed_reading(self, month: Month) -> str | None:
        return self._claim if month in self._months else None


class StartRegisterRekeyed(Story):
    """The start register of one bill is keyed by hand, in whole units, and is not the one billed last: energy
    is lost between them, or charged twice."""

    def __init__(self, plan: PlannedCause, month: Month, share: float) -> None:
        lost = share > 0
        super().__init__(
            plan,
            month.first,
            month.next.first,
            Text(
                en=f"start register of {month} keyed too {'high' if lost else 'low'}",
                zh=f"{month} 起始示数手工录入偏{'大' if lost else '小'}",
            ),
        )
        self._month, self._share = month, share

    def keyed_start(self, month: Month, previous: int, current: int) -> int | None:
        if month != self._month:
            return None
        moved = (current - previous) * self._share
        keyed = (previous + int(moved)) // HUNDREDTHS * HUNDREDTHS
        # Rounding down must not bring it back to where it was.
        return keyed if keyed > previous or moved < 0 else previous // HUNDREDTHS * HUNDREDTHS + HUNDREDTHS


class CollectionGap(Story):
    """The terminal is silent for weeks; meter and site run on, month-end readings are taken by hand."""

    def __init__(self, plan: PlannedCause, start: date, end: date) -> None:
        note = Text(en=f"no daily freezes from {start} until {end}", zh=f"{start} 至 {end} 无日冻结")
        super().__init__(plan, start, end, note)
        self._silent = range(start.toordinal(), end.toordinal())

    def freeze_arrives(self, day: int) -> bool:
        return day not in self._silent


def _tell_written_back(place: Place) -> Story:
    return RegisterWrittenBack(place.plan, place.month(1, 2), place.chance.random() / VARIANTS)


def _tell_guessed(place: Place) -> Story:
    together = place.together()
    months = min(place.length_in_months(*_GUESSED_MONTHS, together), len(place.world.months) - 3)
    first = place.month(1, months + 1, together)
    return ReadingsGuessed(place.plan, first, months, together.choice(_GUESSES), place.chance.choice(_CLAIMS))


def _tell_rekeyed(place: Place) -> Story:
    share = between(place.chance, *_REKEYED_SHARES)
    return StartRegisterRekeyed(place.plan, place.month(1, 1), share if place.variant == 0 else -share)


def _tell_gap(place: Place) -> Story:
    start = place.onset(1, 3)
    length = place.length(*_GAP_DAYS)
    return CollectionGap(place.plan, start, min(start + timedelta(days=length), place.world.end))


def _fits_guess(customer: Customer, variant: int) -> bool:
    """Uses more than is guessed in every month, leaving room for chance."""
    return fits_plain_meter(customer, variant) and customer.trade.code in ("household", "shop")


KINDS = {
    "register_written_back": Kind(fits_anybody, _tell_written_back),
    "readings_guessed": Kind(_fits_guess, _tell_guessed, group=4),
    "start_register_rekeyed": Kind(fits_anybody, _tell_rekeyed),
    "collection_gap": Kind(fits_anybody, _tell_gap),
}
