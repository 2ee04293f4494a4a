"""What the workbook reader does not tell of an xlsx sheet: its error values (#N/A …), and how far it reaches.

The reader gives an error as an empty cell, which would lose it, and lays a sheet out as a full rectangle in
memory, which one stray cell in the last corner makes larger than any machine. So the sheet's XML is looked
through first: as bytes, in one pass, for no more than that.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from jicha.kernel.errors import SourceError
from jicha.warehouse.intake.archive import BROKEN
from jicha.warehouse.intake.file_format import damaged_workbook

#: Cells of the rectangle from A1 to the last cell used: 64 columns in every row that a sheet can have, 32
#: bytes each in the reader's memory. Real exports have a tenth of that.
MAX_CELLS = 64 * 2**20

#: Bytes of all parts of a workbook, unpacked: some 60 for each of `MAX_CELLS` cells, twice over.
MAX_UNPACKED_BYTES = 8 * 2**30

#: Error values in one sheet beyond which it is no data; each is kept by its place.
MAX_ERRORS = 1_000_000

_CHUNK = 1 << 22
#: Where a tag has a namespace prefix, it begins at most so far before its name.
_PREFIX = 32
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*?\b\w+:id\s*=\s*[\"']([^\"']+)[\"']")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
_ID = re.compile(rb"\bId\s*=\s*[\"']([^\"']+)[\"']")
_TARGET = re.compile(rb"\bTarget\s*=\s*[\"']([^\"']+)[\"']")
_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?\br=[\"']([0-9]+)")
_WIDE_CELL = re.compile(rb"r=[\"']([A-Za-z]{2,3})[0-9]")
_NARROW_CELL = re.compile(rb"r=[\"'][A-Za-z][0-9]")
_FILLED_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=[\"']([A-Za-z]{1,3})([0-9]+)[\"'][^>]*(?<!/)>")
_ERROR_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?\bt=[\"']e[\"'][^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_PLACE = re.compile(rb"\br=[\"']([A-Za-z]{1,3})([0-9]+)[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)</")

#: Row -> column -> the error's text; both count from 0.
Errors = dict[int, dict[int, str]]


@dataclass
class _Extent:
    """From A1 on; at least 26 columns, since references of one letter are not looked at one by one."""

    rows: int = 0
    columns: int = 26
    errors: Errors = field(default_factory=dict)
    is_sure: bool = True

    @property
    def cells(self) -> int:
        return self.rows * self.columns

    @property
    def may_be_too_large(self) -> bool:
        """Whether it may hold more than `MAX_CELLS` cells: a cell may name a row below its own, up to the last
        one of as many digits."""
        return not self.is_sure or int("9" * len(str(self.rows))) * self.columns > MAX_CELLS


class XlsxSurvey:
    """The parts of one xlsx file; raises `SourceError` where it is damaged or too large."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._opened() as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
            if unpacked > MAX_UNPACKED_BYTES:
                raise self._too_large(f"{unpacked:,} bytes of XML", f"XML 共 {unpacked:,} 字节")
            self._sheets = self._sheet_parts(archive)

    def errors(self, sheet: int) -> Errors:
        """The error values of a sheet, by its number in the workbook from 0, once its extent is found sound.

        Raises `SourceError` (workbook_too_large) where the rectangle it spans has more than `MAX_CELLS` cells.
        """
        part = self._sheets[sheet] if sheet < len(self._sheets) else None
        if part is None:
            return {}
        extent = self._extent(part)
        if extent.may_be_too_large:
            # Cells that are formatted only take no room; they are told apart just where it matters.
            filled = self._filled(part)
            if filled.cells > MAX_CELLS:
                raise self._too_large(
                    f"a sheet that reaches to row {filled.rows:,}, column {filled.columns:,}",
                    f"工作表使用区域到第 {filled.rows:,} 行、第 {filled.columns:,} 列",
                )
        return extent.errors

    def _extent(self, part: str) -> _Extent:
        extent = _Extent()
        rows_seen = 0
        for piece in self._pieces(part):
            rows_seen += piece.count(b"row>")
            # Rows ascend, so that the last one says how far they reach; without numbers they are counted.
            last = _ROW.search(piece, max(piece.rfind(b"<row "), piece.rfind(b":row ") - _PREFIX, 0))
            extent.rows = max(extent.rows, rows_seen, _row(last.group(1)) if last else 0)
            longer = rb"r=[\"'][A-Za-z]{1,3}[0-9]{%d}" % (len(str(extent.rows)) + 1)
            extent.is_sure = extent.is_sure and not re.search(longer, piece)
            if wide := set(_WIDE_CELL.findall(piece)):
                extent.columns = max(extent.columns, *map(_column, wide))
            elif not _NARROW_CELL.search(piece):
                # Cells without a reference stand side by side: what a row holds is counted.
                extent.columns = max(extent.columns, *(row.count(b"<c") for row in piece.split(b"row>")))
            if b'"e"' in piece or b"'e'" in piece:
                self._note_errors(piece, extent.errors)
        return extent

    def _note_errors(self, piece: bytes, errors: Errors) -> None:
        for cell in _ERROR_CELL.finditer(piece):
            place, value = _PLACE.search(cell.group(1)), _VALUE.search(cell.group(2))
            if place is None or len(errors) > MAX_ERRORS:
                raise SourceError(
                    "workbook_errors",
                    en="the sheet holds error values (#N/A and the like) that cannot be placed, or a million "
                    "of them; correct its formulas, or save it again as values",
                    zh="工作表中的错误值 (如 #N/A) 无法定位或多达百万个; 请修正公式, 或粘贴为数值后重新保存",
                    file=self.path,
                )
            text = html.unescape(value.group(1).decode("utf-8", "replace")) if value else "#N/A"
            row, column = _row(place.group(2)) - 1, _column(place.group(1)) - 1
            errors.setdefault(row, {})[column] = text

    def _filled(self, part: str) -> _Extent:
        extent = _Extent()
        for piece in self._pieces(part):
            for column, row in _FILLED_CELL.findall(piece):
                extent.columns = max(extent.columns, _column(column))
                extent.rows = max(extent.rows, _row(row))
        return extent

    def _pieces(self, part: str) -> Iterator[bytes]:
        """The part's XML in pieces that end with a row."""
        try:
            with self._opened() as archive, archive.open(part) as packed:
                held = b""
                while chunk := packed.read(_CHUNK):
                    held += chunk
                    end = held.rfind(b"row>") + len(b"row>")
                    if end >= len(b"row>"):
                        yield held[:end]
                        held = held[end:]
                yield held
        except (*BROKEN, KeyError) as error:
            raise damaged_workbook(self.path, str(error)) from error

    def _sheet_parts(self, archive: zipfile.ZipFile) -> list[str | None]:
        """The part of each sheet in the workbook's order; None for one whose part is missing."""
        parts = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
        try:
            workbook = archive.read(parts["xl/workbook.xml"])
            relations = archive.read(parts["xl/_rels/workbook.xml.rels"])
        except (*BROKEN, KeyError) as error:
            raise damaged_workbook(self.path, str(error)) from error
        targets: dict[bytes, str] = {}
        for attributes in _RELATION.findall(relations):
            identity, target = _ID.search(attributes), _TARGET.search(attributes)
            if identity and target:
                name = html.unescape(target.group(1).decode("utf-8", "replace"))
                targets[identity.group(1)] = name[1:] if name.startswith("/") else f"xl/{name}"
        return [parts.get(targets.get(identity, "").lower()) for identity in _SHEET.findall(workbook)]

    def _opened(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self.path)
        except BROKEN as error:
            raise damaged_workbook(self.path, str(error)) from error

    def _too_large(self, en: str, zh: str) -> SourceError:
        return SourceError(
            "workbook_too_large",
            en=f"the workbook is larger than is read: {en}; delete what stands outside the table, or export csv",
            zh=f"工作簿过大: {zh}; 请删除表格区域以外的内容, 或导出为 csv",
            file=self.path,
        )


def _row(digits: bytes) -> int:
    """Its number; of what has more digits than any row the first ten, which are beyond every limit."""
    return int(digits.lstrip(b"0")[:10] or b"0")


def _column(letters: bytes) -> int:
    """A -> 1, Z -> 26, AA -> 27; small letters are the same."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
