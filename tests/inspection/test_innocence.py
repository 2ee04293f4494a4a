"""Clearing: how near an alibi must come, by row and before packing, with every alibi kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from jicha.inspection.finding import observations
from jicha.inspection.innocence import InnocenceCheck, checks_of, load_check, load_checks
from jicha.inspection.run_topic import TopicResult, clear
from jicha.inspection.topic import Topic
from jicha.kernel.errors import ContentError
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.header import cut

from . import town
from .desk import BILLED, Desk
from .topics import hits, made, row
from .town import point_of

FROM, TO = date(2026, 3, 1), date(2026, 4, 1)


@pytest.fixture(scope="module")
def checks(catalogue: Catalogue) -> Mapping[str, InnocenceCheck]:
    return load_checks(catalogue)


def topic_with(catalogue: Catalogue, *uses: tuple[str, str, int]) -> Topic:
    listed = [{"check": name, "clears": clears, "margin_days": margin} for name, clears, margin in uses]
    return made(catalogue, {"innocence": listed})


def alibi(check: InnocenceCheck, subject: str, start: date | None, end: date | None) -> tuple[Any, ...]:
    values = {check.subject_column: subject, "customer_id": "C01", "valid_from": start, "valid_to": end}
    return tuple(values.get(column) for column in check.columns)


def cleared_by(
    engine: DuckDBEngine,
    topic: Topic,
    check: InnocenceCheck,
    *alibis: tuple[Any, ...],
    rows: list[dict[str, Any]] | None = None,
) -> TopicResult:
    found = hits(*(rows or [row(FROM.isoformat(), TO.isoformat())]))
    result = TopicResult()
    query = engine.register(f"alibi_{check.name}", check.columns, alibis)
    clear(topic, [check], found, {check.name: query}, engine, result)
    return result


def shifted(day: date, days: int) -> date:
    return day + timedelta(days=days)


@pytest.mark.parametrize("margin", [0, 5])
@pytest.mark.parametrize(
    ("end", "days", "is_cleared"),
    [
        ("start", 0, True),  # ends (or stands) on the day the period begins
        ("start", -1, False),  # with margin 0; with 5 it is four days inside
        ("end", 0, True),  # begins on the day the period ends
        ("end", 1, False),
    ],
)
def test_touches_reaches_to_the_margin_and_not_a_day_further(
    catalogue: Catalogue,
    checks: Mapping[str, InnocenceCheck],
    engine: DuckDBEngine,
    margin: int,
    end: str,
    days: int,
    is_cleared: bool,
) -> None:
    check = checks["meter_changed"]
    topic = topic_with(catalogue, (check.name, "touches", margin))
    side = -1 if end == "start" else 1
    event = shifted(FROM if end == "start" else TO, days + side * margin)
    result = cleared_by(engine, topic, check, alibi(check, "M01", event, event))
    assert bool(result.cleared_hits) == is_cleared
    assert bool(result.hits) == (not is_cleared)


def test_a_span_touches_where_it_ends_or_begins_near(
    catalogue: Catalogue, checks: Mapping[str, InnocenceCheck], engine: DuckDBEngine
) -> None:
    check = checks["meter_changed"]
    topic = topic_with(catalogue, (check.name, "touches", 2))
    for start, end, is_cleared in (
        (shifted(FROM, -40), shifted(FROM, -2), True),
        (shifted(FROM, -40), shifted(FROM, -3), False),
        (shifted(TO, 2), shifted(TO, 40), True),
        (shifted(TO, 3), shifted(TO, 40), False),
        (shifted(FROM, -40), shifted(TO, 40), True),
        (shifted(FROM, 3), shifted(FROM, 4), True),
    ):
        result = cleared_by(engine, topic, check, alibi(check, "M01", start, end))
        assert bool(result.cleared) == is_cleared, (start, end)


@pytest.mark.parametrize("margin", [0, 3])
@pytest.mark.parametrize(
    ("late", "early", "is_cleared"),
    [(0, 0, True), (1, 0, False), (0, 1, False), (-20, -20, True)],
)
def test_covers_spans_the_whole_period_less_the_margin(
    catalogue: Catalogue,
    checks: Mapping[str, InnocenceCheck],
    engine: DuckDBEngine,
    margin: int,
    late: int,
    early: int,
    is_cleared: bool,
) -> None:
    """`late` days after the period's begin, `early` days before its end, each beyond the margin."""
    check = checks["adjustment_covers_bill"]
    topic = topic_with(catalogue, (check.name, "covers", margin))
    span = (shifted(FROM, margin + late), shifted(TO, -margin - early))
    result = cleared_by(engine, topic, check, alibi(check, "M01", *span))
    assert bool(result.cleared) == is_cleared


