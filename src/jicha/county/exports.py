"""The exports of the county's two systems, as the systems write them.

`cis_zh`: CSV, gb18030, CRLF, dates YYYY-MM-DD, empty = null. `ami_zh`: Parquet (zstd), one file a month.
Monthly files are streamed, so no month of daily readings is ever held in memory as a whole.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from jicha.county.account import Reading
from jicha.county.biller import Bill, BillLine
from jicha.county.metering import MonthOfUse
from jicha.county.office import compact
from jicha.county.world import Customer, World, units
from jicha.kernel.period import Month

CIS, AMI = "cis_zh", "ami_zh"
Cell = str | int | date | Decimal | None

READING_COLUMNS = "抄表记录号,户号,计量点编号,电能表资产号,抄表段编号,抄表日期,示数类型,本次示数,抄表方式"
BILL_COLUMNS = "账单号,户号,电费年月,起始日期,截止日期,计费月数,账单类型,计费电量,应收电费,发行日期"
LINE_COLUMNS = (
    "账单号,行号,户号,计量点编号,电能表资产号,示数类型,电费年月,费用项目,上次示数,本次示数,计费倍率,"
    "电量,单价,金额"
)
_ACTIVE_TOTAL, _SETTLEMENT = "有功总", "结算"
_STATUS_ACTIVE, _STATUS_CLOSED = "正常用电", "已销户"

_REGISTER = pa.decimal128(14, 4)
FREEZE_SCHEMA = pa.schema(
    [
        ("户号", pa.string()),
        ("计量点编号", pa.string()),
        ("电能表资产号", pa.string()),
        ("冻结日期", pa.date32()),
        ("正向有功总", _REGISTER),
        ("反向有功总", _REGISTER),
    ]
)
_ROW_GROUP = 250_000
_EPOCH = date(1970, 1, 1).toordinal()
# A hundredth of a register unit in the last place of the export's registers.
_LAST_PLACES = 100


class CsvFile:
    """One CSV of the CIS, `columns` as one comma-separated header; `rows` counts data rows written."""

    def __init__(self, path: Path, columns: str) -> None:
        self.path = path
        self.rows = 0
        self._stream = path.open("w", encoding="gb18030", newline="")
        self._writer = csv.writer(self._stream, lineterminator="\r\n")
        self._writer.writerow(columns.split(","))

    def add(self, *cells: Cell) -> None:
        self._writer.writerow(cells)
        self.rows += 1

    def __enter__(self) -> CsvFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()


class FreezeFile:
    """One month of daily freezes in Parquet, written in row groups of a fixed size."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self._writer = pq.ParquetWriter(path, FREEZE_SCHEMA, compression="zstd")
        self._clear()

    def _clear(self) -> None:
        self._customers: list[str] = []
        self._points: list[str] = []
        self._meters: list[str] = []
        self._days: list[int] = []
        self._forward: list[int] = []
        self._reverse: list[int] = []

    def add(self, customer: Customer, lived: MonthOfUse) -> None:
        count = len(lived.freezes)
        self._customers += [customer.customer_id] * count
        self._points += [customer.metering_point_id] * count
        for day, installation, register in lived.freezes:
            self._meters.append(installation.meter_id)
            self._days.append(day - _EPOCH)
            self._forward.append(register * _LAST_PLACES)
            self._reverse.append(installation.reverse_register * _LAST_PLACES)
        self.rows += count
        if len(self._days) >= _ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        arrays = [
            pa.array(self._customers, pa.string()),
            pa.array(self._points, pa.string()),
            pa.array(self._meters, pa.string()),
            pa.array(self._days, pa.int32()).cast(pa.date32()),
            _registers(self._forward),
            _registers(self._reverse),
        ]
        table = pa.Table.from_arrays(arrays, schema=FREEZE_SCHEMA)
        self._writer.write_table(table, row_group_size=table.num_rows)
        self._clear()

    def __enter__(self) -> FreezeFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self._days:
            self._flush()
        self._writer.close()


def _registers(last_places: list[int]) -> pa.Array:
    """Decimals from whole numbers of their last place: the same 128-bit integers, read with a scale."""
    whole = pa.array(last_places, pa.int64()).cast(pa.decimal128(19, 0))
    return pa.Array.from_buffers(_REGISTER, len(whole), whole.buffers())


