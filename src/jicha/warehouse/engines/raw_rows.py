"""From a delivered file to its raw Parquet file and, beside it, what was not taken of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jicha.warehouse.engines.casting import TypedColumn, typed_column
from jicha.warehouse.engines.duckdb import literal, quoted
from jicha.warehouse.engines.reading import DeliveredRows
from jicha.warehouse.engines.store import Store
from jicha.warehouse.quarantine import QUARANTINE_COLUMNS, REASONS
from jicha.warehouse.source import RawTable


@dataclass(frozen=True, slots=True)
class TakenFile:
    """Counts of one file; rows_read = rows_typed + rows_quarantined."""

    rows_read: int
    rows_typed: int
    rows_quarantined: int
    values_quarantined: int


def hold_reasons(store: Store) -> None:
    """Puts the texts of all reasons beside the data, once for a connection."""
    store.hold(
        "reason",
        dict.fromkeys(("reason_code", "reason_zh", "reason_en", "advice_zh", "advice_en"), "text"),
        [(code, r.text.zh, r.text.en, r.advice.zh, r.advice.en) for code, r in REASONS.items()],
    )


def write_raw(
    store: Store,
    rows: DeliveredRows,
    table: RawTable,
    *,
    source: str,
    file: str,
    raw: Path,
    quarantine: Path,
) -> TakenFile:
    """Types a file's rows into `raw`; writes `quarantine` only where something was not taken."""
    columns = [
        typed_column(column, rows.columns[column.header], rows.types[column.header]) for column in table.taken
    ]
    judged = _judged(rows, columns)
    faulty = [index for index, column in enumerate(columns) if column.reason is not None]
    counts = ", ".join(f"count(r{index})" for index in faulty)
    total, bad_rows, *faults = store.row(
        f"SELECT count(*), count(*) FILTER (is_bad){', ' if counts else ''}{counts} FROM {judged}"
    )
    values = ", ".join(f"v{index} AS {quoted(c.column.column)}" for index, c in enumerate(columns))
    store.write_parquet(
        f"SELECT {values}, {literal(file)} AS origin_file, origin_row FROM {judged} WHERE NOT is_bad", raw
    )
    found = [index for index, count in zip(faulty, faults, strict=True) if count]
    bad_values = 0
    if found or rows.misshapen:
        _set_aside(store, rows, columns, judged, found)
        bad_values = store.count("set_aside WHERE effect = 'value'")
        store.write_parquet(quarantine_query(source, table.name, literal(file)), quarantine)
    misshapen = len(rows.misshapen)
    return TakenFile(
        rows_read=int(total) + misshapen,
        rows_typed=int(total) - int(bad_rows),
        rows_quarantined=int(bad_rows) + misshapen,
        values_quarantined=bad_values,
    )


def new_set_aside(store: Store) -> None:
    """An empty table `set_aside` for what is about to be quarantined."""
    store.hold(
        "set_aside",
        {
            "file": "text",
            "row": "integer",
            "column": "text",
            "value": "text",
            "reason_code": "text",
            "effect": "text",
        },
        [],
    )


def quarantine_query(source: str, raw_table: str, file: str = "s.file") -> str:
    """The rows of `set_aside` as a quarantine file has them. `file` is an SQL expression."""
    given = {"source": literal(source), "raw_table": literal(raw_table), "file": file}
    columns = ", ".join(
        f"{given[name]} AS {name}" if name in given else f"{quoted(name)}" for name in QUARANTINE_COLUMNS
    )
    joined = "set_aside AS s JOIN reason USING (reason_code)"
    return f"SELECT {columns} FROM {joined} ORDER BY s.file, row, reason_code"


def _judged(rows: DeliveredRows, columns: list[TypedColumn]) -> str:
    """Each delivered row with its texts t0…, values v0…, reasons r0… and whether it must be left out."""
    parts = ["origin_row"]
    for index, column in enumerate(columns):
        parts += [f"{column.text} AS t{index}", f"{column.value} AS v{index}"]
        if column.reason is not None:
            parts.append(f"{column.reason} AS r{index}")
    needed = [
        f"r{index} IS NOT NULL"
        for index, column in enumerate(columns)
        if column.column.required and column.reason is not None
    ]
    is_bad = " OR ".join(needed) or "false"
    return f"(SELECT *, ({is_bad}) AS is_bad FROM (SELECT {', '.join(parts)} FROM {rows.relation}))"


def _set_aside(
    store: Store, rows: DeliveredRows, columns: list[TypedColumn], judged: str, found: list[int]
) -> None:
    new_set_aside(store)
    for index in found:
        header = literal(columns[index].column.header)
        store.run(
            f"INSERT INTO set_aside SELECT NULL, origin_row, {header}, t{index}, r{index}, "
            f"CASE WHEN is_bad THEN 'row' ELSE 'value' END FROM {judged} WHERE r{index} IS NOT NULL"
        )
    if rows.misshapen:
        store.hold("misshapen", {"row": "integer", "value": "text"}, rows.misshapen)
        store.run("INSERT INTO set_aside SELECT NULL, row, NULL, value, 'field_count', 'row' FROM misshapen")