def test_two_alibis_that_cover_half_each_cover_nothing(
    catalogue: Catalogue, checks: Mapping[str, InnocenceCheck], engine: DuckDBEngine
) -> None:
    check = checks["adjustment_covers_bill"]
    topic = topic_with(catalogue, (check.name, "covers", 0))
    middle = date(2026, 3, 16)
    result = cleared_by(
        engine, topic, check, alibi(check, "M01", FROM, middle), alibi(check, "M01", middle, TO)
    )
    assert result.hits and not result.cleared


def test_an_alibi_of_somebody_else_or_without_days_clears_nothing(
    catalogue: Catalogue, checks: Mapping[str, InnocenceCheck], engine: DuckDBEngine
) -> None:
    check = checks["meter_changed"]
    topic = topic_with(catalogue, (check.name, "touches", 5))
    result = cleared_by(
        engine,
        topic,
        check,
        alibi(check, "M02", FROM, FROM),
        alibi(check, "M01", None, FROM),
        alibi(check, "M01", FROM, None),
    )
    assert result.hits and not result.cleared


def test_every_clearing_alibi_is_kept_the_hit_is_cleared_once(
    catalogue: Catalogue, checks: Mapping[str, InnocenceCheck], engine: DuckDBEngine
) -> None:
    topic = topic_with(catalogue, ("meter_changed", "touches", 5), ("newly_opened", "touches", 31))
    changed, opened = checks["meter_changed"], checks["newly_opened"]
    alibis = {
        changed.name: engine.register(
            "alibi_changed",
            changed.columns,
            [alibi(changed, "M01", FROM, FROM), alibi(changed, "M01", shifted(FROM, 10), shifted(FROM, 10))],
        ),
        opened.name: engine.register("alibi_opened", opened.columns, [alibi(opened, "C01", FROM, FROM)]),
    }
    result = TopicResult()
    clear(topic, [changed, opened], hits(row("2026-03-01", "2026-04-01")), alibis, engine, result)
    assert [(c.check.name, c.alibi["valid_from"]) for c in result.cleared] == [
        ("meter_changed", FROM),
        ("meter_changed", shifted(FROM, 10)),
        ("newly_opened", FROM),
    ]
    assert len(result.cleared_hits) == 1 and not result.hits


def test_a_check_on_the_customer_clears_all_its_metering_points(
    catalogue: Catalogue, checks: Mapping[str, InnocenceCheck], engine: DuckDBEngine
) -> None:
    check = checks["newly_opened"]
    topic = topic_with(catalogue, (check.name, "touches", 0))
    one = row("2026-03-01", "2026-04-01")
    other = row("2026-03-01", "2026-04-01", point="M07") | {"customer_id": "C01"}
    stranger = row("2026-03-01", "2026-04-01", point="M08")
    result = cleared_by(engine, topic, check, alibi(check, "C01", FROM, FROM), rows=[one, other, stranger])
    assert [hit.row["metering_point_id"] for hit in result.cleared_hits] == ["M01", "M07"]
    assert [hit.row["metering_point_id"] for hit in result.hits] == ["M08"]


def test_the_explained_month_leaves_the_others_stay(
    catalogue: Catalogue, checks: Mapping[str, InnocenceCheck], engine: DuckDBEngine
) -> None:
    check = checks["adjustment_covers_bill"]
    topic = topic_with(catalogue, (check.name, "covers", 0))
    months = [row(f"2026-0{m}-01", f"2026-0{m + 1}-01", kwh=f"{m}.00") for m in range(1, 7)]
    result = cleared_by(engine, topic, check, alibi(check, "M01", FROM, TO), rows=months)
    found = observations(topic, result.hits)
    assert [(o.period_from.month, o.period_to.month) for o in found] == [(1, 3), (4, 7)]
    assert sum(len(json.loads(o.evidence)) for o in found) == 5
    assert sum(o.impact_kwh or Decimal(0) for o in found) == Decimal(1 + 2 + 4 + 5 + 6)


