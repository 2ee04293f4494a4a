"""Whatever is wrong with a row or a value: it is not taken, it is told, and the counts add up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jicha.kernel.errors import SourceError
from jicha.warehouse.quarantine import REASONS, quarantined

from .deliveries import Bench, Delivery, as_csv, cis_delivery, write_daily
from .test_ingest import entry_of, reconciled

BILLS = "电费账单_202601.csv"
METERS = "电能表装拆.csv"


def taken(bench: Bench, folder: Path, file: str, changes: list[tuple[str, str]]) -> None:
    """Delivers a file in which row 2, 3, … has one value changed, and one good row at the end."""
    delivery = cis_delivery(customers=len(changes) + 1, months=1)
    for row, (header, value) in zip(delivery.files[file], changes, strict=False):
        row[header] = value
    bench.take(delivery.write(folder))
    reconciled(bench)


def test_bad_values_in_required_columns_leave_the_row_out(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    changes = [
        ("账单号", ""),
        ("账单号", " \u3000\t"),
        ("账单号", "1.2E+12"),
        ("户号", "#N/A"),
        ("户号", "0100\ufffd1"),
        ("电费年月", "202613"),
        ("电费年月", "2026.1"),
        ("起始日期", "2026-02-30"),
        ("起始日期", "01/JAN/26"),
        ("截止日期", "46050"),
        ("账单类型", "预收"),
        ("计费电量", "12,50.00"),
        ("计费电量", "五十"),
        ("应收电费", "30.005"),
        ("应收电费", "1234567890123.00"),
        ("应收电费", "￥30"),
    ]
    taken(bench, tmp_path / "d", BILLS, changes)
    told = bench.set_aside()
    assert [(q.row, q.column, q.value, q.reason_code) for q in told] == [
        (2, "账单号", None, "missing_value"),
        (3, "账单号", None, "missing_value"),
        (4, "账单号", "1.2E+12", "number_form_lost"),
        (5, "户号", "#N/A", "formula_error"),
        (6, "户号", "0100\ufffd1", "undecodable"),
        (7, "电费年月", "202613", "not_a_month"),
        (8, "电费年月", "2026.1", "not_a_month"),
        (9, "起始日期", "2026-02-30", "not_a_date"),
        (10, "起始日期", "01/JAN/26", "not_a_date"),
        (11, "截止日期", "46050", "not_a_date"),
        (12, "账单类型", "预收", "unknown_code"),
        (13, "计费电量", "12,50.00", "not_a_number"),
        (14, "计费电量", "五十", "not_a_number"),
        (15, "应收电费", "30.005", "too_many_digits"),
        (16, "应收电费", "1234567890123.00", "too_many_digits"),
        (17, "应收电费", "￥30", "not_a_number"),
    ]
    assert {(q.source, q.raw_table, q.file, q.effect) for q in told} == {("cis_zh", "bill", BILLS, "row")}
    assert bench.rows("core.bill", "bill_id") == [("B01017",)]
    entry = entry_of(bench.head, BILLS)
    assert (entry.rows_read, entry.rows_typed, entry.rows_quarantined) == (17, 1, 16)


def test_bad_values_in_optional_columns_become_null(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    changes = [("拆表日期", "无"), ("装表底度", "1.23456"), ("拆表底度", "12 kWh"), ("综合倍率", "x")]
    taken(bench, tmp_path / "d", METERS, changes)
    assert [(q.row, q.column, q.value, q.effect) for q in bench.set_aside()] == [
        (2, "拆表日期", "无", "value"),
        (3, "装表底度", "1.23456", "value"),
        (4, "拆表底度", "12 kWh", "value"),
        (5, "综合倍率", "x", "row"),
    ]
    assert bench.rows("core.meter_installation", "meter_id", "start_register_kwh", "end_register_kwh") == [
        ("E001", Decimal("0.0000"), None),
        ("E002", None, None),
        ("E003", Decimal("0.0000"), None),
        ("E005", Decimal("0.0000"), None),
    ]
    entry = entry_of(bench.head, METERS)
    assert (entry.rows_quarantined, entry.values_quarantined) == (1, 3)


def test_a_row_left_out_tells_all_its_faults(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    delivery = cis_delivery(customers=2, months=1)
    delivery.files[BILLS][0] |= {"账单号": "", "发行日期": "x", "计费电量": ""}
    bench.take(delivery.write(tmp_path / "d"))
    assert {(q.column, q.effect) for q in bench.set_aside()} == {
        ("账单号", "row"),
        ("发行日期", "row"),
        ("计费电量", "row"),
    }
    entry = entry_of(bench.head, BILLS)
    assert (entry.rows_quarantined, entry.values_quarantined) == (1, 0)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("30", "30.00"),
        ("+30.5", "30.50"),
        ("-0.01", "-0.01"),
        ("000030.100000", "30.10"),
        (".5", "0.50"),
        ("7.", "7.00"),
        ("999999999999.99", "999999999999.99"),
        ("\u3000 12.00 \t", "12.00"),
        ("1,234,567.80", "1234567.80"),
        ("１２３４．５", "1234.50"),
        ("1,234.50-", "-1234.50"),
        ("3e1", "30.00"),
    ],
)
def test_numbers_as_they_may_be_written(tmp_path: Path, written: str, number: str) -> None:
    bench = Bench.new(tmp_path / "w")
    taken(bench, tmp_path / "d", BILLS, [("应收电费", written)])
    assert bench.rows("core.bill", "bill_id", "amount_yuan")[0] == ("B01001", Decimal(number))
    assert bench.set_aside() == []


@pytest.mark.parametrize(
    "written",
    ["2026/1/1", "2026.1.1", "20260101", "2026年1月1日", "2026/1/1 0:00:00", "２０２６－０１－０１"],
)
def test_days_as_they_may_be_written(tmp_path: Path, written: str) -> None:
    bench = Bench.new(tmp_path / "w")
    taken(bench, tmp_path / "d", BILLS, [("起始日期", written)])
    assert bench.set_aside() == []
    assert bench.rows("core.bill", "bill_id", "from_on")[0] == ("B01001", date(2026, 1, 1))


def test_identifiers_stay_text(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    written = ["0012", "'0013", '="0014"', "００１５\u3000"]
    taken(bench, tmp_path / "d", BILLS, [("账单号", text) for text in written])
    assert bench.set_aside() == []
    found = [bill for (bill,) in bench.rows("core.bill", "bill_id")]
    assert sorted(found) == ["0012", "0013", "0014", "0015", "B01005"]


def test_whole_numbers_are_whole(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    written = ["6.5", "9" * 30, "08", "6.0"]
    taken(bench, tmp_path / "d", METERS, [("示数位数", text) for text in written])
    assert [(q.row, q.reason_code) for q in bench.set_aside()] == [
        (2, "not_an_integer"),
        (3, "too_many_digits"),
    ]
    rows = bench.rows("core.meter_installation", "meter_id", "register_digits")
    assert rows == [("E003", 8), ("E004", 6), ("E005", 6)]


def test_rows_of_a_wrong_shape(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    text = as_csv(cis_delivery(customers=4, months=1).files[BILLS])
    header, first, *others = text.split("\r\n")[:-1]
    lines = [
        header,
        "B1,too,few",
        first,
        "",
        first.replace("B01001", "B9") + ",one,two,more",
        *others,
        ",,,,,,,,",
    ]
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / BILLS).write_bytes("\r\n".join(lines).encode("gb18030"))
    bench.take(tmp_path / "d")
    assert [(q.row, q.reason_code, q.column) for q in bench.set_aside()] == [
        (2, "field_count", None),
        (5, "field_count", None),
    ]
    assert (bench.set_aside()[0].value or "").startswith("B1,too,few")
    rows = bench.rows("core.bill", "bill_id", "origin_row")
    assert rows == [("B01001", 3), ("B01002", 6), ("B01003", 7), ("B01004", 8)]
    entry = entry_of(bench.head, BILLS)
    assert (entry.rows_read, entry.rows_quarantined, entry.rows_blank) == (6, 2, 2)
    reconciled(bench)


def test_an_open_quotation_mark_loses_no_row_silently(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    text = as_csv(cis_delivery(customers=5, months=1).files[BILLS])
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / BILLS).write_bytes(text.replace("B01003,", 'B01003,"').encode("gb18030"))
    bench.take(tmp_path / "d")
    (told,) = bench.set_aside()
    assert (told.row, told.reason_code) == (4, "field_count")
    assert "B01004" in (told.value or "")  # what the mark swallowed can be read there
    assert bench.rows("core.bill", "bill_id") == [("B01001",), ("B01002",)]


def test_quoted_values(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    delivery = cis_delivery(customers=3, months=1)
    first, second, _ = delivery.files["用户档案.csv"]
    first["用电地址"] = 'a "b", c\nd'
    second["用电地址"] = "=1+1|~"
    bench.take(delivery.write(tmp_path / "d"))
    assert bench.rows("core.person", "supply_address", "origin_row")[:2] == [
        ("=1+1|~", 3),
        ('a "b", c\nd', 2),
    ]


def test_wrong_values_of_a_parquet_file(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    table = pa.table(
        {
            "反向有功总": pa.array([0.5, 1.23456, None, 2.0]),
            "正向有功总": pa.array(
                [Decimal("1.5"), Decimal("2"), Decimal("3"), Decimal("4")], pa.decimal128(20, 6)
            ),
            "冻结日期": pa.array(["2026-01-01", "2026-01-02", "2026-13-01", "2026-01-04"]),
            "户号": pa.array(["C1", "C1", "C1", None]),
            "计量点编号": pa.array(["M1"] * 4),
            "电能表资产号": pa.array([7, 7, 7, 7]),
        }
    )
    (tmp_path / "d").mkdir()
    pq.write_table(table, tmp_path / "d" / "日冻结_202601.parquet")
    bench.take(tmp_path / "d", "ami_zh")
    assert [(q.row, q.column, q.value, q.reason_code, q.effect) for q in bench.set_aside()] == [
        (2, "反向有功总", "1.23456", "too_many_digits", "value"),
        (3, "冻结日期", "2026-13-01", "not_a_date", "row"),
        (4, "户号", None, "missing_value", "row"),
    ]
    assert bench.rows("core.daily_reading", "meter_id", "forward_register_kwh", "reverse_register_kwh") == [
        ("7", Decimal("1.5000"), Decimal("0.5000")),
        ("7", Decimal("2.0000"), None),
    ]
    reconciled(bench)


def test_no_parquet(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    write_daily(tmp_path / "d").write_bytes(b"PAR1 no")
    with pytest.raises(SourceError, match="not_parquet"):
        bench.take(tmp_path / "d", "ami_zh")


def test_a_correction_takes_its_file_out_of_quarantine(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    delivery = cis_delivery(customers=2, months=1)
    delivery.files[BILLS][0]["应收电费"] = "?"
    bench.take(delivery.write(tmp_path / "d"))
    assert len(bench.set_aside()) == 1
    delivery.files[BILLS][0]["应收电费"] = "3.00"
    bench.take(delivery.write(tmp_path / "d"))
    assert bench.set_aside() == []
    assert len(bench.rows("core.bill")) == 2


def test_listed_by_source_and_in_both_languages(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    delivery = cis_delivery(customers=2, months=2)
    delivery.files[BILLS][0]["应收电费"] = "?"
    again = {**delivery.files[BILLS][1], "应收电费": "1.00"}
    delivery.files["电费账单_202602.csv"].append(again)
    bench.take(delivery.write(tmp_path / "d"))
    told = list(quarantined(bench.workspace, source="cis_zh"))
    assert {q.reason_code for q in told} == {"not_a_number", "superseded"}
    for each in told:
        reason = REASONS[each.reason_code]
        assert (each.reason, each.advice) == (reason.text, reason.advice)
    assert list(quarantined(bench.workspace, source="ami_zh")) == []


def test_a_row_without_a_place_in_core(tmp_path: Path) -> None:
    """A private source whose lookup misses: the row has no customer, so it cannot be kept, and is told."""
    from .test_source import lookup_source

    bench = Bench.new(tmp_path / "w", private=[lookup_source(tmp_path / "private")])
    Delivery(
        {
            "readings_1.csv": [
                {"point": "M1", "day": "2026-01-01", "value": "1"},
                {"point": "M2", "day": "2026-01-01", "value": "2"},
            ],
            "points.csv": [{"point": "M1", "customer": "C1"}],
        }
    ).write(tmp_path / "d")
    bench.take(tmp_path / "d", "meters")
    (told,) = bench.set_aside()
    assert (told.file, told.row, told.column, told.reason_code) == (
        "readings_1.csv",
        3,
        "customer_id",
        "key_missing",
    )
    reconciled(bench)

    # The missing point is delivered: the lookup has changed, so the table is made anew and nothing is lost.
    more = Delivery({"points.csv": [{"point": f"M{i}", "customer": f"C{i}"} for i in (1, 2)]})
    report = bench.take(more.write(tmp_path / "d2"), "meters")
    assert [(t.table, t.rows, t.is_rebuilt) for t in report.tables] == [("core.daily_reading", 2, True)]
    assert bench.set_aside() == []
    reconciled(bench)
