"""What must hold of any bill of the county's biller."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jicha.county.tariff.biller import Charge, Measured, charges, energy, money
from jicha.county.tariff.losses import lost_energy, shared_by_rates
from jicha.county.tariff.rules import NOTHING, TariffError
from jicha.county.tariff.sheet import BASIC_BY_CAPACITY, BASIC_BY_DEMAND, ENERGY_CHARGE, POWER_FACTOR_CHARGE
from jicha.county.tariff.terms import (
    AGENCY,
    AGRICULTURE,
    BELOW_1KV,
    BY_ACTUAL_DEMAND,
    BY_CAPACITY,
    BY_CONTRACT_DEMAND,
    COMMERCIAL,
    IRRIGATION,
    RATES,
    RESIDENTIAL,
    RETAIL,
    TO_10KV,
    TO_35KV,
    TWO_PART,
    UNTIERED,
    Terms,
    TransformerLoss,
)

FEN = Decimal("0.01")
HOUSEHOLD = Terms(RESIDENTIAL, BELOW_1KV, is_tiered=True)


def hundredths(most: int) -> st.SearchStrategy[Decimal]:
    return st.integers(0, most * 100).map(lambda number: Decimal(number).scaleb(-2))


kwh = hundredths(300_000)
household_kwh = hundredths(7_000)
rates_kwh = st.tuples(kwh, kwh, kwh, kwh)
standards = st.sampled_from([None, Decimal("0.80"), Decimal("0.85"), Decimal("0.90")])
transformers = st.builds(
    TransformerLoss,
    st.sampled_from([Decimal(each) for each in (20, 30, 125, 200, 315, 1250)]),
    hundredths(2),
    hundredths(12),
)


@st.composite
def commercial(draw: st.DrawFn) -> Terms:
    basic = draw(st.sampled_from(["", BY_CAPACITY, BY_ACTUAL_DEMAND, BY_CONTRACT_DEMAND]))
    high = [TO_10KV, TO_35KV]
    purchase = draw(st.sampled_from([AGENCY, RETAIL]))
    return Terms(
        COMMERCIAL,
        draw(st.sampled_from(high if basic else [BELOW_1KV, *high])),
        TWO_PART if basic else "单一制",
        draw(st.booleans()),
        basic=basic,
        capacity_kva=Decimal(draw(st.integers(100, 2_500))),
        contract_demand_kw=Decimal(draw(st.integers(40, 2_500))) if basic == BY_CONTRACT_DEMAND else None,
        power_factor=draw(standards),
        loss=draw(st.none() | transformers),
        purchase=purchase,
        purchase_multiple=draw(st.sampled_from([Decimal(1), Decimal("1.5")])),
        retail_price=draw(st.integers(250_000, 600_000)) * Decimal("0.000001")
        if purchase == RETAIL
        else None,
    )


@st.composite
def measured(draw: st.DrawFn) -> Measured:
    rates = draw(rates_kwh)
    months, days = draw(st.sampled_from([(1, 0), (0, 11), (0, 1), (2, 0), (1, 14)]))
    return Measured(sum(rates, Decimal(0)), rates, draw(kwh), draw(hundredths(3_000)), months, days)


def line_of(lines: tuple[Charge, ...], *names: str) -> list[Charge]:
    return [line for line in lines if line.charge in names]


@given(commercial(), measured())
def test_lines_add_up(terms: Terms, shown: Measured) -> None:
    lines = charges(terms, shown)
    of_energy = line_of(lines, ENERGY_CHARGE)
    for line in of_energy:
        assert line.price is not None
        assert abs(line.kwh * line.price - line.amount) <= FEN / 2
    assert all(line.amount == line.amount.quantize(FEN) for line in lines)
    assert energy(lines) == shown.total + sum(line.loss_kwh for line in lines)
    assert [line.rate for line in of_energy] == (list(RATES) if terms.is_time_of_use else ["总"])
    assert len(line_of(lines, BASIC_BY_CAPACITY, BASIC_BY_DEMAND)) == bool(terms.basic)
    adjusted = line_of(lines, POWER_FACTOR_CHARGE)
    assert len(adjusted) == (terms.power_factor is not None and energy(lines) > 0)
    assert money(lines) == sum(line.amount for line in lines)
    for line in adjusted:
        base = money(lines) - line.amount - (energy(lines) * Decimal("0.0452")).quantize(FEN, "ROUND_HALF_UP")
        assert line.adjustment_rate is not None
        assert abs(base * line.adjustment_rate - line.amount) <= FEN / 2


@given(household_kwh, household_kwh, household_kwh)
def test_a_households_energy_is_split_over_tiers_wherever_its_bills_are_cut(
    before: Decimal, first: Decimal, second: Decimal
) -> None:
    def by_tier(*bills: tuple[Charge, ...]) -> dict[int | None, Decimal]:
        found: dict[int | None, Decimal] = {}
        for bill in bills:
            for line in bill:
                if line.kwh:
                    found[line.tier] = found.get(line.tier, Decimal(0)) + line.kwh
        return found

    whole = charges(HOUSEHOLD, Measured(first + second), before)
    cut = charges(HOUSEHOLD, Measured(first), before), charges(HOUSEHOLD, Measured(second), before + first)
    assert by_tier(whole) == by_tier(*cut)
    assert abs(money(whole) - sum(money(bill) for bill in cut)) <= 4 * FEN
    assert energy(whole) == first + second


@given(household_kwh, household_kwh)
def test_what_is_taken_back_is_taken_from_where_it_came(before: Decimal, used: Decimal) -> None:
    given_, taken = (
        charges(HOUSEHOLD, Measured(used), before),
        charges(HOUSEHOLD, Measured(-used), before + used),
    )
    assert money(given_) == -money(taken)
    assert energy(given_) == -energy(taken)


@given(st.sampled_from([2_760, 4_800]), st.integers(1, 500))
def test_the_limit_itself_is_no_step(limit: int, fens: int) -> None:
    """A hundredth of a kWh more around a limit changes the bill by two fen at the most."""
    used = Decimal(limit) - Decimal("2.50") + Decimal(fens).scaleb(-2)
    less, more = (money(charges(HOUSEHOLD, Measured(each))) for each in (used, used + FEN))
    assert 0 <= more - less <= 2 * FEN


PLAIN = [
    HOUSEHOLD,
    Terms(UNTIERED, BELOW_1KV),
    Terms(AGRICULTURE, BELOW_1KV),
    Terms(IRRIGATION, TO_10KV),
    Terms(COMMERCIAL, BELOW_1KV, purchase=AGENCY),
]


@given(st.sampled_from(PLAIN), household_kwh, household_kwh, household_kwh)
def test_more_energy_never_costs_less(terms: Terms, before: Decimal, used: Decimal, more: Decimal) -> None:
    assert money(charges(terms, Measured(used), before)) <= money(
        charges(terms, Measured(used + more), before)
    )


@given(commercial(), measured(), st.sampled_from(range(4)), kwh)
def test_more_energy_never_costs_less_at_one_power_factor(
    terms: Terms, shown: Measured, place: int, more: Decimal
) -> None:
    """A better power factor and the 260 kWh for each kVA do reward energy, and energy in the valley draws
    losses of the transformer there; so these are left out here."""
    terms = replace(terms, power_factor=None, loss=None if terms.is_time_of_use else terms.loss)
    if terms.basic in (BY_ACTUAL_DEMAND, BY_CONTRACT_DEMAND):
        terms = replace(terms, capacity_kva=Decimal(0))
    assert shown.rates is not None
    critical, peak, flat, valley = (used + more * (at == place) for at, used in enumerate(shown.rates))
    dearer = shown._replace(rates=(critical, peak, flat, valley), total=shown.total + more)
    assert money(charges(terms, shown)) <= money(charges(terms, dearer))


@given(commercial(), measured(), kwh)
def test_more_reactive_energy_never_costs_less(terms: Terms, shown: Measured, more: Decimal) -> None:
    assert shown.kvarh is not None
    worse = shown._replace(kvarh=shown.kvarh + more)
    terms = replace(terms, loss=None)
    assert money(charges(terms, shown)) <= money(charges(terms, worse))


@given(hundredths(5_000), rates_kwh)
def test_losses_are_shared_without_rest(lost: Decimal, metered: tuple[Decimal, ...]) -> None:
    parts = shared_by_rates(lost, metered)
    assert sum(parts) == lost
    whole = sum(metered)
    if whole:
        for part, of in zip(parts, metered, strict=True):
            assert abs(part - lost * of / whole) < FEN
    else:
        assert parts == (NOTHING, NOTHING, lost, NOTHING)


def test_an_idle_transformer_loses_its_iron() -> None:
    """0.34 kW for 720 hours and 1.8 % of 200 kVA, be the nameplate's current given or the usual one."""
    for current in (None, Decimal("0.018")):
        transformer = TransformerLoss(Decimal(200), Decimal("0.34"), Decimal("2.60"), current)
        lost = lost_energy(transformer, Decimal(0), Decimal(0), 30)
        assert (lost.active, lost.reactive) == (Decimal("244.80"), Decimal("2592.00"))
    assert lost_energy(transformer, Decimal(9), Decimal(0), 0).active == 0


