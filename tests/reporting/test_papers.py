"""Any derivation becomes worksheet, letter and proof, in both languages, or is refused by the step at fault."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from typer.testing import CliRunner

from jicha.cli.app import app
from jicha.cli.commands import report as command
from jicha.kernel.derivation import Input, Operation, Step, compute
from jicha.kernel.money import Rounding
from jicha.kernel.text import LANGUAGES, Language, Text
from jicha.reporting.case import Case, ReportError, read_case
from jicha.reporting.document import Document, Table, table
from jicha.reporting.pdf import pdf, png
from jicha.reporting.plain_text import WIDTH, cells, plain_text
from jicha.reporting.report import Paper, report
from jicha.reporting.wording import Wording
from tests.kernel.derivations import TREES, a_bill, changed

DAY = date(2026, 3, 1)


def theft() -> Step:
    power = Input("capacity_kw", Decimal("11"), "kw", source="photo 17")
    hours = Input("daily_use_hours", Decimal("12"), "hours", "power_supply_rules_1996#103")
    days = Input(
        "unknown_period_days",
        Decimal("180"),
        "days",
        "power_supply_rules_1996#103",
        note=Text(en="unknown", zh="不明"),
    )
    energy = compute(Operation.PRODUCT, "usage", [power, hours, days], unit="kwh")
    price = Input("price", Decimal("0.5"), "yuan_per_kwh", "sheet_nobody_told#1")
    return compute(
        Operation.PRODUCT_ROUNDED,
        "amount",
        [energy, price],
        unit="yuan",
        places=2,
        rounding=Rounding.HALF_UP,
        clause="power_supply_rules_1996#102; power_supply_rules_1996#103",
    )


def case_of(*trees: Step) -> Case:
    return Case(trees, DAY, "JC-1", Text(en="A line.", zh="一条线。"), "3301****0071")


def made(paper: Paper, case: Case, language: Language, words: Wording) -> Document:
    return report(paper, case, words.with_language(language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", Paper)
def test_every_paper_carries_result_and_clauses(paper: Paper, language: Language, words: Wording) -> None:
    text = plain_text(made(paper, case_of(theft()), language, words), width=400)
    assert "11,880.00" in text
    assert ("第103条" if language == "zh" else "Art. 103") in text
    assert "sheet_nobody_told#1" in text  # a clause no book tells is shown as it stands


def test_the_worksheet_shows_every_step_with_its_numbers(words: Wording) -> None:
    document = made(Paper.WORKSHEET, case_of(a_bill()), "zh", words)
    sheet = [part for part in document.parts if isinstance(part, Table)][-2]
    assert [row[0] for row in sheet.rows] == ["1", "2", "3", "4", "5", "6"]
    assert [row[3] for row in sheet.rows][-1] == "849.62 元"
    assert "= 34.5 × 40" in sheet.rows[1][2]
    assert sheet.strong == {5}


def test_the_letter_says_who_pays_whom_and_where_to_object(words: Wording) -> None:
    owed = plain_text(made(Paper.LETTER, case_of(theft()), "zh", words))
    back = compute(
        Operation.DIFFERENCE,
        "amount",
        [Input("a", Decimal("10.00"), "yuan"), Input("b", Decimal("30.00"), "yuan")],
    )
    returned = plain_text(made(Paper.LETTER, case_of(back), "zh", words))
    even = compute(Operation.SUM, "amount", [Input("a", Decimal("0.00"), "yuan")])
    nothing = plain_text(made(Paper.LETTER, case_of(even), "zh", words))
    assert "应由您补交 11,880.00 元" in owed
    assert "应退还给您 20.00 元" in returned
    assert "均无应补或应退" in nothing
    assert all("12398" in text and "异议" in text for text in (owed, returned, nothing))


def test_the_proof_shows_every_node_the_digest_and_what_recomputing_gave(words: Wording) -> None:
    tree = a_bill()
    document = made(Paper.PROOF, case_of(tree), "en", words)
    nodes = next(part for part in document.parts if isinstance(part, Table))
    assert len(nodes.rows) == len(list(tree.walk()))
    assert tree.digest() in plain_text(document)
    assert [row[4] for row in nodes.rows if row[4]][:2] == ["849.62", "749.62"]
    assert any("half up" in row[2] and "2 places" in row[2] for row in nodes.rows)


def test_a_step_used_twice_is_told_once(words: Wording) -> None:
    usage = a_bill().inputs[0]
    twice = compute(Operation.SUM, "amount", [usage, usage])
    document = made(Paper.PROOF, case_of(twice), "en", words)
    nodes = next(part for part in document.parts if isinstance(part, Table))
    assert [row[0] for row in nodes.rows if "the same as node 1.1" in row[2]] == ["1.2"]
    assert nodes.rows[-1][0] == "1.2"


@pytest.mark.parametrize("paper", Paper)
def test_a_tree_with_a_wrong_step_is_refused_and_the_step_named(paper: Paper, words: Wording) -> None:
    forged = Step.from_dict(changed(a_bill().to_dict(), ("inputs", 0, "result"), {"decimal": "749.63"}))
    with pytest.raises(ReportError, match="step amount > energy charge") as refused:
        made(paper, case_of(theft(), forged), "zh", words)
    assert "derivation 2" in str(refused.value)


@given(tree=TREES)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_tree_is_put_on_paper_within_its_width(tree: Step, words: Wording) -> None:
    for paper in Paper:
        for language in LANGUAGES:
            text = plain_text(made(paper, Case((tree,), DAY), language, words))
            assert max(cells(line) for line in text.splitlines()) <= WIDTH


def test_the_pdf_is_the_same_bytes_and_has_its_own_font(words: Wording) -> None:
    document = made(Paper.LETTER, case_of(theft()), "zh", words)
    first = pdf(document)
    assert first == pdf(document)
    assert first.startswith(b"%PDF-") and b"NotoSansCJK" in first and b"pdfaid" in first
    assert first != pdf(made(Paper.LETTER, case_of(a_bill()), "zh", words))


def test_nothing_in_a_name_is_taken_for_markup(words: Wording) -> None:
    """A name full of Typst's signs is set as it stands, and a word as long as the page stays on the page."""
    odd = compute(
        Operation.SUM,
        "#panic() *b* _i_ $x$ @ref [br] \\ `raw` // no",
        [Input("x" * 400, Decimal("1.00"), "yuan", source='#import "/etc": *')],
    )
    for paper in Paper:
        document = made(paper, case_of(odd), "en", words)
        assert pdf(document).startswith(b"%PDF-")
    assert len(png(made(Paper.PROOF, case_of(odd), "en", words), 20)) >= 1


