"""A derivation computes, and reads back from its stored form."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jicha.kernel.canonical import dumps
from jicha.kernel.derivation import DEEPEST, DerivationError, Input, Node, Operation, Step, compute
from jicha.kernel.errors import JichaError
from jicha.kernel.money import Rounding
from jicha.kernel.text import Text

from .derivations import DECIMALS, TREES, a_bill, changed, given_number

# --- computing --------------------------------------------------------------------------------------------


def test_a_bill_is_derived_line_by_line() -> None:
    bill = a_bill()
    # 34.5 × 40 = 1380 kWh; × 0.5432 = 749.616
    assert bill.result == Decimal("849.62")
    assert bill.faults() == ()
    bill.check()
    assert [(depth, node.name) for depth, node in bill.walk()] == [
        (0, "amount"),
        (1, "energy charge"),
        (2, "usage"),
        (3, "register difference"),
        (4, "current"),
        (4, "previous"),
        (3, "multiplier"),
        (2, "price"),
        (3, "price code"),
        (3, "C1"),
        (3, "C2"),
        (1, "basic charge"),
        (2, "by capacity"),
        (2, "by demand"),
    ]
    found = {node.name: node for _, node in bill.walk()}
    assert (found["price"].unit, found["price"].clause) == ("yuan_per_kwh", "tariff-2024#3")
    assert isinstance(found["usage"], Step) and found["usage"].formula == "register difference × multiplier"
    assert isinstance(found["basic charge"], Step)
    assert found["basic charge"].formula == "largest(by capacity, by demand)"


@pytest.mark.parametrize(
    ("operation", "numbers", "result"),
    [
        (Operation.SUM, ["1.50", "1.50", "-0.5"], "2.50"),
        (Operation.DIFFERENCE, ["5", "1.5", "1"], "2.5"),
        (Operation.DIFFERENCE, ["5"], "5"),
        (Operation.PRODUCT, ["1.50", "0.20", "2"], "0.6000"),
        (Operation.LARGEST, ["-3", "-2.0", "-10"], "-2.0"),
        (Operation.SMALLEST, ["-3", "-2.0", "-10"], "-10"),
    ],
)
def test_exact_operations_keep_the_scale(operation: Operation, numbers: list[str], result: str) -> None:
    step = compute(operation, "x", [given_number("n", number) for number in numbers])
    assert str(step.result) == result


@given(st.lists(DECIMALS, min_size=2, max_size=4), st.sampled_from(Rounding), st.integers(0, 6))
def test_rounded_operations_round_the_exact_value_once(
    numbers: list[Decimal], mode: Rounding, places: int
) -> None:
    inputs = [Input("n", number) for number in numbers]
    exact = Fraction(1)
    for number in numbers:
        exact *= Fraction(number)
    product = compute(Operation.PRODUCT_ROUNDED, "p", inputs, places=places, rounding=mode)
    assert product.result == mode.apply(exact, places)
    if 0 in numbers[1:]:
        with pytest.raises(DerivationError, match="division_by_zero"):
            compute(Operation.QUOTIENT_ROUNDED, "q", inputs, places=places, rounding=mode)
        return
    exact = Fraction(numbers[0])
    for number in numbers[1:]:
        exact /= Fraction(number)
    quotient = compute(Operation.QUOTIENT_ROUNDED, "q", inputs, places=places, rounding=mode)
    assert quotient.result == mode.apply(exact, places)


@pytest.mark.parametrize("key", ["C1", date(2026, 1, 1), Decimal("630.0")])
def test_a_value_is_picked_by_text_day_or_number(key: Any) -> None:
    row = Input(str(key), "found", clause="law#1")
    step = compute(Operation.LOOKUP, "x", [Input("key", key), Input("other", "not", clause="law#2"), row])
    assert (step.result, step.clause) == ("found", "law#1")


@pytest.mark.parametrize(
    ("operation", "inputs", "extra", "code"),
    [
        (Operation.SUM, [], {}, "no_inputs"),
        (Operation.SUM, [Input("a", "text")], {}, "not_a_number"),
        (Operation.SUM, [Input("a", Decimal(1), "kwh"), Input("b", Decimal(1), "yuan")], {}, "wrong_unit"),
        (Operation.SUM, [Input("a", Decimal(1), "kwh")], {"unit": "yuan"}, "wrong_unit"),
        (Operation.SUM, [Input("a", Decimal(1))], {"places": 2, "rounding": Rounding.UP}, "step_rounding"),
        (Operation.SUM, [Input("a", Decimal("1E+40")), Input("b", Decimal("1E-40"))], {}, "too_long"),
        (Operation.PRODUCT_ROUNDED, [Input("a", Decimal(1))], {}, "step_rounding"),
        (Operation.PRODUCT_ROUNDED, [Input("a", Decimal(1))], {"places": 2}, "step_rounding"),
        (
            Operation.PRODUCT_ROUNDED,
            [Input("a", Decimal(1))],
            {"places": -1, "rounding": Rounding.UP},
            "step_places",
        ),
        (Operation.CHOOSE, [Input("basis", "b"), Input("a", Decimal(1))], {}, "nothing_picked"),
        (Operation.CHOOSE, [Input("a", "a")], {}, "nothing_picked"),
        (
            Operation.CHOOSE,
            [Input("basis", "a"), Input("a", Decimal(1)), Input("a", Decimal(2))],
            {},
            "nothing_picked",
        ),
        (
            Operation.CHOOSE,
            [Input("basis", "a"), Input("a", Decimal(1), "kwh")],
            {"unit": "kw"},
            "wrong_unit",
        ),
        (Operation.LOOKUP, [Input("key", "a"), Input("a", Decimal(1))], {}, "uncited_lookup"),
    ],
)
def test_what_cannot_be_computed_is_refused(
    operation: Operation, inputs: list[Node], extra: dict[str, Any], code: str
) -> None:
    with pytest.raises(DerivationError) as caught:
        compute(operation, "x", inputs, **extra)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "value", [1.5, 1, True, None, Decimal("NaN"), datetime.fromisoformat("2026-01-01 00:00"), b"x"]
)
def test_what_is_no_value_is_refused(value: Any) -> None:
    with pytest.raises(JichaError):
        Input("a", value)
    with pytest.raises(JichaError):
        replace(a_bill(), result=value)


def test_a_tree_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        a_bill().result = Decimal(0)  # type: ignore[misc]
    assert isinstance(replace(a_bill(), inputs=list(a_bill().inputs)).inputs, tuple)  # type: ignore[arg-type]


# --- storing ----------------------------------------------------------------------------------------------


@given(TREES)
def test_a_tree_reads_back_from_its_json(tree: Step) -> None:
    again = Step.from_dict(json.loads(dumps(tree)))
    assert again == tree
    assert again.digest() == tree.digest()
    assert again.to_dict() == tree.to_dict()
    assert again.faults() == ()


def test_all_kinds_of_values_read_back() -> None:
    key = Input("key", date(2026, 1, 1), source="archive.csv:3")
    row = Input("2026-01-01", "大工业", clause="law#1", note=Text(en="dated", zh="按日期"))
    step = compute(Operation.LOOKUP, "class", [key, row])
    assert Step.from_dict(json.loads(dumps(step))) == step
    assert '{"date":"2026-01-01"}' in dumps(step) and '{"text":"大工业"}' in dumps(step)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("kind",), "branch"),
        (("kind",), ["step"]),
        (("name",), ""),
        (("name",), 7),
        (("inputs",), []),
        (("inputs",), {}),
        (("inputs", 0), "usage"),
        (("operation",), "power"),
        (("operation",), None),
        (("formula",), None),
        (("rounding",), "half_up"),
        (("places",), 2),
        (("inputs", 0, "rounding"), "nearest"),
        (("inputs", 0, "places"), True),
        (("inputs", 0, "places"), 39),
        (("inputs", 0, "places"), "2"),
        (("unit",), 1),
        (("note",), "text"),
        (("note",), {"en": "only"}),
        (("note",), {"en": "one", "zh": " "}),
        (("result",), "1.00"),
        (("result",), {"decimal": "1e3"}),
        (("result",), {"decimal": "NaN"}),
        (("result",), {"decimal": 1.0}),
        (("result",), {"decimal": "9" * 80}),
        (("result",), {"date": "20260101"}),
        (("result",), {"date": "2026-02-30"}),
        (("result",), {"float": "1.0"}),
        (("result",), {"decimal": "1", "text": "1"}),
        (("extra",), "x"),
    ],
)
def test_other_shapes_are_refused_on_reading(path: tuple[Any, ...], value: Any) -> None:
    with pytest.raises(JichaError) as caught:
        Step.from_dict(changed(a_bill().to_dict(), path, value))
    assert caught.value.text.en and caught.value.text.zh


def test_a_missing_key_an_input_root_and_no_document_are_refused() -> None:
    document = a_bill().to_dict()
    del document["clause"]
    shapes: tuple[object, ...] = (document, Input("a", Decimal(1)).to_dict(), None, [], "step")
    for bad in shapes:
        with pytest.raises(DerivationError, match="unreadable_derivation"):
            Step.from_dict(bad)


def test_a_bottomless_tree_is_refused() -> None:
    document = compute(Operation.SUM, "s", [Input("a", Decimal(1))]).to_dict()
    for _ in range(DEEPEST + 1):
        document = {**document, "inputs": [document]}
    with pytest.raises(DerivationError, match="unreadable_derivation"):
        Step.from_dict(document)
