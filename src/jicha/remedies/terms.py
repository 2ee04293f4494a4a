"""The names of a remedy's results and steps, and their units.

What a name means in both languages is content: `lexicon/derivation_names.yaml`, and for columns of tables the lexicon.
"""

from __future__ import annotations

import re

_NUMBERED = re.compile(
    r"(?P<stem>[a-z_]*?[a-z])_(?P<number>[0-9]{4}-[0-9]{2}|[0-9.]+(?:_[0-9]+)*)(?P<tail>(?:_[a-z]+)*)"
)
_BRACKETED = re.compile(r"(?P<stem>.+?)(?P<unit>_(?:kwh|yuan|pct|va|kw))?\[(?P<number>.+)\]")


#: Results whose name is a column of other tables, which calls it something else there.
_NODES = {
    "energy_yuan": "corrected_yuan",
    "total_yuan": "payable_yuan",
    "used_kwh": "reading_kwh",
    "metered_kwh": "recorded_kwh",
}
_RESULTS = {node: result for result, node in _NODES.items()}


def node_name(name: str) -> str:
    """A numbered name with its number behind: `item_2_kwh` is the node `item_kwh[2]`, one word for all items."""
    match = _NUMBERED.fullmatch(name)
    if match is None:
        return _NODES.get(name, name)
    return f"{match['stem']}{match['tail']}[{match['number'].replace('_', '.')}]"


def result_key(name: str) -> str:
    """The result of a node: `item_kwh[2]` is given out as `item_2_kwh`."""
    match = _BRACKETED.fullmatch(name)
    if match is None:
        return _RESULTS.get(name, name)
    return f"{match['stem']}_{match['number'].replace('.', '_')}{match['unit'] or ''}"


#: Name -> unit (None for a plain count or a power in units of its own).
TERMS: dict[str, str | None] = {
    "energy_yuan": "yuan",
    "breach_charge_yuan": "yuan",
    "total_yuan": "yuan",
    "other_breach_yuan": "yuan",
    "unrounded_yuan": "yuan",
    "penalty_base": "yuan",
    "one_month": "yuan",
    "item_yuan": "yuan",
    "replayed_yuan": "yuan",
    "rest_yuan": "yuan",
    "supportable_yuan": "yuan",
    "disputable_yuan": "yuan",
    "at_risk_yuan": "yuan",
    "split_yuan": "yuan",
    "certain_yuan": "yuan",
    "other_reading_yuan": "yuan",
    "contested_yuan": "yuan",
    "uncontested_yuan": "yuan",
    "nothing_yuan": "yuan",
    "stolen_kwh": "kwh",
    "back_billed_kwh": "kwh",
    "correct_kwh": "kwh",
    "metered_kwh": "kwh",
    "item_kwh": "kwh",
    "breach_kwh": "kwh",
    "power_kwh": "kwh",
    "lighting_kwh": "kwh",
    "compared_kwh": "kwh",
    "normal_kwh": "kwh",
    "output_kwh": "kwh",
    "lost_kwh": "kwh",
    "possible_kwh": "kwh",
    "kw": "kw",
    "kva": "kva",
    "capacity_kw": "kw",
    "voltage_v": "v",
    "current_a": "a",
    "days": "days",
    "daily_use_hours": "hours",
    "hours": "hours",
    "months": "months",
    "occurrences": None,
    "price": "yuan_per_kwh",
    "right_price": "yuan_per_kwh",
    "wrong_price": "yuan_per_kwh",
    "price_difference": "yuan_per_kwh",
    "price_ratio": "ratio",
    "basic_price": "yuan_per_kva_month",
    "penalty_multiple_ratio": "ratio",
    "contract_multiple": "ratio",
    "correction_factor": "ratio",
    "correction_rate": "ratio",
    "correction_rate_pct": "pct",
    "right_power": "ratio",
    "wrong_power": "ratio",
    "wrong_cosine": "ratio",
    "wrong_sine": "ratio",
    "cos_phi": "ratio",
    "sin_phi": "ratio",
    "tan_phi": "ratio",
    "element_share": "ratio",
    "element_sum": "ratio",
    "elements": "ratio",
    "error_ratio": "ratio",
    "error_pct": "pct",
    "drop_pct": "pct",
    "excess_drop": "ratio",
    "share_of_time": "ratio",
    "multiplier": "ratio",
    "multiplier_2": "ratio",
    "multiplier_used": "ratio",
    "multiplier_difference": "ratio",
    "ratio": "ratio",
    "turns": None,
    "reading": None,
    "register_difference": None,
    "used_kwh": "kwh",
    "charge_yuan": "yuan",
    "meter_constant": None,
    "pulses": None,
    "seconds": "seconds",
    "metered_kw": "kw",
    "actual_kw": "kw",
    "expected_seconds": "seconds",
    "creep_kwh": "kwh",
    "arrears_yuan": "yuan",
    "late_fee_yuan": "yuan",
    "same_year_yuan": "yuan",
    "next_year_yuan": "yuan",
    "late_days": "days",
    "compensation_yuan": "yuan",
    "years_used": "years",
    "years_of_life": "years",
    "price_paid_yuan": "yuan",
    "left_share": "years",
    "owner_kwh": "kwh",
    "utility_kwh": "kwh",
    "rated_va": "va",
    "burden_va": "va",
    "actual_va": "va",
    "wire_ohm": "ohm",
    "length_m": "m",
    "conductivity": None,
    "calculated_mm2": "mm2",
    "section_mm2": "mm2",
    "primary_current_a": "a",
    "load_current_a": "a",
    "composite_error_pct": "pct",
    "total_error_pct": "pct",
    "ratio_error_pct": "pct",
    "phase_minutes": None,
    "coefficient": None,
    "secondary_current_a": "a",
    "tier_price": "yuan_per_kwh",
    "tier_kwh": "kwh",
}
