"""The command line over findings: one array or one table on stdout, everything else on stderr."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from jicha.cli.app import app
from jicha.inspection.results import CLEARED_COLUMNS, FINDING_COLUMNS
from jicha.kernel.errors import JichaError, UnknownKey
from jicha.lexicon.roots import ContentRoots

from . import town
from .desk import BILLED, LOCAL, ZERO_USE, Desk
from .test_absences import policy
from .town import point_of

Cli = Callable[..., Result]


@pytest.fixture
def cli(public: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Runs a command over the tests' content."""

    def find(private: Sequence[Path] = ()) -> ContentRoots:
        return ContentRoots(public, (LOCAL, *(Path(root).resolve() for root in private)))

    monkeypatch.setattr(ContentRoots, "find", staticmethod(find))
    monkeypatch.delenv("JICHA_LANG", raising=False)
    monkeypatch.setattr("jicha.cli.show.out.width", 400)

    def run(*arguments: str | Path, lang: str = "en") -> Result:
        return CliRunner().invoke(app, ["--lang", lang, *map(str, arguments)])

    return run


def done(result: Result) -> Result:
    assert result.exit_code == 0, (result.output, result.exception)
    return result


def rows_of(result: Result) -> list[dict[str, Any]]:
    found = json.loads(done(result).stdout)
    assert isinstance(found, list)
    return found


# -- formats ----------------------------------------------------------------------------------------


def test_json_is_one_array_whose_keys_are_the_column_names(cli: Cli, swept: Desk) -> None:
    found = rows_of(cli("findings", "--workspace", swept.workspace.path, "--format", "json"))
    stored = swept.results.findings()
    assert [list(row) for row in found] == [list(FINDING_COLUMNS)] * len(stored)
    assert [row["finding_key"] for row in found] == [row["finding_key"] for row in stored]


def test_decimals_and_dates_are_exact_texts(cli: Cli, swept: Desk) -> None:
    found = rows_of(cli("findings", "--workspace", swept.workspace.path, "--format", "json"))
    for shown, stored in zip(found, swept.results.findings(), strict=True):
        for column in ("impact_kwh", "impact_yuan", "observed_value", "expected_value"):
            value = stored[column]
            assert shown[column] == (None if value is None else str(value))
            assert value is None or isinstance(value, Decimal)
        assert shown["period_from"] == stored["period_from"].isoformat()
        assert shown["is_partial_impact"] is stored["is_partial_impact"]


def test_csv_has_a_header_and_the_same_values(cli: Cli, swept: Desk) -> None:
    arguments = ("findings", "--workspace", swept.workspace.path, "--format")
    listed = list(csv.DictReader(io.StringIO(done(cli(*arguments, "csv")).stdout)))
    found = rows_of(cli(*arguments, "json"))
    assert list(listed[0]) == list(FINDING_COLUMNS)
    for one, other in zip(listed, found, strict=True):
        assert one == {name: "" if value is None else str(value) for name, value in other.items()}


def test_cleared_and_absent_are_arrays_too(cli: Cli, fresh: Desk) -> None:
    where = ("--workspace", fresh.workspace.path, "--format", "json")
    assert rows_of(cli("findings", "--absent", *where)) == []
    (cleared,) = [r for r in rows_of(cli("findings", "--cleared", *where)) if r["topic"] == BILLED]
    assert list(cleared) == list(CLEARED_COLUMNS)
    fresh.sweep(BILLED)
    absent = rows_of(cli("findings", "--absent", *where))
    assert {row["presence_code"] for row in absent} == {"not_evaluated"}
    assert all(row["reason_en"] and row["reason_zh"] for row in absent)


def test_a_sweep_prints_rows_on_stdout_and_its_progress_elsewhere(cli: Cli, fresh: Desk) -> None:
    result = cli("sweep", "--workspace", fresh.workspace.path, "--topic", BILLED, "--format", "json")
    found = rows_of(result)
    assert {row["topic"] for row in found} == {BILLED}
    assert result.stdout.startswith("[") and result.stdout.rstrip().endswith("]")
    assert fresh.results.runs() == [1, 2]


def test_a_sweep_tells_counts_skips_and_fingerprint(cli: Cli, fresh: Desk) -> None:
    result = done(cli("sweep", "--workspace", fresh.workspace.path, "--topic", BILLED, lang="zh"))
    for words in ("仍存在", "本批次未选择", "与批次 1 比较", "指纹", fresh.results.record().fingerprint[:12]):
        assert words in result.stdout


