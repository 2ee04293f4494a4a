"""One pass that turns a delivered text into UTF-8 and notes every line that its encoding does not account for.

A byte that cannot be read becomes U+FFFD, never a guess. Clean pieces go through whole; only a piece in which
something is wrong is looked at line by line. Memory is that of one piece, whatever the file's size.
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from jicha.kernel.errors import SourceError

#: Stands for a byte that could not be read, and for NUL, which no text holds.
LOST = "\ufffd"

#: Put at the end of a line that is in another encoding than its file. A noncharacter: no export holds it, and
#: behind the last field it disturbs no quotation mark.
MIXED = "\ufdd0"

_PIECE = 1 << 22
_LINE_END_WITHIN = 1 << 20
_LONGEST_LINE = 1 << 24
_PLACES_KEPT = 5

#: Byte classes: first byte of a UTF-8 character of three bytes L, of two D; a following byte C; others a point.
_CLASSES = bytes(
    ord(
        "L" if 0xE0 <= byte <= 0xEF else "D" if 0xC2 <= byte <= 0xDF else "C" if 0x80 <= byte <= 0xBF else "."
    )
    for byte in range(256)
)

#: Two characters of one size side by side: where a line in the other encoding is looked for.
_NEIGHBOURS = {"gb18030": b"LCCLCC", "utf-8": b"DCDC"}

#: Line end in bytes for encodings of two bytes a unit; all others have it as in ASCII.
_WIDE = {"utf-16-le": 0, "utf-16-be": 1}


@dataclass
class Faults:
    """Lines of one file that its encoding does not account for. Lines count from 1, bytes from 0.

    `damaged` lines hold a byte that cannot be read or a NUL, `mixed` ones are whole in another encoding.
    `elsewhere` says how many of them read well in another encoding, `places` the first of these lines.
    """

    lines: int = 0
    damaged: int = 0
    mixed: int = 0
    nul: int = 0
    first_line: int | None = None
    first_byte: int | None = None
    elsewhere: Counter[str] = field(default_factory=Counter)
    places: dict[str, list[int]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.damaged + self.mixed

    def note(self, line: int, byte: int | None, readable_as: Sequence[str]) -> None:
        if self.first_line is None:
            self.first_line, self.first_byte = line, byte
        for encoding in readable_as:
            self.elsewhere[encoding] += 1
            places = self.places.setdefault(encoding, [])
            if len(places) < _PLACES_KEPT:
                places.append(line)


def transcode(
    file: Path, encoding: str, *, others: Sequence[str], start: int, temp: Path
) -> tuple[Path, int, Faults]:
    """Gives the file as UTF-8: its path, the byte where its text begins there, and what is wrong with it.

    `start` is the length of a byte order mark, `others` the encodings that faulty lines are tried in. A file
    that is UTF-8 already, plain ASCII among them, is left where it is; another one is written to `temp`.
    Raises `SourceError` for a line longer than `_LONGEST_LINE` bytes.
    """
    wide = encoding in _WIDE
    faults = Faults()
    sink = _Sink(file, start, temp)
    line_end = _line_end(file, encoding)
    try:
        for offset, piece in _pieces(file, start, encoding, line_end):
            clean = _clean(piece, encoding, others)
            if clean is not None:
                faults.lines += _lines_in(clean, b"\n" if wide else line_end)
            elif wide:
                clean = _text_by_line(piece, encoding, faults)
            else:
                clean = _bytes_by_line(piece, offset, encoding, others, line_end, faults)
            sink.write(piece, clean)
    finally:
        sink.close()
    return (*sink.place, faults)


def _line_end(file: Path, encoding: str) -> bytes:
    """LF, also where CR stands before it; CR alone only where no LF is seen."""
    if encoding in _WIDE:
        return "\n".encode(encoding)
    with file.open("rb") as handle:
        head = handle.read(_LINE_END_WITHIN)
    return b"\r" if b"\r" in head and b"\n" not in head else b"\n"


def _pieces(file: Path, start: int, encoding: str, line_end: bytes) -> Iterator[tuple[int, bytes]]:
    """The file's bytes from `start` on, each piece with its offset and ending with a line, but for the last.

    In UTF-8, gb18030 and their like a line end is never part of another character.
    """
    rest, offset = b"", start
    with file.open("rb") as handle:
        handle.seek(start)
        while chunk := handle.read(_PIECE):
            held = rest + chunk
            end = _last_line_end(held, line_end, unit=2 if encoding in _WIDE else 1)
            if end:
                yield offset, held[:end]
            elif len(held) > _LONGEST_LINE:
                raise SourceError(
                    "line_too_long",
                    en=f"no line end in {len(held)} bytes from byte {offset} on; this is not a table in text",
                    zh=f"自第 {offset} 字节起 {len(held)} 字节内没有换行; 该文件不是文本表格",
                    file=file,
                )
            rest, offset = held[end:], offset + end
    if rest:
        yield offset, rest


def _last_line_end(held: bytes, line_end: bytes, *, unit: int) -> int:
    found = held.rfind(line_end)
    while found > 0 and found % unit:
        found = held.rfind(line_end, 0, found + len(line_end) - 1)
    return found + len(line_end) if found >= 0 else 0


def _lines_in(utf8: bytes, line_end: bytes) -> int:
    return utf8.count(line_end) + (not utf8.endswith(line_end))


def _clean(piece: bytes, encoding: str, others: Sequence[str]) -> bytes | None:
    """The piece as UTF-8, None where a line of it may be faulty."""
    if encoding in _WIDE:
        try:
            text = piece.decode(encoding)
        except UnicodeDecodeError:
            return None
        return None if "\0" in text else text.encode()
    if b"\0" in piece:
        return None
    if piece.isascii():
        return piece
    if _holds_other(piece, encoding, others):
        return None
    try:
        text = piece.decode(encoding)
    except UnicodeDecodeError:
        return None
    return piece if encoding == "utf-8" else text.encode()


def _other_encoding(line: bytes, encoding: str, others: Sequence[str]) -> str | None:
    """The encoding a line is in beyond chance, where that is not its file's though it may read so."""
    if encoding == "gb18030" and _is_utf8(line):
        return "utf-8"
    if encoding == "utf-8" and "gb18030" in others and _is_gb(line):
        return "gb18030"
    return None


