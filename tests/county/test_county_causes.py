"""Causes at the meter and in the price file: each is in the exported data, and there as the key says."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from .exported import ENERGY, Exported, Row, hanging, month_of, register_kwh, register_spans, stays
from .truth import Truth

NOTHING_OWED = Decimal(0)


def lines_within(county: Exported, answer: Row) -> list[Row]:
    """The customer's energy lines billed under the months the answer's span touches."""
    first, end = month_of(answer["valid_from"]), answer["valid_to"].replace("-", "")
    return [
        line
        for line in county.lines[answer["customer_id"]]
        if line["费用项目"] == ENERGY and first <= line["电费年月"] and f"{line['电费年月']}01" < end
    ]


def spans_within(county: Exported, answer: Row) -> list[tuple[tuple[str, ...], Decimal]]:
    """Registers billed within the answer's months, with the energy billed; several tiers are one."""
    found: list[tuple[tuple[str, ...], Decimal]] = []
    for bill in county.regular[answer["customer_id"]]:
        lines = [line for line in lines_within(county, answer) if line["账单号"] == bill["账单号"]]
        found += register_spans(lines).items()
    return found


def kwh_owed(meter: Row, key: tuple[str, ...], billed: Decimal) -> Decimal:
    return register_kwh(meter, key[2], key[3]) - billed


def test_ct_exchanged_and_the_file_not_updated(county: Exported) -> None:
    directions = set()
    for answer in county.answers("ct_exchanged_file_not_updated"):
        old, new = stays(county.meters[answer["customer_id"]])
        assert old["拆表日期"] == new["装表日期"] == answer["valid_from"]
        assert old["综合倍率"] != new["综合倍率"]
        spans = spans_within(county, answer)
        assert {key[4] for key, _ in spans} == {old["综合倍率"]}
        # Only the new meter's registers are wrong; the size says by how much.
        ratio = Decimal(old["综合倍率"]) / Decimal(new["综合倍率"])
        assert Decimal(answer["size"]) == ratio.quantize(Decimal("0.001"))
        owed = [kwh_owed(new if key[0] == new["电能表资产号"] else old, key, billed) for key, billed in spans]
        assert sum(owed) == Decimal(answer["true_kwh"])
        assert all(
            (each == 0) == (key[0] == old["电能表资产号"] or key[2] == key[3])
            for each, (key, _) in zip(owed, spans, strict=True)
        )
        assert answer["valid_to"] == "2026-07-01"
        directions.add(Decimal(answer["true_kwh"]) > 0)
    assert directions == {True, False}


def test_wrong_energy_keyed(county: Exported) -> None:
    directions = set()
    for answer in county.answers("wrong_energy_keyed"):
        (meter,) = county.meters[answer["customer_id"]]
        spans = spans_within(county, answer)
        assert len(spans) in (1, 2)
        owed = [kwh_owed(meter, key, billed) for key, billed in spans]
        assert all(kwh != 0 for kwh in owed)
        assert sum(owed) == Decimal(answer["true_kwh"])
        directions.add(Decimal(answer["true_kwh"]) > 0)
    assert directions == {True, False}


def test_register_written_back(county: Exported) -> None:
    for answer in county.answers("register_written_back"):
        readings = county.readings[answer["customer_id"]]
        ((before, written),) = [
            (before, after)
            for before, after in pairwise(readings)
            if Decimal(after["本次示数"]) < Decimal(before["本次示数"])
        ]
        assert written["抄表日期"][:7] == answer["valid_from"][:7]
        assert written.get("抄表方式", "手抄") == "手抄"
        frozen = [
            row.forward
            for row in county.freezes[answer["customer_id"]]
            if before["抄表日期"] < row.day.isoformat() <= written["抄表日期"]
        ]
        assert (
            min(frozen)
            >= int(Decimal(before["本次示数"]) * 100)
            > int(Decimal(written["本次示数"]) * 100)
            > 0
        )
        (month, billed), (after, caught_up) = spans_within(county, answer)
        assert month[2:4] == (before["本次示数"], written["本次示数"])
        assert billed == 0
        # The month after is billed from the index billed last, so no energy is lost in the end.
        assert after[2] == before["本次示数"]
        (meter,) = county.meters[answer["customer_id"]]
        assert caught_up == register_kwh(meter, before["本次示数"], after[3]) > 0
        assert answer["true_kwh"] == "0.00"
        assert abs(Decimal(answer["energy_yuan"])) < 60, "only tiers of another year can differ"


