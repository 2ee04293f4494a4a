"""The gate: one county swept on both engines, compared row for row – every mart's pieces and every result.

A lake one engine built must be usable by the other: the second sweep of a workspace rebuilds nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from jicha.county import SYSTEMS
from jicha.inspection.content import load_catalogue
from jicha.lexicon.roots import ContentRoots

#: What two runs of the same sweep may differ in.
OWN = {"started_at", "finished_at", "seconds", "engine", "versions", "topics"}


def jicha(*arguments: str | Path) -> str:
    """One command as a user types it."""
    done = subprocess.run(
        [sys.executable, "-m", "jicha.cli", "--lang", "en", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "200"},
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


@dataclass(frozen=True)
class Swept:
    """A workspace after a sweep."""

    path: Path

    def result(self, name: str, run: int = 1) -> Any:
        return pq.read_table(self.path / "results" / f"{run:06}" / f"{name}.parquet")

    def record(self, run: int = 1) -> dict[str, Any]:
        text = (self.path / "results" / f"{run:06}" / "run.json").read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(text)
        return found

    def pieces(self) -> dict[Path, Path]:
        marts = self.path / "lake" / "mart"
        return {path.relative_to(marts): path for path in marts.rglob("*.parquet")}


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Swept, Swept]:
    """The same delivery, swept on DuckDB and on Spark."""
    folder = tmp_path_factory.mktemp("engines")
    jicha("county", "build", "--out", folder / "county", "--customers", "50", "--seed", "7", "--months", "15")
    for source in SYSTEMS:
        data = folder / "county" / source
        jicha("ingest", source, "--data", data, "--workspace", folder / "duckdb", "--buckets", "1")
    shutil.copytree(folder / "duckdb", folder / "spark")
    jicha("sweep", "--workspace", folder / "duckdb")
    jicha("sweep", "--workspace", folder / "spark", "--engine", "spark", "--master", "local[2]")
    return Swept(folder / "duckdb"), Swept(folder / "spark")


@pytest.mark.parametrize("name", ["findings", "cleared", "known"])
def test_the_same_rows(swept: tuple[Swept, Swept], name: str) -> None:
    expected, found = (each.result(name) for each in swept)
    assert expected.num_rows > 0
    assert found.to_pylist() == expected.to_pylist()
    assert found.schema == expected.schema


def test_the_same_record_but_for_who_computed_it(swept: tuple[Swept, Swept]) -> None:
    expected, found = (each.record() for each in swept)
    assert {name for name in expected if expected[name] != found[name]} <= OWN
    assert found["findings_digest"] == expected["findings_digest"]
    assert found["fingerprint"] == expected["fingerprint"]
    assert found["skipped"] == {} and found["engine"] == "spark" and "pyspark" in found["versions"]
    counted = ("hits", "cleared")
    assert {n: [t[c] for c in counted] for n, t in found["topics"].items()} == {
        n: [t[c] for c in counted] for n, t in expected["topics"].items()
    }


def test_every_mart_piece_is_the_same(swept: tuple[Swept, Swept]) -> None:
    expected, found = (each.pieces() for each in swept)
    assert set(found) == set(expected)
    built = {path.parts[0] for path in expected}
    marts = load_catalogue(ContentRoots.find()).marts
    assert built == {name.removeprefix("mart.") for name, mart in marts.items() if mart.view is None}
    different = [p for p in expected if not pq.read_table(found[p]).equals(pq.read_table(expected[p]))]
    assert not different


def test_a_lake_one_engine_built_serves_the_other(swept: tuple[Swept, Swept]) -> None:
    spark = swept[1]
    jicha("sweep", "--workspace", spark.path)
    again = spark.record(2)
    assert again["engine"] == "duckdb" and again["built"] == []
    assert set(again["counts"]) == {"still_there"}
    assert spark.result("findings", 2).num_rows == spark.result("findings").num_rows
