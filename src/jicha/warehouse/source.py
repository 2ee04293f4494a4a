"""Source systems: how a utility's export becomes typed raw rows, and raw rows become core rows.

One folder `content/sources/<system>/` says it all:

* `source.yaml`                 name, formats, encodings, and for each raw table a pattern of file names, or the
                                database table or query it is read from
* `<raw_table>.columns.csv`     source header -> column, type, required, code list; a header may list
                                alternatives (`户号|用户编号`), the preferred one first
* `recode/<list>.csv`           the source's own words for a code list (`source_value,code`), where they are
                                not the list's Chinese labels
* `to_core/<core_table>.sql`    one SELECT; see `jicha.warehouse.to_core`
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

import msgspec

from jicha.kernel.canonical import digest
from jicha.kernel.errors import ContentError, UnknownKey
from jicha.kernel.text import Text
from jicha.lexicon.bilingual import Bilingual
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.text_file import read_text
from jicha.lexicon.yaml_file import BadValue, typed
from jicha.warehouse.column_map import EXCHANGED_DATE, MONTH, RawColumn, column_map, recodes
from jicha.warehouse.relation import Relation

__all__ = [
    "DELIMITERS",
    "EXCHANGED_DATE",
    "FORMATS",
    "MONTH",
    "SUFFIXES",
    "Encoding",
    "Format",
    "RawColumn",
    "RawTable",
    "Source",
    "source_names",
    "without_suffix",
]

#: What a delivered file may be; found out from its content. "csv" is any delimited text.
Format = Literal["csv", "xlsx", "xls", "parquet"]
Encoding = Literal["utf-8", "gb18030"]

FORMATS: tuple[Format, ...] = ("csv", "xlsx", "xls", "parquet")

#: Suffixes of names under which tables come. A pattern without one of them says nothing about the suffix.
SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".parquet")

#: The delimiters among which `delimiter: auto` chooses.
DELIMITERS = (",", ";", "\t", "|", "^", "\x1f")

_COLUMNS_SUFFIX = ".columns.csv"


class _RawTableEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: Bilingual
    files: str | None = None
    sheet: str | None = None
    table: str | None = None
    query: str | None = None

    def __post_init__(self) -> None:
        if self.table is not None and self.query is not None:
            raise BadValue(
                en="a table is read from a database `table` or by a `query`, not by both",
                zh="table 与 query 只能填写其一",
            )
        if self.files is None and self.table is None and self.query is None:
            raise BadValue(
                en="say where the rows come from: `files` (a pattern), `table` or `query`",
                zh="须注明数据来自何处: files (文件名模式)、table 或 query",
            )


class _SourceFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: Bilingual
    tables: dict[str, _RawTableEntry]
    format: Format | None = None
    formats: tuple[Format, ...] | None = None
    encodings: tuple[Encoding, ...] = ("utf-8", "gb18030")
    delimiter: str = ","
    extra_columns: Literal["refuse", "ignore"] = "refuse"
    title_rows: Literal["none", "auto"] = "none"

    def __post_init__(self) -> None:
        if self.format is not None and self.formats is not None:
            raise BadValue(en="write `formats` or `format`, not both", zh="formats 与 format 只能填写其一")
        if self.formats is not None and not self.formats:
            raise BadValue(en="`formats` names at least one", zh="formats 至少须有一项")


@dataclass(frozen=True, slots=True)
class RawTable:
    """One table a source delivers.

    `files` is a pattern for file names, `sheet` one for the sheets of a workbook (None: every sheet that has
    the header). `table` or `query` say what is read from a database. `digest` covers the mapping.
    """

    name: str
    relation_name: str
    title: Text
    files: str
    columns: tuple[RawColumn, ...]
    shown: str
    digest: str
    sheet: str | None = None
    table: str | None = None
    query: str | None = None

    @property
    def database_file(self) -> str | None:
        """Name of the Parquet file as which a database's rows are delivered; None for files alone. It names the
        source: a file's name belongs to one raw table of one source."""
        if self.table is None and self.query is None:
            return None
        return f"{self.relation_name.removeprefix('raw_')}.parquet"

    def claims(self, name: str) -> bool:
        """Whether a file of this name (without folders) belongs to this table.

        The pattern is held against the whole name, or, where it ends in no suffix of a table, against the
        name without its suffix.
        """
        if name == self.database_file:
            return True
        if not self.files.lower().endswith(SUFFIXES):
            name = without_suffix(name)
        return fnmatchcase(name, self.files)

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
    """One source system, as its folder says.

    `formats` are what its files may be, `delimiters` the candidates for delimited text. A column that is not
    in the map is an error unless `ignores_extra_columns`; the header is the first row unless `skips_titles`.
    """

    name: str
    title: Text
    folder: Path
    shown: str
    formats: tuple[Format, ...]
    encodings: tuple[Encoding, ...]
    delimiters: tuple[str, ...]
    ignores_extra_columns: bool
    skips_titles: bool
    tables: Mapping[str, RawTable]

    @classmethod
    def load(cls, name: str, roots: ContentRoots, lexicon: Lexicon) -> Source:
        """Reads a source's mapping; raises `UnknownKey` for an unknown system, `ContentError` for faults."""
        folder = _folder(name, roots)
        path = folder / "source.yaml"
        shown = roots.shown(path)
        entry = typed(read_text(path, shown), _SourceFile, file=shown)
        if len(entry.delimiter) != 1 and entry.delimiter != "auto":
            raise ContentError(
                "bad_delimiter",
                en="the delimiter is one character, or auto",
                zh="分隔符须为一个字符, 或填 auto",
                file=shown,
            )
        words = recodes(folder, roots, lexicon)
        tables = {
            table: _raw_table(name, table, spec, folder / f"{table}{_COLUMNS_SUFFIX}", roots, lexicon, words)
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
            formats=entry.formats or ((entry.format,) if entry.format else FORMATS),
            encodings=entry.encodings,
            delimiters=DELIMITERS if entry.delimiter == "auto" else (entry.delimiter,),
            ignores_extra_columns=entry.extra_columns == "ignore",
            skips_titles=entry.title_rows == "auto",
            tables=tables,
        )


def source_names(roots: ContentRoots) -> list[str]:
    """All source systems of the content roots, sorted."""
    return sorted(path.parent.name for path in roots.files("sources", "source.yaml"))


def without_suffix(name: str) -> str:
    """A file name without its suffix, where that is one of `SUFFIXES`; any other is part of the name."""
    for suffix in SUFFIXES:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return name


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
    words: Mapping[str, Mapping[str, str]],
) -> RawTable:
    shown = roots.shown(path)
    columns = column_map(path, shown, lexicon, words)
    return RawTable(
        name=name,
        relation_name=f"raw_{source}.{name}",
        title=entry.title.text,
        files=entry.files or f"{source}.{name}.parquet",
        columns=columns,
        shown=shown,
        digest=digest([[column.canonical() for column in columns], entry.sheet]),
        sheet=entry.sheet,
        table=entry.table,
        query=entry.query,
    )
