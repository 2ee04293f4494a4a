"""Every golden bill comes out as it was worked by hand, and together they cover what the law can ask for in pairs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from .bills_page import page
from .worked_bills import Place, Row, WorkedBill, covered, of_place, reckoned, shared, unmet, worked_bills
from .working import House

PAGE = Path(__file__).parents[2].joinpath("docs", "golden-bills.md")


@pytest.fixture(scope="module")
def found(house: House) -> Mapping[str, list[Row]]:
    return reckoned(house.bench)


@pytest.mark.parametrize("bill", worked_bills(), ids=lambda bill: bill.id)
def test_a_bill_comes_out_as_it_was_worked(
    bill: WorkedBill, found: Mapping[str, list[Row]], house: House
) -> None:
    assert not list(unmet(bill, found, house.bench))


def test_a_wrong_fen_is_seen(found: Mapping[str, list[Row]], house: House) -> None:
    """The harness can fail: with the working of another bill nothing comes out."""
    first, second, *_ = worked_bills()
    swapped = WorkedBill(first.id, first.title, first.ways, first.given, second.steps, second.expect)
    assert list(unmet(swapped, found, house.bench))


@pytest.mark.parametrize("place", shared().places, ids=lambda place: place.name.en)
def test_every_pair_is_covered_or_no_law_asks_for_it(place: Place) -> None:
    possible, bills = shared().possible(place), of_place(place)
    told = [pair for each in place.no_law_for for pair in each.all]
    assert bills and possible.issuperset(told)
    assert covered(bills).isdisjoint(told)
    assert sorted(map(sorted, possible.difference(told, covered(bills)))) == []


def test_every_bill_has_a_value_of_every_way_and_its_id_once() -> None:
    ways = shared().ways
    for bill in worked_bills():
        assert list(bill.ways) == list(ways)
        assert all(value in ways[name].values for name, value in bill.ways.items()), bill.id
    assert len({bill.id for bill in worked_bills()}) == len(worked_bills())


def test_every_clause_is_one_of_the_law(house: House) -> None:
    told = {clause for bill in worked_bills() for step in bill.steps for clause in step.clauses}
    assert told and all(house.law.clause(clause) for clause in sorted(told))


def test_the_page_is_current(house: House) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(house.lexicon)
