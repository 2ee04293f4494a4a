"""Headers as exports really have them: other names by version, other widths, other places; told what is wrong."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import xlsxwriter

from jicha.kernel.errors import SourceError
from jicha.kernel.text import Text
from jicha.warehouse import mapping
from jicha.warehouse.intake.delivered_header import HeaderMatch, match_header
from jicha.warehouse.manifest import RawFile, SheetRows
from jicha.warehouse.source import RawColumn, RawTable

from .deliveries import OF_A_READING, Bench, left_null
from .test_ingest import reconciled

MAP = "source_header,column,type,required,recode,note\n"


def table(*columns: RawColumn) -> RawTable:
    return RawTable("t", "raw_s.t", Text(en="t", zh="表"), "*", columns, "t.columns.csv", "")


CUSTOMER = table(
    RawColumn(headers=("户号", "用户编号", "客户编号"), column="customer_id", type="text", required=True),
    RawColumn(headers=("合同容量(kVA)",), column="contract_kva", type="decimal(14,2)"),
    RawColumn(headers=("备注",), column="note", type="text", may_be_absent=True),
)


def match(*header: str, ignores_extra: bool = False) -> HeaderMatch:
    return match_header(CUSTOMER, header, ignores_extra=ignores_extra, file="f.csv", row=3)


def refusal(*header: str, ignores_extra: bool = False) -> SourceError:
    with pytest.raises(SourceError) as error:
        match(*header, ignores_extra=ignores_extra)
    assert (error.value.file, error.value.line) == ("f.csv", 3)
    return error.value


@pytest.mark.parametrize(
    "name", ["户号", "用户编号", "客户编号", " 户 号 ", "户\n号", "\ufeff户号", "户　号"]
)
@pytest.mark.parametrize(
    "capacity", ["合同容量(kVA)", "合同容量（kVA）", "合同容量（ｋＶＡ）", "合同容量 (kVA)"]
)
def test_names_by_version_and_by_width(name: str, capacity: str) -> None:
    found = match(capacity, name)
    assert found.answers == {"户号": name, "合同容量(kVA)": capacity}
    assert found.absent == ("备注",)
    assert found.ignored == ()


def test_a_missing_column_names_all_its_names_and_what_is_near() -> None:
    error = refusal("用户号", "合同容量(kVA)")
    assert error.code == "header_differs"
    assert error.column == "户号"
    assert "the column 户号 (or 用户编号, 客户编号) is missing; is it 用户号?" in error.text.en
    assert "缺少列 户号 (或 用户编号、客户编号), 是否为 用户号?" in error.text.zh
    assert "t.columns.csv" in error.text.zh


def test_an_extra_column_is_refused_or_told() -> None:
    header = ("户号", "合同容量(kVA)", "抄表员", "")
    error = refusal(*header)
    assert error.column == "抄表员"
    assert "the column 抄表员 is not in the map" in error.text.en
    assert "column 4 has no name" in error.text.en
    assert "第 4 列没有列名" in error.text.zh
    assert "extra_columns: ignore" in error.text.zh
    assert match(*header, ignores_extra=True).ignored == ("抄表员", "#4")


def test_ignoring_extra_columns_lets_none_be_missing() -> None:
    error = refusal("户号", "容量(kVA)", ignores_extra=True)
    assert "the column 合同容量(kVA) is missing; is it 容量(kVA)?" in error.text.en
    assert "is not in the map" not in error.text.en


@pytest.mark.parametrize("ignores_extra", [True, False])
@pytest.mark.parametrize(
    ("header", "told"),
    [
        (("户号", "客户编号", "合同容量(kVA)"), "户号 and 客户编号 twice (columns 1, 2)"),
        (("户号", "合同容量(kVA)", "户 号"), "户号 and 户 号 twice (columns 1, 3)"),
        (("户号", "备注", "合同容量(kVA)", "备注"), "备注 twice (columns 2, 4)"),
    ],
)
def test_two_columns_for_one_entry(header: tuple[str, ...], told: str, ignores_extra: bool) -> None:
    error = refusal(*header, ignores_extra=ignores_extra)
    assert error.code == "header_twice"
    assert told in error.text.en
    assert "重复" in error.text.zh


def test_a_name_twice_that_nobody_asks_for() -> None:
    header = ("户号", "合同容量(kVA)", "抄表员", "抄表员")
    assert refusal(*header).code == "header_twice"
    assert match(*header, ignores_extra=True).ignored == ("抄表员", "抄表员")


def meters(root: Path, *, settings: str = "", columns: str = "") -> Path:
    """A private source of one table of daily readings, in any format."""
    folder = root / "sources" / "meters"
    (folder / "to_core").mkdir(parents=True)
    (folder / "source.yaml").write_text(
        f"name: {{en: Meters, zh: 表计}}\n{settings}tables:\n"
        "  reading: {files: 日冻结*, title: {en: Readings, zh: 示数}}\n",
        encoding="utf-8",
    )
    (folder / "reading.columns.csv").write_text(
        MAP + "户号|用户编号,customer_id,text,yes,,\n计量点编号,metering_point_id,text,yes,,\n"
        '冻结日期,reading_on,date,yes,,\n正向有功总（kWh）,forward_register_kwh,"decimal(14,4)",,,\n'
        '反向有功总,reverse_register_kwh,"decimal(14,4)",optional,,\n' + columns,
        encoding="utf-8",
    )
    (folder / "to_core" / "daily_reading.sql").write_text(
        "/* ---\ndriver: raw_meters.reading\n--- */\n"
        "select r.customer_id as customer_id, r.metering_point_id as metering_point_id,\n"
        "  r.metering_point_id as meter_id, r.reading_on as reading_on,\n"
        "  r.forward_register_kwh as forward_register_kwh, r.reverse_register_kwh as reverse_register_kwh,\n"
        f"{left_null('core.daily_reading', *OF_A_READING, 'reverse_register_kwh')}\n"
        "from raw_meters.reading as r\n"
    )
    return root


HEADER = ["用户编号", "计量点编号", "冻结日期", "正向有功总(kWh)"]
ROWS = [["C1", "M1", f"2026-01-{day:02}", f"{day}.5"] for day in range(1, 6)]


def bench(tmp_path: Path, settings: str = "", columns: str = "") -> Bench:
    return Bench.new(
        tmp_path / "w", private=[meters(tmp_path / "private", settings=settings, columns=columns)]
    )


def deliver(tmp_path: Path, name: str, rows: list[list[str]]) -> Path:
    data = tmp_path / "d"
    data.mkdir(exist_ok=True)
    if name.endswith(".xlsx"):
        book = xlsxwriter.Workbook(data / name)
        sheet = book.add_worksheet("日冻结")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, column, cell)
        book.close()
    else:
        text = "".join(",".join(row) + "\r\n" for row in rows)
        (data / name).write_bytes(text.encode("gb18030"))
    return data


@pytest.mark.parametrize("name", ["日冻结_202601.csv", "日冻结_202601.TXT", "日冻结_202601.xlsx"])
def test_titles_an_absent_column_and_an_ignored_one(tmp_path: Path, name: str) -> None:
    """From the file to core, whatever the format: rows keep their numbers, the ledger knows what was left."""
    here = bench(tmp_path, "title_rows: auto\nextra_columns: ignore\n")
    titles = [["日冻结明细表", "", "", "", ""], ["制表人: 李", "", "", "", ""]]
    rows = [*titles, [*HEADER, "采集器"], *([*row, "x"] for row in ROWS)]
    rows.append(["C1", "M1", "2026-02-30", "7", "x"])
    report = here.take(deliver(tmp_path, name, rows), "meters")
    (file,) = report.files
    assert (file.rows_above, file.absent_columns, file.ignored_columns) == (2, ("反向有功总",), ("采集器",))
    assert file.sheets == ((SheetRows("日冻结", 0),) if name.endswith("xlsx") else ())
    assert here.rows("core.daily_reading", "origin_row", "reverse_register_kwh") == [
        (number, None) for number in range(4, 9)
    ]
    (fault,) = here.set_aside()
    assert (fault.row, fault.column, fault.value, fault.reason_code) == (
        9,
        "冻结日期",
        "2026-02-30",
        "not_a_date",
    )
    reconciled(here)
    assert here.head.ledger == report.files


def test_a_fault_names_the_column_as_the_file_does(tmp_path: Path) -> None:
    here = bench(tmp_path)
    here.take(deliver(tmp_path, "日冻结.csv", [HEADER, *ROWS, ["", "M1", "2026-01-09", "?"]]), "meters")
    assert [(fault.column, fault.value) for fault in here.set_aside()] == [
        ("用户编号", None),
        ("正向有功总(kWh)", "?"),
    ]


@pytest.mark.parametrize("name", ["日冻结.csv", "日冻结.xlsx"])
def test_titles_nobody_announced(tmp_path: Path, name: str) -> None:
    here = bench(tmp_path)
    with pytest.raises(SourceError, match="header_differs") as error:
        here.take(deliver(tmp_path, name, [["明细表", "", "", ""], HEADER, *ROWS]), "meters")
    assert error.value.line == 1
    assert "row 2 looks like the header" in error.value.text.en
    assert "第 2 行像是表头" in error.value.text.zh


def test_a_large_file_below_titles_is_mapped_to_its_last_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Large files are mapped by ranges of row numbers, which run beyond the count by what stands above."""
    monkeypatch.setattr(mapping, "_MAPPED_ROWS", 2)
    here = bench(tmp_path, "title_rows: auto\n")
    titles = [["明细表", "", "", ""]] * 5
    here.take(deliver(tmp_path, "日冻结.csv", [*titles, HEADER, *ROWS]), "meters")
    numbers = [row for (row,) in here.rows("core.daily_reading", "origin_row")]
    assert sorted(numbers, key=str) == sorted(range(7, 12), key=str)


