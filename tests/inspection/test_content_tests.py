"""`given` rows -> `expect` rows: the runner tells right from wrong and refuses what it does not know."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jicha.inspection.content_test import Bench, CaseResult, find_tests
from jicha.kernel.errors import ContentError
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.engines.duckdb import DuckDBEngine

from .topics import text

TOPIC = text(
    {
        "parameters": {"min_kwh": {"value": 100, "unit": "kwh", "why": "a number of the house"}},
        "innocence": [{"check": "meter_changed", "clears": "touches", "margin_days": 5}],
    },
    columns={"bill_id": "m.bill_id"},
    source="mart.metering_point_bill as m\njoin core.customer as c on c.customer_id = m.customer_id\n"
    "join parameter as p on p.org_id = c.org_id\nwhere m.billed_kwh >= p.min_kwh",
)

DEFAULTS = """
defaults:
  core.customer: {customer_id: C1, org_id: S1}
  mart.metering_point_bill: {metering_point_id: M1, customer_id: C1, bill_id: B1, month_on: 2026-05-01,
    from_on: 2026-05-01, to_on: 2026-06-01}
"""

GIVEN = """
    given:
      core.customer: [{}]
      mart.metering_point_bill: [{billed_kwh: 100}]
"""

Run = Callable[[str], list[CaseResult]]


@pytest.fixture
def run(public: Path, tmp_path: Path, engine: DuckDBEngine) -> Run:
    """Runs the cases of a topic `metering/made`."""
    folder = tmp_path / "local" / "topics" / "metering"
    folder.mkdir(parents=True)
    (folder / "made.sql").write_text(TOPIC, encoding="utf-8")
    catalogue = Catalogue.load(ContentRoots(public, (tmp_path / "local",)))

    def cases(written: str) -> list[CaseResult]:
        file = folder / "made.test.yaml"
        file.write_text(DEFAULTS + "cases:\n" + written, encoding="utf-8")
        return list(Bench(catalogue, engine).run([file]))

    return cases


def case(expect: str, *, given: str = GIVEN, more: str = "") -> str:
    return f"  - name: made{given}    expect: {expect}\n{more}"


def problems(run: Run, written: str) -> str:
    (result,) = run(written)
    return " | ".join(result.problems)


def test_a_right_expectation_passes(run: Run) -> None:
    (result,) = run(case("[{metering_point_id: M1, observed_value: 100, bill_id: B1}]"))
    assert result.problems == ()
    assert (result.model, result.name, result.file) == (
        "metering/made",
        "made",
        "local/topics/metering/made.test.yaml",
    )


@pytest.mark.parametrize(
    ("expect", "part"),
    [
        ("[{observed_value: 101}]", "no hit like {observed_value: 101.0000}"),
        ("[]", "a hit nobody expected"),
        ("[{bill_id: B1}, {bill_id: B1}]", "no hit like"),
        ("[{bill_id: null}]", "no hit like"),
    ],
)
def test_a_wrong_expectation_fails_and_says_what_was_found(run: Run, expect: str, part: str) -> None:
    assert part in problems(run, case(expect))


def test_an_unexpected_row_beside_the_expected_fails(run: Run) -> None:
    given = GIVEN.replace("[{billed_kwh: 100}]", "[{billed_kwh: 100}, {billed_kwh: 200, bill_id: B2}]")
    assert "a hit nobody expected" in problems(run, case("[{bill_id: B1}]", given=given))
    assert problems(run, case("[{bill_id: B1}, {bill_id: B2}]", given=given)) == ""


def test_the_threshold_is_the_headers_or_the_cases(run: Run) -> None:
    assert problems(run, case("[]", more="    parameters: {min_kwh: 100.01}\n")) == ""
    assert problems(run, case("[{}]", more="    parameters: {min_kwh: 100}\n")) == ""


def test_the_window_is_half_open_at_its_begin(run: Run) -> None:
    assert problems(run, case("[]", more="    from_on: 2026-06-01\n")) == ""
    assert problems(run, case("[{}]", more="    from_on: 2026-05-31\n")) == ""
    assert problems(run, case("[{}]", more="    as_of: 2026-05-31\n")) == ""
    assert problems(run, case("[]", more="    as_of: 2026-05-30\n")) == ""


def test_alibis_clear_as_in_a_sweep(run: Run) -> None:
    alibi = "    alibi: {meter_changed: [{metering_point_id: M1, valid_from: 2026-05-09, valid_to: 2026-05-09}]}\n"
    cleared = "    cleared: [{bill_id: B1, check_name: meter_changed}]\n"
    assert problems(run, case("[]", more=alibi + cleared)) == ""
    assert "no cleared hit like" in problems(run, case("[{}]", more=cleared))
    assert "a cleared hit nobody expected" in problems(run, case("[]", more=alibi))


def test_a_checks_own_sql_runs_on_the_given_rows(run: Run) -> None:
    meters = (
        "      core.meter_installation:\n"
        "        - {metering_point_id: M1, customer_id: C1, meter_id: E1,\n"
        "           valid_from: 2020-01-01, valid_to: 2026-05-09}\n"
        "        - {metering_point_id: M1, customer_id: C1, meter_id: E2,\n"
        "           valid_from: 2026-05-09, valid_to: 9999-12-31}\n"
    )
    cleared = "    cleared: [{check_name: meter_changed}]\n"
    assert problems(run, case("[]", given=GIVEN + meters, more=cleared)) == ""


def test_packing_is_tested_where_findings_are_given(run: Run) -> None:
    given = GIVEN.replace(
        "[{billed_kwh: 100}]",
        "[{billed_kwh: 100}, {billed_kwh: 200, bill_id: B2, from_on: 2026-06-01, to_on: 2026-07-01}]",
    )
    findings = (
        "    findings: [{subject_id: M1, period_from: 2026-05-01, period_to: 2026-07-01, impact_kwh: 300}]\n"
    )
    assert problems(run, case("[{}, {}]", given=given, more=findings)) == ""
    wrong = findings.replace("300", "299")
    assert "no finding like" in problems(run, case("[{}, {}]", given=given, more=wrong))


@pytest.mark.parametrize(
    ("written", "part"),
    [
        (case("[{bill_number: B1}]"), "bill_number"),
        (case("[]", given=GIVEN + "      core.bil: [{bill_id: B1}]\n"), "core.bil"),
        (case("[]", given=GIVEN.replace("billed_kwh", "billed_kvh")), "billed_kvh"),
        (case("[]", more="    parameters: {min_kvh: 5}\n"), "min_kvh"),
        (case("[]", more="    alibi: {meter_chnged: []}\n"), "meter_chnged"),
        (case("[]", more="    cleard: []\n"), "cleard"),
        (case("[]", more="    kind: nearmiss\n"), "nearmiss"),
    ],
    ids=["expected column", "relation", "given column", "parameter", "check", "key", "kind"],
)
def test_what_nobody_knows_is_refused_by_name(run: Run, written: str, part: str) -> None:
    assert part in problems(run, written)


@pytest.mark.parametrize(
    "written",
    [
        case("[]", given=GIVEN.replace("billed_kwh: 100", "billed_kwh: plenty")),
        case("[]", given=GIVEN.replace("billed_kwh: 100", "from_on: 2026-13-01")),
        case("[{period_from: May}]"),
        case("[]", more="    as_of: midsummer\n"),
    ],
    ids=["given number", "given date", "expected date", "as_of"],
)
def test_a_value_of_the_wrong_kind_fails_the_case_and_not_the_program(run: Run, written: str) -> None:
    assert problems(run, written)


def test_a_fault_in_one_case_leaves_the_others_their_verdict(run: Run) -> None:
    results = run(case("[{bill_number: B1}]") + case("[{bill_id: B1}]"))
    assert [bool(result.problems) for result in results] == [True, False]


def test_a_file_that_cannot_be_read_is_one_failed_case(
    public: Path, tmp_path: Path, engine: DuckDBEngine
) -> None:
    folder = tmp_path / "local" / "topics" / "metering"
    folder.mkdir(parents=True)
    (folder / "made.sql").write_text(TOPIC, encoding="utf-8")
    (folder / "made.test.yaml").write_text("cases: [\n", encoding="utf-8")
    (folder / "orphan.test.yaml").write_text("cases: []\n", encoding="utf-8")
    catalogue = Catalogue.load(ContentRoots(public, (tmp_path / "local",)))
    results = list(Bench(catalogue, engine).run(find_tests(catalogue.roots, folder)))
    assert [bool(result.problems) for result in results] == [True, True]
    assert "made.test.yaml" in results[0].problems[0] and "orphan.sql" in results[1].problems[0]


def test_files_are_found_by_model_by_test_by_folder_and_everywhere(public: Path, tmp_path: Path) -> None:
    folder = tmp_path / "local" / "topics" / "metering"
    folder.mkdir(parents=True)
    sql, test = folder / "made.sql", folder / "made.test.yaml"
    sql.write_text(TOPIC, encoding="utf-8")
    test.write_text("cases: []\n", encoding="utf-8")
    catalogue = Catalogue.load(ContentRoots(public, (tmp_path / "local",)))
    for path in (sql, test, folder):
        assert find_tests(catalogue.roots, path) == [test]
    assert test in find_tests(catalogue.roots)
    with pytest.raises(ContentError) as refused:
        find_tests(catalogue.roots, folder / "other.sql")
    assert refused.value.code == "no_test"


MART = """/* ---
owner: test
description: {en: made, zh: 测试}
grain: one row a customer
key: [customer_id]
reach: customer
--- */
select c.customer_id as customer_id, max(c.org_id) as org_id
from core.customer as c
group by c.customer_id
"""


def test_marts_and_checks_are_tested_the_same_way(public: Path, tmp_path: Path, engine: DuckDBEngine) -> None:
    marts, checks = tmp_path / "local" / "marts" / "made", tmp_path / "local" / "innocence"
    for folder in (marts, checks):
        folder.mkdir(parents=True)
    (marts / "customer_station.sql").write_text(MART, encoding="utf-8")
    (checks / "opened.sql").write_text(
        (public / "innocence" / "newly_opened.sql").read_text(encoding="utf-8"), encoding="utf-8"
    )
    case_of = (
        "cases:\n  - name: made\n"
        "    given: {core.customer: [{customer_id: C1, org_id: S1, opened_on: 2026-01-01}]}\n"
    )
    (marts / "customer_station.test.yaml").write_text(
        case_of + "    expect: [{org_id: S1}]\n", encoding="utf-8"
    )
    (checks / "opened.test.yaml").write_text(
        case_of + "    expect: [{valid_from: 2026-01-02}]\n", encoding="utf-8"
    )
    catalogue = Catalogue.load(ContentRoots(public, (tmp_path / "local",)))
    results = {r.model: r.problems for r in Bench(catalogue, engine).run(find_tests(catalogue.roots))}
    assert results["mart.customer_station"] == ()
    assert "no row like {valid_from: 2026-01-02}" in results["innocence/opened"][0]


OVERRIDE = (
    "{customer_id: C1, metering_point_id: M1, field: multiplier, value_number: 40, valid_to: 2026-06-01}"
)


@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        (f"[{OVERRIDE}]", ()),
        (f"[{OVERRIDE.replace('40', '41')}]", ("override like", "nobody expected")),
        ("[]", ("nobody expected",)),
        (f"[{OVERRIDE.replace('value_number', 'number')}]", ("unknown columns: number",)),
    ],
)
def test_a_case_may_say_what_would_be_replayed(
    public: Path, tmp_path: Path, engine: DuckDBEngine, overrides: str, told: tuple[str, ...]
) -> None:
    folder = tmp_path / "local" / "topics" / "metering"
    folder.mkdir(parents=True)
    columns = {"nameplate_multiplier": "cast(m.billed_kwh as decimal(10,2))"}
    written = text({"replay": {"multiplier": "nameplate_multiplier"}}, columns)
    (folder / "made.sql").write_text(written, encoding="utf-8")
    file = folder / "made.test.yaml"
    case = "  - name: a\n    kind: hit\n    given: {mart.metering_point_bill: [{billed_kwh: 40}]}\n    expect: [{}]\n"
    file.write_text(f"{DEFAULTS}cases:\n{case}    overrides: {overrides}\n", encoding="utf-8")
    catalogue = Catalogue.load(ContentRoots(public, (tmp_path / "local",)))
    (result,) = Bench(catalogue, engine).run([file])
    assert len(result.problems) == len(told)
    assert all(words in problem for words, problem in zip(told, result.problems, strict=True))
