"""A town of a dozen customers: exports of the two example systems in which each customer has one story.

The months run from 2025-07 to 2026-06, read on the last day of each, billed by calendar month. Nothing here is
the county's; every row is text as the export has it, so that a test can edit a row and deliver it again.
"""

from __future__ import annotations

import csv
import io
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

Row = dict[str, str]

MONTHS = tuple(f"2025{m:02d}" for m in range(7, 13)) + tuple(f"2026{m:02d}" for m in range(1, 7))
#: Months of later deliveries.
LATER = ("202607", "202608")
WEST, EAST = "360101", "360102"
PRICE = Decimal("0.60000000")

INSTALLATIONS = "电能表装拆.csv"
CUSTOMERS = "用户档案.csv"
ORGANISATIONS = "组织机构.csv"

#: Every story has its customer; the meter is E + number, the metering point M + number.
ORDINARY = "C01"
MULTIPLIER_WEST = "C02"  # billed with 20, the file says 40, all twelve months
MULTIPLIER_EAST = "C03"  # the same under another station
ZERO = "C04"  # nothing used or billed in the last eight months
MISREAD = "C05"  # the February register was read 1000 too low
SWAPPED = "C06"  # the meter was changed in April and nobody said so
TWO_SPELLS = "C07"  # keyed energies January to June; the closing reading of March is missing
SIX_MONTHS = "C08"  # keyed energies November to April; February is settled by an adjustment in June
ONE_MONTH = "C09"  # a keyed energy in May
LAST_MONTH = "C10"  # a keyed energy in June
LATE_START = "C11"  # keyed energies March to June; the closing reading of March is missing
TAKEN_BACK = "C12"  # a keyed energy in June, in a bill that will be taken back

DAILY = pa.schema(
    [
        ("户号", pa.string()),
        ("计量点编号", pa.string()),
        ("电能表资产号", pa.string()),
        ("冻结日期", pa.date32()),
        ("正向有功总", pa.decimal128(14, 4)),
        ("反向有功总", pa.decimal128(14, 4)),
    ]
)


@dataclass(frozen=True)
class Story:
    """What is odd about one customer. Energies are kWh on the bill; registers are those of the export."""

    station: str = WEST
    multiplier: int = 1
    billed_multiplier: int = 1
    idle: Sequence[str] = ()
    keyed: Mapping[str, str] = field(default_factory=dict)
    unread: Sequence[str] = ()
    misread: Mapping[str, str] = field(default_factory=dict)
    new_meter_from: str | None = None


STORIES: Mapping[str, Story] = {
    ORDINARY: Story(),
    MULTIPLIER_WEST: Story(multiplier=40, billed_multiplier=20),
    MULTIPLIER_EAST: Story(station=EAST, multiplier=40, billed_multiplier=20),
    ZERO: Story(idle=MONTHS[4:]),
    MISREAD: Story(misread={"202602": "-1000"}),
    SWAPPED: Story(station=EAST, new_meter_from="202604"),
    TWO_SPELLS: Story(
        station=EAST,
        keyed={m: str(10 + n) for n, m in enumerate(MONTHS[6:])},
        unread=("202603",),
    ),
    SIX_MONTHS: Story(station=EAST, keyed={m: str(20 + 3 * n) for n, m in enumerate(MONTHS[4:10])}),
    ONE_MONTH: Story(keyed={"202605": "30"}),
    LAST_MONTH: Story(keyed={"202606": "40"}),
    LATE_START: Story(keyed={m: str(50 + n) for n, m in enumerate(MONTHS[8:])}, unread=("202603",)),
    TAKEN_BACK: Story(keyed={"202606": "60"}),
}


def first_day(month: str) -> date:
    return date(int(month[:4]), int(month[4:]), 1)


def last_day(month: str) -> date:
    return date(int(month[:4]), int(month[4:]), monthrange(int(month[:4]), int(month[4:]))[1])


def point_of(customer: str) -> str:
    return customer.replace("C", "M")


def meter_of(customer: str) -> str:
    return customer.replace("C", "E")


