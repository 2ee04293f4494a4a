"""How files come to stand in the lake: written aside, made durable, renamed; never changed afterwards.

A file's name is the digest of its bytes, so a name once taken always means the same file, and writing it
twice is writing it once. Until a manifest names it, a file means nothing: a process may be killed at any
point. What it leaves under a temporary name the next writer sweeps away.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from jicha.warehouse.workspace import Workspace

_TEMP = ".tmp-"

#: What stands in a path where a table is not cut by month, or not by customer bucket.
WHOLE = "all"


def _checkpoint(name: str) -> None:
    """A named point between two steps of a write. Does nothing; tests stop the process here."""


@dataclass(frozen=True, slots=True)
class RowsDigest:
    """Digest of a multiset of rows: the MD5 of each row's text, both halves summed, and the number of rows.

    Neither the order of the rows nor how they are cut into files matters; the digest of a union is the sum.
    """

    rows: int = 0
    low: int = 0
    high: int = 0

    def __add__(self, other: RowsDigest) -> RowsDigest:
        return RowsDigest(self.rows + other.rows, self.low + other.low, self.high + other.high)

    def __str__(self) -> str:
        return f"{self.rows:x}-{self.low:x}-{self.high:x}"

    @classmethod
    def parse(cls, text: str) -> RowsDigest:
        rows, low, high = (int(part, 16) for part in text.split("-"))
        return cls(rows, low, high)


def table_folder(table: str) -> Path:
    """`core.bill` -> `core/bill`, relative to the lake."""
    return Path(*table.split("."))


class Place(NamedTuple):
    """Where a partition lies, by the labels in its path: `2026-01` or `all`, `003` or `all`."""

    month: str
    bucket: str

    @classmethod
    def of(cls, month: str | None, bucket: int | None) -> Place:
        return cls(month or WHOLE, WHOLE if bucket is None else f"{bucket:03d}")

    @property
    def month_or_none(self) -> str | None:
        return None if self.month == WHOLE else self.month

    @property
    def bucket_or_none(self) -> int | None:
        return None if self.bucket == WHOLE else int(self.bucket)

    def folder(self, table: str) -> Path:
        """Relative to the lake: `core/bill/month=2026-01/bucket=003`."""
        return table_folder(table) / f"month={self.month}" / f"bucket={self.bucket}"


class FilePress:
    """Publishes files of one run: each durable and complete before its name exists.

    `settle()` makes the names themselves durable; it is called once, before the manifest that uses them.
    `withdraw()` takes back what no manifest uses, where the run fails.
    """

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._folders: set[Path] = set()
        self._published: list[Path] = []

    def temp(self, folder: Path) -> Path:
        """A free temporary name in the folder in which the file will stand."""
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{_TEMP}{os.getpid()}-{next(self._numbers)}"

    def publish(self, temp: Path, *, kind: str) -> Path:
        """Renames a written temporary file to `<digest of its bytes>.parquet` in the same folder."""
        return self.publish_as(temp, temp.with_name(f"{file_digest(temp)[:16]}.parquet"), kind=kind)

    def publish_as(self, temp: Path, final: Path, *, kind: str) -> Path:
        """Renames a written temporary file; where the name is taken, the file already there stays."""
        _checkpoint(f"{kind}:written")
        if final.exists():
            temp.unlink()
            return final
        _sync(temp)
        temp.rename(final)
        self._published.append(final)
        self._folders.add(final.parent)
        _checkpoint(f"{kind}:published")
        return final

    def publish_new(self, temp: Path, final: Path, *, kind: str) -> None:
        """Gives a written temporary file its name for good; `FileExistsError` where the name is taken."""
        _sync(temp)
        _checkpoint(f"{kind}:written")
        # From here on the files may be in use, whatever comes.
        self._published.clear()
        os.link(temp, final)
        _checkpoint(f"{kind}:published")
        temp.unlink()
        _sync(final.parent)

    def settle(self) -> None:
        """Makes every published name durable, the folders above it included."""
        parents = {folder.parent for folder in self._folders}
        for folder in sorted(self._folders | parents):
            _sync(folder)
        self._folders.clear()
        _checkpoint("files:settled")

    def withdraw(self) -> None:
        """Removes the files this run has published, unless a manifest may name them already."""
        while self._published:
            self._published.pop().unlink(missing_ok=True)


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, 64 hexadecimal digits."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def sweep_leftovers(workspace: Workspace) -> int:
    """Removes what a killed writer left behind; returns how many files. For the lock's holder only."""
    count = 0
    for root in (workspace.lake, workspace.raw, workspace.quarantine):
        for leftover in root.rglob(f"{_TEMP}*"):
            leftover.unlink()
            count += 1
    if workspace.staging.exists():
        count += sum(1 for path in workspace.staging.rglob("*") if path.is_file())
        shutil.rmtree(workspace.staging)
    return count


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
