"""One cell of a law table, read by the lexicon's type of its column: exactly, or refused."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from jicha.kernel.text import Text
from jicha.law.files import Cell
from jicha.law.table import Value
from jicha.lexicon.lexicon import Field, Lexicon, decimal_digits

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class BadCell(ValueError):
    """A cell that is no value of its column."""

    def __init__(self, *, en: str, zh: str) -> None:
        self.text = Text(en=en, zh=zh)
        super().__init__(en)


def cell_value(column: str, cell: Cell, lexicon: Lexicon) -> Value:
    """The value: str, int, bool, date, or Decimal with the scale it is written in. Raises `BadCell`."""
    field = lexicon.field(column)
    if cell is None:
        return None
    value = _read(field, cell)
    if value is None:
        raise BadCell(
            en=f"{cell!r} is no {field.type} for {column}"
            + ("; write decimals in quotes" if field.type.startswith("decimal") else ""),
            zh=f"{cell!r} 不是列 {column} ({field.zh}) 的 {field.type} 取值"
            + ("; 小数须加引号" if field.type.startswith("decimal") else ""),
        )
    if field.code is not None and value not in lexicon.codes(field.code):
        raise BadCell(
            en=f"{value!r} is not in codes/{field.code}.csv, the list of {column}",
            zh=f"{value!r} 不在代码表 codes/{field.code}.csv 中 (列 {column})",
        )
    return value


def _read(field: Field, cell: Cell) -> Value:
    """The value, or None for a cell that is none of this type."""
    if field.type == "boolean":
        return cell if isinstance(cell, bool) else None
    if isinstance(cell, bool):
        return None
    if field.type == "text":
        return cell if isinstance(cell, str) and cell.strip() else None
    if field.type == "integer":
        return cell if isinstance(cell, int) else None
    if field.type == "date":
        try:
            return date.fromisoformat(cell) if isinstance(cell, str) else None
        except ValueError:
            return None
    digits = decimal_digits(field.type)
    if digits is None or _NUMBER.fullmatch(str(cell)) is None:
        return None
    return _decimal(str(cell), *digits)


def _decimal(text: str, precision: int, scale: int) -> Decimal | None:
    whole, _, decimals = text.lstrip("-").partition(".")
    if len(decimals) > scale or len(whole.lstrip("0")) > precision - scale:
        return None
    return Decimal(text)
