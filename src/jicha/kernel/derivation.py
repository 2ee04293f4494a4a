"""How a number came about: a tree of named steps down to what was given, without any rendering.

    charge = compute(Operation.PRODUCT_ROUNDED, "energy charge", [usage, price], unit="yuan",
                     places=2, rounding=Rounding.HALF_UP, clause="tariff-2024#3")

Leaves are `Input`s (a reading, a price of the law, a fact of the archive) with their citation or origin.
Every other node is a `Step` whose `operation` says how its result follows from its inputs, so a tree that was
stored, sent or edited can be checked without the program that made it: `faults()` recomputes every step. A
tree without faults agrees with itself; that it is still the same tree, leaves and notes included, is for
`digest()`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from jicha.kernel.canonical import Json, digest
from jicha.kernel.money import InexactTypeError, Rounding, as_fraction
from jicha.kernel.operation import (
    DerivationError,
    Operation,
    Value,
    derivation_error,
    evaluate,
    picked,
    same_value,
    value_text,
    wrong_result,
)
from jicha.kernel.text import Text

__all__ = ["DerivationError", "Fault", "Input", "Node", "Operation", "Step", "Value", "compute"]

Node: TypeAlias = "Input | Step"

# No bill is derived in more levels than this; a stored tree that is deeper is damaged.
DEEPEST = 200

# The most decimal places a DECIMAL column can have.
MOST_PLACES = 38

_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Input:
    """A leaf: what was given. `clause` cites the law (`<instrument>#<article>`), `source` the row of data."""

    name: str
    value: Value
    unit: str | None = None
    clause: str | None = None
    source: str | None = None
    note: Text | None = None

    def __post_init__(self) -> None:
        _require_value(self.name, self.value)

    def to_dict(self) -> dict[str, Json]:
        return {
            "kind": "input",
            "name": self.name,
            "value": _value_to_dict(self.value),
            "unit": self.unit,
            "clause": self.clause,
            "source": self.source,
            "note": _note_to_dict(self.note),
        }

    def canonical(self) -> dict[str, Json]:
        return self.to_dict()


@dataclass(frozen=True, slots=True)
class Fault:
    """One disagreement in a tree; `path` names the nodes from the root to the step at fault."""

    path: tuple[str, ...]
    code: str
    text: Text

    def error(self, others: int = 0) -> DerivationError:
        """The fault as an error; `others` is how many more faults the tree has."""
        where = " > ".join(self.path)
        more = (f" (and {others} more faults)", f"(另有 {others} 处不一致)") if others else ("", "")
        return derivation_error(
            self.code, f"{where}: {self.text.en}{more[0]}", f"{where}:{self.text.zh}{more[1]}"
        )


@dataclass(frozen=True, slots=True)
class Step:
    """A result and what it was made of. `formula` is for people; `operation` is what is checked.

    `places` and `rounding` are set for the rounded operations and for no other. Make one with `compute`: the
    class itself takes the result as stated, so that a stored tree can be read back before it is believed.
    """

    name: str
    operation: Operation
    formula: str
    inputs: tuple[Node, ...]
    result: Value
    unit: str | None = None
    clause: str | None = None
    places: int | None = None
    rounding: Rounding | None = None
    note: Text | None = None

    def __post_init__(self) -> None:
        _require_value(self.name, self.result)
        object.__setattr__(self, "inputs", tuple(self.inputs))
        _require_shape(self.name, self.operation, self.inputs, self.places, self.rounding)

    @property
    def value(self) -> Value:
        """The result, under the name an `Input` has for it."""
        return self.result

    def walk(self) -> Iterator[tuple[int, Node]]:
        """Every node with its depth, a step before its inputs, inputs in order; the root has depth 0."""
        for path, node in _paths(self, ()):
            yield len(path) - 1, node

    def faults(self) -> tuple[Fault, ...]:
        """Every step whose result or unit is not what its operation makes of its inputs, root first."""
        steps = ((path, node) for path, node in _paths(self, ()) if isinstance(node, Step))
        return tuple(fault for path, step in steps for fault in _faults_of(step, path))

    def check(self) -> None:
        """Raises `DerivationError` naming the first fault and the number of the others."""
        faults = self.faults()
        if faults:
            raise faults[0].error(others=len(faults) - 1)

    def digest(self) -> str:
        """SHA-256 of the whole tree; changes with any value, citation, wording or order in it."""
        return digest(self.to_dict())

    def to_dict(self) -> dict[str, Json]:
        """Plain JSON values; results are tagged `{"decimal": "12.30"}`, `{"text": …}` or `{"date": …}`."""
        return {
            "kind": "step",
            "name": self.name,
            "operation": self.operation.value,
            "formula": self.formula,
            "inputs": [node.to_dict() for node in self.inputs],
            "result": _value_to_dict(self.result),
            "unit": self.unit,
            "clause": self.clause,
            "places": self.places,
            "rounding": None if self.rounding is None else self.rounding.value,
            "note": _note_to_dict(self.note),
        }

    @classmethod
    def from_dict(cls, document: object) -> Step:
        """The tree that `to_dict` wrote. Refuses every other shape; the numbers are for `check` to judge."""
        node = _read_node(document, ())
        if not isinstance(node, Step):
            raise _unreadable((), "the root is an input, not a step", "根节点是输入,不是步骤")
        return node

    def canonical(self) -> dict[str, Json]:
        return self.to_dict()


def compute(
    operation: Operation,
    name: str,
    inputs: Sequence[Node],
    *,
    unit: str | None = None,
    formula: str | None = None,
    clause: str | None = None,
    places: int | None = None,
    rounding: Rounding | None = None,
    note: Text | None = None,
) -> Step:
    """The step with its result computed; raises `DerivationError` where there is none or the units disagree.

    `unit` may be left out where it follows from the inputs (sums, differences, extremes, picked values), and
    so may the `clause` of a picked value. Without `formula` the names of the inputs are joined by the sign.
    """
    parts = tuple(inputs)
    _require_shape(name, operation, parts, places, rounding)
    names, values = [part.name for part in parts], [part.value for part in parts]
    result = evaluate(operation, names, values, places=places, rounding=rounding)
    if operation.keeps_unit:
        unit = unit or parts[0].unit
    elif operation.picks:
        chosen = parts[picked(names, values)]
        unit, clause = unit or chosen.unit, clause or chosen.clause
    formula = formula or operation.formula(names)
    step = Step(name, operation, formula, parts, result, unit, clause, places, rounding, note)
    for fault in _faults_of(step, (name,)):
        raise fault.error()
    return step


def _faults_of(step: Step, path: tuple[str, ...]) -> Iterator[Fault]:
    """The step's own faults, its inputs taken as they stand."""
    names, values = [part.name for part in step.inputs], [part.value for part in step.inputs]
    try:
        expected = evaluate(step.operation, names, values, places=step.places, rounding=step.rounding)
    except DerivationError as error:
        yield Fault(path, error.code, error.text)
        return
    if not same_value(step.result, expected, step.places):
        yield Fault(path, "wrong_result", wrong_result(step.operation, step.result, expected))
    units = {step.unit}
    if step.operation.keeps_unit:
        units = {part.unit for part in step.inputs}
    elif step.operation.picks:
        chosen = step.inputs[picked(names, values)]
        units = {chosen.unit}
        if step.operation is Operation.LOOKUP and chosen.clause is None:
            text = Text(en=f"the row {chosen.name} cites no clause", zh=f"所查行 {chosen.name} 未引用条款")
            yield Fault(path, "uncited_lookup", text)
    if units != {step.unit}:
        found = ", ".join(sorted(str(unit) for unit in units))
        text = Text(
            en=f"the unit is stated as {step.unit}, but the inputs are in {found}",
            zh=f"所列单位为 {step.unit},但输入的单位为 {found}",
        )
        yield Fault(path, "wrong_unit", text)


