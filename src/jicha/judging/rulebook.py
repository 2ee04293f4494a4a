"""What judging is made of: models (`content/judging/*.sql`), classes, the scale of intervals, metrics.

A model is a SELECT of the portable subset over core tables, the sweep's window, other models, and four small
tables that `jicha.judging.score` makes: `judging.seen`, `judging.sees`, `judging.topic`, `judging.class`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

import msgspec
import sqlglot.expressions as exp

from jicha.inspection.topic import SWEEP_WINDOW
from jicha.judging.metric import Metric, load_metrics
from jicha.kernel.errors import ContentError
from jicha.kernel.text import Text
from jicha.lexicon.bilingual import Bilingual
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.text_file import csv_rows, read_text
from jicha.lexicon.yaml_file import typed
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.header import ContentFile, read_content_file
from jicha.warehouse.model import output_types
from jicha.warehouse.portable import check, parse, tables
from jicha.warehouse.relation import Relation

FOLDER = "judging"

#: The small tables that the caller makes: findings and cleared hits; verdicts; topics that ran; classes.
GIVEN: Mapping[str, tuple[str, ...]] = {
    "judging.seen": (
        "finding_no",
        "topic",
        "is_cleared",
        "subject_type_code",
        "subject_id",
        "customer_id",
        "period_from",
        "period_to",
        "impact_yuan",
    ),
    "judging.sees": ("cause", "topic", "verdict_code"),
    "judging.topic": ("topic", "topic_code", "is_priced"),
    "judging.class": ("dimension_code", "class_name", "from_value", "to_value"),
}

_CLASS_HEADER = ["dimension_code", "class_name", "from_value", "to_value", "en", "zh", "why"]


class _ModelHeader(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    description: Bilingual
    grain: str


class Confidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How sure an interval is, and the normal deviate that goes with it."""

    value: float
    z: float
    why: Bilingual


class _Scale(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class JudgingModel:
    """One model, parsed; `columns` have lexicon types."""

    name: str
    content: ContentFile
    tree: exp.Query
    reads: tuple[str, ...]
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CaseClass:
    """One class of a dimension: from `from_value` (None: no lower end) to below `to_value`."""

    dimension: str
    name: str
    from_value: float | None
    to_value: float | None
    title: Text


@dataclass(frozen=True)
class Rulebook:
    """Models in an order in which each follows what it reads, metrics by name, classes, the scale."""

    catalogue: Catalogue
    models: Mapping[str, JudgingModel]
    metrics: Mapping[str, Metric]
    classes: tuple[CaseClass, ...]
    confidence: Confidence

    @property
    def relations(self) -> dict[str, Relation]:
        """All that a model or a metric may name."""
        lexicon = self.catalogue.lexicon
        own = {name: Relation(name=name, columns=lexicon.types(columns)) for name, columns in GIVEN.items()}
        own |= {name: Relation(name=name, columns=model.columns) for name, model in self.models.items()}
        window = Relation(name="sweep_window", columns=SWEEP_WINDOW)
        return {**self.catalogue.relations, **own, window.name: window}

    def lint(self) -> None:
        """Refuses a model or metric outside the portable subset or naming an unknown column."""
        relations = self.relations
        for model in self.models.values():
            content = model.content
            check(
                content.body,
                relations=relations,
                file=content.shown,
                first_line=content.body_line,
                kind="topic",
            )
        for metric in self.metrics.values():
            check(metric.sql, relations=relations, file=metric.shown, first_line=metric.line, kind="topic")

    def class_title(self, dimension: str, name: str | None) -> Text:
        """A class as people call it; where a case has none, that."""
        for found in self.classes:
            if (found.dimension, found.name) == (dimension, name):
                return found.title
        return Text(en="not classed", zh="未分级")


def load_rulebook(catalogue: Catalogue) -> Rulebook:
    """Models, metrics, classes and scale of the content roots. Raises `ContentError` with file and line."""
    roots = catalogue.roots
    models = {model.name: model for model in _models(catalogue)}
    return Rulebook(
        catalogue=catalogue,
        models={name: models[name] for name in _ordered(models)},
        metrics={metric.name: metric for metric in load_metrics(roots, catalogue.lexicon)},
        classes=tuple(_classes(roots)),
        confidence=_scale(roots).confidence,
    )


def _models(catalogue: Catalogue) -> Iterable[JudgingModel]:
    roots = catalogue.roots
    for path in roots.files(FOLDER, "*.sql"):
        content = read_content_file(path, roots.shown(path))
        content.typed(_ModelHeader)
        tree = parse(content.body, file=content.shown, first_line=content.body_line)
        columns = output_types(tree, content, catalogue.lexicon)
        yield JudgingModel(f"{FOLDER}.{path.stem}", content, tree, tuple(sorted(tables(tree))), columns)


def _ordered(models: Mapping[str, JudgingModel]) -> list[str]:
    graph = {
        name: sorted(read for read in model.reads if read in models) for name, model in sorted(models.items())
    }
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        cycle: list[str] = error.args[1]
        raise ContentError(
            "cycle",
            en=f"these models read each other in a circle: {' -> '.join(cycle)}",
            zh=f"模型循环引用: {' -> '.join(cycle)}",
            file=models[cycle[0]].content.shown,
        ) from error


def _classes(roots: ContentRoots) -> Iterable[CaseClass]:
    path = roots.public / FOLDER / "classes.csv"
    shown = roots.shown(path)
    names, rows = csv_rows(read_text(path, shown), shown)
    if names != _CLASS_HEADER:
        raise ContentError(
            "bad_csv_header",
            en=f"the first line must be {','.join(_CLASS_HEADER)}",
            zh=f"首行须为 {','.join(_CLASS_HEADER)}",
            file=shown,
            line=1,
        )
    for line, (dimension, name, low, high, en, zh, _) in rows:
        try:
            ends = [float(text) if text else None for text in (low, high)]
        except ValueError as error:
            raise ContentError(
                "bad_class",
                en=f"{low} to {high} are not two numbers",
                zh=f"{low} 至 {high} 不是两个数值",
                file=shown,
                line=line,
            ) from error
        yield CaseClass(dimension, name, ends[0], ends[1], Text(en=en, zh=zh))


def _scale(roots: ContentRoots) -> _Scale:
    path = roots.public / FOLDER / "scale.yaml"
    shown = roots.shown(path)
    return typed(read_text(path, shown), _Scale, file=shown)
