"""Our own examples: `examples/<kind>/<id>.yaml`, inputs under our names and results by name.

docs/algorithms/worked_example_format.md tells the format.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from jicha.kernel.derivation import Step
from jicha.lexicon.bilingual import Bilingual
from jicha.lexicon.text_file import read_text
from jicha.lexicon.yaml_file import typed

from .adapting import with_assumed
from .answers import Expected, in_unit, is_close
from .kinds import kind_of
from .problem import refuse
from .working import House, Result, worked

EXAMPLES = Path(__file__).with_name("examples")

Verdict = Literal["agree", "agree_with_note", "ambiguous", "published_wrong"]


class Expectation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`name` is our result, `is_` what it must be within `tolerance`, in `unit` (None: ours).

    `asked` is what the question calls it, `published` what was printed (None: the page gives nothing).
    """

    name: str
    asked: str
    is_: str = msgspec.field(name="is")
    tolerance: str = "0"
    unit: str | None = None
    published: str | None = None


class ExampleFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`reading`: settings of law it rests on, where they are not the defaults."""

    id: str
    kind: str
    source: str
    question: Bilingual
    verdict: Verdict
    inputs: dict[str, Any]
    expect: list[Expectation]
    note: Bilingual | None = None
    reading: dict[str, str] = {}


@dataclass(frozen=True)
class Found:
    """One expectation and what came out, in its unit."""

    expectation: Expectation
    value: Decimal

    @property
    def is_met(self) -> bool:
        return is_close(self.value, self._expected(self.expectation.is_))

    @property
    def agrees_with_published(self) -> bool:
        printed = self.expectation.published
        return printed is None or is_close(self.value, self._expected(printed))

    def _expected(self, text: str) -> Expected:
        return Expected(self.expectation.name, Decimal(text), None, Decimal(self.expectation.tolerance))


@cache
def examples() -> tuple[ExampleFile, ...]:
    """All of them, by kind and id."""
    files = sorted(EXAMPLES.rglob("*.yaml"))
    return tuple(typed(read_text(file, file.name), ExampleFile, file=file.name) for file in files)


def results_of(example: ExampleFile, house: House) -> dict[str, Result]:
    """Everything the product works out of an example; worked out once for an installation."""
    if example.id not in house.done:
        kind = kind_of(example.kind, example.id)
        inputs = with_assumed(kind, example.inputs)
        house.done[example.id] = worked(kind, inputs, house, example.id, example.reading)
    return house.done[example.id]


def found_in(example: ExampleFile, results: Mapping[str, Result], house: House) -> list[Found]:
    """Every expectation beside ours. Raises `ExampleError` where nothing is called what is expected."""
    found = []
    for expectation in example.expect:
        where = f"{example.id}.{expectation.name}"
        if expectation.name not in results:
            raise refuse(
                "no_result",
                where,
                f"nothing worked out is called that; there are {', '.join(sorted(results))}",
                f"没有相应结果; 已得出 {'、'.join(sorted(results))}",
            )
        value = in_unit(results[expectation.name], expectation.unit, where, house.lexicon.units)
        found.append(Found(expectation, value))
    return found


def derivations(results: Mapping[str, Result]) -> list[Step]:
    """The derivations among the results."""
    return [result for result in results.values() if isinstance(result, Step)]