def _holds_other(piece: bytes, encoding: str, others: Sequence[str]) -> bool:
    """Whether a line of the piece is in another encoding. Looks only at lines that hold two suspicious
    characters side by side, which Chinese in gb18030 does a few times in a million and in UTF-8 never."""
    neighbours = _NEIGHBOURS.get(encoding)
    if neighbours is None:
        return False
    classes = piece.translate(_CLASSES)
    found = classes.find(neighbours)
    while found >= 0:
        begin = max(piece.rfind(b"\n", 0, found), piece.rfind(b"\r", 0, found)) + 1
        ends = [end for end in (piece.find(b"\n", found), piece.find(b"\r", found)) if end >= 0]
        end = min(ends, default=len(piece))
        if _other_encoding(piece[begin:end], encoding, others):
            return True
        found = classes.find(neighbours, end)
    return False


def _is_utf8(line: bytes) -> bool:
    """Whether a line of a gb18030 file is UTF-8.

    All of it reads as UTF-8 with three characters of three bytes; two are enough where gb18030 makes of them
    what is in no everyday text (outside GB 2312), as it does of nearly all Chinese in UTF-8. Characters of two
    bytes prove nothing: one in seven Chinese characters in gb18030 looks like one.
    """
    try:
        wide = sum(char >= "\u0800" for char in line.decode("utf-8"))
    except UnicodeDecodeError:
        return False
    if wide != 2:
        return wide > 2
    try:
        line.decode("gb18030").encode("gb2312")
    except UnicodeError:
        return True
    return False


