"""The ledger: what became of every row of every delivered file, and the proof that none is missing."""

from __future__ import annotations

import msgspec

from jicha.kernel.errors import WorkspaceError
from jicha.warehouse.landing import Landed, Plan
from jicha.warehouse.manifest import Landing, Manifest, RawFile

#: Source, raw table, file name: a file's place in the ledger.
Key = tuple[str, str, str]


def key_of(entry: RawFile) -> Key:
    return entry.source, entry.raw_table, entry.file


def book(plan: Plan, landed: Landed, ledger: dict[Key, RawFile]) -> None:
    """Writes into the ledger what became of the rows of each file in this core table."""
    table, losers = plan.target.name, landed.losers
    for feed in plan.feeds:
        for file in feed.files:
            name = file.file
            duplicate, superseded = losers.duplicate[name], losers.superseded[name]
            kept = landed.staged[name] - duplicate - superseded
            landing = Landing(table, kept, duplicate, superseded, landed.misplaced[name])
            _set_landing(ledger, key_of(file), landing)
    for entry in list(ledger.values()):
        duplicate = losers.earlier_duplicate[entry.file]
        superseded = losers.earlier_superseded[entry.file]
        if duplicate or superseded:
            before = next(landing for landing in entry.landings if landing.table == table)
            landing = Landing(
                table,
                before.kept - duplicate - superseded,
                before.duplicate + duplicate,
                before.superseded + superseded,
                before.quarantined,
            )
            _set_landing(ledger, key_of(entry), landing)


def _set_landing(ledger: dict[Key, RawFile], key: Key, landing: Landing) -> None:
    others = [each for each in ledger[key].landings if each.table != landing.table]
    landings = tuple(sorted((*others, landing), key=lambda each: each.table))
    ledger[key] = msgspec.structs.replace(ledger[key], landings=landings)


def reconcile(manifest: Manifest) -> None:
    """Raises `WorkspaceError` unless every row of every file is accounted for and every row of the lake is
    the row of one file."""
    kept: dict[str, int] = {}
    for entry in manifest.ledger:
        sums = {"raw": entry.rows_read - entry.rows_quarantined}
        for each in entry.landings:
            sums[each.table] = each.kept + each.duplicate + each.superseded + each.quarantined
            kept[each.table] = kept.get(each.table, 0) + each.kept
        if any(count != entry.rows_typed for count in sums.values()):
            raise _unbalanced(f"{entry.file}: {entry.rows_typed} {sums}")
    for table in manifest.tables:
        if kept.get(table, 0) != manifest.rows(table):
            raise _unbalanced(f"{table}: {kept.get(table, 0)} {manifest.rows(table)}")


def _unbalanced(detail: str) -> WorkspaceError:
    return WorkspaceError(
        "counts_do_not_reconcile",
        en=f"rows are unaccounted for, so nothing was written; please report this: {detail}",
        zh=f"数据行数不平衡, 未写入任何数据; 请报告此问题: {detail}",
    )
