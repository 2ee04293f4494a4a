"""Intervals, order, the reviewed table, the rulebook, the key as a source."""

from __future__ import annotations

import csv
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from jicha.inspection.topic import load_topics
from jicha.judging.score import _taken, claims_money
from jicha.judging.scorecard import Figure, wilson, worst_first
from jicha.judging.sees import Verdict, load_sees, verdicts
from jicha.kernel.errors import ContentError, SourceError
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.manifest import Manifest

from .bench import rulebook


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # Newcombe (1998), Statistics in Medicine 17, table I: score method without continuity correction.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson(part: int, whole: int, low: float, high: float) -> None:
    found = wilson(Decimal(part), Decimal(whole), rulebook().confidence.z)
    assert found is not None
    assert found == pytest.approx((low, high), abs=0.00005)


def test_wilson_at_the_ends() -> None:
    z = rulebook().confidence.z
    assert wilson(Decimal(0), Decimal(0), z) is None
    assert wilson(Decimal(0), Decimal(7), z) == (0.0, pytest.approx(0.3543, abs=0.0001))
    assert wilson(Decimal(7), Decimal(7), z) == (pytest.approx(0.6457, abs=0.0001), 1.0)


def test_worst_first_ties_by_name() -> None:
    good, bad = Figure(Decimal(9), Decimal(9)), Figure(Decimal(0), Decimal(9))
    groups = {"b": {"recall": good}, "a": {"recall": good}, "c": {"recall": bad}, "d": {}}
    assert list(worst_first(groups, rulebook().metrics.values())) == ["c", "a", "b", "d"]


def test_the_rulebook_lints() -> None:
    rulebook().lint()
    assert [metric.name for metric in rulebook().metrics.values() if metric.is_headline] == [
        "recall",
        "precision",
        "innocents_accused_ratio",
        "guilty_cleared_ratio",
        "money_error_ratio",
    ]


def test_which_topics_claim_money() -> None:
    topics = load_topics(rulebook().catalogue)
    claiming = {name for name, topic in topics.items() if claims_money(topic)}
    assert "billing/duplicate_bill" in claiming
    # replayed: the SELECT itself gives none
    assert "tariff/wrong_price_code" in claiming
    assert not {"billing/gap_or_overlap", "billing/months_differ_from_time"} & claiming


def row(mechanism: str, topic: str, verdict: str) -> Verdict:
    return Verdict(mechanism, topic, verdict, "so it is", "test", 1)


def test_the_nearer_row_holds() -> None:
    rows = [row("m", "*", "must_not"), row("m", "MR-006", "may"), row("m", "reading/drop", "ought")]
    topics = {"reading/drop": "MR-006", "reading/rise": "MR-006", "reading/zero": "MR-004"}
    assert verdicts(rows, ["m", "n"], topics) == {
        ("m", "reading/drop"): "ought",
        ("m", "reading/rise"): "may",
        ("m", "reading/zero"): "must_not",
    }


@pytest.mark.parametrize(
    "line",
    [
        "m,MR-006,should,why,who",
        "m,MR-006,ought,,who",
        "m,MR-006,ought,why,who\nm,MR-006,may,why,who",
    ],
)
def test_a_bad_table_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "judging").mkdir()
    path = tmp_path / "judging" / "sees.csv"
    path.write_text(f"mechanism,topic,verdict,why,reviewer\n{line}\n", encoding="utf-8")
    with pytest.raises(ContentError, match="bad_sees"):
        load_sees(ContentRoots(tmp_path, ()))


OLD = "cause,subject_type,subject_id,customer_id,valid_from,valid_to,true_kwh,energy_yuan,is_innocent,note"
NEW = (
    "cause,theme,blame,subject_type,subject_id,customer_id,valid_from,valid_to,true_kwh,energy_yuan,breach_yuan,"
    "size,note"
)


@pytest.mark.parametrize(
    ("header", "rows", "blames"),
    [
        (
            OLD,
            [
                "bypass,metering_point,01,1,2026-01-01,2026-02-01,10.00,5.00,false,x",
                "moved,metering_point,02,2,2026-01-01,2026-02-01,0.00,0.00,true,x",
            ],
            ["guilty", "innocent"],
        ),
        (
            NEW,
            [
                "bypass,AT,guilty,metering_point,01,1,2026-01-01,2026-02-01,10.00,5.00,15.00,0.35,x",
                "link,LL,data,area,A1,,2026-01-01,,0.00,0.00,0.00,,x",
            ],
            ["guilty", "data"],
        ),
    ],
)
def test_a_key_is_taken_as_a_source(tmp_path: Path, header: str, rows: list[str], blames: list[str]) -> None:
    (tmp_path / "answer_key.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    (tmp_path / "cis_zh").mkdir()
    place = tmp_path / "place"
    place.mkdir()
    workspace = _taken(place, tmp_path, rulebook().catalogue)
    assert Manifest.head(workspace).rows("core.planted_cause") == len(blames)


def test_a_key_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no_answer_key"):
        _taken(tmp_path, tmp_path, rulebook().catalogue)
    bad = "bypass,AT,perhaps,metering_point,01,1,2026-01-01,2026-02-01,10.00,5.00,15.00,0.35,x"
    (tmp_path / "answer_key.csv").write_text(f"{NEW}\n{bad}\n", encoding="utf-8")
    with pytest.raises(SourceError, match="answer_key_unread"):
        _taken(tmp_path, tmp_path, rulebook().catalogue)


def test_every_class_has_its_words_and_classes_do_not_overlap() -> None:
    by_dimension: dict[str, list[tuple[float, float]]] = {}
    for each in rulebook().classes:
        assert each.title.en and each.title.zh
        low = float("-inf") if each.from_value is None else each.from_value
        high = float("inf") if each.to_value is None else each.to_value
        by_dimension.setdefault(each.dimension, []).append((low, high))
    for spans in by_dimension.values():
        assert all(high == low for (_, high), (low, _) in pairwise(spans))


def test_the_sample_is_a_key() -> None:
    path = ContentRoots.find().public / "sources" / "answer_key" / "sample" / "answer_key.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        assert csv.DictReader(handle).fieldnames == NEW.split(",")
