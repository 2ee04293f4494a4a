"""Causes in the price file: terms that were never keyed in, keyed wrongly, or rightly changed.

The file says one thing, the supply is another: `right_terms` are the customer's own, the agreements what somebody
filed. A mirrored one charges too much.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial

from jicha.county.place import Kind, Place
from jicha.county.story import Story
from jicha.county.tables import PlannedCause
from jicha.county.tariff.terms import (
    AGENCY,
    AGRICULTURE,
    BY_CAPACITY,
    BY_CONTRACT_DEMAND,
    COMMERCIAL,
    RETAIL,
    SINGLE_PART,
    TO_10KV,
    TWO_PART,
    UNTIERED,
    Terms,
)
from jicha.county.world import Agreement, Customer
from jicha.kernel.text import Text

_LEAST_TWO_PART_KVA = 315
_SIZES = {"less": (0.3, 0.7), "more": (1.3, 1.9)}
_RETAIL_MARK = Decimal("0.412")

Change = Callable[[Terms, float], Terms]


class FiledWrongly(Story):
    """From a day on, or from the first, the price file holds other terms than the supply's own."""

    def __init__(
        self, plan: PlannedCause, customer: Customer, onset: date, end: date, filed: Terms, note: Text
    ) -> None:
        right = customer.terms
        file_span(customer, filed, onset, end)
        super().__init__(plan, onset, end, note)
        self._right = right

    def right_terms(self, day: date) -> Terms | None:
        return self._right if self.valid_from <= day < self.valid_to else None


class FiledRightly(Story):
    """Terms that changed lawfully: earlier bills rightly carry the earlier ones."""

    def __init__(
        self, plan: PlannedCause, customer: Customer, onset: date, end: date, filed: Terms, note: Text
    ) -> None:
        file_span(customer, filed, onset, end)
        super().__init__(plan, onset, end, note)


def file_span(customer: Customer, filed: Terms, onset: date, end: date) -> None:
    """Put other terms into the price file from a day until another; the file before and after stays."""
    last = customer.agreements[-1]
    spans = [Agreement(filed, onset, last.valid_to)]
    if last.valid_to is None and end < date.max:
        spans = [Agreement(filed, onset, end), Agreement(last.terms, end, None)]
    if onset > last.valid_from:
        spans.insert(0, Agreement(last.terms, last.valid_from, onset))
    customer.agreements[-1:] = spans


def _tell(
    place: Place, change: Change, size: tuple[float, float], en: str, zh: str, *, lawful: bool
) -> Story:
    """Terms change with a month: half of the wrong ones were wrong from the first day."""
    customer = place.customer
    how_much = round(place.size(*size), 2)
    month = place.month(2, place.left(4))
    # Variant 1: it was never right.
    from_start = not lawful and place.variant == 1 and place.wish.onset is None
    onset = place.city.first_day if from_start else month.first
    end = place.month_end(onset)
    filed = change(customer.terms, how_much)
    note = Text(en=f"{en} from {onset}", zh=f"自 {onset} 起{zh}")
    made = FiledRightly if lawful else FiledWrongly
    last = date.max if end >= place.city.end else end
    story = made(place.plan, customer, onset, last, filed, note)
    story.valid_to = end
    story.size = Decimal(str(how_much))
    return story


def _kind(
    fits: Callable[[Customer], bool],
    change: Change,
    en: str,
    zh: str,
    *,
    size: tuple[float, float] = (1.0, 1.0),
    lawful: bool = False,
) -> Kind:
    def may(customer: Customer, _variant: int) -> bool:
        return customer.book.is_monthly and customer.photovoltaic is None and fits(customer)

    tell = partial(_tell, change=change, size=size, en=en, zh=zh, lawful=lawful)
    return Kind(may, tell)


# -- whom each fits -----------------------------------------------------------------------------------


def _two_part(customer: Customer) -> bool:
    return customer.terms.structure == TWO_PART


def _by_capacity(customer: Customer) -> bool:
    return customer.terms.basic == BY_CAPACITY


def _by_contract_demand(customer: Customer) -> bool:
    return customer.terms.basic == BY_CONTRACT_DEMAND


def _single_part_at_high_voltage(customer: Customer) -> bool:
    terms = customer.terms
    return terms.structure == SINGLE_PART and terms.voltage == TO_10KV and terms.is_time_of_use


def _held_to_power_factor(customer: Customer) -> bool:
    # tan φ above these: 0.90, 0.85 are missed by enough to show.
    return customer.terms.power_factor is not None and customer.tan_phi > 0.6


def _beats_power_factor(customer: Customer) -> bool:
    return customer.terms.power_factor == Decimal("0.85") and customer.tan_phi < 0.45


def _time_of_use(customer: Customer) -> bool:
    return customer.terms.is_time_of_use


def _tiered(customer: Customer) -> bool:
    return customer.terms.is_tiered and customer.daily_kwh > 9


def _with_transformer_loss(customer: Customer) -> bool:
    return customer.terms.loss is not None


def _commercial_at_low_voltage(customer: Customer) -> bool:
    terms = customer.terms
    return terms.usage == COMMERCIAL and terms.voltage != TO_10KV and not customer.has_rates


def _workshop(customer: Customer) -> bool:
    return customer.trade.code in ("workshop", "cold_store")


def _farm(customer: Customer) -> bool:
    return customer.trade.code == "farm"


def _on_the_market(customer: Customer) -> bool:
    return customer.terms.purchase == RETAIL


def _hungry(customer: Customer) -> bool:
    return customer.trade.code in ("shift_factory", "mine") and customer.terms.purchase == AGENCY


# -- what is filed ------------------------------------------------------------------------------------


def _as_single(terms: Terms, _size: float) -> Terms:
    return replace(terms, structure=SINGLE_PART, basic="", contract_demand_kw=None)