def _is_gb(line: bytes) -> bool:
    """Whether a line that reads as UTF-8 is gb18030, as `英伟` is: not one character of three bytes, two of two
    bytes side by side, and all of it common Chinese (GB 2312, first level, whose bytes end with D7). Where UTF-8
    makes Western European text of it, as of `créée`, it is that."""
    if max(line, default=0) > 0xD7 or _NEIGHBOURS["utf-8"] not in line.translate(_CLASSES):
        return False
    if not (_reads(line, "utf-8") and _reads(line, "gb2312")):
        return False
    return any(char > "\u00ff" for char in line.decode())


def _bytes_by_line(
    piece: bytes, offset: int, encoding: str, others: Sequence[str], line_end: bytes, faults: Faults
) -> bytes:
    parts = []
    for line in _split(piece, line_end):
        faults.lines += 1
        parts.append(_line(line, offset, encoding, others, faults))
        offset += len(line)
    return b"".join(parts)


def _line(line: bytes, offset: int, encoding: str, others: Sequence[str], faults: Faults) -> bytes:
    body = line.rstrip(b"\r\n")
    ending = line[len(body) :]
    nul = body.find(b"\0")
    if nul < 0:
        if body.isascii():
            return line
        other = _other_encoding(body, encoding, others)
        if other is not None:
            faults.mixed += 1
            faults.note(faults.lines, offset, (other,))
            return (body.decode(other) + MIXED).encode() + ending
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        first = min(error.start, nul) if nul >= 0 else error.start
        # With something behind it an incomplete character at the end takes no sound one with it.
        text = (body + b"\n" * 3).decode(encoding, "replace").removesuffix("\n" * 3)
    else:
        if nul < 0:
            return text.encode() + ending
        first = nul
    faults.damaged += 1
    faults.nul += nul >= 0
    readable_as = [name for name in others if nul < 0 and _reads(body, name)]
    faults.note(faults.lines, offset + first, readable_as)
    return text.replace("\0", LOST).encode() + ending


def _reads(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _text_by_line(piece: bytes, encoding: str, faults: Faults) -> bytes:
    """UTF-16: a lone surrogate, an odd byte at the end, a NUL."""
    text = piece.decode(encoding, "replace").replace("\0", LOST)
    for line in text.removesuffix("\n").split("\n"):
        faults.lines += 1
        if LOST in line:
            faults.damaged += 1
            faults.note(faults.lines, None, ())
    return text.encode()


def _split(piece: bytes, line_end: bytes) -> Iterator[bytes]:
    *lines, last = piece.split(line_end)
    for line in lines:
        yield line + line_end
    if last:
        yield last


class _Sink:
    """Writes to `temp` from the first piece on that differs from the file's own bytes."""

    def __init__(self, file: Path, start: int, temp: Path) -> None:
        self._file, self._start, self._temp = file, start, temp
        self._same = 0
        self._out: IO[bytes] | None = None

    @property
    def place(self) -> tuple[Path, int]:
        """Where the text is and at which byte it begins."""
        return (self._file, self._start) if self._out is None else (self._temp, 0)

    def write(self, given: bytes, utf8: bytes) -> None:
        if self._out is None:
            if given is utf8:
                self._same += len(given)
                return
            self._out = self._temp.open("wb")
            self._copy_what_was_the_same(self._out)
        self._out.write(utf8)

    def close(self) -> None:
        if self._out is not None:
            self._out.close()

    def _copy_what_was_the_same(self, out: IO[bytes]) -> None:
        with self._file.open("rb") as handle:
            handle.seek(self._start)
            left = self._same
            while left:
                chunk = handle.read(min(left, _PIECE))
                if not chunk:
                    raise SourceError(
                        "file_changed",
                        en="the file became shorter while it was read; deliver it when its export is finished",
                        zh="读取过程中文件变短; 请在导出完成后再提供",
                        file=self._file,
                    )
                out.write(chunk)
                left -= len(chunk)


def byte_order_mark(head: bytes) -> tuple[str, int] | None:
    """The encoding a byte order mark at the beginning stands for, and its length."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        ("\ufeff".encode("gb18030"), "gb18030"),
    ):
        if head.startswith(mark):
            return encoding, len(mark)
    return None
