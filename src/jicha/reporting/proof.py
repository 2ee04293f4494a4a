"""The auditor's proof (审计证明): every node with operation, rounding, clause and origin, each step recomputed."""

from __future__ import annotations

from jicha.kernel.derivation import Input, Node, Step
from jicha.kernel.operation import evaluate
from jicha.reporting.case import Case
from jicha.reporting.document import Column, Document, Facts, Heading, Paragraph, Part, Table, table
from jicha.reporting.wording import Wording, clauses, numbered
from jicha.reporting.worksheet import foot, notes


def proof(case: Case, words: Wording) -> Document:
    """Every node of every tree; a step used twice is told where it stands first. The digest covers the whole tree."""
    say = words.say
    parts: list[Part] = []
    if case.number:
        parts.append(Facts(((say("Case", "案件编号"), case.number),)))
    parts.append(
        Paragraph(
            say(
                "Each step below was recomputed from its inputs by its operation, its places and its rounding "
                "when this paper was made. The digest is SHA-256 over the canonical JSON of the whole tree: "
                "names, values, units, clauses, sources and notes. A changed tree has another digest.",
                "以下各步骤在出具本文书时已按其运算、小数位数和修约方式由输入值重新计算。摘要为整棵推导树规范 JSON 的 "
                "SHA-256, 涵盖名称、数值、单位、条款、来源与备注; 任何改动都会使摘要不同。",
            )
        )
    )
    for place, tree in enumerate(case.derivations, start=1):
        parts += _tree(tree, place, words)
    parts += notes(case, words)
    return Document(
        title=say("Auditor's proof", "审计证明"),
        language=words.language,
        on=case.on,
        parts=tuple(parts),
        foot=foot(case, words),
    )


def _tree(tree: Step, place: int, words: Wording) -> list[Part]:
    say = words.say
    nodes = list(numbered(tree))
    steps = [node for _, node, first in nodes if isinstance(node, Step) and first is None]
    given = [node for _, node, _ in nodes if isinstance(node, Input)]
    unsourced = sum(1 for node in given if not (node.clause or node.source))
    return [
        Heading(f"{place}. {words.name(tree)}"),
        Facts(
            (
                (say("Result", "结果"), words.amount(tree)),
                (say("Digest", "摘要"), tree.digest()),
                (say("Steps", "步骤数"), str(len(steps))),
                (say("Leaves", "叶节点数"), str(len(given))),
                (say("Leaves without clause or source", "无条款且无来源的叶节点"), str(unsourced)),
                (say("Disagreements found", "发现不一致"), str(len(tree.faults()))),
            )
        ),
        _nodes(nodes, words),
        *_clauses(tree, words),
    ]


def _nodes(nodes: list[tuple[str, Node, str | None]], words: Wording) -> Table:
    say = words.say
    return table(
        [
            Column(say("Node", "节点"), 3),
            Column(say("Name", "名称"), 5),
            Column(say("Operation and numbers", "运算与数值"), 7),
            Column(say("Value", "值"), 4, "right"),
            Column(say("Recomputed", "复算"), 3, "right"),
            Column(say("Clause or source", "条款或来源"), 5),
        ],
        [(number, *_row(node, first, words)) for number, node, first in nodes],
        strong=[0],
    )


def _row(node: Node, first: str | None, words: Wording) -> tuple[str, str, str, str, str]:
    origin = "\n".join(filter(None, (node.clause, node.source if isinstance(node, Input) else None)))
    named = "\n".join(filter(None, (words.name(node), words.note(node))))
    if isinstance(node, Input):
        return named, words.say("given", "已知"), words.amount(node), "", origin
    if first is not None:
        same = words.say(f"the same as node {first}", f"同节点 {first}")
        return words.name(node), same, words.amount(node), "", ""
    again = evaluate(
        node.operation,
        [part.name for part in node.inputs],
        [part.value for part in node.inputs],
        places=node.places,
        rounding=node.rounding,
    )
    how = "; ".join(filter(None, (words.operation(node), words.rounding(node))))
    return (
        named,
        f"{how}\n{words.formula(node)}\n= {words.calculation(node)}",
        words.amount(node),
        words.value(again),
        origin,
    )


def _clauses(tree: Step, words: Wording) -> list[Part]:
    found = clauses(tree)
    if not found:
        return []
    say = words.say
    columns = [
        Column(say("Citation", "引用"), 5),
        Column(say("Clause", "条款"), 5),
        Column(say("What it says", "内容摘要"), 8),
        Column(say("Confirmed", "核实程度"), 3),
    ]
    rows = [(each, words.clause(each), words.clause_says(each), words.confidence(each)) for each in found]
    return [table(columns, rows)]
