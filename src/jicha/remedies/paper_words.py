"""Further spellings of inputs, by kind and field: how examples and papers that others wrote call them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from jicha.remedies.fields import Field

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "january", "february",
           "march", "april", "june", "july", "august", "september", "october", "november", "december")  # fmt: skip

#: Further spellings, by kind and field, of papers that others wrote.
ALSO: Mapping[str, Mapping[str, Sequence[str]]] = {
    "theft": {
        "kw": ("power", "p", "capacity", "capacity_kw", "total_kw"),
        "metered_kwh": ("kwh_metered", "read_kwh", "billed_kwh"),
        "price": ("tariff", "price_yuan"),
        "voltage_v": ("volt", "u_v", "v"),
        "marked_current_a": ("amp", "i_a", "amps", "rated_current"),
        "maximum_current_a": ("i_max", "imax_a"),
        "established_kwh": ("stolen", "theft_kwh"),
        "days": ("theft_days", "actual_theft_days"),
        "contract_multiple": ("penalty_times", "times", "penalty", "penalty_mult"),
        "ct_actual": ("ct_new",),
        "seal_penalty": ("fixed_penalty", "extra_penalty", "seal_fee"),
    },
    "breach": {
        "kva": (
            "added_kw",
            "extra_kva",
            "extra_kw",
            "over_kva",
            "over_kw",
            "excess_kva",
            "excess_kw",
            "power",
        ),
        "basic_price": (
            "basic_fee",
            "capacity_price",
            "price_kva",
            "basic_rate",
            "demand_price",
            "price_per_kva",
        ),
        "yuan_per_kilowatt": (
            "per_kw_penalty",
            "penalty_per_kw",
            "yuan_per_kw",
            "fee_per_kw",
            "penalty_unit",
            "penalty_per_kva",
            "per_kw_yuan",
        ),
        "per_occurrence_yuan": (
            "per_event",
            "per_occurrence",
            "fixed_penalty",
            "penalty_fixed",
            "fixed",
            "each",
        ),
        "occurrences": ("number", "events"),
        "contract_multiple": ("penalty_times", "penalty", "penalty_mult"),
        "right_price": (
            "price_right",
            "p_right",
            "proper_price",
            "should_price",
            "new_price",
            "price_should",
            "correct",
        ),
        "wrong_price": ("price_wrong", "p_wrong", "billed_price", "old_price", "paid_price", "price_paid"),
        "price_difference": ("price_diff", "diff_price", "diff", "delta_price"),
        "kwh": ("energy", "energy_kwh", "metered_kwh", "used_kwh"),
        "monthly_kwh": ("kwh_per_month", "month_kwh"),
        "first_month_days": (
            *(f"days_{month}" for month in _MONTHS if month != "may"),
            "partial_days",
            "part_days",
        ),
        "full_months": ("whole_months",),
        "months": ("use_months", "months_used"),
        "use_days": ("used_days", "actual_days"),
        "month_days": ("days_per_month",),
    },
    "late_fee": {
        "amount": ("principal", "bill", "fee", "charge", "money", "amount_yuan"),
        "due": ("due_date", "deadline", "last_day"),
        "paid": ("paid_date", "pay_date", "pay_day", "payment_date", "pay"),
        "late_days": ("overdue_days", "days_late", "delay_days"),
        "same_year_days": (
            "days_current",
            "days_this_year",
            "days_current_year",
            "days_same_year",
            "days_old_year",
        ),
        "next_year_days": ("days_cross_year", "days_cross", "days_new_year"),
        "rate_current": ("rate_per_day", "daily", "rate_same_year", "rate_resident", "rate_day"),
        "rate_cross_year": ("rate_cross", "rate_next_year"),
        "least_charge": ("minimum", "min", "min_charge", "min_fee", "least"),
    },
    "wiring_correction": {
        "metered_kwh": (
            "kwh",
            "w",
            "energy",
            "read_kwh",
            "recorded",
            "wrong_kwh",
            "billed_kwh",
            "kwh_metered",
            "active_kwh",
        ),
        "correction_factor": ("factor", "coefficient", "g", "gx", "kg", "k_factor"),
        "lost_phases": ("open_phases", "missing_phases", "lost", "phases_lost"),
        "reversed_phases": ("reversed_cts", "reversed_ct", "phases_reversed"),
        "right_power": ("p_right", "p_correct", "p_true", "p0", "correct_power"),
        "wrong_power": ("p_wrong", "p_error", "p_actual", "p_meter", "p1"),
        "cos_phi": ("cosfi", "cos", "pf_load"),
        "tan_phi": ("tg", "tan", "tanfi"),
        "price": ("tariff", "price_flat"),
        "peak_kwh": ("kwh_peak",),
        "valley_kwh": ("kwh_valley",),
        "critical_kwh": ("kwh_critical",),
        "peak_price": ("price_peak",),
        "valley_price": ("price_valley",),
        "critical_price": ("price_critical",),
        "multiplier_stated": ("multiplier", "beilv", "ratio"),
    },
    "ct_ratio_error": {
        "metered_kwh": ("kwh", "w", "energy", "read_kwh", "recorded", "billed_kwh", "kwh_metered"),
        "ct_nominal": (
            "nominal",
            "ct_plate",
            "ct_file",
            "ct_record",
            "ct_old",
            "ratio_nominal",
            "ct_book",
            "ct_should",
            "vt_nominal",
            "pt_nominal",
        ),
        "ct_actual": (
            "actual",
            "ct_new",
            "ct_fitted",
            "ratio_actual",
            "ct_true",
            "vt_actual",
            "pt_actual",
            "ct_replaced",
        ),
        "phase_errors_pct": ("errors_pct", "errors", "ratio_errors", "ratio_errors_pct", "error_pcts"),
        "multiplier_used": (
            "multiplier_wrong",
            "k_wrong",
            "wrong_multiplier",
            "k_billed",
            "billed",
            "used_multiplier",
            "multiplier_used_kwh",
        ),
        "multiplier_actual": (
            "multiplier_right",
            "k_right",
            "right_multiplier",
            "multiplier_true",
            "k_true",
            "correct_multiplier",
            "k_correct",
        ),
        "price": ("tariff",),
    },
    "meter_multiplier": {
        "ct": ("ct_ratio", "ki", "ka"),
        "vt": ("vt_ratio", "pt_ratio", "ku", "kv", "kpt"),
        "meter_own_ratio": (
            "ct_own",
            "nameplate_ratio",
            "meter_own_ct",
            "plate_ratio",
            "own_multiplier",
            "meter_own",
        ),
        "meter_own_vt": ("vt_own", "own_vt", "meter_own_pt"),
        "previous_reading": ("last", "prev", "previous", "r0", "reading_last", "old_reading", "begin"),
        "current_reading": ("this", "curr", "r1", "reading_this", "new_reading", "now"),
        "register_difference": ("difference", "index_diff", "reading_diff", "delta"),
        "register_digits": ("integer_digits", "dial_digits"),
        "turns": ("n_turns", "primary_turns"),
        "rated_turns": ("nominal_turns", "plate_turns"),
        "wanted_ratio": ("target_ct", "ct_target", "want", "wanted", "wanted_ct", "target_ratio", "target"),
        "multiplier_stated": ("multiplier", "beilv", "ratio", "k"),
        "price": ("tariff",),
        "multiplier_used": ("multiplier_wrong", "k_wrong", "wrong_multiplier", "k_billed"),
        "multiplier_actual": ("multiplier_right", "k_right", "right_multiplier", "k_true"),
    },
    "meter_error_test": {
        "meter_constant": ("imp_per_kwh", "r_per_kwh", "meter_const", "impulse_const", "rev_per_kwh", "k_h"),
        "pulses": ("imp", "impulses", "count", "turns", "revs", "rounds", "circles"),
        "seconds": (
            "time_seconds",
            "sec",
            "elapsed",
            "seconds_per_rev",
            "sec_per_rev",
            "s_per_rev",
            "seconds_per_turn",
            "actual_seconds",
            "measured_seconds",
            "t_actual",
        ),
        "actual_kw": ("true_kw", "real_kw", "standard_kw", "p0", "power", "load"),
        "actual_w": ("power_w", "load_w", "watts"),
        "idle_hours": ("no_load_hours", "creep_hours_per_day", "idle_hours_per_day"),
        "use_hours": ("hours_per_day", "used_hours", "working_hours", "load_hours"),
        "idle_days": ("creep_days", "days_total"),
        "limit_pct": ("class", "accuracy_class", "accuracy", "error_limit_pct", "limit"),
        "metered_kwh": ("kwh", "recorded_kwh", "total_kwh", "energy"),
        "ct": ("ct_ratio", "ta_ratio"),
        "vt": ("vt_ratio", "pt_ratio"),
    },
    "instrument_transformer": {
        "rated_va": ("rated", "s2n", "capacity_va", "va_rated", "sn_va", "s2"),
        "burden_va": ("meters_va", "coil_va", "meter_burden", "burden_meters", "va", "sm"),
        "secondary_a": ("i_2", "i2_a", "in2", "current_secondary"),
        "length_m": ("distance_m", "distance", "len_m", "wire_length"),
        "contact_ohm": ("r_contact", "rk", "contact"),
        "wire_ohm": ("wire_r", "r_wire", "rw", "lead_ohm"),
        "load_current_a": ("i_calc", "i_load", "load_a", "i_max", "ic", "ijs"),
        "load_kva": ("s_kva", "sn_kva", "capacity_kva", "transformer_kva"),
        "load_kw": ("p_kw", "power_kw"),
        "voltage_kv": ("un_kv", "voltage", "line_kv", "u", "un"),
        "series": ("candidates", "options", "standard", "standards", "available"),
        "cos_phi": ("cosfi", "cos"),
        "meter_error_pct": ("e_meter", "em", "gamma_b", "error_meter"),
        "drop_error_pct": ("e_drop", "error_drop"),
        "transformer_error_pct": ("e_ct_pt", "error_transformer"),
        "loop_factor": ("factor", "k_wire", "length_factor", "connection_factor"),
        "primary_a": ("i_primary", "i1_a"),
    },
    "liability": {
        "hours": ("outage_h", "stop_hours", "duration_hours", "h"),
        "monthly_kwh": ("normal_kwh", "kwh_month", "kwh_per_month", "last_month_kwh"),
        "month_days": ("days", "days_in_month", "days_per_month"),
        "price": ("tariff", "unit_price"),
        "multiple": (
            "times",
            "multiplier",
            "penalty_multiple",
            "compensation_multiple",
            "ratio_compensation",
        ),
        "price_paid": ("purchase", "cost", "value", "original", "price_original", "buy_price", "new_price"),
        "years_used": ("age", "age_years", "used", "use_years"),
        "months_used": ("used_month", "use_months", "age_months"),
        "life_years": ("lifetime", "service_life", "life_year", "expected_life"),
        "appliance_class_code": ("category", "type", "kind"),
        "daily_kwh": ("kwh_per_day", "day_kwh"),
        "hourly_kwh": ("kwh_per_hour", "hour_kwh"),
    },
}


def widened(kind: str, fields: Sequence[Field]) -> tuple[Field, ...]:
    """The fields with their further spellings, those left out that another field already has."""
    taken = {spelling for each in fields for spelling in (each.name, *each.aliases)}
    more = ALSO.get(kind, {})
    found = []
    for each in fields:
        also = tuple(name for name in more.get(each.name, ()) if name not in taken)
        inner = tuple(_inner(part, more, each.fields) for part in each.fields)
        found.append(replace(each, aliases=(*each.aliases, *also), fields=inner))
        taken |= set(also)
    return tuple(found)


def _inner(part: Field, more: Mapping[str, Sequence[str]], beside: Sequence[Field]) -> Field:
    """A field of a row, under the same spellings as among the inputs."""
    taken = {spelling for each in beside for spelling in (each.name, *each.aliases)}
    also = tuple(name for name in more.get(part.name, ()) if name not in taken)
    return replace(part, aliases=(*part.aliases, *also))
