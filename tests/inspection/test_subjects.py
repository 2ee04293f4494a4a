"""Topics of other subjects than metering points: areas, reading books, customers."""

from __future__ import annotations

from pathlib import Path

import pytest

from jicha.lexicon.roots import ContentRoots

from . import town
from .desk import LOCAL, Desk
from .topics import text

AREA_MART = """/* ---
owner: test
description: {en: made, zh: 测试}
grain: one row a station and month
key: [SUBJECT, month_on]
reach: all
partition_on: month_on
--- */
select c.SUBJECT as SUBJECT, b.month_on as month_on, min(b.from_on) as from_on, max(b.to_on) as to_on,
       cast(sum(b.billed_kwh) as decimal(14,2)) as billed_kwh
from core.bill as b
join core.customer as c on c.customer_id = b.customer_id
group by c.SUBJECT, b.month_on
"""


@pytest.mark.parametrize(
    ("subject", "reach", "ids"),
    [
        ("area", "area", {f"T{town.WEST}": town.WEST, f"T{town.EAST}": town.EAST}),
        ("reading_book", "organisation", {f"B{town.WEST}": town.WEST, f"B{town.EAST}": town.EAST}),
    ],
)
def test_a_topic_of_many_customers_finds_its_subjects_and_their_station(
    fresh: Desk, tmp_path: Path, subject: str, reach: str, ids: dict[str, str]
) -> None:
    column = f"{subject}_id"
    root = tmp_path / "local"
    files = {
        "marts/made/subject_month.sql": AREA_MART.replace("SUBJECT", column),
        "topics/metering/made.sql": text(
            {
                "subject": subject,
                "reach": reach,
                "identity": "state",
                "population": "mart.subject_month",
                "needs": {},
            },
            {
                "metering_point_id": "",
                "customer_id": "",
                column: f"m.{column}",
                "expected_value": "cast(null as decimal(18,4))",
            },
            source="mart.subject_month as m",
        ),
    }
    for name, written in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(written, encoding="utf-8")
    desk = fresh.under(ContentRoots(fresh.roots.public, (LOCAL, root)))
    record = desk.sweep("metering/made")
    assert "metering/made" not in record.skipped, record.skipped.get("metering/made")
    rows = desk.results.findings()
    assert {row["subject_id"]: row["org_id"] for row in rows} == ids
    assert {row["subject_type_code"] for row in rows} == {subject}
    total = sum(town.billed(c, m) for c in town.STORIES for m in town.MONTHS)
    assert sum(row["impact_kwh"] for row in rows) == total


def test_a_topic_of_customers(fresh: Desk, tmp_path: Path) -> None:
    mart = AREA_MART.replace("c.SUBJECT", "c.customer_id").replace("SUBJECT", "customer_id")
    root = tmp_path / "local"
    files = {
        "marts/made/subject_month.sql": mart.replace("reach: all", "reach: customer"),
        "topics/metering/made.sql": text(
            {
                "subject": "customer",
                "population": "mart.subject_month",
                "needs": {},
                "innocence": [{"check": "newly_opened", "clears": "touches"}],
            },
            {
                "metering_point_id": "",
                "expected_value": "cast(null as decimal(18,4))",
            },
            source="mart.subject_month as m where m.billed_kwh = 0",
        ),
    }
    for name, written in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(written, encoding="utf-8")
    desk = fresh.under(ContentRoots(fresh.roots.public, (LOCAL, root)))
    desk.sweep("metering/made")
    (row,) = desk.results.findings()
    assert (row["subject_id"], row["customer_id"], row["org_id"]) == (town.ZERO, town.ZERO, town.WEST)
