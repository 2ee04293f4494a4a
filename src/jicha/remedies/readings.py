"""Register readings (示数): their difference, round the register's end too, and the energy it stands for."""

from __future__ import annotations

from decimal import Decimal

from jicha.kernel.derivation import Node
from jicha.remedies.element_share import ratio_of
from jicha.remedies.fields import Field, Given, Kind, field
from jicha.remedies.problem import refuse
from jicha.remedies.steps import difference, energy, given, total

READINGS: tuple[Field, ...] = (
    field("readings", Kind.numbers, "Register readings, the earlier first", "示数(上次、本次)"),
    field("previous_reading", Kind.number, "Earlier reading", "上次示数", "last_reading", "start"),
    field("current_reading", Kind.number, "Later reading", "本次示数", "this_reading", "end"),
    field("register_difference", Kind.number, "Difference of the readings", "示数差", "diff", "index_kwh"),
    field(
        "register_digits",
        Kind.number,
        "Whole digits of the register, where it rolled over",
        "整数位数",
        "digits",
    ),
)

STATED = field("multiplier_stated", Kind.ratio, "Multiplier, as stated", "倍率(题给)")

#: Readings in the place of metered energy.
FIELDS: tuple[Field, ...] = (*READINGS, STATED)


def energy_of(inputs: Given) -> Node | None:
    """Metered energy as stated, or register difference × the multiplier stated; None where neither is given."""
    if "metered_kwh" in inputs:
        return given("metered_kwh", inputs.need("metered_kwh", "", ""))
    if not has_reading(inputs):
        return None
    ratio = inputs.ratio("multiplier_stated")
    factors = [] if ratio is None else [ratio_of(ratio, "multiplier_stated")]
    return energy("metered_kwh", register(inputs), *factors)


def has_reading(inputs: Given) -> bool:
    return any(name in inputs for name in ("readings", "current_reading", "register_difference"))


def register(inputs: Given) -> Node:
    """The register difference; a register that rolled over counts once round."""
    way = inputs.only_one("readings", "current_reading", "register_difference")
    if way is None:
        raise refuse("missing_input", inputs.at("readings"), "give the readings", "请给出示数")
    if way == "register_difference":
        return given("register_difference", inputs.need(way, "", ""))
    if way == "readings":
        both = inputs.items("readings")
        if len(both) != len(("earlier", "later")):
            raise refuse(
                "two_readings",
                inputs.at("readings"),
                "give two readings, the earlier first",
                "须为两个示数, 先上次后本次",
            )
        earlier, later = both
    else:
        earlier = inputs.need("previous_reading", "the earlier reading", "上次示数")
        later = inputs.need("current_reading", "the later reading", "本次示数")
    first, last = (
        given("reading", earlier, name="previous_reading"),
        given("reading", later, name="current_reading"),
    )
    if later >= earlier:
        return difference("register_difference", last, first)
    digits = inputs.number("register_digits")
    if digits is None or digits != digits.to_integral_value():
        raise refuse(
            "reading_went_back",
            inputs.at(way),
            f"{later} is below {earlier}: give register_digits if it rolled over, otherwise check them",
            f"本次示数 {later} 小于上次 {earlier}: 若表计翻转请给出 register_digits, 否则请核对示数",
        )
    round_trip = given("reading", Decimal(1).scaleb(int(digits)), name="register_capacity")
    return difference("register_difference", total("reading", last, round_trip, name="reading_rolled"), first)
