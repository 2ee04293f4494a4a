"""Cross-checks between files of law: each can fail, and says where."""

from __future__ import annotations

import pytest

from jicha.kernel.errors import ContentError
from jicha.law.book import Law
from jicha.law.review import review
from tests.law.lawbooks import NEW_BLOCK, NEW_RULES, OLD_BLOCK, OLD_RULES, PRICES, LawBooks

TABLE = "content/law/prices/price_of_test.yaml"


def test_sound_law_has_no_problem(books: LawBooks) -> None:
    assert books.told() == []


def test_the_law_of_the_house_is_sound(shipped: Law) -> None:
    assert [problem.render("en") for problem in review(shipped)] == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("cite: old_rules#98", "cite: old_ruels#98", "unknown_instrument"),
        ("cite: old_rules#98", "cite: old_rules#99", "unknown_article"),
        ("valid_from: 1996-10-08", "valid_from: 1996-10-07", "before_instrument"),
    ],
)
def test_a_value_rests_on_a_clause_in_force(books: LawBooks, old: str, new: str, code: str) -> None:
    books.write("prices/price_of_test.yaml", PRICES + OLD_BLOCK.replace(old, new) + NEW_BLOCK)
    told = [each for each in books.told() if not each.startswith("unused_instrument")]
    assert told == [f"{code} {TABLE}:14", f"{code} {TABLE}:15"]


@pytest.mark.parametrize("new", ["", "    valid_to: 2024-06-02\n"])
def test_no_value_outlives_its_instrument(books: LawBooks, new: str) -> None:
    block = OLD_BLOCK.replace("    valid_to: 2024-06-01\n", new)
    books.write("prices/price_of_test.yaml", PRICES + block)
    books.write("instruments/new_rules.yaml", NEW_RULES)
    told = books.told()
    assert [each.partition(" ")[0] for each in told] == ["outlives_instrument", "outlives_instrument"]


def test_spans_of_one_key_do_not_overlap(books: LawBooks) -> None:
    early = NEW_BLOCK.replace("2024-06-01", "2024-05-31").replace("new_rules#7", "old_rules#98")
    early = early.replace("    cite:", "    valid_to: 2024-06-01\n    cite:").replace(
        "new_rules#whole", "old_rules#98"
    )
    books.write("prices/price_of_test.yaml", PRICES + OLD_BLOCK + early)
    assert [each for each in books.told() if "overlap" in each] == [
        f"law_overlap {TABLE}:25",
        f"law_overlap {TABLE}:26",
    ]


def test_spans_are_compared_over_all_files(books: LawBooks) -> None:
    block = NEW_BLOCK.replace("- valid_from", "- table: price_of_test\n    valid_from")
    books.write("prices/again/again.yaml", "title: {en: Book, zh: 册}\nblocks:" + block)
    assert "law_overlap content/law/prices/again/again.yaml:11" in books.told()
    with pytest.raises(ContentError, match=r"the other stands at content/law/prices/price_of_test\.yaml:2"):
        books.law()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("repealed_by: new_rules", "repealed_by: newer_rules"),
        ("effective_to: 2024-06-01\n", ""),
        ("effective_to: 2024-06-01", "effective_to: 2024-05-01"),
    ],
)
def test_a_repeal_has_a_successor_in_force(books: LawBooks, old: str, new: str) -> None:
    books.write("instruments/old_rules.yaml", OLD_RULES.replace(old, new))
    assert any(each.startswith("bad_repeal content/law/instruments/old_rules.yaml") for each in books.told())


def test_an_instrument_nothing_rests_on_is_told(books: LawBooks) -> None:
    books.write("instruments/stray.yaml", NEW_RULES)
    assert books.told() == ["unused_instrument content/law/instruments/stray.yaml:2"]


def test_a_setting_rests_on_a_clause(books: LawBooks) -> None:
    books.write(
        "settings/reading.yaml",
        """
        title: {en: A, zh: 甲}
        question: {en: Which., zh: 何者。}
        cite: new_rules#8
        confidence: unverified
        confirmed_on: 2026-11-21
        default: first
        why: {en: Because., zh: 因为。}
        options: {first: {en: One., zh: 其一。}, second: {en: Two., zh: 其二。}}
        """,
    )
    assert books.told() == ["unknown_article content/law/settings/reading.yaml:4"]
