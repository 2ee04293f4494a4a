"""Rules on sums, products and quotients: exact where it is money, double where it is a ratio."""

from __future__ import annotations

from collections.abc import Iterator

import sqlglot.expressions as exp

from jicha.warehouse.portable import types
from jicha.warehouse.portable.grammar import UNIT_NUMBERS
from jicha.warehouse.portable.inference import round_scale
from jicha.warehouse.portable.reading import Reading
from jicha.warehouse.portable.rule import Fault, Kind, Rule, fault
from jicha.warehouse.portable.types import WIDEST, WORD, Type

RULES: tuple[Rule, ...] = (
    Rule(
        "decimal_division",
        en="A quotient is a ratio of doubles whose divisor may not be zero: "
        "CAST(x AS DOUBLE) / NULLIF(CAST(y AS DOUBLE), 0), or / CAST(1000 AS DOUBLE) for a unit. "
        "Why: decimal / decimal is a double on DuckDB and a decimal of its own scale on Spark; x / 0 raises "
        "on one of them.",
        zh="除法只用于 DOUBLE 之间的比值, 除数须防零: CAST(x AS DOUBLE) / NULLIF(CAST(y AS DOUBLE), 0); 换算"
        "单位写 / CAST(1000 AS DOUBLE)。"
        "原因: DECIMAL 相除在 DuckDB 得浮点数, 在 Spark 得另一精度的小数; 除零在其一会报错。",
        good=(
            "select cast(m.sold_kwh as double) / nullif(cast(m.supplied_kwh as double), 0) as sold_ratio, "
            "cast(m.sold_kwh as double) / cast(1000 as double) as sold_mwh from mart.area_month as m",
        ),
        bad=(
            "select m.sold_kwh / m.supplied_kwh as sold_ratio from mart.area_month as m",
            "select m.sold_kwh / nullif(m.supplied_kwh, 0) as sold_ratio from mart.area_month as m",
            "select cast(m.sold_kwh as double) / cast(m.supplied_kwh as double) as sold_ratio from "
            "mart.area_month as m",
            "select m.used_kwh / 12 as used_kwh from mart.customer_month as m",
        ),
    ),
    Rule(
        "decimal_product",
        en="In a product of decimals exactly one operand is first cast to 20 digits, CAST(kwh AS "
        "DECIMAL(20,2)) * price, and the "
        "product is rounded, CAST(ROUND(…, 2) AS DECIMAL(14,2)), before it meets another factor. "
        "Why: 18 × 18 digits raise on DuckDB above 10⁸ yuan; more than 38 digits silently lose price digits "
        "on Spark.",
        zh="DECIMAL 相乘时恰有一个因子先转为 20 位: CAST(kwh AS DECIMAL(20,2)) * price; 乘积先取整 "
        "CAST(ROUND(…, 2) AS DECIMAL(14,2)) 再与其他因子相乘。"
        "原因: 18 位乘 18 位在 DuckDB 超过 10⁸ 元即报错; 超过 38 位在 Spark 会悄悄丢失电价位数。",
        good=(
            "select cast(round(cast(i.used_kwh as decimal(20,2)) * p.price_yuan_per_kwh, 2) as "
            "decimal(14,2)) as energy_yuan "
            "from mart.billing_input as i left join law.price as p on p.price_code = i.price_code "
            "and i.month_on >= p.valid_from and i.month_on < p.valid_to",
            "select m.used_kwh * 12 as year_kwh from mart.customer_month as m",
        ),
        bad=(
            "select cast(round(i.used_kwh * p.price_yuan_per_kwh, 2) as decimal(14,2)) as energy_yuan "
            "from mart.billing_input as i left join law.price as p on p.price_code = i.price_code "
            "and i.month_on >= p.valid_from and i.month_on < p.valid_to",
            "select cast(round(cast(i.used_kwh as decimal(38,2)) * p.price_yuan_per_kwh, 2) as "
            "decimal(14,2)) as energy_yuan "
            "from mart.billing_input as i left join law.price as p on p.price_code = i.price_code "
            "and i.month_on >= p.valid_from and i.month_on < p.valid_to",
            "select cast(round(cast(c.contract_capacity_kva as decimal(20,2)) * "
            "cast(c.contract_capacity_kva as decimal(5,2)) "
            "* cast(c.contract_capacity_kva as decimal(5,2)), 2) as decimal(14,2)) as cube_kva from "
            "core.customer as c",
        ),
    ),
    Rule(
        "sum_widens",
        en="A SUM has 38 digits: cast it back before it meets a factor, and cast a SUM of integers before "
        "it is an output, "
        "CAST(SUM(n) AS BIGINT). Why: a product of a 38-digit number loses digits on Spark; DuckDB's "
        "128-bit integer "
        "becomes a double in Parquet.",
        zh="SUM 的结果为 38 位: 参与乘法前先转回; 整数之和输出前写 CAST(SUM(n) AS BIGINT)。"
        "原因: 38 位数相乘在 Spark 会丢位; DuckDB 的 128 位整数写入 Parquet 会变成浮点数。",
        good=(
            "select cast(sum(m.used_kwh) as decimal(16,2)) * p.min_ratio as low_kwh, cast(sum(m.days) as "
            "bigint) as days "
            "from mart.customer_month as m join parameter as p on p.org_id = m.org_id group by p.min_ratio",
        ),
        bad=(
            "select sum(m.used_kwh) * p.min_ratio as low_kwh from mart.customer_month as m "
            "join parameter as p on p.org_id = m.org_id group by p.min_ratio",
            "select sum(m.days) as days from mart.customer_month as m",
        ),
    ),
    Rule(
        "narrowing_cast",
        en="A CAST to fewer decimal places, or from DOUBLE to DECIMAL, has ROUND with that scale inside: "
        "CAST(ROUND(x, 2) AS DECIMAL(14,2)). Why: the rounding is said, not left to the engine.",
        zh="转为更少小数位或由 DOUBLE 转为 DECIMAL 时, 内层须写相同位数的 ROUND: CAST(ROUND(x, 2) AS "
        "DECIMAL(14,2))。"
        "原因: 舍入方式要写明, 不交给引擎决定。",
        good=(
            "select cast(round(m.used_kwh, 0) as decimal(14,0)) as whole_kwh from mart.customer_month as m",
        ),
        bad=(
            "select cast(m.used_kwh as decimal(14,0)) as whole_kwh from mart.customer_month as m",
            "select cast(m.usage_share as decimal(6,4)) as share_ratio from mart.customer_month as m",
        ),
    ),
    Rule(
        "integer_cast",
        en="FLOOR, CEIL or ROUND stands inside a CAST of a decimal or double to an integer. "
        "Why: DuckDB rounds, Spark cuts.",
        zh="DECIMAL 或 DOUBLE 转整数时, 内层须写 FLOOR、CEIL 或 ROUND。原因: DuckDB 四舍五入, Spark 截断。",
        good=("select cast(floor(m.used_kwh) as integer) as whole_kwh from mart.customer_month as m",),
        bad=(
            "select cast(m.used_kwh as integer) as whole_kwh from mart.customer_month as m",
            "select cast(round(m.usage_share, 1) as bigint) as whole_share from mart.customer_month as m",
        ),
    ),
)

