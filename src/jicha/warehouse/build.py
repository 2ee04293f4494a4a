"""Builds marts: every (mart, month, bucket) whose inputs changed, and no other.

A built piece is named by its inputs: the mart's own text and the identities of every piece it may read. If
a file of that name exists, it is what a rebuild would write, so there is nothing to do. From that follow
the properties the house promises: only the dirty closure is rebuilt; a killed build leaves whole pieces
only, and the next build takes them up; readers keep the pieces they opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlglot.expressions as exp

from jicha.kernel.canonical import digest
from jicha.kernel.errors import ContentError
from jicha.kernel.period import Month
from jicha.kernel.text import Text
from jicha.warehouse.audits import AuditCache
from jicha.warehouse.conforming import conform
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.lake import FilePress, Place
from jicha.warehouse.model import Mart, setting_rows
from jicha.warehouse.slices import Piece, Store, Window, stretches, swapped

#: Bytes of Parquet that the months one statement writes may hold together, and how many months at most: bounds the
#: memory a bucket needs, and reads the look-back seldom where months are small.
BYTES_PER_STATEMENT = 16 << 20
MONTHS_PER_STATEMENT = 120

#: How many files are written at a time.
WRITERS = 2

#: Months without data that are still built, empty, between two with data. A longer hole is no gap in a series
#: but a wrong date: building it would make thousands of pieces of one slip of the pen.
LONGEST_HOLE = 12

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

    `blocked` maps relations that must not be used to the reason; what reads them is blocked in turn. With it,
    a mart that is refused, by the linter or for what its rows are, is blocked like them and costs only what
    reads it; without it, the `ContentError` is raised. An engine without memory ends the build either way.
    `after` is called for each built mart and returns a reason to block it (its audits), or None.
    """
    report = BuildReport(blocked=dict(blocked or {}))
    work = _Work(store, engine, report)
    for number, mart in enumerate(marts):
        if progress:
            progress(mart.name, number, len(marts))
        reason = next((report.blocked[read] for read in mart.reads if read in report.blocked), None)
        try:
            if reason is None:
                reason = _built(mart, work, after)
        except ContentError as error:
            if blocked is None:
                raise
            reason = error.rendered
        if reason is not None:
            report.blocked[mart.name] = reason
    work.press.settle()
    work.known.save()
    if progress:
        progress("", len(marts), len(marts))
    return report


class _Work:
    """What one build works with. `known` remembers by their identity the pieces that would hold no row."""

    def __init__(self, store: Store, engine: Engine, report: BuildReport) -> None:
        self.store, self.engine, self.report = store, engine, report
        self.press = FilePress()
        self.known = AuditCache(store.workspace.lake / "beyond.json")


def _built(mart: Mart, work: _Work, after: Callable[[Mart], Text | None] | None) -> Text | None:
    """Builds one mart; the reason to block it, if any. Every `ContentError` names the mart's file."""
    try:
        work.store.catalogue.lint(mart)
        if mart.view is not None:
            return None
        work.store.built[mart.name] = _build_mart(mart, work)
        return after(mart) if after else None
    except ContentError as error:
        raise error.placed(mart.content.shown, mart.content.body_line) from error.__cause__


def _refused(mart: Mart, code: str, en: str, zh: str) -> ContentError:
    return ContentError(code, en=en, zh=zh, file=mart.content.shown, line=mart.content.body_line)


def _build_mart(mart: Mart, work: _Work) -> tuple[Piece, ...]:
    store = work.store
    buckets: tuple[int | None, ...] = store.buckets() if mart.reach == "customer" else (None,)
    span = _span(mart, store) if mart.partition_on else None
    pieces: list[Piece] = []
    for bucket in buckets:
        months = [None] if span is None else span.inside
        wanted = [_piece(mart, store, month, bucket) for month in months]
        edges = [] if span is None else [_piece(mart, store, month, bucket) for month in span.edges]
        missing = [piece for piece in wanted if not piece.path.exists()]
        work.report.reused += len(wanted) - len(missing)
        unknown = [p for p in edges if not p.path.exists() and work.known.get(p.identity) is None]
        for group in _groups(missing, unknown, lambda piece: _bytes(mart, store, piece)):
            _write(mart, work, group, bucket, span)
        found = [piece for piece in edges if piece.path.exists()]
        work.report.reused += len([piece for piece in found if piece not in unknown])
        pieces += wanted + found
        if span is not None and span.has_undated:
            pieces += _beyond(mart, work, bucket, span)
    return tuple(pieces)


