"""Causes in the files: meters not struck off, multipliers refiled, accounts closed on paper only."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from jicha.county.chance import between, day_before
from jicha.county.founding import supply
from jicha.county.founding.customer import close, interrupt, mid_month_day, open_anew
from jicha.county.place import (
    Kind,
    Place,
    expected_advance,
    fits_anybody,
    fits_plain_ct,
    fits_plain_meter,
    new_meter,
    other_multipliers,
)
from jicha.county.story import Refiling, Story
from jicha.county.tables import PlannedCause
from jicha.county.world import HUNDREDTHS, Customer, Installation
from jicha.kernel.period import Month
from jicha.kernel.text import Text

_LINGERING_MONTHS = (3, 7)
_ESTIMATED_SHARES = (0.3, 0.6)
_ESTIMATES_IN = 10 * HUNDREDTHS
_MINIMA_KWH = (10, 15, 20, 30)


class OldMeterStillBilled(Story):
    """The billing file never strikes off a meter that was exchanged: every bill carries it beside the new one,
    at the register billed last, or with an estimate. `estimate` in hundredths a month; at 0 what the old meter
    counted in its last days is never billed."""

    def __init__(
        self,
        plan: PlannedCause,
        customer: Customer,
        exchanged_on: date,
        last: Month,
        estimate: int,
        new: Installation,
    ) -> None:
        customer.installations[-1].removed_on = exchanged_on
        customer.installations.append(new)
        exchanged_in = Month.parse(exchanged_on)
        super().__init__(
            plan,
            exchanged_on,
            last.next.first,
            Text(
                en=f"exchanged on {exchanged_on}, old meter billed until {last}, {estimate // HUNDREDTHS} units a "
                "month",
                zh=f"{exchanged_on} 换表未归档,旧表计费至 {last},每月 {estimate // HUNDREDTHS}",
            ),
        )
        # A final register that nobody took down shows from the month of the exchange on.
        self._months = (exchanged_in.next if estimate else exchanged_in, last)
        self._estimate = estimate

    def lingering_advance(self, month: Month) -> int | None:
        first, last = self._months
        return self._estimate if first <= month <= last else None


class MultiplierRefiled(Story):
    """In mid-month the billing file gets another multiplier though nobody touched the transformers; the month
    is billed with both. Where it has an end, the right one is filed again from a month's beginning."""

    def __init__(
        self, plan: PlannedCause, changed_on: date, end: date, before: int, after: int, *, is_mended: bool
    ) -> None:
        note = Text(
            en=f"multiplier {before} filed as {after} from {changed_on}, no transformer changed",
            zh=f"{changed_on} 计费倍率由 {before} 改为 {after},互感器未变更",
        )
        super().__init__(plan, changed_on, end, note)
        filed = [Refiling(changed_on, after), *([Refiling(end, before)] if is_mended else [])]
        self._refilings = {Month.parse(each.on): each for each in filed}
        self.marked_days = frozenset(day_before(each.on) for each in filed)
        self.size = Decimal(f"{after / before:.3f}")

    def refiling(self, month: Month) -> Refiling | None:
        return self._refilings.get(month)


class ClosedOnPaper(Story):
    """The customer file has the account closed; supply, meter and bills go on."""

    def __init__(self, plan: PlannedCause, customer: Customer, closed_on: date, end: date) -> None:
        customer.filed_closing = closed_on
        note = Text(
            en=f"filed as closed on {closed_on}, supply used and billed",
            zh=f"档案 {closed_on} 销户,实际仍在用电计费",
        )
        super().__init__(plan, closed_on, end, note)


class MinimumBookedAfterClosing(Story):
    """An account that ended goes on being billed a minimum, without a meter and without a supply."""

    def __init__(self, plan: PlannedCause, customer: Customer, closed_on: date, end: date, kwh: int) -> None:
        close(customer, closed_on)
        note = Text(
            en=f"closed on {closed_on}, {kwh} kWh a month booked since",
            zh=f"{closed_on} 销户后每月仍计 {kwh} 千瓦时",
        )
        super().__init__(plan, Month.parse(closed_on).next.first, end, note)
        self._kwh = Decimal(kwh).quantize(Decimal("0.01"))

    def booked_minimum(self, month: Month) -> Decimal | None:
        return self._kwh if month.first >= self.valid_from else None


class FinalBillAfterClosing(Story):
    """The final bill, over the last days of supply, is issued after the closing day like any other."""

    def __init__(self, plan: PlannedCause, customer: Customer, closed_on: date) -> None:
        close(customer, closed_on)
        issued_on = Month.parse(closed_on).next.first.replace(day=customer.book.issue_day)
        note = Text(
            en=f"closed on {closed_on}, final bill of {issued_on}", zh=f"{closed_on} 销户,{issued_on} 结清"
        )
        super().__init__(plan, closed_on, issued_on + timedelta(days=1), note)


