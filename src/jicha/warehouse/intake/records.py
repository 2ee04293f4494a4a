"""Delimited text cut into its records by hand, slowly and exactly: to say what is wrong with a file and where.

The quick reader takes a quotation mark that is never closed as well as it can; here each record is known by
its number, its line and its own text, and whether its quotation marks are sound.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it stands in the file.

    `row` counts records, `line` lines, both from 1. `is_sound` is false where a quotation mark stands in a field
    that does not begin with one, or a closing one is not followed by a delimiter; `is_open` is true where the
    file (or the length allowed) ends inside quotation marks; `is_cut` where the record is longer than allowed,
    `text` then being its beginning.
    """

    row: int
    line: int
    text: str
    is_sound: bool
    is_open: bool = False
    is_cut: bool = False


def records(path: Path, *, at: int, first_row: int, delimiter: str, longest: int) -> Iterator[Record]:
    """The records of a UTF-8 file from byte `at` on; stops after one that has more than `longest` characters."""
    line = _lines_before(path, at) + 1
    row = first_row
    with path.open("rb") as raw:
        raw.seek(at)
        lines = io.TextIOWrapper(raw, encoding="utf-8", errors="replace", newline="")
        parts: list[str] = []
        length, is_open, is_sound = 0, False, True
        first_line = line
        while part := lines.readline(longest + 1 - length):
            parts.append(part)
            length += len(part)
            line += 1
            is_open, sound = _after(part, delimiter, is_open)
            is_sound = is_sound and sound
            is_cut = length > longest
            if is_open and not is_cut:
                continue
            yield Record(row, first_line, "".join(parts), is_sound, is_open, is_cut)
            if is_cut:
                return
            parts, length, is_sound = [], 0, True
            row, first_line = row + 1, line
        if parts:
            yield Record(row, first_line, "".join(parts), is_sound=False, is_open=True)


def _after(line: str, delimiter: str, is_open: bool) -> tuple[bool, bool]:
    """Whether quotation marks are open behind a line, and whether those in it are sound.

    A mark opens a field only at its beginning; doubled inside it is a character; elsewhere it is an ordinary one.
    """
    if not is_open and '"' not in line:
        return False, True
    place, is_sound = 0, True
    while True:
        if is_open or line.startswith('"', place):
            place = _closed(line, place if is_open else place + 1)
            if place < 0:
                return True, is_sound
            is_open = False
            is_sound = is_sound and (line.startswith(delimiter, place) or not line[place:].strip("\r\n"))
        end = line.find(delimiter, place)
        is_sound = is_sound and '"' not in line[place : end if end >= 0 else None]
        if end < 0:
            return False, is_sound
        place = end + 1


def _closed(line: str, place: int) -> int:
    """The position behind the mark that closes what is open at `place`, -1 where none does."""
    while (mark := line.find('"', place)) >= 0:
        if not line.startswith('"', mark + 1):
            return mark + 1
        place = mark + 2
    return -1


def _lines_before(path: Path, at: int) -> int:
    """How many lines end before byte `at`: LF, CR LF or CR."""
    count, last = 0, b""
    with path.open("rb") as handle:
        while at > 0 and (chunk := handle.read(min(at, _CHUNK))):
            at -= len(chunk)
            joined = last + chunk
            count += joined.count(b"\n") + joined.count(b"\r") - joined.count(b"\r\n")
            # A CR at the end may be half of a CR LF: it is counted with the next piece.
            last = b"\r" if chunk.endswith(b"\r") and at else b""
            count -= len(last)
    return count
