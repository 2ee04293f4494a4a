"""Outside files of examples: `{"examples": [...]}`, each with kind, inputs under outside names, and answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from .adapting import adapted
from .answers import Expected, belongs, is_close, ours
from .kinds import KindFile, kind_of
from .problem import refuse
from .working import House, worked

#: What a file of examples may leave open.
DEFAULT_TOLERANCE = Decimal(0)


#: Within what an expectation of ours must be met where the example states no tolerance: a fen.
OWN_TOLERANCE = Decimal("0.01")


@dataclass(frozen=True)
class Answer:
    """One answer of an outside example beside ours: `published`, what it ought to be, and `found`.

    `is_judged` is false for a printed value that hangs on another one known to be wrong.
    """

    expected: Expected
    published: Decimal | None
    found: Decimal
    is_judged: bool = True

    @property
    def is_met(self) -> bool:
        return not self.is_judged or is_close(self.found, self.expected)

    @property
    def agrees_with_published(self) -> bool:
        """Whether ours is the published value within its tolerance; an expectation nobody published agrees."""
        if self.published is None:
            return True
        held = Expected(self.expected.name, self.published, self.expected.unit, self.expected.tolerance)
        return is_close(self.found, held)


def read_examples(path: Path) -> list[Mapping[str, Any]]:
    """The examples of a file; numbers keep their digits (no float comes in)."""
    document = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    examples = document.get("examples") if isinstance(document, Mapping) else document
    if not isinstance(examples, list):
        raise refuse("no_examples", path.name, "there is no list `examples`", "没有 examples 列表")
    return examples


@dataclass(frozen=True)
class Outcome:
    """An outside example worked out; `reading` names the settings it rests on where the defaults do not give it."""

    answers: tuple[Answer, ...]
    reading: Mapping[str, str]

    @property
    def unmet(self) -> list[str]:
        """What does not come out as it ought to."""
        return [
            f"{each.expected.name}: {each.found} {each.expected.unit}, expected {each.expected.is_}"
            for each in self.answers
            if not each.is_met
        ]


def outcome(example: Mapping[str, Any], house: House) -> Outcome:
    """The answers by default, or by the first named reading under which all of them come out.

    Raises `ExampleError` naming the kind, field or answer that is not known.
    """
    where = str(example.get("id", "?"))
    for key in ("kind", "inputs", "answers"):
        if key not in example:
            raise refuse("no_key", where, f"the key {key} is missing", f"缺少键 {key}")
    kind = kind_of(str(example["kind"]), where)
    first = Outcome(_answers(example, kind, house, {}), {})
    if first.unmet:
        for reading in kind.readings:
            other = Outcome(_answers(example, kind, house, reading), reading)
            if not other.unmet:
                return other
    return first


def _answers(
    example: Mapping[str, Any], kind: KindFile, house: House, reading: Mapping[str, str]
) -> tuple[Answer, ...]:
    where, units = str(example.get("id", "?")), house.lexicon.units
    rule = str(example.get("rule_assumed", ""))
    subs = adapted(kind, example["inputs"], f"{where}.inputs", units, rule)
    done = [(sub, worked(kind, sub.inputs, house, where, reading)) for sub in subs]
    groups = [sub.group for sub in subs]
    found: list[Answer] = []
    for expected, published, is_judged in _expected(example):
        mine = (pair for pair in done if belongs(expected.name, pair[0].group, groups))
        sub, results = next(mine, done[0])
        value = ours(expected, kind, results, sub.group, where, units)
        found.append(Answer(expected, published, value, is_judged))
    return tuple(found)


def _expected(example: Mapping[str, Any]) -> Iterator[tuple[Expected, Decimal | None, bool]]:
    """What ought to come out: the published value, or the right one where the published is wrong.

    `our_expectation` goes before both, and may name results the example asks nothing of. In an example whose
    published answers are wrong, it also names those that can be judged.
    """
    own = example.get("our_expectation") or {}
    is_negative = str(example.get("use", "")).startswith("negative")
    names = [str(answer["name"]) for answer in example["answers"]]
    for name, answer in zip(names, example["answers"], strict=True):
        is_right = answer.get("match", True)
        right = own.get(name, answer["published"] if is_right else answer["recomputed"])
        tolerance = Decimal(str(answer.get("tolerance", DEFAULT_TOLERANCE)))
        expected = Expected(name, Decimal(str(right)), str(answer.get("unit", "")), tolerance)
        is_judged = not (is_negative and own and is_right and name not in own)
        yield expected, Decimal(str(answer["published"])), is_judged
    for name, value in own.items():
        if name not in names:
            yield Expected(name, Decimal(str(value)), None, OWN_TOLERANCE), None, True
