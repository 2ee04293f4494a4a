"""The judge keeps the rules: every mechanism is reviewed, every topic named exists, everything lints."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from jicha.inspection.content import load_catalogue
from jicha.inspection.topic import load_topics
from jicha.judging.rulebook import load_rulebook
from jicha.judging.sees import EVERY, MUST_NOT, OUGHT, load_sees
from jicha.lexicon.roots import ContentRoots

ROOT = Path(__file__).resolve().parents[2]
ROOTS = ContentRoots.find()
CATALOGUE = load_catalogue(ROOTS)
RULEBOOK = load_rulebook(CATALOGUE)
SEES = load_sees(ROOTS)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def mechanisms() -> dict[str, str]:
    """What the county can plant, and whose guilt it is."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "src" / "jicha" / "county" / "facts").glob("causes_*.csv")):
        for row in rows_of(path):
            assert row["kind"] not in found, row["kind"]
            found[row["kind"]] = row["blame"]
    return found


def test_every_mechanism_of_the_county_is_reviewed_and_no_other() -> None:
    assert {row.mechanism for row in SEES} == set(mechanisms())


def test_every_topic_named_exists() -> None:
    codes = {row["code"] for row in rows_of(ROOTS.public / "topics" / "catalogue.csv")}
    known = {*codes, *load_topics(CATALOGUE), EVERY}
    assert [(row.line, row.topic) for row in SEES if row.topic not in known] == []


def test_a_topic_is_named_once_for_a_mechanism_by_path_or_by_code() -> None:
    """A code beside a path of the same code would say two things of one topic."""
    topics = load_topics(CATALOGUE)
    by_mechanism: dict[str, dict[str, str]] = {}
    for row in SEES:
        by_mechanism.setdefault(row.mechanism, {})[row.topic] = row.verdict
    for mechanism, said in by_mechanism.items():
        for name, verdict in said.items():
            code = topics[name].header.code if name in topics else None
            assert code is None or said.get(code, verdict) == verdict, (mechanism, name, code)


def test_the_guilty_ought_to_be_seen_and_innocents_must_not_be_accused() -> None:
    blames = mechanisms()
    ought = {row.mechanism for row in SEES if row.verdict == OUGHT}
    spared = {row.mechanism for row in SEES if (row.topic, row.verdict) == (EVERY, MUST_NOT)}
    assert sorted(m for m, blame in blames.items() if blame == "guilty" and m not in ought) == []
    assert sorted(m for m, blame in blames.items() if blame == "innocent" and m in ought) == []
    assert sorted(m for m, blame in blames.items() if blame == "innocent" and m not in spared) == []
    assert {row.verdict for row in SEES if row.topic == EVERY} <= {MUST_NOT}


def test_a_mechanism_is_named_for_what_happened_and_never_for_a_topic() -> None:
    topics = {name.partition("/")[2] for name in load_topics(CATALOGUE)}
    assert not topics & set(mechanisms())
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", mechanism) for mechanism in mechanisms())


def test_models_and_metrics_lint() -> None:
    RULEBOOK.lint()


def test_every_model_is_read() -> None:
    read = {name for model in RULEBOOK.models.values() for name in model.reads}
    read |= {name for metric in RULEBOOK.metrics.values() for name in metric.reads}
    assert set(RULEBOOK.models) <= read
