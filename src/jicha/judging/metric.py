"""A metric is a KPI defined once: `content/metrics/<metric>.yaml`, title, description and one SELECT.

The SELECT gives one row for a case: what it counts for (`part_value`) of how much (`whole_value`), and what the
case belongs to; the metric's value for any group of cases is the sum of parts over the sum of wholes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
import sqlglot.expressions as exp

from jicha.kernel.errors import ContentError
from jicha.kernel.text import Text
from jicha.lexicon.bilingual import Bilingual
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.text_file import read_text
from jicha.lexicon.yaml_file import line_of, typed
from jicha.warehouse.portable import parse, tables

#: What a metric's SELECT returns; an empty topic is a case over all topics.
CASE = ("topic", "cause", "size_class", "gap_class", "part_value", "whole_value")


class _MetricFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: Bilingual
    description: Bilingual
    family: Literal["scorecard"]
    order: int
    unit: Literal["ratio"]
    better: Literal["higher", "lower"]
    interval: Literal["wilson", "none"]
    is_headline: bool
    sql: str


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. `has_interval`: its cases are counted, so that a share of them has an interval;
    `is_headline`: it stands among the five figures a scorecard is known by."""

    name: str
    title: Text
    description: Text
    order: int
    is_better_higher: bool
    has_interval: bool
    is_headline: bool
    sql: str
    tree: exp.Query
    reads: tuple[str, ...]
    shown: str
    line: int


def load_metrics(roots: ContentRoots, lexicon: Lexicon) -> list[Metric]:
    """The metrics of the scorecard in their order. Raises `ContentError` with file and line."""
    found = [_metric(path, roots.shown(path)) for path in roots.files("metrics", "*.yaml")]
    for metric in found:
        lexicon.types(CASE)
        if tuple(metric.tree.named_selects) != CASE:
            raise ContentError(
                "metric_columns",
                en=f"a metric selects {', '.join(CASE)}, in this order",
                zh=f"指标须依次输出 {'、'.join(CASE)}",
                file=metric.shown,
                line=metric.line,
            )
    return sorted(found, key=lambda metric: (metric.order, metric.name))


def _metric(path: Path, shown: str) -> Metric:
    text = read_text(path, shown)
    entry = typed(text, _MetricFile, file=shown)
    # The text of a block begins on the line below its key.
    line = 2 + line_of(text, ("sql",))
    tree = parse(entry.sql, file=shown, first_line=line)
    return Metric(
        name=path.stem,
        title=entry.title.text,
        description=entry.description.text,
        order=entry.order,
        is_better_higher=entry.better == "higher",
        has_interval=entry.interval == "wilson",
        is_headline=entry.is_headline,
        sql=entry.sql,
        tree=tree,
        reads=tuple(sorted(tables(tree))),
        shown=shown,
        line=line,
    )
