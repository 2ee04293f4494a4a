"""Same inputs, same fingerprint and same findings; each input that can change a result changes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from jicha.inspection.fingerprint import content_digest
from jicha.lexicon.roots import ContentRoots

from . import town
from .desk import BILLED, LOCAL, ZERO_USE, Desk, copy_content
from .test_absences import edited, policy

Edit = Callable[[Path], None]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return copy_content(tmp_path / "content")


def test_the_same_again_is_the_same(fresh: Desk) -> None:
    first, again = fresh.results.record(1), fresh.sweep()
    assert again.fingerprint == first.fingerprint
    assert again.findings_digest == first.findings_digest
    assert again.run != first.run
    # Nothing was built anew.
    assert again.built == [] and again.reused > 0


def test_another_workspace_with_the_same_rows_has_the_same_fingerprint(
    swept: Desk, exports: Path, tmp_path: Path
) -> None:
    """Delivered in two parts, in another order, and cut into another number of buckets."""
    other = Desk.new(tmp_path / "other", swept.roots, buckets=3)
    other.take(exports, source="ami_zh")
    found = town.delivery()
    late = [name for name in found.files if "202606" in name]
    other.take(found, *late)
    other.take(found, *(name for name in found.files if name not in late))
    record, first = other.sweep(), swept.results.record(1)
    assert (record.lake_digest, record.fingerprint) == (first.lake_digest, first.fingerprint)
    assert record.findings_digest == first.findings_digest
    keys = [row["finding_key"] for row in swept.results.findings()]
    assert [row["finding_key"] for row in other.results.findings()] == keys


def test_another_business_date_changes_it(fresh: Desk) -> None:
    record, first = fresh.sweep(as_of=date(2026, 7, 31)), fresh.results.record(1)
    assert record.lake_digest == first.lake_digest
    assert record.fingerprint != first.fingerprint


def test_a_parameter_changes_it(fresh: Desk, tmp_path: Path) -> None:
    policy(tmp_path / "local", org=town.WEST, value=200)
    record = fresh.under(ContentRoots(fresh.roots.public, (LOCAL, tmp_path / "local"))).sweep()
    first = fresh.results.record(1)
    assert record.parameter_digest != first.parameter_digest
    assert record.fingerprint != first.fingerprint


def test_which_topics_run_changes_it_their_order_on_the_command_line_does_not(fresh: Desk) -> None:
    one, other = fresh.sweep(BILLED, ZERO_USE), fresh.sweep(ZERO_USE, BILLED)
    assert one.findings_digest == other.findings_digest
    assert one.fingerprint == other.fingerprint
    assert one.fingerprint != fresh.results.record(1).fingerprint


def append(name: str, text: str) -> Edit:
    def edit(content: Path) -> None:
        path = content / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((path.read_text(encoding="utf-8") if path.exists() else "") + text, encoding="utf-8")

    return edit


def replaced(name: str, old: str, new: str) -> Edit:
    return lambda content: edited(content / name, old, new)


@pytest.mark.parametrize(
    "edit",
    [
        append(f"topics/{ZERO_USE}.sql", "-- a comment\n"),
        replaced(f"topics/{ZERO_USE}.sql", "severity: medium", "severity: high"),
        append("marts/usage/metering_point_bill.sql", "-- a comment\n"),
        append("innocence/meter_changed.sql", "-- a comment\n"),
        replaced("policy/sweep.yaml", "value: 12", "value: 11"),
        append("lexicon/codes/bill_type.csv", "test,test,测试\n"),
        replaced("core/bill.sql", "level: warning", "level: error"),
        append("law/made/value.yaml", "valid_from: 2026-01-01\n"),
    ],
    ids=["topic", "severity", "mart", "check", "window", "codes", "core", "law"],
)
def test_content_that_can_change_a_result_changes_the_digest(public: Path, copied: Path, edit: Edit) -> None:
    before = content_digest(ContentRoots(public))
    assert content_digest(ContentRoots(copied)) == before
    edit(copied)
    assert content_digest(ContentRoots(copied)) != before


@pytest.mark.parametrize(
    "edit",
    [
        append(f"topics/{ZERO_USE}.test.yaml", "# a comment\ncases: []\n"),
        append("marts/usage/daily_usage.test.yaml", "cases: []\n"),
        append("sources/cis_zh/sample/x.csv", "a\n"),
        append("policy/parameters/README.md", "more to read\n"),
    ],
    ids=["topic test", "mart test", "sample", "plain text"],
)
def test_tests_samples_and_plain_texts_do_not(public: Path, copied: Path, edit: Edit) -> None:
    before = content_digest(ContentRoots(public))
    edit(copied)
    assert content_digest(ContentRoots(copied)) == before


def test_private_content_counts_wherever_it_lies(public: Path, tmp_path: Path) -> None:
    digests = set()
    for name in ("here", "there"):
        policy(tmp_path / name, org="*", value=5)
        digests.add(content_digest(ContentRoots(public, (tmp_path / name,))))
    assert len(digests) == 1
    assert digests != {content_digest(ContentRoots(public))}


def test_the_record_says_what_it_was_made_of(swept: Desk) -> None:
    record = swept.results.record()
    assert (record.as_of_on, record.window_from_on) == ("2026-06-30", "2025-07-01")
    assert (record.manifest, record.baseline_run, record.is_retrospective) == (2, None, False)
    assert {"jicha", "duckdb", "sqlglot", "python"} <= set(record.versions)
    assert all(len(d) == 64 for d in (record.fingerprint, record.findings_digest, record.content_digest))
    assert record.topics[BILLED]["hits"] >= 30 and record.topics[BILLED]["cleared"] == 1
