"""The digest of rows: what it must forget (order, cuts, origin) and what it must not (borders, nulls, counts)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jicha.warehouse.engines.store import Store, digest_sums, row_text
from jicha.warehouse.lake import RowsDigest

COLUMNS = {"a": "text", "b": "text", "n": "integer", "d": "decimal(10,2)"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(threads=1, memory_limit="1GB", temp=tmp_path) as opened:
        yield opened


def digest(store: Store, *rows: tuple[object, ...]) -> RowsDigest:
    store.hold("t", COLUMNS, rows)
    count, low, high = store.row(f"SELECT {digest_sums(row_text(COLUMNS))} FROM t")
    return RowsDigest(count, int(low), int(high))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("ab", "c", 1, "1.00"), ("a", "bc", 1, "1.00")),
        ((None, "", 1, "1.00"), ("", None, 1, "1.00")),
        ((None, "x", 1, "1.00"), ("-", "x", 1, "1.00")),
        (("1:x", "", 1, "1.00"), ("", "1:x", 1, "1.00")),
        (("a", "b", None, "1.00"), ("a", "b", 1, None)),
        (("a", "b", 11, "1.00"), ("a", "b", 1, "11.00")),
        (("a", "b", 1, "1.00"), ("a", "b", 1, "1.01")),
        (("電", "b", 1, "1.00"), ("电", "b", 1, "1.00")),
    ],
)
def test_different_rows_differ(store: Store, one: tuple[object, ...], other: tuple[object, ...]) -> None:
    assert digest(store, one) != digest(store, other)


def test_order_and_cuts_are_forgotten_counts_are_not(store: Store) -> None:
    rows = [(f"r{i}", None, i, "0.10") for i in range(20)]
    whole = digest(store, *rows)
    assert digest(store, *reversed(rows)) == whole
    assert digest(store, *rows[:7]) + digest(store, *rows[7:]) == whole
    assert digest(store, *rows, rows[0]) != whole
    assert whole.rows == 20


def test_a_row_text_reads_as_documented(store: Store) -> None:
    store.hold("t", COLUMNS, [("a:b", None, 7, None)])
    assert store.row(f"SELECT {row_text(COLUMNS)} FROM t") == ("3:a:b-7||",)
