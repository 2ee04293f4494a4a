"""Capacity the basic charge counts, and the demand it is held to.

Transformers that are locked against each other count with the greatest that may run; a suspension counts only from
law's least days on (`law.capacity_change_limit`: a shorter one is charged in full); sealed capacity does not count.
Demand = reading × multiplier, held to a floor of the capacity where one is agreed. Sources: rules of 1996, articles 24
and 85; 发改办价格〔2016〕1583号.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from jicha.kernel.derivation import Input, Operation, Step, compute
from jicha.kernel.formulas import (
    Formula,
    FormulaBook,
    FormulaError,
    Known,
    difference,
    product,
    rows,
    total,
)
from jicha.kernel.period import Period
from jicha.kernel.text import Text
from jicha.law.book import Law

_KVA = {"rated_kva": "kva"}


def _installed(name: str, known: Sequence[Known]) -> Step:
    return compute(Operation.SUM, name, [row["rated_kva"] for row in rows(known[0])])


def _greatest(name: str, known: Sequence[Known]) -> Step:
    return compute(Operation.LARGEST, name, [row["rated_kva"] for row in rows(known[0])])


CAPACITY = FormulaBook(
    "capacity",
    {
        "capacity_kva": "kva",
        "suspended_kva": "kva",
        "added_kva": "kva",
        "demand_reading_kw": "kw",
        "multiplier": "ratio",
        "floor_ratio": "ratio",
        "metered_kwh": "kwh",
        "sub_metered_kwh": "kwh",
        "sub_ratio": "ratio",
        "loss_kwh": "kwh",
        "before_kva": "kva",
        "month_days": "days",
        "suspended_days": "days",
        "part_days": "days",
        "high_voltage_motor_kva": "kva",
    },
    (
        Formula("installed_kva", ("transformers",), _installed),
        Formula("interlocked_kva", ("interlocked",), _greatest),
        total("installed_kva", ("capacity_kva",)),
        total("chargeable_kva", ("installed_kva", "high_voltage_motor_kva")),
        total("chargeable_kva", ("installed_kva", "interlocked_kva")),
        total("chargeable_kva", ("interlocked_kva",)),
        difference("chargeable_kva", ("installed_kva", "suspended_kva")),
        # What counts for a part of the month only.
        difference("part_kva", ("chargeable_kva", "before_kva")),
        difference("part_days", ("month_days", "suspended_days")),
        total("chargeable_kva", ("installed_kva",)),
        product("demand_kw", ("demand_reading_kw", "multiplier"), "kw"),
        product("floor_kw", ("chargeable_kva", "floor_ratio"), None),
        product("sub_metered_kwh", ("metered_kwh", "sub_ratio"), "kwh"),
        difference("rest_kwh", ("metered_kwh", "sub_metered_kwh")),
        total("billed_kwh", ("metered_kwh", "loss_kwh")),
    ),
    rows={"transformers": _KVA, "interlocked": _KVA},
)


def chargeable_capacity(
    inputs: Mapping[str, object], law: Law, *, jurisdiction: str = "CN"
) -> dict[str, Step]:
    """Installed and chargeable capacity, demand and floor, by name. Raises `FormulaError` where nothing follows.

    `transformers` are rows or a mapping of name to kVA; `interlocked` names those of which one runs at a time;
    `suspended_kva` with `suspended_from` and `suspended_to` (the day it runs again) and, where the contract states
    another than law's, `least_days`.
    """
    given = dict(inputs)
    _sort_out(given)
    _suspend(given, law, jurisdiction)
    return CAPACITY.work_out(given)


def _sort_out(given: dict[str, object]) -> None:
    """Transformers by name become rows, the interlocked among them apart."""
    named = given.get("transformers")
    locked = given.get("interlocked")
    if isinstance(named, Mapping):
        names = set(locked) if isinstance(locked, Sequence) and not isinstance(locked, str) else set()
        unknown = names - set(named)
        if unknown:
            raise FormulaError(
                "unknown_transformer",
                en=f"interlocked names {', '.join(map(str, unknown))}, which is no transformer of the user",
                zh=f"interlocked 中的 {'、'.join(map(str, unknown))} 不是该用户的变压器",
            )
        given["transformers"] = [[kva] for name, kva in named.items() if name not in names] or None
        given["interlocked"] = [[named[name]] for name in named if name in names] or None
    elif isinstance(named, Sequence) and not isinstance(named, str):
        given["transformers"] = [row if isinstance(row, Mapping | list | tuple) else [row] for row in named]


def _suspend(given: dict[str, object], law: Law, jurisdiction: str) -> None:
    """A suspension shorter than the least days does not lessen the capacity."""
    first, last = _day(given.pop("suspended_from", None)), _day(given.pop("suspended_to", None))
    stated = given.pop("least_days", None)
    if first is None or last is None or "suspended_kva" not in given:
        return
    days = Period(first, last).days
    given["suspended_days"] = Input("suspended_days", Decimal(days), "days")
    least, clause = _least_days(law, first, jurisdiction)
    if stated is not None:
        least, clause = int(str(stated)), None
    if days < least:
        said = Text(
            en=f"suspended for {days} days, fewer than {least}: charged in full",
            zh=f"暂停 {days} 天, 不足 {least} 天, 基本电费照收",
        )
        given["suspended_kva"] = Input("suspended_kva", Decimal(0), "kva", clause, note=said)
        del given["suspended_days"]


def _least_days(law: Law, on: date, jurisdiction: str) -> tuple[int, str | None]:
    found = law.table("capacity_change_limit").matching(
        jurisdiction_code=jurisdiction, application_type_code="suspension"
    )
    for row in found:
        least = row.values["least_days"]
        if row.holds(on) and least is not None:
            return int(str(least)), "; ".join(row.citations)
    return 0, None


def _day(said: object) -> date | None:
    if said is None or isinstance(said, date):
        return said
    try:
        return date.fromisoformat(str(said))
    except ValueError as error:
        raise FormulaError("no_day", en=f"{said!r} is no day", zh=f"{said!r} 不是日期") from error
