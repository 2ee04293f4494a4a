"""Content from strangers: refused by file and line, and one broken topic costs the others nothing."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from jicha.kernel.errors import ContentError
from jicha.lexicon.roots import ContentRoots

from . import town
from .desk import BILLED, LOCAL, Desk
from .topics import text
from .town import point_of

NAME = "metering/made"


def private(desk: Desk, root: Path, files: dict[str, str]) -> Desk:
    """The desk with one more private root of these files."""
    for name, written in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written, encoding="utf-8")
    return desk.under(ContentRoots(desk.roots.public, (LOCAL, root)))


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "writer.lock"
    }


# -- what cannot be read as one SELECT stops the sweep at once, and nothing is written --------------

STATEMENTS = {
    "delete": "delete from core.bill",
    "copy": "copy (select 1 as one) to '/tmp/stolen.csv'",
    "copy table": "copy core.person to '/tmp/stolen.csv'",
    "attach": "attach '/tmp/other.db' as other",
    "pragma": "pragma database_list",
    "set": "set lock_configuration = false",
    "install": "install httpfs",
    "two statements": "select m.bill_id as bill_id from core.bill as m; drop table core.bill",
    "export": "export database '/tmp/stolen'",
    "call": "call pragma_version()",
    "no closed quote": "select 'open as x from core.bill as m",
}


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS.keys())
def test_what_is_no_select_is_refused_with_file_and_line(swept: Desk, tmp_path: Path, statement: str) -> None:
    written = text(body=f"-- a harmless comment\n{statement}\n")
    desk = private(swept, tmp_path / "strange", {f"topics/{NAME}.sql": written})
    before = tree(swept.workspace.path)
    with pytest.raises(ContentError) as refused:
        desk.sweep()
    assert refused.value.file == f"strange/topics/{NAME}.sql"
    first = written.split("\n").index("-- a harmless comment") + 1
    assert refused.value.line in (first, first + 1)
    assert refused.value.text.en and refused.value.text.zh
    assert tree(swept.workspace.path) == before
    assert swept.results.runs() == [1]


FILES = {
    "read_text": "read_text('/etc/passwd') as m",
    "read_csv": "read_csv('/etc/passwd') as m",
    "read_parquet": "read_parquet('/tmp/x.parquet') as m",
    "glob": "glob('/etc/*') as m",
    "a file as a table": "'/etc/passwd' as m",
    "a sub-select of a file": "(select f.content as bill_id from read_text('/etc/passwd') as f) as m",
    "settings": "duckdb_settings() as m",
    "information schema": "information_schema.tables as m",
    "raw": "raw_cis_zh.customer as m",
}


@pytest.mark.parametrize("source", FILES.values(), ids=FILES.keys())
def test_what_reads_anything_but_tables_of_the_house_is_refused_with_file_and_line(
    swept: Desk, tmp_path: Path, source: str
) -> None:
    written = text(source=f"mart.metering_point_bill as b\ncross join {source}").replace("m.", "b.")
    desk = private(swept, tmp_path / "strange", {f"topics/{NAME}.sql": written})
    before = tree(swept.workspace.path)
    with pytest.raises(ContentError) as refused:
        desk.sweep()
    assert refused.value.file == f"strange/topics/{NAME}.sql"
    assert refused.value.line == written.split("\n").index(f"cross join {source.replace('m.', 'b.')}") + 1
    assert tree(swept.workspace.path) == before


def test_a_header_of_ten_megabytes_is_refused_unread(swept: Desk, tmp_path: Path) -> None:
    written = text().replace("made for a test", "x" * 10_000_000)
    desk = private(swept, tmp_path / "strange", {f"topics/{NAME}.sql": written})
    with pytest.raises(ContentError) as refused:
        desk.sweep()
    assert (refused.value.code, refused.value.file) == ("too_large", f"strange/topics/{NAME}.sql")
    assert swept.results.runs() == [1]


def test_a_header_of_a_hundred_kilobytes_is_refused_too(swept: Desk, tmp_path: Path) -> None:
    written = text({"description": {"en": "x" * 100_000, "zh": "长"}})
    desk = private(swept, tmp_path / "strange", {f"topics/{NAME}.sql": written})
    with pytest.raises(ContentError) as refused:
        desk.sweep()
    assert (refused.value.code, refused.value.line) == ("header_too_large", 1)


def test_personal_data_are_no_evidence(fresh: Desk, tmp_path: Path) -> None:
    """Findings carry ids: a topic that puts a telephone number among its evidence is refused or skipped."""
    written = text(
        columns={"phone_number": "x.phone_number"},
        source="mart.metering_point_bill as m\njoin core.person as x on x.customer_id = m.customer_id",
    )
    desk = private(fresh, tmp_path / "strange", {f"topics/{NAME}.sql": written})
    try:
        record = desk.sweep(NAME)
    except ContentError as refused:
        assert refused.file == f"strange/topics/{NAME}.sql"
    else:
        assert NAME in record.skipped
        assert not [row for row in fresh.results.findings() if "13800000000" in row["evidence_json"]]


# -- what can be read but not run is skipped with its reason ----------------------------------------

OUTSIDE: dict[str, dict[str, Any]] = {
    "function": {"columns": {"event_id": "getenv('HOME')"}},
    "number": {"source": "mart.metering_point_bill as m where m.billed_kwh > 250"},
    "column": {"columns": {"bill_id": "m.bill_number"}},
    "today": {"source": "mart.metering_point_bill as m where m.to_on < current_date"},
    "money_as_double": {"columns": {"impact_yuan": "cast(m.billed_kwh as double)"}},
    "date_as_text": {"columns": {"period_from": "'2026-01-01'"}},
}


def test_topics_outside_the_subset_are_skipped_with_file_and_line(fresh: Desk, tmp_path: Path) -> None:
    files = {
        f"topics/metering/{name}.sql": text({"uid": f"m4d3h8q{n}", "code": f"TEST-{n}"}, **fault)
        for n, (name, fault) in enumerate(OUTSIDE.items())
    }
    names = [f"metering/{name}" for name in OUTSIDE]
    record = private(fresh, tmp_path / "strange", files).sweep(BILLED, *names)
    for name in names:
        for language in ("en", "zh"):
            assert re.match(rf"strange/topics/{name}\.sql:\d+: ", record.skipped[name][language])
    assert set(record.topics) == {BILLED}
    assert fresh.one(BILLED, point_of(town.MULTIPLIER_WEST))["presence_code"] == "still_there"


#: What only the rows show.
BROKEN: dict[str, dict[str, Any]] = {
    "a value too large for its cast": {
        "columns": {"observed_value": "cast(round(m.billed_kwh, 2) as decimal(4,2))"}
    },
    "a word where a number belongs": {"columns": {"observed_value": "cast(m.bill_id as decimal(18,4))"}},
    "an event without id": {
        "header": {"identity": "event"},
        "columns": {"event_id": "cast(null as text)"},
    },
    "a row without subject": {"columns": {"metering_point_id": "cast(null as text)"}},
    "a row without begin": {"columns": {"period_from": "cast(null as date)"}},
    "a row without end": {"columns": {"period_to": "cast(null as date)"}},
    "a period the wrong way round": {"columns": {"period_from": "m.to_on", "period_to": "m.from_on"}},
    "a method nobody knows": {"columns": {"impact_method": "'guessed'"}},
    "a value as text": {"columns": {"observed_value": "m.bill_id"}},
}


@pytest.mark.parametrize("fault", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_topic_is_skipped_with_its_reason_and_costs_the_others_nothing(
    fresh: Desk, tmp_path: Path, fault: dict[str, Any]
) -> None:
    desk = private(fresh, tmp_path / "strange", {f"topics/{NAME}.sql": text(**fault)})
    record = desk.sweep(BILLED, NAME)
    assert NAME in record.skipped and NAME not in record.topics
    for language in ("en", "zh"):
        assert f"strange/topics/{NAME}.sql" in record.skipped[NAME][language]
    assert {row["topic"] for row in fresh.results.findings()} == {BILLED}
    assert fresh.one(BILLED, point_of(town.MULTIPLIER_WEST))["presence_code"] == "still_there"


def test_the_findings_of_a_topic_that_broke_are_not_evaluated(fresh: Desk, tmp_path: Path) -> None:
    right = text()
    root = tmp_path / "strange"
    private(fresh, root, {f"topics/{NAME}.sql": right}).sweep(NAME)
    keys = {row["finding_key"] for row in fresh.results.findings()}
    assert keys
    broken = text(columns={"bill_id": "m.bill_number"})
    private(fresh, root, {f"topics/{NAME}.sql": broken}).sweep(NAME)
    known = [finding for finding in fresh.results.known() if finding.finding_key in keys]
    assert {finding.presence for finding in known} == {"not_evaluated"}
    assert all("bill_number" in finding.reason_en for finding in known)


MART = """/* ---
owner: test
description: {en: made, zh: 测试}
grain: one row a bill
key: [bill_id]
reach: customer
partition_on: month_on
--- */
select m.bill_id as bill_id, m.metering_point_id as metering_point_id, m.customer_id as customer_id,
       m.month_on as month_on, m.from_on as from_on, m.to_on as to_on,
       EXPRESSION as billed_kwh
