"""Causes at the meter, in the reader's book and in the multiplier: exports, key, and the world lived again.

What a customer really used is known to the world alone, so some of these live it once more without the story.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from jicha.county.building import _period
from jicha.county.causes.metering import CountsInPart
from jicha.county.causes.reading import ReadingsGuessed
from jicha.county.founding import found
from jicha.county.metering import live, sites
from jicha.county.planting import plant
from jicha.county.tables import cause_plan
from jicha.county.world import Customer, World

from .conftest import SEED, Exported, Row
from .test_county_causes import NOTHING_OWED, in_key, lines_within, owed_on, total
from .test_county_ordinary import register_kwh


@pytest.fixture(scope="module")
def world() -> World:
    made = found(SEED, _period(400, 24, date(2026, 6, 1)), 400)
    plant(SEED, made)
    return made


def used(world: World, customer: Customer) -> dict[str, Decimal]:
    """kWh by month (YYYYMM) that the customer's site uses, had nothing befallen it."""
    story, customer.story = customer.story, None
    try:
        (site,) = sites([customer])
        months = {}
        for month in world.months:
            lived = live(site, month, SEED)
            assert lived is not None
            kwh = sum(meter.counted * meter.installation.multiplier for meter in lived.meters)
            months[str(month).replace("-", "")] = Decimal(kwh) / 100
        return months
    finally:
        customer.story = story


def told_by(world: World, kind: type) -> dict[str, Customer]:
    return {each.customer_id: each for each in world.customers if isinstance(each.story, kind)}


@pytest.mark.parametrize("cause", ["current_terminal_loose", "partial_bypass"])
def test_registers_that_run_in_part(county: Exported, world: World, cause: str) -> None:
    customers = told_by(world, CountsInPart)
    for answer in county.answers(cause):
        honest = used(world, customers[answer["customer_id"]])
        lines = county.lines[answer["customer_id"]]
        owed = [owed_on(line, honest[line["电费年月"]]) for line in lines]
        assert total(owed) == in_key(answer)
        onset = answer["valid_from"][:7].replace("-", "")
        before = [line for line in lines if line["电费年月"] < onset]
        after = [line for line in lines if line["电费年月"] > onset]
        assert {owed_on(line, honest[line["电费年月"]]) for line in before} == {NOTHING_OWED}
        assert len(after) >= 4
        for line in after:
            assert Decimal("0.15") < Decimal(line["电量"]) / honest[line["电费年月"]] < Decimal("0.61")


@pytest.mark.parametrize("cause", ["tenant_moved_out", "shop_closed", "shift_stopped"])
def test_uses_that_really_fell(county: Exported, world: World, cause: str) -> None:
    by_id = {each.customer_id: each for each in world.customers}
    for answer in county.answers(cause):
        customer = by_id[answer["customer_id"]]
        honest = used(world, customer)
        lines = county.lines[answer["customer_id"]]
        after = [line for line in lines if line["电费年月"] > answer["valid_from"][:7].replace("-", "")]
        assert len(after) >= 4
        for line in after:
            # As low as at those whose meter counts in part; but it is all that was used.
            assert Decimal(line["电量"]) / honest[line["电费年月"]] < Decimal("0.66")
        (site,) = sites([customer])
        for month in world.months:
            lived = live(site, month, SEED)
            assert lived is not None
            assert all(meter.used == meter.counted for meter in lived.meters)


def test_readings_guessed_for_months_and_caught_up(county: Exported, world: World) -> None:
    customers = told_by(world, ReadingsGuessed)
    groups: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for answer in county.answers("readings_guessed"):
        customer = answer["customer_id"]
        *guessed, caught_up = lines_within(county, answer)
        assert len(guessed) >= 4
        (usage,) = {line["电量"] for line in guessed}
        assert Decimal(usage) % 10 == 0
        honest = used(world, customers[customer])
        assert all(Decimal(line["电量"]) < honest[line["电费年月"]] for line in guessed)
        assert Decimal(caught_up["电量"]) > honest[caught_up["电费年月"]]
        # Nothing is lost in the end, but every one of the bills was wrong.
        owed = [owed_on(line, honest[line["电费年月"]]) for line in county.lines[customer]]
        assert total(owed) == in_key(answer)
        assert answer["true_kwh"] == "0.00"
        months = {line["电费年月"] for line in guessed}
        claims = {
            reading["抄表方式"]
            for reading in county.readings[customer]
            if reading["抄表日期"][:7].replace("-", "") in months
        }
        assert claims in ({"估抄"}, {"手抄"})
        silent = {on[:7].replace("-", "") for on, _, _ in county.freezes[customer]}
        assert not silent & months
        groups[county.customers[customer]["抄表段编号"], answer["valid_from"], usage].append(customer)
    assert all(len(members) >= 2 for members in groups.values())


def monthly(county: Exported, customer: str) -> list[Decimal]:
    return [Decimal(line["电量"]) for line in county.lines[customer]]


