"""Every planted cause is in the exported data, and there as the key says."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

import pytest

from jicha.county.building import _period
from jicha.county.causes.metering import MeterStandsStill
from jicha.county.founding import found
from jicha.county.metering import live, sites
from jicha.county.planting import plant

from .conftest import SEED, Exported, Row
from .test_county_ordinary import register_kwh

FEN = Decimal("0.01")
NOTHING_OWED = (Decimal(0), Decimal(0))
GUILTY = {
    "ct_exchanged_file_not_updated",
    "wrong_energy_keyed",
    "register_written_back",
    "meter_stopped",
    "bypassed_supply",
    "billing_run_repeated",
    "days_left_out",
    "days_charged_twice",
    "readings_guessed",
    "current_terminal_loose",
    "partial_bypass",
    "old_meter_still_billed",
    "multiplier_refiled",
    "closed_account_billed",
    "start_register_rekeyed",
    "months_billed_wrongly",
}


def owed_on(line: Row, right_kwh: Decimal) -> tuple[Decimal, Decimal]:
    """kWh and yuan by which a line at `right_kwh` exceeds the line as billed."""
    right_yuan = (right_kwh * Decimal(line["单价"])).quantize(FEN, rounding=ROUND_HALF_UP)
    return right_kwh - Decimal(line["电量"]), right_yuan - Decimal(line["金额"])


def lines_within(county: Exported, answer: Row) -> list[Row]:
    """The customer's energy lines billed under the months the answer's span touches."""
    first, end = answer["valid_from"][:7].replace("-", ""), answer["valid_to"].replace("-", "")
    return [
        line
        for line in county.lines[answer["customer_id"]]
        if line["费用项目"] == "电度电费" and first <= line["电费年月"] and f"{line['电费年月']}01" < end
    ]


def total(owed: list[tuple[Decimal, Decimal]]) -> tuple[str, str]:
    kwh, yuan = sum(kwh for kwh, _ in owed), sum(yuan for _, yuan in owed)
    return str(kwh), str(yuan)


def in_key(answer: Row) -> tuple[str, str]:
    return answer["true_kwh"], answer["energy_yuan"]


def test_nobody_has_two_stories_and_innocents_owe_nothing(county: Exported) -> None:
    assert max(Counter(row["customer_id"] for row in county.key).values()) == 1
    for row in county.key:
        assert (row["is_innocent"] == "false") == (row["cause"] in GUILTY)
        assert row["subject_type"] == "metering_point"
        assert row["subject_id"] == f"{row['customer_id']}01"
        assert row["valid_from"] < row["valid_to"]
        if row["is_innocent"] == "true":
            assert Decimal(row["true_kwh"]) == 0
            assert abs(Decimal(row["energy_yuan"])) <= FEN
    assert {row["cause"] for row in county.key} == set(county.summary.causes)


def test_nobody_outside_the_key_is_billed_wrongly(county: Exported) -> None:
    guilty = {row["customer_id"] for row in county.key if row["is_innocent"] == "false"}
    put_right = county.customers_of("bill_corrected", "bill_cancelled_and_reissued")
    for customer in county.customers:
        if customer in guilty | put_right:
            continue
        multipliers = [meter["综合倍率"] for meter in county.meters[customer]]
        for line in county.lines[customer]:
            assert line["计费倍率"] in multipliers
            meter = county.meters[customer][multipliers.index(line["计费倍率"])]
            assert owed_on(line, register_kwh(meter, line["上次示数"], line["本次示数"])) == NOTHING_OWED


def test_ct_exchanged_and_the_file_not_updated(county: Exported) -> None:
    directions = set()
    for answer in county.answers("ct_exchanged_file_not_updated"):
        old, new = county.meters[answer["customer_id"]]
        assert old["拆表日期"] == new["装表日期"] == answer["valid_from"]
        assert old["综合倍率"] != new["综合倍率"]
        lines = lines_within(county, answer)
        assert {line["计费倍率"] for line in lines} == {old["综合倍率"]}
        # The month of the exchange has a line for each meter; only the new meter's are wrong.
        assert (lines[0]["本次示数"], lines[1]["上次示数"]) == (old["拆表底度"], new["装表底度"])
        owed = [owed_on(line, register_kwh(new, line["上次示数"], line["本次示数"])) for line in lines[1:]]
        assert total(owed) == in_key(answer)
        assert answer["valid_to"] == "2026-07-01"
        directions.add(Decimal(answer["true_kwh"]) > 0)
    assert directions == {True, False}


def test_wrong_energy_keyed(county: Exported) -> None:
    directions = set()
    for answer in county.answers("wrong_energy_keyed"):
        (meter,) = county.meters[answer["customer_id"]]
        lines = lines_within(county, answer)
        assert len(lines) in (1, 2)
        owed = [owed_on(line, register_kwh(meter, line["上次示数"], line["本次示数"])) for line in lines]
        assert all(kwh != 0 for kwh, _ in owed)
        assert total(owed) == in_key(answer)
        directions.add(Decimal(answer["true_kwh"]) > 0)
    assert directions == {True, False}


def test_register_written_back(county: Exported) -> None:
    for answer in county.answers("register_written_back"):
        readings = county.readings[answer["customer_id"]]
        fallen = [
            (before, after)
            for before, after in pairwise(readings)
            if Decimal(after["本次示数"]) < Decimal(before["本次示数"])
        ]
        ((before, written),) = fallen
        assert written["抄表日期"][:7] == answer["valid_from"][:7]
        assert written["抄表方式"] == "手抄"
        frozen = [
            register
            for day, _, register in county.freezes[answer["customer_id"]]
            if before["抄表日期"] < day <= written["抄表日期"]
        ]
        assert min(frozen) >= Decimal(before["本次示数"]) > Decimal(written["本次示数"]) > 0
        month, after = lines_within(county, answer)
        assert (month["上次示数"], month["本次示数"]) == (before["本次示数"], written["本次示数"])
        assert Decimal(month["电量"]) == Decimal(month["金额"]) == 0
        # The month after is billed from the index billed last, so nothing is lost in the end.
        assert after["上次示数"] == before["本次示数"]
        assert Decimal(after["电量"]) > 0
        (meter,) = county.meters[answer["customer_id"]]
        honest = register_kwh(meter, before["本次示数"], after["本次示数"])
        assert Decimal(after["电量"]) == honest
        assert answer["true_kwh"] == "0.00"
        assert abs(Decimal(answer["energy_yuan"])) <= FEN


@pytest.fixture(scope="module")
def honest(county: Exported) -> dict[str, dict[str, Decimal]]:
    """kWh by customer and month in the same world, had the meters that stand still kept counting."""
    world = found(SEED, _period(400, 24, date(2026, 6, 1)), 400)
    plant(SEED, world)
    still = [each for each in world.customers if isinstance(each.story, MeterStandsStill)]
    counted: dict[str, dict[str, Decimal]] = {each.customer_id: {} for each in still}
    for customer in still:
        customer.story = None
    for site in sites(still):
        for month in world.months:
            lived = live(site, month, SEED)
            assert lived is not None
            kwh = sum(meter.counted * meter.installation.multiplier for meter in lived.meters)
            counted[site.customer.customer_id][str(month).replace("-", "")] = Decimal(kwh) / 100
    return counted


@pytest.mark.parametrize(("cause", "months"), [("meter_stopped", 8), ("bypassed_supply", 7)])
def test_a_register_stands_still_while_energy_is_used(
    county: Exported, honest: dict[str, dict[str, Decimal]], cause: str, months: int
) -> None:
    for answer in county.answers(cause):
        customer = answer["customer_id"]
        freezes = county.freezes[customer]
        before = [register for day, _, register in freezes if day < answer["valid_from"]]
        since = {register for day, _, register in freezes if day >= answer["valid_from"]}
        assert len(set(before)) == len(before), "the register moves every day before"
        assert len(since) == 1, "and never again"
        lines = county.lines[customer]
        zero = [line for line in lines if Decimal(line["电量"]) == 0]
        assert len(zero) >= months
        assert zero == lines[-len(zero) :]
        assert county.customers[customer]["用户状态"] == "正常用电"
        owed = [owed_on(line, honest[customer][line["电费年月"]]) for line in lines]
        assert total(owed) == in_key(answer)
        assert Decimal(answer["true_kwh"]) > 0
        # Bills before the cause are right, month by month.
        right = [owed_on(line, honest[customer][line["电费年月"]]) for line in lines[: -len(zero) - 1]]
        assert set(right) <= {NOTHING_OWED}


def test_registers_that_roll_over(county: Exported) -> None:
    for answer in county.answers("register_rollover"):
        (meter,) = county.meters[answer["customer_id"]]
        registers = county.freezes[answer["customer_id"]]
        before = max(row for row in registers if row[0] < answer["valid_from"])
        after = min(row for row in registers if row[0] >= answer["valid_from"])
        assert meter["示数位数"] == "5"
        assert before[2] > Decimal("99000")
        assert after[2] < Decimal("1000")
        (line,) = lines_within(county, answer)
        assert Decimal(line["本次示数"]) < Decimal(line["上次示数"])
        assert Decimal(line["电量"]) > 0


@pytest.mark.parametrize("cause", ["meter_exchanged", "ct_exchanged_file_updated"])
def test_meters_exchanged_and_billed_over_both(county: Exported, cause: str) -> None:
    for answer in county.answers(cause):
        old, new = county.meters[answer["customer_id"]]
        assert old["拆表日期"] == new["装表日期"] == answer["valid_from"]
        assert (old["综合倍率"] == new["综合倍率"]) == (cause == "meter_exchanged")
        assert Decimal(new["装表底度"]) < Decimal(old["拆表底度"])
        first, second = lines_within(county, answer)[:2]
        assert first["账单号"] == second["账单号"]
        assert (first["计费倍率"], second["计费倍率"]) == (old["综合倍率"], new["综合倍率"])
        for line, meter in ((first, old), (second, new)):
            assert owed_on(line, register_kwh(meter, line["上次示数"], line["本次示数"])) == NOTHING_OWED


def test_an_exchange_neither_adds_nor_loses_energy(county: Exported) -> None:
    world = found(SEED, _period(400, 24, date(2026, 6, 1)), 400)
    answers = {row["customer_id"]: row for row in county.answers("meter_exchanged")}
    for site in sites([each for each in world.customers if each.customer_id in answers]):
        answer = answers[site.customer.customer_id]
        (unexchanged,) = [
            lived
            for month in world.months
            if (lived := live(site, month, SEED)) is not None and str(month) == answer["valid_from"][:7]
        ]
        multiplier = site.installation.multiplier
        without = Decimal(unexchanged.meters[0].counted * multiplier) / 100
        billed = sum(Decimal(line["电量"]) for line in lines_within(county, answer))
        # Both halves of the day of the exchange lose what is below a hundredth of the register.
        assert abs(billed - without) <= Decimal(multiplier) / 100


def test_vacant_new_flats(county: Exported) -> None:
    for answer in county.answers("vacant_new_flat"):
        archive = county.customers[answer["customer_id"]]
        assert archive["立户日期"] == answer["valid_from"] > "2024-07-01"
        assert {register for _, _, register in county.freezes[answer["customer_id"]]} == {0}
        assert {bill["应收电费"] for bill in county.bills[answer["customer_id"]]} == {"0.00"}


def test_seasonal_use_is_idle_in_the_same_months_of_each_year(county: Exported) -> None:
    for answer in county.answers("seasonal_use"):
        lines = county.lines[answer["customer_id"]]
        assert len(lines) == 24
        idle = [Decimal(line["电量"]) == 0 for line in lines]
        assert idle[:12] == idle[12:]
        assert 4 <= sum(idle[:12]) <= 8


def test_collection_gaps(county: Exported) -> None:
    for answer in county.answers("collection_gap"):
        days = [day for day, _, _ in county.freezes[answer["customer_id"]]]
        assert not [day for day in days if answer["valid_from"] <= day < answer["valid_to"]]
        length = date.fromisoformat(answer["valid_to"]) - date.fromisoformat(answer["valid_from"])
        assert length.days >= 25
        by_hand = [
            reading
            for reading in county.readings[answer["customer_id"]]
            if answer["valid_from"] <= reading["抄表日期"] < answer["valid_to"]
        ]
        assert by_hand
        assert {reading["抄表方式"] for reading in by_hand} == {"手抄"}


def test_bills_corrected_later(county: Exported) -> None:
    for answer in county.answers("bill_corrected"):
        (meter,) = county.meters[answer["customer_id"]]
        wrong, *rest = lines_within(county, answer)
        kwh, _ = owed_on(wrong, register_kwh(meter, wrong["上次示数"], wrong["本次示数"]))
        assert kwh != 0
        assert {owed_on(line, register_kwh(meter, line["上次示数"], line["本次示数"])) for line in rest} == {
            (Decimal(0), Decimal(0))
        }
        (adjustment,) = [
            line for line in county.lines[answer["customer_id"]] if line["费用项目"] == "退补电费"
        ]
        assert Decimal(adjustment["电量"]) == kwh
        assert adjustment["单价"] == wrong["单价"]
        assert (adjustment["上次示数"], adjustment["本次示数"], adjustment["计费倍率"]) == ("", "", "")
        bills = {bill["账单号"]: bill for bill in county.bills[answer["customer_id"]]}
        carrier, regular = bills[adjustment["账单号"]], bills[wrong["账单号"]]
        assert carrier["电费年月"] > regular["电费年月"]
        if carrier["账单类型"] == "退补":
            assert (carrier["起始日期"], carrier["截止日期"]) == (regular["起始日期"], regular["截止日期"])
            assert adjustment["计量点编号"] == ""


def test_both_ways_of_correcting_occur(county: Exported) -> None:
    adjusting = [
        (bill["账单类型"], line["行号"])
        for customer, lines in county.lines.items()
        for line in lines
        if line["费用项目"] == "退补电费"
        for bill in county.bills[customer]
        if bill["账单号"] == line["账单号"]
    ]
    assert set(adjusting) == {("退补", "1"), ("正常", "2")}


def test_prices_changed_lawfully(county: Exported) -> None:
    changes: Counter[tuple[str, str]] = Counter()
    agreements = county._by_customer("电价执行")
    for answer in county.answers("price_changed"):
        before, after = agreements[answer["customer_id"]]
        assert before["失效日期"] == after["生效日期"]
        assert after["生效日期"].endswith("-01")
        assert after["失效日期"] == ""
        changes[before["电价码"], after["电价码"]] += 1
        codes = [line["单价"] for line in county.lines[answer["customer_id"]]]
        assert len(set(codes)) == 2
        archive = county.customers[answer["customer_id"]]
        assert archive["用电类别"] == ("农业生产" if after["电价码"] == "HN-IRR-LV" else "一般工商业")
    assert set(changes) == {("HN-AGR-LV", "HN-IRR-LV"), ("HN-RES-LV", "HN-GCI-LV")}
