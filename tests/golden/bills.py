"""Bills of examples through the billing marts: rows from what an example gives, the models, one row of results.

`bills/<name>.yaml` holds the rows (core of the bill and the example's own tariff as rows of law) and the SELECTs that
read the results. The models are those of content/marts/billing, in their order, on DuckDB.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import sqlglot.expressions as exp

from jicha.inspection.content import load_catalogue
from jicha.inspection.content_rows import typed_rows
from jicha.kernel.derivation import Input
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.text_file import read_text
from jicha.lexicon.yaml_file import typed
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.model import Mart
from jicha.warehouse.portable import parse
from jicha.warehouse.slices import swapped

from .problem import refuse

BILLS = Path(__file__).parent / "bills"

#: What the models start from; everything before it reads a utility's exports.
START = "mart.billing_input"
ENDS = ("mart.recalculated_bill_segment", "mart.recalculated_bill_line")

#: Every organisation of an example.
ORGANISATION = "EX"
REASON = "not_recalculated_code"
SETTINGS = "policy.law_setting"

_GIVEN = re.compile(r"\$\{([a-z0-9_]+)\}")


class RowRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row, where all of `when` are given and none of `unless`."""

    row: dict[str, Any]
    when: list[str] = []
    unless: list[str] = []


class BillFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    defaults: dict[str, dict[str, Any]]
    given: dict[str, list[RowRule]]
    results: str
    lines: str


class BillBench:
    """The billing marts over the rows of one example at a time."""

    def __init__(self, roots: ContentRoots) -> None:
        self.catalogue = load_catalogue(roots)
        self.engine = DuckDBEngine(threads=1)

    @cached_property
    def models(self) -> Sequence[Mart]:
        """The models from the bill's input to its lines, in build order."""
        wanted, found = {START}, []
        for mart in self.catalogue.upstream(ENDS):
            if mart.name != START and wanted & set(mart.reads):
                wanted.add(mart.name)
                found.append(mart)
        return found

    def bill(self, name: str, known: Mapping[str, Any], reading: Mapping[str, str]) -> dict[str, Input]:
        """The results of a bill file for what is known. Raises `ExampleError` where a bill is not recalculated."""
        file = typed(read_text(BILLS / f"{name}.yaml", name), BillFile, file=name)
        rows = {relation: _rows(file, relation, known) for relation in file.given}
        if not rows[START]:
            raise refuse(
                "no_bill",
                name,
                f"no row of a bill follows from {', '.join(sorted(known))}",
                f"由 {'、'.join(sorted(known))} 得不出账单行",
            )
        queries = self._relations(file, rows, reading)
        for mart in self.models:
            made = self.engine.rows(swapped(mart.tree, {read: queries[read] for read in mart.reads}))
            queries[mart.name] = self.engine.register(mart.name.replace(".", "_"), mart.columns, made)
        results = {**self._read(file.results, queries, name), **self._read(file.lines, queries, name)}
        if results.get(REASON) is not None:
            reason = results[REASON]
            raise refuse("not_recalculated", name, f"the bill is not recalculated: {reason}", f"未能重算: {reason}")
        lexicon = self.catalogue.lexicon
        return {
            column: Input(column, value if isinstance(value, Decimal) else Decimal(str(value)), unit_of(column, lexicon))
            for column, value in results.items()
            if value is not None
        }

    def _relations(
        self, file: BillFile, rows: Mapping[str, list[dict[str, Any]]], reading: Mapping[str, str]
    ) -> dict[str, exp.Query]:
        """Every relation the models read that no model makes: the content's rows, and the example's behind them."""
        made = {mart.name for mart in self.models}
        queries: dict[str, exp.Query] = {}
        for read in sorted({read for mart in self.models for read in mart.reads} - made):
            columns, content = self._content(read, reading)
            own = typed_rows(rows.get(read, []), columns, file.defaults.get(read, {}), read)
            queries[read] = self.engine.register(read.replace(".", "_"), columns, (*content, *own))
        return queries

    def _content(self, read: str, reading: Mapping[str, str]) -> tuple[Mapping[str, str], Sequence[tuple[Any, ...]]]:
        if read in self.catalogue.references:
            table = self.catalogue.references[read]
            return table.columns, table.rows
        if read in self.catalogue.by_organisation:
            policy = self.catalogue.by_organisation[read]
            columns = policy.relation.columns
            told = policy.rows({ORGANISATION: None})
            return columns, [_read_as(row, columns, reading) for row in told] if read == SETTINGS else told
        return self.catalogue.relation(read).columns, ()

    def _read(self, sql: str, queries: Mapping[str, exp.Query], name: str) -> dict[str, Any]:
        tree = parse(sql, file=name, first_line=1)
        rows = self.engine.rows(swapped(tree, {table: queries[table] for table in ENDS}))
        return dict(zip(tree.named_selects, rows[0], strict=True))


def unit_of(name: str, lexicon: Lexicon) -> str | None:
    """The unit a name ends with, the longest that fits: `price_yuan_per_kwh` is yuan_per_kwh."""
    fitting = [unit.code for unit in lexicon.units if name.endswith(f"_{unit.code}")]
    return max(fitting, key=len, default=None)


def _rows(file: BillFile, relation: str, known: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        _filled(rule.row, known)
        for rule in file.given[relation]
        if set(rule.when) <= set(known) and not set(rule.unless) & set(known)
    ]


def _filled(row: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """The row with what is given; a column of which nothing is given is left to its default."""
    filled: dict[str, Any] = {}
    for column, value in row.items():
        named = _GIVEN.fullmatch(value) if isinstance(value, str) else None
        if named is None:
            filled[column] = value
        elif named[1] in known:
            given = known[named[1]]
            filled[column] = getattr(given, "value", given)
    return filled


def _read_as(row: tuple[Any, ...], columns: Mapping[str, str], reading: Mapping[str, str]) -> tuple[Any, ...]:
    named = dict(zip(columns, row, strict=True))
    choice = reading.get(named["law_setting"], named["law_choice"])
    return tuple({**named, "law_choice": choice}.values())
