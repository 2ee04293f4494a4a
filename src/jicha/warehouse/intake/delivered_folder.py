"""The folder of a delivery: what lies in it, at any depth, and whether a file stays as it was found.

Nothing is passed over in silence: what cannot be looked into or read is an error that names it.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jicha.kernel.errors import JichaError, SourceError


@dataclass(frozen=True, slots=True)
class Stamp:
    """By what one sees that a file is no longer the one that was found."""

    device: int
    inode: int
    size: int
    changed_ns: int

    @classmethod
    def of(cls, path: Path) -> Stamp:
        seen = path.stat()
        return cls(seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns)


def entries(root: Path) -> Iterator[Path]:
    """Everything under a folder in the order of paths, folders included, but nothing hidden.

    Links to folders are followed, so that a linked export is not missed; a folder reached a second time (a
    link back up) is not entered again. Raises `SourceError` for a folder that may not be read.
    """
    found: list[Path] = []
    entered: set[tuple[int, int]] = set()
    for folder, inner, files in os.walk(root, followlinks=True, onerror=_refuse_folder):
        seen = Path(folder).stat()
        if (seen.st_dev, seen.st_ino) in entered:
            inner.clear()
            continue
        entered.add((seen.st_dev, seen.st_ino))
        inner[:] = [name for name in inner if not _is_hidden(name)]
        found += [Path(folder, name) for name in (*inner, *files) if not _is_hidden(name)]
    yield from sorted(found)


def require_file(path: Path) -> None:
    """Raises `SourceError` for what has a file's name and is none: a folder, a broken link, a pipe."""
    if path.is_file():
        return
    if path.is_dir():
        what_en, what_zh = "a folder", "文件夹"
    elif path.is_symlink():
        what_en, what_zh = "a link that leads nowhere", "失效的链接"
    else:
        what_en, what_zh = "no ordinary file", "非普通文件"
    raise SourceError(
        "not_a_file",
        en=f"this is named like a file of the delivery, but is {what_en}; put the file itself here, or rename it",
        zh=f"名称与应交付的文件相同, 但实为{what_zh}; 请放入文件本身, 或将其改名",
        file=path,
    )


@contextmanager
def reading(path: Path, stamp: Stamp | None = None) -> Iterator[None]:
    """While the block reads a delivered file, whatever goes wrong because of the file raises `SourceError`.

    With the stamp it was found with: it is gone (file_vanished) or another one now (file_changed), and then
    nothing that the block made of it counts.
    """
    try:
        yield
    except FileNotFoundError as error:
        if error.filename != str(path):
            raise
        raise _vanished(path) from error
    except PermissionError as error:
        if error.filename != str(path):
            raise
        raise _no_right(path) from error
    except JichaError:
        if stamp is not None:
            _require_unchanged(path, stamp)
        raise
    if stamp is not None:
        _require_unchanged(path, stamp)


def _require_unchanged(path: Path, stamp: Stamp) -> None:
    try:
        now = Stamp.of(path)
    except FileNotFoundError:
        raise _vanished(path) from None
    if now != stamp:
        raise SourceError(
            "file_changed",
            en="the file changed while it was read; wait until its export or copy has ended and run the same "
            "command again",
            zh="读取期间文件发生了变化; 请等待导出或复制完成后重新执行同一命令",
            file=path,
        )


def _vanished(path: Path) -> SourceError:
    return SourceError(
        "file_vanished",
        en="the file was here when the run began and is gone; put it back, or deliver without it, and run the "
        "same command again",
        zh="开始导入时文件存在, 现已消失; 请放回该文件, 或确认不再提供, 然后重新执行同一命令",
        file=path,
    )


def _no_right(path: Path) -> SourceError:
    return SourceError(
        "no_right_to_read",
        en="no right to read this; ask its owner for it, or copy it to where you may read it",
        zh="没有读取权限; 请向其所有者申请权限, 或复制到有权限的位置",
        file=path,
    )


def _refuse_folder(error: OSError) -> None:
    if error.errno in (errno.EACCES, errno.EPERM):
        raise _no_right(Path(error.filename)) from error
    raise error


def _is_hidden(name: str) -> bool:
    """Hidden, or the lock that a spreadsheet program leaves beside an open workbook."""
    return name.startswith((".", "~$"))