@pytest.mark.parametrize(("cause", "months"), [("meter_stopped", 8), ("bypassed_supply", 7)])
def test_a_register_stands_still_while_energy_is_used(
    county: Exported, truth: Truth, cause: str, months: int
) -> None:
    for answer in county.answers(cause):
        customer = answer["customer_id"]
        freezes = county.freezes[customer]
        begins = date.fromisoformat(answer["valid_from"])
        before = [row.forward for row in freezes if row.day < begins]
        since = {row.forward for row in freezes if row.day >= begins}
        assert len(set(before)) > len(before) * 0.9, "the register moves nearly every day before"
        assert len(since) == 1, "and never again"
        bills = county.regular[customer]
        zero = [bill for bill in bills if bill["起始日期"] > answer["valid_from"]]
        assert len(zero) >= months
        assert all(sum(register_spans(county.lines_of[bill["账单号"]]).values()) == 0 for bill in zero)
        assert county.customers[customer]["用户状态"] == "正常用电"
        used = truth.used_by_month(customer)
        lost = sum(used[bill["电费年月"]] for bill in zero)
        assert Decimal(answer["true_kwh"]) >= lost > 0
        for bill in bills[: -len(zero) - 1]:
            billed = sum(register_spans(county.lines_of[bill["账单号"]]).values())
            assert billed == used[bill["电费年月"]]


def test_registers_that_roll_over(county: Exported) -> None:
    for answer in county.answers("register_rollover"):
        registers = county.freezes[answer["customer_id"]]
        meter = hanging(county.meters[answer["customer_id"]], answer["valid_from"])
        begins = date.fromisoformat(answer["valid_from"])
        before = max(row for row in registers if row.day < begins)
        after = min(row for row in registers if row.day >= begins)
        largest = 10 ** int(meter["示数位数"]) * 100
        assert before.forward > largest * 0.97
        assert after.forward < largest * 0.03
        turned = [
            (key, kwh) for key, kwh in spans_within(county, answer) if Decimal(key[3]) < Decimal(key[2])
        ]
        ((_, kwh),) = turned
        assert kwh > 0


@pytest.mark.parametrize("cause", ["meter_exchanged", "ct_exchanged_file_updated"])
def test_meters_exchanged_and_billed_over_both(county: Exported, cause: str) -> None:
    for answer in county.answers(cause):
        old, new = stays(county.meters[answer["customer_id"]])
        assert old["拆表日期"] == new["装表日期"] == answer["valid_from"]
        assert (old["综合倍率"] == new["综合倍率"]) == (cause == "meter_exchanged")
        assert Decimal(new["装表底度"]) < 20
        month = month_of(answer["valid_from"])
        (bill,) = [bill for bill in county.regular[answer["customer_id"]] if bill["电费年月"] == month]
        spans = register_spans(county.lines_of[bill["账单号"]])
        by_meter = {key[0]: key[4] for key in spans}
        assert by_meter == {old["电能表资产号"]: old["综合倍率"], new["电能表资产号"]: new["综合倍率"]}
        for key, kwh in spans.items():
            meter = old if key[0] == old["电能表资产号"] else new
            assert kwh_owed(meter, key, kwh) == 0
        if answer["customer_id"] not in county.has_rates:
            ends = [(key[2], key[3]) for key in spans]
            assert ends[0][1] == old["拆表底度"]
            assert ends[1][0] == new["装表底度"]


def test_an_exchange_neither_adds_nor_loses_energy(county: Exported, truth: Truth) -> None:
    for answer in county.answers("meter_exchanged"):
        month = month_of(answer["valid_from"])
        customer = answer["customer_id"]
        (bill,) = [bill for bill in county.regular[customer] if bill["电费年月"] == month]
        billed = sum(register_spans(county.lines_of[bill["账单号"]]).values())
        assert billed == truth.used_by_month(customer)[month]


