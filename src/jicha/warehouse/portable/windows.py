"""Rules on window functions and on statistics over many rows."""

from __future__ import annotations

from collections.abc import Iterator

import sqlglot.expressions as exp

from jicha.warehouse.portable import types
from jicha.warehouse.portable.grammar import AGGREGATES, OVER_DOUBLE, POSITIONAL, WINDOWED
from jicha.warehouse.portable.reading import Reading
from jicha.warehouse.portable.rule import Fault, Kind, Rule, fault

RULES: tuple[Rule, ...] = (
    Rule(
        "window_order",
        en="LAG, LEAD and ROW_NUMBER stand before OVER with an ORDER BY and without a frame. "
        "Why: without an order each run may number the rows differently.",
        zh="LAG、LEAD、ROW_NUMBER 必须带 OVER (… ORDER BY …), 且不写框架。原因: 没有排序时每次运行的编号可能"
        "不同。",
        good=(
            "select lag(b.billed_kwh, 1) over (partition by b.customer_id order by b.month_on, b.bill_id) "
            "as before_kwh "
            "from core.bill as b",
        ),
        bad=(
            "select row_number() over (partition by b.customer_id) as bill_no from core.bill as b",
            "select lag(b.billed_kwh, 1) as before_kwh from core.bill as b",
            "select row_number() over (order by b.month_on rows between 1 preceding and current row) as "
            "bill_no "
            "from core.bill as b",
        ),
    ),
    Rule(
        "window_rows",
        en="SUM, COUNT, MIN, MAX and AVG may stand before OVER; with an ORDER BY they say their frame in "
        "ROWS "
        "(and a frame needs an ORDER BY); no FILTER, no DISTINCT, no named WINDOW. "
        "Why: the unwritten frame is RANGE, which takes all rows of an equal date; FILTER in a window is "
        "refused by Spark.",
        zh="OVER 之前可用 SUM、COUNT、MIN、MAX、AVG; 有 ORDER BY 时必须写明 ROWS 框架 (框架也须有 ORDER "
        "BY); 不用 FILTER、DISTINCT、命名 WINDOW。"
        "原因: 省略框架即为 RANGE, 会把同一日期的行全部计入; Spark 不支持窗口中的 FILTER。",
        good=(
            "select sum(b.billed_kwh) over (partition by b.customer_id order by b.month_on, b.bill_id "
            "rows between 12 preceding and 1 preceding) as year_kwh from core.bill as b",
            "select max(b.billed_kwh) over (partition by b.customer_id) as most_kwh from core.bill as b",
        ),
        bad=(
            "select sum(b.billed_kwh) over (partition by b.customer_id order by b.month_on) as sum_kwh from "
            "core.bill as b",
            "select sum(b.billed_kwh) over (partition by b.customer_id order by b.month_on "
            "range between unbounded preceding and current row) as sum_kwh from core.bill as b",
            "select sum(b.billed_kwh) over (partition by b.customer_id rows between 1 preceding and current "
            "row) as sum_kwh "
            "from core.bill as b",
            "select sum(b.billed_kwh) filter (where b.billed_kwh > 0) over (partition by b.customer_id) as "
            "sum_kwh "
            "from core.bill as b",
            "select median(cast(b.billed_kwh as double)) over (partition by b.customer_id) as usual_kwh "
            "from core.bill as b",
        ),
    ),
    Rule(
        "window_scenario",
        en="Where a table has a scenario_id, windows are partitioned by scenario_id and customer_id. "
        "Why: a replayed bill must not see the rows of another scenario.",
        zh="表中有 scenario_id 时, 窗口须按 scenario_id 和 customer_id 分区。原因: 重算账单不得看到其他情景"
        "的数据行。",
        good=(
            "select row_number() over (partition by i.scenario_id, i.customer_id order by i.month_on) as "
            "month_no "
            "from mart.billing_input as i",
        ),
        bad=(
            "select row_number() over (partition by i.customer_id order by i.month_on) as month_no "
            "from mart.billing_input as i",
        ),
    ),
    Rule(
        "avg_double",
        en="AVG, MEDIAN, STDDEV_POP and CORR take DOUBLEs: CAST(x AS DOUBLE). "
        "Why: over decimals their type and last digits differ by engine; they are ratios, not money.",
        zh="AVG、MEDIAN、STDDEV_POP、CORR 的参数为 DOUBLE: CAST(x AS DOUBLE)。"
        "原因: 对 DECIMAL 计算时各引擎的类型与末位不同; 它们是统计量, 不是金额。",
        good=("select round(avg(cast(b.billed_kwh as double)), 6) as usual_share from core.bill as b",),
        bad=(
            "select avg(b.billed_kwh) as usual_share from core.bill as b",
            "select median(b.billed_kwh) as usual_kwh from core.bill as b",
        ),
    ),
    Rule(
        "corr_constant",
        en="CORR only after constant series are removed: `HAVING MAX(x) > MIN(x)` in a WITH before it. "
        "The linter cannot see this; the test case with a constant series does. Why: Spark raises a "
        "division by zero.",
        zh="使用 CORR 前先剔除常数序列: 在前一个 WITH 中写 `HAVING MAX(x) > MIN(x)`。检查器无法发现此问题, "
        "请在测试中放入常数序列。"
        "原因: Spark 会报除零错误。",
        good=(
            "with moving as (select m.area_id as area_id from mart.area_month as m group by m.area_id "
            "having max(m.supplied_kwh) > min(m.supplied_kwh) and max(m.loss_ratio) > min(m.loss_ratio)) "
            "select m.area_id as area_id, round(corr(cast(m.supplied_kwh as double), m.loss_ratio), 6) as "
            "likeness_ratio "
            "from mart.area_month as m join moving as v on v.area_id = m.area_id group by m.area_id",
        ),
        bad=(),
    ),
    Rule(
        "double_sum",
        en="SUM, AVG, STDDEV_POP and CORR of a DOUBLE stand inside ROUND, with the arithmetic around them: "
        "ROUND(SUM(x), 6). Why: engines and threads add in an order of their own, and the last digits of a "
        "double, of the evidence and of its digest differ with it.",
        zh="对 DOUBLE 的 SUM、AVG、STDDEV_POP、CORR 连同其外围算式须置于 ROUND 之内: ROUND(SUM(x), 6)。"
        "原因: 各引擎、各线程相加次序不同, 浮点数末几位随之而异, 依据及其摘要也会不同。",
        good=(
            "select m.area_id as area_id, round(sum(m.loss_ratio), 6) as loss_ratio, "
            "round(avg(m.loss_ratio) / nullif(max(m.loss_ratio), 0), 6) as mean_ratio, "
            "sum(m.sold_kwh) as sold_kwh from mart.area_month as m group by m.area_id",
            "select round(avg(m.loss_ratio) over (partition by m.area_id order by m.month_on "
            "rows between 12 preceding and 1 preceding), 6) as before_ratio from mart.area_month as m",
        ),
        bad=(
            "select m.area_id as area_id, sum(m.loss_ratio) as loss_ratio from mart.area_month as m group by m.area_id",
            "select m.area_id as area_id from mart.area_month as m group by m.area_id having avg(m.loss_ratio) > 0",
            "select avg(m.loss_ratio) over (partition by m.area_id) as mean_ratio from mart.area_month as m",
        ),
    ),
)

