"""Delivered text to UTF-8: which encoding a file is in is found out, never assumed, and never repaired."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jicha.kernel.errors import SourceError

_CHUNK = 1 << 23
_LONGEST_HEADER = 1 << 16


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A delivered file as UTF-8. `body_at` is the byte where the line after the header begins."""

    path: Path
    encoding: str
    header: tuple[str, ...]
    body_at: int


class _Undecodable(Exception):
    """`byte` counts from 0, `line` from 1."""

    def __init__(self, byte: int, line: int) -> None:
        super().__init__(byte, line)
        self.byte = byte
        self.line = line


def decode(
    file: Path, *, encodings: Sequence[str], delimiter: str, known: Collection[str], temp: Path
) -> DecodedText:
    """Finds the encoding in which the header reads best, holds the whole file to it, and gives UTF-8.

    A UTF-8 file is left where it is, another one is written to `temp`. `known` are the headers the mapping
    names. Raises `SourceError` with byte and line where no encoding reads the file.
    """
    line = _first_line(file)
    readings = {
        encoding: header
        for encoding in encodings
        if (header := _header(line, encoding, delimiter)) is not None
    }
    hits = {encoding: len(set(header) & set(known)) for encoding, header in readings.items()}
    candidates = [encoding for encoding in readings if hits[encoding] == max(hits.values())] or list(
        encodings
    )
    failures: dict[str, _Undecodable] = {}
    for encoding in candidates:
        try:
            path, body_at = _converted(file, encoding, len(line), temp)
        except _Undecodable as failure:
            failures[encoding] = failure
        else:
            return DecodedText(path, encoding, readings[encoding], body_at)
    places_en = "; ".join(f"not {name} at byte {place.byte}" for name, place in failures.items())
    places_zh = "; ".join(f"第 {place.byte} 字节不符合 {name}" for name, place in failures.items())
    raise SourceError(
        "not_decodable",
        en=f"the file is in no encoding this source names: {places_en}; export it again or repair that place",
        zh=f"文件编码与数据源声明不符: {places_zh}; 请重新导出或修正该处",
        file=file,
        line=next(iter(failures.values())).line,
    )


def _first_line(file: Path) -> bytes:
    """The first line with its line end and any byte order mark."""
    with file.open("rb") as handle:
        head = handle.read(_LONGEST_HEADER)
    end = head.find(b"\n")
    if end < 0:
        end = head.find(b"\r")
    if end < 0 and len(head) == _LONGEST_HEADER:
        raise SourceError(
            "no_header_line",
            en=f"no line end in the first {_LONGEST_HEADER} bytes; this is not a table as described",
            zh=f"前 {_LONGEST_HEADER} 字节内没有换行; 该文件不是数据源所描述的表",
            file=file,
        )
    return head[: end + 1] if end >= 0 else head


def _header(line: bytes, encoding: str, delimiter: str) -> tuple[str, ...] | None:
    """Names of the first line in this encoding, trimmed; None where it cannot be read so."""
    try:
        text = line.removeprefix(codecs.BOM_UTF8).decode(encoding)
    except UnicodeDecodeError:
        return None
    fields = next(csv.reader([text.rstrip("\r\n")], delimiter=delimiter), [])
    return tuple(field.strip() for field in fields)


def _converted(file: Path, encoding: str, header_bytes: int, temp: Path) -> tuple[Path, int]:
    if encoding == "utf-8":
        for _ in _texts(file, encoding):
            pass  # reading it through is the check
        return file, header_bytes
    header_length: int | None = None
    with temp.open("wb") as out:
        for text in _texts(file, encoding):
            if header_length is None:
                header_length = len(_first_line_of(text).encode("utf-8"))
            out.write(text.encode("utf-8"))
    return temp, header_length or 0


def _first_line_of(text: str) -> str:
    end = text.find("\n")
    if end < 0:
        end = text.find("\r")
    return text[: end + 1] if end >= 0 else text


def _texts(file: Path, encoding: str) -> Iterator[str]:
    """The file's text in pieces; raises `_Undecodable` at the first byte that is not in the encoding."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    read, lines = 0, 1
    with file.open("rb") as handle:
        while True:
            chunk = handle.read(_CHUNK)
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                # `start` counts from the bytes the decoder still held back from the piece before.
                inside = max(error.start - pending, 0)
                raise _Undecodable(
                    read - pending + error.start, lines + chunk.count(b"\n", 0, inside)
                ) from error
            if text:
                yield text
            if not chunk:
                return
            read += len(chunk)
            lines += chunk.count(b"\n")
