"""Audits: the rules a header states about its rows, counted in SQL.

An `error` stops everything that reads the relation; a `warning` is counted and shown. Rules on single rows
are counted piece by piece and remembered by the piece's identity, so a sweep after a small ingest looks only
at what changed; rules between rows (unique, spans, references) are counted over as few pieces at a time as
leaves the count what it is over all of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlglot.expressions as exp

from jicha.kernel.canonical import digest
from jicha.kernel.text import Text
from jicha.lexicon.lexicon import Lexicon
from jicha.warehouse.core import Audit
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.lake import FilePress
from jicha.warehouse.slices import Piece, Store, statement, swapped

#: Rules whose count over a relation is the sum over its pieces.
ROW_RULES = frozenset({"not_null", "in_list", "not_negative", "ordered"})

#: The column by which rows are put into buckets.
CUSTOMER = "customer_id"

#: Pieces one statement counts; each is one branch of a UNION ALL.
PIECES_PER_STATEMENT = 48


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
        self._counts = _stored_counts(path)
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
        temporary = FilePress().temp(self._path.parent)
        temporary.write_text(json.dumps(self._used, sort_keys=True), encoding="utf-8")
        temporary.replace(self._path)


def _stored_counts(path: Path) -> dict[str, int]:
    """What the file holds; a cache that is missing or damaged is an empty one."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(stored, dict):
        return {}
    return {key: count for key, count in stored.items() if type(count) is int}


def audit_relation(
    name: str,
    audits: Iterable[Audit],
    store: Store,
    engine: Engine,
    lexicon: Lexicon,
    cache: AuditCache,
) -> list[AuditResult]:
    """The count of each audit of a core table or a built mart, in the header's order."""
    listed = list(audits)
    counts = _count_rows(name, [a for a in listed if a.check in ROW_RULES], store, engine, lexicon, cache)
    for audit in listed:
        if audit.check not in ROW_RULES:
            counts[audit] = _count_between_rows(name, audit, store, engine, cache)
    return [AuditResult(name, audit, counts[audit]) for audit in listed]


def failure(results: Iterable[AuditResult]) -> AuditResult | None:
    """The first broken rule of level error."""
    return next((r for r in results if r.violations and r.audit.level == "error"), None)


def _count_rows(
    name: str, audits: Sequence[Audit], store: Store, engine: Engine, lexicon: Lexicon, cache: AuditCache
) -> dict[Audit, int]:
    """Violations of rules on single rows: pieces not counted before are counted many to a statement."""
    conditions = {audit: _row_condition(audit, lexicon) for audit in audits}
    totals = dict.fromkeys(audits, 0)
    missing: list[tuple[Piece, str]] = []
    for piece in store.pieces(name) if audits else ():
        key = digest([name, piece.identity, [[a.label, conditions[a]] for a in audits]])
        counted = [cache.get(f"{key}:{place}") for place in range(len(audits))]
        if any(count is None for count in counted):
            missing.append((piece, key))
        for audit, count in zip(audits, counted, strict=True):
            totals[audit] += count or 0
    columns = {column for audit in audits for column in audit.columns}
    types = {c: kind for c, kind in store.catalogue.relation(name).columns.items() if c in columns}
    for start in range(0, len(missing), PIECES_PER_STATEMENT):
        chunk = missing[start : start + PIECES_PER_STATEMENT]
        numbered = [
            engine.scan([piece.path], types).select(
                exp.alias_(exp.Literal.number(place), "piece_no"), copy=False
            )
            for place, (piece, _) in enumerate(chunk)
        ]
        for place, *sums in engine.rows(_row_query(numbered, [conditions[a] for a in audits])):
            for position, (audit, violations) in enumerate(zip(audits, sums, strict=True)):
                totals[audit] += int(violations)
                cache.put(f"{chunk[int(place)][1]}:{position}", int(violations))
        _put_empty(chunk, len(audits), cache)
    return totals


def _row_query(numbered: Sequence[exp.Query], conditions: Sequence[str]) -> exp.Query:
    together = numbered[0] if len(numbered) == 1 else exp.union(*numbered, distinct=False, copy=False)
    sums = ", ".join(
        f"sum(case when {condition} then 1 else 0 end) as c{n}" for n, condition in enumerate(conditions)
    )
    query = statement(f"select s.piece_no as piece_no, {sums} from subject as s group by s.piece_no")
    return swapped(query, {"subject": together})


def _put_empty(chunk: Sequence[tuple[Piece, str]], audits: int, cache: AuditCache) -> None:
    """A piece without rows gives no group: it breaks no rule."""
    for _, key in chunk:
        for position in range(audits):
            if cache.get(f"{key}:{position}") is None:
                cache.put(f"{key}:{position}", 0)


