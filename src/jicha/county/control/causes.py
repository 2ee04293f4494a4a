"""What people do with accounts, rights and approvals that they should not, and what only looks like it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from jicha.county.control.log import Change, Log, digest
from jicha.county.control.operations import edited_reading
from jicha.county.control.staffing import SYSTEM_SINCE, Deviations, former_staff, logins_since
from jicha.county.desk import Desk, StationRecord
from jicha.county.picking import People, Pick, Picker, in_office_hours, is_quiet, moment, workday_from
from jicha.county.world import Book, Customer, Staff
from jicha.kernel.text import Text

_ONE_DAY = timedelta(days=1)
_RIGHTS_TOO_MANY = {
    "抄表员": (("核算", "抄表示数修改"), ("核算", "电费核算发行")),
    "收费员": (("账务", "对账"), ("审批", "违约金减免")),
    "业务受理员": (("审批", "业务审批"),),
    "台区经理": (("核算", "电价档案维护"),),
    "装表接电员": (("计量", "计量档案维护"), ("用电检查", "违约窃电处理")),
    "用电检查员": (("业扩", "客户档案维护"),),
    "抢修人员": (("业扩", "客户档案维护"),),
}
_PARAMETERS = (("功率因数标准", "0.90", "0.85"), ("分时标志", "是", "否"), ("基本电费计收标志", "是", "否"))


class Misconduct:
    """Plants one station's causes of control; the log's rows are written at once, the rest is gathered."""

    def __init__(self, record: StationRecord, desk: Desk, log: Log, people: People) -> None:
        self.record, self.log, self.people = record, log, people
        self.picker = Picker(record, desk)
        self.found = Deviations()
        self.never_rotated: set[str] = set()

    def plant(self) -> None:
        """Everything planned for the station."""
        for kind, posts, tell in (
            ("account_used_after_leaving", (), self._ghost),
            ("deputy_approves_in_holidays", ("审批负责人",), self._deputy),
            ("approved_in_seconds", ("审批负责人",), self._seconds),
            ("shared_account", ("业务受理员", "收费员", "抄表员", "台区经理"), self._shared),
            ("approver_is_handler", ("业务受理员", "核算员", "台区经理"), self._own_approval),
            ("register_edited_at_night", ("核算员", "抄表员", "台区经理"), self._night),
            ("night_shift_edit_with_order", ("核算员", "抄表员", "收费员"), self._night_shift),
            ("rights_too_wide", tuple(_RIGHTS_TOO_MANY), self._rights),
            ("price_parameter_changed_without_order", ("系统管理员", "核算员"), self._parameter),
            ("customer_list_exported", ("收费员", "台区经理", "抄表员", "核算员"), self._exported),
        ):
            for pick in self._staff(kind, posts):
                tell(pick)
        for book_pick in self._books():
            self._not_rotated(book_pick)

    def _staff(self, kind: str, posts: tuple[str, ...]) -> Iterator[Pick[Staff]]:
        """Picks among the station's people of those posts, or of its county where the station has none."""

        def candidates() -> list[Staff]:
            if not posts:
                return [former_staff(self.record.city, self.record.station.org_id)]
            own = [each for each in self.people.own if each.post in posts]
            lends = [each for each in own if each.habit == "lends_account"]
            return lends or own or list(self.people.all_of(*posts))

        return self.picker.picks(kind, candidates, lambda each: each.staff_id)

    def _books(self) -> Iterator[Pick[Book]]:
        readers = {each.staff_id for each in self.people.all_of("抄表员")}

        def candidates() -> list[Book]:
            return [
                each for each in self.record.station.books if each.reader_id in readers and each.is_monthly
            ]

        if len(readers) > 1:
            yield from self.picker.picks("reader_never_rotated", candidates, lambda each: each.book_id)

    def _answer(self, pick: Pick[Staff], days: list[date], note: Text, size: Decimal | None = None) -> None:
        staff_id = pick.subject.staff_id
        span = (days[0], days[-1] + _ONE_DAY)
        self.picker.answer(pick, "staff", staff_id, "", span, note, size=size)

    def _somebody(self, chance: random.Random) -> Customer:
        quiet = [each for each in self.record.station.customers if is_quiet(each)]
        return chance.choice(quiet or self.record.station.customers)

    def _days(self, pick: Pick[Staff], count: int, first: date | None = None) -> list[date]:
        """So many working days in order, some days apart, from the first or the plan's onset on."""
        city = self.record.city
        start = first or city.first_day + timedelta(days=8)
        day = workday_from(pick.onset(start, max(start, city.end - timedelta(days=9 * count + 12))))
        days: list[date] = []
        while len(days) < count and day < city.end:
            days.append(day)
            day = workday_from(day + timedelta(days=pick.chance.randrange(2, 9)))
        return days

    # -- accounts -------------------------------------------------------------------------------------

    def _ghost(self, pick: Pick[Staff]) -> None:
        city, who = self.record.city, pick.subject
        left_on = who.left_on or city.first_day
        days = self._days(pick, int(pick.size(4, 9)), max(left_on + timedelta(days=5), logins_since(city)))
        self.found.ghosts[who.staff_id] = days
        for day in days[::2]:
            at = in_office_hours(pick.chance, day)
            customer = self._somebody(pick.chance)
            self.log.change(who, day, at, edited_reading(pick.chance, customer), customer=customer)
        note = Text(
            en=f"left on {left_on}, account used until {days[-1]}", zh=f"{left_on}离职, 账号使用至{days[-1]}"
        )
        self._answer(pick, days, note, Decimal(len(days)))

    def _shared(self, pick: Pick[Staff]) -> None:
        days = self._days(pick, int(pick.size(5, 12)), logins_since(self.record.city) + timedelta(days=3))
        self.found.twice[pick.subject.staff_id] = days
        note = Text(en=f"two seats within minutes on {len(days)} days", zh=f"{len(days)}天内数分钟两地登录")
        self._answer(pick, days, note, Decimal(len(days)))

    def _rights(self, pick: Pick[Staff]) -> None:
        who = pick.subject
        since = max(pick.onset(SYSTEM_SINCE, self.record.city.end - timedelta(days=90)), who.joined_on)
        approver = self.people.one_of(pick.chance, "系统管理员").staff_id
        granted = _RIGHTS_TOO_MANY[who.post]
        self.found.more_rights.setdefault(who.staff_id, []).extend(
            (role, permission, since, None, approver) for role, permission in granted
        )
        names = "、".join(permission for _, permission in granted)
        note = Text(en=f"a {who.post} holds {names}", zh=f"{who.post}另有{names}权限")
        span = (since, self.record.city.end)
        self.picker.answer(pick, "staff", who.staff_id, "", span, note, size=Decimal(len(granted)))

    # -- approvals ------------------------------------------------------------------------------------

    def _own_approval(self, pick: Pick[Staff]) -> None:
        who = pick.subject
        days = self._days(pick, int(pick.size(3, 8)))
        for day in days:
            customer = self._somebody(pick.chance)
            order = self.log.order(pick.chance, customer, day, who, who)
            what = Change("客户档案维护", "用电客户", "用户档案", "用电地址", digest(str(day)), digest(order))
            at = in_office_hours(pick.chance, day)
            self.log.change(who, day, at, what, customer=customer, order=order, approver=who)
        note = Text(en=f"asked for and approved {len(days)} changes", zh=f"{len(days)}项变更由本人申请并审批")
        self._answer(pick, days, note, Decimal(len(days)))

    def _approvals(
        self, pick: Pick[Staff], who: Staff, day: date, count: int, apart: Callable[[], int]
    ) -> None:
        clerk = self.people.one_of(pick.chance, "业务受理员")
        second = pick.chance.randrange(9 * 3600, 16 * 3600)
        for _ in range(count):
            customer = self._somebody(pick.chance)
            order = self.log.order(pick.chance, customer, day, clerk, who)
            at = moment(day, second // 3600, second // 60 % 60, second % 60)
            what = Change("业务审批", "业务申请", "业务申请", "审批决定", "", "同意", operation="审批")
            self.log.change(who, day, at, what, customer=customer, record_id=order, order=order, approver=who)
            second += apart()

    def _seconds(self, pick: Pick[Staff]) -> None:
        days = self._days(pick, max(1, int(pick.size(1, 3))))
        count = pick.chance.randrange(14, 20)
        for day in days:
            self._approvals(pick, pick.subject, day, count, lambda: pick.chance.randrange(2, 4))
        note = Text(
            en=f"{count} approvals within a minute on {days[0]}", zh=f"{days[0]}等日一分钟内审批{count}件"
        )
        self._answer(pick, days, note, Decimal(count))

    def _deputy(self, pick: Pick[Staff]) -> None:
        """The head is on leave; somebody else of the house approves, with a right for these days."""
        city, head = self.record.city, pick.subject
        others = [each for each in self.people.all_of("审批负责人") if each.staff_id != head.staff_id]
        deputy = others[0] if others else self.people.one_of(pick.chance, "台区经理", "核算员")
        first = workday_from(pick.onset(city.first_day + timedelta(days=20), city.end - timedelta(days=40)))
        days = [first + timedelta(days=number) for number in range(min(12, pick.days(8, 12)))]
        self.found.on_leave[head.staff_id] = days
        if deputy.post != head.post:
            self.found.more_rights.setdefault(deputy.staff_id, []).append(
                ("审批", "业务审批", days[0], days[-1] + _ONE_DAY, head.staff_id)
            )
        for day in days[::3]:
            on = workday_from(day)
            if on <= days[-1]:
                self._approvals(pick, deputy, on, 3, lambda: pick.chance.randrange(400, 2400))
        note = Text(
            en=f"{deputy.staff_id} approves for {head.staff_id}, who is on leave",
            zh=f"{head.staff_id}休假, 由{deputy.staff_id}代为审批",
        )
        span = (days[0], days[-1] + _ONE_DAY)
        self.picker.answer(pick, "staff", deputy.staff_id, "", span, note, size=Decimal(len(days)))

    # -- data -----------------------------------------------------------------------------------------

    def _at_night(self, chance: random.Random) -> tuple[int, int]:
        return chance.choice((22, 23, 0, 1, 2)), chance.randrange(60)

    def _night(self, pick: Pick[Staff]) -> None:
        days = self._days(pick, int(pick.size(3, 8)))
        for day in days:
            customer = self._somebody(pick.chance)
            hour, minute = self._at_night(pick.chance)
            self.log.change(
                pick.subject, day, moment(day, hour, minute), edited_reading(pick.chance, customer), customer=customer,
                record_id=customer.metering_point_id,
            )  # fmt: skip
        note = Text(
            en=f"{len(days)} readings edited at night, no order", zh=f"夜间无工单修改示数{len(days)}次"
        )
        self._answer(pick, days, note, Decimal(len(days)))

    def _night_shift(self, pick: Pick[Staff]) -> None:
        who = pick.subject
        days = self._days(pick, int(pick.size(3, 6)))
        # The night belongs to two days of the calendar.
        self.found.on_duty[who.staff_id] = sorted({*days, *(day + _ONE_DAY for day in days)})
        for day in days:
            customer = self._somebody(pick.chance)
            approver = self.people.one_of(pick.chance, "审批负责人")
            order = self.log.order(pick.chance, customer, day, who, approver, "后台数据修正")
            hour, minute = self._at_night(pick.chance)
            self.log.change(
                who, day, moment(day, hour, minute), edited_reading(pick.chance, customer), customer=customer,
                record_id=customer.metering_point_id, order=order, approver=approver,
            )  # fmt: skip
        note = Text(
            en="night shift on the roster, each edit on an order", zh="值班表有夜班, 每次修改均有工单"
        )
        self._answer(pick, days, note, Decimal(len(days)))

    def _parameter(self, pick: Pick[Staff]) -> None:
        day = self._days(pick, 1)[0]
        customers = [
            each for each in self.record.station.customers if is_quiet(each) and not each.trade.is_dwelling
        ]
        customer = pick.chance.choice(customers or self.record.station.customers)
        name, old, new = pick.chance.choice(_PARAMETERS)
        back = workday_from(day + timedelta(days=pick.chance.randrange(3, 20)))
        for on, was, now in ((day, old, new), (back, new, old)):
            if on < self.record.city.end:
                what = Change("电价档案维护", "电价执行", "电价参数", name, was, now)
                at = in_office_hours(pick.chance, on)
                self.log.change(pick.subject, on, at, what, customer=customer)
        note = Text(
            en=f"{name} of {customer.customer_id} changed and changed back without an order",
            zh=f"户号{customer.customer_id}的{name}无工单修改后改回",
        )
        span = (day, back + _ONE_DAY)
        self.picker.answer(
            pick, "staff", pick.subject.staff_id, customer.customer_id, span, note, size=Decimal(2)
        )

    def _exported(self, pick: Pick[Staff]) -> None:
        day = self._days(pick, 1)[0]
        rows = max(5200, self.record.city.customers // pick.chance.choice((1, 2))) + pick.chance.randrange(
            400
        )
        at = moment(day, pick.chance.choice((12, 18, 19, 20)), pick.chance.randrange(60))
        self.log.export(pick.subject, day, at, "用户档案", rows, is_personal=True)
        note = Text(
            en=f"{rows} customers with telephone numbers exported", zh=f"导出{rows}户客户信息(含联系电话)"
        )
        self._answer(pick, [day], note, Decimal(rows))

    def _not_rotated(self, pick: Pick[Book]) -> None:
        book, city = pick.subject, self.record.city
        self.never_rotated.add(book.book_id)
        note = Text(
            en=f"{book.reader_id} has read the book all the time", zh=f"抄表段一直由{book.reader_id}抄表"
        )
        span = (city.first_day, city.end)
        self.picker.answer(pick, "reading_book", book.book_id, "", span, note, size=Decimal(len(city.months)))
