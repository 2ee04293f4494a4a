"""Worked bills the whole way: core rows under a tariff that stands in a private content root."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from jicha.inspection.content_rows import ROW, compared
from jicha.law.book import load_law
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.text_file import read_text
from jicha.lexicon.yaml_file import typed

from .bills import BillBench

HERE = Path(__file__).parent
BILL = "mart.recalculated_bill"


class CoreFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    defaults: dict[str, dict[str, Any]]
    given: dict[str, list[dict[str, Any]]]
    expect: list[dict[str, Any]]


def test_bills_from_core_rows_under_a_private_tariff() -> None:
    roots = ContentRoots.find([HERE.joinpath("tariffs")])
    lexicon = Lexicon.load(roots)
    bench = BillBench(roots, lexicon, load_law(roots, lexicon))
    file = typed(read_text(HERE.joinpath("core", "bills.yaml"), "bills"), CoreFile, file="core/bills.yaml")
    found = bench.from_core(file.given, file.defaults, BILL)
    columns = bench.catalogue.relation(BILL).columns
    assert not [str(problem) for problem in compared(ROW, found, file.expect, columns)]
