"""Rules on yuan, and on values of different kinds that meet."""

from __future__ import annotations

from collections.abc import Iterator

import sqlglot.expressions as exp

from jicha.warehouse.portable import types
from jicha.warehouse.portable.arithmetic import without_parentheses
from jicha.warehouse.portable.grammar import COMPARISONS
from jicha.warehouse.portable.inference import value_branches
from jicha.warehouse.portable.reading import Reading
from jicha.warehouse.portable.rule import Fault, Kind, Rule, fault
from jicha.warehouse.portable.sources import MONEY

RULES: tuple[Rule, ...] = (
    Rule(
        "money_division",
        en="Money is never divided, not as a double either, and not to make a ratio: prorate it by a "
        "17-digit reciprocal "
        "from `reference.*` and round twice, split a total by the largest remainder. "
        "Why: of 200,000 thirtieths of bills 6,768 came out a fen wrong.",
        zh="金额不做除法, 转成 DOUBLE 也不行, 求比值也不行: 按日折算时乘 17 位倒数 (取自 `reference.*`) 并取"
        "整两次; 分摊总额用最大余数法。"
        "原因: 20 万笔账单按三十分之一折算, 有 6768 笔差一分。",
        good=(
            "select cast(round(round(cast(b.amount_yuan as decimal(19,4)) * cast('0.08333333333333333' as "
            "decimal(17,17)), "
            "8), 2) as decimal(14,2)) as month_yuan from core.bill as b",
        ),
        bad=(
            "select cast(b.amount_yuan as double) / nullif(cast(b.billed_kwh as double), 0) as mean_ratio "
            "from core.bill as b",
            "with x as (select cast(b.amount_yuan as double) as amount from core.bill as b) "
            "select x.amount / cast(12 as double) as part from x as x",
        ),
    ),
    Rule(
        "money_output",
        en="A column `…_yuan` is DECIMAL(14,2): CAST(ROUND(…, 2) AS DECIMAL(14,2)) around what is computed, "
        "CAST(SUM(x_yuan) AS DECIMAL(14,2)) around a sum; no double on the way. "
        "Why: money is exact to the fen, with a rounding one can point at.",
        zh="`…_yuan` 列为 DECIMAL(14,2): 计算值外层写 CAST(ROUND(…, 2) AS DECIMAL(14,2)), 求和外层写 "
        "CAST(SUM(x_yuan) AS DECIMAL(14,2)); 中间不得经过 DOUBLE。"
        "原因: 金额精确到分, 且舍入位置可指明。",
        good=(
            "select cast(sum(b.amount_yuan) as decimal(14,2)) as amount_yuan from core.bill as b",
            "select coalesce(b.amount_yuan, 0) as amount_yuan from core.bill as b",
        ),
        bad=(
            "select sum(b.amount_yuan) as amount_yuan from core.bill as b",
            "select b.amount_yuan + b.amount_yuan as amount_yuan from core.bill as b",
            "select cast(round(cast(b.amount_yuan as double) * 12, 2) as decimal(14,2)) as amount_yuan from "
            "core.bill as b",
        ),
    ),
    Rule(
        "mixed_kinds",
        en="Values that are compared, or are branches of one CASE, COALESCE, GREATEST or LEAST, are of one "
        "kind: numbers, "
        "texts, dates or booleans; both sides of || are texts. Why: implicit casts differ, and compare '10' "
        "< '9'.",
        zh="相互比较的值, 或同一 CASE、COALESCE、GREATEST、LEAST 的各分支, 须同为数字、文本、日期或布尔; || "
        "两侧均为文本。"
        "原因: 隐式转换各引擎不同, 会得出 '10' < '9'。",
        good=(
            "select b.bill_id || '/' || cast(b.month_on as text) as bill_month_id from core.bill as b "
            "where b.issued_at >= b.to_on",
        ),
        bad=(
            "select b.bill_id as bill_id from core.bill as b where b.bill_id = b.billed_kwh",
            "select b.bill_id as bill_id from core.bill as b where b.billed_kwh = 'x'",
            "select coalesce(b.month_on, b.billed_kwh) as month_on from core.bill as b",
            "select b.bill_id || b.month_on as bill_month_id from core.bill as b",
        ),
    ),
    Rule(
        "double_equality",
        en="Doubles are compared with <, <=, >, >=, never with =, <> or IN, and are not written as text. "
        "Why: their last digit and their spelling differ by engine.",
        zh="DOUBLE 只用 <、<=、>、>= 比较, 不用 =、<>、IN, 也不转成文本。原因: 末位数字与写法各引擎不同。",
        good=("select m.customer_id as customer_id from mart.customer_month as m where m.usage_share > 0",),
        bad=(
            "select m.customer_id as customer_id from mart.customer_month as m where m.usage_share = 1",
            "select cast(m.usage_share as text) as share_code from mart.customer_month as m",
        ),
    ),
)

