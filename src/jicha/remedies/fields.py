"""The inputs of a remedy: declared fields, read from plain data without losing a digit."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from jicha.kernel.period import Month, PeriodError
from jicha.kernel.text import Text
from jicha.remedies.problem import RemedyError, refuse

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?")
_RATIO = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*[/:：]\s*([0-9]+(?:\.[0-9]+)?)")


class Kind(StrEnum):
    """What a field holds."""

    number = "number"
    ratio = "ratio"  # 200/5, 10000:100, or a bare number
    day = "day"
    month = "month"
    code = "code"
    text = "text"
    flag = "flag"
    numbers = "numbers"
    ratios = "ratios"
    days = "days"
    rows = "rows"  # a list of mappings
    record = "record"  # one mapping


@dataclass(frozen=True, slots=True)
class Ratio:
    """A nominal ratio as printed, 200/5; `of` is 1 for a bare number."""

    rated: Decimal
    of: Decimal

    def __str__(self) -> str:
        return f"{self.rated:f}/{self.of:f}"


@dataclass(frozen=True, slots=True)
class Field:
    """One input. `least` is the smallest number allowed (None: any); `above` that it is not allowed itself."""

    name: str
    kind: Kind
    says: Text
    aliases: tuple[str, ...] = ()
    required: bool = False
    least: int | None = 0
    above: bool = False
    options: Mapping[str, tuple[str, ...]] | None = None  # code -> other spellings
    fields: tuple[Field, ...] = ()
    order: tuple[str, ...] = ()  # names of a row given as a list
    guess: Callable[[str], str | None] | None = None  # a code from other words


def field(name: str, kind: Kind, en: str, zh: str, *aliases: str, **more: Any) -> Field:
    return Field(name, kind, Text(en=en, zh=zh), aliases, **more)


@dataclass(frozen=True)
class Given:
    """Inputs read by their fields. `path` names where they stand, for messages."""

    path: str
    values: Mapping[str, Any]

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def get(self, name: str) -> Any:
        return self.values.get(name)

    def number(self, name: str) -> Decimal | None:
        found = self.values.get(name)
        return found if isinstance(found, Decimal) else None

    def day(self, name: str) -> date | None:
        found = self.values.get(name)
        return found if isinstance(found, date) else None

    def code(self, name: str) -> str | None:
        found = self.values.get(name)
        return found if isinstance(found, str) else None

    def flag(self, name: str) -> bool | None:
        found = self.values.get(name)
        return found if isinstance(found, bool) else None

    def ratio(self, name: str) -> Ratio | None:
        found = self.values.get(name)
        return found if isinstance(found, Ratio) else None

    def rows(self, name: str) -> tuple[Given, ...]:
        return tuple(self.values.get(name, ()))

    def record(self, name: str) -> Given | None:
        found = self.values.get(name)
        return found if isinstance(found, Given) else None

    def items(self, name: str) -> tuple[Any, ...]:
        return tuple(self.values.get(name, ()))

    def need(self, name: str, why_en: str, why_zh: str) -> Decimal:
        """A number that this way of reckoning cannot do without."""
        found = self.number(name)
        if found is None:
            raise refuse("missing_input", self.at(name), f"give it; {why_en}", f"请给出; {why_zh}")
        return found

    def at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def only_one(self, *names: str) -> str | None:
        """Which of these fields is given. Raises where several are."""
        given = [name for name in names if name in self.values]
        if len(given) > 1:
            raise refuse(
                "inputs_exclude",
                self.at(given[0]),
                f"stands beside {', '.join(given[1:])}, which says the same in another way; keep one",
                f"与 {'、'.join(given[1:])} 重复; 请只保留一项",
            )
        return given[0] if given else None


def read(fields: Sequence[Field], document: object, path: str = "") -> Given:
    """The mapping read by its fields. Raises `RemedyError` for the first that cannot be."""
    if not isinstance(document, Mapping):
        raise refuse("not_a_mapping", path or "inputs", "must be a mapping of fields", "须为字段到取值的映射")
    known = {spelling: each for each in fields for spelling in (each.name, *each.aliases)}
    values: dict[str, Any] = {}
    for name, stated in document.items():
        at = f"{path}.{name}" if path else str(name)
        found = known.get(str(name))
        if found is None:
            near = difflib.get_close_matches(str(name), known, n=3)
            listed = ", ".join(near or [each.name for each in fields])
            raise refuse(
                "unknown_input",
                at,
                f"no such field; {'did you mean' if near else 'there are'} {listed}",
                f"没有此字段; {'是否应为' if near else '可用字段'} {listed}",
            )
        if stated is None:
            continue
        if found.name in values:
            raise refuse("input_twice", at, f"{found.name} is given twice", f"{found.name} 重复给出")
        values[found.name] = _value(found, stated, at)
    for each in fields:
        if each.required and each.name not in values:
            at = f"{path}.{each.name}" if path else each.name
            raise refuse("missing_input", at, f"give it: {each.says.en}", f"请给出: {each.says.zh}")
    return Given(path, values)


def _value(wanted: Field, stated: object, at: str) -> Any:
    """One value; lists are read item by item."""
    single = {
        Kind.number: _number,
        Kind.ratio: _ratio,
        Kind.day: _day,
        Kind.month: _month,
        Kind.code: _code,
        Kind.text: _text,
        Kind.flag: _flag,
    }
    if wanted.kind in single:
        return single[wanted.kind](wanted, stated, at)
    if wanted.kind is Kind.record:
        return read(wanted.fields, stated, at)
    if not isinstance(stated, Sequence) or isinstance(stated, str):
        if wanted.kind is Kind.rows:
            raise refuse("not_a_list", at, "must be a list", "须为列表")
        stated = [stated]
    one = {Kind.numbers: _number, Kind.ratios: _ratio, Kind.days: _day, Kind.rows: _row}[wanted.kind]
    return tuple(one(wanted, item, f"{at}[{place}]") for place, item in enumerate(stated))


def _row(wanted: Field, stated: object, at: str) -> Given:
    if isinstance(stated, Sequence) and not isinstance(stated, str) and wanted.order:
        if len(stated) != len(wanted.order):
            listed = ", ".join(wanted.order)
            raise refuse("row_length", at, f"a list of {listed}", f"列表须依次为 {listed}")
        stated = dict(zip(wanted.order, stated, strict=True))
    return read(wanted.fields, stated, at)


def _number(wanted: Field, stated: object, at: str) -> Decimal:
    if isinstance(stated, float):
        raise refuse(
            "machine_number",
            at,
            f'{stated!r} is a machine number; write it in quotes, "{stated!r}"',
            f'{stated!r} 是浮点数; 请加引号写成 "{stated!r}"',
        )
    found: Decimal | None = None
    if isinstance(stated, Decimal):
        found = stated if stated.is_finite() else None
    elif isinstance(stated, int) and not isinstance(stated, bool):
        found = Decimal(stated)
    elif isinstance(stated, str) and _NUMBER.fullmatch(stated.strip()):
        try:
            found = Decimal(stated.strip())
        except InvalidOperation:
            found = None
    if found is None:
        raise refuse("not_a_number", at, f"{stated!r} is not a number", f"{stated!r} 不是数值")
    if wanted.least is not None and (found < wanted.least or (wanted.above and found == wanted.least)):
        more = "greater than" if wanted.above else "at least"
        raise refuse(
            "number_too_small",
            at,
            f"{found} must be {more} {wanted.least}",
            f"{found} 须{'大于' if wanted.above else '不小于'} {wanted.least}",
        )
    return found


def _ratio(wanted: Field, stated: object, at: str) -> Ratio:
    match = _RATIO.fullmatch(stated.strip()) if isinstance(stated, str) else None
    rated, of = (Decimal(match[1]), Decimal(match[2])) if match else (_number(wanted, stated, at), Decimal(1))
    if not rated or not of:
        raise refuse("ratio_of_zero", at, f"{stated} is not a ratio", f"{stated} 不是有效变比")
    return Ratio(rated, of)


def _day(_: Field, stated: object, at: str) -> date:
    if isinstance(stated, date) and not isinstance(stated, datetime):
        return stated
    try:
        return date.fromisoformat(str(stated))
    except ValueError:
        raise refuse(
            "not_a_day",
            at,
            f"{stated!r} is not a day; write 2026-01-31",
            f"{stated!r} 不是日期; 请写成 2026-01-31",
        ) from None


def _month(_: Field, stated: object, at: str) -> Month:
    try:
        return Month.parse(stated if isinstance(stated, date) else str(stated)[: len("2026-01")])
    except (PeriodError, ValueError) as error:
        raise refuse(
            "not_a_month",
            at,
            f"{stated!r} is not a month; write 2026-01",
            f"{stated!r} 不是月份; 请写成 2026-01",
        ) from error


def _code(wanted: Field, stated: object, at: str) -> str:
    options = wanted.options or {}
    spelled = str(stated).strip()
    for code, others in options.items():
        if spelled.casefold() in {code.casefold(), *(other.casefold() for other in others)}:
            return code
    guessed = None if wanted.guess is None else wanted.guess(spelled)
    if guessed is not None:
        return guessed
    listed = ", ".join(options)
    raise refuse("unknown_code", at, f"{stated!r} is none of {listed}", f"{stated!r} 无效; 可选 {listed}")


def _text(_: Field, stated: object, at: str) -> str:
    if not isinstance(stated, str) or not stated.strip():
        raise refuse("not_a_text", at, "must be a text", "须为文本")
    return stated.strip()


def _flag(_: Field, stated: object, at: str) -> bool:
    found = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}.get(
        str(stated).strip().casefold()
    )
    if found is None:
        raise refuse("not_a_flag", at, f"{stated!r} is neither true nor false", f"{stated!r} 不是是/否")
    return found


__all__ = ["Field", "Given", "Kind", "Ratio", "RemedyError", "field", "read"]
