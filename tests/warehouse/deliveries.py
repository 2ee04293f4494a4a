"""Small deliveries of the two example systems, made by hand for the ingest tests; nothing of the county's."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.core import load_core_tables
from jicha.warehouse.drafting.models import sql_name
from jicha.warehouse.ingest import IngestReport, ingest
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.quarantine import Quarantined, quarantined
from jicha.warehouse.workspace import Workspace

Row = dict[str, str]

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


@dataclass
class Delivery:
    """Files of one CIS delivery by name, rows as text; edit `files` and `write` it."""

    files: dict[str, list[Row]] = field(default_factory=dict)

    def write(
        self, folder: Path, *, only: Iterable[str] | None = None, encoding: str = "gb18030", bom: bytes = b""
    ) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for name in self.files if only is None else only:
            (folder / name).write_bytes(bom + as_csv(self.files[name]).encode(encoding))
        return folder

    def row(self, name: str, **wanted: str) -> Row:
        """The only row of a file with these values, to be edited in place."""
        (found,) = [row for row in self.files[name] if wanted.items() <= row.items()]
        return found


def as_csv(rows: list[Row]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def cis_delivery(customers: int = 6, months: int = 3) -> Delivery:
    """Organisation, customers and meters, and a bill a month from 2026-01 on; nothing wrong in it."""
    numbers = range(1, customers + 1)
    files: dict[str, list[Row]] = {
        "组织机构.csv": [
            {"单位编码": "3601", "上级单位编码": "", "单位层级": "市", "单位名称": "示例供电公司"},
            {"单位编码": "360101", "上级单位编码": "3601", "单位层级": "所", "单位名称": "示例供电所"},
        ],
        "台区.csv": [
            {
                "台区编号": f"T{i}",
                "台区名称": f"示例{i}号台区",
                "管理单位": "360101",
                "线路编号": "L1",
                "变压器容量": "400.00",
            }
            for i in range(1, 4)
        ],
        "抄表段.csv": [{"抄表段编号": "B1", "管理单位": "360101", "抄表员工号": "R9", "抄表例日": "5"}],
        "用户档案.csv": [_customer(i) for i in numbers],
        "电价执行.csv": [
            {"户号": f"C{i:03d}", "电价码": "HN-RES-LV", "生效日期": "2020-01-01", "失效日期": ""}
            for i in numbers
        ],
        "计量点.csv": [
            {"计量点编号": f"M{i:03d}", "户号": f"C{i:03d}", "计量点用途": "结算", "计量方式": "低供低计"}
            for i in numbers
        ],
        "电能表装拆.csv": [
            {
                "计量点编号": f"M{i:03d}",
                "户号": f"C{i:03d}",
                "电能表资产号": f"E{i:03d}",
                "装表日期": "2020-01-01",
                "拆表日期": "",
                "综合倍率": "1.00",
                "示数位数": "6",
                "装表底度": "0.0000",
                "拆表底度": "",
            }
            for i in numbers
        ],
    }
    for month in range(1, months + 1):
        files |= {
            f"抄表示数_2026{month:02d}.csv": [_reading(i, month) for i in numbers],
            f"电费账单_2026{month:02d}.csv": [_bill(i, month) for i in numbers],
            f"账单明细_2026{month:02d}.csv": [_line(i, month) for i in numbers],
        }
    return Delivery(files)


def write_daily(folder: Path, *, month: int = 1, customers: int = 6, added: str = "1.5") -> Path:
    """One month of daily readings as Parquet; each day adds `added` kWh."""
    first = date(2026, month, 1)
    rows = []
    for number in range(1, customers + 1):
        for day in range(28):
            on = first + timedelta(days=day)
            register = Decimal(number * 1000) + Decimal(added) * ((on - date(2026, 1, 1)).days + 1)
            rows.append((f"C{number:03d}", f"M{number:03d}", f"E{number:03d}", on, register, None))
    columns = [list(column) for column in zip(*rows, strict=True)]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"日冻结_2026{month:02d}.parquet"
    arrays = [pa.array(column, type=entry.type) for column, entry in zip(columns, DAILY, strict=True)]
    pq.write_table(pa.table(arrays, schema=DAILY), path)
    return path


@cache
def left_null(core_table: str, *given: str) -> str:
    """The end of a to_core model's select: nulls for every column of the core table but those `given`."""
    roots = ContentRoots.find()
    lexicon = Lexicon.load(roots)
    columns = load_core_tables(roots, lexicon)[core_table].columns
    assert set(given) <= set(columns)
    return ",\n".join(
        f"  cast(null as {sql_name(lexicon.type_of(column))}) as {column}"
        for column in columns
        if column not in given
    )


