"""The YAML header of a content file: `/* ---` … `--- */`, then at most one SELECT."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from jicha.kernel.errors import ContentError
from jicha.lexicon.text_file import read_text
from jicha.lexicon.yaml_file import line_of, typed

OPENING = "/* ---"
CLOSING = "--- */"

#: Nobody writes a header longer than this by hand; a longer one is refused unread.
MAX_HEADER_BYTES = 64 * 1024
MAX_FILE_BYTES = 512 * 1024

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ContentFile:
    """A content file cut in two. Lines count from 1 in the file; `digest` covers the whole text."""

    path: Path
    shown: str
    header: str
    header_line: int
    body: str
    body_line: int
    digest: str

    def typed(self, kind: type[T]) -> T:
        """The header as a struct; a wrong value is an error with its line."""
        return typed(self.header, kind, file=self.shown, first_line=self.header_line)

    def line_of(self, *steps: str | int) -> int:
        """The line of a header's value, by its keys and places: `line_of("audits", 2)`."""
        return self.header_line + line_of(self.header, steps)


def read_content_file(path: Path, shown: str) -> ContentFile:
    """Reads and cuts one file. Refuses files that are too large, not UTF-8, or without a closed header."""
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise ContentError(
            "too_large",
            en=f"{size:,} bytes; a content file has at most {MAX_FILE_BYTES:,}",
            zh=f"文件 {size:,} 字节, 内容文件上限 {MAX_FILE_BYTES:,} 字节",
            file=shown,
        )
    return cut(read_text(path, shown), path=path, shown=shown)


def cut(text: str, *, path: Path, shown: str) -> ContentFile:
    """Splits a text into header and body."""
    lines = text.split("\n")
    start = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if lines[start].strip() != OPENING:
        raise ContentError(
            "no_header",
            en=f"the file must open with a header line `{OPENING}`",
            zh=f"文件须以头部标记 `{OPENING}` 开始",
            file=shown,
            line=start + 1,
        )
    end = next((i for i in range(start + 1, len(lines)) if lines[i].strip() == CLOSING), None)
    if end is None:
        raise ContentError(
            "header_not_closed",
            en=f"the header is never closed by a line `{CLOSING}`",
            zh=f"头部没有以 `{CLOSING}` 结束",
            file=shown,
            line=start + 1,
        )
    header = "\n".join(lines[start + 1 : end])
    if len(header.encode()) > MAX_HEADER_BYTES:
        raise ContentError(
            "header_too_large",
            en=f"a header has at most {MAX_HEADER_BYTES:,} bytes",
            zh=f"头部最多 {MAX_HEADER_BYTES:,} 字节",
            file=shown,
            line=start + 1,
        )
    return ContentFile(
        path=path,
        shown=shown,
        header=header,
        header_line=start + 2,
        body="\n".join(lines[end + 1 :]),
        body_line=end + 2,
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )
