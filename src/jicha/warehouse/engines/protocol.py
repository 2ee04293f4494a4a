"""What every engine offers to the runner. Content never sees an engine; it sees relations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import sqlglot.expressions as exp


def arrow_type(kind: str) -> Any:
    """The Arrow type of a lexicon type."""
    import pyarrow as pa

    if kind.startswith("decimal("):
        precision, scale = kind[len("decimal(") : -1].split(",")
        return pa.decimal128(int(precision), int(scale))
    return {
        "text": pa.string(),
        "integer": pa.int64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("us"),
        "double": pa.float64(),
    }[kind]


class Engine(Protocol):
    """Runs single, already linted SELECT statements over Parquet files and small registered tables."""

    @property
    def name(self) -> str: ...

    @property
    def versions(self) -> dict[str, str]:
        """Versions of the programs that compute, by their package's name."""
        ...

    def scan(self, files: Sequence[Path], columns: Mapping[str, str]) -> exp.Query:
        """A query that yields `columns` (name -> lexicon type) of the files; no files, no rows."""
        ...

    def register(self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> exp.Query:
        """Hold a small table in the engine; returns the query that reads it. Replaces one of the same name.

        Values are taken exactly or refused with `ContentError`: never rounded, never cut. The same tuple of
        rows, given again, costs nothing.
        """
        ...

    def rows(self, query: exp.Query) -> list[tuple[Any, ...]]:
        """All rows as Python values (Decimal, date, str, int, float, bool, None)."""
        ...

    def arrow(self, query: exp.Query) -> Any:
        """All rows as a `pyarrow.Table`."""
        ...

    def close(self) -> None: ...