def test_topics_as_json(cli: Cli) -> None:
    found = rows_of(cli("topics", "--format", "json"))
    assert {row["topic"] for row in found} >= {BILLED, ZERO_USE}
    assert {"topic_code", "topic", "title_zh", "title_en", "severity_code", "status"} == set(found[0])


# -- filters and errors -----------------------------------------------------------------------------


def test_filters_by_theme_topic_and_organisation_with_all_below(cli: Cli, swept: Desk) -> None:
    def subjects(*arguments: str) -> set[str]:
        where = ("--workspace", swept.workspace.path, "--format", "json")
        return {row["subject_id"] for row in rows_of(cli("findings", *arguments, *where))}

    everything = subjects()
    assert subjects("--topic", "reading") | subjects("--topic", "metering") == everything
    assert subjects("--topic", ZERO_USE) == {point_of(town.ZERO)}
    west, east = subjects("--org", town.WEST), subjects("--org", town.EAST)
    assert west | east == everything and not west & east
    assert subjects("--org", "36") == everything


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("findings", "--org", "99"), "unknown_organisation"),
        (("findings", "--run", "9"), "unknown_run"),
        (("sweep", "--topic", "reading/no_such"), "unknown_topic"),
        (("sweep", "--as-of", "2026-06-31"), "bad_date"),
        (("sweep", "--known-at", "9"), "unknown_run"),
        (("explain", "finding", "zzzz"), "unknown_finding"),
        (("explain", "parameter", f"{BILLED}.min_kvh"), "unknown_parameter"),
        (("explain", "parameter", "nothing"), "unknown_topic"),
        (("explain", "parameter", f"{BILLED}.min_difference_kwh", "--org", "99"), "unknown_organisation"),
    ],
)
def test_what_the_user_may_mistype_is_told(
    cli: Cli, swept: Desk, arguments: tuple[str, ...], code: str
) -> None:
    result = cli(*arguments, "--workspace", swept.workspace.path)
    assert result.exit_code != 0
    assert isinstance(result.exception, JichaError) and result.exception.code == code
    assert result.stdout == ""
    assert swept.results.runs() == [1]


def test_findings_of_a_topic_that_does_not_exist_are_no_empty_table(cli: Cli, swept: Desk) -> None:
    result = cli("findings", "--topic", "reading/no_such", "--workspace", swept.workspace.path)
    assert isinstance(result.exception, UnknownKey), "an empty table would look like `nothing wrong`"


# -- explain ----------------------------------------------------------------------------------------


def test_explain_shows_rule_values_parameters_checks_and_rows(cli: Cli, swept: Desk) -> None:
    row = swept.one(BILLED, point_of(town.MULTIPLIER_WEST))
    for lang, words in (
        ("en", ("Billed energy is not", "default of the topic", "does not explain it")),
        ("zh", ("计费电量与示数差", "主题默认值", "不能解释")),
    ):
        result = done(
            cli("explain", "finding", row["finding_key"], "--workspace", swept.workspace.path, lang=lang)
        )
        shown = result.stdout
        for part in (*words, row["finding_key"], "0.001 ratio", f"{BILLED}.sql", "30,360.00", "城西供电所"):
            assert part in shown, part
        assert re.search(r"电能表装拆\.csv:\d+", shown) and re.search(r"账单明细_2025\d\d\.csv:\d+", shown)
        assert "张**" in shown and "张小" not in shown, "the name is masked"
        assert "13800000000" not in shown


def test_a_value_that_holds_for_all_is_not_called_the_default(cli: Cli, fresh: Desk, tmp_path: Path) -> None:
    policy(tmp_path / "local", org="*", value=165)
    content = ("--content", tmp_path / "local")
    where = ("--workspace", fresh.workspace.path)
    done(cli("sweep", *where, *content))
    row = fresh.one(BILLED, point_of(town.ONE_MONTH))
    shown = done(cli("explain", "finding", row["finding_key"], *where, *content)).stdout
    (line,) = [line for line in shown.splitlines() if "min_difference_kwh" in line]
    assert "165 kwh" in line and "local/policy/parameters/county.yaml" in line
    assert "default of the topic" not in line
    shown = done(cli("explain", "parameter", f"{BILLED}.min_difference_kwh", *where, *content)).stdout
    assert shown.count("165 kwh") == 1 and "all organisations" in shown
    assert "default of the topic" not in shown


