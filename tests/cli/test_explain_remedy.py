"""`jicha explain remedy`: a YAML file in, the derivation and the result out."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jicha.cli.app import app
from jicha.cli.commands import explain_remedy
from jicha.cli.language import choose
from jicha.kernel.derivation import Step
from jicha.kernel.errors import JichaError
from tests.remedies.conftest import LAW

THEFT = """
kind: theft
inputs:
  kw: "5"
  load_kind_code: power
  price: "0.50"
  found_on: 2020-06-30
  claimed_on: 2020-07-10
settings: {theft_meter_current: maximum}
"""


@pytest.fixture(autouse=True)
def law_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading all law takes longer than everything else here."""
    monkeypatch.setattr(explain_remedy, "load_law", lambda *_: LAW)


def run(tmp_path: Path, text: str, *options: str, lang: str = "en") -> str:
    file = tmp_path / "case.yaml"
    file.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(app, ["--lang", lang, "explain", "remedy", str(file), *options])
    choose(None)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def test_json_holds_results_split_and_checkable_derivations(tmp_path: Path) -> None:
    found = json.loads(run(tmp_path, THEFT, "--format", "json"))
    assert found["results"]["breach_charge_yuan"] == "16200.00"
    assert found["months"][0] == "2020-01"
    parts = ("supportable_yuan", "disputable_yuan", "at_risk_yuan")
    for claim in found["claims"]:
        assert sum(Decimal(claim[part]) for part in parts) == Decimal(claim["amount_yuan"])
        Step.from_dict(claim["derivation"]).check()
    for tree in found["derivations"].values():
        Step.from_dict(tree).check()


@pytest.mark.parametrize(
    ("lang", "words"), [("en", ("Breach charge", "round half up")), ("zh", ("违约使用电费", "四舍五入"))]
)
def test_people_read_the_arithmetic_the_clause_and_what_is_open(
    tmp_path: Path, lang: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    shown = run(tmp_path, THEFT, lang=lang) + capsys.readouterr().out
    for word in (*words, "16,200.00", "power_supply_rules_1996#102"):
        assert word in shown


def test_csv_lists_results(tmp_path: Path) -> None:
    assert "energy_yuan,5400.00" in run(tmp_path, THEFT, "--format", "csv")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("kind: theft\ninputs: {kw: 0.5, price: 1, behaviour_on: 2010-01-01}\n", "machine_number"),
        ("kind: theft\n", "remedy_file"),
        ("kind: theft\ninputs: [1]\n", "remedy_file"),
        ("kind: larceny\ninputs: {}\n", "unknown_remedy"),
        ("kind: theft\ninputs: {}\nsettings: {late_fee_cap: twice}\n", "no_day_of_behaviour"),
    ],
)
def test_bad_files_say_what_is_wrong(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(JichaError) as caught:
        run(tmp_path, text)
    assert caught.value.code == code
