"""Breaches of contract: dearer use on a cheaper price, more than the contract allows, suspended equipment, sources and
supply passed on without consent; and the honest changes of life that look like them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from jicha.county.causes.pricing import file_span
from jicha.county.chance import between
from jicha.county.founding import supply
from jicha.county.place import Kind, Place
from jicha.county.story import Story
from jicha.county.tables import PlannedCause, trades
from jicha.county.tariff.breach import (
    class_difference_penalty,
    over_capacity_penalty,
    resupply_penalty,
    suspended_use_penalty,
)
from jicha.county.tariff.sheet import prices_of
from jicha.county.tariff.terms import BY_CAPACITY, Terms
from jicha.county.world import Charger, Customer, PhotovoltaicUnit
from jicha.kernel.text import Text

_NOTHING = Decimal("0.00")
_SUSPENDED_SHARE = (0.3, 0.6)
# A customer whose suspension nobody lifts uses all it used before.
_SUSPENSION_MONTHS = (2, 5)


class UseGrew(Story):
    """From a day on the site uses a multiple of what it did; the meter counts all of it.

    `right`: the terms that go with the new use, where the old ones do not; `penalty` (yuan) of what was missed."""

    def __init__(
        self,
        plan: PlannedCause,
        span: tuple[date, date],
        factor: float,
        note: Text,
        *,
        right: Terms | None = None,
        penalty: Callable[[Decimal], Decimal] | None = None,
    ) -> None:
        super().__init__(plan, *span, note)
        self._days = range(span[0].toordinal(), span[1].toordinal())
        self._factor, self._right, self._penalty = factor, right, penalty
        self.size = Decimal(f"{factor:.2f}")

    def used_share(self, day: int) -> float:
        return self._factor if day in self._days else 1.0

    def right_terms(self, day: date) -> Terms | None:
        return self._right if self.valid_from <= day < self.valid_to else None

    def breach_yuan(self, missed_yuan: Decimal) -> Decimal:
        return _NOTHING if self._penalty is None else self._penalty(max(missed_yuan, _NOTHING))


class Suspended(Story):
    """A part of the capacity is suspended on file from one month until another.

    `lifted`: when it should have been taken up again; after it, or from the first day where the sealed equipment
    was used all along, the basic charge of the whole capacity is right."""

    def __init__(
        self,
        plan: PlannedCause,
        customer: Customer,
        filed: tuple[date, date],
        owed: tuple[date, date] | None,
        suspended: Decimal,
        use_while_suspended: float,
        note: Text,
        *,
        is_breach: bool,
    ) -> None:
        right = customer.terms
        file_span(customer, replace(right, capacity_kva=right.capacity_kva - suspended), *filed)
        super().__init__(plan, *(owed or filed), note)
        self._owed, self._right = owed, right
        last = filed[0] if owed is None else owed[0]
        self._idle = range(filed[0].toordinal(), (filed[1] if owed is None else last).toordinal())
        self._use = use_while_suspended
        self._is_breach, self._kva = is_breach, suspended
        self.size = suspended

    def used_share(self, day: int) -> float:
        return self._use if day in self._idle else 1.0

    def right_terms(self, day: date) -> Terms | None:
        owed = self._owed
        return self._right if owed is not None and owed[0] <= day < owed[1] else None

    def breach_yuan(self, missed_yuan: Decimal) -> Decimal:  # noqa: ARG002 - by capacity and days
        if not self._is_breach or self._owed is None:
            return _NOTHING
        days = (self._owed[1] - self._owed[0]).days
        return suspended_use_penalty(self._kva, prices_of(self._right).basic, days)


class PanelsUnfiled(Story):
    """Panels, or more of them than on file, feed in; what they save and sell is nobody's claim but a breach."""

    def __init__(self, plan: PlannedCause, onset: date, end: date, kw: Decimal, note: Text) -> None:
        super().__init__(plan, onset, end, note)
        self._kw = self.size = kw

    def breach_yuan(self, missed_yuan: Decimal) -> Decimal:  # noqa: ARG002 - by power
        return resupply_penalty(self._kw)


class Honest(Story):
    """Something changed that is nobody's wrong."""


# -- told ---------------------------------------------------------------------------------------------


def _tell_other_use(place: Place, trade: str, low: float, high: float, en: str, zh: str) -> Story:
    """A dwelling becomes a business (or a farm a workshop), the price stays."""
    customer = place.customer
    onset = place.month(2, place.left(4)).first
    end = place.month_end(onset)
    terms = supply.terms(place.chance, trades()[trade], int(customer.contract_capacity_kva), ())
    terms = replace(terms, is_time_of_use=False, power_factor=None)
    note = Text(en=f"{en} from {onset}", zh=f"自 {onset} 起{zh}")
    factor = round(place.size(low, high), 2)
    return UseGrew(place.plan, (onset, end), factor, note, right=terms, penalty=class_difference_penalty)