from mart.metering_point_bill as m
"""


@pytest.mark.parametrize(
    "expression",
    ["m.billed_kvh", "m.billed_kwh + 250", "cast(m.bill_id as decimal(14,2))"],
    ids=["unknown column", "a number with a meaning", "refused by the engine"],
)
def test_a_broken_mart_costs_only_the_topics_that_read_it(
    fresh: Desk, tmp_path: Path, expression: str
) -> None:
    topic = text(
        {"population": "mart.strange_bill", "needs": {}},
        {"expected_value": "cast(null as decimal(18,4))"},
        source="mart.strange_bill as m",
    )
    files = {
        f"topics/{NAME}.sql": topic,
        "marts/made/strange_bill.sql": MART.replace("EXPRESSION", expression),
    }
    desk = private(fresh, tmp_path / "strange", files)
    record = desk.sweep(BILLED, NAME)
    assert "strange/marts/made/strange_bill.sql" in record.skipped[NAME]["zh"]
    assert fresh.one(BILLED, point_of(town.MULTIPLIER_WEST))["presence_code"] == "still_there"


def test_a_policy_for_a_topic_that_does_not_exist_is_refused(fresh: Desk, tmp_path: Path) -> None:
    """A slip of the pen would otherwise leave the default in force, and nobody would know."""
    policy = (
        "parameters:\n  - {of: reading/long_zero_usee, parameter: min_zero_months, value: 3, "
        "valid_from: 2020-01-01, owner: county, why: flats are checked each quarter}\n"
    )
    desk = private(fresh, tmp_path / "strange", {"policy/parameters/county.yaml": policy})
    with pytest.raises(ContentError) as refused:
        desk.sweep()
    assert refused.value.file == "strange/policy/parameters/county.yaml"
    assert "reading/long_zero_usee" in refused.value.text.en


def test_a_policy_for_a_parameter_nobody_declared_stops_the_sweep(fresh: Desk, tmp_path: Path) -> None:
    policy = (
        "parameters:\n  - {of: reading/long_zero_use, parameter: min_zero_month, value: 3, "
        "valid_from: 2020-01-01, owner: county, why: flats are checked each quarter}\n"
    )
    desk = private(fresh, tmp_path / "strange", {"policy/parameters/county.yaml": policy})
    with pytest.raises(ContentError) as refused:
        desk.sweep()
    assert (refused.value.code, refused.value.file) == (
        "unknown_parameter",
        "strange/policy/parameters/county.yaml",
    )
    assert fresh.results.runs() == [1]


def test_a_private_root_may_not_change_the_law(swept: Desk, tmp_path: Path) -> None:
    public_innocence = swept.roots.public / "innocence" / "meter_changed.sql"
    written = public_innocence.read_text(encoding="utf-8")
    desk = private(swept, tmp_path / "strange", {"innocence/meter_changed.sql": written})
    with pytest.raises(ContentError) as refused:
        desk.sweep()
    assert refused.value.code == "content_redefined"
