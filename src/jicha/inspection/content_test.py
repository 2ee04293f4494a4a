"""Tests beside content: `given` rows -> `expect` rows, for marts, innocence checks and topics.

A test file names its model by its own name (`long_zero_use.test.yaml` beside `long_zero_use.sql`) and holds
rows, no code. Relations a case does not give are empty; columns a row leaves out take the value of
`defaults` or are null. A topic's case runs the whole way a sweep runs it: parameters, the window, the
innocence checks (on `alibi` rows given for a check, or on the check's own SQL), packing.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import msgspec

from jicha.inspection.finding import Hit, observations
from jicha.inspection.innocence import InnocenceCheck, checks_of, lint_check, load_check, load_checks
from jicha.inspection.parameter import number
from jicha.inspection.run_topic import TopicResult, clear
from jicha.inspection.topic import SWEEP_WINDOW, Topic, lint_topic, load_topic
from jicha.kernel.errors import ContentError, JichaError
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.yaml_file import typed
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.header import read_content_file
from jicha.warehouse.model import NUMBER, Mart, setting_rows
from jicha.warehouse.slices import swapped

SUFFIX = ".test.yaml"

#: What a topic's cases must show between them.
KINDS = ("hit", "near_miss", "edge", "innocent", "missing_data", "mirrored")

Row = dict[str, Any]


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One case. `expect` lists the rows that must come out, each with the columns that matter; no others may.

    For a topic `cleared` lists the hits that must be explained, with `check_name`; `findings` the packed
    findings where packing is what is tested.
    """

    name: str
    given: dict[str, list[Row]]
    expect: list[Row]
    kind: Literal["hit", "near_miss", "edge", "innocent", "missing_data", "mirrored"] | None = None
    parameters: dict[str, float | int | str] = {}
    as_of: str = "2026-06-30"
    from_on: str = "2025-07-01"
    alibi: dict[str, list[Row]] = {}
    cleared: list[Row] = []
    findings: list[Row] | None = None


class ContentTest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    cases: list[Case]
    defaults: dict[str, Row] = {}


@dataclass(frozen=True, slots=True)
class CaseResult:
    """`problems` is empty where the case holds."""

    file: str
    model: str
    name: str
    kind: str | None
    problems: tuple[str, ...]
    seconds: float