#: Aggregates of doubles whose last digits depend on the order of the rows.
_ADDING = (exp.Sum, exp.Avg, exp.StddevPop, exp.Corr)
#: What may stand between such an aggregate and its ROUND.
_AROUND = (exp.Paren, exp.Window, exp.Filter, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Nullif, exp.Neg)


def check(reading: Reading, _: Kind) -> Iterator[Fault]:
    for window in reading.all(exp.Window):
        yield from _window(window, reading)
    for function in reading.all(*POSITIONAL):
        if not isinstance(function.parent, exp.Window):
            yield _order(function)
    for statistic in reading.all(*OVER_DOUBLE):
        for part in statistic.iter_expressions():
            kind = reading.type_of(part)
            if kind.kind and kind != types.DOUBLE:
                yield fault(
                    "avg_double",
                    statistic,
                    en=f"{_name(statistic)} of {kind}: write CAST(… AS DOUBLE)",
                    zh=f"{_name(statistic)} 的参数为 {kind}: 请写 CAST(… AS DOUBLE)",
                )
    for adding in reading.all(*_ADDING):
        if reading.type_of(adding) == types.DOUBLE and not _is_rounded(adding):
            yield fault(
                "double_sum",
                adding,
                en=f"{_name(adding)} of a DOUBLE stands inside ROUND, for example ROUND(…, 6)",
                zh=f"对 DOUBLE 的 {_name(adding)} 须置于 ROUND 之内, 例如 ROUND(…, 6)",
            )
    for filtered in reading.all(exp.Filter):
        if not isinstance(filtered.this, AGGREGATES):
            yield _rows(filtered, en="FILTER stands after an aggregate", zh="FILTER 只能用于聚合函数之后")


