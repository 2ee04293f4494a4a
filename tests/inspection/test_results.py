"""Runs: whole or not there, never changed, and the same again after a kill."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from jicha.inspection.results import FINDING_COLUMNS, evidence_rows
from jicha.kernel.errors import UnknownKey, WorkspaceError
from jicha.warehouse.lock import writer_lock

from . import town
from .desk import BILLED, Desk
from .town import lines, point_of


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def changed_april(desk: Desk) -> None:
    found = town.delivery()
    found.row(lines("202604"), 户号=town.ORDINARY).update({"电量": "1.00", "金额": "0.60"})
    desk.take(found, lines("202604"))


class Killed(BaseException):
    """Not an error anybody catches."""


def test_a_sweep_that_dies_before_the_rename_leaves_the_last_run_and_ends_the_same_next_time(
    fresh: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed_april(fresh)
    undisturbed = fresh.twin(tmp_path / "undisturbed").sweep()
    before = tree(fresh.workspace.results)
    first = fresh.results.record(1)
    assert undisturbed.lake_digest != first.lake_digest
    assert undisturbed.fingerprint != first.fingerprint
    assert undisturbed.findings_digest != first.findings_digest

    rename = Path.rename

    def die(self: Path, target: Path) -> Path:
        if self.parent == fresh.workspace.results:
            raise Killed
        return rename(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", die)
        with pytest.raises(Killed):
            fresh.sweep()
    assert fresh.results.runs() == [1]
    assert fresh.results.record().run == 1
    visible = {name: d for name, d in tree(fresh.workspace.results).items() if not name.startswith(".")}
    assert visible == before

    record = fresh.sweep()
    assert (record.run, record.fingerprint) == (2, undisturbed.fingerprint)
    assert record.findings_digest == undisturbed.findings_digest
    assert record.counts == undisturbed.counts
    assert not [p for p in fresh.workspace.results.iterdir() if p.name.startswith(".")], "leftovers remain"
    # What was finished is never touched again.
    assert {name: tree(fresh.workspace.results)[name] for name in before} == before


KILLER = """
import os, sys
from pathlib import Path
from jicha.inspection import results
from jicha.inspection.sweep import sweep
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.workspace import Workspace

workspace = Workspace.open(Path(sys.argv[1]))
roots = ContentRoots(Path(sys.argv[2]), (Path(sys.argv[3]),))
written = []

def stop_dead(path):
    written.append(path)
    if path.name.startswith("."):
        os._exit(9)

results._sync = stop_dead
sweep(workspace, roots, DuckDBEngine([workspace.lake], threads=1))
"""


def test_a_process_killed_while_it_writes_leaves_nothing_that_looks_like_a_run(fresh: Desk) -> None:
    changed_april(fresh)
    arguments = [str(fresh.workspace.path), str(fresh.roots.public), str(fresh.roots.private[0])]
    done = subprocess.run([sys.executable, "-c", KILLER, *arguments], capture_output=True, text=True)
    assert done.returncode == 9, done.stderr
    assert [
        p.name.startswith(".000002.") for p in fresh.workspace.results.iterdir() if p.name != "000001"
    ] == [True]
    assert fresh.results.runs() == [1]
    assert fresh.one(BILLED, point_of(town.ONE_MONTH))["presence_code"] == "new"
    record = fresh.sweep()  # the lock died with its holder
    assert record.run == 2 and fresh.results.runs() == [1, 2]


def test_a_second_sweep_at_the_same_time_is_refused_and_writes_nothing(fresh: Desk) -> None:
    with writer_lock(fresh.workspace, "another"), pytest.raises(WorkspaceError) as refused:
        fresh.sweep()
    assert refused.value.code == "workspace_locked"
    assert fresh.results.runs() == [1]


def test_an_unknown_run_is_told_with_the_last_one(swept: Desk) -> None:
    with pytest.raises(UnknownKey) as refused:
        swept.results.findings(7)
    assert refused.value.code == "unknown_run" and "1" in refused.value.text.zh


def test_without_data_and_without_a_sweep_there_is_a_clear_error(swept: Desk, tmp_path: Path) -> None:
    empty = Desk.new(tmp_path / "empty", swept.roots)
    with pytest.raises(WorkspaceError) as refused:
        empty.sweep()
    assert refused.value.code == "no_data"
    with pytest.raises(UnknownKey) as missing:
        empty.results.findings()
    assert missing.value.code == "no_run"
    assert list(empty.workspace.results.iterdir()) == []


def test_findings_are_ranked_by_severity_then_money_whoever_owes_it(swept: Desk) -> None:
    rows = swept.results.findings()
    assert all(tuple(row) == FINDING_COLUMNS for row in rows)
    severities = ["high", "medium", "low"]
    ranks = [(severities.index(row["severity_code"]), -abs(row["impact_yuan"] or 0)) for row in rows]
    assert ranks == sorted(ranks)
    assert len({row["finding_key"] for row in rows}) == len(rows)


def test_the_amounts_are_those_one_calculates_by_hand(swept: Desk) -> None:
    """40 instead of 20 for a year; the keyed energy of May; a bill of nothing."""
    year = swept.one(BILLED, point_of(town.MULTIPLIER_WEST))
    advanced = sum(town.used(town.MULTIPLIER_WEST, month) for month in town.MONTHS)
    assert year["impact_kwh"] == advanced * 20
    assert year["impact_yuan"] == advanced * 20 * town.PRICE
    assert (year["observed_value"], year["expected_value"]) == (advanced * 20, advanced * 40)
    assert len(evidence_rows(year)) == 12
    may = swept.one(BILLED, point_of(town.ONE_MONTH))
    assert may["impact_kwh"] == town.used(town.ONE_MONTH, "202605") - 30
    assert may["org_id"] == town.WEST and may["customer_id"] == town.ONE_MONTH


def test_the_ordinary_customer_is_accused_of_nothing(swept: Desk) -> None:
    assert [row for row in swept.results.findings() if row["customer_id"] == town.ORDINARY] == []
