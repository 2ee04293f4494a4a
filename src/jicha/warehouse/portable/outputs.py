"""Rules on what a SELECT hands on: named, typed columns that line up in a UNION ALL."""

from __future__ import annotations

from collections.abc import Iterator

import sqlglot.expressions as exp

from jicha.warehouse.portable import types
from jicha.warehouse.portable.reading import Reading
from jicha.warehouse.portable.rule import Fault, Kind, Rule, fault
from jicha.warehouse.portable.sources import Scope

RULES: tuple[Rule, ...] = (
    Rule(
        "alias_every_output",
        en="Every output column has its name after AS, in WITH too; in a UNION ALL the first SELECT names "
        "them. "
        "Why: engines invent different names, and one cannot see `b.x` as `x` outside its WITH.",
        zh="每个输出列都要用 AS 命名, WITH 中亦然; UNION ALL 由第一个 SELECT 命名。"
        "原因: 各引擎自动生成的列名不同, 有的在 WITH 之外看不到 `b.x` 作为 `x`。",
        good=(
            "select b.bill_id as bill_id, b.month_on as month_on from core.bill as b "
            "union all select x.bill_id, x.from_on from core.bill as x",
        ),
        bad=(
            "select b.bill_id from core.bill as b",
            "with x as (select b.bill_id from core.bill as b) select x.bill_id as bill_id from x as x",
        ),
    ),
    Rule(
        "typed_output",
        en="An output column has a type: write CAST(NULL AS type) for an empty one, no INTERVAL. "
        "Why: a bare NULL is an integer here and a void there.",
        zh="输出列须有类型: 空列写 CAST(NULL AS 类型), 不得为 INTERVAL。原因: 单独的 NULL 在各引擎类型不同。",
        good=("select b.bill_id as bill_id, cast(null as date) as closed_on from core.bill as b",),
        bad=(
            "select b.bill_id as bill_id, null as closed_on from core.bill as b",
            "select b.bill_id as bill_id, null * b.billed_kwh as lost_kwh from core.bill as b",
        ),
    ),
    Rule(
        "union_all_only",
        en="UNION ALL only; distinct rows by GROUP BY. No UNION, EXCEPT, INTERSECT. "
        "Why: equality of whole rows differs with NULLs and doubles.",
        zh="只用 UNION ALL; 去重用 GROUP BY。不用 UNION、EXCEPT、INTERSECT。原因: 含空值和浮点数时整行相等的"
        "判定不一致。",
        good=(
            "select b.bill_id as bill_id from core.bill as b union all select b.bill_id from core.bill as b",
        ),
        bad=(
            "select b.bill_id as bill_id from core.bill as b union select b.bill_id from core.bill as b",
            "select b.bill_id as bill_id from core.bill as b except select b.bill_id from core.bill as b",
        ),
    ),
    Rule(
        "union_columns",
        en="The SELECTs of a UNION ALL have the same number of columns, of the same kinds by position. "
        "Why: one engine casts a number to text in silence, another stops.",
        zh="UNION ALL 各 SELECT 的列数相同, 且同一位置类型相同。原因: 有的引擎会悄悄把数字转成文本, 有的报错"
        "。",
        good=(
            "select b.billed_kwh as kwh from core.bill as b union all select m.used_kwh from "
            "mart.customer_month as m",
        ),
        bad=(
            "select b.bill_id as bill_id from core.bill as b union all select b.bill_id, b.month_on from "
            "core.bill as b",
            "select b.bill_id as bill_id from core.bill as b union all select b.billed_kwh from core.bill "
            "as b",
        ),
    ),
    Rule(
        "select_without_from",
        en="A SELECT reads a table; one without FROM holds constants and stands in WITH. "
        "Why: the rows of content come from data.",
        zh="SELECT 须读取某个表; 不带 FROM 的 SELECT 仅用于在 WITH 中给出常量。原因: 内容的数据行应来自数据"
        "。",
        good=(
            "with side as (select 'high' as side_code union all select 'low') "
            "select s.side_code as side_code from side as s",
        ),
        bad=("select 1 as one",),
    ),
)


