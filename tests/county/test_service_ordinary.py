"""Without causes a station's service keeps its promises: steps in order, in office hours, in time; nothing of the
future, and every number joins."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from jicha.county.founding.customer import open_anew
from jicha.county.service.titles import TABLES
from jicha.county.service.work_clock import work_clock
from jicha.county.story import Story
from jicha.county.tables import cause_plan
from jicha.kernel.text import Text
from tests.county.service_town import Row, Tray, at, city, kept, record_of

RECORDS = [record_of(number) for number in range(5)]
TRAYS = [kept(record) for record in RECORDS]
CLOCK = work_clock(city().first_day)
END = datetime.combine(city().end, datetime.min.time())
PLAN_DAYS = {"220V": 3, "380V": 3, "10kV": 10}
WHOLE_DAYS = {"低压居民新装": 5, "低压非居民新装": 6, "装表临时用电": 6, "高压新装": 22}
CHANGE_DAYS = 5


def all_rows(title: str) -> list[Row]:
    return [row for tray in TRAYS for row in tray.tables[title]]


def steps_of(tray: Tray) -> dict[str, list[Row]]:
    steps: dict[str, list[Row]] = defaultdict(list)
    for row in tray.tables["业扩环节"]:
        steps[str(row["申请编号"])].append(row)
    return steps


def whole_days(application: Row) -> int:
    """Working days of the utility that a flow may take."""
    if application["业务类型"] == "增容" and application["供电电压"] == "10kV":
        return WHOLE_DAYS["高压新装"]
    return WHOLE_DAYS.get(str(application["业务类型"]), PLAN_DAYS["10kV"])


def workdays(first: datetime, last: datetime) -> int:
    return CLOCK.between(first.date(), last.date())


def test_every_table_has_rows_somewhere() -> None:
    silent = {table.title for table in TABLES if not all_rows(table.title)}
    assert silent <= {"业务费"}  # nobody is charged what was abolished


def test_steps_follow_one_another() -> None:
    for tray in TRAYS:
        for steps in steps_of(tray).values():
            assert [step["环节序号"] for step in steps] == list(range(1, len(steps) + 1))
            for before, after in pairwise(steps):
                assert at(before["开始时间"]) < at(before["完成时间"]) <= at(after["开始时间"])


def test_steps_are_done_on_working_days_in_office_hours() -> None:
    """But what is done on the day of an opening or an exchange, which the world chose."""
    for tray in TRAYS:
        for row in tray.tables["业扩环节"]:
            if row["完成时间"] is None:
                continue
            done = at(row["完成时间"])
            assert 8 <= done.hour <= 17
            if row["环节名称"] not in ("装表接电", "送电"):
                is_same_day = any(
                    step["环节名称"] in ("装表接电", "送电") and str(step["完成时间"])[:10] == str(done)[:10]
                    for step in steps_of(tray)[str(row["申请编号"])]
                )
                assert CLOCK.is_workday(done.date()) or is_same_day, row


def test_no_flow_breaks_a_promise() -> None:
    for tray in TRAYS:
        steps = steps_of(tray)
        for application in tray.tables["业扩申请"]:
            mine = steps[str(application["申请编号"])]
            names = {step["环节名称"]: step for step in mine}
            reply = names.get("供电方案答复")
            if reply is not None and reply["完成时间"] is not None:
                spent = workdays(at(application["受理时间"]), at(reply["完成时间"]))
                assert spent <= PLAN_DAYS[str(application["供电电压"])], application
            used = sum(
                workdays(at(step["开始时间"]), at(step["完成时间"]))
                for step in mine
                if step["责任方"] == "供电企业" and step["完成时间"] is not None
            )
            assert used <= whole_days(application), application


def test_no_flow_is_clicked_through() -> None:
    for tray in TRAYS:
        for steps in steps_of(tray).values():
            ends = [at(step["完成时间"]) for step in steps if step["完成时间"] is not None]
            for place in range(len(ends) - 2):
                assert ends[place + 2] - at(steps[place]["开始时间"]) > timedelta(minutes=10)
            handlers = {str(step["环节名称"]): step["处理人"] for step in steps}
            if "竣工验收" in handlers:
                assert handlers["现场勘查"] != handlers["竣工验收"]


def test_nothing_is_idle_for_a_month() -> None:
    for tray in TRAYS:
        steps = steps_of(tray)
        for application in tray.rows("业扩申请", 申请状态="在途"):
            last = steps[str(application["申请编号"])][-1]
            limit = 90 if application["供电电压"] == "10kV" else 30
            assert END - at(last["完成时间"] or last["开始时间"]) < timedelta(days=limit)


def test_material_and_contract_follow_the_acceptance() -> None:
    for tray in TRAYS:
        signed = defaultdict(list)
        for contract in tray.tables["供用电合同"]:
            signed[contract["户号"]].append(contract)
        for application in tray.tables["业扩申请"]:
            if application["领料时间"] is not None:
                assert at(application["领料时间"]) > at(application["受理时间"])
            if str(application["业务类型"]).endswith("新装"):
                first = min(str(each["签订日期"]) for each in signed[application["户号"]])
                assert first >= str(application["受理时间"])[:10]


def test_openings_and_closings_have_their_applications() -> None:
    for record, tray in zip(RECORDS, TRAYS, strict=True):
        kinds = defaultdict(set)
        for row in tray.tables["业扩申请"]:
            kinds[row["户号"]].add(row["业务类型"])
        for customer in record.station.customers:
            if customer.opened_on >= city().first_day:
                assert kinds[customer.customer_id] & {*WHOLE_DAYS}
            if customer.closed_on is not None:
                assert "销户" in kinds[customer.customer_id]


def test_accounts_have_a_contract_in_force() -> None:
    last = city().end - timedelta(days=1)
    for record, tray in zip(RECORDS, TRAYS, strict=True):
        for customer in record.station.customers:
            if customer.closed_on is not None:
                continue
            mine = tray.rows("供用电合同", 户号=customer.customer_id)
            assert any(
                each["自动续约"] == "是" or (isinstance(each["到期日期"], date) and each["到期日期"] >= last)
                for each in mine
                if each["合同类型"] != "分布式光伏购售电合同"
            ), customer


def test_crews_come_in_time() -> None:
    minutes = {"城区": 45, "农村": 90, "特殊边远": 120}
    for tray in TRAYS:
        cases = {row["工单编号"]: row for row in tray.tables["服务工单"]}
        for repair in tray.tables["抢修派工"]:
            case = cases[repair["工单编号"]]
            came, limit = at(repair["到达时间"]), timedelta(minutes=minutes[str(case["城乡类别"])])
            assert timedelta(minutes=3) < came - at(case["受理时间"]) <= limit
            assert came < at(repair["恢复时间"]) <= came + timedelta(hours=3)
            assert came - at(repair["派工时间"]) > timedelta(minutes=2)
            assert repair["到达定位偏差"] < 500  # type: ignore[operator]


def test_cases_are_answered_in_time() -> None:
    for row in all_rows("服务工单"):
        accepted = at(row["受理时间"])
        if row["答复时间"] is None:
            assert END - accepted < timedelta(days=12)
            continue
        assert workdays(accepted, at(row["答复时间"])) <= 4
        assert accepted <= at(row["首次联系时间"]) <= accepted + timedelta(hours=24)
        if row["业务子类"] == "电器损坏核损":
            assert at(row["首次上门时间"]) <= accepted + timedelta(hours=24)


def test_nobody_calls_thrice_in_two_months() -> None:
    calls = defaultdict(list)
    for row in all_rows("服务工单"):
        calls[row["户号"]].append(at(row["受理时间"]))
    for moments in calls.values():
        for first, third in zip(sorted(moments), sorted(moments)[2:], strict=False):
            assert third - first > timedelta(days=60)


def test_calls_back_are_real() -> None:
    for row in all_rows("回访"):
        assert row["满意度"] == "未接通" or row["通话时长"] >= 10  # type: ignore[operator]


def test_planned_outages_are_announced_a_week_ahead() -> None:
    for row in all_rows("停电信息"):
        if row["停电类型"] == "计划停电":
            assert at(row["计划停电时间"]) - at(row["发布时间"]) >= timedelta(days=7)
        if row["停电类型"] == "临时停电":
            assert at(row["计划停电时间"]) - at(row["发布时间"]) >= timedelta(hours=24)


def test_cuts_are_told_a_week_ahead_and_mended_within_a_day() -> None:
    for tray in TRAYS:
        for row in tray.tables["停复电"]:
            notices = tray.rows("客户通知", 停电编号=row["停电编号"], 通知类型="欠费停电通知")
            assert notices
            assert all(at(row["停电时间"]) - at(each["发送时间"]) >= timedelta(days=7) for each in notices)
            if row["复电时间"] is not None:
                assert at(row["停电时间"]) < at(row["复电时间"]) <= at(row["应复电时间"])


def test_inspections_are_real_and_defects_mended() -> None:
    for row in all_rows("用电检查"):
        if row["结束时间"] is None:
            continue
        assert at(row["结束时间"]) - at(row["开始时间"]) >= timedelta(minutes=20)
        assert row["轨迹点数"] > 0 and row["定位偏差"] <= 200  # type: ignore[operator]
        assert row["检查人"] != row["随同检查人"]
    for row in all_rows("检查缺陷"):
        found = row["发现日期"]
        assert isinstance(found, date)
        limit = 30 if row["缺陷等级"] == "一般" else 7
        fixed = row["消除日期"] or city().end
        assert isinstance(fixed, date) and (fixed - found).days <= limit


def test_large_customers_are_seen_within_the_year() -> None:
    for record, tray in zip(RECORDS, TRAYS, strict=True):
        for customer in record.station.customers:
            if not customer.trade.is_high_voltage or customer.closed_on is not None:
                continue
            days = sorted(
                at(row["开始时间"]).date()
                for row in tray.rows("用电检查", 户号=customer.customer_id)
                if row["开始时间"] is not None
            )
            marks = [max(city().first_day, customer.opened_on), *days, city().end]
            assert all((b - a).days <= 366 for a, b in pairwise(marks))


@pytest.mark.parametrize(
    ("title", "column", "target", "key"),
    [
        ("业扩环节", "申请编号", "业扩申请", "申请编号"),
        ("业务费", "申请编号", "业扩申请", "申请编号"),
        ("抢修派工", "工单编号", "服务工单", "工单编号"),
        ("回访", "工单编号", "服务工单", "工单编号"),
        ("回访", "申请编号", "业扩申请", "申请编号"),
        ("停电用户", "停电信息编号", "停电信息", "停电信息编号"),
        ("客户通知", "停电信息编号", "停电信息", "停电信息编号"),
        ("客户通知", "停电编号", "停复电", "停电编号"),
        ("检查缺陷", "检查编号", "用电检查", "检查编号"),
        ("违约窃电案件", "检查编号", "用电检查", "检查编号"),
    ],
)
def test_numbers_join(title: str, column: str, target: str, key: str) -> None:
    known = {row[key] for row in all_rows(target)}
    assert {row[column] for row in all_rows(title) if row[column]} <= known


def test_numbers_are_given_once() -> None:
    for table in TABLES:
        keys = [tuple(row.values())[:2] for row in all_rows(table.title)]
        first = [key[0] for key in keys]
        both = table.title in ("业扩环节", "停电用户")
        assert len(set(keys if both else first)) == len(keys), table.title


def test_nothing_of_the_future_is_shown() -> None:
    planned = {
        "终止日期",
        "到期日期",
        "应复电时间",
        "计划停电时间",
        "计划送电时间",
        "起始日期",
        "生效日期",
        "录入日期",
    }
    for table in TABLES:
        for row in all_rows(table.title):
            for name, cell in row.items():
                if name.endswith(("时间", "日期")) and cell and name not in planned:
                    assert str(cell)[:10] < str(city().end), (table.title, name, row)


def test_a_second_feeder_is_paid_for() -> None:
    """Opened inside the period: a site that must not stand dark."""
    record = record_of(0, customers=3000)
    customer = next(each for each in record.station.customers if each.trade.code in ("hospital", "mine"))
    open_anew(customer, date(2025, 9, 16))
    tray = kept(record)
    row = tray.row("业扩申请", 户号=customer.customer_id, 业务类型="高压新装")
    fee = tray.row("业务费", 申请编号=row["申请编号"])
    assert row["申请电源数"] == 2
    assert fee["实收金额"] == fee["计费容量"] * fee["收费标准"]  # type: ignore[operator]
    names = [step["环节名称"] for step in tray.rows("业扩环节", 申请编号=row["申请编号"])]
    assert names.index("供电方案答复") < names.index("业务费收取") < names.index("竣工验收")


def test_an_exchange_of_terms_has_its_application_and_contract() -> None:
    record = record_of(1)
    customer = next(each for each in record.station.customers if each.trade.code == "workshop")
    terms = customer.terms
    other = replace(terms, usage="农业生产")
    first = customer.agreements[0]
    customer.agreements = [
        replace(first, valid_to=date(2025, 5, 1)),
        replace(first, terms=other, valid_from=date(2025, 5, 1)),
    ]
    tray = kept(record)
    row = tray.row("业扩申请", 户号=customer.customer_id, 业务类型="改类")
    assert str(row["受理时间"]) < "2025-05-01"
    contracts = tray.rows("供用电合同", 户号=customer.customer_id)
    assert [each["合同电价码"] for each in contracts][-1] == other.price_code


def test_suspended_capacity_has_its_applications() -> None:
    record = record_of(0, customers=3000)
    customer = next(each for each in record.station.customers if each.trade.code == "factory")
    half = replace(customer.terms, capacity_kva=customer.terms.capacity_kva / 2)
    first = customer.agreements[0]
    customer.agreements = [
        replace(first, valid_to=date(2025, 3, 1)),
        replace(first, terms=half, valid_from=date(2025, 3, 1), valid_to=date(2025, 7, 1)),
        replace(first, valid_from=date(2025, 7, 1)),
    ]
    note = Text(en="suspended", zh="暂停")
    customer.story = Story(cause_plan()["lawfully_suspended"], date(2025, 3, 1), date(2025, 7, 1), note)
    tray = kept(record)
    row = tray.row("业扩申请", 户号=customer.customer_id, 业务类型="暂停")
    assert (row["起始日期"], row["终止日期"]) == (date(2025, 3, 1), date(2025, 6, 30))
    assert CLOCK.between(at(row["受理时间"]).date(), date(2025, 3, 1)) >= 5
    back = tray.row("业扩申请", 户号=customer.customer_id, 业务类型="暂停恢复")
    assert back["起始日期"] == date(2025, 7, 1)
