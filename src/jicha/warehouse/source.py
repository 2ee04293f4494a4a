"""Source systems: how a utility's export becomes typed raw rows, and raw rows become core rows.

One folder `content/sources/<system>/` says it all:

* `source.yaml`                 name, format, encodings, and a file pattern for each raw table
* `<raw_table>.columns.csv`     source header -> column, type, required, code list
* `recode/<list>.csv`           the source's own words for a code list (`source_value,code`), where they are
                                not the list's Chinese labels
* `to_core/<core_table>.sql`    one SELECT; see `jicha.warehouse.to_core`
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from jicha.kernel.canonical import digest
from jicha.kernel.errors import ContentError, UnknownKey
from jicha.kernel.text import Text
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.text_file import read_text
from jicha.lexicon.yaml_file import typed
from jicha.warehouse.core import ORIGIN, Bilingual
from jicha.warehouse.portable.types import lexicon_type
from jicha.warehouse.relation import Relation

Format = Literal["csv", "parquet"]
Encoding = Literal["utf-8", "gb18030"]

#: A month as sources write it, 202601; it becomes the date of its first day.
MONTH = "month"

_COLUMNS_HEADER = ["source_header", "column", "type", "required", "recode", "note"]
_RECODE_HEADER = ["source_value", "code"]
_COLUMNS_SUFFIX = ".columns.csv"


class _RawTableEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    files: str
    title: Bilingual


class _SourceFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: Bilingual
    format: Format
    tables: dict[str, _RawTableEntry]
    encodings: tuple[Encoding, ...] = ("utf-8", "gb18030")
    delimiter: str = ","


@dataclass(frozen=True, slots=True)
class RawColumn:
    """One column of a delivered table.

    `type` is a lexicon type or "month". An empty `column` means the column must be there but is not taken.
    `recode` maps the source's words to codes; None where values are taken as they are.
    """

    header: str
    column: str
    type: str
    required: bool
    recode_list: str | None
    recode: Mapping[str, str] | None

    @property
    def stored_type(self) -> str:
        """Lexicon type in the raw table."""
        return "date" if self.type == MONTH else self.type


@dataclass(frozen=True, slots=True)
class RawTable:
    """One table a source delivers. `files` is a pattern for file names; `digest` covers the mapping."""

    name: str
    relation_name: str
    title: Text
    files: str
    columns: tuple[RawColumn, ...]
    shown: str
    digest: str

    @property
    def taken(self) -> tuple[RawColumn, ...]:
        return tuple(column for column in self.columns if column.column)

    @property
    def stored(self) -> dict[str, str]:
        """Columns of the raw Parquet files with their lexicon types, the origin left out."""
        return {column.column: column.stored_type for column in self.taken}

    @property
    def relation(self) -> Relation:
        return Relation(name=self.relation_name, columns=self.stored)


@dataclass(frozen=True, slots=True)
class Source:
    """One source system, as its folder says."""

    name: str
    title: Text
    folder: Path
    shown: str
    format: Format
    encodings: tuple[Encoding, ...]
    delimiter: str
    tables: Mapping[str, RawTable]

    @classmethod
    def load(cls, name: str, roots: ContentRoots, lexicon: Lexicon) -> Source:
        """Reads a source's mapping; raises `UnknownKey` for an unknown system, `ContentError` for faults."""
        folder = _folder(name, roots)
        path = folder / "source.yaml"
        shown = roots.shown(path)
        entry = typed(read_text(path, shown), _SourceFile, file=shown)
        if len(entry.delimiter) != 1:
            raise ContentError(
                "bad_delimiter", en="the delimiter is one character", zh="分隔符须为一个字符", file=shown
            )
        recodes = _recodes(folder, roots, lexicon)
        tables = {
            table: _raw_table(
                name, table, spec, folder / f"{table}{_COLUMNS_SUFFIX}", roots, lexicon, recodes
            )
            for table, spec in entry.tables.items()
        }
        for path in sorted(folder.glob(f"*{_COLUMNS_SUFFIX}")):
            if path.name.removesuffix(_COLUMNS_SUFFIX) not in tables:
                raise ContentError(
                    "column_map_unused",
                    en=f"no table of {shown} uses this column map",
                    zh=f"{shown} 中没有使用该列映射的表",
                    file=roots.shown(path),
                )
        return cls(
            name=name,
            title=entry.name.text,
            folder=folder,
            shown=shown,
            format=entry.format,
            encodings=entry.encodings,
            delimiter=entry.delimiter,
            tables=tables,
        )


