"""Tests beside content: `given` rows -> `expect` rows, for marts, innocence checks and topics.

A test file names its model by its own name (`long_zero_use.test.yaml` beside `long_zero_use.sql`) and holds
rows, no code. Relations a case does not give are empty, but law, reference tables and policy hold what the
content says (policy: for every organisation the case names); columns a row leaves out take the value of
`defaults` or are null. A topic's case runs the whole way a sweep runs it: parameters, the window, the
innocence checks (on `alibi` rows given for a check, or on the check's own SQL), packing.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

import msgspec
import sqlglot.expressions as exp

from jicha.billing.scenario import OVERRIDE_COLUMNS
from jicha.inspection.content_rows import CLEARED, FINDING, HIT, OVERRIDE, ROW, Row, compared, typed_rows
from jicha.inspection.finding import Hit, checked_row, observations
from jicha.inspection.innocence import InnocenceCheck, checks_of, lint_check, load_check, load_checks
from jicha.inspection.parameter import number
from jicha.inspection.replaying import overrides_of
from jicha.inspection.run_topic import SweepWindow, TopicResult, clear
from jicha.inspection.topic import SWEEP_WINDOW, Topic, lint_topic, load_topic
from jicha.kernel.errors import ContentError, JichaError
from jicha.kernel.text import Language, Text
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.text_file import read_text
from jicha.lexicon.yaml_file import typed
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.header import read_content_file
from jicha.warehouse.model import NUMBER, Mart, setting_rows
from jicha.warehouse.slices import swapped

SUFFIX = ".test.yaml"

#: What a topic's cases must show between them.
KINDS = ("hit", "near_miss", "edge", "innocent", "missing_data", "mirrored")

Model = Mart | Topic | InnocenceCheck


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One case. `expect` lists the rows that must come out, each with the columns that matter; no others may.

    For a topic `cleared` lists the hits that must be explained, with `check_name`; `findings` the packed
    findings where packing is what is tested, `overrides` what replaying them would change. `parameters` are the
    model's own, by name, and a topic's checks', by `<check>.<name>`; `alibi` gives the rows of a check in place
    of its SQL.
    """

    name: str
    given: dict[str, list[Row]]
    expect: list[Row]
    kind: Literal["hit", "near_miss", "edge", "innocent", "missing_data", "mirrored"] | None = None
    parameters: dict[str, float | int | str] = {}
    as_of: date = date(2026, 6, 30)
    from_on: date = date(2025, 7, 1)
    alibi: dict[str, list[Row]] = {}
    cleared: list[Row] = []
    findings: list[Row] | None = None
    overrides: list[Row] | None = None


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
    """Runs the tests of one installation's content on one engine, which is the bench's own while it runs: tables
    stay in it from case to case. Problems are told in `language`."""

    catalogue: Catalogue
    engine: Engine
    language: Language = "en"
    _loaded: dict[str, InnocenceCheck] = field(default_factory=dict)
    _linted: set[str] = field(default_factory=set)
    _tables: dict[str, tuple[Any, exp.Query]] = field(default_factory=dict)
    _statements: dict[Any, exp.Query] = field(default_factory=dict)

    def run(self, files: Iterable[Path], most: int | None = None) -> Iterable[CaseResult]:
        """One result per case, of at most so many of each file, spread over it; a file that cannot be read is one
        failed case."""
        for file in files:
            shown = self.catalogue.roots.shown(file)
            try:
                test = typed(read_text(file, shown), ContentTest, file=shown)
                model = self._model(file, shown)
                checks = self._checks_of(model) if isinstance(model, Topic) else []
            except JichaError as error:
                yield CaseResult(shown, file.name, "", None, (error.render(self.language),), 0)
                continue
            for case in test.cases[:: max(1, -(-len(test.cases) // (most or len(test.cases) or 1)))]:
                clock = time.perf_counter()
                try:
                    self._refuse_unknown(model, checks, test, case)
                    told = [text.in_(self.language) for text in self._run_case(model, checks, test, case)]
                except JichaError as error:
                    told = [error.placed(shown).render(self.language)]
                yield CaseResult(
                    shown, _name(model), case.name, case.kind, tuple(told), time.perf_counter() - clock
                )

    def _model(self, file: Path, shown: str) -> Model:
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

    def _checks_of(self, topic: Topic) -> list[InnocenceCheck]:
        """The topic's checks, each read once in the life of the bench."""
        missing = {use.check for use in topic.header.innocence} - set(self._loaded)
        if missing:
            self._loaded |= load_checks(self.catalogue, missing)
        return checks_of(topic, self._loaded)

    def _refuse_unknown(
        self, model: Model, checks: Iterable[InnocenceCheck], test: ContentTest, case: Case
    ) -> None:
        """What a case gives must reach something: a misspelt name would test less than it says."""
        parameters = set() if isinstance(model, Mart) else set(model.header.parameters)
        parameters |= {f"{check.name}.{name}" for check in checks for name in check.header.parameters}
        alibis = {check.name: check for check in checks}
        judging = not isinstance(model, Mart) or model.policy is not None
        relations = set(self.catalogue.judging_relations if judging else self.catalogue.relations)
        for code, part, names, known in (
            ("unknown_relation", "given", case.given, relations),
            ("unknown_relation", "defaults", test.defaults, relations),
            ("unknown_parameter", "parameters", case.parameters, parameters),
            ("unknown_check", "alibi", case.alibi, set(alibis)),
        ):
            if unknown := sorted(set(names) - known):
                raise ContentError(
                    code,
                    en=f"`{part}` names {', '.join(unknown)}, which {_name(model)} does not know",
                    zh=f"{part} 中的 {'、'.join(unknown)} 对 {_name(model)} 来说不存在",
                )
        # Rows nothing asks for in this case must be right all the same.
        for name, rows in case.given.items():
            typed_rows(rows, self.catalogue.relation(name).columns, test.defaults.get(name, {}), name)
        for name, rows in case.alibi.items():
            typed_rows(rows, alibis[name].columns, {}, f"alibi.{name}")

    def _run_case(
        self, model: Model, checks: list[InnocenceCheck], test: ContentTest, case: Case
    ) -> Iterable[Text]:
        if isinstance(model, Topic):
            yield from self._topic(model, checks, test, case)
            return
        queries = self._given(model.reads, test, case)
        if isinstance(model, Mart):
            if model.settings:
                columns = model.setting_relation.columns
                queries["setting"] = self.engine.register("setting", columns, setting_rows(model.settings))
        else:
            queries |= self._runtime(model, case, test)
        rows = self.engine.rows(self._statement(model, queries))
        found = [dict(zip(model.columns, row, strict=True)) for row in rows]
        yield from compared(ROW, found, case.expect, model.columns)

    def _topic(
        self, topic: Topic, checks: list[InnocenceCheck], test: ContentTest, case: Case
    ) -> Iterable[Text]:
        queries = self._given(topic.reads, test, case) | self._runtime(topic, case, test)
        window = SweepWindow(as_of_on=case.as_of, from_on=case.from_on)
        hits = []
        for values in self.engine.rows(self._statement(topic, queries)):
            row = dict(zip(topic.columns, values, strict=True))
            end = row["period_to"]
            # A row without an end is no row outside the window; it is refused, as in a sweep.
            if end is None or window.from_on < end <= window.to_on:
                hits.append(Hit(row=checked_row(topic, row, topic.columns), org_id=None))
        result = TopicResult()
        # A check given no rows clears nothing, and without hits there is nothing to clear: neither is asked.
        asked = [check for check in checks if hits and case.alibi.get(check.name) != []]
        alibis = {check.name: self._alibis(check, test, case) for check in asked}
        clear(topic, checks, hits, alibis, self.engine, result)
        yield from compared(HIT, [dict(hit.row) for hit in result.hits], case.expect, topic.columns)
        cleared = [dict(c.hit.row) | {"check_name": c.check.name} for c in result.cleared]
        yield from compared(CLEARED, cleared, case.cleared, {**topic.columns, "check_name": "text"})
        if case.findings is not None:
            packed = [_packed(o) for o in observations(topic, result.hits)]
            yield from compared(FINDING, packed, case.findings, {**topic.columns, "subject_id": "text"})
        if case.overrides is not None:
            found = [each for o in observations(topic, result.hits) for each in overrides_of(topic, o)]
            yield from compared(OVERRIDE, [asdict(each) for each in found], case.overrides, OVERRIDE_COLUMNS)

    def _alibis(self, check: InnocenceCheck, test: ContentTest, case: Case) -> exp.Query:
        if check.name in case.alibi:
            rows = typed_rows(case.alibi[check.name], check.columns, {}, f"alibi.{check.name}")
            return self._relation(f"alibi_{check.name}", check.columns, rows)
        if check.name not in self._linted:
            lint_check(check, self.catalogue)
            self._linted.add(check.name)
        queries = self._given(check.reads, test, case) | self._runtime(check, case, test, f"{check.name}.")
        return self._statement(check, queries)

    def _statement(self, model: Model, queries: Mapping[str, exp.Query]) -> exp.Query:
        """The model over its relations. Cases differ in rows, seldom in which relations have any."""
        key = (model.content.shown, tuple((name, query.sql()) for name, query in sorted(queries.items())))
        if key not in self._statements:
            self._statements[key] = swapped(model.tree, queries)
        return self._statements[key]

    def _given(self, reads: Iterable[str], test: ContentTest, case: Case) -> dict[str, exp.Query]:
        queries = {}
        for read in reads:
            if read in self.catalogue.references and read not in case.given:
                table = self.catalogue.references[read]
                queries[read] = self._relation(f"whole_{read.replace('.', '_')}", table.columns, table.rows)
            elif read in self.catalogue.by_organisation and read not in case.given:
                policy = self.catalogue.by_organisation[read]
                lone = dict.fromkeys(_organisations(test, case), None)  # no tree: what holds for all
                queries[read] = self._relation(
                    read.replace(".", "_"), policy.relation.columns, policy.rows(lone)
                )
            elif read in self.catalogue.judging_relations:
                columns = self.catalogue.judging_relations[read].columns
                rows = typed_rows(case.given.get(read, []), columns, test.defaults.get(read, {}), read)
                queries[read] = self._relation(read.replace(".", "_"), columns, rows)
        return queries

    def _relation(self, name: str, columns: Mapping[str, str], rows: Sequence[tuple[Any, ...]]) -> exp.Query:
        """The rows as a relation. None need no table, and most cases give a relation what the one before gave."""
        if not rows:
            return self.engine.scan([], columns)
        there = self._tables.get(name)
        if there is None or there[0] != (columns, rows):
            there = self._tables[name] = ((columns, rows), self.engine.register(name, columns, rows))
        return there[1]

    def _runtime(
        self, model: Topic | InnocenceCheck, case: Case, test: ContentTest, prefix: str = ""
    ) -> dict[str, exp.Query]:
        """`parameter` for every organisation the case names, and `sweep_window`. A topic's case names a
        check's parameters with the check's name as `prefix`."""
        declared = model.header.parameters
        # No file: a bad number stands in the test, whose name is added where the error is told.
        values = [
            number(case.parameters[prefix + name], prefix + name, "")
            if prefix + name in case.parameters
            else number(parameter.value, name, model.content.shown)
            for name, parameter in declared.items()
        ]
        columns = {"org_id": "text", **dict.fromkeys(declared, NUMBER)}
        queries = {}
        rows: list[tuple[Any, ...]]
        if "parameter" in model.reads:
            rows = [(org_id, *values) for org_id in _organisations(test, case)]
            queries["parameter"] = self._relation(f"parameter_{prefix.rstrip('.')}", columns, rows)
        if "sweep_window" in model.reads:
            window = SweepWindow(as_of_on=case.as_of, from_on=case.from_on)
            rows = [(window.as_of_on, window.from_on, window.to_on)]
            queries["sweep_window"] = self._relation("sweep_window", SWEEP_WINDOW, rows)
        return queries


def _organisations(test: ContentTest, case: Case) -> list[str]:
    """Every organisation the case's rows name."""
    named = {
        row.get("org_id", test.defaults.get(name, {}).get("org_id"))
        for name, rows in case.given.items()
        for row in rows
    }
    return sorted(str(org_id) for org_id in named if org_id is not None)


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


def _name(model: Model) -> str:
    return model.name if not isinstance(model, InnocenceCheck) else f"innocence/{model.name}"


def _packed(observation: Any) -> Row:
    names = ("subject_id", "period_from", "period_to", "observed_value", "expected_value", "impact_kwh")
    return {name: getattr(observation, name) for name in (*names, "impact_yuan", "impact_method")}
