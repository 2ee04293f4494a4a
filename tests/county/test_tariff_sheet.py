"""The county's price sheet, hours, power factors and money of breaches."""

from __future__ import annotations

from decimal import Decimal
from math import sqrt

import numpy as np
import pytest

from jicha.county.tables import facts
from jicha.county.tariff import breach
from jicha.county.tariff.power_factor import adjustment_rate, power_factor
from jicha.county.tariff.rates import rate_of_hours, rate_of_quarters
from jicha.county.tariff.rules import TariffError
from jicha.county.tariff.sheet import ENERGY_CHARGE, PriceRow, price_sheet, prices_of
from jicha.county.tariff.terms import (
    AGENCY,
    AGRICULTURE,
    BELOW_1KV,
    BY_CAPACITY,
    COMMERCIAL,
    IRRIGATION,
    RATES,
    RESIDENTIAL,
    RETAIL,
    TO_10KV,
    TO_35KV,
    TOTAL,
    TWO_PART,
    UNTIERED,
    Terms,
)

FLOATING = [row for row in price_sheet() if row.ratio is not None]


@pytest.mark.parametrize("row", FLOATING, ids=lambda row: f"{row.code} {row.rate}")
def test_a_price_is_the_sum_of_its_parts(row: PriceRow) -> None:
    assert row.added_up() == row.price


def test_the_sheet_has_every_commercial_price_with_parts_and_each_once() -> None:
    assert len(FLOATING) == 5 * 5
    keys = [(row.code, row.charge, row.rate, row.tier) for row in price_sheet()]
    assert len(set(keys)) == len(keys)
    assert all(row.source and row.confidence for row in price_sheet())


def test_codes_of_the_sheet_are_those_of_terms() -> None:
    usages = (RESIDENTIAL, UNTIERED, AGRICULTURE, IRRIGATION)
    voltages = (BELOW_1KV, TO_10KV, TO_35KV)
    terms = [Terms(usage, voltage) for usage in usages for voltage in voltages]
    terms += [Terms(COMMERCIAL, v, is_time_of_use=tou) for v in voltages for tou in (False, True)]
    terms += [
        Terms(COMMERCIAL, v, TWO_PART, tou, basic=BY_CAPACITY) for v in voltages[1:] for tou in (False, True)
    ]
    assert {each.price_code for each in terms} == {row.code for row in price_sheet()}
    for each in terms:
        assert len(prices_of(each).energy) == (4 if each.is_time_of_use else 1)


def test_tiers_rise_by_the_national_premiums() -> None:
    tiers = prices_of(Terms(RESIDENTIAL, BELOW_1KV, is_tiered=True)).tiers
    assert [tier - tiers[0] for tier in tiers] == [0, Decimal("0.05"), Decimal("0.30")]


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (Terms(RESIDENTIAL, BELOW_1KV, is_time_of_use=True), "no_such_price"),
        (Terms(COMMERCIAL, BELOW_1KV, TWO_PART), "no_such_price"),
        (Terms(AGRICULTURE, BELOW_1KV, is_tiered=True), "no_such_price"),
        (Terms(COMMERCIAL, BELOW_1KV, purchase=RETAIL), "retail_price_missing"),
    ],
)
def test_terms_without_a_price_are_refused(terms: Terms, code: str) -> None:
    with pytest.raises(TariffError) as refused:
        prices_of(terms)
    assert refused.value.code == code


def test_only_the_purchase_part_is_multiplied() -> None:
    plain = Terms(COMMERCIAL, TO_10KV, is_time_of_use=True, purchase=AGENCY)
    dear = Terms(COMMERCIAL, TO_10KV, is_time_of_use=True, purchase=AGENCY, purchase_multiple=Decimal("1.5"))
    rows = {row.rate: row for row in FLOATING if row.code == plain.price_code}
    more = [b - a for a, b in zip(prices_of(plain).energy, prices_of(dear).energy, strict=True)]
    for rate, difference in zip(RATES, more, strict=True):
        row = rows[rate]
        assert row.ratio is not None
        assert abs(difference - row.ratio * row.purchase / 2) <= Decimal("0.000001")


def test_energy_bought_at_the_agency_price_costs_what_the_agency_takes() -> None:
    terms = Terms(COMMERCIAL, TO_10KV, is_time_of_use=True, purchase=RETAIL, retail_price=Decimal("0.384470"))
    agency = Terms(COMMERCIAL, TO_10KV, is_time_of_use=True, purchase=AGENCY)
    assert prices_of(terms).energy == prices_of(agency).energy


# -- hours ---------------------------------------------------------------------------------------------


