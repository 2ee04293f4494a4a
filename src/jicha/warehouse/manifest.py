"""Manifests: which files make up the lake at one moment. Numbered, immutable, each naming its parent.

A reader takes one manifest and reads the files it names for as long as it likes; a writer only ever adds
files and, last of all, the next manifest. The highest number is the head.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from jicha.kernel.errors import UnknownKey, WorkspaceError
from jicha.warehouse.lake import FilePress, RowsDigest
from jicha.warehouse.workspace import Workspace

FORMAT = 1

#: Columns of a `changes` file. Both days are included; a key without dates spans all time.
CHANGE_COLUMNS: Mapping[str, str] = {
    "table_name": "text",
    "customer_id": "text",
    "first_on": "date",
    "last_on": "date",
    "kind": "text",
    "origin_file": "text",
    "origin_row": "integer",
}


class Partition(msgspec.Struct, frozen=True):
    """One immutable file of a core table.

    `month` ("2026-01") and `bucket` are None where the table is not cut so; `file` is relative to the lake;
    `digest` is the multiset digest of its rows over the declared columns, the origin columns left out.
    """

    month: str | None
    bucket: int | None
    file: str
    rows: int
    digest: str


class Landing(msgspec.Struct, frozen=True):
    """What became of one raw file's typed rows in one core table; the four counts sum to them."""

    table: str
    kept: int
    duplicate: int
    superseded: int
    quarantined: int


class SheetRows(msgspec.Struct, frozen=True):
    """A sheet of a workbook from which rows were taken. Row 1 of the sheet is row 1 + `rows_before` of the
    file, as if its sheets stood one below the other."""

    name: str
    rows_before: int


class RawFile(msgspec.Struct, frozen=True):
    """One delivered file as it was taken. `raw` and `quarantine` are relative to the workspace.

    rows_read = rows_typed + rows_quarantined; for each landing rows_typed = kept + duplicate + superseded +
    quarantined. Blank lines are not rows. `values_quarantined` counts single values set to null.

    `rows_above` counts the rows that are neither data nor blank, one header left out: titles, and the headers
    of further sheets. `absent_columns` are those of the map that may be missing and were, `ignored_columns`
    those of the file that the map does not name; `sheets` were taken, `ignored_sheets` hold something else.
    """

    source: str
    raw_table: str
    file: str
    sha256: str
    mapping: str
    raw: str
    quarantine: str | None
    rows_read: int
    rows_typed: int
    rows_quarantined: int
    values_quarantined: int
    rows_blank: int
    landings: tuple[Landing, ...] = ()
    rows_above: int = 0
    absent_columns: tuple[str, ...] = ()
    ignored_columns: tuple[str, ...] = ()
    sheets: tuple[SheetRows, ...] = ()
    ignored_sheets: tuple[str, ...] = ()


