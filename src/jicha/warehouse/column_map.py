"""Column maps: what each column of a delivered table is called, and what becomes of its values.

`<raw_table>.columns.csv` has `source_header,column,type,required,recode,note`; `recode/<list>.csv` the
source's own words for a code list (`source_value,code`), where they are not the list's Chinese labels.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jicha.kernel.canonical import Json
from jicha.kernel.errors import ContentError
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.text_file import csv_rows, read_text
from jicha.warehouse.core import ORIGIN
from jicha.warehouse.intake.header_row import folded
from jicha.warehouse.portable.types import lexicon_type

#: A month as sources write it, 202601; it becomes the date of its first day.
MONTH = "month"

#: A date whose day and month the export has exchanged wherever both are at most 12.
EXCHANGED_DATE = "date_exchanged"

_COLUMNS_HEADER = ["source_header", "column", "type", "required", "recode", "note"]
_RECODE_HEADER = ["source_value", "code"]
_RANGE = re.compile(r"integer\((?P<least>-?[0-9]{1,18})?\.\.(?P<most>-?[0-9]{1,18})?\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawColumn:
    """One column of a delivered table.

    `headers` are the names under which it may come, the preferred one first. `type` is a lexicon type,
    `MONTH` or `EXCHANGED_DATE`; `least` and `most` (both included) bound a whole number. An empty `column`
    means that the column is known but not taken. `required`: no value may be empty; `may_be_absent`: the
    column itself may be missing from a file. `recode` maps the source's words to codes; None where values
    are taken as they are.
    """

    headers: tuple[str, ...]
    column: str
    type: str
    required: bool = False
    may_be_absent: bool = False
    least: int | None = None
    most: int | None = None
    recode_list: str | None = None
    recode: Mapping[str, str] | None = None

    @property
    def header(self) -> str:
        return self.headers[0]

    @property
    def stored_type(self) -> str:
        """Lexicon type in the raw table."""
        return "date" if self.type in (MONTH, EXCHANGED_DATE) else self.type

    @property
    def is_identifier(self) -> bool:
        """Whether its digits are a name, not a number: leading zeros count, and none may be lost."""
        return self.type == "text" and self.column.endswith("_id")

    def canonical(self) -> list[Json]:
        """What of it decides how a file is read."""
        bounds: list[Json] = [self.least, self.most]
        flags: list[Json] = [self.required, self.may_be_absent]
        words: Json = None if self.recode is None else dict(self.recode)
        return [list(self.headers), self.column, self.type, *bounds, *flags, words]


def column_map(
    path: Path, shown: str, lexicon: Lexicon, words: Mapping[str, Mapping[str, str]]
) -> tuple[RawColumn, ...]:
    """The columns a map names; raises `ContentError` for a fault in it. `words` are the source's `recodes`."""
    columns: list[RawColumn] = []
    taken: set[str] = set()
    for line, row in _csv_rows(path, shown, _COLUMNS_HEADER):
        try:
            column = _raw_column(row, shown, line, lexicon, words)
        except ContentError as error:
            raise error.placed(shown, line) from None
        names = [folded(header) for header in column.headers]
        twice = [
            header
            for header, name in zip(column.headers, names, strict=True)
            if name in taken or names.count(name) > 1
        ]
        if twice or (column.column and column.column in {other.column for other in columns}):
            raise ContentError(
                "column_twice",
                en=f"{(twice or column.headers)[0]} ({column.column}) stands twice",
                zh=f"{(twice or column.headers)[0]} ({column.column}) 重复出现",
                file=shown,
                line=line,
            )
        taken.update(names)
        columns.append(column)
    if not any(column.column for column in columns):
        raise ContentError("no_columns", en="this map takes no column", zh="该映射未取任何列", file=shown)
    return tuple(columns)


