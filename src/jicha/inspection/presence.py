"""Compares a sweep with the one before: what is new, still there or changed, and why the rest is absent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from jicha.inspection.finding import Observation
from jicha.inspection.known import Known
from jicha.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Evaluated:
    """How far a subject was looked at in this sweep: `shares` of each declared need, 0 to 1; `org_id` is the
    organisation it belongs to today, where the caller knows it. A subject whose organisation is not among
    the organisations (`has_organisation` false) is judged by no topic."""

    shares: Mapping[str, float]
    org_id: str | None = None
    has_organisation: bool = True


@dataclass(frozen=True, slots=True)
class TopicState:
    """One topic in this sweep. `skipped` says why it did not run (None: it ran)."""

    digest: str
    needs: Mapping[str, float]
    window_from: date
    skipped: Text | None = None
    cleared: tuple[Observation, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """A fact of the past that a later file changed (`origin` is its file and row) or took back (`origin` is
    where the fact had stood). `area_id` is the area its customer is filed in, where the caller knows it."""

    customer_id: str
    table: str
    first_on: date
    last_on: date
    origin: str
    is_removal: bool = False
    area_id: str | None = None

    def concerns(self, finding: Known) -> bool:
        """Whether the fact is one of the finding's days and of its customer, or of its area."""
        if self.first_on >= finding.period_to or self.last_on < finding.period_from:
            return False
        if finding.customer_id is not None:
            return self.customer_id == finding.customer_id
        return self.area_id is not None and self.area_id == finding.subject_id


@dataclass
class Comparison:
    """The sweep's findings as `Known`, those no longer seen included; `counts` by presence."""

    known: list[Known] = field(default_factory=list)
    judged: list[Known] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """By presence, of what this sweep judged; what was final before is remembered, not counted again."""
        counts: dict[str, int] = {}
        for finding in self.judged:
            counts[finding.presence] = counts.get(finding.presence, 0) + 1
        return counts


