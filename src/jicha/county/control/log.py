"""The operation log: who changed what, and the orders such changes rest on."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import date, timedelta

from jicha.county.desk import Desk, StationRecord, Table
from jicha.county.picking import in_office_hours, moment
from jicha.county.service.titles import APPLICATIONS, STEPS
from jicha.county.world import Customer, Staff
from jicha.kernel.period import month_of

OPERATIONS = Table(
    "cis_zh",
    "操作日志",
    "操作记录编号,操作员工号,账号类型,操作类型,操作权限,操作时间,记录类型,记录编号,户号,管理单位,数据表,字段,修改前值,"
    "修改后值,业务申请编号,审批人工号,导出行数,含个人信息",
    by_month=True,
)

PERSON = "个人账号"


@dataclass(frozen=True, slots=True)
class Change:
    """One field changed: under which permission, in which record and table, from what to what."""

    permission: str
    record_kind: str
    table: str
    field: str
    old: str
    new: str
    operation: str = "修改"


class Log:
    """Numbers and writes one station's operations, and applications for files to be changed."""

    def __init__(self, record: StationRecord, desk: Desk) -> None:
        self.record, self.desk = record, desk
        self.org_id = record.station.org_id
        self._operations = self._orders = 0

    def change(
        self,
        operator: Staff,
        day: date,
        at: str,
        what: Change,
        *,
        customer: Customer | None = None,
        record_id: str | None = None,
        order: str | None = None,
        approver: Staff | None = None,
    ) -> None:
        """A value changed by a person, on an order or without."""
        customer_id = customer.customer_id if customer is not None else None
        self._add(
            day, operator.staff_id, PERSON, what.operation, what.permission, at, what.record_kind,
            record_id or customer_id, customer_id, self.org_id, what.table, what.field, what.old, what.new, order,
            approver.staff_id if approver is not None else None, None, None,
        )  # fmt: skip

    def export(
        self,
        operator: Staff,
        day: date,
        at: str,
        table: str,
        rows: int,
        *,
        is_personal: bool,
        order: str | None = None,
        approver: Staff | None = None,
    ) -> None:
        """Rows of a table taken out of the system."""
        self._add(
            day, operator.staff_id, PERSON, "导出", "数据导出", at, None, None, None, self.org_id, table, None, None,
            None, order, approver.staff_id if approver is not None else None, rows, "是" if is_personal else "否",
        )  # fmt: skip

    def order(
        self,
        chance: random.Random,
        customer: Customer,
        day: date,
        clerk: Staff,
        approver: Staff,
        kind: str = "档案维护",
    ) -> str:
        """An application to change a file, taken in, approved and archived around the day; its number."""
        self._orders += 1
        number = f"D{self.org_id[-6:]}{self._orders:06d}"
        eve = day - timedelta(days=1)
        taken, done = in_office_hours(chance, eve), moment(day, 17, 30 + chance.randrange(30))
        approved = moment(day, 8, chance.randrange(30, 60))
        self.desk.add(
            APPLICATIONS, number, kind, "已归档", customer.customer_id, self.org_id, None, None, None, None, None,
            taken, done, None, None, None, None, None,
        )  # fmt: skip
        steps = (
            ("业务受理", clerk, taken, moment(eve, 17, 35), None),
            ("审批", approver, moment(eve, 17, 40), approved, "同意"),
            ("归档", clerk, moment(day, 17, 5), done, None),
        )
        for place, (name, who, began, ended, decision) in enumerate(steps, start=1):
            self.desk.add(
                STEPS, number, place, customer.customer_id, self.org_id, name, who.staff_id, began, ended, "供电企业",
                decision, None, None,
            )  # fmt: skip
        return number

    def _add(self, day: date, *cells: str | int | None) -> None:
        self._operations += 1
        self.desk.add(OPERATIONS, f"CZ{self.org_id}{self._operations:07d}", *cells, month=month_of(day))


def digest(text: str) -> str:
    """What the log shows instead of personal data."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
