"""New core rows on their way into the lake: checked, given month and bucket, and laid aside as Parquet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jicha.kernel.errors import ContentError
from jicha.warehouse.engines.bucket_map import BucketMap
from jicha.warehouse.engines.duckdb import literal, quoted, sql_type
from jicha.warehouse.engines.raw_rows import new_set_aside, quarantine_query
from jicha.warehouse.engines.store import Store, parquet
from jicha.warehouse.lake import WHOLE

CUSTOMER = "customer_id"
ORIGIN_TYPES: Mapping[str, str] = {"origin_file": "text", "origin_row": "integer"}


@dataclass(frozen=True, slots=True)
class TableShape:
    """What the writer needs to know of a core table: lexicon types by column in declared order, the key, the
    date column it is cut by month on, and whether it is cut by customer bucket."""

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    partition_on: str | None
    bucketed: bool

    @property
    def all_columns(self) -> dict[str, str]:
        return {**self.columns, **ORIGIN_TYPES}

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns without which a row has no place: key, partition date, customer."""
        more = [name for name in (self.partition_on, CUSTOMER if self.bucketed else None) if name]
        return tuple(dict.fromkeys((*self.key, *more)))

    def listed(self, alias: str = "") -> str:
        return ", ".join(f"{alias}{quoted(name)}" for name in self.all_columns)


@dataclass
class Staging:
    """The new rows of one core table.

    `relation` has the table's columns, the origin, and `_month` and `_bucket` as they stand in a path.
    `staged` and `misplaced` count rows by file of origin; the latter lack key, customer or date.
    """

    store: Store
    shape: TableShape
    folder: Path
    buckets: BucketMap
    files: list[Path] = field(default_factory=list)
    staged: Counter[str] = field(default_factory=Counter)
    misplaced: Counter[str] = field(default_factory=Counter)

    def add(self, rows: Any, *, model: str, quarantine: Path, source: str, raw_table: str) -> bool:
        """Lays aside an Arrow table of core rows with origin; returns whether `quarantine` was written.

        Raises `ContentError` naming `model` where a column has not its lexicon type.
        """
        self.store.take("incoming_rows", rows)
        try:
            self._check_types(model)
            return self._stage(quarantine, source, raw_table)
        finally:
            self.store.let_go("incoming_rows")

    @property
    def relation(self) -> str:
        return parquet(self.files)

    def months(self) -> dict[str, int]:
        """Rows by month label."""
        return dict(self.store.rows(f"SELECT _month, count(*) FROM {self.relation} GROUP BY _month"))

    def _check_types(self, model: str) -> None:
        given = self.store.types("SELECT * FROM incoming_rows")
        for name, kind in self.shape.columns.items():
            is_type, wanted = given[name], sql_type(kind)
            if is_type != wanted:
                raise ContentError(
                    "wrong_type",
                    en=f"{name} is {is_type}, the lexicon says {wanted}: cast it in the SELECT",
                    zh=f"{name} 的类型为 {is_type}, 词典规定为 {wanted}: 请在 SELECT 中用 CAST 转换",
                    file=model,
                )

    def _stage(self, quarantine: Path, source: str, raw_table: str) -> bool:
        misplaced = " OR ".join(f"{quoted(name)} IS NULL" for name in self.shape.needed)
        lost = self.store.rows(
            f"SELECT origin_file, count(*) FROM incoming_rows WHERE {misplaced} GROUP BY origin_file"
        )
        if lost:
            self.misplaced.update(dict(lost))
            self._set_aside(misplaced, quarantine, source, raw_table)
        placed = f"(SELECT * FROM incoming_rows WHERE NOT ({misplaced}))"
        bucket, join = literal(WHOLE), ""
        if self.shape.bucketed:
            self.buckets.welcome(placed, table=self.shape.name)
            bucket, join = self.buckets.label
        path = self.folder / f"{self.shape.name}-{len(self.files)}.parquet"
        self.store.write_parquet(
            f"SELECT {self.shape.listed('i.')}, {self._month()} AS _month, {bucket} AS _bucket "
            f"FROM {placed} AS i {join}",
            path,
            compression="lz4",  # read once and thrown away
        )
        self.files.append(path)
        counts = self.store.rows(f"SELECT origin_file, count(*) FROM {parquet([path])} GROUP BY origin_file")
        self.staged.update(dict(counts))
        return bool(lost)

    def _month(self) -> str:
        if self.shape.partition_on is None:
            return literal(WHOLE)
        return f"strftime(i.{quoted(self.shape.partition_on)}, '%Y-%m')"

    def _set_aside(self, misplaced: str, quarantine: Path, source: str, raw_table: str) -> None:
        empty = " ".join(f"WHEN {quoted(name)} IS NULL THEN {literal(name)}" for name in self.shape.needed)
        new_set_aside(self.store)
        self.store.run(
            f"INSERT INTO set_aside SELECT origin_file, origin_row, CASE {empty} END, "
            f"{literal(self.shape.name)}, 'key_missing', 'row' FROM incoming_rows WHERE {misplaced}"
        )
        self.store.write_parquet(quarantine_query(source, raw_table), quarantine)