def test_loads_constant_by_nature(county: Exported) -> None:
    exactly = 0
    for customer in county.customers_of("constant_load"):
        bills = county.bills[customer]
        months = monthly(county, customer)
        daily = [
            kwh / (date.fromisoformat(bill["截止日期"]).day) for kwh, bill in zip(months, bills, strict=True)
        ]
        assert max(daily) / min(daily) < Decimal("1.02")
        assert len(set(months)) > 1
        exactly += len(set(months)) < len(months)
    assert exactly >= 1


def test_flats_on_standby(county: Exported) -> None:
    for customer in county.customers_of("standby_flat"):
        months = sorted(monthly(county, customer))
        assert months[len(months) // 2] < 11
        assert months[-1] > 10 * months[0] > 0


def test_old_meters_billed_beside_their_successors(county: Exported) -> None:
    ways = set()
    for answer in county.answers("old_meter_still_billed"):
        customer = answer["customer_id"]
        old, new = county.meters[customer]
        assert old["拆表日期"] == new["装表日期"] == answer["valid_from"]
        by_bill: defaultdict[str, list[Row]] = defaultdict(list)
        for line in lines_within(county, answer):
            by_bill[line["账单号"]].append(line)
        assert len(by_bill) >= 4
        for lines in by_bill.values():
            assert [line["电能表资产号"] for line in lines] == [old["电能表资产号"], new["电能表资产号"]]
        (exchange, _), *later = by_bill.values()
        estimates = {Decimal(lines[0]["电量"]) for lines in later}
        (estimate,) = estimates
        ways.add(estimate > 0)
        read = [row for row in county.readings[customer] if row["电能表资产号"] == old["电能表资产号"]]
        assert len([row for row in read if row["抄表日期"] >= answer["valid_from"]]) == len(later)
        if estimate:
            assert read[-1]["抄表方式"] == "估抄"
            assert exchange["本次示数"] == old["拆表底度"]
            assert Decimal(answer["true_kwh"]) == -estimate * len(later)
        else:
            # Its last days before the exchange stay unbilled.
            assert exchange["上次示数"] == exchange["本次示数"]
            assert Decimal(answer["true_kwh"]) == register_kwh(old, exchange["本次示数"], old["拆表底度"]) > 0
        after = [
            line
            for line in county.lines[customer]
            if f"{line['电费年月']}01" >= answer["valid_to"].replace("-", "")
        ]
        assert {line["电能表资产号"] for line in after} <= {new["电能表资产号"]}
    assert ways == {True, False}


def test_multipliers_refiled_without_a_change_of_transformers(county: Exported) -> None:
    directions = set()
    for answer in county.answers("multiplier_refiled"):
        (meter,) = county.meters[answer["customer_id"]]
        lines = lines_within(county, answer)
        first, second = lines[:2]
        assert first["账单号"] == second["账单号"]
        assert first["本次示数"] == second["上次示数"]
        assert first["计费倍率"] == meter["综合倍率"]
        (wrong,) = {line["计费倍率"] for line in lines[1:]}
        assert wrong != meter["综合倍率"]
        owed = [owed_on(line, register_kwh(meter, line["上次示数"], line["本次示数"])) for line in lines[1:]]
        assert total(owed)[0] == answer["true_kwh"]
        # The right bill of the month has one line, the one issued two: each rounds once.
        assert abs(Decimal(total(owed)[1]) - Decimal(answer["energy_yuan"])) <= Decimal("0.02")
        directions.add(Decimal(answer["true_kwh"]) > 0)
    assert directions == {True, False}


def test_a_ct_exchanged_alone_is_filed_in_two_parts(county: Exported) -> None:
    for answer in county.answers("ct_exchanged_meter_kept"):
        before, after = county.meters[answer["customer_id"]]
        assert before["电能表资产号"] == after["电能表资产号"]
        assert before["拆表日期"] == after["装表日期"] == answer["valid_from"]
        assert before["拆表底度"] == after["装表底度"]
        assert before["综合倍率"] != after["综合倍率"]
        first, second, *rest = lines_within(county, answer)
        assert first["账单号"] == second["账单号"]
        assert first["本次示数"] == second["上次示数"] == after["装表底度"]
        for line, stay in ((first, before), (second, after), *((line, after) for line in rest)):
            assert line["计费倍率"] == stay["综合倍率"]
            assert owed_on(line, register_kwh(stay, line["上次示数"], line["本次示数"])) == NOTHING_OWED


@pytest.mark.parametrize("seed", range(30))
def test_every_kind_is_in_the_default_county_whatever_the_seed(seed: int) -> None:
    made = found(seed, _period(400, 24, date(2026, 6, 1)), 400)
    planted = plant(seed, made)
    assert planted.shortfalls == {}
    assert set(planted.counts) == set(cause_plan())
    assert min(planted.counts.values()) >= 2