@dataclass
class Bench:
    """Runs the tests of one installation's content on one engine."""

    catalogue: Catalogue
    engine: Engine

    def run(self, files: Iterable[Path]) -> Iterable[CaseResult]:
        """One result per case; a file that cannot be read is one failed case."""
        for file in files:
            shown = self.catalogue.roots.shown(file)
            try:
                test = typed(file.read_text(encoding="utf-8"), ContentTest, file=shown)
                model = self._model(file, shown)
            except JichaError as error:
                yield CaseResult(shown, file.name, "", None, (error.render("zh"),), 0)
                continue
            for case in test.cases:
                clock = time.perf_counter()
                try:
                    problems = tuple(self._run_case(model, test, case))
                except JichaError as error:
                    problems = (error.render("zh"),)
                yield CaseResult(
                    shown, _name(model), case.name, case.kind, problems, time.perf_counter() - clock
                )

    def _model(self, file: Path, shown: str) -> Mart | Topic | InnocenceCheck:
        sql = model_of(file)
        if not sql.is_file():
            raise ContentError(
                "test_without_model", en=f"{sql.name} is missing", zh=f"缺少 {sql.name}", file=shown
            )
        content = read_content_file(sql, self.catalogue.roots.shown(sql))
        kind = content.shown.split("/")[1]
        if kind == "marts":
            mart = self.catalogue.marts[f"mart.{sql.stem}"]
            self.catalogue.lint(mart)
            return mart
        if kind == "innocence":
            check = load_check(content, self.catalogue)
            lint_check(check, self.catalogue)
            return check
        topic = load_topic(content, self.catalogue)
        lint_topic(topic, self.catalogue)
        return topic

    def _run_case(self, model: Mart | Topic | InnocenceCheck, test: ContentTest, case: Case) -> Iterable[str]:
        if isinstance(model, Topic):
            yield from self._topic(model, test, case)
            return
        queries = self._given(model.reads, test, case)
        if isinstance(model, Mart):
            if model.settings:
                columns = model.setting_relation.columns
                queries["setting"] = self.engine.register("setting", columns, setting_rows(model.settings))
        else:
            queries |= self._runtime(model.header.parameters, case, test)
        rows = self.engine.rows(swapped(model.tree, queries))
        found = [dict(zip(model.columns, row, strict=True)) for row in rows]
        yield from _compare("row", found, case.expect, model.columns)

    def _topic(self, topic: Topic, test: ContentTest, case: Case) -> Iterable[str]:
        queries = self._given(topic.reads, test, case) | self._runtime(topic.header.parameters, case, test)
        rows = self.engine.rows(swapped(topic.tree, queries))
        window = (date.fromisoformat(case.from_on), date.fromisoformat(case.as_of))
        hits = [
            Hit(row=row, org_id=None)
            for row in (dict(zip(topic.columns, values, strict=True)) for values in rows)
            if window[0] < row["period_to"] and (row["period_to"] - window[1]).days <= 1
        ]
        result = TopicResult()
        checks = self._checks_of(topic)
        clear(topic, checks, hits, {c.name: self._alibis(c, test, case) for c in checks}, self.engine, result)
        yield from _compare("hit", [dict(hit.row) for hit in result.hits], case.expect, topic.columns)
        cleared = [dict(c.hit.row) | {"check_name": c.check.name} for c in result.cleared]
        yield from _compare("cleared hit", cleared, case.cleared, {**topic.columns, "check_name": "text"})
        if case.findings is not None:
            packed = [_packed(o) for o in observations(topic, result.hits)]
            yield from _compare("finding", packed, case.findings, {**topic.columns, "subject_id": "text"})

    def _checks_of(self, topic: Topic) -> list[InnocenceCheck]:
        return checks_of(topic, load_checks(self.catalogue, [use.check for use in topic.header.innocence]))

    def _alibis(self, check: InnocenceCheck, test: ContentTest, case: Case) -> Any:
        if check.name in case.alibi:
            rows = _rows(case.alibi[check.name], check.columns, {}, f"alibi.{check.name}")
            return self.engine.register(f"alibi_{check.name}", check.columns, rows)
        lint_check(check, self.catalogue)
        queries = self._given(check.reads, test, case) | self._runtime(
            check.header.parameters, case, test, check.name
        )
        return swapped(check.tree, queries)

    def _given(self, reads: Iterable[str], test: ContentTest, case: Case) -> dict[str, Any]:
        unknown = sorted(set(case.given) - set(self.catalogue.relations))
        if unknown:
            raise ContentError(
                "unknown_relation",
                en=f"`given` names {', '.join(unknown)}, which no table or model is called",
                zh=f"given 中的 {'、'.join(unknown)} 不是表或模型",
            )
        queries = {}
        for read in reads:
            if read in self.catalogue.references and read not in case.given:
                table = self.catalogue.references[read]
                queries[read] = self.engine.register(read.replace(".", "_"), table.columns, table.rows)
            elif read in self.catalogue.relations:
                columns = self.catalogue.relation(read).columns
                rows = _rows(case.given.get(read, []), columns, test.defaults.get(read, {}), read)
                queries[read] = self.engine.register(read.replace(".", "_"), columns, rows)
        return queries

    def _runtime(
        self, declared: Mapping[str, Any], case: Case, test: ContentTest, check: str = ""
    ) -> dict[str, Any]:
        """`parameter` for every organisation the case names, and `sweep_window`."""
        organisations = {
            row.get("org_id", test.defaults.get(name, {}).get("org_id"))
            for name, rows in case.given.items()
            for row in rows
        } - {None}
        values = [
            number(case.parameters.get(f"{check}.{name}" if check else name, parameter.value), name, "test")
            for name, parameter in declared.items()
        ]
        as_of = date.fromisoformat(case.as_of)
        columns = {"org_id": "text", **dict.fromkeys(declared, NUMBER)}
        return {
            "parameter": self.engine.register(
                f"parameter_{check}",
                columns,
                [(org_id, *values) for org_id in sorted(map(str, organisations))],
            ),
            "sweep_window": self.engine.register(
                "sweep_window",
                SWEEP_WINDOW,
                [(as_of, date.fromisoformat(case.from_on), date.fromordinal(as_of.toordinal() + 1))],
            ),
        }


