"""Files of law: what they mean, and how each mistake is told by file and line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from jicha.kernel.dated import Miss
from jicha.kernel.errors import ContentError, UnknownKey
from jicha.law.book import Law
from jicha.law.table import OPEN_END
from tests.law.lawbooks import NEW_BLOCK, NEW_RULES, OLD_BLOCK, PRICES, LawBooks

BLOCK = """
  - valid_from: 2024-06-01
    cite: new_rules#7
    confidence: unverified
    confirmed_on: 2026-11-21
"""


def only(books: LawBooks, block: str) -> ContentError:
    """The error of a table whose only block is this."""
    books.write("prices/price_of_test.yaml", PRICES + BLOCK + block)
    with pytest.raises(ContentError) as raised:
        books.law()
    return raised.value


class TestValues:
    def test_the_version_is_picked_by_the_day(self, books: LawBooks) -> None:
        table = books.law().table("price_of_test")
        wanted = {"jurisdiction_code": "CN", "register_code": "active_total"}
        last, first = table.one(date(2024, 5, 31), **wanted), table.one(date(2024, 6, 1), **wanted)
        assert not isinstance(last, Miss) and not isinstance(first, Miss)
        assert (last.values["price_yuan_per_kwh"], last.citation) == (Decimal("0.5"), "old_rules#98")
        assert (first.values["price_yuan_per_kwh"], first.confidence) == (Decimal("0.6"), "unverified")
        miss = table.one(date(1996, 10, 7), **wanted)
        assert isinstance(miss, Miss) and miss.reason == "before_first"

    def test_a_row_may_differ_from_its_block(self, books: LawBooks) -> None:
        (row,) = books.law().table("price_of_test").on(date(2025, 1, 1), register_code="active_peak")
        assert row.citations == ("new_rules#7", "new_rules#whole")
        assert row.confidence == "secondary"
        assert row.note is not None and row.note.zh == "待核实。"

    def test_statements_see_spans_and_clauses(self, books: LawBooks) -> None:
        table = books.law().table("law.price_of_test")
        assert list(table.relation_columns)[-4:] == [
            "valid_from", "valid_to", "law_citation", "law_confidence_code",
        ]  # fmt: skip
        assert table.relation_rows[0][-4:] == (
            date(1996, 10, 8), date(2024, 6, 1), "old_rules#98", "source-read",
        )  # fmt: skip
        assert table.relation_rows[2][-3] == OPEN_END

    def test_a_table_is_an_arrow_table(self, books: LawBooks, shipped: Law) -> None:
        found = books.law().table("price_of_test").arrow()
        assert found.column_names[-4:] == ["valid_from", "valid_to", "law_citation", "law_confidence_code"]
        assert found["price_yuan_per_kwh"].to_pylist() == [Decimal(p) for p in ("0.5", "0.80", "0.6", "0.9")]
        assert str(found.schema.field("price_yuan_per_kwh").type) == "decimal128(12, 8)"
        for table in shipped.tables.values():
            assert table.arrow().num_rows == len(table.rows)

    def test_the_digest_follows_what_statements_see(self, books: LawBooks) -> None:
        before = books.law().table("price_of_test").digest
        books.write("prices/price_of_test.yaml", PRICES + "\n# a remark" + OLD_BLOCK + NEW_BLOCK)
        assert books.law().table("price_of_test").digest == before
        books.write("prices/price_of_test.yaml", PRICES + OLD_BLOCK + NEW_BLOCK.replace('"0.6"', '"0.61"'))
        assert books.law().table("price_of_test").digest != before

    def test_a_book_adds_to_a_table(self, books: LawBooks) -> None:
        block = BLOCK.replace("- valid_from", "- table: price_of_test\n    valid_from")
        rows = '    fixed: {jurisdiction_code: "42"}\n    rows:\n      - [active_total, "0.7"]\n'
        books.write("prices/hubei/2024.yaml", "title: {en: Book, zh: 册}\nblocks:" + block + rows)
        (row,) = books.law().table("price_of_test").on(date(2024, 6, 1), jurisdiction_code="42")
        assert row.values["price_yuan_per_kwh"] == Decimal("0.7")
        assert row.place.shown == "content/law/prices/hubei/2024.yaml:10"

    def test_spread_columns_become_rows_and_empty_cells_none(self, books: LawBooks) -> None:
        spread = (
            "    spread: {columns: [active_total, active_peak], into: register_code, value: price_yuan_per_kwh}\n"
            '    rows:\n      - [CN, "0.1", "0.2"]\n      - ["42", "0.3", ~]\n'
        )
        books.write("prices/price_of_test.yaml", PRICES + OLD_BLOCK + BLOCK + spread)
        rows = books.law().table("price_of_test").on(date(2025, 1, 1))
        assert [tuple(row.values.values()) for row in rows] == [
            ("CN", "active_total", Decimal("0.1")),
            ("CN", "active_peak", Decimal("0.2")),
            ("42", "active_total", Decimal("0.3")),
        ]

    def test_steps_are_unrolled(self, books: LawBooks) -> None:
        books.write(
            "steps/rate_of_test.yaml",
            """
            title: {en: Rates, zh: 费率}
            description: {en: Rates by step., zh: 分级费率。}
            key: [jurisdiction_code, billed_months]
            values: [price_yuan_per_kwh]
            blocks:
              - valid_from: 2024-06-01
                cite: new_rules#7
                confidence: unverified
                confirmed_on: 2026-11-21
                fixed: {jurisdiction_code: CN}
                steps: {column: billed_months, value: price_yuan_per_kwh}
                rows:
                  - [0, 2, 2, "0.10", "-0.05"]
                  - [3, 3, 3, "0.00", "0"]
            """,
        )
        rows = books.law().table("rate_of_test").rows
        assert [(r.values["billed_months"], r.values["price_yuan_per_kwh"]) for r in rows] == [
            (0, Decimal("0.20")),
            (1, Decimal("0.15")),
            (2, Decimal("0.10")),
            (3, Decimal("0.00")),
        ]

    def test_unknown_names_suggest_the_nearest(self, books: LawBooks) -> None:
        law = books.law()
        with pytest.raises(UnknownKey, match="did you mean price_of_test"):
            law.table("price_of_tset")
        with pytest.raises(UnknownKey, match="it has jurisdiction_code, register_code"):
            law.table("price_of_test").on(date(2025, 1, 1), province="42")
        with pytest.raises(UnknownKey, match="no article old_rules#99"):
            law.clause("old_rules#99")


class TestMistakes:
    @pytest.mark.parametrize(
        ("rows", "code"),
        [
            ("    rows:\n      - [CN, active_total]\n", "row_length"),
            ('    rows:\n      - [CN, active_totl, "0.1"]\n', "law_cell"),
            ('    rows:\n      - [CN, active_total, "1e3"]\n', "law_cell"),
            ('    rows:\n      - [CN, active_total, "0.123456789"]\n', "law_cell"),
            ("    rows:\n      - [CN, active_total, true]\n", "law_cell"),
            ('    rows:\n      - [~, active_total, "0.1"]\n', "law_key_empty"),
            ("    rows: []\n", "no_rows"),
            (
                '    columns: [jurisdiction_code, price_yuan_per_kwh]\n    rows:\n      - [CN, "1"]\n',
                "law_columns",
            ),
            ('    fixed: {org_id: CN}\n    rows:\n      - [CN, active_total, "1"]\n', "law_columns"),
            ('    valid_to: 2024-06-01\n    rows:\n      - [CN, active_total, "1"]\n', "law_span"),
        ],
    )
    def test_a_bad_block_names_file_and_line(self, books: LawBooks, rows: str, code: str) -> None:
        error = only(books, rows)
        assert error.code == code
        assert error.file == "content/law/prices/price_of_test.yaml"
        text = (books.public / "law/prices/price_of_test.yaml").read_text(encoding="utf-8").split("\n")
        assert error.line is not None and 8 <= error.line <= len(text)
        assert error.text.zh != error.text.en

    def test_a_float_is_refused(self, books: LawBooks) -> None:
        """A number without quotes would come through binary: 0.10 and 0.1 would be one value."""
        error = only(books, "    rows:\n      - [CN, active_total, 0.1]\n")
        assert error.code == "law_number" and error.line == 13
        assert "in quotes" in error.text.en and "加引号" in error.text.zh

    def test_a_table_needs_columns_of_the_lexicon(self, books: LawBooks) -> None:
        books.write("prices/price_of_test.yaml", PRICES.replace("price_yuan_per_kwh", "price") + OLD_BLOCK)
        with pytest.raises(ContentError, match=r"price_of_test\.yaml:5: the column price is not in"):
            books.law()

    def test_a_table_without_rows_says_nothing(self, books: LawBooks) -> None:
        books.write("prices/other.yaml", PRICES.replace("blocks:", ""))
        with pytest.raises(ContentError, match="law_table_empty"):
            books.law()

    def test_a_table_is_defined_once(self, books: LawBooks) -> None:
        books.write("elsewhere/price_of_test.yaml", PRICES + OLD_BLOCK)
        with pytest.raises(ContentError, match="law_table_twice"):
            books.law()

    def test_values_of_another_table_stand_in_a_book(self, books: LawBooks) -> None:
        block = OLD_BLOCK.replace("- valid_from", "- table: other\n    valid_from")
        books.write("prices/price_of_test.yaml", PRICES + block)
        with pytest.raises(ContentError, match="law_other_table"):
            books.law()

    def test_a_book_names_a_table_there_is(self, books: LawBooks) -> None:
        block = OLD_BLOCK.replace("- valid_from", "- table: price_of_tests\n    valid_from")
        books.write("prices/hubei/book.yaml", "title: {en: Book, zh: 册}\nblocks:" + block)
        with pytest.raises(ContentError, match="did you mean price_of_test"):
            books.law()

    @pytest.mark.parametrize("name", ["loose.yaml", "a/b/c/d.yaml", "Prices/x.yaml", "instruments/a/b.yaml"])
    def test_files_have_their_place(self, books: LawBooks, name: str) -> None:
        books.write(name, NEW_RULES)
        with pytest.raises(ContentError, match="law_place"):
            books.law()

    @pytest.mark.parametrize(
        ("old", "new", "code"),
        [
            ("jurisdiction_code: CN", "jurisdiction_code: XX", "unknown_jurisdiction"),
            ("confidence: unverified", "confidence: secondary", "instrument_without_source"),
            ("confirmed_on:", "effective_to: 2024-06-01\nconfirmed_on:", "instrument_span"),
            ("articles:", "sources: [{note: {en: a b, zh: 某处}}]\narticles:", "source_without_place"),
        ],
    )
    def test_an_instrument_is_whole(self, books: LawBooks, old: str, new: str, code: str) -> None:
        books.write("instruments/new_rules.yaml", NEW_RULES.replace(old, new))
        with pytest.raises(ContentError, match=code):
            books.law()

    @pytest.mark.parametrize("default", ["third", "first"])
    def test_a_setting_is_a_choice(self, books: LawBooks, default: str) -> None:
        options = "  first: {en: One., zh: 其一。}\n"
        books.write(
            "settings/reading.yaml",
            "title: {en: A, zh: 甲}\nquestion: {en: Which., zh: 何者。}\ncite: new_rules#7\n"
            "confidence: unverified\nconfirmed_on: 2026-11-21\n"
            f"default: {default}\nwhy: {{en: Because., zh: 因为。}}\noptions:\n{options}"
            + ("  second: {en: Two., zh: 其二。}\n" if default == "third" else ""),
        )
        with pytest.raises(ContentError, match="setting_options"):
            books.law()