def test_a_hit_without_the_checks_subject_stands(
    catalogue: Catalogue, checks: Mapping[str, InnocenceCheck], engine: DuckDBEngine
) -> None:
    check = checks["newly_opened"]
    topic = topic_with(catalogue, (check.name, "touches", 0))
    nobody = row("2026-03-01", "2026-04-01") | {"customer_id": None}
    result = cleared_by(engine, topic, check, alibi(check, "C01", FROM, FROM), rows=[nobody])
    assert len(result.hits) == 1


# -- what content may say ---------------------------------------------------------------------------


def test_an_unknown_check_is_refused_where_the_topic_names_it(
    catalogue: Catalogue, checks: Mapping[str, InnocenceCheck]
) -> None:
    topic = topic_with(catalogue, ("meter_chnged", "touches", 5))
    with pytest.raises(ContentError) as refused:
        checks_of(topic, checks)
    assert refused.value.code == "unknown_check"
    assert (refused.value.file, refused.value.line) == (topic.content.shown, topic.content.header_line)
    assert "meter_chnged" in refused.value.text.en and "meter_chnged" in refused.value.text.zh


def test_a_check_of_a_subject_the_topic_does_not_select_is_refused(
    catalogue: Catalogue, checks: Mapping[str, InnocenceCheck]
) -> None:
    header = {
        "reach": "area",
        "innocence": [{"check": "newly_opened", "clears": "touches"}],
    }
    topic = made(catalogue, header, columns={"customer_id": ""})
    with pytest.raises(ContentError) as refused:
        checks_of(topic, checks)
    assert refused.value.code == "unknown_check"


CHECK = """/* ---
title: {en: made, zh: 测试}
reason: {en: made for a test, zh: 测试用}
subject: SUBJECT
--- */
select c.customer_id as customer_id, COLUMNS
from core.customer as c
"""
SPAN = "c.opened_on as valid_from, c.opened_on as valid_to"


@pytest.mark.parametrize(
    ("subject", "columns", "missing"),
    [
        ("customer", "c.opened_on as valid_from", "valid_to"),
        ("metering_point", SPAN, "metering_point_id"),
        ("feeder", SPAN, "feeder_id"),
    ],
)
def test_a_check_without_its_subject_or_span_is_refused(
    catalogue: Catalogue, subject: str, columns: str, missing: str
) -> None:
    text = CHECK.replace("SUBJECT", subject).replace("COLUMNS", columns)
    with pytest.raises(ContentError) as refused:
        load_check(cut(text, path=None, shown="local/innocence/made.sql"), catalogue)  # type: ignore[arg-type]
    assert refused.value.code == "check_incomplete"
    assert (refused.value.file, refused.value.line) == ("local/innocence/made.sql", 6)
    assert missing in refused.value.text.en and missing in refused.value.text.zh


# -- in a whole sweep -------------------------------------------------------------------------------


def test_six_months_with_one_settled_keep_five(swept: Desk) -> None:
    point = point_of(town.SIX_MONTHS)
    before, after = swept.found(BILLED, point)
    months = [
        part["period_from"][:7] for found in (before, after) for part in json.loads(found["evidence_json"])
    ]
    assert months == ["2025-11", "2025-12", "2026-01", "2026-03", "2026-04"]
    (settled,) = [row for row in swept.results.cleared() if row["subject_id"] == point]
    assert (settled["period_from"], settled["period_to"]) == (date(2026, 2, 1), date(2026, 3, 1))
    assert settled["check_name"] == "adjustment_covers_bill"
    difference = town.used(town.SIX_MONTHS, "202602") - town.billed(town.SIX_MONTHS, "202602")
    assert settled["impact_kwh"] == difference
    assert json.loads(settled["alibi_json"])["adjusted_kwh"] == f"{difference:.2f}"
    total = sum(
        town.used(town.SIX_MONTHS, m) - town.billed(town.SIX_MONTHS, m)
        for m in town.MONTHS[4:10]
        if m != "202602"
    )
    assert before["impact_kwh"] + after["impact_kwh"] == total
