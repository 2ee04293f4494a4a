"""Replay held against a county: the same seed with and without planted causes, and what the county says they cost."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from jicha.billing.relations import BILL
from jicha.billing.replay import replay
from jicha.billing.replay_result import Replayed
from jicha.billing.scenario import FIELDS, INPUT, Override
from jicha.inspection.explain import explain_finding
from jicha.inspection.plan import load_plan
from jicha.inspection.replaying import joint_findings
from jicha.inspection.results import Results
from jicha.inspection.sweep import SweepOptions, sweep
from jicha.lexicon.roots import ContentRoots

from ..billing.counties import BilledCounty, billed_county

PLANS = Path(__file__).with_name("plans")
SIZE = {"customers": 80, "months": 8, "seed": 7}

#: The file keeps an old multiplier, or got a wrong one; the cause's size is what is on file over what is right.
EXCHANGED = "ct_exchanged_file_not_updated"
MULTIPLIER = (EXCHANGED, "multiplier_refiled")
#: Billed for its whole month, though filed within it.
WHOLE_BILLS = "multiplier_refiled"


@dataclass(frozen=True)
class Pair:
    """Two counties of one seed: `right` has nothing wrong, in `wrong` the causes of the plan are planted."""

    right: BilledCounty
    wrong: BilledCounty
    causes: list[dict[str, Any]]
    replayed: dict[str, Replayed]


def table(county: BilledCounty, name: str) -> list[dict[str, Any]]:
    columns = list(county.store.catalogue.relation(name).columns)
    rows = county.engine.rows(county.store.query(county.engine, name, None, None))
    return [dict(zip(columns, row, strict=True)) for row in rows]


def answer_key(folder: Path) -> list[dict[str, Any]]:
    """The causes of an export, dates and decimals as such."""
    kinds: dict[str, Callable[[str], Any]] = {
        "valid_from": date.fromisoformat,
        "valid_to": date.fromisoformat,
    }
    kinds |= dict.fromkeys(("true_kwh", "energy_yuan", "size"), Decimal)
    with (folder / "exports" / "answer_key.csv").open(encoding="utf-8-sig", newline="") as handle:
        return [
            {name: kinds.get(name, str)(cell) for name, cell in row.items()} for row in csv.DictReader(handle)
        ]


def undoing(
    cause: dict[str, Any], right: list[dict[str, Any]], wrong: list[dict[str, Any]]
) -> list[Override]:
    """What puts a cause right. Multipliers by the key; every other fact as the untouched county has it on file."""
    customer = cause["customer_id"]
    own = [row for row in wrong if row["customer_id"] == customer and row["to_on"] > cause["valid_from"]]
    if cause["cause"] in MULTIPLIER:
        value = (own[-1]["multiplier"] / cause["size"]).quantize(Decimal(1))
        start = min(row["from_on"] for row in own) if cause["cause"] == WHOLE_BILLS else cause["valid_from"]
        point = cause["subject_id"]
        return [
            Override(
                customer, customer, start, cause["valid_to"], "multiplier", value, metering_point_id=point
            )
        ]
    truth = {(row["customer_id"], row["metering_point_id"], row["from_on"]): row for row in right}
    made = []
    for row in own:
        there = truth[customer, row["metering_point_id"], row["from_on"]]
        for field in sorted(FIELDS):
            value = there[field]
            if value == row[field]:
                continue
            is_number = not isinstance(value, str | bool)
            made.append(
                Override(
                    customer,
                    customer,
                    row["from_on"],
                    row["to_on"],
                    field,
                    Decimal(str(value)) if is_number else None,
                    None if is_number else str(value),
                )
            )
    return made


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    right = billed_county(tmp_path_factory.mktemp("right"), faults=PLANS / "nothing.yaml", **SIZE)
    folder = tmp_path_factory.mktemp("wrong")
    wrong = billed_county(folder, faults=PLANS / "replayed.yaml", **SIZE)
    causes = [row for row in answer_key(folder) if row["blame"] != "innocent"]
    inputs = table(right, INPUT), table(wrong, INPUT)
    overrides = [each for cause in causes for each in undoing(cause, *inputs)]
    return Pair(right, wrong, causes, replay(wrong.store, wrong.engine, overrides))


def test_undoing_a_cause_comes_to_what_it_cost_to_the_fen(pair: Pair) -> None:
    assert len({cause["cause"] for cause in pair.causes}) >= 6
    for cause in pair.causes:
        found = pair.replayed[cause["customer_id"]]
        if [reason for reason, _ in found.reasons] == ["reactive_not_by_meter"]:
            # The month of the exchange is named, not guessed at: the rest is no more than what it cost.
            assert found.status == "partial" and cause["cause"] == EXCHANGED
            assert found.yuan is not None and abs(found.yuan) < abs(cause["energy_yuan"])
            continue
        assert (found.status, found.reasons) == ("whole", []), cause
        assert found.yuan == cause["energy_yuan"], cause
        assert found.kwh == cause["true_kwh"], cause
    assert [found.status for found in pair.replayed.values()].count("whole") >= 7


def test_undoing_what_was_misfiled_gives_back_the_untouched_bill(pair: Pair) -> None:
    """Where no meter was changed, each bill of the scenario is that of the county in which nothing went wrong."""
    untouched = {row["bill_id"]: row for row in table(pair.right, BILL)}
    seen = 0
    for cause in pair.causes:
        if cause["cause"] != EXCHANGED:
            for each in pair.replayed[cause["customer_id"]].bills:
                assert each.scenario_yuan == untouched[each.bill_id]["recalculated_yuan"], (
                    cause["cause"],
                    each,
                )
                seen += each.difference_yuan != 0
    assert seen > 12


def test_without_a_value_no_bill_of_the_county_moves(pair: Pair) -> None:
    customers = sorted({row["customer_id"] for row in table(pair.wrong, "core.customer")})
    days = (date(2024, 1, 1), date.max)
    found = replay(
        pair.wrong.store, pair.wrong.engine, (Override(c, c, *days, "multiplier") for c in customers)
    )
    bills = [each for one in found.values() for each in one.bills]
    assert len(bills) > 400
    assert [
        each for each in bills if each.reason is not None or each.difference_yuan or each.difference_kwh
    ] == []
    assert all(actual == scenario for each in bills for actual, scenario in each.charges.values())


#: Households without tiers, put on them; the rest of the row is the house's own.
TOPIC = """/* ---
uid: r3pl4y00
code: TEST-REPLAY
title: {en: Household without tiers, zh: 居民未执行阶梯}
description: {en: Households on the price without tiers, zh: 执行合表电价的居民}
severity: medium
status: active
identity: state
subject: customer
population: mart.billing_input
replay: {price_code: price_code}
resolved_when: state_gone
check: {en: [look], zh: [查看]}
--- */
select i.customer_id as customer_id,
       i.from_on as period_from,
       i.to_on as period_to,
       cast(null as decimal(18,4)) as observed_value,
       cast(null as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       'CN-RES-LV' as price_code
from mart.billing_input as i
where i.price_code = 'CN-RSU-LV' and i.scenario_id = 'actual'
"""


def test_a_sweep_fills_the_money_and_explains_it(pair: Pair, tmp_path: Path) -> None:
    topic = tmp_path / "topics" / "made" / "without_tiers.sql"
    topic.parent.mkdir(parents=True)
    topic.write_text(TOPIC, encoding="utf-8")
    workspace = pair.wrong.store.workspace
    record = sweep(
        workspace,
        ContentRoots.find([tmp_path]),
        pair.wrong.engine,
        SweepOptions(topics=("made/without_tiers",)),
    )
    found = {row["customer_id"]: row for row in Results(workspace).findings(record.run)}
    wrong = [cause for cause in pair.causes if cause["cause"] == "tiers_not_filed"]
    assert wrong and record.replay["findings"] == {"whole": len(found)}
    for cause in wrong:
        row = found[cause["customer_id"]]
        assert (row["impact_yuan"], row["impact_method"]) == (cause["energy_yuan"], "replayed")
        joint = joint_findings(pair.wrong.store, pair.wrong.engine, [row])[cause["customer_id"]]
        assert (joint.status, joint.yuan) == ("whole", cause["energy_yuan"])
    explained = explain_finding(
        workspace, load_plan(ContentRoots.find([tmp_path])), pair.wrong.engine, row["finding_key"]
    )
    assert explained.replay is not None and explained.replay["status_code"] == "whole"
    told = [Decimal(bill["difference_yuan"]) for bill in explained.replay["bills"]]
    assert sum(told) == row["impact_yuan"]
