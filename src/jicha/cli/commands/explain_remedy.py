"""`jicha explain remedy`: a remedy from a YAML file, with its derivation, its split and what it rests on."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.panel import Panel
from rich.text import Text

from jicha.cli.formats import Format
from jicha.cli.language import current, say
from jicha.cli.show import drawn, out, plain, print_table, rows_out, table, tell
from jicha.cli.show_law import confidence_shown
from jicha.kernel.derivation import Node, Step
from jicha.kernel.errors import ContentError
from jicha.law.book import load_law
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.text_file import read_text
from jicha.lexicon.yaml_file import load_yaml
from jicha.remedies.claim import Claim, Remedy
from jicha.remedies.registry import assess, kinds
from jicha.reporting.wording import Wording, load_names

_KEYS = {"kind", "inputs", "settings"}


def remedy(*, file: Path, content: Sequence[Path], format: Format) -> None:
    """Shows the remedy of a file; raises `JichaError` naming the field that cannot be used."""
    kind, inputs, settings = read_remedy(file)
    roots = ContentRoots.find(content)
    lexicon = Lexicon.load(roots)
    law = load_law(roots, lexicon)
    found = assess(kind, inputs, law, lexicon, settings)
    if format is Format.json:
        sys.stdout.write(json.dumps(as_data(found), ensure_ascii=False, indent=1) + "\n")
    elif format is Format.csv:
        rows = [{"result": name, "value": value} for name, value in found.results.items()]
        rows_out(rows, ["result", "value"], format)
    else:
        _show(found, Wording(current(), lexicon, law, load_names(roots)))


def read_remedy(file: Path) -> tuple[str, Mapping[str, Any], Mapping[str, str]]:
    """Kind, inputs and settings of a remedy file. Raises `ContentError`."""
    document = load_yaml(read_text(file, str(file)), file=file)
    if not isinstance(document, Mapping) or not {"kind", "inputs"} <= set(document) <= _KEYS:
        raise ContentError(
            "remedy_file",
            en="a remedy file holds kind, inputs and, if wanted, settings",
            zh="处理文件须包含 kind、inputs, 以及可选的 settings",
            file=file,
        )
    settings, inputs = document.get("settings") or {}, document["inputs"]
    if not isinstance(settings, Mapping) or not isinstance(inputs, Mapping):
        raise ContentError(
            "remedy_file", en="inputs and settings are mappings", zh="inputs 与 settings 须为映射", file=file
        )
    return str(document["kind"]), inputs, {str(name): str(choice) for name, choice in settings.items()}


def as_data(found: Remedy) -> dict[str, Any]:
    """The whole remedy as plain JSON values; decimals as texts."""
    lang = current()
    return {
        "kind": found.kind,
        "results": {name: plain(value) for name, value in found.results.items()},
        "months": [str(month) for month in found.months],
        "issued_month": None if found.issued_month is None else str(found.issued_month),
        "claims": [_claim_data(claim) for claim in found.claims],
        "settings": dict(found.settings),
        "notes": [note.in_(lang) for note in found.notes],
        "decisions": [{"code": each.code, "says": each.says.in_(lang)} for each in found.decisions],
        "law_citations": list(found.citations),
        "law_confidence_code": found.confidence,
        "derivations": {name: step.to_dict() for name, step in found.steps.items()},
    }


def _claim_data(claim: Claim) -> dict[str, Any]:
    return {
        "money": claim.name,
        "amount_yuan": str(claim.amount.yuan),
        "supportable_yuan": str(claim.supportable.yuan),
        "disputable_yuan": str(claim.disputable.yuan),
        "at_risk_yuan": str(claim.at_risk.yuan),
        "is_limitation_judged": claim.is_judged,
        "at_risk_by_reading": {
            reading: None if money is None else str(money.yuan)
            for reading, money in claim.at_risk_by_reading.items()
        },
        "lines": [
            {
                "month": None if line.month is None else str(line.month),
                "yuan": str(line.yuan.yuan),
                "expires_on": None if line.expires_on is None else str(line.expires_on),
                "is_at_risk": line.is_at_risk,
            }
            for line in claim.lines
        ],
        "derivation": claim.derivation.to_dict(),
    }


def _show(found: Remedy, wording: Wording) -> None:
    lang, law, lexicon = current(), wording.law, wording.lexicon
    title = kinds()[found.kind].title.in_(lang)
    lines = [f"{wording.name(step)} {name}: {wording.amount(step)}" for name, step in found.steps.items()]
    if found.months:
        lines.append(f"{say('months concerned', '所属月份')}: {found.months[0]} – {found.months[-1]}")
    if found.issued_month is not None:
        lines.append(f"{say('month issued', '发行月份')}: {found.issued_month}")
    body = Text("\n").join(drawn(line) for line in lines)
    out.print(Panel(body, title=drawn(f"{title} · {found.kind}"), title_align="left"))
    _split(found)
    tell(say("How it came about", "计算过程"), "bold")
    for depth, node, is_told in _nodes(found):
        _node(depth, node, is_told, wording)
    for note in found.notes:
        tell(f" · {note.in_(lang)}", "yellow")
    for decision in found.decisions:
        tell(f" ! {decision.says.in_(lang)} [{decision.code}]", "bold red")
    tell(say("Clauses", "条款依据"), "bold")
    for citation in found.citations:
        clause = law.clause(citation)
        tell(f" {clause.text.in_(lang)}: {clause.says.in_(lang)}")
    for name, choice in found.settings.items():
        tell(f" {law.setting(name).title.in_(lang)}: {choice}", "dim")
    out.print(confidence_shown(found.confidence, lexicon))


def _split(found: Remedy) -> None:
    names = {"energy": say("energy money", "电费"), "breach": say("breach charge", "违约使用电费")}
    rows = [
        (names[c.name], c.amount, c.supportable, c.disputable, c.at_risk, _expiries(c)) for c in found.claims
    ]
    if rows:
        headings = [
            (say("money", "款项"), "left"),
            (say("amount", "金额"), "right"),
            (say("supportable", "可支持"), "right"),
            (say("disputable", "有争议"), "right"),
            (say("at risk of limitation", "时效风险"), "right"),
            (say("at risk by other readings", "其他口径的时效风险"), "left"),
        ]
        print_table(say("Split (+ owed to the utility)", "拆分(正为应补交)"), table(headings, rows))


def _expiries(claim: Claim) -> str:
    said = (
        f"{reading} {'?' if money is None else money}" for reading, money in claim.at_risk_by_reading.items()
    )
    return " · ".join(said)


def _nodes(found: Remedy) -> Iterator[tuple[int, Node, bool]]:
    """The tree of the root, then of results that are not in it; what was told once is told by its name alone."""
    seen: set[Node] = set()
    for step in (found.derivation, *reversed(list(found.steps.values()))):
        if step not in seen:
            yield from _below(step, 0, seen)


def _below(node: Node, depth: int, seen: set[Node]) -> Iterator[tuple[int, Node, bool]]:
    is_told = isinstance(node, Step) and node in seen
    yield depth, node, is_told
    seen.add(node)
    if isinstance(node, Step) and not is_told:
        for part in node.inputs:
            yield from _below(part, depth + 1, seen)


def _node(depth: int, node: Node, is_told: bool, wording: Wording) -> None:
    said = f" {'  ' * depth}{wording.name(node)}: {wording.amount(node)}"
    if is_told:
        tell(f"{said}  {say('(see above)', '(见上)')}", "dim")
        return
    if isinstance(node, Step):
        said += f" = {wording.formula(node)} = {wording.calculation(node)}"
        said += f"  [{wording.rounding(node)}]" if node.rounding is not None else ""
    where = "; ".join(part for part in (node.clause, getattr(node, "source", None)) if part)
    note = wording.note(node)
    tell(said + (f"  {note}" if note else "") + (f"  ({where})" if where else ""))
