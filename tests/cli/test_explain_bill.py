"""`jicha explain bill`: as a person checks it, and as a program reads it."""

from __future__ import annotations

import csv
import io
import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jicha.billing.relations import BILL
from jicha.cli.app import app
from jicha.cli.commands import explain_bill
from jicha.cli.language import choose
from jicha.kernel.errors import UnknownKey
from tests.billing.counties import CATALOGUE, BilledCounty, billed_county


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> BilledCounty:
    return billed_county(tmp_path_factory.mktemp("explained"), customers=120, months=3, seed=4)


@pytest.fixture(autouse=True)
def content_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading all law takes longer than everything else here."""
    monkeypatch.setattr(explain_bill, "load_catalogue", lambda *_: CATALOGUE)


def told(county: BilledCounty, bill_id: str, *options: str, lang: str = "en") -> str:
    place = str(county.store.workspace.path)
    done = CliRunner().invoke(
        app, ["--lang", lang, "explain", "bill", bill_id, "--workspace", place, *options]
    )
    choose(None)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout


def a_bill(county: BilledCounty, where: str) -> str:
    return str(county.rows(f"select min(b.bill_id) from recalculated_bill as b where {where}", BILL)[0][0])


def test_every_line_stands_beside_the_issued_one(county: BilledCounty) -> None:
    (found,) = json.loads(
        told(county, a_bill(county, "b.power_factor_yuan <> 0 and b.difference_yuan = 0"), "--format", "json")
    )
    assert found["reason"] is None and found["difference_yuan"] == "0.00"
    charges = [line["charge_code"] for line in found["lines"]]
    assert charges[0] == "energy" and charges[-1] == "power_factor"
    assert sum(Decimal(line["line_amount_yuan"]) for line in found["lines"]) == Decimal(found["issued_yuan"])
    assert {line["difference_yuan"] for line in found["lines"]} == {"0.00"}
    assert all(line["law_citation"] for line in found["lines"])


def test_csv_has_the_lines(county: BilledCounty) -> None:
    rows = list(
        csv.DictReader(io.StringIO(told(county, a_bill(county, "b.difference_yuan = 0"), "--format", "csv")))
    )
    assert rows and all(row["line_amount_yuan"] == row["issued_yuan"] for row in rows)


def test_a_person_reads_charge_price_law_and_confidence(county: BilledCounty) -> None:
    bill = a_bill(county, "b.basic_yuan > 0 and b.difference_yuan = 0")
    text = told(county, bill)
    assert (
        "Basic charge" in text
        and "county_price_sheet" in text
        and "Unverified" in text
        and "difference 0.00 yuan" in text
    )
    assert "基本电费" in told(county, bill, lang="zh")


def test_a_bill_that_cannot_be_recalculated_says_why_and_claims_nothing(county: BilledCounty) -> None:
    text = told(county, a_bill(county, "b.not_recalculated_code is not null"))
    assert "Not recalculated: " in text and "Recalculated – yuan" in text and "difference – yuan" in text


def test_an_unknown_bill_is_told(county: BilledCounty) -> None:
    with pytest.raises(UnknownKey, match="B-1"):
        told(county, "B-1")


def test_a_workspace_without_marts_gets_them(county: BilledCounty, tmp_path: Path) -> None:
    bill = a_bill(county, "b.difference_yuan = 0")
    copy = Path(shutil.copytree(county.store.workspace.path, tmp_path / "copy"))
    shutil.rmtree(copy / "lake" / "mart")
    done = CliRunner().invoke(app, ["--lang", "en", "explain", "bill", bill, "--workspace", str(copy)])
    choose(None)
    assert done.exit_code == 0 and "difference 0.00 yuan" in done.stdout
