"""The files of a county's directory, read as anybody would read them; nothing of the generator is used."""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

from jicha.county import CountySummary

Row = dict[str, str]
RATES = ("有功尖", "有功峰", "有功平", "有功谷")
ENERGY, LOSSES, ADJUSTING = "电度电费", "变损电费", "退补电费"
_SUM_ROW = "合计"


class Freeze(NamedTuple):
    """A day's frozen registers of one meter, in hundredths of a unit; rates 尖 峰 平 谷 and reactive where kept."""

    day: date
    meter: str
    forward: int
    reverse: int
    rates: tuple[int, ...]
    reactive: int | None


def csv_rows(path: Path) -> list[Row]:
    """A text file of a delivery."""
    return list(csv.DictReader(path.read_bytes().decode("gb18030").splitlines()))


def xlsx_rows(path: Path) -> list[Row]:
    """The one sheet of a workbook, cells as they stand there."""
    header, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert all(isinstance(cell, str) for row in rows for cell in row), path.name
    return [dict(zip(map(str, header), map(str, row), strict=True)) for row in rows]


def is_dirty(row: Row) -> bool:
    """Whether the row is one no reader can take: a sum at the end, or a copy under a number with an X."""
    first = next(iter(row.values()))
    return first == _SUM_ROW or first.endswith("X")


@dataclass
class Exported:
    """One county's directory; rows are texts, in file order, without the rows nobody can read."""

    path: Path
    summary: CountySummary

    def files(self, title: str, system: str = "cis_zh") -> list[Path]:
        """All files of a table: of every county company, of every month."""
        found = sorted((self.path / system).glob(f"{title}_*")) + sorted(
            (self.path / system).glob(f"{title}.*")
        )
        assert found, title
        return found

    def raw(self, title: str, system: str = "cis_zh") -> Iterator[Row]:
        """The rows of a table, dirty ones too; months after one another for each county."""
        for path in self.files(title, system):
            yield from xlsx_rows(path) if path.suffix == ".xlsx" else csv_rows(path)

    def rows(self, title: str, system: str = "cis_zh") -> list[Row]:
        rows = [row for row in self.raw(title, system) if not is_dirty(row)]
        assert rows, title
        return rows

    def grouped(self, title: str, by: str = "户号") -> dict[str, list[Row]]:
        groups = defaultdict(list)
        for row in self.rows(title):
            groups[row[by]].append(row)
        return dict(groups)

    @cached_property
    def months(self) -> list[str]:
        """YYYYMM of the bills' files, in order."""
        return sorted({path.stem[-6:] for path in self.files("电费账单")})

    @cached_property
    def first_day(self) -> date:
        return date(int(self.months[0][:4]), int(self.months[0][4:]), 1)

    @cached_property
    def key(self) -> list[Row]:
        text = (self.path / "answer_key.csv").read_text(encoding="utf-8")
        return list(csv.DictReader(text.splitlines()))

    def answers(self, *causes: str) -> list[Row]:
        """The key's rows of these causes, at least one of each."""
        found = [row for row in self.key if row["cause"] in causes]
        assert {row["cause"] for row in found} == set(causes), causes
        return found

    def customers_of(self, *causes: str) -> set[str]:
        """Customers the key names under any of the causes, of which there may be none."""
        return {row["customer_id"] for row in self.key if row["cause"] in causes}

    @cached_property
    def archive(self) -> dict[str, Row]:
        """用户档案 of all accounts, assessment users too."""
        return {row["户号"]: row for row in self.rows("用户档案")}

    @cached_property
    def customers(self) -> dict[str, Row]:
        """Accounts that are billed."""
        return {name: row for name, row in self.archive.items() if row["用电类别"] != "考核"}

    @cached_property
    def assessments(self) -> dict[str, Row]:
        return {name: row for name, row in self.archive.items() if row["用电类别"] == "考核"}

    @cached_property
    def areas(self) -> dict[str, Row]:
        return {row["台区编号"]: row for row in self.rows("台区")}

    @cached_property
    def points(self) -> dict[str, Row]:
        return {row["户号"]: row for row in self.rows("计量点")}

    @cached_property
    def agreements(self) -> dict[str, list[Row]]:
        return self.grouped("电价执行")

    @cached_property
    def meters(self) -> dict[str, list[Row]]:
        return self.grouped("电能表装拆")

    @cached_property
    def bills(self) -> dict[str, list[Row]]:
        """Bills of each customer in the order in which they were issued."""
        by_customer = self.grouped("电费账单")
        return {name: sorted(rows, key=lambda row: row["发行日期"]) for name, rows in by_customer.items()}

    @cached_property
    def regular(self) -> dict[str, list[Row]]:
        return {name: [row for row in rows if row["账单类型"] == "正常"] for name, rows in self.bills.items()}

    @cached_property
    def lines(self) -> dict[str, list[Row]]:
        """Lines by customer."""
        return self.grouped("账单明细")

    @cached_property
    def lines_of(self) -> dict[str, list[Row]]:
        """Lines by bill."""
        groups = defaultdict(list)
        for lines in self.lines.values():
            for line in lines:
                groups[line["账单号"]].append(line)
        return dict(groups)

    @cached_property
    def readings(self) -> dict[str, list[Row]]:
        """Readings of the total register by customer."""
        return {
            name: [row for row in rows if row["示数类型"] == "有功总"]
            for name, rows in self.all_readings.items()
        }

    @cached_property
    def all_readings(self) -> dict[str, list[Row]]:
        return self.grouped("抄表示数")

    @cached_property
    def has_rates(self) -> set[str]:
        """Customers whose meters keep a register for each rate."""
        return {
            name
            for name, rows in self.all_readings.items()
            if any(row["示数类型"] == RATES[0] for row in rows)
        }

    @cached_property
    def freezes(self) -> dict[str, list[Freeze]]:
        """By account, in order of days, whatever file they came with."""
        names = (
            "户号", "冻结日期", "电能表资产号", "正向有功总", "反向有功总", "正向无功总",
            "正向有功尖", "正向有功峰", "正向有功平", "正向有功谷",
        )  # fmt: skip
        by_customer: defaultdict[str, list[Freeze]] = defaultdict(list)
        for path in self.files("日冻结", "ami_zh"):
            table = pq.read_table(path, columns=list(names))
            columns = [
                table[name].to_pylist() if place < 3 else _hundredths(table[name])
                for place, name in enumerate(names)
            ]
            for customer, day, meter, forward, reverse, reactive, *rates in zip(*columns, strict=True):
                kept = () if rates[0] is None else tuple(rates)
                by_customer[customer].append(Freeze(day, meter, forward, reverse, kept, reactive))
        return {name: sorted(rows) for name, rows in by_customer.items()}

    @cached_property
    def frozen(self) -> dict[str, dict[date, Freeze]]:
        return {name: {row.day: row for row in rows} for name, rows in self.freezes.items()}