def test_a_format_the_source_does_not_take(tmp_path: Path) -> None:
    here = bench(tmp_path, "formats: [csv, parquet]\n")
    with pytest.raises(SourceError, match="format_refused") as error:
        here.take(deliver(tmp_path, "日冻结.xlsx", [HEADER, *ROWS]), "meters")
    assert "csv, parquet" in error.value.text.en


def test_names_that_are_no_delivery(tmp_path: Path) -> None:
    """The lock of an open workbook and hidden files bear the names of tables too."""
    here = bench(tmp_path)
    data = deliver(tmp_path, "日冻结.csv", [HEADER, *ROWS])
    for name in ("~$日冻结.xlsx", ".日冻结.csv.swp"):
        (data / name).write_bytes(b"x")
    assert [file.file for file in here.take(data, "meters").files] == ["日冻结.csv"]


def test_a_ledger_of_an_older_version_is_read() -> None:
    entry = RawFile("s", "t", "f.csv", "0", "m", "raw/f", None, 2, 2, 0, 0, 0)
    older = {k: v for k, v in msgspec.to_builtins(entry).items() if "columns" not in k and "sheets" not in k}
    del older["rows_above"]
    assert msgspec.convert(older, RawFile) == entry


def test_what_a_spreadsheet_made_of_customer_numbers(tmp_path: Path) -> None:
    """Twelve digits survive as a number; sixteen do not, nor what was saved as it looked, nor an error."""
    here = bench(tmp_path)
    data = tmp_path / "d"
    data.mkdir()
    book = xlsxwriter.Workbook(data / "日冻结.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    for number, customer in enumerate((360100012345, "0012", 1234567890123456, "1.2E+12"), start=1):
        sheet.write_row(number, 0, [customer, "M1", f"2026-01-{number:02}", 1.5])
    sheet.write_row(5, 0, ["C1", "M1", "2026-01-05"])
    sheet.write_formula(5, 3, "=NA()", None, "#N/A")
    book.close()
    here.take(data, "meters")
    assert here.rows("core.daily_reading", "customer_id", "origin_row") == [
        ("0012", 3),
        ("360100012345", 2),
        ("C1", 6),
    ]
    assert [(f.row, f.column, f.value, f.reason_code, f.effect) for f in here.set_aside()] == [
        (4, "用户编号", "1.234567890123456e+15", "number_form_lost", "row"),
        (5, "用户编号", "1.2E+12", "number_form_lost", "row"),
        (6, "正向有功总(kWh)", "#N/A", "formula_error", "value"),
    ]
    reconciled(here)