def test_explain_parameter_says_where_a_value_comes_from(cli: Cli, swept: Desk, tmp_path: Path) -> None:
    policy(tmp_path / "local", org="3601", value=7)
    shown = done(
        cli(
            "explain",
            "parameter",
            f"{BILLED}.min_difference_kwh",
            "--org",
            town.WEST,
            "--workspace",
            swept.workspace.path,
            "--content",
            tmp_path / "local",
        )
    ).stdout
    assert "7 kwh" in shown and "示例省公司 › 示例供电公司 › 城西供电所" in shown
    assert "county" in shown and "local/policy/parameters/county.yaml" in shown


def test_brackets_in_names_are_shown_as_they_are(cli: Cli, fresh: Desk) -> None:
    """Names come from the utility's files; no name may change how a table is drawn, or stop it."""
    found = town.delivery()
    found.row(town.ORGANISATIONS, 单位编码=town.WEST)["单位名称"] = "城西[red]所[/]"
    found.row(town.ORGANISATIONS, 单位编码=town.EAST)["单位名称"] = "城东[/bold]所"
    fresh.take(found, town.ORGANISATIONS)
    fresh.sweep()
    where = ("--workspace", fresh.workspace.path)
    shown = done(cli("findings", *where)).stdout
    assert "城西[red]所[/]" in shown and "城东[/bold]所" in shown
    key = fresh.one(BILLED, point_of(town.MULTIPLIER_EAST))["finding_key"]
    assert "城东[/bold]所" in done(cli("explain", "finding", key, *where)).stdout


def test_a_look_back_is_not_taken_for_where_things_stand(cli: Cli, fresh: Desk) -> None:
    """`jicha findings` after a look back shows the chain, or says over its table that it shows a look back."""
    where = ("--workspace", fresh.workspace.path)
    done(cli("sweep", "--as-of", "2026-03-31", *where))
    assert fresh.results.record(2).is_retrospective
    title = done(cli("findings", *where)).stdout.splitlines()[0]
    assert "Sweep 1" in title or "look back" in title


def test_a_look_back_asked_for_says_so_and_is_no_part_of_the_history(cli: Cli, fresh: Desk) -> None:
    where = ("--workspace", fresh.workspace.path)
    done(cli("sweep", "--as-of", "2026-03-31", *where))
    assert "look back" in done(cli("findings", "--run", "2", *where)).stdout.splitlines()[0]
    assert "回溯" in done(cli("findings", "--run", "2", *where, lang="zh")).stdout.splitlines()[0]
    assert "look back" not in done(cli("findings", "--run", "1", *where)).stdout.splitlines()[0]
    fresh.sweep()
    both = {row["finding_key"] for row in fresh.results.findings(2)}
    key = next(row["finding_key"] for row in fresh.results.findings(3) if row["finding_key"] in both)

    def history(*arguments: str) -> list[str]:
        shown = done(cli("explain", "finding", key, *arguments, *where)).stdout
        return re.findall(r"^ +(\d+) +\S", shown.partition("History")[2], re.M)

    assert history() == ["1", "3"]
    # Nothing was known on 31 March: the sweep of 30 June does not lie before it.
    assert history("--run", "2") == ["2"]
    assert "From a look back" in done(cli("explain", "finding", key, "--run", "2", *where)).stdout


def test_people_read_titles_where_programs_read_names(cli: Cli, fresh: Desk) -> None:
    where = ("--workspace", fresh.workspace.path)
    for lang, title in (("en", "A later adjustment has settled the bill"), ("zh", "已退补")):
        shown = done(cli("findings", "--cleared", *where, lang=lang)).stdout
        assert "adjustment_covers_bill" not in shown and title in shown
    cleared = rows_of(cli("findings", "--cleared", *where, "--format", "json"))
    assert "adjustment_covers_bill" in {row["check_name"] for row in cleared}
    fresh.sweep(BILLED)
    assert "not_evaluated" not in done(cli("findings", "--absent", *where)).stdout


# -- making and testing a topic ---------------------------------------------------------------------


