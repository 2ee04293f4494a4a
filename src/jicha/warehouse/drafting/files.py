"""A first mapping written as a source's folder: `source.yaml`, column maps, recode files, to_core drafts.

Of the samples only their headers are written down, and words for codes that another source already maps:
no row and no other value of them.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jicha.kernel.errors import ContentError
from jicha.lexicon.lexicon import Lexicon
from jicha.warehouse.drafting.mapping import TableDraft
from jicha.warehouse.drafting.models import ALIAS, CoreDraft, sql_name

_NAME = re.compile(r"[a-z][a-z0-9_]*")

_SAMPLE_NOTE = """# Invented rows · 编造的样例行

One small file per table, named as the utility names them, with the header of a real export and two or three
rows **made up by hand**: invented names, addresses and numbers (C001, 示例路1号, 13800000001). Nothing in this
folder may come from a real customer; it is shared with whoever gets the content.

每张表放一个小文件: 文件名与导出文件一致, 表头取自真实导出, 再**手工编造**两三行数据 (如 C001、示例路1号、
13800000001)。本目录随内容一同分发, 不得含有任何真实用户的信息。

Then · 然后: `jicha ingest {name} --data {folder}/sample --content {root} --workspace trial`
"""


@dataclass(frozen=True, slots=True)
class FileTraits:
    """What the samples were, all together: delimiters found if not commas, whether titles stand above a header,
    whether a column has no name that a map could use, sheets that were not looked at."""

    delimiters: tuple[str, ...] = ()
    has_titles: bool = False
    has_unnamed: bool = False
    other_sheets: tuple[str, ...] = ()


def source_folder(name: str, into: Path, known: Sequence[str]) -> Path:
    """Where the mapping of a new source goes; refuses a name that is none, or taken."""
    if not _NAME.fullmatch(name):
        raise ContentError(
            "bad_source_name",
            en=f"{name}: a source is named in lower-case letters, digits and _, e.g. cis_city",
            zh=f"{name}: 数据源名称须为小写字母、数字和下划线, 例如 cis_city",
        )
    folder = into / "sources" / name
    if name in known or folder.exists():
        raise ContentError(
            "source_exists",
            en=f"there is a source {name} already; choose another name, or change its map by hand",
            zh=f"数据源 {name} 已存在; 请另选名称, 或手工修改其映射",
            file=folder if folder.exists() else None,
        )
    return folder


def mapping_files(
    name: str,
    folder: Path,
    root: Path,
    tables: Sequence[TableDraft],
    models: Sequence[CoreDraft],
    traits: FileTraits,
    lexicon: Lexicon,
) -> dict[Path, str]:
    """Texts of all files of the new source, by path."""
    files = {folder / "source.yaml": source_yaml(name, tables, traits)}
    for table in tables:
        files[folder / f"{table.name}.columns.csv"] = columns_csv(table)
    for code_list, words in sorted(_words(tables).items()):
        files[folder / "recode" / f"{code_list}.csv"] = _csv(
            [("source_value", "code"), *sorted(words.items())]
        )
    for model in models:
        short = model.target.name.removeprefix("core.")
        files[folder / "to_core" / f"{short}.sql"] = to_core_sql(name, model, lexicon)
    note = _SAMPLE_NOTE.format(name=name, folder=folder.as_posix(), root=root.as_posix())
    return files | {folder / "sample" / "README.md": note}


def source_yaml(name: str, tables: Sequence[TableDraft], traits: FileTraits) -> str:
    """`source.yaml`: every text quoted, since a sample's name may hold anything."""
    lines = [
        "# A first mapping made from samples: look at every line, then delete this one.",
        f"name: {{en: {_quoted(name)}, zh: {_quoted(name)}}}",
    ]
    if traits.delimiters:
        only = traits.delimiters[0] if len(traits.delimiters) == 1 else "auto"
        lines.append(f"delimiter: {_quoted(only)}")
    if traits.has_titles:
        lines.append("title_rows: auto")
    if traits.has_unnamed:
        lines.append("extra_columns: ignore  # a column without a name, or with | in it, cannot be mapped")
    lines.append("tables:")
    for table in tables:
        title = f"{{en: {_quoted(table.title_en)}, zh: {_quoted(table.title_zh)}}}"
        lines.append(f"  {table.name}: {{files: {_quoted(table.files)}, title: {title}}}")
    return "\n".join(lines) + "\n"


def columns_csv(table: TableDraft) -> str:
    """`<table>.columns.csv`, the columns in the sample's order."""
    rows = [("source_header", "column", "type", "required", "recode", "note")]
    for column in table.columns:
        required = "yes" if column.required else "optional" if column.may_be_absent else ""
        rows.append((column.header, column.column, column.type, required, column.recode, column.note.en))
    return _csv(rows)


def to_core_sql(name: str, model: CoreDraft, lexicon: Lexicon) -> str:
    """A to_core model; columns for which the sample has nothing are null and say so."""
    lines = []
    last = len(model.columns) - 1
    for place, (column, sql) in enumerate(model.columns.items()):
        comma = "," if place < last else ""
        if sql is None:
            null = f"cast(null as {sql_name(lexicon.type_of(column))})"
            lines.append(f"  {null} as {column}{comma}  -- not in the sample")
        else:
            lines.append(f"  {sql} as {column}{comma}")
    table = f"raw_{name}.{model.driver}"
    like = f"-- drafted like {model.like}'s model: check each expression\n" if model.like else ""
    body = "\n".join(lines)
    return f"/* ---\ndriver: {table}\n--- */\n{like}select\n{body}\nfrom {table} as {ALIAS}\n"


def _words(tables: Sequence[TableDraft]) -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = {}
    for table in tables:
        for code_list, own in table.words.items():
            words.setdefault(code_list, {}).update(own)
    return words


def _quoted(text: str) -> str:
    """A YAML text in double quotation marks, which are those of JSON."""
    return json.dumps(text, ensure_ascii=False)


def _csv(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def write_new(files: Mapping[Path, str], folder: Path) -> None:
    """Writes all files of a new source folder, or, where one cannot be written, leaves none behind."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir()
    written: list[Path] = []
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            written.append(path)
    except OSError:
        remove_new(folder)
        raise


def remove_new(folder: Path) -> None:
    """Takes back a folder that `write_new` made."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()
