"""`jicha casework daily` and `jicha verify journal` on a workspace of their own, as an administrator runs them."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from jicha.warehouse.workspace import Workspace

ENVIRONMENT = {
    name: value for name, value in os.environ.items() if not name.startswith(("JICHA_", "DJANGO_"))
}
SET_UP = """
from pathlib import Path
from jicha.site.start import start
start(Path(r"{workspace}"), migrate=True)
from tests.casework.utility import utility
utility()
"""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, env=ENVIRONMENT, capture_output=True, text=True, check=False)


def jicha(*words: str) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, "-m", "jicha.cli", "--lang", "en", *words)


def test_a_forger_with_the_database_is_found_from_outside_it(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    Workspace.create(workspace)
    made = run(sys.executable, "-c", SET_UP.format(workspace=workspace))
    assert made.returncode == 0, made.stderr
    where = ("--workspace", str(workspace))
    signed = jicha("casework", "daily", *where)
    assert signed.returncode == 0 and "head signed" in signed.stdout, signed.stderr
    key = tmp_path / "public"
    key.write_bytes((workspace / "journal" / "public_key").read_bytes())
    good = jicha("verify", "journal", str(workspace), "--public-key", str(key))
    assert good.returncode == 0, good.stdout + good.stderr
    with sqlite3.connect(workspace / "casework.db") as database:
        database.execute("DROP TRIGGER casework_event_no_update")
        database.execute("UPDATE casework_event SET actor = 'nobody' WHERE verb = 'grant'")
    bad = jicha("verify", "journal", *where, "--format", "json")
    assert bad.returncode == 1
    assert {row["code"] for row in json.loads(bad.stdout)} == {"changed"}
    assert (workspace / "keys" / "journal_key").stat().st_mode & 0o777 == 0o600
    assert (workspace / "keys" / "secret_key").stat().st_mode & 0o777 == 0o600
