"""Which files a statement reads: relations cut by month and customer bucket.

SQL never names a bucket or a window. The runner asks the `Store` for the pieces of a relation, lets the
engine make a query of their files, and puts that query where the relation stood in the syntax tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import sqlglot
import sqlglot.expressions as exp

from jicha.kernel.canonical import digest
from jicha.kernel.period import Month, month_of
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.workspace import Workspace

_FIRST_MONTH = month_of(date.min)
_LAST_MONTH = month_of(date.max)


@dataclass(frozen=True, slots=True)
class Piece:
    """One immutable file of a relation. `month` and `bucket` are None where the relation is not cut so.

    `identity` changes exactly when the rows may have changed.
    """

    month: Month | None
    bucket: int | None
    path: Path
    identity: str


@dataclass(frozen=True, slots=True)
class Window:
    """Months a statement may read, both ends included."""

    first: Month
    last: Month

    def holds(self, month: Month) -> bool:
        return self.first <= month <= self.last

    def widened(self, before: int, after: int) -> Window:
        """The window and so many months on either side, as far as the calendar goes (0001-01 to 9999-12)."""
        before = min(before, self.first.months_since(_FIRST_MONTH))
        after = min(after, _LAST_MONTH.months_since(self.last))
        return Window(self.first.minus(before), self.last.plus(after))

    def shared(self, other: Window) -> Window | None:
        """The months of both."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Window(first, last) if first <= last else None

    def holding(self, column: exp.Expr) -> exp.Expr:
        """SQL that is true where a date column lies in the window."""
        return exp.and_(
            exp.GTE(this=column.copy(), expression=_date(self.first.first)),
            # The day itself, not the day after: none follows the last day of the calendar.
            exp.LTE(this=exp.cast(column.copy(), "DATE"), expression=_date(self.last.last)),
        )

    @property
    def months(self) -> list[Month]:
        return [self.first.plus(step) for step in range(self.last.months_since(self.first) + 1)]

    @classmethod
    def none(cls) -> Window:
        """Holds no month: of a relation only what is not cut by month is read."""
        return cls(_LAST_MONTH, _FIRST_MONTH)


def stretches(months: Iterable[Month], hole: int) -> list[Window]:
    """The months as windows, in order, such that more than `hole` months without any lie between two."""
    found: list[Window] = []
    for month in sorted(set(months)):
        if found and month.months_since(found[-1].last) <= hole + 1:
            found[-1] = Window(found[-1].first, month)
        else:
            found.append(Window(month, month))
    return found