def readings(month: str) -> str:
    return f"抄表示数_{month}.csv"


def bills(month: str) -> str:
    return f"电费账单_{month}.csv"


def lines(month: str) -> str:
    return f"账单明细_{month}.csv"


def used(customer: str, month: str) -> int:
    """What the register advances in a month: another amount each month, so that no two differences agree."""
    return 0 if month in STORIES[customer].idle else 100 + 10 * int(customer[1:]) + int(month[4:])


def billed(customer: str, month: str) -> Decimal:
    story = STORIES[customer]
    return Decimal(story.keyed.get(month, used(customer, month) * story.billed_multiplier))


@dataclass
class Delivery:
    """Files of one CIS delivery by name, rows as text; edit `files` and `write` them."""

    files: dict[str, list[Row]]

    def row(self, name: str, **wanted: str) -> Row:
        """The only row of a file with these values, to be edited in place."""
        (found,) = [row for row in self.files[name] if wanted.items() <= row.items()]
        return found

    def copy(self) -> Delivery:
        return Delivery(deepcopy(self.files))

    def write(self, folder: Path, *, only: Iterable[str] | None = None) -> Path:
        """Writes the files as the systems export them: gb18030, CRLF."""
        target = folder / "cis_zh"
        target.mkdir(parents=True, exist_ok=True)
        for name in self.files if only is None else only:
            (target / name).write_bytes(as_csv(self.files[name]).encode("gb18030"))
        return folder


