"""Causes in the reader's book and in the multiplier, loads that are odd by nature, files about areas."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from itertools import pairwise

from .exported import Exported, Row, month_of, register_kwh, register_spans, stays
from .test_county_causes import kwh_owed, spans_within
from .truth import Truth


def test_readings_guessed_for_months_and_caught_up(county: Exported, truth: Truth) -> None:
    groups: defaultdict[tuple[str, str, Decimal], list[str]] = defaultdict(list)
    for answer in county.answers("readings_guessed"):
        customer = answer["customer_id"]
        used = truth.used_by_month(customer)
        *guessed, (last, caught_up) = spans_within(county, answer)
        assert len(guessed) >= 4
        (usage,) = {kwh for _, kwh in guessed}
        assert usage % 10 == 0
        months = [
            bill["电费年月"]
            for bill in county.regular[customer]
            if answer["valid_from"] <= bill["起始日期"] < answer["valid_to"]
        ]
        assert len(months) == len(guessed) + 1
        assert all(usage < used[month] for month in months[:-1])
        assert caught_up > used[months[-1]]
        # Nothing is lost in the end, but every one of the bills was wrong.
        assert usage * len(guessed) + caught_up == sum(used[month] for month in months)
        assert answer["true_kwh"] == "0.00"
        claims = {
            reading.get("抄表方式", "")
            for reading in county.readings[customer]
            if month_of(reading["抄表日期"]) in months[:-1]
        } - {""}
        assert claims in ({"估抄"}, {"手抄"})
        assert not {month_of(row.day.isoformat()) for row in county.freezes[customer]} & set(months[:-1])
        groups[county.customers[customer]["抄表段编号"], answer["valid_from"], usage].append(customer)
        assert last
    assert all(len(members) >= 2 for members in groups.values())


def daily(county: Exported, customer: str) -> list[Decimal]:
    """kWh a day by bill."""
    return [
        Decimal(bill["计费电量"])
        / ((date.fromisoformat(bill["截止日期"]) - date.fromisoformat(bill["起始日期"])).days + 1)
        for bill in county.regular[customer]
    ]


def test_loads_constant_by_nature(county: Exported) -> None:
    for customer in county.customers_of("constant_load"):
        days = daily(county, customer)
        assert max(days) / min(days) < Decimal("1.05"), customer


def test_flats_on_standby(county: Exported) -> None:
    for customer in county.customers_of("standby_flat"):
        months = sorted(
            Decimal(bill["计费电量"]) / int(bill["计费月数"]) for bill in county.regular[customer]
        )
        assert months[len(months) // 2] < 12
        assert months[-1] > 5 * months[0] > 0


def test_old_meters_billed_beside_their_successors(county: Exported) -> None:
    ways = set()
    for answer in county.answers("old_meter_still_billed"):
        customer = answer["customer_id"]
        old, new = stays(county.meters[customer])
        assert old["拆表日期"] == new["装表日期"] == answer["valid_from"]
        bills = [
            list(register_spans(county.lines_of[bill["账单号"]]).items())
            for bill in county.regular[customer]
            if month_of(answer["valid_from"]) <= bill["电费年月"] and bill["起始日期"] < answer["valid_to"]
        ]
        assert len(bills) >= 4
        for spans in bills:
            assert [key[0] for key, _ in spans] == [old["电能表资产号"], new["电能表资产号"]]
        ((exchange, _), _), *later = bills
        (estimate,) = {spans[0][1] for spans in later}
        ways.add(estimate > 0)
        read = [row for row in county.readings[customer] if row["电能表资产号"] == old["电能表资产号"]]
        assert len([row for row in read if row["抄表日期"] >= answer["valid_from"]]) == len(later)
        if estimate:
            assert read[-1].get("抄表方式", "估抄") == "估抄"
            assert exchange[3] == old["拆表底度"]
            assert Decimal(answer["true_kwh"]) == -estimate * len(later)
        else:
            # Its last days before the exchange stay unbilled.
            assert exchange[2] == exchange[3]
            assert Decimal(answer["true_kwh"]) == register_kwh(old, exchange[3], old["拆表底度"]) > 0
        after = [bill for bill in county.regular[customer] if bill["起始日期"] >= answer["valid_to"]]
        meters = {key[0] for bill in after for key in register_spans(county.lines_of[bill["账单号"]])}
        assert meters <= {new["电能表资产号"]}
    assert ways == {True, False}


def test_multipliers_refiled_without_a_change_of_transformers(county: Exported) -> None:
    directions = set()
    for answer in county.answers("multiplier_refiled"):
        (meter,) = county.meters[answer["customer_id"]]
        spans = spans_within(county, answer)
        (first, _), (second, _) = spans[:2]
        assert first[3] == second[2]
        assert first[4] == meter["综合倍率"]
        (wrong,) = {key[4] for key, _ in spans[1:]}
        assert wrong != meter["综合倍率"]
        ratio = Decimal(wrong) / Decimal(meter["综合倍率"])
        assert Decimal(answer["size"]) == ratio.quantize(Decimal("0.001"))
        owed = sum(kwh_owed(meter, key, kwh) for key, kwh in spans)
        assert Decimal(answer["true_kwh"]) == owed
        directions.add(owed > 0)
    assert directions == {True, False}


def test_a_ct_exchanged_alone_is_filed_in_two_parts(county: Exported) -> None:
    for answer in county.answers("ct_exchanged_meter_kept"):
        customer = answer["customer_id"]
        before, after = stays(county.meters[customer])
        assert before["电能表资产号"] == after["电能表资产号"]
        assert before["拆表日期"] == after["装表日期"] == answer["valid_from"]
        assert before["拆表底度"] == after["装表底度"]
        assert before["综合倍率"] != after["综合倍率"]
        spans = spans_within(county, answer)
        by_register: defaultdict[str, list[tuple[tuple[str, ...], Decimal]]] = defaultdict(list)
        for key, kwh in spans:
            by_register[key[1]].append((key, kwh))
        for rows in by_register.values():
            assert [key[4] for key, _ in rows] == [before["综合倍率"]] + [after["综合倍率"]] * (len(rows) - 1)
            for (one, _), (other, _) in pairwise(rows):
                assert one[3] == other[2]
            for key, kwh in rows:
                assert kwh_owed(before if key[4] == before["综合倍率"] else after, key, kwh) == 0
        # The reactive register of the same meter goes on too.
        reactive = [row.reactive for row in county.freezes[customer] if row.reactive is not None]
        assert reactive == sorted(reactive)


def note_areas(answer: Row) -> tuple[str, str]:
    """The area on which the customer hangs and the one on file, as the key's note says."""
    hangs, filed = answer["note"].partition(" / ")[2].removeprefix("hangs on ").split(", filed under ")
    return hangs, filed


