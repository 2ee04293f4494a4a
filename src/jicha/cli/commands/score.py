"""`jicha score`: a sweep held against the answer key of a synthetic county."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.text import Text as Drawn

from jicha.cli.formats import Format
from jicha.cli.language import current, say
from jicha.cli.show import drawn, print_table, rows_out, table, tell
from jicha.inspection.content import load_catalogue
from jicha.inspection.topic import load_topics
from jicha.judging.metric import Metric
from jicha.judging.rulebook import Rulebook, load_rulebook
from jicha.judging.score import score
from jicha.judging.scorecard import ROW_COLUMNS, Figure, Figures, Scorecard
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.workspace import Workspace

#: A figure this far from faultless is drawn red, half as far yellow: a matter of looks alone.
_RED, _YELLOW = 0.2, 0.05


def show(
    *, answer_key: Path, run: int | None, workspace: Path, content: Sequence[Path], format: Format
) -> Scorecard:
    roots = ContentRoots.find(content)
    card = score(Workspace.open(workspace), answer_key, roots, run=run)
    if format is Format.json:
        sys.stdout.write(json.dumps(card.as_json(), ensure_ascii=False, indent=1) + "\n")
    elif format is Format.csv:
        rows_out(card.rows(), ROW_COLUMNS, format)
    else:
        _tables(card, load_rulebook(load_catalogue(roots)))
    return card


def _tables(card: Scorecard, rulebook: Rulebook) -> None:
    lang = current()
    titles = {n: t.header.title.text.in_(lang) for n, t in load_topics(rulebook.catalogue).items()}
    title = say(
        f"Scorecard of sweep {card.run} · window {card.window_from_on} to {card.as_of_on}",
        f"稽查批次 {card.run} 评判 · 窗口 {card.window_from_on} 至 {card.as_of_on}",
    )
    rows = [
        (
            metric.title.in_(lang),
            _cell(metric, found := card.overall.get(metric.name)),
            _interval(found),
            _of(found),
            metric.description.in_(lang),
        )
        for metric in card.metrics
    ]
    headings = [
        (say("figure", "指标"), "left"),
        (say("value", "值"), "right"),
        (say("95 % interval", "95% 区间"), "right"),
        (say("cases", "例数"), "right"),
        (say("meaning", "含义"), "left"),
    ]
    print_table(title, table(headings, rows))
    groups: Sequence[tuple[str, Mapping[str, Figures], Mapping[str, str]]] = (
        (say("Topics, worst first", "主题, 差者在前"), card.topics, titles),
        (say("Mechanisms, worst first", "成因, 差者在前"), card.mechanisms, {}),
        (say("By money of the cause", "按成因金额"), card.sizes, _classes(rulebook, "size")),
        (say("By gaps in daily readings", "按日冻结缺数率"), card.gaps, _classes(rulebook, "gap")),
    )
    for heading, figures, names in groups:
        _group(heading, card.metrics, figures, names)
    if card.unjudged:
        listed = ", ".join(f"{each.mechanism} ({each.count})" for each in card.unjudged)
        tell(say(f"No topic yet: {listed}", f"尚无主题: {listed}"), "dim")


def _classes(rulebook: Rulebook, dimension: str) -> dict[str, str]:
    return {each.name: each.title.in_(current()) for each in rulebook.classes if each.dimension == dimension}


def _group(
    title: str, metrics: Sequence[Metric], groups: Mapping[str, Figures], names: Mapping[str, str]
) -> None:
    shown = [metric for metric in metrics if any(metric.name in figures for figures in groups.values())]
    headings = [("", "left"), *((metric.title.in_(current()), "right") for metric in shown)]
    rows = [
        (
            names.get(name, name),
            *(
                Drawn.assemble(
                    _cell(metric, figures.get(metric.name)),
                    drawn(f"\n{_of(figures.get(metric.name))}", "dim"),
                )
                for metric in shown
            ),
        )
        for name, figures in groups.items()
    ]
    print_table(title, table(headings, rows))


def _cell(metric: Metric, found: Figure | None) -> Drawn:
    value = None if found is None else found.value
    if value is None:
        return drawn("–", "dim")
    fault = 1 - value if metric.is_better_higher else value
    style = "red" if fault >= _RED else "yellow" if fault >= _YELLOW else "green"
    return drawn(f"{value:.1%}", style)


def _interval(found: Figure | None) -> str:
    if found is None or found.low is None or found.high is None:
        return ""
    return f"{found.low:.1%} – {found.high:.1%}"


def _of(found: Figure | None) -> str:
    return "" if found is None else f"{found.part:,f} / {found.whole:,f}".replace(".00", "")