def _hundredths(column: object) -> list[int | None]:
    """Exact hundredths of decimals with four places, of which the last two are noughts."""
    values: list[Decimal | None] = column.to_pylist()  # type: ignore[attr-defined]
    return [None if value is None else int(value.scaleb(2)) for value in values]


def register_kwh(meter: Row, previous: str, current: str) -> Decimal:
    """Register difference times the multiplier of the asset file; a lower register has turned over once."""
    difference = Decimal(current) - Decimal(previous)
    if difference < 0:
        difference += 10 ** int(meter["示数位数"])
    return difference * Decimal(meter["综合倍率"])


def month_of(day: str) -> str:
    """YYYYMM of YYYY-MM-DD."""
    return day[:7].replace("-", "")


def stays(meters: list[Row]) -> list[Row]:
    """A customer's meters in the order in which they hung."""
    return sorted(meters, key=lambda row: row["装表日期"])


def hanging(meters: list[Row], day: str) -> Row:
    """The meter that hangs in the evening of the day."""
    ordered = stays(meters)
    return ordered[bisect_right([row["装表日期"] for row in ordered], day) - 1]


def chained(rows: list[Row], before: str, after: str) -> list[tuple[Row, Row]]:
    """Neighbours of which the second does not begin where the first ended."""
    return [(a, b) for a, b in pairwise(rows) if a[before] != b[after]]


def register_spans(lines: list[Row]) -> dict[tuple[str, ...], Decimal]:
    """kWh of energy lines by (meter, register, from, to, multiplier): the tiers of one register together."""
    found: dict[tuple[str, ...], Decimal] = {}
    for line in lines:
        if line["费用项目"] == ENERGY and line["上次示数"]:
            key = tuple(
                line[name] for name in ("电能表资产号", "示数类型", "上次示数", "本次示数", "计费倍率")
            )
            found[key] = found.get(key, Decimal(0)) + Decimal(line["电量"])
    return found


def wronged(county: Exported) -> set[str]:
    """Customers whose bills somebody's doing, or a fault, has touched; those put right again too."""
    put_right = county.customers_of("bill_corrected", "bill_cancelled_and_reissued")
    return put_right | {
        row["customer_id"]
        for row in county.key
        if row["blame"] != "innocent" and row["subject_type"] == "metering_point"
    }
