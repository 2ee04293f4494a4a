"""Ingest end to end: what arrives in core, whatever the order, batches, buckets and corrections."""

from __future__ import annotations

import itertools
import random
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from jicha.kernel.errors import SourceError
from jicha.warehouse.manifest import Manifest, RawFile, changes_between
from jicha.warehouse.source import Source

from .deliveries import Bench, Delivery, cis_delivery, write_daily


def reconciled(bench: Bench) -> None:
    """Every row delivered is somewhere, and every row of the lake comes from one."""
    head = bench.head
    for entry in head.ledger:
        assert entry.rows_read == entry.rows_typed + entry.rows_quarantined, entry
        for landing in entry.landings:
            landed = landing.kept + landing.duplicate + landing.superseded + landing.quarantined
            assert landed == entry.rows_typed, entry
    for table in head.tables:
        kept = sum(land.kept for entry in head.ledger for land in entry.landings if land.table == table)
        assert kept == len(bench.rows(table)) == head.rows(table)


def entry_of(manifest: Manifest, file: str) -> RawFile:
    (entry,) = [entry for entry in manifest.ledger if entry.file == file]
    return entry


def test_a_delivery_becomes_core_rows(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    report = bench.take(cis_delivery(customers=6, months=2).write(tmp_path / "d"))
    assert (report.manifest, report.is_new, report.rows_read) == (1, True, 2 + 3 + 1 + 4 * 6 + 2 * 3 * 6)
    assert (report.rows_quarantined, report.skipped) == (0, ())
    taken = {file.raw_table for file in report.files}
    known = Source.load("cis_zh", bench.roots, bench.lexicon).tables
    assert report.missing == tuple(table for table in known if table not in taken)
    assert len(taken) == 10
    assert bench.rows("core.bill")[0] == (
        "B01001",
        "C001",
        "electricity",
        date(2026, 1, 1),
        date(2026, 1, 1),
        date(2026, 1, 29),  # half-open
        None,  # the export has no billed months
        "regular",
        Decimal("50.00"),
        None,  # nor gas
        Decimal("30.00"),
        date(2026, 1, 28),
        None,  # nor reactive energy
        None,
    )
    assert bench.rows("core.price_agreement", "customer_id", "valid_to")[0] == ("C001", date(9999, 12, 31))
    assert bench.rows("core.customer", "customer_id", "supply_voltage_code", "customer_status_code")[0] == (
        "C001",
        "ac_220v",
        "active",
    )
    assert bench.rows("core.organisation", "parent_org_id", "org_level_code") == [
        ("3601", "station"),
        (None, "city"),
    ]
    assert bench.rows("core.bill", "origin_file", "origin_row")[0] == ("电费账单_202601.csv", 2)
    assert {(p.month, p.bucket is None) for p in bench.head.partitions("core.bill")} == {
        ("2026-01", False),
        ("2026-02", False),
    }
    assert [(p.month, p.bucket) for p in bench.head.partitions("core.area")] == [(None, None)]
    assert bench.set_aside() == []
    reconciled(bench)


def test_parquet_source(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    for month in (1, 2):
        write_daily(tmp_path / "d" / "ami_zh", month=month)
    report = bench.take(tmp_path / "d", "ami_zh")
    assert report.rows_read == 2 * 6 * 28
    assert bench.rows("core.daily_reading")[0] == (
        "C001",
        "M001",
        "E001",
        date(2026, 1, 1),
        Decimal("1001.5000"),
        None,  # written, and empty
        *[None] * 5,  # an older export: no rates, no reactive register
    )
    assert bench.rows("core.daily_reading", "origin_file", "origin_row")[0] == ("日冻结_202601.parquet", 1)
    reconciled(bench)


def test_same_delivery_twice_changes_nothing(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    data = cis_delivery().write(tmp_path / "d")
    first = bench.take(data)
    before = bench.head
    second = bench.take(data)
    assert (second.is_new, second.manifest, second.files) == (False, 1, ())
    assert set(second.skipped) == {file.file for file in first.files}
    assert bench.head == before
    assert sorted(p.name for p in bench.workspace.manifests.iterdir()) == ["000001.json"]


def overlapping() -> Delivery:
    """A delivery with every kind of rivalry: rows twice in a file, again in a later file, with other content,
    in another month, and of three files for one key."""
    delivery = cis_delivery(customers=7, months=3)
    first, second, third = (delivery.files[f"电费账单_2026{month:02d}.csv"] for month in (1, 2, 3))
    first.append(dict(first[0]))  # the same row twice in a file
    first.append({**first[1], "应收电费": "31.00"})  # the same key twice in a file, other money
    second.append(dict(first[2]))  # the same row in two files
    second.append({**first[3], "应收电费": "99.00"})  # a later file says otherwise
    second.append({**first[4], "电费年月": "202602"})  # … and even another month
    second.append({**first[5], "应收电费": "1.00"})
    third.append(dict(first[5]))  # three files, the third agrees with the first
    delivery.files["用户档案_2.csv"] = [
        {**delivery.files["用户档案.csv"][0], "联系电话": "13900000000", "台区编号": "T3"},
        dict(delivery.files["用户档案.csv"][1]),
    ]
    readings = delivery.files["抄表示数_202602.csv"]
    readings.append({**delivery.files["抄表示数_202601.csv"][0], "户号": "C002"})  # moves to another customer
    return delivery


def test_order_batches_and_buckets_do_not_matter(tmp_path: Path) -> None:
    delivery = overlapping()
    names = sorted(delivery.files)
    reference = Bench.new(tmp_path / "w0", buckets=3)
    reference.take(delivery.write(tmp_path / "all"))
    reconciled(reference)
    assert ("B01004", Decimal("99.00")) in reference.rows("core.bill", "bill_id", "amount_yuan")
    assert ("B01006", Decimal("30.00")) in reference.rows("core.bill", "bill_id", "amount_yuan")
    assert ("B01005", date(2026, 2, 1)) in reference.rows("core.bill", "bill_id", "month_on")
    assert len(reference.rows("core.bill")) == 21

    shuffled = random.Random(5).sample(names, len(names))  # noqa: S311 - an order, not a secret
    plans = [
        (1, [names]),
        (7, [names[:8], names[8:]]),
        (3, [[name] for name in reversed(names)]),
        (7, [shuffled[:3], shuffled[3:9], shuffled[9:]]),
    ]
    for number, (buckets, batches) in enumerate(plans, start=1):
        bench = Bench.new(tmp_path / f"w{number}", buckets=buckets)
        for step, batch in enumerate(batches):
            bench.take(delivery.write(tmp_path / f"d{number}-{step}", only=batch))
        assert bench.digest == reference.digest, (buckets, batches)
        for table in reference.head.tables:
            assert bench.rows(table) == reference.rows(table)
        reconciled(bench)


@pytest.mark.parametrize("order", list(itertools.permutations("abc")))
def test_three_files_for_one_key_in_any_order(tmp_path: Path, order: tuple[str, ...]) -> None:
    """a and c agree, b does not; c is the greatest, so a's content stands though b came between."""
    delivery = cis_delivery(customers=1, months=1)
    bill = delivery.files["电费账单_202601.csv"][0]
    files = {
        f"电费账单_{name}.csv": [{**bill, "应收电费": "8.00" if name == "b" else "7.00"}] for name in "abc"
    }
    bench = Bench.new(tmp_path / "w")
    for name in order:
        file = f"电费账单_{name}.csv"
        bench.take(Delivery({file: files[file]}).write(tmp_path / name))
    assert bench.rows("core.bill", "amount_yuan", "origin_file") == [(Decimal("7.00"), "电费账单_c.csv")]
    reconciled(bench)
    total = [land for entry in bench.head.ledger for land in entry.landings]
    assert sum(land.kept for land in total) == 1
    assert sum(land.duplicate + land.superseded for land in total) == 2


def test_superseded_rows_are_told(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    delivery = cis_delivery(customers=2, months=2)
    bench.take(delivery.write(tmp_path / "d1"))
    bill = delivery.files["电费账单_202601.csv"][0]
    bench.take(Delivery({"电费账单_202603.csv": [{**bill, "应收电费": "77.00"}]}).write(tmp_path / "d2"))
    (told,) = bench.set_aside()
    assert (told.file, told.row, told.reason_code, told.effect) == (
        "电费账单_202601.csv",
        2,
        "superseded",
        "superseded",
    )
    assert "B01001" in (told.value or "")
    assert "电费账单_202603.csv" in (told.value or "")
    landing = entry_of(bench.head, "电费账单_202601.csv").landings[0]
    assert (landing.kept, landing.superseded) == (1, 1)
    reconciled(bench)


def test_changes_and_dirty_partitions(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w", buckets=1)
    delivery = cis_delivery(customers=3, months=3)
    bench.take(delivery.write(tmp_path / "d1"))
    assert bench.head.changes is None  # nothing existed before
    bill = delivery.files["电费账单_202602.csv"][0]
    late = [{**bill, "应收电费": "77.00"}, {**bill, "账单号": "B02999"}]
    bench.take(Delivery({"电费账单_补.csv": late}).write(tmp_path / "d2"))
    assert [(d.table, d.month, d.added, d.changed, d.removed) for d in bench.head.dirty] == [
        ("core.bill", "2026-02", 1, 1, 0)
    ]
    changes = changes_between(bench.workspace, 0, 2)
    assert changes.manifests == (1, 2)
    (file,) = changes.files
    (change,) = pq.ParquetFile(file).read().to_pylist()
    assert change == {
        "table_name": "core.bill",
        "customer_id": "C001",
        "first_on": date(2026, 2, 1),
        "last_on": date(2026, 2, 28),
        "kind": "changed",
        "origin_file": "电费账单_补.csv",
        "origin_row": 2,
    }
    assert changes_between(bench.workspace, 2, 2).files == ()


def test_a_key_that_moves_is_changed_not_removed(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w", buckets=1)
    delivery = cis_delivery(customers=2, months=2)
    bench.take(delivery.write(tmp_path / "d1"))
    bill = delivery.files["电费账单_202601.csv"][0]
    moved = {**bill, "电费年月": "202602", "截止日期": "2026-02-03"}
    bench.take(Delivery({"电费账单_补.csv": [moved]}).write(tmp_path / "d2"))
    assert {(d.month, d.added, d.changed, d.removed) for d in bench.head.dirty} == {
        ("2026-01", 0, 0, 1),
        ("2026-02", 1, 0, 0),
    }
    (change,) = pq.ParquetFile(changes_between(bench.workspace, 1, 2).files[0]).read().to_pylist()
    assert (change["kind"], change["first_on"], change["last_on"]) == (
        "changed",
        date(2026, 1, 1),
        date(2026, 2, 28),
    )


def test_a_span_that_ends_changes_from_its_end_on(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    delivery = cis_delivery(customers=2, months=1)
    bench.take(delivery.write(tmp_path / "d"))
    delivery.row("电价执行.csv", 户号="C001")["失效日期"] = "2026-03-01"
    report = bench.take(delivery.write(tmp_path / "d"))
    assert [t.table for t in report.tables] == ["core.price_agreement"]
    (change,) = pq.ParquetFile(changes_between(bench.workspace, 1, 2).files[0]).read().to_pylist()
    assert (change["first_on"], change["last_on"]) == (date(2026, 3, 1), date(9999, 12, 30))


def test_corrected_file_replaces_its_earlier_version(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w", buckets=1)
    delivery = cis_delivery(customers=4, months=3)
    bench.take(delivery.write(tmp_path / "d"))
    bills = delivery.files["电费账单_202602.csv"]
    del bills[0]
    bills[0]["应收电费"] = "12.00"
    report = bench.take(delivery.write(tmp_path / "d"))
    assert [file.file for file in report.files] == ["电费账单_202602.csv"]
    (table,) = report.tables
    assert (table.table, table.is_rebuilt) == ("core.bill", True)
    assert (table.rows, table.added, table.changed, table.removed) == (11, 0, 1, 1)
    assert {d.month for d in bench.head.dirty} == {"2026-02"}
    rows = bench.rows("core.bill", "bill_id", "amount_yuan")
    assert ("B02002", Decimal("12.00")) in rows
    assert not [row for row in rows if row[0] == "B02001"]
    (file,) = changes_between(bench.workspace, 1, 2).files
    kinds = {(row["customer_id"], row["kind"]) for row in pq.ParquetFile(file).read().to_pylist()}
    assert kinds == {("C001", "removed"), ("C002", "changed")}
    assert len(bench.head.ledger) == len(delivery.files)
    reconciled(bench)

    fresh = Bench.new(tmp_path / "fresh", buckets=5)
    fresh.take(delivery.write(tmp_path / "d"))
    assert fresh.digest == bench.digest
    assert {(p.month, p.digest) for p in bench.head.partitions("core.bill", months={"2026-01"})} == {
        (p.month, p.digest)
        for p in Manifest.load(bench.workspace, 1).partitions("core.bill", months={"2026-01"})
    }


def test_a_correction_gives_back_what_it_had_superseded(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    delivery = cis_delivery(customers=2, months=2)
    bill = delivery.files["电费账单_202601.csv"][0]
    delivery.files["电费账单_202602.csv"].append({**bill, "应收电费": "66.00"})
    bench.take(delivery.write(tmp_path / "d"))
    assert ("B01001", Decimal("66.00")) in bench.rows("core.bill", "bill_id", "amount_yuan")
    assert len(bench.set_aside()) == 1
    del delivery.files["电费账单_202602.csv"][-1]
    bench.take(delivery.write(tmp_path / "d"))
    assert ("B01001", Decimal("30.00")) in bench.rows("core.bill", "bill_id", "amount_yuan")
    assert bench.set_aside() == []
    reconciled(bench)


def test_an_emptied_file_removes_its_rows(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    delivery = cis_delivery(customers=2, months=1)
    bench.take(delivery.write(tmp_path / "d"))
    for name in ("电费账单_202601.csv",):
        header = (tmp_path / "d" / name).read_bytes().split(b"\n")[0]
        (tmp_path / "d" / name).write_bytes(header)
    report = bench.take(tmp_path / "d")
    assert (report.tables[0].rows, report.tables[0].removed) == (0, 2)
    assert bench.head.partitions("core.bill") == []
    reconciled(bench)


def test_a_customer_keeps_his_bucket(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w", buckets=50)
    delivery = cis_delivery(customers=12, months=1)
    bench.take(delivery.write(tmp_path / "d"))

    def buckets() -> dict[str, int]:
        file = bench.workspace.lake / str(bench.head.customer_bucket)
        return {row["customer_id"]: row["bucket"] for row in pq.ParquetFile(file).read().to_pylist()}

    first = buckets()
    areas = {row["户号"]: row["台区编号"] for row in delivery.files["用户档案.csv"]}
    assert {(areas[c], b) for c, b in first.items()} == {(areas[c], first[c]) for c in first}
    assert len(set(first.values())) == len({(areas[c], first[c]) for c in first}) == 3  # one bucket an area
    for row in delivery.files["用户档案.csv"]:
        row["台区编号"] = "T9"
    delivery.files["用户档案.csv"].append({**delivery.files["用户档案.csv"][0], "户号": "C999"})
    bench.take(delivery.write(tmp_path / "d"))
    assert set(bench.rows("core.customer", "area_id")) == {("T9",)}
    assert {c: b for c, b in buckets().items() if c != "C999"} == first
    write_daily(tmp_path / "ami", customers=1)
    bench.take(tmp_path / "ami", "ami_zh")
    assert {p.bucket for p in bench.head.partitions("core.daily_reading")} == {first["C001"]}


def test_partitions_by_bucket_and_month(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w", buckets=50)
    bench.take(cis_delivery(customers=9, months=3).write(tmp_path / "d"))
    head = bench.head
    buckets = {p.bucket for p in head.partitions("core.bill")}
    assert len(buckets) == 3
    by_bucket = [p for b in sorted(buckets) for p in head.partitions("core.bill", bucket=b)]
    assert sorted(by_bucket, key=str) == sorted(head.partitions("core.bill"), key=str)
    assert {p.month for p in head.partitions("core.bill", months={"2026-02"})} == {"2026-02"}
    assert len(head.partitions("core.area", bucket=1, months={"2026-02"})) == 1  # not cut, so always read
    assert head.partitions("core.daily_reading") == []


def test_several_systems_in_one_folder(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    cis_delivery(months=1).write(tmp_path / "d" / "cis_zh" / "2026")
    write_daily(tmp_path / "d" / "ami_zh")
    (tmp_path / "d" / "answer_key.csv").write_text("not,a,table\n")
    bench.take(tmp_path / "d")
    bench.take(tmp_path / "d", "ami_zh")
    assert bench.head.rows("core.daily_reading") == 168
    assert (bench.head.number, bench.head.parent) == (2, 1)
    reconciled(bench)


def test_files_that_cannot_be_told_apart(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    delivery = cis_delivery(months=1)
    delivery.write(tmp_path / "d" / "a")
    delivery.row("电费账单_202601.csv", 户号="C001")["应收电费"] = "1.00"
    delivery.write(tmp_path / "d" / "b", only=["电费账单_202601.csv"])
    with pytest.raises(SourceError, match="file_twice"):
        bench.take(tmp_path / "d")
    with pytest.raises(SourceError, match="no_files"):
        (tmp_path / "e").mkdir()
        bench.take(tmp_path / "e")
    with pytest.raises(SourceError, match="data_missing"):
        bench.take(tmp_path / "f")
    assert bench.head.number == 0


def test_large_files_are_mapped_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    delivery = overlapping()
    whole = Bench.new(tmp_path / "whole")
    whole.take(delivery.write(tmp_path / "d"))
    monkeypatch.setattr("jicha.warehouse.mapping._MAPPED_ROWS", 4)
    monkeypatch.setattr("jicha.warehouse.landing._MERGED_ROWS", 5)
    pieces = Bench.new(tmp_path / "pieces")
    pieces.take(tmp_path / "d")
    assert pieces.digest == whole.digest
    reconciled(pieces)


def test_progress_and_speed_are_reported(tmp_path: Path) -> None:
    from jicha.warehouse.ingest import ingest

    bench = Bench.new(tmp_path / "w")
    seen: list[tuple[str, int, int]] = []
    report = ingest(
        bench.workspace,
        "cis_zh",
        cis_delivery(months=1).write(tmp_path / "d"),
        roots=bench.roots,
        lexicon=bench.lexicon,
        progress=lambda stage, done, total: seen.append((stage, done, total)),
    )
    stages = [stage for stage, _, _ in seen if stage != "rows"]
    assert list(dict.fromkeys(stages)) == ["find", "take", "map", "commit"]
    assert all(done <= total for stage, done, total in seen if stage != "rows")
    assert ("rows", report.rows_read, 0) in seen[: seen.index(("take", 10, 10))]
    assert ("take", 10, 10) in seen
    assert report.seconds > 0
    assert report.rows_per_second == pytest.approx(report.rows_read / report.seconds)
