"""Causes at the meter: it stands still, counts in part, is exchanged, rolls over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from jicha.county.chance import between, day_before
from jicha.county.electric.courses import STEADY, Course
from jicha.county.electric.effect import Effect
from jicha.county.electric.points import load_of
from jicha.county.electric.story import EffectStory
from jicha.county.founding import supply
from jicha.county.place import (
    Kind,
    Place,
    expected_advance,
    fits_any_meter,
    fits_anybody,
    fits_ct,
    new_meter,
    other_multipliers,
)
from jicha.county.story import Refiling, Story
from jicha.county.tables import PlannedCause
from jicha.county.tariff.breach import theft_penalty
from jicha.county.world import Customer, Installation
from jicha.kernel.period import Month, month_of
from jicha.kernel.text import Text

_FEWEST_STILL_MONTHS = {"meter_stopped": 8, "bypassed_supply": 7}
_FORGOTTEN, _KEEPS_CT = "ct_exchanged_file_not_updated", "meter_exchanged"
_FEWEST_DIGITS = 5
_ROLLOVER_SHARES = (0.3, 0.7)
_MISSING_SHARES = (0.4, 0.8)
_THEFT = "AT"
_FEWEST_PART_MONTHS = 5


class MeterStandsStill(Story):
    """From a day on the register keeps its value while energy is used: the meter has stopped, or the supply
    is led around it. Seen from the register the two are one; what is found on site differs."""

    size = Decimal("1.00")

    def __init__(self, plan: PlannedCause, onset: date, end: date) -> None:
        note = Text(en=f"register constant from {onset}", zh=f"自 {onset} 起示数不变")
        super().__init__(plan, onset, end, note)
        self._span = range(onset.toordinal(), end.toordinal())

    def counted_share(self, day: int) -> float:
        return 0.0 if day in self._span else 1.0

    def breach_yuan(self, missed_yuan: Decimal) -> Decimal:
        return _penalty(self.plan, missed_yuan)


class CountsInPart(Story):
    """From a day on the register moves by a part of the energy used: a current terminal is loose, so that one
    phase is not measured, or a part of the load is led around the meter."""

    def __init__(self, plan: PlannedCause, onset: date, end: date, share: float) -> None:
        percent = round(share * 100)
        note = Text(en=f"{percent} % counted from {onset}", zh=f"自 {onset} 起只计量 {percent}%")
        super().__init__(plan, onset, end, note)
        self._span = range(onset.toordinal(), end.toordinal())
        self._share = share
        self.size = Decimal(f"{1 - share:.2f}")

    def counted_share(self, day: int) -> float:
        return self._share if day in self._span else 1.0

    def breach_yuan(self, missed_yuan: Decimal) -> Decimal:
        return _penalty(self.plan, missed_yuan)


class MeterExchanged(Story):
    """In mid-month the meter, and perhaps its CT, is exchanged; the asset file knows, and the billing file
    knows too unless it was forgotten."""

    def __init__(
        self, plan: PlannedCause, customer: Customer, exchanged_on: date, end: date, new: Installation
    ) -> None:
        old = customer.installations[-1]
        self._noticed: Refiling | None = None
        old.removed_on = exchanged_on
        customer.installations.append(new)
        before, after = old.multiplier, new.multiplier
        self._multiplier = after
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
        if new.filed_multiplier != after:
            self.size = Decimal(f"{new.filed_multiplier / after:.3f}")

    def notice(self, on: date) -> None:
        """The forgotten multiplier is filed after all, from the beginning of a month."""
        self.valid_to = on
        self._noticed = Refiling(on, self._multiplier)
        self.marked_days = frozenset({day_before(on)})

    def refiling(self, month: Month) -> Refiling | None:
        noticed = self._noticed
        return noticed if noticed is not None and noticed.on == month.first else None


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
    exchanged_on = place.onset(1, 1 if keeps_ct else 2)
    multiplier = old.multiplier if keeps_ct else _other_multiplier(place)
    forgotten = place.plan.kind == _FORGOTTEN
    new = new_meter(place, exchanged_on, multiplier, old.multiplier if forgotten else multiplier)
    end = month_of(exchanged_on).next.first if keeps_ct else place.world.end
    story = MeterExchanged(place.plan, place.customer, exchanged_on, end, new)
    if forgotten and place.wish.days is not None:
        noticed_on = place.month_end(exchanged_on)
        if noticed_on < place.city.end:
            story.notice(noticed_on)
    return story


def _other_multiplier(place: Place) -> int:
    """Of the next larger or smaller transformers; or that whose ratio is closest to the size a plan wishes."""
    customer, present = place.customer, place.customer.installations[-1].multiplier
    if place.wish.size is None:
        return place.chance.choice(other_multipliers(customer, place.variant))
    wished = place.size(1, 1)
    others = [supply.multiplier(customer.trade, each) for each in supply.primaries(customer.trade)]
    return min((each for each in others if each != present), key=lambda each: abs(present / each - wished))


def _tell_ct_only(place: Place) -> Story:
    """The CT alone is exchanged; the meter's stay is filed in two parts, each with its multiplier."""
    multiplier = _other_multiplier(place)
    exchanged_on = place.onset(1, 2)
    new = replace(
        place.customer.installations[-1],
        installed_on=exchanged_on,
        multiplier=multiplier,
        filed_multiplier=multiplier,
        ct_ratio=new_meter(place, exchanged_on, multiplier, multiplier).ct_ratio,
    )
    return MeterExchanged(place.plan, place.customer, exchanged_on, place.world.end, new)


