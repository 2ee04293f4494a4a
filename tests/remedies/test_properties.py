"""What must hold whatever the numbers: mirrors cancel, the split is the whole, nothing but a named error comes out."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jicha.kernel.errors import JichaError
from jicha.kernel.period import Month
from jicha.remedies.claim import Remedy
from jicha.remedies.fields import Field, Kind
from jicha.remedies.registry import kinds
from tests.remedies.conftest import LAW, OLD, assessed

QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])

amounts = st.integers(-10_000_000, 10_000_000).map(lambda fen: Decimal(fen).scaleb(-2))
positive = st.integers(1, 10_000_000).map(lambda fen: Decimal(fen).scaleb(-2))
months = st.builds(Month, st.integers(2010, 2025), st.integers(1, 12))
days = st.dates(date(2010, 1, 1), date(2030, 12, 31))


@st.composite
def replays(draw: st.DrawFn) -> list[dict[str, object]]:
    chosen = draw(st.lists(months, min_size=1, max_size=8, unique=True))
    return [{"month": str(month), "yuan": draw(amounts)} for month in chosen]


@st.composite
def facts(draw: st.DrawFn) -> dict[str, object]:
    found = draw(days)
    return {
        "found_on": found,
        "claimed_on": found + timedelta(days=draw(st.integers(0, 3000))),
        "demands": draw(st.lists(days, max_size=3)),
        "acknowledgements": draw(st.lists(days, max_size=2)),
        "contested_yuan": draw(positive),
    }


readings = st.fixed_dictionaries(
    {
        "limitation_start": st.sampled_from(list(LAW.setting("limitation_start").options)),
        "limitation_against_refunds": st.sampled_from(
            list(LAW.setting("limitation_against_refunds").options)
        ),
    }
)


def whole(found: Remedy) -> None:
    """The three parts are the whole, the lines are the amount, and what is at risk is the lines at risk."""
    for claim in found.claims:
        parts = (claim.supportable.yuan, claim.disputable.yuan, claim.at_risk.yuan)
        assert sum(parts) == claim.amount.yuan
        assert sum((line.yuan.yuan for line in claim.lines), Decimal(0)) == claim.amount.yuan
        at_risk = sum((line.yuan.yuan for line in claim.lines if line.is_at_risk), Decimal(0))
        assert claim.at_risk.yuan == at_risk
        claim.derivation.check()


@QUICK
@given(replays(), facts(), readings)
def test_the_split_is_the_whole(
    rows: list[dict[str, object]], told: dict[str, object], choices: dict[str, str]
) -> None:
    whole(assessed("adjustment", {"replayed": rows, **told}, **choices))


@QUICK
@given(replays(), facts(), readings)
def test_limitation_moves_money_apart_and_neither_adds_nor_drops_any(
    rows: list[dict[str, object]], told: dict[str, object], choices: dict[str, str]
) -> None:
    """Whatever is known of days and demands: amount, months and lines are those of the claim without limitation. A line
    at risk has expired on the day of the claim by the chosen reading; what is at risk by it is never more or less than
    these lines, and a named person is asked."""
    plain = assessed("adjustment", {"replayed": rows})
    found = assessed("adjustment", {"replayed": rows, **told}, **choices)
    assert plain.energy is not None and found.energy is not None
    there, claim = plain.energy, found.energy
    assert not there.at_risk and not any(line.is_at_risk for line in there.lines)
    assert claim.amount == there.amount and claim.months == there.months
    assert [(line.month, line.yuan) for line in claim.lines] == [
        (line.month, line.yuan) for line in there.lines
    ]
    assert found.results["energy_yuan"] == plain.results["energy_yuan"]
    apart = [line for line in claim.lines if line.is_at_risk]
    for line in apart:
        assert line.expires_on is not None and line.expires_on < told["claimed_on"]  # type: ignore[operator]
    whole(found)
    # Pleaded against every month, all that expired is at risk; else months in which the utility owes are spared.
    pleaded = assessed(
        "adjustment", {"replayed": rows, **told}, **choices | {"limitation_against_refunds": "pleaded"}
    ).energy
    assert pleaded is not None
    by_reading = pleaded.at_risk_by_reading[choices["limitation_start"]]
    assert by_reading is None or pleaded.at_risk == by_reading
    spares = choices["limitation_against_refunds"] == "not_pleaded"
    expired = [line for line in pleaded.lines if line.is_at_risk]
    assert apart == [line for line in expired if not spares or line.yuan.yuan >= 0]
    if claim.at_risk:
        assert apart and "limitation_defence" in {each.code for each in found.decisions}


@QUICK
@given(replays())
def test_claim_and_refund_of_mirrored_faults_cancel(rows: list[dict[str, object]]) -> None:
    mirrored = [{**row, "yuan": -row["yuan"]} for row in rows]  # type: ignore[operator]
    there, back = assessed("adjustment", {"replayed": rows}), assessed("adjustment", {"replayed": mirrored})
    assert there.energy is not None and back.energy is not None
    assert there.energy.amount == -back.energy.amount
    assert there.energy.supportable == -back.energy.supportable


@QUICK
@given(positive, positive, positive, st.integers(1, 100_000))
def test_mirrored_prices_and_multipliers_cancel(
    first: Decimal, second: Decimal, price: Decimal, register: int
) -> None:
    def breach(right: Decimal, wrong: Decimal) -> Decimal:
        inputs = {"type": "change_of_category", "kwh": register, "right_price": right, "wrong_price": wrong}
        return assessed("breach", {**inputs, "behaviour_on": OLD}).results["energy_yuan"]

    def multiplier(right: Decimal, used: Decimal) -> Decimal:
        inputs = {"diff": register, "k_actual": right, "k_used": used, "price": price, "behaviour_on": OLD}
        return assessed("ct_ratio_error", inputs).results["energy_yuan"]

    assert breach(first, second) + breach(second, first) == 0
    assert multiplier(first, second) + multiplier(second, first) == 0


@QUICK
@given(
    positive, positive, st.integers(1, 400), st.dates(date(2023, 6, 1), date(2024, 7, 1)), st.integers(0, 3)
)
def test_energy_and_breach_money_stand_apart(
    kwh: Decimal, price: Decimal, lasted: int, first: date, multiple: int
) -> None:
    inputs = {
        "established_kwh": kwh,
        "price": price,
        "period_from": first,
        "period_to": first + timedelta(days=lasted),
        "contract_multiple": multiple,
    }
    found = assessed("theft", inputs)
    whole(found)
    assert found.energy is not None and found.breach is not None
    assert found.energy.amount.yuan == found.results["energy_yuan"]
    assert found.results["energy_yuan"] == (kwh * price).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")
    assert found.results["total_yuan"] == found.energy.amount.yuan + found.breach.amount.yuan
    assert (
        multiple * found.energy.amount.yuan - 1
        <= found.breach.amount.yuan
        <= 3 * found.energy.amount.yuan + 1
    )


@QUICK
@given(st.integers(-95, 400), positive)
def test_the_corrected_energy_is_what_passed(error: int, passed: Decimal) -> None:
    """A meter that is wrong by g records W(1 + g); the divided formula gives back the rest, to the last place."""
    recorded = passed * (100 + error) / 100
    inputs = {
        "cause": "M1",
        "error_pct": error,
        "metered_kwh": recorded,
        "is_counted_time": True,
        "behaviour_on": OLD,
    }
    gap = assessed("metering_error", inputs).results["correct_kwh"] - passed
    assert abs(gap) <= Decimal("0.0001")


def _values(each: Field) -> st.SearchStrategy[object]:
    numbers = st.one_of(st.integers(-5, 10_000), st.sampled_from(["0.5", "1e3", "", "9" * 30, "0"]))
    ratios = st.sampled_from(["100/5", "10000:100", "1", "0/5", "x"])
    plain: dict[Kind, st.SearchStrategy[object]] = {
        Kind.number: numbers,
        Kind.ratio: ratios,
        Kind.day: st.one_of(days, st.just("2024-02-30")),
        Kind.month: months.map(str),
        Kind.code: st.sampled_from([*(each.options or {}), "none_such"]),
        Kind.text: st.sampled_from(["power_supply_rules_1996", "CN", "a", "cb"]),
        Kind.flag: st.booleans(),
        Kind.numbers: st.lists(numbers, max_size=3),
        Kind.ratios: st.lists(ratios, max_size=3),
        Kind.days: st.lists(days, max_size=3),
    }
    if each.kind in plain:
        return plain[each.kind]
    record = st.lists(st.sampled_from(each.fields), max_size=4, unique_by=lambda field: field.name).flatmap(
        lambda fields: st.fixed_dictionaries({field.name: _values(field) for field in fields})
    )
    return record if each.kind is Kind.record else st.lists(record, max_size=3)


@st.composite
def any_inputs(draw: st.DrawFn) -> tuple[str, dict[str, object]]:
    kind = draw(st.sampled_from(list(kinds().values())))
    fields = draw(st.lists(st.sampled_from(kind.all_fields), max_size=9, unique_by=lambda field: field.name))
    needed = [each for each in kind.all_fields if each.required]
    chosen = {each.name: each for each in (*fields, *needed)}
    return kind.name, {name: draw(_values(each)) for name, each in chosen.items()}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_inputs(), st.sampled_from([None, OLD, "2024-06-15"]))
def test_whatever_is_given_there_is_an_answer_or_a_named_error(
    drawn: tuple[str, dict[str, object]], day: str | None
) -> None:
    kind, inputs = drawn
    if day is not None and "period_from" not in inputs and "behaviour_on" not in inputs:
        inputs = {**inputs, "behaviour_on": day}
    try:
        whole(assessed(kind, inputs))
    except JichaError as error:
        assert error.code and error.text.zh
