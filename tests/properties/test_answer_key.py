"""What is found of mechanisms that are plain arithmetic, against the answer key, case by case.

The scorecard (test_scorecard) holds shares over everything that is planted. Here stands what must not be a share: a
bill that contradicts its registers is found, each time, with its energy to the hundredth.
"""

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

from .counties import LINES, Stand, files_of, read_csv, tables

#: The topic that must see each cause, whoever it happens to.
SEEN_BY = {
    "billing_run_repeated": "billing/duplicate_bill",
    "closed_account_billed": "billing/bill_outside_account_life",
    "ct_exchanged_file_not_updated": "reading/billed_energy_differs",
    "days_charged_twice": "reading/index_not_continued",
    "days_left_out": "reading/index_not_continued",
    "meter_stopped": "reading/long_zero_use",
    "months_billed_wrongly": "billing/months_differ_from_time",
    "multiplier_refiled": "reading/billed_energy_differs",
    "old_meter_still_billed": "metering/several_meters_or_multipliers",
    "readings_guessed": "reading/constant_use",
    "register_written_back": "reading/register_goes_backwards",
    "start_register_rekeyed": "reading/index_not_continued",
    "wrong_energy_keyed": "reading/billed_energy_differs",
}
#: Causes whose energy their topic computes line by line.
COMPUTED = (
    "billing_run_repeated",
    "ct_exchanged_file_not_updated",
    "days_charged_twice",
    "days_left_out",
    "multiplier_refiled",
    "start_register_rekeyed",
    "wrong_energy_keyed",
)
WHOLE_PERIOD = 24
LONG_WINDOW = "window_months: {value: 24, unit: months, why: the whole period of the county}\n"


@dataclass(frozen=True)
class Answer:
    cause: str
    blame: str
    metering_point_id: str
    customer_id: str
    valid_from: date
    valid_to: date
    true_kwh: Decimal
    energy_yuan: Decimal


@dataclass
class Judged:
    """A county of one seed, swept with the house's window."""

    folder: Path
    stand: Stand
    record: RunRecord
    findings: list[dict[str, Any]]

    @cached_property
    def key(self) -> list[Answer]:
        """What was planted in metering points; the rest is the scorecard's."""
        with (self.folder / "exports" / "answer_key.csv").open(encoding="utf-8", newline="") as stream:
            return [
                Answer(
                    row["cause"],
                    row["blame"],
                    row["subject_id"],
                    row["customer_id"],
                    date.fromisoformat(row["valid_from"]),
                    date.fromisoformat(row["valid_to"]),
                    Decimal(row["true_kwh"]),
                    Decimal(row["energy_yuan"]),
                )
                for row in csv.DictReader(stream)
                if row["subject_type"] == "metering_point"
            ]

    @cached_property
    def of_several_prices(self) -> set[str]:
        """Customers with a bill of more than one price of energy: by tiers, by the time of day."""
        prices: dict[tuple[str, str], set[str]] = defaultdict(set)
        for path in tables(self.folder / "exports", LINES):
            for row in read_csv(path):
                if row["计量点编号"] and row["单价"]:
                    prices[row["户号"], row["账单号"]].add(row["单价"])
        return {customer for (customer, _), found in prices.items() if len(found) > 1}

    @property
    def window_from(self) -> date:
        return date.fromisoformat(self.record.window_from_on)

    def found(self, answer: Answer, findings: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
        """Findings of the topic that must see the cause, at its metering point and within or beside its days."""
        return [
            row
            for row in (self.findings if findings is None else findings)
            if row["topic"] == SEEN_BY[answer.cause]
            and row["subject_id"] in (answer.metering_point_id, answer.customer_id)
            and row["period_from"] <= answer.valid_to
            and row["period_to"] >= answer.valid_from
        ]

    def in_window(self, answer: Answer) -> bool:
        """Whether the months that show the cause are judged.

        A register written back is one reading: the fall lies in the first of the cause's two months. Days left
        out or charged twice show with the bill that follows them, so with the month after."""
        if answer.cause == "register_written_back":
            return _next_month(answer.valid_from) > self.window_from
        return answer.valid_to > self.window_from


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    folder = tmp_path_factory.mktemp("judged")
    out = folder / "exports"
    build(out, customers=300, months=WHOLE_PERIOD, seed=7)
    stand = Stand.new(folder / "workspace", buckets=1)
    stand.take(files_of(out))
    record = stand.sweep()
    return Judged(folder, stand, record, stand.results.findings())


def test_every_one_is_found(judged: Judged) -> None:
    guilty = [answer for answer in judged.key if answer.cause in SEEN_BY and judged.in_window(answer)]
    # A county plants each cause somewhere in its two years, of which the house's window is one.
    assert {answer.cause for answer in judged.key} >= set(SEEN_BY)
    assert len({answer.cause for answer in guilty}) >= len(SEEN_BY) - 4
    missed = [answer for answer in guilty if not judged.found(answer)]
    assert missed == []


def test_arithmetic_accuses_no_innocent(judged: Judged) -> None:
    """Topics that only hold a bill to its own registers do not depend on what people do."""
    innocent = {answer.metering_point_id for answer in judged.key if answer.blame == "innocent"}
    guilty = {answer.metering_point_id for answer in judged.key if answer.blame != "innocent"}
    plain = {SEEN_BY[cause] for cause in COMPUTED}
    assert innocent
    accused = [
        row for row in judged.findings if row["topic"] in plain and row["subject_id"] in innocent - guilty
    ]
    assert accused == []


def test_energy_to_the_hundredth_and_money_to_the_fen(judged: Judged, tmp_path: Path) -> None:
    """Over the county's whole period, so that every cause lies in the window with all of its months.

    Energy has two decimals on both sides and must be equal, a bill with a meter exchanged in mid-month apart: it
    has an interval for each of two meters, each rounded to a hundredth, so by one hundredth for each such bill.
    Money is that of the line where the bill has one price: the topic rounds a line's difference once, the key is a
    right bill less the one issued, so they differ by a fen a line. Where tiers or the time of day make the price of
    a right bill another one, money is an estimate until bills are re-calculated; the scorecard says how far off.
    """
    private = tmp_path / "private"
    (private / "policy").mkdir(parents=True)
    (private / "policy" / "sweep.yaml").write_text(LONG_WINDOW, encoding="utf-8")
    record = judged.stand.sweep(roots=ContentRoots.find((private,)))
    findings = judged.stand.results.findings(record.run)
    answers = [answer for answer in judged.key if answer.cause in COMPUTED]
    assert {answer.cause for answer in answers} == set(COMPUTED)
    fen = Decimal("0.01")
    for answer in answers:
        found = judged.found(answer, findings)
        assert found, answer
        lines = [line for row in found for line in evidence_rows(row)]
        exchanged = sum(int(line.get("meter_count") or 1) > 1 for line in lines)
        assert abs(sum(row["impact_kwh"] for row in found) - answer.true_kwh) <= exchanged * fen, answer
        assert all(row["impact_method"] != "none" for row in found)
        assert not any(row["is_partial_impact"] for row in found)
        if answer.customer_id not in judged.of_several_prices:
            yuan = sum(row["impact_yuan"] for row in found)
            assert abs(yuan - answer.energy_yuan) <= (len(lines) + exchanged) * fen, answer
    assert any(answer.customer_id not in judged.of_several_prices for answer in answers)