def as_csv(rows: Sequence[Row]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def delivery() -> Delivery:
    """The whole town."""
    files = _records()
    for month in MONTHS:
        files[readings(month)] = [
            reading_row(customer, month) for customer in STORIES if month not in STORIES[customer].unread
        ]
        files[bills(month)] = [bill_row(customer, month) for customer in STORIES]
        files[lines(month)] = [line_row(customer, month) for customer in STORIES]
    february = used(SIX_MONTHS, "202602") - billed(SIX_MONTHS, "202602")
    files[lines("202606")].append(
        line_row(SIX_MONTHS, "202606")
        | {"行号": "2", "费用项目": "退补电费", "电量": f"{february:.2f}", "金额": f"{february * PRICE:.2f}"}
    )
    return Delivery(files)


def write_daily(folder: Path, month: str = "202606") -> Path:
    """The daily registers of one month: a Parquet file as the metering system exports it."""
    rows = []
    for customer in STORIES:
        opening = register(customer, month) - used(customer, month)
        day = first_day(month) - timedelta(days=1)
        while day <= last_day(month):
            days = (day - first_day(month)).days + 1
            share = Decimal(used(customer, month) * days) / last_day(month).day
            value = (opening + share).quantize(Decimal("0.0001"))
            rows.append((customer, point_of(customer), meter_of(customer), day, value, None))
            day += timedelta(days=1)
    target = folder / "ami_zh"
    target.mkdir(parents=True, exist_ok=True)
    columns = [list(column) for column in zip(*rows, strict=True)]
    arrays = [pa.array(column, type=entry.type) for column, entry in zip(columns, DAILY, strict=True)]
    pq.write_table(pa.table(arrays, schema=DAILY), target / f"日冻结_{month}.parquet", compression="zstd")
    return folder


def register(customer: str, month: str) -> Decimal:
    """The register at the end of a month; a new meter starts at nothing."""
    since = STORIES[customer].new_meter_from
    if since is not None and month >= since:
        return Decimal(sum(used(customer, m) for m in MONTHS + LATER if since <= m <= month))
    return Decimal(5000 + sum(used(customer, m) for m in MONTHS + LATER if m <= month))


def _records() -> dict[str, list[Row]]:
    return {
        ORGANISATIONS: [
            _organisation("36", "", "省", "示例省公司"),
            _organisation("3601", "36", "市", "示例供电公司"),
            _organisation(WEST, "3601", "所", "城西供电所"),
            _organisation(EAST, "3601", "所", "城东供电所"),
        ],
        "台区.csv": [
            {
                "台区编号": f"T{station}",
                "台区名称": f"{station}台区",
                "管理单位": station,
                "线路编号": "L1",
                "变压器容量": "400.00",
            }
            for station in (WEST, EAST)
        ],
        "抄表段.csv": [
            {"抄表段编号": f"B{station}", "管理单位": station, "抄表员工号": "R9", "抄表例日": "1"}
            for station in (WEST, EAST)
        ],
        CUSTOMERS: [_customer(customer, story.station) for customer, story in STORIES.items()],
        "电价执行.csv": [
            {"户号": customer, "电价码": "HN-GCI-LV", "生效日期": "2020-01-01", "失效日期": ""}
            for customer in STORIES
        ],
        "计量点.csv": [
            {
                "计量点编号": point_of(customer),
                "户号": customer,
                "计量点用途": "结算",
                "计量方式": "低供低计",
            }
            for customer in STORIES
        ],
        INSTALLATIONS: [_installation(customer, story.multiplier) for customer, story in STORIES.items()],
    }


def _organisation(org: str, parent: str, level: str, name: str) -> Row:
    return {"单位编码": org, "上级单位编码": parent, "单位层级": level, "单位名称": name}


def _customer(customer: str, station: str) -> Row:
    return {
        "户号": customer,
        "户名": f"张小{'甲乙丙丁戊己庚辛壬癸子丑'[int(customer[1:]) - 1]}",
        "用电地址": f"示例路{customer}号",
        "联系电话": "13800000000",
        "管理单位": station,
        "台区编号": f"T{station}",
        "抄表段编号": f"B{station}",
        "用户类型": "低压非居民",
        "用电类别": "一般工商业",
        "行业分类": "A01",
        "供电电压": "380V",
        "合同容量": "30.00",
        "立户日期": "2020-01-01",
        "销户日期": "",
        "用户状态": "正常用电",
    }


def _installation(customer: str, multiplier: int) -> Row:
    return {
        "计量点编号": point_of(customer),
        "户号": customer,
        "电能表资产号": meter_of(customer),
        "装表日期": first_day(MONTHS[0]).isoformat(),
        "拆表日期": "",
        "综合倍率": f"{multiplier}.00",
        "示数位数": "6",
        "装表底度": "5000.0000",
        "拆表底度": "",
    }


def reading_row(customer: str, month: str, *, right: bool = False) -> Row:
    wrong = Decimal(0) if right else Decimal(STORIES[customer].misread.get(month, "0"))
    return {
        "抄表记录号": f"R{month}{customer}",
        "户号": customer,
        "计量点编号": point_of(customer),
        "电能表资产号": meter_of(customer),
        "抄表段编号": f"B{STORIES[customer].station}",
        "抄表日期": last_day(month).isoformat(),
        "示数类型": "有功总",
        "本次示数": f"{register(customer, month) + wrong:.4f}",
        "抄表方式": "采集",
    }


def bill_row(customer: str, month: str) -> Row:
    energy = billed(customer, month)
    return {
        "账单号": f"B{month}{customer}",
        "户号": customer,
        "电费年月": month,
        "起始日期": first_day(month).isoformat(),
        "截止日期": last_day(month).isoformat(),
        "账单类型": "正常",
        "计费电量": f"{energy:.2f}",
        "应收电费": f"{energy * PRICE:.2f}",
        "发行日期": last_day(month).isoformat(),
    }


def line_row(customer: str, month: str) -> Row:
    energy = billed(customer, month)
    end = register(customer, month)
    return {
        "账单号": f"B{month}{customer}",
        "行号": "1",
        "户号": customer,
        "计量点编号": point_of(customer),
        "电费年月": month,
        "费用项目": "电度电费",
        "上次示数": f"{end - used(customer, month):.4f}",
        "本次示数": f"{end:.4f}",
        "计费倍率": f"{STORIES[customer].billed_multiplier}.00",
        "电量": f"{energy:.2f}",
        "单价": f"{PRICE}",
        "金额": f"{energy * PRICE:.2f}",
    }
