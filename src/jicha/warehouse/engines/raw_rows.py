"""From a delivered file to its raw Parquet file and, beside it, what was not taken of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jicha.warehouse.engines.casting import TypedColumn, absent_column, typed_column
from jicha.warehouse.engines.duckdb import literal, quoted
from jicha.warehouse.engines.reading import DeliveredRows
from jicha.warehouse.engines.store import Store
from jicha.warehouse.intake.delivered_header import answers
from jicha.warehouse.quarantine import QUARANTINE_COLUMNS, REASONS
from jicha.warehouse.source import RawTable

#: Columns of `reason`, in the order in which it is filled.
_TEXTS = ("reason_zh", "reason_en", "advice_zh", "advice_en")


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
        dict.fromkeys(("reason_code", *_TEXTS), "text"),
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
    """Types a file's rows into `raw`; writes `quarantine` only where something was not taken.

    A column of the map that the file does not have is null in every row.
    """
    delivered = answers(table.taken, rows.columns)
    columns = [
        typed_column(column, rows.columns[header], rows.types[header])
        if (header := delivered.get(column.header)) is not None
        else absent_column(column)
        for column in table.taken
    ]
    columns = _shortened(store, rows, columns)
    judged = _judged(rows, columns)
    faulty = [index for index, column in enumerate(columns) if column.reason is not None]
    counts = ", ".join(f"count(r{index})" for index in faulty)
    total, bad_rows, *faults = store.row(
        f"SELECT count(*), count(*) FILTER (is_bad){', ' if counts else ''}{counts} FROM {judged}"
    )
    values = ", ".join(f"v{index} AS {quoted(c.column.column)}" for index, c in enumerate(columns))
    # Asked for only where there are such rows: the engine types each row once more to answer it.
    sound = " WHERE NOT is_bad" if bad_rows else ""
    store.write_parquet(
        f"SELECT {values}, {literal(file)} AS origin_file, origin_row FROM {judged}{sound}", raw
    )
    found = [index for index, count in zip(faulty, faults, strict=True) if count]
    bad_values = 0
    if found or rows.set_aside:
        names = {index: delivered[columns[index].column.header] for index in found}
        _set_aside(store, rows, names, judged)
        bad_values = store.count("set_aside WHERE effect = 'value'")
        store.write_parquet(quarantine_query(source, table.name, literal(file)), quarantine)
    set_aside = len(rows.set_aside)
    return TakenFile(
        rows_read=int(total) + set_aside,
        rows_typed=int(total) - int(bad_rows),
        rows_quarantined=int(bad_rows) + set_aside,
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
    """The rows of `set_aside` as a quarantine file has them, every one: a code that has no texts stands for
    itself. `file` is an SQL expression."""
    given = {"source": literal(source), "raw_table": literal(raw_table), "file": file}
    given |= {name: f"coalesce({name}, s.reason_code)" for name in _TEXTS}
    columns = ", ".join(
        f"{given[name]} AS {name}" if name in given else f"{quoted(name)}" for name in QUARANTINE_COLUMNS
    )
    joined = "set_aside AS s LEFT JOIN reason USING (reason_code)"
    return f"SELECT {columns} FROM {joined} ORDER BY s.file, row, reason_code"


def _shortened(store: Store, rows: DeliveredRows, columns: list[TypedColumn]) -> list[TypedColumn]:
    """The columns, those in which every value is written plainly in their short form.

    The whole typing of a column is kilobytes of SQL: planning it costs more than reading a small file.
    """
    tests = [f"coalesce(bool_and({column.is_plain or 'false'}), true)" for column in columns]
    plain = store.row(f"SELECT {', '.join(tests)} FROM {rows.relation}")
    return [
        column.when_all_plain() if is_plain and column.is_plain else column
        for column, is_plain in zip(columns, plain, strict=True)
    ]


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


def _set_aside(store: Store, rows: DeliveredRows, names: Mapping[int, str], judged: str) -> None:
    """Fills `set_aside`; `names` are the columns with faults, by place, as the file calls them."""
    new_set_aside(store)
    for index, name in names.items():
        store.run(
            f"INSERT INTO set_aside SELECT NULL, origin_row, {literal(name)}, t{index}, r{index}, "
            f"CASE WHEN is_bad THEN 'row' ELSE 'value' END FROM {judged} WHERE r{index} IS NOT NULL"
        )
    if rows.set_aside:
        store.hold("unreadable", {"row": "integer", "value": "text", "reason_code": "text"}, rows.set_aside)
        store.run("INSERT INTO set_aside SELECT NULL, row, NULL, value, reason_code, 'row' FROM unreadable")