class MonthFiles:
    """The four files of one month."""

    def __init__(self, readings: CsvFile, bills: CsvFile, lines: CsvFile, freezes: FreezeFile) -> None:
        self._readings, self._bills, self._lines, self.freezes = readings, bills, lines, freezes

    @property
    def rows(self) -> dict[str, int]:
        """Data rows by path relative to the export directory."""
        files = (self._readings, self._bills, self._lines, self.freezes)
        return {f"{each.path.parent.name}/{each.path.name}": each.rows for each in files}

    def add_reading(self, customer: Customer, reading: Reading) -> None:
        self._readings.add(
            reading.reading_id,
            customer.customer_id,
            customer.metering_point_id,
            reading.meter_id,
            reading.book_id,
            reading.read_on,
            _ACTIVE_TOTAL,
            units(reading.register),
            reading.reading_type,
        )

    def add_bill(self, bill: Bill) -> None:
        month = compact(bill.month)
        self._bills.add(
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
        )
        for number, line in enumerate(bill.lines, start=1):
            self._lines.add(bill.bill_id, str(number), bill.customer_id, *_line_cells(line, month))


def _line_cells(line: BillLine, month: str) -> tuple[Cell, ...]:
    meter: tuple[Cell, ...] = (None, None)
    seen: tuple[Cell, ...] = (None, None, None)
    if line.indices is not None:
        meter = (line.indices.meter_id, _ACTIVE_TOTAL)
        seen = (line.indices.previous, line.indices.current, line.indices.multiplier)
    point = line.metering_point_id
    return (point, *meter, month, line.charge, *seen, line.kwh, line.price, line.amount)


@contextmanager
def month_files(out: Path, month: Month) -> Iterator[MonthFiles]:
    """The files of a month under `out`, open for writing."""
    name = compact(month)
    with ExitStack() as stack:
        yield MonthFiles(
            stack.enter_context(CsvFile(out / CIS / f"抄表示数_{name}.csv", READING_COLUMNS)),
            stack.enter_context(CsvFile(out / CIS / f"电费账单_{name}.csv", BILL_COLUMNS)),
            stack.enter_context(CsvFile(out / CIS / f"账单明细_{name}.csv", LINE_COLUMNS)),
            stack.enter_context(FreezeFile(out / AMI / f"日冻结_{name}.parquet")),
        )


def write_masters(out: Path, world: World) -> dict[str, int]:
    """The files without a month, as they stand at the end of the period; data rows by relative path."""
    rows = {}
    for name, columns, cells in _masters(world):
        with CsvFile(out / CIS / f"{name}.csv", columns) as file:
            for row in cells:
                file.add(*row)
            rows[f"{CIS}/{file.path.name}"] = file.rows
    return rows


def _masters(world: World) -> Iterator[tuple[str, str, Iterable[tuple[Cell, ...]]]]:
    yield (
        "组织机构",
        "单位编码,上级单位编码,单位层级,单位名称",
        ((org.org_id, org.parent_id, org.level_zh, org.name) for org in world.organisations),
    )
    yield (
        "台区",
        "台区编号,台区名称,管理单位,线路编号,变压器容量",
        ((each.area_id, each.name, each.org_id, each.feeder_id, each.capacity_kva) for each in world.areas),
    )
    yield (
        "抄表段",
        "抄表段编号,管理单位,抄表员工号,抄表例日",
        ((each.book_id, each.org_id, each.reader_id, each.issue_day) for each in world.books),
    )
    yield (
        "用户档案",
        "户号,户名,用电地址,联系电话,管理单位,台区编号,抄表段编号,用户类型,用电类别,行业分类,供电电压,合同容量,"
        "立户日期,销户日期,用户状态",
        (_customer_cells(customer) for customer in world.customers),
    )
    yield (
        "电价执行",
        "户号,电价码,生效日期,失效日期",
        (
            (customer.customer_id, each.price_code, each.valid_from, each.valid_to)
            for customer in world.customers
            for each in customer.agreements
        ),
    )
    yield (
        "计量点",
        "计量点编号,户号,计量点用途,计量方式",
        (
            (each.metering_point_id, each.customer_id, _SETTLEMENT, each.trade.metering_mode)
            for each in world.customers
        ),
    )
    yield (
        "电能表装拆",
        "计量点编号,户号,电能表资产号,装表日期,拆表日期,综合倍率,示数位数,装表底度,拆表底度",
        _installation_cells(world),
    )


def _customer_cells(customer: Customer) -> tuple[Cell, ...]:
    closed_on = customer.filed_closing or customer.closed_on
    return (
        customer.customer_id,
        customer.name,
        customer.address,
        customer.phone,
        customer.org_id,
        customer.area_id,
        customer.book.book_id,
        customer.customer_type,
        customer.category,
        customer.industry,
        customer.trade.voltage,
        customer.trade.capacity_kva,
        customer.opened_on,
        closed_on,
        _STATUS_ACTIVE if closed_on is None else _STATUS_CLOSED,
    )


def _installation_cells(world: World) -> Iterator[tuple[Cell, ...]]:
    for customer in world.customers:
        for each in customer.installations:
            yield (
                customer.metering_point_id,
                customer.customer_id,
                each.meter_id,
                each.installed_on,
                each.removed_on,
                each.multiplier,
                each.digits,
                units(each.start_register),
                None if each.end_register is None else units(each.end_register),
            )
