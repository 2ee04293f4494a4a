"""An example worked out: the stages of its kind run in order, each on what is given and what came before.

Nothing here knows a kind and nothing here calculates: the stages are pieces of the product.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

from jicha.kernel.derivation import Input, Step
from jicha.law.book import Law, load_law
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots

from .adapting import Inputs
from .bills import BillBench
from .kinds import KindFile, Stage
from .problem import refuse

Result = Input | Step | Decimal | str


@dataclass(frozen=True)
class House:
    """The installation the examples run on; a stage is handed what its function asks for by name.

    `done` keeps what our own examples gave, by their id: the page of docs and the tests ask for the same.
    """

    roots: ContentRoots
    done: dict[str, dict[str, Result]] = field(default_factory=dict, hash=False, compare=False)

    @cached_property
    def lexicon(self) -> Lexicon:
        return Lexicon.load(self.roots)

    @cached_property
    def law(self) -> Law:
        return load_law(self.roots, self.lexicon)

    @cached_property
    def bench(self) -> BillBench:
        return BillBench(self.roots, self.lexicon, self.law)


@cache
def this_house() -> House:
    """The installation of the repository, read once for all tests."""
    return House(ContentRoots.find())


def worked(
    kind: KindFile, inputs: Inputs, house: House, where: str, reading: Mapping[str, str] | None = None
) -> dict[str, Result]:
    """Every result of every stage, by name, under a reading of law's open questions (default: the settings').

    Raises `ExampleError` where no stage has what it needs.
    """
    known: dict[str, Any] = dict(inputs)
    results: dict[str, Result] = {}
    ran = 0
    for stage in kind.stages:
        if not set(stage.needs) <= set(known) or set(stage.without) & set(known):
            continue
        ran = max(ran, 1)
        made = _made(stage, known, house, reading or {})
        made.update({other: made[name] for name, other in stage.gives.items() if name in made})
        results.update(made)
        known.update({name: result for name, result in made.items() if name not in inputs})
    if not ran:
        needs = " | ".join(", ".join(stage.needs) for stage in kind.stages)
        raise refuse(
            "no_stage",
            where,
            f"no piece of the product takes {', '.join(inputs)}; wanted: {needs}",
            f"没有可用的计算: {'、'.join(inputs)}; 需要: {needs}",
        )
    # What was given may be asked for again, under the same name.
    return {**{name: value for name, value in inputs.items() if _is_plain(value)}, **results}


def _made(
    stage: Stage, known: Mapping[str, Any], house: House, reading: Mapping[str, str]
) -> dict[str, Result]:
    inputs = _handed(stage, known)
    if stage.marts is not None:
        return dict(house.bench.bill(stage.marts, inputs, reading))
    function = _function(str(stage.call))
    offered: dict[str, Any] = {
        "inputs": inputs,
        "law": None,
        "lexicon": None,
        "roots": None,
        "choices": reading,
    }
    offered.update(stage.with_)
    wanted = set(inspect.signature(function).parameters)
    for name in wanted & {"law", "lexicon", "roots"}:
        offered[name] = getattr(house, name)
    return _results(function(**{name: value for name, value in offered.items() if name in wanted}))


def _handed(stage: Stage, known: Mapping[str, Any]) -> Inputs:
    if stage.takes is None:
        return {name: value for name, value in known.items() if name not in stage.hides}
    return {ours: known[name] for ours, name in stage.takes.items() if name in known}


def _function(path: str) -> Callable[..., Any]:
    module, _, name = path.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found


def _results(made: Any) -> dict[str, Result]:
    """Results by name, whatever the piece returns: a mapping, or an object with `results` and `steps`."""
    if isinstance(made, Mapping):
        return dict(made)
    return {**getattr(made, "results", {}), **getattr(made, "steps", {})}


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | Decimal | Input | Step)
