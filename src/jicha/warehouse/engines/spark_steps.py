"""A statement as a list of named steps: no derived tables, no nested WITH, nothing written twice.

Content is written with WITH, and the runner puts the slices of tables into it as derived tables, the same slice
wherever it is named. Spark would plan each of them anew. Laid out flat, each stands once, its type can be read,
and the engine can see which are used more than once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlglot.expressions as exp


@dataclass
class Steps:
    """`named` are queries over relations and earlier steps, in order; `last` is the statement's own rows."""

    named: dict[str, exp.Query] = field(default_factory=dict)
    last: exp.Query | None = None
    _texts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, tree: exp.Query) -> Steps:
        """The steps of a statement; the tree stays as it is."""
        steps = cls()
        steps.last = steps._flat(tree.copy(), {})
        return steps

    def statement(self) -> exp.Query:
        """All steps as one statement with one WITH; it shares their nodes."""
        assert self.last is not None  # noqa: S101 - `of` is the only way to make one
        if self.named:
            listed = [
                exp.CTE(this=query, alias=exp.TableAlias(this=exp.to_identifier(name)))
                for name, query in self.named.items()
            ]
            self.last.set("with_", exp.With(expressions=listed))
        return self.last

    def kept(self, most: int) -> frozenset[str]:
        """Steps to compute once and keep, so that no statement is planned as more than about `most` copies of
        steps: Spark plans a step anew wherever it is named, and what names two of two of two is eight."""
        size: dict[str, int] = {}
        kept: set[str] = set()
        uses: Counter[str] = Counter()
        for query in (*self.named.values(), self.last):
            assert query is not None  # noqa: S101
            uses.update(self._named_in(query))
        for name, query in self.named.items():
            size[name] = 1 + sum(size[used] for used in self._named_in(query))
            if uses[name] > 1 and size[name] * uses[name] > most:
                kept.add(name)
                size[name] = 1
        return frozenset(kept)

    def _named_in(self, query: exp.Query) -> list[str]:
        return [table.name for table in query.find_all(exp.Table) if table.name in self.named]

    def _flat(self, query: exp.Query, visible: Mapping[str, str]) -> exp.Query:
        """The query without WITH and derived tables, which become steps; `visible` are step names by the
        names the query knows them under."""
        seen = dict(visible)
        with_ = query.args.get("with_")
        if isinstance(with_, exp.With):
            for cte in with_.expressions:
                seen[cte.alias] = self._step(cte.alias, self._flat(cte.this, seen))
            query.set("with_", None)
        if isinstance(query, exp.SetOperation):
            for side in ("this", "expression"):
                query.set(side, self._flat(query.args[side], seen))
            return query
        for source in _sources(query):
            self._source(source, seen)
        for inner in _inner_queries(query):
            inner.replace(self._flat(inner.copy(), seen))
        return query

    def _source(self, source: exp.Expr, seen: Mapping[str, str]) -> None:
        alias = source.alias_or_name
        if isinstance(source, exp.Subquery):
            body = self._flat(source.this, seen)
            plain = _plain_relation(body)
            name = plain.name if plain is not None else self._step(alias, body)
        elif isinstance(source, exp.Table) and not source.args.get("db") and source.name in seen:
            name = seen[source.name]
        else:
            return
        source.replace(exp.alias_(exp.to_table(name, quoted=True), alias, table=True, quoted=True))

    def _step(self, wish: str, body: exp.Query) -> str:
        """The name of the step with this body, an earlier one if there is one."""
        text = body.sql(dialect="duckdb", comments=False)
        if text not in self._texts:
            self._texts[text] = f"s{len(self.named) + 1}_{wish}"
            self.named[self._texts[text]] = body
        return self._texts[text]


def _sources(query: exp.Query) -> list[Any]:
    from_ = query.args.get("from_")
    return [part.this for part in ([from_] if from_ else []) + (query.args.get("joins") or [])]


def _inner_queries(query: exp.Query) -> list[exp.Query]:
    """The outermost queries inside the expressions of a SELECT: those of NOT EXISTS."""
    found: list[exp.Query] = []
    stack = [part for part in query.iter_expressions() if not isinstance(part, exp.From)]
    while stack:
        node = stack.pop()
        if isinstance(node, exp.Query) and not isinstance(node, exp.Subquery):
            found.append(node)
        else:
            stack.extend(node.iter_expressions())
    return found


def _plain_relation(query: exp.Query) -> exp.Table | None:
    """The relation that a query reads whole, as it stands: `SELECT a, b FROM x`, nothing else."""
    if not isinstance(query, exp.Select) or {k for k, v in query.args.items() if v} - {
        "expressions",
        "from_",
    }:
        return None
    table = query.args["from_"].this if query.args.get("from_") else None
    if not isinstance(table, exp.Table) or table.args.get("db") or table.args.get("alias"):
        return None
    return table if all(isinstance(part, exp.Column) for part in query.expressions) else None