def test_vacant_new_flats(county: Exported) -> None:
    for answer in county.answers("vacant_new_flat"):
        archive = county.customers[answer["customer_id"]]
        assert archive["立户日期"] == answer["valid_from"] > "2024-07-01"
        assert {row.forward for row in county.freezes[answer["customer_id"]]} == {0}
        assert {bill["应收电费"] for bill in county.bills[answer["customer_id"]]} == {"0.00"}


def test_seasonal_use_is_idle_in_the_same_months_of_each_year(county: Exported) -> None:
    idle_months = 0
    for answer in county.answers("seasonal_use"):
        months: dict[str, Decimal] = {}
        for bill in county.regular[answer["customer_id"]]:
            months[bill["电费年月"]] = Decimal(bill["计费电量"]) / int(bill["计费月数"])
        peak = max(months.values())
        idle = {month[4:] for month, kwh in months.items() if kwh <= peak / 50}
        for month in idle:
            both = [kwh for name, kwh in months.items() if name[4:] == month]
            assert max(both) < peak / 3, (answer["customer_id"], month)
        idle_months += len(idle)
    assert idle_months >= 3 * len(county.answers("seasonal_use"))


def test_collection_gaps(county: Exported) -> None:
    for answer in county.answers("collection_gap"):
        days = [row.day.isoformat() for row in county.freezes[answer["customer_id"]]]
        assert not [day for day in days if answer["valid_from"] <= day < answer["valid_to"]]
        length = date.fromisoformat(answer["valid_to"]) - date.fromisoformat(answer["valid_from"])
        assert length.days >= 25
        by_hand = [
            reading.get("抄表方式", "手抄")
            for reading in county.readings[answer["customer_id"]]
            if answer["valid_from"] <= reading["抄表日期"] < answer["valid_to"]
        ]
        assert set(by_hand) <= {"手抄"}


def test_prices_changed_lawfully(county: Exported) -> None:
    changes: Counter[tuple[str, str]] = Counter()
    for answer in county.answers("price_changed"):
        before, after = county.agreements[answer["customer_id"]]
        assert before["失效日期"] == after["生效日期"]
        assert after["生效日期"].endswith("-01")
        assert after["失效日期"] == ""
        changes[before["电价码"], after["电价码"]] += 1
        archive = county.customers[answer["customer_id"]]
        assert archive["用电类别"] == ("农业生产" if after["电价码"] == "CN-IRR-LV" else "工商业")
    assert set(changes) == {("CN-AGR-LV", "CN-IRR-LV"), ("CN-RES-LV", "CN-CI1-LV")}


@pytest.mark.parametrize("cause", ["current_terminal_loose", "partial_bypass"])
def test_registers_that_run_in_part(county: Exported, truth: Truth, cause: str) -> None:
    for answer in county.answers(cause):
        used = truth.used_by_month(answer["customer_id"])
        onset, size = month_of(answer["valid_from"]), Decimal(answer["size"])
        assert Decimal("0.4") <= size <= Decimal("0.8")
        after = 0
        for bill in county.regular[answer["customer_id"]]:
            billed = sum(register_spans(county.lines_of[bill["账单号"]]).values())
            month = bill["电费年月"]
            if month < onset:
                assert billed == used[month]
            elif month > onset and used[month] > 20:
                assert abs(billed / used[month] - (1 - size)) < Decimal("0.03"), (answer, month)
                after += 1
        assert after >= 4


@pytest.mark.parametrize("cause", ["tenant_moved_out", "shop_closed", "shift_stopped"])
def test_uses_that_really_fell(county: Exported, truth: Truth, cause: str) -> None:
    for answer in county.answers(cause):
        onset = month_of(answer["valid_from"])
        used = truth.used_by_month(answer["customer_id"])
        bills = county.regular[answer["customer_id"]]
        for bill in bills:
            # As low as at those whose meter counts in part; but it is all that was used.
            billed = sum(register_spans(county.lines_of[bill["账单号"]]).values())
            assert billed == used[bill["电费年月"]]
        after = [used[month] for month in used if month > onset]
        year_before = {month[4:]: kwh for month, kwh in used.items() if month < onset}
        same = [(used[m], year_before[m[4:]]) for m in used if m > onset and m[4:] in year_before]
        assert len(after) >= 4
        if same:
            assert sum(now for now, _ in same) < sum(then for _, then in same) * Decimal("0.8")
