"""YAML with places: what is refused, and that every error names the line a person must look at."""

from __future__ import annotations

import subprocess
import sys

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jicha.kernel.errors import ContentError
from jicha.lexicon.yaml_file import MAX_BYTES, load_yaml, typed


class Rule(msgspec.Struct, forbid_unknown_fields=True):
    check: str
    columns: tuple[str, ...]
    level: int = 0


class Limit(msgspec.Struct, forbid_unknown_fields=True):
    value: int
    why: str


class Header(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    rules: tuple[Rule, ...] = ()
    limits: dict[str, Limit] = {}
    first: Limit | None = None


def refused(text: str, *, first_line: int = 1) -> ContentError:
    with pytest.raises(ContentError) as caught:
        typed(text, Header, file="content/x.sql", first_line=first_line)
    error = caught.value
    assert error.file == "content/x.sql"
    assert error.text.en
    assert error.text.zh
    return error


def place(text: str, mark: str) -> int:
    """The line, counted from 1, on which a mark stands once."""
    (line,) = [number for number, each in enumerate(text.split("\n"), start=1) if mark in each]
    return line


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("name: a\nlimits: {}\nname: b", "name: b"),
        ("name: a\nfirst:\n  value: 1\n  why: x\n  value: 2", "value: 2"),
        ("name: a\nfirst: {value: 1,\n  why: x,\n  value: 2}", "value: 2"),
        ("name: a\nrules:\n- {check: u, columns: [a]}\n- {check: u, columns: [a], check: v}", "check: v"),
    ],
)
def test_a_key_that_stands_twice(text: str, mark: str) -> None:
    error = refused(text, first_line=10)
    assert (error.code, error.line) == ("bad_yaml", 9 + place(text, mark))
    assert "twice" in error.text.en


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("name: &a x\nfirst: *a", "*a"),
        ("limits:\n  a: &l {value: 1, why: x}\n  b: *l\nname: x", "*l"),
        ("name: x\nfirst:\n  <<: *base", "*base"),
        ("*a", "*a"),
    ],
)
def test_aliases_are_refused(text: str, mark: str) -> None:
    error = refused(text)
    assert (error.code, error.line) == ("bad_yaml", place(text, mark))
    assert "alias" in error.text.en


def test_a_bomb_is_refused_before_it_grows() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert refused("\n".join(lines)).line == 2


@pytest.mark.parametrize(
    "text", ["on: 2026-01-31", "on: [2026-01-31]", "on: {a: 2026-01-31}", "2026-01-31: on"]
)
def test_dates_stay_texts(text: str) -> None:
    assert "2026-01-31" in repr(load_yaml(text, file="x"))
    assert "datetime" not in repr(load_yaml(text, file="x"))
    assert load_yaml("at: 2026-01-31 10:00:00", file="x") == {"at": "2026-01-31 10:00:00"}


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("name: 3", "name: 3"),
        ("rules: []\nname:\n  [a]", "[a]"),
        ("name: a\nfirst:\n  value: many\n  why: x", "value: many"),
        ("name: a\nfirst: {value: 1,\n  why: 2}", "why: 2"),
        (
            "name: a\nrules:\n- {check: u, columns: [a]}\n- {check: u, columns: [a], level: high}",
            "level: high",
        ),
        ("name: a\nrules:\n- check: u\n  columns:\n  - a\n  - 7\n  level: 1", "- 7"),
        # A mapping's values are not told apart by the reader of types; the mapping itself is named.
        ("name: a\nlimits:\n  b: {value: x, why: y}\nrules: []", "b: {value"),
        ("name: a\nlimits: {b: {value: x,\n  why: y}}\nrules: []", "limits: {"),
    ],
)
def test_a_wrong_value_names_its_line(text: str, mark: str) -> None:
    for first_line in (1, 40):
        error = refused(text, first_line=first_line)
        assert (error.code, error.line) == ("bad_header", first_line - 1 + place(text, mark))


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("name: a\nrules: []\nnmae: b", "nmae"),
        ("name: a\nfirst:\n  value: 1\n  why: x\n  unti: kwh", "unti"),
        ("name: a\nrules:\n- check: u\n  columns: [a]\n  colums: [b]", "colums"),
    ],
)
def test_an_unknown_key_names_its_line(text: str, mark: str) -> None:
    error = refused(text)
    assert error.code == "bad_header"
    assert mark in error.text.en
    assert error.line == place(text, mark)


