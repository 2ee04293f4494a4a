"""docs/golden-bills.md: every golden bill with its working, and which pairs of ways no law asks for."""

from __future__ import annotations

from collections.abc import Iterator

from jicha.lexicon.bilingual import Bilingual
from jicha.lexicon.lexicon import Lexicon

from .worked_bills import Place, Row, Step, WorkedBill, of_place, shared, worked_bills

HEAD = """# Golden bills

Whole bills under published price sheets, worked line by line by hand and held to the fen: `content/marts/billing` must
give every quantity, price, amount and clause below (`pytest tests/golden/test_worked_bills.py`). A bill is a file of
`tests/golden/bills/worked`; this page is made of them by `make golden-bills-page`.

按已公布电价表逐项手工计算的整张账单。每个数量、单价、金额与条款均与产品重算结果逐分核对。

A register is written *previous → current: difference × multiplier*; a tier year *first limit | second limit*.
The people are invented, the prices are not. Where Hubei's sheet has no price (residents, agriculture) or no month
(a summer's critical peak), the bill is one of another published sheet.
"""

#: Columns of a line that tell its amount.
AMOUNT = "line_amount_yuan"
TOTALS = ("energy_charge_yuan", "basic_yuan", "power_factor_yuan", "recalculated_yuan")


def page(lexicon: Lexicon) -> str:
    """The page, by id."""
    lines = [HEAD, *_index()]
    for bill in worked_bills():
        lines.extend(_bill(bill, lexicon))
    lines.extend(_pairs())
    return "\n".join(lines)


def _index() -> Iterator[str]:
    ways = shared().ways
    yield f"{len(worked_bills())} bills · {len(worked_bills())} 张账单"
    yield ""
    yield f"| id | {' | '.join(_both(way.title) for way in ways.values())} | yuan 元 |"
    yield f"|---|{'|'.join('---' for _ in ways)}|---:|"
    for bill in worked_bills():
        told = " | ".join(_both(ways[name].values[value]) for name, value in bill.ways.items())
        yield f"| {bill.id} | {told} | {bill.expect['recalculated_yuan']} |"
    yield ""


def _bill(bill: WorkedBill, lexicon: Lexicon) -> Iterator[str]:
    yield f"## {bill.id} · {bill.title.en} · {bill.title.zh}"
    yield ""
    told = [f"{bill.issued['from_on']} – {bill.issued['to_on']}"]
    told.extend(_both(shared().ways[name].values[value]) for name, value in bill.ways.items())
    yield "; ".join(told)
    yield ""
    if bill.note is not None:
        yield f"{bill.note.en} {bill.note.zh}"
        yield ""
    yield "| charge 费用 | working 计算 | yuan 元 | clause 条款 |"
    yield "|---|---|---:|---|"
    for step in bill.steps:
        yield _step(step, lexicon)
    energy, basic, power_factor, whole = (bill.expect[name] for name in TOTALS)
    yield f"| **total 合计** | {energy} + {basic} + {power_factor} | **{whole}** | |"
    yield ""


def _step(step: Step, lexicon: Lexicon) -> str:
    clauses = "<br>".join(f"`{clause}`" for clause in step.clauses)
    return (
        f"| {_charge(step.line, lexicon)} | {'<br>'.join(step.working)} | {step.line[AMOUNT]} | {clauses} |"
    )


def _charge(line: Row, lexicon: Lexicon) -> str:
    charge = lexicon.codes("charge")[line["charge_code"]]
    told = f"{charge.en} {charge.zh}"
    if "tier_no" in line:
        return f"{told}, {line['tier_no']}"
    if "register_code" in line:
        register = lexicon.codes("register")[line["register_code"]]
        return f"{told}, {register.en} {register.zh}"
    return told


def _pairs() -> Iterator[str]:
    yield "## What the bills cover"
    yield ""
    yield "Of any two values of two ways there is a bill, or no law that asks for one:"
    yield ""
    yield "任意两个维度的取值组合均有账单, 或无对应法规:"
    yield ""
    for place in shared().places:
        yield from _place(place)


def _place(place: Place) -> Iterator[str]:
    yield f"### {place.name.en} · {place.name.zh}"
    yield ""
    yield f"{len(of_place(place))} bills. Not in it at all: {_missing(place) or 'nothing'}."
    yield ""
    yield "| no bill with | and | because |"
    yield "|---|---|---|"
    for each in place.no_law_for:
        first, second = (_values(name, values) for name, values in each.pairs.items())
        yield f"| {first} | {second} | {each.why.en} {each.why.zh} |"
    yield ""


def _missing(place: Place) -> str:
    return "; ".join(_values(name, values) for name, values in place.lacks.items())


def _values(name: str, values: list[str]) -> str:
    way = shared().ways[name]
    return f"{way.title.en}: {', '.join(_both(way.values[value]) for value in values)}"


def _both(text: Bilingual) -> str:
    return f"{text.en} {text.zh}"
