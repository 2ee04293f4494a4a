"""docs/law.md is what the content says."""

from __future__ import annotations

from pathlib import Path

from jicha.law.book import Law
from jicha.law.document import document

PAGE = Path(__file__).parents[2] / "docs" / "law.md"


def test_the_page_is_up_to_date(shipped: Law) -> None:
    assert PAGE.read_text(encoding="utf-8") == document(shipped), "run `make docs`"


def test_the_page_names_everything(shipped: Law) -> None:
    page = document(shipped)
    for name in (*shipped.tables, *shipped.settings, *shipped.instruments):
        assert f"| `{name}`" in page, name
