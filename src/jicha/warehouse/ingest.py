"""Ingest: a delivery of one source system taken into the lake, as one new manifest or not at all.

Files already taken (same name, same bytes, same mapping) are passed over. New files are mapped and merged
into the partitions they touch. A table is rebuilt from all its raw files where only that is right:

* a file came again under its name with other content: rows of the old version must vanish;
* a table that is looked up grew: rows mapped earlier may now find what they missed;
* the model itself changed, or is new.

A rebuild costs what the first load of that table cost; partitions that come out the same are not dirty.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from jicha.kernel.errors import SourceError
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.core import CoreTable, load_core_tables
from jicha.warehouse.database import delivered_tables
from jicha.warehouse.disk import telling_full_disk
from jicha.warehouse.engines.bucket_map import AREA_TABLE, BucketMap
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.engines.merging import begin_changes, write_changes
from jicha.warehouse.engines.raw_rows import hold_reasons
from jicha.warehouse.engines.store import Store
from jicha.warehouse.ingest_report import IngestReport, TableReport, table_report
from jicha.warehouse.intake.delivery import DeliveredFile, find_files
from jicha.warehouse.lake import FilePress, sweep_leftovers
from jicha.warehouse.landing import Landed, Plan, land
from jicha.warehouse.ledger import Key, book, key_of, reconcile
from jicha.warehouse.lock import writer_lock
from jicha.warehouse.manifest import Manifest, RawFile, lake_digest
from jicha.warehouse.mapping import Crew, Feed
from jicha.warehouse.source import Source
from jicha.warehouse.taking import take_files
from jicha.warehouse.to_core import ToCore, load_to_core
from jicha.warehouse.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import URL

__all__ = ["IngestReport", "Progress", "TableReport", "ingest"]

#: Called as progress(stage, done, total); stages in order: read (a database), find, take, map, commit. In between
#: "rows" tells how many rows the stage has taken or mapped so far; their total is not known before, and 0.
Progress = Callable[[str, int, int], None]


def ingest(
    workspace: Workspace,
    source: str,
    data: Path | URL,
    *,
    roots: ContentRoots,
    lexicon: Lexicon,
    progress: Progress | None = None,
    threads: int = 2,
    memory_limit: str = "4GB",
) -> IngestReport:
    """Takes a delivery of `source` (a folder of `content/sources/`) from the folder or the database `data`.

    Raises `WorkspaceError` where another process is writing or the disk is full, `SourceError` where a file
    cannot be read, `ContentError` where the mapping is at fault; the lake is then as before.
    """
    started = time.monotonic()
    with telling_full_disk(workspace.path), writer_lock(workspace, f"jicha ingest {source}"):
        sweep_leftovers(workspace)
        run = _Run(
            workspace=workspace,
            roots=roots,
            lexicon=lexicon,
            core=load_core_tables(roots, lexicon),
            head=Manifest.head(workspace),
            progress=progress or (lambda *_: None),
        )
        try:
            report = run.take(source, data, threads, memory_limit)
        except BaseException:
            run.press.withdraw()
            raise
        finally:
            sweep_leftovers(workspace)
        return replace(report, seconds=time.monotonic() - started)


@dataclass
class _Run:
    workspace: Workspace
    roots: ContentRoots
    lexicon: Lexicon
    core: Mapping[str, CoreTable]
    head: Manifest
    progress: Progress
    press: FilePress = field(default_factory=FilePress)
    models: dict[str, tuple[Source, dict[str, ToCore]]] = field(default_factory=dict)

    def take(self, name: str, data: Path | URL, threads: int, memory_limit: str) -> IngestReport:
        source, models = self._source(name)
        folder = data if isinstance(data, Path) else self._from_database(source, data)
        self.progress("find", 0, 1)
        found = find_files(source, folder)
        delivered = found.files
        self.progress("find", 1, 1)
        ledger = {key_of(entry): entry for entry in self.head.ledger}
        fresh = [file for file in delivered if not _is_known(file, ledger.get(_delivered_key(name, file)))]
        self._check_names(name, fresh, ledger)
        report = IngestReport(
            source=name,
            manifest=self.head.number,
            is_new=False,
            files=(),
            skipped=tuple(sorted({file.name for file in delivered} - {file.name for file in fresh})),
            missing=tuple(table for table in source.tables if all(f.table.name != table for f in delivered)),
            unclaimed=found.unclaimed,
            tables=(),
            lake_digest=self.head.lake_digest,
            seconds=0.0,
        )
        if not fresh and not any(self._has_changed(model) for model in models.values()):
            return report
        staging = self.workspace.staging
        staging.mkdir(parents=True, exist_ok=True)
        engine = DuckDBEngine([self.workspace.raw], threads=threads, memory_limit=memory_limit, temp=staging)
        try:
            with Store(threads=threads, memory_limit=memory_limit, temp=staging) as store:
                hold_reasons(store)
                begin_changes(store)
                crew = Crew(
                    workspace=self.workspace,
                    store=store,
                    engine=engine,
                    press=self.press,
                    buckets=BucketMap(store, self._bucket_file(), self.workspace.buckets),
                    lexicon=self.lexicon,
                )
                return self._write(crew, source, fresh, ledger, report, threads)
        finally:
            engine.close()

    def _from_database(self, source: Source, url: URL) -> Path:
        """The source's tables as files, in a folder that goes with the run."""
        folder = self.workspace.staging / "database"
        folder.mkdir(parents=True)
        self.progress("read", 0, 1)
        delivered_tables(source, url, folder, lambda _table, rows: self.progress("rows", rows, 0))
        self.progress("read", 1, 1)
        return folder

    def _write(
        self,
        crew: Crew,
        source: Source,
        fresh: list[DeliveredFile],
        ledger: dict[Key, RawFile],
        report: IngestReport,
        threads: int,
    ) -> IngestReport:
        known = set(ledger)
        taken_rows = mapped_rows = 0
        entries = take_files(crew.store, self.press, self.workspace, source, fresh, threads=threads)
        for number, entry in enumerate(entries):
            self.progress("take", number, len(fresh))
            ledger[key_of(entry)] = entry
            taken_rows += entry.rows_read
            self.progress("rows", taken_rows, 0)
        self.progress("take", len(fresh), len(fresh))
        plans = self._plans(source, fresh, known, ledger)
        landed: dict[str, Landed] = {}
        for number, plan in enumerate(plans):
            self.progress("map", number, len(plans))
            landed[plan.target.name] = done = land(crew, plan, self.head, tuple(ledger.values()))
            book(plan, done, ledger)
            mapped_rows += sum(file.rows_typed for feed in plan.feeds for file in feed.files)
            self.progress("rows", mapped_rows, 0)
        self.progress("map", len(plans), len(plans))
        manifest = self._manifest(crew, source, plans, landed, ledger)
        reconcile(manifest)
        self.press.settle()
        self.progress("commit", 0, 1)
        manifest.write(self.workspace, self.press)
        self.progress("commit", 1, 1)
        taken = [ledger[_delivered_key(source.name, file)] for file in fresh]
        return replace(
            report,
            manifest=manifest.number,
            is_new=True,
            files=tuple(taken),
            tables=tuple(table_report(plan, landed[plan.target.name]) for plan in plans),
            lake_digest=manifest.lake_digest,
        )

    def _source(self, name: str) -> tuple[Source, dict[str, ToCore]]:
        if name not in self.models:
            source = Source.load(name, self.roots, self.lexicon)
            self.models[name] = source, load_to_core(source, self.roots, self.core)
        return self.models[name]

    def _check_names(self, source: str, fresh: list[DeliveredFile], ledger: Mapping[Key, RawFile]) -> None:
        """A row says which file it came from by the file's name, so a name belongs to one table for good."""
        owners = {entry.file: entry for entry in ledger.values()}
        for file in fresh:
            owner = owners.get(file.name)
            if owner is not None and (owner.source, owner.raw_table) != (source, file.table.name):
                raise SourceError(
                    "file_name_taken",
                    en=f"a file of this name was taken from {owner.source}.{owner.raw_table}; rename it",
                    zh=f"同名文件已从 {owner.source}.{owner.raw_table} 导入; 请将该文件改名",
                    file=file.shown,
                )

    def _has_changed(self, model: ToCore) -> bool:
        """Whether raw rows were taken that this text of the model has not mapped."""
        return self.head.to_core.get(_model_key(model)) != model.digest and any(
            entry.source == model.source and entry.raw_table == model.driver for entry in self.head.ledger
        )

    def _bucket_file(self) -> Path | None:
        file = self.head.customer_bucket
        return self.workspace.lake / file if file else None

    def _plans(
        self, source: Source, fresh: list[DeliveredFile], known: set[Key], ledger: Mapping[Key, RawFile]
    ) -> list[Plan]:
        """The core tables to bring up to date: the one that says where customers lie first, then by name."""
        new_tables = {file.table.name for file in fresh}
        corrected = {file.table.name for file in fresh if _delivered_key(source.name, file) in known}
        plans = []
        for model in self._source(source.name)[1].values():
            mapped_before = any(
                entry.source == source.name and entry.raw_table == model.driver and key_of(entry) in known
                for entry in ledger.values()
            )
            must_rebuild = (
                model.driver in corrected
                or self._has_changed(model)
                or (mapped_before and not new_tables.isdisjoint(model.lookups))
            )
            if must_rebuild:
                plans.append(Plan(model.target, self._all_feeds(model.target.name, ledger), is_rebuild=True))
            elif model.driver in new_tables:
                entries = [
                    ledger[_delivered_key(source.name, file)]
                    for file in fresh
                    if file.table.name == model.driver
                ]
                plans.append(Plan(model.target, (Feed(model, source, tuple(entries)),), is_rebuild=False))
        return sorted(plans, key=lambda plan: (plan.target.name != AREA_TABLE, plan.target.name))

    def _all_feeds(self, table: str, ledger: Mapping[Key, RawFile]) -> tuple[Feed, ...]:
        """Every raw file that feeds a core table, from whichever system."""
        feeds = []
        for name in sorted({entry.source for entry in ledger.values()}):
            source, models = self._source(name)
            if table in models:
                model = models[table]
                files = [e for e in ledger.values() if e.source == name and e.raw_table == model.driver]
                if files:
                    feeds.append(Feed(model, source, tuple(sorted(files, key=lambda entry: entry.file))))
        return tuple(feeds)

    def _manifest(
        self,
        crew: Crew,
        source: Source,
        plans: Iterable[Plan],
        landed: Mapping[str, Landed],
        ledger: Mapping[Key, RawFile],
    ) -> Manifest:
        lake = self.workspace.lake
        bucket_file = self.head.customer_bucket
        if crew.buckets.grew:
            temp = self.press.temp(lake / "customer_bucket")
            crew.buckets.write(temp)
            bucket_file = self.press.publish(temp, kind="customer_bucket").relative_to(lake).as_posix()
        changes_temp = self.press.temp(lake / "changes")
        changes = None
        if write_changes(crew.store, changes_temp):
            changes = self.press.publish(changes_temp, kind="changes").relative_to(lake).as_posix()
        tables = {**self.head.tables, **{name: done.partitions for name, done in landed.items()}}
        models = [feed.model for plan in plans for feed in plan.feeds]
        return Manifest(
            number=self.head.number + 1,
            parent=self.head.number or None,
            created_at=datetime.now(UTC),
            source=source.name,
            command=f"jicha ingest {source.name}",
            tables=tables,
            ledger=tuple(ledger[key] for key in sorted(ledger)),
            to_core={**self.head.to_core, **{_model_key(model): model.digest for model in models}},
            set_aside={**self.head.set_aside, **{n: done.set_aside for n, done in landed.items()}},
            customer_bucket=bucket_file,
            dirty=tuple(dirty for name in sorted(landed) for dirty in landed[name].dirty),
            changes=changes,
            lake_digest=lake_digest(tables),
        )


def _delivered_key(source: str, file: DeliveredFile) -> Key:
    return source, file.table.name, file.name


def _is_known(file: DeliveredFile, entry: RawFile | None) -> bool:
    return entry is not None and (entry.sha256, entry.mapping) == (file.sha256, file.table.digest)


def _model_key(model: ToCore) -> str:
    return f"{model.source}/{model.target.name}"
