"""One pass over a statement: which column is meant by each name, and which type each expression has.

The rules ask this reading instead of walking the tree themselves. Names that lead nowhere are its own faults.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import sqlglot.expressions as exp

from jicha.warehouse.portable import types
from jicha.warehouse.portable.grammar import COMPARISONS
from jicha.warehouse.portable.inference import infer
from jicha.warehouse.portable.names import (
    alias_in_clause,
    alias_twice,
    ambiguous_column,
    cte_clash,
    missing_column,
    missing_relation,
    missing_table,
    output_twice,
    table_function,
)
from jicha.warehouse.portable.rule import Fault
from jicha.warehouse.portable.sources import (
    MONEY,
    OutputColumn,
    Scope,
    Source,
    merged,
    query_source,
    relation_source,
    unknown_source,
)
from jicha.warehouse.portable.types import Type
from jicha.warehouse.relation import Relation

N = TypeVar("N", bound=exp.Expr)

_CONDITIONS = (*COMPARISONS, exp.And, exp.Or, exp.Not, exp.Is, exp.In, exp.Between, exp.Count)


@dataclass(frozen=True, slots=True)
class Meaning:
    """The column a name stands for, and the source it comes from (none when the source is not known)."""

    source: Source | None
    column: OutputColumn


class Reading:
    """A statement read against the relations it may name.

    `scopes` holds every SELECT, `unions` the SELECTs of each UNION ALL, `columns` the output columns of the
    statement, `faults` the names that lead nowhere.
    """

    def __init__(self, tree: exp.Query, relations: Mapping[str, Relation]) -> None:
        self.tree = tree
        self.relations = relations
        self.faults: list[Fault] = []
        self.scopes: list[Scope] = []
        self.unions: list[list[Scope]] = []
        self.output_name: dict[int, str] = {}
        self._nodes: dict[type[exp.Expr], list[exp.Expr]] = defaultdict(list)
        self._types: dict[int, Type] = {}
        self._meanings: dict[int, Meaning] = {}
        self._scope_of: dict[int, Scope] = {}
        self._known: dict[str, Source] = {}
        for node in tree.walk(bfs=False):
            self._nodes[type(node)].append(node)
        self.columns = merged(self._query(tree, {}, None, "body"))

    def all(self, *kinds: type[N]) -> Iterator[N]:
        """Every node of exactly these classes, in the order of the text within a class."""
        for kind in kinds:
            yield from self._nodes.get(kind, ())  # type: ignore[misc]

    def type_of(self, node: exp.Expr | None) -> Type:
        return types.UNKNOWN if node is None else self._types.get(id(node), types.UNKNOWN)

    def meaning(self, node: exp.Expr) -> Meaning | None:
        """What a column node stands for; None for other nodes and unknown names."""
        return self._meanings.get(id(node))

    def scope_of(self, node: exp.Expr) -> Scope | None:
        """The SELECT around a node."""
        select = node.find_ancestor(exp.Select)
        return self._scope_of.get(id(select)) if select else None

    def carries_money(self, node: exp.Expr) -> bool:
        """Whether yuan flow into the value of an expression (not merely into a condition of it)."""
        stack = [node]
        while stack:
            part = stack.pop()
            if isinstance(part, exp.Column):
                meaning = self.meaning(part)
                if part.name.endswith(MONEY) or (meaning and meaning.column.money):
                    return True
            elif not isinstance(part, (*_CONDITIONS, exp.Query)):
                stack.extend(part.iter_expressions())
        return False

    def _query(
        self, query: exp.Expr, ctes: Mapping[str, Source], parent: Scope | None, role: str
    ) -> list[Scope]:
        visible = self._with(query, ctes)
        branches: list[Scope] = []
        for part in _union_branches(query):
            if isinstance(part, exp.Select):
                seen = visible if part is query else self._with(part, visible)
                branches.append(self._select(part, seen, parent, role))
        for branch in branches:
            for position, projection in enumerate(branch.select.expressions):
                named = branches[0].columns
                self.output_name[id(projection)] = named[position].name if position < len(named) else ""
        if len(branches) > 1:
            self.unions.append(branches)
        return branches

    def _with(self, query: exp.Expr, ctes: Mapping[str, Source]) -> Mapping[str, Source]:
        with_ = query.args.get("with_")
        if not isinstance(with_, exp.With):
            return ctes
        visible = dict(ctes)
        for cte in with_.expressions:
            name = cte.alias
            if name in visible or name in self.relations:
                self.faults.append(cte_clash(cte, name))
            visible[name] = query_source(name, self._query(cte.this, visible, None, "cte"))
        return visible

    def _select(
        self, select: exp.Select, ctes: Mapping[str, Source], parent: Scope | None, role: str
    ) -> Scope:
        scope = Scope(select, role, parent)
        self.scopes.append(scope)
        self._scope_of[id(select)] = scope
        from_ = select.args.get("from_")
        tables = [part.this for part in ([from_] if from_ else []) + scope.joins]
        for table in tables:
            source = self._source(table, ctes)
            if source.alias and any(source.alias == other.alias for other in _enclosing(scope)):
                self.faults.append(alias_twice(table, source.alias))
            scope.sources.append(source)
        for projection in select.expressions:
            if isinstance(projection, exp.Alias):
                if projection.alias in scope.outputs:
                    self.faults.append(output_twice(projection, projection.alias))
                scope.outputs.setdefault(projection.alias, projection)
        self._clauses(scope, ctes)
        scope.columns.extend(self._output(projection) for projection in select.expressions)
        return scope

    def _source(self, table: exp.Expr, ctes: Mapping[str, Source]) -> Source:
        if not isinstance(table, exp.Table):
            return unknown_source(table.alias_or_name)
        if not isinstance(table.this, exp.Identifier):
            self.faults.append(table_function(table))
            return unknown_source(table.alias_or_name)
        name = table_name(table)
        if name in ctes and not table.args.get("db"):
            return ctes[name].named(table.alias_or_name)
        if name not in self.relations or table.catalog:
            shown = f"{table.catalog}.{name}" if table.catalog else name
            self.faults.append(missing_relation(table, shown, [*ctes, *self.relations]))
            return unknown_source(table.alias_or_name)
        if name not in self._known:
            self._known[name] = relation_source(self.relations[name])
        return self._known[name].named(table.alias_or_name)

    def _clauses(self, scope: Scope, ctes: Mapping[str, Source]) -> None:
        select = scope.select
        first_join = len(scope.sources) - len(scope.joins)
        for position, join in enumerate(scope.joins):
            condition = join.args.get("on")
            if isinstance(condition, exp.Expr):
                self._expression(condition, scope, ctes, "join", scope.sources[: first_join + position + 1])
        clauses = [("select", part) for part in select.expressions]
        clauses += [(clause, select.args.get(clause)) for clause in ("where", "group", "having", "qualify")]
        for clause, part in clauses:
            if isinstance(part, exp.Expr):
                self._expression(part, scope, ctes, clause, scope.sources)

    def _expression(
        self, root: exp.Expr, scope: Scope, ctes: Mapping[str, Source], clause: str, sources: list[Source]
    ) -> None:
        for node in reversed(_own_nodes(root)):
            if isinstance(node, exp.Query):
                self._query(node, ctes, scope, "exists")
            elif isinstance(node, exp.Column):
                self._types[id(node)] = self._column(node, scope, clause, sources)
            else:
                self._types[id(node)] = infer(node, self.type_of)

    def _column(self, node: exp.Column, scope: Scope, clause: str, sources: list[Source]) -> Type:
        if not isinstance(node.this, exp.Identifier):
            return types.UNKNOWN
        if node.table:
            return self._qualified(node, scope, sources)
        found = [source for source in sources if node.name in source.columns]
        if len(found) > 1:
            self.faults.append(ambiguous_column(node, [source.alias for source in found]))
            return types.UNKNOWN
        output = scope.outputs.get(node.name)
        if found:
            if clause in {"group", "having", "qualify"} and output is not None and not _is_same(node, output):
                self.faults.append(alias_in_clause(node, clause))
            return self._means(node, found[0])
        if any(not source.known for source in sources):
            return types.UNKNOWN
        if output is not None:
            if clause != "qualify":
                self.faults.append(alias_in_clause(node, clause))
            return self.type_of(output)
        if scope.parent is not None:
            return self._column(node, scope.parent, "exists", scope.parent.sources)
        self.faults.append(missing_column(node, [name for source in sources for name in source.columns]))
        return types.UNKNOWN

    def _qualified(self, node: exp.Column, scope: Scope, sources: list[Source]) -> Type:
        level: Scope | None = scope
        while level is not None:
            for source in sources if level is scope else level.sources:
                if source.alias == node.table:
                    return self._means(node, source)
            level = level.parent
        later = any(source.alias == node.table for source in scope.sources)
        aliases = [source.alias for source in _enclosing(scope)]
        self.faults.append(missing_table(node, aliases, later=later))
        return types.UNKNOWN

    def _means(self, node: exp.Column, source: Source) -> Type:
        if not source.known:
            return types.UNKNOWN
        column = source.columns.get(node.name)
        if column is None:
            self.faults.append(missing_column(node, list(source.columns), table=source.alias))
            return types.UNKNOWN
        self._meanings[id(node)] = Meaning(source, column)
        return column.type

    def _output(self, projection: exp.Expr) -> OutputColumn:
        value = projection.this if isinstance(projection, exp.Alias) else projection
        meaning = self.meaning(value) if isinstance(value, exp.Column) else None
        name = projection.alias_or_name
        money = name.endswith(MONEY) or (isinstance(value, exp.Expr) and self.carries_money(value))
        return OutputColumn(name, self.type_of(value), meaning.column.key_of if meaning else "", money)


def table_name(table: exp.Table) -> str:
    return f"{table.db}.{table.name}" if table.db else table.name


def _enclosing(scope: Scope) -> list[Source]:
    found: list[Source] = []
    level: Scope | None = scope
    while level is not None:
        found.extend(level.sources)
        level = level.parent
    return found


def _union_branches(query: exp.Expr) -> list[exp.Expr]:
    """SELECTs of a chain of unions, from left to right."""
    branches: list[exp.Expr] = []
    stack = [query]
    while stack:
        part = stack.pop()
        if isinstance(part, exp.SetOperation):
            stack.extend((part.expression, part.this))
        else:
            branches.append(part)
    return branches


def _own_nodes(root: exp.Expr) -> list[exp.Expr]:
    """Nodes of an expression, parents first; an inner SELECT is one node, read in its own scope."""
    found: list[exp.Expr] = []
    stack = [root]
    while stack:
        node = stack.pop()
        found.append(node)
        if not isinstance(node, exp.Query):
            stack.extend(node.iter_expressions())
    return found


def _is_same(node: exp.Column, output: exp.Expr) -> bool:
    return isinstance(output.this, exp.Column) and output.this.name == node.name
