"""Hits become findings: one per state, episode or event, whatever the number of rows behind it.

The identity of a finding lasts: its key is made of the topic's uid, the subject and the number of the
episode or the id of the event, never of a date, a value, a threshold or a file name. An observation (what
one sweep saw) is immutable; a finding is the chain of its observations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from jicha.inspection.topic import ROW, Topic
from jicha.kernel.canonical import digest, dumps, short_key
from jicha.kernel.errors import ContentError
from jicha.kernel.text import Text

#: Weakest method first: a sum is only as good as its weakest part.
METHODS = ("none", "estimated", "computed", "replayed")


@dataclass(frozen=True, slots=True)
class Hit:
    """One row of a topic that no alibi cleared. `org_id` is the subject's station."""

    row: Mapping[str, Any]
    org_id: str | None


@dataclass(frozen=True, slots=True)
class Observation:
    """What one sweep saw of one finding. Energy in kWh; money in yuan, + owed to the utility, - to the customer.

    `number` tells the episodes of a subject apart (None where identity is state or event) and is only final
    after `jicha.inspection.identity` has matched it with what was known before.
    """

    topic: str
    uid: str
    identity: str
    severity: str
    subject: str
    subject_id: str
    customer_id: str | None
    org_id: str | None
    number: int | None
    event_id: str | None
    period_from: date
    period_to: date
    observed_value: Decimal | None
    expected_value: Decimal | None
    impact_kwh: Decimal | None
    impact_yuan: Decimal | None
    impact_method: str
    is_partial_impact: bool
    evidence: str
    #: What replaying its bills came to, by bill and charge (canonical JSON); None where the topic replays nothing.
    replay: str | None = None

    @property
    def key(self) -> str:
        mark: object = self.event_id if self.identity == "event" else self.number
        return short_key(self.uid, self.subject_id, mark)

    @property
    def digest(self) -> str:
        """Changes exactly when what was seen changes."""
        seen: list[object] = [
            self.period_from,
            self.period_to,
            self.observed_value,
            self.expected_value,
            self.impact_kwh,
            self.impact_yuan,
            self.impact_method,
            self.evidence,
        ]
        return digest(seen if self.replay is None else [*seen, self.replay])

    def numbered(self, number: int) -> Observation:
        return replace(self, number=number)


#: Python types of a lexicon type's values as engines return them.
_VALUES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "date": (date,),
    "timestamp": (datetime,),
    "double": (float, int, Decimal),
    "decimal": (Decimal, int),
}


def checked_row(topic: Topic, row: dict[str, Any], types: Mapping[str, str]) -> dict[str, Any]:
    """The row, if it is one a finding can be made of; else `ContentError` with the topic's file and line."""
    fault = _fault(topic, row, types)
    if fault is None:
        return row
    raise _bad_row(topic, fault)


def _bad_row(topic: Topic, fault: Text, code: str = "bad_row") -> ContentError:
    return ContentError(
        code,
        en=f"the topic returned a row that is no finding: {fault.en}",
        zh=f"主题返回的行不能成为疑似问题: {fault.zh}",
        file=topic.content.shown,
        line=topic.content.body_line,
    )


def _fault(topic: Topic, row: Mapping[str, Any], types: Mapping[str, str]) -> Text | None:
    needed = [topic.subject_column, "period_from", "period_to"]
    if topic.header.identity == "event":
        needed.append("event_id")
    for name in needed:
        if row[name] is None:
            return Text(en=f"{name} is empty", zh=f"{name} 为空")
    for name, value in row.items():
        kinds = _VALUES[types[name].partition("(")[0]]
        if value is not None and (
            not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds)
        ):
            return Text(
                en=f"{name} is {value!r}, not {types[name]}", zh=f"{name} 的值 {value!r} 不是 {types[name]}"
            )
    if row["period_from"] >= row["period_to"]:
        return Text(en="period_from is not before period_to", zh="period_from 不早于 period_to")
    if row["impact_method"] not in METHODS:
        method = row["impact_method"]
        return Text(en=f"impact_method {method!r} is unknown", zh=f"未知的 impact_method {method!r}")
    return None


