"""What is expected of an example, found among its results and held to its tolerance."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import pytest

from jicha.kernel.derivation import Input, Step
from jicha.kernel.quantity import Quantity
from jicha.kernel.units import UnitTable

from .kinds import KindFile
from .problem import refuse, unknown
from .working import Result

#: Units as examples write them, by ours. A ratio has many names.
UNITS = {
    "": "ratio",
    "倍": "ratio",
    "%": "pct",
    "元": "yuan",
    "千元": "thousand_yuan",
    "万元": "wan_yuan",
    "元/kWh": "yuan_per_kwh",
    "kWh": "kwh",
    "万kWh": "wan_kwh",
    "MWh": "mwh",
    "kvarh": "kvarh",
    "kW": "kw",
    "W": "w",
    "kVA": "kva",
    "kvar": "kvar",
    "kV": "kv",
    "V": "v",
    "A": "a",
    "Ω": "ohm",
    "mm²": "mm2",
    "天": "days",
    "h": "hours",
    "月": "months",
    "元/kVA": "yuan_per_kva",
}

#: Words an answer may begin with that change nothing of what is asked.
OPENINGS = ("本月", "当月", "该月", "每月", "月", "应", "可", "该户", "用户", "所需", "需")
_BRACKETS = re.compile(r"[(\uff08][^)\uff09]*[)\uff09]")


@dataclass(frozen=True)
class Expected:
    """`name` as the example calls it; `is_` must come out within `tolerance`, in `unit` (as written; None: ours)."""

    name: str
    is_: Decimal
    unit: str | None
    tolerance: Decimal


def ours(
    expected: Expected,
    kind: KindFile,
    results: Mapping[str, Result],
    group: str,
    where: str,
    units: UnitTable,
) -> Decimal:
    """Our value for an expected answer, in the unit the example writes. Raises `ExampleError` where there is none."""
    place = f"{where}.{expected.name}"
    for name in _names(expected.name, kind, group, place):
        if name in results:
            return in_unit(results[name], UNITS.get(expected.unit or "-"), place, units)
    raise refuse(
        "no_result",
        place,
        f"nothing worked out is called that; there are {', '.join(sorted(results))}",
        f"没有相应结果; 已得出 {'、'.join(sorted(results))}",
    )


def is_close(found: Decimal, expected: Expected) -> bool:
    return bool(found == pytest.approx(expected.is_, abs=expected.tolerance, rel=Decimal(0)))


def _names(name: str, kind: KindFile, group: str, place: str) -> Sequence[str]:
    """Our names for an answer, the most fitting first; a group's answers bear the group before the name."""
    if group and name.casefold().startswith(group.casefold()):
        name = name[len(group) :]
    bare = _BRACKETS.sub("", name).strip()
    shorter = (bare.removeprefix(word) for word in OPENINGS if bare.startswith(word))
    found = next((kind.answers[each] for each in (name, bare, *shorter) if each in kind.answers), None)
    if found is None:
        raise unknown("unknown_answer", place, name, kind.answers)
    return [found] if isinstance(found, str) else found


def belongs(name: str, group: str, groups: Sequence[str]) -> bool:
    """Whether an answer is of this group: it bears the group's name, or there is but one."""
    others = [each for each in groups if each and name.casefold().startswith(each.casefold())]
    return group in others if others else True


def in_unit(result: Result, code: str | None, place: str, units: UnitTable) -> Decimal:
    """A result as a number of the unit `code`; as it is where either has none. Raises `ExampleError`."""
    value = result.value if isinstance(result, Input | Step) else result
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise refuse("no_number", place, f"{value!r} is no number", f"{value!r} 不是数值") from error
    own = result.unit if isinstance(result, Input | Step) else None
    if code is None or own is None or code not in units or own not in units:
        return number
    if units[code].dimension != units[own].dimension:
        raise refuse("other_unit", place, f"{own} is not {code}", f"{own} 不能换算为 {code}")
    return Quantity(number, units[own]).to(units[code]).value