_FEN = types.decimal(14, 2)
_ONE_VALUE = (exp.Coalesce, exp.Greatest, exp.Least, exp.Case)


def check(reading: Reading, _: Kind) -> Iterator[Fault]:
    for division in reading.all(exp.Div):
        if reading.carries_money(division):
            yield fault(
                "money_division",
                division,
                en="no / on money: multiply by a 17-digit reciprocal and round twice, or compare products",
                zh="金额不做除法: 乘以 17 位倒数并取整两次, 或比较乘积",
            )
    for scope in reading.scopes:
        if scope.role != "exists":
            for projection in scope.select.expressions:
                yield from _output(projection, reading)
    yield from _kinds(reading)
    yield from _doubles(reading)


def _output(projection: exp.Expr, reading: Reading) -> Iterator[Fault]:
    name = reading.output_name.get(id(projection)) or projection.alias_or_name
    value = projection.this if isinstance(projection, exp.Alias) else projection
    if not name.endswith(MONEY) or not isinstance(value, exp.Expr):
        return
    kind = reading.type_of(value)
    if kind.kind and kind != _FEN:
        yield fault(
            "money_output",
            projection,
            en=f"{name} is {kind}: write CAST(ROUND(…, 2) AS DECIMAL(14,2))",
            zh=f"{name} 的类型为 {kind}: 请写 CAST(ROUND(…, 2) AS DECIMAL(14,2))",
        )
    for cast in value.find_all(exp.Cast):
        if reading.type_of(cast) == _FEN and reading.type_of(cast.this) == types.DOUBLE:
            yield fault(
                "money_output",
                cast,
                en=f"{name} comes from a double; compute it with decimals",
                zh=f"{name} 由 DOUBLE 得出; 请用 DECIMAL 计算",
            )


def _kinds(reading: Reading) -> Iterator[Fault]:
    for node in reading.all(*COMPARISONS):
        yield from _one_kind(node, [node.this, node.args["expression"]], reading)
    for node in reading.all(exp.In):
        yield from _one_kind(node, [node.this, *node.expressions], reading)
    for node in reading.all(exp.Between):
        yield from _one_kind(node, [node.this, node.args["low"], node.args["high"]], reading)
    for node in reading.all(exp.Nullif):
        yield from _one_kind(node, [node.this, node.args["expression"]], reading)
    for node in reading.all(*_ONE_VALUE):
        yield from _one_kind(node, value_branches(node), reading)
    for case in reading.all(exp.Case):
        if case.this is not None:
            yield from _one_kind(case, [case.this, *(branch.this for branch in case.args["ifs"])], reading)
    for node in reading.all(exp.DPipe):
        other = next(
            (part for part in node.iter_expressions() if reading.type_of(part).kind not in {"", "text"}), None
        )
        if other is not None:
            yield fault(
                "mixed_kinds",
                other,
                en=f"{reading.type_of(other)} beside ||: write CAST(… AS TEXT)",
                zh=f"|| 旁为 {reading.type_of(other)}: 请写 CAST(… AS TEXT)",
            )


def _one_kind(node: exp.Expr, parts: list[exp.Expr], reading: Reading) -> Iterator[Fault]:
    kinds = [kind for kind in map(reading.type_of, parts) if kind.kind]
    other = next((kind for kind in kinds[1:] if kind.kind != kinds[0].kind), None)
    if other is not None:
        yield fault(
            "mixed_kinds",
            node,
            en=f"{kinds[0]} meets {other}: cast one of them",
            zh=f"{kinds[0]} 与 {other} 混用: 请先转换其一",
        )


def _doubles(reading: Reading) -> Iterator[Fault]:
    for node in reading.all(exp.EQ, exp.NEQ, exp.In):
        if any(reading.type_of(part) == types.DOUBLE for part in node.iter_expressions()):
            yield fault(
                "double_equality",
                node,
                en="compare doubles with < or > and a tolerance, not with =",
                zh="DOUBLE 请用 < 或 > 加容差比较, 不用 =",
            )
    for cast in reading.all(exp.Cast, exp.TryCast):
        if (
            reading.type_of(cast) == types.TEXT
            and reading.type_of(without_parentheses(cast.this)) == types.DOUBLE
        ):
            yield fault(
                "double_equality",
                cast,
                en="round a double to a decimal before it becomes text",
                zh="DOUBLE 转文本前请先取整为 DECIMAL",
            )
