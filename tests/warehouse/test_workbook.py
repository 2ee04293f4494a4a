"""Workbooks: every cell as the text that says what is stored, every row under the number one sees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from jicha.kernel.errors import SourceError
from jicha.warehouse.engines.store import Store
from jicha.warehouse.intake import sheet_survey

from .workbooks import ERROR_CODES, HEADER, ROW, WRITERS, Formula, cells, read, rows_of, table, xls, xlsx


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(threads=1, memory_limit="500MB", temp=tmp_path_factory.mktemp("store")) as store:
        yield store


CELLS: list[tuple[Any, str]] = [
    ("0012", "0012"),
    (" 两端有空格 ", " 两端有空格 "),
    ("第一行\n第二行", "第一行\n第二行"),
    ("𠮷", "𠮷"),
    ("1.2E+12", "1.2E+12"),
    (7, "7"),
    (-7, "-7"),
    (0, "0"),
    (0.1, "0.1"),
    (-1234.5678, "-1234.5678"),
    (0.0000001, "0.0000001"),
    (123456789012345, "123456789012345"),  # fifteen digits: all that a spreadsheet holds
    (1234567890123456.0, "1.234567890123456e+15"),  # sixteen: the last may be lost
    (6.02e23, "6.02e+23"),
    (True, "TRUE"),
    (False, "FALSE"),
    (date(2024, 2, 29), "2024-02-29"),
    (date(9999, 12, 31), "9999-12-31"),
    (datetime.fromisoformat("2024-01-05 23:59:59"), "2024-01-05 23:59:59"),
    (time(12, 30, 15), "12:30:15"),
    (timedelta(hours=36, minutes=5), "36:05:00"),
    (None, ""),
]


@pytest.mark.parametrize("write", WRITERS)
def test_a_cell_becomes_its_text(store: Store, tmp_path: Path, write: Any) -> None:
    headers = [f"c{i}" for i in range(len(CELLS))]
    path = write(tmp_path / "f.xls", {"一": [headers, [value for value, _ in CELLS]]})
    assert cells(store, path, len(CELLS)) == tuple(text for _, text in CELLS)


def test_dates_counted_from_1904(store: Store, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "f.xlsx", {"一": [["c0"], [date(2024, 2, 29)]]}, date_1904=True)
    assert cells(store, path, 1) == ("2024-02-29",)


@pytest.mark.parametrize("write", WRITERS)
def test_an_error_value_is_kept_as_excel_writes_it(store: Store, tmp_path: Path, write: Any) -> None:
    """The reader alone would give an empty cell, in a sheet that begins anywhere."""
    rows = [[], [None, *(f"c{i}" for i in range(len(ERROR_CODES)))], [None, *map(Formula, ERROR_CODES)]]
    path = write(tmp_path / "f.xls", {"空": [], "一": rows})
    book = read(store, path, table(*(f"c{i}" for i in range(len(ERROR_CODES)))), titles=True)
    assert rows_of(store, book) == [(3, *ERROR_CODES)]


def test_an_error_that_a_formula_of_an_old_workbook_gave(store: Store, tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("一")
    sheet.write(0, 0, "c0")
    sheet.write(1, 0, xlwt.Formula("1/0"))
    book.save(str(tmp_path / "f.xls"))
    content = bytearray((tmp_path / "f.xls").read_bytes())
    # The record FORMULA of cell A2: kind, length, row, column, format, then eight bytes of its last value.
    record = re.search(rb"\x06\x00..\x01\x00\x00\x00", content, re.DOTALL)
    assert record is not None
    value = record.start() + 10
    content[value : value + 8] = b"\x02\x00\x2a\x00\x00\x00\xff\xff"
    (tmp_path / "f.xls").write_bytes(content)
    assert cells(store, tmp_path / "f.xls", 1) == ("#N/A",)


def test_an_error_in_a_later_piece_of_a_sheet(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_survey, "_CHUNK", 100)
    rows = [["c0", "c1"], *([f"{i}", Formula("#N/A") if i % 7 == 3 else i] for i in range(50))]
    path = xlsx(tmp_path / "f.xlsx", {"一": rows})
    found = rows_of(store, read(store, path, table("c0", "c1")))
    assert found == [(i + 2, str(i), "#N/A" if i % 7 == 3 else str(i)) for i in range(50)]


@settings(max_examples=60, deadline=None)
@given(value=st.floats(allow_nan=False, allow_infinity=False, width=64))
def test_a_number_is_exact(store: Store, tmp_path_factory: pytest.TempPathFactory, value: float) -> None:
    path = xls(tmp_path_factory.mktemp("n") / "f.xls", {"一": [["c0"], [value]]})
    (text,) = cells(store, path, 1)
    # xls stores the double itself; whole numbers up to fifteen digits are plain, longer ones have an exponent.
    assert float(text) == value
    assert Decimal(text) == Decimal(repr(value))
    assert ("e" in text) == (abs(value) >= 1e15)


def test_rows_keep_the_numbers_of_the_sheet(store: Store, tmp_path: Path) -> None:
    """Blank rows count, title rows count, what stands to the right of nothing does not."""
    rows = [[], ["用户档案明细表"], ["制表人: 李"], HEADER, ROW, [None, None, None], ["2", "钱", 1], []]
    path = xlsx(tmp_path / "f.xlsx", {"一": rows})
    book = read(store, path, titles=True)
    assert rows_of(store, book) == [(5, "0012", "赵", "8.5"), (7, "2", "钱", "1")]
    assert (book.rows.blank, book.rows_above) == (1, 3)


def test_a_merged_title(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.merge_range(0, 0, 0, 2, "用户档案明细表")
    sheet.write_row(1, 0, HEADER)
    sheet.write_row(2, 0, ROW)
    sheet.write_blank(500, 30, None, book.add_format({"bold": True}))  # formatted, but empty
    book.close()
    found = read(store, path, titles=True)
    assert rows_of(store, found) == [(3, "0012", "赵", "8.5")]
    assert found.rows.blank == 0


def test_a_title_row_is_not_skipped_unasked(store: Store, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "f.xlsx", {"一": [["用户档案"], HEADER, ROW]})
    with pytest.raises(SourceError, match="header_differs") as error:
        read(store, path)
    assert (error.value.line, error.value.column) == (1, None)
    assert "row 2 looks like the header" in error.value.text.en
    assert "title_rows: auto" in error.value.text.zh


def test_empty_columns_between_and_behind(store: Store, tmp_path: Path) -> None:
    rows = [["户号", None, "户名", "容量", None], ["1", None, "赵", 2, None], ["2", None, "钱", 3, ""]]
    book = read(store, xlsx(tmp_path / "f.xlsx", {"一": rows}))
    assert rows_of(store, book, *HEADER) == [(2, "1", "赵", "2"), (3, "2", "钱", "3")]
    assert book.match.ignored == ()


def test_a_column_with_values_and_no_name(store: Store, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "f.xlsx", {"一": [HEADER, ROW, [*ROW, None, "旁注"]]})
    with pytest.raises(SourceError, match="header_differs") as error:
        read(store, path)
    assert "column 5 has no name" in error.value.text.en
    assert "第 5 列没有列名" in error.value.text.zh
    assert read(store, path, extra=True).match.ignored == ("#5",)


def test_extra_columns_of_one_name(store: Store, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "f.xlsx", {"一": [[*HEADER, "备注", "备注"], [*ROW, "a", "b"]]})
    book = read(store, path, extra=True)
    assert book.match.ignored == ("备注",)
    assert rows_of(store, book, *HEADER) == [(2, "0012", "赵", "8.5")]


def test_sheets_of_one_table_stand_below_each_other(store: Store, tmp_path: Path) -> None:
    """As exports are cut at 65,536 rows; the columns of each in their own order, an optional one only here."""
    of = table("户号|客户编号", "户名", "容量", optional=["容量"])
    path = xls(
        tmp_path / "f.xls",
        {
            "说明": [["本表由系统导出"]],
            "一": [HEADER, ROW, ["2", "钱", 3]],
            "二": [[], ["户名", "客户编号"], ["孙", "3"]],
            "空": [],
        },
    )
    book = read(store, path, of, titles=True)
    assert rows_of(store, book) == [
        (2, "0012", "赵", "8.5"),
        (3, "2", "钱", "3"),
        (6, "3", "孙", ""),
    ]
    assert [(sheet.name, sheet.rows_before) for sheet in book.sheets] == [("一", 0), ("二", 3)]
    assert book.ignored_sheets == ("说明",)
    assert book.match.absent == ("容量",)
    assert book.rows_above == 2


def test_a_sheet_of_the_table_with_a_wrong_header(store: Store, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "f.xlsx", {"一": [HEADER, ROW], "二": [["户号", "户名", "合同容量"], ROW]})
    with pytest.raises(SourceError, match="header_differs") as error:
        read(store, path)
    assert error.value.file == f"{path} [二]"
    assert "the column 容量 is missing; is it 合同容量?" in error.value.text.en


@pytest.mark.parametrize("hide", ["hide", "very_hidden"])
def test_a_hidden_sheet_of_the_table(store: Store, tmp_path: Path, hide: str) -> None:
    path = tmp_path / "f.xlsx"
    book = xlsxwriter.Workbook(path)
    for name in ("新", "旧"):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, [name, "赵", 1])
    getattr(sheet, hide)()
    book.close()
    with pytest.raises(SourceError, match="sheet_hidden") as error:
        read(store, path)
    assert "旧" in error.value.text.zh
    named = read(store, path, table(*HEADER, sheet="新"))
    assert rows_of(store, named, "户号") == [(2, "新")]


def test_the_sheet_that_the_map_names(store: Store, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "f.xlsx", {"明细1": [HEADER, ROW], "汇总": [HEADER, ["合计", "", 8]]})
    book = read(store, path, table(*HEADER, sheet="明细*"))
    assert rows_of(store, book, "户号") == [(2, "0012")]
    with pytest.raises(SourceError, match="sheet_missing") as error:
        read(store, path, table(*HEADER, sheet="档案"))
    assert "明细1, 汇总" in error.value.text.en


def test_no_sheet_of_the_table(store: Store, tmp_path: Path) -> None:
    """The sheet that comes nearest is the one to say what is missing."""
    path = xlsx(tmp_path / "f.xlsx", {"说明": [["说明"]], "档案": [["户号", "姓名"], ["1", "赵"]]})
    with pytest.raises(SourceError, match="header_differs") as error:
        read(store, path)
    assert error.value.file == f"{path} [档案]"
    assert "the column 户名 is missing; is it 姓名?" in error.value.text.en
