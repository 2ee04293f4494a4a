"""The power-factor adjustment of a month, step by step: what a bill charges for it, and what another one would.

Power factor = P ÷ √(P² + Q²) with Q the sum of reactive energy in both directions, rounded by
`law.power_factor_rounding`; its rate stands in `law.power_factor_rate` beside the standard the user is held to; the
adjustment is the base (energy and basic charge, no surcharges) × rate, to the fen. The marts reckon all bills
(power_factor_charge); this is one of them by hand, with its clauses. Source: 功率因数调整电费办法 of 1983.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from jicha.kernel.derivation import Input, Node, Operation, Step, compute
from jicha.kernel.formulas import (
    Formula,
    FormulaBook,
    FormulaError,
    Known,
    difference,
    node,
    product,
    quotient,
    rows,
    square_root,
    total,
)
from jicha.kernel.money import FEN_PLACES, Rounding
from jicha.law.book import Law
from jicha.law.table import LawRow
from jicha.losses.constants import HUNDRED, in_force

FIELDS: Mapping[str, str | None] = {
    "active_kwh": "kwh",
    "reactive_kvarh": "kvarh",
    "reverse_kvarh": "kvarh",
    "missed_kvarh": "kvarh",
    "given_power_factor_ratio": "ratio",
    "power_factor_standard_ratio": "ratio",
    "energy_yuan": "yuan",
    "basic_yuan": "yuan",
    "price_yuan_per_kwh": "yuan_per_kwh",
    "capacity_kva": "kva",
    "basic_price": "yuan_per_kva_month",
    "base_yuan": "yuan",
    "billed_yuan": "yuan",
    "surcharge_yuan": "yuan",
    "other_yuan": "yuan",
    "stated_adjustment_yuan": "yuan",
}


def power_factor(inputs: Mapping[str, object], law: Law, *, on: date | None = None) -> dict[str, Step]:
    """Power factor, rate, base and adjustment, by name; with `missed_kvarh` also as it ought to have been.

    `on` is the day whose law holds (default: what holds still). Raises `FormulaError` where the inputs lead
    to nothing, or the standard has no rates.
    """
    return _book(law, on).work_out(inputs)


def _book(law: Law, on: date | None) -> FormulaBook:
    return FormulaBook(
        "power_factor",
        FIELDS,
        (
            # As read.
            total("billed_kvarh", ("reactive_kvarh", "reverse_kvarh")),
            total("billed_kvarh", ("reactive_kvarh",)),
            *_measured("", "billed_kvarh"),
            _rounded("power_factor_ratio", "measured_ratio", law, on),
            _rounded("power_factor_ratio", "given_power_factor_ratio", law, on),
            _rate("adjustment_rate_pct", "power_factor_ratio", law, on),
            quotient("adjustment_rate_ratio", ("adjustment_rate_pct", "hundred"), "ratio"),
            # The money it adjusts.
            Formula("energy_yuan", ("energy_charges",), _added_up),
            product("energy_yuan", ("active_kwh", "price_yuan_per_kwh"), "yuan"),
            product("basic_yuan", ("capacity_kva", "basic_price"), "yuan"),
            total("base_yuan", ("energy_yuan", "basic_yuan")),
            _unadjusted(),
            total("base_yuan", ("energy_yuan",)),
            _adjustment("adjustment_yuan", "adjustment_rate_ratio"),
            total("bill_yuan", ("base_yuan", "adjustment_yuan")),
            total("whole_bill_yuan", ("base_yuan", "adjustment_yuan", "surcharge_yuan", "other_yuan")),
            total(
                "stated_bill_yuan", ("base_yuan", "stated_adjustment_yuan", "surcharge_yuan", "other_yuan")
            ),
            # As it ought to have been read.
            total("right_kvarh", ("billed_kvarh", "missed_kvarh")),
            *_measured("right_", "right_kvarh"),
            _rounded("right_power_factor_ratio", "right_measured_ratio", law, on),
            _rate("right_rate_pct", "right_power_factor_ratio", law, on),
            quotient("right_rate_ratio", ("right_rate_pct", "hundred"), "ratio"),
            _adjustment("right_adjustment_yuan", "right_rate_ratio"),
            total("right_bill_yuan", ("base_yuan", "right_adjustment_yuan")),
            difference("back_billed_yuan", ("right_bill_yuan", "billed_yuan")),
            difference("back_billed_yuan", ("right_bill_yuan", "bill_yuan")),
        ),
        rows={"energy_charges": {"charge_yuan": "yuan"}},
        constants=(HUNDRED,),
    )


def _measured(prefix: str, reactive: str) -> tuple[Formula, ...]:
    return (
        product("active_squared", ("active_kwh", "active_kwh"), None),
        product(f"{prefix}reactive_squared", (reactive, reactive), None),
        total(f"{prefix}apparent_squared", ("active_squared", f"{prefix}reactive_squared")),
        square_root(f"{prefix}apparent_kvah", f"{prefix}apparent_squared", None),
        quotient(f"{prefix}measured_ratio", ("active_kwh", f"{prefix}apparent_kvah"), "ratio"),
    )


def _added_up(name: str, known: Sequence[Known]) -> Step:
    parts: list[Node] = [row["charge_yuan"] for row in rows(known[0])]
    return compute(Operation.SUM, name, parts)


def _rounded(gives: str, takes: str, law: Law, on: date | None) -> Formula:
    row = _in_force(law, "power_factor_rounding", on)

    def make(name: str, known: Sequence[Known]) -> Step:
        one = Input("one", Decimal(1), "ratio")
        return compute(
            Operation.QUOTIENT_ROUNDED,
            name,
            [node(known[0]), one],
            unit="ratio",
            places=int(str(row.values["power_factor_decimals"])),
            rounding=Rounding(str(row.values["rounding_mode_code"])),
            clause="; ".join(row.citations),
        )

    return Formula(gives, (takes,), make)


def _rate(gives: str, takes: str, law: Law, on: date | None) -> Formula:
    """The rate beside the standard and the power factor, both in hundredths."""

    def make(name: str, known: Sequence[Known]) -> Step:
        standard, factor = (_hundredths(node(each)) for each in known)
        found = [
            row
            for row in law.table("power_factor_rate").matching(
                power_factor_standard_pct=standard, power_factor_pct=factor
            )
            if in_force(row, on)
        ]
        if len(found) != 1:
            raise FormulaError(
                "no_rate",
                en=f"law.power_factor_rate has {len(found)} rates for the standard {standard} and {factor} on {on}",
                zh=f"{on} 标准 {standard}、功率因数 {factor} 在 law.power_factor_rate 中有 {len(found)} 个比例",
            )
        label = f"{factor}/{standard}"
        value = found[0].values["adjustment_rate_pct"]
        leaf = Input(
            label,
            value if isinstance(value, Decimal) else Decimal(str(value)),
            "pct",
            "; ".join(found[0].citations),
        )
        # The row is picked by its name; what it was picked for stands behind it.
        asked = [node(each) for each in known]
        return compute(Operation.LOOKUP, name, [Input("power_factor_of_standard", label), leaf, *asked])

    return Formula(gives, ("power_factor_standard_ratio", takes), make)


def _adjustment(gives: str, rate: str) -> Formula:
    def make(name: str, known: Sequence[Known]) -> Step:
        return compute(
            Operation.PRODUCT_ROUNDED,
            name,
            [node(each) for each in known],
            unit="yuan",
            places=FEN_PLACES,
            rounding=Rounding.HALF_UP,
        )

    return Formula(gives, ("base_yuan", rate), make)


def _unadjusted() -> Formula:
    """The base of a bill whose whole is told: the whole ÷ (1 + rate), to the fen."""

    def make(name: str, known: Sequence[Known]) -> Step:
        billed, rate = (node(each) for each in known)
        factor = compute(Operation.SUM, "adjusted_share", [Input("one", Decimal(1), "ratio"), rate])
        return compute(
            Operation.QUOTIENT_ROUNDED,
            name,
            [billed, factor],
            unit="yuan",
            places=FEN_PLACES,
            rounding=Rounding.HALF_UP,
        )

    return Formula("base_yuan", ("billed_yuan", "adjustment_rate_ratio"), make)


def _hundredths(value: Node) -> int:
    if not isinstance(value.value, Decimal):
        raise TypeError("a power factor is a number")
    return int(value.value.scaleb(len("00")))


def _in_force(law: Law, table: str, on: date | None) -> LawRow:
    row = next((each for each in law.table(table).rows if in_force(each, on)), None)
    if row is None:
        raise FormulaError(
            "no_law", en=f"law.{table} has no row on {on}", zh=f"{on} 在 law.{table} 中没有有效行"
        )
    return row
