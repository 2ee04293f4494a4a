"""What a utility delivered: files found, recognised, held to their column maps and taken into `raw/`."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jicha.kernel.errors import SourceError
from jicha.warehouse.decode import decode
from jicha.warehouse.engines.raw_rows import write_raw
from jicha.warehouse.engines.reading import DeliveredRows, parquet_header, read_csv, read_parquet
from jicha.warehouse.engines.store import Store
from jicha.warehouse.lake import FilePress, file_digest
from jicha.warehouse.manifest import RawFile
from jicha.warehouse.source import RawTable, Source
from jicha.warehouse.workspace import Workspace

#: Raised when the reading of files changes, so that raw files of an older reading are not taken for new ones.
_READER = 1


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """A file of a delivery, the raw table it belongs to and the digest of its bytes."""

    path: Path
    table: RawTable
    sha256: str

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def identity(self) -> str:
        """The same name, bytes and mapping give the same raw rows."""
        parts = f"{_READER}\0{self.name}\0{self.sha256}\0{self.table.digest}"
        return hashlib.sha256(parts.encode("utf-8")).hexdigest()[:16]


def find_files(source: Source, data: Path) -> list[DeliveredFile]:
    """The files of a delivery that the source's patterns name, at any depth, by table and name.

    A folder named like the source inside `data` is preferred, so that one export folder can hold several
    systems. Raises `SourceError` where nothing is found, two files share a name or two patterns a file.
    """
    if not data.is_dir():
        raise SourceError(
            "data_missing", en="this data folder does not exist", zh="数据目录不存在", file=data
        )
    root = data / source.name if (data / source.name).is_dir() else data
    found: dict[str, DeliveredFile] = {}
    for table in source.tables.values():
        for path in sorted(path for path in root.rglob(table.files) if path.is_file()):
            file = DeliveredFile(path, table, file_digest(path))
            other = found.setdefault(path.name, file)
            if other.table is not table:
                raise SourceError(
                    "two_patterns",
                    en=f"both {other.table.name} and {table.name} claim this file: make the patterns differ",
                    zh=f"{other.table.name} 和 {table.name} 的文件名模式都匹配该文件; 请区分两个模式",
                    file=path,
                )
            if other.sha256 != file.sha256:
                raise SourceError(
                    "file_twice",
                    en=f"{other.path} has the same name and other content; rename or remove one of them",
                    zh=f"{other.path} 与该文件同名但内容不同; 请改名或删除其一",
                    file=path,
                )
    if not found:
        patterns = ", ".join(table.files for table in source.tables.values())
        raise SourceError(
            "no_files",
            en=f"no file here is named like a table of {source.name}: {patterns}",
            zh=f"目录中没有数据源 {source.name} 的文件; 文件名模式: {patterns}",
            file=root,
        )
    return list(found.values())


def take_file(
    store: Store, press: FilePress, workspace: Workspace, source: Source, file: DeliveredFile
) -> RawFile:
    """Reads, types and stores one file under `raw/`; what was not taken goes to `quarantine/`.

    Raises `SourceError` where the file as a whole cannot be read: encoding, header, broken CSV.
    """
    rows = _read(store, source, file, workspace.staging)
    place = Path(source.name, file.table.name)
    raw_temp = press.temp(workspace.raw / place)
    quarantine_temp = press.temp(workspace.quarantine / place)
    counts = write_raw(
        store, rows, file.table, source=source.name, file=file.name, raw=raw_temp, quarantine=quarantine_temp
    )
    target = f"{file.identity}.parquet"
    raw = press.publish_as(raw_temp, raw_temp.with_name(target), kind="raw")
    quarantine = None
    if quarantine_temp.exists():
        quarantine = press.publish_as(quarantine_temp, quarantine_temp.with_name(target), kind="quarantine")
    return RawFile(
        source=source.name,
        raw_table=file.table.name,
        file=file.name,
        sha256=file.sha256,
        mapping=file.table.digest,
        raw=raw.relative_to(workspace.path).as_posix(),
        quarantine=quarantine.relative_to(workspace.path).as_posix() if quarantine else None,
        rows_read=counts.rows_read,
        rows_typed=counts.rows_typed,
        rows_quarantined=counts.rows_quarantined,
        values_quarantined=counts.values_quarantined,
        rows_blank=rows.blank,
    )


def _read(store: Store, source: Source, file: DeliveredFile, scratch: Path) -> DeliveredRows:
    expected = [column.header for column in file.table.columns]
    if source.format == "parquet":
        _check_header(file, parquet_header(file.path), expected)
        return read_parquet(store, file.path)
    text = decode(
        file.path,
        encodings=source.encodings,
        delimiter=source.delimiter,
        known=expected,
        temp=scratch / "decoded.csv",
    )
    _check_header(file, text.header, expected)
    return read_csv(store, file.path, text, delimiter=source.delimiter)


def _check_header(file: DeliveredFile, header: Sequence[str], expected: Sequence[str]) -> None:
    """Every expected column once and no other, in any order."""
    twice = sorted({name for name in header if header.count(name) > 1})
    missing = [name for name in expected if name not in header]
    extra = [name for name in header if name not in expected]
    if twice:
        raise SourceError(
            "header_twice",
            en=f"the header names {', '.join(twice)} twice; each column needs its own name",
            zh=f"表头中 {'、'.join(twice)} 重复; 每列须有唯一名称",
            file=file.path,
            line=1,
            column=twice[0],
        )
    if missing or extra:
        raise SourceError(
            "header_differs",
            en="; ".join(
                [_near(name, extra, "the column {0} is missing", "; is it {0}?") for name in missing]
                + [_near(name, missing, "the column {0} is not in the map", "; is it {0}?") for name in extra]
            )
            + f"; correct the export or the map {file.table.shown}",
            zh="; ".join(
                [_near(name, extra, "缺少列 {0}", ", 是否为 {0}?") for name in missing]
                + [_near(name, missing, "列映射中没有列 {0}", ", 是否为 {0}?") for name in extra]
            )
            + f"; 请修正导出文件或列映射 {file.table.shown}",
            file=file.path,
            line=1,
            column=(missing or extra)[0],
        )


def _near(name: str, others: Sequence[str], message: str, hint: str) -> str:
    near = difflib.get_close_matches(name, others, n=2, cutoff=0.4)
    return message.format(name or '""') + (hint.format(" / ".join(near)) if near else "")