def _is_rounded(node: exp.Expr) -> bool:
    around = node.parent
    while isinstance(around, _AROUND):
        around = around.parent
    return isinstance(around, exp.Round)


def _window(window: exp.Window, reading: Reading) -> Iterator[Fault]:
    function, spec, order = window.this, window.args.get("spec"), window.args.get("order")
    if isinstance(function, POSITIONAL):
        if order is None or spec is not None:
            yield _order(function)
    elif not isinstance(function, WINDOWED) or isinstance(function.this, exp.Distinct):
        yield _rows(
            window,
            en="before OVER: SUM, COUNT, MIN, MAX, AVG, LAG, LEAD or ROW_NUMBER, without FILTER or DISTINCT "
            "(use CASE)",
            zh="OVER 之前只能是 SUM、COUNT、MIN、MAX、AVG、LAG、LEAD、ROW_NUMBER, 且不带 FILTER 或 DISTINCT "
            "(请用 CASE)",
        )
    elif (order is None) != (spec is None):
        yield _rows(
            window,
            en="ORDER BY and ROWS BETWEEN … AND … belong together",
            zh="ORDER BY 与 ROWS BETWEEN … AND … 须同时出现",
        )
    if isinstance(spec, exp.WindowSpec) and str(spec.args.get("kind", "")).upper() != "ROWS":
        yield _rows(window, en="a frame is given in ROWS", zh="窗口框架只用 ROWS")
    yield from _scenario(window, reading)


def _scenario(window: exp.Window, reading: Reading) -> Iterator[Fault]:
    scope = reading.scope_of(window)
    if scope is None or not any("scenario_id" in source.columns for source in scope.sources):
        return
    keys = {part.name for part in window.args.get("partition_by") or [] if isinstance(part, exp.Column)}
    missing = [key for key in ("scenario_id", "customer_id") if key not in keys]
    if missing:
        yield fault(
            "window_scenario",
            window,
            en=f"PARTITION BY lacks {' and '.join(missing)}: scenarios would mix",
            zh=f"PARTITION BY 缺少 {'、'.join(missing)}: 不同情景会混在一起",
        )


def _name(node: exp.Expr) -> str:
    return node.sql_name() if isinstance(node, exp.Func) else node.key.upper()


def _order(function: exp.Expr) -> Fault:
    return fault(
        "window_order",
        function,
        en=f"{_name(function)} needs OVER (… ORDER BY …) and no frame",
        zh=f"{_name(function)} 须写 OVER (… ORDER BY …), 且不带框架",
    )


def _rows(node: exp.Expr, *, en: str, zh: str) -> Fault:
    return fault("window_rows", node, en=en, zh=zh)
