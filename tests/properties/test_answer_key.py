"""What is found in whole counties, against what the county knows is wrong."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from jicha.county import build
from jicha.inspection.results import RunRecord, evidence_rows
from jicha.lexicon.roots import ContentRoots

from .counties import Stand, files_of

#: The topic that must see each cause.
SEEN_BY = {
    "ct_exchanged_file_not_updated": "reading/billed_energy_differs",
    "wrong_energy_keyed": "reading/billed_energy_differs",
    "register_written_back": "reading/register_goes_backwards",
    "meter_stopped": "reading/long_zero_use",
    "bypassed_supply": "reading/long_zero_use",
}
#: Causes whose money the topic computes line by line.
COMPUTED = ("ct_exchanged_file_not_updated", "wrong_energy_keyed")

WHOLE_PERIOD = 24
LONG_WINDOW = "window_months: {value: 24, unit: months, why: the whole period of the county}\n"


@dataclass(frozen=True)
class Answer:
    cause: str
    metering_point_id: str
    customer_id: str
    valid_from: date
    valid_to: date
    true_kwh: Decimal
    energy_yuan: Decimal
    is_innocent: bool


@dataclass
class Judged:
    """A county of one seed, swept with the house's window."""

    folder: Path
    stand: Stand
    record: RunRecord
    findings: list[dict[str, Any]]

    @cached_property
    def key(self) -> list[Answer]:
        with (self.folder / "exports" / "answer_key.csv").open(encoding="utf-8", newline="") as stream:
            return [
                Answer(
                    row["cause"],
                    row["subject_id"],
                    row["customer_id"],
                    date.fromisoformat(row["valid_from"]),
                    date.fromisoformat(row["valid_to"]),
                    Decimal(row["true_kwh"]),
                    Decimal(row["energy_yuan"]),
                    row["is_innocent"] == "true",
                )
                for row in csv.DictReader(stream)
            ]

    @property
    def window_from(self) -> date:
        return date.fromisoformat(self.record.window_from_on)

    def found(self, answer: Answer, findings: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
        """Findings of the topic that must see the cause, at its metering point and within its days."""
        return [
            row
            for row in (self.findings if findings is None else findings)
            if row["topic"] == SEEN_BY[answer.cause]
            and row["subject_id"] == answer.metering_point_id
            and row["period_from"] < answer.valid_to
            and row["period_to"] > answer.valid_from
        ]

    def in_window(self, answer: Answer) -> bool:
        """A register written back is one reading: the fall lies in the first of the cause's two months."""
        end = _next_month(answer.valid_from) if answer.cause == "register_written_back" else answer.valid_to
        return end > self.window_from


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


@pytest.fixture(scope="module", params=[1, 7, 23])
def judged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    folder = tmp_path_factory.mktemp(f"seed{request.param}")
    out = folder / "exports"
    build(out, customers=300, months=WHOLE_PERIOD, seed=request.param)
    stand = Stand.new(folder / "workspace", buckets=1)
    stand.take(files_of(out))
    record = stand.sweep()
    return Judged(folder, stand, record, stand.results.findings())


def test_every_guilty_one_is_found(judged: Judged) -> None:
    guilty = [answer for answer in judged.key if answer.cause in SEEN_BY and judged.in_window(answer)]
    assert {answer.cause for answer in guilty} == set(SEEN_BY)
    missed = [answer for answer in guilty if not judged.found(answer)]
    assert missed == []


def test_no_innocent_is_accused(judged: Judged) -> None:
    innocent = {answer.metering_point_id for answer in judged.key if answer.is_innocent}
    assert innocent
    assert [row for row in judged.findings if row["subject_id"] in innocent] == []


def test_nobody_outside_the_key_is_accused(judged: Judged) -> None:
    known = {answer.metering_point_id for answer in judged.key}
    assert [row for row in judged.findings if row["subject_id"] not in known] == []


def test_every_guilty_one_is_found_by_its_own_topic_alone(judged: Judged) -> None:
    """One wrong is one finding: no second topic takes up the same days of the same customer."""
    topics = defaultdict(set)
    for row in judged.findings:
        topics[row["subject_id"]].add(row["topic"])
    expected = {answer.metering_point_id: SEEN_BY.get(answer.cause) for answer in judged.key}
    assert {point: found for point, found in topics.items() if found != {expected[point]}} == {}


def test_what_innocence_cleared_is_innocent(judged: Judged) -> None:
    """Whom a check explains is an innocent of the key, never a guilty one."""
    guilty = {answer.metering_point_id for answer in judged.key if not answer.is_innocent}
    accused = {row["subject_id"] for row in judged.findings}
    for row in judged.stand.results.cleared():
        assert row["subject_id"] not in guilty - accused, row


def test_money_within_the_rounding_of_its_lines(judged: Judged, tmp_path: Path) -> None:
    """Over the county's whole period, so that every cause lies in the window with all of its months.

    The topic rounds a line's difference once: round(d × p). The key is what a right line would have cost less
    what the bill says: round(r × p) - round(b × p), d = r - b. Each rounding is off by at most half a fen,
    three of them by one and a half; both sides being whole fens, by one fen a line. Energy has two decimals
    on both sides and must be equal, a bill with a meter exchanged in mid-month apart: it has an interval for
    each of two meters, each rounded to a hundredth, so by one hundredth for each such bill.
    """
    private = tmp_path / "private"
    (private / "policy").mkdir(parents=True)
    (private / "policy" / "sweep.yaml").write_text(LONG_WINDOW, encoding="utf-8")
    record = judged.stand.sweep(roots=ContentRoots.find((private,)))
    findings = judged.stand.results.findings(record.run)
    answers = [answer for answer in judged.key if answer.cause in COMPUTED]
    assert len(answers) >= 4
    for answer in answers:
        found = judged.found(answer, findings)
        assert found, answer
        lines = [line for row in found for line in evidence_rows(row)]
        exchanged = sum(int(line["meter_count"]) > 1 for line in lines)
        kwh = sum(row["impact_kwh"] for row in found)
        yuan = sum(row["impact_yuan"] for row in found)
        fen = Decimal("0.01")
        assert abs(kwh - answer.true_kwh) <= exchanged * fen, answer
        assert abs(yuan - answer.energy_yuan) <= (len(lines) + exchanged) * fen, answer
        assert all(row["impact_method"] != "none" for row in found)
        assert not any(row["is_partial_impact"] for row in found)
