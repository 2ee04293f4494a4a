"""Inputs that broke a reader while it was fuzzed: each is refused now, with a place and a reason."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jicha.kernel.errors import JichaError
from jicha.warehouse.engines.reading import read_parquet
from jicha.warehouse.engines.store import Store
from jicha.warehouse.intake.biff_survey import BiffSurvey
from jicha.warehouse.intake.sheet_survey import XlsxSurvey
from tests.warehouse.workbooks import xls, xlsx

from .content_reading import check_column_map
from .packed_reading import Book, check_archive, check_parquet, check_workbook
from .refusals import Refused
from .text_reading import Read, Way, check_text

SHEETS = {"一": [["户号", "户名"], [1, 2]]}
MAP_HEADER = b"source_header,column,type,required,recode,note\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(threads=1, memory_limit="500MB", temp=tmp_path_factory.mktemp("store")) as store:
        yield store


# Text


def test_a_byte_order_mark_below_the_header(store: Store, tmp_path: Path) -> None:
    """Of a file put behind a header. The quick reader passes over it, the one that numbers records did not, so
    that a quotation mark behind it opened a value for one of them only."""
    content = '户号,户名\n\ufeff\ufeff"1","a\nb"\n2,c\n'.encode()
    read = check_text(store, tmp_path, content, Way())
    assert isinstance(read, Read)
    assert read.rows == [(2, "1", "a\nb"), (3, "2", "c")]
    assert (read.set_aside, read.blank) == ([], 0)


# Column maps


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        # Left as a UnicodeDecodeError, without a file.
        (b"\xbb\xa7\xba\xc5,customer_id,text,yes,,", "not_utf8"),
        # An error without file and line.
        (b"a,b,datum,,,", "column_type"),
        (b"a,b,text,,no_such_list,", "unknown_code_list"),
        # Accepted, and refused by the engine when the first file came.
        (b'a,b,"decimal(39,2)",,,', "column_type"),
        (b'a,b,"decimal(0,0)",,,', "column_type"),
        (b'a,b,"decimal(2,5)",,,', "column_type"),
        ('a,b,"decimal(١٤,٢)",,,'.encode(), "column_type"),
        # A number that Python will not make of so many digits.
        (b"a,b,integer(" + b"9" * 5000 + b"..),,,", "column_type"),
        # An open quotation mark swallowed the entries below it.
        (b'a,b,text,,,"note\nc,d,text,,,', "bad_csv"),
    ],
)
def test_a_column_map(store: Store, tmp_path: Path, entry: bytes, code: str) -> None:
    refused = check_column_map(store, tmp_path, MAP_HEADER + entry + b"\n")
    assert isinstance(refused, Refused) and refused.code == code
    assert refused.where.startswith("t.columns.csv:2" if code != "not_utf8" else "t.columns.csv")


def test_what_a_terminal_would_obey_is_shown(store: Store, tmp_path: Path) -> None:
    """A name with an escape sequence came out of the message as it was."""
    refused = check_column_map(store, tmp_path, MAP_HEADER + b"a\x1b[2Jb\x00,B,text,,,\n")
    assert isinstance(refused, Refused)
    error = JichaError("x", en=refused.en, zh=refused.zh, file="f\x07")
    assert "a\\x1b[2Jb\\x00 -> B" in error.render("en") and "a\\x1b[2Jb\\x00 -> B" in error.render("zh")
    assert error.render("en").startswith("f\\x07: ")
    assert JichaError("x", en="\ud800", zh="\udfff").render("en").encode() == b"\\ud800 [x]"


# New workbooks


def repacked(content: bytes, old: bytes, new: bytes) -> bytes:
    """An xlsx file with other bytes in its parts."""
    out = io.BytesIO()
    changed = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as other:
        for info in archive.infolist():
            part = archive.read(info)
            changed += part.count(old)
            other.writestr(info.filename, part.replace(old, new))
    assert changed
    return out.getvalue()


@pytest.mark.parametrize("name", ["A9999999", "a9999999", "A" + "9" * 5000, "XFD100001"])
def test_a_cell_that_names_a_row_below_its_own(tmp_path: Path, name: str) -> None:
    """The reader lays out every row up to there: gigabytes for a few bytes."""
    path = xlsx(tmp_path / "f.xlsx", SHEETS)
    path.write_bytes(repacked(path.read_bytes(), b'r="A2"', f'r="{name}"'.encode()))
    with pytest.raises(JichaError) as error:
        XlsxSurvey(path).errors(0)
    assert error.value.code == "workbook_too_large"


def test_a_row_number_of_thousands_of_digits(store: Store, tmp_path: Path) -> None:
    """The reader goes by the cells; the survey could not make a number of it."""
    content = xlsx(tmp_path / "f.xlsx", SHEETS).read_bytes()
    book = check_workbook(store, tmp_path, repacked(content, b'<row r="2"', b'<row r="' + b"9" * 5000 + b'"'))
    assert isinstance(book, Book) and book.rows == [(2, "1", "2")]


def test_an_archive_whose_parts_lie_before_its_beginning(store: Store, tmp_path: Path) -> None:
    """An OSError of the file system, not of the archive."""
    content = bytearray(xlsx(tmp_path / "f.xlsx", SHEETS).read_bytes())
    end = content.rfind(b"PK\x05\x06") + 16
    content[end : end + 4] = struct.pack("<I", int.from_bytes(content[end : end + 4], "little") + 1)
    refused = check_workbook(store, tmp_path, bytes(content))
    assert isinstance(refused, Refused) and refused.code == "workbook_damaged"


# Old workbooks


def changed_xls(folder: Path, kind: int, change: Callable[[bytearray, int], None]) -> bytes:
    """An xls file, the first record of this kind changed from its fourth byte on."""
    content = bytearray(xls(folder / "f.xls", SHEETS).read_bytes())
    stream = content.find(struct.pack("<HH", 0x0809, 16))
    at = stream
    while (found := struct.unpack_from("<HH", content, at))[0] != kind:
        at += 4 + found[1]
        if found[0] == 0x000A and kind in (0x0200, 0x00BD):  # behind the globals come the sheets
            at = content.find(struct.pack("<HH", 0x0809, 16), at)
    change(content, at + 4)
    return bytes(content)


def refused_xls(store: Store, folder: Path, content: bytes) -> Refused:
    """Refused by the survey, before the reader sees it: that would end the process."""
    (folder / "g.xls").write_bytes(content)
    with pytest.raises(JichaError):
        BiffSurvey(folder / "g.xls")
    refused = check_workbook(store, folder, content, suffix=".xls")
    assert isinstance(refused, Refused) and refused.code == "workbook_damaged"
    return refused


@pytest.mark.parametrize(
    ("first", "rows", "columns"), [(0, 0xFFFFFFFF, 2), (0, 2, 0xFFFF), (0, 0x10001, 256), (103, 5, 3)]
)
def test_dimensions_that_no_sheet_has(
    store: Store, tmp_path: Path, first: int, rows: int, columns: int
) -> None:
    """One byte made the reader ask for a terabyte, which ended the process; so did a first row below the last."""

    def change(content: bytearray, at: int) -> None:
        struct.pack_into("<IIHH", content, at, first, rows, 0, columns)

    assert "columns" in refused_xls(store, tmp_path, changed_xls(tmp_path, 0x0200, change)).en


@pytest.mark.parametrize("place", [2, 16])
def test_numbers_in_columns_that_no_sheet_has(store: Store, tmp_path: Path, place: int) -> None:
    """Several numbers in one record, from a first to a last column."""

    def change(content: bytearray, at: int) -> None:
        struct.pack_into("<H", content, at + place, 65000)

    assert "column 65001" in refused_xls(store, tmp_path, changed_xls(tmp_path, 0x00BD, change)).en


def test_a_list_of_sectors_without_an_end(store: Store, tmp_path: Path) -> None:
    """Four billion rounds through one sector that names itself as the next."""
    content = bytearray(xls(tmp_path / "f.xls", SHEETS).read_bytes())
    size = 512
    itself = struct.pack("<128I", *([0xFFFFFFFF] * 127), (len(content) - size) // size)
    struct.pack_into("<II", content, 68, (len(content) - size) // size, 0xFFFFFFFF)
    assert "sectors" in refused_xls(store, tmp_path, bytes(content) + itself).en


# Parquet


def parquet(folder: Path, **columns: list[str]) -> bytes:
    path = folder / "p.parquet"
    pq.write_table(pa.table(columns), path, row_group_size=2, compression="none", store_schema=False)
    return path.read_bytes()


def test_a_parquet_file_damaged_before_its_end(store: Store, tmp_path: Path) -> None:
    """Its end can be read, its pages cannot: an error of the engine, without a file."""
    content = bytearray(parquet(tmp_path, 户号=["1", "2", "3"], 户名=["赵", "钱", "孙"]))
    content[4:60] = b"\xff" * 56
    refused = check_parquet(store, tmp_path, bytes(content))
    assert isinstance(refused, Refused) and refused.code == "not_parquet"


def test_a_parquet_file_whose_row_groups_are_shorter_than_it_says(store: Store, tmp_path: Path) -> None:
    """Rows were missing, and nobody said so. A number in it is twice itself, and one more if negative."""
    content = parquet(tmp_path, 户号=["1", "2", "3"], 户名=["赵", "钱", "孙"])
    footer = content.rfind(b"\x16\x04")  # the rows of the first group, field 3 of it: an i64, 2
    refused = check_parquet(store, tmp_path, content[:footer] + b"\x16\x02" + content[footer + 2 :])
    assert isinstance(refused, Refused) and "2 rows where 3 should be" in refused.en


def test_parquet_names_that_differ_in_case_alone(store: Store, tmp_path: Path) -> None:
    """The engine calls the second one otherwise, and its values were looked for in vain."""
    read = check_parquet(store, tmp_path, parquet(tmp_path, 户号=["1"], 户名=["赵"], B=["x"], b=["y"]))
    assert read == [("1", "1", "赵", "x", "y")]


def test_a_parquet_file_is_read_once(store: Store, tmp_path: Path) -> None:
    """Of a damaged page the engine gave one thing when it was checked and another when it was typed."""
    parquet(tmp_path, 户号=["1"], 户名=["赵"])
    rows = read_parquet(store, tmp_path / "p.parquet")
    (tmp_path / "p.parquet").unlink()
    assert store.rows(f"SELECT * FROM {rows.relation}") == [(1, "1", "赵")]


# Archives


def test_a_member_shorter_than_it_says(tmp_path: Path) -> None:
    """Its checksum is right, its length is not: bytes may be missing."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.csv"), b"1234567")
    content = bytearray(out.getvalue())
    entry = content.find(b"PK\x01\x02")
    struct.pack_into("<I", content, entry + 24, 39)
    unpacked = check_archive(tmp_path, bytes(content))
    assert not isinstance(unpacked, Refused)
    ((_, _, digest, held),) = unpacked.members
    assert digest.code == held.code == "archive_damaged"
    assert "32 of 39 bytes are missing" in held.en
