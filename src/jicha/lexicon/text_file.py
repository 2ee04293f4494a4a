"""Text and CSV files under `content/`: read whole, refused by file and line where they are not what they say."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from jicha.kernel.errors import ContentError


def read_text(path: Path, shown: str) -> str:
    """The file as text with plain line ends and without a byte order mark; refuses what is not UTF-8."""
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ContentError(
            "not_utf8",
            en=f"not UTF-8 (byte {error.start}); save the file as UTF-8",
            zh=f"文件不是 UTF-8 编码 (第 {error.start} 字节); 请另存为 UTF-8",
            file=shown,
        ) from error
    return text.replace("\r\n", "\n").removeprefix("\ufeff")


def csv_rows(text: str, shown: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The names of the first line, and each further row with the line it begins on.

    Blank lines are no rows. Raises `ContentError` for a file without a first line, a name that is empty or
    stands twice, a row with more or fewer cells than there are names, and an open quote.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            if cells:
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise ContentError(
            "bad_csv",
            en=f"this row is not valid CSV: {error}",
            zh=f"该行不是有效的 CSV: {error}",
            file=shown,
            line=line,
        ) from error
    if not rows:
        raise ContentError(
            "empty_csv",
            en="the file is empty; its first line names the columns",
            zh="文件为空; 首行应为列名",
            file=shown,
            line=1,
        )
    (first, names), *records = rows
    for name in names:
        if not name.strip() or names.count(name) > 1:
            raise ContentError(
                "bad_csv_header",
                en=f"the column name {name!r} is empty or stands twice",
                zh=f"列名 {name!r} 为空或重复",
                file=shown,
                line=first,
            )
    for at, cells in records:
        if len(cells) != len(names):
            raise ContentError(
                "wrong_cell_count",
                en=f"{len(cells)} cells where the first line names {len(names)} columns",
                zh=f"该行有 {len(cells)} 个单元格, 首行列名为 {len(names)} 个",
                file=shown,
                line=at,
            )
    return names, records
