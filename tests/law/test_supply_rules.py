"""The supply rules as shipped: values written here from the rules by hand, on both sides of each change."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from math import cos, isclose, radians, sin

import pytest

from jicha.law.book import Law
from jicha.law.table import LawRow, Value

#: The last day of the rules of 1996 and the first of those of 2024; of suspension before and after 2016.
OLD, NEW = date(2024, 5, 31), date(2024, 6, 1)
BEFORE_2016, FROM_2016 = date(2016, 6, 29), date(2016, 6, 30)
PROMISES_2011, PROMISES_2022 = date(2021, 12, 31), date(2022, 1, 1)
TODAY = date(2026, 5, 1)


def row(law: Law, table: str, day: date, **wanted: Value) -> LawRow:
    rows = law.table(table).on(day, **{"jurisdiction_code": "CN", **wanted})
    assert len(rows) == 1, f"{table} on {day}: {len(rows)} rows"
    return rows[0]


def number(law: Law, table: str, day: date, column: str, **wanted: Value) -> Decimal:
    return Decimal(str(row(law, table, day, **wanted).values[column]))


def told(law: Law, table: str, day: date, by: str, column: str, **wanted: Value) -> dict[Value, Value]:
    """One column of the rows of a day by another."""
    return {r.values[by]: r.values[column] for r in law.table(table).on(day, **wanted)}


def breach(law: Law, day: date, kind: str, customer: str = "other", structure: str = "two_part") -> LawRow:
    wanted = {"breach_type_code": kind, "customer_kind_code": customer, "tariff_structure_code": structure}
    return row(law, "breach_charge", day, **wanted)


# fmt: off
#: table; days; what is asked for; what must stand there
SINGLE_VALUES: list[tuple[str, tuple[date, ...], dict[str, Value], dict[str, Value]]] = [
    ("theft_claim", (OLD,), {}, {"unknown_period_days": 180, "is_least_period": True, "penalty_multiple_ratio": 3,
                                 "is_ceiling": False, "is_established_quantity_first": False}),
    ("theft_claim", (NEW,), {}, {"unknown_period_days": 180, "is_least_period": False, "penalty_multiple_ratio": 3,
                                 "is_ceiling": True, "is_established_quantity_first": True}),
    ("theft_use_hours", (OLD, NEW), {"load_kind_code": "power"}, {"daily_use_hours": 12}),
    ("theft_use_hours", (OLD, NEW), {"load_kind_code": "lighting"}, {"daily_use_hours": 6}),
    ("theft_fine", (date(1996, 4, 1), OLD, NEW), {}, {"fine_multiple_ratio": 5}),
    ("breach_unknown_period", (OLD, NEW), {"breach_type_code": "change_of_category"},
     {"unknown_period_code": "fixed_months", "unknown_period_months": 3, "month_days": 30}),
    ("breach_unknown_period", (OLD,), {"breach_type_code": "sealed_equipment"},
     {"unknown_period_code": "since_sealing"}),
    ("voltage_loss", (NEW,), {}, {"voltage_threshold_pct": 78, "least_duration_minutes": 1}),
    ("metering_error_method", (OLD, NEW), {"metering_error_cause_code": "beyond_error_limit"},
     {"error_base_code": "zero_error", "period_share_ratio": Decimal("0.5"), "pay_meanwhile_code": "by_reading"}),
    ("metering_error_method", (OLD,), {"metering_error_cause_code": "line_voltage_drop"},
     {"error_base_code": "allowed_drop", "period_share_ratio": 1, "is_supplement_only": True}),
    ("metering_error_method", (OLD, NEW), {"metering_error_cause_code": "other_without_fault"},
     {"error_base_code": "normal_month", "pay_meanwhile_code": "by_reading"}),
    ("metering_error_method", (OLD, NEW), {"metering_error_cause_code": "wrong_wiring"},
     {"error_base_code": "recorded_energy", "period_share_ratio": 1, "pay_meanwhile_code": "by_normal_month"}),
    ("metering_error_method", (OLD, NEW), {"metering_error_cause_code": "voltage_fuse"},
     {"error_base_code": "prescribed_method", "fallback_base_code": "normal_month", "is_supplement_only": True}),
    ("metering_error_method", (OLD, NEW), {"metering_error_cause_code": "wrong_multiplier"},
     {"error_base_code": "actual_multiplier", "pay_meanwhile_code": "by_normal_month"}),
    ("limitation_period", (date(2017, 9, 30),), {}, {"limitation_years": 2, "longest_years": 20}),
    ("limitation_period", (date(2017, 10, 1), date(2021, 1, 1)), {}, {"limitation_years": 3, "longest_years": 20}),
    ("limitation_event", (date(2016, 1, 1), date(2018, 1, 1), TODAY), {"limitation_event_code": "demand"},
     {"limitation_effect_code": "starts_again"}),
    ("limitation_event", (TODAY,), {"limitation_event_code": "obstacle"},
     {"limitation_effect_code": "stands_still", "last_window_months": 6}),
    ("late_fee_minimum", (OLD,), {}, {"least_charge_yuan": 1}),
    ("late_fee_days", (OLD, NEW), {}, {"is_due_day_counted": False, "is_payment_day_counted": True}),
    ("late_fee_band", (date(1996, 9, 1), NEW), {},
     {"lowest_per_day_ratio": Decimal("0.001"), "highest_per_day_ratio": Decimal("0.003")}),
    ("arrears_interruption", (NEW,), {"rule_set_code": "supply_regulation", "customer_kind_code": "resident"},
     {"arrears_days": 30, "least_notice_days": None}),
    ("arrears_interruption", (OLD,), {"rule_set_code": "supply_rules", "customer_kind_code": "other"},
     {"least_notice_days": 3, "most_notice_days": 7, "reminder_minutes": 30}),
    ("arrears_interruption", (PROMISES_2011,), {"rule_set_code": "sgcc_promise", "customer_kind_code": "resident"},
     {"least_notice_days": 7}),
    ("arrears_interruption", (NEW,), {"rule_set_code": "local_regulation", "customer_kind_code": "resident"},
     {"arrears_days": 30, "least_notice_days": 7, "reminder_minutes": None}),
    ("arrears_interruption", (NEW,), {"rule_set_code": "local_regulation", "customer_kind_code": "other"},
     {"arrears_days": 30, "least_notice_days": 3, "reminder_minutes": 60}),
    ("unread_meter", (OLD, NEW), {}, {"unreadable_months": 6, "unread_billing_code": "previous_quantity"}),
    ("basic_charge_proration", (OLD,), {}, {"month_divisor_code": "thirty_days", "month_divisor_days": 30,
                                            "is_part_day_counted": True, "is_outage_deducted": False}),
    ("basic_charge_proration", (NEW,), {}, {"month_divisor_code": "calendar_days", "month_divisor_days": None,
                                            "is_part_day_counted": True, "is_outage_deducted": False}),
    ("capacity_change_limit", (BEFORE_2016,), {"application_type_code": "suspension"},
     {"notice_days": 5, "notice_workdays": None, "yearly_times_count": 2, "least_days": 15, "yearly_months": 6,
      "bar_months": 24, "barred_charge_ratio": Decimal("0.5")}),
    ("capacity_change_limit", (FROM_2016, OLD, NEW), {"application_type_code": "suspension"},
     {"notice_days": None, "notice_workdays": 5, "yearly_times_count": None, "least_days": 15, "yearly_months": 6,
      "bar_months": None, "barred_charge_ratio": None}),
    ("capacity_change_limit", (BEFORE_2016,), {"application_type_code": "capacity_reduction"},
     {"least_months": 6, "most_months": 24, "restore_within_months": 24, "bar_months": 24}),
    ("capacity_change_limit", (FROM_2016, NEW), {"application_type_code": "capacity_reduction"},
     {"least_months": None, "most_months": None, "restore_within_months": 24, "bar_months": None}),
    ("capacity_change_limit", (OLD,), {"application_type_code": "temporary_removal"},
     {"execute_days": 5, "most_months": 6, "restore_days": 5}),
    ("capacity_change_charge", (BEFORE_2016,), {"application_type_code": "capacity_reduction"},
     {"below_threshold_code": "after_two_years"}),
    ("capacity_change_charge", (FROM_2016, NEW), {"application_type_code": "capacity_reduction"},
     {"below_threshold_code": "at_once"}),
    ("idle_account", (OLD, NEW), {}, {"idle_months": 6}),
    ("supply_plan_validity", (OLD, NEW), {"connection_kind_code": "low_voltage"},
     {"valid_months": 3, "extension_days": 10}),
    ("supply_plan_validity", (OLD, NEW), {"connection_kind_code": "high_voltage_dual"}, {"valid_months": 12}),
    ("outage_notice", (OLD, NEW), {"rule_set_code": "sgcc_promise", "outage_type_code": "planned"},
     {"notice_days": 7, "notice_hours": None}),
    ("service_standard", (TODAY,), {"district_code": "urban"},
     {"supply_reliability_pct": Decimal("99.9"), "voltage_compliance_pct": Decimal("98.5")}),
    ("service_standard", (TODAY,), {"district_code": "rural"},
     {"supply_reliability_pct": Decimal("99.8"), "voltage_compliance_pct": Decimal("97.5")}),
    ("temporary_supply_term", (OLD,), {}, {"most_months": 6, "is_resupply_allowed": False}),
    ("temporary_supply_term", (NEW,), {}, {"most_months": 36}),
    ("resupply_price_cap", (NEW,), {"jurisdiction_code": "46"}, {"highest_loss_ratio": Decimal("0.1")}),
    ("low_voltage_limit", (OLD,), {},
     {"low_voltage_most_kw": 100, "low_voltage_most_kva": 50, "single_phase_most_kw": 10}),
    ("low_voltage_limit", (NEW,), {},
     {"low_voltage_most_kw": 160, "low_voltage_most_kva": None, "single_phase_most_kw": 12}),
    ("outage_compensation", (OLD,), {"tariff_structure_code": "two_part"}, {"compensation_multiple_ratio": 5}),
    ("outage_compensation", (OLD, NEW), {"tariff_structure_code": "single_part"},
     {"compensation_multiple_ratio": 4}),
]
# fmt: on


@pytest.mark.parametrize(
    ("table", "day", "wanted", "expected"),
    [
        pytest.param(table, day, wanted, expected, id="-".join((table, *map(str, wanted.values()), str(day))))
        for table, days, wanted, expected in SINGLE_VALUES
        for day in days
    ],
)
def test_value(
    shipped: Law, table: str, day: date, wanted: dict[str, Value], expected: dict[str, Value]
) -> None:
    found = row(shipped, table, day, **wanted).values
    assert {column: found[column] for column in expected} == expected


# Breach of use


@pytest.mark.parametrize(("day", "ceiling"), [(OLD, False), (NEW, True)])
@pytest.mark.parametrize(
    ("kind", "multiple"), [("change_of_category", 2), ("over_capacity", 3), ("sealed_equipment", 2)]
)
def test_multiples_are_fixed_before_and_ceilings_from_2024(
    shipped: Law, day: date, ceiling: bool, kind: str, multiple: int
) -> None:
    found = breach(shipped, day, kind).values
    assert (found["penalty_multiple_ratio"], found["is_ceiling"]) == (multiple, ceiling)


@pytest.mark.parametrize("day", [OLD, NEW])
@pytest.mark.parametrize(
    ("kind", "customer", "per_kilowatt", "per_occurrence"),
    [
        ("over_capacity", "other", 50, None),
        ("sealed_equipment", "other", 30, None),
        ("unauthorised_source", "resident", 500, None),
        ("moved_equipment", "resident", None, 500),
        ("moved_equipment", "other", None, 5000),
    ],
)
def test_fixed_sums(
    shipped: Law, day: date, kind: str, customer: str, per_kilowatt: int | None, per_occurrence: int | None
) -> None:
    found = breach(shipped, day, kind, customer, "single_part").values
    assert found["penalty_yuan_per_kilowatt"] == per_kilowatt
    assert found["penalty_per_occurrence_yuan"] == per_occurrence
    assert found["penalty_multiple_ratio"] is None


def test_the_quota_item_ends_with_the_old_rules(shipped: Law) -> None:
    old = breach(shipped, OLD, "over_quota").values
    assert (old["penalty_multiple_ratio"], old["penalty_yuan_per_kilowatt"]) == (5, 1)
    assert shipped.table("breach_charge").on(NEW, breach_type_code="over_quota") == []


def test_the_version_follows_the_day_of_the_behaviour(shipped: Law) -> None:
    old, new = (breach(shipped, day, "over_capacity") for day in (OLD, NEW))
    assert (old.citation, old.values["time_counting_code"]) == ("power_supply_rules_1996#100", "whole_months")
    assert (new.citation, new.values["time_counting_code"]) == ("power_supply_rules_2024#101", "days_used")
    assert shipped.table("breach_charge").on(date(1996, 10, 7)) == []


@pytest.mark.parametrize(("day", "types"), [(OLD, 6), (NEW, 5)])
def test_every_breach_has_one_row_for_each_kind_of_customer(shipped: Law, day: date, types: int) -> None:
    kinds = {("resident", "single_part"), ("other", "single_part"), ("other", "two_part")}
    by_type: dict[Value, set[tuple[Value, Value]]] = {}
    for found in shipped.table("breach_charge").on(day):
        kind = (found.values["customer_kind_code"], found.values["tariff_structure_code"])
        by_type.setdefault(found.values["breach_type_code"], set()).add(kind)
    assert len(by_type) == types
    assert all(each == kinds for each in by_type.values())


def test_worked_example_of_a_breach(shipped: Law) -> None:
    """5 kW of motor and 3 kW of shop behind a resident's meter, dates unknown: 1,590.08 and 3,180.17 yuan."""
    wanted = {"breach_type_code": "change_of_category"}
    months = number(shipped, "breach_unknown_period", OLD, "unknown_period_months", **wanted)
    days = months * number(shipped, "breach_unknown_period", OLD, "month_days", **wanted)
    motor, shop = (
        kilowatts * days * number(shipped, "breach_use_hours", OLD, "daily_use_hours", load_kind_code=kind)
        for kilowatts, kind in ((5, "power"), (3, "lighting"))
    )
    assert [motor, shop] == [Decimal(5400), Decimal(1620)]
    difference = motor * (Decimal("0.7625") - Decimal("0.5653"))
    difference += shop * (Decimal("0.8895") - Decimal("0.5653"))
    multiple = breach(shipped, OLD, "change_of_category", "resident", "single_part")
    assert round(difference, 2) == Decimal("1590.08")
    charge = difference * Decimal(str(multiple.values["penalty_multiple_ratio"]))
    assert round(charge, 2) == Decimal("3180.17")


