"""Where casework is kept: SQLite in the workspace, or PostgreSQL by a URL that stands in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from jicha.casework.secret_files import read_secret
from jicha.kernel.errors import WorkspaceError

#: Waits this long for another writer before it gives up.
BUSY_SECONDS = 20

_SQLITE = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"


def sqlite(path: Path | str) -> dict[str, Any]:
    """Transactions take the write lock when they begin, so that none has to be given up half-way."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": BUSY_SECONDS, "init_command": _SQLITE},
    }


def postgresql(url_file: Path) -> dict[str, Any]:
    """`postgresql://user:password@host:port/database` or `…?host=/folder/of/the/socket` from a secret file."""
    parts = urlsplit(read_secret(url_file).decode("utf-8"))
    query = parse_qs(parts.query)
    if parts.scheme != "postgresql" or not parts.path.strip("/"):
        raise WorkspaceError(
            "casework_url",
            en="the casework database is postgresql://user:password@host:port/database",
            zh="业务库地址应为 postgresql://用户:密码@主机:端口/数据库",
            file=url_file,
        )
    options = {name: values[-1] for name, values in query.items() if name != "host"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query["host"][-1] if "host" in query else parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_HEALTH_CHECKS": True,
    }
