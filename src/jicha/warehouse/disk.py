"""A full disk told as what it is, whoever met it: Python, Arrow or the engine."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jicha.kernel.errors import JichaError, WorkspaceError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
#: The engine gives no number, only what the system calls it.
_FULL_WORDS = tuple(os.strerror(number) for number in _FULL)

_CODE = "disk_full"


@contextmanager
def telling_full_disk(folder: Path) -> Iterator[None]:
    """While the block runs, whatever fails because the disk is full raises `WorkspaceError` ("disk_full").

    `folder` lies on that disk. What the block has written must count for nothing until it ends.
    """
    try:
        yield
    except Exception as error:
        if not _is_full(error) or (isinstance(error, JichaError) and error.code == _CODE):
            raise
        raise WorkspaceError(
            _CODE,
            en="the disk is full, or a quota or limit of file size is reached; this run has changed nothing: make "
            "room and run the same command again",
            zh="磁盘已满, 或已达到配额或文件大小上限; 本次运行未作任何更改: 请清理磁盘空间后重新执行同一命令",
            file=folder,
        ) from error


def _is_full(error: BaseException | None) -> bool:
    """Whether the error, or one that it was raised from, says so."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return True
        if any(words in str(error) for words in _FULL_WORDS):
            return True
        error = error.__cause__
    return False
