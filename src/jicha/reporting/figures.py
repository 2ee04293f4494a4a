"""Figures of an analysis report: error and collection rates, average prices, what moved revenue.

Revenue between two spans is told apart into the effect of quantity at the old price and the effect of price at the new
quantity, which add up to the whole change. Results are exact but for quotients (twelve places).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from jicha.kernel.derivation import Input, Node, Operation, Step, compute
from jicha.kernel.formulas import (
    ON_THE_WAY,
    PLACES,
    Formula,
    FormulaBook,
    Known,
    difference,
    product,
    quotient,
    rows,
    total,
)

_ONE = Input("one", Decimal(1), "ratio")


def _row_revenue(row: Mapping[str, Node], place: int) -> Node:
    if "revenue_yuan" in row:
        return row["revenue_yuan"]
    return compute(
        Operation.PRODUCT, f"revenue [{place}]", [row["energy_kwh"], row["price_yuan_per_kwh"]], unit="yuan"
    )


def _classes_revenue(name: str, known: Sequence[Known]) -> Step:
    parts = [_row_revenue(row, place) for place, row in enumerate(rows(known[0]), start=1)]
    return compute(Operation.SUM, name, parts)


def _classes_energy(name: str, known: Sequence[Known]) -> Step:
    return compute(Operation.SUM, name, [row["energy_kwh"] for row in rows(known[0])])


def _between(first: Node, second: Node, name: str, unit: str | None) -> Step:
    return compute(Operation.DIFFERENCE, name, [second, first], unit=unit)


def _tier_price(name: str, known: Sequence[Known]) -> Step:
    """The price above the limit: what two bills above it differ by, over the energy they differ by."""
    first, second, *_ = rows(known[0])
    money = _between(first["amount_yuan"], second["amount_yuan"], "amounts_apart", "yuan")
    energy = _between(first["energy_kwh"], second["energy_kwh"], "energies_apart", "kwh")
    return compute(
        Operation.QUOTIENT_ROUNDED,
        name,
        [money, energy],
        unit="yuan_per_kwh",
        places=PLACES,
        rounding=ON_THE_WAY,
    )


def _base_price(name: str, known: Sequence[Known]) -> Step:
    """The price below the limit: a bill less its energy above the limit at the higher price, over the limit."""
    first = rows(known[0])[0]
    limit, higher = known[1], known[2]
    if isinstance(limit, tuple) or isinstance(higher, tuple):
        raise TypeError("a limit and a price are one value each")
    above = compute(Operation.DIFFERENCE, "energy_above", [first["energy_kwh"], limit])
    dear = compute(Operation.PRODUCT, "amount_above", [above, higher], unit="yuan")
    rest = compute(Operation.DIFFERENCE, "amount_below", [first["amount_yuan"], dear])
    return compute(
        Operation.QUOTIENT_ROUNDED,
        name,
        [rest, limit],
        unit="yuan_per_kwh",
        places=PLACES,
        rounding=ON_THE_WAY,
    )


FIGURES = FormulaBook(
    "figures",
    {
        "wrong_customers": "ratio",
        "read_customers": "ratio",
        "due_customers": "ratio",
        "wrong_bills": "ratio",
        "issued_bills": "ratio",
        "received_yuan": "yuan",
        "receivable_yuan": "yuan",
        "first_energy_kwh": "kwh",
        "second_energy_kwh": "kwh",
        "first_price_yuan_per_kwh": "yuan_per_kwh",
        "second_price_yuan_per_kwh": "yuan_per_kwh",
        "first_revenue_yuan": "yuan",
        "second_revenue_yuan": "yuan",
        "amount_yuan": "yuan",
        "basic_yuan": "yuan",
        "energy_kwh": "kwh",
        "energy_price_yuan_per_kwh": "yuan_per_kwh",
        "price_drop_yuan_per_kwh": "yuan_per_kwh",
        "tier_limit_kwh": "kwh",
        "other_amount_yuan": "yuan",
        "fee_yuan": "yuan",
        "base_price_yuan_per_kwh": "yuan_per_kwh",
        "adder_yuan_per_kwh": "yuan_per_kwh",
        "second_adder_yuan_per_kwh": "yuan_per_kwh",
        "tier_1_left_kwh": "kwh",
        "tier_2_quota_kwh": "kwh",
        "tier_2_kwh": "kwh",
        **dict.fromkeys(("critical_kwh", "peak_kwh", "flat_kwh", "valley_kwh"), "kwh"),
        "months": "ratio",
        "outage_hours": "hours",
        "period_hours": "hours",
    },
    (
        # Shares of work done right.
        quotient("reading_error_ratio", ("wrong_customers", "read_customers"), "ratio"),
        quotient("billing_error_ratio", ("wrong_bills", "issued_bills"), "ratio"),
        quotient("reading_ratio", ("read_customers", "due_customers"), "ratio"),
        quotient("collection_ratio", ("received_yuan", "receivable_yuan"), "ratio"),
        difference("arrears_yuan", ("receivable_yuan", "received_yuan")),
        quotient("arrears_ratio", ("arrears_yuan", "receivable_yuan"), "ratio"),
        quotient("outage_ratio", ("outage_hours", "period_hours"), "ratio"),
        difference("supply_reliability_ratio", ("one", "outage_ratio")),
        # Revenue and average price.
        Formula("revenue_yuan", ("classes",), _classes_revenue),
        Formula("classes_energy_kwh", ("classes",), _classes_energy),
        quotient("average_price_yuan_per_kwh", ("revenue_yuan", "classes_energy_kwh"), "yuan_per_kwh"),
        quotient("average_price_yuan_per_kwh", ("amount_yuan", "energy_kwh"), "yuan_per_kwh"),
        product("first_revenue_yuan", ("first_energy_kwh", "first_price_yuan_per_kwh"), "yuan"),
        product("second_revenue_yuan", ("second_energy_kwh", "second_price_yuan_per_kwh"), "yuan"),
        quotient("first_price_yuan_per_kwh", ("first_revenue_yuan", "first_energy_kwh"), "yuan_per_kwh"),
        quotient("second_price_yuan_per_kwh", ("second_revenue_yuan", "second_energy_kwh"), "yuan_per_kwh"),
        total("bands_kwh", ("critical_kwh", "peak_kwh", "flat_kwh", "valley_kwh")),
        total("bands_kwh", ("peak_kwh", "flat_kwh", "valley_kwh")),
        total("whole_energy_kwh", ("first_energy_kwh", "second_energy_kwh")),
        difference("revenue_change_yuan", ("second_revenue_yuan", "first_revenue_yuan")),
        difference("energy_change_kwh", ("second_energy_kwh", "first_energy_kwh")),
        difference("price_change", ("second_price_yuan_per_kwh", "first_price_yuan_per_kwh")),
        product("quantity_effect_yuan", ("energy_change_kwh", "first_price_yuan_per_kwh"), "yuan"),
        product("price_effect_yuan", ("price_change", "second_energy_kwh"), "yuan"),
        quotient("revenue_growth_ratio", ("revenue_change_yuan", "first_revenue_yuan"), "ratio"),
        quotient("energy_growth_ratio", ("energy_change_kwh", "first_energy_kwh"), "ratio"),
        quotient("price_growth_ratio", ("price_change", "first_price_yuan_per_kwh"), "ratio"),
        # What a customer may reach: energy from which the average price falls to a wanted one.
        difference("wanted_price", ("average_price_yuan_per_kwh", "price_drop_yuan_per_kwh")),
        difference("basic_share", ("wanted_price", "energy_price_yuan_per_kwh")),
        quotient("least_energy_kwh", ("basic_yuan", "basic_share"), "kwh"),
        # Prices of a tariff found from its bills.
        Formula("higher_price_yuan_per_kwh", ("bills",), _tier_price),
        Formula(
            "base_price_yuan_per_kwh", ("bills", "tier_limit_kwh", "higher_price_yuan_per_kwh"), _base_price
        ),
        total("higher_price_yuan_per_kwh", ("base_price_yuan_per_kwh", "adder_yuan_per_kwh")),
        total("highest_price_yuan_per_kwh", ("base_price_yuan_per_kwh", "second_adder_yuan_per_kwh")),
        # Energy left in a tier of the year.
        total("upper_limit_kwh", ("tier_1_left_kwh", "tier_2_quota_kwh")),
        difference("tier_2_left_kwh", ("tier_2_quota_kwh", "tier_2_kwh")),
        # One way of being billed beside another.
        difference("saving_yuan", ("other_amount_yuan", "amount_yuan")),
        product("savings_yuan", ("saving_yuan", "months"), "yuan"),
        difference("net_saving_yuan", ("savings_yuan", "fee_yuan")),
        quotient("saving_ratio", ("saving_yuan", "other_amount_yuan"), "ratio"),
    ),
    rows={
        "classes": {"energy_kwh": "kwh", "price_yuan_per_kwh": "yuan_per_kwh", "revenue_yuan": "yuan"},
        "bills": {"energy_kwh": "kwh", "amount_yuan": "yuan"},
    },
    constants=(_ONE,),
)


def figures(inputs: Mapping[str, object]) -> dict[str, Step]:
    """Every figure the inputs lead to, by name. Raises `FormulaError` where they lead to none."""
    return FIGURES.work_out(inputs)