@dataclass
class Store:
    """The pieces of every relation at one manifest: core tables from the lake, marts as they are built."""

    workspace: Workspace
    manifest: Manifest
    catalogue: Catalogue
    built: dict[str, tuple[Piece, ...]] = field(default_factory=dict)
    _by_bucket: dict[tuple[str, int | None], tuple[Piece, ...]] = field(default_factory=dict)
    _registered: dict[tuple[int, str], exp.Query] = field(default_factory=dict)

    def pieces(self, name: str) -> tuple[Piece, ...]:
        """All pieces of a core table or a built mart; of a view, those it is read through."""
        if (base := self._base(name)) is not None:
            return self.pieces(base)
        if name not in self.built:
            self.built[name] = tuple(
                Piece(
                    month=Month.parse(partition.month) if partition.month else None,
                    bucket=partition.bucket,
                    path=self.workspace.lake / partition.file,
                    identity=partition.digest,
                )
                for partition in self.manifest.partitions(name)
            )
        return self.built[name]

    def select(self, name: str, bucket: int | None, window: Window | None) -> list[Piece]:
        """The pieces of a relation for one bucket (None: all) and window (None: all)."""
        return [
            piece
            for piece in self._of_bucket(name, bucket)
            if window is None or piece.month is None or window.holds(piece.month)
        ]

    def _base(self, name: str) -> str | None:
        """The one relation a view is read through; None where the rows are stored."""
        mart = self.catalogue.marts.get(name)
        return mart.reads[0] if mart is not None and mart.view is not None else None

    def _of_bucket(self, name: str, bucket: int | None) -> tuple[Piece, ...]:
        if bucket is None:
            return self.pieces(name)
        key = (name, bucket)
        if key not in self._by_bucket:
            self._by_bucket[key] = tuple(p for p in self.pieces(name) if p.bucket in (None, bucket))
        return self._by_bucket[key]

    def months(self, names: Iterable[str]) -> Window | None:
        """From the first to the last month any of the relations has; None where none is cut by month."""
        months = self.months_held(names)
        return Window(min(months), max(months)) if months else None

    def months_held(self, names: Iterable[str]) -> set[Month]:
        """The months of which any of the relations has a piece."""
        return {piece.month for name in names for piece in self.pieces(name) if piece.month is not None}

    def has_undated(self, name: str) -> bool:
        """Whether a relation has pieces that are read for every month."""
        return any(piece.month is None for piece in self.pieces(name))

    def is_cut_by_month(self, name: str) -> bool:
        """Whether a relation of the catalogue is declared to be cut by month."""
        return name in (*self.catalogue.core, *self.catalogue.marts) and self.partition_on(name) is not None

    def buckets(self) -> tuple[int, ...]:
        """The buckets in which any customer-reach core table has rows."""
        found = {
            piece.bucket
            for name, table in self.catalogue.core.items()
            if table.status == "active" and table.reach == "customer"
            for piece in self.pieces(name)
        }
        return tuple(sorted(bucket for bucket in found if bucket is not None))

    def identity(self, name: str) -> str:
        """Digest of a whole relation: the same rows, the same identity."""
        if name in self.catalogue.references:
            return self.catalogue.references[name].digest
        return digest(sorted((str(p.month or ""), p.bucket, p.identity) for p in self.pieces(name)))

    def query(
        self,
        engine: Engine,
        name: str,
        bucket: int | None,
        window: Window | None,
        *,
        before: date | None = None,
    ) -> exp.Query:
        """The engine's query for one slice of a relation; with `before`, only rows dated earlier than that
        by the column the relation is cut by."""
        if name in self.catalogue.references:
            return self._reference(engine, name)
        columns = self.catalogue.relation(name).columns
        if (base := self._base(name)) is not None:
            inner = self.query(engine, base, bucket, window)
            query = swapped(self.catalogue.marts[name].tree, {base: inner})
        else:
            query = engine.scan([piece.path for piece in self.select(name, bucket, window)], columns)
        dated_by = self.partition_on(name)
        if before is None or dated_by is None:
            return query
        return (
            exp.Select(expressions=[exp.column(column, quoted=True) for column in columns])
            .from_(exp.alias_(exp.Subquery(this=query), "slice", table=True, copy=False), copy=False)
            .where(exp.LT(this=exp.column(dated_by, quoted=True), expression=_date(before)), copy=False)
        )

    def _reference(self, engine: Engine, name: str) -> exp.Query:
        """A reference table's query; its rows are handed to an engine once."""
        key = (id(engine), name)
        if key not in self._registered:
            table = self.catalogue.references[name]
            self._registered[key] = engine.register(name.replace(".", "_"), table.columns, table.rows)
        return self._registered[key].copy()

    def partition_on(self, name: str) -> str | None:
        """The date column by which a core table or mart is cut into months."""
        if name in self.catalogue.marts:
            return self.catalogue.marts[name].partition_on
        return self.catalogue.core[name].partition_on


def _date(day: date) -> exp.Expr:
    return exp.cast(exp.Literal.string(day.isoformat()), "DATE")


def statement(text: str) -> exp.Query:
    """A query the house itself wrote, in DuckDB's dialect."""
    tree = sqlglot.parse_one(text, dialect="duckdb")
    if not isinstance(tree, exp.Query):  # pragma: no cover - callers write queries
        raise TypeError("not a query")
    return tree


def swapped(tree: exp.Query, queries: Mapping[str, exp.Query]) -> exp.Query:
    """A copy of the statement in which each named relation is replaced by its query."""
    copy = tree.copy()
    for table in list(copy.find_all(exp.Table)):
        name = f"{table.db}.{table.name}" if table.db else table.name
        query = queries.get(name)
        if query is not None:
            subquery = exp.Subquery(this=query.copy())
            table.replace(exp.alias_(subquery, table.alias_or_name, table=True, copy=False))
    return copy
