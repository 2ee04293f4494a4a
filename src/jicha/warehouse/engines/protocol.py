"""What every engine offers to the runner. Content never sees an engine; it sees relations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import sqlglot.expressions as exp


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

    def keep(self, name: str, columns: Mapping[str, str], query: exp.Query) -> exp.Query:
        """Hold a query's rows in the engine, computed once; returns the query that reads them. `columns` are what it
        yields, in order. Replaces what is held under the name, which the query may not read."""
        ...

    def rows(self, query: exp.Query) -> list[tuple[Any, ...]]:
        """All rows as Python values (Decimal, date, str, int, float, bool, None)."""
        ...

    def arrow(self, query: exp.Query) -> Any:
        """All rows as a `pyarrow.Table`."""
        ...

    def close(self) -> None: ...
