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

from jicha.inspection.content import catalogue_of
from jicha.inspection.content_rows import typed_rows
from jicha.kernel.derivation import Input
from jicha.law.book import Law
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.text_file import read_text
from jicha.lexicon.yaml_file import typed
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.model import Mart, setting_rows
from jicha.warehouse.portable import parse
from jicha.warehouse.slices import swapped

from .problem import refuse

BILLS = Path(__file__).with_name("bills")

#: What the models start from; everything before it reads a utility's exports.
START = "mart.billing_input"
ENDS = ("mart.recalculated_bill_segment", "mart.recalculated_bill_line")

#: Every organisation of an example.
ORGANISATION = "EX"
REASON = "not_recalculated_code"
SETTINGS = "policy.law_setting"

#: The relation of a model's own settings.
SETTING = "setting"

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

    def __init__(self, roots: ContentRoots, lexicon: Lexicon, law: Law) -> None:
        self.catalogue = catalogue_of(roots, lexicon, law)
        self.engine = DuckDBEngine(threads=1)
        self._files: dict[str, BillFile] = {}
        self._statements: dict[str, exp.Query] = {}
        self._told: dict[tuple[str, str], tuple[Any, ...]] = {}

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
        file, queries = self._run(name, known, reading)
        results = {**self._read(file.results, queries, name), **self._read(file.lines, queries, name)}
        if results.get(REASON) is not None:
            reason = results[REASON]
            raise refuse(
                "not_recalculated", name, f"the bill is not recalculated: {reason}", f"未能重算: {reason}"
            )
        lexicon = self.catalogue.lexicon
        return {
            column: Input(
                column, value if isinstance(value, Decimal) else Decimal(str(value)), unit_of(column, lexicon)
            )
            for column, value in results.items()
            if value is not None
        }

    def segments(self, name: str, known: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The wide rows of every bill that follows from what is known."""
        _, queries = self._run(name, known, {})
        columns = self.catalogue.relation(ENDS[0]).columns
        rows = self.engine.rows(queries[ENDS[0]])
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def from_core(
        self, given: Mapping[str, list[dict[str, Any]]], defaults: Mapping[str, dict[str, Any]], wanted: str
    ) -> list[dict[str, Any]]:
        """The rows of a model from rows of core tables: every model on the way is run."""
        return self.all_from_core(given, defaults, [wanted])[wanted]

    def all_from_core(
        self,
        given: Mapping[str, list[dict[str, Any]]],
        defaults: Mapping[str, dict[str, Any]],
        wanted: Sequence[str],
    ) -> dict[str, list[dict[str, Any]]]:
        """The rows of several models from rows of core tables, in one run. Rows of law stand behind the content's."""
        models = self.catalogue.upstream(wanted)
        made = {mart.name for mart in models}
        queries: dict[str, exp.Query] = {}
        for read in {read for mart in models for read in mart.reads}.difference(made, {SETTING}):
            columns, content = self._content(read, {})
            rows = typed_rows(given.get(read, []), columns, defaults.get(read, {}), read)
            queries[read] = self.engine.register(read.replace(".", "_"), columns, (*content, *rows))
        for mart in models:
            self._set(mart, queries)
            told = self.engine.rows(swapped(mart.tree, {read: queries[read] for read in mart.reads}))
            queries[mart.name] = self.engine.register(mart.name.replace(".", "_"), mart.columns, told)
        return {name: self._all(name, queries[name]) for name in wanted}

    def _all(self, name: str, query: exp.Query) -> list[dict[str, Any]]:
        columns = self.catalogue.relation(name).columns
        return [dict(zip(columns, row, strict=True)) for row in self.engine.rows(query)]

    def _run(
        self, name: str, known: Mapping[str, Any], reading: Mapping[str, str]
    ) -> tuple[BillFile, dict[str, exp.Query]]:
        """The models over the rows of a bill file: every relation, made or given."""
        file = self._file(name)
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
            self._set(mart, queries)
            made = self.engine.rows(self._statement(mart.name, mart.tree, mart.reads, queries))
            queries[mart.name] = self.engine.register(mart.name.replace(".", "_"), mart.columns, made)
        return file, queries

    def _set(self, mart: Mart, queries: dict[str, exp.Query]) -> None:
        """The settings of the model that runs next."""
        if mart.settings:
            rows = setting_rows(mart.settings)
            queries[SETTING] = self.engine.register(SETTING, mart.setting_relation.columns, rows)

    def _file(self, name: str) -> BillFile:
        if name not in self._files:
            self._files[name] = typed(read_text(BILLS.joinpath(f"{name}.yaml"), name), BillFile, file=name)
        return self._files[name]

    def _statement(
        self, name: str, tree: exp.Query, reads: Sequence[str], queries: Mapping[str, exp.Query]
    ) -> exp.Query:
        """The model over its relations, which bear the same names for every example."""
        if name not in self._statements:
            self._statements[name] = swapped(tree, {read: queries[read] for read in reads})
        return self._statements[name]

    def _relations(
        self, file: BillFile, rows: Mapping[str, list[dict[str, Any]]], reading: Mapping[str, str]
    ) -> dict[str, exp.Query]:
        """Every relation the models read that no model makes: the content's rows, and the example's behind them."""
        made = {mart.name for mart in self.models}
        queries: dict[str, exp.Query] = {}
        for read in sorted({read for mart in self.models for read in mart.reads}.difference(made, {SETTING})):
            columns, content = self._content(read, reading)
            own = typed_rows(rows.get(read, []), columns, file.defaults.get(read, {}), read)
            # The same tuple of rows, given again, costs the engine nothing.
            all_rows = (*content, *own) if own else content
            queries[read] = self.engine.register(read.replace(".", "_"), columns, all_rows)
        return queries

    def _content(self, read: str, reading: Mapping[str, str]) -> tuple[Mapping[str, str], tuple[Any, ...]]:
        if read in self.catalogue.by_organisation:
            columns = self.catalogue.by_organisation[read].relation.columns
            key = (read, str(sorted(reading.items())))
            if key not in self._told:
                told = self.catalogue.by_organisation[read].rows({ORGANISATION: None})
                chosen = (_read_as(row, columns, reading) for row in told) if read == SETTINGS else told
                self._told[key] = tuple(chosen)
            return columns, self._told[key]
        if read not in self.catalogue.references:
            return self.catalogue.relation(read).columns, ()
        if (read, "") not in self._told:
            self._told[read, ""] = tuple(self.catalogue.references[read].rows)
        return self.catalogue.references[read].columns, self._told[read, ""]

    def _read(self, sql: str, queries: Mapping[str, exp.Query], name: str) -> dict[str, Any]:
        if sql not in self._statements:
            self._statement(sql, parse(sql, file=name, first_line=1), ENDS, queries)
        statement = self._statements[sql]
        return dict(zip(statement.named_selects, self.engine.rows(statement)[0], strict=True))


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
