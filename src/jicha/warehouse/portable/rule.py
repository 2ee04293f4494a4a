"""What a rule, a fault in a syntax tree and a reported violation are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import sqlglot.expressions as exp

from jicha.kernel.text import Text

#: What a statement is for; a few rules differ by it.
Kind = Literal["mart", "topic", "innocence", "to_core"]

KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the subset: what it asks and why, in both languages, with statements that obey or break it.

    `good` statements pass the whole linter, `bad` ones break this rule; both are run by the tests against
    `examples.RELATIONS`, as topics.
    """

    id: str
    en: str
    zh: str
    good: tuple[str, ...]
    bad: tuple[str, ...]


class Fault(NamedTuple):
    """A broken rule at a node of the tree, before its line is known."""

    rule: str
    node: exp.Expr
    text: Text


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule at a line of a file (lines count from 1)."""

    rule: str
    file: str
    line: int
    text: Text


def fault(rule: str, node: exp.Expr, *, en: str, zh: str) -> Fault:
    return Fault(rule, node, Text(en=en, zh=zh))
