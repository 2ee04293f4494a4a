"""What an ingest run did, in numbers that reconcile."""

from __future__ import annotations

from dataclasses import dataclass

from jicha.warehouse.landing import Landed, Plan
from jicha.warehouse.manifest import RawFile


@dataclass(frozen=True, slots=True)
class TableReport:
    """One core table after the run: its rows, and the keys added, changed and removed by it.

    `superseded` rows lost their key to another row in this run, of whichever file; `without_key` ones had none.
    """

    table: str
    rows: int
    added: int
    changed: int
    removed: int
    is_rebuilt: bool
    superseded: int
    without_key: int


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What a run did. `manifest` is the head after it, `is_new` whether the run wrote it.

    `files` are those taken now, with their counts; `skipped` the names of those taken before; `missing` the
    raw tables of the source for which the delivery held no file, `unclaimed` files in it that no table claims.
    """

    source: str
    manifest: int
    is_new: bool
    files: tuple[RawFile, ...]
    skipped: tuple[str, ...]
    missing: tuple[str, ...]
    unclaimed: tuple[str, ...]
    tables: tuple[TableReport, ...]
    lake_digest: str
    seconds: float

    @property
    def rows_read(self) -> int:
        return sum(file.rows_read for file in self.files)

    @property
    def rows_quarantined(self) -> int:
        return sum(file.rows_quarantined for file in self.files)

    @property
    def rows_per_second(self) -> float:
        return self.rows_read / self.seconds if self.seconds > 0 else 0.0


def table_report(plan: Plan, landed: Landed) -> TableReport:
    return TableReport(
        table=plan.target.name,
        rows=sum(partition.rows for partition in landed.partitions),
        added=sum(dirty.added for dirty in landed.dirty),
        changed=sum(dirty.changed for dirty in landed.dirty),
        removed=sum(dirty.removed for dirty in landed.dirty),
        is_rebuilt=plan.is_rebuild,
        superseded=landed.losers.superseded.total() + landed.losers.earlier_superseded.total(),
        without_key=landed.misplaced.total(),
    )
