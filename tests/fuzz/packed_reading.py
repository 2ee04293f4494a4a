"""What must hold of any bytes that are read as a workbook, as a Parquet file or as a zip archive."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow.parquet as pq
from python_calamine import load_workbook

from jicha.warehouse.engines.reading import parquet_header, read_parquet
from jicha.warehouse.engines.store import Store
from jicha.warehouse.engines.workbook import read_workbook
from jicha.warehouse.intake import archive as archives
from jicha.warehouse.intake import sheet_survey
from jicha.warehouse.intake.archive import Archive
from jicha.warehouse.intake.delivered_header import match_header
from jicha.warehouse.intake.file_format import format_of

from .refusals import Refused, attempt
from .text_reading import TABLE

#: What one input may span, so that a bomb costs no more than a blink.
_CELLS = 1 << 20
_UNPACKED = 1 << 24

SUFFIXES = (".xlsx", ".xls", ".csv", ".xlsm", ".parquet", "")


@dataclass(frozen=True)
class Book:
    """A workbook taken: rows with their numbers, what was seen on the way."""

    rows: list[tuple[Any, ...]]
    blank: int
    sheets: list[tuple[str, int]]
    rows_above: int
    headers: tuple[str, ...]


def check_workbook(
    store: Store,
    folder: Path,
    content: bytes,
    *,
    suffix: str = ".xlsx",
    skips_titles: bool = False,
    ignores_extra: bool = True,
) -> Book | Refused | str:
    """Finds out what the bytes are and, where they are a workbook, reads it twice. A format's name is what
    other formats end with."""
    file = folder / f"f{suffix}"
    file.write_bytes(content)

    def read() -> Book | str:
        kind = format_of(file)
        if kind not in ("xlsx", "xls"):
            return kind
        book = read_workbook(
            store,
            file,
            TABLE,
            is_xlsx=kind == "xlsx",
            skips_titles=skips_titles,
            ignores_extra=ignores_extra,
        )
        rows = store.rows(f"SELECT * FROM {book.rows.relation} ORDER BY origin_row")
        assert not book.rows.set_aside
        return Book(
            rows,
            book.rows.blank,
            [(sheet.name, sheet.rows_before) for sheet in book.sheets],
            book.rows_above,
            tuple(book.rows.columns),
        )

    try:
        with (
            patch.object(sheet_survey, "MAX_CELLS", _CELLS),
            patch.object(sheet_survey, "MAX_UNPACKED_BYTES", _UNPACKED),
        ):
            first, again = attempt(read, file), attempt(read, file)
    finally:
        file.unlink()
    assert first == again
    if isinstance(first, Book):
        _account_for_rows(content, first)
    return first


def _account_for_rows(content: bytes, book: Book) -> None:
    """Every row below a header is read or blank, as many as the sheets have, once, under its own number."""
    sheets = load_workbook(io.BytesIO(content))
    metadata = [meta.name for meta in sheets.sheets_metadata]
    if any(metadata.count(name) > 1 for name, _ in book.sheets):
        return  # which of the two is meant, only their order tells
    laid_out = [sheets.get_sheet_by_name(name).to_python(skip_empty_area=False) for name, _ in book.sheets]
    heights = list(map(len, laid_out))
    below = sum(heights) - book.rows_above - 1
    assert len(book.rows) + book.blank == below
    numbers = [row[0] for row in book.rows]
    assert len(set(numbers)) == len(numbers)
    assert all(1 < number <= sum(heights) for number in numbers)
    assert all(any(row[1:]) for row in book.rows)
    if len(laid_out) == 1:
        held = sum(cell != "" for row in laid_out[0][book.rows_above + 1 :] for cell in row)
        # The reader sees nothing in a cell that holds an error.
        assert held <= sum(bool(text) for row in book.rows for text in row[1:])


def check_parquet(store: Store, folder: Path, content: bytes) -> list[tuple[Any, ...]] | Refused:
    """Reads the bytes twice: all rows, numbered from 1, as many as the file's end says; or a refusal."""
    file = folder / "f.parquet"
    file.write_bytes(content)

    def read() -> list[tuple[Any, ...]]:
        match_header(TABLE, parquet_header(file), ignores_extra=True, file=file)
        rows = read_parquet(store, file)
        assert set(rows.columns) == set(rows.types) == set(parquet_header(file))
        return store.rows(f"SELECT columns(*)::VARCHAR FROM {rows.relation}")

    first, again = attempt(read, file), attempt(read, file)
    if isinstance(first, Refused) and isinstance(again, Refused):
        # Of a damaged page the engine says now this, now that.
        assert (first.code, first.where) == (again.code, again.where)
        return first
    assert first == again
    if not isinstance(first, Refused):
        assert sorted(int(row[0]) for row in first) == list(range(1, len(first) + 1))
        assert len(first) == pq.ParquetFile(io.BytesIO(content)).metadata.num_rows
    return first


@dataclass(frozen=True)
class Unpacked:
    """An archive taken: each member's name, path, digest and bytes, or why there are none."""

    members: list[tuple[str, str, Any, Any]]


def check_archive(folder: Path, content: bytes) -> Unpacked | Refused:
    """Lists and unpacks the bytes twice; no member is written anywhere but where it should be."""
    file, to = folder / "f.zip", folder / "member"
    file.write_bytes(content)

    def read() -> Unpacked:
        found: list[tuple[str, str, Any, Any]] = []
        with Archive(file) as archive:
            for member in archive.members()[:50]:

                def unpacked(member: Any = member, archive: Archive = archive) -> bytes:
                    archive.unpack(member, to)
                    return to.read_bytes()

                digest = attempt(lambda member=member, archive=archive: archive.digest(member), file)
                held = attempt(unpacked, file)
                found.append((member.name, member.inside, digest, held))
                if isinstance(held, bytes):
                    assert digest == hashlib.sha256(held).hexdigest()
                    assert len(held) == member.size
                assert not {"/", "\\", "\0"} & set(member.name) and member.name not in ("", ".", "..")
        return Unpacked(found)

    before = set(folder.iterdir())
    with patch.object(archives, "MAX_UNPACKED_BYTES", _UNPACKED):
        first, again = attempt(read, file), attempt(read, file)
    assert first == again
    assert set(folder.iterdir()) <= before | {to}
    if isinstance(first, Unpacked):
        with zipfile.ZipFile(io.BytesIO(content)) as plain:
            files = [info for info in plain.infolist() if not info.filename.endswith("/")]
        assert len(first.members) <= len(files)
    return first
