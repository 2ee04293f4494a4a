"""What must hold of any bytes that are read as delimited text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from jicha.kernel.text import Text
from jicha.warehouse.engines import reading
from jicha.warehouse.engines.reading import DeliveredRows, read_csv
from jicha.warehouse.engines.store import Store
from jicha.warehouse.intake import transcoding
from jicha.warehouse.intake.decode import DecodedText, decode
from jicha.warehouse.intake.delivered_header import match_header, wanted_headers
from jicha.warehouse.intake.records import records
from jicha.warehouse.intake.transcoding import MIXED
from jicha.warehouse.source import DELIMITERS, RawColumn, RawTable

from .refusals import Refused, attempt

TABLE = RawTable(
    "customer",
    "raw_city.customer",
    Text(en="customers", zh="客户"),
    "*",
    (
        RawColumn(headers=("户号", "用户编号"), column="customer_id", type="text", required=True),
        RawColumn(headers=("户名",), column="customer_name", type="text"),
        RawColumn(headers=("b",), column="note", type="text", may_be_absent=True),
    ),
    shown="customer.columns.csv",
    digest="",
)

#: Signs that no character of UTF-8 or gb18030 has among its further bytes: each stands for itself, wherever.
_FIRM = tuple(bytes([code]) for code in b'\n\r",;\t\x1f "')


@dataclass(frozen=True)
class Way:
    """One way to read: what `source.yaml` says, and how large the readers' pieces are."""

    encodings: tuple[str, ...] = ("utf-8", "gb18030")
    delimiters: tuple[str, ...] = DELIMITERS
    skips_titles: bool = False
    ignores_extra: bool = True
    piece: int = 1 << 22
    block: int = 1 << 21

    @classmethod
    def of(cls, choice: int) -> Way:
        """One of some hundred, by a number of 16 bits."""
        return cls(
            encodings=(("utf-8", "gb18030"), ("gb18030", "utf-8"), ("gb18030",), ("utf-8",))[choice & 3],
            delimiters=(DELIMITERS, (",",), ("\t",), ("|", ","))[choice >> 2 & 3],
            skips_titles=bool(choice & 16),
            ignores_extra=bool(choice & 32),
            piece=(1 << 22, 7, 64, 9)[choice >> 6 & 3],
            block=(1 << 21, 1 << 21, 1 << 21, 64)[choice >> 8 & 3],
        )


@dataclass(frozen=True)
class Read:
    """A file taken: its text, what became of its records, the rows with their numbers."""

    text: DecodedText
    utf8: bytes
    set_aside: list[tuple[int, str, str]]
    blank: int
    rows: list[tuple[object, ...]]


def check_text(store: Store, folder: Path, content: bytes, way: Way) -> Read | Refused:
    """Reads the bytes twice in one way and holds what was read against them."""
    file = folder / "f.csv"
    file.write_bytes(content)
    with patch.object(transcoding, "_PIECE", way.piece), patch.object(reading, "_BLOCK", way.block):
        first = attempt(lambda: _read(store, folder, file, way), file)
        again = attempt(lambda: _read(store, folder, file, way), file)
    assert first == again
    if isinstance(first, Refused):
        assert first.code != "not_csv", "a file that cannot be cut, and no word on why"
        return first
    _account_for_bytes(content, first)
    _account_for_records(first)
    return first


def _read(store: Store, folder: Path, file: Path, way: Way) -> Read:
    text = decode(
        file,
        encodings=way.encodings,
        delimiters=way.delimiters,
        known=wanted_headers(TABLE.columns),
        temp=folder / "decoded.csv",
        skips_titles=way.skips_titles,
    )
    match_header(TABLE, text.header, ignores_extra=way.ignores_extra, file=file, row=text.first_row - 1)
    taken: DeliveredRows = read_csv(store, file, text)
    rows = store.rows(f"SELECT * FROM {taken.relation} ORDER BY origin_row")
    return Read(text, text.path.read_bytes(), taken.set_aside, taken.blank, rows)


def _account_for_bytes(content: bytes, read: Read) -> None:
    """The text is the file's: as strictly decoded where it is sound, else with every firm sign in its place."""
    text, encoding = read.utf8.decode(), read.text.encoding
    text = text.removeprefix("\ufeff")
    if not (read.text.damaged or read.text.mixed):
        strict = content.decode(encoding).removeprefix("\ufeff")
        assert text == strict
    elif not encoding.startswith("utf-16"):
        unmarked = content.removeprefix("\ufeff".encode(encoding))
        for sign in _FIRM:
            assert read.utf8.count(sign) == unmarked.count(sign), sign
    lines = text.count("\n") + 1
    assert text.count(MIXED) >= read.text.mixed
    assert read.text.damaged + read.text.mixed <= max(lines, text.count("\r") + 1)


def _account_for_records(read: Read) -> None:
    """Every record below the header is a row, set aside or blank, once, under its own number."""
    text = read.text
    body = read.utf8[text.body_at :].decode()
    above = read.utf8[: text.body_at].decode().strip("\ufeff")
    cut = list(_records(body, text.delimiter))
    assert text.first_row == 1 + len(list(_records(above, text.delimiter)))
    assert len(read.rows) + len(read.set_aside) + read.blank == len(cut)
    by_number = {row[0]: row[1:] for row in read.rows}
    aside = {row: (what, reason) for row, what, reason in read.set_aside}
    assert len(by_number) == len(read.rows) and len(aside) == len(read.set_aside)
    assert not by_number.keys() & aside.keys()
    numbers = range(text.first_row, text.first_row + len(cut))
    assert by_number.keys() | aside.keys() <= set(numbers)
    field = rf'"(?:[^"]|"")*"|[^"{re.escape(text.delimiter)}\r\n]*'
    sound = re.compile(rf"(?:{field})(?:{re.escape(text.delimiter)}(?:{field}))*[\r\n]*")
    for number, (values, written) in zip(numbers, cut, strict=True):
        if number in aside:
            assert aside[number][1] in ("field_count", "mixed_encoding")
        if not sound.fullmatch(written):
            continue
        if text.mixed and MIXED in written:
            assert aside[number][1] == "mixed_encoding"
        elif len(values) == len(text.header):
            assert by_number.get(number, ("",) * len(values)) == tuple(values)
            assert number not in aside
            assert number in by_number or not any(values)
        elif values:
            assert aside[number] == (written.rstrip("\r\n"), "field_count")
    named = records(
        text.path, at=text.body_at, first_row=text.first_row, delimiter=text.delimiter, longest=1 << 20
    )
    assert [(one.row, one.text) for one in named] == [
        (number, written) for number, (_, written) in zip(numbers, cut, strict=True)
    ]


def _records(text: str, delimiter: str) -> Iterator[tuple[list[str], str]]:
    """Values and own text of each record, as Python's reader cuts them."""
    passed: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            passed.append(line)
            yield line

    for values in csv.reader(lines(), delimiter=delimiter):
        yield values, "".join(passed)
        passed.clear()