def test_capacity_under_reduction_counts_from_2024(shipped: Law) -> None:
    old, new = (
        told(shipped, "breach_by_status", day, "transformer_status_code", "breach_type_code")
        for day in (OLD, NEW)
    )
    assert old == {"suspended": "sealed_equipment"}
    assert new == {"suspended": "sealed_equipment", "reduced": "sealed_equipment"}


# Theft and metering errors


def test_worked_example_of_theft(shipped: Law) -> None:
    """A motor of 1.5 kW past the meter at 0.50 yuan, time unknown: 3,240 kWh, 1,620 and 4,860 yuan."""
    hours = number(shipped, "theft_use_hours", OLD, "daily_use_hours", load_kind_code="power")
    energy = Decimal("1.5") * number(shipped, "theft_claim", OLD, "unknown_period_days") * hours
    back_bill = energy * Decimal("0.50")
    charge = back_bill * number(shipped, "theft_claim", OLD, "penalty_multiple_ratio")
    assert [energy, back_bill, charge] == [Decimal(3240), Decimal(1620), Decimal(4860)]


def test_established_energy_is_a_way_of_its_own_from_2024(shipped: Law) -> None:
    old, new = (
        told(
            shipped, "theft_quantity", day, "theft_quantity_method_code", "preference_no", is_local_only=False
        )
        for day in (OLD, NEW)
    )
    assert old == {"rated_power": 1, "meter_current": 1}
    assert new == {"established": 1, "rated_power": 2, "meter_current": 2}


