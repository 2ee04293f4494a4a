"""Delivered text to UTF-8: encoding, delimiter and header row are found out, never assumed; nothing is guessed.

What a few damaged lines hold is set aside value by value later on; a file with many is refused, with a word on
whether it mixes encodings.
"""

from __future__ import annotations

import csv
import re
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jicha.kernel.errors import SourceError
from jicha.kernel.text import Text
from jicha.warehouse.intake.header_row import HEADER_WITHIN, columns_named, likeliest_header
from jicha.warehouse.intake.transcoding import Faults, byte_order_mark, transcode

#: Header and the titles above it stand in these first bytes.
_HEAD = 1 << 18
_HEAD_LINES = 200

_LINE_END = re.compile(r"\r\n|\r|\n")

#: A file is refused where more than one line in this many is damaged or in another encoding.
_LINES_TO_A_FAULT = 100


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A delivered file as UTF-8.

    `header` are the names as delivered, trimmed. `first_row` is the number of the first record below it, the
    file's first record being 1, and `body_at` the byte where that begins. Of the lines, `damaged` hold U+FFFD
    for what could not be read and `mixed` end with `transcoding.MIXED`: they are in another encoding.
    """

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    first_row: int
    body_at: int
    damaged: int = 0
    mixed: int = 0


@dataclass(frozen=True, slots=True)
class _Head:
    """The header row read in one way. `known` counts the wanted columns it names."""

    delimiter: str
    header: tuple[str, ...]
    index: int
    body_at: int
    known: int


def decode(
    file: Path,
    *,
    encodings: Sequence[str],
    delimiters: Sequence[str],
    known: Sequence[Sequence[str]],
    temp: Path,
    skips_titles: bool = False,
) -> DecodedText:
    """Finds the encoding and the delimiter in which the header reads best and gives the file as UTF-8.

    A byte order mark (UTF-8, UTF-16) decides by itself, whatever `encodings` says. `known` lists for each
    column the headers it may have. With `skips_titles` the header may stand below title rows. A UTF-8 file is
    left where it is, another one is written to `temp`. Raises `SourceError` for an empty file, one without a
    line end, one in none of the encodings and one that mixes them beyond what can be set aside.
    """
    head = _beginning(file)
    mark = byte_order_mark(head)
    encodings, start = ((mark[0],), mark[1]) if mark else (tuple(encodings), 0)
    heads = {
        encoding: _head(_text(head[start:], encoding), delimiters, known, skips_titles)
        for encoding in encodings
    }
    most = max(found.known for found in heads.values())
    candidates = [encoding for encoding in encodings if heads[encoding].known == most]
    encoding, path, start, faults = _transcoded(file, candidates, encodings, start, temp)
    if faults.total * _LINES_TO_A_FAULT > faults.lines:
        raise _refusal(file, encoding, encodings, faults, head)
    with path.open("rb") as handle:
        handle.seek(start)
        text = _text(handle.read(_HEAD), "utf-8")
    # Once more in the text as it will be read, so that the place below the header is exact.
    found = _head(text, (heads[encoding].delimiter,), known, skips_titles)
    body_at = start + found.body_at
    return DecodedText(
        path=path,
        encoding=encoding,
        delimiter=found.delimiter,
        header=found.header,
        first_row=found.index + 2,
        body_at=body_at + _marks(path, body_at),
        damaged=faults.damaged,
        mixed=faults.mixed,
    )


def _marks(path: Path, at: int) -> int:
    """The length of byte order marks below the header, where a second file was put behind the first: the quick
    reader passes over one, the exact one must not read on from another place."""
    passed = 0
    with path.open("rb") as handle:
        handle.seek(at)
        while handle.read(len(BOM_UTF8)) == BOM_UTF8:
            passed += len(BOM_UTF8)
    return passed


def _beginning(file: Path) -> bytes:
    """The first bytes; raises `SourceError` where they hold nothing, or no line end."""
    with file.open("rb") as handle:
        head = handle.read(_HEAD)
    mark = byte_order_mark(head)
    if not head[mark[1] if mark else 0 :].strip(b"\0 \t\r\n"):
        nul = b"\0" in head
        raise SourceError(
            "empty_file",
            en="the file is empty" + (" (NUL bytes only): its export or copy broke off" if nul else ""),
            zh="文件为空" + (" (仅含 NUL 字节), 导出或复制可能中断" if nul else "") + "; 请重新导出",
            file=file,
        )
    if len(head) == _HEAD and b"\n" not in head and b"\r" not in head:
        raise SourceError(
            "no_header_line",
            en=f"no line end in the first {_HEAD} bytes; this is not a table as described",
            zh=f"前 {_HEAD} 字节内没有换行; 该文件不是数据源所描述的表",
            file=file,
        )
    return head


def _text(head: bytes, encoding: str) -> str:
    """The beginning's first lines as text, without the one that it breaks off in."""
    if not encoding.startswith("utf-16"):
        place = -1
        for _ in range(_HEAD_LINES):
            place = head.find(b"\n", place + 1)
            if place < 0:
                break
        else:
            return head[: place + 1].decode(encoding, "replace")
    text = head.decode(encoding, "replace")
    if len(head) < _HEAD:
        return text
    return text[: max(text.rfind("\n"), text.rfind("\r")) + 1]


