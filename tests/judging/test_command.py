"""`jicha score` over a town that was swept: one object, one table, rows; nothing of the workspace changes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jicha.cli.app import app
from jicha.inspection.results import Results
from jicha.kernel.errors import SourceError, UnknownKey
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.workspace import Workspace
from tests.inspection.desk import BILLED, Desk
from tests.inspection.town import delivery, write_daily

HEADER = (
    "cause,theme,blame,subject_type,subject_id,customer_id,valid_from,valid_to,true_kwh,energy_yuan,breach_yuan,"
    "size,note\n"
)


@dataclass
class Town:
    """A swept town and the folder of its answer key."""

    workspace: Path
    key: Path

    def score(self, *arguments: str, lang: str = "en") -> str:
        result = CliRunner().invoke(
            app,
            [
                "--lang",
                lang,
                "score",
                "--workspace",
                str(self.workspace),
                "--answer-key",
                str(self.key),
                *arguments,
            ],
            catch_exceptions=False,
        )
        assert result.exit_code == 0, result.output
        return result.stdout


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = tmp_path_factory.mktemp("town")
    exports = write_daily(delivery().write(folder / "exports"))
    desk = Desk.new(folder / "workspace", ContentRoots.find())
    desk.take(exports)
    desk.take(exports, source="ami_zh")
    desk.sweep()
    found = [row for row in Results(desk.workspace).findings() if row["topic"] == BILLED]
    rows = [
        f"wrong_energy_keyed,MR,guilty,metering_point,{row['subject_id']},{row['customer_id']},{row['period_from']},"
        f"{row['period_to']},1.00,{row['impact_yuan']},0.00,,x\n"
        for row in found
    ]
    assert rows
    (folder / "answer_key.csv").write_text(HEADER + "".join(rows), encoding="utf-8")
    return Town(folder / "workspace", folder)


@pytest.fixture
def untouched(town: Town) -> Iterator[None]:
    """Judging reads: neither lake nor results may change."""
    workspace = Workspace.open(town.workspace)
    before = (Manifest.head(workspace), Results(workspace).runs())
    yield
    assert (Manifest.head(workspace), Results(workspace).runs()) == before


def test_json(town: Town, untouched: None) -> None:
    shape = json.loads(town.score("--format", "json"))
    overall = shape["overall"]
    assert overall["recall"] == 1.0
    assert overall["money_error_ratio"] == 0.0
    assert 0 < overall["precision"] <= 1
    assert {row["topic"]: row["recall"] for row in shape["topics"]}[BILLED] == 1.0
    assert shape["mechanisms"][0]["mechanism"] == "wrong_energy_keyed"


def test_csv(town: Town, untouched: None) -> None:
    rows = list(csv.DictReader(io.StringIO(town.score("--format", "csv"))))
    recall = [row for row in rows if (row["scope"], row["metric"]) == ("overall", "recall")]
    assert [row["value"] for row in recall] == ["1.0"]
    assert {row["scope"] for row in rows} >= {"overall", "topic", "mechanism", "size"}


def test_tables_in_both_languages(town: Town, untouched: None) -> None:
    english, chinese = town.score(), town.score(lang="zh")
    assert "Recall" in english and "worst first" in english
    assert "查全率" in chinese and "差者在前" in chinese


def test_what_is_missing_is_told(town: Town, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no_answer_key"):
        Town(town.workspace, tmp_path).score()
    with pytest.raises(UnknownKey, match="unknown_run"):
        town.score("--run", "9")
    Workspace.create(tmp_path / "empty")
    with pytest.raises(UnknownKey, match="no_run"):
        Town(tmp_path / "empty", town.key).score()