def test_faulty_instrument_transformers_are_a_seventh_cause_from_2024(shipped: Law) -> None:
    causes = [
        told(shipped, "metering_error_method", day, "metering_error_cause_code", "fallback_base_code")
        for day in (OLD, NEW)
    ]
    assert [len(each) for each in causes] == [6, 7]
    assert causes[1]["instrument_transformer_fault"] == "normal_month"


@pytest.mark.parametrize("day", [OLD, NEW])
@pytest.mark.parametrize(
    ("wiring", "fault", "angle", "expected"),
    [
        ("three_phase_four_wire", "one_phase_lost", 25, 1.5),
        ("three_phase_four_wire", "two_phases_lost", 25, 3.0),
        ("three_phase_four_wire", "one_current_reversed", 25, 3.0),
        ("three_phase_four_wire", "two_currents_reversed", 25, -3.0),
        ("three_phase_three_wire", "voltage_open_b", 25, 2.0),
        # √3/tan 30° = 3; √3·cos 30°/cos(30° ∓ 30°) = 1.5 and 3
        ("three_phase_three_wire", "current_reversed_a", 30, 3.0),
        ("three_phase_three_wire", "current_reversed_c", 30, -3.0),
        ("three_phase_three_wire", "voltage_open_a", 30, 1.5),
        ("three_phase_three_wire", "voltage_open_c", 30, 3.0),
    ],
)
def test_correction_factors(
    shipped: Law, day: date, wiring: str, fault: str, angle: int, expected: float
) -> None:
    wanted = {"wiring_code": wiring, "wiring_fault_code": fault}
    right, cosine, sine = (
        float(number(shipped, "wiring_correction", day, column, **wanted))
        for column in ("right_cosine_ratio", "wrong_cosine_ratio", "wrong_sine_ratio")
    )
    phi = radians(angle)
    assert isclose(right * cos(phi) / (cosine * cos(phi) + sine * sin(phi)), expected, rel_tol=1e-10)


