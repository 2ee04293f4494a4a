"""Looking back: an older manifest or an earlier day answers a question and changes nothing that follows."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from jicha.kernel.errors import UnknownKey, WorkspaceError

from . import town
from .desk import BILLED, Desk
from .test_results import tree
from .town import bills, lines, point_of, readings


@pytest.fixture(scope="module")
def july(fresh_twin: Callable[[], Desk]) -> Desk:
    """July has come for two customers, and the file of C02 was put right; swept twice."""
    desk = fresh_twin()
    found = town.delivery()
    both = (town.LAST_MONTH, town.MULTIPLIER_EAST)
    found.files[bills("202607")] = [town.bill_row(c, "202607") for c in both]
    found.files[lines("202607")] = [town.line_row(c, "202607") for c in both]
    found.files[readings("202607")] = [town.reading_row(c, "202607") for c in both]
    found.row(town.INSTALLATIONS, 户号=town.MULTIPLIER_WEST)["综合倍率"] = "20.00"
    desk.take(found, bills("202607"), lines("202607"), readings("202607"), town.INSTALLATIONS)
    desk.sweep()
    return desk


@pytest.fixture
def two_runs(july: Desk, tmp_path: Path) -> Iterator[Desk]:
    desk = july.twin(tmp_path / "july")
    yield desk
    shutil.rmtree(desk.workspace.path)


def test_known_at_shows_what_was_known_then_and_is_never_the_baseline(two_runs: Desk) -> None:
    first, second = two_runs.results.record(1), two_runs.results.record(2)
    finished = tree(two_runs.workspace.results)
    back = two_runs.sweep(known_at=first.manifest)
    assert (back.run, back.is_retrospective, back.manifest) == (3, True, first.manifest)
    assert back.as_of_on == first.as_of_on  # July was not known then
    assert (back.fingerprint, back.findings_digest) == (first.fingerprint, first.findings_digest)
    assert back.baseline_run == 1
    # C02 was wrong then, and is gone now; the look back brings nothing back.
    assert two_runs.one(BILLED, point_of(town.MULTIPLIER_WEST), run=3)["presence_code"] == "still_there"
    next_one = two_runs.sweep()
    assert (next_one.run, next_one.baseline_run, next_one.is_retrospective) == (4, 2, False)
    assert next_one.fingerprint == second.fingerprint
    assert two_runs.found(BILLED, point_of(town.MULTIPLIER_WEST), run=4) == []
    assert {row["presence_code"] for row in two_runs.results.findings(4)} == {"still_there"}
    assert finished.items() <= tree(two_runs.workspace.results).items(), "a finished run was touched"


def test_an_earlier_business_date_is_a_look_back_too(two_runs: Desk) -> None:
    back = two_runs.sweep(BILLED, as_of=date(2026, 6, 30))
    # Compared with what was known on that day: the first sweep.
    assert (back.is_retrospective, back.baseline_run) == (True, 1)
    assert two_runs.sweep(BILLED).baseline_run == 2


def test_a_look_back_reads_nothing_later_than_its_day(two_runs: Desk) -> None:
    back = two_runs.sweep(BILLED, as_of=date(2026, 5, 31))
    assert (back.as_of_on, back.window_from_on) == ("2026-05-31", "2025-06-01")
    rows = two_runs.results.findings(back.run)
    assert max(row["period_to"] for row in rows) <= date(2026, 6, 1)
    assert two_runs.found(BILLED, point_of(town.LAST_MONTH), back.run) == []  # its fault is of June


def test_a_day_in_the_middle_of_a_month_takes_no_bill_that_ends_later(two_runs: Desk) -> None:
    back = two_runs.sweep(BILLED, as_of=date(2026, 6, 15))
    assert max(row["period_to"] for row in two_runs.results.findings(back.run)) <= date(2026, 6, 16)


def test_the_same_day_again_is_no_look_back(fresh: Desk) -> None:
    record = fresh.sweep(BILLED, as_of=date(2026, 6, 30))
    assert (record.is_retrospective, record.baseline_run) == (False, 1)


def test_the_newest_manifest_by_its_number_is_no_look_back(fresh: Desk) -> None:
    record = fresh.sweep(BILLED, known_at=fresh.results.record(1).manifest)
    assert not record.is_retrospective


def test_a_number_given_in_a_look_back_does_not_block_the_chain(two_runs: Desk) -> None:
    """The chain's own memory decides on keys, whatever was looked up in between."""
    before = {row["finding_key"] for row in two_runs.results.findings(2) if row["topic"] == BILLED}
    two_runs.sweep(BILLED, as_of=date(2026, 4, 30))
    two_runs.sweep(BILLED)
    assert {row["finding_key"] for row in two_runs.results.findings()} == before


def test_days_and_manifests_that_do_not_exist_are_refused(fresh: Desk) -> None:
    with pytest.raises(WorkspaceError) as early:
        fresh.sweep(as_of=date(2020, 1, 1))
    assert early.value.code == "before_data"
    with pytest.raises(UnknownKey) as unknown:
        fresh.sweep(known_at=99)
    assert unknown.value.code == "unknown_manifest"
    assert fresh.results.runs() == [1]
