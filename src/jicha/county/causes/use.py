"""Innocent ways of using energy that look odd in the data."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from jicha.county.founding.customer import open_anew
from jicha.county.place import Kind, Place
from jicha.county.story import Story
from jicha.county.tables import PlannedCause
from jicha.county.world import Customer
from jicha.kernel.text import Text

_FEWEST_FALLEN_MONTHS = 5


class VacantNewFlat(Story):
    """A flat handed over inside the period; the meter hangs, nobody has moved in."""

    def __init__(self, plan: PlannedCause, opened_on: date, end: date) -> None:
        note = Text(en=f"handed over on {opened_on}, vacant since", zh=f"{opened_on} 立户后一直空置")
        super().__init__(plan, opened_on, end, note)

    def used_share(self, day: int) -> float:  # noqa: ARG002 - on no day
        return 0.0


class SeasonalUse(Story):
    """Used in the same months of every year, and not at all in the others."""

    def __init__(self, plan: PlannedCause, customer: Customer, start: date, end: date) -> None:
        note = Text(
            en=f"{customer.trade.code}: idle in the same months of every year",
            zh=f"{customer.trade.name_zh},每年固定月份不用电",
        )
        super().__init__(plan, start, end, note)


class ByNature(Story):
    """What every customer of a trade is like, through the whole period."""


class UseFell(Story):
    """From a day on the site really uses a part of what it did, and the meter counts all of it."""

    def __init__(self, plan: PlannedCause, onset: date, end: date, share: float, why: Text) -> None:
        percent = round(share * 100)
        self._days = range(onset.toordinal(), end.toordinal())
        note = Text(
            en=f"{why.en} on {onset}, {percent} % of the use left", zh=f"{onset} {why.zh},用电降至 {percent}%"
        )
        super().__init__(plan, onset, end, note)
        self._share = share
        self.size = Decimal(f"{share:.2f}")

    def used_share(self, day: int) -> float:
        return self._share if day in self._days else 1.0


def _tell_vacant(place: Place) -> Story:
    opened_on = place.onset(1, 4)
    open_anew(place.customer, opened_on)
    return VacantNewFlat(place.plan, opened_on, place.world.end)


def _tell_seasonal(place: Place) -> Story:
    return SeasonalUse(place.plan, place.customer, place.world.first_day, place.world.end)


def _tell_constant(place: Place) -> Story:
    trade = place.customer.trade.name_zh
    note = Text(en="equipment that draws the same power day and night", zh=f"{trade},负荷恒定")
    return ByNature(place.plan, place.world.first_day, place.world.end, note)


def _tell_standby(place: Place) -> Story:
    note = Text(en="lived in a few weeks a year, standby otherwise", zh="仅节假日居住,平时只有待机用电")
    return ByNature(place.plan, place.world.first_day, place.world.end, note)


def _fall(shares: tuple[float, float], why: Text, *trades: str) -> Kind:
    def fits(customer: Customer, _variant: int) -> bool:
        return customer.book.is_monthly and customer.trade.code in trades

    def tell(place: Place) -> Story:
        onset = place.onset(2, place.left(_FEWEST_FALLEN_MONTHS))
        return UseFell(place.plan, onset, place.end(onset), place.size(*shares), why)

    return Kind(fits, tell)


def _fits_flat(customer: Customer, _variant: int) -> bool:
    return customer.book.is_monthly and customer.trade.code == "household"


KINDS = {
    "vacant_new_flat": Kind(_fits_flat, _tell_vacant),
    "tenant_moved_out": _fall((0.1, 0.35), Text(en="tenant moved out", zh="租户搬离"), "household"),
    "shop_closed": _fall(
        (0.05, 0.3), Text(en="shop closed, refrigerator and sign left", zh="店铺歇业"), "shop"
    ),
    "shift_stopped": _fall((0.4, 0.65), Text(en="a shift stopped", zh="减少班次"), "workshop", "factory"),
}
#: Stories of whole trades, by `Trade.story_kind`.
BY_TRADE = {
    "seasonal_use": _tell_seasonal,
    "constant_load": _tell_constant,
    "standby_flat": _tell_standby,
}
