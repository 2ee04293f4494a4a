"""A build after an ingest builds exactly the dirty closure, computed here from the manifest's own list."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from jicha.inspection.content import load_catalogue
from jicha.inspection.organisation import organisation_tree
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.build import build
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.manifest import Dirty, Manifest
from jicha.warehouse.slices import Store
from jicha.warehouse.workspace import Workspace

from ..deliveries import Bench, Delivery, cis_delivery, write_daily
from .houses import rows_of

Piece = tuple[str, str, str]


def number(month: str) -> int:
    year, _, rest = month.partition("-")
    return int(year) * 12 + int(rest) - 1


def named(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


@dataclass
class Expectation:
    """What should be built: months are counted numbers, buckets None where a relation has none."""

    catalogue: Catalogue
    before: Manifest
    after: Manifest
    dirty: tuple[Dirty, ...]

    def months(self, manifest: Manifest, name: str) -> range:
        """From the first to the last month of what a mart reads, marts followed down to core tables."""
        reads = [name] if name in self.catalogue.core else list(self.catalogue.marts[name].reads)
        found: set[int] = set()
        for read in reads:
            if read in self.catalogue.marts:
                if self.catalogue.marts[read].partition_on:
                    found |= set(self.months(manifest, read))
            else:
                found |= {number(p.month) for p in manifest.partitions(read) if p.month}
        return range(min(found), max(found) + 1) if found else range(0)

    def buckets(self, manifest: Manifest) -> set[int]:
        return {
            partition.bucket
            for name, table in self.catalogue.core.items()
            if table.reach == "customer"
            for partition in manifest.partitions(name)
            if partition.bucket is not None
        }

    def closure(self) -> set[Piece]:
        changed: dict[str, set[tuple[int | None, int | None]]] = {}
        for dirty in self.dirty:
            month = number(dirty.month) if dirty.month else None
            changed.setdefault(dirty.table, set()).add((month, dirty.bucket))
        built: set[Piece] = set()
        for name, mart in self.catalogue.marts.items():
            changed[name] = {
                (month, bucket)
                for month, bucket in self._places(self.after, name)
                if (month, bucket) not in self._places(self.before, name)
                or any(
                    self._sees(mart.lookback_months, mart.lookahead_months, (month, bucket), there)
                    for read in mart.reads
                    for there in changed.get(read, ())
                )
            }
            # A view has no pieces of its own: what reads it looks at those it is read through.
            built |= (
                set()
                if mart.view
                else {
                    (name, "all" if m is None else named(m), "all" if b is None else str(b))
                    for m, b in changed[name]
                }
            )
        return built

    def _places(self, manifest: Manifest, name: str) -> set[tuple[int | None, int | None]]:
        mart = self.catalogue.marts[name]
        if not any(manifest.partitions(core) for core in self.catalogue.core):
            return set()  # nothing was ever taken, so nothing was built, not even what has one piece only
        months: set[int | None] = {*self.months(manifest, name)} if mart.partition_on else {None}
        buckets: set[int | None] = {*self.buckets(manifest)} if mart.reach == "customer" else {None}
        return {(month, bucket) for month in months for bucket in buckets}

    @staticmethod
    def _sees(
        back: int, ahead: int, here: tuple[int | None, int | None], there: tuple[int | None, int | None]
    ) -> bool:
        month, bucket = here
        other_month, other_bucket = there
        if None not in (bucket, other_bucket) and bucket != other_bucket:
            return False
        return month is None or other_month is None or month - back <= other_month <= month + ahead


def _bench(path: Path) -> Bench:
    if not path.exists():
        return Bench.new(path, buckets=3)
    roots = ContentRoots.find()
    return Bench(Workspace.open(path), roots, Lexicon.load(roots))


class Stand:
    """A workspace that takes deliveries and builds every mart of the house after each."""

    def __init__(self, path: Path) -> None:
        self.bench = _bench(path)
        self.catalogue = load_catalogue(self.bench.roots)
        self.manifest = self.bench.head

    def build(self) -> tuple[set[Piece], Store]:
        store = Store(self.bench.workspace, self.bench.head, self.catalogue)
        engine = DuckDBEngine([self.bench.workspace.lake], threads=1)
        store.catalogue = self.catalogue.resolved(organisation_tree(store, engine).parents)
        report = build(list(self.catalogue.marts.values()), store, engine)
        engine.close()
        assert report.blocked == {}
        assert len(report.rebuilt) == len(set(report.rebuilt))
        return set(report.rebuilt), store

    def step(self, *deliveries: tuple[str, Path]) -> tuple[set[Piece], set[Piece]]:
        """Takes the deliveries; what was built and what should have been."""
        before = self.manifest
        dirty: list[Dirty] = []
        for source, folder in deliveries:
            report = self.bench.take(folder, source)
            if report.is_new:
                dirty += self.bench.head.dirty
        self.manifest = self.bench.head
        return self.build()[0], Expectation(self.catalogue, before, self.manifest, tuple(dirty)).closure()

    def of_customers_alone(self) -> set[str]:
        """Marts by customer that rest on no mart of areas or feeders, where customers of all buckets meet."""
        return {
            name
            for name in self.catalogue.marts
            if all(mart.reach == "customer" for mart in self.catalogue.upstream([name]))
        }

    def rows(self) -> Mapping[str, object]:
        _, store = self.build()
        return {name: rows_of(store, name) for name in self.catalogue.marts}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six months of bills and one of daily readings, taken and built."""
    folder = tmp_path_factory.mktemp("closure")
    stand = Stand(folder / "workspace")
    built, expected = stand.step(
        ("cis_zh", cis_delivery(months=6).write(folder / "first")), ("ami_zh", daily(folder / "daily", 1))
    )
    assert built == expected
    assert {mart for mart, _, _ in built} == {
        name for name, mart in stand.catalogue.marts.items() if mart.view is None
    }
    return folder


