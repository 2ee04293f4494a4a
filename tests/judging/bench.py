"""A town of eight customers, held in memory: causes and findings are written by hand, the figures are exact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import sqlglot.expressions as exp

from jicha.inspection.content import load_catalogue
from jicha.inspection.run_topic import SweepWindow
from jicha.judging.judge import PLANTED, Judge, JudgedTopic
from jicha.judging.rulebook import Rulebook, load_rulebook
from jicha.judging.scorecard import Scorecard
from jicha.judging.sees import Verdict
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.engines.duckdb import DuckDBEngine

#: Judged days: 2026-01-01 to 2026-06-30.
WINDOW = SweepWindow(as_of_on=date(2026, 6, 30), from_on=date(2026, 1, 1))
#: Two topics that claim money and one that does not.
TOPICS = (
    JudgedTopic("reading/drop", "MR-006", is_priced=True),
    JudgedTopic("reading/zero", "MR-004", is_priced=True),
    JudgedTopic("losses/high", "LL-001", is_priced=False),
)
DROP, ZERO, HIGH = (topic.name for topic in TOPICS)
SEES = (
    ("bypass", DROP, "ought"),
    ("bypass", "MR-004", "ought"),
    ("bypass", HIGH, "may"),
    ("link", "LL-001", "ought"),
    ("moved", "*", "must_not"),
    ("moved", HIGH, "may"),
    ("later", "AT-001", "ought"),
)
CUSTOMERS = [f"C{number}" for number in range(1, 9)]

Row = dict[str, Any]


@cache
def rulebook() -> Rulebook:
    return load_rulebook(load_catalogue(ContentRoots.find()))


def cause(name: str, subject: str, first: str = "2026-02-01", last: str = "2026-04-01", **more: Any) -> Row:
    """A planted cause; `subject` is a customer, or `kind:id`. Its span is half-open."""
    kind, _, of = subject.rpartition(":")
    return {
        "cause": name,
        "blame_code": "innocent" if name == "moved" else "data" if name == "link" else "guilty",
        "planted_subject": kind or "customer",
        "subject_id": of,
        "customer_id": None if kind else of,
        "valid_from": date.fromisoformat(first),
        "valid_to": date.fromisoformat(last),
        "energy_yuan": Decimal("0.00"),
    } | more


def finding(
    topic: str, subject: str, first: str = "2026-02-01", last: str = "2026-04-01", yuan: str | None = None
) -> Row:
    """A finding or cleared hit; `subject` is a metering point, or `kind:id`."""
    kind, _, of = subject.rpartition(":")
    return {
        "topic": topic,
        "subject_type_code": kind or "metering_point",
        "subject_id": of,
        "customer_id": None,
        "period_from": date.fromisoformat(first),
        "period_to": date.fromisoformat(last),
        "impact_yuan": None if yuan is None else Decimal(yuan),
    }


def judged(
    causes: Iterable[Row] = (),
    findings: Iterable[Row] = (),
    cleared: Iterable[Row] = (),
    *,
    customers: Sequence[str] = CUSTOMERS,
    readings: Mapping[str, int] | None = None,
    sees: Iterable[tuple[str, str, str]] = SEES,
    topics: Iterable[JudgedTopic] = TOPICS,
) -> Scorecard:
    """The scorecard of hand-made rows. Customers C1 to C4 lie in area A1, the others in A2; each has one point
    (P1 …) with one meter (M1 …); `readings`: of how many days from the window's first there are daily readings."""
    engine = DuckDBEngine(threads=1)
    tables = _tables(list(causes), list(customers), readings or {})

    def relation(name: str) -> exp.Query:
        columns = rulebook().catalogue.relation(name).columns
        rows = [tuple(row.get(column) for column in columns) for row in tables.get(name, [])]
        return engine.register(name.replace(".", "_"), columns, rows)

    judge = Judge(
        rulebook(),
        engine,
        relation,
        run=1,
        window=WINDOW,
        topics=topics,
        sees=[Verdict(*row, why="so it is", reviewer="test", line=1) for row in sees],
    )
    try:
        return judge.judged(findings, cleared)
    finally:
        engine.close()


def _tables(causes: list[Row], customers: list[str], readings: Mapping[str, int]) -> dict[str, list[Row]]:
    first = WINDOW.from_on
    return {
        PLANTED: [{"cause_no": number} | row for number, row in enumerate(causes, start=1)],
        "core.customer": [
            {
                "customer_id": customer,
                "org_id": "S1",
                "area_id": "A1" if customer <= "C4" else "A2",
                "reading_book_id": f"B{customer[1:]}",
                "opened_on": date(2020, 1, 1),
            }
            for customer in customers
        ],
        "core.area": [{"area_id": area, "feeder_id": "F1", "org_id": "S1"} for area in ("A1", "A2")],
        "core.metering_point": [
            {"metering_point_id": f"P{customer[1:]}", "customer_id": customer} for customer in customers
        ],
        "core.meter_installation": [
            {
                "metering_point_id": f"P{customer[1:]}",
                "customer_id": customer,
                "meter_id": f"M{customer[1:]}",
                "valid_from": date(2020, 1, 1),
                "valid_to": date(9999, 12, 31),
            }
            for customer in customers
        ],
        "core.daily_reading": [
            {"customer_id": customer, "reading_on": first + timedelta(days=day)}
            for customer, days in readings.items()
            for day in range(days)
        ],
    }
