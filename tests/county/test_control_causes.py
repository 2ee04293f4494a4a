"""Each cause of control is in the logs where an inspector would look, and the key says so."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from jicha.county.desk import Answer
from jicha.county.tables import facts
from tests.county.papers_town import Tray, kept, kinds_of, lived

KINDS = kinds_of("control")


def tray() -> Tray:
    return kept("control")


def the(kind: str) -> Answer:
    (answer,) = tray().of(kind)
    return answer


def at(row: dict[str, object], column: str = "操作时间") -> datetime:
    return datetime.fromisoformat(str(row[column]))


def operations(answer: Answer) -> list[dict[str, object]]:
    """What the member of staff did within the answer's span, in order."""
    rows = [dict(row) for row in tray().rows("操作日志", 操作员工号=answer.subject_id)]
    inside = [row for row in rows if answer.valid_from <= at(row).date() < answer.valid_to]
    return sorted(inside, key=at)


@pytest.mark.parametrize("kind", KINDS)
def test_planted_once_and_told(kind: str) -> None:
    answer = the(kind)
    assert tray().counts[kind] == 1
    assert lived().city.first_day <= answer.valid_from < answer.valid_to <= lived().city.end
    expected = "reading_book" if kind == "reader_never_rotated" else "staff"
    assert answer.subject_type == expected
    if expected == "staff":
        assert tray().rows("人员", 工号=answer.subject_id)


def test_approver_is_handler() -> None:
    answer = the("approver_is_handler")
    own = [row for row in operations(answer) if row["审批人工号"] == answer.subject_id]
    assert len(own) == answer.size
    steps = tray().rows("业扩环节", 申请编号=own[0]["业务申请编号"])  # type: ignore[arg-type]
    assert {row["处理人"] for row in steps} == {answer.subject_id}


def test_shared_account() -> None:
    answer = the("shared_account")
    rows = sorted(
        (dict(row) for row in tray().rows("登录日志", 工号=answer.subject_id)),
        key=lambda r: at(r, "登录时间"),
    )
    close = [
        (one, two)
        for one, two in pairwise(rows)
        if at(two, "登录时间") - at(one, "登录时间") < timedelta(minutes=10)
        and one["工位编号"] != two["工位编号"]
    ]
    assert len(close) == answer.size


def test_account_used_after_leaving() -> None:
    answer = the("account_used_after_leaving")
    left_on = tray().row("人员", 工号=answer.subject_id)["离职日期"]
    assert isinstance(left_on, date)
    logins = tray().rows("登录日志", 工号=answer.subject_id)
    assert len(logins) == answer.size
    assert all(at(dict(row), "登录时间").date() > left_on for row in logins)
    assert all(row["失效日期"] is None for row in tray().rows("岗位权限", 工号=answer.subject_id))


def test_register_edited_at_night() -> None:
    answer = the("register_edited_at_night")
    night = [row for row in operations(answer) if at(row).hour >= 22 or at(row).hour < 6]
    assert len(night) == answer.size
    duty = {(row["工号"], row["日期"]) for row in tray().tables["值班表"] if row["值班状态"] == "值班"}
    for row in night:
        assert row["操作权限"] == "抄表示数修改" and row["业务申请编号"] is None
    assert not all((answer.subject_id, at(row).date()) in duty for row in night)


def test_night_shift_has_orders_and_is_on_the_roster() -> None:
    answer = the("night_shift_edit_with_order")
    night = [row for row in operations(answer) if at(row).hour >= 22 or at(row).hour < 6]
    duty = {(row["工号"], row["日期"]) for row in tray().tables["值班表"] if row["值班状态"] == "值班"}
    assert len(night) == answer.size
    assert all(row["业务申请编号"] and (answer.subject_id, at(row).date()) in duty for row in night)


def test_price_parameter_changed_without_order() -> None:
    answer = the("price_parameter_changed_without_order")
    rows = [row for row in operations(answer) if row["数据表"] == "电价参数"]
    assert rows and all(row["业务申请编号"] is None and row["户号"] == answer.customer_id for row in rows)
    assert rows[0]["修改前值"] == rows[-1]["修改后值"]


def test_rights_too_wide() -> None:
    answer = the("rights_too_wide")
    post = tray().row("人员", 工号=answer.subject_id)["岗位"]
    (row,) = [each for each in facts("post_rights") if each["post"] == post]
    held = {each["权限"] for each in tray().rows("岗位权限", 工号=answer.subject_id)}
    assert len(held - set(row["permissions"].split("|"))) == answer.size


def test_approved_in_seconds() -> None:
    answer = the("approved_in_seconds")
    times = [at(row) for row in operations(answer) if row["操作类型"] == "审批"]
    first = [each for each in times if each.date() == times[0].date()]
    assert len(first) == answer.size and first[-1] - first[0] < timedelta(minutes=1)


def test_reader_never_rotated() -> None:
    answer = the("reader_never_rotated")
    rows = tray().rows("抄表计划", 抄表段编号=answer.subject_id)
    assert len(rows) == len(lived().city.months) and len({row["抄表员工号"] for row in rows}) == 1


def test_customer_list_exported() -> None:
    answer = the("customer_list_exported")
    (row,) = [
        each for each in operations(answer) if each["操作类型"] == "导出" and each["含个人信息"] == "是"
    ]
    assert row["审批人工号"] is None and row["导出行数"] == answer.size
    others = [
        each
        for each in tray().tables["操作日志"]
        if each["含个人信息"] == "是" and each["审批人工号"] is None
    ]
    assert len(others) == 1


def test_deputy_approves_while_the_head_is_on_leave() -> None:
    answer = the("deputy_approves_in_holidays")
    approvals = [row for row in operations(answer) if row["操作类型"] == "审批"]
    assert approvals
    away = [
        row["工号"]
        for row in tray().tables["值班表"]
        if row["日期"] == answer.valid_from and row["值班状态"] == "休假"
    ]
    posts = {row["工号"]: row["岗位"] for row in tray().tables["人员"]}
    assert any(posts[staff] == "审批负责人" and staff != answer.subject_id for staff in away)
