"""The inspector's worksheet (核查底稿): what was given, what the law says, then step by step up to the result."""

from __future__ import annotations

from jicha.kernel.derivation import Input, Step
from jicha.reporting.case import Case
from jicha.reporting.document import (
    Column,
    Document,
    Facts,
    Heading,
    Paragraph,
    Part,
    Points,
    Signatures,
    Table,
    table,
)
from jicha.reporting.wording import Wording, bottom_up, clauses, leaves


def worksheet(case: Case, words: Wording) -> Document:
    """Given facts, values of law, numbered steps with their numbers filled in, clauses, room to sign."""
    say = words.say
    parts: list[Part] = [Facts(_head(case, words))]
    if case.subject is not None:
        parts += [Heading(say("What was found", "核查事项")), Paragraph(case.subject.in_(words.language))]
    for place, tree in enumerate(case.derivations, start=1):
        if len(case.derivations) > 1:
            parts.append(Heading(f"{place}. {words.name(tree)}"))
        parts += _derivation(tree, words)
    parts += notes(case, words)
    parts += _bases(case, words)
    parts += [Signatures((say("Inspector", "核查人"), say("Reviewer", "复核人"), say("Date", "日期")))]
    return Document(
        title=say("Inspector's worksheet", "核查底稿"),
        language=words.language,
        on=case.on,
        parts=tuple(parts),
        foot=foot(case, words),
    )


def notes(case: Case, words: Wording) -> list[Part]:
    """What was taken for granted, and what a person still decides."""
    if not case.notes:
        return []
    said = tuple(note.in_(words.language) for note in case.notes)
    return [Heading(words.say("Taken for granted, left to decide", "前提与待定事项")), Points(said)]


def foot(case: Case, words: Wording) -> str:
    """The digests of the derivations, so that paper and file can be held together."""
    short = " ".join(tree.digest()[:16] for tree in case.derivations)
    return words.say(f"digest {short}", f"摘要 {short}")


def _head(case: Case, words: Wording) -> tuple[tuple[str, str], ...]:
    say = words.say
    pairs = [
        (say("Case", "案件编号"), case.number),
        (say("Customer", "客户"), case.addressee),
        (say("Office", "单位"), case.office.in_(words.language) if case.office else None),
        (say("Day", "日期"), case.on.isoformat()),
    ]
    results = [(words.name(tree), words.amount(tree)) for tree in case.derivations]
    return (*((label, said) for label, said in pairs if said), *results)


def _derivation(tree: Step, words: Wording) -> list[Part]:
    say = words.say
    given = [leaf for leaf in leaves(tree) if leaf.clause is None]
    lawful = [leaf for leaf in leaves(tree) if leaf.clause is not None]
    parts: list[Part] = []
    if given:
        parts += [Heading(say("Given", "已知事实")), _given(given, words)]
    if lawful:
        parts += [Heading(say("Values of law and contract", "法规与合同取值")), _lawful(lawful, words)]
    steps = bottom_up(tree)
    parts += [Heading(say("Calculation", "计算过程")), _steps(steps, words)]
    notes = [f"({place}) {words.note(step)}" for place, step in enumerate(steps, start=1) if step.note]
    return [*parts, *(Paragraph(note, "small") for note in notes)]


def _given(given: list[Input], words: Wording) -> Table:
    say = words.say
    return table(
        [
            Column(say("Item", "项目"), 5),
            Column(say("Value", "数值"), 3, "right"),
            Column(say("Unit", "单位"), 2),
            Column(say("Source", "来源"), 5),
        ],
        [
            (
                words.name(leaf),
                words.value(leaf.value),
                words.unit(leaf.unit),
                "; ".join(filter(None, (leaf.source, words.note(leaf)))),
            )
            for leaf in given
        ],
    )


def _lawful(lawful: list[Input], words: Wording) -> Table:
    say = words.say
    return table(
        [
            Column(say("Item", "项目"), 5),
            Column(say("Value", "数值"), 3, "right"),
            Column(say("Unit", "单位"), 2),
            Column(say("Clause", "依据"), 6),
        ],
        [
            (words.name(leaf), words.value(leaf.value), words.unit(leaf.unit), words.clause(leaf.clause))
            for leaf in lawful
        ],
    )


def _steps(steps: list[Step], words: Wording) -> Table:
    say = words.say
    rows = [
        (
            str(place),
            words.name(step),
            f"{words.formula(step)}\n= {words.calculation(step)}",
            words.amount(step),
            "\n".join(filter(None, (words.clause(step.clause), words.rounding(step)))),
        )
        for place, step in enumerate(steps, start=1)
    ]
    return table(
        [
            Column(say("No.", "序号"), 1, "right"),
            Column(say("Step", "步骤"), 4),
            Column(say("Formula and numbers", "算式"), 7),
            Column(say("Result", "结果"), 3, "right"),
            Column(say("Clause, rounding", "依据与修约"), 4),
        ],
        rows,
        strong=[len(rows) - 1],
    )


def _bases(case: Case, words: Wording) -> list[Part]:
    say = words.say
    found = list(dict.fromkeys(each for tree in case.derivations for each in clauses(tree)))
    if not found:
        return []
    return [
        Heading(say("Clauses", "依据条款")),
        table(
            [
                Column(say("Clause", "条款"), 5),
                Column(say("What it says", "内容摘要"), 9),
                Column(say("Confirmed", "核实程度"), 3),
            ],
            [(words.clause(each), words.clause_says(each), words.confidence(each)) for each in found],
        ),
    ]
