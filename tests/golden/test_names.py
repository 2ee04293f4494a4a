"""Everything in a derivation has a name in both languages, so that a paper never mixes them."""

from __future__ import annotations

import re

import pytest

from jicha.kernel.derivation import Input
from jicha.kernel.formulas import FormulaBook
from jicha.losses.capacity import CAPACITY
from jicha.losses.compensation import COMPENSATION
from jicha.losses.line import LINE
from jicha.losses.load import LOAD
from jicha.losses.transformer import TRANSFORMER
from jicha.losses.unmetered import UNMETERED
from jicha.reporting.figures import FIGURES
from jicha.reporting.wording import load_names

from .examples import derivations, examples, results_of
from .working import House

#: A row of a table that is looked up is named by its place in it: 80/90.
PLACE = re.compile(r"[0-9/]+")


def known(house: House) -> set[str]:
    return {*load_names(house.roots), *house.lexicon.fields}


@pytest.mark.parametrize(
    "book", [CAPACITY, COMPENSATION, LINE, LOAD, TRANSFORMER, UNMETERED, FIGURES], ids=lambda book: book.name
)
def test_every_name_of_a_book_is_told(book: FormulaBook, house: House) -> None:
    names = {*book.fields, *(formula.gives for formula in book.formulas)}
    assert not names.difference(known(house))


def test_every_name_of_an_example_s_derivation_is_told(house: House) -> None:
    told, missing = known(house), set()
    for example in examples():
        for tree in derivations(results_of(example, house)):
            for _, node in tree.walk():
                name = node.name.partition("[")[0].strip()
                if name not in told and not PLACE.fullmatch(name):
                    missing.add(name)
                if (
                    isinstance(node, Input)
                    and isinstance(node.value, str)
                    and not PLACE.fullmatch(node.value)
                ):
                    missing.update({node.value}.difference(told))
    assert not missing
