"""What a person asks of the law, and what comes back: by library and by command line."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jicha.cli.app import app
from jicha.kernel.errors import UnknownKey
from jicha.law.book import Law
from jicha.law.instrument import Instrument
from jicha.law.question import Answer, ask
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from tests.law.lawbooks import LawBooks

DAY = date(2025, 1, 1)


def answered(law: Law, key: str, on: date = DAY) -> Answer:
    found = ask(law, key, on)
    assert isinstance(found, Answer)
    return found


class TestQuestions:
    @pytest.mark.parametrize(
        "key", ["prices/price_of_test", "price_of_test", "law.price_of_test", "/prices/price_of_test/"]
    )
    def test_a_table_by_any_of_its_names(self, books: LawBooks, key: str) -> None:
        assert len(answered(books.law(), key).rows) == 2

    @pytest.mark.parametrize(
        "key",
        [
            "prices/price_of_test/CN/active_peak",
            "prices/price_of_test/*/active_peak",
            "price_of_test/register_code=active_peak",
        ],
    )
    def test_narrowed_by_key_values(self, books: LawBooks, key: str) -> None:
        (row,) = answered(books.law(), key).rows
        assert row.values["price_yuan_per_kwh"] == Decimal("0.9")

    def test_a_day_without_value_tells_what_is_known(self, books: LawBooks) -> None:
        answer = answered(books.law(), "price_of_test/CN/active_peak", date(1990, 1, 1))
        assert answer.rows == ()
        assert answer.spans == (
            (date(1996, 10, 8), date(2024, 6, 1), 1),
            (date(2024, 6, 1), None, 1),
        )

    def test_an_area_and_an_instrument(self, books: LawBooks) -> None:
        law = books.law()
        assert ask(law, "prices", DAY) == (law.table("price_of_test"),)
        for key in ("old_rules", "instruments/old_rules", "old_rules#98"):
            assert isinstance(ask(law, key, DAY), Instrument)

    @pytest.mark.parametrize(
        ("key", "told"),
        [
            ("price_of_tset", "did you mean price_of_test"),
            ("prices/price_of_test/CN/active_peek", "there are active_peak, active_total"),
            ("prices/price_of_test/CN/active_peak/x", "one value too many"),
            ("prices/price_of_test/colour=red", "jurisdiction_code, register_code"),
            ("elsewhere/price_of_test", "no law is called"),
        ],
    )
    def test_an_unknown_key_helps(self, books: LawBooks, key: str, told: str) -> None:
        with pytest.raises(UnknownKey, match=told) as raised:
            ask(books.law(), key, DAY)
        assert raised.value.text.zh != raised.value.text.en


class TestCommand:
    """`jicha explain law` on the law of this installation, read once for all questions."""

    @pytest.fixture(autouse=True)
    def read_once(self, shipped: Law, monkeypatch: pytest.MonkeyPatch) -> None:
        lexicon = Lexicon.load(ContentRoots.find())
        monkeypatch.setattr("jicha.cli.commands.explain_law.load_law", lambda roots, lexicon: shipped)
        monkeypatch.setattr("jicha.cli.commands.explain_law.Lexicon.load", lambda roots: lexicon)

    def run(self, *arguments: str) -> str:
        result = CliRunner().invoke(app, ["--lang", "zh", "explain", "law", *arguments])
        assert result.exit_code == 0, result.output
        return result.output

    def test_every_table_can_be_asked(self, shipped: Law) -> None:
        listed = json.loads(self.run("--format", "json"))
        assert {row["table"] for row in listed} == {table.path for table in shipped.tables.values()}

    @pytest.mark.parametrize("day", ["2024-05-31", "2024-06-01"])
    def test_value_clause_and_confidence(self, shipped: Law, day: str) -> None:
        """As a program reads them, for every table with a value on that day."""
        for table in shipped.tables.values():
            rows = json.loads(self.run(table.path, "--on", day, "--format", "json"))
            held = table.on(date.fromisoformat(day))
            assert len(rows) == len(held)
            for row, expected in zip(rows, held, strict=True):
                assert row["law_citation"] == ", ".join(expected.citations)
                assert row["law_confidence_code"] == expected.confidence
                assert shipped.clause(expected.citation).says.zh in row["clause"]

    def test_as_a_person_reads_it(self, shipped: Law) -> None:
        for table in shipped.tables.values():
            first = table.rows[0]
            shown = "".join(self.run(table.path, "--on", str(first.valid_from)).split())
            assert "".join(shipped.clause(first.citation).says.zh.split()) in shown
            assert "可信度" in shown

    def test_instruments_and_settings(self, shipped: Law) -> None:
        for instrument in shipped.instruments.values():
            assert instrument.title.zh.replace(" ", "") in self.run(instrument.id).replace(" ", "").replace(
                "\n", ""
            )
        for setting in shipped.settings.values():
            assert setting.default in self.run(f"settings/{setting.name}")


class TestReview:
    """`jicha test` reviews the law beside the models, also what a private root adds."""

    def test_the_law_of_the_house(self) -> None:
        result = CliRunner().invoke(app, ["--lang", "en", "test", "content/law"])
        assert result.exit_code == 0, result.output
        assert "law · " in result.output and "1 passed, 0 failed" in result.output

    def test_every_problem_of_a_private_book_is_told(self, tmp_path: Path) -> None:
        book = tmp_path / "law/tariffs/hubei/next.yaml"
        book.parent.mkdir(parents=True)
        book.write_text(BOOK, encoding="utf-8")
        result = CliRunner().invoke(app, ["--lang", "zh", "test", "content/law", "--content", str(tmp_path)])
        assert result.exit_code == 1
        shown = result.output.replace("\n", "")
        assert "law/tariffs/hubei/next.yaml:10: " in shown and "[unknown_instrument]" in shown
        assert "law/tariffs/hubei/next.yaml:11: " in shown


BOOK = """title: {en: Another month, zh: 另一个月}
blocks:
  - table: energy_price
    valid_from: 2026-02-01
    cite: hubei_agent_purchase_2026_02#price table
    confidence: secondary
    confirmed_on: 2026-11-21
    fixed: {jurisdiction_code: "42", purchase_mode_code: agency, usage_category_code: general_commercial}
    rows:
      - [single_part, below_1kv, active_peak, "0.93"]
      - [single_part, below_1kv, active_flat, "0.73"]
"""