class Dirty(msgspec.Struct, frozen=True):
    """A partition whose rows changed with this manifest, in numbers of keys."""

    table: str
    bucket: int | None
    month: str | None
    added: int
    changed: int
    removed: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The lake after one write. Number 0 is the empty lake and stands in no file.

    `to_core` names, per core table, the digests of the models that made it; `set_aside` the quarantine files
    (relative to the workspace) of rows another row took the place of.
    """

    format: int = FORMAT
    number: int = 0
    parent: int | None = None
    created_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    source: str = ""
    command: str = ""
    tables: dict[str, tuple[Partition, ...]] = {}
    ledger: tuple[RawFile, ...] = ()
    to_core: dict[str, str] = {}
    set_aside: dict[str, tuple[str, ...]] = {}
    customer_bucket: str | None = None
    dirty: tuple[Dirty, ...] = ()
    changes: str | None = None
    lake_digest: str = ""

    @classmethod
    def head(cls, workspace: Workspace) -> Manifest:
        """The newest manifest; the empty one (number 0) before the first write."""
        number = max(_numbers(workspace), default=0)
        return cls.load(workspace, number) if number else cls(lake_digest=lake_digest({}))

    @classmethod
    def load(cls, workspace: Workspace, number: int) -> Manifest:
        """One manifest. Raises `UnknownKey` for a number never written, `WorkspaceError` for damage."""
        path = _path(workspace, number)
        try:
            manifest = msgspec.json.decode(path.read_bytes(), type=cls)
        except FileNotFoundError:
            newest = max(_numbers(workspace), default=0)
            raise UnknownKey(
                "unknown_manifest",
                en=f"this workspace has no manifest {number}; the newest is {newest}",
                zh=f"工作区没有编号 {number} 的清单; 最新编号为 {newest}",
                file=workspace.path,
            ) from None
        except msgspec.DecodeError as error:
            raise WorkspaceError(
                "manifest_damaged",
                en=f"this manifest cannot be read ({error}); restore it from a backup",
                zh=f"清单无法读取 ({error}); 请从备份恢复",
                file=path,
            ) from error
        if manifest.format > FORMAT:
            raise WorkspaceError(
                "manifest_newer",
                en=f"this manifest has format {manifest.format}; this program reads up to {FORMAT}, upgrade",
                zh=f"清单格式为 {manifest.format}, 本程序最高支持 {FORMAT}; 请升级程序",
                file=path,
            )
        return manifest

    def partitions(
        self, table: str, *, bucket: int | None = None, months: Collection[str] | None = None
    ) -> list[Partition]:
        """The files of a table, sorted by month and bucket.

        `bucket` and `months` ("2026-01") leave out what is cut otherwise; a partition that is not cut by
        bucket, or by month, always belongs. A table without rows has no partitions.
        """
        return [
            partition
            for partition in self.tables.get(table, ())
            if (bucket is None or partition.bucket is None or partition.bucket == bucket)
            and (months is None or partition.month is None or partition.month in months)
        ]

    def rows(self, table: str) -> int:
        return sum(partition.rows for partition in self.tables.get(table, ()))

    def write(self, workspace: Workspace, press: FilePress) -> None:
        """Publishes this manifest as the new head; raises `WorkspaceError` where its number is taken."""
        final = _path(workspace, self.number)
        temp = press.temp(final.parent)
        temp.write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=1))
        try:
            press.publish_new(temp, final, kind="manifest")
        except FileExistsError:
            temp.unlink()
            raise WorkspaceError(
                "manifest_taken",
                en=f"manifest {self.number} was written by somebody else meanwhile; run the command again",
                zh=f"清单 {self.number} 已被其他进程写入; 请重新执行命令",
                file=final,
            ) from None


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed over several manifests: dirty partitions and the files that list the keys.

    `files` are absolute paths of Parquet files with `CHANGE_COLUMNS`: one row for each key of a
    customer-reach table that existed before and now differs ("changed") or is gone ("removed").
    """

    manifests: tuple[int, ...]
    dirty: tuple[Dirty, ...]
    files: tuple[Path, ...]


def changes_between(workspace: Workspace, after: int, until: int) -> Changes:
    """The changes of the manifests with `after` < number <= `until`."""
    manifests = [Manifest.load(workspace, number) for number in range(after + 1, until + 1)]
    return Changes(
        manifests=tuple(manifest.number for manifest in manifests),
        dirty=tuple(dirty for manifest in manifests for dirty in manifest.dirty),
        files=tuple(workspace.lake / manifest.changes for manifest in manifests if manifest.changes),
    )


def lake_digest(tables: Mapping[str, Iterable[Partition]]) -> str:
    """SHA-256 over the tables' digests: the same rows, the same digest, however they came and are cut."""
    lines = []
    for table in sorted(tables):
        total = sum((RowsDigest.parse(partition.digest) for partition in tables[table]), RowsDigest())
        if total.rows:
            lines.append(f"{table} {total}\n")
    return hashlib.sha256("".join(lines).encode("utf-8")).hexdigest()


def _numbers(workspace: Workspace) -> list[int]:
    return [int(path.stem) for path in workspace.manifests.glob("*.json") if path.stem.isdigit()]


def _path(workspace: Workspace, number: int) -> Path:
    return workspace.manifests / f"{number:06d}.json"
