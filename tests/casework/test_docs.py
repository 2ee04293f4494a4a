"""The page about casework shows the machines as they are."""

from __future__ import annotations

from pathlib import Path

from jicha.casework.charter import charter
from jicha.casework.diagram import page
from jicha.lexicon.roots import ContentRoots

PAGE = Path(__file__).resolve().parents[2] / "docs" / "algorithms" / "casework.md"


def test_the_diagrams_are_up_to_date() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text, "run `make docs`"


def test_every_theme_of_the_catalogue_makes_one_kind_of_order() -> None:
    lines = (
        (ContentRoots.find().public / "topics" / "catalogue.csv").read_text(encoding="utf-8").splitlines()[1:]
    )
    themes = {line.split(",")[1] for line in lines}
    claimed = [theme for kind in charter().kinds.values() for theme in kind.themes]
    assert sorted(claimed) == sorted(themes)
