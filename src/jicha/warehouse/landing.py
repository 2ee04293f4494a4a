"""One core table brought up to date: its new rows mapped, rivals settled, partitions merged and written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from jicha.lexicon.lexicon import Lexicon
from jicha.warehouse.core import CoreTable
from jicha.warehouse.engines.contest import Contest, Losers
from jicha.warehouse.engines.merging import Merger, Standing, hold_lake_files
from jicha.warehouse.engines.staging import Staging, TableShape
from jicha.warehouse.lake import Place, RowsDigest, table_folder
from jicha.warehouse.manifest import Dirty, Manifest, Partition, RawFile
from jicha.warehouse.mapping import Crew, Feed, map_feed, of_table
from jicha.warehouse.workspace import Workspace

#: Core rows merged, and keys compared, at a time.
_MERGED_ROWS = 4_000_000

Item = TypeVar("Item", str, Place)


@dataclass(frozen=True, slots=True)
class Plan:
    """How one core table is brought up to date. In a rebuild the feeds give all of its rows."""

    target: CoreTable
    feeds: tuple[Feed, ...]
    is_rebuild: bool


@dataclass(frozen=True, slots=True)
class Landed:
    """One core table after the merge. Counts are of rows by file of origin."""

    partitions: tuple[Partition, ...]
    dirty: tuple[Dirty, ...]
    staged: Counter[str]
    misplaced: Counter[str]
    losers: Losers
    set_aside: tuple[str, ...]


def land(crew: Crew, plan: Plan, head: Manifest, ledger: Sequence[RawFile]) -> Landed:
    """Brings one core table up to date; nothing of it counts until a manifest names the files."""
    shape = table_shape(plan.target, crew.lexicon)
    before = _before(crew.workspace, head, shape.name)
    hold_lake_files(crew.store, before)
    staging = Staging(crew.store, shape, crew.workspace.staging, crew.buckets)
    set_aside = [file for feed in plan.feeds for file in map_feed(crew, feed, staging, ledger)]
    contest = Contest(crew.store, shape)
    losers = _settle(contest, staging, {} if plan.is_rebuild else before)
    set_aside += _superseded(crew, contest, losers, ledger)
    rivals = contest if contest.is_needed else None
    partitions, dirty = _merge(crew, Merger(crew.store, shape, staging, before, plan.is_rebuild, rivals))
    kept = () if plan.is_rebuild else head.set_aside.get(shape.name, ())
    return Landed(
        partitions=partitions,
        dirty=dirty,
        staged=staging.staged,
        misplaced=staging.misplaced,
        losers=losers,
        set_aside=(*kept, *set_aside),
    )


def table_shape(table: CoreTable, lexicon: Lexicon) -> TableShape:
    return TableShape(
        name=table.name,
        columns=lexicon.types(table.columns),
        key=table.key,
        partition_on=table.partition_on,
        bucketed=table.reach == "customer",
    )


def _before(workspace: Workspace, head: Manifest, table: str) -> dict[Place, Standing]:
    return {
        Place.of(partition.month, partition.bucket): Standing(
            workspace.lake / partition.file, partition.rows, RowsDigest.parse(partition.digest)
        )
        for partition in head.partitions(table)
    }


def _settle(contest: Contest, staging: Staging, earlier: Mapping[Place, Standing]) -> Losers:
    """Finds the keys that occur more than once, if any, and decides which rows stand."""
    contest.begin()
    shape = contest.shape
    if shape.partition_on is None or shape.partition_on not in shape.key:
        rivals = [standing.path for standing in earlier.values()]
        contest.look(staging, rivals, None)
    else:
        # Rows of different months cannot share a key: months are compared apart, as many as memory bears.
        sizes = staging.months()
        near = {place: standing for place, standing in earlier.items() if place.month in sizes}
        for place, standing in near.items():
            sizes[place.month] += standing.rows
        for months in _batches(sizes):
            contest.look(staging, [near[place].path for place in near if place.month in months], months)
        rivals = [standing.path for standing in near.values()]
    return contest.decide(staging, rivals) if contest.is_needed else Losers()


def _superseded(crew: Crew, contest: Contest, losers: Losers, ledger: Sequence[RawFile]) -> Iterator[str]:
    """Writes the superseded rows as quarantine, one file for each raw table they came from."""
    names = {*losers.superseded, *losers.earlier_superseded}
    for source, raw_table in sorted({(file.source, file.raw_table) for file in ledger if file.file in names}):
        files = [file.file for file in of_table(ledger, source, raw_table)]
        temp = crew.press.temp(crew.workspace.quarantine / table_folder(contest.shape.name))
        if contest.write_superseded(temp, source=source, raw_table=raw_table, files=files):
            yield crew.published_quarantine(temp)


def _merge(crew: Crew, merger: Merger) -> tuple[tuple[Partition, ...], tuple[Dirty, ...]]:
    """Writes every partition the new rows touch; those whose rows stay the same keep their digest and are
    not dirty, though a better origin may give them a new file."""
    lake, name, before = crew.workspace.lake, merger.shape.name, merger.before
    merger.begin()
    places = merger.places()
    current = {
        place: _partition(place, standing.path.relative_to(lake).as_posix(), standing.digest)
        for place, standing in before.items()
        if place not in places
    }
    changed: list[Place] = []
    for batch in _batches(places):
        digests = merger.build(batch)
        differing = [p for p in batch if digests.get(p) != (before[p].digest if p in before else None)]
        merger.compare([place for place in differing if place in before])
        changed += differing
        temps = merger.write(digests, lambda place: crew.press.temp(lake / place.folder(name)))
        for place, temp in temps.items():
            final = crew.press.publish(temp, kind="partition")
            current[place] = _partition(place, final.relative_to(lake).as_posix(), digests[place])
    lost = merger.lost_by_place()
    dirty = []
    for place in changed:
        in_place, left = lost.get(place, (0, 0))
        rows = current[place].rows if place in current else 0
        added = rows - (before[place].rows if place in before else 0) + left
        dirty.append(Dirty(name, place.bucket_or_none, place.month_or_none, added, in_place, left))
    merger.note_changes([lake / current[place].file for place in changed if place in current])
    return tuple(current[place] for place in sorted(current)), tuple(dirty)


def _partition(place: Place, file: str, digest: RowsDigest) -> Partition:
    return Partition(place.month_or_none, place.bucket_or_none, file, digest.rows, str(digest))


def _batches(sizes: Mapping[Item, int]) -> Iterator[list[Item]]:
    """Consecutive groups of at most `_MERGED_ROWS` rows; one that is larger stands alone."""
    group: list[Item] = []
    rows = 0
    for item in sorted(sizes):
        if group and rows + sizes[item] > _MERGED_ROWS:
            yield group
            group, rows = [], 0
        group.append(item)
        rows += sizes[item]
    if group:
        yield group
