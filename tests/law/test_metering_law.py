"""Metering management as it ships: categories, accuracy, wiring, tests in turn; by the code of the day.

Expected values were copied by hand from the tables of the codes of 2000 and 2016.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from jicha.law.book import Law
from jicha.law.table import LawRow, Value

OLD = date(2017, 4, 30)
NEW = date(2017, 5, 1)
FIRST = date(2001, 1, 1)
BOTH = (OLD, NEW)


def only(law: Law, table: str, day: date, **key: Value) -> LawRow:
    (row,) = law.table(table).on(day, **key)
    return row


def limits(row: LawRow) -> dict[str, Value]:
    """What a row of the categories asks for, without its empty columns."""
    keys = ("metering_category_code", "metering_use_code")
    return {name: value for name, value in row.values.items() if name not in keys and value is not None}


@pytest.mark.parametrize(
    ("day", "category", "use", "expected"),
    [
        (OLD, "category_1", "high_voltage_billing", {"minimum_monthly_kwh": 5_000_000, "minimum_capacity_kva": 10_000}),
        (OLD, "category_1", "generator", {"minimum_unit_mw": 200}),
        (OLD, "category_1", "grid_exchange", {}),
        (OLD, "category_2", "high_voltage_billing", {"minimum_monthly_kwh": 1_000_000, "minimum_capacity_kva": 2_000}),
        (OLD, "category_2", "generator", {"minimum_unit_mw": 100}),
        (OLD, "category_2", "supplier_exchange", {}),
        (OLD, "category_3", "billing", {"minimum_monthly_kwh": 100_000, "minimum_capacity_kva": 315}),
        (OLD, "category_3", "generator", {"below_unit_mw": 100}),
        (OLD, "category_3", "line_balance", {"minimum_voltage_kv": 110}),
        (OLD, "category_4", "billing", {"below_capacity_kva": 315}),
        (OLD, "category_5", "single_phase_billing", {}),
        (NEW, "category_1", "trade_settlement", {"minimum_voltage_kv": 220}),
        (NEW, "category_1", "assessment", {"minimum_voltage_kv": 500}),
        (NEW, "category_1", "generator", {"minimum_unit_mw": 300}),
        (NEW, "category_2", "trade_settlement", {"minimum_voltage_kv": 66, "below_voltage_kv": 220}),
        (NEW, "category_2", "assessment", {"minimum_voltage_kv": 220, "below_voltage_kv": 500}),
        (NEW, "category_2", "generator", {"minimum_unit_mw": 100, "below_unit_mw": 300}),
        (NEW, "category_3", "trade_settlement", {"minimum_voltage_kv": 10, "below_voltage_kv": 66}),
        (NEW, "category_3", "assessment", {"minimum_voltage_kv": 10, "below_voltage_kv": 220}),
        (NEW, "category_4", "trade_settlement", {"minimum_voltage_kv": Decimal("0.38"), "below_voltage_kv": 10}),
        (NEW, "category_5", "single_phase_billing", {"minimum_voltage_kv": Decimal("0.22")}),
    ],
)  # fmt: skip
def test_categories(shipped: Law, day: date, category: str, use: str, expected: dict[str, Value]) -> None:
    row = only(shipped, "metering_class", day, metering_category_code=category, metering_use_code=use)
    assert limits(row) == expected


@pytest.mark.parametrize("day", BOTH)
def test_no_gap_between_the_generators(shipped: Law, day: date) -> None:
    """A unit of any size falls somewhere: the lowest category begins below where the next one starts."""
    rows = shipped.table("metering_class").on(day, metering_use_code="generator")
    by_category = {row.values["metering_category_code"]: row.values for row in rows}
    assert by_category["category_3"]["below_unit_mw"] == by_category["category_2"]["minimum_unit_mw"]
    upper = by_category["category_2"]["below_unit_mw"]
    assert upper in (None, by_category["category_1"]["minimum_unit_mw"])


def test_the_code_of_2000_goes_by_energy_that_of_2016_by_voltage(shipped: Law) -> None:
    assert not shipped.table("metering_class").on(OLD, metering_use_code="trade_settlement")
    assert not shipped.table("metering_class").on(NEW, metering_use_code="high_voltage_billing")
    assert not shipped.table("metering_class").on(date(2000, 12, 31))
    assert {row.confidence for row in shipped.table("metering_class").on(OLD)} == {"source-read"}
    assert {row.confidence for row in shipped.table("metering_class").on(NEW)} == {"unverified"}


#: Printed tables: category -> active meter, reactive meter, voltage and current transformer.
ACCURACY = {
    OLD: {
        "category_1": (["class_0_2s", "class_0_5s"], ["class_2"], ["class_0_2"], ["class_0_2s", "class_0_2"]),
        "category_2": (["class_0_5s", "class_0_5"], ["class_2"], ["class_0_2"], ["class_0_2s", "class_0_2"]),
        "category_3": (["class_1"], ["class_2"], ["class_0_5"], ["class_0_5s"]),
        "category_4": (["class_2"], ["class_3"], ["class_0_5"], ["class_0_5s"]),
        "category_5": (["class_2"], [], [], ["class_0_5s"]),
    },
    NEW: {
        "category_1": (["class_0_2s"], ["class_2"], ["class_0_2"], ["class_0_2s"]),
        "category_2": (["class_0_5s"], ["class_2"], ["class_0_2"], ["class_0_2s"]),
        "category_3": (["class_0_5s"], ["class_2"], ["class_0_5"], ["class_0_5s"]),
        "category_4": (["class_1"], ["class_2"], ["class_0_5"], ["class_0_5s"]),
        "category_5": (["class_2"], [], [], ["class_0_5s"]),
    },
}
DEVICES = ("active_meter", "reactive_meter", "voltage_transformer", "current_transformer")


@pytest.mark.parametrize("day", BOTH)
@pytest.mark.parametrize("category", ACCURACY[OLD])
def test_least_accuracy(shipped: Law, day: date, category: str) -> None:
    for device, expected in zip(DEVICES, ACCURACY[day][category], strict=True):
        rows = shipped.table("accuracy_minimum").on(
            day, metering_category_code=category, metering_device_code=device
        )
        rows.sort(key=lambda row: int(str(row.values["alternative_no"])))
        assert [row.values["accuracy_class_code"] for row in rows] == expected
        assert [row.values["alternative_no"] for row in rows] == list(range(1, len(expected) + 1))


@pytest.mark.parametrize("day", BOTH)
def test_every_accuracy_class_named_has_its_place(shipped: Law, day: date) -> None:
    order = {
        row.values["accuracy_class_code"]: int(str(row.values["accuracy_order_no"]))
        for row in shipped.table("accuracy_scale").on(day)
    }
    named = {row.values["accuracy_class_code"] for row in shipped.table("accuracy_minimum").on(day)}
    assert named <= set(order)
    assert order["class_0_1"] < order["class_0_2s"] < order["class_0_2"] < order["class_0_5s"]
    assert order["class_0_5s"] < order["class_0_5"] < order["class_1"] < order["class_2"] < order["class_3"]


def test_classes_of_ir46_stand_beside_the_older_ones(shipped: Law) -> None:
    order = {
        row.values["accuracy_class_code"]: row.values["accuracy_order_no"]
        for row in shipped.table("accuracy_scale").on(NEW)
    }
    assert order["class_a"] == order["class_2"]
    assert order["class_b"] == order["class_1"]
    assert order["class_c"] == order["class_0_5s"]
    assert order["class_d"] == order["class_0_2s"]


@pytest.mark.parametrize(
    ("category", "old", "new"),
    [
        ("category_1", "0.2", "0.2"),
        ("category_2", "0.2", "0.2"),
        ("category_3", "0.5", "0.2"),
        ("category_4", "0.5", "0.2"),
    ],
)
def test_voltage_drop_by_category(shipped: Law, category: str, old: str, new: str) -> None:
    found = [
        only(shipped, "voltage_drop_limit", day, metering_category_code=category).values[
            "voltage_drop_limit_pct"
        ]
        for day in BOTH
    ]
    assert found == [Decimal(old), Decimal(new)]


def test_voltage_drop_in_design(shipped: Law) -> None:
    rows = shipped.table("voltage_drop_design").on(NEW)
    by_class = {row.values["accuracy_class_code"]: row.values["voltage_drop_limit_pct"] for row in rows}
    assert by_class == {"class_0_5": Decimal("0.25"), "class_1": Decimal("0.5"), "class_2": Decimal("0.5")}
    assert {row.confidence for row in rows} == {"source-read"}
    assert shipped.setting("voltage_drop_text").default == "metering_code"


@pytest.mark.parametrize("day", BOTH)
def test_secondary_wiring(shipped: Law, day: date) -> None:
    current = only(shipped, "secondary_wiring", day, secondary_circuit_code="current").values
    voltage = only(shipped, "secondary_wiring", day, secondary_circuit_code="voltage").values
    assert (current["minimum_section_mm2"], voltage["minimum_section_mm2"]) == (4, Decimal("2.5"))
    assert (current["no_fuse_to_kv"], voltage["no_fuse_to_kv"]) == (None, 35)
    for circuit in (current, voltage):
        assert (circuit["is_copper_required"], circuit["is_joint_allowed"]) == (True, False)


def test_current_transformers_are_not_run_idle(shipped: Law) -> None:
    rows = shipped.table("current_transformer_load").on(NEW)
    least = {row.values["accuracy_class_code"]: row.values["minimum_primary_current_pct"] for row in rows}
    assert least == {"class_0_2s": 20, "class_0_5s": 20, "class_0_2": 30, "class_0_5": 30}
    assert {row.confidence for row in rows} == {"unverified"}


def test_direct_meters_and_what_a_meter_must_measure(shipped: Law) -> None:
    direct = only(shipped, "direct_metering_limit", NEW)
    assert direct.values == {"direct_connection_to_a": 50, "meter_overload_ratio": 4}
    needed = {
        (row.values["billing_feature_code"], row.values["meter_function_code"])
        for row in shipped.table("meter_function_required").on(NEW)
        if row.values["is_required"]
    }
    assert needed == {
        ("power_factor", "active_energy"),
        ("power_factor", "inductive_reactive"),
        ("power_factor", "capacitive_reactive"),
        ("demand", "maximum_demand"),
        ("time_of_use", "multiple_rates"),
    }


@pytest.mark.parametrize(
    ("day", "months", "confidence"),
    [
        (FIRST, {"category_1": 3, "category_2": 6, "category_3": 12}, "source-read"),
        (OLD, {"category_1": 3, "category_2": 6, "category_3": 12}, "source-read"),
        (NEW, {"category_1": 6, "category_2": 12, "category_3": 24}, "unverified"),
    ],
)
def test_field_tests_of_meters(shipped: Law, day: date, months: dict[str, int], confidence: str) -> None:
    rows = shipped.table("field_test_cycle").on(day)
    assert {row.values["metering_category_code"]: row.values["cycle_months"] for row in rows} == months
    assert {row.confidence for row in rows} == {confidence}


@pytest.mark.parametrize("day", BOTH)
def test_field_tests_of_instrument_transformers_and_drop(shipped: Law, day: date) -> None:
    transformer = only(shipped, "verification_cycle", day, verification_item_code="instrument_transformer")
    drop = only(shipped, "verification_cycle", day, verification_item_code="voltage_drop")
    assert transformer.values["cycle_months"] == 120
    assert (drop.values["cycle_months"], drop.values["minimum_voltage_kv"]) == (24, 35)


@pytest.mark.parametrize("day", BOTH)
@pytest.mark.parametrize(
    ("event", "workdays", "months"),
    [
        ("installation_changed", None, 1),
        ("meter_over_error", 3, None),
        ("drop_or_burden_over_limit", None, 1),
    ],
)
def test_time_limits(shipped: Law, day: date, event: str, workdays: int | None, months: int | None) -> None:
    row = only(shipped, "verification_limit", day, metering_event_code=event)
    assert (row.values["limit_workdays"], row.values["limit_months"]) == (workdays, months)


@pytest.mark.parametrize(
    ("kind", "months", "extension", "confidence"),
    [
        ("electronic_0_2s", 72, None, "unverified"),
        ("electronic_0_5s", 72, None, "unverified"),
        ("electronic_1", 96, 48, "secondary"),
        ("electronic_2", 96, 48, "secondary"),
        ("mechanical_three_phase", 72, None, "secondary"),
        ("mechanical_single_phase", 120, None, "secondary"),
        ("mechanical_single_phase_long_life", 180, None, "secondary"),
    ],
)
def test_verification_of_meters(
    shipped: Law, kind: str, months: int, extension: int | None, confidence: str
) -> None:
    row = only(shipped, "meter_verification_cycle", NEW, meter_verification_kind_code=kind)
    assert row.values["cycle_months"] == months
    assert row.values["sampling_extension_months"] == extension
    assert row.confidence == confidence


def test_electronic_meters_only_since_the_regulation_of_2012(shipped: Law) -> None:
    table = shipped.table("meter_verification_cycle")
    assert not table.on(date(2013, 4, 7), meter_verification_kind_code="electronic_1")
    assert table.on(date(2013, 4, 8), meter_verification_kind_code="electronic_1")


@pytest.mark.parametrize("day", BOTH)
def test_the_field_tester_is_two_classes_better(shipped: Law, day: date) -> None:
    row = only(shipped, "field_tester", day)
    assert row.values["tester_class_steps"] == 2
    assert row.values["is_cover_opening_allowed"] is False
