"""What a person asks of the law: a key and a day.

A key is `<area>/<table>`, followed by values of the table's key columns in their order (`*` for any, or
`column=value`); an area; `settings/<name>`; or an instrument by its id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from jicha.kernel.errors import UnknownKey
from jicha.law.book import Law
from jicha.law.files import INSTRUMENTS, SETTINGS, Cell
from jicha.law.instrument import Instrument
from jicha.law.settings import Setting
from jicha.law.table import LawRow, LawTable, Value, nearest


@dataclass(frozen=True, slots=True)
class Question:
    """A table, the columns wanted, and the day of the fact."""

    table: LawTable
    wanted: Mapping[str, Value]
    on: date


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows in force on the day; `spans` are all (first day, first day after, rows) the question has values for."""

    question: Question
    rows: tuple[LawRow, ...]
    spans: tuple[tuple[date, date | None, int], ...]


def ask(law: Law, key: str, on: date) -> Answer | Setting | Instrument | tuple[LawTable, ...]:
    """The answer to a key: values, a setting, an instrument, or the tables of an area. Raises `UnknownKey`."""
    parts = key.strip("/").split("/")
    if parts[0] in (SETTINGS, "law") and len(parts) == 2 and parts[1] in law.settings:
        return law.settings[parts[1]]
    name = parts[-1].partition("#")[0]
    if name in law.instruments and (len(parts) == 1 or parts[0] == INSTRUMENTS):
        return law.instruments[name]
    areas = {table.area for table in law.tables.values()}
    if parts[0] in areas and len(parts) == 1:
        return tuple(table for table in law.tables.values() if table.area == parts[0])
    rest = parts[1:] if parts[0] in areas and len(parts) > 1 else parts
    table = law.tables.get(rest[0].removeprefix("law."))
    if table is None or (parts[0] in areas and table.area != parts[0]):
        raise _unknown(law, key)
    return _answered(Question(table, _wanted(table, rest[1:]), on))


def _answered(question: Question) -> Answer:
    matching = list(question.table.matching(**question.wanted))
    spans = Counter((row.valid_from, row.valid_to) for row in matching)
    return Answer(
        question,
        tuple(row for row in matching if row.holds(question.on)),
        tuple((first, last, count) for (first, last), count in sorted(spans.items(), key=_by_time)),
    )


def _by_time(item: tuple[tuple[date, date | None], int]) -> tuple[date, date]:
    (first, last), _ = item
    return first, last or date.max


def _wanted(table: LawTable, filters: list[str]) -> dict[str, Value]:
    """Columns and values a key narrows a table by. Raises `UnknownKey` for a value no row has."""
    wanted: dict[str, Value] = {}
    for place, text in enumerate(filters):
        column, equals, value = text.partition("=")
        if not equals:
            if place >= len(table.key):
                raise UnknownKey(
                    "too_many_values",
                    en=f"{table.path} is told apart by {', '.join(table.key) or 'nothing but its span'}; "
                    f"{text} is one value too many",
                    zh=f"{table.path} 的键为 {'、'.join(table.key) or '(仅时段)'}; {text} 多出一个值",
                )
            column, value = table.key[place], text
        if value == "*":
            continue
        held = {_spelled(row.values.get(column)): row.values.get(column) for row in table.rows}
        if column not in table.columns or value not in held:
            raise UnknownKey(
                "unknown_law_value",
                en=f"no row of {table.path} has {column} = {value}; "
                f"there are {', '.join(sorted(held)[:20]) if column in table.columns else ', '.join(table.columns)}",
                zh=f"{table.path} 没有 {column} = {value} 的行; "
                f"已有: {'、'.join(sorted(held)[:20]) if column in table.columns else '、'.join(table.columns)}",
            )
        wanted[column] = held[value]
    return wanted


def _spelled(value: Value | Cell) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _unknown(law: Law, key: str) -> UnknownKey:
    paths = {table.path: table for table in law.tables.values()}
    known = {
        **paths,
        **law.tables,
        **law.instruments,
        **{f"{SETTINGS}/{n}": s for n, s in law.settings.items()},
    }
    near = nearest(key, known)
    return UnknownKey(
        "unknown_law",
        en=f"no law is called {key}"
        + (f"; did you mean {', '.join(near)}" if near else "; `jicha explain law` lists the tables"),
        zh=f"没有名为 {key} 的法规取值"
        + (f"; 是否应为 {'、'.join(near)}" if near else "; 用 `jicha explain law` 查看全部法规表"),
    )