def test_bands_of_january_and_july() -> None:
    letters = {month: "".join(RATES[at] for at in rate_of_hours(month)) for month in range(1, 13)}
    ordinary, summer = (
        "谷谷谷谷谷谷平平平平平平谷谷平平峰峰尖尖峰峰峰峰",
        "谷谷谷谷谷谷平平平平平平谷谷平平峰峰峰峰尖尖峰峰",
    )
    assert letters == {month: summer if month in (7, 8) else ordinary for month in range(1, 13)}


@pytest.mark.parametrize("month", range(1, 13))
def test_a_day_has_ninety_six_quarters_that_nobody_changes(month: int) -> None:
    quarters = rate_of_quarters(month)
    assert quarters.shape == (96,)
    assert np.bincount(quarters, minlength=4).tolist() == [8, 24, 32, 32]
    with pytest.raises(ValueError, match="read-only"):
        quarters[0] = 0


# -- power factor --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hundredths", "percents"),
    [
        (100, ("-0.75", "-1.10", "-1.30")),
        (95, ("-0.75", "-1.10", "-1.30")),
        (94, ("-0.60", "-1.10", "-1.30")),
        (93, ("-0.45", "-0.95", "-1.30")),
        (90, ("0", "-0.50", "-1.00")),
        (85, ("2.5", "0", "-0.50")),
        (80, ("5.0", "2.5", "0")),
        (66, ("14", "9.5", "7")),
        (64, ("17", "11", "8")),
        (60, ("25", "15", "10")),
        (59, ("27", "17", "11")),
        (32, ("81", "71", "61")),
        (26, ("93", "83", "73")),
    ],
)
def test_rates_of_the_instrument(hundredths: int, percents: tuple[str, ...]) -> None:
    for standard, percent in zip(("0.90", "0.85", "0.80"), percents, strict=True):
        assert adjustment_rate(Decimal(standard), hundredths) == Decimal(percent) / 100


def test_a_worse_power_factor_never_costs_less() -> None:
    for standard in ("0.90", "0.85", "0.80"):
        rates = [adjustment_rate(Decimal(standard), hundredths) for hundredths in range(101)]
        assert rates == sorted(rates, reverse=True)


def test_an_unknown_standard_is_refused() -> None:
    with pytest.raises(TariffError):
        adjustment_rate(Decimal("0.95"), 90)


@pytest.mark.parametrize(
    ("active", "reactive", "found"),
    [("3", "4", 60), ("4", "3", 80), ("1", "0", 100), ("0.01", "100", 0), ("0", "5", None), ("0", "0", None)],
)
def test_power_factors(active: str, reactive: str, found: int | None) -> None:
    assert power_factor(Decimal(active), Decimal(reactive)) == found


def test_power_factors_round_half_up_as_floats_do_away_from_halves() -> None:
    for active in range(1, 200, 7):
        for reactive in range(0, 300, 11):
            exact = 100 * active / sqrt(active**2 + reactive**2)
            if abs(exact % 1 - 0.5) > 1e-9:
                assert power_factor(Decimal(active), Decimal(reactive)) == int(exact + 0.5)


# -- breaches ------------------------------------------------------------------------------------------


def test_money_of_breaches() -> None:
    yuan = Decimal
    assert breach.theft_penalty(yuan("1620.00")) == yuan("4860.00")
    assert breach.class_difference_penalty(yuan("1590.08")) == yuan("3180.16")
    assert breach.basic_charge_by_days(yuan(100), yuan("26.3"), 45) == yuan("3945.00")
    assert breach.over_capacity_penalty(yuan(100), yuan("26.3"), 45) == yuan("11835.00")
    assert breach.over_capacity_penalty(yuan(20), None, 400) == yuan("1000.00")
    assert breach.suspended_use_penalty(yuan(315), yuan("26.3"), 20) == yuan("11046.00")
    assert breach.suspended_use_penalty(yuan(50), None, 20, occurrences=2) == yuan("3000.00")
    assert breach.resupply_penalty(yuan("12.5")) == yuan("6250.00")
    assert breach.meddling_penalty(is_resident=True) == yuan("500.00")
    assert breach.meddling_penalty(is_resident=False, occurrences=2) == yuan("10000.00")


@pytest.mark.parametrize(
    "name",
    [
        "price_sheet",
        "billing_rules",
        "breach_money",
        "rate_hours",
        "power_factor_steps",
        "transformer_nameplates",
    ],
)
def test_every_fact_says_where_it_comes_from(name: str) -> None:
    rows = facts(name)
    assert rows
    assert all(row["source"] for row in rows)
    assert all(None not in row for row in rows), "a comma too many"


def test_the_sheet_bills_energy_in_kwh() -> None:
    assert {row.unit for row in price_sheet() if row.charge == ENERGY_CHARGE} == {"yuan/kWh"}
    assert {row.rate for row in price_sheet()} == {TOTAL, *RATES}
