"""Plans of reading books with their readers, what the billing check raised, exemptions and changes of checks."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from jicha.county.chance import stream
from jicha.county.desk import XLSX, BillFact, Desk, StationRecord, Table
from jicha.county.picking import People, in_office_hours, moment, workday_from
from jicha.county.world import Book
from jicha.kernel.period import Month

PLANS = Table(
    "cis_zh", "抄表计划", "抄表段编号,电费年月,管理单位,抄表员工号,计划抄表日期,抄表周期", form=XLSX
)
EXCEPTIONS = Table(
    "cis_zh",
    "复核异常",
    "异常编号,户号,抄表记录号,异常类型,电费年月,产生时间,处理时间,处理人工号,处理意见",
)
EXEMPTIONS = Table(
    "cis_zh", "稽查白名单", "白名单编号,规则名称,户号,生效日期,失效日期,原因,操作员工号,审批人工号", form=XLSX
)
CHECK_CHANGES = Table(
    "cis_zh",
    "稽查规则变更",
    "规则变更编号,规则名称,参数名称,管理单位,变更时间,操作员工号,审批人工号,第二审批人工号,修改前值,修改后值",
    form=XLSX,
    whole_city=True,
)

#: A book's reader is another one after so many months.
ROTATED_AFTER_MONTHS = 12
_RISE, _FALL_DIVISOR, _LEAST_KWH = 4, 5, Decimal(120)
_OPINIONS = {
    "零电量": ("核实无人居住", "用户外出", "现场确认停用", "属实"),
    "电量突增": ("核实为空调负荷", "生产增加, 属实", "现场复核示数无误", "属实"),
    "电量突减": ("用户外出", "停产, 属实", "现场复核示数无误", "属实"),
    "示数倒走": ("示数翻转", "录入有误, 已更正"),
}
_EXEMPT = {
    "pump": ("零电量核查", "排灌季节性用电"),
    "holiday_home": ("零电量核查", "度假房季节性用电"),
    "cabinet": ("电量雷同核查", "恒定负荷设备"),
    "signal": ("电量雷同核查", "恒定负荷设备"),
}
_EXEMPT_RATIO, _EXEMPT_DAYS = 0.12, 365
_CHECKS = (
    ("零电量核查", "连续月数", "3", "2"),
    ("电量突变核查", "突变倍数", "3", "4"),
    ("线损异常核查", "高损界限", "9", "7"),
    ("抄表间隔核查", "允许偏差天数", "3", "2"),
)


def keep_plans(record: StationRecord, desk: Desk, people: People, never_rotated: set[str]) -> None:
    """Who was to read each book in each month; readers change books once a year."""
    readers = [each.staff_id for each in people.all_of("抄表员")]
    for place, book in enumerate(record.station.books):
        if not book.reader_id:
            continue
        for month in record.city.months:
            if book.is_read_in(month):
                reader = book.reader_id
                if book.book_id not in never_rotated:
                    reader = _reader_in(book, place, month, record, readers)
                desk.add(
                    PLANS,
                    book.book_id,
                    f"{month.year}{month.month:02d}",
                    book.org_id,
                    reader,
                    month.last,
                    book.cycle_months,
                )


def _reader_in(book: Book, place: int, month: Month, record: StationRecord, readers: list[str]) -> str:
    """The book's reader of today in the last year, somebody before in the order of the list further back."""
    back = record.city.months[-1].months_since(month) + place % (ROTATED_AFTER_MONTHS - 1)
    turns = back // ROTATED_AFTER_MONTHS
    if book.reader_id not in readers:
        return book.reader_id
    return readers[(readers.index(book.reader_id) + turns) % len(readers)]


def keep_exceptions(record: StationRecord, desk: Desk, people: People) -> None:
    """What the billing check raised when a month's bills were made, and what the clerk wrote to it."""
    chance = stream(record.city.seed, "exceptions", record.station.org_id)
    point_of = {each.customer_id: each.metering_point_id for each in record.station.customers}
    handlers = people.all_of("核算员", "抄表员")
    number = 0
    for customer_id, bills in record.bills.items():
        if customer_id not in point_of:
            continue
        before: BillFact | None = None
        for bill in bills:
            kind = _exception(before, bill)
            before = bill
            if kind is None:
                continue
            number += 1
            raised = bill.issued_on - timedelta(days=1)
            minute = chance.randrange(60)
            month = f"{bill.month.year}{bill.month.month:02d}"
            desk.add(
                EXCEPTIONS,
                f"YC{record.station.org_id}{number:06d}",
                customer_id,
                f"{month}{point_of[customer_id]}",
                kind,
                month,
                moment(raised, 8, minute),
                moment(raised, chance.randrange(9, 18), minute),
                handlers[chance.randrange(len(handlers))].staff_id,
                chance.choice(_OPINIONS[kind]),
            )


def _exception(before: BillFact | None, bill: BillFact) -> str | None:
    if bill.kwh < 0:
        return "示数倒走" if bill.bill_type == "正常" else None
    if before is None or before.kwh < 0:
        return None
    if not bill.kwh:
        return "零电量" if before.kwh else None
    if before.kwh and bill.kwh > before.kwh * _RISE and bill.kwh > _LEAST_KWH:
        return "电量突增"
    if bill.kwh * _FALL_DIVISOR < before.kwh and before.kwh > _LEAST_KWH:
        return "电量突减"
    return None


def keep_exemptions(record: StationRecord, desk: Desk, people: People) -> None:
    """Customers whom the utility's own checks pass over for a year, with a reason and an approval."""
    city = record.city
    chance = stream(city.seed, "exemptions", record.station.org_id)
    number = 0
    for customer in record.station.customers:
        reason = _EXEMPT.get(customer.trade.code)
        if reason is None or chance.random() >= _EXEMPT_RATIO:
            continue
        number += 1
        first = city.end - timedelta(days=chance.randrange(20, 300))
        desk.add(
            EXEMPTIONS,
            f"BM{record.station.org_id}{number:05d}",
            reason[0],
            customer.customer_id,
            first,
            first + timedelta(days=_EXEMPT_DAYS),
            reason[1],
            people.one_of(chance, "稽查专责").staff_id,
            people.one_of(chance, "审批负责人").staff_id,
        )


def keep_check_changes(record: StationRecord, desk: Desk, people: People) -> None:
    """Changes of the thresholds of the utility's own checks, approved by two; the city's papers."""
    if not record.is_first:
        return
    city = record.city
    org_id = record.station.org_id[:-4]
    chance = stream(city.seed, "check changes")
    for number, (check, parameter, old, new) in enumerate(_CHECKS, start=1):
        day = workday_from(
            city.first_day + timedelta(days=chance.randrange(10, (city.end - city.first_day).days - 9))
        )
        heads = people.all_of("审批负责人")
        desk.add(
            CHECK_CHANGES,
            f"BG{org_id}{number:04d}",
            check,
            parameter,
            org_id,
            in_office_hours(chance, day),
            people.one_of(chance, "稽查专责").staff_id,
            heads[0].staff_id,
            (heads[1] if len(heads) > 1 else people.one_of(chance, "系统管理员")).staff_id,
            old,
            new,
        )
