"""Policy in statements: joined by organisation and the date of the fact, part of what a run is made of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from jicha.inspection.content import load_catalogue
from jicha.inspection.content_test import Bench, CaseResult
from jicha.inspection.plan import load_plan
from jicha.inspection.topic import lint_topic, load_topics
from jicha.kernel.errors import ContentError
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.engines.duckdb import DuckDBEngine

from . import topics, town
from .desk import BILLED, LOCAL, Desk
from .policies import BASE, RULES
from .town import point_of

MADE = "metering/above_limit"

LIMIT = """\
title: {en: A limit, zh: 界限}
description: {en: Above it somebody looks, zh: 超过即核查}
key: []
values: [high_above_pct]
blocks:
  - valid_from: 1900-01-01
    owner: jicha
    why: {en: a limit nobody reaches, zh: 不会触发的界限}
    rows: [[900]]
"""

SOURCE = """mart.metering_point_bill as m
join core.customer as c on c.customer_id = m.customer_id
join policy.made_limit as p on p.org_id = c.org_id and m.from_on >= p.valid_from and m.from_on < p.valid_to
join policy.law_setting as s on s.org_id = c.org_id and m.from_on >= s.valid_from and m.from_on < s.valid_to
  and s.law_setting = 'charge_base'
where m.billed_kwh >= p.high_above_pct"""

#: A policy file that says nothing.
NONE = "parameters: []\n"

HEADER = {"uid": "p7q3h8qx", "code": "TEST-LIMIT"}


def limit(value: int, *, org: str = town.WEST, start: str = "2026-01-01") -> str:
    return (
        f'tables:\n  - {{table: made_limit, org: "{org}", valid_from: {start}, owner: county,\n'
        f"     why: {{en: flats are small, zh: 住宅用量小}}, rows: [[{value}]]}}\n"
    )


CHOICE = (
    'settings:\n  - {of: law/charge_base, choice: contract, org: "3601", valid_from: 2026-06-01, owner: city,\n'
    "     why: {en: contracts say so, zh: 供用电合同约定}}\n"
)


@pytest.fixture
def private(tmp_path: Path) -> Callable[[str], Path]:
    """A private root with the table, the question and the topic; the text is its policy of organisations."""

    def made(policy: str) -> Path:
        root = tmp_path / f"private-{len(list(tmp_path.glob('private-*')))}" / "local"
        for name, text in {
            "policy/made_limit.yaml": LIMIT,
            "policy/parameters/county.yaml": policy,
            "law/settings/charge_base.yaml": BASE,
            "law/instruments/rules_1996.yaml": RULES,
            f"topics/{MADE}.sql": topics.text(HEADER, {"law_choice": "s.law_choice"}, source=SOURCE),
        }.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        return root

    return made


@pytest.fixture
def under(fresh: Desk, private: Callable[[str], Path]) -> Callable[[str], Desk]:
    return lambda policy: fresh.under(ContentRoots(fresh.roots.public, (LOCAL, private(policy))))


def test_each_fact_is_judged_by_the_limit_of_its_day_and_organisation(under: Callable[[str], Desk]) -> None:
    """C01 uses 110 kWh and one more each month: 115 in May, 116 in June, but 122 in December before."""
    desk = under(limit(115) + CHOICE)
    record = desk.sweep(MADE)
    assert MADE not in record.skipped, record.skipped
    found = desk.one(MADE, point_of(town.ORDINARY))
    assert (found["period_from"], found["period_to"]) == (date(2026, 5, 1), date(2026, 7, 1))
    assert desk.found(MADE, point_of(town.SWAPPED)) == [], "another station has another limit"


def test_a_reading_of_law_reaches_the_evidence_by_the_date_of_the_fact(under: Callable[[str], Desk]) -> None:
    desk = under(limit(115) + CHOICE)
    desk.sweep(MADE)
    evidence = str(desk.one(MADE, point_of(town.ORDINARY))["evidence_json"])
    assert "metered" in evidence and "contract" in evidence


def test_another_limit_is_another_fingerprint_and_a_changed_topic(under: Callable[[str], Desk]) -> None:
    first = under(limit(115)).sweep()
    assert first.counts
    desk = under(limit(200))
    key = desk.one(MADE, point_of(town.ORDINARY))["finding_key"]
    east = desk.one(MADE, point_of(town.MULTIPLIER_EAST))["finding_key"]
    record = desk.sweep()
    assert record.parameter_digest != first.parameter_digest
    assert record.fingerprint != first.fingerprint
    known = desk.known(key)
    assert known.presence == "topic_changed" and "parameter" in known.reason_en
    assert desk.known(east).presence == "still_there"
    assert desk.known(east).parameter_digest == desk.known(east, first.run).parameter_digest


def test_a_limit_nobody_reads_and_one_that_says_the_same_change_no_judgement(
    under: Callable[[str], Desk],
) -> None:
    first = under(limit(115)).sweep(MADE)
    same = under(limit(115).replace("[[115]]", "[['115.00']]")).sweep(MADE)
    assert same.parameter_digest == first.parameter_digest
    unread = under(limit(115)).sweep(BILLED)
    other = under(limit(120)).sweep(BILLED)
    assert unread.parameter_digest == other.parameter_digest


def test_the_linter_knows_the_columns(public: Path, private: Callable[[str], Path]) -> None:
    root = private(limit(115))
    path = root / "topics" / f"{MADE}.sql"
    path.write_text(
        path.read_text(encoding="utf-8").replace("p.high_above_pct", "p.high_abov_pct"), encoding="utf-8"
    )
    catalogue = load_catalogue(ContentRoots(public, (LOCAL, root)))
    with pytest.raises(ContentError) as refused:
        lint_topic(load_topics(catalogue)[MADE], catalogue)
    assert "high_above_pct" in refused.value.text.zh


def test_a_misspelt_policy_is_told_with_near_names(public: Path, private: Callable[[str], Path]) -> None:
    root = private(NONE)
    path = root / "topics" / f"{MADE}.sql"
    path.write_text(
        path.read_text(encoding="utf-8").replace("policy.made_limit", "policy.made_limits"), encoding="utf-8"
    )
    with pytest.raises(ContentError) as refused:
        load_topics(load_catalogue(ContentRoots(public, (LOCAL, root))))
    assert refused.value.code == "unknown_relation" and "policy.made_limit" in refused.value.text.en


@pytest.mark.parametrize("relation", ["policy.made_limit", "policy.law_setting"])
def test_a_mart_may_not_read_policy(public: Path, private: Callable[[str], Path], relation: str) -> None:
    """docs/adr/0004: a mart is a fact for all."""
    root = private(NONE)
    mart = root / "marts" / "usage" / "judged.sql"
    mart.parent.mkdir(parents=True)
    mart.write_text(
        "/* ---\nowner: billing\ndescription: {en: A mart, zh: 集市}\ngrain: one row each\nkey: [org_id]\n"
        f"reach: organisation\n--- */\nselect o.org_id as org_id\nfrom core.organisation as o\n"
        f"join {relation} as p on p.org_id = o.org_id\n",
        encoding="utf-8",
    )
    with pytest.raises(ContentError) as refused:
        load_catalogue(ContentRoots(public, (LOCAL, root)))
    error = refused.value
    assert (error.code, error.file, error.line) == ("policy_in_mart", "local/marts/usage/judged.sql", 10)
    assert relation in error.text.zh


@pytest.mark.parametrize(
    ("policy", "code", "line"),
    [
        (limit(115).replace("made_limit", "made_limits"), "unknown_policy_table", 2),
        (CHOICE.replace("contract,", "contracts,"), "unknown_option", 2),
        ("parameters:\n  - {of: metering/none, parameter: x, value: 1, valid_from: 2026-01-01, owner: city,\n"
         "     why: {en: a number of ours, zh: 本公司口径}}\n", "policy_of_nothing", 2),
    ],
)  # fmt: skip
def test_policy_that_can_never_hold_stops_a_sweep_before_it_runs(
    public: Path, private: Callable[[str], Path], policy: str, code: str, line: int
) -> None:
    with pytest.raises(ContentError) as refused:
        load_plan(ContentRoots(public, (LOCAL, private(policy))))
    assert (refused.value.code, refused.value.line) == (code, line)
    assert refused.value.file == "local/policy/parameters/county.yaml"


# -- content tests ---------------------------------------------------------------------------------------

GIVEN = """
    given:
      core.customer: [{}]
      mart.metering_point_bill: [{billed_kwh: 899}]
