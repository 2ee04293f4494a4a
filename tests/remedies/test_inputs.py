"""Reading inputs: exact, strict, and with errors that name the field and what to do."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jicha.kernel.errors import UnknownKey
from jicha.remedies.fields import Field, Kind
from jicha.remedies.problem import RemedyError
from jicha.remedies.registry import assess, kinds
from jicha.remedies.terms import TERMS, node_name, result_key
from tests.remedies.conftest import LAW, LEXICON, OLD, assessed


@pytest.mark.parametrize(
    ("inputs", "code", "field"),
    [
        ({"kw": 0.5}, "machine_number", "kw"),
        ({"kw": "five"}, "not_a_number", "kw"),
        ({"kw": True}, "not_a_number", "kw"),
        ({"kw": "1e99"}, None, None),
        ({"kw": Decimal("NaN")}, "not_a_number", "kw"),
        ({"kv": 5}, "unknown_input", "kv"),
        ({"kw": 5, "kva": 5}, "input_twice", "kva"),
        ({"items": {"kw": 5}}, "not_a_list", "items"),
        ({"items": [5]}, "not_a_mapping", "items[0]"),
        ({"items": [{"kw": "x"}]}, "not_a_number", "items[0].kw"),
        ({"load": "heat"}, "unknown_code", "load"),
        ({"meter": {"ct": "a/b"}}, "not_a_number", "meter.ct"),
        ({"replayed": [{"month": "2020-01"}]}, "missing_input", "replayed[0].yuan"),
        ({"period_from": "2020-01-01"}, "half_a_period", "period_to"),
        ({"period_from": "2020-01-02", "period_to": "2020-01-01"}, "period_of_no_day", "period_to"),
        (
            {"period_from": "2020-01-02", "period_to": "2020-01-05", "behaviour_on": "2021-01-01"},
            "behaviour_outside_period",
            "behaviour_on",
        ),
        ({"rules": "rules_of_1812"}, "unknown_instrument", "rules"),
        ({"rules": 5}, "not_a_text", "rules"),
        ({"days": 0}, "number_too_small", "days"),
    ],
)
def test_bad_values(inputs: dict[str, object], code: str | None, field: str | None) -> None:
    day = {} if {"rules", "period_from", "replayed"} & set(inputs) else {"behaviour_on": OLD}
    with pytest.raises(Exception) as caught:
        assessed("theft", {"price": 1, **day, **inputs})
    if code is None:
        assert getattr(caught.value, "code", None) is not None
        return
    assert isinstance(caught.value, RemedyError)
    assert (caught.value.code, caught.value.column) == (code, field)


def test_unknown_kinds_and_readings() -> None:
    with pytest.raises(RemedyError) as caught:
        assess("thef", {}, LAW, LEXICON)
    assert "theft" in caught.value.text.en
    with pytest.raises(RemedyError):
        assess("theft", {"kwh": 1, "price": 1, "behaviour_on": OLD}, LAW, LEXICON, {"late_fee_cap": "twice"})
    with pytest.raises(UnknownKey):
        assess("theft", {"kwh": 1, "price": 1, "behaviour_on": OLD}, LAW, LEXICON, {"late_fee_hat": "none"})


def test_spellings_of_numbers_and_codes() -> None:
    inputs = {"kw": Decimal("1.50"), "load": "照明", "price": "0.50", "behaviour_on": OLD}
    assert assessed("theft", inputs).results["stolen_kwh"] == Decimal("1.5") * 180 * 6


def _spellings(fields: tuple[Field, ...]) -> list[str]:
    return [spelling for each in fields for spelling in (each.name, *each.aliases)]


@pytest.mark.parametrize("name", kinds())
def test_no_spelling_names_two_fields(name: str) -> None:
    kind = kinds()[name]
    for fields in (kind.all_fields, *(each.fields for each in kind.all_fields if each.fields)):
        spelled = _spellings(fields)
        twice = {each for each in spelled if spelled.count(each) > 1}
        assert not twice


@pytest.mark.parametrize("name", kinds())
def test_codes_of_fields_are_those_of_the_lexicon(name: str) -> None:
    for each in kinds()[name].all_fields:
        if each.kind is Kind.code and each.name in LEXICON.fields and LEXICON.fields[each.name].code:
            assert set(each.options or {}) <= set(LEXICON.codes(str(LEXICON.fields[each.name].code)))


def test_results_are_terms_and_names_go_there_and_back() -> None:
    for kind in kinds().values():
        assert set(kind.results) <= set(TERMS), kind.name
    for name in ("item_2_kwh", "energy_yuan", "energy_yuan_1", "multiplier_2", "item_1_2_yuan", "kw_3"):
        assert result_key(node_name(name)) in (name, name.replace("energy_yuan_1", "energy_1_yuan"))
