"""Every node of a derivation has its wording in both languages."""

from __future__ import annotations

from datetime import date

import pytest

from jicha.kernel.derivation import Input, Step
from jicha.kernel.text import Language
from jicha.reporting.case import Case
from jicha.reporting.plain_text import plain_text
from jicha.reporting.report import Paper, load_wording, report
from jicha.reporting.wording import Wording, load_names
from tests.remedies.conftest import LAW, LEXICON, NEW, OLD, ROOTS, assessed
from tests.remedies.test_papers import PAPERS, RULES
from tests.remedies.test_readings import CASES

MORE: list[tuple[str, dict[str, object]]] = [
    (
        "wiring_correction",
        {
            "meter": "3P3W",
            "fault": "current_reversed_a",
            "cos_phi": "0.8",
            "metered_kwh": 10,
            "price": 1,
            "behaviour_on": OLD,
        },
    ),
    (
        "wiring_correction",
        {"elements": [{"u": "bc", "i": "a"}, {"u": "ac", "i": "c"}], "cos_phi": "0.9", "behaviour_on": OLD},
    ),
    (
        "ct_ratio_error",
        {
            "ct_nominal": "100/5",
            "ct_actual": ["100/5", "200/5"],
            "meter": "3P3W",
            "tan_phi": 1,
            "metered_kwh": 10,
            "peak": 5,
            "peak_ratio": 2,
            "price": 1,
            "behaviour_on": OLD,
        },
    ),
    ("ct_ratio_error", {"phase_errors_pct": [0, 1, 2], "behaviour_on": OLD}),
    (
        "meter_multiplier",
        {
            "vt": "10000/100",
            "ct": "50/5",
            "meter_own_ratio": "10/5",
            "meter_own_vt": "1000/100",
            "previous_reading": 9,
            "current_reading": 1,
            "register_digits": 1,
            "price": 1,
        },
    ),
    ("meter_multiplier", {"items": [[1, "100/5"], [2, "50/5"]]}),
    ("meter_multiplier", {"ct": "100/5", "turns": [1, 2], "rated_turns": 1}),
    ("meter_error_test", {"const": 100, "ct": "100/5", "pulses": 1, "seconds": 1, "actual_w": 10}),
    ("meter_error_test", {"const": 100, "pulses": 1, "seconds": 1, "idle_hours": 1, "idle_days": 2}),
    (
        "instrument_transformer",
        {
            "sn": 10,
            "burden": [1, 2],
            "i2": 5,
            "contact_ohm": "0.1",
            "length_m": 5,
            "rho": "0.02",
            "i": 40,
            "series": [50],
        },
    ),
    (
        "instrument_transformer",
        {"elements": [{"fi": 1, "di": 2, "fu": 1, "du": 1}, {}], "tan_phi": 1, "meter_error_pct": 1},
    ),
    (
        "instrument_transformer",
        {
            "burden": 1,
            "i2": 5,
            "section_mm2": 4,
            "length_m": 5,
            "conductivity": 57,
            "kw": 10,
            "kv": 10,
            "cos_phi": 1,
            "series": [5],
        },
    ),
    (
        "liability",
        {"cause": "outage", "hours": 1, "monthly_kwh": 10, "month_days": 30, "price": 1, "behaviour_on": OLD},
    ),
    (
        "liability",
        {
            "items": [{"price_paid": 10, "appliance": "motor", "months_used": 13}, {"repair_yuan": 1}],
            "behaviour_on": OLD,
        },
    ),
    (
        "liability",
        {
            "metered_kwh": 10,
            "loss_ratio_pct": 5,
            "is_customers_equipment": True,
            "price": 1,
            "behaviour_on": OLD,
        },
    ),
    ("residential_correction", {"kwh": -3, "tiers": [["0.5", 2], ["0.6", 2]], "behaviour_on": OLD}),
    (
        "theft",
        {
            "meter": {"voltage_v": 220, "marked_current_a": 5, "ct": "50/5"},
            "price": 1,
            "seal_penalty": 5000,
            "behaviour_on": OLD,
        },
    ),
    (
        "theft",
        {
            "product_output": 5,
            "unit_kwh": 5,
            "metered_kwh": 5,
            "price": 1,
            "period_from": "2024-05-01",
            "period_to": "2024-06-30",
        },
    ),
    ("theft", {"submeter_kwh": 5, "loss_kwh": 5, "metered_kwh": 5, "price": 1, "behaviour_on": NEW}),
    (
        "breach",
        {
            "items": [{"kw": 1, "load": "power", "price": 1}, {"kwh": 1, "load": "lighting", "price": 2}],
            "wrong_price": "0.5",
            "behaviour_on": OLD,
        },
    ),
    ("breach", {"type": "over_quota", "kw": 1, "excess_kwh": 1, "price": 1, "behaviour_on": OLD}),
    (
        "breach",
        {
            "type": "sealed_equipment",
            "kva": 1,
            "basic": 1,
            "first_month_days": 3,
            "full_months": 1,
            "behaviour_on": OLD,
        },
    ),
    (
        "breach",
        {
            "kwh": 20,
            "price_difference": 1,
            "period_from": "2024-05-22",
            "period_to": "2024-06-10",
            "contested_yuan": 5,
        },
    ),
]


def test_every_node_is_worded() -> None:
    wording = Wording("zh", LEXICON, LAW, load_names(ROOTS))
    unworded = set()
    for kind, inputs in [
        *((case[1], case[2]) for case in CASES),
        *MORE,
        *((case[0], {**case[1], **RULES}) for case in PAPERS),
    ]:
        found = assessed(kind, inputs)
        trees = [*found.steps.values(), *(claim.derivation for claim in found.claims)]
        for tree in trees:
            for _, node in tree.walk():
                if wording.name(node).partition(" [")[0].isascii():
                    unworded.add(node.name)
                assert isinstance(node, Input | Step)
    assert not unworded


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_claim_goes_on_every_paper(language: Language) -> None:
    found = assessed("theft", {"kw": 5, "price": "0.5", "found_on": "2020-06-30", "load": "power"})
    case = Case((found.derivation, *(claim.derivation for claim in found.claims)), date(2026, 1, 5))
    for paper in Paper:
        assert "16,200.00" in plain_text(report(paper, case, load_wording(language, ROOTS)))
