"""One workspace and what a test does with it: take a delivery, sweep, read what came of it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from jicha.inspection.known import Known
from jicha.inspection.results import Results, RunRecord
from jicha.inspection.sweep import SweepOptions, sweep
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.ingest import ingest
from jicha.warehouse.workspace import Workspace

from .town import Delivery

#: Private content of these tests: topics with identity state, a mart, a check.
LOCAL = Path(__file__).parent / "local"

#: The content the tests rest on; the rest of the house may grow without slowing them down.
CONTENT = (
    "VERSION",
    "lexicon",
    "sources",
    "policy",
    "law/capacity_change",
    "law/instruments",
    "law/metering_error",
    "marts/usage/billed_line.sql",
    "marts/usage/daily_usage.sql",
    "marts/usage/metering_point_bill.sql",
    "marts/usage/register_interval.sql",
    "innocence/adjustment_covers_bill.sql",
    "innocence/bill_cancelled.sql",
    "innocence/meter_changed.sql",
    "innocence/newly_opened.sql",
    "innocence/next_bill_agrees.sql",
    "innocence/same_season_zero.sql",
    "topics/reading/billed_energy_differs.sql",
    "topics/reading/long_zero_use.sql",
    "topics/reading/register_goes_backwards.sql",
)

#: A core table no source fills yet.
PLANNED = "market_interval"

BILLED = "reading/billed_energy_differs"
ZERO_USE = "reading/long_zero_use"
BACKWARDS = "reading/register_goes_backwards"
MULTIPLIER = "metering/multiplier_differs"
LAST_MONTH = "metering/last_month_differs"


def copy_content(target: Path) -> Path:
    """The public content these tests rest on, copied, so that a test may change it."""
    public = ContentRoots.find().public
    for name in (*CONTENT, *_core_tables(public)):
        source, place = public / name, target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, place)
        else:
            shutil.copyfile(source, place)
    # What organisations choose of questions whose law is not copied.
    for choices in (target / "policy" / "parameters").glob("*.yaml"):
        choices.unlink()
    return target


def _core_tables(public: Path) -> list[str]:
    """The active tables, and one that is only planned."""
    return [
        f"core/{path.name}"
        for path in sorted((public / "core").glob("*.sql"))
        if "status: active" in path.read_text(encoding="utf-8") or path.stem == PLANNED
    ]


@dataclass(frozen=True)
class Desk:
    """A workspace with the content it is swept with."""

    workspace: Workspace
    roots: ContentRoots
    lexicon: Lexicon

    @classmethod
    def new(cls, path: Path, roots: ContentRoots, *, buckets: int = 1) -> Desk:
        return cls(Workspace.create(path, buckets=buckets), roots, Lexicon.load(roots))

    def twin(self, path: Path) -> Desk:
        """The same workspace elsewhere, to go another way from here."""
        shutil.copytree(self.workspace.path, path)
        return replace(self, workspace=Workspace.open(path))

    def under(self, roots: ContentRoots) -> Desk:
        """The same workspace under other content."""
        return replace(self, roots=roots, lexicon=Lexicon.load(roots))

    def take(self, delivery: Delivery | Path, *names: str, source: str = "cis_zh") -> None:
        """Ingests a folder, or the named files of a delivery."""
        folder = delivery
        if isinstance(delivery, Delivery):
            number = len(list(self.workspace.path.parent.glob(f"{self.workspace.path.name}-data-*")))
            folder = self.workspace.path.parent / f"{self.workspace.path.name}-data-{number}"
            delivery.write(folder, only=names or None)
        assert isinstance(folder, Path)
        ingest(self.workspace, source, folder, roots=self.roots, lexicon=self.lexicon, threads=1)

    def sweep(self, *topics: str, as_of: date | None = None, known_at: int | None = None) -> RunRecord:
        """Runs the named topics, or all."""
        engine = DuckDBEngine([self.workspace.lake], threads=1)
        try:
            options = SweepOptions(as_of=as_of, known_at=known_at, topics=topics)
            return sweep(self.workspace, self.roots, engine, options)
        finally:
            engine.close()

    @property
    def results(self) -> Results:
        return Results(self.workspace)

    def found(self, topic: str, subject: str, run: int | None = None) -> list[dict[str, Any]]:
        """The findings of one subject, by their beginning."""
        rows = [
            row
            for row in self.results.findings(run)
            if row["topic"] == topic and row["subject_id"] == subject
        ]
        return sorted(rows, key=lambda row: row["period_from"])

    def one(self, topic: str, subject: str, run: int | None = None) -> dict[str, Any]:
        (row,) = self.found(topic, subject, run)
        return row

    def known(self, key: str, run: int | None = None) -> Known:
        """What a run knew of one finding."""
        (finding,) = [finding for finding in self.results.known(run) if finding.finding_key == key]
        return finding