_ROUNDED = (exp.Round, exp.Floor, exp.Ceil)


def check(reading: Reading, _: Kind) -> Iterator[Fault]:
    for division in reading.all(exp.Div):
        yield from _division(division, reading)
    for product in reading.all(exp.Mul):
        yield from _product(product, reading)
    for scope in reading.scopes:
        for projection, column in zip(scope.select.expressions, scope.columns, strict=True):
            if column.type == types.HUGEINT:
                yield fault(
                    "sum_widens",
                    projection,
                    en=f"{column.name} is a SUM of integers: write CAST(SUM(…) AS BIGINT)",
                    zh=f"{column.name} 为整数之和: 请写 CAST(SUM(…) AS BIGINT)",
                )
    for cast in reading.all(exp.Cast, exp.TryCast):
        yield from _cast(cast, reading)


def without_parentheses(node: exp.Expr) -> exp.Expr:
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def _division(node: exp.Expr, reading: Reading) -> Iterator[Fault]:
    divisor = without_parentheses(node.args["expression"])
    for operand in (node.this, divisor):
        kind = reading.type_of(operand)
        if kind.kind and kind != types.DOUBLE:
            yield fault(
                "decimal_division",
                node,
                en=f"{kind} in a division: write CAST(x AS DOUBLE) / NULLIF(CAST(y AS DOUBLE), 0)",
                zh=f"除法中出现 {kind}: 请写 CAST(x AS DOUBLE) / NULLIF(CAST(y AS DOUBLE), 0)",
            )
            return
    inner = without_parentheses(divisor.this) if isinstance(divisor, exp.Cast) else divisor
    if isinstance(inner, exp.Literal) and inner.name in UNIT_NUMBERS:
        return
    if not (isinstance(inner, exp.Nullif) and _is_zero(inner.args.get("expression"))):
        yield fault(
            "decimal_division",
            node,
            en="the divisor may be zero: write NULLIF(…, 0)",
            zh="除数可能为零: 请写 NULLIF(…, 0)",
        )