def test_a_ragged_table_is_refused() -> None:
    with pytest.raises(ValueError, match="2 cells under 0 columns"):
        table([], [("a", "b")])


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ([], "a case is a JSON object"),
        ({}, "missing key derivation"),
        ({"derivation": {}, "colour": 1}, "unknown key colour"),
        ({"derivations": []}, "at least one tree"),
        ({"derivation": a_bill().to_dict(), "on": "yesterday"}, "YYYY-MM-DD"),
        ({"derivation": a_bill().to_dict(), "subject": "text"}, "English and its Chinese"),
        ({"derivation": a_bill().to_dict(), "contacts": "text"}, "list of texts"),
        ({"derivation": a_bill().to_dict(), "number": 3}, "number is a text"),
    ],
)
def test_a_file_that_is_no_case_is_refused(document: object, told: str) -> None:
    with pytest.raises(ReportError, match=told):
        read_case(document, on=DAY)


def test_a_bare_tree_is_a_case_once_it_has_a_day() -> None:
    assert read_case(a_bill().to_dict(), on=DAY) == Case((a_bill(),), DAY)
    with pytest.raises(ReportError, match="YYYY-MM-DD"):
        read_case(a_bill().to_dict())


@pytest.fixture
def read_words(words: Wording, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command takes lexicon and law as the tests have read them; reading them takes it a second each time."""
    monkeypatch.setattr(command, "load_wording", lambda language, roots: words.with_language(language))


@pytest.mark.usefixtures("read_words")
def test_a_remedy_goes_on_paper_from_its_inputs(tmp_path: Path) -> None:
    """The letter shows how each claim was reckoned and how it is split; the worksheet derives the split."""
    source = tmp_path / "theft.yaml"
    source.write_text(
        "kind: theft\ninputs: {kw: 11, load_kind_code: power, price: '0.50', admitted_days: 3, "
        "found_on: 2014-06-29}\n",
        encoding="utf-8",
    )
    run = CliRunner().invoke
    said = run(app, ["report", "letter", str(source), "--language", "en", "--on", "2014-07-01"]).stdout
    assert "11,880.00 yuan, to be paid by you" in said and "35,640.00 yuan, to be paid by you" in said
    assert "198.00 are supportable" in said and "yuan2" not in said
    sheet = run(app, ["report", "worksheet", str(source), "--language", "en", "--on", "2014-07-01"]).stdout
    assert "11,682.00 yuan" in sheet


@pytest.mark.usefixtures("read_words")
def test_the_command_writes_text_and_pdf(tmp_path: Path) -> None:
    source = tmp_path / "case.json"
    source.write_text(json.dumps({"derivation": theft().to_dict(), "on": "2026-03-01"}), encoding="utf-8")
    out = tmp_path / "papers" / "letter.pdf"
    run = CliRunner().invoke
    assert run(app, ["report", "letter", str(source), "--out", str(out)]).exit_code == 0
    assert out.read_bytes().startswith(b"%PDF-")
    shown = run(app, ["report", "worksheet", str(source), "--language", "en"])
    assert "11,880.00 yuan" in shown.stdout
    refused = run(app, ["report", "invoice", str(source)])
    assert isinstance(refused.exception, ReportError)
    assert "worksheet, letter, proof" in str(refused.exception)
