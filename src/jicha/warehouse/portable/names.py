"""Rules on names: every table, column and alias means exactly one thing."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import sqlglot.expressions as exp

from jicha.warehouse.portable.rule import Fault, Kind, Rule, fault

if TYPE_CHECKING:
    from jicha.warehouse.portable.reading import Reading

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")

#: Relations the runner makes for a statement, and the kinds it makes them for.
RUNTIME: dict[str, tuple[Kind, ...]] = {
    "sweep_window": ("topic", "innocence"),
    "parameter": ("topic", "innocence"),
    "setting": ("mart",),
}

RULES: tuple[Rule, ...] = (
    Rule(
        "unknown_relation",
        en="FROM and JOIN name a known table (`core.`, `mart.`, `law.`, `reference.`, …) or a WITH name "
        "above; "
        "files, table functions, system tables and other catalogues do not exist here. "
        "Why: a statement from a stranger must not read what it was not given.",
        zh="FROM 与 JOIN 只能引用已知的表 (`core.`、`mart.`、`law.`、`reference.` 等) 或上文 WITH 中的名称; "
        "不得引用文件、表函数、系统表或其他数据库。原因: 外来语句不得读取未授权的内容。",
        good=("select b.bill_id as bill_id from core.bill as b",),
        bad=(
            "select b.bill_id as bill_id from core.bills as b",
            "select x.bill_id as bill_id from 'x.parquet' as x",
            "select x.name as name from duckdb_settings() as x",
            "select b.bill_id as bill_id from other.core.bill as b",
            "with late as (select e.bill_id as bill_id from early as e), "
            "early as (select b.bill_id as bill_id from core.bill as b) select l.bill_id as bill_id from "
            "late as l",
        ),
    ),
    Rule(
        "context_relation",
        en="`sweep_window` and `parameter` exist for topics and innocence checks only, `setting` for marts "
        "only. "
        "Why: a mart's rows may not depend on who looks and when.",
        zh="`sweep_window` 与 `parameter` 仅供主题和免责核查使用, `setting` 仅供模型 (mart) 使用。"
        "原因: 模型的数据不能随查看者和查看时间而变化。",
        good=(
            "select m.customer_id as customer_id from mart.customer_month as m "
            "join parameter as p on p.org_id = m.org_id where m.used_kwh > p.min_kwh",
        ),
        bad=(
            "select m.customer_id as customer_id from mart.customer_month as m "
            "cross join setting as s where m.days > s.basis_days",
        ),
    ),
    Rule(
        "unknown_column",
        en="A column exists in exactly one table of its SELECT; write `alias.column` where two have it. "
        "Why: engines resolve a doubtful name differently.",
        zh="列必须在所在 SELECT 的某一个表中存在; 若两个表都有, 写成 `别名.列名`。"
        "原因: 各引擎对含糊名称的解析不同。",
        good=("select b.billed_kwh as billed_kwh from core.bill as b where month_on > from_on",),
        bad=(
            "select b.billed_kwhh as billed_kwh from core.bill as b",
            "select x.billed_kwh as billed_kwh from core.bill as b",
            "select customer_id as customer_id from core.bill as b "
            "join core.customer as c on c.customer_id = b.customer_id",
        ),
    ),
    Rule(
        "plain_names",
        en="Names are lower-case letters, digits and underscores, without quotes. "
        "Why: engines fold case and quotes differently, and look-alike letters hide things.",
        zh="名称只用小写字母、数字和下划线, 不加引号。原因: 各引擎对大小写和引号的处理不同, 形近字符可用于伪"
        "装。",
        good=("select b.bill_id as bill_id from core.bill as b",),
        bad=(
            'select b.bill_id as "Bill" from core.bill as b',
            "select b.bill_id as 账单 from core.bill as b",
            'select b.bill_id as bill_id from "core"."bill" as b',
        ),
    ),
    Rule(
        "name_clash",
        en="A WITH name, an alias or an output column stands once, and no WITH name hides a table. "
        "Why: the second meaning of a name is read by nobody.",
        zh="WITH 名称、别名、输出列各只出现一次, 且 WITH 名称不得遮蔽已有的表。原因: 同名的第二个含义无人能"
        "察觉。",
        good=(
            "with late_bill as (select b.bill_id as bill_id from core.bill as b) "
            "select l.bill_id as bill_id from late_bill as l",
        ),
        bad=(
            "with parameter as (select b.bill_id as bill_id from core.bill as b) "
            "select p.bill_id as bill_id from parameter as p",
            "select b.bill_id as bill_id from core.bill as b "
            "join core.customer as b on b.customer_id = b.customer_id",
            "select b.bill_id as bill_id, b.customer_id as bill_id from core.bill as b",
        ),
    ),
    Rule(
        "alias_scope",
        en="The name of an output column is not used again in the same SELECT (only QUALIFY may); "
        "repeat the expression or put it into WITH. Why: lateral aliases and aliases in GROUP BY or HAVING "
        "are not SQL everywhere.",
        zh="同一 SELECT 中不得再引用输出列名 (仅 QUALIFY 可以); 请重复表达式或放入 WITH。"
        "原因: 横向别名以及 GROUP BY、HAVING 中的别名并非通用 SQL。",
        good=(
            "select b.customer_id as customer_id, row_number() over (partition by b.customer_id "
            "order by b.month_on) as bill_no from core.bill as b qualify bill_no = 1",
        ),
        bad=(
            "select b.billed_kwh + 1 as more_kwh, more_kwh + 1 as most_kwh from core.bill as b",
            "select b.customer_id as customer_id, count(*) as bills from core.bill as b "
            "group by b.customer_id having bills > 1",
            "select date_trunc('year', b.month_on) as month_on, count(*) as bills from core.bill as b "
            "group by month_on",
        ),
    ),
)


def check(reading: Reading, kind: Kind) -> Iterator[Fault]:
    yield from reading.faults
    yield from _runtime_relations(reading, kind)
    yield from _plain_names(reading)


def _runtime_relations(reading: Reading, kind: Kind) -> Iterator[Fault]:
    for table in reading.all(exp.Table):
        kinds = RUNTIME.get(table.name, ())
        if kinds and kind not in kinds and not table.args.get("db"):
            yield fault(
                "context_relation",
                table,
                en=f"{table.name} exists only for: {', '.join(kinds)}; this is a {kind}",
                zh=f"{table.name} 仅供 {'、'.join(kinds)} 使用; 本文件为 {kind}",
            )


def _plain_names(reading: Reading) -> Iterator[Fault]:
    for identifier in reading.all(exp.Identifier):
        if identifier.args.get("quoted") or not _PLAIN.fullmatch(identifier.name):
            shown = ascii(identifier.name[:40])
            yield fault(
                "plain_names",
                identifier,
                en=f"{shown}: a name is lower-case ASCII letters, digits and _, without quotes",
                zh=f"{shown}: 名称只用小写英文字母、数字和下划线, 不加引号",
            )


def _near(name: str, names: Iterable[str]) -> tuple[str, str]:
    found = difflib.get_close_matches(name, list(dict.fromkeys(names)), n=3)
    if not found:
        return "", ""
    return f"; did you mean {', '.join(found)}?", f"; 是否应为 {'、'.join(found)}?"


def missing_relation(node: exp.Expr, name: str, names: Sequence[str]) -> Fault:
    en, zh = _near(name, names)
    return fault(
        "unknown_relation",
        node,
        en=f"no table or WITH name above is called {name}{en}",
        zh=f"没有名为 {name} 的表, 上文 WITH 中也没有{zh}",
    )


def table_function(node: exp.Expr) -> Fault:
    return fault(
        "unknown_relation",
        node,
        en="only tables and WITH names stand in FROM; table functions and files do not exist here",
        zh="FROM 中只能是表或 WITH 名称; 不存在表函数和文件",
    )


def missing_column(node: exp.Column, names: Sequence[str], *, table: str = "") -> Fault:
    en, zh = _near(node.name, names)
    where_en, where_zh = (f"{table} has no column", f"{table} 没有列") if table else ("no column", "没有列")
    return fault("unknown_column", node, en=f"{where_en} {node.name}{en}", zh=f"{where_zh} {node.name}{zh}")


def missing_table(node: exp.Column, aliases: Sequence[str], *, later: bool) -> Fault:
    if later:
        return fault(
            "unknown_column",
            node,
            en=f"{node.table} is joined further down; ON sees only the tables above it",
            zh=f"{node.table} 在后面才连接; ON 只能引用其上方的表",
        )
    en, zh = _near(node.table, aliases)
    return fault(
        "unknown_column",
        node,
        en=f"{node.table}.{node.name}: no table here has the alias {node.table}{en}",
        zh=f"{node.table}.{node.name}: 此处没有别名为 {node.table} 的表{zh}",
    )


def ambiguous_column(node: exp.Column, aliases: Sequence[str]) -> Fault:
    return fault(
        "unknown_column",
        node,
        en=f"{node.name} stands in {' and '.join(aliases)}; write {aliases[0]}.{node.name}",
        zh=f"{'、'.join(aliases)} 中都有列 {node.name}; 请写成 {aliases[0]}.{node.name}",
    )


def alias_in_clause(node: exp.Column, clause: str) -> Fault:
    return fault(
        "alias_scope",
        node,
        en=f"{node.name} is an output column of this SELECT and may not be read in its {clause.upper()} "
        "clause; "
        "repeat the expression, qualify the column or use WITH",
        zh=f"{node.name} 是本 SELECT 的输出列, 不能在 {clause.upper()} 子句中引用; 请重复表达式、加表别名或"
        "使用 WITH",
    )


def alias_twice(node: exp.Expr, alias: str) -> Fault:
    return fault(
        "name_clash",
        node,
        en=f"the alias {alias} stands twice here",
        zh=f"别名 {alias} 在此出现两次",
    )


def cte_clash(node: exp.Expr, name: str) -> Fault:
    return fault(
        "name_clash",
        node,
        en=f"the WITH name {name} is already the name of a table or of another WITH",
        zh=f"WITH 名称 {name} 已是某个表或另一 WITH 的名称",
    )


def output_twice(node: exp.Expr, name: str) -> Fault:
    return fault(
        "name_clash",
        node,
        en=f"the output column {name} stands twice",
        zh=f"输出列 {name} 出现两次",
    )