def _count_between_rows(name: str, audit: Audit, store: Store, engine: Engine, cache: AuditCache) -> int:
    """Violations of a rule between rows, part by part."""
    violations = 0
    for pieces, others in _parts(name, audit, store):
        key = digest([name, audit.label, list(audit.by), _identities(pieces), _identities(others)])
        count = cache.get(key)
        if count is None:
            count = _count(name, audit, pieces, others, store, engine)
            cache.put(key, count)
        violations += count
    return violations


def _parts(name: str, audit: Audit, store: Store) -> list[tuple[list[Piece], list[Piece]]]:
    """Pieces of the relation, and of the one referred to, such that no two rows of one group or reference lie
    in different parts: cut by bucket where the rule goes by customer, by month where the key has the date the
    relation is cut by, else not at all."""
    pieces = list(store.pieces(name))
    if audit.check == "references":
        return _reference_parts(audit, pieces, store)
    group = audit.by if audit.check == "spans" else audit.columns
    if CUSTOMER in group:
        return [(part, []) for part in _cut(pieces, lambda piece: piece.bucket)]
    if audit.check == "unique" and store.partition_on(name) in group:
        return [(part, []) for part in _cut(pieces, lambda piece: piece.month)]
    return [(pieces, [])] if pieces else []


def _reference_parts(
    audit: Audit, pieces: list[Piece], store: Store
) -> list[tuple[list[Piece], list[Piece]]]:
    target = str(audit.to)
    by_customer = (CUSTOMER, CUSTOMER) in zip(audit.columns, store.catalogue.core[target].key, strict=True)
    cut = _cut(pieces, lambda piece: piece.bucket)
    if by_customer or all(piece.bucket is None for piece in store.pieces(target)):
        return [(part, store.select(target, part[0].bucket, None)) for part in cut]
    return [(part, store.select(target, None, None)) for part in cut]


def _cut(pieces: Iterable[Piece], by: Callable[[Piece], Any]) -> list[list[Piece]]:
    parts: dict[Any, list[Piece]] = {}
    for piece in pieces:
        parts.setdefault(by(piece), []).append(piece)
    return list(parts.values())


def _identities(pieces: Sequence[Piece]) -> list[str]:
    return sorted(f"{piece.month or ''}/{piece.identity}" for piece in pieces)


def _count(
    name: str, audit: Audit, pieces: Sequence[Piece], others: Sequence[Piece], store: Store, engine: Engine
) -> int:
    needed = {*audit.columns, *audit.by}
    columns = {c: kind for c, kind in store.catalogue.relation(name).columns.items() if c in needed}
    queries = {"subject": engine.scan([p.path for p in pieces], columns)}
    target: tuple[str, ...] = ()
    if audit.to:
        target = store.catalogue.core[audit.to].key
        types = store.catalogue.relation(audit.to).columns
        queries["target"] = engine.scan([p.path for p in others], {c: types[c] for c in target})
    query = statement(_between_sql(audit, target))
    return int(engine.rows(swapped(query, queries))[0][0] or 0)


def _between_sql(audit: Audit, target: tuple[str, ...]) -> str:
    """One SELECT that counts the violations of a rule between rows of `subject` (and `target`)."""
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
            f"max(s.{end}) over (partition by {group} order by s.{start}, s.{end} "
            "rows between unbounded preceding and 1 preceding) as before from subject as s) as g "
            "where g.a >= g.b or g.before > g.a"
        )
    on = " and ".join(f"t.{there} = s.{here}" for here, there in zip(columns, target, strict=True))
    present = " and ".join(f"s.{here} is not null" for here in columns)
    return (
        "select count(*) as violations from subject as s "
        f"where {present} and not exists (select 1 as found from target as t where {on})"
    )


def _row_condition(audit: Audit, lexicon: Lexicon) -> str:
    """SQL that is true for a row that breaks the rule."""
    if audit.check == "ordered":
        return f"s.{audit.columns[0]} >= s.{audit.columns[1]}"
    conditions = []
    for column in audit.columns:
        if audit.check == "not_null":
            conditions.append(f"s.{column} is null")
        elif audit.check == "not_negative":
            conditions.append(f"s.{column} < 0")
        else:
            name = lexicon.field(column).code or column.removesuffix("_code")
            codes = ", ".join("'" + code.replace("'", "''") + "'" for code in lexicon.codes(name))
            conditions.append(f"s.{column} not in ({codes})")
    return " or ".join(conditions)