def _is_zero(node: exp.Expr | None) -> bool:
    return isinstance(node, exp.Literal) and node.name == "0"


def _product(node: exp.Expr, reading: Reading) -> Iterator[Fault]:
    operands = [without_parentheses(part) for part in (node.this, node.args["expression"])]
    left, right = (_width(operand, reading) for operand in operands)
    if not (left.is_exact and right.is_exact and "decimal" in (left.family, right.family)):
        return
    if WIDEST in (left.precision, right.precision) and not _cast_by_hand(operands, reading):
        yield fault(
            "sum_widens",
            node,
            en=f"{left} × {right}: a SUM has {WIDEST} digits; cast it back before multiplying",
            zh=f"{left} × {right}: SUM 为 {WIDEST} 位, 相乘前请先转回",
        )
    elif left.precision + right.precision + 1 > WIDEST:
        yield _too_wide(node, left, right)
    elif max(left.precision, right.precision) <= WORD < left.precision + right.precision:
        yield fault(
            "decimal_product",
            node,
            en=f"{left} × {right} may overflow: cast exactly one operand to 20 digits, CAST(x AS "
            f"DECIMAL(20,{left.scale}))",
            zh=f"{left} × {right} 可能溢出: 请将其中一个因子转为 20 位, CAST(x AS DECIMAL(20,{left.scale}))",
        )
    elif any(_is_open_product(operand, reading) for operand in operands) and not any(
        map(_is_number, operands)
    ):
        yield fault(
            "decimal_product",
            node,
            en="round the product, CAST(ROUND(…, 2) AS DECIMAL(14,2)), before it meets another factor",
            zh="乘积须先取整 CAST(ROUND(…, 2) AS DECIMAL(14,2)), 再与其他因子相乘",
        )


def _width(node: exp.Expr, reading: Reading) -> Type:
    """Digits of a factor as the strictest engine counts them: a literal has those it is written with."""
    kind = reading.type_of(node)
    if kind.family != "integer":
        return kind
    digits = node.this if isinstance(node, exp.Neg) else node
    if isinstance(digits, exp.Literal):
        return Type("integer", len(digits.name))
    return Type("integer", 20) if kind == types.INTEGER else kind


def _cast_by_hand(operands: list[exp.Expr], reading: Reading) -> bool:
    wide = [operand for operand in operands if reading.type_of(operand).precision == WIDEST]
    return all(isinstance(operand, exp.Cast) for operand in wide)


def _too_wide(node: exp.Expr, left: Type, right: Type) -> Fault:
    return fault(
        "decimal_product",
        node,
        en=f"{left} × {right} has more than {WIDEST} digits: cast the wider operand to fewer (20 for one, "
        "17 at most for the other)",
        zh=f"{left} × {right} 超过 {WIDEST} 位: 请把较宽的因子转窄 (一个 20 位, 另一个至多 17 位)",
    )


def _is_number(node: exp.Expr) -> bool:
    return isinstance(node.this if isinstance(node, exp.Neg) else node, exp.Literal)


def _is_open_product(node: exp.Expr, reading: Reading) -> bool:
    if not isinstance(node, exp.Mul) or reading.type_of(node).family != "decimal":
        return False
    factors = [without_parentheses(part) for part in (node.this, node.args["expression"])]
    return not any(map(_is_number, factors))


def _cast(node: exp.Expr, reading: Reading) -> Iterator[Fault]:
    source, target = reading.type_of(node.this), reading.type_of(node)
    inner = without_parentheses(node.this)
    loses_places = source == types.DOUBLE or (source.family == "decimal" and source.scale > target.scale)
    if not loses_places or not target.is_exact:
        return
    if isinstance(inner, _ROUNDED) and _places(inner) <= target.scale:
        return
    if target.family == "decimal":
        yield fault(
            "narrowing_cast",
            node,
            en=f"{source} to {target}: write CAST(ROUND(x, {target.scale}) AS {str(target).upper()})",
            zh=f"{source} 转 {target}: 请写 CAST(ROUND(x, {target.scale}) AS {str(target).upper()})",
        )
    else:
        yield fault(
            "integer_cast",
            node,
            en=f"{source} to an integer: put FLOOR, CEIL or ROUND inside the CAST",
            zh=f"{source} 转整数: CAST 内请先写 FLOOR、CEIL 或 ROUND",
        )


def _places(node: exp.Expr) -> int:
    """Decimal places a ROUND, FLOOR or CEIL leaves; more than any decimal has when it cannot be told."""
    if not isinstance(node, exp.Round):
        return 0
    scale = round_scale(node)
    return WIDEST + 1 if scale is None else scale
