"""Scorecards of several counties as one: cases added up, intervals made anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from jicha.judging.metric import Metric
from jicha.judging.rulebook import Confidence
from jicha.judging.scorecard import Figures, Scorecard, Unjudged, figure, worst_first


def pooled(cards: Sequence[Scorecard], confidence: Confidence) -> Scorecard:
    """One scorecard of all cases of these, which were made with the same content; at least one."""
    first = cards[0]
    metrics = first.metrics

    def together(groups: Iterable[Mapping[str, Figures]]) -> dict[str, Figures]:
        return _together(list(groups), metrics, confidence)

    unjudged: Counter[str] = Counter()
    reviewed: dict[str, bool] = {}
    counts: Counter[str] = Counter()
    for card in cards:
        counts.update({name: count for name, count in card.counts.items() if name != "topics"})
        for each in card.unjudged:
            unjudged[each.mechanism] += each.count
            reviewed[each.mechanism] = each.is_reviewed
    codes = {name: code for card in cards for name, code in card.topic_codes.items()}
    return Scorecard(
        run=first.run,
        window_from_on=min(card.window_from_on for card in cards),
        as_of_on=max(card.as_of_on for card in cards),
        metrics=metrics,
        overall=together({"": card.overall} for card in cards).get("", {}),
        topics=worst_first(together(card.topics for card in cards), metrics),
        topic_codes=codes,
        mechanisms=worst_first(together(card.mechanisms for card in cards), metrics),
        sizes=dict(sorted(together(card.sizes for card in cards).items())),
        gaps=dict(sorted(together(card.gaps for card in cards).items())),
        unjudged=tuple(Unjudged(name, count, reviewed[name]) for name, count in sorted(unjudged.items())),
        counts={**counts, "topics": len(codes)},
    )


def _together(
    cards: Sequence[Mapping[str, Figures]], metrics: Sequence[Metric], confidence: Confidence
) -> dict[str, Figures]:
    names = sorted({name for groups in cards for name in groups})
    return {name: _sum([groups.get(name, {}) for groups in cards], metrics, confidence) for name in names}


def _sum(groups: Sequence[Figures], metrics: Sequence[Metric], confidence: Confidence) -> Figures:
    found = {}
    for metric in metrics:
        figures = [figures[metric.name] for figures in groups if metric.name in figures]
        if figures:
            part = sum((each.part for each in figures), Decimal(0))
            whole = sum((each.whole for each in figures), Decimal(0))
            found[metric.name] = figure(metric, part, whole, confidence)
    return found