@dataclass(frozen=True, slots=True)
class _Span:
    """The months of a mart. `inside`: those between its inputs' pieces, which get a piece each. `edges`: those
    whose rows may depend on such pieces by look-back or look-ahead; they get a piece where they have rows.
    `held`: both, as windows. `has_undated`: an input is also read whole, so rows may lie in any month."""

    inside: list[Month]
    edges: frozenset[Month]
    held: list[Window]
    has_undated: bool


def _span(mart: Mart, store: Store) -> _Span:
    if not any(store.is_cut_by_month(read) for read in mart.reads):
        raise _refused(
            mart,
            "not_cut_by_month",
            f"{mart.name} is cut by {mart.partition_on}, but nothing it reads is cut by month",
            f"{mart.name} 按 {mart.partition_on} 分月, 但其读取的表均不分月",
        )
    reads = [read for read in mart.reads if read in store.catalogue.core or read in store.catalogue.marts]
    back, ahead = mart.lookback_months, mart.lookahead_months
    inside = stretches(store.months_held(reads), max(LONGEST_HOLE, back + ahead))
    # What looks back from later months looks at these: a piece's rows reach so far ahead, and vice versa.
    held = [window.widened(ahead, back) for window in inside]
    months = [month for window in inside for month in window.months]
    edges = frozenset(month for window in held for month in window.months) - frozenset(months)
    return _Span(months, edges, held, any(store.has_undated(read) for read in reads))


def _beyond(mart: Mart, work: _Work, bucket: int | None, span: _Span) -> list[Piece]:
    """One piece for all rows of months no dated input reaches: they come from what is read whole.

    It is named by its own bytes, so that it stays the same piece while other months come and go.
    """
    store = work.store
    window = Window.none()
    held = [[str(window.first), str(window.last)] for window in span.held]
    key = digest(["beyond", mart.digest, bucket, held, _inputs(mart, store, bucket, window)])
    folder = _folder(mart, store, None, bucket)
    number = work.known.get(key)
    path, is_new = folder / f"{number or 0:016x}.parquet", False
    if number is None or (number and not path.exists()):
        rows = _rows(mart, work, bucket, window, exp.not_(_in_windows(mart, span.held)))
        _refuse_undated(mart, rows)
        number = 0
        if rows.num_rows:
            there = set(folder.glob("*.parquet"))
            path = _publish(rows, work, folder)
            number = int(path.stem, 16)
            is_new = path not in there
        work.known.put(key, number)
    if number and is_new:
        work.report.rebuilt.append(_label(mart, None, bucket))
    elif number:
        work.report.reused += 1
    return [Piece(month=None, bucket=bucket, path=path, identity=path.stem)] if number else []


def _piece(mart: Mart, store: Store, month: Month | None, bucket: int | None) -> Piece:
    """Where the piece lies or will lie; its name is the digest of all it depends on."""
    inputs = _inputs(mart, store, bucket, _reading_window(mart, month, month))
    identity = digest([mart.digest, str(month or ""), bucket, inputs])
    path = _folder(mart, store, month, bucket) / f"{identity[:20]}.parquet"
    return Piece(month=month, bucket=bucket, path=path, identity=identity)


def _inputs(mart: Mart, store: Store, bucket: int | None, window: Window | None) -> list[list[Any]]:
    """Each relation the mart reads with the identities of what it reads of it."""
    return [
        [read, store.catalogue.references[read].digest]
        if read in store.catalogue.references
        else [
            *([read] if (text := _view_text(store, read)) is None else [read, text]),
            *sorted([str(p.month or ""), p.bucket, p.identity] for p in store.select(read, bucket, window)),
        ]
        for read in mart.reads
        if read != "setting"
    ]


