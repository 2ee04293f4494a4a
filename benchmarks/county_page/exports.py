"""A county's exports and its answer key, read from the files as anybody would read them."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from python_calamine import CalamineWorkbook

Row = dict[str, str]
Floats = NDArray[np.float64]

_MONTH = re.compile(r"(.+?)_[^_]+?(?:_\d{6})?")
_SUM_ROW = "合计"

#: Share of an area's day that may be the mean of a gap.
_MOST_SPREAD = 0.03
#: A day is there once so many of the meters of a week before have come in.
_WHOLE, _WEEK = 0.95, 7
#: Quarter-hours of a day.
QUARTERS = 96
#: What curves tell of a phase, with units.
PHASE_COLUMNS = {"电压": "V", "电流": "A", "相角": "degrees"}


def title(path: Path) -> str:
    """What a file is an export of: 电费账单_青禾县_202601.csv is 电费账单."""
    found = _MONTH.fullmatch(path.stem)
    return found[1] if found else path.stem


def rows_of(path: Path) -> Iterator[Row]:
    """The rows of a csv (gb18030) or of a workbook's one sheet, as texts; dirty ones too."""
    if path.suffix == ".csv":
        yield from csv.DictReader(path.read_bytes().decode("gb18030").splitlines())
        return
    header, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    for row in rows:
        yield dict(zip(map(str, header), map(str, row), strict=True))


def count(path: Path) -> int:
    """Data rows of a file, dirty ones too."""
    return pq.read_metadata(path).num_rows if path.suffix == ".parquet" else sum(1 for _ in rows_of(path))


@dataclass(frozen=True, slots=True)
class Daily:
    """Energies of one account, kWh: [day], NaN where the freezes tell nothing; and on which days they are the mean of
    a gap."""

    forward: Floats
    reverse: Floats
    spread: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Balance:
    """An area's or feeder's days, kWh: what came in (master and panels), what went out by meters, what panels fed in,
    and what went back through the transformer. `told`: days on which all but little of it was read, not spread."""

    supplied: Floats
    sold: Floats
    fed: Floats
    back: Floats
    told: NDArray[np.bool_]

    def loss(self, window: int) -> Floats:
        """Loss ratio over the last `window` days, per cent; days that nobody read left out."""
        known = np.isfinite(self.supplied) & self.told
        ones = np.ones(window)
        into, out = (
            np.convolve(np.where(known, each, 0), ones)[: len(known)] for each in (self.supplied, self.sold)
        )
        days = np.convolve(known.astype(float), ones)[: len(known)]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = (into - out) / into * 100
        return np.where(days > window / 2, ratio, np.nan)

    def loss_on(self, chosen: NDArray[np.bool_]) -> float:
        """Loss ratio of the chosen days, per cent; days without the master left out."""
        known = chosen & np.isfinite(self.supplied)
        into, out = self.supplied[known].sum(), self.sold[known].sum()
        return float((into - out) / into * 100) if into > 0 else float("nan")

    def loss_between(self, start: int, end: int) -> float:
        """Loss ratio of the days start … end - 1, per cent."""
        chosen = np.zeros(len(self.supplied), dtype=bool)
        chosen[max(start, 0) : end] = True
        return self.loss_on(chosen)


