"""The command line. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import errno
import sys

#: What the system refuses and the user can change, in English and Chinese.
_USERS_ERRORS = {
    errno.ENOSPC: ("the disk is full; nothing was changed", "磁盘已满; 未作任何更改"),
    errno.EACCES: ("no right to read or write here", "没有读写权限"),
    errno.EROFS: ("this file system is read-only", "文件系统只读"),
    errno.ENOENT: ("this file or folder does not exist", "文件或目录不存在"),
}


def main() -> None:
    """Entry point `jicha`: errors made on purpose end in one readable line and exit status 1."""
    from jicha.cli.app import app
    from jicha.cli.language import current, say
    from jicha.kernel.errors import JichaError

    try:
        app()
    except JichaError as error:
        _tell(error.render(current()))
    except OSError as error:
        # A full disk or a missing right is the user's to mend; everything else is ours and shows its trace.
        if error.errno not in _USERS_ERRORS:
            raise
        place = f"{error.filename}: " if error.filename else ""
        _tell(f"{place}{say(*_USERS_ERRORS[error.errno])} [{errno.errorcode[error.errno].lower()}]")


def _tell(message: str) -> None:
    print(message, file=sys.stderr)  # noqa: T201 - the terminal is where it belongs
    raise SystemExit(1) from None
