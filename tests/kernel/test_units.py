"""Units come from content and convert exactly, within one dimension."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jicha.kernel.money import InexactTypeError, MoneyError
from jicha.kernel.units import UnitError, UnitTable


def entry(symbol: str, dimension: str, factor: Any) -> dict[str, Any]:
    return {
        "name": symbol,
        "symbol": symbol,
        "en": symbol,
        "zh": f"单位{symbol}",
        "dimension": dimension,
        "factor": factor,
    }


DOCUMENT: dict[str, Any] = {
    "kwh": entry("kWh", "energy", "1"),
    "mwh": entry("MWh", "energy", 1000),
    "wh": entry("Wh", "energy", "0.001"),
    "mj": entry("MJ", "energy", "5/18"),
    "kw": entry("kW", "power", "1"),
}
TABLE = UnitTable.from_mapping(DOCUMENT)
ENERGY = st.sampled_from(["kwh", "mwh", "wh", "mj"])


def test_conversion_is_exact() -> None:
    assert TABLE.convert(Decimal("1.2345"), "mwh", "kwh") == Decimal("1234.5")
    assert TABLE.convert(Decimal("0.1"), "wh", "mwh") == Decimal("0.0000001")
    assert TABLE.convert(18, "mj", "kwh") == Decimal(5)
    assert isinstance(TABLE.convert(1, "kwh", "wh"), Decimal)
    assert TABLE.convert(Fraction(1), "mj", "kwh") == Fraction(5, 18)


@given(st.fractions(), ENERGY, ENERGY, ENERGY)
def test_conversion_goes_back_and_does_not_depend_on_the_way(value: Fraction, a: str, b: str, c: str) -> None:
    assert TABLE.convert(TABLE.convert(value, a, b), b, a) == value
    assert TABLE.convert(TABLE.convert(value, a, b), b, c) == TABLE.convert(value, a, c)


def test_an_endless_decimal_is_refused_but_its_fraction_is_not() -> None:
    with pytest.raises(MoneyError, match="endless_decimal"):
        TABLE.convert(Decimal(1), "mj", "kwh")


def test_another_dimension_is_refused_by_name() -> None:
    with pytest.raises(UnitError) as caught:
        TABLE.convert(Decimal(1), "kwh", "kw")
    assert caught.value.code == "unit_mismatch"
    assert "energy" in caught.value.text.en and "单位kW" in caught.value.text.zh


def test_unknown_units_and_floats_are_refused() -> None:
    with pytest.raises(UnitError, match="unknown_unit"):
        TABLE.get("parsec")
    with pytest.raises(InexactTypeError):
        TABLE.convert(1.5, "kwh", "mwh")  # type: ignore[call-overload]


def test_the_table_is_a_container_of_its_units() -> None:
    assert "kwh" in TABLE and "parsec" not in TABLE
    assert len(TABLE) == 5
    assert [unit.code for unit in TABLE] == list(DOCUMENT)
    assert str(TABLE["mwh"]) == "MWh"
    assert TABLE["mj"].factor == Fraction(5, 18)


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ("unit_factor", entry("x", "energy", 0.001)),
        ("unit_factor", entry("x", "energy", "0")),
        ("unit_factor", entry("x", "energy", "1/0")),
        ("unit_factor", entry("x", "energy", "-1")),
        ("unit_factor", entry("x", "energy", -1)),
        ("unit_factor", entry("x", "energy", True)),
        ("unit_factor", entry("x", "energy", "1e3")),
        ("unit_factor", entry("x", "energy", None)),
        ("no_base_unit", entry("x", "length", "1000")),
        ("unit_text", entry("x", "", "1")),
        ("unit_text", {**entry("x", "energy", "1"), "symbol": 1}),
        ("unit_keys", {**entry("x", "energy", "1"), "offset": "273.15"}),
        ("unit_keys", {"name": "x"}),
        ("unit_keys", "x"),
    ],
)
def test_a_bad_definition_names_file_and_unit(code: str, unit: Any) -> None:
    with pytest.raises(UnitError) as caught:
        UnitTable.from_mapping({**DOCUMENT, "bad": unit}, file="units.yaml")
    assert caught.value.code == code
    assert (caught.value.file, caught.value.column) == ("units.yaml", "bad")


@pytest.mark.parametrize("document", [None, {}, [], "kwh"])
def test_an_empty_or_other_document_is_refused(document: object) -> None:
    with pytest.raises(UnitError, match="units_not_a_mapping"):
        UnitTable.from_mapping(document)