def _tell_over_capacity(place: Place) -> Story:
    customer = place.customer
    terms = customer.terms
    if terms.basic == BY_CAPACITY:
        # What it costs more begins and ends with bills.
        onset = place.month(2, place.left(4)).first
        end = place.month_end(onset)
    else:
        onset = place.onset(2, place.left(4))
        end = place.end(onset)
    factor = round(place.size(2.0, 3.0), 2)
    # Its usual highest quarter-hour is about half of what it may take.
    added = (terms.capacity_kva * Decimal(str(factor - 1)) / 2).quantize(Decimal(1))
    right, price = None, None
    if terms.basic == BY_CAPACITY:
        right = replace(terms, capacity_kva=terms.capacity_kva + added)
        price = prices_of(terms).basic
    days = (end - onset).days
    penalty = over_capacity_penalty(added, price, days)
    note = Text(en=f"{added} kVA more than contracted from {onset}", zh=f"自 {onset} 起超容 {added} 千伏安")
    return UseGrew(place.plan, (onset, end), factor, note, right=right, penalty=lambda _missed: penalty)


def _tell_resupply(place: Place) -> Story:
    onset = place.onset(2, place.left(4))
    end = place.end(onset)
    factor = round(place.size(1.6, 2.6), 2)
    kw = Decimal(max(int(place.customer.daily_kwh * (factor - 1) / 8), 1))
    penalty = resupply_penalty(kw)
    note = Text(en=f"supplies {kw} kW to neighbours from {onset}", zh=f"自 {onset} 起转供 {kw} 千瓦")
    return UseGrew(place.plan, (onset, end), factor, note, penalty=lambda _missed: penalty)


def _tell_grew(place: Place, low: float, high: float, en: str, zh: str) -> Story:
    onset = place.onset(2, place.left(4))
    end = place.end(onset)
    note = Text(en=f"{en} from {onset}", zh=f"自 {onset} 起{zh}")
    return UseGrew(place.plan, (onset, end), round(place.size(low, high), 2), note)


def _tell_charger(place: Place) -> Story:
    customer = place.customer
    customer.charger = Charger(f"{customer.customer_id}E1", "居民自用", 1, 7.0)
    return _tell_grew(place, 1.6, 2.2, "car charger", "添置充电桩")


def _tell_enlarged(place: Place) -> Story:
    """The capacity was enlarged with the use, in time and in full."""
    customer = place.customer
    month = place.month(2, place.left(4))
    factor = round(place.size(1.5, 2.0), 2)
    terms = customer.terms
    larger = replace(terms, capacity_kva=(terms.capacity_kva * 2).quantize(Decimal(1)))
    file_span(customer, larger, month.first, date.max)
    note = Text(en=f"capacity enlarged on {month.first}", zh=f"{month.first} 依规增容")
    return UseGrew(place.plan, (month.first, place.city.end), factor, note)


def _tell_suspension(place: Place, *, kind: str) -> Story:
    customer = place.customer
    half = (customer.terms.capacity_kva / 2).quantize(Decimal(1))
    if kind == "expired":
        # It begins to cost when it should have been lifted.
        months = min(place.chance.randrange(*_SUSPENSION_MONTHS), len(place.city.months) - 4)
        resumed = place.month(1 + months, 2)
        begin = resumed.minus(months)
    else:
        months = min(place.length_in_months(*_SUSPENSION_MONTHS), len(place.city.months) - 4)
        begin = place.month(1, months + 2)
        resumed = begin.plus(months)
    use = between(place.chance, *_SUSPENDED_SHARE)
    filed: tuple[date, date] = (begin.first, resumed.first)
    owed: tuple[date, date] | None = None
    if kind == "used":
        owed, use = filed, 1.0
        note = Text(
            en=f"{half} kVA used while suspended from {begin}", zh=f"{begin} 起暂停期间启用 {half} 千伏安"
        )
    elif kind == "expired":
        filed, owed = (begin.first, date.max), (resumed.first, place.city.end)
        note = Text(en=f"suspension ended {resumed}, charge not restored", zh=f"{resumed} 暂停到期未恢复计费")
    else:
        note = Text(
            en=f"{half} kVA lawfully suspended {begin} to {resumed}", zh=f"{begin} 至 {resumed} 依规暂停"
        )
    return Suspended(place.plan, customer, filed, owed, half, use, note, is_breach=kind == "used")


def _tell_panels(place: Place, *, filed: bool) -> Story:
    """Panels nobody filed, on a house that had none; or filed ones, an innocent."""
    customer = place.customer
    onset = place.onset(2, place.left(4))
    kw = Decimal(round(place.size(4, 12)))
    unit_id = f"{customer.customer_id}G1"
    customer.photovoltaic = PhotovoltaicUnit(unit_id, float(kw), float(kw) if filed else 0.0, onset)
    note = Text(
        en=f"{kw} kW of panels from {onset}{'' if filed else ', unfiled'}",
        zh=f"{onset} 装光伏 {kw} 千瓦{'' if filed else '未报装'}",
    )
    if filed:
        return Honest(place.plan, onset, place.city.end, note)
    return PanelsUnfiled(place.plan, onset, place.city.end, kw, note)


