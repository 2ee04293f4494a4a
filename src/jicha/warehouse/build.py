"""Builds marts: every (mart, month, bucket) whose inputs changed, and no other.

A built piece is named by its inputs: the mart's own text and the identities of every piece it may read. If
a file of that name exists, it is what a rebuild would write, so there is nothing to do. From that follow
the properties the house promises: only the dirty closure is rebuilt; a killed build leaves whole pieces
only, and the next build takes them up; readers keep the pieces they opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import sqlglot.expressions as exp

from jicha.kernel.canonical import digest
from jicha.kernel.errors import ContentError
from jicha.kernel.period import Month
from jicha.kernel.text import Text
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.lake import FilePress
from jicha.warehouse.model import Mart, setting_rows
from jicha.warehouse.slices import Piece, Store, Window, swapped

#: Months one statement may write at most: bounds the memory a bucket needs.
MONTHS_PER_STATEMENT = 6

Progress = Callable[[str, int, int], None]


@dataclass
class BuildReport:
    """What a build did. `rebuilt` lists (mart, month or 'all', bucket or 'all') in build order."""

    rebuilt: list[tuple[str, str, str]] = field(default_factory=list)
    reused: int = 0
    blocked: dict[str, Text] = field(default_factory=dict)


def build(
    marts: Sequence[Mart],
    store: Store,
    engine: Engine,
    *,
    blocked: Mapping[str, Text] | None = None,
    after: Callable[[Mart], Text | None] | None = None,
    progress: Progress | None = None,
) -> BuildReport:
    """Builds `marts` (in build order) in `store`.

    `blocked` maps relations that must not be used to the reason; what reads them is blocked in turn.
    `after` is called for each built mart and returns a reason to block it (its audits), or None.
    """
    report = BuildReport(blocked=dict(blocked or {}))
    press = FilePress()
    for number, mart in enumerate(marts):
        if progress:
            progress(mart.name, number, len(marts))
        reason = next((report.blocked[read] for read in mart.reads if read in report.blocked), None)
        if reason is not None:
            report.blocked[mart.name] = reason
            continue
        store.catalogue.lint(mart)
        store.built[mart.name] = _build_mart(mart, store, engine, report, press)
        failed = after(mart) if after else None
        if failed is not None:
            report.blocked[mart.name] = failed
    press.settle()
    if progress:
        progress("", len(marts), len(marts))
    return report


def _build_mart(
    mart: Mart, store: Store, engine: Engine, report: BuildReport, press: FilePress
) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    buckets: tuple[int | None, ...] = store.buckets() if mart.reach == "customer" else (None,)
    window = store.months(mart.reads) if mart.partition_on else None
    if mart.partition_on and window is None:
        return ()
    for bucket in buckets:
        wanted = [_piece(mart, store, month, bucket) for month in _months(window)]
        missing = [piece for piece in wanted if not piece.path.exists()]
        report.reused += len(wanted) - len(missing)
        report.rebuilt += [_label(mart, piece) for piece in missing]
        for group in _groups(missing):
            _write(mart, store, engine, group, bucket, press)
        pieces += wanted
    return tuple(pieces)


def _months(window: Window | None) -> list[Month | None]:
    if window is None:
        return [None]
    months: list[Month | None] = []
    month = window.first
    while month <= window.last:
        months.append(month)
        month = month.next
    return months


def _piece(mart: Mart, store: Store, month: Month | None, bucket: int | None) -> Piece:
    """Where the piece lies or will lie; its name is the digest of all it depends on."""
    window = _reading_window(mart, month, month)
    inputs = [
        [read, store.catalogue.references[read].digest]
        if read in store.catalogue.references
        else [
            read,
            *sorted([str(p.month or ""), p.bucket, p.identity] for p in store.select(read, bucket, window)),
        ]
        for read in mart.reads
        if read != "setting"
    ]
    identity = digest([mart.digest, str(month or ""), bucket, inputs])
    folder = f"month={month or 'all'}/bucket={'all' if bucket is None else f'{bucket:03d}'}"
    path = store.workspace.lake / mart.name.replace(".", "/") / folder / f"{identity[:20]}.parquet"
    return Piece(month=month, bucket=bucket, path=path, identity=identity)


def _reading_window(mart: Mart, first: Month | None, last: Month | None) -> Window | None:
    if first is None or last is None:
        return None
    return Window(first, last).widened(mart.lookback_months, mart.lookahead_months)


def _groups(missing: Sequence[Piece]) -> Iterable[list[Piece]]:
    """Runs of consecutive months, so that look-back is read once a run and not once a month."""
    group: list[Piece] = list(missing[:1])
    for before, piece in pairwise(missing):
        follows = before.month is not None and before.month.next == piece.month
        if not follows or len(group) == MONTHS_PER_STATEMENT:
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _write(
    mart: Mart, store: Store, engine: Engine, group: Sequence[Piece], bucket: int | None, press: FilePress
) -> None:
    import pyarrow.parquet as pq

    first, last = group[0].month, group[-1].month
    window = _reading_window(mart, first, last)
    queries = {read: store.query(engine, read, bucket, window) for read in mart.reads if read != "setting"}
    if mart.settings:
        queries["setting"] = engine.register(
            "setting", mart.setting_relation.columns, setting_rows(mart.settings)
        )
    inner = swapped(mart.tree, queries)
    columns = [exp.column(name, quoted=True) for name in mart.columns]
    outer = exp.Select(expressions=columns).from_(exp.alias_(exp.Subquery(this=inner), "result", table=True))
    outer = outer.order_by(*(exp.column(name, quoted=True) for name in mart.key))
    if mart.partition_on and first is not None and last is not None:
        column = exp.column(mart.partition_on, quoted=True)
        outer = outer.where(
            exp.and_(
                exp.GTE(this=column, expression=_date(first)),
                exp.LT(this=column.copy(), expression=_date(last.next)),
            )
        )
    rows = conform(engine.arrow(outer), mart.columns, mart.content.shown)
    for piece in group:
        part = rows if piece.month is None else _of_month(rows, mart.partition_on, piece.month)
        temporary = press.temp(piece.path.parent)
        pq.write_table(part, temporary, compression="zstd")
        press.publish_as(temporary, piece.path, kind="mart")


def _date(month: Month) -> exp.Expression:
    return exp.cast(exp.Literal.string(month.first.isoformat()), "DATE")


def _of_month(rows: Any, column: str | None, month: Month) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    values = pc.cast(rows[column], pa.date32())
    inside = pc.and_(pc.greater_equal(values, month.first), pc.less(values, month.next.first))
    return rows.filter(inside)


def conform(rows: Any, columns: Mapping[str, str], shown: str) -> Any:
    """The Arrow table with exactly the lexicon's types; a cast that would lose a digit is an error."""
    import pyarrow as pa

    schema = pa.schema([(name, arrow_type(kind)) for name, kind in columns.items()])
    for name in columns:
        try:
            rows[name].cast(schema.field(name).type, safe=True)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise ContentError(
                "column_type",
                en=f"column {name} does not fit its lexicon type {columns[name]}: {error}; round or cast in the SQL",
                zh=f"列 {name} 与词典类型 {columns[name]} 不符: {error}; 请在 SQL 中显式取舍或转换",
                file=shown,
            ) from error
    return rows.select(list(columns)).cast(schema, safe=True)


def arrow_type(kind: str) -> Any:
    """The Arrow type of a lexicon type."""
    import pyarrow as pa

    if kind.startswith("decimal("):
        precision, scale = kind[len("decimal(") : -1].split(",")
        return pa.decimal128(int(precision), int(scale))
    return {
        "text": pa.string(),
        "integer": pa.int64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("us"),
        "double": pa.float64(),
    }[kind]


def _label(mart: Mart, piece: Piece) -> tuple[str, str, str]:
    return (mart.name, str(piece.month or "all"), "all" if piece.bucket is None else str(piece.bucket))
