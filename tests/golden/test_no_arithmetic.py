"""The harness only compares: what is calculated is calculated by the product."""

from __future__ import annotations

import ast
from pathlib import Path

import sqlglot
import sqlglot.expressions as exp

from jicha.lexicon.text_file import read_text
from jicha.lexicon.yaml_file import typed

from .bills import BILLS, BillFile
from .kinds import kinds

HERE = Path(__file__).parent
SIGNS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
CALLS = {"sum", "abs", "round", "pow", "divmod", "fsum"}
MODULES = {"math", "operator", "statistics", "numpy", "fractions"}


def test_there_is_no_arithmetic_in_the_harness() -> None:
    found = []
    for path in HERE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_sign = isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, SIGNS)
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS
            is_import = isinstance(node, ast.Import) and bool({each.name for each in node.names} & MODULES)
            is_from = isinstance(node, ast.ImportFrom) and node.module in MODULES
            if is_sign or is_call or is_import or is_from:
                found.append(f"{path.name}:{getattr(node, 'lineno', 0)}")
    assert not found


def test_what_reads_a_bill_adds_up_and_picks_and_nothing_else() -> None:
    arithmetic = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Round, exp.Avg)
    for path in BILLS.glob("*.yaml"):
        file = typed(read_text(path, path.name), BillFile, file=path.name)
        for sql in (file.results, file.lines):
            assert not list(sqlglot.parse_one(sql).find_all(*arithmetic))


def test_the_harness_names_no_kind() -> None:
    harness = [path for path in HERE.glob("*.py") if not path.name.startswith("test_")]
    text = "".join(path.read_text(encoding="utf-8") for path in harness)
    assert not [name for name in kinds() if f'"{name}"' in text]
