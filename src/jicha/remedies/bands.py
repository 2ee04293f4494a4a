"""Energy at its price: one price, several registers of time of use, or several items."""

from __future__ import annotations

from decimal import Decimal

from jicha.kernel.derivation import Input, Node, Step
from jicha.remedies.claim import Draft
from jicha.remedies.fields import Field, Given, Kind, field
from jicha.remedies.problem import refuse
from jicha.remedies.steps import difference, given, money, product, total

PRICE = field("price", Kind.number, "Price of a kWh", "电价(元/千瓦时)", "flat_price", "unit_price")

FIELDS: tuple[Field, ...] = (
    PRICE,
    field(
        "bands",
        Kind.rows,
        "Metered energy and price of each register of time of use",
        "各时段抄见电量与电价",
        fields=(
            field("band", Kind.text, "Name of the band: peak, flat, valley", "时段", required=True),
            field("kwh", Kind.number, "Metered energy", "抄见电量", required=True),
            field("price", Kind.number, "Price of a kWh", "电价", required=True),
        ),
    ),
    *(
        each
        for band, zh in (("critical", "尖峰"), ("peak", "高峰"), ("valley", "低谷"), ("deep", "深谷"))
        for each in (
            field(f"{band}_kwh", Kind.number, f"Metered energy of the {band} band", f"{zh}抄见电量", band),
            field(f"{band}_price", Kind.number, f"Price of the {band} band", f"{zh}电价"),
            field(
                f"{band}_ratio",
                Kind.number,
                f"{band} price as a ratio of the flat one",
                f"{zh}电价与平段之比",
            ),
        )
    ),
)

_NAMED = ("critical", "peak", "valley", "deep")


def bands_of(inputs: Given, metered: Node) -> list[tuple[str, Node, Node]]:
    """Each band with its metered energy and its price; the rest of the energy is flat. Empty without bands."""
    rows = inputs.rows("bands")
    if rows:
        stated = [
            (
                str(row.get("band")),
                given(
                    "metered_kwh",
                    row.need("kwh", "the band's energy", "该时段电量"),
                    name=f"{row.get('band')}_kwh",
                ),
                given(
                    "price",
                    row.need("price", "the band's price", "该时段电价"),
                    name=f"{row.get('band')}_price",
                ),
            )
            for row in rows
        ]
        names = [name for name, _, _ in stated]
        if len(set(names)) != len(names):
            raise refuse("band_twice", inputs.at("bands"), "a band stands twice", "时段重复")
        return [(name, kwh, price) for name, kwh, price in stated]
    found: list[tuple[str, Node, Node]] = []
    for band in _NAMED:
        kwh = inputs.number(f"{band}_kwh")
        if kwh is not None:
            found.append((band, given("metered_kwh", kwh, name=f"{band}_kwh"), _price(inputs, band)))
    if not found:
        return []
    flat = difference("metered_kwh", metered, *(kwh for _, kwh, _ in found), name="flat_kwh")
    if isinstance(flat.value, Decimal) and flat.value < 0:
        raise refuse(
            "bands_exceed_total",
            inputs.at("metered_kwh"),
            "the bands together are more than the whole energy",
            "各时段电量之和大于总电量",
        )
    found.append(("flat", flat, _flat(inputs)))
    return found


def _flat(inputs: Given) -> Input:
    return given("price", inputs.need("price", "the flat price", "平段电价"), name="flat_price")


def _price(inputs: Given, band: str) -> Node:
    """A band's price as stated, or as a ratio of the flat price."""
    which = inputs.only_one(f"{band}_price", f"{band}_ratio")
    if which == f"{band}_ratio":
        ratio = given("price_ratio", inputs.need(which, "the ratio", "比例"), name=which)
        return product("price", _flat(inputs), ratio, name=f"{band}_price")
    return given(
        "price",
        inputs.need(f"{band}_price", f"the price of {band}, or {band}_ratio", "该时段电价或其比例"),
        name=f"{band}_price",
    )


def priced(draft: Draft, energy: Step, rate: Node | None, inputs: Given, metered: Node) -> Step | None:
    """Money of corrected energy: by bands each band's energy × rate × its price, otherwise energy × price.

    None where no price is given. Every band is rounded to the fen by itself, as a bill's lines are.
    """
    bands = bands_of(inputs, metered)
    if bands and rate is not None:
        lines = [money("item_yuan", kwh, rate, price, name=f"{band}_yuan") for band, kwh, price in bands]
        draft.keep(*lines)
        return total("energy_yuan", *lines)
    if inputs.number("price") is None:
        return None
    price = given("price", inputs.need("price", "the price", "电价"))
    return money("energy_yuan", energy, price)