def _paths(node: Node, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Node]]:
    path = (*above, node.name)
    yield path, node
    if isinstance(node, Step):
        for part in node.inputs:
            yield from _paths(part, path)


def _require_shape(
    name: str,
    operation: Operation,
    inputs: tuple[Node, ...],
    places: int | None,
    rounding: Rounding | None,
) -> None:
    if not inputs:
        raise derivation_error("no_inputs", f"step {name} has no inputs", f"步骤 {name} 没有输入")
    if (places is not None) != operation.rounds or (rounding is not None) != operation.rounds:
        raise derivation_error(
            "step_rounding",
            f"step {name}: rounded operations name both places and rounding, all others neither",
            f"步骤 {name}:修约运算须同时给出小数位数和修约方式,其他运算均不得给出",
        )
    if places is not None and not 0 <= places <= MOST_PLACES:
        raise derivation_error(
            "step_places",
            f"step {name} rounds to {places} places; 0 to {MOST_PLACES} are possible",
            f"步骤 {name} 保留 {places} 位小数;允许范围为 0 至 {MOST_PLACES}",
        )


def _require_value(name: str, value: object) -> None:
    """Refuses what is no value: floats above all, but also instants, bools and NaN."""
    if not name.strip():
        raise derivation_error("no_name", "a node needs a name", "节点必须有名称")
    if isinstance(value, datetime) or not isinstance(value, Decimal | str | date):
        kind = type(value).__name__
        raise InexactTypeError(
            "not_a_value",
            en=f"{name} is a {kind}; a node holds a Decimal, a text or a day",
            zh=f"{name} 的类型是 {kind};节点只能是 Decimal、文本或日期",
        )
    if isinstance(value, Decimal):
        as_fraction(value)  # refuses NaN, infinities and absurd exponents