"""

DEFAULTS = """
defaults:
  core.customer: {customer_id: C1, org_id: S1}
  mart.metering_point_bill: {metering_point_id: M1, customer_id: C1, month_on: 2026-05-01,
    from_on: 2026-05-01, to_on: 2026-06-01}
  policy.made_limit: {org_id: S1, valid_from: 2026-01-01, valid_to: 9999-12-31}
cases:
"""


@pytest.fixture
def run(public: Path, private: Callable[[str], Path], engine: DuckDBEngine) -> Callable[[str], CaseResult]:
    """Runs one case of the topic. The organisation's own policy plays no part in it."""
    root = private(limit(1, org="S9"))
    catalogue = load_catalogue(ContentRoots(public, (root,)))

    def case(written: str) -> CaseResult:
        file = root / "topics" / f"{MADE}.test.yaml"
        file.write_text(DEFAULTS + written, encoding="utf-8")
        (result,) = Bench(catalogue, engine).run([file])
        return result

    return case


def test_a_case_has_the_defaults_of_policy_for_the_organisations_it_names(
    run: Callable[[str], CaseResult],
) -> None:
    assert run(f"  - name: below{GIVEN}    expect: []\n").problems == ()
    above = GIVEN.replace("899", "900")
    expected = "[{metering_point_id: M1, law_choice: metered}]"
    assert run(f"  - name: above{above}    expect: {expected}\n").problems == ()


def test_a_case_may_give_the_rows_of_a_policy_table(run: Callable[[str], CaseResult]) -> None:
    given = GIVEN + "      policy.made_limit: [{high_above_pct: 100}]\n"
    assert run(f"  - name: own limit{given}    expect: [{{metering_point_id: M1}}]\n").problems == ()


def test_a_case_that_misspells_a_policy_column_is_told(run: Callable[[str], CaseResult]) -> None:
    given = GIVEN + "      policy.made_limit: [{high_abov_pct: 100}]\n"
    (problem,) = run(f"  - name: misspelt{given}    expect: []\n").problems
    assert "high_abov_pct" in problem