def test_customers_filed_under_an_area_they_do_not_hang_on(county: Exported, truth: Truth) -> None:
    for answer in county.answers("filed_under_wrong_area"):
        hangs, filed = note_areas(answer)
        assert hangs != filed
        assert county.customers[answer["customer_id"]]["台区编号"] == filed
        assert truth.customers[answer["customer_id"]].area_id == hangs
        assert county.areas[hangs]["管理单位"] == county.areas[filed]["管理单位"]
        assert Decimal(answer["energy_yuan"]) == 0
    wrong = county.customers_of("filed_under_wrong_area")
    for name, customer in truth.customers.items():
        if name not in wrong:
            assert county.customers[name]["台区编号"] == customer.area_id


def test_masters_whose_ct_was_exchanged(county: Exported, truth: Truth) -> None:
    answers = {
        answer["subject_id"]: answer for answer in county.answers("master_ct_exchanged_file_not_updated")
    }
    for lived in truth.lived:
        for head in lived.station.assessments:
            (meter,) = county.meters[head.customer_id]
            if head.area_id in answers:
                assert int(meter["综合倍率"]) == head.filed_multiplier != head.multiplier
                ratio = Decimal(head.filed_multiplier) / head.multiplier
                assert abs(Decimal(answers[head.area_id]["size"]) - ratio) < Decimal("0.006")
            else:
                assert int(meter["综合倍率"]) == head.multiplier