class Reopened(Story):
    """An account that ended with a final bill and began again months later, with another meter."""

    def __init__(
        self, plan: PlannedCause, customer: Customer, closed_on: date, reopened_on: date, new: Installation
    ) -> None:
        interrupt(customer, closed_on, reopened_on, new)
        note = Text(
            en=f"final bill to {closed_on}, opened again on {reopened_on}",
            zh=f"{closed_on} 拆表结清,{reopened_on} 复装",
        )
        super().__init__(plan, closed_on, reopened_on, note)


class NeverBilled(Story):
    """An account connected inside the period that no reading book and no billing run ever took up."""

    is_billed = False

    def __init__(self, plan: PlannedCause, customer: Customer, opened_on: date, end: date) -> None:
        open_anew(customer, opened_on)
        note = Text(en=f"connected on {opened_on}, never billed", zh=f"{opened_on} 送电归档, 一直未计费")
        super().__init__(plan, opened_on, end, note)


def _tell_never_billed(place: Place) -> Story:
    return NeverBilled(place.plan, place.customer, place.onset(2, 5), place.world.end)


def _tell_still_billed(place: Place) -> Story:
    customer, world = place.customer, place.world
    months = min(place.length_in_months(*_LINGERING_MONTHS), len(world.months) - 3)
    exchanged_on = place.onset(1, months + 1)
    month = Month.parse(exchanged_on)
    estimate = 0
    if place.variant == 1:
        share = between(place.chance, *_ESTIMATED_SHARES)
        expected = expected_advance(customer, world.months) * share / len(world.months)
        estimate = max(round(expected / _ESTIMATES_IN), 1) * _ESTIMATES_IN
    new = _same_again(place, exchanged_on)
    return OldMeterStillBilled(place.plan, customer, exchanged_on, month.plus(months), estimate, new)


def _same_again(place: Place, installed_on: date) -> Installation:
    multiplier = place.customer.installations[-1].multiplier
    return new_meter(place, installed_on, multiplier, multiplier)


def _tell_refiled(place: Place) -> Story:
    before = place.customer.installations[-1].multiplier
    after = place.chance.choice(other_multipliers(place.customer, place.variant))
    if place.wish.size is not None:
        wished, trade = place.size(1, 1) * before, place.customer.trade
        others = [supply.multiplier(trade, each) for each in supply.primaries(trade)]
        after = min((each for each in others if each != before), key=lambda each: abs(each - wished))
    changed_on = place.onset(1, 2)
    if changed_on.day == 1:
        # The bill of the month shows both.
        changed_on = changed_on.replace(day=2)
    end = place.month_end(changed_on)
    mended = end < place.city.end
    return MultiplierRefiled(place.plan, changed_on, end, before, after, is_mended=mended)


def _tell_closed(place: Place) -> Story:
    closed_on = place.onset(1, 4)
    if place.variant == 0:
        return ClosedOnPaper(place.plan, place.customer, closed_on, place.world.end)
    kwh = place.chance.choice(_MINIMA_KWH)
    return MinimumBookedAfterClosing(place.plan, place.customer, closed_on, place.world.end, kwh)


def _tell_final(place: Place) -> Story:
    return FinalBillAfterClosing(place.plan, place.customer, place.onset(1, 1))


def _tell_reopened(place: Place) -> Story:
    closed_on = place.onset(1, 4)
    month = Month.parse(closed_on)
    reopened_on = mid_month_day(place.chance, month.plus(place.chance.choice((1, 2, 3))))
    if place.wish.days is not None:
        # In a later month, and before the period is over.
        latest = place.city.end - timedelta(days=5)
        reopened_on = min(closed_on + timedelta(days=place.length(1, 2)), latest)
        reopened_on = max(reopened_on, month.next.first)
    return Reopened(place.plan, place.customer, closed_on, reopened_on, _same_again(place, reopened_on))


def _fits_estimate(customer: Customer, variant: int) -> bool:
    return fits_anybody(customer, variant) if variant == 0 else fits_plain_meter(customer, variant)


def _fits_closing(customer: Customer, variant: int) -> bool:
    return fits_plain_meter(customer, variant)


KINDS = {
    "energised_but_never_billed": Kind(fits_plain_meter, _tell_never_billed),
    "old_meter_still_billed": Kind(_fits_estimate, _tell_still_billed),
    "multiplier_refiled": Kind(fits_plain_ct, _tell_refiled),
    "closed_account_billed": Kind(_fits_closing, _tell_closed),
    "final_bill_after_closing": Kind(_fits_closing, _tell_final),
    "account_reopened": Kind(_fits_closing, _tell_reopened),
}
