"""Customers to whom nothing happens: their readings, bills, freezes and files agree with each other."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pyarrow.parquet as pq

from .exported import Exported, csv_rows, hanging, month_of, register_kwh, register_spans, stays, wronged

DAY = timedelta(days=1)
LAST_DAY = date(2026, 6, 30)
# Who is billed otherwise has a story, and a test for it.
OTHERWISE = (
    "billing_run_repeated",
    "bill_cancelled_and_reissued",
    "days_left_out",
    "days_charged_twice",
    "account_reopened",
    "old_meter_still_billed",
    "closed_account_billed",
    "energised_but_never_billed",
)


def test_bills_add_up_to_what_the_registers_moved(county: Exported) -> None:
    exchanged = rolled = closed = opened = 0
    guilty = wronged(county)
    for customer in county.customers.keys() - guilty - county.has_rates:
        meters = stays(county.meters[customer])
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
        opened += county.customers[customer]["立户日期"] > county.first_day.isoformat()
        assert sum(Decimal(bill["计费电量"]) for bill in county.bills[customer]) == expected, customer
    assert exchanged >= 6
    assert rolled >= 2
    assert closed >= 2
    assert opened >= 4


def test_every_register_billed_moved_by_what_was_billed(county: Exported) -> None:
    """Register by register, the rates of a meter too; at the multiplier of the meter that hung."""
    guilty = wronged(county)
    seen: Counter[str] = Counter()
    for customer in county.customers.keys() - guilty:
        meters = {row["电能表资产号"]: row for row in county.meters[customer]}
        multipliers = {row["综合倍率"] for row in county.meters[customer]}
        for bill in county.bills[customer]:
            for key, kwh in register_spans(county.lines_of[bill["账单号"]]).items():
                meter, kind, previous, current, multiplier = key
                assert multiplier in multipliers
                assert kwh == register_kwh(meters[meter] | {"综合倍率": multiplier}, previous, current), key
                seen[kind] += 1
    assert set(seen) == {"有功总", "有功尖", "有功峰", "有功平", "有功谷"}


def test_every_month_supplied_is_read_and_billed_once(county: Exported) -> None:
    otherwise = county.customers_of(*OTHERWISE)
    for customer, archive in county.customers.items():
        if customer in otherwise:
            continue
        first = max(archive["立户日期"], county.first_day.isoformat())
        end = archive["销户日期"] or (LAST_DAY + DAY).isoformat()
        regular = county.regular[customer]
        assert regular[0]["起始日期"] == first
        assert date.fromisoformat(regular[-1]["截止日期"]) + DAY == date.fromisoformat(end)
        for before, after in pairwise(regular):
            assert date.fromisoformat(before["截止日期"]) + DAY == date.fromisoformat(after["起始日期"])
        assert [row["抄表日期"] for row in county.readings[customer]] == [
            bill["截止日期"] for bill in regular
        ]
        months = {"1"} if customer not in county.customers_of("two_month_book") else {"1", "2"}
        if customer not in county.customers_of("months_billed_wrongly"):
            assert {bill["计费月数"] for bill in regular} <= months
        for bill in county.bills[customer]:
            assert bill["发行日期"][:7] > f"{bill['电费年月'][:4]}-{bill['电费年月'][4:]}"


def test_indices_hang_together_from_bill_to_bill(county: Exported) -> None:
    guilty = wronged(county) | county.customers_of("account_reopened")
    for customer in county.customers.keys() - guilty:
        billed_to: dict[tuple[str, str], str] = {}
        ends = {(row["电能表资产号"], row["拆表底度"]) for row in county.meters[customer]}
        for bill in county.regular[customer]:
            spans = list(register_spans(county.lines_of[bill["账单号"]]))
            for meter, kind, previous, current, _ in spans:
                if (meter, kind) in billed_to:
                    assert previous == billed_to[meter, kind]
                billed_to[meter, kind] = current
            (now,) = [row for row in county.readings[customer] if row["抄表日期"] == bill["截止日期"]]
            meter = hanging(county.meters[customer], bill["截止日期"])
            if bill["截止日期"] < (stays(county.meters[customer])[-1]["拆表日期"] or "9999"):
                assert now["电能表资产号"] == meter["电能表资产号"] == spans[-1][0]
            if customer not in county.has_rates:
                assert spans[-1][3] == now["本次示数"]
                for meter_id, _, _, current, _ in spans[:-1]:
                    assert (meter_id, current) in ends


def test_freezes_end_each_month_at_the_reading(county: Exported) -> None:
    compared: Counter[str] = Counter()
    strange = county.customers_of(
        "register_written_back", "old_meter_still_billed", "readings_guessed", "register_edited_at_night"
    )
    place = {"有功尖": 0, "有功峰": 1, "有功平": 2, "有功谷": 3}
    for customer, readings in county.all_readings.items():
        frozen = county.frozen.get(customer, {})
        for reading in readings:
            day, kind = date.fromisoformat(reading["抄表日期"]), reading["示数类型"]
            if reading.get("抄表方式") == "采集" and kind == "有功总":
                # On the last day a late one is still under way.
                assert day in frozen or day == LAST_DAY
            if day not in frozen or customer in strange or kind == "最大需量":
                continue
            row = frozen[day]
            register = row.forward if kind == "有功总" else row.reactive
            if kind in place:
                register = row.rates[place[kind]]
            assert row.meter == reading["电能表资产号"]
            assert register == int(Decimal(reading["本次示数"]).scaleb(2)), reading
            compared[kind] += 1
    assert compared["有功总"] > 8000
    assert compared["无功总"] == compared["有功尖"] > 300


def test_freezes_are_of_the_meter_that_hangs_and_few_are_missing(county: Exported) -> None:
    due = arrived = 0
    silent = county.customers_of(
        "collection_gap", "readings_guessed", "account_reopened", "closed_account_billed",
        "collection_terminal_offline",
    )  # fmt: skip
    for customer, archive in county.customers.items():
        end = archive["销户日期"] or "2026-07-01"
        first = max(archive["立户日期"], county.first_day.isoformat())
        days = [row.day for row in county.freezes[customer]]
        assert days == sorted(set(days))
        assert first <= days[0].isoformat()
        if customer not in silent:
            assert days[-1].isoformat() < end
            due += (date.fromisoformat(end) - date.fromisoformat(first)).days
            arrived += len(days)
        for row in county.freezes[customer]:
            assert row.meter == hanging(county.meters[customer], row.day.isoformat())["电能表资产号"]
    assert Decimal("0.98") < Decimal(arrived) / due < Decimal("0.99")


def test_late_freezes_come_with_the_next_month_s_file(county: Exported) -> None:
    seen: set[tuple[str, date]] = set()
    late = rows = 0
    for path in county.files("日冻结", "ami_zh"):
        table = pq.read_table(path, columns=["户号", "冻结日期"])
        month = path.stem[-6:]
        before = f"{int(month[:4]) - 1}12" if month[4:] == "01" else f"{int(month) - 1}"
        for customer, day in zip(table["户号"].to_pylist(), table["冻结日期"].to_pylist(), strict=True):
            assert (customer, day) not in seen
            seen.add((customer, day))
            of = month_of(day.isoformat())
            assert of in (month, before)
            late += of == before
        rows += table.num_rows
    assert 0.002 < late / rows < 0.004


def test_assessment_users_have_meters_and_no_bills(county: Exported) -> None:
    public = {name for name, row in county.areas.items() if row["台区类型"] == "公变"}
    masters = [row["台区编号"] for row in county.assessments.values() if row["台区编号"]]
    assert sorted(masters) == sorted(public)
    feeders = {row["线路编号"] for row in county.rows("线路")}
    gates = [
        county.points[name]["线路编号"]
        for name in county.assessments
        if county.points[name]["计量点用途"] == "关口"
    ]
    assert sorted(gates) == sorted(feeders)
    assert len(county.assessments) == len(public) + len(feeders)
    for name in county.assessments:
        assert name not in county.bills
        assert name not in county.all_readings
        assert name not in county.agreements
        assert len(county.freezes[name]) > 600
        assert county.points[name]["计量点用途"] in ("考核", "关口")
    assert {county.points[name]["计量点用途"] for name in county.customers} == {"结算"}


def test_identifiers_are_text_and_unique(county: Exported) -> None:
    assert all(len(customer) == 10 and customer.isdigit() for customer in county.archive)
    assert {customer[0] for customer in county.customers} == {"0", "4"}
    for name, column in (("抄表示数", "抄表记录号"), ("电费账单", "账单号"), ("用户档案", "户号")):
        assert max(Counter(row[column] for row in county.rows(name)).values()) == 1
    # A meter has one stay, but where its CT was exchanged under it.
    kept = county.customers_of("ct_exchanged_meter_kept")
    for customer, meters in county.meters.items():
        assert len({meter["电能表资产号"] for meter in meters}) == (1 if customer in kept else len(meters))
    hung = {(meter["电能表资产号"], meter["户号"]) for meter in county.rows("电能表装拆")}
    assert max(Counter(meter for meter, _ in hung).values()) == 1
    lines = Counter((row["账单号"], row["行号"]) for row in county.rows("账单明细"))
    assert max(lines.values()) == 1


def test_archives_refer_to_each_other(county: Exported) -> None:
    organisations = {row["单位编码"]: row for row in csv_rows(county.path / "cis_zh" / "组织机构.csv")}
    feeders = {row["线路编号"]: row for row in county.rows("线路")}
    books = {row["抄表段编号"]: row for row in county.rows("抄表段")}
    assert Counter(row["单位层级"] for row in organisations.values()) == {"省": 1, "市": 1, "县": 2, "所": 5}
    for row in organisations.values():
        assert (row["上级单位编码"] in organisations) == (row["单位层级"] != "省")
    fed: Counter[str] = Counter()
    for archive in county.customers.values():
        assert organisations[archive["管理单位"]]["单位层级"] == "所"
        area = county.areas[archive["台区编号"]]
        assert area["管理单位"] == archive["管理单位"]
        assert feeders[area["线路编号"]]["管理单位"] == archive["管理单位"]
        assert books[archive["抄表段编号"]]["管理单位"] == archive["管理单位"]
        assert (area["台区类型"] == "专变") == (archive["用户类型"] == "高压")
        fed[archive["台区编号"]] += 1
    assert set(county.areas) == set(fed)
    for name, area in county.areas.items():
        assert (fed[name] == 1) if area["台区类型"] == "专变" else (fed[name] >= 20)
    assert set(county.points) == set(county.archive) == set(county.meters)


def test_multipliers_are_of_both_kinds(county: Exported) -> None:
    by_type: dict[str, set[str]] = {}
    for name, meters in county.meters.items():
        if name in county.customers:
            kind = county.customers[name]["用户类型"]
            by_type.setdefault(kind, set()).update(row["综合倍率"] for row in meters)
    assert by_type["低压居民"] == {"1"}
    assert {"1", "30", "40"} <= by_type["低压非居民"]
    high = {
        county.points[name]["计量方式"]: {int(row["综合倍率"]) for row in county.meters[name]}
        for name, row in county.customers.items()
        if row["用户类型"] == "高压"
    }
    # CT times PT: 5/5 x 10,000/100 is the smallest at ten kilovolts; behind the transformer there is no PT.
    assert min(high["高供高计"]) >= 100
    assert max(high["高供低计"]) <= 200