def _value_to_dict(value: Value) -> dict[str, Json]:
    kind = "decimal" if isinstance(value, Decimal) else "text" if isinstance(value, str) else "date"
    return {kind: value_text(value)}


def _note_to_dict(note: Text | None) -> dict[str, Json] | None:
    return None if note is None else {"en": note.en, "zh": note.zh}


def _read_node(document: object, above: tuple[str, ...]) -> Node:
    if len(above) > DEEPEST:
        raise _unreadable(above[:3], f"deeper than {DEEPEST} levels", f"层数超过 {DEEPEST}")
    kind = document.get("kind") if isinstance(document, Mapping) else None
    shape = {"input": Input, "step": Step}.get(kind) if isinstance(kind, str) else None
    if shape is None or not isinstance(document, Mapping):
        raise _unreadable(above, "a node is a mapping of kind input or step", "节点须为 input 或 step 映射")
    keys = {"kind", *(field.name for field in fields(shape))}
    if set(document) != keys:
        wanted = ", ".join(sorted(keys))
        raise _unreadable(
            above, f"a node of kind {kind} has the keys {wanted}", f"{kind} 节点的键须为 {wanted}"
        )
    path = (*above, _read_text(document, "name", above))
    unit, clause = _read_optional(document, "unit", path), _read_optional(document, "clause", path)
    note = _read_note(document["note"], path)
    if shape is Input:
        value, source = _read_value(document["value"], path), _read_optional(document, "source", path)
        return Input(path[-1], value, unit, clause, source, note)
    inputs, places, rounding = (
        document["inputs"],
        document["places"],
        _read_optional(document, "rounding", path),
    )
    operation = _read_text(document, "operation", path)
    if not isinstance(inputs, list) or operation not in set(Operation):
        raise _unreadable(
            path, "inputs is a list and operation a known one", "inputs 须为列表,operation 须为已知运算"
        )
    if rounding not in {None, *Rounding} or not (places is None or type(places) is int):
        raise _unreadable(path, "unknown rounding or places", "修约方式或小数位数无法识别")
    return Step(
        name=path[-1],
        operation=Operation(operation),
        formula=_read_text(document, "formula", path),
        inputs=tuple(_read_node(part, path) for part in inputs),
        result=_read_value(document["result"], path),
        unit=unit,
        clause=clause,
        places=places,
        rounding=None if rounding is None else Rounding(rounding),
        note=note,
    )


def _read_text(document: Mapping[object, object], key: str, path: tuple[str, ...]) -> str:
    text = document[key]
    if not isinstance(text, str):
        raise _unreadable(path, f"{key} is not a text", f"{key} 不是文本")
    return text


def _read_optional(document: Mapping[object, object], key: str, path: tuple[str, ...]) -> str | None:
    return None if document[key] is None else _read_text(document, key, path)


def _read_value(tagged: object, path: tuple[str, ...]) -> Value:
    """The value of `{"decimal": …}`, `{"text": …}` or `{"date": …}`."""
    if isinstance(tagged, Mapping) and len(tagged) == 1:
        ((kind, text),) = tagged.items()
        if kind == "text" and isinstance(text, str):
            return text
        if kind == "decimal" and isinstance(text, str) and _DECIMAL.fullmatch(text):
            return Decimal(text)
        if kind == "date" and isinstance(text, str) and _DAY.fullmatch(text):
            with suppress(ValueError):  # refused below, like every other unreadable value
                return date.fromisoformat(text)
    raise _unreadable(path, f"{tagged!r} is not a tagged value", f"{tagged!r} 不是带类型标记的值")


def _read_note(note: object, path: tuple[str, ...]) -> Text | None:
    if note is None:
        return None
    if (
        not isinstance(note, Mapping)
        or set(note) != {"en", "zh"}
        or not all(isinstance(text, str) and text.strip() for text in note.values())
    ):
        raise _unreadable(path, "a note has its English and its Chinese text", "备注须有中英文文本")
    return Text(en=note["en"], zh=note["zh"])


def _unreadable(path: tuple[str, ...], en: str, zh: str) -> DerivationError:
    where = " > ".join(path) or "$"
    return derivation_error("unreadable_derivation", f"{where}: {en}", f"{where}:{zh}")
