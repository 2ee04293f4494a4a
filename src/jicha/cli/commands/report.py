"""`jicha report`: a derivation on paper, as worksheet, letter or proof, in Chinese or English, text or PDF."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from jicha.billing.relations import ACTUAL, SEGMENT, rows_where
from jicha.cli.commands.explain_bill import recalculated
from jicha.cli.commands.explain_remedy import read_remedy
from jicha.cli.commands.sweep import day
from jicha.cli.language import current, say
from jicha.cli.show import tell
from jicha.inspection.content import load_catalogue
from jicha.kernel.derivation import Operation, Step
from jicha.kernel.errors import UnknownKey
from jicha.kernel.text import LANGUAGES, Text
from jicha.lexicon.roots import ContentRoots
from jicha.remedies.claim import Claim
from jicha.remedies.registry import assess, kinds
from jicha.reporting.bill import bill_derivation
from jicha.reporting.case import Case, ReportError, read_case
from jicha.reporting.pdf import pdf
from jicha.reporting.plain_text import plain_text
from jicha.reporting.report import Paper, load_wording, report
from jicha.reporting.wording import Wording

#: Files that hold the inputs of a remedy, as for `jicha explain remedy`.
_REMEDIES = {".yaml", ".yml"}


def run(
    *,
    paper: str,
    file: Path | None,
    bill: str | None,
    out: Path | None,
    language: str | None,
    on: str | None,
    workspace: Path,
    content: Sequence[Path],
) -> None:
    if paper not in set(Paper):
        names = ", ".join(Paper)
        raise ReportError(
            "unknown_paper",
            en=f"there is no report {paper}; there are {names}",
            zh=f"没有名为 {paper} 的文书; 可选: {names}",
        )
    if language is not None and language not in LANGUAGES:
        raise ReportError(
            "unknown_language",
            en=f"reports are written in zh or en, not {language}",
            zh=f"文书语言为 zh 或 en, 不支持 {language}",
        )
    chosen = current() if language is None else "en" if language == "en" else "zh"
    fallback = day(on, "--on") or date.today()  # noqa: DTZ011 - a paper bears the day it is made
    words = load_wording(chosen, ContentRoots.find(content))
    if file is not None and bill is None:
        case = _case_in(file, Paper(paper), words, fallback)
    elif bill is not None and file is None:
        case = _case_of(bill, workspace, words, fallback)
    else:
        raise ReportError(
            "what_to_report",
            en="give either the file of a case, or --bill with the number of a bill",
            zh="请给出案件文件, 或以 --bill 给出账单号, 二者择一",
        )
    document = report(Paper(paper), case, words)
    if out is None:
        sys.stdout.write(plain_text(document))
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.suffix.lower() == ".pdf":
        out.write_bytes(pdf(document))
    else:
        out.write_text(plain_text(document), encoding="utf-8")
    tell(f"{document.title} {say('written to', '已写入')} {out}")


def _case_in(file: Path, paper: Paper, words: Wording, on: date) -> Case:
    """The case of a JSON file, or the remedy of a YAML file: its claims, else its one result.

    A letter shows how each claim came about, and says in words how it is split; the other papers derive the split.
    """
    if file.suffix not in _REMEDIES:
        return read_case(_document(file), on=on, file=str(file))
    kind, inputs, settings = read_remedy(file)
    found = assess(kind, inputs, words.law, words.lexicon, settings)
    whole = tuple(claim.derivation for claim in found.claims) or (found.derivation,)
    split: tuple[Text, ...] = ()
    if paper is Paper.LETTER and found.claims:
        whole = tuple(_plainest(claim) for claim in found.claims)
        split = tuple(_split(claim, words) for claim in found.claims)
    said = (*split, *found.notes, *(decision.says for decision in found.decisions))
    return Case(whole, on, subject=kinds()[kind].title, is_claim=bool(found.claims), notes=said)


def _plainest(claim: Claim) -> Step:
    """How the whole claim was reckoned before it was split: the product or sum below the split that is its amount."""
    reckoned = [
        node
        for depth, node in claim.derivation.walk()
        if depth and isinstance(node, Step) and node.unit == "yuan" and node.value == claim.amount.yuan
    ]
    for operation in (Operation.PRODUCT_ROUNDED, Operation.QUOTIENT_ROUNDED, Operation.SUM):
        for node in reckoned:
            if node.operation is operation:
                return node
    return claim.derivation


def _split(claim: Claim, words: Wording) -> Text:
    """The three parts of a claim in a sentence."""
    name = words.with_language("en").called(f"{claim.name}_claim_yuan")
    zh = words.with_language("zh").called(f"{claim.name}_claim_yuan")
    return Text(
        en=f"{name}: of {claim.amount} yuan, {claim.supportable} are supportable under every reading of the rules, "
        f"{claim.disputable} disputable, {claim.at_risk} at risk of limitation.",
        zh=f"{zh} {claim.amount} 元中, 各种口径均成立的 {claim.supportable} 元, 有争议的 {claim.disputable} 元, "
        f"有时效风险的 {claim.at_risk} 元。",
    )


def _case_of(bill: str, workspace: Path, words: Wording, on: date) -> Case:
    """A recalculated bill of a workspace as a case; the marts it needs are built where they are missing."""
    store, engine = recalculated(workspace, load_catalogue(words.lexicon.roots), "report")
    rows = [
        row for row in rows_where(store, engine, SEGMENT, "bill_id", bill) if row["scenario_id"] == ACTUAL
    ]
    if not rows:
        raise UnknownKey(
            "unknown_bill",
            en=f"there is no electricity bill {bill} in this workspace; bills are named by their bill_id",
            zh=f"本工作区没有电费账单 {bill}; 请使用账单号",
        )
    subject = Text(en=f"The bill {bill}, calculated again.", zh=f"账单 {bill} 的重算。")
    tree_of_bill = bill_derivation(rows, words.law)
    customer = str(rows[0]["customer_id"])
    return Case((tree_of_bill,), on, number=bill, subject=subject, addressee=customer, is_claim=False)


def _document(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"), parse_float=str)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ReportError(
            "unreadable_case",
            en=f"this is no JSON: {error}",
            zh=f"不是有效的 JSON: {error}",
            file=file,
        ) from error
