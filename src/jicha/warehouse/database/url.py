"""Where a database is and how to get in, with its secrets kept out of sight.

A URL as SQLAlchemy writes them: `dialect://user:password@host:port/database`. One that holds a password comes
from a file that nobody else may read. On a command line it would stand in the shell's history and in the
list of processes, so it is refused there; a URL without password (peer, certificate, `~/.pgpass`) is not.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from jicha.kernel.errors import SourceError

if TYPE_CHECKING:
    from sqlalchemy import URL

#: Environment variable that names the file with the URL.
URL_FILE = "JICHA_DATABASE_URL_FILE"

#: Parts of a URL after the `?` that are secrets or hold one.
_SECRET_OPTIONS = ("password", "passwd", "pwd", "sslpassword", "token", "odbc_connect")

#: Drivers where the URL names none; SQLAlchemy's own choice for PostgreSQL is another.
_DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}

_HIDDEN = "***"


def names_database(data: str | None) -> bool:
    """Whether what the user gave as data is a database: a URL, or nothing where `URL_FILE` is set."""
    return bool(os.environ.get(URL_FILE)) if data is None else "://" in data


def database_url(data: str | None) -> URL:
    """The URL given without password, or, where none is given, that of the file `JICHA_DATABASE_URL_FILE`.

    The file holds one line, the URL; empty lines and lines that start with # are passed over. On POSIX only
    its owner may have rights to it. Raises `SourceError`; no message holds any part of a URL with a password.
    """
    if data is None:
        file = os.environ.get(URL_FILE)
        if not file:
            raise SourceError(
                "no_database_url",
                en=f"no database is named: set {URL_FILE} to a file that holds its URL",
                zh=f"未指定数据库: 请将 {URL_FILE} 设为存放数据库 URL 的文件",
            )
        return _parsed(_secret_line(Path(file)), file)
    url = _parsed(data, None)
    if _secrets(url):
        raise SourceError(
            "password_on_command_line",
            en="a password on the command line stays in the shell's history and in the list of processes: "
            f"change that password, write the URL into a file of mode 0600 and set {URL_FILE} to its path",
            zh="命令行中的密码会留在 shell 历史和进程列表中: 请更换该密码, 将 URL 写入权限为 0600 的文件, "
            f"并将 {URL_FILE} 设为该文件路径",
        )
    return url


def shown(url: URL) -> str:
    """The URL for people: without its password and without options that hold secrets."""
    secret = [key for key in url.query if key.lower() in _SECRET_OPTIONS]
    return url.difference_update_query(secret).render_as_string(hide_password=True)


def masked(url: URL, message: str) -> str:
    """A message of a driver on one line, with every secret of the URL replaced by ***."""
    for secret in sorted(_secrets(url), key=len, reverse=True):
        for form in (secret, quote(secret, safe=""), quote_plus(secret)):
            message = message.replace(form, _HIDDEN)
    return " ".join(message.split())


def need_database_extra() -> None:
    """Raises `SourceError` where the optional packages for databases are not installed."""
    try:
        import sqlalchemy  # noqa: F401
    except ImportError:
        raise SourceError(
            "database_extra_missing",
            en="reading from a database needs optional packages: pip install 'jicha[database]'",
            zh="从数据库读取需安装可选组件: pip install 'jicha[database]'",
        ) from None


def _secrets(url: URL) -> set[str]:
    options = [value for key, value in url.query.items() if key.lower() in _SECRET_OPTIONS]
    values = [value for option in options for value in ([option] if isinstance(option, str) else option)]
    # An empty password is none; it would also be found between any two letters of a message.
    return {secret for secret in [*values, str(url.password or "")] if secret}


def _secret_line(file: Path) -> str:
    """The URL in a file that is the user's alone."""
    try:
        with file.open("rb") as handle:
            # Asked of the open file, so that it is the one that is read.
            mode = stat.S_IMODE(os.fstat(handle.fileno()).st_mode)
            content = handle.read()
    except OSError as error:
        raise SourceError(
            "url_file_unreadable",
            en=f"the file named by {URL_FILE} cannot be read: {error.strerror}",
            zh=f"无法读取 {URL_FILE} 指定的文件: {error.strerror}",
            file=file,
        ) from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SourceError(
            "url_file_open_to_others",
            en=f"others may read this file (mode {mode:04o}) and it holds a password: chmod 600 {file}",
            zh=f"该文件含数据库密码, 但其他用户有访问权限 ({mode:04o}): 请执行 chmod 600 {file}",
            file=file,
        )
    lines = [line.strip() for line in content.decode("utf-8-sig", errors="replace").splitlines()]
    urls = [line for line in lines if line and not line.startswith("#")]
    if len(urls) != 1:
        raise SourceError(
            "url_file_content",
            en=f"this file must hold one line, the database URL; it holds {len(urls)}",
            zh=f"该文件应只有一行数据库 URL, 现有 {len(urls)} 行",
            file=file,
        )
    return urls[0]


def _parsed(text: str, file: str | None) -> URL:
    need_database_extra()
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(text)
        # An @ or / that is not written %40 or %2F ends the password early: its rest would be shown as a host.
        if url.host is not None and "@" in f"{url.host}{url.database}":
            raise ValueError
    except (ArgumentError, ValueError):
        # The parser's own message may quote what it took for a port: a piece of the password.
        raise SourceError(
            "bad_database_url",
            en="this is no database URL; its form is dialect://user:password@host:port/database, and "
            "@ : / % in the password are written %40 %3A %2F %25",
            zh="数据库 URL 格式不正确, 应为 dialect://user:password@host:port/database; "
            "密码中的 @ : / % 须写作 %40 %3A %2F %25",
            file=file,
        ) from None
    return url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
