"""Units of measure and exact conversion between those of one dimension.

Which units exist is content (`content/lexicon/units.yaml`), passed in as a mapping:

    mwh: {name: megawatt-hour, symbol: MWh, en: Megawatt-hour, zh: 兆瓦时, dimension: energy, factor: "1000"}

`factor` times a value in the unit gives the value in the base unit of its dimension, the one with factor 1.
It is an integer or a quoted number or fraction ("0.001", "1/3"): YAML reads an unquoted 0.001 as a float, and
floats are refused. Conversion only multiplies, so temperatures convert as differences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import overload

from jicha.kernel.errors import JichaError
from jicha.kernel.money import as_decimal, as_fraction
from jicha.kernel.text import Text

_KEYS = frozenset({"name", "symbol", "en", "zh", "dimension", "factor"})
_FACTOR = re.compile(r"[0-9]+(?:\.[0-9]+|/[0-9]+)?")


class UnitError(JichaError):
    """A unit that is not defined, badly defined, or of another dimension."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit; `code` is its key and the suffix of the columns it measures (`kwh` in `billed_kwh`)."""

    code: str
    name: str
    symbol: str
    title: Text
    dimension: str
    factor: Fraction

    def __post_init__(self) -> None:
        if not isinstance(self.factor, Fraction) or self.factor <= 0:
            raise UnitError(
                "unit_factor",
                en=f"the factor of unit {self.code} is a fraction above 0, not {self.factor!r}",
                zh=f"单位 {self.code} 的换算系数须为大于 0 的分数,不能是 {self.factor!r}",
            )

    def factor_to(self, target: Unit) -> Fraction:
        """What a value in this unit is multiplied by to be in `target`; refuses another dimension."""
        if self.dimension != target.dimension:
            raise UnitError(
                "unit_mismatch",
                en=f"{self.symbol} ({self.dimension}) is not {target.symbol} ({target.dimension})",
                zh=f"{self.title.zh}({self.dimension})不能换算为{target.title.zh}({target.dimension})",
            )
        return self.factor / target.factor

    def canonical(self) -> str:
        return self.code

    def __str__(self) -> str:
        return self.symbol


@dataclass(frozen=True, slots=True)
class UnitTable:
    """All units by code."""

    units: Mapping[str, Unit]

    @classmethod
    def from_mapping(cls, document: object, *, file: str | Path | None = None) -> UnitTable:
        """From the parsed content; `file` is only named in errors, `column` names the unit."""
        if not isinstance(document, Mapping) or not document:
            raise UnitError(
                "units_not_a_mapping",
                en="the units are a mapping from code to unit, not empty",
                zh="单位表须为由代码到单位的映射,且不能为空",
                file=file,
            )
        units = {str(code): _unit(str(code), entry, file) for code, entry in document.items()}
        based = {unit.dimension for unit in units.values() if unit.factor == 1}
        for unit in units.values():
            if unit.dimension not in based:
                raise UnitError(
                    "no_base_unit",
                    en=f"the dimension {unit.dimension} of unit {unit.code} has no unit with factor 1",
                    zh=f"单位 {unit.code} 的量纲 {unit.dimension} 没有系数为 1 的基准单位",
                    file=file,
                    column=unit.code,
                )
        return cls(units)

    def get(self, code: str) -> Unit:
        """The unit of that code; refuses an unknown one."""
        unit = self.units.get(code)
        if unit is None:
            raise UnitError("unknown_unit", en=f"there is no unit {code!r}", zh=f"没有单位 {code!r}")
        return unit

    @overload
    def convert(self, value: Decimal | int, source: str, target: str) -> Decimal: ...

    @overload
    def convert(self, value: Fraction, source: str, target: str) -> Fraction: ...

    def convert(self, value: Decimal | int | Fraction, source: str, target: str) -> Decimal | Fraction:
        """The same amount in another unit, exactly.

        A decimal gives a decimal and is refused where its decimals would never end (one hour in days); a
        fraction gives a fraction and always converts.
        """
        exact = as_fraction(value) * self.get(source).factor_to(self.get(target))
        return exact if isinstance(value, Fraction) else as_decimal(exact)

    def __getitem__(self, code: str) -> Unit:
        return self.get(code)

    def __contains__(self, code: object) -> bool:
        return code in self.units

    def __iter__(self) -> Iterator[Unit]:
        return iter(self.units.values())

    def __len__(self) -> int:
        return len(self.units)


def _unit(code: str, entry: object, file: str | Path | None) -> Unit:
    if not isinstance(entry, Mapping) or set(entry) != _KEYS:
        keys = ", ".join(sorted(_KEYS))
        raise UnitError(
            "unit_keys",
            en=f"unit {code} has exactly these keys: {keys}",
            zh=f"单位 {code} 必须且只能有这些键:{keys}",
            file=file,
            column=code,
        )
    texts = {key: entry[key] for key in _KEYS - {"factor"}}
    for key, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            raise UnitError(
                "unit_text",
                en=f"{key} of unit {code} is a text, not {text!r} (quote it)",
                zh=f"单位 {code} 的 {key} 须为文本,不能是 {text!r}(请加引号)",
                file=file,
                column=code,
            )
    return Unit(
        code=code,
        name=texts["name"],
        symbol=texts["symbol"],
        title=Text(en=texts["en"], zh=texts["zh"]),
        dimension=texts["dimension"],
        factor=_factor(code, entry["factor"], file),
    )


def _factor(code: str, value: object, file: str | Path | None) -> Fraction:
    factor = Fraction(0)
    if isinstance(value, str) and _FACTOR.fullmatch(value) and not value.endswith("/0"):
        factor = Fraction(value)
    elif isinstance(value, Decimal | Fraction | int) and not isinstance(value, bool):
        factor = as_fraction(value)
    if factor <= 0:
        raise UnitError(
            "unit_factor",
            en=f'the factor of unit {code} is a quoted number above 0 like "0.001" or "1/3", not {value!r}',
            zh=f'单位 {code} 的换算系数须为加引号的正数,如 "0.001" 或 "1/3",不能是 {value!r}',
            file=file,
            column=code,
        )
    return factor