@dataclass(frozen=True)
class Comparer:
    """Judges absences. `evaluated` answers, for the findings asked, how far their subjects were looked at;
    a finding it does not return was outside the topic's population. `corrections` answers which past facts a
    topic reads were corrected since a manifest."""

    run: int
    manifest: int
    topics: Mapping[str, TopicState]
    parameter_digest: Callable[[str, str | None], str]
    evaluated: Callable[[str, Iterable[Known]], Mapping[str, Evaluated]]
    corrections: Callable[[str, int], Iterable[Correction]]

    def compare(
        self,
        observations: Iterable[Observation],
        before: Iterable[Known],
        merged_into: Mapping[str, str],
        split_from: Mapping[str, str],
    ) -> Comparison:
        """Every observation and every open finding of `before` appears exactly once in the result."""
        earlier = {finding.finding_key: finding for finding in before}
        comparison = Comparison()
        seen: set[str] = set()
        for observation in observations:
            seen.add(observation.key)
            comparison.judged.append(self._present(observation, earlier.get(observation.key), split_from))
        unseen = [finding for key, finding in earlier.items() if key not in seen]
        for topic, findings in _by_topic([f for f in unseen if f.is_open]).items():
            comparison.judged += self._absent(topic, findings, merged_into)
        comparison.known = [*comparison.judged, *(f for f in unseen if not f.is_open)]
        return comparison

    def _present(self, seen: Observation, earlier: Known | None, split_from: Mapping[str, str]) -> Known:
        if earlier is None:
            presence = "new"
        elif not earlier.is_open:
            presence = "reappeared"
        else:
            presence = "still_there" if earlier.observation_digest == seen.digest else "changed"
        return Known(
            finding_key=seen.key,
            topic=seen.topic,
            uid=seen.uid,
            identity=seen.identity,
            subject_id=seen.subject_id,
            customer_id=seen.customer_id,
            org_id=seen.org_id,
            number=seen.number,
            event_id=seen.event_id,
            period_from=seen.period_from,
            period_to=seen.period_to,
            observation_digest=seen.digest,
            topic_digest=self.topics[seen.topic].digest,
            parameter_digest=self.parameter_digest(seen.topic, seen.org_id),
            manifest=self.manifest,
            first_run=self.run if earlier is None else earlier.first_run,
            last_run=self.run,
            presence=presence,
            reason_en="",
            reason_zh="",
            other_key=split_from.get(seen.key),
        )

    def _absent(self, topic: str, findings: list[Known], merged_into: Mapping[str, str]) -> Iterable[Known]:
        looked_at = self.evaluated(topic, findings) if topic in self.topics else {}
        for finding in findings:
            presence, reason, other = self._why_absent(
                finding, looked_at.get(finding.finding_key), merged_into
            )
            yield replace(
                finding, presence=presence, reason_en=reason.en, reason_zh=reason.zh, other_key=other
            )

    def _why_absent(
        self, finding: Known, looked_at: Evaluated | None, merged_into: Mapping[str, str]
    ) -> tuple[str, Text, str | None]:
        state = self.topics.get(finding.topic)
        if state is None:
            return "not_evaluated", Text("the topic no longer exists", "主题已不存在"), None
        if state.skipped is not None:
            return "not_evaluated", state.skipped, None
        if state.digest != finding.topic_digest:
            return (
                "topic_changed",
                Text(
                    "the topic, a mart or a check it reads was changed", "主题或其依赖的集市、排除检查已修改"
                ),
                None,
            )
        # The thresholds of today are those of the organisation the subject belongs to today.
        org_id = looked_at.org_id if looked_at and looked_at.org_id else finding.org_id
        if self.parameter_digest(finding.topic, org_id) != finding.parameter_digest:
            return "topic_changed", Text("a parameter of the topic was changed", "主题参数已调整"), None
        if any(_is_same(finding, cleared) for cleared in state.cleared):
            return "cleared", Text("an innocence check now explains it", "排除检查现已作出解释"), None
        if finding.finding_key in merged_into:
            return (
                "merged",
                Text("it grew together with another episode", "与另一时段合并"),
                merged_into[finding.finding_key],
            )
        if finding.period_to <= state.window_from:
            return (
                "outside_window",
                Text(
                    f"it ended before {state.window_from.isoformat()}",
                    f"结束于 {state.window_from.isoformat()} 之前",
                ),
                None,
            )
        if looked_at is None:
            return (
                "not_evaluated",
                Text("the subject is no longer in the topic's population", "对象已不在主题的检查范围内"),
                None,
            )
        if not looked_at.has_organisation:
            reason = Text("its organisation is not among the organisations", "所属单位不在组织机构中")
            return "not_evaluated", reason, None
        for need, share in sorted(state.needs.items()):
            seen = looked_at.shares.get(need, 0)
            if seen < share:
                return (
                    "too_little_data",
                    Text(
                        f"{need}: {seen:.0%} observed, {share:.0%} needed",
                        f"{need}: 实有 {seen:.0%}, 需要 {share:.0%}",
                    ),
                    None,
                )
        for correction in self.corrections(finding.topic, finding.manifest):
            if correction.concerns(finding):
                return "withdrawn", _withdrawal(correction), None
        return "gone", Text("looked at again and not there", "再次检查, 问题已不存在"), None


def _withdrawal(correction: Correction) -> Text:
    table, origin = correction.table, correction.origin
    if correction.is_removal:
        return Text(
            f"{table}: a row that had stood in {origin} was taken back",
            f"{table}: 原在 {origin} 的数据已撤回",
        )
    return Text(f"{table} was corrected by {origin}", f"{table} 的数据已由 {origin} 更正")


def _is_same(finding: Known, cleared: Observation) -> bool:
    if (finding.uid, finding.subject_id) != (cleared.uid, cleared.subject_id):
        return False
    if finding.identity == "event":
        return finding.event_id == cleared.event_id
    return finding.overlap(cleared.period_from, cleared.period_to) > 0


def _by_topic(findings: Iterable[Known]) -> dict[str, list[Known]]:
    grouped: dict[str, list[Known]] = {}
    for finding in findings:
        grouped.setdefault(finding.topic, []).append(finding)
    return dict(sorted(grouped.items()))
