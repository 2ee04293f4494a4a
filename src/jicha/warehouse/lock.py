"""One writer at a time; readers never take the lock.

The lock belongs to the open file, not to its content: when a process dies the operating system releases it,
so no stale lock is ever left behind. The content only says who holds it.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from jicha.kernel.errors import WorkspaceError
from jicha.warehouse.workspace import Workspace


@contextmanager
def writer_lock(workspace: Workspace, command: str) -> Iterator[None]:
    """Holds the workspace's writer lock while the block runs.

    Raises `WorkspaceError` ("workspace_locked") at once, naming the holder, where another process (or another
    block of this one) has it.
    """
    descriptor = os.open(workspace.lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _locked(workspace, os.pread(descriptor, 4096, 0)) from None
        _record(descriptor, command)
        try:
            yield
        finally:
            # Emptied, never unlinked: a second process may have the old file open already.
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _record(descriptor: int, command: str) -> None:
    holder = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": command,
    }
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(holder, ensure_ascii=False).encode("utf-8"), 0)


def _locked(workspace: Workspace, record: bytes) -> WorkspaceError:
    try:
        holder = json.loads(record)
        command, pid, host, since = (holder[key] for key in ("command", "pid", "host", "since"))
    except (ValueError, KeyError, TypeError):
        # The holder has taken the lock a moment ago and not yet written its name.
        return WorkspaceError(
            "workspace_locked",
            en="another process is writing to this workspace; try again when it has finished",
            zh="另有进程正在写入该工作区; 请待其结束后重试",
            file=workspace.path,
        )
    return WorkspaceError(
        "workspace_locked",
        en=f"`{command}` (process {pid} on {host}, since {since}) is writing to this workspace; "
        "try again when it has finished",
        zh=f"`{command}` (主机 {host} 进程 {pid}, 始于 {since}) 正在写入该工作区; 请待其结束后重试",
        file=workspace.path,
    )
