"""Rules on joins: each finds its rows by a key, stays within a reach and loses no row to the law."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlglot.expressions as exp

from jicha.warehouse.portable import types
from jicha.warehouse.portable.reading import Reading
from jicha.warehouse.portable.rule import Fault, Kind, Rule, fault
from jicha.warehouse.portable.sources import KEY_OF_REACH, OutputColumn, Scope, Source

RULES: tuple[Rule, ...] = (
    Rule(
        "join_needs_equality",
        en="INNER and LEFT joins only, with at least one equality in ON between the joined table and one "
        "above it; "
        "beside it only date ranges against a dated table and conditions with a constant. Everything else "
        "goes to WHERE "
        "or into a WITH. Why: without an equality a join compares all rows with all rows, and engines "
        "differ in what they take.",
        zh="只用 INNER 与 LEFT 连接, ON 中至少有一个所连接的表与上方某表的等值条件; 此外只允许针对带有效期的"
        "表的日期区间, 以及与常量的比较。"
        "其余条件写入 WHERE 或 WITH。原因: 没有等值条件会做全量两两比较, 且各引擎支持程度不同。",
        good=(
            "select b.bill_id as bill_id from core.bill as b left join core.customer as c "
            "on c.customer_id = b.customer_id and c.customer_status_code = 'active' and c.opened_on is not "
            "null",
        ),
        bad=(
            "select b.bill_id as bill_id from core.bill as b join core.customer as c on true",
            "select b.bill_id as bill_id from core.bill as b join core.customer as c on b.month_on > "
            "c.opened_on",
            "select b.bill_id as bill_id from core.bill as b full join core.customer as c "
            "on c.customer_id = b.customer_id",
            "select b.bill_id as bill_id from core.bill as b right join core.customer as c "
            "on c.customer_id = b.customer_id",
            "select b.bill_id as bill_id from core.bill as b join core.customer as c "
            "on c.customer_id = b.customer_id and b.month_on > c.opened_on",
            "select b.bill_id as bill_id from core.bill as b join core.customer as c "
            "on c.customer_id = b.customer_id or c.opened_on is null",
            "select b.bill_id as bill_id from core.bill as b semi join core.customer as c "
            "on c.customer_id = b.customer_id",
            "select b.bill_id as bill_id from core.bill as b natural join core.customer as c",
        ),
    ),
    Rule(
        "join_range",
        en="A date range in ON stands against the valid_from and valid_to of a dated table, is half-open "
        "and has both its ends: "
        "`x >= v.valid_from AND x < v.valid_to`, or `v.valid_from > a AND v.valid_from < b` to find the "
        "changes inside a period. "
        "Why: with a closed end the day of change counts twice; with one end missing every older version "
        "joins.",
        zh="ON 中的日期区间只能针对带有效期的表的 valid_from 与 valid_to, 左闭右开且两端齐全: "
        "`x >= v.valid_from AND x < v.valid_to`; 查找时段内的变更用 `v.valid_from > a AND v.valid_from < b`。"
        "原因: 右闭会使变更当日重复计算; 缺一端会连上所有旧版本。",
        good=(
            "select b.bill_id as bill_id, a.price_code as price_code from core.bill as b left join "
            "core.price_agreement as a "
            "on a.customer_id = b.customer_id and b.month_on >= a.valid_from and b.month_on < a.valid_to",
            "select b.bill_id as bill_id, a.valid_from as from_on from core.bill as b join "
            "core.price_agreement as a "
            "on a.customer_id = b.customer_id and a.valid_from > b.from_on and a.valid_from < b.to_on",
        ),
        bad=(
            "select b.bill_id as bill_id from core.bill as b join core.price_agreement as a "
            "on a.customer_id = b.customer_id and b.month_on >= a.valid_from and b.month_on <= a.valid_to",
            "select b.bill_id as bill_id from core.bill as b join core.price_agreement as a "
            "on a.customer_id = b.customer_id and b.month_on >= a.valid_from",
        ),
    ),
    Rule(
        "cross_join",
        en="CROSS JOIN only with the one-row `sweep_window` or `setting`; no comma in FROM. "
        "Why: any other product grows with the square of the customers.",
        zh="CROSS JOIN 只用于单行的 `sweep_window` 或 `setting`; FROM 中不用逗号。原因: 其他笛卡尔积随用户数"
        "平方增长。",
        good=(
            "select b.bill_id as bill_id from core.bill as b cross join sweep_window as w where b.month_on "
            ">= w.from_on",
        ),
        bad=(
            "select b.bill_id as bill_id from core.bill as b cross join core.area as a",
            "select b.bill_id as bill_id from core.bill as b, sweep_window as w",
        ),
    ),
    Rule(
        "reach_key",
        en="Two tables of reach customer join on customer_id, of reach area on area_id, of reach feeder on "
        "feeder_id, "
        "whatever else they join on; a WITH carries that key. Why: data are run in buckets of customers; a "
        "join across "
        "buckets finds fewer rows in parts than in the whole.",
        zh="两个 customer 范围的表必须按 customer_id 连接, area 范围按 area_id, feeder 范围按 feeder_id, 其"
        "他条件另加; WITH 须带出该键。"
        "原因: 数据按用户分桶计算; 跨桶连接分桶结果会少于整体结果。",
        good=(
            "select b.bill_id as bill_id from core.bill as b join mart.customer_month as m "
            "on m.customer_id = b.customer_id and m.month_on = b.month_on",
            "select m.area_id as area_id from mart.area_month as m join core.area as a on a.area_id = "
            "m.area_id",
        ),
        bad=(
            "select b.bill_id as bill_id from core.bill as b join mart.customer_month as m on m.month_on = "
            "b.month_on",
            "with x as (select m.customer_id as user_id, m.month_on as month_on from mart.customer_month as "
            "m) "
            "select b.bill_id as bill_id from core.bill as b join x as x on x.month_on = b.month_on",
            "select m.area_id as area_id from mart.area_month as m join core.area as a on a.org_id = "
            "m.area_id",
            "select b.bill_id as bill_id from core.bill as b where not exists (select 1 from "
            "mart.customer_month as m "
            "where m.month_on = b.month_on)",
        ),
    ),
    Rule(
        "law_left_join",
        en="`law.*` is reached by LEFT JOIN, so that a fact without law stays and gets a named reason; a "
        "WITH that only "
        "reads `law.*` counts as law. Why: an inner join silently drops the bills nobody can price.",
        zh="`law.*` 只能用 LEFT JOIN, 使找不到法规依据的事实保留并注明原因; 只读取 `law.*` 的 WITH 视同法规"
        "表。"
        "原因: 内连接会悄悄丢掉无法定价的账单。",
        good=(
            "select a.customer_id as customer_id, p.price_yuan_per_kwh as price_yuan_per_kwh "
            "from core.price_agreement as a left join law.price as p on p.price_code = a.price_code "
            "and a.valid_from >= p.valid_from and a.valid_from < p.valid_to",
        ),
        bad=(
            "select a.customer_id as customer_id from core.price_agreement as a join law.price as p "
            "on p.price_code = a.price_code and a.valid_from >= p.valid_from and a.valid_from < p.valid_to",
            "select p.price_code as price_code from law.price as p",
            "with p as (select l.price_code as price_code from law.price as l) select a.customer_id as "
            "customer_id "
            "from core.price_agreement as a join p as p on p.price_code = a.price_code",
        ),
    ),
    Rule(
        "law_by_date",
        en="A join to `law.*` picks its version by the date of the fact: x >= valid_from AND x < valid_to, or an "
        "equality on its day; a WITH over law carries its span. Why: otherwise every version joins each fact.",
        zh="连接 `law.*` 须按事实发生日期选取版本: x >= valid_from AND x < valid_to, 或按其日期列等值连接; "
        "读取法规的 WITH 须带出时段。原因: 否则每个事实会连上所有版本。",
        good=(
            "with p as (select l.price_code as price_code, l.valid_from as valid_from, l.valid_to as valid_to from "
            "law.price as l) select a.customer_id as customer_id from core.price_agreement as a left join p as p on "
            "p.price_code = a.price_code and a.valid_from >= p.valid_from and a.valid_from < p.valid_to",
        ),
        bad=(
            "select a.customer_id as customer_id from core.price_agreement as a left join law.price as p "
            "on p.price_code = a.price_code",
        ),
    ),
    Rule(
        "not_exists",
        en="NOT EXISTS reads another table than its SELECT and ties it by an equality. "
        "Why: correlated to the same table one engine answers differently.",
        zh="NOT EXISTS 读取的表与外层不同, 并以等值条件关联。原因: 与同一表关联时有的引擎结果不同。",
        good=(
            "select c.customer_id as customer_id from core.customer as c where not exists "
            "(select 1 from core.bill as b where b.customer_id = c.customer_id)",
        ),
        bad=(
            "select c.customer_id as customer_id from core.customer as c where not exists "
            "(select 1 from core.bill as b where b.month_on > c.opened_on)",
            "select c.customer_id as customer_id from core.customer as c where not exists "
            "(select 1 from core.customer as d where d.customer_id = c.customer_id and d.opened_on > "
            "c.opened_on)",
        ),
    ),
)

_ONE_ROW = {"sweep_window", "setting"}
_RANGES = (exp.GT, exp.GTE, exp.LT, exp.LTE)


def check(reading: Reading, _: Kind) -> Iterator[Fault]:
    for scope in reading.scopes:
        first_join = len(scope.sources) - len(scope.joins)
        for position, join in enumerate(scope.joins, start=first_join):
            yield from _join(join, scope.sources[position], scope.sources[:position], reading)
        if first_join and scope.sources[0].law and not (scope.role == "cte" and scope.law):
            yield _inner_law(scope.select.args["from_"], scope.sources[0])
        if scope.role == "exists" and scope.parent is not None:
            yield from _not_exists(scope, scope.parent, reading)


def _join(join: exp.Join, joined: Source, above: Sequence[Source], reading: Reading) -> Iterator[Fault]:
    side, kind, condition = join.side.upper(), join.kind.upper(), join.args.get("on")
    if kind == "CROSS" or (condition is None and not join.args.get("using") and not join.args.get("method")):
        if kind != "CROSS" or (joined.known and joined.table not in _ONE_ROW):
            yield fault(
                "cross_join",
                join,
                en=f"CROSS JOIN only with {' or '.join(sorted(_ONE_ROW))}, written out",
                zh=f"CROSS JOIN 只用于 {' 或 '.join(sorted(_ONE_ROW))}, 且须完整写出",
            )
        return
    if side not in {"", "LEFT"} or kind not in {"", "INNER", "OUTER"} or join.args.get("method"):
        yield fault(
            "join_needs_equality",
            join,
            en="only JOIN … ON and LEFT JOIN … ON",
            zh="只允许 JOIN … ON 与 LEFT JOIN … ON",
        )
        return
    if joined.law and side != "LEFT":
        yield _inner_law(join, joined)
    if isinstance(condition, exp.Expr) and all(source.known for source in (joined, *above)):
        yield from _condition(join, condition, joined, above, reading)


def _condition(
    join: exp.Join, condition: exp.Expr, joined: Source, above: Sequence[Source], reading: Reading
) -> Iterator[Fault]:
    parts = conjuncts(condition)
    equalities = [part for part in parts if _is_equality(part, [joined], above, reading)]
    if not equalities:
        yield fault(
            "join_needs_equality",
            join,
            en=f"ON needs an equality between {joined.alias} and a table above it",
            zh=f"ON 中须有 {joined.alias} 与上方某表的等值条件",
        )
    yield from _ranges([part for part in parts if part not in equalities], reading)
    if joined.law and not _by_date(parts, equalities, joined, reading):
        yield fault(
            "law_by_date",
            join,
            en=f"{joined.alias} is law: add the date of the fact, x >= {joined.alias}.valid_from AND "
            f"x < {joined.alias}.valid_to",
            zh=f"{joined.alias} 属于法规: 请加上事实日期条件, x >= {joined.alias}.valid_from AND "
            f"x < {joined.alias}.valid_to",
        )
    yield from _reach(join, equalities, [joined], above, reading)


def conjuncts(condition: exp.Expr) -> list[exp.Expr]:
    """The conditions that AND ties together."""
    found: list[exp.Expr] = []
    stack = [condition]
    while stack:
        part = stack.pop()
        if isinstance(part, exp.And):
            stack.extend((part.expression, part.this))
        elif isinstance(part, exp.Paren):
            stack.append(part.this)
        else:
            found.append(part)
    return found


def _is_equality(part: exp.Expr, ours: Sequence[Source], theirs: Sequence[Source], reading: Reading) -> bool:
    if not isinstance(part, exp.EQ):
        return False
    left, right = _sources(part.this, reading), _sources(part.expression, reading)
    if not left or not right:
        return False
    return (left <= set(ours) and right <= set(theirs)) or (left <= set(theirs) and right <= set(ours))


def _sources(node: exp.Expr, reading: Reading) -> set[Source]:
    meanings = [reading.meaning(column) for column in node.find_all(exp.Column)]
    return {meaning.source for meaning in meanings if meaning is not None and meaning.source is not None}


def _ranges(parts: Sequence[exp.Expr], reading: Reading) -> Iterator[Fault]:
    """What may stand beside the equality: pairs of bounds of a dated table, and constants."""
    bounds: dict[Source, list[exp.Expr]] = {}
    for part in parts:
        if len(_sources(part, reading)) < 2:
            continue
        dated = _dated_bound(part, reading)
        if dated is None:
            yield fault(
                "join_needs_equality",
                part,
                en="beside the equality ON takes date ranges against a dated table and constants; move this "
                "to WHERE or WITH",
                zh="除等值条件外, ON 只接受针对带有效期的表的日期区间和常量条件; 请移到 WHERE 或 WITH",
            )
            continue
        source, is_half_open = dated
        bounds.setdefault(source, []).append(part)
        if not is_half_open:
            yield fault(
                "join_range",
                part,
                en=f"the end is outside the span: write x < {source.alias}.valid_to",
                zh=f"时段不含终止日: 请写 x < {source.alias}.valid_to",
            )
    for source, pair in bounds.items():
        if len(pair) < 2:
            yield fault(
                "join_range",
                pair[0],
                en=f"the range against {source.alias} has one end only; valid_from and valid_to belong "
                "together",
                zh=f"针对 {source.alias} 的区间只有一端; valid_from 与 valid_to 须成对",
            )


def _by_date(
    parts: Sequence[exp.Expr], equalities: Sequence[exp.Expr], law: Source, reading: Reading
) -> bool:
    """Whether a day chooses the version: a bound of its span (`join_range` asks for both), or its own day."""

    def of_law(part: exp.Expr) -> list[OutputColumn]:
        found = (reading.meaning(side) for side in (part.this, part.expression))
        return [meaning.column for meaning in found if meaning is not None and meaning.source == law]

    ranges = [column for part in parts if isinstance(part, _RANGES) for column in of_law(part)]
    days = [column for part in equalities for column in of_law(part) if column.type == types.DATE]
    return bool(days) or any(column.name in ("valid_from", "valid_to") for column in ranges)


def _dated_bound(part: exp.Expr, reading: Reading) -> tuple[Source, bool] | None:
    """The dated table whose valid_from or valid_to is compared, and whether its end stays outside."""
    if not isinstance(part, _RANGES):
        return None
    for bound, is_left in ((part.this, True), (part.expression, False)):
        meaning = reading.meaning(bound)
        if meaning is None or meaning.source is None or not meaning.source.dated:
            continue
        if bound.name == "valid_from":
            return meaning.source, True
        if bound.name == "valid_to":
            return meaning.source, isinstance(part, exp.GT if is_left else exp.LT)
    return None


def _reach(
    node: exp.Expr,
    equalities: Sequence[exp.Expr],
    ours: Sequence[Source],
    theirs: Sequence[Source],
    reading: Reading,
) -> Iterator[Fault]:
    for joined in ours:
        key = KEY_OF_REACH.get(joined.reach)
        partners = {source for source in theirs if source.reach == joined.reach}
        if key is None or not partners:
            continue
        if not any(_ties_key(part, joined, partners, reading) for part in equalities):
            other = next(source for source in theirs if source in partners)
            yield fault(
                "reach_key",
                node,
                en=f"{joined.alias} and {other.alias} are both kept by {joined.reach}: "
                f"add {joined.alias}.{key} = {other.alias}.{key} (and carry {key} through WITH)",
                zh=f"{joined.alias} 与 {other.alias} 都按 {joined.reach} 存放: "
                f"请加上 {joined.alias}.{key} = {other.alias}.{key} (WITH 须带出 {key})",
            )


def _ties_key(part: exp.Expr, joined: Source, partners: set[Source], reading: Reading) -> bool:
    left, right = reading.meaning(part.this), reading.meaning(part.expression)
    if left is None or right is None or not left.column.key_of == right.column.key_of == joined.reach:
        return False
    sides = {left.source, right.source}
    return joined in sides and bool(sides & partners)


def _inner_law(node: exp.Expr, source: Source) -> Fault:
    return fault(
        "law_left_join",
        node,
        en=f"{source.table} is law: reach it by LEFT JOIN and name what a miss means",
        zh=f"{source.table} 属于法规: 请用 LEFT JOIN, 并说明未匹配的含义",
    )


def _not_exists(scope: Scope, outer: Scope, reading: Reading) -> Iterator[Fault]:
    node = scope.select
    shared = {source.table for source in scope.sources if source.known} & {
        source.table for source in outer.sources
    }
    if shared:
        yield fault(
            "not_exists",
            node,
            en=f"NOT EXISTS reads {', '.join(sorted(shared))} like its SELECT; use a window or a LEFT JOIN",
            zh=f"NOT EXISTS 与外层都读取 {'、'.join(sorted(shared))}; 请改用窗口函数或 LEFT JOIN",
        )
    where = node.args.get("where")
    parts = conjuncts(where.this) if isinstance(where, exp.Where) else []
    if not all(source.known for source in (*scope.sources, *outer.sources)):
        return
    equalities = [part for part in parts if _is_equality(part, scope.sources, outer.sources, reading)]
    if not equalities:
        yield fault(
            "not_exists",
            node,
            en="NOT EXISTS needs an equality with the SELECT around it in its WHERE",
            zh="NOT EXISTS 的 WHERE 中须有与外层的等值条件",
        )
    yield from _reach(node, equalities, scope.sources, outer.sources, reading)
