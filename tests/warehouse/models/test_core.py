"""Canonical tables: what a contract under `content/core` may not say."""

from __future__ import annotations

from pathlib import Path

import pytest

from jicha.kernel.errors import ContentError
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.core import load_core_tables

from .houses import BILL, House


def refused(root: Path, *changes: tuple[str, str], text: str = BILL) -> ContentError:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    house = House(root, {"core/bill.sql": text})
    with pytest.raises(ContentError) as caught:
        load_core_tables(house.roots, Lexicon.load(house.roots))
    error = caught.value
    assert error.file == "house/core/bill.sql"
    assert error.line is not None
    assert error.text.en
    assert error.text.zh
    return error


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "house"


def test_the_contract_as_it_stands(root: Path) -> None:
    house = House(root)
    tables = load_core_tables(house.roots, Lexicon.load(house.roots))
    assert sorted(tables) == ["core.bill", "core.customer", "core.seal"]
    bill = tables["core.bill"]
    assert (bill.key, bill.partition_on, bill.reach, bill.status) == (
        ("bill_id",),
        "month_on",
        "customer",
        "active",
    )
    assert [(audit.check, audit.columns, audit.level) for audit in bill.audits] == [
        ("unique", ("bill_id",), "error"),
        ("not_null", ("bill_id",), "error"),
    ]


def test_the_name_is_the_files(root: Path) -> None:
    error = refused(root, ("core.bill", "core.bills"))
    assert (error.code, error.line) == ("wrong_name", 2)
    assert "core.bills" in error.text.en


def test_a_contract_has_no_select(root: Path) -> None:
    error = refused(root, ("--- */\n", "--- */\nselect b.bill_id as bill_id from raw_cis.bill as b\n"))
    assert error.code == "core_has_no_select"


def test_an_unknown_column(root: Path) -> None:
    error = refused(root, ("billed_kwh", "biled_kwh"))
    assert error.code == "unknown_field"
    assert "billed_kwh" in error.text.en
    error = refused(root, ("audits: []", "planned_columns: [nobody_knows_this]\naudits: []"))
    assert error.code == "unknown_field"


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("key: [bill_id]", "key: [bill_id, area_id]", "area_id"),
        ("partition_on: month_on", "partition_on: valid_from", "valid_from"),
        ("audits: []", "audits: [{check: not_null, columns: [meter_id], level: error}]", "meter_id"),
        (
            "audits: []",
            "audits: [{check: spans, columns: [from_on, to_on], by: [meter_id], level: error}]",
            "meter_id",
        ),
    ],
)
def test_every_column_named_is_listed(root: Path, old: str, new: str, column: str) -> None:
    error = refused(root, (old, new))
    assert error.code == "column_not_listed"
    assert column in error.text.en
    assert column in error.text.zh


@pytest.mark.parametrize(
    ("old", "new", "mark"),
    [
        ("status: active", "status: ready", "status"),
        ("reach: customer", "reach: village", "reach"),
        ("{en: Bill, zh: 账单}", "{en: Bill}", "description"),
        ("key: [bill_id]", "key: bill_id", "key"),
        ("audits: []", "audits: [{check: nice, columns: [bill_id], level: error}]", "audits"),
        ("audits: []", "audits: [{check: unique, columns: [bill_id], level: fatal}]", "audits"),
        ("audits: []", "audits: [{check: unique, columns: [bill_id]}]", "audits"),
    ],
)
def test_a_wrong_value_names_its_line(root: Path, old: str, new: str, mark: str) -> None:
    error = refused(root, (old, new))
    lines = BILL.split("\n")
    (line,) = [number for number, each in enumerate(lines, start=1) if each.startswith(f"{mark}:")]
    assert (error.code, error.line) == ("bad_header", line)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("key: [bill_id]", "key: []"),
        ("columns: [bill_id,", "columns: [bill_id, bill_id,"),
        ("partition_on: month_on", "partition_on: bill_type_code"),
        ("audits: []", "audits: [{check: not_null, columns: [], level: error}]"),
        ("audits: []", "audits: [{check: ordered, columns: [from_on], level: error}]"),
        ("audits: []", "audits: [{check: ordered, columns: [from_on, to_on, month_on], level: error}]"),
        ("audits: []", "audits: [{check: spans, columns: [from_on], by: [customer_id], level: error}]"),
        ("audits: []", "audits: [{check: references, columns: [customer_id], level: error}]"),
        (
            "audits: []",
            "audits: [{check: references, columns: [customer_id], to: core.custmer, level: error}]",
        ),
        (
            "audits: []",
            "audits: [{check: references, columns: [customer_id, bill_id], to: core.customer, level: error}]",
        ),
        ("audits: []", "audits: [{check: in_list, columns: [customer_id], level: error}]"),
        ("audits: []", "audits: [{check: not_negative, columns: [customer_id], level: error}]"),
        ("audits: []", "audits: [{check: unique, columns: [bill_id], to: core.customer, level: error}]"),
    ],
)
def test_a_rule_that_cannot_be_counted_is_refused(root: Path, old: str, new: str) -> None:
    """Found when content is loaded, with its file; not as a KeyError in the middle of a sweep."""
    refused(root, (old, new))


def test_the_house_itself_loads() -> None:
    roots = ContentRoots.find()
    tables = load_core_tables(roots, Lexicon.load(roots))
    assert {"core.customer", "core.bill", "core.register_reading"} <= set(tables)
    assert {table.status for table in tables.values()} <= {"active", "planned"}
