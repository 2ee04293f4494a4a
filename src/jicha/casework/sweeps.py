"""What a sweep of the workspace says, as casework takes it: findings to take in, and findings looked at again.

Who did the work that would be inspected comes from the lake: the reader of a customer's book, the manager of an area.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from jicha.casework.seeing import CLOSERS, Looked, Seen
from jicha.inspection.results import Results
from jicha.inspection.topic import Topic, subject_column
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.slices import Store, statement, swapped

#: Only these raise leads.
ACTIVE = "active"


def seen_of(
    results: Results,
    topics: Mapping[str, Topic],
    works: Mapping[str, Mapping[str, str]],
    run: int | None = None,
) -> tuple[int, list[Seen], dict[str, str]]:
    """The run, its findings as leads are made of them, and why others make none, by finding.

    `works`: customer or area -> staff number -> duty of those who did the work there (`works_of`).
    """
    record = results.record(run)
    found: list[Seen] = []
    left_out: dict[str, str] = {}
    for row in results.findings(record.run):
        topic = topics.get(row["topic"])
        if topic is None or topic.header.status != ACTIVE:
            left_out[row["finding_key"]] = "topic_not_active"
            continue
        found.append(_seen(row, topic, works))
    return record.run, found, left_out


def looked_of(results: Results, repeated: Iterable[str] = (), run: int | None = None) -> dict[str, Looked]:
    """Every finding the run judged, by key. `repeated`: findings whose unit had the same event again since."""
    record = results.record(run)
    again = set(repeated)
    return {
        known.finding_key: Looked(
            finding_key=known.finding_key,
            presence=known.presence,
            as_of=date.fromisoformat(record.as_of_on),
            run=record.run,
            observation_digest=known.observation_digest,
            is_repeated=known.finding_key in again,
        )
        for known in results.known(record.run)
    }


def works_of(store: Store, engine: Engine) -> dict[str, dict[str, str]]:
    """Who reads whose meter and who manages which area, by customer and by area."""
    query = statement(
        "select c.customer_id as place_id, b.reader_id as staff_id, 'reader' as duty from customer as c "
        "join reading_book as b on b.reading_book_id = c.reading_book_id where b.reader_id is not null "
        "union all "
        "select a.area_id as place_id, a.manager_id as staff_id, 'area_manager' as duty from area as a "
        "where a.manager_id is not null"
    )
    names = ("customer", "reading_book", "area")
    queries = {name: store.query(engine, f"core.{name}", None, None) for name in names}
    works: dict[str, dict[str, str]] = {}
    for place, staff, duty in engine.rows(swapped(query, queries)):
        works.setdefault(str(place), {})[str(staff)] = str(duty)
    return works


def resolved(topic: Topic) -> tuple[str, int | None]:
    """How orders of the topic close, and how many quiet months that takes."""
    told: Any = topic.header.resolved_when
    if isinstance(told, str):
        return told, None
    closer = next(name for name in CLOSERS if name in told)
    return closer, int(told[closer]["months"])


def _seen(row: Mapping[str, Any], topic: Topic, works: Mapping[str, Mapping[str, str]]) -> Seen:
    closer, months = resolved(topic)
    subject = {subject_column(row["subject_type_code"]): str(row["subject_id"])}
    if row["customer_id"]:
        subject["customer_id"] = str(row["customer_id"])
    doers = works.get(str(row["customer_id"] or row["subject_id"]), {})
    if row["subject_type_code"] == "area":
        manager = next((staff for staff, duty in doers.items() if duty == "area_manager"), "")
        subject["area_manager_id"] = manager
    return Seen(
        finding_key=row["finding_key"],
        topic=row["topic"],
        severity=row["severity_code"],
        subject_type=row["subject_type_code"],
        subject=subject,
        customer_id=row["customer_id"],
        org_id=row["org_id"],
        period_from=row["period_from"],
        period_to=row["period_to"],
        impact_kwh=row["impact_kwh"],
        impact_yuan=row["impact_yuan"],
        impact_method=row["impact_method"],
        is_partial_impact=row["is_partial_impact"],
        observation_digest=row["observation_digest"],
        presence=row["presence_code"],
        closer=closer,
        quiet_months=months,
        verify_days=topic.header.verify_days,
        doers=dict(doers),
    )
