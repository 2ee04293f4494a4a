"""The scorecard: figures with their intervals, over all, by topic, by mechanism and by class."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from jicha.judging.metric import Metric
from jicha.judging.rulebook import Confidence


@dataclass(frozen=True, slots=True)
class Figure:
    """So much of so much, cases or yuan. `low` and `high` bound the share of which the cases are a sample; None
    where there are no cases or the metric has no interval."""

    part: Decimal
    whole: Decimal
    low: float | None = None
    high: float | None = None

    @property
    def value(self) -> float | None:
        """The ratio; None of nothing."""
        return float(self.part / self.whole) if self.whole else None


def wilson(part: Decimal, whole: Decimal, z: float) -> tuple[float, float] | None:
    """Wilson's score interval of `part` of `whole` cases at the normal deviate `z`; None without cases.

    Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference, JASA 22.
    """
    if whole <= 0:
        return None
    n, share = float(whole), float(part / whole)
    square = z * z / n
    half = z * math.sqrt(share * (1 - share) / n + square / (4 * n)) / (1 + square)
    middle = (share + square / 2) / (1 + square)
    # At the ends of the scale the two roots meet nought and one exactly; floats miss them by their last digit.
    low = 0.0 if part == 0 else max(0.0, middle - half)
    high = 1.0 if part == whole else min(1.0, middle + half)
    return low, high


def figure(metric: Metric, part: Decimal, whole: Decimal, confidence: Confidence) -> Figure:
    """A metric's figure for a group of cases."""
    bounds = wilson(part, whole, confidence.z) if metric.has_interval else None
    low, high = bounds or (None, None)
    return Figure(part, whole, low, high)


#: Figures by metric name.
Figures = Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A mechanism of the window, guilty or of data, that no running topic ought to see."""

    mechanism: str
    count: int
    is_reviewed: bool


@dataclass(frozen=True)
class Scorecard:
    """What a sweep is worth. `metrics` in their order; groups sorted, the worst first."""

    run: int
    window_from_on: str
    as_of_on: str
    metrics: tuple[Metric, ...]
    overall: Figures
    topics: Mapping[str, Figures]
    topic_codes: Mapping[str, str]
    mechanisms: Mapping[str, Figures]
    sizes: Mapping[str, Figures]
    gaps: Mapping[str, Figures]
    unjudged: tuple[Unjudged, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The whole as plain values. `overall` holds the headline figures by name, and beside them `intervals` and
        `counts`; figures that are none of these stand under `beside`."""
        heads = [metric for metric in self.metrics if metric.is_headline]
        rest = [metric for metric in self.metrics if not metric.is_headline]
        overall: dict[str, Any] = {metric.name: _value(self.overall.get(metric.name)) for metric in heads}
        overall["intervals"] = {metric.name: _interval(self.overall.get(metric.name)) for metric in heads}
        overall["counts"] = {metric.name: _count(self.overall.get(metric.name)) for metric in heads}
        return {
            "run": self.run,
            "window_from_on": self.window_from_on,
            "as_of_on": self.as_of_on,
            "overall": overall,
            "beside": self._group(self.overall, rest),
            "topics": [
                {"topic": name, "topic_code": self.topic_codes.get(name), **self._group(figures)}
                for name, figures in self.topics.items()
            ],
            "mechanisms": [
                {"mechanism": name, **self._group(figures)} for name, figures in self.mechanisms.items()
            ],
            "by_size": [{"class": name, **self._group(figures)} for name, figures in self.sizes.items()],
            "by_gap_rate": [{"class": name, **self._group(figures)} for name, figures in self.gaps.items()],
            "unjudged": [
                {"mechanism": each.mechanism, "count": each.count, "is_reviewed": each.is_reviewed}
                for each in self.unjudged
            ],
            "counts": dict(self.counts),
        }

    def _group(self, figures: Figures, metrics: Sequence[Metric] | None = None) -> dict[str, Any]:
        group: dict[str, Any] = {}
        for metric in self.metrics if metrics is None else metrics:
            found = figures.get(metric.name)
            group[metric.name] = _value(found)
            group[f"{metric.name}_interval"] = _interval(found)
            group[f"{metric.name}_count"] = _count(found)
        return group

    def rows(self) -> list[dict[str, Any]]:
        """One row a group and metric that has cases, for csv: scope, name, metric, part, whole, value, low, high."""
        groups: list[tuple[str, str, Figures]] = [("overall", "", self.overall)]
        for scope, named in (
            ("topic", self.topics),
            ("mechanism", self.mechanisms),
            ("size", self.sizes),
            ("gap_rate", self.gaps),
        ):
            groups += [(scope, name, figures) for name, figures in named.items()]
        return [
            {
                "scope": scope,
                "name": name,
                "metric": metric.name,
                "part": figures[metric.name].part,
                "whole": figures[metric.name].whole,
                "value": figures[metric.name].value,
                "low": figures[metric.name].low,
                "high": figures[metric.name].high,
            }
            for scope, name, figures in groups
            for metric in self.metrics
            if metric.name in figures
        ]


#: Columns of `Scorecard.rows`.
ROW_COLUMNS = ("scope", "name", "metric", "part", "whole", "value", "low", "high")


def worst_first(groups: Mapping[str, Figures], metrics: Iterable[Metric]) -> dict[str, Figures]:
    """Groups by how far they are from faultless over all headline figures together, the worst first; ties by name."""
    heads = [metric for metric in metrics if metric.is_headline]

    def badness(figures: Figures) -> float:
        total = 0.0
        for metric in heads:
            found = figures.get(metric.name)
            value = None if found is None else found.value
            if value is not None:
                total += 1 - value if metric.is_better_higher else value
        return total

    return dict(sorted(groups.items(), key=lambda item: (-badness(item[1]), item[0])))


def _value(found: Figure | None) -> float | None:
    value = None if found is None else found.value
    return None if value is None else round(value, 6)


def _interval(found: Figure | None) -> list[float] | None:
    if found is None or found.low is None or found.high is None:
        return None
    return [round(found.low, 6), round(found.high, 6)]


def _count(found: Figure | None) -> list[float] | None:
    """Part and whole; whole numbers where they count cases."""
    return None if found is None else [_number(found.part), _number(found.whole)]


def _number(value: Decimal) -> float:
    return int(value) if value == value.to_integral_value() else float(value)
