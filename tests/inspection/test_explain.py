"""Explaining a finding: its rule, values, thresholds with their origin, alibis, and rows that really exist."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from jicha.inspection.explain import Explanation, alibi_facts, explain_finding
from jicha.inspection.plan import load_plan
from jicha.kernel.errors import UnknownKey
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.engines.duckdb import DuckDBEngine

from . import town
from .desk import BACKWARDS, BILLED, LOCAL, MULTIPLIER, ZERO_USE, Desk, copy_content
from .test_absences import edited, policy
from .town import lines, point_of


def explain(desk: Desk, key: str, run: int | None = None) -> Explanation:
    engine = DuckDBEngine([desk.workspace.lake], threads=1)
    try:
        return explain_finding(desk.workspace, load_plan(desk.roots), engine, key, run)
    finally:
        engine.close()


@pytest.fixture(scope="module")
def year(swept: Desk) -> Explanation:
    """Twelve months with the wrong multiplier."""
    return explain(swept, swept.one(BILLED, point_of(town.MULTIPLIER_WEST))["finding_key"])


def test_rule_values_and_place(year: Explanation, swept: Desk) -> None:
    assert year.topic.header.title.en.startswith("Billed energy")
    assert year.finding["subject_id"] == point_of(town.MULTIPLIER_WEST)
    assert [part["bill_id"] for part in year.evidence] == [
        f"B{month}{town.MULTIPLIER_WEST}" for month in town.MONTHS
    ]
    assert [o.org_name for o in year.organisations] == ["示例省公司", "示例供电公司", "城西供电所"]
    assert [(run, row["presence_code"]) for run, row in year.chain] == [(1, "new")]
    assert year.run == swept.results.record(1)
    assert not year.content_changed


def test_every_parameter_of_the_topic_with_its_origin(year: Explanation) -> None:
    shown = {p.name: (p.value, p.unit, p.from_org, p.file) for p in year.parameters}
    file = f"content/topics/{BILLED}.sql"
    assert shown == {
        "min_difference_kwh": ("1", "kwh", None, file),
        "min_difference_ratio": ("0.001", "ratio", None, file),
        "rollover_from_ratio": ("0.9", "ratio", None, file),
        "rollover_to_ratio": ("0.1", "ratio", None, file),
    }
    assert all(p.why.en and p.why.zh for p in year.parameters)


def test_the_outcome_of_every_check(swept: Desk, year: Explanation) -> None:
    assert [(c.clears, c.margin_days, c.explained) for c in year.checks] == [("covers", 0, ())] * 3
    later = swept.found(BILLED, point_of(town.SIX_MONTHS))[1]
    (check,) = [c for c in explain(swept, later["finding_key"]).checks if c.explained]
    (explained,) = check.explained
    assert explained["period_from"] == date(2026, 2, 1)
    assert set(alibi_facts(explained)) == {"bill_id", "adjusted_kwh"}
    zero = explain(swept, swept.one(ZERO_USE, point_of(town.ZERO))["finding_key"])
    assert [(c.clears, c.margin_days, c.explained) for c in zero.checks] == [
        ("covers", 31, ()),
        ("touches", 31, ()),
    ]


# -- the rows it rests on, read back from the delivered files ---------------------------------------

CODES = {"有功总": "active_total", "采集": "remote", "正常": "regular", "电度电费": "energy"}


def delivered(exports: Path, name: str) -> list[list[str]]:
    """A delivered CSV as records, the header first, so that row n of the house is record n - 1 here."""
    text = (exports / "cis_zh" / name).read_bytes().decode("gb18030")
    return list(csv.reader(io.StringIO(text)))


def headers(desk: Desk, raw_table: str) -> Iterator[tuple[str, str]]:
    path = desk.roots.public / "sources" / "cis_zh" / f"{raw_table}.columns.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            yield row["source_header"], row["column"]


def same(value: Any, text: str) -> bool:
    """A core value against the text it was delivered as."""
    if value is None:
        return text == ""
    if isinstance(value, Decimal):
        return value == Decimal(text)
    if isinstance(value, date):
        return text in (value.isoformat(), f"{value:%Y%m}") or (text == "" and value == date(9999, 12, 31))
    return CODES.get(text, text) == str(value)


@pytest.mark.parametrize(
    ("topic", "customer", "tables"),
    [
        (BILLED, town.MULTIPLIER_WEST, ("bill", "bill_line", "register_reading", "meter_installation")),
        (BACKWARDS, town.MISREAD, ("bill", "bill_line", "register_reading", "meter_installation")),
        (MULTIPLIER, town.MULTIPLIER_EAST, ("bill_line", "register_reading")),
    ],
)
def test_every_row_shown_stands_in_the_delivered_file_with_these_values(
    swept: Desk, exports: Path, topic: str, customer: str, tables: tuple[str, ...]
) -> None:
    found = explain(swept, swept.one(topic, point_of(customer))["finding_key"])
    shown = {source.table.name.removeprefix("core."): source for source in found.sources}
    assert set(tables) <= set(shown)
    compared = 0
    for name, source in shown.items():
        assert source.rows and source.total >= len(source.rows)
        for row in source.rows:
            if row["origin_file"].endswith(".parquet"):
                continue
            records = delivered(exports, row["origin_file"])
            record = dict(zip(records[0], records[row["origin_row"] - 1], strict=True))
            for header, column in headers(swept, name):
                if column in row and header in record and not column.endswith("_code"):
                    assert same(row[column], record[header]), (name, column, row[column], record)
                    compared += 1
            assert record["户号"] == customer
    assert compared >= 40


def test_the_rows_are_those_of_the_findings_days(swept: Desk) -> None:
    """A fall between two readings shows both, the bill of the month, and nothing of other months."""
    found = explain(swept, swept.one(BACKWARDS, point_of(town.MISREAD))["finding_key"])
    shown = {source.table.name: source for source in found.sources}
    readings = shown["core.register_reading"].rows
    assert [row["reading_on"] for row in readings] == [date(2026, 1, 31), date(2026, 2, 28)]
    first, second = (row["register_kwh"] for row in readings)
    assert (first, second) == (found.finding["expected_value"], found.finding["observed_value"])
    assert [row["month_on"] for row in shown["core.bill"].rows] == [date(2026, 2, 1)]


def test_many_rows_are_counted_and_the_first_shown(year: Explanation) -> None:
    bills = next(source for source in year.sources if source.table.name == "core.bill")
    assert (len(bills.rows), bills.total) == (8, 12)
    daily = next(source for source in year.sources if source.table.name == "core.daily_reading")
    assert daily.total == 31  # 31 May to 30 June


def test_personal_data_stay_out(swept: Desk, year: Explanation) -> None:
    text = repr((year.finding, year.evidence, [(s.table.name, s.rows) for s in year.sources]))
    assert "张小" not in text and "13800000000" not in text and "示例路" not in text


# -- keys -------------------------------------------------------------------------------------------


def test_a_beginning_of_the_key_is_enough_where_it_is_unique(swept: Desk) -> None:
    keys = [row["finding_key"] for row in swept.results.findings()]
    key = keys[0]
    length = next(n for n in range(1, 13) if sum(k.startswith(key[:n]) for k in keys) == 1)
    assert explain(swept, key[:length]).finding["finding_key"] == key
    assert explain(swept, key).finding["finding_key"] == key


def test_an_ambiguous_beginning_lists_the_candidates(swept: Desk) -> None:
    with pytest.raises(UnknownKey) as refused:
        explain(swept, "")
    assert refused.value.code == "ambiguous_key"
    assert str(len(swept.results.findings())) in refused.value.text.en


@pytest.mark.parametrize("key", ["zzzzzzzzzzzz", "no such key", "%", "'"])
def test_an_unknown_key(swept: Desk, key: str) -> None:
    with pytest.raises(UnknownKey) as refused:
        explain(swept, key)
    assert refused.value.code == "unknown_finding" and key in refused.value.text.zh


def test_an_unknown_run(swept: Desk, year: Explanation) -> None:
    with pytest.raises(UnknownKey) as refused:
        explain(swept, year.finding["finding_key"], run=9)
    assert refused.value.code == "unknown_run"


@pytest.fixture(scope="module")
def later(fresh_twin: Callable[[], Desk]) -> Desk:
    """The multiplier of C02 is put right, the June bill of C11 is another; swept again."""
    desk = fresh_twin()
    found = town.delivery()
    found.row(town.INSTALLATIONS, 户号=town.MULTIPLIER_WEST)["综合倍率"] = "20.00"
    found.row(lines("202606"), 户号=town.LATE_START).update({"电量": "99.00", "金额": "59.40"})
    desk.take(found, town.INSTALLATIONS, lines("202606"))
    desk.sweep(BILLED)
    return desk


def test_a_finding_that_is_gone_is_explained_as_it_was(later: Desk, year: Explanation) -> None:
    again = explain(later, year.finding["finding_key"])
    assert again.run.run == 1
    installation = next(s for s in again.sources if s.table.name == "core.meter_installation")
    assert installation.rows[0]["multiplier"] == Decimal("40.00"), "the rows of the manifest of its sweep"


def test_the_history_of_observations(later: Desk) -> None:
    key = later.one(BILLED, point_of(town.LATE_START))["finding_key"]
    chain = explain(later, key).chain
    assert [(run, row["presence_code"]) for run, row in chain] == [(1, "new"), (2, "changed")]
    assert chain[0][1]["impact_kwh"] - chain[1][1]["impact_kwh"] == 99 - 53
    assert [run for run, _ in explain(later, key, run=1).chain] == [1]


def test_content_changed_since_is_told(swept: Desk, tmp_path: Path, year: Explanation) -> None:
    copied = copy_content(tmp_path / "content")
    edited(copied / f"topics/{BILLED}.sql", "severity: high", "severity: low")
    changed = explain(swept.under(ContentRoots(copied, (LOCAL,))), year.finding["finding_key"])
    assert changed.content_changed
    assert changed.finding == year.finding, "what was found is what was found"


# -- thresholds by organisation ---------------------------------------------------------------------


def test_a_stations_own_threshold_changes_its_findings_alone_and_is_shown(
    fresh_twin: Callable[[], Desk], tmp_path: Path
) -> None:
    policy(tmp_path / "local", org=town.WEST, value=165)
    desk = fresh_twin()
    desk = desk.under(ContentRoots(desk.roots.public, (LOCAL, tmp_path / "local")))
    record = desk.sweep(BILLED)

    def subjects(run: int, org: str) -> set[str]:
        rows = desk.results.findings(run)
        return {row["subject_id"] for row in rows if row["topic"] == BILLED and row["org_id"] == org}

    # C11's months differ by 163 and less, those of C09 and C10 by 165 and 166: the threshold itself is a hit.
    assert subjects(1, town.WEST) - subjects(2, town.WEST) == {point_of(town.LATE_START)}
    assert subjects(1, town.EAST) == subjects(2, town.EAST)
    mine = [p for p in record.parameters if p["of"] == BILLED and p["parameter"] == "min_difference_kwh"]
    assert {(p["org_id"], p["value"], p["from_org_id"]) for p in mine} == {
        (None, "1", None),
        (town.WEST, "165", town.WEST),
    }
    assert next(p for p in mine if p["org_id"])["file"] == "local/policy/parameters/county.yaml"

    west = explain(desk, desk.one(BILLED, point_of(town.ONE_MONTH))["finding_key"], run=2)
    threshold = next(p for p in west.parameters if p.name == "min_difference_kwh")
    assert threshold.from_org is not None and threshold.from_org.org_name == "城西供电所"
    assert (threshold.value, threshold.owner, threshold.file) == (
        "165",
        "county",
        "local/policy/parameters/county.yaml",
    )
    assert threshold.why.en == "small differences are left to the desk"
    east = explain(desk, desk.one(BILLED, point_of(town.MULTIPLIER_EAST))["finding_key"], run=2)
    default = next(p for p in east.parameters if p.name == "min_difference_kwh")
    assert (default.value, default.from_org) == ("1", None)


def test_a_public_policy_file_is_replaced_by_the_private_one_of_its_name(
    fresh_twin: Callable[[], Desk], tmp_path: Path
) -> None:
    copied = copy_content(tmp_path / "content")
    policy(copied, org="*", value=100000)
    policy(tmp_path / "local", org="*", value=165)
    desk = fresh_twin().under(ContentRoots(copied, (LOCAL, tmp_path / "local")))
    record = desk.sweep(BILLED)
    values = {p["value"] for p in record.parameters if p["parameter"] == "min_difference_kwh"}
    assert values == {"165"}
    assert re.fullmatch(r"M\d\d", desk.one(BILLED, point_of(town.ONE_MONTH))["subject_id"])


def test_days_between_are_those_of_the_year(year: Explanation) -> None:
    """The period is half-open and covers each day of the year once."""
    days = sum(
        (date.fromisoformat(p["period_to"]) - date.fromisoformat(p["period_from"])).days
        for p in year.evidence
    )
    assert days == (year.finding["period_to"] - year.finding["period_from"]).days == 365
    assert year.finding["period_to"] - timedelta(days=1) == date(2026, 6, 30)
