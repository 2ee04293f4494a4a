"""What must hold of any text that is typed: the SQL that ingest runs says what the slow reference says."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from jicha.warehouse.column_map import EXCHANGED_DATE, MONTH, RawColumn
from jicha.warehouse.engines.casting import typed_column
from jicha.warehouse.engines.duckdb import literal
from jicha.warehouse.engines.store import Store
from jicha.warehouse.quarantine import REASONS
from tests.warehouse.casting_reference import judged

COLUMNS = (
    *(
        RawColumn(headers=("h",), column="value", type=kind)
        for kind in ("text", "boolean", "date", "timestamp", "integer", "double", MONTH, EXCHANGED_DATE)
    ),
    *(
        RawColumn(headers=("h",), column="value", type=kind)
        for kind in ("decimal(14,2)", "decimal(4,4)", "decimal(38,0)")
    ),
    RawColumn(headers=("h",), column="meter_id", type="text", required=True),
    RawColumn(headers=("h",), column="value", type="integer", least=-5, most=600, required=True),
    RawColumn(headers=("h",), column="value", type="integer", most=0),
    RawColumn(
        headers=("h",),
        column="value_code",
        type="text",
        recode_list="x",
        recode={"是": "1", "否": "0", "Ａ类": "A", "A 类": "B", "(甲)": "C", "（甲）": "D", "x'y": "E"},
    ),
)


def check_values(store: Store, texts: Sequence[str], columns: Sequence[RawColumn] = COLUMNS) -> None:
    """Types each text for each column. It comes from a decoded file: no NUL in it, no lone surrogate."""
    rows = ", ".join(f"({place}, {literal(text)})" for place, text in enumerate(texts))
    store.run("CREATE OR REPLACE TEMP TABLE delivered (place BIGINT, f0 VARCHAR)")
    store.run(f"INSERT INTO delivered VALUES {rows}")
    for column in columns:
        typed = typed_column(column, "f0", "VARCHAR")
        chosen = f"{typed.value}, {typed.reason}, {typed.text}"
        found = store.rows(f"SELECT {chosen} FROM delivered ORDER BY place")
        assert len(found) == len(texts)
        for text, (value, reason, shown) in zip(texts, found, strict=True):
            assert reason is None or reason in REASONS
            assert value is None or reason is None
            assert shown is None or (shown and shown in text), (text, shown)
            told = (Fraction(value) if isinstance(value, Decimal) else value, reason)
            assert told == judged(column, text), (text, column.column, column.type, told)
