"""Small workbooks, new and old, made for tests and read as ingest reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter
import xlwt

from jicha.kernel.text import Text
from jicha.warehouse.engines.store import Store
from jicha.warehouse.engines.workbook import DeliveredWorkbook, read_workbook
from jicha.warehouse.intake.file_format import format_of
from jicha.warehouse.source import RawColumn, RawTable

FORMATS = {date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm:ss", time: "hh:mm:ss", timedelta: "[h]:mm:ss"}
HEADER = ["户号", "户名", "容量"]
ROW = ["0012", "赵", 8.5]


#: As the format spells them ([MS-XLS] 2.5.10).
ERROR_CODES = {
    "#N/A": 0x2A,
    "#DIV/0!": 0x07,
    "#REF!": 0x17,
    "#VALUE!": 0x0F,
    "#NAME?": 0x1D,
    "#NUM!": 0x24,
    "#NULL!": 0x00,
}


class Formula(str):
    """A formula whose stored value is this error."""


def xlsx(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], **options: Any) -> Path:
    book = xlsxwriter.Workbook(path, options)
    styles = {kind: book.add_format({"num_format": text}) for kind, text in FORMATS.items()}
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, Formula):
                    sheet.write_formula(row, column, "=A1", None, str(cell))
                elif isinstance(cell, str):
                    sheet.write_string(row, column, cell)
                elif cell is not None:
                    sheet.write(row, column, cell, styles.get(type(cell)))
    book.close()
    return path


def xls(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Path:
    book = xlwt.Workbook(encoding="utf-8")
    styles = {kind: xlwt.easyxf(num_format_str=text) for kind, text in FORMATS.items()}
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, Formula):
                    sheet.row(row).set_cell_error(column, ERROR_CODES[cell])
                elif cell is not None:
                    value = cell / timedelta(days=1) if isinstance(cell, timedelta) else cell
                    sheet.write(row, column, value, styles.get(type(cell), xlwt.Style.default_style))
    book.save(str(path))
    return path


WRITERS = [xlsx, xls]


def table(*headers: str, optional: Sequence[str] = (), sheet: str | None = None) -> RawTable:
    columns = tuple(
        RawColumn(
            headers=tuple(header.split("|")), column=f"c{i}", type="text", may_be_absent=header in optional
        )
        for i, header in enumerate(headers)
    )
    title = Text(en="t", zh="表")
    return RawTable("t", "raw_s.t", title, "*", columns, "t.columns.csv", "", sheet=sheet)


def read(
    store: Store, path: Path, of: RawTable | None = None, *, titles: bool = False, extra: bool = False
) -> DeliveredWorkbook:
    is_xlsx = format_of(path) == "xlsx"
    return read_workbook(
        store, path, of or table(*HEADER), is_xlsx=is_xlsx, skips_titles=titles, ignores_extra=extra
    )


def rows_of(store: Store, book: DeliveredWorkbook, *headers: str) -> list[tuple[Any, ...]]:
    names = ", ".join(book.rows.columns[header] for header in headers or book.rows.columns)
    return store.rows(f"SELECT origin_row, {names} FROM {book.rows.relation} ORDER BY 1")


def cells(store: Store, path: Path, count: int) -> tuple[str, ...]:
    headers = [f"c{i}" for i in range(count)]
    ((_, *texts),) = rows_of(store, read(store, path, table(*headers)), *headers)
    return tuple(texts)
