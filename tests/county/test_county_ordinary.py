"""Customers to whom nothing happens: their files agree with each other to the last fen."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from .conftest import Exported, Row

FEN = Decimal("0.01")
PUT_RIGHT = ("bill_corrected", "bill_cancelled_and_reissued")


def register_kwh(meter: Row, previous: str, current: str) -> Decimal:
    """Register difference times the multiplier of the asset file; a lower register has turned over once."""
    difference = Decimal(current) - Decimal(previous)
    if difference < 0:
        difference += 10 ** int(meter["示数位数"])
    return difference * Decimal(meter["综合倍率"])


def ordinary(county: Exported) -> list[str]:
    """Customers nobody did wrong: not in the key, or exchanged or rolled over innocently."""
    wronged = {
        row["customer_id"] for row in county.key if row["is_innocent"] == "false" or row["cause"] in PUT_RIGHT
    }
    return [customer for customer in county.customers if customer not in wronged]


def test_bills_add_up_to_what_the_registers_moved(county: Exported) -> None:
    exchanged = rolled = closed = opened = 0
    for customer in ordinary(county):
        meters = county.meters[customer]
        last = county.readings[customer][-1]
        opening = county.lines[customer][0]["上次示数"]
        expected = Decimal(0)
        for place, meter in enumerate(meters):
            start = meter["装表底度"] if place else opening
            end = meter["拆表底度"] or last["本次示数"]
            expected += register_kwh(meter, start, end)
            rolled += Decimal(end) < Decimal(start)
        exchanged += len(meters) > 1
        closed += county.customers[customer]["销户日期"] != ""
        opened += county.customers[customer]["立户日期"] > "2024-07-01"
        assert sum(Decimal(bill["计费电量"]) for bill in county.bills[customer]) == expected, customer
    assert exchanged >= 6
    assert rolled >= 2
    assert closed >= 2
    assert opened >= 4


def test_every_bill_is_the_sum_of_its_lines_at_the_price_agreed(county: Exported) -> None:
    agreements = county._by_customer("电价执行")
    with_two_meters = 0
    ended = county.customers_of("closed_account_billed")
    for customer, bills in county.bills.items():
        for bill in bills:
            lines = [line for line in county.lines[customer] if line["账单号"] == bill["账单号"]]
            assert [line["行号"] for line in lines] == [str(place + 1) for place in range(len(lines))]
            assert sum(Decimal(line["金额"]) for line in lines) == Decimal(bill["应收电费"])
            assert sum(Decimal(line["电量"]) for line in lines) == Decimal(bill["计费电量"])
            with_two_meters += len({line["上次示数"] for line in lines if line["上次示数"]}) > 1
            for line in lines:
                product = Decimal(line["电量"]) * Decimal(line["单价"])
                assert Decimal(line["金额"]) == product.quantize(FEN, rounding=ROUND_HALF_UP)
                if line["费用项目"] == "电度电费" and customer not in ended:
                    assert line["单价"] == price_on(agreements[customer], bill["起始日期"])
    assert with_two_meters >= 10


def price_on(agreements: list[Row], day: str) -> str:
    (code,) = [
        row["电价码"]
        for row in agreements
        if row["生效日期"] <= day and (not row["失效日期"] or day < row["失效日期"])
    ]
    published = {"HN-RES-LV": "0.5880", "HN-GCI-LV": "0.7003", "HN-GCI-10KV": "0.6803"}
    published |= {"HN-AGR-LV": "0.5487", "HN-IRR-LV": "0.5287"}
    return published[code]


def test_every_month_supplied_is_read_and_billed_once(county: Exported) -> None:
    # Who is billed otherwise has a story, and a test for it.
    otherwise = county.customers_of(
        "billing_run_repeated",
        "bill_cancelled_and_reissued",
        "days_left_out",
        "days_charged_twice",
        "account_reopened",
        "old_meter_still_billed",
        "closed_account_billed",
    )
    for customer, archive in county.customers.items():
        if customer in otherwise:
            continue
        first = max(archive["立户日期"], "2024-07-01")
        end = archive["销户日期"] or "2026-07-01"
        regular = [bill for bill in county.bills[customer] if bill["账单类型"] == "正常"]
        assert regular[0]["起始日期"] == first
        assert date.fromisoformat(regular[-1]["截止日期"]) + timedelta(days=1) == date.fromisoformat(end)
        for before, after in pairwise(regular):
            gap = date.fromisoformat(after["起始日期"]) - date.fromisoformat(before["截止日期"])
            assert gap == timedelta(days=1)
        assert [row["抄表日期"] for row in county.readings[customer]] == [
            bill["截止日期"] for bill in regular
        ]
        months = {"1"} if customer not in county.customers_of("two_month_book") else {"1", "2"}
        if customer not in county.customers_of("months_billed_wrongly"):
            assert {bill["计费月数"] for bill in regular} <= months
        for bill in county.bills[customer]:
            assert bill["发行日期"][:7] > f"{bill['电费年月'][:4]}-{bill['电费年月'][4:]}"


def test_indices_hang_together_from_bill_to_bill(county: Exported) -> None:
    for customer in ordinary(county):
        billed_to = None
        again = customer in county.customers_of("account_reopened")
        for reading in county.readings[customer]:
            lines = [
                line
                for line in county.lines[customer]
                if line["电费年月"] == reading["抄表日期"][:7].replace("-", "")
            ]
            assert lines[-1]["本次示数"] == reading["本次示数"]
            hanging = [each for each in county.meters[customer] if each["装表日期"] <= reading["抄表日期"]]
            assert lines[-1]["电能表资产号"] == reading["电能表资产号"] == hanging[-1]["电能表资产号"]
            assert lines[-1]["计费倍率"] == hanging[-1]["综合倍率"]
            if billed_to is not None and not (again and lines[0]["上次示数"] == hanging[-1]["装表底度"]):
                assert lines[0]["上次示数"] == billed_to
            billed_to = reading["本次示数"]


def test_freezes_end_each_month_at_the_reading(county: Exported) -> None:
    compared = 0
    wronged = county.customers_of("register_written_back", "old_meter_still_billed")
    for customer, readings in county.readings.items():
        frozen = {day: (meter, register) for day, meter, register in county.freezes.get(customer, [])}
        for reading in readings:
            if reading["抄表日期"] in frozen and customer not in wronged:
                meter, register = frozen[reading["抄表日期"]]
                assert (meter, register) == (reading["电能表资产号"], Decimal(reading["本次示数"]))
                compared += 1
            if reading["抄表方式"] == "采集":
                assert reading["抄表日期"] in frozen
    assert compared > 8000


def test_freezes_are_of_the_meter_that_hangs_and_few_are_missing(county: Exported) -> None:
    due = arrived = 0
    silent = county.customers_of(
        "collection_gap", "readings_guessed", "account_reopened", "closed_account_billed"
    )
    for customer, archive in county.customers.items():
        end = archive["销户日期"] or "2026-07-01"
        first = max(archive["立户日期"], "2024-07-01")
        days = [day for day, _, _ in county.freezes[customer]]
        assert days == sorted(set(days))
        assert first <= days[0]
        if customer not in silent:
            assert days[-1] < end
            due += (date.fromisoformat(end) - date.fromisoformat(first)).days
            arrived += len(days)
        for day, meter, _register in county.freezes[customer]:
            (hanging,) = [
                row
                for row in county.meters[customer]
                if row["装表日期"] <= day and (not row["拆表日期"] or day < row["拆表日期"])
            ]
            assert meter == hanging["电能表资产号"]
    assert Decimal("0.98") < Decimal(arrived) / due < Decimal("0.99")


def test_identifiers_are_text_and_unique(county: Exported) -> None:
    assert all(len(customer) == 10 and customer.isdigit() for customer in county.customers)
    assert {customer[0] for customer in county.customers} == {"0", "4"}
    for name, column in (("抄表示数", "抄表记录号"), ("电费账单", "账单号")):
        assert max(Counter(row[column] for row in county.rows(name)).values()) == 1
    # A meter has one stay, but where its CT was exchanged under it.
    kept = county.customers_of("ct_exchanged_meter_kept")
    for customer, meters in county.meters.items():
        assert len({meter["电能表资产号"] for meter in meters}) == (1 if customer in kept else len(meters))
    stays = {(meter["电能表资产号"], meter["户号"]) for meter in county.rows("电能表装拆")}
    assert max(Counter(meter for meter, _ in stays).values()) == 1
    lines = Counter((row["账单号"], row["行号"]) for row in county.rows("账单明细"))
    assert max(lines.values()) == 1


def test_archives_refer_to_each_other(county: Exported) -> None:
    organisations = {row["单位编码"]: row for row in county.rows("组织机构")}
    areas = {row["台区编号"]: row for row in county.rows("台区")}
    books = {row["抄表段编号"]: row for row in county.rows("抄表段")}
    assert Counter(row["单位层级"] for row in organisations.values()) == {"省": 1, "市": 1, "县": 2, "所": 5}
    for row in organisations.values():
        assert (row["上级单位编码"] in organisations) == (row["单位层级"] != "省")
    public: Counter[str] = Counter()
    for archive in county.customers.values():
        assert organisations[archive["管理单位"]]["单位层级"] == "所"
        assert areas[archive["台区编号"]]["管理单位"] == archive["管理单位"]
        assert books[archive["抄表段编号"]]["管理单位"] == archive["管理单位"]
        public[archive["台区编号"]] += archive["用户类型"] != "高压"
    assert set(areas) == set(public)
    assert Counter(areas[area]["管理单位"] for area, fed in public.items() if fed).most_common()[-1][1] >= 2
    assert {row["户号"] for row in county.rows("计量点")} == set(county.customers)


def test_multipliers_are_of_both_kinds(county: Exported) -> None:
    by_type: dict[str, set[str]] = {}
    for row in county.rows("电能表装拆"):
        by_type.setdefault(county.customers[row["户号"]]["用户类型"], set()).add(row["综合倍率"])
    assert by_type["低压居民"] == {"1"}
    assert {"1", "30", "40", "60"} <= by_type["低压非居民"]
    # CT times PT: 15/5 x 10,000/100 is the smallest at ten kilovolts.
    assert min(int(multiplier) for multiplier in by_type["高压"]) >= 300


def test_the_files_are_plain_csv_for_any_reader(county: Exported) -> None:
    for path in (county.path / "cis_zh").glob("*.csv"):
        with path.open(encoding="gb18030", newline="") as stream:
            widths = {len(row) for row in csv.reader(stream)}
        assert len(widths) == 1, path.name
