"""All rules together, and the linter that runs them."""

from __future__ import annotations

from collections.abc import Mapping

import sqlglot.expressions as exp

from jicha.kernel.errors import ContentError
from jicha.warehouse.portable import (
    arithmetic,
    dates,
    joins,
    literals,
    money,
    names,
    outputs,
    parsing,
    shape,
    windows,
)
from jicha.warehouse.portable.places import line_of
from jicha.warehouse.portable.reading import Reading, table_name
from jicha.warehouse.portable.rule import Fault, Kind, Rule, Violation
from jicha.warehouse.portable.types import HUGEINT, INTEGER
from jicha.warehouse.relation import Relation

_CHECKED = (shape, names, outputs, joins, literals, arithmetic, money, dates, windows)

RULES: tuple[Rule, ...] = tuple(rule for module in (parsing, *_CHECKED) for rule in module.RULES)


def lint(
    tree: exp.Query, *, relations: Mapping[str, Relation], file: str, first_line: int = 1, kind: Kind
) -> list[Violation]:
    """Every rule of the subset the statement breaks, by line; empty when it may run.

    `relations` are the tables it may read, by name; `first_line` is the line of `file` where the SQL began.
    The tree is not changed.
    """
    reading = Reading(tree, relations)
    faults = [found for module in _CHECKED for found in module.check(reading, kind)]
    faults = faults or list(outputs.untyped(reading))
    misplaced = {id(found.node) for found in faults if found.rule == "context_relation"}
    told: dict[tuple[str, int, str], Violation] = {}
    for found in faults:
        if found.rule == "unknown_relation" and id(found.node) in misplaced:
            continue
        violation = _violation(found, file, first_line)
        told.setdefault((violation.rule, violation.line, violation.text.en), violation)
    return sorted(told.values(), key=lambda violation: violation.line)


def check(
    sql: str, *, relations: Mapping[str, Relation], file: str, first_line: int = 1, kind: Kind
) -> exp.Query:
    """Parses and lints; returns the tree, or raises `ContentError` whose place and code are those of the
    first violation and whose message lists all."""
    tree = parsing.parse(sql, file=file, first_line=first_line)
    violations = lint(tree, relations=relations, file=file, first_line=first_line, kind=kind)
    if not violations:
        return tree
    first = violations[0]
    if len(violations) == 1:
        raise ContentError(first.rule, en=first.text.en, zh=first.text.zh, file=file, line=first.line)
    raise ContentError(
        first.rule,
        en=f"{len(violations)} violations of the portable subset\n"
        + "\n".join(f"  line {each.line}: {each.text.en} [{each.rule}]" for each in violations),
        zh=f"{len(violations)} 处不符合可移植子集\n"
        + "\n".join(f"  第 {each.line} 行: {each.text.zh} [{each.rule}]" for each in violations),
        file=file,
        line=first.line,
    )


def output_columns(tree: exp.Query, relations: Mapping[str, Relation]) -> dict[str, str]:
    """Output columns of a statement with their lexicon types; `unknown` where a violation hides the type."""
    return {
        column.name: str(INTEGER if column.type == HUGEINT else column.type)
        for column in Reading(tree, relations).columns
    }


def tables(tree: exp.Query) -> set[str]:
    """Names of the relations a statement reads, WITH names left out: `core.bill`, `parameter`."""
    return {table_name(table) for table in tree.find_all(exp.Table) if not _is_cte(table)}


def _is_cte(table: exp.Table) -> bool:
    if table.args.get("db"):
        return False
    node: exp.Expr | None = table
    while node is not None:
        with_ = node.args.get("with_")
        if isinstance(with_, exp.With):
            for cte in with_.expressions:
                if _is_below(table, cte):
                    break  # a WITH sees only those above it, and not itself
                if cte.alias == table.name:
                    return True
        node = node.parent
    return False


def _is_below(node: exp.Expr, ancestor: exp.Expr) -> bool:
    parent = node.parent
    while parent is not None:
        if parent is ancestor:
            return True
        parent = parent.parent
    return False


def _violation(found: Fault, file: str, first_line: int) -> Violation:
    return Violation(found.rule, file, line_of(found.node, first_line=first_line), found.text)