def test_untraceable_energy_of_residents_is_settled_in_their_favour(shipped: Law) -> None:
    traced, untraced = (
        told(
            shipped,
            "tier_correction",
            NEW,
            "correction_direction_code",
            "tier_correction_code",
            is_period_traceable=traceable,
        )
        for traceable in (True, False)
    )
    assert traced == {"supplement": "month_of_use", "refund": "month_of_use"}
    assert untraced == {"supplement": "first_tier", "refund": "highest_tier"}


# Late payment, changes of use, limits


@pytest.mark.parametrize(("day", "confidence"), [(OLD, "source-read"), (NEW, "unverified")])
def test_late_fee(shipped: Law, day: date, confidence: str) -> None:
    rows = shipped.table("late_fee_rate").on(day)
    rates = {
        (r.values["customer_kind_code"], r.values["arrears_year_code"]): str(
            r.values["late_fee_per_day_ratio"]
        )
        for r in rows
    }
    assert rates == {
        ("resident", "same_year"): "0.001",
        ("resident", "next_year"): "0.001",
        ("other", "same_year"): "0.002",
        ("other", "next_year"): "0.003",
    }
    assert {r.confidence for r in rows} == {confidence}


@pytest.mark.parametrize("day", [OLD, NEW])
def test_twelve_items_of_change_of_use(shipped: Law, day: date) -> None:
    items = told(shipped, "change_of_use", day, "application_type_code", "item_no")
    assert set(items.values()) == set(range(1, 13))
    assert items["renaming"] == items["transfer"] == 7


