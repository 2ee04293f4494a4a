"""docs/sql.md is what the code says, and says all of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from jicha.warehouse.portable import RULES, sql_doc
from jicha.warehouse.portable.grammar import CONSTRUCTS, FUNCTIONS

PAGE = Path(__file__).parents[3] / "docs" / "sql.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == sql_doc(), (
        "run: python -m jicha.warehouse.portable > docs/sql.md"
    )


def test_the_module_prints_the_page() -> None:
    run = subprocess.run([sys.executable, "-m", "jicha.warehouse.portable"], capture_output=True, check=True)
    assert run.stdout.decode("utf-8") == sql_doc()


def test_the_page_names_everything() -> None:
    page = sql_doc()
    for rule in RULES:
        assert f"### {rule.id}\n" in page
        assert rule.en in page
        assert rule.zh in page
    for each in (*CONSTRUCTS, *FUNCTIONS):
        assert each.sql in page
