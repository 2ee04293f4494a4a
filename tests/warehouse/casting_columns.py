"""One column of every kind there is, and how to type texts in several of them at once."""

from __future__ import annotations

from collections.abc import Sequence

from jicha.warehouse.column_map import EXCHANGED_DATE, MONTH, RawColumn
from jicha.warehouse.engines.casting import typed_column
from jicha.warehouse.engines.store import Store

from .casting_reference import Judged

WORDS = {"平段": "flat", "10kV": "kv10", "（高）压": "high", "1": "one", "Ａ": "wide_a", "A": "narrow_a"}


def column(kind: str, name: str = "value", *, required: bool = True, **more: object) -> RawColumn:
    return RawColumn(headers=("列",), column=name, type=kind, required=required, **more)  # type: ignore[arg-type]


COLUMNS = {
    "text": column("text", "customer_name"),
    "identifier": column("text", "customer_id"),
    "optional identifier": column("text", "customer_id", required=False),
    "code": column("text", "price_code", recode_list="list", recode=WORDS),
    "boolean": column("boolean"),
    "date": column("date"),
    "optional date": column("date", required=False),
    "month": column(MONTH),
    "exchanged": column(EXCHANGED_DATE),
    "timestamp": column("timestamp"),
    "integer": column("integer"),
    "0..600": column("integer", least=0, most=600),
    "-5..": column("integer", least=-5),
    "..5": column("integer", most=5, required=False),
    "double": column("double"),
    "money": column("decimal(14,2)"),
    "ratio": column("decimal(4,4)"),
    "widest": column("decimal(38,0)"),
}


def typed(store: Store, wanted: Sequence[RawColumn], values: Sequence[str | None]) -> list[list[Judged]]:
    """Value and reason of each text in each column, all in one statement."""
    store.hold(
        "delivered",
        {"place": "integer", "f0": "text"},
        [(place, value) for place, value in enumerate(values)],
    )
    columns = [typed_column(each, "f0", "VARCHAR") for each in wanted]
    both = ", ".join(f"{typed.value}, {typed.reason}" for typed in columns)
    rows = store.rows(f"SELECT {both} FROM delivered ORDER BY place")
    return [list(zip(row[::2], row[1::2], strict=True)) for row in rows]