@pytest.mark.parametrize(
    ("rules", "day", "column", "expected"),
    [
        ("supply_rules", OLD, "limit_days", [5, 10, None, None]),
        ("supply_rules", OLD, "limit_months", [None, None, 1, 2]),
        ("supply_rules", NEW, "limit_workdays", [None, None, 10, 20]),
        ("supervision_measures", NEW, "limit_workdays", [3, 8, 20, 45]),
        ("sgcc_promise", PROMISES_2011, "limit_workdays", [3, 7, 15, 30]),
        ("sgcc_promise", PROMISES_2022, "limit_workdays", [None, None, None, None]),
        ("csg_promise", NEW, "limit_workdays", [2, 5, 15, 30]),
        ("connection_notice", date(2020, 9, 24), "limit_workdays", [None, None, None, None]),
        ("connection_notice", date(2020, 9, 25), "limit_workdays", [None, None, 10, 20]),
    ],
)
def test_reply_with_the_supply_plan(
    shipped: Law, rules: str, day: date, column: str, expected: list[int | None]
) -> None:
    wanted = {"rule_set_code": rules, "application_step_code": "plan_reply"}
    found = told(shipped, "connection_step_limit", day, "connection_kind_code", column, **wanted)
    kinds = ("residential", "low_voltage", "high_voltage_single", "high_voltage_dual")
    assert [found.get(kind) for kind in kinds] == expected


