"""A case put on paper: which paper, which language, text or PDF."""

from __future__ import annotations

from enum import StrEnum

from jicha.kernel.text import Language
from jicha.law.book import load_law
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.reporting.case import Case
from jicha.reporting.document import Document
from jicha.reporting.letter import letter, load_letter_words
from jicha.reporting.proof import proof
from jicha.reporting.wording import Wording, load_names
from jicha.reporting.worksheet import worksheet


class Paper(StrEnum):
    """The three papers a derivation becomes."""

    WORKSHEET = "worksheet"
    LETTER = "letter"
    PROOF = "proof"


def load_wording(language: Language, roots: ContentRoots) -> Wording:
    """Lexicon, law and names of an installation; `with_language` gives the same in the other language."""
    return Wording(language, Lexicon.load(roots), load_law(roots), load_names(roots))


def report(paper: Paper, case: Case, words: Wording) -> Document:
    """The document. Refuses (`ReportError`) a case with a step that does not follow from its inputs."""
    case.check()
    if paper is Paper.WORKSHEET:
        return worksheet(case, words)
    if paper is Paper.PROOF:
        return proof(case, words)
    return letter(case, words, load_letter_words(words.lexicon.roots))
