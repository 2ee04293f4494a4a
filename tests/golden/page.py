"""docs/examples.md: every worked example with what was published, what the product gives, and why they differ."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from jicha.kernel.canonical import decimal_text

from .examples import ExampleFile, examples, found_in, results_of
from .kinds import KindFile, kinds
from .working import House

VERDICTS = {
    "agree": "agrees · 一致",
    "agree_with_note": "agrees, with a note · 一致(有说明)",
    "ambiguous": "depends on a reading · 口径不一",
    "published_wrong": "**published is wrong · 发布值有误**",
}

HEAD = """# Worked examples

Numeric examples that other people published, put in our own words, and worked out by the product itself: remedies,
billing marts, formula books. `pytest tests/golden` runs them; `docs/algorithms/worked_example_format.md` tells their
form and how a file of examples from outside is run. This page is made by `make examples-page`.

他人发布的数值算例(改写题意), 均由本产品的实际代码路径计算。"published" 为发布值, "ours" 为本产品结果。
"""


def page(house: House) -> str:
    """The page, by kind and id."""
    lines = [HEAD]
    for name, kind in kinds().items():
        own = [example for example in examples() if example.kind == name]
        lines.extend(_kind(name, kind, own, house))
    return "\n".join(lines)


def summary(house: House) -> Iterator[str]:
    """How many there are, by verdict."""
    for verdict, said in VERDICTS.items():
        yield f"{said}: {len([each for each in examples() if each.verdict == verdict])}"


def _kind(name: str, kind: KindFile, own: list[ExampleFile], house: House) -> Iterator[str]:
    paths = dict.fromkeys(
        f"`{stage.call}`" if stage.call else "`content/marts/billing`" for stage in kind.stages
    )
    yield f"## {kind.title.en} · {kind.title.zh}"
    yield ""
    yield f"Kind `{name}`, worked out by {', '.join(paths)}."
    yield ""
    yield "| id | question | answer | published | ours | verdict |"
    yield "|---|---|---|---:|---:|---|"
    for example in own:
        yield from _rows(example, house)
    yield ""
    for example in own:
        if example.note is not None:
            yield f"- **{example.id}** {example.note.en} {example.note.zh}"
    yield ""


def _rows(example: ExampleFile, house: House) -> Iterator[str]:
    found = found_in(example, results_of(example, house), house)
    for place, each in enumerate(found):
        said = each.expectation
        is_first = place == 0
        question = (
            f"{example.question.en}<br>{example.question.zh} [source]({example.source})" if is_first else ""
        )
        reading = "".join(f" ({name}: {option})" for name, option in example.reading.items())
        yield (
            f"| {example.id if is_first else ''} | {question} | {said.asked} `{said.name}` | "
            f"{said.published or '–'} | {_shown(each.value)} | "
            f"{f'{VERDICTS[example.verdict]}{reading}' if is_first else ''} |"
        )


def _shown(value: Decimal) -> str:
    """Ours, its decimals cut after the sixth where there are more."""
    whole, point, decimals = decimal_text(value).partition(".")
    cut = decimals[:6].rstrip("0")
    return f"{whole}.{cut}" if point and cut else whole
