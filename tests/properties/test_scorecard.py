"""The gate: on four seeds and one outside plan the scorecard may not fall below what is recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from jicha.inspection.content import load_catalogue
from jicha.judging.rulebook import load_rulebook

from .counties import ROOTS
from .scorecard_page import PAGE, cards_of, page
from .scorecard_record import fallen, read
from .scorecards import TRIALS, Trial, card


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scorecards")


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.name)
def test_the_scorecard_does_not_fall(trial: Trial, folder: Path) -> None:
    worse = fallen(card(trial, folder), read()["counties"][trial.name])
    assert worse == [], 'mend it, or say why: make scorecard-record REASON="…"'


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.name)
def test_every_mechanism_planted_is_reviewed(trial: Trial, folder: Path) -> None:
    assert [each for each in card(trial, folder).unjudged if not each.is_reviewed] == []


def test_the_page_is_up_to_date(folder: Path) -> None:
    text = page(cards_of(folder), load_rulebook(load_catalogue(ROOTS)))
    assert PAGE.read_text(encoding="utf-8") == text, "run `make scorecard`"


def test_the_record_says_why() -> None:
    record = read()
    assert set(record["counties"]) == {trial.name for trial in TRIALS}
    assert record["history"]
    assert all(entry["reason"].strip() for entry in record["history"])