@pytest.mark.parametrize(
    ("terms", "shown", "code"),
    [
        (
            Terms(COMMERCIAL, TO_10KV, TWO_PART, basic=BY_ACTUAL_DEMAND),
            Measured(Decimal(1)),
            "demand_missing",
        ),
        (
            Terms(COMMERCIAL, TO_10KV, TWO_PART, basic=BY_CONTRACT_DEMAND),
            Measured(Decimal(1), demand_kw=Decimal(1)),
            "contract_demand_missing",
        ),
        (Terms(COMMERCIAL, TO_10KV, is_time_of_use=True), Measured(Decimal(1)), "rates_missing"),
    ],
)
def test_what_cannot_be_billed_is_refused(terms: Terms, shown: Measured, code: str) -> None:
    with pytest.raises(TariffError) as refused:
        charges(terms, shown)
    assert refused.value.code == code


def test_a_bill_without_energy() -> None:
    """A household's is one line of nothing; two-part customers pay their basic charge, and no adjustment."""
    (line,) = charges(HOUSEHOLD, Measured(NOTHING), Decimal(5_000))
    assert (line.tier, line.kwh, line.amount) == (3, NOTHING, NOTHING)
    terms = Terms(
        COMMERCIAL,
        TO_10KV,
        TWO_PART,
        True,
        basic=BY_CAPACITY,
        capacity_kva=Decimal(400),
        power_factor=Decimal("0.90"),
    )
    lines = charges(terms, Measured(NOTHING, (NOTHING, NOTHING, NOTHING, NOTHING), kvarh=Decimal(7)))
    assert [line.amount for line in lines] == [0, 0, 0, 0, Decimal("10520.00")]


@settings(max_examples=30)
@given(commercial(), measured())
def test_equal_terms_are_billed_alike(terms: Terms, shown: Measured) -> None:
    assert charges(terms, shown) == charges(replace(terms), shown)
