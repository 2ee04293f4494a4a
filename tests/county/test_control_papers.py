"""Ordinary papers of people and systems: rights by post, logins on workdays, orders behind changes, rotated readers."""

from __future__ import annotations

from datetime import date

from jicha.county import control
from jicha.county.control.staffing import logins_since
from jicha.county.tables import facts
from tests.county.papers_town import lived, tray_for

ORDINARY = tray_for()
control.keep(lived(), ORDINARY)


def test_all_staff_are_listed_once_and_some_have_left() -> None:
    rows = ORDINARY.tables["人员"]
    ids = [row["工号"] for row in rows]
    assert len(ids) == len(set(ids))
    assert {each.staff_id for each in lived().city.staff} <= set(ids)
    stations = sum(len(county.stations) for county in lived().city.counties)
    assert sum(1 for row in rows if row["离职日期"] is not None) == stations


def test_everybody_named_is_staff() -> None:
    ids = {row["工号"] for row in ORDINARY.tables["人员"]} | {None}
    for title, column in (
        ("岗位权限", "工号"), ("岗位权限", "审批人工号"), ("值班表", "工号"), ("登录日志", "工号"),
        ("操作日志", "操作员工号"), ("操作日志", "审批人工号"), ("复核异常", "处理人工号"), ("员工关联户", "工号"),
        ("业扩环节", "处理人"), ("稽查规则变更", "第二审批人工号"), ("稽查白名单", "审批人工号"),
    ):  # fmt: skip
        assert {row[column] for row in ORDINARY.tables[title]} <= ids, (title, column)


def test_rights_are_those_of_the_post() -> None:
    posts = {row["工号"]: row["岗位"] for row in ORDINARY.tables["人员"]}
    allowed = {row["post"]: set(row["permissions"].split("|")) for row in facts("post_rights")}
    for row in ORDINARY.tables["岗位权限"]:
        assert row["权限"] in allowed[str(posts[row["工号"]])]
    assert {row["post"] for row in facts("posts")} <= set(allowed)


def test_nobody_logs_in_on_leave_or_after_leaving_or_twice_at_once() -> None:
    away = {(row["工号"], row["日期"]) for row in ORDINARY.tables["值班表"] if row["值班状态"] == "休假"}
    left = {row["工号"]: row["离职日期"] for row in ORDINARY.tables["人员"] if row["离职日期"]}
    seen = set()
    for row in ORDINARY.tables["登录日志"]:
        day = date.fromisoformat(str(row["登录时间"])[:10])
        assert (row["工号"], day) not in away
        assert row["工号"] not in left
        assert (row["工号"], day) not in seen
        assert logins_since(lived().city) <= day < lived().city.end
        seen.add((row["工号"], day))
    assert seen


def test_changes_rest_on_an_order_by_somebody_else() -> None:
    changes = [row for row in ORDINARY.tables["操作日志"] if row["操作类型"] == "修改"]
    assert len(changes) > 20
    for row in changes:
        assert row["业务申请编号"] is not None
        assert row["审批人工号"] != row["操作员工号"]
        assert 8 <= int(str(row["操作时间"])[11:13]) < 18
    numbers = [row["操作记录编号"] for row in ORDINARY.tables["操作日志"]]
    assert len(numbers) == len(set(numbers))
    filed = {row["申请编号"] for row in ORDINARY.tables["业扩申请"]}
    own = {row["业务申请编号"] for row in changes if str(row["业务申请编号"]).startswith("D")}
    assert own == filed


def test_every_book_with_a_reader_is_planned_and_rotates() -> None:
    readers: dict[object, set[object]] = {}
    for row in ORDINARY.tables["抄表计划"]:
        readers.setdefault(row["抄表段编号"], set()).add(row["抄表员工号"])
    books = {each.book_id: each for each in lived().station.books if each.reader_id}
    assert set(readers) == set(books)
    assert all(len(names) >= 2 for names in readers.values())
    last = {row["抄表段编号"]: row["抄表员工号"] for row in ORDINARY.tables["抄表计划"]}
    near = [each for each in books if last[each] == books[each].reader_id]
    assert len(near) >= len(books) - 2


def test_the_check_raises_zero_bills_once_when_they_begin() -> None:
    zero = [row for row in ORDINARY.tables["复核异常"] if row["异常类型"] == "零电量"]
    assert zero
    for row in zero:
        bills = {each.month: each for each in lived().bills[str(row["户号"])]}
        month = next(each for each in bills if f"{each.year}{each.month:02d}" == row["电费年月"])
        assert not bills[month].kwh and bills[month.minus(1)].kwh


def test_the_same_papers_again() -> None:
    again = tray_for()
    control.keep(lived(), again)
    assert again.tables == ORDINARY.tables
