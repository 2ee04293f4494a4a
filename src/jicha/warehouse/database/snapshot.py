"""A connection that can only read, and sees the database as it was at one moment.

One transaction serves all tables of a run, so that a bill and its lines come from the same state:

* PostgreSQL  REPEATABLE READ READ ONLY: the state at the first read; the server refuses every write.
* SQLite      the file opened read-only, one deferred transaction: the state at the first read. A writer in
              rollback-journal mode waits until the run is over, in WAL mode it goes on.
* MySQL, MariaDB REPEATABLE READ, Oracle SERIALIZABLE, SQL Server SNAPSHOT (the database must allow it): a
              state at one moment, as their manuals say; that nothing is written rests on the account's rights.
* any other   one transaction at the driver's own isolation level; give it an account that may only read, and
              read while nobody writes.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jicha.kernel.errors import SourceError
from jicha.warehouse.database.url import masked, need_database_extra, shown

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

_ISOLATION = {
    "postgresql": "REPEATABLE READ",
    "mysql": "REPEATABLE READ",
    "mariadb": "REPEATABLE READ",
    "oracle": "SERIALIZABLE",
    "mssql": "SNAPSHOT",
}

#: Seconds after which a server that does not answer is given up.
_CONNECT_TIMEOUT = 15

#: How databases say that user or password is wrong: PostgreSQL, MySQL, Oracle, SQL Server.
_LOGIN_REFUSED = re.compile(
    r"password|no pg_hba\.conf entry|密码|口令|\b1045\b|ORA-01017|\b18456\b", re.IGNORECASE
)


@contextmanager
def snapshot(url: URL) -> Iterator[Connection]:
    """A connection inside its read-only transaction, which is rolled back at the end.

    Raises `SourceError` where there is no driver, no database or no way in; no message holds the password.
    """
    need_database_extra()
    engine = _engine(url)
    try:
        with _connected(engine, url) as connection:
            try:
                yield connection
            finally:
                connection.rollback()
    finally:
        engine.dispose()


@contextmanager
def told(url: URL, what: str) -> Iterator[None]:
    """Turns a database's refusal into a `SourceError` about `what` (a table, a query), secrets masked."""
    try:
        yield
    except _driver_errors(url) as error:
        message = masked(url, _words(error))
        # The driver's error is not chained: its text is not masked.
        raise SourceError(
            "database_refused",
            en=f"{shown(url)} does not give {what}: {message}",
            zh=f"{shown(url)} 无法读取 {what}: {message}",
        ) from None


def _connected(engine: Engine, url: URL) -> Connection:
    try:
        connection = engine.connect()
        isolation = _ISOLATION.get(engine.dialect.name)
        if isolation is not None:
            options: dict[str, Any] = {"isolation_level": isolation}
            if engine.dialect.name == "postgresql":
                options["postgresql_readonly"] = True
            connection.execution_options(**options)
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA query_only = ON")
            connection.exec_driver_sql("BEGIN DEFERRED")
        return connection
    except _driver_errors(url) as error:
        message = masked(url, _words(error))
        if _LOGIN_REFUSED.search(message):
            raise SourceError(
                "database_login_refused",
                en=f"{shown(url)} refuses user or password: {message}",
                zh=f"{shown(url)} 拒绝登录, 请核对用户名和密码: {message}",
            ) from None
        raise SourceError(
            "database_unreachable",
            en=f"no connection to {shown(url)}; check host, port and database name, and that the server runs: "
            f"{message}",
            zh=f"无法连接 {shown(url)}; 请核对主机、端口和库名, 并确认服务已启动: {message}",
        ) from None


def _engine(url: URL) -> Engine:
    from sqlalchemy import create_engine
    from sqlalchemy.exc import ArgumentError
    from sqlalchemy.pool import NullPool

    if url.get_backend_name() == "sqlite":
        file = _sqlite_file(url)
        return create_engine("sqlite://", creator=lambda: _open_sqlite(file), poolclass=NullPool)
    options: dict[str, Any] = {}
    if url.drivername == "postgresql+psycopg":
        options = {"connect_timeout": _CONNECT_TIMEOUT, "fallback_application_name": "jicha"}
        options = {key: value for key, value in options.items() if key not in url.query}
        # A database without a declared encoding (SQL_ASCII) is read too.
        options["client_encoding"] = "utf8"
    try:
        return create_engine(url, poolclass=NullPool, connect_args=options)
    except (ArgumentError, ImportError):
        raise SourceError(
            "database_driver_missing",
            en=f"no driver for {url.drivername} is installed; install the package that SQLAlchemy names for it, "
            "e.g. oracledb for oracle+oracledb://",
            zh=f"未安装 {url.drivername} 的驱动; 请按 SQLAlchemy 文档安装, "
            "例如 oracle+oracledb:// 需安装 oracledb",
        ) from None


def _sqlite_file(url: URL) -> Path:
    file = Path(url.database or ":memory:")
    if not file.is_file():
        raise SourceError(
            "database_file_missing",
            en="there is no such SQLite file; the URL is sqlite:///relative.db or sqlite:////absolute.db",
            zh="没有该 SQLite 文件; URL 写作 sqlite:///相对路径.db 或 sqlite:////绝对路径.db",
            file=file,
        )
    return file.resolve()


def _open_sqlite(file: Path) -> sqlite3.Connection:
    # Without an isolation level the module begins no transaction of its own.
    connection = sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True, isolation_level=None)
    # Bytes that are no UTF-8 become U+FFFD, which typing sets aside with a reason.
    connection.text_factory = lambda text: text.decode("utf-8", errors="replace")
    return connection


def _driver_errors(url: URL) -> tuple[type[Exception], ...]:
    """SQLAlchemy's errors, and those of a driver that is used past it."""
    from sqlalchemy.exc import SQLAlchemyError

    if url.drivername != "postgresql+psycopg":
        return (SQLAlchemyError,)
    import psycopg

    return SQLAlchemyError, psycopg.Error


def _words(error: Exception) -> str:
    """What the driver says, without the statement and the links that SQLAlchemy adds."""
    return str(getattr(error, "orig", None) or error)
