"""Tables of law: rows that hold for a span of days and know the clause they rest on."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeAlias

from jicha.kernel.canonical import digest
from jicha.kernel.dated import Dated, Miss
from jicha.kernel.errors import UnknownKey
from jicha.kernel.period import Period
from jicha.kernel.text import Text
from jicha.law.files import Confidence, LawFile, Place
from jicha.lexicon.arrow import arrow_type

Value: TypeAlias = str | int | bool | Decimal | date | None

#: `valid_to` of a row still in force, as every dated relation writes it.
OPEN_END = date(9999, 12, 31)

#: Columns every row of `law.*` carries beside the declared ones.
SPAN_COLUMNS = {"valid_from": "date", "valid_to": "date"}
CLAUSE_COLUMNS = {"law_citation": "text", "law_confidence_code": "text"}


@dataclass(frozen=True, slots=True)
class LawRow:
    """One row: `values` holds key and value columns; half-open span, `valid_to` None while in force.

    `citations` are `instrument#article`, the main one first.
    """

    table: str
    values: Mapping[str, Value]
    valid_from: date
    valid_to: date | None
    citations: tuple[str, ...]
    confidence: Confidence
    confirmed_on: date
    note: Text | None
    place: Place

    @property
    def citation(self) -> str:
        return self.citations[0]

    @property
    def period(self) -> Period:
        return Period(self.valid_from, self.valid_to)

    def holds(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True)
class LawTable:
    """`law.<name>`. `columns` maps key and value columns to lexicon types, in order; rows stand in the order
    of the files."""

    area: str
    name: str
    title: Text
    description: Text
    key: tuple[str, ...]
    columns: Mapping[str, str]
    rows: tuple[LawRow, ...]
    file: LawFile

    @property
    def path(self) -> str:
        """How people name it: `late_fee/late_fee_rate`."""
        return f"{self.area}/{self.name}"

    @property
    def relation_name(self) -> str:
        return f"law.{self.name}"

    @property
    def relation_columns(self) -> dict[str, str]:
        """Columns as statements see them: name -> lexicon type."""
        return {**self.columns, **SPAN_COLUMNS, **CLAUSE_COLUMNS}

    @cached_property
    def relation_rows(self) -> tuple[tuple[Value, ...], ...]:
        """Rows as statements see them, in the order of `relation_columns`; an open span ends 9999-12-31."""
        return tuple(
            (
                *(row.values[column] for column in self.columns),
                row.valid_from,
                row.valid_to or OPEN_END,
                row.citation,
                row.confidence,
            )
            for row in self.rows
        )

    @cached_property
    def digest(self) -> str:
        """Changes exactly when a statement over the table may give other rows."""
        return digest([self.name, self.relation_columns, [list(row) for row in self.relation_rows]])

    def arrow(self) -> Any:
        """`law.<name>` as a `pyarrow.Table`, in the columns of `relation_columns`."""
        import pyarrow as pa

        columns = self.relation_columns
        arrays = [
            pa.array([row[place] for row in self.relation_rows], arrow_type(kind))
            for place, kind in enumerate(columns.values())
        ]
        return pa.table(arrays, names=list(columns))

    def on(self, day: date, **wanted: Value) -> list[LawRow]:
        """Rows in force on a day whose columns have these values; none where nobody says anything."""
        return [row for row in self.matching(**wanted) if row.holds(day)]

    def matching(self, **wanted: Value) -> Iterator[LawRow]:
        """Rows of all days whose columns have these values. Raises `UnknownKey` for a column of another table."""
        if unknown := sorted(set(wanted) - set(self.columns)):
            raise UnknownKey(
                "unknown_column",
                en=f"{self.path} has no column {', '.join(unknown)}; it has {', '.join(self.columns)}",
                zh=f"{self.path} 没有列 {'、'.join(unknown)}; 它的列为 {'、'.join(self.columns)}",
            )
        return (row for row in self.rows if all(row.values[name] == value for name, value in wanted.items()))

    def dated(self, **key: Value) -> Dated[LawRow]:
        """The values of one full key over time."""
        name = "/".join((self.path, *(str(key[column]) for column in self.key)))
        return Dated(name, ((row.period, row) for row in self.matching(**key)))

    def one(self, day: date, **key: Value) -> LawRow | Miss:
        """The row of a full key on a day, or the miss that says what is known around it."""
        return self.dated(**key).on(day)

    def by_key(self) -> dict[tuple[Value, ...], list[LawRow]]:
        """Rows grouped by key, each group in the order of time."""
        groups: dict[tuple[Value, ...], list[LawRow]] = defaultdict(list)
        for row in self.rows:
            groups[tuple(row.values[column] for column in self.key)].append(row)
        return {key: sorted(rows, key=lambda row: row.valid_from) for key, rows in groups.items()}


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """Names that look like one that does not exist, for messages."""
    return difflib.get_close_matches(name, known, n=3, cutoff=0.5)
