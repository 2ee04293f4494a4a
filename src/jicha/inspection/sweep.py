"""A sweep: one manifest × one content × one law × one set of parameters, fingerprinted.

Audits first (an error stops what depends on it), then the marts whose inputs changed, then every topic over
its window, then the comparison with the sweep before. The result appears whole or not at all.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from jicha.billing.coverage import coverage
from jicha.billing.relations import BILL
from jicha.inspection.corrections import past_corrections
from jicha.inspection.finding import Observation, observations
from jicha.inspection.fingerprint import (
    content_digest,
    findings_digest,
    folder_digest,
    parameter_rows,
    versions,
)
from jicha.inspection.identity import match
from jicha.inspection.innocence import checks_of, lint_check
from jicha.inspection.organisation import organisation_tree
from jicha.inspection.plan import load_plan
from jicha.inspection.policy import Model, RunPolicy
from jicha.inspection.population import evaluated
from jicha.inspection.presence import Comparer, Correction, TopicState
from jicha.inspection.replaying import ReplayCount, replayed_findings, replays
from jicha.inspection.results import CLEARED_COLUMNS, FINDING_COLUMNS, Results, RunRecord
from jicha.inspection.rows import audit_rows, cleared_rows, finding_rows
from jicha.inspection.run_topic import SweepWindow, TopicResult, run_topic
from jicha.inspection.topic import Topic, lint_topic
from jicha.inspection.window import newest_month, sweep_policy
from jicha.kernel.canonical import digest
from jicha.kernel.errors import ContentError, WorkspaceError
from jicha.kernel.period import Month
from jicha.kernel.text import Text
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.audits import AuditCache, AuditResult, audit_relation, failure
from jicha.warehouse.build import BuildReport, build
from jicha.warehouse.disk import telling_full_disk
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.lake import sweep_leftovers
from jicha.warehouse.lock import writer_lock
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.slices import Store
from jicha.warehouse.workspace import Workspace

#: What each topic that ran found, and its seconds.
Found = dict[str, tuple[TopicResult, float]]

#: progress(stage in both languages, done, total)
Progress = Callable[[Text, int, int], None]

AUDITING = Text(en="Auditing", zh="数据审计")
BUILDING = Text(en="Building marts", zh="构建集市")
SWEEPING = Text(en="Running topics", zh="运行主题")
REPLAYING = Text(en="Replaying bills", zh="重算账单")


@dataclass(frozen=True, slots=True)
class SweepOptions:
    """What the user asked for. None: the newest data, the newest manifest, every active and trial topic."""

    as_of: date | None = None
    known_at: int | None = None
    topics: tuple[str, ...] = ()


def sweep(
    workspace: Workspace,
    roots: ContentRoots,
    engine: Engine,
    options: SweepOptions | None = None,
    *,
    progress: Progress | None = None,
) -> RunRecord:
    """Runs a sweep and returns its record. Raises `WorkspaceError` without data, `ContentError` for content."""
    with telling_full_disk(workspace.path), writer_lock(workspace, "sweep"):
        sweep_leftovers(workspace)
        return _Sweep(workspace, roots, engine, options or SweepOptions(), progress).run()


def _silent(_stage: Text, _done: int, _total: int) -> None:
    """Progress nobody looks at."""


class _Sweep:
    def __init__(
        self,
        workspace: Workspace,
        roots: ContentRoots,
        engine: Engine,
        options: SweepOptions,
        progress: Progress | None,
    ) -> None:
        self.started = datetime.now(UTC)
        self.clock = time.monotonic()
        self.workspace, self.roots, self.engine, self.options = workspace, roots, engine, options
        self.progress = progress or _silent
        self.plan = load_plan(roots, options.topics)
        head = Manifest.head(workspace)
        self.manifest = head if options.known_at is None else Manifest.load(workspace, options.known_at)
        self.store = Store(workspace, self.manifest, self.plan.catalogue)
        self.window = self._window()
        self.results = Results(workspace)
        self.audits: list[AuditResult] = []
        self.skipped: dict[str, Text] = {}
        self.policy = RunPolicy({}, {})
        self.packed: dict[str, list[Observation]] = {}
        self.replayed: ReplayCount | None = None
        self.corrected: dict[tuple[str, int], tuple[Correction, ...]] = {}
        self.is_retrospective = False
        self.baseline = self._baseline(head)

    def run(self) -> RunRecord:
        cache = AuditCache(self.workspace.lake / "audits.json")
        running = self._running()
        report = self._prepare(running, cache)
        cache.save()
        self.policy = self._resolve_policy(running)
        found = self._run_topics(running, report)
        return self._record(found, report)

    # -- before the topics ---------------------------------------------------------------------------

    def _window(self) -> SweepWindow:
        tables = [n for n, t in self.plan.catalogue.core.items() if t.status == "active" and t.partition_on]
        months = self.store.months(tables)
        if months is None:
            raise WorkspaceError(
                "no_data",
                en="the lake holds no dated rows yet; run `jicha ingest` first",
                zh="数据湖中尚无带日期的数据; 请先运行 `jicha ingest`",
                file=self.workspace.path,
            )
        policy = sweep_policy(self.roots)
        as_of = self.options.as_of or newest_month(self.manifest, tables, policy.gap_months).last
        if as_of < months.first.first:
            raise WorkspaceError(
                "before_data",
                en=f"--as-of {as_of} lies before the first data of {months.first.first}",
                zh=f"--as-of {as_of} 早于最早数据日期 {months.first.first}",
            )
        return SweepWindow(as_of_on=as_of, from_on=Month.parse(as_of).plus(1 - policy.window_months).first)

    def _baseline(self, head: Manifest) -> RunRecord | None:
        """The last sweep of the chain. A sweep of an older manifest or an earlier day is a look back: it is
        compared with what was known then and changes nothing that later sweeps compare with."""
        newest_first = map(self.results.record, reversed(self.results.runs()))
        chain = (record for record in newest_first if not record.is_retrospective)
        last = next(chain, None)
        earlier_day = last is not None and self.window.as_of_on.isoformat() < last.as_of_on
        self.is_retrospective = self.manifest.number < head.number or earlier_day
        if not self.is_retrospective:
            return last
        if last is None:
            return None
        as_of = self.window.as_of_on.isoformat()
        fitting = (
            record
            for record in itertools.chain([last], chain)
            if record.manifest <= self.manifest.number and record.as_of_on <= as_of
        )
        return next(fitting, None)

    def _running(self) -> list[Topic]:
        running = []
        for name, topic in self.plan.topics.items():
            if self.plan.selected and name not in self.plan.selected:
                self.skipped[name] = Text(en="not selected for this sweep", zh="本批次未选择")
            elif topic.header.status not in ("active", "trial"):
                self.skipped[name] = Text(
                    en=f"the topic's status is {topic.header.status}", zh=f"主题状态为 {topic.header.status}"
                )
            else:
                running.append(topic)
        return running

    def _prepare(self, running: Sequence[Topic], cache: AuditCache) -> BuildReport:
        catalogue = self.plan.catalogue
        reads = {read for topic in running for read in (*topic.reads, topic.header.population)}
        for topic in running:
            reads |= {read for check in checks_of(topic, self.plan.checks) for read in check.reads}
            reads |= replays(topic)
        if not self.plan.selected:
            reads.add(BILL)  # its coverage is told whether or not a topic needs it
        marts = catalogue.upstream(reads)
        core = [name for name, table in catalogue.core.items() if table.status == "active"]
        blocked: dict[str, Text] = {}
        for number, name in enumerate(core):
            self.progress(AUDITING, number, len(core))
            failed = self._audit(name, cache)
            if failed is not None:
                blocked[name] = failed
        self.progress(AUDITING, len(core), len(core))
        if any(mart.policy is not None for mart in marts):
            tree = organisation_tree(self.store, self.engine)
            self.store.catalogue = catalogue.resolved(tree.parents)
        return build(
            marts,
            self.store,
            self.engine,
            blocked=blocked,
            after=lambda mart: self._audit(mart.name, cache),
            progress=lambda _, done, total: self.progress(BUILDING, done, total),
        )

    def _audit(self, name: str, cache: AuditCache) -> Text | None:
        catalogue = self.plan.catalogue
        source: Any = catalogue.marts.get(name) or catalogue.core[name]
        found = audit_relation(name, source.audits, self.store, self.engine, catalogue.lexicon, cache)
        self.audits += found
        failed = failure(found)
        return None if failed is None else failed.text

    def _resolve_policy(self, running: Sequence[Topic]) -> RunPolicy:
        tree = organisation_tree(self.store, self.engine)
        models: list[Model] = list(running)
        models += [check for topic in running for check in checks_of(topic, self.plan.checks)]
        return RunPolicy.resolved(
            models, self.plan.catalogue, self.plan.overrides, tree, self.window.as_of_on
        )

    # -- the topics ----------------------------------------------------------------------------------

    def _run_topics(self, running: Sequence[Topic], report: BuildReport) -> Found:
        found: Found = {}
        policies = self.policy.queries(self.engine, self.plan.catalogue)
        for number, topic in enumerate(running):
            self.progress(SWEEPING, number, len(running))
            checks = checks_of(topic, self.plan.checks)
            reads = [
                *topic.reads,
                topic.header.population,
                *(read for check in checks for read in check.reads),
            ]
            reason = next((report.blocked[read] for read in reads if read in report.blocked), None)
            if reason is not None:
                self.skipped[topic.name] = reason
                continue
            clock = time.monotonic()
            try:
                lint_topic(topic, self.plan.catalogue)
                for check in checks:
                    lint_check(check, self.plan.catalogue)
                result = run_topic(
                    topic, checks, self.store, self.engine, self.window, self.policy.values, policies
                )
                self.packed[topic.name] = observations(topic, result.hits)
            except ContentError as error:
                # One broken topic must not cost the others their sweep; its findings become not_evaluated.
                self.skipped[topic.name] = error.rendered
                continue
            found[topic.name] = (result, time.monotonic() - clock)
        self.progress(SWEEPING, len(running), len(running))
        return found

    # -- after the topics ----------------------------------------------------------------------------

    def _record(self, found: Found, report: BuildReport) -> RunRecord:
        run = max(self.results.runs(), default=0) + 1
        before = self.results.known(self.baseline.run) if self.baseline else []
        packed = self._replayed([each for name in found for each in self.packed[name]], report)
        matching = match(packed, before)
        comparer = Comparer(
            run=run,
            manifest=self.manifest.number,
            topics=self._states(found),
            parameter_digest=self._parameter_digest,
            evaluated=lambda name, findings: evaluated(
                self.plan.topics[name], findings, self.store, self.engine, self.window
            ),
            corrections=self._corrections,
        )
        comparison = comparer.compare(
            matching.observations, before, matching.merged_into, matching.split_from
        )
        presence = {known.finding_key: known for known in comparison.known}
        rows = finding_rows(matching.observations, presence, self.plan.topics)
        cleared = cleared_rows(found, self.plan.topics)
        record = self._run_record(run, found, report, comparison.counts, rows)
        types = self.plan.catalogue.lexicon
        self.results.write(
            record, rows, cleared, comparison.known, types.types([*FINDING_COLUMNS, *CLEARED_COLUMNS])
        )
        return record

    def _replayed(self, found: Sequence[Observation], report: BuildReport) -> list[Observation]:
        self.progress(REPLAYING, 0, 1)
        blocked = report.blocked.get(BILL)
        told, self.replayed = replayed_findings(found, self.plan.topics, self.store, self.engine, blocked)
        self.progress(REPLAYING, 1, 1)
        return told

    def _states(self, found: Found) -> dict[str, TopicState]:
        states: dict[str, TopicState] = {}
        for name, topic in self.plan.topics.items():
            cleared: tuple[Observation, ...] = ()
            if name in found:
                cleared = tuple(observations(topic, found[name][0].cleared_hits))
            states[name] = TopicState(
                digest=self._topic_digest(topic),
                needs=topic.header.needs,
                window_from=self.window.from_on,
                skipped=self.skipped.get(name),
                cleared=cleared,
            )
        return states

    def _corrections(self, name: str, since: int) -> tuple[Correction, ...]:
        """Corrections under a topic since a manifest, read once for all findings last seen then."""
        if (name, since) not in self.corrected:
            found = past_corrections(self.plan.topics[name], since, self.store, self.engine)
            self.corrected[name, since] = tuple(found)
        return self.corrected[name, since]

    def _topic_digest(self, topic: Topic) -> str:
        checks = checks_of(topic, self.plan.checks)
        reads = [*topic.reads, *replays(topic), *(read for check in checks for read in check.reads)]
        marts = [mart.digest for mart in self.plan.catalogue.upstream(reads)]
        return digest([topic.digest, sorted(marts), [check.digest for check in checks]])

    def _parameter_digest(self, name: str, org_id: str | None) -> str:
        topic = self.plan.topics.get(name)
        if topic is None:
            return ""
        return self.policy.digest_for((topic, *checks_of(topic, self.plan.checks)), org_id)

    def _run_record(
        self,
        run: int,
        found: Found,
        report: BuildReport,
        counts: dict[str, int],
        rows: Sequence[Mapping[str, Any]],
    ) -> RunRecord:
        content, law = content_digest(self.roots), folder_digest(self.roots, "law")
        parameters = self.policy.digest
        made_of = [
            self.manifest.lake_digest,
            content,
            law,
            parameters,
            self.window.as_of_on,
            self.window.from_on,
            list(self.plan.selected),
        ]
        return RunRecord(
            run=run,
            started_at=self.started.isoformat(timespec="seconds"),
            finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
            as_of_on=self.window.as_of_on.isoformat(),
            window_from_on=self.window.from_on.isoformat(),
            manifest=self.manifest.number,
            lake_digest=self.manifest.lake_digest,
            content_digest=content,
            law_digest=law,
            parameter_digest=parameters,
            fingerprint=digest(made_of),
            findings_digest=findings_digest(rows),
            engine=self.engine.name,
            versions=versions(self.engine),
            baseline_run=self.baseline.run if self.baseline else None,
            is_retrospective=self.is_retrospective,
            topics={
                name: {
                    "hits": len(result.hits),
                    "cleared": len(result.cleared_hits),
                    "seconds": round(seconds, 3),
                }
                for name, (result, seconds) in found.items()
            },
            skipped={name: {"en": text.en, "zh": text.zh} for name, text in sorted(self.skipped.items())},
            counts=counts,
            built=report.rebuilt,
            reused=report.reused,
            audits=audit_rows(self.audits),
            parameters=parameter_rows(self.policy.values),
            seconds=round(time.monotonic() - self.clock, 3),
            replay={} if self.replayed is None else self.replayed.as_json(),
            bills=coverage(self.store, self.engine).as_json() if self.store.built.get(BILL) else None,
        )
