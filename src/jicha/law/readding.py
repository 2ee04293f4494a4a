"""Published prices re-added from their published parts: a misread digit shows where the sum does not.

A delivered price is what is billed, and stands as published. Where a sheet also prints the parts, the price must be

    parts that do not float + multiple of its band x parts that float

with the multiple from `time_of_use_ratio` and the floating parts from `floating_part`, and a part must be the sum of
the items it is printed with. What lies further apart than `price_tolerance` was misread, misprinted or mistyped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jicha.kernel.errors import ContentError
from jicha.kernel.text import Text
from jicha.law.book import Law
from jicha.law.files import Place
from jicha.law.table import LawRow, Value

_PRICE_KEY = (
    "jurisdiction_code",
    "purchase_mode_code",
    "usage_category_code",
    "tariff_structure_code",
    "voltage_class_code",
)
#: Where the items of a part stand, and which of the part's columns tell whose items they are.
_ITEMS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "agency_purchase": ("purchase_price_part", ("jurisdiction_code",)),
    "system_operation": ("system_operation_part", ("jurisdiction_code",)),
    "surcharge": ("surcharge_rate", ("jurisdiction_code", "usage_category_code")),
    "transmission_distribution": (
        "transmission_price",
        ("jurisdiction_code", "usage_category_code", "tariff_structure_code", "voltage_class_code"),
    ),
}
_TABLES = ("energy_price", "energy_price_part", "floating_part", "time_of_use_ratio", "time_of_use_scope")

#: A price that holds without end is re-added for the months of one year, after which the months repeat.
_MONTHS_OF_A_YEAR = 12

_WHOLE_COUNTRY = "CN"

_Key = tuple[Value, ...]
_Index = Mapping[_Key, Sequence[LawRow]]


@dataclass(frozen=True, slots=True)
class Readded:
    """One published price, or one part of it, beside what its parts give on a day; yuan per kilowatt-hour."""

    row: LawRow
    day: date
    published: Decimal
    recomputed: Decimal
    tolerance: Decimal

    @property
    def difference(self) -> Decimal:
        """Published less recomputed."""
        return self.published - self.recomputed

    @property
    def agrees(self) -> bool:
        return abs(self.difference) <= self.tolerance


@dataclass(frozen=True, slots=True)
class Difference:
    """A published value its parts do not give. `cell` names it by the codes of its key, the register last."""

    place: Place
    cell: tuple[str, ...]
    day: date
    published: Decimal
    recomputed: Decimal

    @property
    def difference(self) -> Decimal:
        """Published less recomputed, yuan per kilowatt-hour."""
        return self.published - self.recomputed

    @property
    def text(self) -> Text:
        cell = "/".join(self.cell)
        return Text(
            en=f"{cell} on {self.day}: {self.published} is published, its parts give {self.recomputed} "
            f"(difference {self.difference} yuan/kWh); a digit is misread or misprinted",
            zh=f"{cell} {self.day}: 公布价 {self.published}, 按分项重算为 {self.recomputed} "
            f"(相差 {self.difference} 元/千瓦时); 疑有数字误读或误印",
        )

    @property
    def problem(self) -> ContentError:
        """The same as an error with file and line."""
        return self.place.refuse("price_not_readded", self.text.en, self.text.zh)


def differences(law: Law) -> list[Difference]:
    """The published values that differ from their parts by more than the tolerance, in the order of the files.

    A value that differs in several months is told once, for the first.
    """
    found: dict[tuple[Place, tuple[str, ...]], Difference] = {}
    for each in readded(law):
        if not each.agrees:
            row = each.row
            cell = tuple(str(row.values[column]) for column in law.table(row.table).key)
            difference = Difference(row.place, cell, each.day, each.published, each.recomputed)
            found.setdefault((row.place, cell), difference)
    return list(found.values())


def readded(law: Law) -> Iterator[Readded]:
    """Every published value whose parts are known, month by month; prices without known parts are left out."""
    if not all(name in law.tables for name in _TABLES):
        return
    yield from _prices(law)
    yield from _parts(law)


def _prices(law: Law) -> Iterator[Readded]:
    parts = _by(law, "energy_price_part", _PRICE_KEY)
    floating = _by(law, "floating_part", ("jurisdiction_code", "charge_code", "price_item_code"))
    scopes = _by(
        law, "time_of_use_scope", ("jurisdiction_code", "tariff_structure_code", "voltage_class_code")
    )
    ratios = _by(
        law,
        "time_of_use_ratio",
        ("jurisdiction_code", "time_of_use_ratio_set_code", "month_no", "register_code"),
    )
    for row in law.table("energy_price").rows:
        jurisdiction, register = row.values["jurisdiction_code"], row.values["register_code"]
        published = _decimal(row, "price_yuan_per_kwh")
        for day in _months(row):
            split = _split(_on(parts, _codes(row, _PRICE_KEY), day), floating, day)
            if split is None:
                continue
            fixed, base = split
            scope = (jurisdiction, row.values["tariff_structure_code"], row.values["voltage_class_code"])
            sets = {each.values["time_of_use_ratio_set_code"] for each in _on(scopes, scope, day)}
            multiples = [_multiple(ratios, jurisdiction, name, register, day) for name in sets]
            sums = [fixed + multiple * base for multiple in multiples if multiple is not None]
            if sums:  # where capacity decides between groups, the price may be that of any of them
                nearest = min(sums, key=lambda each: (abs(each - published), each))
                yield Readded(row, day, published, nearest, _tolerance(law, day))


def _parts(law: Law) -> Iterator[Readded]:
    for charge, (table, columns) in _ITEMS.items():
        if table not in law.tables:
            continue
        items = _by(law, table, columns)
        for row in law.table("energy_price_part").matching(charge_code=charge):
            found = _on(items, _codes(row, columns), row.valid_from)
            if found:
                total = sum((_decimal(item, "price_yuan_per_kwh") for item in found), Decimal(0))
                published = _decimal(row, "price_yuan_per_kwh")
                yield Readded(row, row.valid_from, published, total, _tolerance(law, row.valid_from))


def _split(parts: Sequence[LawRow], floating: _Index, day: date) -> tuple[Decimal, Decimal] | None:
    """What does not float and what does; None where there are no parts or one of them may float or not."""
    if not parts:
        return None
    fixed = base = Decimal(0)
    for part in parts:
        key = (part.values["jurisdiction_code"], part.values["charge_code"], "whole")
        told = _on(floating, key, day)
        if not told:
            return None
        price = _decimal(part, "price_yuan_per_kwh")
        if told[0].values["is_floating"]:
            base += price
        else:
            fixed += price
    return fixed, base


def _multiple(ratios: _Index, jurisdiction: Value, name: Value, register: Value, day: date) -> Decimal | None:
    """The multiple of a band on the floating base: its own times those of the bands it refers to."""
    multiple = Decimal(1)
    passed: set[Value] = set()
    while register not in passed:
        told = _on(ratios, (jurisdiction, name, day.month, register), day)
        if not told:
            return None
        passed.add(register)
        multiple *= _decimal(told[0], "time_of_use_ratio")
        reference = told[0].values["reference_register_code"]
        if reference == register:
            return multiple
        register = reference
    return None  # bands that refer to each other in a ring say nothing


def _tolerance(law: Law, day: date) -> Decimal:
    """Zero where nobody allows any."""
    if "price_tolerance" not in law.tables:
        return Decimal(0)
    told = law.table("price_tolerance").on(day, jurisdiction_code=_WHOLE_COUNTRY)
    return _decimal(told[0], "price_tolerance_yuan_per_kwh") if told else Decimal(0)


def _months(row: LawRow) -> Iterator[date]:
    """The first day of the row, and the first of each further month it holds in, a year of them at most."""
    day = row.valid_from
    for _ in range(_MONTHS_OF_A_YEAR):
        if not row.holds(day):
            return
        yield day
        day = date(day.year + 1, 1, 1) if day.month == _MONTHS_OF_A_YEAR else date(day.year, day.month + 1, 1)


def _by(law: Law, table: str, columns: Sequence[str]) -> _Index:
    found: dict[_Key, list[LawRow]] = defaultdict(list)
    for row in law.table(table).rows:
        found[_codes(row, columns)].append(row)
    return found


def _on(index: _Index, key: _Key, day: date) -> list[LawRow]:
    return [row for row in index.get(key, ()) if row.holds(day)]


def _codes(row: LawRow, columns: Sequence[str]) -> _Key:
    return tuple(row.values[column] for column in columns)


def _decimal(row: LawRow, column: str) -> Decimal:
    value = row.values[column]
    if not isinstance(value, Decimal):
        raise row.place.refuse("price_missing", f"{column} is empty in this row", f"该行的列 {column} 为空")
    return value
