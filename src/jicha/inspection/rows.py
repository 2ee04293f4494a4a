"""A sweep's results as rows: findings in rank order, and the hits innocence checks explained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from jicha.inspection.finding import Observation
from jicha.inspection.known import Known
from jicha.inspection.run_topic import TopicResult
from jicha.inspection.topic import Topic
from jicha.kernel.canonical import dumps
from jicha.warehouse.audits import AuditResult

_SEVERITY_RANK = {"high": 0, "medium": 1, "low": 2}


def finding_rows(
    found: Iterable[Observation], known: Mapping[str, Known], topics: Mapping[str, Topic]
) -> list[dict[str, Any]]:
    """One row per finding, the gravest and dearest first; money counts by size, whoever owes it."""
    rows = [_row(observation, known[observation.key], topics[observation.topic]) for observation in found]
    return sorted(rows, key=_rank)


def _rank(row: Mapping[str, Any]) -> tuple[Any, ...]:
    size = abs(row["impact_yuan"]) if row["impact_yuan"] is not None else Decimal(0)
    return (_SEVERITY_RANK[row["severity_code"]], -size, row["topic"], row["finding_key"])


def _row(observation: Observation, known: Known, topic: Topic) -> dict[str, Any]:
    return {
        "finding_key": observation.key,
        "topic": observation.topic,
        "topic_uid": observation.uid,
        "topic_code": topic.header.code,
        "severity_code": observation.severity,
        "identity_code": observation.identity,
        "subject_type_code": observation.subject,
        "subject_id": observation.subject_id,
        "customer_id": observation.customer_id,
        "org_id": observation.org_id,
        "episode_no": observation.number,
        "event_id": observation.event_id,
        "period_from": observation.period_from,
        "period_to": observation.period_to,
        "observed_value": observation.observed_value,
        "expected_value": observation.expected_value,
        "impact_kwh": observation.impact_kwh,
        "impact_yuan": observation.impact_yuan,
        "impact_method": observation.impact_method,
        "is_partial_impact": observation.is_partial_impact,
        "presence_code": known.presence,
        "first_run_no": known.first_run,
        "evidence_json": observation.evidence,
        "replay_json": observation.replay,
        "observation_digest": observation.digest,
    }


def cleared_rows(
    found: Mapping[str, tuple[TopicResult, float]], topics: Mapping[str, Topic]
) -> list[dict[str, Any]]:
    """One row per hit and alibi that clears it, sorted."""
    rows = [
        {
            "topic": name,
            "subject_type_code": topics[name].header.subject,
            "subject_id": str(cleared.hit.row[topics[name].subject_column]),
            "customer_id": cleared.hit.row.get("customer_id"),
            "org_id": cleared.hit.org_id,
            "period_from": cleared.hit.row["period_from"],
            "period_to": cleared.hit.row["period_to"],
            "impact_kwh": cleared.hit.row["impact_kwh"],
            "impact_yuan": cleared.hit.row["impact_yuan"],
            "check_name": cleared.check.name,
            "reason_en": cleared.check.reason.en,
            "reason_zh": cleared.check.reason.zh,
            "valid_from": cleared.alibi["valid_from"],
            "valid_to": cleared.alibi["valid_to"],
            "evidence_json": dumps({c: cleared.hit.row[c] for c in topics[name].evidence}),
            "alibi_json": dumps({c: cleared.alibi[c] for c in cleared.check.evidence}),
        }
        for name, (result, _) in found.items()
        for cleared in result.cleared
    ]
    return sorted(
        rows, key=lambda row: (row["topic"], row["subject_id"], row["period_from"], row["check_name"])
    )


def audit_rows(results: Iterable[AuditResult]) -> list[dict[str, Any]]:
    """One row per audit that was asked, in the order asked."""
    return [
        {
            "relation": result.relation,
            "audit": result.audit.label,
            "level": result.audit.level,
            "violations": result.violations,
        }
        for result in results
    ]
