"""One row and one number of a law table, for tests that expect exactly one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

from jicha.law.book import Law
from jicha.law.table import LawRow, Value


def price(law: Law, day: date, jurisdiction: str, register: str = "active_total", **codes: Value) -> D:
    rows = law.table("energy_price").on(day, jurisdiction_code=jurisdiction, register_code=register, **codes)
    assert len(rows) == 1, (jurisdiction, codes, register)
    return value(rows[0])


def value(row: LawRow, column: str = "price_yuan_per_kwh") -> D:
    found = row.values[column]
    assert isinstance(found, D)
    return found


def only(law: Law, table: str, day: date, **codes: Value) -> LawRow:
    """The one row these codes leave on a day."""
    rows = law.table(table).on(day, **codes)
    assert len(rows) == 1, (table, codes, len(rows))
    return rows[0]


#: The place of the synthetic county: its sheet is nobody's law, and its price codes name their voltage class.
FICTIONAL = "424080"


def published(law: Law, name: str, day: date | None = None) -> list[LawRow]:
    """The rows of a table that some authority published; of one day, where one is given."""
    table = law.table(name)
    rows = table.rows if day is None else table.on(day)
    return [row for row in rows if row.values["jurisdiction_code"] != FICTIONAL]
