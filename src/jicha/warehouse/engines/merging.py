"""New rows into partitions: a batch of partitions is built, sorted by key, digested, written and compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jicha.warehouse.engines.contest import Contest
from jicha.warehouse.engines.duckdb import quoted
from jicha.warehouse.engines.spans import changed_span, span
from jicha.warehouse.engines.staging import CUSTOMER, Staging, TableShape
from jicha.warehouse.engines.store import Store, digest_sums, parquet, row_text
from jicha.warehouse.lake import Place, RowsDigest
from jicha.warehouse.manifest import CHANGE_COLUMNS


@dataclass(frozen=True, slots=True)
class Standing:
    """A partition as it was before. `path` is absolute."""

    path: Path
    rows: int
    digest: RowsDigest


@dataclass(frozen=True, slots=True)
class Merger:
    """Writes one core table's partitions.

    `before` are the partitions of the last manifest. In a rebuild they are compared with but not read as
    input; else their rows stand beside the new ones. `contest` is None where no key occurs more than once.
    """

    store: Store
    shape: TableShape
    staging: Staging
    before: Mapping[Place, Standing]
    is_rebuild: bool
    contest: Contest | None

    def begin(self) -> None:
        """Prepares the lists of what is lost (keys that changed or went) for this table."""
        kinds = ", ".join(f"{quoted(name)}" for name in self.shape.key)
        self.store.run(
            f"CREATE OR REPLACE TEMP TABLE lost AS SELECT {kinds}, CAST(NULL AS VARCHAR) AS _customer, "
            f"CAST(NULL AS DATE) AS _first, CAST(NULL AS DATE) AS _last, false AS _stays, "
            f"origin_file, origin_row, _month, _bucket FROM {self.staging.relation} LIMIT 0"
        )

    def places(self) -> dict[Place, int]:
        """The partitions that may change, with the rows to handle in each."""
        sizes: Counter[Place] = Counter()
        for month, bucket, count in self.store.rows(
            f"SELECT _month, _bucket, count(*) FROM {self.staging.relation} GROUP BY ALL"
        ):
            sizes[Place(month, bucket)] += count
        if self.is_rebuild:
            sizes.update(dict.fromkeys(self.before, 0))
        elif self.contest is not None:
            leaving = self.store.rows(
                "SELECT DISTINCT _month, _bucket FROM contender WHERE NOT _is_new AND _rank > 1"
            )
            sizes.update(dict.fromkeys((Place(*labels) for labels in leaving), 0))
        return {
            place: rows + (self.before[place].rows if place in self.before else 0)
            for place, rows in sorted(sizes.items())
        }

    def build(self, batch: Sequence[Place]) -> dict[Place, RowsDigest]:
        """Fills the table `merged` with the rows of these partitions, sorted; returns those with any."""
        self.store.hold("batch", {"_month": "text", "_bucket": "text"}, batch)
        columns = f"{self.shape.listed()}, _month, _bucket"
        in_batch = "(_month, _bucket) IN (SELECT _month, _bucket FROM batch)"
        # The range lets whole row groups be skipped; months sort as texts.
        months = f"_month BETWEEN '{min(batch).month}' AND '{max(batch).month}'"
        settled = f" AND NOT {self.contest.is_clash()}" if self.contest else ""
        parts = [f"SELECT {columns} FROM {self.staging.relation} WHERE {months} AND {in_batch}{settled}"]
        if self.contest:
            parts.append(f"SELECT {columns} FROM contender WHERE _rank = 1 AND {in_batch}")
        earlier = [] if self.is_rebuild else [self.before[p].path for p in batch if p in self.before]
        if earlier:
            parts.append(
                f"SELECT {columns} FROM {parquet(earlier, with_name=True)} "
                f"JOIN lake_file USING (filename) WHERE true{settled}"
            )
        key = ", ".join(quoted(name) for name in self.shape.key)
        self.store.run(
            f"CREATE OR REPLACE TEMP TABLE merged AS SELECT * FROM ({' UNION ALL '.join(parts)}) "
            f"ORDER BY _month, _bucket, {key}"
        )
        sums = self.store.rows(
            f"SELECT _month, _bucket, {digest_sums(row_text(self.shape.columns))} FROM merged GROUP BY ALL"
        )
        return {Place(m, b): RowsDigest(rows, int(low), int(high)) for m, b, rows, low, high in sums}

    def write(self, places: Iterable[Place], free: Callable[[Place], Path]) -> dict[Place, Path]:
        """Writes the built partitions, each to the path `free` names for it."""
        written = {}
        for place in places:
            written[place] = path = free(place)
            where = f"_month = '{place.month}' AND _bucket = '{place.bucket}'"
            self.store.write_parquet(f"SELECT {self.shape.listed()} FROM merged WHERE {where}", path)
        return written

    def compare(self, places: Sequence[Place]) -> None:
        """Adds to `lost` the keys of these earlier partitions that differ in, or are gone from, `merged`."""
        earlier = [self.before[place].path for place in places]
        if not earlier:
            return
        shape = self.shape
        same_key = " AND ".join(f"n.{quoted(name)} = o.{quoted(name)}" for name in shape.key)
        others = [name for name in shape.columns if name not in shape.key]
        differs = " OR ".join(f"n.{quoted(n)} IS DISTINCT FROM o.{quoted(n)}" for n in others) or "false"
        found = f"n.{quoted(shape.key[0])} IS NOT NULL"
        first, last = changed_span(shape.columns, shape.partition_on, found=found)
        customer = f"o.{CUSTOMER}" if CUSTOMER in shape.columns else "NULL"
        key = ", ".join(f"o.{quoted(name)}" for name in shape.key)
        self.store.run(
            f"INSERT INTO lost SELECT {key}, {customer}, {first}, {last}, {found}, "
            f"CASE WHEN {found} THEN n.origin_file ELSE o.origin_file END, "
            f"CASE WHEN {found} THEN n.origin_row ELSE o.origin_row END, f._month, f._bucket "
            f"FROM {parquet(earlier, with_name=True)} AS o JOIN lake_file AS f USING (filename) "
            f"LEFT JOIN merged AS n ON {same_key} AND n._month = f._month AND n._bucket = f._bucket "
            f"WHERE NOT ({found}) OR {differs}"
        )

    def lost_by_place(self) -> dict[Place, tuple[int, int]]:
        """Keys changed in place, and keys that left it, by partition."""
        return {
            Place(month, bucket): (changed, left)
            for month, bucket, changed, left in self.store.rows(
                "SELECT _month, _bucket, count(*) FILTER (_stays), count(*) FILTER (NOT _stays) "
                "FROM lost GROUP BY ALL"
            )
        }

    def note_changes(self, changed: Sequence[Path]) -> None:
        """Adds the lost keys to `changes`. A key that left one partition for another (`changed` are the new
        files) has changed; one that is nowhere is removed."""
        if not self.shape.bucketed:
            return
        name = self.shape.name
        kept = f"'{name}', _customer, _first, _last, 'changed', origin_file, origin_row"
        self.store.run(f"INSERT INTO changes SELECT {kept} FROM lost WHERE _stays")
        if not self.store.count("lost WHERE NOT _stays"):
            return
        gone = f"'{name}', o._customer, o._first, o._last, 'removed', o.origin_file, o.origin_row"
        if not changed:
            self.store.run(f"INSERT INTO changes SELECT {gone} FROM lost AS o WHERE NOT o._stays")
            return
        same_key = " AND ".join(f"n.{quoted(k)} = o.{quoted(k)}" for k in self.shape.key)
        first, last = span(self.shape.columns, self.shape.partition_on, "n")
        is_there = "n.origin_file IS NOT NULL"
        self.store.run(
            f"INSERT INTO changes SELECT '{name}', o._customer, "
            f"CASE WHEN {is_there} THEN least(o._first, {first}) ELSE o._first END, "
            f"CASE WHEN {is_there} THEN greatest(o._last, {last}) ELSE o._last END, "
            f"CASE WHEN {is_there} THEN 'changed' ELSE 'removed' END, "
            f"coalesce(n.origin_file, o.origin_file), coalesce(n.origin_row, o.origin_row) "
            f"FROM lost AS o LEFT JOIN {parquet(changed)} AS n ON {same_key} WHERE NOT o._stays"
        )


def begin_changes(store: Store) -> None:
    """An empty table `changes` for one run."""
    store.hold("changes", CHANGE_COLUMNS, [])


def write_changes(store: Store, path: Path) -> bool:
    """Writes the noted changes; False where there are none."""
    if not store.count("changes"):
        return False
    store.write_parquet("SELECT * FROM changes ORDER BY ALL", path)
    return True


def hold_lake_files(store: Store, before: Mapping[Place, Standing]) -> None:
    """The table `lake_file`: which partition an earlier file is."""
    store.hold(
        "lake_file",
        {"filename": "text", "_month": "text", "_bucket": "text"},
        [(str(standing.path), *place) for place, standing in before.items()],
    )