def test_the_skeleton_of_a_new_topic_passes_its_test_and_sweeps_on_trial(
    cli: Cli, fresh: Desk, tmp_path: Path
) -> None:
    local = tmp_path / "private"
    local.mkdir()
    done(cli("new", "topic", "billing/very_large_bill", "--into", local))
    sql = local / "topics" / "billing" / "very_large_bill.sql"
    result = done(cli("test", sql, "--content", local))
    assert "2 passed, 0 failed" in result.stdout
    assert "2 passed, 0 failed" in done(cli("test", local, "--content", local)).stdout

    where = ("--workspace", fresh.workspace.path, "--content", local)
    done(cli("sweep", *where))
    record = fresh.results.record()
    assert "draft" in record.skipped["billing/very_large_bill"]["en"]

    written = sql.read_text(encoding="utf-8")
    trial = written.replace("status: draft", "status: trial").replace("value: 100000", "value: 2000")
    sql.write_text(trial, encoding="utf-8")
    done(cli("sweep", "--topic", "billing/very_large_bill", *where))
    assert fresh.results.record().topics["billing/very_large_bill"]["hits"] == 24
    subjects = {r["subject_id"] for r in fresh.results.findings() if r["topic"] == "billing/very_large_bill"}
    assert subjects == {point_of(town.MULTIPLIER_WEST), point_of(town.MULTIPLIER_EAST)}


def test_a_new_topic_never_overwrites_and_never_takes_a_bad_name(cli: Cli, tmp_path: Path) -> None:
    done(cli("new", "topic", "billing/made", "--into", tmp_path))
    again = cli("new", "topic", "billing/made", "--into", tmp_path)
    assert isinstance(again.exception, JichaError) and again.exception.code == "topic_exists"
    for name in ("made", "Billing/made", "billing/../../made", "billing/made/more", "billing/", "a b/c"):
        refused = cli("new", "topic", name, "--into", tmp_path)
        assert isinstance(refused.exception, JichaError) and refused.exception.code == "bad_topic_name", name
    assert sorted(p.name for p in tmp_path.rglob("*") if p.is_file()) == ["made.sql", "made.test.yaml"]


def test_two_new_topics_have_different_uids(cli: Cli, tmp_path: Path) -> None:
    for name in ("billing/one", "billing/two"):
        done(cli("new", "topic", name, "--into", tmp_path))
    uids = {
        re.findall(r"^uid: (\S+)$", path.read_text(encoding="utf-8"), re.M)[0]
        for path in tmp_path.rglob("*.sql")
    }
    assert len(uids) == 2 and all(re.fullmatch(r"[a-z][0-9a-z]{7}", uid) for uid in uids)


def test_a_failing_test_fails_the_command(cli: Cli, tmp_path: Path) -> None:
    done(cli("new", "topic", "billing/made", "--into", tmp_path))
    folder = tmp_path / "topics" / "billing"
    test = folder / "made.test.yaml"
    test.write_text(
        test.read_text(encoding="utf-8").replace("billed_kwh: 99999.99", "billed_kwh: 100001"), "utf-8"
    )
    result = cli("test", folder / "made.sql", "--content", tmp_path)
    assert result.exit_code == 1
    assert "1 passed, 1 failed" in result.stdout and "a hit nobody expected" in result.stdout


def test_no_tests_at_all_is_no_success(cli: Cli, tmp_path: Path) -> None:
    done(cli("new", "topic", "billing/made", "--into", tmp_path))
    (tmp_path / "topics" / "billing" / "made.test.yaml").unlink()
    assert cli("test", tmp_path, "--content", tmp_path).exit_code == 1
    result = cli("test", tmp_path / "topics" / "billing" / "made.sql", "--content", tmp_path)
    assert isinstance(result.exception, JichaError) and result.exception.code == "no_test"


def test_a_broken_topic_is_one_failed_test(cli: Cli, tmp_path: Path) -> None:
    done(cli("new", "topic", "billing/made", "--into", tmp_path))
    sql = tmp_path / "topics" / "billing" / "made.sql"
    shutil.copyfile(sql.with_suffix("").with_name("made.test.yaml"), sql.with_name("right.test.yaml"))
    right = sql.read_text(encoding="utf-8").replace("uid: ", "uid: r").replace("code: NEW-", "code: R-")
    sql.with_name("right.sql").write_text(right, encoding="utf-8")
    sql.write_text(sql.read_text(encoding="utf-8").replace("severity: medium", "severity: grave"), "utf-8")
    result = cli("test", tmp_path, "--content", tmp_path)
    assert result.exit_code == 1
    assert "made.sql:" in result.stdout and "2 passed, 1 failed" in result.stdout