def find_tests(roots: ContentRoots, path: Path | None = None) -> list[Path]:
    """The test files of a path (a model, its test, or a folder), or of all content."""
    if path is None:
        folders = ("marts", "innocence", "topics")
        return [file for folder in folders for file in roots.files(folder, f"*{SUFFIX}")]
    if path.is_dir():
        return sorted(path.rglob(f"*{SUFFIX}"))
    file = path if path.name.endswith(SUFFIX) else path.with_name(path.stem + SUFFIX)
    if not file.is_file():
        raise ContentError(
            "no_test",
            en="there is no test here; give a model, its .test.yaml or a folder",
            zh="此处没有测试; 请给出模型文件、其 .test.yaml 或目录",
            file=path,
        )
    return [file.resolve()]


def model_of(test: Path) -> Path:
    """The model a test stands beside."""
    return test.with_name(test.name.removesuffix(SUFFIX) + ".sql")


def _name(model: Mart | Topic | InnocenceCheck) -> str:
    return model.name if not isinstance(model, InnocenceCheck) else f"innocence/{model.name}"


def _packed(observation: Any) -> Row:
    names = ("subject_id", "period_from", "period_to", "observed_value", "expected_value", "impact_kwh")
    return {name: getattr(observation, name) for name in (*names, "impact_yuan", "impact_method")}


def _rows(
    rows: Iterable[Row], columns: Mapping[str, str], defaults: Row, relation: str
) -> list[tuple[Any, ...]]:
    made = []
    for row in rows:
        unknown = sorted({*row, *defaults} - set(columns))
        if unknown:
            raise ContentError(
                "unknown_column",
                en=f"{relation} has no column {', '.join(unknown)}",
                zh=f"{relation} 没有列 {'、'.join(unknown)}",
            )
        merged = {**defaults, **row}
        made.append(tuple(value_of(kind, merged.get(name)) for name, kind in columns.items()))
    return made


def value_of(kind: str, value: Any) -> Any:
    """A YAML value as the lexicon type `kind`."""
    if value is None:
        return None
    if kind == "date":
        return date.fromisoformat(str(value))
    if kind == "timestamp":
        return datetime.fromisoformat(str(value))
    if kind.startswith("decimal"):
        scale = int(kind.rstrip(")").split(",")[1])
        return Decimal(str(value)).quantize(Decimal(1).scaleb(-scale))
    if kind == "double":
        return float(value)
    if kind == "integer":
        return int(value)
    return bool(value) if kind == "boolean" else str(value)


def _compare(what: str, found: list[Row], expected: list[Row], columns: Mapping[str, str]) -> Iterable[str]:
    """Every expected row must match exactly one found row on the columns it names, and none be left over."""
    left = list(found)
    for row in expected:
        unknown = sorted(set(row) - set(columns))
        if unknown:
            yield f"expect names unknown columns: {', '.join(unknown)}"
            return
        wanted = {name: value_of(columns[name], value) for name, value in row.items()}
        match = next((f for f in left if all(_same(f[name], value) for name, value in wanted.items())), None)
        if match is None:
            yield f"no {what} like {_shown(wanted)}; found {[_shown({k: f[k] for k in wanted}) for f in left]}"
        else:
            left.remove(match)
    for row in left:
        yield f"a {what} nobody expected: {_shown(row)}"


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, float) and isinstance(found, float):
        return math.isclose(found, wanted)
    return bool(found == wanted)


def _shown(row: Row) -> str:
    return "{" + ", ".join(f"{name}: {value}" for name, value in row.items()) + "}"
