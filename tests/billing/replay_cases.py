"""Accounts and what replaying them overrides, each under its own name: one store and one pass serve them all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jicha.billing.scenario import FIELDS, QUANTITY_FIELDS, Override

from .accounts import LOW_VOLTAGE, SINGLE, TIERED, UNTIERED, Row, bill, factory, household

YEAR = [f"2025-{month:02d}" for month in range(1, 13)]
WHOLE_YEAR = (date(2025, 1, 1), date(2026, 1, 1))


def month(number: int, last: int | None = None) -> tuple[date, date]:
    """The days of a month of 2025, or of several."""
    end = last or number
    return date(2025, number, 1), date(2026, 1, 1) if end == 12 else date(2025, end + 1, 1)


@dataclass(frozen=True)
class Change:
    """An override of the case's customer."""

    field: str
    value: str | None
    days: tuple[date, date] = WHOLE_YEAR
    point: str | None = None
    meter: str | None = None

    def of(self, customer: str, scenario_id: str | None = None) -> Override:
        is_text = self.field.endswith("_code") or self.value in ("true", "false")
        return Override(
            scenario_id=scenario_id or customer,
            customer_id=customer,
            valid_from=self.days[0],
            valid_to=self.days[1],
            field=self.field,
            value_number=None if is_text or self.value is None else Decimal(self.value),
            value_text=self.value if is_text else None,
            metering_point_id=self.point,
            meter_id=self.meter,
        )


BILLS: dict[str, list[Row]] = {}
CHANGES: dict[str, tuple[Change, ...]] = {}


def case(name: str, bills: Iterable[Row], *changes: Change) -> None:
    assert name not in BILLS
    BILLS[name], CHANGES[name] = list(bills), changes


def of_two_meters(name: str) -> list[Row]:
    second = {"metering_point_id": "second point", "meter_id": "second meter", "segment_no": 2}
    return [b for m in YEAR for b in (bill(name, m, "100"), bill(name, m, "10", **second))]


# Impact. A twin `… right` has the facts the overrides say.
case("empty household", [household("empty household", m, "220") for m in YEAR])
case("empty factory", [factory("empty factory", m, "41.5", multiplier=60) for m in YEAR])
case(
    "spring",
    [bill("spring", m, "100", multiplier=20) for m in YEAR],
    Change("multiplier", "30", month(3, 4)),
)
case("spring right", [bill("spring right", m, "100", multiplier=30 if m in YEAR[2:4] else 20) for m in YEAR])
case("overcharged", [bill("overcharged", m, "100", multiplier=30) for m in YEAR], Change("multiplier", "20"))
case(
    "capacity",
    [factory("capacity", m, "100", multiplier=60) for m in YEAR],
    Change("billed_capacity_kva", "400"),
)
_LONGER = [*YEAR, "2026-01", "2026-02"]
case("early", [household("early", m, "190") for m in _LONGER], Change("multiplier", "5", month(2)))
case(
    "early right",
    [household("early right", m, "190", multiplier=5 if m == "2025-02" else 1) for m in _LONGER],
)
case("class", [household("class", m, "260", price_code=UNTIERED) for m in YEAR], Change("price_code", TIERED))
case("class right", [household("class right", m, "260") for m in YEAR])
case("losses", [bill("losses", m, "100") for m in YEAR], Change("has_transformer_loss", "true", month(5)))
case("issued", [bill("issued", "2025-02", "100")], Change("multiplier", "1"))
ISSUED = {"issued-2025-02": "999.00"}

# The contract of who buys on the market keeps its price under another price code: 0.40 beside the parts of each.
_BOUGHT = {"purchase_mode_code": "market_retail", "billed_price_code": SINGLE}
_BOUGHT |= {"billed_price_yuan_per_kwh": "0.731416"}
_OTHER = {
    "price_code": LOW_VOLTAGE,
    "billed_price_code": LOW_VOLTAGE,
    "billed_price_yuan_per_kwh": "0.751416",
}
case(
    "market",
    [bill("market", m, "1000", **_BOUGHT) for m in YEAR],
    Change("price_code", LOW_VOLTAGE, month(3, 5)),
)
case(
    "market right",
    [bill("market right", m, "1000", **(_BOUGHT | (_OTHER if m in YEAR[2:5] else {}))) for m in YEAR],
)

# Spans.
case(
    "half", [bill("half", "2025-06", "100")], Change("multiplier", "3", (date(2025, 6, 16), date(2025, 7, 1)))
)
case(
    "cut",
    [bill("cut", "2025-07", "100", fixed_kwh="7", reactive_index="13")],
    Change("multiplier", "1", (date(2025, 7, 6), date(2025, 7, 18))),
)


def of_two_readings(name: str, *multipliers: int) -> list[Row]:
    first = {"to_on": date(2025, 7, 11), "multiplier": multipliers[0]}
    second = {"from_on": date(2025, 7, 11), "segment_no": 2, "multiplier": multipliers[1]}
    return [bill(name, "2025-07", "33.3333", **first), bill(name, "2025-07", "66.7777", **second)]