def check(reading: Reading, _: Kind) -> Iterator[Fault]:
    for scope in reading.scopes:
        if scope.role != "exists":
            yield from _outputs(scope, reading)
        if not scope.sources and scope.role != "cte":
            yield fault(
                "select_without_from",
                scope.select,
                en="a SELECT without FROM may only give constants inside WITH",
                zh="不带 FROM 的 SELECT 只能在 WITH 中给出常量",
            )
    for union in reading.all(exp.Union):
        if union.args.get("distinct"):
            yield _not_union_all(union)
    for other in reading.all(exp.Except, exp.Intersect):
        yield _not_union_all(other)
    for branches in reading.unions:
        yield from _lined_up(branches)


def _outputs(scope: Scope, reading: Reading) -> Iterator[Fault]:
    for projection, column in zip(scope.select.expressions, scope.columns, strict=True):
        is_star = projection.find(exp.Star) is not None and not isinstance(projection, exp.Alias)
        if not isinstance(projection, exp.Alias) and _names_columns(scope.select) and not is_star:
            yield fault(
                "alias_every_output",
                projection,
                en="name every output column: `expression AS name`",
                zh="每个输出列都要命名: `表达式 AS 名称`",
            )
        if column.type == types.INTERVAL or (
            column.type == types.NULL and not _typed_elsewhere(projection, reading)
        ):
            yield fault(
                "typed_output",
                projection,
                en=f"{column.name or 'this column'} has no storable type; write CAST(… AS type)",
                zh=f"{column.name or '该列'} 没有可存储的类型; 请写 CAST(… AS 类型)",
            )


def _names_columns(select: exp.Select) -> bool:
    """Whether a SELECT stands first in its UNION ALL, or alone."""
    node: exp.Expr = select
    while isinstance(node.parent, exp.SetOperation):
        if node.arg_key == "expression":
            return False
        node = node.parent
    return True


def _typed_elsewhere(projection: exp.Expr, reading: Reading) -> bool:
    """A NULL in one branch of a UNION ALL takes the type another branch gives the column."""
    for branches in reading.unions:
        for scope in branches:
            if any(part is projection for part in scope.select.expressions):
                position = projection.index or 0
                others = [other.columns[position].type for other in branches if position < len(other.columns)]
                return any(kind != types.NULL for kind in others)
    return False


def untyped(reading: Reading) -> Iterator[Fault]:
    """Output columns whose type nothing tells, although no other rule is broken."""
    for scope in reading.scopes:
        if scope.role != "exists":
            for projection, column in zip(scope.select.expressions, scope.columns, strict=True):
                if column.type == types.UNKNOWN:
                    yield fault(
                        "typed_output",
                        projection,
                        en=f"the type of {column.name} cannot be told; write CAST(… AS type)",
                        zh=f"无法判定 {column.name} 的类型; 请写 CAST(… AS 类型)",
                    )


def _not_union_all(node: exp.Expr) -> Fault:
    return fault(
        "union_all_only",
        node,
        en=f"{node.key.upper()}: only UNION ALL; make rows distinct with GROUP BY",
        zh=f"{node.key.upper()}: 只用 UNION ALL; 去重请用 GROUP BY",
    )


def _lined_up(branches: list[Scope]) -> Iterator[Fault]:
    first = branches[0]
    for other in branches[1:]:
        if len(other.columns) != len(first.columns):
            yield fault(
                "union_columns",
                other.select,
                en=f"{len(other.columns)} columns here, {len(first.columns)} in the first SELECT",
                zh=f"此处 {len(other.columns)} 列, 第一个 SELECT 为 {len(first.columns)} 列",
            )
            continue
        for projection, mine, theirs in zip(
            other.select.expressions, other.columns, first.columns, strict=True
        ):
            if mine.type.kind and theirs.type.kind and mine.type.kind != theirs.type.kind:
                yield fault(
                    "union_columns",
                    projection,
                    en=f"{theirs.name} is {theirs.type} in the first SELECT and {mine.type} here",
                    zh=f"{theirs.name} 在第一个 SELECT 中为 {theirs.type}, 此处为 {mine.type}",
                )
