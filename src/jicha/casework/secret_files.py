"""Secrets: from a file somebody names, else from the workspace's `keys/`, readable by its owner alone."""

from __future__ import annotations

import os
from pathlib import Path

from jicha.kernel.errors import WorkspaceError

#: Read and write for the owner, nothing for anybody else.
OWNER_ONLY = 0o600


def keys_folder(workspace: Path) -> Path:
    return workspace / "keys"


def made_once(path: Path, fresh: bytes) -> bytes:
    """The secret in the file; where there is none, `fresh`, written so that two processes agree on one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, OWNER_ONLY)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(fresh)
            handle.flush()
            os.fsync(handle.fileno())
        os.link(scratch, path)  # fails where another process was first; never shows half a secret
    except FileExistsError:
        pass
    finally:
        scratch.unlink(missing_ok=True)
    return read_secret(path)


def read_secret(path: Path) -> bytes:
    """The bytes of a secret file. Raises `WorkspaceError` where others may read it, or it is missing or empty."""
    try:
        mode = path.stat().st_mode
        secret = path.read_bytes().strip()
    except OSError as error:
        raise WorkspaceError(
            "secret_unreadable",
            en=f"this secret cannot be read: {error.strerror}",
            zh=f"密钥文件无法读取: {error.strerror}",
            file=path,
        ) from error
    if mode & 0o077:
        raise WorkspaceError(
            "secret_open",
            en="others may read this secret; `chmod 600` it, and make a new one if anybody could have seen it",
            zh="其他用户可读取该密钥文件; 请执行 chmod 600, 如可能已泄露请重新生成",
            file=path,
        )
    if not secret:
        raise WorkspaceError("secret_empty", en="this secret is empty", zh="密钥文件为空", file=path)
    return secret