@pytest.mark.parametrize(
    ("rules", "day", "expected"),
    [
        ("connection_notice", date(2020, 12, 31), {"low_voltage_three_zero": 25, "residential": 5}),
        ("connection_notice", date(2021, 1, 1), {"low_voltage_three_zero": 20, "residential": 5}),
        ("connection_notice", date(2022, 1, 1), {"low_voltage_three_zero": 15, "residential": 5}),
        ("sgcc_promise", PROMISES_2011, {}),
        ("sgcc_promise", PROMISES_2022, {"residential": 5}),
        ("zero_investment", date(2025, 5, 31), {}),
        ("zero_investment", date(2025, 6, 1), {"low_voltage_no_works": 5, "low_voltage_works": 15}),
    ],
)
def test_whole_process(shipped: Law, rules: str, day: date, expected: dict[str, int]) -> None:
    wanted = {"rule_set_code": rules, "limit_scope_code": "whole_process"}
    table, by = "connection_total_limit", "connection_kind_code"
    assert told(shipped, table, day, by, "limit_workdays", **wanted) == expected


@pytest.mark.parametrize("rules", ["sgcc_promise", "connection_notice"])
def test_steps_of_the_utility_in_all(shipped: Law, rules: str) -> None:
    wanted = {"rule_set_code": rules, "limit_scope_code": "utility_steps"}
    found = told(shipped, "connection_total_limit", TODAY, "connection_kind_code", "limit_workdays", **wanted)
    assert found == {"low_voltage": 6, "high_voltage_single": 22, "high_voltage_dual": 32}


@pytest.mark.parametrize("rules", ["sgcc_promise", "csg_promise"])
def test_arrival(shipped: Law, rules: str) -> None:
    found = told(shipped, "repair_limit", TODAY, "district_code", "arrival_minutes", rule_set_code=rules)
    assert found == {"urban": 45, "rural": 90, "remote": 120}


