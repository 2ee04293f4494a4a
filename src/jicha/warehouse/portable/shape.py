"""Rules on constructs: what stands in the allow-list of `grammar` may stand in a statement, nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import sqlglot.expressions as exp

from jicha.kernel.text import Text
from jicha.warehouse.portable import types
from jicha.warehouse.portable.grammar import CAST_TYPES, CONSTRUCT_OF, FUNCTION_OF
from jicha.warehouse.portable.inference import cast_type, round_scale
from jicha.warehouse.portable.reading import Reading
from jicha.warehouse.portable.rule import Fault, Kind, Rule, fault

RULES: tuple[Rule, ...] = (
    Rule(
        "forbidden_construct",
        en="Only the constructs of the table above. Not: sub-queries outside NOT EXISTS (use WITH), nested "
        "or "
        "RECURSIVE WITH, MATERIALIZED, ASOF, LATERAL, PIVOT, UNNEST, VALUES, lists, lambdas, structs, SEMI "
        "and ANTI "
        "joins, USING, BY NAME, GROUP BY ALL, DISTINCT ON, IGNORE NULLS, LIKE, COLLATE, %, //. "
        "Why: each was refused or answered differently by one of the engines tried.",
        zh="只能使用上表所列结构。不允许: NOT EXISTS 以外的子查询 (用 WITH)、嵌套或 RECURSIVE 的 WITH、"
        "MATERIALIZED、"
        "ASOF、LATERAL、PIVOT、UNNEST、VALUES、列表、lambda、结构体、SEMI/ANTI 连接、USING、BY NAME、GROUP "
        "BY ALL、"
        "DISTINCT ON、IGNORE NULLS、LIKE、COLLATE、%、//。原因: 它们至少在一个试用引擎上报错或结果不同。",
        good=(
            "with big_bill as (select b.customer_id as customer_id, b.bill_id as bill_id from core.bill as "
            "b) "
            "select c.customer_id as customer_id, count(distinct x.bill_id) as bills from core.customer as c "
            "left join big_bill as x on x.customer_id = c.customer_id group by c.customer_id",
        ),
        bad=(
            "select x.bill_id as bill_id from (select b.bill_id as bill_id from core.bill as b) as x",
            "select b.bill_id as bill_id from core.bill as b where b.customer_id in "
            "(select c.customer_id as customer_id from core.customer as c)",
            "with recursive r as (select b.bill_id as bill_id from core.bill as b) select r.bill_id as "
            "bill_id from r",
            "with r as materialized (select b.bill_id as bill_id from core.bill as b) select r.bill_id as "
            "bill_id from r",
            "with r as not materialized (select b.bill_id as bill_id from core.bill as b) "
            "select r.bill_id as bill_id from r",
            "select b.bill_id as bill_id from core.bill as b asof join core.price_agreement as p "
            "on p.customer_id = b.customer_id and b.month_on >= p.valid_from",
            "select b.bill_id as bill_id from core.bill as b, lateral (select 1 as one) as x",
            "select unnest([1, 0]) as x from core.bill as b",
            "select {'a': b.bill_id} as x from core.bill as b",
            "select b.bill_id as bill_id from core.bill as b join core.customer as c using (customer_id)",
            "select b.bill_id as bill_id from core.bill as b union all by name "
            "select b.bill_id as bill_id from core.bill as b",
            "select b.customer_id as customer_id, count(*) as bills from core.bill as b group by all",
            "select distinct on (b.customer_id) b.bill_id as bill_id from core.bill as b",
            "select lag(b.billed_kwh ignore nulls) over (partition by b.customer_id order by b.month_on) as "
            "before_kwh "
            "from core.bill as b",
            "select b.bill_id as bill_id from core.bill as b tablesample 10%",
            "select b.bill_id as bill_id from core.bill as b where b.bill_id like 'A%'",
            "select b.bill_id as bill_id from core.bill as b where exists "
            "(select 1 from core.customer as c where c.customer_id = b.customer_id)",
            "select b.bill_id as bill_id from core.bill as b where b.bill_id = ?",
        ),
    ),
    Rule(
        "forbidden_function",
        en="Only the functions of the table above. Why: an unknown function may read files or settings, "
        "and many give other values on other engines.",
        zh="只能使用上表所列函数。原因: 未知函数可能读取文件或配置, 且许多函数在不同引擎上结果不同。",
        good=("select greatest(b.billed_kwh, 0) as billed_kwh from core.bill as b",),
        bad=(
            "select getenv('HOME') as home_code from core.bill as b",
            "select current_setting('threads') as thread_code from core.bill as b",
            "select read_text('/etc/passwd') as x from core.bill as b",
            "select arg_max(b.bill_id, b.month_on) as bill_id from core.bill as b",
            "select string_agg(b.bill_id, ',') as bill_id from core.bill as b",
            "select quantile_cont(b.billed_kwh, 1) as billed_kwh from core.bill as b",
            "select upper(b.bill_id) as bill_id from core.bill as b",
            "select try_cast(b.bill_id as integer) as bill_no from core.bill as b",
        ),
    ),
    Rule(
        "star",
        en="No `*`: list the columns (COUNT(*) is fine). Why: a column added below must not change what is "
        "above.",
        zh="不写 `*`: 逐一列出列名 (COUNT(*) 可以)。原因: 下层新增列不得改变上层结果。",
        good=("select count(*) as bills from core.bill as b",),
        bad=(
            "select * from core.bill as b",
            "select b.* from core.bill as b",
            "select * exclude (bill_id) from core.bill as b",
            "from core.bill",
        ),
    ),
    Rule(
        "order_by",
        en="No ORDER BY, LIMIT or OFFSET outside OVER (…). Why: a table has no order; the reader sorts, and "
        "a cut "
        "by position is another cut on another engine.",
        zh="OVER (…) 之外不写 ORDER BY、LIMIT、OFFSET。原因: 表没有顺序, 排序由读取者完成; 按位置截取在各引"
        "擎结果不同。",
        good=(
            "select b.bill_id as bill_id from core.bill as b "
            "qualify row_number() over (partition by b.customer_id order by b.month_on desc, b.bill_id) = 1",
        ),
        bad=(
            "select b.bill_id as bill_id from core.bill as b order by b.bill_id",
            "select b.bill_id as bill_id from core.bill as b limit 1",
        ),
    ),
    Rule(
        "group_by_position",
        en="GROUP BY names expressions, never positions. Why: a column put before others changes the groups "
        "silently.",
        zh="GROUP BY 写表达式, 不写序号。原因: 前面插入一列会悄悄改变分组。",
        good=(
            "select b.customer_id as customer_id, count(*) as bills from core.bill as b group by "
            "b.customer_id",
        ),
        bad=("select b.customer_id as customer_id, count(*) as bills from core.bill as b group by 1",),
    ),
)

_RULE_OF_CLAUSE = {"order": "order_by", "limit": "order_by", "offset": "order_by", "fetch": "order_by"}

_CLOCKS_AND_DICE = frozenset(
    (
        "now",
        "today",
        "get_current_timestamp",
        "get_current_time",
        "transaction_timestamp",
        "random",
        "gen_random_uuid",
        "setseed",
        "nextval",
    )
)
_CLOCK_NODES = (
    exp.CurrentDate,
    exp.CurrentTime,
    exp.CurrentTimestamp,
    exp.Localtime,
    exp.Localtimestamp,
    exp.Rand,
    exp.Uuid,
    exp.AtTimeZone,
)
_NESTED = (exp.Array, exp.Struct, exp.Explode, exp.JSONExtract)
_WEEKDAYS = (exp.DayOfWeek, exp.DayOfWeekIso, exp.Week, exp.WeekOfYear, exp.DayOfYear)

_ADVICE: dict[type[exp.Expr], Text] = {
    exp.Subquery: Text(en="give the sub-query a name with WITH", zh="请用 WITH 为子查询命名"),
    exp.Values: Text(en="write UNION ALL of SELECTs in a WITH", zh="请在 WITH 中用 UNION ALL 连接 SELECT"),
    exp.IntDiv: Text(en="write FLOOR of a division of doubles", zh="请改为对 DOUBLE 相除后取 FLOOR"),
    exp.Like: Text(
        en="compare with = or IN, or recode the text in to_core", zh="请用 = 或 IN, 或在 to_core 中转码"
    ),
    exp.NullSafeEQ: Text(en="write IS NULL explicitly", zh="请显式写 IS NULL"),
    exp.NullSafeNEQ: Text(en="write IS NULL explicitly", zh="请显式写 IS NULL"),
    exp.Exists: Text(
        en="only NOT EXISTS; else join and GROUP BY", zh="只允许 NOT EXISTS; 其他情形请用连接加 GROUP BY"
    ),
}


def check(reading: Reading, kind: Kind) -> Iterator[Fault]:
    stack: list[exp.Expr] = [reading.tree]
    while stack:
        node = stack.pop()
        refused = _refusal(node, kind, reading)
        if refused is not None:
            yield refused
        if not _is_opaque(node):
            stack.extend(
                child for child in node.iter_expressions() if refused is None or child is not refused.node
            )
    for group in reading.all(exp.Group):
        for expression in group.expressions:
            if isinstance(expression, exp.Literal):
                yield fault(
                    "group_by_position",
                    expression,
                    en=f"GROUP BY {expression.name[:9]}: write the expression, not its position",
                    zh=f"GROUP BY {expression.name[:9]}: 请写表达式, 不写序号",
                )


def _is_opaque(node: exp.Expr) -> bool:
    """Below an unknown construct everything would be reported again; arguments of a function are ordinary."""
    if type(node) in CONSTRUCT_OF or type(node) in FUNCTION_OF:
        return False
    return not isinstance(node, exp.Func) or isinstance(node, _NESTED)


def _refusal(node: exp.Expr, kind: Kind, reading: Reading) -> Fault | None:
    construct = CONSTRUCT_OF.get(type(node))
    if construct is not None:
        parent = node.parent
        if construct.under and parent is not None and type(parent) not in construct.under:
            return _star(node) if isinstance(node, exp.Star) else _forbidden(node)
        return _arguments(node, construct.arguments) or _content(node, reading)
    function = FUNCTION_OF.get(type(node))
    if function is None:
        return _unlisted(node)
    if kind not in function.kinds:
        return _function(
            node, Text(en=f"only in {', '.join(function.kinds)}", zh=f"仅限 {'、'.join(function.kinds)}")
        )
    return _arguments(node, function.arguments) or _content(node, reading)


def _arguments(node: exp.Expr, allowed: frozenset[str]) -> Fault | None:
    for name, value in node.args.items():
        if name in allowed or value is None or value == [] or value is False:
            continue
        if isinstance(node, exp.Union) and name == "distinct":
            continue  # rule union_all_only says it better
        if isinstance(node, exp.Star):
            return _star(node)
        part = name.rstrip("_").replace("_", " ").upper()
        rule = _RULE_OF_CLAUSE.get(name, "forbidden_construct")
        return fault(
            rule,
            value if isinstance(value, exp.Expr) else node,
            en=f"{part} in {_shown(node)} is outside the subset",
            zh=f"{_shown(node)} 中的 {part} 不在可用子集内",
        )
    if isinstance(node, exp.CTE) and node.args.get("materialized") is not None:
        return _forbidden(node, Text(en="leave MATERIALIZED out", zh="请去掉 MATERIALIZED"))
    return None


def _content(node: exp.Expr, reading: Reading) -> Fault | None:
    """Refusals that depend on what stands inside an allowed node."""
    if isinstance(node, exp.With) and node.parent is not reading.tree:
        return _forbidden(node, Text(en="one WITH, at the top", zh="只在最外层写一个 WITH"))
    if isinstance(node, exp.Exists) and not isinstance(_outside_parentheses(node), exp.Not):
        return _forbidden(node, _ADVICE[exp.Exists])
    if isinstance(node, exp.Is) and not isinstance(node.expression, (exp.Null, exp.Boolean)):
        return _forbidden(
            node, Text(en="IS takes NULL, TRUE or FALSE", zh="IS 之后只能是 NULL、TRUE 或 FALSE")
        )
    if isinstance(node, exp.In) and not all(_is_literal(value) for value in node.expressions):
        return _forbidden(node, Text(en="IN takes literals only", zh="IN 之后只能是字面量"))
    if (
        isinstance(node, exp.Count)
        and isinstance(node.this, exp.Distinct)
        and len(node.this.expressions) != 1
    ):
        return _forbidden(
            node.this, Text(en="COUNT(DISTINCT) takes one expression", zh="COUNT(DISTINCT) 只能有一个表达式")
        )
    if isinstance(node, exp.Between) and reading.type_of(node.this).is_moment:
        return _forbidden(
            node, Text(en="spans are half-open: write >= and <", zh="时段左闭右开: 请用 >= 和 <")
        )
    if isinstance(node, exp.Round) and round_scale(node) is None:
        return _forbidden(node, Text(en="the scale of ROUND is a literal", zh="ROUND 的小数位须为字面量"))
    if isinstance(node, (exp.DateDiff, exp.TimestampTrunc)) and not isinstance(
        node.args.get("unit"), exp.Var
    ):
        return _forbidden(
            node, Text(en="the unit is a literal such as 'day'", zh="单位须为字面量, 例如 'day'")
        )
    if isinstance(node, exp.DataType):
        return _data_type(node)
    return None


def _data_type(node: exp.DataType) -> Fault | None:
    if node.this in {exp.DType.TIMESTAMPTZ, exp.DType.TIMESTAMPLTZ, exp.DType.TIMETZ}:
        return _clock(node)
    family = CAST_TYPES.get(node.this)
    kind = cast_type(node)
    fits = 0 < kind.precision <= types.WIDEST and kind.scale <= kind.precision
    if family is None or (family == "decimal" and not fits) or (family != "decimal" and node.expressions):
        advice = Text(
            en="types are TEXT, INTEGER, BIGINT, BOOLEAN, DATE, TIMESTAMP, DOUBLE, DECIMAL(p,s)",
            zh="类型为 TEXT、INTEGER、BIGINT、BOOLEAN、DATE、TIMESTAMP、DOUBLE、DECIMAL(p,s)",
        )
        return _forbidden(node, advice)
    return None


def _unlisted(node: exp.Expr) -> Fault:
    name = node.name if isinstance(node, exp.Anonymous) else ""
    if isinstance(node, _CLOCK_NODES) or name.lower() in _CLOCKS_AND_DICE:
        return _clock(node)
    if isinstance(node, _WEEKDAYS):
        return fault(
            "dow",
            node,
            en=f"{_shown(node)}: engines number weekdays and weeks differently",
            zh=f"{_shown(node)}: 各引擎对星期与周的编号不同",
        )
    if isinstance(node, exp.Func) and not isinstance(node, _NESTED):
        return _function(node, _ADVICE.get(type(node)))
    return _forbidden(node, _ADVICE.get(type(node)))


def _clock(node: exp.Expr) -> Fault:
    return fault(
        "now_random",
        node,
        en=f"{_shown(node)}: the same input must give the same rows; dates come from data, parameters or "
        "sweep_window",
        zh=f"{_shown(node)}: 相同输入必须得到相同结果; 日期取自数据、参数或 sweep_window",
    )


def _star(node: exp.Expr) -> Fault:
    return fault("star", node, en="list the columns instead of *", zh="请逐一列出列名, 不写 *")


def _function(node: exp.Expr, advice: Text | None = None) -> Fault:
    return fault(
        "forbidden_function",
        node,
        en=f"the function {_shown(node)} is outside the subset" + (f": {advice.en}" if advice else ""),
        zh=f"函数 {_shown(node)} 不在可用子集内" + (f": {advice.zh}" if advice else ""),
    )


def _forbidden(node: exp.Expr, advice: Text | None = None) -> Fault:
    return fault(
        "forbidden_construct",
        node,
        en=f"{_shown(node)} is outside the subset here" + (f": {advice.en}" if advice else ""),
        zh=f"此处的 {_shown(node)} 不在可用子集内" + (f": {advice.zh}" if advice else ""),
    )


def _shown(node: exp.Expr) -> str:
    """A short name an author recognises; never the text itself, which may be a stranger's."""
    if isinstance(node, exp.Anonymous):
        return ascii(node.name[:40]).strip("'").upper()
    if isinstance(node, exp.DataType):
        return node.this.value if isinstance(node.this, exp.DType) else "type"
    return node.sql_name() if isinstance(node, exp.Func) else node.key.upper()


def _is_literal(node: exp.Expr) -> bool:
    inner = node.this if isinstance(node, exp.Neg) else node
    return isinstance(inner, exp.Literal)


def _outside_parentheses(node: exp.Expr) -> exp.Expr | None:
    parent = node.parent
    while isinstance(parent, exp.Paren):
        parent = parent.parent
    return parent
