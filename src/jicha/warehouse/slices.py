"""Which files a statement reads: relations cut by month and customer bucket.

SQL never names a bucket or a window. The runner asks the `Store` for the pieces of a relation, lets the
engine make a query of their files, and puts that query where the relation stood in the syntax tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import sqlglot.expressions as exp

from jicha.kernel.canonical import digest
from jicha.kernel.period import Month
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.workspace import Workspace


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
        return Window(self.first.plus(-before), self.last.plus(after))


@dataclass
class Store:
    """The pieces of every relation at one manifest: core tables from the lake, marts as they are built."""

    workspace: Workspace
    manifest: Manifest
    catalogue: Catalogue
    built: dict[str, tuple[Piece, ...]] = field(default_factory=dict)
    _by_bucket: dict[tuple[str, int | None], tuple[Piece, ...]] = field(default_factory=dict)

    def pieces(self, name: str) -> tuple[Piece, ...]:
        """All pieces of a core table or a built mart."""
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

    def _of_bucket(self, name: str, bucket: int | None) -> tuple[Piece, ...]:
        if bucket is None:
            return self.pieces(name)
        key = (name, bucket)
        if key not in self._by_bucket:
            self._by_bucket[key] = tuple(p for p in self.pieces(name) if p.bucket in (None, bucket))
        return self._by_bucket[key]

    def months(self, names: Iterable[str]) -> Window | None:
        """From the first to the last month any of the relations has; None where none is cut by month."""
        months = [piece.month for name in names for piece in self.pieces(name) if piece.month is not None]
        return Window(min(months), max(months)) if months else None

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
            table = self.catalogue.references[name]
            return engine.register(name.replace(".", "_"), table.columns, table.rows)
        columns = self.catalogue.relation(name).columns
        query = engine.scan([piece.path for piece in self.select(name, bucket, window)], columns)
        dated_by = self._partition_on(name)
        if before is None or dated_by is None:
            return query
        limit = exp.cast(exp.Literal.string(before.isoformat()), "DATE")
        return (
            exp.Select(expressions=[exp.column(column, quoted=True) for column in columns])
            .from_(exp.alias_(exp.Subquery(this=query), "slice", table=True))
            .where(exp.LT(this=exp.column(dated_by, quoted=True), expression=limit))
        )

    def _partition_on(self, name: str) -> str | None:
        if name in self.catalogue.marts:
            return self.catalogue.marts[name].partition_on
        return self.catalogue.core[name].partition_on


def swapped(tree: exp.Query, queries: Mapping[str, exp.Query]) -> exp.Query:
    """A copy of the statement in which each named relation is replaced by its query."""
    copy = tree.copy()
    for table in list(copy.find_all(exp.Table)):
        name = f"{table.db}.{table.name}" if table.db else table.name
        query = queries.get(name)
        if query is not None:
            table.replace(exp.alias_(exp.Subquery(this=query.copy()), table.alias_or_name, table=True))
    return copy
