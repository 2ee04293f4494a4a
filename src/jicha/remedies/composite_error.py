"""Composite error of instrument transformers (合成误差) and of the whole installation, in percent."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from jicha.kernel.derivation import Node, Step
from jicha.law.table import LawRow
from jicha.remedies import angle
from jicha.remedies.claim import Draft
from jicha.remedies.fields import Given
from jicha.remedies.ground import Ground
from jicha.remedies.problem import refuse
from jicha.remedies.steps import PERCENT_PLACES, difference, given, number, one, product, quotient, total


def error(inputs: Given, ground: Ground, draft: Draft) -> None:
    """Composite error of the transformers, and of the whole installation."""
    parts: list[Node] = []
    if has_elements(inputs):
        composite = _composite(inputs, ground)
        draft.keep(composite)
        parts.append(composite)
    for name in ("transformer_error_pct", "meter_error_pct", "drop_error_pct"):
        if name in inputs:
            parts.append(given("error_pct", inputs.need(name, "", ""), name=name))
    if len(parts) > 1 or "composite_error_pct" not in draft.steps:
        draft.keep(total("total_error_pct", *parts))


_ERRORS = ("ct_ratio_error_pct", "ct_phase_minutes", "vt_ratio_error_pct", "vt_phase_minutes")


def has_elements(inputs: Given) -> bool:
    return bool(_elements(inputs))


def _elements(inputs: Given) -> tuple[Given, ...]:
    """Elements as rows, or spelled one by one: ct1_ratio_error_pct, …"""
    rows = inputs.rows("elements")
    if rows:
        return rows
    found: list[Given] = []
    for place in ("1", "2", "3"):
        spelled = {each: inputs.number(each.replace("_", f"{place}_", 1)) for each in _ERRORS}
        values = {each: value for each, value in spelled.items() if value is not None}
        if values:
            found.append(Given(f"element_{place}", values))
    return tuple(found)


def _composite(inputs: Given, ground: Ground) -> Step:
    rows = _elements(inputs)
    wiring = inputs.code("wiring_code") or {
        1: "single_phase",
        2: "three_phase_three_wire",
        3: "three_phase_four_wire",
    }.get(len(rows), "")
    expected = ground.row("meter_capacity", wiring_code=wiring).values["metering_element_count"]
    if expected != len(rows):
        raise refuse(
            "element_count",
            inputs.at("elements"),
            f"a {wiring} meter has {expected} elements",
            f"{wiring} 有 {expected} 个元件",
        )
    row = ground.row("instrument_transformer_error", wiring_code=wiring)
    ratios, minutes = _summed(rows)
    parts: list[Node] = [
        product(
            "composite_error_pct",
            total("ratio_error_pct", *ratios),
            ground.leaf(row, "ratio_error_coefficient"),
            name="by_ratio",
            unit="pct",
        )
    ]
    tangent = angle.tangent(inputs)
    is_uneven = len({number(each) for each in ratios}) > 1 and wiring == "three_phase_three_wire"
    if tangent is None and (is_uneven or any(number(each) for each in minutes)):
        raise refuse(
            "no_load_angle",
            inputs.at("cos_phi"),
            "phase displacements need the load angle: give cos_phi",
            "角差须结合负荷功率因数: 请给出 cos_phi",
        )
    if tangent is not None:
        parts.append(
            product(
                "composite_error_pct",
                total("phase_minutes", *minutes),
                ground.leaf(row, "minute_tangent_coefficient"),
                tangent,
                name="by_angle",
                unit="pct",
            )
        )
    if wiring == "three_phase_three_wire":
        parts += _leaning(ratios, minutes, tangent, ground, row)
    whole = total("composite_error_pct", *parts, name="composite_sum")
    return quotient("composite_error_pct", whole, one(None), places=PERCENT_PLACES)


def _leaning(
    ratios: Sequence[Step], minutes: Sequence[Step], tangent: Node | None, ground: Ground, row: LawRow
) -> list[Node]:
    """What two elements of unlike errors add: the second's ratio errors by the tangent, the first's angles."""
    found: list[Node] = [
        product(
            "composite_error_pct",
            difference("phase_minutes", minutes[0], minutes[1], name="minute_difference"),
            ground.leaf(row, "minute_coefficient"),
            name="by_unlike_angle",
            unit="pct",
        )
    ]
    if tangent is not None:
        found.append(
            product(
                "composite_error_pct",
                difference("ratio_error_pct", ratios[1], ratios[0], name="ratio_difference"),
                ground.leaf(row, "ratio_tangent_coefficient"),
                tangent,
                name="by_unlike_ratio",
                unit="pct",
            )
        )
    return found


def _summed(rows: Sequence[Given]) -> tuple[list[Step], list[Step]]:
    """Of each element: ratio errors added, phase displacement of current less that of voltage."""
    ratios, minutes = [], []
    for place, row in enumerate(rows, 1):
        f = [
            given("ratio_error_pct", row.number(name) or Decimal(0), name=f"{name}_{place}")
            for name in ("ct_ratio_error_pct", "vt_ratio_error_pct")
        ]
        d = [
            given("phase_minutes", row.number(name) or Decimal(0), name=f"{name}_{place}")
            for name in ("ct_phase_minutes", "vt_phase_minutes")
        ]
        ratios.append(total("ratio_error_pct", *f, name=f"ratio_error_{place}_pct"))
        minutes.append(difference("phase_minutes", d[0], d[1], name=f"phase_{place}_minutes"))
    return ratios, minutes
