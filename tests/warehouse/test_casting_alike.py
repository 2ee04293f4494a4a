"""Typing in bulk, compared with a plain-Python reading of the same rules on whatever may be written."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jicha.warehouse.engines.store import Store

from .casting_columns import COLUMNS, typed
from .casting_reference import BLANKS, judged


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(threads=1, memory_limit="500MB", temp=tmp_path_factory.mktemp("spill")) as store:
        yield store


_figures = st.text("0123456789", min_size=1, max_size=4)
_blanks = st.text(BLANKS, max_size=2)
_years = st.sampled_from(["2024", "1900", "2999", "1899", "3000", "9999", "0001", "24", "2023"])
_small = st.one_of(st.integers(0, 13).map(str), st.integers(0, 32).map("{:02}".format), st.just("001"))
_times = st.one_of(
    st.sampled_from(
        [
            "0:00",
            "00:00:00",
            "00:00:00.0",
            "24:00",
            "24:00:00.00",
            "08:30",
            "8:30:07.1234560",
            "0:00:00.",
            "23:59:60",
        ]
    ),
    st.builds(
        "{}:{}{}{}".format,
        _small,
        _small,
        st.sampled_from(["", ":00", ":07", ":7"]),
        st.sampled_from(["", ".0", ".1234567", "Z"]),
    ),
)
_days = st.one_of(
    st.builds(
        lambda y, m, d, a, b: f"{y}{a}{m}{b}{d}",
        _years,
        _small,
        _small,
        *2 * [st.sampled_from(["-", "/", ".", "", " "])],
    ),
    st.builds(
        lambda y, m, d, a: f"{y}{a}{m}{a}{d}", _years, _small, _small, st.sampled_from(["-", "/", ".", ""])
    ),
    st.builds("{}年{}月{}日".format, _years, _small, _small),
    st.builds(
        "{}{}{}{}".format,
        _years,
        st.sampled_from(["-", "/", ".", "", "年"]),
        _small,
        st.sampled_from(["", "月", "-", "日"]),
    ),
    st.dates().map(str),
    st.datetimes().map(str),
)
_moments = st.builds(
    lambda day, gap, time: f"{day}{gap}{time}",
    _days,
    st.sampled_from([" ", "T", "  ", "\u3000", "", "\t"]),
    _times,
)
_numbers = st.one_of(
    st.integers().map(str),
    st.integers(-(10**15), 10**15).map("{:,}".format),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
    st.floats().map(str),
    st.builds(
        lambda sign, whole, rest, power, end: f"{sign}{whole}{rest}{power}{end}",
        st.sampled_from(["", "+", "-", "("]),
        st.one_of(_figures, st.just(""), st.builds("{},{}".format, _figures, _figures)),
        st.one_of(st.just(""), st.just("."), _figures.map(".{}".format)),
        st.one_of(
            st.just(""),
            st.builds("{}{}{}".format, st.sampled_from("eE"), st.sampled_from(["", "+", "-"]), _figures),
        ),
        st.sampled_from(["", "-", "%", "元", ")", ".0"]),
    ),
)
_identifiers = st.one_of(
    st.text("0123456789E+-.#", max_size=8),
    st.builds(
        "{}{}{}".format, st.sampled_from(["'", '="', '"', "= "]), _numbers, st.sampled_from(['"', "", "' "])
    ),
)
_garbage = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=8),
    st.text("0123456789-/.:T,+eE年月日 \u3000\ufffd#'=\"A1", max_size=14),
    st.sampled_from(
        [
            "#N/A",
            "#DIV/0!",
            "是",
            "true",
            "平段",
            "10kV",
            "\ufffd",
            "",
            "NULL",
            "nan",
            "infinity",
            "\\N",
            "%s",
            "{}",
        ]
    ),
)
_plain = st.one_of(_days, _moments, _numbers, _identifiers, _garbage)
_WIDE = {ord(sign): ord(sign) + 0xFEE0 for sign in map(chr, range(0x21, 0x7F))}


@st.composite
def _written(draw: st.DrawFn) -> str:
    """A value as it might be written, perhaps in full width, with blanks around it or one sign changed."""
    text = draw(_plain)
    if draw(st.integers(0, 3)) == 0:
        text = text.translate(_WIDE)
    if text and draw(st.integers(0, 7)) == 0:
        place = draw(st.integers(0, len(text) - 1))
        text = text[:place] + draw(st.characters(codec="utf-8")) + text[place + 1 :]
    if draw(st.integers(0, 3)) == 0:
        text = draw(_blanks) + text + draw(_blanks)
    return text


def _exact(value: object) -> object:
    return Fraction(value) if isinstance(value, Decimal) else value


@settings(max_examples=15)
@given(st.lists(st.one_of(st.none(), _written()), min_size=40, max_size=150))
def test_sql_and_python_read_alike(store: Store, values: list[str | None]) -> None:
    rows = typed(store, list(COLUMNS.values()), values)
    for text, row in zip(values, rows, strict=True):
        for (name, each), (value, reason) in zip(COLUMNS.items(), row, strict=True):
            assert (_exact(value), reason) == judged(each, text), (name, text)
