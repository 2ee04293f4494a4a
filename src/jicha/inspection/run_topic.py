"""Runs one topic over the lake: bucket by bucket, window from outside, innocence joined to its hits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlglot.expressions as exp

from jicha.inspection.finding import Hit, checked_row
from jicha.inspection.innocence import InnocenceCheck, clearing_query
from jicha.inspection.parameter import Resolved, rows
from jicha.inspection.subjects import owner
from jicha.inspection.topic import SWEEP_WINDOW, Topic
from jicha.kernel.errors import ContentError
from jicha.kernel.period import Month
from jicha.warehouse.catalogue import RUNTIME_RELATIONS
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.model import NUMBER
from jicha.warehouse.slices import Store, Window, swapped

Values = Mapping[str, Mapping[str, Resolved]]


@dataclass(frozen=True, slots=True)
class SweepWindow:
    """The one row of `sweep_window`: hits whose period ends in (from_on, to_on] belong to the sweep.

    `as_of_on` is the business date; nothing later is read. `to_on` is the day after it.
    """

    as_of_on: date
    from_on: date

    @property
    def to_on(self) -> date:
        return self.as_of_on + timedelta(days=1)

    def months(self, lookback: int = 0) -> Window:
        return Window(Month.parse(self.from_on).plus(-lookback), Month.parse(self.as_of_on))

    def query(self, engine: Engine) -> exp.Query:
        return engine.register("sweep_window", SWEEP_WINDOW, [(self.as_of_on, self.from_on, self.to_on)])


@dataclass(frozen=True, slots=True)
class Cleared:
    """A hit an alibi explains: the hit, the check, and the alibi's own row."""

    hit: Hit
    check: InnocenceCheck
    alibi: Mapping[str, Any]


@dataclass
class TopicResult:
    """What one topic found, before packing: uncleared hits, cleared ones with every alibi that clears them."""

    hits: list[Hit] = field(default_factory=list)
    cleared: list[Cleared] = field(default_factory=list)
    cleared_hits: list[Hit] = field(default_factory=list)


def run_topic(
    topic: Topic,
    checks: Iterable[InnocenceCheck],
    store: Store,
    engine: Engine,
    window: SweepWindow,
    values: Mapping[str, Values],
    policies: Mapping[str, exp.Query] | None = None,
) -> TopicResult:
    """All hits of a topic at one manifest. `values` are the resolved parameters by topic name and
    `innocence/<check>`, `policies` the queries of the `policy.*` relations it or its checks read."""
    try:
        return _run(topic, list(checks), store, engine, window, values, policies or {})
    except ContentError as error:
        # The engine knows the statement, not whose it is.
        raise error.placed(topic.content.shown, topic.content.body_line) from error.__cause__


def _run(
    topic: Topic,
    listed: list[InnocenceCheck],
    store: Store,
    engine: Engine,
    window: SweepWindow,
    values: Mapping[str, Values],
    policies: Mapping[str, exp.Query],
) -> TopicResult:
    result = TopicResult()
    thresholds: dict[str, exp.Query] = {}
    buckets: tuple[int | None, ...] = store.buckets() if topic.header.reach == "customer" else (None,)
    runtime = {"sweep_window": window.query(engine), **policies}
    own = runtime | {"parameter": _parameters(engine, topic.name, topic.header.parameters, values)}
    for bucket in buckets:
        queries = own | _queries(topic.reads, store, engine, window, topic.header.lookback_months, bucket)
        hits = _hits(topic, swapped(topic.tree, queries), store, engine, window, bucket)
        alibis: dict[str, exp.Query] = {}
        if hits:
            for check in listed:
                reach = topic.header.lookback_months + check.header.lookback_months
                inputs = _queries(check.reads, store, engine, window, reach, bucket)
                of = f"innocence/{check.name}"
                if of not in thresholds:
                    thresholds[of] = _parameters(engine, of, check.header.parameters, values)
                alibis[check.name] = swapped(check.tree, runtime | inputs | {"parameter": thresholds[of]})
        clear(topic, listed, hits, alibis, engine, result)
    return result