def _view_text(store: Store, read: str) -> str | None:
    """What a view adds to the pieces it is read through: its own text; None for what is stored."""
    mart = store.catalogue.marts.get(read)
    return mart.digest if mart is not None and mart.view is not None else None


def _folder(mart: Mart, store: Store, month: Month | None, bucket: int | None) -> Path:
    place = Place.of(None if month is None else str(month), bucket)
    return store.workspace.lake / place.folder(mart.name)


def _reading_window(mart: Mart, first: Month | None, last: Month | None) -> Window | None:
    if first is None or last is None:
        return None
    return Window(first, last).widened(mart.lookback_months, mart.lookahead_months)


def _bytes(mart: Mart, store: Store, piece: Piece) -> int:
    """How much the mart's inputs hold of a piece's own month."""
    if piece.month is None:
        return 0
    window = Window(piece.month, piece.month)
    reads = [read for read in mart.reads if read != "setting" and read not in store.catalogue.references]
    inputs = [each for read in reads for each in store.select(read, piece.bucket, window)]
    return sum(each.path.stat().st_size for each in inputs if each.month is not None)


def _groups(
    missing: Sequence[Piece], edges: Sequence[Piece], size: Callable[[Piece], int]
) -> Iterable[list[Piece]]:
    """Runs of consecutive months, so that look-back is read once a run and not once a month.

    Edges go with the run they follow or precede: they read nothing it does not read.
    """
    group: list[Piece] = []
    held = 0
    beside = {piece.month for piece in edges}
    for piece in sorted((*missing, *edges), key=lambda each: (each.month is not None, each.month)):
        weight = 0 if piece.month in beside else size(piece)
        before = group[-1].month if group else None
        follows = before is not None and piece.month is not None and piece.month.months_since(before) == 1
        is_full = held + weight > BYTES_PER_STATEMENT or len(group) >= MONTHS_PER_STATEMENT
        if group and (not follows or is_full):
            yield group
            group, held = [], 0
        group.append(piece)
        held += weight
    if group:
        yield group


def _write(mart: Mart, work: _Work, group: Sequence[Piece], bucket: int | None, span: _Span | None) -> None:
    """Builds a run of months of one bucket in one statement; an edge without rows is only remembered."""
    first, last = group[0].month, group[-1].month
    window = _reading_window(mart, first, last)
    if span is None or window is None or first is None or last is None:
        rows = _rows(mart, work, bucket, None, None)
        for piece in group:
            _publish(rows, work, piece.path.parent, piece.path)
            work.report.rebuilt.append(_label(mart, piece.month, bucket))
        return
    own = [Window(first, last)]
    # Beside its own rows the statement yields those of the months it looks at, which are in their own pieces.
    # Any other row would be in none.
    reach = window.widened(mart.lookahead_months, mart.lookback_months)
    elsewhere = [shared for held in span.held if (shared := held.shared(reach)) is not None]
    wanted = _in_windows(mart, own)
    if not span.has_undated:
        wanted = exp.or_(wanted, exp.not_(_in_windows(mart, elsewhere)))
    rows = _rows(mart, work, bucket, window, wanted)
    _refuse_undated(mart, rows)
    parts = [
        (piece, _of_months(mart, rows, Window(piece.month, piece.month))) for piece in group if piece.month
    ]
    if sum(part.num_rows for _, part in parts) != rows.num_rows:
        raise _outside(mart, rows, own[0])
    full = [(piece, part) for piece, part in parts if part.num_rows or piece.month not in span.edges]
    for piece, part in parts:
        if part.num_rows == 0 and piece.month in span.edges:
            work.known.put(piece.identity, 0)
    # Writing a month keeps one core busy, and the engine rests meanwhile. Names are given in their order.
    with ThreadPoolExecutor(WRITERS) as pool:
        temporary = list(pool.map(lambda each: _written(each[1], work, each[0].path.parent), full))
    for (piece, _), temp in zip(full, temporary, strict=True):
        work.press.publish_as(temp, piece.path, kind="mart")
        work.report.rebuilt.append(_label(mart, piece.month, bucket))


