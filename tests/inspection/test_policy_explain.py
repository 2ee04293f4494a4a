"""`jicha explain parameter`: every level that may speak, all that was ever said there, and why one holds."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from jicha.inspection.nearest import DEFAULT, EVERYWHERE, OrgTree
from jicha.inspection.policy_chain import Said, Thing, chain, differing
from jicha.kernel.errors import JichaError
from jicha.kernel.text import Text

from . import town
from .desk import BILLED, Desk
from .policies import BASE, LOSS, RULES
from .test_command_line import Cli, cli, done, rows_of  # noqa: F401 - the fixture runs the command line

TREE = OrgTree({"36": None, "3601": "36", "360101": "3601", "360102": "3601", "37": None})
TODAY = date(2026, 6, 30)
KEY = f"{BILLED}.min_difference_kwh"


def said(org: str, value: str, start: date = date(2026, 1, 1), end: date | None = None) -> Said:
    return Said(org, value, start, end, "county", Text("why", "理由"), "policy/parameters/x.yaml", 1)


def thing(*statements: Said) -> Thing:
    return Thing("made/topic.limit", "", None, Text("made", "自制"), None, "kwh", statements)


HISTORY = thing(
    said("360101", "1", date(2025, 1, 1), date(2026, 1, 1)),
    said("360101", "2", date(2027, 1, 1)),
    said("3601", "3"),
    said("36", "4"),
    said(EVERYWHERE, "5"),
    said(DEFAULT, "6", date(1900, 1, 1)),
)


def test_the_chain_has_every_level_and_everything_said_there() -> None:
    levels = chain(HISTORY, TREE, "360101", TODAY)
    assert [level.org_id for level in levels] == ["360101", "3601", "36", EVERYWHERE, DEFAULT]
    told = [[(s.value, standing) for s, standing in level.said] for level in levels]
    assert told == [
        [("1", "past"), ("2", "future")],
        [("3", "wins")],
        [("4", "nearer_wins")],
        [("5", "nearer_wins")],
        [("6", "nearer_wins")],
    ]


@pytest.mark.parametrize(
    ("org", "on", "value"),
    [
        ("360101", date(2025, 12, 31), "1"),
        ("360101", date(2027, 1, 1), "2"),
        ("360102", TODAY, "3"),
        ("36", TODAY, "4"),
        ("37", TODAY, "5"),
        ("37", date(2020, 1, 1), "6"),
    ],
)
def test_exactly_one_statement_wins_and_it_is_the_one_that_holds(org: str, on: date, value: str) -> None:
    found = [s for level in chain(HISTORY, TREE, org, on) for s in level.said if s[1] == "wins"]
    assert [s.value for s, _ in found] == [value]


def test_a_level_that_says_nothing_is_shown_all_the_same() -> None:
    levels = chain(thing(said(DEFAULT, "6")), TREE, "360101", TODAY)
    assert [len(level.said) for level in levels] == [0, 0, 0, 0, 1]


def test_without_a_default_the_chain_ends_with_all_organisations() -> None:
    levels = chain(thing(said(EVERYWHERE, "5")), TREE, "37", TODAY)
    assert [level.org_id for level in levels] == ["37", EVERYWHERE]


def test_where_two_roots_speak_for_all_the_later_replaces_the_earlier() -> None:
    levels = chain(thing(said(EVERYWHERE, "1"), said(EVERYWHERE, "2")), TREE, "37", TODAY)
    assert [standing for _, standing in levels[-1].said] == ["replaced", "wins"]


def test_the_tree_lists_who_differs_below_whom() -> None:
    found = differing(
        thing(said("36", "1"), said("360101", "2"), said("37", "3"), said("99", "4")), TREE, TODAY
    )
    assert [(each.org_id, each.depth, each.is_known) for each in found] == [
        ("36", 0, True),
        ("360101", 1, True),
        ("37", 0, True),
        ("99", 0, False),
    ]


# -- the command -----------------------------------------------------------------------------------------


@pytest.fixture
def local(tmp_path: Path) -> Path:
    """A private root with something to explain of every kind."""
    entry = (
        "  - {{of: {of}, parameter: min_difference_kwh, org: '{org}', value: {value}, valid_from: {start}, "
    )
    entry += "owner: county, why: {{en: the county says so, zh: 县公司口径}}}}\n"
    text = "parameters:\n" + "".join(
        entry.format(of=BILLED, org=org, value=value, start=start)
        for org, value, start in (
            (town.WEST, 9, "2027-01-01"),
            ("3601", 7, "2026-01-01"),
            ("3699", 8, "2026-01-01"),
        )
    )
    files = {
        "policy/parameters/county.yaml": text
        + "tables:\n  - {table: made_loss, org: '3601', valid_from: 2026-01-01, owner: county,\n"
        "     why: {en: the county says so, zh: 县公司口径}, rows: [[feeder_10kv, 6, 2]]}\n",
        "policy/made_loss.yaml": LOSS.replace("[area,", "[transformer_area,").replace(
            "[feeder,", "[feeder_10kv,"
        ),
        "policy/sweep.yaml": "window_months:\n  {value: 6, unit: months, why: {en: half a year, zh: 半年足够}}\n",
        "law/settings/charge_base.yaml": BASE,
        "law/instruments/rules_1996.yaml": RULES,
    }
    for name, content in files.items():
        path = tmp_path / "local" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path / "local"


@pytest.fixture
def explain(cli: Cli, swept: Desk, local: Path) -> Cli:  # noqa: F811
    def run(*arguments: str | Path, lang: str = "en"):  # type: ignore[no-untyped-def]
        where = ("--workspace", swept.workspace.path, "--content", local)
        return cli("explain", "parameter", *arguments, *where, lang=lang)

    return run


def test_the_levels_are_drawn_from_the_organisation_up(explain: Cli) -> None:
    shown = done(explain(KEY, "--org", town.WEST, "--on", "2026-06-30")).stdout
    assert "示例省公司 › 示例供电公司 › 城西供电所" in shown
    order = [
        "城西供电所 (360101)",
        "示例供电公司 (3601)",
        "示例省公司 (36)",
        "all organisations",
        "default of the topic",
    ]
    places = [shown.index(part) for part in order]
    assert places == sorted(places)
    lines = {part: next(line for line in shown.splitlines() if part in line) for part in order}
    assert "9 kwh" in lines[order[0]] and "not yet" in lines[order[0]]
    assert "7 kwh" in lines[order[1]] and "✓ holds" in lines[order[1]] and "county.yaml:3" in lines[order[1]]
    assert "says nothing" in lines[order[2]] and "says nothing" in lines[order[3]]
    assert "a nearer one holds" in lines[order[4]] and f"{BILLED}.sql:" in lines[order[4]]


def test_it_speaks_chinese(explain: Cli) -> None:
    shown = done(explain(KEY, "--org", town.WEST, "--on", "2026-06-30", lang="zh")).stdout
    for words in ("层级", "✓ 生效", "尚未生效", "未设置", "更近一级优先", "主题默认值", "县公司口径"):
        assert words in shown


def test_json_has_one_row_for_every_statement_and_silent_level(explain: Cli) -> None:
    rows = rows_of(explain(KEY, "--org", town.WEST, "--on", "2026-06-30", "--format", "json"))
    told = [(row["level"], row["place"], row["org_id"], row["value"], row["standing"]) for row in rows]
    assert told[:3] == [
        (0, "organisation", town.WEST, "9", "future"),
        (1, "organisation", "3601", "7", "wins"),
        (2, "organisation", "36", None, None),
    ]
    assert told[3] == (3, "all", None, None, None)
    assert told[4][:2] == (4, "default") and told[4][4] == "nearer_wins"
    assert rows[1]["why_zh"] == "县公司口径" and rows[1]["valid_from"] == "2026-01-01"
    assert rows[1]["line"] == 3 and rows[1]["file"] == "local/policy/parameters/county.yaml"


def test_csv_has_the_same_columns(explain: Cli) -> None:
    shown = done(explain(KEY, "--format", "csv")).stdout
    rows = list(csv.DictReader(io.StringIO(shown)))
    assert [row["place"] for row in rows] == ["default", "organisation", "organisation"]
    assert [row["is_in_lake"] for row in rows] == ["True", "True", "False"]


def test_without_an_organisation_those_that_differ_are_listed(explain: Cli) -> None:
    shown = done(explain(KEY, "--on", "2026-06-30")).stdout
    assert "示例供电公司 (3601)" in shown and "城西供电所" not in shown
    assert "3699 (not in the lake)" in shown, "a policy for nobody is no secret"
    assert "1 more of the past or future" in shown


def test_as_of_is_the_older_name_of_on(explain: Cli) -> None:
    one = done(explain(KEY, "--org", town.WEST, "--as-of", "2027-02-01")).stdout
    assert one == done(explain(KEY, "--org", town.WEST, "--on", "2027-02-01")).stdout
    (line,) = [line for line in one.splitlines() if "城西供电所 (360101)" in line]
    assert "9 kwh" in line and "✓ holds" in line
    result = explain(KEY, "--as-of", "2027-02-01", "--on", "2027-02-02")
    assert isinstance(result.exception, JichaError) and result.exception.code == "two_dates"


def test_a_policy_table_has_a_chain_for_each_of_its_keys(explain: Cli) -> None:
    rows = rows_of(explain("made_loss.high_above_pct", "--org", town.EAST, "--format", "json"))
    held = {row["item"]: (row["value"], row["place"]) for row in rows if row["standing"] == "wins"}
    assert held == {"transformer_area": ("10", "all"), "feeder_10kv": ("6", "organisation")}
    one = rows_of(explain("policy.made_loss/feeder_10kv.limit_days", "--org", town.EAST, "--format", "json"))
    assert {row["item"] for row in one} == {"feeder_10kv"}
    assert [row["value"] for row in one if row["standing"] == "wins"] == ["2"]


def test_a_cell_without_a_value_is_no_zero(explain: Cli) -> None:
    shown = done(explain("made_loss/transformer_area.limit_days")).stdout
    assert "none" in shown and "0 days" not in shown


def test_the_window_of_a_sweep_comes_from_the_last_root(explain: Cli) -> None:
    rows = rows_of(explain("sweep.window_months", "--org", town.WEST, "--format", "json"))
    told = {row["place"]: (row["value"], row["standing"]) for row in rows if row["value"]}
    assert told == {"all": ("6", "wins"), "default": ("12", "nearer_wins")}


def test_a_reading_of_law_shows_the_question_and_the_options(explain: Cli) -> None:
    shown = done(explain("law/charge_base", "--org", town.WEST)).stdout
    for words in ("Which base is meant", "as in the contract", "default of the law file", "metered"):
        assert words in shown


@pytest.mark.parametrize(
    ("key", "code", "near"),
    [
        (f"{BILLED}.min_differenc_kwh", "unknown_parameter", KEY),
        ("min_difference_kwh", "unknown_topic", KEY),
        ("reading/billed_energy_differ.min_difference_kwh", "unknown_topic", KEY),
        ("made_loss.high_pct", "unknown_parameter", "made_loss.high_above_pct"),
        ("made_los.high_above_pct", "unknown_topic", "made_loss.high_above_pct"),
        ("made_loss/feeder.limit_days", "unknown_parameter", "made_loss/feeder_10kv.limit_days"),
        ("sweep.window_month", "unknown_topic", "sweep.window_months"),
        ("law/charge_bas", "unknown_setting", "law/charge_base"),
    ],
)
def test_an_unknown_key_suggests_near_ones_in_both_languages(
    explain: Cli, key: str, code: str, near: str
) -> None:
    result = explain(key)
    error = result.exception
    assert isinstance(error, JichaError) and error.code == code
    assert near in error.text.en and near in error.text.zh
    assert result.stdout == ""