def _tell_more_panels(place: Place) -> Story:
    """More panels than filed, since they were built."""
    customer = place.customer
    unit = customer.photovoltaic
    if unit is None:
        raise LookupError("only houses with panels have more of them")
    factor = round(place.size(1.4, 2.2), 1)
    customer.photovoltaic = replace(unit, kw=unit.kw * factor)
    added = Decimal(str(round(unit.kw * (factor - 1), 1)))
    onset = max(unit.connected_on, place.city.first_day)
    note = Text(en=f"{added} kW more panels than filed", zh=f"光伏超报装容量 {added} 千瓦")
    return PanelsUnfiled(place.plan, onset, place.city.end, added, note)


def _tell_factory_holiday(place: Place) -> Story:
    """Some weeks of holiday or overhaul, at the same site as ever."""
    onset = place.onset(2, 3)
    end = min(onset + timedelta(days=place.length(14, 36)), place.city.end)
    note = Text(en=f"works closed {onset} to {end}", zh=f"{onset} 至 {end} 停产检修")
    return UseGrew(place.plan, (onset, end), 0.06, note)


def _tell_moved(place: Place) -> Story:
    """Another household moves in: other habits, the papers follow within the month."""
    onset = place.onset(2, place.left(4))
    note = Text(en=f"another household from {onset}", zh=f"{onset} 更名过户换住户")
    return UseGrew(place.plan, (onset, place.end(onset)), round(place.size(0.5, 1.8), 2), note)


# -- whom each fits -----------------------------------------------------------------------------------


def _by_trades(*codes: str) -> Callable[[Customer, int], bool]:
    def fits(customer: Customer, _variant: int) -> bool:
        return customer.book.is_monthly and customer.trade.code in codes and customer.photovoltaic is None

    return fits


def _with_two_transformers(customer: Customer, _variant: int) -> bool:
    # Only a whole transformer can be taken out of service.
    return customer.terms.basic == BY_CAPACITY and len(customer.transformers) > 1 and customer.book.is_monthly


def _has_panels(customer: Customer, _variant: int) -> bool:
    return customer.photovoltaic is not None and customer.book.is_monthly


KINDS = {
    "business_on_residential_supply": Kind(
        _by_trades("household", "rural_household"),
        partial(
            _tell_other_use,
            trade="shop",
            low=3.0,
            high=6.0,
            en="a business on the residential supply",
            zh="居民户经营用电",
        ),
    ),
    "workshop_on_farm_supply": Kind(
        _by_trades("farm"),
        partial(
            _tell_other_use,
            trade="workshop",
            low=1.5,
            high=3.0,
            en="a workshop on the farm's supply",
            zh="农业户加工用电",
        ),
    ),
    "shop_on_charger_supply": Kind(
        _by_trades("ev_household"),
        partial(
            _tell_other_use,
            trade="shop",
            low=1.8,
            high=3.0,
            en="a shop behind the charger's meter",
            zh="充电桩表后经营用电",
        ),
    ),
    "more_than_contracted": Kind(
        _by_trades("factory", "small_factory", "hotel", "supermarket", "workshop"), _tell_over_capacity
    ),
    "supply_passed_on": Kind(_by_trades("shop", "workshop", "small_factory"), _tell_resupply),
    "suspended_transformer_used": Kind(_with_two_transformers, partial(_tell_suspension, kind="used")),
    "suspension_never_lifted": Kind(_with_two_transformers, partial(_tell_suspension, kind="expired")),
    "panels_never_filed": Kind(_by_trades("rural_household", "farm"), partial(_tell_panels, filed=False)),
    "panels_enlarged_unfiled": Kind(_has_panels, _tell_more_panels),
    # Honest ones.
    "lawfully_suspended": Kind(_with_two_transformers, partial(_tell_suspension, kind="lawful")),
    "panels_newly_filed": Kind(_by_trades("rural_household", "farm"), partial(_tell_panels, filed=True)),
    "capacity_enlarged_in_time": Kind(_by_trades("factory"), _tell_enlarged),
    "car_charger_bought": Kind(_by_trades("household"), _tell_charger),
    "family_grew": Kind(
        _by_trades("household", "rural_household"),
        partial(_tell_grew, low=1.5, high=2.2, en="more people in the house", zh="家中人口增加"),
    ),
    "lamps_replaced": Kind(
        _by_trades("shop", "office", "restaurant"),
        partial(
            _tell_grew,
            low=0.6,
            high=0.75,
            en="lamps and machines replaced by thriftier ones",
            zh="更换节能设备",
        ),
    ),
    "works_holiday": Kind(_by_trades("factory", "small_factory", "workshop"), _tell_factory_holiday),
    "household_moved": Kind(_by_trades("household"), _tell_moved),
}