def test_a_missing_key_names_the_mapping() -> None:
    text = "name: a\nrules:\n- {check: u, columns: [a]}\n- {check: u}"
    error = refused(text)
    assert error.line == 4
    assert "columns" in error.text.en
    assert refused("rules: []").line == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n- b",
        "a: [1, 2",
        "a: 'open",
        "\ta: 1",
        "a: \x00",
        "a: 1\n---\nb: 2",
        "!!python/object/apply:os.system [echo]",
        "a: !!python/name:os.system",
        "? [a, b]\n: c",
        "? {a: b}\n: c",
        "{[a]: b}",
        "a: " + "[" * 3000 + "]" * 3000,
        "<<: 3",
        "a: !!int x",
        "a: !!binary '*'",
    ],
)
def test_what_is_no_header_is_a_content_error(text: str) -> None:
    error = refused(text, first_line=5)
    assert error.code in ("bad_yaml", "bad_header")
    assert error.line is not None
    assert 5 <= error.line <= 5 + text.count("\n") + 1


def test_too_long_is_refused_unread() -> None:
    with pytest.raises(ContentError) as caught:
        load_yaml("a: " + "x" * MAX_BYTES, file="x.yaml", first_line=3)
    assert (caught.value.code, caught.value.line) == ("too_large", 3)


NESTED = """
from jicha.kernel.errors import ContentError
from jicha.lexicon.yaml_file import load_yaml
for opening, closing in ("[]", "{}", ("- ", ""), ("? ", "")):
    for depth in (1_000, 30_000):
        try:
            load_yaml("a:\\n  " + opening * depth + closing * depth, file="x.yaml")
        except ContentError as error:
            assert error.code == "bad_yaml", error
print("alive")
"""


def test_deep_nesting_does_not_end_the_process() -> None:
    """A header of 64 KiB has room for 30,000 brackets."""
    done = subprocess.run([sys.executable, "-c", NESTED], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr[-500:]


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        load_yaml(text, file="x.yaml")
    except ContentError as error:
        assert error.line is not None


_NESTED = st.recursive(
    st.sampled_from(
        ["a", "b", "[", "1", "? ", ": ", "- ", "&x ", "*x", "!!set ", "{", "}", "]", ",", "\n", "  "]
    ),
    lambda parts: st.lists(parts, max_size=8).map("".join),
    max_leaves=30,
)


@given(_NESTED)
def test_any_structure_is_read_or_refused(text: str) -> None:
    try:
        typed(text, Header, file="x.yaml")
    except ContentError as error:
        assert error.line is not None


def test_a_text_cut_by_a_comma_is_told_to_stand_in_quotes() -> None:
    """`{why: flats, let by the season}` reads as a key nobody wrote; the writer sees no key there."""
    with pytest.raises(ContentError) as refused:
        typed("name: x\nlimits:\n  a: {value: 1, why: flats, let by the season}\n", Header, file="x.yaml")
    assert "let by the season" in refused.value.text.en and refused.value.line == 3
    assert "stands in quotes" in refused.value.text.en and "须加引号" in refused.value.text.zh
    with pytest.raises(ContentError) as refused:
        typed("name: x\nrules: [{check: c, columns: [], leevel: 2}]\n", Header, file="x.yaml")
    assert "quotes" not in refused.value.text.en, "a key with a value is a key"
