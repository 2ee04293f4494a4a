"""The page of examples is as the product makes it."""

from __future__ import annotations

from pathlib import Path

from .page import page, summary
from .working import House

PAGE = Path(__file__).parents[2].joinpath("docs", "examples.md")


def test_the_page_is_current(house: House) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(house)


def test_every_verdict_is_told(house: House) -> None:
    assert len(list(summary(house))) == 4
