"""Exculpatory checks: SQL models that give alibis, shared by topics and joined once for all of them.

A check returns its subject, the span `[valid_from, valid_to)` for which it speaks, and the facts it rests
on. A topic's header says how it clears: `covers` (the alibi spans the whole period of the hit) or `touches`
(an event explains it, within a margin of days). All clearing rows are kept, not the first.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

import msgspec
import sqlglot.expressions as exp

from jicha.inspection.topic import (
    SUBJECTS,
    SWEEP_WINDOW,
    Parameter,
    Topic,
    check_parameters,
    parameter_relation,
    subject_column,
)
from jicha.kernel.canonical import digest
from jicha.kernel.errors import ContentError
from jicha.kernel.text import Text
from jicha.lexicon.bilingual import Bilingual
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.core import Reach
from jicha.warehouse.header import ContentFile, read_content_file
from jicha.warehouse.model import Months, output_types
from jicha.warehouse.portable import check, parse, tables
from jicha.warehouse.relation import Relation
from jicha.warehouse.slices import statement, swapped


class _CheckHeader(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: Bilingual
    reason: Bilingual
    subject: str
    reach: Reach = "customer"
    lookback_months: Months = 0
    parameters: dict[str, Parameter] = {}


@dataclass(frozen=True, slots=True)
class InnocenceCheck:
    """One check, parsed; linted only when it runs."""

    name: str
    header: _CheckHeader
    content: ContentFile
    tree: exp.Query
    reads: tuple[str, ...]
    columns: Mapping[str, str]

    @property
    def subject_column(self) -> str:
        return subject_column(self.header.subject)

    @property
    def reason(self) -> Text:
        return self.header.reason.text

    @property
    def evidence(self) -> tuple[str, ...]:
        """The facts the alibi rests on."""
        common = {self.subject_column, "customer_id", "valid_from", "valid_to"}
        return tuple(column for column in self.columns if column not in common)

    @property
    def digest(self) -> str:
        return digest([self.name, self.content.digest])

    @property
    def parameter_relation(self) -> Relation:
        return parameter_relation(self.header.parameters)


def load_checks(catalogue: Catalogue, names: Container[str] | None = None) -> dict[str, InnocenceCheck]:
    """The checks by name, sorted; with `names`, only those."""
    checks: dict[str, InnocenceCheck] = {}
    for path in catalogue.roots.files("innocence", "*.sql"):
        if names is not None and path.stem not in names:
            continue
        found = load_check(read_content_file(path, catalogue.roots.shown(path)), catalogue)
        checks[found.name] = found
    return checks


def load_check(content: ContentFile, catalogue: Catalogue) -> InnocenceCheck:
    """One check. Raises `ContentError` with file and line."""
    header = content.typed(_CheckHeader)
    tree = parse(content.body, file=content.shown, first_line=content.body_line)
    catalogue.require(tree, content)
    columns = output_types(tree, content, catalogue.lexicon)
    needed = {subject_column(header.subject), "valid_from", "valid_to"}
    if header.reach == "customer":
        needed.add("customer_id")
    missing = sorted(needed - set(columns))
    if header.subject not in SUBJECTS or missing:
        raise ContentError(
            "check_incomplete",
            en=f"an innocence check selects its subject, valid_from and valid_to; missing: {', '.join(missing)}",
            zh=f"排除检查须输出对象、valid_from 与 valid_to; 缺少: {'、'.join(missing)}",
            file=content.shown,
            line=content.body_line,
        )
    check_parameters(content, header.parameters)
    return InnocenceCheck(content.path.stem, header, content, tree, tuple(sorted(tables(tree))), columns)


def lint_check(found: InnocenceCheck, catalogue: Catalogue) -> None:
    """Refuses a check outside the portable subset or naming an unknown column."""
    check(
        found.content.body,
        relations={
            **catalogue.judging_relations,
            "parameter": found.parameter_relation,
            "sweep_window": Relation(name="sweep_window", columns=SWEEP_WINDOW),
        },
        file=found.content.shown,
        first_line=found.content.body_line,
        kind="innocence",
    )


def checks_of(topic: Topic, checks: Mapping[str, InnocenceCheck]) -> list[InnocenceCheck]:
    """The checks a topic names, in its order; an unknown name is an error, and so is a check of a subject
    the topic's rows do not carry."""
    found = []
    for use in topic.header.innocence:
        named = checks.get(use.check)
        if named is None or named.subject_column not in topic.columns:
            raise ContentError(
                "unknown_check",
                en=f"the innocence check {use.check} does not exist or speaks of a subject this topic does not select",
                zh=f"排除检查 {use.check} 不存在, 或其对象未在本主题输出",
                file=topic.content.shown,
                line=topic.content.header_line,
            )
        found.append(named)
    return found


def clearing_query(topic: Topic, check: InnocenceCheck, hits: exp.Query, alibis: exp.Query) -> exp.Query:
    """Rows (hit number, alibi row) of every alibi of `check` that clears a hit of `topic`.

    `hits` has the columns hit_no, the check's subject, period_from, period_to; `alibis` those of the check.
    """
    use = next(use for use in topic.header.innocence if use.check == check.name)
    start, end = ("f.period_from", "f.period_to")
    if use.clears == "touches":
        condition = (
            f"date_diff('day', a.valid_to, {start}) <= {int(use.margin_days)}"
            f" and date_diff('day', {end}, a.valid_from) <= {int(use.margin_days)}"
        )
    else:
        condition = (
            f"date_diff('day', {start}, a.valid_from) <= {int(use.margin_days)}"
            f" and date_diff('day', a.valid_to, {end}) <= {int(use.margin_days)}"
        )

    columns = ", ".join(f"a.{column} as {column}" for column in check.columns)
    subject = check.subject_column
    query = statement(
        f"select f.hit_no as hit_no, {columns} from hit as f join alibi as a on a.{subject} = f.{subject} "
        f"where {condition} order by f.hit_no, a.valid_from, a.valid_to"
    )
    return swapped(query, {"hit": hits, "alibi": alibis})