def _raw_column(
    row: Mapping[str, str], shown: str, line: int, lexicon: Lexicon, words: Mapping[str, Mapping[str, str]]
) -> RawColumn:
    def refuse(code: str, en: str, zh: str) -> ContentError:
        return ContentError(code, en=en, zh=zh, file=shown, line=line)

    header, column, kind, required = (row[key].strip() for key in _COLUMNS_HEADER[:4])
    headers = tuple(name.strip() for name in header.split("|"))
    if not all(map(folded, headers)) or not _is_column_name(column):
        raise refuse(
            "bad_column_name",
            f"{header or '(empty)'} -> {column}: a column has a lower-case name, not {' or '.join(ORIGIN)}",
            f"{header or '(空)'} -> {column}: 列名须为小写英文标识符, 且不得为 {'、'.join(ORIGIN)}",
        )
    if required not in ("", "yes", "optional"):
        raise refuse(
            "bad_required",
            f"`required` is yes, optional or empty, not {required}",
            f"required 只能填 yes、optional 或留空, 不能是 {required}",
        )
    least = most = None
    if ranged := _RANGE.fullmatch(kind):
        kind = "integer"
        least, most = (None if bound is None else int(bound) for bound in ranged.groups())
        if least is not None and most is not None and least > most:
            raise refuse(
                "bad_range",
                f"{header}: no whole number lies between {least} and {most}",
                f"{header}: {least} 与 {most} 之间没有整数",
            )
    if kind not in (MONTH, EXCHANGED_DATE):
        lexicon_type(kind)
    list_name = row["recode"].strip() or None
    if list_name and kind != "text":
        raise refuse("bad_recode", f"{header}: codes are text", f"{header}: 代码列的类型须为 text")
    recode = None
    if list_name:
        labels = {value.zh: value.code for value in lexicon.codes(list_name).values()}
        recode = {**labels, **words.get(list_name, {})}
    return RawColumn(
        headers=headers,
        column=column,
        type=kind,
        required=required == "yes",
        may_be_absent=required == "optional",
        least=least,
        most=most,
        recode_list=list_name,
        recode=recode,
    )


def _is_column_name(column: str) -> bool:
    return not column or (column.isidentifier() and column.islower() and column not in ORIGIN)


def recodes(folder: Path, roots: ContentRoots, lexicon: Lexicon) -> dict[str, dict[str, str]]:
    """The source's own words by code list; every code must be in the list."""
    recodes: dict[str, dict[str, str]] = {}
    for path in sorted((folder / "recode").glob("*.csv")):
        shown = roots.shown(path)
        try:
            codes = lexicon.codes(path.stem)
        except ContentError as error:
            raise error.placed(shown) from None
        words: dict[str, str] = {}
        for line, row in _csv_rows(path, shown, _RECODE_HEADER):
            word, code = row["source_value"].strip(), row["code"].strip()
            if code not in codes or word in words:
                near = difflib.get_close_matches(code, codes, n=3)
                raise ContentError(
                    "bad_recode",
                    en=f"{word} -> {code}: the word stands twice or the code is not in the list"
                    + (f"; near: {', '.join(near)}" if near else ""),
                    zh=f"{word} -> {code}: 原值重复, 或代码不在代码表中"
                    + (f"; 相近: {'、'.join(near)}" if near else ""),
                    file=shown,
                    line=line,
                )
            words[word] = code
        recodes[path.stem] = words
    return recodes


def _csv_rows(path: Path, shown: str, header: list[str]) -> list[tuple[int, dict[str, str]]]:
    """Rows of a content CSV with their lines; the header must be exactly the expected one."""
    if not path.is_file():
        raise ContentError("file_missing", en="this file is missing", zh="缺少该文件", file=shown)
    names, rows = csv_rows(read_text(path, shown), shown)
    if names != header:
        raise ContentError(
            "bad_csv_header",
            en=f"the first line must be {','.join(header)}",
            zh=f"首行须为 {','.join(header)}",
            file=shown,
            line=1,
        )
    return [(line, dict(zip(header, cells, strict=True))) for line, cells in rows]
