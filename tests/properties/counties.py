"""What the properties share: one county's exports, deliveries cut from them, and a workspace to put them in."""

from __future__ import annotations

import csv
import io
import os
import re
from collections import Counter
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

#: The month, counted from the first, to whose end a sweep looks back.
MIDDLE = 12
#: CIS first: it says where customers lie, though nothing may depend on it.
SOURCES = ("cis_zh", "ami_zh", "pms_zh", "call_centre_zh", "finance_zh")

Row = dict[str, str]
#: Content is read once; the tests change none.
ROOTS = ContentRoots.find()
LEXICON = Lexicon.load(ROOTS)


# -- exports ------------------------------------------------------------------------------------------


#: A plan by which a small county has something for every topic.
EVERY_TOPIC = Path(__file__).with_name("plans") / "every_topic.yaml"


def exports(out: Path, *, customers: int, months: int, seed: int, faults: Path | None = None) -> Path:
    """A county's exports, and in them what the county never does: see `_oddities`."""
    build(out, customers=customers, months=months, seed=seed, faults=faults)
    _oddities(out)
    return out


def _oddities(out: Path) -> None:
    """One customer each: no readings for five months; a meter exchanged on the first day of a month; read
    every four months, once lower than before; bills of the month before; bills of two months later."""
    gap, exchanged, seldom, early, late = _ordinary(out)[:5]
    months = sorted({month_of_file(path.stem) or "" for path in tables(out, READINGS)})
    for place, month in enumerate(months):
        absent = {gap} if 1 <= place <= 5 else set()
        if place % 4:
            absent.add(seldom)
        for path in tables(out, READINGS, month):
            kept = [row for row in read_csv(path) if row["户号"] not in absent]
            for row in kept:
                if place == 8 and row["户号"] == seldom:
                    row["本次示数"] = "1.00"
            write_csv(path, kept)
    for title in (BILLS, LINES):
        for path in tables(out, title):
            rows = read_csv(path)
            for row in rows:
                moved = {early: -1, late: 2}.get(row["户号"], 0)
                if moved:
                    month = Month.parse(f"{row['电费年月'][:4]}-{row['电费年月'][4:]}").plus(moved)
                    row["电费年月"] = str(month).replace("-", "")
            write_csv(path, rows)
    _exchange(out, exchanged, months[len(months) // 2])


READINGS, BILLS, LINES, INSTALLATIONS, DAILY = "抄表示数", "电费账单", "账单明细", "电能表装拆", "日冻结"


def tables(out: Path, title: str, month: str | None = None) -> list[Path]:
    """Files of a table, one for each county company (and month); `month` as in `month_of_file`."""
    folder = out / ("ami_zh" if title == DAILY else "cis_zh")
    return [
        path
        for path in sorted(folder.iterdir())
        if title_of_file(path.stem) == title and month in (None, month_of_file(path.stem))
    ]


def punctual(out: Path, place: int) -> str:
    """Lets the daily readings of one month, the `place`-th, all come with it; those of all other months that were
    late stay late. Returns the month.

    A look back to a month's end judges by all that is known today. It can only find what was found then where
    nothing of that month came afterwards: a reading between two others that arrives late moves energy between days."""
    months = sorted({month_of_file(path.stem) or "" for path in tables(out, DAILY)})
    month, after = months[place], months[place + 1]
    for own, later in zip(tables(out, DAILY, month), tables(out, DAILY, after), strict=True):
        arrived = pq.read_table(later)
        first = Month.parse(f"{after[:4]}-{after[4:]}").first
        late = pc.less(arrived["冻结日期"], pa.scalar(first))
        pq.write_table(pa.concat_tables([pq.read_table(own), arrived.filter(late)]), own)
        pq.write_table(arrived.filter(pc.invert(late)), later)
    return month


def read_csv(path: Path) -> list[Row]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("gb18030"))))


def write_csv(path: Path, rows: list[Row]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode("gb18030"))


def answer_key(out: Path) -> list[Row]:
    return list(csv.DictReader(io.StringIO((out / "answer_key.csv").read_text(encoding="utf-8"))))


def _ordinary(out: Path) -> list[str]:
    """Customers of no story with one meter of one register, read in every month."""
    named = {row["customer_id"] for row in answer_key(out) if row["subject_type"] == "metering_point"}
    readings: Counter[tuple[str, str]] = Counter()
    months = set()
    for path in tables(out, READINGS):
        month = month_of_file(path.stem) or ""
        months.add(month)
        readings.update((row["户号"], month) for row in read_csv(path))
    meters = Counter(row["户号"] for path in tables(out, INSTALLATIONS) for row in read_csv(path))
    return [
        customer
        for customer in sorted(meters)
        if customer not in named
        and meters[customer] == 1
        and all(readings[customer, month] == 1 for month in months)
    ]


def _exchange(out: Path, customer: str, month: str) -> None:
    """From the first day of `month` on another meter counts, from nought, as if nothing else had happened."""
    first = Month.parse(f"{month[:4]}-{month[4:]}")
    before = f"{first.plus(-1)}".replace("-", "")
    last = _row_of(tables(out, READINGS, before), customer)
    end = Decimal(last["本次示数"])
    meter = last["电能表资产号"][:-1] + "9"
    for path in tables(out, INSTALLATIONS):
        rows = read_csv(path)
        for old in [row for row in rows if row["户号"] == customer]:
            rows.append({**old, "电能表资产号": meter, "装表日期": f"{first.first}", "装表底度": "0.00"})
            old |= {"拆表日期": f"{first.first}", "拆表底度": str(end)}
            write_csv(path, rows)
    for title in (READINGS, LINES):
        for path in tables(out, title):
            if (month_of_file(path.stem) or "") < month:
                continue
            rows = read_csv(path)
            for row in rows:
                if row["户号"] == customer:
                    _on_new_meter(row, meter, end)
            write_csv(path, rows)
    for path in tables(out, DAILY):
        if (month_of_file(path.stem) or "") >= month:
            _exchange_daily(path, customer, meter, end)


def _row_of(paths: Iterable[Path], customer: str) -> Row:
    (row,) = [row for path in paths for row in read_csv(path) if row["户号"] == customer]
    return row


def _on_new_meter(row: Row, meter: str, end: Decimal) -> None:
    row["电能表资产号"] = meter
    for name in ("上次示数", "本次示数"):
        if row.get(name):
            row[name] = str(Decimal(row[name]) - end)


def _exchange_daily(path: Path, customer: str, meter: str, end: Decimal) -> None:
    table = pq.read_table(path)
    rows = table.to_pylist()
    for row in rows:
        if row["户号"] == customer:
            row["电能表资产号"] = meter
            if row["正向有功总"] is not None:
                row["正向有功总"] -= end
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)


# -- deliveries ---------------------------------------------------------------------------------------


def files_of(out: Path, wanted: Callable[[str], bool] = lambda _: True) -> dict[str, list[Path]]:
    """Exported files by source whose names are wanted."""
    return {
        source: [path for path in sorted((out / source).iterdir()) if wanted(path.stem)]
        for source in SOURCES
        if (out / source).is_dir()
    }


def title_of_file(stem: str) -> str:
    """`电费账单` of 电费账单_青禾县_202601."""
    return stem.partition("_")[0]


def month_of_file(stem: str) -> str | None:
    """`202601` of 电费账单_青禾县_202601; None for a master file."""
    last = stem.rpartition("_")[2]
    return last if re.fullmatch("[0-9]{6}", last) else None


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
