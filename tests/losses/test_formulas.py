"""The formula books: worked by hand, true to physics, and plain about what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jicha.kernel.derivation import Step
from jicha.kernel.formulas import FormulaBook, FormulaError
from jicha.law.book import Law
from jicha.losses.capacity import CAPACITY, chargeable_capacity
from jicha.losses.compensation import COMPENSATION, compensation
from jicha.losses.line import LINE, line_losses
from jicha.losses.load import LOAD, calculated_load
from jicha.losses.power_factor import power_factor
from jicha.losses.transformer import TRANSFORMER, transformer_losses
from jicha.losses.unmetered import UNMETERED, unmetered_energy
from jicha.reporting.figures import FIGURES, figures
from tests.golden.working import this_house

BOOKS = (TRANSFORMER, LINE, LOAD, COMPENSATION, CAPACITY, UNMETERED, FIGURES)
POWER = st.decimals("0.1", 10**5, places=2)
COSINES = st.tuples(st.integers(50, 98), st.integers(1, 48)).map(
    lambda pair: (Decimal(pair[0]).scaleb(-2), Decimal(min(99, pair[0] + pair[1])).scaleb(-2))
)


@pytest.fixture(scope="module")
def law() -> Law:
    return this_house().law


def value(results: Mapping[str, Step], name: str) -> Decimal:
    found = results[name].value
    assert isinstance(found, Decimal)
    return found


def sound(results: Mapping[str, Step]) -> Mapping[str, Step]:
    assert not [fault for step in results.values() for fault in step.faults()]
    return results


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.name)
def test_every_input_of_a_book_is_a_field_a_result_or_a_constant(book: FormulaBook) -> None:
    results = {formula.gives for formula in book.formulas}
    known = {*book.fields, *(book.rows or {}), *results, *(each.name for each in book.constants)}
    assert not {name for formula in book.formulas for name in formula.takes} - known


def test_a_month_of_a_transformer_by_hand(law: Law) -> None:
    """S9-315 with 60,000 kWh and 25,000 kvarh in 720 h: S = 65,000 kVAh ÷ 720 = 90.28 kVA."""
    made = sound(
        transformer_losses(
            {
                "no_load_loss_kw": "0.67",
                "load_loss_kw": "3.65",
                "rated_capacity_kva": 315,
                "no_load_current_pct": "1.6",
                "impedance_pct": 4,
                "hours": 720,
                "metered_kwh": 60000,
                "reactive_kvarh": 25000,
            },
            law,
        )
    )
    assert value(made, "iron_loss_kwh") == Decimal("482.40")
    assert round(value(made, "load_ratio"), 6) == Decimal("0.286596")
    assert round(value(made, "copper_loss_kwh"), 3) == Decimal("215.857")
    assert round(value(made, "loss_kvarh"), 3) == Decimal("4373.950")


def test_the_share_of_copper_loss_is_laws_and_changes_at_the_limit(law: Law) -> None:
    light = sound(transformer_losses({"metered_kwh": 46080, "hours": 720, "rated_capacity_kva": 200}, law))
    heavy = sound(transformer_losses({"metered_kwh": 46081, "hours": 720, "rated_capacity_kva": 200}, law))
    assert value(light, "copper_loss_ratio") == Decimal("0.02")
    assert value(heavy, "copper_loss_ratio") == Decimal("0.03")
    clauses = {leaf.clause for _, leaf in light["copper_loss_kwh"].walk() if leaf.clause}
    assert clauses == {"transformer_loss_practice#whole"}


@given(output=POWER, cosines=COSINES)
def test_compensation_leaves_the_reactive_power_of_the_better_angle(
    output: Decimal, cosines: tuple[Decimal, Decimal]
) -> None:
    first, second = cosines
    made = sound(compensation({"active_kw": output, "first_cosine": first, "second_cosine": second}))
    left = Fraction(value(made, "second_reactive_kvar"))
    apparent_squared = Fraction(output) ** 2 + left**2
    assert abs(Fraction(output) ** 2 / apparent_squared - Fraction(second) ** 2) < Fraction(1, 10**9)
    assert (value(made, "compensation_kvar") > 0) == (second > first)


@given(power=POWER, voltage=st.integers(100, 10**5), factor=st.integers(2, 20))
def test_loss_falls_with_the_square_of_the_voltage(power: Decimal, voltage: int, factor: int) -> None:
    """At twice the voltage a quarter is lost, whatever the line."""
    lost = sound(
        line_losses(
            {
                "power_kw": power,
                "voltage_v": voltage,
                "second_voltage_v": voltage * factor,
                "loop_resistance_ohm": "0.5",
                "hours": 24,
            }
        )
    )
    ratio = Fraction(value(lost, "loss_kwh")) / Fraction(factor) ** 2
    assert abs(Fraction(value(lost, "second_loss_kwh")) - ratio) < Fraction(1, 10**3)


def test_three_phases_and_mean_square_currents() -> None:
    steady = sound(line_losses({"rms_current_a": 5, "phase_resistance_ohm": 2, "hours": 10}))
    read = sound(line_losses({"currents": [[1], [7]], "phase_resistance_ohm": 2, "hours": 10}))
    assert value(steady, "loss_kwh") == value(read, "loss_kwh") == Decimal("1.5")


def test_groups_add_up_before_they_coincide(law: Law) -> None:
    made = sound(
        calculated_load(
            {
                "groups": [
                    {"power_kw": 100, "demand_ratio": "0.2", "tangent": "1.73"},
                    {"power_kw": 50, "demand_ratio": "0.8", "power_factor_ratio": "0.8"},
                ],
                "coincidence_ratio": "0.9",
            },
            law,
        )
    )
    assert value(made, "active_kw") == Decimal("54")
    assert round(value(made, "reactive_kvar"), 2) == Decimal("58.14")


def test_quantity_and_price_explain_the_whole_change_of_revenue() -> None:
    made = sound(
        figures(
            {
                "first_energy_kwh": 1000,
                "first_price_yuan_per_kwh": "0.5",
                "second_energy_kwh": 1200,
                "second_price_yuan_per_kwh": "0.45",
            }
        )
    )
    assert value(made, "quantity_effect_yuan") == Decimal("100")
    assert value(made, "price_effect_yuan") == Decimal("-60")
    assert value(made, "revenue_change_yuan") == Decimal("40")


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"colour": 1}, "transformer knows no colour"),
        ({"no_load_loss_kw": 0.29}, "an exact number is needed"),
        ({"no_load_loss_kw": "much"}, "no number"),
        ({"no_load_loss_kw": "NaN"}, "no number"),
        ({"price_yuan_per_kwh": 1}, "does not lead to any result"),
    ],
)
def test_what_cannot_be_used_is_named(inputs: dict[str, object], told: str, law: Law) -> None:
    with pytest.raises(FormulaError, match=told):
        transformer_losses(inputs, law)


def test_a_result_that_is_asked_for_says_what_is_missing() -> None:
    with pytest.raises(FormulaError, match="loss_kvarh: loss_kvar, hours"):
        LINE.derive("loss_kvarh", {"supply_kwh": 10})
    with pytest.raises(FormulaError, match="knows no los_kwh; there are loss_kwh"):
        LINE.derive("los_kwh", {"supply_kwh": 10, "sales_kwh": 9})
    with pytest.raises(FormulaError, match="at least one row"):
        LINE.derive("rms_current_a", {"currents": []})
    with pytest.raises(FormulaError, match="machines"):
        LOAD.derive("installed_kw", {"machines": [{"power": 1}]})


def test_a_month_s_power_factor_has_its_clause_and_what_was_missed_its_money(law: Law) -> None:
    """40,000 kWh with 30,000 kvarh is 0.80 (+5 %); with 10,000 kvarh more it is 0.71 (+9.5 %)."""
    made = sound(
        power_factor(
            {
                "active_kwh": 40000,
                "reactive_kvarh": 20000,
                "reverse_kvarh": 10000,
                "missed_kvarh": 10000,
                "price_yuan_per_kwh": "0.3",
                "power_factor_standard_ratio": "0.9",
            },
            law,
        )
    )
    assert value(made, "adjustment_yuan") == Decimal("600.00")
    assert value(made, "back_billed_yuan") == Decimal("540.00")
    assert {part.clause for _, part in made["adjustment_yuan"].walk() if part.clause} == {
        "pf_adjustment_1983#3",  # the rounding
        "pf_adjustment_1983#table 1; pf_adjustment_1983#3",  # the rate
    }
    with pytest.raises(FormulaError, match="0 rates for the standard 77"):
        power_factor({"given_power_factor_ratio": "0.9", "power_factor_standard_ratio": "0.77"}, law)


@pytest.mark.parametrize(("until", "counted"), [("2014-01-15", "815"), ("2014-01-16", "500")])
def test_a_short_suspension_is_charged_in_full(until: str, counted: str, law: Law) -> None:
    """Fewer than law's fifteen days do not count; the fifteenth does."""
    given = {"suspended_kva": 315, "suspended_from": "2014-01-01", "suspended_to": until}
    made = sound(chargeable_capacity({"transformers": [315, 500], **given}, law))
    assert value(made, "chargeable_kva") == Decimal(counted)


def test_of_interlocked_transformers_the_greatest_counts(law: Law) -> None:
    given = {"transformers": {"a": 500, "b": 630, "c": 200}, "interlocked": ["a", "b"]}
    assert value(sound(chargeable_capacity(given, law)), "chargeable_kva") == Decimal("830")
    with pytest.raises(FormulaError, match="which is no transformer"):
        chargeable_capacity({**given, "interlocked": ["a", "z"]}, law)


def test_unmetered_energy_is_capacity_by_factor_by_hours(law: Law) -> None:
    given = {
        "motor_kw": 10,
        "motor_load_ratio": "0.8",
        "lighting_kw": 1,
        "daily_hours": 10,
        "days": 15,
        "rent_yuan": 9,
    }
    made = sound(unmetered_energy(given, law))
    assert value(made, "unmetered_kwh") == Decimal("1350")
    assert value(made, "rent_due_yuan") == Decimal("4.5")