def _as_two_part(terms: Terms, _size: float) -> Terms:
    return replace(terms, structure=TWO_PART, basic=BY_CAPACITY)


def _capacity_times(terms: Terms, size: float) -> Terms:
    return replace(terms, capacity_kva=_tens(terms.capacity_kva, size))


def _demand_times(terms: Terms, size: float) -> Terms:
    demand = _tens(terms.contract_demand_kw or terms.capacity_kva, size)
    return replace(terms, contract_demand_kw=min(demand, terms.capacity_kva))


def _tens(value: Decimal, size: float) -> Decimal:
    return Decimal(max(int(float(value) * size) // 10 * 10, 10))


def _no_power_factor(terms: Terms, _size: float) -> Terms:
    return replace(terms, power_factor=None)


def _stricter_power_factor(terms: Terms, _size: float) -> Terms:
    return replace(terms, power_factor=Decimal("0.90"))


def _no_time_of_use(terms: Terms, _size: float) -> Terms:
    return replace(terms, is_time_of_use=False)


def _untiered(terms: Terms, _size: float) -> Terms:
    return replace(terms, usage=UNTIERED, is_tiered=False)


def _no_loss(terms: Terms, _size: float) -> Terms:
    return replace(terms, loss=None)


def _loss_times(terms: Terms, size: float) -> Terms:
    loss = terms.loss
    if loss is None:
        return terms
    third = Decimal("0.001")
    factor = Decimal(str(size))
    return replace(
        terms,
        loss=replace(
            loss,
            no_load_kw=(loss.no_load_kw * factor).quantize(third),
            load_loss_kw=(loss.load_loss_kw * factor).quantize(third),
        ),
    )


def _as_10kv(terms: Terms, _size: float) -> Terms:
    return replace(terms, voltage=TO_10KV)


def _as_agriculture(terms: Terms, _size: float) -> Terms:
    return replace(
        terms,
        usage=AGRICULTURE,
        is_time_of_use=False,
        power_factor=None,
        purchase="目录电价",
        retail_price=None,
    )


def _as_commercial(terms: Terms, _size: float) -> Terms:
    return replace(terms, usage=COMMERCIAL, purchase=AGENCY)


def _as_agency(terms: Terms, _size: float) -> Terms:
    return replace(terms, purchase=AGENCY, retail_price=None)


def _one_and_a_half(terms: Terms, _size: float) -> Terms:
    return replace(terms, purchase_multiple=Decimal("1.5"))


def _to_market(terms: Terms, _size: float) -> Terms:
    return replace(terms, purchase=RETAIL, retail_price=_RETAIL_MARK)


_LESS, _MORE = _SIZES["less"], _SIZES["more"]
KINDS = {
    "two_part_not_filed": _kind(
        _two_part, _as_single, "two-part customer filed as single-part", "两部制用户按单一制建档"
    ),
    "two_part_filed_wrongly": _kind(
        _single_part_at_high_voltage,
        _as_two_part,
        "single-part customer filed as two-part",
        "单一制用户误按两部制建档",
    ),
    "capacity_filed_too_small": _kind(
        _by_capacity, _capacity_times, "capacity filed smaller than it is", "计费容量少录", size=_LESS
    ),
    "capacity_filed_too_large": _kind(
        _by_capacity, _capacity_times, "capacity filed larger than it is", "计费容量多录", size=_MORE
    ),
    "contract_demand_keyed_too_low": _kind(
        _by_contract_demand, _demand_times, "contract demand keyed too low", "合同需量少录", size=_LESS
    ),
    "power_factor_standard_not_filed": _kind(
        _held_to_power_factor, _no_power_factor, "no power-factor standard on file", "未录功率因数考核标准"
    ),
    "power_factor_standard_too_strict": _kind(
        _beats_power_factor,
        _stricter_power_factor,
        "power-factor standard 0.90 filed for 0.85",
        "功率因数标准误录为0.90",
    ),
    "time_of_use_not_filed": _kind(_time_of_use, _no_time_of_use, "time of use not filed", "未执行分时电价"),
    "tiers_not_filed": _kind(_tiered, _untiered, "household filed as shared meter", "居民误按合表建档"),
    "transformer_loss_not_filed": _kind(
        _with_transformer_loss, _no_loss, "transformer loss not filed", "高供低计未录变损"
    ),
    "transformer_loss_filed_too_high": _kind(
        _with_transformer_loss,
        _loss_times,
        "losses of a larger transformer filed",
        "变损参数误录偏大",
        size=(1.4, 2.2),
    ),
    "price_voltage_filed_too_high": _kind(
        _commercial_at_low_voltage,
        _as_10kv,
        "price of 1-10 kV filed at low voltage",
        "低压用户误执行1-10千伏电价",
    ),
    "workshop_filed_as_agriculture": _kind(
        _workshop, _as_agriculture, "workshop filed at agricultural price", "加工用电按农业生产建档"
    ),
    "farm_filed_as_commercial": _kind(
        _farm, _as_commercial, "farm filed at commercial price", "养殖用电误按工商业建档"
    ),
    "market_customer_filed_as_agency": _kind(
        _on_the_market, _as_agency, "market customer billed by agency purchase", "市场化用户误按代理购电计费"
    ),
    "one_and_a_half_filed_wrongly": _kind(
        _hungry, _one_and_a_half, "1.5 times the purchase price filed without ground", "误执行1.5倍代理购电价"
    ),
    "capacity_lawfully_reduced": _kind(
        _by_capacity, _capacity_times, "capacity lawfully reduced", "依规减容", size=(0.5, 0.5), lawful=True
    ),
    "went_to_the_market": _kind(_hungry, _to_market, "went to the market", "转入市场化交易", lawful=True),
}
