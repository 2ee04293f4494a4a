"""The terms of a supply: everything the biller must know of a customer but what its meter shows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

RESIDENTIAL, UNTIERED, AGRICULTURE, IRRIGATION, COMMERCIAL = (
    "居民生活",
    "居民合表",
    "农业生产",
    "农业排灌",
    "工商业",
)
BELOW_1KV, TO_10KV, TO_35KV = "不满1千伏", "1-10千伏", "35千伏"
SINGLE_PART, TWO_PART = "单一制", "两部制"
BY_CAPACITY, BY_CONTRACT_DEMAND, BY_ACTUAL_DEMAND = "按容量", "按合同需量", "按实际需量"
CATALOGUE, AGENCY, RETAIL = "目录电价", "代理购电", "市场化零售"
CRITICAL, PEAK, FLAT, VALLEY, TOTAL = "尖", "峰", "平", "谷", "总"
RATES = (CRITICAL, PEAK, FLAT, VALLEY)


@dataclass(frozen=True, slots=True)
class TransformerLoss:
    """Metered on the low side of the customer's own transformer: losses are added to what the meter counts.

    `no_load_kw`, `load_loss_kw` of the nameplate, `capacity_kva` its rating; `no_load_current` and `impedance`
    as shares of 1 (1.6 % is 0.016), None: those usual for the rating (`facts/transformer_nameplates.csv`)."""

    capacity_kva: Decimal
    no_load_kw: Decimal
    load_loss_kw: Decimal
    no_load_current: Decimal | None = None
    impedance: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """`usage` is the price class, `voltage` the class of the price sheet. `basic` ('' for single-part) says how
    the basic charge is found, from `capacity_kva` in service or `contract_demand_kw`. `power_factor`: the standard
    the customer is held to (0.80, 0.85, 0.90), None where it is not. `retail_price`: yuan/kWh of the energy
    itself where `purchase` is the market's. `purchase_multiple`: 1.5 for those who must pay it."""

    usage: str
    voltage: str
    structure: str = SINGLE_PART
    is_time_of_use: bool = False
    is_tiered: bool = False
    basic: str = ""
    capacity_kva: Decimal = Decimal(0)
    contract_demand_kw: Decimal | None = None
    power_factor: Decimal | None = None
    loss: TransformerLoss | None = None
    purchase: str = CATALOGUE
    purchase_multiple: Decimal = Decimal(1)
    retail_price: Decimal | None = None

    @property
    def price_code(self) -> str:
        """The code of the price list that these terms are billed by; content of the export 电价执行."""
        usage = {
            RESIDENTIAL: "RES",
            UNTIERED: "RSU",
            AGRICULTURE: "AGR",
            IRRIGATION: "IRR",
            COMMERCIAL: "CI2" if self.structure == TWO_PART else "CI1",
        }[self.usage]
        voltage = {BELOW_1KV: "LV", TO_10KV: "10KV", TO_35KV: "35KV"}[self.voltage]
        return f"CN-{usage}-{voltage}{'-TOU' if self.is_time_of_use else ''}"
