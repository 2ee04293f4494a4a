"""Causes at the meter: it stands still, counts in part, is exchanged, rolls over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from jicha.county.chance import between
from jicha.county.founding import mid_month_day
from jicha.county.place import (
    Kind,
    Place,
    expected_advance,
    fits_anybody,
    fits_ct,
    new_meter,
    other_multipliers,
)
from jicha.county.story import Story
from jicha.county.tables import PlannedCause
from jicha.county.world import Customer, Installation
from jicha.kernel.text import Text

_FEWEST_STILL_MONTHS = {"meter_stopped": 8, "bypassed_supply": 7}
_FORGOTTEN, _KEEPS_CT = "ct_exchanged_file_not_updated", "meter_exchanged"
_FEWEST_DIGITS = 5
_ROLLOVER_SHARES = (0.3, 0.7)
_COUNTED_SHARES = (0.2, 0.6)
_FEWEST_PART_MONTHS = 5


class MeterStandsStill(Story):
    """From a day on the register keeps its value while energy is used: the meter has stopped, or the supply
    is led around it. Seen from the register the two are one; what is found on site differs."""

    def __init__(self, plan: PlannedCause, onset: date, end: date) -> None:
        note = Text(en=f"register constant from {onset}", zh=f"自 {onset} 起示数不变")
        super().__init__(plan, onset, end, note)
        self._onset = onset.toordinal()

    def counted_share(self, day: int) -> float:
        return 1.0 if day < self._onset else 0.0


class CountsInPart(Story):
    """From a day on the register moves by a part of the energy used: a current terminal is loose, so that one
    phase is not measured, or a part of the load is led around the meter."""

    def __init__(self, plan: PlannedCause, onset: date, end: date, share: float) -> None:
        percent = round(share * 100)
        note = Text(en=f"{percent} % counted from {onset}", zh=f"自 {onset} 起只计量 {percent}%")
        super().__init__(plan, onset, end, note)
        self._onset = onset.toordinal()
        self._share = share

    def counted_share(self, day: int) -> float:
        return 1.0 if day < self._onset else self._share


class MeterExchanged(Story):
    """In mid-month the meter, and perhaps its CT, is exchanged; the asset file knows, and the billing file
    knows too unless it was forgotten."""

    def __init__(
        self, plan: PlannedCause, customer: Customer, exchanged_on: date, end: date, new: Installation
    ) -> None:
        old = customer.installations[-1]
        old.removed_on = exchanged_on
        customer.installations.append(new)
        before, after = old.multiplier, new.multiplier
        what = Text(en="meter", zh="换表")
        if new.meter_id == old.meter_id:
            what = Text(en="CT", zh="换互感器")
        super().__init__(
            plan,
            exchanged_on,
            end,
            Text(
                en=f"{what.en} exchanged on {exchanged_on}, multiplier {before} to {after}, "
                f"filed {new.filed_multiplier}",
                zh=f"{exchanged_on} {what.zh},倍率 {before} 变 {after},计费档案 {new.filed_multiplier}",
            ),
        )


class RegisterRollover(Story):
    """A register close to its last digit when the period begins. The key takes the day from the meter."""

    def __init__(self, plan: PlannedCause, customer: Customer, opening_register: int, end: date) -> None:
        customer.opening_register = opening_register
        super().__init__(
            plan,
            customer.installations[0].installed_on,
            end,
            Text(en="register passes its largest value", zh="示数超过最大值后归零"),
        )


def _tell_exchange(place: Place) -> Story:
    keeps_ct = place.plan.kind == _KEEPS_CT
    old = place.customer.installations[-1]
    month = place.month(1, 1 if keeps_ct else 2)
    multiplier = (
        old.multiplier if keeps_ct else place.chance.choice(other_multipliers(place.customer, place.variant))
    )
    exchanged_on = mid_month_day(place.chance, month)
    filed = old.multiplier if place.plan.kind == _FORGOTTEN else multiplier
    new = new_meter(place, exchanged_on, multiplier, filed)
    end = month.next.first if keeps_ct else place.world.end
    return MeterExchanged(place.plan, place.customer, exchanged_on, end, new)


def _tell_ct_only(place: Place) -> Story:
    """The CT alone is exchanged; the meter's stay is filed in two parts, each with its multiplier."""
    multiplier = place.chance.choice(other_multipliers(place.customer, place.variant))
    month = place.month(1, 2)
    exchanged_on = mid_month_day(place.chance, month)
    new = replace(
        place.customer.installations[-1],
        installed_on=exchanged_on,
        multiplier=multiplier,
        filed_multiplier=multiplier,
    )
    return MeterExchanged(place.plan, place.customer, exchanged_on, place.world.end, new)


def _tell_still(place: Place) -> Story:
    month = place.month(2, _FEWEST_STILL_MONTHS[place.plan.kind])
    return MeterStandsStill(place.plan, mid_month_day(place.chance, month), place.world.end)


def _tell_in_part(place: Place) -> Story:
    month = place.month(2, _FEWEST_PART_MONTHS)
    share = between(place.chance, *_COUNTED_SHARES)
    return CountsInPart(place.plan, mid_month_day(place.chance, month), place.world.end, share)


def _tell_rollover(place: Place) -> Story:
    customer, meter = place.customer, place.customer.installations[0]
    meter.digits = _FEWEST_DIGITS
    share = between(place.chance, *_ROLLOVER_SHARES)
    opening = meter.modulus - int(expected_advance(customer, place.world.months) * share)
    return RegisterRollover(place.plan, customer, max(opening, 0), place.world.end)


def _fits_fast_register(customer: Customer, _variant: int) -> bool:
    """A shop, office or farm without CT, whose register may well have been round once."""
    return customer.installations[0].multiplier == 1 and customer.customer_type == "低压非居民"


KINDS = {
    _FORGOTTEN: Kind(fits_ct, _tell_exchange),
    "meter_stopped": Kind(fits_anybody, _tell_still),
    "bypassed_supply": Kind(fits_anybody, _tell_still),
    "current_terminal_loose": Kind(fits_ct, _tell_in_part),
    "partial_bypass": Kind(fits_anybody, _tell_in_part),
    "register_rollover": Kind(_fits_fast_register, _tell_rollover),
    _KEEPS_CT: Kind(fits_anybody, _tell_exchange),
    "ct_exchanged_file_updated": Kind(fits_ct, _tell_exchange),
    "ct_exchanged_meter_kept": Kind(fits_ct, _tell_ct_only),
}