@pytest.mark.parametrize(
    ("rules", "duty", "day", "column", "limit"),
    [
        ("supply_rules", "meter_test", OLD, "limit_days", 7),
        ("sgcc_promise", "meter_test", NEW, "limit_workdays", 5),
        ("sgcc_promise", "complaint_answer", PROMISES_2011, "limit_workdays", 7),
        ("sgcc_promise", "complaint_answer", PROMISES_2022, "limit_workdays", 5),
        ("sgcc_promise", "reconnection", PROMISES_2011, "limit_hours", 24),
        ("csg_promise", "reconnection", NEW, "limit_hours", 12),
        ("sgcc_95598", "reading_query", NEW, "limit_workdays", 6),
        ("sgcc_95598", "charging_booking", NEW, "limit_minutes", 45),
        ("jiangsu_95598", "tip_handling", NEW, "limit_workdays", 9),
        ("jiangsu_95598", "government_hotline", NEW, "limit_days", 7),
    ],
)
def test_service(shipped: Law, rules: str, duty: str, day: date, column: str, limit: int) -> None:
    (found,) = shipped.table("service_limit").on(day, rule_set_code=rules, service_duty_code=duty)
    limits = [c for c in shipped.table("service_limit").columns if c.startswith("limit_")]
    assert {c: found.values[c] for c in limits if found.values[c] is not None} == {column: limit}


@pytest.mark.parametrize("name", ["connection_step_limit", "service_limit"])
def test_no_limit_is_told_in_two_units(shipped: Law, name: str) -> None:
    """Every row of a limit says one span, or a topic could join the wrong one."""
    table = shipped.table(name)
    limits = [column for column in table.columns if column.startswith("limit_")]
    odd = [r.place.shown for r in table.rows if sum(r.values[c] is not None for c in limits) != 1]
    assert odd == []


# Resupply, boundary, settings, confidence


@pytest.mark.parametrize("day", [OLD, NEW])
def test_demand_behind_a_resupplier(shipped: Law, day: date) -> None:
    found = told(shipped, "resupply_demand", day, "resupply_load_code", "kilowatt_equivalent_kwh")
    shifts = {"one_shift": 180, "two_shifts": 360, "three_shifts": 540}
    assert found == {"lighting": 180, "agriculture": 270, **shifts}


@pytest.mark.parametrize("day", [OLD, NEW])
def test_losses_never_enter_the_charge_by_capacity(shipped: Law, day: date) -> None:
    found = told(shipped, "ownership_loss", day, "charge_code", "is_loss_added")
    assert found == {"energy": True, "basic_demand": True, "power_factor": True, "basic_capacity": False}


def test_half_the_prepayment_goes_back_before_half_the_time(shipped: Law) -> None:
    found = told(shipped, "temporary_prepayment", OLD, "used_share_code", "refund_ratio")
    assert found == {"before_half": Decimal("0.5"), "after_half": 0}


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("breach_capacity_penalty_base", "back_billed_amount"),
        ("breach_unknown_period", "ninety_days"),
        ("theft_meter_current", "marked"),
        ("metering_error_formula", "divided"),
        ("limitation_against_refunds", "not_pleaded"),
        ("connection_clock", "paused"),
    ],
)
def test_defaults_of_open_questions(shipped: Law, name: str, default: str) -> None:
    assert shipped.setting(name).default == default


def test_nothing_of_the_new_rules_claims_to_have_been_read(shipped: Law) -> None:
    """The text of 2024 could not be had: until it is, no value that rests on it may say source-read."""
    claiming = [
        found.place.shown
        for table in shipped.tables.values()
        for found in table.rows
        if found.citation.startswith("power_supply_rules_2024#") and found.confidence == "source-read"
    ]
    assert claiming == []