def _head(text: str, delimiters: Sequence[str], known: Sequence[Sequence[str]], skips_titles: bool) -> _Head:
    """The header in the delimiter that gives most known names, then most fields, then comes first."""
    seen = [delimiter for delimiter in delimiters if delimiter in text] or delimiters[:1]
    found = [_head_cut_by(text, delimiter, known, skips_titles) for delimiter in seen]
    return max(found, key=lambda head: (head.known, len(head.header)))


def _head_cut_by(text: str, delimiter: str, known: Sequence[Sequence[str]], skips_titles: bool) -> _Head:
    rows: list[list[str]] = []
    ends: list[int] = []
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        for row in reader:
            rows.append(row)
            ends.append(lines.end)
            if len(rows) == (HEADER_WITHIN if skips_titles else 1):
                break
    except csv.Error:
        pass  # a field that is too long: what comes before it is what there is to choose from
    if not rows:
        return _Head(delimiter, (), 0, 0, 0)
    index = likeliest_header(rows, known)
    return _Head(
        delimiter,
        tuple(name.strip(" \t\r\n\u3000\u00a0\ufeff") for name in rows[index]),
        index,
        len(text[: ends[index]].encode()),
        columns_named(rows[index], known),
    )


class _Lines:
    """Lines of a text with their ends (LF, CR LF, CR); `end` is the position behind the last one given."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.end = 0

    def __iter__(self) -> Iterator[str]:
        while self.end < len(self._text):
            begin = self.end
            found = _LINE_END.search(self._text, begin)
            self.end = found.end() if found else len(self._text)
            yield self._text[begin : self.end]


def _transcoded(
    file: Path, candidates: Sequence[str], encodings: Sequence[str], start: int, temp: Path
) -> tuple[str, Path, int, Faults]:
    """The first candidate that accounts for every line, or else the one with the fewest faults."""
    tried: dict[str, Faults] = {}
    for encoding in candidates:
        others = [other for other in encodings if other != encoding]
        path, text_at, faults = transcode(file, encoding, others=others, start=start, temp=temp)
        if not faults.total:
            return encoding, path, text_at, faults
        tried[encoding] = faults
    best = min(tried, key=lambda name: tried[name].total)
    if best != encoding:
        others = [other for other in encodings if other != best]
        path, text_at, faults = transcode(file, best, others=others, start=start, temp=temp)
    return best, path, text_at, faults


def _refusal(file: Path, encoding: str, encodings: Sequence[str], faults: Faults, head: bytes) -> SourceError:
    """What is wrong with a file as a whole, and what to do."""
    place = f" at byte {faults.first_byte}" if faults.first_byte is not None else ""
    place_zh = f" (首处在第 {faults.first_byte} 字节)" if faults.first_byte is not None else ""
    what = Text(
        en=f"{faults.total} of {faults.lines} lines are not {encoding}, the first{place}",
        zh=f"{faults.lines} 行中有 {faults.total} 行不符合 {encoding}{place_zh}",
    )
    other = max(faults.elsewhere, key=lambda name: faults.elsewhere[name], default=None)
    if other is not None and 2 * faults.elsewhere[other] > faults.total:
        places = faults.places[other]
        return SourceError(
            "mixed_encodings",
            en=f"{what.en}; {faults.elsewhere[other]} of them read well as {other} (lines "
            f"{', '.join(map(str, places))}{', …' if faults.elsewhere[other] > len(places) else ''}): the file "
            "mixes encodings; export it again in one",
            zh=f"{what.zh}; 其中 {faults.elsewhere[other]} 行可按 {other} 读取 (第 "
            f"{'、'.join(map(str, places))} 行{'等' if faults.elsewhere[other] > len(places) else ''}): "
            "文件混用了编码; 请统一编码后重新导出",
            file=file,
            line=faults.first_line,
        )
    if _is_utf16(head):
        hint = Text(
            en="it looks like UTF-16 without a byte order mark: save it as UTF-8",
            zh="疑为无 BOM 的 UTF-16; 请另存为 UTF-8",
        )
    elif 2 * faults.nul > faults.total:
        hint = Text(
            en="it holds NUL bytes: a broken copy, or no text at all", zh="含 NUL 字节, 文件损坏或不是文本"
        )
    else:
        hint = Text(
            en=f"the encodings of this source are {', '.join(encodings)}: export it again in one of them",
            zh=f"数据源的编码为 {'、'.join(encodings)}; 请按其中一种重新导出",
        )
    return SourceError(
        "not_decodable",
        en=f"{what.en}; {hint.en}",
        zh=f"{what.zh}; {hint.zh}",
        file=file,
        line=faults.first_line,
    )


def _is_utf16(head: bytes) -> bool:
    """Whether there are NUL bytes in every tenth place, and hardly any but in even, or in odd ones."""
    few, many = sorted((head[::2].count(0), head[1::2].count(0)))
    return 10 * many > len(head) and 10 * few < many
