"""What can be seen of each column of a sample, counted where its values lie.

Nothing of the values leaves this module but counts, and for columns with few different values these values, by
which code lists are recognised.
"""

from __future__ import annotations

from jicha.warehouse.drafting.mapping import SampleColumn
from jicha.warehouse.engines.casting import typed_column
from jicha.warehouse.engines.reading import DeliveredRows
from jicha.warehouse.engines.store import Store
from jicha.warehouse.source import MONTH, RawColumn

#: Rows of a sample that are looked at.
_ROWS = 20_000

#: Different values up to which a column may be one of codes.
_MOST_WORDS = 60

#: Types tried on every column; `decimal` stands for the widest there is.
_TRIED = {
    MONTH: MONTH,
    "date": "date",
    "timestamp": "timestamp",
    "integer": "integer",
    "decimal": "decimal(38,12)",
}


def sample_columns(store: Store, rows: DeliveredRows) -> tuple[SampleColumn, ...]:
    """The columns of one sample, in its order, over its first rows."""
    store.run(f"CREATE OR REPLACE TEMP TABLE sample_rows AS SELECT * FROM {rows.relation} LIMIT {_ROWS}")
    total = store.count("sample_rows")
    return tuple(
        _column(store, header, name, rows.types[header], total) for header, name in rows.columns.items()
    )


def _column(store: Store, header: str, name: str, delivered_type: str, total: int) -> SampleColumn:
    """Counts over one column, by the same expressions with which ingest types it."""
    tried = {
        family: typed_column(RawColumn(headers=(header,), column="value", type=kind), name, delivered_type)
        for family, kind in _TRIED.items()
    }
    text = next(iter(tried.values())).text
    reasons = [f"{typed.reason or 'NULL'} AS r{place}" for place, typed in enumerate(tried.values())]
    judged = f"SELECT {text} AS t, {tried['decimal'].value} AS n, {', '.join(reasons)} FROM sample_rows"
    refused = ", ".join(f"count(r{place})" for place in range(len(tried)))
    filled, different, before, after, zeros, *faults = store.row(
        "SELECT count(t), count(DISTINCT t), max(length(CAST(trunc(abs(n)) AS VARCHAR))), "
        "max(length(regexp_extract(t, '[.]([0-9]+)$', 1))), "
        f"count(*) FILTER (regexp_matches(t, '^0[0-9]')), {refused} FROM ({judged})"
    )
    words = None
    if different <= _MOST_WORDS:
        found = store.rows(f"SELECT DISTINCT {text} AS t FROM sample_rows WHERE t IS NOT NULL")
        words = frozenset(str(word) for (word,) in found)
    return SampleColumn(
        header=header.strip(),
        rows=total,
        filled=int(filled),
        refused={family: int(count) for family, count in zip(tried, faults, strict=True)},
        digits=(int(before or 0), int(after or 0)),
        has_leading_zero=bool(zeros),
        is_unique=filled > 1 and filled == different,
        words=words,
    )