#: What the invented systems of these tests know of a daily reading; the rest of the table they leave null.
OF_A_READING = ("customer_id", "metering_point_id", "meter_id", "reading_on", "forward_register_kwh")


def _customer(i: int) -> Row:
    return {
        "户号": f"C{i:03d}",
        "户名": f"用户{i}",
        "用电地址": f"示例路{i}号",
        "联系电话": f"1380000{i:04d}",
        "管理单位": "360101",
        "台区编号": f"T{1 + i % 3}",
        "抄表段编号": "B1",
        "用户类型": "低压居民",
        "用电类别": "居民生活",
        "行业分类": "urban_household",
        "供电电压": "220V",
        "合同容量": "8.00",
        "立户日期": "2020-01-01",
        "销户日期": "",
        "用户状态": "正常用电",
    }


def _reading(i: int, month: int) -> Row:
    return {
        "抄表记录号": f"R{month:02d}{i:03d}",
        "户号": f"C{i:03d}",
        "计量点编号": f"M{i:03d}",
        "电能表资产号": f"E{i:03d}",
        "抄表段编号": "B1",
        "抄表日期": f"2026-{month:02d}-28",
        "示数类型": "有功总",
        "本次示数": f"{i * 100 + month * 50}.0000",
        "抄表方式": "采集",
    }


def _bill(i: int, month: int) -> Row:
    return {
        "账单号": f"B{month:02d}{i:03d}",
        "户号": f"C{i:03d}",
        "电费年月": f"2026{month:02d}",
        "起始日期": f"2026-{month:02d}-01",
        "截止日期": f"2026-{month:02d}-28",
        "账单类型": "正常",
        "计费电量": "50.00",
        "应收电费": "30.00",
        "发行日期": f"2026-{month:02d}-28",
    }


def _line(i: int, month: int) -> Row:
    return {
        "账单号": f"B{month:02d}{i:03d}",
        "行号": "1",
        "户号": f"C{i:03d}",
        "计量点编号": f"M{i:03d}",
        "电费年月": f"2026{month:02d}",
        "费用项目": "电度电费",
        "上次示数": f"{i * 100 + (month - 1) * 50}.0000",
        "本次示数": f"{i * 100 + month * 50}.0000",
        "计费倍率": "1.00",
        "电量": "50.00",
        "单价": "0.60000000",
        "金额": "30.00",
    }


@dataclass
class Bench:
    """One workspace and what one does with it in a test."""

    workspace: Workspace
    roots: ContentRoots
    lexicon: Lexicon

    @classmethod
    def new(cls, path: Path, *, buckets: int = 3, private: Iterable[Path] = ()) -> Bench:
        roots = ContentRoots.find(tuple(private))
        return cls(Workspace.create(path, buckets=buckets), roots, Lexicon.load(roots))

    def take(self, data: Path, source: str = "cis_zh") -> IngestReport:
        return ingest(self.workspace, source, data, roots=self.roots, lexicon=self.lexicon, threads=1)

    @property
    def head(self) -> Manifest:
        return Manifest.head(self.workspace)

    @property
    def digest(self) -> str:
        return self.head.lake_digest

    def rows(self, table: str, *columns: str) -> list[tuple[object, ...]]:
        """Sorted rows of a core table, the given columns or all of them without the origin."""
        found = []
        for partition in self.head.partitions(table):
            read = pq.ParquetFile(self.workspace.lake / partition.file).read().to_pylist()
            assert len(read) == partition.rows
            wanted = columns or [name for name in read[0] if not name.startswith("origin_")]
            found += [tuple(row[name] for name in wanted) for row in read]
        return sorted(found, key=repr)

    def set_aside(self) -> list[Quarantined]:
        return list(quarantined(self.workspace))
