"""Each cause of service and connection is visible in the rows it should touch, and its answer names them; what only
looks like one keeps within the rules or says why it does not."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache

import pytest

from jicha.county.desk import Answer
from jicha.county.plan import Wish
from jicha.county.service import causes
from jicha.county.service.work_clock import work_clock
from jicha.county.tables import facts
from tests.county.service_town import Row, Tray, at, city, kept, own_causes, record_of

CLOCK = work_clock(city().first_day)
ID = {
    "application": ("业扩申请", "申请编号"),
    "business_fee": ("业务费", "收费编号"),
    "service_case": ("服务工单", "工单编号"),
    "callback": ("回访", "回访编号"),
    "outage": ("停电信息", "停电信息编号"),
    "disconnection": ("停复电", "停电编号"),
    "usage_inspection": ("用电检查", "检查编号"),
    "inspection_defect": ("检查缺陷", "缺陷编号"),
    "breach_case": ("违约窃电案件", "案件编号"),
    "supply_contract": ("供用电合同", "合同编号"),
    "customer": ("供用电合同", "户号"),
    "organisation": ("服务工单", "供电单位"),
}
Found = tuple[Tray, Answer, Row]


@cache
def planted(kind: str, **wish: tuple[float, float]) -> Found:
    """A station at which the cause found a place: its papers, the answer, the row the answer names."""
    for number in range(5):
        tray = kept(record_of(number), **{kind: Wish(**wish)})  # type: ignore[arg-type]
        if tray.counts[kind]:
            answer = tray.of(kind)[0]
            title, column = ID[answer.subject_type]
            return tray, answer, tray.rows(title, **{column: answer.subject_id})[0]
    raise AssertionError(f"no station has a place for {kind}")


def workdays(first: datetime, last: datetime) -> int:
    return CLOCK.between(first.date(), last.date())


def steps(tray: Tray, answer: Answer) -> list[Row]:
    return tray.rows("业扩环节", 申请编号=answer.subject_id)


@pytest.mark.parametrize("kind", sorted(own_causes()))
def test_the_answer_names_a_row_and_days_of_the_period(kind: str) -> None:
    tray, answer, row = planted(kind)
    assert row
    assert city().first_day <= answer.valid_from < answer.valid_to <= city().end
    assert tray.counts[kind] == 1
    if row.get("户号") and answer.customer_id:
        assert row["户号"] == answer.customer_id
    assert answer.note.zh and answer.note.en
    if own_causes()[kind].blame == "guilty":
        assert answer.size is not None


def test_every_kind_has_a_deed() -> None:
    assert {*causes.DONE, *causes.FOUNDED} == set(own_causes())
    sized = {row["kind"] for row in facts("service_cause_sizes")}
    assert {kind for kind, cause in own_causes().items() if cause.blame == "guilty"} == sized


def test_a_plan_answered_late() -> None:
    for wished in ((4, 4), (15, 15)):
        tray, answer, row = planted("supply_plan_answered_late", size=wished)
        (reply,) = [each for each in steps(tray, answer) if each["环节名称"] == "供电方案答复"]
        limit = 10 if row["供电电压"] == "10kV" else 3
        assert workdays(at(row["受理时间"]), at(reply["完成时间"])) == limit + wished[0]
        assert answer.size == wished[0]


def test_steps_keyed_in_afterwards() -> None:
    tray, answer, row = planted("steps_keyed_in_afterwards")
    assert row["领料时间"] is not None and at(row["领料时间"]) < at(row["受理时间"])
    mine = steps(tray, answer)
    assert at(mine[-1]["完成时间"]) - at(mine[0]["开始时间"]) < timedelta(hours=1)
    assert len({each["处理人"] for each in mine}) == 1


def test_steps_keyed_in_after_an_opening() -> None:
    for number in range(5):
        record = record_of(number)
        tray = kept(record, steps_keyed_in_afterwards=Wish())
        (answer,) = tray.of("steps_keyed_in_afterwards")
        customer = next(each for each in record.station.customers if each.customer_id == answer.customer_id)
        if customer.opened_on < city().first_day:
            continue
        row = tray.row("业扩申请", 申请编号=answer.subject_id)
        assert at(row["受理时间"]).date() > customer.opened_on
        contract = tray.rows("供用电合同", 户号=answer.customer_id)[0]
        assert str(contract["签订日期"]) < str(row["受理时间"])[:10]
        return
    raise AssertionError("nobody was connected first")


def test_steps_closed_in_one_sitting() -> None:
    tray, answer, _ = planted("steps_closed_in_one_sitting")
    later = steps(tray, answer)[1:]
    assert len(later) >= 3
    assert at(later[-1]["完成时间"]) - at(later[0]["开始时间"]) <= timedelta(minutes=int(answer.size or 0))
    assert len({each["处理人"] for each in later}) == 1


def test_an_application_forgotten() -> None:
    tray, answer, row = planted("application_forgotten")
    assert row["申请状态"] == "在途" and row["归档时间"] is None
    mine = steps(tray, answer)
    assert mine[-1]["完成时间"] is None
    assert all(each["环节名称"] != "客户原因暂停" for each in mine)
    assert (city().end - at(mine[-2]["完成时间"]).date()).days == answer.size


def test_a_pause_asked_for_is_signed_and_kept() -> None:
    tray, answer, row = planted("customer_asked_to_pause")
    (pause,) = [each for each in steps(tray, answer) if each["环节名称"] == "客户原因暂停"]
    assert pause["责任方"] == "客户" and pause["客户签字"] == "是"
    papers = tray.rows("附件影像", 记录编号=answer.subject_id, 资料类型="客户暂停申请")
    assert len(papers) == 1
    reply = steps(tray, answer)[-1]
    paused = workdays(at(pause["开始时间"]), at(pause["完成时间"]))
    limit = 10 if row["供电电压"] == "10kV" else 3
    assert workdays(at(row["受理时间"]), at(reply["完成时间"])) - paused <= limit


def test_a_holiday_in_between_keeps_the_promise() -> None:
    tray, answer, row = planted("holidays_in_between")
    reply = steps(tray, answer)[-1]
    limit = 10 if row["供电电压"] == "10kV" else 3
    assert (at(reply["完成时间"]) - at(row["受理时间"])).days > limit
    assert workdays(at(row["受理时间"]), at(reply["完成时间"])) <= limit


def test_one_go_is_for_households() -> None:
    tray, answer, row = planted("low_voltage_one_step_flow")
    assert row["供电电压"] == "220V" or row["供电电压"] == "380V"
    mine = steps(tray, answer)
    assert at(mine[-1]["完成时间"]) - at(mine[0]["开始时间"]) <= timedelta(minutes=10)


def test_an_abolished_fee() -> None:
    tray, answer, row = planted("fee_charged_wrongly")
    assert row["收费项目"] == "已取消收费项目" and row["实收金额"] == answer.size
    assert tray.rows("业扩申请", 申请编号=row["申请编号"])


def test_one_site_split() -> None:
    for number in range(5):
        record = record_of(number)
        tray = kept(record, one_site_split_into_several_accounts=Wish())
        answers = tray.of("one_site_split_into_several_accounts")
        if not answers:
            continue
        mine = [
            each for each in record.station.customers if each.customer_id in {a.customer_id for a in answers}
        ]
        assert len(mine) == len(answers) == answers[0].size
        assert len({each.address for each in mine}) == 1 == len({each.phone_number for each in mine})
        assert len({each.name for each in mine}) == len(mine)
        opened = sorted(each.opened_on for each in mine)
        assert (opened[-1] - opened[0]).days <= 731
        return
    raise AssertionError("no site was split")


def test_two_tenants_have_papers_of_their_own() -> None:
    tray, answer, _ = planted("repeated_connection_of_two_tenants")
    papers = tray.rows("附件影像", 记录类型="用电客户")
    assert len(papers) == 4 and answer.customer_id in {each["户号"] for each in papers}


def test_a_crew_late_and_an_arrival_backdated() -> None:
    minutes = {"城区": 45, "农村": 90, "特殊边远": 120}
    tray, answer, case = planted("repair_crew_late")
    repair = tray.row("抢修派工", 工单编号=answer.subject_id)
    late = at(repair["到达时间"]) - at(case["受理时间"]) - timedelta(minutes=minutes[str(case["城乡类别"])])
    assert timedelta(minutes=int(answer.size or 0)) <= late < timedelta(minutes=int(answer.size or 0) + 1)
    assert repair["故障原因"] != "自然灾害"
    tray, answer, case = planted("arrival_time_backdated")
    repair = tray.row("抢修派工", 工单编号=answer.subject_id)
    assert at(repair["到达时间"]) - at(repair["派工时间"]) <= timedelta(minutes=2)
    assert repair["到达定位偏差"] > 500  # type: ignore[operator]


def test_a_storm_says_so() -> None:
    tray, answer, _ = planted("storm_night_many_repairs")
    cases = {row["工单编号"]: row for row in tray.tables["服务工单"]}
    hit = tray.rows("抢修派工", 故障原因="自然灾害")
    assert len(hit) == answer.size
    moments = [at(cases[row["工单编号"]]["受理时间"]) for row in hit]
    assert max(moments) - min(moments) < timedelta(hours=2)


def test_complaints() -> None:
    tray, answer, row = planted("complaint_answered_late")
    assert row["工单类型"] == "投诉"
    assert workdays(at(row["受理时间"]), at(row["答复时间"])) == 5 + int(answer.size or 0)
    assert at(row["首次联系时间"]) - at(row["受理时间"]) > timedelta(hours=24)
    _, _, row = planted("complaint_filed_as_enquiry")
    assert row["工单类型"] == "咨询" and row["投诉特征词"] and float(str(row["投诉倾向"])) >= 0.8
    tray, answer, _ = planted("request_never_dealt_with")
    calls = tray.rows("服务工单", 户号=answer.customer_id, 业务子类="电能质量")
    assert len(calls) >= 3 and all(call["首次上门时间"] is None for call in calls)
    assert at(calls[-1]["受理时间"]) - at(calls[0]["受理时间"]) < timedelta(days=60)


def test_a_lonely_caller_is_answered_every_time() -> None:
    tray, answer, _ = planted("repeated_calls_of_one_lonely_customer")
    calls = [row for row in tray.rows("服务工单", 户号=answer.customer_id) if row["工单类型"] == "咨询"]
    assert len(calls) >= 6
    assert all(at(call["答复时间"]) - at(call["受理时间"]) < timedelta(minutes=15) for call in calls)


def test_outages() -> None:
    tray, answer, row = planted("planned_outage_announced_late")
    days = (at(row["计划停电时间"]).date() - at(row["发布时间"]).date()).days
    assert days == 7 - int(answer.size or 0)
    assert tray.rows("停电用户", 停电信息编号=answer.subject_id)
    _, _, row = planted("emergency_outage_unannounced")
    assert row["停电类型"] != "计划停电" and row["计划停电时间"] is None


def test_cuts() -> None:
    tray, answer, row = planted("cut_off_without_notice")
    assert not tray.rows("客户通知", 停电编号=answer.subject_id, 通知类型="欠费停电通知")
    assert row["停电原因"] == "欠费"
    _, answer, row = planted("restoration_after_payment_late")
    late = at(row["复电时间"]) - at(row["应复电时间"])
    assert timedelta(hours=int(answer.size or 0)) <= late < timedelta(hours=int(answer.size or 0) + 1)


def test_calls_back() -> None:
    _, answer, row = planted("callback_invented")
    assert row["满意度"] == "满意" and row["通话时长"] == answer.size
    assert int(answer.size or 99) < 10
    _, _, row = planted("callback_cut_short_by_customer")
    assert row["满意度"] == "拒绝评价"


def test_inspections() -> None:
    tray, answer, row = planted("inspection_ticked_off_at_desk")
    assert at(row["结束时间"]) - at(row["开始时间"]) < timedelta(minutes=3)
    assert not tray.rows("附件影像", 记录编号=answer.subject_id)
    assert row["轨迹点数"] == 0 and row["定位偏差"] > 200  # type: ignore[operator]
    tray, answer, row = planted("inspection_without_signal")
    assert at(row["结束时间"]) - at(row["开始时间"]) >= timedelta(minutes=35)
    assert len(tray.rows("附件影像", 记录编号=answer.subject_id)) == 3


def test_defects() -> None:
    _, answer, row = planted("defect_never_mended")
    found = row["发现日期"]
    assert isinstance(found, date) and row["消除日期"] is None and row["报政府日期"] is None
    assert (city().end - found).days == answer.size
    assert (city().end - found).days > 30
    _, _, row = planted("defect_reported_to_authority")
    assert row["报政府日期"] is not None and row["消除日期"] is None


def test_breach_cases() -> None:
    tray, answer, row = planted("breach_case_let_drop")
    assert (row["案件状态"], row["审批人"], row["违约使用电费"]) == ("已终止", "", None)
    assert answer.breach_yuan > 0 == answer.energy_yuan
    tray, answer, row = planted("breach_case_ended_with_approval")
    assert row["审批人"] and tray.rows("附件影像", 记录编号=answer.subject_id, 资料类型="审批单")


def test_contracts() -> None:
    tray, answer, row = planted("contract_expired_unnoticed")
    assert isinstance(row["到期日期"], date) and row["到期日期"] < city().end and row["自动续约"] == "否"
    assert len(tray.rows("供用电合同", 户号=answer.customer_id)) == 1
    tray, answer, row = planted("contract_renewed_under_new_number")
    old, new = tray.rows("供用电合同", 户号=answer.customer_id)
    assert new["生效日期"] == old["到期日期"] + timedelta(days=1) and new["签订日期"] < old["到期日期"]  # type: ignore[operator]


def test_temporary_supply() -> None:
    tray, answer, row = planted("temporary_supply_overstayed")
    last = row["终止日期"]
    assert isinstance(last, date) and (city().end - last).days - 1 == answer.size
    later = [
        each
        for each in tray.rows("业扩申请", 户号=answer.customer_id, 业务类型="临时用电延期")
        if isinstance(each["终止日期"], date) and each["终止日期"] > last
    ]
    assert not later
    tray, answer, row = planted("temporary_supply_extended")
    grants = tray.rows("业扩申请", 户号=answer.customer_id)
    assert max(str(each["终止日期"]) for each in grants if each["终止日期"]) >= str(
        city().end - timedelta(days=1)
    )


def test_a_suspension_not_restored() -> None:
    tray, answer, row = planted("suspension_expired_not_restored")
    assert isinstance(row["终止日期"], date) and row["终止日期"] < city().end
    assert not tray.rows("业扩申请", 户号=answer.customer_id, 业务类型="暂停恢复")


@pytest.mark.parametrize(
    "kind",
    [
        "repair_crew_late",
        "complaint_answered_late",
        "planned_outage_announced_late",
        "supply_plan_answered_late",
    ],
)
def test_wishes_of_day_and_size_are_honoured(kind: str) -> None:
    onset = (date(2025, 3, 3), date(2025, 3, 21))
    tray = kept(record_of(), **{kind: Wish(onset=onset, size=(3, 3))})
    (answer,) = tray.of(kind)
    assert onset[0] - timedelta(days=8) <= answer.valid_from <= onset[1] + timedelta(days=3)
    assert answer.size == 3


def test_wishes_of_trades_are_honoured() -> None:
    record = record_of()
    tray = kept(record, repair_crew_late=Wish(trades=frozenset({"shop"})))
    (answer,) = tray.of("repair_crew_late")
    customer = next(each for each in record.station.customers if each.customer_id == answer.customer_id)
    assert customer.trade.code == "shop"
