"""What the properties share: one county's exports, deliveries cut from them, and a workspace to put them in."""

from __future__ import annotations

import csv
import io
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from jicha.county import build
from jicha.inspection.results import Results, RunRecord
from jicha.inspection.sweep import SweepOptions, sweep
from jicha.kernel.period import Month
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.ingest import ingest
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.slices import Store
from jicha.warehouse.workspace import Workspace

#: CIS first: it says where customers lie, though nothing may depend on it.
SOURCES = ("cis_zh", "ami_zh")

Row = dict[str, str]
#: Content is read once; the tests change none.
ROOTS = ContentRoots.find()
LEXICON = Lexicon.load(ROOTS)


# -- exports ------------------------------------------------------------------------------------------


def exports(out: Path, *, customers: int, months: int, seed: int) -> Path:
    """A county's exports, and in them what the county never does: see `_oddities`."""
    build(out, customers=customers, months=months, seed=seed)
    _oddities(out)
    return out


def _oddities(out: Path) -> None:
    """One customer each: no readings for five months; a meter exchanged on the first day of a month; read
    every four months, once lower than before; bills of the month before; bills of two months later."""
    gap, exchanged, seldom, early, late = _ordinary(out)[:5]
    readings = sorted(path.stem for path in (out / "cis_zh").glob("抄表示数_*.csv"))
    for place, name in enumerate(readings):
        rows = read_csv(out, name)
        absent = {gap} if 1 <= place <= 5 else set()
        if place % 4:
            absent.add(seldom)
        kept = [row for row in rows if row["户号"] not in absent]
        if place == 8:
            (fallen,) = [row for row in kept if row["户号"] == seldom]
            fallen["本次示数"] = "1.00"
        write_csv(out, name, kept)
    for kind in ("电费账单", "账单明细"):
        for path in sorted((out / "cis_zh").glob(f"{kind}_*.csv")):
            rows = read_csv(out, path.stem)
            for row in rows:
                moved = {early: -1, late: 2}.get(row["户号"], 0)
                month = Month.parse(f"{row['电费年月'][:4]}-{row['电费年月'][4:]}").plus(moved)
                row["电费年月"] = str(month).replace("-", "")
            write_csv(out, path.stem, rows)
    _exchange(out, exchanged, readings[len(readings) // 2].removeprefix("抄表示数_"))


def read_csv(out: Path, name: str) -> list[Row]:
    text = (out / "cis_zh" / f"{name}.csv").read_bytes().decode("gb18030")
    return list(csv.DictReader(io.StringIO(text)))


def write_csv(out: Path, name: str, rows: list[Row]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    (out / "cis_zh" / f"{name}.csv").write_bytes(text.getvalue().encode("gb18030"))


def answer_key(out: Path) -> list[Row]:
    return list(csv.DictReader(io.StringIO((out / "answer_key.csv").read_text(encoding="utf-8"))))


def _ordinary(out: Path) -> list[str]:
    """Customers of no story with one meter, read in every month."""
    named = {row["customer_id"] for row in answer_key(out)}
    readings: dict[str, set[str]] = defaultdict(set)
    files = sorted(path.stem for path in (out / "cis_zh").glob("抄表示数_*.csv"))
    for name in files:
        for row in read_csv(out, name):
            readings[row["户号"]].add(name)
    meters = [row["户号"] for row in read_csv(out, "电能表装拆")]
    return [
        customer
        for customer, months in sorted(readings.items())
        if customer not in named and len(months) == len(files) and meters.count(customer) == 1
    ]


def _exchange(out: Path, customer: str, month: str) -> None:
    """From the first day of `month` on another meter counts, from nought, as if nothing else had happened."""
    first = Month.parse(f"{month[:4]}-{month[4:]}")
    rows = read_csv(out, "电能表装拆")
    (old,) = [row for row in rows if row["户号"] == customer]
    meter = old["电能表资产号"][:-1] + "9"
    before = f"{first.plus(-1)}".replace("-", "")
    (last,) = [row for row in read_csv(out, f"抄表示数_{before}") if row["户号"] == customer]
    end = Decimal(last["本次示数"])
    new = {**old, "电能表资产号": meter, "装表日期": f"{first.first}", "装表底度": "0.00"}
    old |= {"拆表日期": f"{first.first}", "拆表底度": str(end)}
    write_csv(out, "电能表装拆", [*rows, new])
    for path in sorted((out / "cis_zh").glob("抄表示数_*.csv")):
        if path.stem < f"抄表示数_{month}":
            continue
        readings = read_csv(out, path.stem)
        for row in readings:
            if row["户号"] == customer:
                row |= {"电能表资产号": meter, "本次示数": str(Decimal(row["本次示数"]) - end)}
        write_csv(out, path.stem, readings)
    for path in sorted((out / "cis_zh").glob("账单明细_*.csv")):
        if path.stem < f"账单明细_{month}":
            continue
        lines = read_csv(out, path.stem)
        for row in lines:
            if row["户号"] == customer:
                row["电能表资产号"] = meter
                row |= {name: str(Decimal(row[name]) - end) for name in ("上次示数", "本次示数")}
        write_csv(out, path.stem, lines)
    for path in sorted((out / "ami_zh").glob("日冻结_*.parquet")):
        if path.stem >= f"日冻结_{month}":
            _exchange_daily(path, customer, meter, end)


def _exchange_daily(path: Path, customer: str, meter: str, end: Decimal) -> None:
    table = pq.read_table(path)
    rows = table.to_pylist()
    for row in rows:
        if row["户号"] == customer:
            row |= {"电能表资产号": meter, "正向有功总": row["正向有功总"] - end}
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)


# -- deliveries ---------------------------------------------------------------------------------------


def files_of(out: Path, wanted: Callable[[str], bool] = lambda _: True) -> dict[str, list[Path]]:
    """Exported files by source whose names are wanted."""
    return {
        source: [path for path in sorted((out / source).iterdir()) if wanted(path.stem)] for source in SOURCES
    }


def month_of_file(stem: str) -> str | None:
    """`202601` of 电费账单_202601; None for a master file."""
    _, _, month = stem.partition("_")
    return month or None


def split_by_days(path: Path, out: Path, days: int) -> list[Path]:
    """A month of daily readings as one file for every few days, under names of their own."""
    table = pq.read_table(path)
    out.mkdir(parents=True, exist_ok=True)
    parts = []
    for first in range(1, 32, days):
        day = pc.day(table["冻结日期"])
        part = table.filter(pc.and_(pc.greater_equal(day, first), pc.less(day, first + days)))
        if part.num_rows:
            parts.append(out / f"{path.stem}{first:02d}.parquet")
            pq.write_table(part, parts[-1])
    return parts


# -- a workspace --------------------------------------------------------------------------------------


@dataclass
class Stand:
    """A workspace and what one does with it."""

    workspace: Workspace
    roots: ContentRoots = ROOTS
    _deliveries: int = 0

    @classmethod
    def new(cls, path: Path, *, buckets: int = 1) -> Stand:
        return cls(Workspace.create(path, buckets=buckets))

    def take(self, files: Mapping[str, Iterable[Path]]) -> None:
        """Takes files by source, each source's as one delivery."""
        for source, paths in files.items():
            self._deliveries += 1
            folder = self.workspace.path.parent / f"{self.workspace.path.name}-delivery{self._deliveries}"
            folder.mkdir()
            for path in paths:
                os.link(path, folder / path.name)
            if any(folder.iterdir()):
                ingest(self.workspace, source, folder, roots=ROOTS, lexicon=LEXICON, threads=1)

    def sweep(self, options: SweepOptions | None = None, *, roots: ContentRoots | None = None) -> RunRecord:
        engine = DuckDBEngine([self.workspace.lake], threads=1)
        try:
            record = sweep(self.workspace, roots or self.roots, engine, options)
        finally:
            engine.close()
        assert record.skipped == {}
        return record

    @property
    def results(self) -> Results:
        return Results(self.workspace)

    @property
    def head(self) -> Manifest:
        return Manifest.head(self.workspace)

    def store(self, catalogue: Catalogue) -> Store:
        return Store(self.workspace, self.head, catalogue)


def seen(rows: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    """What was found, short enough to read in a failed test."""
    return sorted(
        (r["topic"], r["subject_id"], r["period_from"], r["period_to"], r["impact_kwh"], r["impact_yuan"])
        for r in rows
    )
