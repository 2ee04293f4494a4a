"""The stories of the county: each a mechanism that acts at one place of the world.

Guilty ones are wrongs with a cause; innocent ones look like one and are none. None of them knows how it might
be found. How many are planted, where and when is `planting`'s business.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from jicha.county.story import Adjustment, Story
from jicha.county.tables import PlannedCause
from jicha.county.world import HUNDREDTHS, Agreement, Customer, Installation, units
from jicha.kernel.period import Month
from jicha.kernel.text import Text


class MeterStandsStill(Story):
    """From a day on the register keeps its value while energy is used: the meter has stopped, or the supply
    is led around it. Seen from the register the two are one; what is found on site differs."""

    def __init__(self, plan: PlannedCause, onset: date, end: date) -> None:
        note = Text(en=f"register constant from {onset}", zh=f"自 {onset} 起示数不变")
        super().__init__(plan, onset, end, note)
        self._onset = onset.toordinal()

    def meter_counts(self, day: int) -> bool:
        return day < self._onset


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
        super().__init__(
            plan,
            exchanged_on,
            end,
            Text(
                en=f"exchanged on {exchanged_on}, multiplier {before} to {after}, "
                f"filed {new.filed_multiplier}",
                zh=f"{exchanged_on} 换表,倍率 {before} 变 {after},计费档案 {new.filed_multiplier}",
            ),
        )


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

    def written_register(self, month: Month, register: int, advance: int) -> int | None:
        if month != self._month:
            return None
        # A person writes whole units, below last month's register by a share of a month's use.
        before = register - advance
        return (before - max(HUNDREDTHS, int(advance * self._share))) // HUNDREDTHS * HUNDREDTHS


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


class VacantNewFlat(Story):
    """A flat handed over inside the period; the meter hangs, nobody has moved in."""

    def __init__(self, plan: PlannedCause, opened_on: date, end: date) -> None:
        note = Text(en=f"handed over on {opened_on}, vacant since", zh=f"{opened_on} 立户后一直空置")
        super().__init__(plan, opened_on, end, note)

    def uses_energy(self, day: int) -> bool:  # noqa: ARG002 - on no day
        return False


class SeasonalUse(Story):
    """Used in the same months of every year, and not at all in the others."""

    def __init__(self, plan: PlannedCause, customer: Customer, start: date, end: date) -> None:
        idle = [number for number, factor in enumerate(customer.trade.month_factors, start=1) if factor == 0]
        listed = ",".join(str(number) for number in idle)
        note = Text(en=f"idle every year in months {listed}", zh=f"每年 {listed} 月不用电")
        super().__init__(plan, start, end, note)


class CollectionGap(Story):
    """The terminal is silent for weeks; meter and site run on, month-end readings are taken by hand."""

    def __init__(self, plan: PlannedCause, start: date, end: date) -> None:
        note = Text(en=f"no daily freezes from {start} until {end}", zh=f"{start} 至 {end} 无日冻结")
        super().__init__(plan, start, end, note)
        self._silent = range(start.toordinal(), end.toordinal())

    def freeze_arrives(self, day: int) -> bool:
        return day not in self._silent


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


class PriceChanged(Story):
    """Another price from a month's start on, with all papers; earlier bills rightly carry the earlier one."""

    def __init__(
        self, plan: PlannedCause, customer: Customer, start: date, end: date, changed_on: date, code: str
    ) -> None:
        before = customer.agreements[-1]
        customer.agreements[-1] = replace(before, valid_to=changed_on)
        customer.agreements.append(Agreement(code, changed_on, None))
        note = Text(
            en=f"price {before.price_code} to {code} on {changed_on}",
            zh=f"{changed_on} 电价由 {before.price_code} 变更为 {code}",
        )
        super().__init__(plan, start, end, note)
