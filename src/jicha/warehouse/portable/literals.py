"""Rules on literals: a number, a date or a text in a statement says nothing a lawyer could argue about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache

import sqlglot.expressions as exp

from jicha.warehouse.portable import types
from jicha.warehouse.portable.grammar import (
    CONSTRUCT_OF,
    FUNCTION_OF,
    LABEL_WORDS,
    OPEN_END,
    PLAIN_NUMBERS,
    RECIPROCAL_DIGITS,
    RECIPROCALS_OF,
    UNIT_NUMBERS,
)
from jicha.warehouse.portable.inference import cast_type
from jicha.warehouse.portable.reading import Reading
from jicha.warehouse.portable.rule import Fault, Kind, Rule, fault

_UNITS = ", ".join(sorted(UNIT_NUMBERS, key=int))

RULES: tuple[Rule, ...] = (
    Rule(
        "literal_number",
        en=f"Numbers allowed: 0, 1, -1; scales of ROUND and CAST; {_UNITS} as a factor, divisor, window "
        "offset or frame. "
        "Every other number is a parameter (topic), a setting (mart) or law. "
        "Why: a number with a meaning has an owner, a reason and a date.",
        zh=f"允许的数字: 0、1、-1; ROUND 与 CAST 的位数; {_UNITS} 仅作乘数、除数、窗口偏移或框架。"
        "其余数字应为参数 (主题)、设置 (mart) 或法规值。原因: 有含义的数字要有负责人、理由和生效日期。",
        good=(
            "select m.used_kwh * 12 as year_kwh from mart.customer_month as m "
            "join parameter as p on p.org_id = m.org_id where m.used_kwh > p.min_kwh and m.days > 0",
        ),
        bad=(
            "select m.customer_id as customer_id from mart.customer_month as m where m.used_kwh > 500",
            "select m.customer_id as customer_id from mart.customer_month as m where m.used_kwh > 100",
            "select m.customer_id as customer_id from mart.customer_month as m where m.used_kwh > 12 * 12",
            "select m.customer_id as customer_id from mart.customer_month as m where m.used_kwh > 1 + 1",
            "select m.customer_id as customer_id from mart.customer_month as m "
            "where m.used_kwh > cast('500' as integer)",
            "select b.bill_id as bill_id from core.bill as b where b.to_on < b.from_on + interval 40 day",
        ),
    ),
    Rule(
        "decimal_literal",
        en="No number with a point; in CAST('…' AS DECIMAL) only the 17-digit reciprocal of 12, 28 to 31, "
        "365 or 366, as "
        "DECIMAL(17,17), for proration. Why: 0.01 is a float on ClickHouse and DataFusion, and a fraction "
        "is a threshold.",
        zh="不写带小数点的数字; CAST('…' AS DECIMAL) 只允许 12、28 至 31、365、366 的 17 位倒数, 类型 "
        "DECIMAL(17,17), 用于按日折算。"
        "原因: 0.01 在 ClickHouse 与 DataFusion 上是浮点数, 而且小数就是阈值。",
        good=(
            "select cast(round(round(cast(b.amount_yuan as decimal(19,4)) * cast('0.03333333333333333' as "
            "decimal(17,17)), "
            "8), 2) as decimal(14,2)) as day_yuan from core.bill as b",
        ),
        bad=(
            "select m.customer_id as customer_id from mart.customer_month as m where m.usage_share > 0.5",
            "select m.customer_id as customer_id from mart.customer_month as m "
            "where m.used_kwh > cast('0.5' as decimal(4,2))",
            "select cast('0.03333333333333333' as decimal(18,17)) as part_ratio from core.bill as b",
            "select m.customer_id as customer_id from mart.customer_month as m where m.usage_share > 1e3",
        ),
    ),
    Rule(
        "literal_date",
        en="No date or time in a statement: dates come from data, parameters, law or sweep_window. "
        f"Only the open end of a span, CAST('{OPEN_END}' AS DATE). Why: a date in a rule is law without a "
        "source.",
        zh="语句中不写日期或时间: 日期取自数据、参数、法规或 sweep_window。仅允许时段的开放终点 "
        f"CAST('{OPEN_END}' AS DATE)。"
        "原因: 写在规则里的日期等于没有出处的法规。",
        good=("select coalesce(b.to_on, cast('9999-12-31' as date)) as to_on from core.bill as b",),
        bad=(
            "select b.bill_id as bill_id from core.bill as b where b.from_on >= date '2024-01-01'",
            "select b.bill_id as bill_id from core.bill as b where b.from_on = '2024-01-01'",
            "select b.bill_id as bill_id from core.bill as b where b.issued_at < cast('2024-01-01 00:00' as "
            "timestamp)",
        ),
    ),
    Rule(
        "literal_text",
        en="A text is compared (=, <>, IN, CASE x WHEN), or is the value of an output column whose last "
        "word is "
        f"{', '.join(sorted(LABEL_WORDS))}; between || it is punctuation only. Why: order and case of texts "
        "differ by "
        "collation, and a text elsewhere is a number or a date in disguise.",
        zh=f"文本只用于比较 (=、<>、IN、CASE x WHEN), 或作为末词为 {'、'.join(sorted(LABEL_WORDS))} 的输出列"
        "的值; 在 || 之间只能是标点。"
        "原因: 文本的排序与大小写随排序规则而异, 其他位置的文本往往是变相的数字或日期。",
        good=(
            "select c.customer_id || '-' || c.area_id as place_id, "
            "case when c.customer_status_code = 'closed' then 'none' else 'estimated' end as impact_method "
            "from core.customer as c where c.customer_status_code in ('active', 'closed')",
        ),
        bad=(
            "select c.customer_id as customer_id from core.customer as c where c.customer_status_code > 'a'",
            "select 'x' as customer_id from core.customer as c",
            "select c.customer_id || 'secret' as place_id from core.customer as c",
            "select cast('abc' as text) as customer_id from core.customer as c",
        ),
    ),
)

_DATE_LIKE = re.compile(r"\s*\d{4}[-/.年]?\d{1,2}[-/.月]?\d{1,2}")
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div)
_WRAPPERS = (exp.Paren, exp.Neg, exp.Cast)
_TEXT_COMPARED = (exp.EQ, exp.NEQ, exp.In)


def check(reading: Reading, kind: Kind) -> Iterator[Fault]:
    for literal in reading.all(exp.Literal):
        parent = literal.parent
        if isinstance(parent, (exp.DataTypeParam, exp.Group)):
            continue  # a length or scale; a position, which has a rule of its own
        if type(parent) not in CONSTRUCT_OF and type(parent) not in FUNCTION_OF:
            continue  # what it belongs to is refused
        if isinstance(parent, exp.Interval):
            if literal.name not in PLAIN_NUMBERS:
                yield _number(literal)
        elif literal.args.get("is_string"):
            yield from _text(literal, reading, kind)
        elif not literal.name.isdecimal():
            yield _decimal(literal)
        elif not _number_may_stand(literal, kind):
            yield _number(literal)


def _number_may_stand(literal: exp.Expr, kind: Kind) -> bool:
    parent = literal.parent
    if literal.arg_key == "decimals" and isinstance(parent, exp.Round):
        return True
    if isinstance(parent, exp.Neg) and isinstance(parent.parent, exp.Round) and parent.arg_key == "decimals":
        return True
    if isinstance(parent, exp.Substring) and kind == "to_core":
        return True
    outermost = _arithmetic_around(literal)
    if outermost is not None and outermost.find(exp.Column) is None:
        return False  # constants that add up to another number
    if literal.name in PLAIN_NUMBERS:
        return True
    if literal.name not in UNIT_NUMBERS:
        return False
    if isinstance(parent, exp.WindowSpec) or (
        isinstance(parent, (exp.Lag, exp.Lead)) and literal.arg_key == "offset"
    ):
        return True
    while isinstance(parent, _WRAPPERS):
        parent = parent.parent
    return isinstance(parent, (exp.Mul, exp.Div))


def _arithmetic_around(literal: exp.Expr) -> exp.Expr | None:
    """The largest arithmetic expression a literal is a term or factor of."""
    found: exp.Expr | None = None
    node = literal.parent
    while isinstance(node, (*_ARITHMETIC, *_WRAPPERS)):
        if isinstance(node, _ARITHMETIC):
            found = node
        node = node.parent
    return found


def _text(literal: exp.Expr, reading: Reading, kind: Kind) -> Iterator[Fault]:
    parent = literal.parent
    if isinstance(parent, (exp.Cast, exp.TryCast)):
        refused = _cast_text(literal, parent)
        if refused is not None:
            yield refused
        return
    if _DATE_LIKE.match(literal.name) and _meets_date(literal, reading):
        yield _date(literal)
    elif not _text_may_stand(literal, reading, kind):
        yield fault(
            "literal_text",
            literal,
            en="a text is compared with =, <> or IN, or names a _code, _method or _reason",
            zh="文本只能用 =、<>、IN 比较, 或作为 _code、_method、_reason 列的值",
        )


def _cast_text(literal: exp.Expr, cast: exp.Expr) -> Fault | None:
    to = cast_type(cast.args.get("to"))
    if to.is_moment:
        return None if to == types.DATE and literal.name == OPEN_END else _date(literal)
    if to.family == "decimal":
        exact = to == types.decimal(RECIPROCAL_DIGITS, RECIPROCAL_DIGITS) and literal.name in reciprocals()
        return None if exact else _decimal(literal)
    if to.is_number:
        return _number(literal)
    return fault("literal_text", literal, en="leave the CAST of a text out", zh="文本字面量不需要 CAST")


@cache
def reciprocals() -> frozenset[str]:
    """The reciprocals allowed, rounded to the nearest at the last digit, as `0.` and 17 digits.

    The nearest and not the truncated value: its error of half a unit keeps a true half-fen on its side
    up to 10⁹ yuan.
    """
    unit = 10**RECIPROCAL_DIGITS
    nearest = (round(Fraction(unit, number)) for number in RECIPROCALS_OF)
    return frozenset(str(Decimal(value).scaleb(-RECIPROCAL_DIGITS)) for value in nearest)


def _meets_date(literal: exp.Expr, reading: Reading) -> bool:
    parent = literal.parent
    if parent is None or not isinstance(parent, (exp.Binary, exp.In, exp.Between, exp.Func)):
        return False
    return any(reading.type_of(part).is_moment for part in parent.iter_expressions())


def _text_may_stand(literal: exp.Expr, reading: Reading, kind: Kind) -> bool:
    node, parent = literal, literal.parent
    while True:
        if isinstance(parent, _TEXT_COMPARED):
            return True
        if isinstance(parent, exp.Nullif) and node.arg_key == "expression":
            return True
        if isinstance(parent, exp.If) and node.arg_key == "this":
            return isinstance(parent.parent, exp.Case) and parent.parent.args.get("this") is not None
        if isinstance(parent, exp.DPipe):
            return not any(character.isalnum() for character in literal.name)
        if isinstance(parent, (exp.Replace, exp.Trim)) and kind == "to_core":
            return True
        if isinstance(parent, (exp.Alias, exp.Select)):
            projection = parent if isinstance(parent, exp.Alias) else node
            return reading.output_name.get(id(projection), "").rpartition("_")[2] in LABEL_WORDS
        if not isinstance(parent, (exp.Paren, exp.Coalesce, exp.Case, exp.If)):
            return False
        node, parent = parent, parent.parent


def _number(node: exp.Expr) -> Fault:
    return fault(
        "literal_number",
        node,
        en=f"{node.name[:20]}: make it a parameter (topic), a setting (mart) or law",
        zh=f"{node.name[:20]}: 请改为参数 (主题)、设置 (mart) 或法规值",
    )


def _decimal(node: exp.Expr) -> Fault:
    return fault(
        "decimal_literal",
        node,
        en=f"{node.name[:20]}: make it a parameter, a setting or law; only 17-digit reciprocals of "
        f"{', '.join(map(str, RECIPROCALS_OF))} as DECIMAL(17,17) are written out",
        zh=f"{node.name[:20]}: 请改为参数、设置或法规值; 只有 {'、'.join(map(str, RECIPROCALS_OF))} 的 17 位"
        "倒数可写成 DECIMAL(17,17)",
    )


def _date(node: exp.Expr) -> Fault:
    return fault(
        "literal_date",
        node,
        en=f"dates come from data, parameters, law or sweep_window (only '{OPEN_END}' is written out)",
        zh=f"日期取自数据、参数、法规或 sweep_window (只有 '{OPEN_END}' 可写明)",
    )