@dataclass
class Exports:
    """One county's folder. Days count from the period's first day (index 0)."""

    path: Path

    def files(self, system: str, name: str) -> list[Path]:
        return [each for each in sorted((self.path / system).iterdir()) if title(each) == name]

    def rows(self, name: str, system: str = "cis_zh") -> list[Row]:
        """All rows of a table that can be read: no sums at the end, no copies under a number with an X."""
        found = []
        for path in self.files(system, name):
            for row in rows_of(path):
                first = next(iter(row.values()))
                if first != _SUM_ROW and not first.endswith("X"):
                    found.append(row)
        return found

    @cached_property
    def systems(self) -> list[str]:
        return sorted(each.name for each in self.path.iterdir() if each.is_dir())

    @cached_property
    def key(self) -> list[Row]:
        text = (self.path / "answer_key.csv").read_text(encoding="utf-8")
        return list(csv.DictReader(text.splitlines()))

    @cached_property
    def months(self) -> list[str]:
        """YYYYMM of the bills' files, in order."""
        return sorted({each.stem[-6:] for each in self.files("cis_zh", "电费账单")})

    @cached_property
    def first_day(self) -> np.datetime64:
        return np.datetime64(f"{self.months[0][:4]}-{self.months[0][4:]}-01")

    @cached_property
    def days(self) -> NDArray[np.datetime64]:
        """Every day of the period."""
        end = np.datetime64(f"{self.months[-1][:4]}-{self.months[-1][4:]}", "M") + 1
        return np.arange(self.first_day, end.astype("datetime64[D]"))

    @cached_property
    def customers(self) -> dict[str, Row]:
        """用户档案 by 户号, masters (考核) too."""
        return {row["户号"]: row for row in self.rows("用户档案")}

    @cached_property
    def points(self) -> dict[str, Row]:
        return {row["户号"]: row for row in self.rows("计量点")}

    @cached_property
    def meters(self) -> dict[str, list[Row]]:
        """电能表装拆 by 户号, in the order of hanging."""
        found = defaultdict(list)
        for row in sorted(self.rows("电能表装拆"), key=lambda each: each["装表日期"]):
            found[row["户号"]].append(row)
        return dict(found)

    @cached_property
    def freezes(self) -> dict[str, tuple[NDArray[np.datetime64], list[str], Floats, Floats]]:
        """日冻结 by 户号: days, meters, forward and reverse registers, in the order of days and each day once."""
        names = ["户号", "电能表资产号", "冻结日期", "正向有功总", "反向有功总"]
        table = pa.concat_tables(
            [pq.read_table(each, columns=names) for each in self.files("ami_zh", "日冻结")]
        )
        columns = [table[name].cast(pa.string()).to_pylist() for name in names]
        by_account: dict[str, dict[tuple[str, str], tuple[float, float]]] = defaultdict(dict)
        for account, meter, day, forward, reverse in zip(*columns, strict=True):
            by_account[account][day, meter] = (float(forward), float(reverse or 0))
        found = {}
        for account, registers in by_account.items():
            order = sorted(registers)
            found[account] = (
                np.array([day for day, _ in order], dtype="datetime64[D]"),
                [meter for _, meter in order],
                np.array([registers[each][0] for each in order]),
                np.array([registers[each][1] for each in order]),
            )
        return found

    def daily(self, account: str) -> Daily:
        """Energy between neighbouring freezes, times the multiplier on file for the meter; over a gap of some days
        spread evenly, over an exchange by the registers of removal and hanging. NaN outside what was frozen."""
        forward, reverse = (np.full(len(self.days), np.nan) for _ in range(2))
        spread = np.zeros(len(self.days), dtype=bool)
        if account not in self.freezes:
            return Daily(forward, reverse, spread)
        days, meters, ahead, back = self.freezes[account]
        hung = [self._hanging(account, meter, str(day)) for day, meter in zip(days, meters, strict=True)]
        for place in range(1, len(days)):
            start, end = (int((days[each] - self.first_day).astype(int)) + 1 for each in (place - 1, place))
            old, new = hung[place - 1], hung[place]
            steps: tuple[tuple[Any, Row], ...]
            if old is new:
                steps = ((ahead[place] - ahead[place - 1], old),)
            elif old["拆表底度"]:
                steps = (
                    (float(old["拆表底度"]) - ahead[place - 1], old),
                    (ahead[place] - float(new["装表底度"]), new),
                )
            else:
                continue
            # A step below zero is a register that turned over; no day of any meter here is half a turn.
            kwh = sum(
                (step + (step < 0) * 10 ** int(row["示数位数"])) * float(row["综合倍率"])
                for step, row in steps
            )
            length = end - start
            span = slice(max(start, 0), max(end, 0))
            forward[span] = kwh / length
            reverse[span] = (
                (back[place] - back[place - 1]) * float(old["综合倍率"]) / length if old is new else 0
            )
            spread[span] = length > 1 or old is not new
        return Daily(forward, reverse, spread)

    def _hanging(self, account: str, meter: str, day: str) -> Row:
        """The row of 电能表装拆 that held in the evening of the day; CTs exchanged under a meter are a new row."""
        rows = [row for row in self.meters[account] if row["电能表资产号"] == meter]
        return next((row for row in reversed(rows) if row["装表日期"] <= day), rows[0])

    @cached_property
    def areas(self) -> dict[str, Row]:
        return {row["台区编号"]: row for row in self.rows("台区")}

    def areas_of(self, feeder: str) -> list[str]:
        """Areas that marketing has on file on a feeder: public ones first."""
        own = [area for area, row in self.areas.items() if row["线路编号"] == feeder]
        return sorted(own, key=lambda area: (self.areas[area]["台区类型"] != "公变", area))

    def accounts_of(self, area: str) -> list[str]:
        """Billed accounts that marketing has on file under an area."""
        return [
            account
            for account, row in self.customers.items()
            if row["台区编号"] == area and row["用电类别"] != "考核"
        ]

    def master_of(self, area: str) -> str | None:
        """The account of an area's master meter."""
        found = [
            account
            for account, row in self.customers.items()
            if row["台区编号"] == area
            and row["用电类别"] == "考核"
            and self.points[account]["计量点用途"] == "考核"
        ]
        return found[0] if found else None

    def balance(self, area: str) -> Balance:
        """An area's day: its master meter both ways against its customers' meters both ways."""
        accounts = [self.daily(each) for each in self.accounts_of(area)]
        master = self.master_of(area)
        if master is None:
            raise ValueError(f"{area} has no master meter")
        head = self.daily(master)
        fed = np.sum([np.nan_to_num(each.reverse) for each in accounts], axis=0)
        guessed = np.sum([np.nan_to_num(each.forward) * each.spread for each in accounts], axis=0)
        count = np.sum([np.isfinite(each.forward) for each in accounts], axis=0)
        week_before = np.concatenate((count[:_WEEK], count[:-_WEEK]))
        is_whole = count >= _WHOLE * week_before
        return Balance(
            told=~head.spread & (guessed < _MOST_SPREAD * np.nan_to_num(head.forward)),
            supplied=np.where(is_whole, head.forward + fed, np.nan),
            sold=np.sum([np.nan_to_num(each.forward) for each in accounts], axis=0)
            + np.nan_to_num(head.reverse),
            fed=fed,
            back=np.nan_to_num(head.reverse),
        )

    @cached_property
    def curves(self) -> dict[str, dict[str, Floats]]:
        """负荷曲线 by 户号: by column, `at` counts quarter-hours from the first midnight of the curves."""
        table = pa.concat_tables([pq.read_table(each) for each in self.files("ami_zh", "负荷曲线")])
        accounts = np.array(table["户号"].to_pylist())
        at = table["数据时间"].to_numpy()
        first = at.min().astype("datetime64[D]")
        quarters = ((at - first) / np.timedelta64(15, "m")).astype(int)
        columns = {
            name: table[name].to_numpy(zero_copy_only=False).astype(float)
            for name in ("总有功功率", *(f"{phase}相{what}" for phase in "ABC" for what in PHASE_COLUMNS))
        }
        self.curve_start = first
        self.curve_days = int(quarters.max()) // QUARTERS + 1
        found: dict[str, dict[str, Floats]] = {}
        for account in sorted(set(accounts)):
            own = accounts == account
            found[account] = {}
            for name, values in columns.items():
                line = np.full(self.curve_days * QUARTERS, np.nan)
                line[quarters[own]] = values[own]
                found[account][name] = line
        return found

    def weather(self, county: str) -> Floats:
        """Mean temperature of each day, °C, of a county company (its 管理单位): [day]."""
        found = {
            row["日期"]: float(row["平均气温"])
            for row in self.rows("逐日气象", "ami_zh")
            if row["管理单位"] == county
        }
        return np.array([found.get(str(day), np.nan) for day in self.days])

    def county_of(self, organisation: str) -> str:
        """The county company above a station."""
        above = {row["单位编码"]: row for row in self.rows("组织机构")}
        while above[organisation]["单位层级"] != "县":
            organisation = above[organisation]["上级单位编码"]
        return organisation

    def registers_and_bills(self, account: str) -> tuple[list[str], Floats, Floats, Floats]:
        """By month of bills: kWh by the registers on the bill's lines with the multiplier of the meter file; kWh
        billed; yuan at the line's price that lie between the two."""
        registered, billed, owed = (np.zeros(len(self.months)) for _ in range(3))
        for row in self.rows("账单明细"):
            if row["户号"] != account or row["费用项目"] != "电度电费" or not row["本次示数"]:
                continue
            at = self.months.index(row["电费年月"])
            meter = next(each for each in self.meters[account] if each["电能表资产号"] == row["电能表资产号"])
            step = float(row["本次示数"]) - float(row["上次示数"])
            kwh = (step + (step < 0) * 10 ** int(meter["示数位数"])) * float(meter["综合倍率"])
            registered[at] += kwh
            billed[at] += float(row["电量"])
            owed[at] += (kwh - float(row["电量"])) * float(row["单价"])
        return self.months, registered, billed, owed