def observations(topic: Topic, hits: Iterable[Hit]) -> list[Observation]:
    """The topic's hits packed by its identity, sorted by subject and period."""
    column = topic.subject_column
    ordered = sorted(hits, key=lambda hit: _order(hit, column))
    packed: list[Observation] = []
    for subject_id, group in groupby(ordered, key=lambda hit: str(hit.row[column])):
        for rows in _groups(topic, list(group)):
            packed.append(_pack(topic, subject_id, rows))
    return packed


def _order(hit: Hit, column: str) -> tuple[Any, ...]:
    row = hit.row
    return (
        str(row[column]),
        row["period_from"],
        row["period_to"],
        str(row.get("event_id") or ""),
        dumps(dict(row)),
    )


def _groups(topic: Topic, hits: Sequence[Hit]) -> Iterable[list[Hit]]:
    """Rows that are one finding: all of a state, touching ones of an episode, those of one event id."""
    identity = topic.header.identity
    if identity == "state":
        yield list(hits)
        return
    if identity == "event":
        by_event: dict[str, list[Hit]] = {}
        for hit in hits:
            if hit.row["event_id"] is None:
                raise _bad_row(topic, Text(en="event_id is empty", zh="event_id 为空"), "event_without_id")
            by_event.setdefault(str(hit.row["event_id"]), []).append(hit)
        yield from by_event.values()
        return
    episode: list[Hit] = []
    end = date.min
    for hit in hits:
        if episode and hit.row["period_from"] > end:
            yield episode
            episode, end = [], date.min
        episode.append(hit)
        end = max(end, hit.row["period_to"])
    if episode:
        yield episode


def _pack(topic: Topic, subject_id: str, hits: Sequence[Hit]) -> Observation:
    rows = [hit.row for hit in hits]
    latest = max(rows, key=lambda row: (row["period_to"], row["period_from"]))
    whole = topic.header.pack == "sum"
    return Observation(
        topic=topic.name,
        uid=topic.header.uid,
        identity=topic.header.identity,
        severity=topic.header.severity,
        subject=topic.header.subject,
        subject_id=subject_id,
        customer_id=_text(latest.get("customer_id")),
        org_id=next((hit.org_id for hit in hits if hit.row is latest), None),
        number=None,
        event_id=_text(latest.get("event_id")),
        period_from=min(row["period_from"] for row in rows),
        period_to=max(row["period_to"] for row in rows),
        observed_value=_total(rows, "observed_value") if whole else latest["observed_value"],
        expected_value=_total(rows, "expected_value") if whole else latest["expected_value"],
        impact_kwh=_total(rows, "impact_kwh"),
        impact_yuan=_total(rows, "impact_yuan"),
        impact_method=_method(rows),
        is_partial_impact=_is_partial(rows),
        evidence=dumps([_evidence(topic, row) for row in rows]),
    )


def _evidence(topic: Topic, row: Mapping[str, Any]) -> dict[str, Any]:
    return {column: row[column] for column in topic.columns if column in ROW or column in topic.evidence}


def _total(rows: Sequence[Mapping[str, Any]], column: str) -> Decimal | None:
    known = [row[column] for row in rows if row[column] is not None]
    return sum(known[1:], known[0]) if known else None


def _is_partial(rows: Sequence[Mapping[str, Any]]) -> bool:
    missing = [row["impact_yuan"] is None for row in rows]
    return any(missing) and not all(missing)


def _method(rows: Sequence[Mapping[str, Any]]) -> str:
    priced = [str(row["impact_method"]) for row in rows if row["impact_yuan"] is not None]
    return min(priced, key=METHODS.index) if priced else "none"


def _text(value: object) -> str | None:
    return None if value is None else str(value)
