"""docs/scorecard.md: the scorecard of the counties of `scorecards`, worst on top. `make scorecard` writes it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from jicha.inspection.content import load_catalogue
from jicha.inspection.topic import load_topics
from jicha.judging.metric import Metric
from jicha.judging.pooling import pooled
from jicha.judging.rulebook import Rulebook, load_rulebook
from jicha.judging.scorecard import Figure, Figures, Scorecard

from .counties import ROOTS
from .scorecards import CUSTOMERS, MONTHS, TRIALS, Trial, card

PAGE = Path(__file__).resolve().parents[2] / "docs" / "scorecard.md"

#: A bar inside a cell, as |x|.
BAR = "\\|"

_HEAD = """# The scorecard · 评判

Made by `make scorecard`; never written by hand. 本页由程序生成, 请勿手工修改。

What the topics are worth, held against what the synthetic county knows was planted: {counties} counties of
{customers} customers and {months} months, each taken whole and swept once with the house's window of a year. Which
topic ought to see which mechanism is a reviewed table, `content/judging/sees.csv`; the figures are `content/metrics`.
A county is not a utility: these figures compare topics and versions, they promise nothing about the field.

在合成县域上评判稽查主题: 每个县域 {customers} 户、{months} 个月, 整体入湖并按一年窗口稽查一次。
哪个主题应当发现哪种成因见 `content/judging/sees.csv`, 指标定义见 `content/metrics`。
县域不是真实电网, 这些数字只用于比较主题与版本。
"""


def page(cards: Mapping[str, Scorecard], rulebook: Rulebook) -> str:
    """The page of these scorecards by county; intervals are of the cases of all counties together."""
    whole = pooled(list(cards.values()), rulebook.confidence)
    titles = {name: topic.header.title for name, topic in load_topics(rulebook.catalogue).items()}
    metrics = whole.metrics
    heads = [metric for metric in metrics if metric.is_headline]
    lines = [_HEAD.format(counties=len(cards), customers=CUSTOMERS, months=MONTHS)]
    lines += _section("All counties · 全部县域", _overall(metrics, whole.overall))
    lines += _section(
        "County by county · 各县域",
        _table(
            ["", *(_title(metric) for metric in heads)],
            (
                [name, *(_cell(one.overall.get(metric.name)) for metric in heads)]
                for name, one in cards.items()
            ),
        ),
    )
    topics = {
        f"{titles[name].text.zh}<br>{name} ({whole.topic_codes[name]})": figures
        for name, figures in whole.topics.items()
    }
    lines += _section("Topics, worst first · 主题, 差者在前", _groups(metrics, topics))
    lines += _section("Mechanisms, worst first · 成因, 差者在前", _groups(metrics, whole.mechanisms))
    for heading, dimension, groups in (
        ("By money of the cause · 按成因金额", "size", whole.sizes),
        ("By gaps in daily readings · 按日冻结缺数率", "gap", whole.gaps),
    ):
        named = {_class(rulebook, dimension, name): figures for name, figures in groups.items()}
        lines += _section(heading, _groups(metrics, named))
    lines += _section(
        "Mechanisms that no topic ought to see yet · 尚无主题的成因",
        [", ".join(f"{each.mechanism} ({each.count})" for each in whole.unjudged) or "none · 无"],
    )
    return "\n".join(lines)


def _section(title: str, body: Sequence[str]) -> list[str]:
    return [f"## {title}", "", *body, ""]


def _overall(metrics: Sequence[Metric], figures: Figures) -> list[str]:
    return _table(
        ["figure · 指标", "value · 值", "95 %", "cases · 例数", "meaning · 含义"],
        (
            [
                _title(metric),
                _share(figures.get(metric.name)),
                _bounds(figures.get(metric.name)),
                _of(figures.get(metric.name)),
                f"{metric.description.en} {metric.description.zh}",
            ]
            for metric in metrics
        ),
    )


def _groups(metrics: Sequence[Metric], groups: Mapping[str, Figures]) -> list[str]:
    shown = [metric for metric in metrics if any(metric.name in figures for figures in groups.values())]
    return _table(
        ["", *(_title(metric) for metric in shown)],
        ([name, *(_cell(figures.get(metric.name)) for metric in shown)] for name, figures in groups.items()),
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [
        f"| {' | '.join(heads)} |",
        f"|{'|'.join('---' for _ in heads)}|",
        *(f"| {' | '.join(cell.replace('|', BAR) for cell in row)} |" for row in rows),
    ]


def _title(metric: Metric) -> str:
    return f"{metric.title.en} · {metric.title.zh}"


def _class(rulebook: Rulebook, dimension: str, name: str) -> str:
    title = rulebook.class_title(dimension, name)
    return f"{title.en} · {title.zh}"


def _cell(found: Figure | None) -> str:
    """Share, interval and cases in one cell."""
    if found is None or found.value is None:
        return "–"
    bounds = f" ({_bounds(found)})" if found.low is not None else ""
    return f"{_share(found)}{bounds}<br>{_of(found)}"


def _share(found: Figure | None) -> str:
    value = None if found is None else found.value
    return "–" if value is None else f"{value:.1%}"


def _bounds(found: Figure | None) -> str:
    if found is None or found.low is None or found.high is None:
        return "–"
    return f"{found.low:.1%} – {found.high:.1%}"


def _of(found: Figure | None) -> str:
    if found is None:
        return "–"
    whole = found.part == found.part.to_integral_value() and found.whole == found.whole.to_integral_value()
    places = 0 if whole else 2
    return f"{found.part:,.{places}f} / {found.whole:,.{places}f}"


def cards_of(folder: Path, trials: Iterable[Trial] = TRIALS) -> dict[str, Scorecard]:
    """The scorecards of the trials by name."""
    return {trial.name: card(trial, folder) for trial in trials}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="jicha-scorecard-") as folder:
        text = page(cards_of(Path(folder)), load_rulebook(load_catalogue(ROOTS)))
    PAGE.write_text(text, encoding="utf-8")
    print(PAGE)  # noqa: T201 - a command


if __name__ == "__main__":
    main()
