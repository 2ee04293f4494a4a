"""One spelling for one value, whatever order or type it comes in."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import OrderedDict
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jicha.kernel.canonical import (
    ALPHABET,
    FIRST_LETTERS,
    CanonicalError,
    decimal_text,
    digest,
    dumps,
    short_key,
)
from jicha.kernel.money import Money
from jicha.kernel.period import Month, Period

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(codec="utf-8"))
    | st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20)
    | st.dates()
    | st.datetimes()
    | st.floats(allow_nan=False, allow_infinity=False)
)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
DOCUMENTS = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4)
)


class Colour(StrEnum):
    RED = "red"


def reversed_everywhere(value: Any) -> Any:
    """The same document with every mapping filled in the opposite order."""
    if isinstance(value, dict):
        return {key: reversed_everywhere(part) for key, part in reversed(list(value.items()))}
    if isinstance(value, list):
        return [reversed_everywhere(part) for part in value]
    return value


def test_the_spelling_of_every_kind_of_value() -> None:
    document = {
        "综合倍率": Decimal("1.50"),
        "b": [True, None, 3, -0.0, 0.1],
        "a": {"on": date(2026, 1, 31), "at": datetime.fromisoformat("2026-01-31 08:00")},
        "colour": Colour.RED,
        "money": Money.parse("1,234.50"),
        "month": Month(2026, 1),
        "period": Period(date(2026, 1, 1), None),
    }
    assert dumps(document) == (
        '{"a":{"at":"2026-01-31T08:00:00","on":"2026-01-31"},"b":[true,null,3,0.0,0.1],"colour":"red",'
        '"money":"1234.50","month":"2026-01","period":"2026-01-01/..","综合倍率":"1.50"}'
    )


def test_digest_is_a_published_constant() -> None:
    """Findings of other years rest on these: if they change, every stored key and digest is orphaned.

    The digest is what `sha256sum` prints for the 32 bytes of {"a":"稽查","b":["0.10",null]}.
    """
    assert digest({"b": [Decimal("0.10"), None], "a": "稽查"}) == (
        "4eb1c2c545e1ab47e47bef9ea9ab33bb7e5385ab6e33ed51619501d05dc22283"
    )
    assert short_key("k7m2xq4d", "0512345678", date(2026, 1, 1)) == "ghb16z5t3y2d"


@given(DOCUMENTS)
def test_digest_does_not_depend_on_the_order_of_keys(document: Any) -> None:
    assert dumps(reversed_everywhere(document)) == dumps(document)
    assert digest(reversed_everywhere(document)) == digest(document)


@given(DOCUMENTS)
def test_canonical_json_is_json_and_its_own_canonical_form(document: Any) -> None:
    text = dumps(document)
    assert dumps(json.loads(text)) == text
    assert dumps(json.loads(text, object_pairs_hook=OrderedDict)) == text


@given(st.dictionaries(TEXTS, SCALARS, min_size=1))
def test_a_mapping_is_the_same_whatever_its_type(document: dict[str, Any]) -> None:
    assert dumps(MappingProxyType(document)) == dumps(document)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("1E+3", "1000"),
        ("-0.00", "0.00"),
        ("1.50", "1.50"),
        ("1E-9", "0.000000001"),
        ("-0", "0"),
        ("-1.0", "-1.0"),
    ],
)
def test_decimals_are_written_plainly_and_keep_their_scale(number: str, text: str) -> None:
    assert decimal_text(Decimal(number)) == text


def test_types_do_not_run_into_each_other() -> None:
    values: list[object] = [1, True, "1", 1.0, Decimal("1.0"), None, "", [], {}, [[]]]
    spellings = [dumps(value) for value in values]
    assert len(set(spellings)) == len(spellings)


@pytest.mark.parametrize(
    ("value", "code", "path"),
    [
        ({"a": [0, float("nan")]}, "not_finite", "$.a[1]"),
        ({"a": float("inf")}, "not_finite", "$.a"),
        ([Decimal("NaN")], "not_finite", "$[0]"),
        ({"a": {1: "x"}}, "key_not_text", "$.a"),
        ({Colour.RED: "x"}, "key_not_text", "$"),
        ([{1, 2}], "no_canonical_form", "$[0]"),
        ({"a": b"x"}, "no_canonical_form", "$.a"),
        ([object()], "no_canonical_form", "$[0]"),
        ([Money], "no_canonical_form", "$[0]"),
        ([datetime(2026, 1, 1, tzinfo=UTC)], "timestamp_with_zone", "$[0]"),
        ({"a": "\ud800"}, "not_utf8", "$.a"),
    ],
)
def test_what_has_no_spelling_is_refused_with_its_path(value: Any, code: str, path: str) -> None:
    with pytest.raises(CanonicalError) as caught:
        digest(value)
    assert (caught.value.code, caught.value.column) == (code, path)
    assert path in caught.value.text.en and path in caught.value.text.zh


@given(st.lists(SCALARS, min_size=1, max_size=4), st.integers(6, 48))
def test_keys_have_their_length_and_alphabet_and_start_with_a_letter(parts: list[Any], length: int) -> None:
    key = short_key(*parts, length=length)
    assert len(key) == length
    assert set(key) <= set(ALPHABET)
    assert key[0] in FIRST_LETTERS and key[0].isalpha()
    assert short_key(*parts, length=48).startswith(key)


def test_keys_have_no_confusing_letters() -> None:
    assert len(set(ALPHABET)) == 32
    assert not set("ilou") & set(ALPHABET)
    assert ALPHABET.lower() == ALPHABET


def test_keys_keep_the_borders_types_and_order_of_their_parts() -> None:
    keys = [
        short_key("ab", "c"),
        short_key("a", "bc"),
        short_key("abc"),
        short_key("c", "ab"),
        short_key("ab", "c", None),
        short_key(["ab", "c"]),
        short_key(1),
        short_key("1"),
        short_key(date(2026, 1, 1), 1),
        short_key(Decimal("1.0"), 1),
    ]
    assert len(set(keys)) == len(keys)


def test_a_hundred_thousand_keys_do_not_collide() -> None:
    assert len({short_key("topic", number) for number in range(100_000)}) == 100_000


@pytest.mark.parametrize("length", [5, 49, 0, -1])
def test_keys_too_short_or_too_long_are_refused(length: int) -> None:
    with pytest.raises(CanonicalError, match="key_length"):
        short_key("a", length=length)


def test_a_key_of_nothing_is_refused() -> None:
    with pytest.raises(CanonicalError, match="key_without_parts"):
        short_key()


def test_keys_are_the_same_in_another_process_with_another_hash_seed() -> None:
    program = "from jicha.kernel.canonical import short_key; print(short_key('a', {'x': 1, 'y': 2}))"
    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert printed == {short_key("a", {"y": 2, "x": 1})}
