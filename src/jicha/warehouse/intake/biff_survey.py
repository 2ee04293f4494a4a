"""What the workbook reader does not tell of an xls file: the error values (#N/A …) in its sheets, and whether it
keeps to what such a sheet can hold.

The reader gives an error as an empty cell, which would lose it, and takes room for as many cells as a record
claims, in every sheet as soon as the file is opened; where that is too much, it ends the process. Both are found
by walking over the records of the workbook stream ([MS-XLS] 2.3), which lies in an OLE container ([MS-CFB]).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from jicha.warehouse.intake.file_format import damaged_workbook
from jicha.warehouse.intake.sheet_survey import Errors

_FREE = 0xFFFFFFF0  # sector numbers from here on are marks, not sectors
_STREAMS = ("workbook", "book")

_BOF, _EOF, _BOUNDSHEET, _FORMULA, _BOOLERR = 0x0809, 0x000A, 0x0085, 0x0006, 0x0205
_DIMENSIONS, _NUMBERS = 0x0200, 0x00BD
#: Records that begin with row and column: numbers, texts, formulas, booleans and errors.
_CELLS = frozenset((_FORMULA, _BOOLERR, _NUMBERS, 0x0203, 0x0204, 0x027E, 0x00FD, 0x00D6))
_MOST_ROWS, _MOST_COLUMNS = 1 << 16, 1 << 8

#: [MS-XLS] 2.5.10, BErr.
_ERROR_TEXTS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}


#: A sector's bytes by its number.
_Sector = Callable[[int], bytes]


class BiffSurvey:
    """One xls file; raises `SourceError` (workbook_damaged) where its structure does not hold together."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._stream = _workbook_stream(path.read_bytes())
            starts = [
                struct.unpack_from("<I", self._stream, at)[0]
                for kind, at, length in self._records(0)
                if kind == _BOUNDSHEET and length >= 4
            ]
            self._errors = [self._errors_from(start) for start in starts]
        except (struct.error, IndexError, ValueError) as error:
            raise damaged_workbook(path, str(error)) from error

    def errors(self, sheet: int) -> Errors:
        """The error values of a sheet, by its number in the workbook from 0."""
        return self._errors[sheet] if sheet < len(self._errors) else {}

    def _errors_from(self, start: int) -> Errors:
        found: Errors = {}
        for kind, at, length in self._records(start):
            if kind == _DIMENSIONS:
                self._check_dimensions(at, length)
            if kind not in _CELLS or length < 6:
                continue
            row, column = struct.unpack_from("<HH", self._stream, at)
            # Numbers side by side share a record, which ends with their last column.
            (last,) = (
                struct.unpack_from("<H", self._stream, at + length - 2) if kind == _NUMBERS else (column,)
            )
            if max(column, last) >= _MOST_COLUMNS:
                raise ValueError(f"a cell in column {max(column, last) + 1}")
            code = self._error(kind, at)
            if code is not None:
                found.setdefault(row, {})[column] = _ERROR_TEXTS.get(code, f"#ERROR {code}")
        return found

    def _check_dimensions(self, at: int, length: int) -> None:
        """Rows are counted in four bytes, before Excel 97 in two; an end of 0 is that of an empty sheet."""
        first, end, left, right = struct.unpack_from("<IIHH" if length >= 14 else "<HHHH", self._stream, at)
        if end > _MOST_ROWS or right > _MOST_COLUMNS or first > end > 0 or left > right > 0:
            raise ValueError(f"rows {first + 1} to {end}, columns {left + 1} to {right}")

    def _error(self, kind: int, at: int) -> int | None:
        """The error code a cell's record holds, if it is an error."""
        if kind == _BOOLERR:
            code, is_error = self._stream[at + 6], self._stream[at + 7]
            return code if is_error else None
        if kind == _FORMULA and self._stream[at + 12 : at + 14] == b"\xff\xff" and self._stream[at + 6] == 2:
            return self._stream[at + 8]
        return None

    def _records(self, start: int) -> Iterator[tuple[int, int, int]]:
        """Kind, place and length of each record from a BOF record to the EOF that closes it."""
        stream, depth, at = self._stream, 0, start
        while at + 4 <= len(stream):
            kind, length = struct.unpack_from("<HH", stream, at)
            if kind == _BOF:
                depth += 1
            elif kind == _EOF:
                depth -= 1
                if depth <= 0:
                    return
            yield kind, at + 4, length
            at += 4 + length


def _workbook_stream(content: bytes) -> bytes:
    """The stream that holds the workbook. Raises `ValueError` and the like where the container is broken."""
    (shift,) = struct.unpack_from("<H", content, 30)
    if shift not in (9, 12):
        raise ValueError(f"sectors of 2^{shift} bytes")
    directory_at, cutoff, mini_fat_at = struct.unpack_from("<I4xII", content, 48)
    size = 1 << shift

    def sector(number: int) -> bytes:
        return content[(number + 1) << shift : (number + 2) << shift]

    fat = _allocation(content, sector, size)
    most = len(content)
    directory = _chained(directory_at, fat, sector, most)
    entries = {}
    for at in range(0, len(directory) - 127, 128):
        length, kind = struct.unpack_from("<HB", directory, at + 64)
        begin, bytes_ = struct.unpack_from("<II", directory, at + 116)
        name = directory[at : at + max(length - 2, 0)].decode("utf-16-le", "replace").lower()
        entries[name if kind == 2 else f"/{kind}"] = (begin, bytes_)
    begin, bytes_ = next((entries[name] for name in _STREAMS if name in entries), (0, -1))
    if bytes_ < 0:
        raise ValueError("no workbook stream")
    if bytes_ >= cutoff:
        return _chained(begin, fat, sector, most)[:bytes_]
    root = _chained(entries["/5"][0], fat, sector, most) if "/5" in entries else b""
    packed = _chained(mini_fat_at, fat, sector, most)
    mini_fat = struct.unpack(f"<{len(packed) // 4}I", packed)
    return _chained(begin, mini_fat, lambda number: root[number * 64 : number * 64 + 64], most)[:bytes_]


def _allocation(content: bytes, sector: _Sector, size: int) -> tuple[int, ...]:
    """The file allocation table: for each sector the next of its chain."""
    numbers = list(struct.unpack_from("<109I", content, 76))
    more, count = struct.unpack_from("<II", content, 68)
    if count > len(content) // size:
        raise ValueError(f"{count} sectors of sectors")
    while more < _FREE and count > 0:
        *listed, more = struct.unpack(f"<{size // 4}I", sector(more))
        numbers += listed
        count -= 1
    if len(numbers) > len(content) // size + 109 + size // 4:
        raise ValueError(f"{len(numbers)} sectors of sectors")
    table = b"".join(sector(number) for number in numbers if number < _FREE)
    return struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])


def _chained(begin: int, table: tuple[int, ...], sector: _Sector, most: int) -> bytes:
    """The sectors of a chain; it holds no more than `most` bytes, those of the file."""
    parts: list[bytes] = []
    number, held = begin, 0
    while number < _FREE:
        parts.append(sector(number))
        held += len(parts[-1])
        if len(parts) > len(table) or held > most:
            raise ValueError("a chain of sectors that runs in a circle")
        number = table[number]
    return b"".join(parts)
