"""Topics made on the spot: a header that is right, of which a test changes one thing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from jicha.inspection.finding import Hit
from jicha.inspection.topic import Topic, load_topic
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.header import cut

SHOWN = "local/topics/metering/made.sql"

HEADER: dict[str, Any] = {
    "uid": "m4d3h8qx",
    "code": "TEST-MADE",
    "title": {"en": "made", "zh": "测试主题"},
    "description": {"en": "made for a test", "zh": "测试用"},
    "severity": "medium",
    "status": "active",
    "identity": "episode",
    "subject": "metering_point",
    "population": "mart.metering_point_bill",
    "needs": {"readings": 0.8},
    "resolved_when": "state_gone",
    "check": {"en": ["look"], "zh": ["查看"]},
}

COLUMNS: dict[str, str] = {
    "metering_point_id": "m.metering_point_id",
    "customer_id": "m.customer_id",
    "period_from": "m.from_on",
    "period_to": "m.to_on",
    "observed_value": "cast(m.billed_kwh as decimal(18,4))",
    "expected_value": "cast(m.index_kwh as decimal(18,4))",
    "impact_kwh": "cast(m.billed_kwh as decimal(14,2))",
    "impact_yuan": "cast(m.billed_kwh as decimal(14,2))",
    "impact_method": "'estimated'",
}


def text(
    header: dict[str, Any] | None = None,
    columns: dict[str, str] | None = None,
    *,
    source: str = "mart.metering_point_bill as m",
    body: str | None = None,
) -> str:
    """A topic's file. A header or column value of None is left out."""
    merged = {k: v for k, v in {**HEADER, **(header or {})}.items() if v is not None}
    selected = {k: v for k, v in {**COLUMNS, **(columns or {})}.items() if v}
    dumped = yaml.safe_dump(merged, allow_unicode=True, sort_keys=False)
    listed = ",\n".join(f"{expression} as {name}" for name, expression in selected.items())
    statement = body or f"select {listed}\nfrom {source}\n"
    return f"/* ---\n{dumped}--- */\n{statement}"


def made(catalogue: Catalogue, header: dict[str, Any] | None = None, **further: Any) -> Topic:
    """The topic of such a file, loaded as the house loads it."""
    return load_topic(cut(text(header, **further), path=Path("/x/metering/made.sql"), shown=SHOWN), catalogue)


def row(
    start: str,
    end: str,
    *,
    point: str = "M01",
    observed: str = "1",
    kwh: str | None = "10.00",
    yuan: str | None = "6.00",
    method: str = "estimated",
    **further: Any,
) -> dict[str, Any]:
    """A row such a topic returns."""
    return {
        "metering_point_id": point,
        "customer_id": point.replace("M", "C"),
        "period_from": date.fromisoformat(start),
        "period_to": date.fromisoformat(end),
        "observed_value": Decimal(observed),
        "expected_value": Decimal("2.0000"),
        "impact_kwh": None if kwh is None else Decimal(kwh),
        "impact_yuan": None if yuan is None else Decimal(yuan),
        "impact_method": method,
        **further,
    }


def hits(*rows: dict[str, Any], org: str | None = "360101") -> list[Hit]:
    return [Hit(row=each, org_id=org) for each in rows]
