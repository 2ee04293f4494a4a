"""The customer's letter (告知书): what is asked or given back and why, in plain words, and where to object."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from jicha.kernel.derivation import Input, Step
from jicha.lexicon.bilingual import Bilingual
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.text_file import read_text
from jicha.lexicon.yaml_file import typed
from jicha.reporting.case import Case
from jicha.reporting.document import Column, Document, Facts, Heading, Paragraph, Part, Points, Table, table
from jicha.reporting.wording import Wording, clauses, leaves
from jicha.reporting.worksheet import foot, notes

MONEY = "yuan"


class LetterWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The sentences every letter has; a utility reads and changes them in content/reports."""

    title: Bilingual
    greeting: Bilingual
    owed: Bilingual
    returned: Bilingual
    nothing: Bilingual
    other: Bilingual
    how: Bilingual
    objections_intro: Bilingual
    objections: list[Bilingual]
    places_intro: Bilingual
    places: list[Bilingual]
    closing: Bilingual


def load_letter_words(roots: ContentRoots) -> LetterWords:
    """`content/reports/letter.yaml` of the public root."""
    path = roots.public / "reports" / "letter.yaml"
    return typed(read_text(path, roots.shown(path)), LetterWords, file=roots.shown(path))


def letter(case: Case, words: Wording, said: LetterWords) -> Document:
    """Result, its parts, the facts it rests on, the clauses in our words, what may be objected to and where."""

    def text(both: Bilingual) -> str:
        return both.text.in_(words.language)

    say = words.say
    greeting = text(said.greeting).replace("{addressee}", case.addressee or say("customer", "客户"))
    parts: list[Part] = [Paragraph(greeting, "strong")]
    if case.subject is not None:
        parts.append(Paragraph(case.subject.in_(words.language)))
    parts += [Paragraph(_outcome(tree, case, words, said), "strong") for tree in case.derivations]
    parts += [Heading(say("How it was reckoned", "如何得出")), Paragraph(text(said.how))]
    for tree in case.derivations:
        parts += [_parts_of(tree, words), _facts(tree, words)]
    parts += notes(case, words)
    parts += _clauses(case, words)
    parts += [
        Heading(say("What you may object to", "您可以对哪些内容提出异议")),
        Paragraph(text(said.objections_intro)),
        Points(tuple(text(each) for each in said.objections)),
        Heading(say("Where to turn", "可以向哪里提出")),
        Paragraph(text(said.places_intro)),
        Points((*case.contacts, *(text(each) for each in said.places))),
        Paragraph(text(said.closing)),
    ]
    sender = case.office.in_(words.language) if case.office else say("Power supply enterprise", "供电企业")
    pairs = [(say("Sender", "出具单位"), sender), (say("Day", "日期"), case.on.isoformat())]
    if case.number:
        pairs.insert(0, (say("Case", "案件编号"), case.number))
    parts.append(Facts(tuple(pairs)))
    return Document(text(said.title), words.language, case.on, tuple(parts), foot(case, words))


def _outcome(tree: Step, case: Case, words: Wording, said: LetterWords) -> str:
    """The result as a sentence; amounts are signed + to the utility and − to the customer."""
    chosen = said.other
    amount = words.amount(tree)
    if case.is_claim and tree.unit == MONEY and isinstance(tree.result, Decimal):
        chosen = said.nothing if tree.result == 0 else said.owed if tree.result > 0 else said.returned
        amount = amount.removeprefix("−")
    sentence = chosen.text.in_(words.language)
    return sentence.replace("{name}", words.name(tree)).replace("{amount}", amount)


def _parts_of(tree: Step, words: Wording) -> Table:
    """The amounts the result is made of, two levels down: a person follows sums, not trees."""
    say = words.say
    rows = []
    for step in _told(tree):
        rows.append(
            (words.name(step), f"{words.formula(step)}\n= {words.calculation(step)}", words.amount(step))
        )
    return table(
        [
            Column(say("Item", "项目"), 4),
            Column(say("How it is reckoned", "算法"), 8),
            Column(say("Result", "结果"), 3, "right"),
        ],
        rows,
        strong=[len(rows) - 1],
    )


def _told(tree: Step) -> list[Step]:
    """The steps a letter shows: those right below the result and those they use directly, then the result."""
    near: dict[Step, None] = {}
    for part in tree.inputs:
        if isinstance(part, Step):
            for below in part.inputs:
                if isinstance(below, Step):
                    near.setdefault(below)
            near.setdefault(part)
    near.setdefault(tree)
    return list(near)


def _facts(tree: Step, words: Wording) -> Facts:
    """The facts taken: whatever is neither law nor a bare choice."""
    given: list[Input] = [leaf for leaf in leaves(tree) if leaf.clause is None]
    return Facts(tuple(dict.fromkeys((words.name(leaf), words.amount(leaf)) for leaf in given)))


def _clauses(case: Case, words: Wording) -> list[Part]:
    found = list(dict.fromkeys(each for tree in case.derivations for each in clauses(tree)))
    if not found:
        return []
    told = tuple(
        f"{words.clause(each)}{words.say(': ', '：')}{words.clause_says(each)}"
        if words.clause_says(each)
        else words.clause(each)
        for each in found
    )
    return [Heading(words.say("The rules it rests on", "所依据的规定")), Points(told)]
