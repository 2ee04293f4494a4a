"""Outside examples (`examples_open.json` and the like) read into our fields, as their kind's file says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jicha.kernel.quantity import Quantity
from jicha.kernel.units import UnitTable

from .kinds import Assumed, FieldRule, KindFile, Rule
from .problem import refuse, unknown

Inputs = dict[str, Any]


@dataclass(frozen=True)
class Sub:
    """Inputs of one case; `group` names it where an example holds several side by side."""

    inputs: Inputs
    group: str = ""


def adapted(
    kind: KindFile, raw: Mapping[str, Any], where: str, units: UnitTable, rule: str = ""
) -> list[Sub]:
    """The cases an outside example holds: one, or one a group. Raises `ExampleError` naming an unknown field."""
    shared: Inputs = {}
    groups: dict[str, Inputs] = {}
    for name, value in raw.items():
        if name not in kind.fields and kind.groups and isinstance(value, Mapping):
            groups[name] = {}
            for inner, said in value.items():
                _take(groups[name], kind.fields, inner, said, f"{where}.{name}", units)
            continue
        if name not in kind.fields and kind.hands_on:
            shared[name] = value
            continue
        _take(shared, kind.fields, name, value, where, units)
    if kind.rules is not None and kind.rules.field not in shared:
        texts = kind.rules.texts
        shared[kind.rules.field] = next((texts[text] for text in texts if text in rule), kind.rules.otherwise)
    subs = [Sub({**shared, **own}, name) for name, own in groups.items()] or [Sub(shared)]
    return [Sub(with_assumed(kind, sub.inputs), sub.group) for sub in subs]


def with_assumed(kind: KindFile, inputs: Inputs) -> Inputs:
    """The inputs and what the question implies."""
    added = dict(inputs)
    for name, assumed in kind.assumed.items():
        if name not in added and _implied(assumed, added):
            added[name] = assumed.value
    return added


def _implied(assumed: Assumed, inputs: Inputs) -> bool:
    return set(assumed.beside) <= set(inputs) and not set(assumed.without) & set(inputs)


def _take(
    into: Inputs,
    fields: Mapping[str, Rule],
    name: str,
    value: Any,
    where: str,
    units: UnitTable,
) -> None:
    rule = fields.get(name)
    if rule is None:
        raise unknown("unknown_field", where, name, fields)
    if isinstance(rule, str | list):
        into.update(dict.fromkeys([rule] if isinstance(rule, str) else rule, value))
        return
    if rule.skip is not None:
        return
    place = f"{where}.{name}"
    if rule.parts is not None and (isinstance(value, Mapping) or rule.spread is None):
        for inner, said in _mapping(value, place).items():
            _take(into, rule.parts, inner, said, place, units)
        return
    if rule.grid is not None and isinstance(value, list) and all(isinstance(row, list) for row in value):
        for names, row in zip(rule.grid, value, strict=False):
            into.update({name: each for name, each in zip(names, row, strict=False) if each is not None})
        return
    if rule.spread is not None:
        listed = value if isinstance(value, list) else [value]
        if len(listed) > len(rule.spread):
            raise refuse("too_many_values", place, f"{len(listed)} values", f"{len(listed)} 个取值")
        into.update(dict(zip(rule.spread, listed, strict=False)))
        return
    targets = [rule.to] if isinstance(rule.to, str) else rule.to or []
    made = _made(rule, value, place, units)
    for target in targets:
        into[target] = made


def _made(rule: FieldRule, value: Any, where: str, units: UnitTable) -> Any:
    if rule.rows is not None:
        listed = [value] if isinstance(value, Mapping) else _list(value, where)
        return [_row(rule.rows, row, f"{where}[{place}]", units) for place, row in enumerate(listed)]
    if rule.listed is not None:
        return [{rule.listed: each} for each in (value if isinstance(value, Sequence) else [value])]
    if rule.one_of is not None:
        text = str(value)
        if text not in rule.one_of:
            raise unknown("unknown_value", where, text, rule.one_of)
        return rule.one_of[text]
    if rule.unit is not None and rule.into is not None:
        return Quantity(Decimal(value), units[rule.unit]).to(units[rule.into]).value
    return value


def _row(fields: Mapping[str, Rule], row: Any, where: str, units: UnitTable) -> Any:
    if not isinstance(row, Mapping):
        # Written in the order of the fields.
        row = dict(zip(fields, _list(row, where), strict=False))
    made: Inputs = {}
    for name, value in row.items():
        _take(made, fields, name, value, where, units)
    return made


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise refuse(
            "not_a_mapping", where, f"a mapping is expected, not {value!r}", f"须为映射, 现为 {value!r}"
        )
    return value


def _list(value: Any, where: str) -> Sequence[Any]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise refuse("not_a_list", where, f"a list is expected, not {value!r}", f"须为列表, 现为 {value!r}")
    return value