def _rows(mart: Mart, work: _Work, bucket: int | None, window: Window | None, wanted: exp.Expr | None) -> Any:
    """The mart's rows over a slice as an Arrow table in the lexicon's types, in the order of the key; where
    `wanted` is given, only such rows and those without a date."""
    store, engine = work.store, work.engine
    queries = {read: store.query(engine, read, bucket, window) for read in mart.reads if read != "setting"}
    if mart.settings:
        queries["setting"] = engine.register(
            "setting", mart.setting_relation.columns, setting_rows(mart.settings)
        )
    inner = swapped(mart.tree, queries)
    columns = [exp.column(name, quoted=True) for name in mart.columns]
    # Nobody else holds these trees: sqlglot would copy each of them whole at every step.
    result = exp.alias_(exp.Subquery(this=inner), "result", table=True, copy=False)
    outer = exp.Select(expressions=columns).from_(result, copy=False)
    outer = outer.order_by(*(exp.column(name, quoted=True) for name in mart.key), copy=False)
    if wanted is not None:
        undated = exp.Is(this=exp.column(str(mart.partition_on), quoted=True), expression=exp.null())
        outer = outer.where(exp.or_(wanted, undated, copy=False), copy=False)
    return conform(engine.arrow(outer), mart.columns, mart.content.shown)


def _publish(rows: Any, work: _Work, folder: Path, path: Path | None = None) -> Path:
    """Writes one piece; without a path it is named by its bytes."""
    temporary = _written(rows, work, folder)
    if path is None:
        return work.press.publish(temporary, kind="mart")
    return work.press.publish_as(temporary, path, kind="mart")


def _written(rows: Any, work: _Work, folder: Path) -> Path:
    """The rows as a Parquet file without a name yet."""
    import pyarrow.parquet as pq

    temporary = work.press.temp(folder)
    pq.write_table(rows, temporary, compression="zstd")
    return temporary


def _in_windows(mart: Mart, windows: Sequence[Window]) -> exp.Expr:
    """SQL that is true for a row dated in one of the windows."""
    column = exp.column(str(mart.partition_on), quoted=True)
    return exp.or_(exp.false(), *(window.holding(column) for window in windows))


def _of_months(mart: Mart, rows: Any, window: Window, *, outside: bool = False) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    days = pc.cast(rows[mart.partition_on], pa.date32(), safe=False)
    inside = pc.and_(pc.greater_equal(days, window.first.first), pc.less_equal(days, window.last.last))
    return rows.filter(pc.invert(inside) if outside else inside)


def _refuse_undated(mart: Mart, rows: Any) -> None:
    count = rows[mart.partition_on].null_count
    if count:
        raise _refused(
            mart,
            "null_partition",
            f"{count} rows have no {mart.partition_on}, by which the mart is cut into months; "
            "give them a date or leave them out in the SQL",
            f"{count} 行的分月列 {mart.partition_on} 为空; 请在 SQL 中给出日期或明确剔除",
        )


def _outside(mart: Mart, rows: Any, own: Window) -> ContentError:
    import pyarrow.compute as pc

    lost = _of_months(mart, rows, own, outside=True)
    count, ends = lost.num_rows, pc.min_max(lost[mart.partition_on]).as_py()
    return _refused(
        mart,
        "row_outside_months",
        f"{count} rows, made from data around {own.first} to {own.last}, have a {mart.partition_on} outside "
        f"the look-back and look-ahead ({ends['min']} to {ends['max']}): they would be in no piece; "
        "widen lookback_months or lookahead_months, or correct the SQL",
        f"由 {own.first} 至 {own.last} 前后数据生成的 {count} 行, 其 {mart.partition_on} 超出回看与前看范围 "
        f"({ends['min']} 至 {ends['max']}), 不属于任何月份; 请增大 lookback_months 或 lookahead_months, 或修正 SQL",
    )


def _label(mart: Mart, month: Month | None, bucket: int | None) -> tuple[str, str, str]:
    return (mart.name, str(month or "all"), "all" if bucket is None else str(bucket))