def _tell_still(place: Place) -> Story:
    onset = place.onset(2, place.left(_FEWEST_STILL_MONTHS[place.plan.kind]))
    if place.wish.shape not in (None, STEADY):
        return _shaped(place, onset, 1.0)
    return MeterStandsStill(place.plan, onset, place.end(onset))


def _tell_in_part(place: Place) -> Story:
    onset = place.onset(2, place.left(_FEWEST_PART_MONTHS))
    missing = place.size(*_MISSING_SHARES)
    if place.wish.shape not in (None, STEADY):
        return _shaped(place, onset, missing)
    return CountsInPart(place.plan, onset, place.end(onset), 1 - missing)


def _shaped(place: Place, onset: date, missing: float) -> Story:
    """A part of the load is not counted, by the course that a plan wishes."""
    end, shape = place.end(onset), place.wish.shape or STEADY
    percent = round(missing * 100)
    note = Text(
        en=f"{percent} % not counted from {onset}, {shape}", zh=f"自 {onset} 起少计 {percent}%({shape})"
    )
    return EffectStory(
        place.plan,
        (onset, end),
        note,
        load_of(place.city.seed, place.customer),
        Effect(around=missing),
        Course(shape, onset.toordinal(), end.toordinal(), place.chance),
        size=missing,
        breach_multiple=_penalty(place.plan, Decimal(1)),
    )


def _penalty(plan: PlannedCause, missed_yuan: Decimal) -> Decimal:
    """Theft costs more than what was missed; a loose terminal or a stopped meter does not."""
    return theft_penalty(missed_yuan) if plan.theme == _THEFT and missed_yuan > 0 else Decimal("0.00")


def _tell_rollover(place: Place) -> Story:
    customer, meter = place.customer, place.customer.installations[0]
    meter.digits = _FEWEST_DIGITS
    share = between(place.chance, *_ROLLOVER_SHARES)
    opening = meter.modulus - int(expected_advance(customer, place.world.months) * share)
    return RegisterRollover(place.plan, customer, max(opening, 0), place.world.end)


def _fits_fast_register(customer: Customer, _variant: int) -> bool:
    """A shop, office or farm without CT, whose register may well have been round once."""
    return customer.installations[0].multiplier == 1 and customer.trade.customer_type == "低压非居民"


KINDS = {
    _FORGOTTEN: Kind(fits_ct, _tell_exchange),
    "meter_stopped": Kind(fits_any_meter, _tell_still),
    "bypassed_supply": Kind(fits_anybody, _tell_still),
    "current_terminal_loose": Kind(fits_ct, _tell_in_part),
    "partial_bypass": Kind(fits_any_meter, _tell_in_part),
    "register_rollover": Kind(_fits_fast_register, _tell_rollover),
    _KEEPS_CT: Kind(fits_any_meter, _tell_exchange),
    "ct_exchanged_file_updated": Kind(fits_ct, _tell_exchange),
    "ct_exchanged_meter_kept": Kind(fits_ct, _tell_ct_only),
}
