"""Causes in the billing office: energy, months and prices keyed, bills issued twice or put right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from jicha.county.founding import supply
from jicha.county.place import VARIANTS, Kind, Place, fits_anybody
from jicha.county.story import Adjustment, Story
from jicha.county.tables import PlannedCause, trades
from jicha.county.tariff.terms import Terms
from jicha.county.world import Agreement, Customer, units
from jicha.kernel.period import Month
from jicha.kernel.text import Text

_REPEATED_AFTER, _REISSUED_AFTER = (1, 5), (3, 12)
# A farm turns to irrigation; a dwelling becomes a shop.
_TURNS_TO = ("pump", "shop")


class KeyingSlip:
    """How a clerk's hand slips on a number: digits swapped, or a zero too many or too few."""

    def __init__(self, upwards: bool, swaps_digits: bool) -> None:
        self.upwards = upwards
        self._swaps_digits = swaps_digits

    def keyed(self, kwh: Decimal) -> Decimal:
        """The number keyed; one without two digits to swap in the slip's direction gets or loses a zero."""
        swapped = self._swapped(kwh) if self._swaps_digits else None
        return swapped if swapped is not None else self._with_zero(kwh)

    def _swapped(self, kwh: Decimal) -> Decimal | None:
        whole, _, fraction = str(kwh).partition(".")
        for place in range(len(whole) - 1):
            left, right = whole[place], whole[place + 1]
            if (left < right) if self.upwards else (left > right):
                return Decimal(f"{whole[:place]}{right}{left}{whole[place + 2 :]}.{fraction}")
        return None

    def _with_zero(self, kwh: Decimal) -> Decimal:
        moved = kwh.scaleb(1 if self.upwards else -1)
        return moved.quantize(units(1), rounding=ROUND_HALF_UP)


class WrongEnergyKeyed(Story):
    """In one month, or two in a row, the energy on the bill is keyed by hand and wrongly."""

    def __init__(self, plan: PlannedCause, first: Month, months: int, slip: KeyingSlip) -> None:
        direction = Text(en="too high", zh="偏大") if slip.upwards else Text(en="too low", zh="偏小")
        super().__init__(
            plan,
            first.first,
            first.plus(months).first,
            Text(
                en=f"energy keyed {direction.en} from {first}, {months} month(s)",
                zh=f"自 {first} 起 {months} 个月录入电量{direction.zh}",
            ),
        )
        self._months = tuple(first.plus(number) for number in range(months))
        self._slip = slip

    def keyed_kwh(self, month: Month, kwh: Decimal) -> Decimal | None:
        return self._slip.keyed(kwh) if month in self._months else None


class BillCorrected(WrongEnergyKeyed):
    """A slip that was noticed and made good: a later month adjusts it, on the regular bill or its own."""

    def __init__(
        self, plan: PlannedCause, wrong: Month, corrected: Month, slip: KeyingSlip, own_bill: bool
    ) -> None:
        super().__init__(plan, wrong, 1, slip)
        self.valid_to = corrected.next.first
        self.note = Text(
            en=f"bill of {wrong} keyed wrongly, corrected in {corrected}",
            zh=f"{wrong} 账单录错,{corrected} 已退补",
        )
        self._corrected = corrected
        self._adjustment = Adjustment(wrong, own_bill)

    def adjustment(self, month: Month) -> Adjustment | None:
        return self._adjustment if month == self._corrected else None


class BillReissued(WrongEnergyKeyed):
    """A slip that was noticed within days: the bill is cancelled by a negative one and issued rightly."""

    def __init__(self, plan: PlannedCause, month: Month, slip: KeyingSlip, after: int) -> None:
        super().__init__(plan, month, 1, slip)
        self.note = Text(
            en=f"bill of {month} cancelled by a negative bill and issued again rightly",
            zh=f"{month} 账单已全额冲减并重新发行",
        )
        self._month, self._after = month, after

    def reissued_after(self, month: Month) -> int | None:
        return self._after if month == self._month else None


class BillingRunRepeated(Story):
    """The billing run of a reading book is started twice: customers of the book get a month's bill twice."""

    def __init__(self, plan: PlannedCause, month: Month, after: int) -> None:
        note = Text(en=f"bill of {month} issued twice", zh=f"{month} 账单重复发行")
        super().__init__(plan, month.first, month.next.first, note)
        self._month, self._after = month, after

    def repeated_after(self, month: Month) -> int | None:
        return self._after if month == self._month else None


