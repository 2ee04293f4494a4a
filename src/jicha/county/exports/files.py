"""Files of a delivery: text in gb18030, workbooks, Parquet; each counts its data rows."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from jicha.county.desk import Cell

#: A workbook with more rows than this is written as text instead: nobody opens it, and it is held in memory.
MOST_WORKBOOK_ROWS = 100_000
_MADE_AT = datetime(2026, 1, 1)  # noqa: DTZ001 - a workbook says when it was made; ours always says the same


class TextFile:
    """One CSV: gb18030, CRLF, dates YYYY-MM-DD, empty = null."""

    suffix = "csv"

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path.with_suffix(".csv")
        self.rows = 0
        self.last: Sequence[Cell] | None = None
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._stream = self.path.open("w", encoding="gb18030", newline="")
        self._writer = csv.writer(self._stream, lineterminator="\r\n")
        self._writer.writerow(columns)

    def add(self, cells: Sequence[Cell]) -> None:
        self._writer.writerow(cells)
        self.last = cells
        self.rows += 1

    def close(self) -> None:
        self._stream.close()


class Workbook:
    """One xlsx as clerks export it: a header, and every cell a text."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path.with_suffix(".xlsx")
        self._columns = list(columns)
        self._rows: list[Sequence[Cell]] = []

    @property
    def rows(self) -> int:
        return len(self._rows)

    @property
    def last(self) -> Sequence[Cell] | None:
        return self._rows[-1] if self._rows else None

    def add(self, cells: Sequence[Cell]) -> None:
        self._rows.append(cells)

    def close(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if len(self._rows) > MOST_WORKBOOK_ROWS:
            text = TextFile(self.path, self._columns)
            for row in self._rows:
                text.add(row)
            text.close()
            self.path = text.path
            return
        with xlsxwriter.Workbook(str(self.path), {"constant_memory": True}) as book:
            book.set_properties({"created": _MADE_AT})
            sheet = book.add_worksheet("Sheet1")
            for place, name in enumerate(self._columns):
                sheet.write_string(0, place, name)
            for number, row in enumerate(self._rows, start=1):
                for place, cell in enumerate(row):
                    if cell is not None:
                        sheet.write_string(number, place, _text(cell))


def _text(cell: Cell) -> str:
    return cell.isoformat() if isinstance(cell, date) else str(cell)


class ArrowFile:
    """One Parquet file (zstd), written table by table in row groups of their size."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.path = path.with_suffix(".parquet")
        self.rows = 0
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._writer = pq.ParquetWriter(self.path, schema, compression="zstd")

    def add_table(self, table: pa.Table) -> None:
        if table.num_rows:
            self._writer.write_table(table, row_group_size=table.num_rows)
            self.rows += table.num_rows

    def close(self) -> None:
        self._writer.close()