def clear(
    topic: Topic,
    checks: Iterable[InnocenceCheck],
    hits: list[Hit],
    alibis: Mapping[str, exp.Query],
    engine: Engine,
    result: TopicResult,
) -> None:
    """Sorts hits into cleared and standing ones. Clearing is by row, before packing: the month an alibi
    explains leaves the finding, the months it does not explain stay."""
    explained: set[int] = set()
    for check in checks:
        if check.name not in alibis or not hits:
            continue
        for number, alibi in _clearing(topic, check, hits, alibis[check.name], engine):
            explained.add(number)
            result.cleared.append(Cleared(hits[number], check, alibi))
    for number, hit in enumerate(hits):
        (result.cleared_hits if number in explained else result.hits).append(hit)


def _clearing(
    topic: Topic, check: InnocenceCheck, hits: list[Hit], alibis: exp.Query, engine: Engine
) -> Iterable[tuple[int, dict[str, Any]]]:
    subject = check.subject_column
    columns = {"hit_no": "integer", subject: "text", "period_from": "date", "period_to": "date"}
    table = [
        (number, str(hit.row[subject]), hit.row["period_from"], hit.row["period_to"])
        for number, hit in enumerate(hits)
        if hit.row[subject] is not None
    ]
    query = clearing_query(topic, check, engine.register("hit", columns, table), alibis)
    for number, *values in engine.rows(query):
        yield int(number), dict(zip(check.columns, values, strict=True))


def _queries(
    reads: Iterable[str], store: Store, engine: Engine, window: SweepWindow, lookback: int, bucket: int | None
) -> dict[str, exp.Query]:
    """The slices of tables and models a statement reads; runtime relations are the caller's."""
    months = window.months(lookback)
    return {
        read: store.query(engine, read, bucket, months, before=window.to_on)
        for read in reads
        if read not in RUNTIME_RELATIONS and read not in store.catalogue.by_organisation
    }


def _parameters(
    engine: Engine, of: str, declared: Mapping[str, object], values: Mapping[str, Values]
) -> exp.Query:
    name = f"parameter_{of.replace('/', '_')}"
    columns = {"org_id": "text", **dict.fromkeys(declared, NUMBER)}
    return engine.register(name, columns, rows(values[of], declared))


def _hits(
    topic: Topic, query: exp.Query, store: Store, engine: Engine, window: SweepWindow, bucket: int | None
) -> list[Hit]:
    """Rows whose period ends in the window, with the organisation of their subject. A row without an end is
    kept, to be refused by name and not lost."""
    names = list(topic.columns)

    def column(name: str, table: str = "t") -> exp.Column:
        return exp.column(name, table=table, quoted=True)

    end = column("period_to")
    inside = exp.and_(
        exp.GT(this=end, expression=_date(window.from_on)),
        exp.LTE(this=end.copy(), expression=_date(window.to_on)),
    )
    outer = (
        exp.Select(expressions=[column(name) for name in names])
        .from_(exp.alias_(exp.Subquery(this=query), "t", table=True, copy=False), copy=False)
        .where(exp.or_(inside, exp.Is(this=end.copy(), expression=exp.null())), copy=False)
    )
    place = owner(topic.header.subject, topic.columns)
    if place is None:
        outer.select(exp.alias_(exp.null(), "org_of_subject"), copy=False)
    else:
        owners = store.query(engine, place[0], bucket, None)
        outer.select(exp.alias_(column("org_id", "o"), "org_of_subject"), copy=False)
        outer.join(
            exp.alias_(exp.Subquery(this=owners), "o", table=True, copy=False),
            on=exp.EQ(this=column(place[1], "o"), expression=column(place[1])),
            join_type="left",
            copy=False,
        )
    order = (topic.subject_column, "period_from", "period_to")
    outer = outer.order_by(*(column(name) for name in order), copy=False)
    types = store.catalogue.lexicon.types(names)
    return [
        Hit(row=checked_row(topic, dict(zip(names, values, strict=False)), types), org_id=values[len(names)])
        for values in engine.rows(outer)
    ]


def _date(day: date) -> exp.Expression:
    return exp.cast(exp.Literal.string(day.isoformat()), "DATE")