def source_names(roots: ContentRoots) -> list[str]:
    """All source systems of the content roots, sorted."""
    return sorted(path.parent.name for path in roots.files("sources", "source.yaml"))


def _folder(name: str, roots: ContentRoots) -> Path:
    for path in roots.files("sources", "source.yaml"):
        if path.parent.name == name:
            return path.parent
    known = source_names(roots)
    near = difflib.get_close_matches(name, known, n=3) or known
    raise UnknownKey(
        "unknown_source",
        en=f"there is no source system {name}; there are: {', '.join(near)}",
        zh=f"没有数据源 {name}; 可用: {'、'.join(near)}",
    )


def _raw_table(
    source: str,
    name: str,
    entry: _RawTableEntry,
    path: Path,
    roots: ContentRoots,
    lexicon: Lexicon,
    recodes: Mapping[str, Mapping[str, str]],
) -> RawTable:
    shown = roots.shown(path)
    columns: list[RawColumn] = []
    for line, row in _csv_rows(path, shown, _COLUMNS_HEADER):
        column = _raw_column(row, shown, line, lexicon, recodes)
        if column.header in {other.header for other in columns} or (
            column.column and column.column in {other.column for other in columns}
        ):
            raise ContentError(
                "column_twice",
                en=f"{column.header} ({column.column}) stands twice",
                zh=f"{column.header} ({column.column}) 重复出现",
                file=shown,
                line=line,
            )
        columns.append(column)
    if not any(column.column for column in columns):
        raise ContentError("no_columns", en="this map takes no column", zh="该映射未取任何列", file=shown)
    mapping = [
        [c.header, c.column, c.type, c.required, None if c.recode is None else dict(c.recode)]
        for c in columns
    ]
    return RawTable(
        name=name,
        relation_name=f"raw_{source}.{name}",
        title=entry.title.text,
        files=entry.files,
        columns=tuple(columns),
        shown=shown,
        digest=digest(mapping),
    )


def _raw_column(
    row: Mapping[str, str], shown: str, line: int, lexicon: Lexicon, recodes: Mapping[str, Mapping[str, str]]
) -> RawColumn:
    def refuse(code: str, en: str, zh: str) -> ContentError:
        return ContentError(code, en=en, zh=zh, file=shown, line=line)

    header, column, kind, required = (row[key].strip() for key in _COLUMNS_HEADER[:4])
    if not header or (column and not (column.isidentifier() and column.islower())) or column in ORIGIN:
        raise refuse(
            "bad_column_name",
            f"{header or '(empty)'} -> {column}: a column has a lower-case name, not {' or '.join(ORIGIN)}",
            f"{header or '(空)'} -> {column}: 列名须为小写英文标识符, 且不得为 {'、'.join(ORIGIN)}",
        )
    if required not in ("", "yes"):
        raise refuse(
            "bad_required",
            f"`required` is yes or empty, not {required}",
            f"required 只能填 yes 或留空, 不能是 {required}",
        )
    if kind != MONTH:
        lexicon_type(kind)
    list_name = row["recode"].strip() or None
    if list_name and kind != "text":
        raise refuse("bad_recode", f"{header}: codes are text", f"{header}: 代码列的类型须为 text")
    recode = None
    if list_name:
        labels = {value.zh: value.code for value in lexicon.codes(list_name).values()}
        recode = {**labels, **recodes.get(list_name, {})}
    return RawColumn(header, column, kind, required == "yes", list_name, recode)


def _recodes(folder: Path, roots: ContentRoots, lexicon: Lexicon) -> dict[str, dict[str, str]]:
    """The source's own words by code list; every code must be in the list."""
    recodes: dict[str, dict[str, str]] = {}
    for path in sorted((folder / "recode").glob("*.csv")):
        shown = roots.shown(path)
        codes = lexicon.codes(path.stem)
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
    with path.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.reader(handle)
        if next(reader, None) != header:
            raise ContentError(
                "bad_csv_header",
                en=f"the first line must be {','.join(header)}",
                zh=f"首行须为 {','.join(header)}",
                file=shown,
                line=1,
            )
        rows = []
        for record in reader:
            if len(record) != len(header):
                raise ContentError(
                    "bad_csv_row",
                    en=f"{len(record)} fields instead of {len(header)}",
                    zh=f"该行有 {len(record)} 个字段, 应为 {len(header)} 个",
                    file=shown,
                    line=reader.line_num,
                )
            rows.append((reader.line_num, dict(zip(header, record, strict=True))))
    return rows
