"""Examples as outside files have them: `JICHA_EXAMPLES=file.json pytest tests/golden`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from .problem import ExampleError
from .raw import outcome, read_examples
from .working import House

VARIABLE = "JICHA_EXAMPLES"

#: A file of examples from outside, where one is named.
OUTSIDE = read_examples(Path(os.environ[VARIABLE])) if VARIABLE in os.environ else []

#: Our own, in the form of such a file.
SAMPLE = Path(__file__).with_name("sample.json")


if OUTSIDE:

    @pytest.mark.parametrize("example", OUTSIDE, ids=lambda example: str(example.get("id")))
    def test_an_outside_example_comes_out(example: dict[str, Any], house: House) -> None:
        assert not outcome(example, house).unmet


@pytest.mark.parametrize("example", read_examples(SAMPLE), ids=lambda example: str(example.get("id")))
def test_the_sample_comes_out(example: dict[str, Any], house: House) -> None:
    made = outcome(example, house)
    assert not made.unmet
    assert dict(made.reading) == example.get("our_reading", {})


def sample(name: str) -> dict[str, Any]:
    return dict(next(each for each in read_examples(SAMPLE) if each["id"] == name))


def test_a_wrong_answer_is_not_met(house: House) -> None:
    example = sample("S-1")
    answer = {**example["answers"][0], "published": "1e6"}
    unmet = outcome({**example, "answers": [answer]}, house).unmet
    assert [line.split(":")[0] for line in unmet] == [answer["name"]]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"kind": "thefts"}, "S-1: nothing is known of 'thefts'; known are theft"),
        ({"inputs": {"p0_kww": 1}}, "S-1.inputs: nothing is known of 'p0_kww'; known are p0_kw"),
        ({"answers": [{"name": "负载律", "published": 1}]}, "nothing is known of '负载律'; known are 负载率"),
        ({"inputs": {"price": 1}}, "does not lead to any result"),
    ],
)
def test_what_is_not_known_is_named(change: dict[str, Any], told: str, house: House) -> None:
    with pytest.raises(Exception, match=told):
        outcome({**sample("S-1"), **change}, house)


def test_a_missing_key_and_no_list_are_refused(house: House, tmp_path: Path) -> None:
    with pytest.raises(ExampleError, match="the key inputs is missing"):
        outcome({"id": "X", "kind": "theft"}, house)
    file = tmp_path.joinpath("none.json")
    file.write_text("{}", encoding="utf-8")
    with pytest.raises(ExampleError, match="no list `examples`"):
        read_examples(file)
