"""Marts and their graph: every mistake is found when content is loaded, with file and line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from jicha.inspection.content import load_catalogue
from jicha.kernel.errors import ContentError
from jicha.lexicon.roots import ContentRoots

from .houses import MONTHLY, House, mart_text

SELECT = """select b.customer_id as customer_id, b.month_on as month_on,
  b.billed_kwh as billed_kwh
from core.bill as b
"""


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "house", {"marts/test/monthly.sql": MONTHLY})


def refused(house: House) -> ContentError:
    with pytest.raises(ContentError) as caught:
        _ = house.catalogue
    error = caught.value
    assert error.text.en
    assert error.text.zh
    return error


def line_of(house: House, name: str, mark: str) -> int:
    lines = (house.root / "marts" / "test" / f"{name}.sql").read_text(encoding="utf-8").split("\n")
    (line,) = [number for number, each in enumerate(lines, start=1) if mark in each]
    return line


def at(error: ContentError) -> tuple[str, str | None, int | None]:
    return error.code, error.file, error.line


def test_marts_follow_what_they_read(house: House) -> None:
    house.mart("a_last", SELECT.replace("core.bill", "mart.z_first"))
    house.mart("z_first", SELECT.replace("core.bill", "mart.monthly"))
    catalogue = house.catalogue
    order = list(catalogue.marts)
    assert order.index("mart.monthly") < order.index("mart.z_first") < order.index("mart.a_last")
    assert [mart.name for mart in catalogue.upstream(["mart.z_first"])] == ["mart.monthly", "mart.z_first"]
    assert catalogue.core_upstream(["mart.a_last", "core.customer"]) == ["core.bill", "core.customer"]
    mart = catalogue.marts["mart.a_last"]
    assert dict(mart.columns) == {
        "customer_id": "text",
        "month_on": "date",
        "billed_kwh": "decimal(14,2)",
    }
    assert [(a.check, a.columns) for a in mart.audits] == [
        ("unique", ("customer_id", "month_on")),
        ("not_null", ("customer_id", "month_on")),
    ]


def test_an_output_column_the_lexicon_does_not_know(house: House) -> None:
    house.mart("bad", SELECT.replace("as billed_kwh", "as biled_kwh"))
    error = refused(house)
    assert at(error) == ("unknown_field", "house/marts/test/bad.sql", line_of(house, "bad", "biled_kwh"))
    assert "billed_kwh" in error.text.en


@pytest.mark.parametrize(
    "expression", ["b.billed_kwh * 2", "sum(b.billed_kwh)", "b.*", "*", "case when true then b.bill_id end"]
)
def test_a_column_without_a_name(house: House, expression: str) -> None:
    house.mart("bad", SELECT.replace("b.billed_kwh as billed_kwh", expression))
    error = refused(house)
    assert at(error) == (
        "unnamed_column",
        "house/marts/test/bad.sql",
        line_of(house, "bad", f"  {expression}"),
    )


def test_a_column_twice(house: House) -> None:
    house.mart("bad", SELECT.replace("b.billed_kwh as billed_kwh", "b.from_on as month_on"))
    error = refused(house)
    assert at(error) == ("column_twice", "house/marts/test/bad.sql", line_of(house, "bad", "from_on"))


@pytest.mark.parametrize(
    "header",
    [
        {"key": "[customer_id, bill_id]"},
        {"partition_on": "from_on"},
        {"more": "audits: [{check: not_null, columns: [usual_kwh], level: warning}]\n"},
        {"more": "audits: [{check: spans, columns: [month_on, month_on], by: [meter_id], level: error}]\n"},
    ],
)
def test_a_column_the_header_names_is_selected(house: House, header: dict[str, str]) -> None:
    house.mart("bad", SELECT, **header)
    error = refused(house)
    assert (error.code, error.file) == ("column_not_selected", "house/marts/test/bad.sql")
    assert error.line is not None
    assert error.line < line_of(house, "bad", "select b.customer_id")


def test_a_circle_names_both_files(house: House) -> None:
    house.mart("one", SELECT.replace("core.bill", "mart.two"))
    house.mart("two", SELECT.replace("core.bill", "mart.one"))
    error = refused(house)
    assert error.code == "cycle"
    for language in (error.text.en, error.text.zh):
        assert "house/marts/test/one.sql" in language
        assert "house/marts/test/two.sql" in language
    assert error.file in ("house/marts/test/one.sql", "house/marts/test/two.sql")
    assert error.line is not None


def test_a_mart_that_reads_itself(house: House) -> None:
    house.mart("one", SELECT.replace("core.bill", "mart.one"))
    assert at(refused(house))[:2] == ("cycle", "house/marts/test/one.sql")


def test_a_planned_table(house: House) -> None:
    house.mart("bad", SELECT + "join core.seal as s\n  on s.customer_id = b.customer_id\n")
    error = refused(house)
    assert at(error) == ("planned_table", "house/marts/test/bad.sql", line_of(house, "bad", "core.seal"))
    assert "core.seal" in error.text.zh


def test_an_unknown_relation_suggests_near_ones(house: House) -> None:
    house.mart("bad", SELECT.replace("core.bill", "core.bills"))
    error = refused(house)
    assert at(error) == ("unknown_relation", "house/marts/test/bad.sql", line_of(house, "bad", "core.bills"))
    assert "core.bill" in error.text.en.partition("did you mean")[2]
    assert "core.bill" in error.text.zh.partition("是否应为")[2]


def test_an_unknown_relation_inside_a_cte_names_its_own_line(house: House) -> None:
    select = "with x as (\n  select b.bill_id as bill_id\n  from mart.montly as b)\n" + SELECT
    house.mart("bad", select)
    assert refused(house).line == line_of(house, "bad", "mart.montly")


def test_a_schema_does_not_hide_behind_a_cte(house: House) -> None:
    house.mart(
        "bad",
        "with bills as (select b.bill_id as bill_id from core.bill as b)\n"
        + SELECT.replace("core.bill", "core.bills"),
    )
    assert refused(house).code == "unknown_relation"


def test_two_marts_of_one_name(house: House) -> None:
    house.put("marts/other/monthly.sql", MONTHLY)
    error = refused(house)
    assert error.code == "model_twice"
    assert "monthly.sql" in error.text.en


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("lookback_months: -1\n", "lookback_months"),
        ("lookahead_months: -2\n", "lookahead_months"),
        ("settings: {limit: {value: many, unit: kwh, why: because it is so}}\n", "settings"),
        ("settings: {limit: {value: .nan, unit: kwh, why: because it is so}}\n", "settings"),
        ("settings: {limit: {value: .inf, unit: kwh, why: because it is so}}\n", "settings"),
        # decimal(16,6) holds ten digits before the point and six after it; a rounded setting is another one.
        ("settings: {limit: {value: 12345678901, unit: kwh, why: because it is so}}\n", "settings"),
        ("settings: {limit: {value: '0.0000001', unit: kwh, why: because it is so}}\n", "settings"),
    ],
)
def test_a_header_that_cannot_be_meant(house: House, header: str, key: str) -> None:
    house.mart("bad", SELECT, more=header)
    error = refused(house)
    assert at(error) == (error.code, "house/marts/test/bad.sql", line_of(house, "bad", key))


def test_a_partitioned_mart_is_cut_by_a_date(house: House) -> None:
    house.mart("bad", SELECT, partition_on="billed_kwh")
    assert refused(house).file == "house/marts/test/bad.sql"


@pytest.mark.parametrize(
    "audit",
    [
        "{check: references, columns: [customer_id], to: core.custmer, level: error}",
        "{check: references, columns: [customer_id], level: error}",
        "{check: ordered, columns: [month_on], level: error}",
        "{check: in_list, columns: [customer_id], level: error}",
    ],
)
def test_a_marts_rule_that_cannot_be_counted_is_refused(house: House, audit: str) -> None:
    house.mart("bad", SELECT, more=f"audits: [{audit}]\n")
    assert refused(house).file == "house/marts/test/bad.sql"


@pytest.mark.parametrize(
    ("expression", "rule"),
    [
        ("now()", "now_random"),
        ("b.biled_kwh", "unknown_column"),
        ("b.billed_kwh / 2", "decimal_division"),
        ("random()", "now_random"),
    ],
)
def test_the_linter_is_wired_in(house: House, expression: str, rule: str) -> None:
    house.mart("bad", SELECT.replace("b.billed_kwh as", f"{expression} as"))
    catalogue = house.catalogue
    with pytest.raises(ContentError) as caught:
        catalogue.lint(catalogue.marts["mart.bad"])
    error = caught.value
    assert (error.file, error.line) == ("house/marts/test/bad.sql", line_of(house, "bad", expression))
    assert rule in (error.code, *_rules(error.text.en)), error.text.en
    catalogue.lint(catalogue.marts["mart.monthly"])


def _rules(text: str) -> list[str]:
    return [part.partition("]")[0] for part in text.split("[")[1:]]


def test_settings_are_a_relation_of_their_own_mart(house: House) -> None:
    select = SELECT.replace(
        "from core.bill as b\n",
        "from core.bill as b\ncross join setting as s\nwhere b.billed_kwh > s.limit_kwh\n",
    )
    house.mart("good", select, more="settings: {limit_kwh: {value: 3, unit: kwh, why: because it is so}}\n")
    house.mart("bad", select)
    catalogue = house.catalogue
    catalogue.lint(catalogue.marts["mart.good"])
    with pytest.raises(ContentError):
        catalogue.lint(catalogue.marts["mart.bad"])


# -- reference tables ---------------------------------------------------------------------------------


def test_a_reference_table(house: House) -> None:
    house.put(
        "lexicon/reference/register_size.csv",
        "register_digits,register_limit_kwh,reason\n4,10000,\n5,100000.5,a\n",
    )
    table = house.catalogue.references["reference.register_size"]
    assert dict(table.columns) == {
        "register_digits": "integer",
        "register_limit_kwh": "decimal(14,4)",
        "reason": "text",
    }
    assert table.rows == ((4, Decimal(10000), None), (5, Decimal("100000.5"), "a"))
    assert house.catalogue.relation("reference.register_size").columns == table.columns


def test_another_row_is_another_reference_table(house: House) -> None:
    name = "lexicon/reference/register_size.csv"
    house.put(name, "register_digits\n4\n")
    before = house.catalogue.references["reference.register_size"].digest
    house.put(name, "register_digits\n5\n")
    assert house.catalogue.references["reference.register_size"].digest != before


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("register_digit\n4\n", 1),
        ("register_digits,register_limit_kwh\n4,1\n5\n", 3),
        ("register_digits,register_limit_kwh\n4,1\n5,2,3\n", 3),
        ("register_digits\n4\nfive\n", 3),
        ("register_limit_kwh\n1\n1,000\n", 3),
        ("register_limit_kwh\nnan\n", 2),
        ("register_limit_kwh\n0.00001\n", 2),
        ("month_on\n2026-13-01\n", 2),
        ("share_ratio\nmany\n", 2),
        ("register_digits,register_digits\n4,4\n", 1),
        ("", 1),
    ],
)
def test_a_broken_reference_table_names_its_row(house: House, text: str, line: int) -> None:
    house.put("lexicon/reference/register_size.csv", text)
    error = refused(house)
    assert error.file == "house/lexicon/reference/register_size.csv"
    assert error.line == line


# -- the house itself ---------------------------------------------------------------------------------


def test_every_mart_of_the_house_is_linted() -> None:
    catalogue = load_catalogue(ContentRoots.find())
    assert catalogue.marts
    for mart in catalogue.marts.values():
        catalogue.lint(mart)
        assert mart.description.en
        assert mart.description.zh


def test_the_select_begins_on_the_line_after_the_header() -> None:
    lines = mart_text(SELECT).split("\n")
    assert lines[lines.index("--- */") + 1].startswith("select")
