"""Audits: the rules a header states about its rows, counted in SQL.

An `error` stops everything that reads the relation; a `warning` is counted and shown. Rules on single rows
are counted piece by piece and remembered by the piece's identity, so a sweep after a small ingest looks only
at what changed; rules between rows (unique, spans, references) are counted bucket by bucket.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlglot
import sqlglot.expressions as exp

from jicha.kernel.canonical import digest
from jicha.kernel.text import Text
from jicha.lexicon.lexicon import Lexicon
from jicha.warehouse.core import Audit
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.slices import Piece, Store, swapped

#: Rules whose count over a relation is the sum over its pieces.
ROW_RULES = frozenset({"not_null", "in_list", "not_negative", "ordered"})


@dataclass(frozen=True, slots=True)
class AuditResult:
    """How many rows break one rule of one relation."""

    relation: str
    audit: Audit
    violations: int

    @property
    def text(self) -> Text:
        count, label = f"{self.violations:,}", self.audit.label
        return Text(
            en=f"{self.relation}: {count} rows break {label}", zh=f"{self.relation}: {count} 行不符合 {label}"
        )


class AuditCache:
    """Counts by the digest of what was counted; one small file, replaced whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._counts: dict[str, int] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._counts = {}
        self._used: dict[str, int] = {}

    def get(self, key: str) -> int | None:
        count = self._counts.get(key)
        if count is not None:
            self._used[key] = count
        return count

    def put(self, key: str, count: int) -> None:
        self._counts[key] = self._used[key] = count

    def save(self) -> None:
        """Writes what this run used; what no relation has any more is forgotten."""
        temporary = self._path.with_name(f"{self._path.name}.{os.getpid()}.tmp")
        temporary.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps(self._used, sort_keys=True), encoding="utf-8")
        temporary.replace(self._path)


def audit_relation(
    name: str,
    audits: Iterable[Audit],
    store: Store,
    engine: Engine,
    lexicon: Lexicon,
    cache: AuditCache,
) -> list[AuditResult]:
    """The count of each audit of a core table or a built mart."""
    results = []
    for audit in audits:
        violations = 0
        for bucket, pieces in _scopes(name, audit, store):
            others = store.select(audit.to, bucket, None) if audit.to else []
            key = digest([name, audit.label, list(audit.by), _identities(pieces), _identities(others)])
            if audit.check == "in_list":
                key = digest([key, *(sorted(lexicon.codes(_list_of(audit, lexicon, c))) for c in audit.columns)])
            count = cache.get(key)
            if count is None:
                count = _count(name, audit, pieces, others, store, engine, lexicon)
                cache.put(key, count)
            violations += count
        results.append(AuditResult(name, audit, violations))
    return results


def failure(results: Iterable[AuditResult]) -> AuditResult | None:
    """The first broken rule of level error."""
    return next((r for r in results if r.violations and r.audit.level == "error"), None)


def _scopes(name: str, audit: Audit, store: Store) -> Iterable[tuple[int | None, list[Piece]]]:
    pieces = store.pieces(name)
    if audit.check in ROW_RULES:
        for piece in pieces:
            yield piece.bucket, [piece]
        return
    for bucket in sorted({piece.bucket for piece in pieces}, key=lambda b: -1 if b is None else b):
        yield bucket, [piece for piece in pieces if piece.bucket == bucket]


def _identities(pieces: Sequence[Piece]) -> list[str]:
    return sorted(f"{piece.month or ''}/{piece.identity}" for piece in pieces)


def _list_of(audit: Audit, lexicon: Lexicon, column: str) -> str:
    return lexicon.field(column).code or column.removesuffix("_code")


def _count(
    name: str,
    audit: Audit,
    pieces: Sequence[Piece],
    others: Sequence[Piece],
    store: Store,
    engine: Engine,
    lexicon: Lexicon,
) -> int:
    queries = {"subject": engine.scan([p.path for p in pieces], store.catalogue.relation(name).columns)}
    if audit.to:
        queries["target"] = engine.scan([p.path for p in others], store.catalogue.relation(audit.to).columns)
    query = sqlglot.parse_one(audit_sql(audit, lexicon, store), dialect="duckdb")
    if not isinstance(query, exp.Query):  # pragma: no cover - audit_sql makes queries only
        raise TypeError("not a query")
    return int(engine.rows(swapped(query, queries))[0][0] or 0)


def audit_sql(audit: Audit, lexicon: Lexicon, store: Store | None = None) -> str:
    """One SELECT that counts the violations among `subject` (and `target`)."""
    columns = audit.columns
    if audit.check == "unique":
        key = ", ".join(f"s.{column}" for column in columns)
        return (
            "select sum(g.extra_rows) as violations from "
            f"(select count(*) - 1 as extra_rows from subject as s group by {key} having count(*) > 1) as g"
        )
    if audit.check == "spans":
        start, end = columns
        group = ", ".join(f"s.{column}" for column in audit.by)
        return (
            f"select count(*) as violations from (select s.{start} as a, s.{end} as b, "
            f"lag(s.{end}) over (partition by {group} order by s.{start}, s.{end}) as before from subject as s) as g "
            "where g.a >= g.b or g.before > g.a"
        )
    if audit.check == "references":
        known = store.catalogue.core if store else {}
        target = known[audit.to].key if audit.to in known and audit.to else columns
        on = " and ".join(f"t.{there} = s.{here}" for here, there in zip(columns, target, strict=True))
        there = " and ".join(f"s.{here} is not null" for here in columns)
        return (
            "select count(*) as violations from subject as s "
            f"where {there} and not exists (select 1 as found from target as t where {on})"
        )
    conditions = []
    for column in columns:
        if audit.check == "not_null":
            conditions.append(f"s.{column} is null")
        elif audit.check == "not_negative":
            conditions.append(f"s.{column} < 0")
        elif audit.check == "in_list":
            codes = ", ".join("'" + code.replace("'", "''") + "'" for code in lexicon.codes(_list_of(audit, lexicon, column)))
            conditions.append(f"s.{column} not in ({codes})")
    if audit.check == "ordered":
        conditions = [f"s.{columns[0]} >= s.{columns[1]}"]
    return f"select count(*) as violations from subject as s where {' or '.join(conditions)}"
