"""The portable SQL subset: one statement that means the same on DuckDB and, transpiled, on Spark.

It is also the gate for content from strangers: what the allow-list of `grammar` does not name is refused.
"""

from __future__ import annotations

from jicha.warehouse.portable.linting import RULES, check, lint, output_columns, tables
from jicha.warehouse.portable.parsing import parse
from jicha.warehouse.portable.rule import Kind, Rule, Violation

__all__ = [
    "RULES",
    "Kind",
    "Rule",
    "Violation",
    "check",
    "lint",
    "output_columns",
    "parse",
    "sql_doc",
    "tables",
]


def sql_doc() -> str:
    """The Markdown text of docs/sql.md."""
    from jicha.warehouse.portable.document import sql_doc as text

    return text()
