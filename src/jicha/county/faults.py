"""A plan from outside: which causes to plant, how many, when, how large. docs/county-faults.md has the format."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from jicha.county.plan import Wish
from jicha.county.tables import cause_plan, trades
from jicha.kernel.errors import JichaError

SHAPES = ("steady", "growing", "intermittent", "nightly")
KEEPS = ("all", "innocents", "nothing")
_KEYS = {"cause", "count", "per_mille", "onset", "days", "size", "shape", "trades"}


class FaultPlanError(JichaError):
    """A plan of faults cannot be read or asks for what does not exist."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`count` happenings of one cause, or `per_mille` of the customers."""

    kind: str
    count: int | None
    per_mille: float | None
    wish: Wish


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """`keep`: what of the county's own plan is planted beside it."""

    keep: str
    asked: tuple[Asked, ...]


def read_plan(path: Path) -> FaultPlan:
    """The plan of a YAML file. Raises FaultPlanError naming the file, the entry and what to do."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise _error(path, "", f"cannot be read as YAML: {reason}", f"无法按 YAML 读取: {reason}") from error
    if not isinstance(document, dict) or not isinstance(document.get("faults"), list):
        raise _error(path, "", "needs a list `faults:`", "缺少列表 `faults:`")
    unknown = set(document) - {"keep", "faults"}
    if unknown:
        raise _error(path, "", f"unknown keys: {_listed(unknown)}", f"未知的键: {_listed(unknown)}")
    keep = document.get("keep", "innocents")
    if keep not in KEEPS:
        raise _error(path, "keep", f"must be one of {_listed(KEEPS)}", f"只能取 {_listed(KEEPS)}")
    asked = tuple(_asked(path, number, entry) for number, entry in enumerate(document["faults"], start=1))
    return FaultPlan(keep, asked)


def _asked(path: Path, number: int, entry: Any) -> Asked:
    place = f"faults[{number}]"
    if not isinstance(entry, Mapping):
        raise _error(path, place, "must be a mapping with `cause:`", "应为含 `cause:` 的映射")
    unknown = set(entry) - _KEYS
    if unknown:
        raise _error(path, place, f"unknown keys: {_listed(unknown)}", f"未知的键: {_listed(unknown)}")
    kind = entry.get("cause")
    if not isinstance(kind, str) or kind not in cause_plan():
        raise _error(
            path,
            f"{place}.cause",
            f"no cause is called {kind!r}; `jicha county causes` lists them",
            f"没有名为 {kind!r} 的成因; `jicha county causes` 可列出全部",
        )
    count, per_mille = entry.get("count"), entry.get("per_mille")
    if (count is None) == (per_mille is None):
        raise _error(path, place, "needs either `count` or `per_mille`", "`count` 与 `per_mille` 须取其一")
    if count is not None and (not isinstance(count, int) or isinstance(count, bool) or count < 0):
        raise _error(path, f"{place}.count", "must be a whole number from 0 on", "应为不小于 0 的整数")
    if per_mille is not None and (not _is_number(per_mille) or not 0 <= per_mille <= 1000):
        raise _error(path, f"{place}.per_mille", "must be a number from 0 to 1000", "应为 0 至 1000 的数")
    return Asked(str(kind), count, None if per_mille is None else float(per_mille), _wish(path, place, entry))


def _wish(path: Path, place: str, entry: Mapping[str, Any]) -> Wish:
    onset, days, size = (_span(path, f"{place}.{key}", entry.get(key)) for key in ("onset", "days", "size"))
    if onset is not None and not all(type(each) is date for each in onset):
        raise _error(path, f"{place}.onset", "both must be dates, YYYY-MM-DD", "两端均应为日期 YYYY-MM-DD")
    if days is not None and not all(type(each) is int and each > 0 for each in days):
        raise _error(path, f"{place}.days", "both must be whole numbers above 0", "两端均应为正整数")
    if size is not None and not all(_is_number(each) and 0 <= each < math.inf for each in size):
        raise _error(path, f"{place}.size", "both must be numbers from 0 on", "两端均应为不小于 0 的数")
    shape = entry.get("shape")
    if shape is not None and shape not in SHAPES:
        raise _error(path, f"{place}.shape", f"must be one of {_listed(SHAPES)}", f"只能取 {_listed(SHAPES)}")
    listed = entry.get("trades", [])
    listed = listed if isinstance(listed, list) else [listed]
    strange = [each for each in listed if not isinstance(each, str) or each not in trades()]
    if strange:
        known = _listed(trades())
        raise _error(
            path, f"{place}.trades", f"no trade: {_listed(strange)}; there are {known}",
            f"没有这些行业: {_listed(strange)}; 可用: {known}",
        )  # fmt: skip
    return Wish(
        onset=onset,
        days=days,
        size=None if size is None else (float(size[0]), float(size[1])),
        shape=shape,
        trades=frozenset(listed),
    )


def _span(path: Path, place: str, value: Any) -> tuple[Any, Any] | None:
    """`{from: a, to: b}`, or one value for both."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        if set(value) != {"from", "to"}:
            raise _error(path, place, "needs `from` and `to`", "须有 `from` 与 `to`")
        low, high = value["from"], value["to"]
    else:
        low = high = value
    if type(low) is not type(high) and not (_is_number(low) and _is_number(high)):
        raise _error(path, place, "`from` and `to` are of different kinds", "`from` 与 `to` 类型不同")
    try:
        if low > high:
            raise _error(path, place, "`from` lies after `to`", "`from` 大于 `to`")
    except TypeError as error:
        raise _error(path, place, "cannot be compared", "无法比较大小") from error
    return low, high


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _listed(names: Any) -> str:
    return ", ".join(str(each) for each in names)


def _error(path: Path, place: str, en: str, zh: str) -> FaultPlanError:
    where = f"{place} " if place else ""
    return FaultPlanError("fault_plan", en=f"{where}{en}", zh=f"{where}{zh}", file=path)