case("refiled", of_two_readings("refiled", 7, 9), Change("multiplier", "7", month(7)))
case("refiled right", [bill("refiled right", "2025-07", "100.1110", multiplier=7)])
case("read twice", of_two_readings("read twice", 7, 7), Change("multiplier", "7", month(7)))

_LATE = {"bill_from_on": date(2025, 12, 16), "bill_to_on": date(2026, 1, 16)}
_LATE |= {"from_on": date(2025, 12, 16), "to_on": date(2026, 1, 16)}
case(
    "two years",
    [
        household("two years", "2025-11", "300"),
        household("two years", "2026-01", "300", **_LATE),
        household("two years", "2026-02", "3000"),
    ],
    Change("multiplier", "9", (date(2025, 12, 16), date(2025, 12, 31))),
)
case("open", [bill("open", m, "100") for m in YEAR], Change("multiplier", "2", (date(2025, 12, 1), date.max)))

# Meters.
case("its meter", of_two_meters("its meter"), Change("multiplier", "2", meter="second meter"))
case("all meters", of_two_meters("all meters"), Change("multiplier", "2"))
case("quantity", of_two_meters("quantity"), Change("total_index", "70", month(3), point="second point"))
case("spread", of_two_meters("spread"), Change("total_index", "70", month(3)))
case("two bills", [bill("two bills", m, "100") for m in YEAR], Change("total_index", "70", month(3, 4)))

# Reactive energy as billed has the multiplier in it: the power factor of a wholly wrong bill is the same.
_KEYED = {"reactive_index": None, "import_kvarh": "800"}
case(
    "reactive",
    [factory("reactive", m, "50", multiplier=20, **_KEYED) for m in YEAR],
    Change("multiplier", "30"),
)
case(
    "reactive right",
    [factory("reactive right", m, "50", multiplier=30, **(_KEYED | {"import_kvarh": "1200"})) for m in YEAR],
)
_OLD = {"to_on": date(2025, 4, 11), "meter_id": "old meter", "multiplier": 20}
_NEW = {"from_on": date(2025, 4, 11), "segment_no": 2, "multiplier": 20, "reactive_index": None}
case(
    "exchanged",
    [
        factory("exchanged", "2025-04", "20", **_OLD, **_KEYED),
        factory("exchanged", "2025-04", "30", **_NEW),
        factory("exchanged", "2025-05", "50", multiplier=20, reactive_index="40"),
    ],
    Change("multiplier", "30", (date(2025, 4, 11), date(2025, 6, 1))),
)

# What cannot be replayed.
_BAD = {"input_reason_code": "negative_quantity"}
case(
    "backwards",
    [bill("backwards", m, "100", **(_BAD if m == "2025-02" else {})) for m in YEAR[:3]],
    Change("multiplier", "2"),
)
case(
    "nobody's price",
    [bill("nobody's price", m, "100") for m in YEAR[:3]],
    Change("price_code", "NOBODYS", month(2)),
    Change("multiplier", "2"),
)
case("nothing", [bill("nothing", "2025-02", "100", **_BAD)], Change("multiplier", "2"))
case(
    "unconcerned",
    [bill("unconcerned", "2025-01", "1", **_BAD), bill("unconcerned", "2025-02", "100")],
    Change("multiplier", "2", month(2)),
)
case(
    "tier gap",
    [
        household("tier gap", m, "190", input_reason_code="reading_missing" if m == "2025-03" else None)
        for m in YEAR[:4]
    ],
    Change("multiplier", "2", month(1)),
)
case(
    "adjusted",
    [
        household("adjusted", "2025-02", "190"),
        household("adjusted", "2025-03", None, input_reason_code="adjustment_bill", adjustment_yuan="12.00"),
    ],
    Change("multiplier", "2"),
)
case("no bills", [], Change("multiplier", "2"))
case(
    "unmet",
    [bill("unmet", "2025-02", "100")],
    Change("multiplier", "2", month(2)),
    Change("multiplier", "3", month(6)),
)
case("other meter", [bill("other meter", "2025-02", "100")], Change("multiplier", "3", meter="OTHER"))

# Conflicts.
case(
    "conflict",
    [bill("conflict", m, "100") for m in YEAR],
    Change("multiplier", "2", month(1, 3)),
    Change("multiplier", "3", month(3, 5)),
)


def all_bills() -> list[Row]:
    return [row for bills in BILLS.values() for row in bills]


def all_overrides() -> list[Override]:
    """Every case as a scenario of its name, and for the `empty` ones a scenario a field, without a value."""
    told = [change.of(name) for name, changes in CHANGES.items() for change in changes]
    names = [name for name in BILLS if name.startswith("empty")]
    days = {field: month(3) if field in QUANTITY_FIELDS else WHOLE_YEAR for field in sorted(FIELDS)}
    return told + [Change(f, None, days[f]).of(n, f"{n}: {f}") for n in names for f in days]
