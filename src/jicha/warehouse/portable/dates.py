"""Rules on days and months."""

from __future__ import annotations

from collections.abc import Iterator

import sqlglot.expressions as exp

from jicha.warehouse.portable import types
from jicha.warehouse.portable.grammar import EXTRACT_PARTS, TRUNC_UNITS
from jicha.warehouse.portable.reading import Reading
from jicha.warehouse.portable.rule import Fault, Kind, Rule, fault

RULES: tuple[Rule, ...] = (
    Rule(
        "now_random",
        en="No clock, no chance, no time zone: CURRENT_DATE, NOW, RANDOM, UUID, TIMESTAMPTZ, AT TIME ZONE. "
        "The day of "
        "looking is `sweep_window.as_of_on`. Why: the same input must give the same findings, next year as "
        "well.",
        zh="不使用时钟、随机数和时区: CURRENT_DATE、NOW、RANDOM、UUID、TIMESTAMPTZ、AT TIME ZONE。稽查日期用"
        " `sweep_window.as_of_on`。"
        "原因: 相同输入必须得到相同结果, 明年重跑也一样。",
        good=(
            "select b.bill_id as bill_id from core.bill as b cross join sweep_window as w where b.to_on < "
            "w.as_of_on",
        ),
        bad=(
            "select b.bill_id as bill_id from core.bill as b where b.to_on < current_date",
            "select b.bill_id as bill_id from core.bill as b where b.issued_at < now()",
            "select b.bill_id as bill_id from core.bill as b where random() > 0",
            "select cast(b.issued_at as timestamptz) as issued_at from core.bill as b",
        ),
    ),
    Rule(
        "date_minus_date",
        en="Days between two dates: DATE_DIFF('day', a, b). A day later: d + INTERVAL 1 DAY (cast it to "
        "DATE for output). "
        "No date - date, no date + number. Why: the first is an interval on Spark, the second is refused "
        "there.",
        zh="两日期间的天数用 DATE_DIFF('day', a, b); 后一天用 d + INTERVAL 1 DAY (输出时转为 DATE)。不写 日"
        "期 - 日期、日期 + 数字。"
        "原因: 前者在 Spark 上是间隔类型, 后者会被拒绝。",
        good=(
            "select date_diff('day', b.from_on, b.to_on) as days, cast(b.to_on + interval 1 day as date) as "
            "next_on "
            "from core.bill as b",
        ),
        bad=(
            "select b.to_on - b.from_on as days from core.bill as b",
            "select b.to_on + 1 as next_on from core.bill as b",
        ),
    ),
    Rule(
        "interval_day",
        en="Intervals are whole literal days: INTERVAL 1 DAY. Longer distances are compared by DATE_DIFF "
        "with a parameter; "
        "months by DATE_TRUNC and LAST_DAY. Why: adding months to the 31st differs.",
        zh="间隔只用整天字面量: INTERVAL 1 DAY。更长的间隔用 DATE_DIFF 与参数比较; 月份用 DATE_TRUNC 与 "
        "LAST_DAY。"
        "原因: 31 日加一个月的结果各引擎不同。",
        good=("select b.bill_id as bill_id from core.bill as b where b.to_on < b.from_on + interval 1 day",),
        bad=(
            "select b.bill_id as bill_id from core.bill as b where b.to_on < b.from_on + interval 1 month",
            "select m.customer_id as customer_id from mart.customer_month as m "
            "where m.month_on > m.month_on + interval (m.days) day",
        ),
    ),
    Rule(
        "month_date_diff",
        en="DATE_DIFF counts 'day' only; months are (EXTRACT(YEAR …) * 12 + EXTRACT(MONTH …)) differences. "
        "Why: DuckDB counts boundaries of months, Spark full months.",
        zh="DATE_DIFF 只用 'day'; 月数用 (EXTRACT(YEAR …) * 12 + EXTRACT(MONTH …)) 之差。原因: DuckDB 数月界"
        ", Spark 数整月。",
        good=(
            "select (extract(year from b.to_on) - extract(year from b.from_on)) * 12 "
            "+ extract(month from b.to_on) - extract(month from b.from_on) as months from core.bill as b",
        ),
        bad=("select date_diff('month', b.from_on, b.to_on) as months from core.bill as b",),
    ),
    Rule(
        "dow",
        en="EXTRACT takes YEAR, MONTH, DAY; DATE_TRUNC takes 'year', 'quarter', 'month', 'day'. No "
        "weekdays, no weeks. "
        "Why: Sunday is 0, 1 or 7.",
        zh="EXTRACT 只取 YEAR、MONTH、DAY; DATE_TRUNC 只取 'year'、'quarter'、'month'、'day'。不用星期与周。"
        "原因: 星期日在各引擎为 0、1 或 7。",
        good=("select cast(date_trunc('month', b.from_on) as date) as month_on from core.bill as b",),
        bad=(
            "select extract(dow from b.from_on) as day_code from core.bill as b",
            "select date_trunc('week', b.from_on) as week_on from core.bill as b",
            "select dayofweek(b.from_on) as day_code from core.bill as b",
        ),
    ),
)


def check(reading: Reading, _: Kind) -> Iterator[Fault]:
    for node in reading.all(exp.Add, exp.Sub):
        yield from _day_arithmetic(node, reading)
    for interval in reading.all(exp.Interval):
        unit, count = interval.args.get("unit"), interval.this
        if not (isinstance(unit, exp.Var) and unit.name.upper() == "DAY" and isinstance(count, exp.Literal)):
            yield fault(
                "interval_day",
                interval,
                en="only INTERVAL 1 DAY; compare longer distances by DATE_DIFF('day', …) with a parameter",
                zh="只用 INTERVAL 1 DAY; 更长的间隔请用 DATE_DIFF('day', …) 与参数比较",
            )
    for difference in reading.all(exp.DateDiff):
        unit = difference.args.get("unit")
        if isinstance(unit, exp.Var) and unit.name.upper() != "DAY":
            yield fault(
                "month_date_diff",
                difference,
                en=f"DATE_DIFF by {unit.name.lower()[:20]}: only 'day'",
                zh=f"DATE_DIFF 单位 {unit.name.lower()[:20]}: 只用 'day'",
            )
    for extract in reading.all(exp.Extract):
        if extract.name.upper() not in EXTRACT_PARTS:
            yield _part(extract, EXTRACT_PARTS)
    for trunc in reading.all(exp.TimestampTrunc):
        unit = trunc.args.get("unit")
        if isinstance(unit, exp.Expr) and unit.name.upper() not in TRUNC_UNITS:
            yield _part(trunc, TRUNC_UNITS)


def _day_arithmetic(node: exp.Expr, reading: Reading) -> Iterator[Fault]:
    left, right = reading.type_of(node.this), reading.type_of(node.args.get("expression"))
    if left.is_moment and right.is_moment:
        yield fault(
            "date_minus_date",
            node,
            en="write DATE_DIFF('day', earlier, later)",
            zh="请写 DATE_DIFF('day', 较早, 较晚)",
        )
    elif (left.is_moment and right.is_number) or (
        right.is_moment and (left.is_number or left == types.INTERVAL)
    ):
        yield fault(
            "date_minus_date",
            node,
            en="write day + INTERVAL 1 DAY",
            zh="请写 日期 + INTERVAL 1 DAY",
        )


def _part(node: exp.Expr, allowed: tuple[str, ...]) -> Fault:
    return fault(
        "dow",
        node,
        en=f"only {', '.join(allowed)}",
        zh=f"只能取 {'、'.join(allowed)}",
    )