@pytest.fixture
def stand(base: Path, tmp_path: Path) -> Stand:
    shutil.copytree(base, tmp_path, dirs_exist_ok=True)
    return Stand(tmp_path / "workspace")


def daily(folder: Path, month: int) -> Path:
    return write_daily(folder, month=month).parent


def without_masters(delivery: Delivery, *names: str) -> Delivery:
    return Delivery({name: delivery.files[name] for name in names})


def test_nothing_new_builds_nothing(stand: Stand, tmp_path: Path) -> None:
    assert stand.step(("cis_zh", tmp_path / "first")) == (set(), set())


def test_a_corrected_bill(stand: Stand, tmp_path: Path) -> None:
    delivery = cis_delivery(months=6)
    delivery.files["电费账单_202603.csv"][2]["计费电量"] = "51.00"
    delivery.files["账单明细_202603.csv"][2]["电量"] = "51.00"
    built, expected = stand.step(("cis_zh", delivery.write(tmp_path / "second")))
    assert built == expected
    assert built
    # One customer in one month: never all buckets, never all months.
    assert len({bucket for _, _, bucket in built if bucket != "all"}) == 1
    assert ("mart.register_interval", "2026-03", "0") not in built


def test_a_corrected_reading_is_seen_months_later(stand: Stand, tmp_path: Path) -> None:
    delivery = cis_delivery(months=6)
    delivery.files["抄表示数_202602.csv"][0]["本次示数"] = "201.0000"
    built, expected = stand.step(("cis_zh", delivery.write(tmp_path / "second")))
    assert built == expected
    months = {month for mart, month, _ in built if mart == "mart.register_interval"}
    assert months == {f"2026-{month:02d}" for month in range(2, 7)}


def test_a_new_month(stand: Stand, tmp_path: Path) -> None:
    names = [f"{name}_202607.csv" for name in ("抄表示数", "电费账单", "账单明细")]
    delivery = without_masters(cis_delivery(months=7), *names)
    built, expected = stand.step(("cis_zh", delivery.write(tmp_path / "second")))
    assert built == expected
    assert {m for _, m, _ in built if m != "all"} >= {"2026-07"}
    assert ("mart.daily_usage", "2026-01", "0") not in built


def test_daily_readings_of_another_month(stand: Stand, tmp_path: Path) -> None:
    built, expected = stand.step(("ami_zh", daily(tmp_path / "more", 4)))
    assert built == expected
    assert {m for mart, m, _ in built if mart == "mart.daily_usage"} == {f"2026-{n:02d}" for n in (2, 3, 4)}


def test_a_corrected_meter_dirties_all_months_of_its_bucket(stand: Stand, tmp_path: Path) -> None:
    delivery = cis_delivery(months=6)
    delivery.row("电能表装拆.csv", 户号="C004")["综合倍率"] = "2.00"
    built, expected = stand.step(("cis_zh", delivery.write(tmp_path / "second")))
    assert built == expected
    months = {m for mart, m, _ in built if mart == "mart.register_interval"}
    assert months == {f"2026-{month:02d}" for month in range(1, 7)}
    alone = stand.of_customers_alone()
    assert len({bucket for mart, _, bucket in built if mart in alone}) == 1
    # A customer held against the loss of the whole area is one whose row may change with a neighbour's meter.
    assert {mart for mart, _, bucket in built if bucket != "all" and mart not in alone} == {
        "mart.loss_along_month"
    }


def test_a_new_customer_and_an_earlier_month(stand: Stand, tmp_path: Path) -> None:
    delivery = cis_delivery(customers=9, months=6)
    for row in delivery.files["抄表示数_202601.csv"]:
        row["抄表日期"] = row["抄表日期"].replace("2026-01", "2025-11")
    built, expected = stand.step(("cis_zh", delivery.write(tmp_path / "second")))
    assert built == expected
    assert any(month == "2025-11" for _, month, _ in built)


def test_deliveries_one_after_another_end_where_one_delivery_does(stand: Stand, tmp_path: Path) -> None:
    whole = cis_delivery(customers=8, months=8)
    whole.files["电费账单_202603.csv"][2]["计费电量"] = "51.00"
    for month in (7, 8):
        names = [f"{name}_2026{month:02d}.csv" for name in ("抄表示数", "电费账单", "账单明细")]
        folder = without_masters(whole, *names).write(tmp_path / f"month{month}")
        built, expected = stand.step(("cis_zh", folder))
        assert built == expected
    built, expected = stand.step(
        ("ami_zh", daily(tmp_path / "more", 2)), ("cis_zh", whole.write(tmp_path / "whole"))
    )
    assert built == expected
    once = Stand(tmp_path / "once")
    once.step(("cis_zh", tmp_path / "whole"), ("ami_zh", tmp_path / "daily"), ("ami_zh", tmp_path / "more"))
    assert stand.manifest.lake_digest == once.manifest.lake_digest
    assert stand.rows() == once.rows()