class MonthsBilledWrongly(Story):
    """A bill says it covers two months where it covers one, or one where it covers two; its energy is right."""

    def __init__(self, plan: PlannedCause, month: Month, first: date, keyed: int, months: int) -> None:
        note = Text(
            en=f"bill of {month} over {months} month(s) issued as {keyed}; energy right",
            zh=f"{month} 账单实为 {months} 个月、计费月数录为 {keyed},电量无误",
        )
        super().__init__(plan, first, month.next.first, note)
        self._month, self._keyed = month, keyed

    def keyed_months(self, month: Month, months: int) -> int:
        return self._keyed if month == self._month else months


class TwoMonthBook(Story):
    """Read and billed every two months, as the whole reading book is."""

    def __init__(self, plan: PlannedCause, start: date, end: date) -> None:
        note = Text(en="reading book read and billed every two months", zh="双月抄表段,两月一抄一算")
        super().__init__(plan, start, end, note)


class PriceChanged(Story):
    """Another price from a month's start on, with all papers; earlier bills rightly carry the earlier one."""

    def __init__(
        self, plan: PlannedCause, customer: Customer, start: date, end: date, changed_on: date, terms: Terms
    ) -> None:
        before = customer.agreements[-1]
        customer.agreements[-1] = replace(before, valid_to=changed_on)
        customer.agreements.append(Agreement(terms, changed_on, None))
        old, new = before.terms.price_code, terms.price_code
        note = Text(en=f"price {old} to {new} on {changed_on}", zh=f"{changed_on} 电价由 {old} 变更为 {new}")
        super().__init__(plan, start, end, note)


def _tell_keyed(place: Place) -> Story:
    months = place.length_in_months(1, 3)
    first = place.month(1, 2)
    return WrongEnergyKeyed(
        place.plan, first, min(months, place.city.months[-1].months_since(first) + 1), _slip(place)
    )


def _tell_corrected(place: Place) -> Story:
    wrong = place.month(1, 4)
    corrected = wrong.plus(place.chance.choice((1, 2, 3)))
    # Each way of correcting comes with slips in both directions.
    own_bill = place.turn // VARIANTS % 2 == 0
    return BillCorrected(place.plan, wrong, corrected, _slip(place), own_bill)


def _tell_reissued(place: Place) -> Story:
    after = place.chance.randrange(*_REISSUED_AFTER)
    return BillReissued(place.plan, place.month(1, 1), _slip(place), after)


def _slip(place: Place) -> KeyingSlip:
    return KeyingSlip(upwards=place.variant == 0, swaps_digits=place.chance.choice((True, False)))


def _tell_repeated(place: Place) -> Story:
    together = place.together()
    month = place.month(1, 1, together)
    return BillingRunRepeated(place.plan, month, together.randrange(*_REPEATED_AFTER))


def _tell_months(place: Place) -> Story:
    """One month too many in a monthly book, one too few in a book of two months."""
    month, book = place.month(1, 2), place.customer.book
    if book.is_monthly:
        return MonthsBilledWrongly(place.plan, month, month.first, 2, 1)
    month = month if book.is_read_in(month) else month.next
    return MonthsBilledWrongly(place.plan, month, month.previous.first, 1, 2)


def _tell_two_months(place: Place) -> Story:
    return TwoMonthBook(place.plan, place.world.first_day, place.world.end)


def _tell_price_change(place: Place) -> Story:
    """A farm turns to irrigation; a dwelling becomes a shop, and the archive follows."""
    customer = place.customer
    trade = trades()[_TURNS_TO[place.variant]]
    terms = supply.terms(place.chance, trade, int(customer.contract_capacity_kva), ())
    if place.variant == 1:
        customer.filed_as = trade
    changed_on = place.month(1, 1).first
    world = place.world
    return PriceChanged(place.plan, customer, world.first_day, world.end, changed_on, terms)


def _fits_price_change(customer: Customer, variant: int) -> bool:
    return fits_anybody(customer, variant) and customer.trade.code == ("farm", "household")[variant]


def _fits_months(customer: Customer, variant: int) -> bool:
    return customer.book.is_monthly == (variant == 0)


def _is_billed_every_two_months(customer: Customer, _variant: int) -> bool:
    return not customer.book.is_monthly


KINDS = {
    "wrong_energy_keyed": Kind(fits_anybody, _tell_keyed),
    "billing_run_repeated": Kind(fits_anybody, _tell_repeated, group=4),
    "months_billed_wrongly": Kind(_fits_months, _tell_months),
    "two_month_book": Kind(_is_billed_every_two_months, _tell_two_months, everybody=True),
    "bill_corrected": Kind(fits_anybody, _tell_corrected),
    "bill_cancelled_and_reissued": Kind(fits_anybody, _tell_reissued),
    "price_changed": Kind(_fits_price_change, _tell_price_change),
}
