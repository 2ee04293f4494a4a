"""What the pages tell an engineer to write is what the house takes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jicha.inspection.content import load_catalogue
from jicha.inspection.plan import load_plan
from jicha.inspection.policy import load_policy
from jicha.inspection.topic import Topic, lint_topic
from jicha.law.settings import load_settings
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots

from . import topics

ROOT = Path(__file__).resolve().parents[2]
HOW_TO = ROOT / "docs" / "how-to" / "set-a-threshold.md"
PAGES = (HOW_TO, ROOT / "content" / "policy" / "parameters" / "README.md")


def blocks(page: Path, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_a_page_shows_is_taken(page: Path, tmp_path: Path) -> None:
    shown = blocks(page, "yaml")
    assert shown
    for number, text in enumerate(shown):
        path = tmp_path / "local" / "policy" / "parameters" / f"{number}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    roots = ContentRoots.find((tmp_path / "local",))
    plan = load_plan(roots)
    assert plan.overrides, "a page shows a threshold"
    for override in plan.overrides:
        assert override.parameter in plan.topics[override.of].header.parameters
    policy = load_policy(roots, Lexicon.load(roots), load_settings(roots))
    assert policy.law_settings.choices
    assert any(row.org_id != "*" for row in policy.tables["line_loss"].stated)


def test_the_commented_example_of_a_shipped_table_is_taken(tmp_path: Path) -> None:
    """The strict limits beside the classes of line loss, as somebody would copy them."""
    table = (ROOT / "content" / "policy" / "line_loss.yaml").read_text(encoding="utf-8")
    lines = [line[4:] for line in table.splitlines() if line.startswith("#   ")]
    path = tmp_path / "local" / "policy" / "parameters" / "strict.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    roots = ContentRoots.find((tmp_path / "local",))
    policy = load_policy(roots, Lexicon.load(roots), load_settings(roots))
    added = [row for row in policy.tables["line_loss"].stated if row.org_id != "*"]
    assert {row.key for row in added} == {row.key for row in policy.tables["line_loss"].stated}


def test_the_joins_a_page_shows_pass_the_linter() -> None:
    (joins,) = blocks(HOW_TO, "sql")
    catalogue = load_catalogue(ContentRoots.find())
    source = (
        "mart.metering_point_bill as m\njoin core.customer as a on a.customer_id = m.customer_id\n" + joins
    )
    topic = topics.made(catalogue, columns={"law_choice": "s.law_choice"}, source=source)
    assert isinstance(topic, Topic)
    lint_topic(topic, catalogue)
