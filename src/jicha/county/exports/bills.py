"""Readings, bills and bill lines of the customer information system."""

from __future__ import annotations

from decimal import Decimal

from jicha.county.desk import Desk, Table
from jicha.county.office.account import Reading
from jicha.county.office.bills import Bill, BillLine
from jicha.county.office.month import DEMAND, compact
from jicha.county.world import Customer, units
from jicha.kernel.period import Month

CIS = "cis_zh"
READINGS = Table(
    CIS,
    "抄表示数",
    "抄表记录号,户号,计量点编号,电能表资产号,抄表段编号,抄表日期,示数类型,本次示数,抄表方式",
    by_month=True,
)
BILLS = Table(
    CIS,
    "电费账单",
    "账单号,户号,电费年月,起始日期,截止日期,计费月数,账单类型,计费电量,应收电费,发行日期,无功电量,功率因数",
    by_month=True,
)
LINES = Table(
    CIS,
    "账单明细",
    "账单号,行号,户号,计量点编号,电能表资产号,示数类型,电费年月,费用项目,上次示数,本次示数,计费倍率,"
    "电量,单价,金额,阶梯档次,计费容量,容量单价,计费需量,需量单价,调整率",
    by_month=True,
)
TABLES = (READINGS, BILLS, LINES)
_ACTIVE = "有功"


def put_reading(desk: Desk, customer: Customer, month: Month, reading: Reading) -> None:
    # Demands are ten-thousandths of a kW, all other registers hundredths.
    value = Decimal(reading.register).scaleb(-4) if reading.kind == DEMAND else units(reading.register)
    desk.add(
        READINGS,
        reading.reading_id,
        customer.customer_id,
        customer.metering_point_id,
        reading.meter_id,
        reading.book_id,
        reading.read_on,
        reading.kind,
        value,
        reading.reading_type,
        month=month,
    )


def put_bill(desk: Desk, bill: Bill, written_in: Month) -> None:
    """The bill and its lines, into the files of the month they were made in."""
    month = compact(bill.month)
    desk.add(
        BILLS,
        bill.bill_id,
        bill.customer_id,
        month,
        bill.from_on,
        bill.to_on,
        bill.months,
        bill.bill_type,
        bill.kwh,
        bill.amount,
        bill.issued_on,
        bill.kvarh,
        bill.power_factor,
        month=written_in,
    )
    for number, line in enumerate(bill.lines, start=1):
        _put_line(desk, bill, line, str(number), month, written_in)


def _put_line(desk: Desk, bill: Bill, line: BillLine, number: str, month: str, written_in: Month) -> None:
    indices = line.indices
    desk.add(
        LINES,
        bill.bill_id,
        number,
        bill.customer_id,
        line.metering_point_id,
        None if indices is None else indices.meter_id,
        f"{_ACTIVE}{line.rate}" if line.rate and indices is not None else None,
        month,
        line.charge,
        None if indices is None else indices.previous,
        None if indices is None else indices.current,
        None if indices is None else indices.multiplier,
        line.kwh,
        line.price if line.capacity_kva is None and line.demand_kw is None else None,
        line.amount,
        line.tier,
        line.capacity_kva,
        line.price if line.capacity_kva is not None else None,
        line.demand_kw,
        line.price if line.demand_kw is not None else None,
        line.adjustment_rate,
        month=written_in,
    )
