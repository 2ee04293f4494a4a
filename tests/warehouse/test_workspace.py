"""A workspace is created once, opened with clear errors, and written by one process at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from jicha.kernel.errors import WorkspaceError
from jicha.warehouse.lock import writer_lock
from jicha.warehouse.workspace import Workspace

HOLDER = """
import sys
from pathlib import Path
from jicha.warehouse.lock import writer_lock
from jicha.warehouse.workspace import Workspace
with writer_lock(Workspace.open(Path(sys.argv[1])), "jicha ingest cis_zh"):
    print("held", flush=True)
    sys.stdin.read()
"""


def refused(code: str, path: Path) -> WorkspaceError:
    with pytest.raises(WorkspaceError) as error:
        Workspace.open(path)
    assert error.value.code == code
    assert error.value.text.zh
    return error.value


def test_created_and_opened(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "w", buckets=7)
    workspace = Workspace.open(tmp_path / "w")
    assert workspace.buckets == 7
    assert {p.name for p in workspace.path.iterdir()} == {
        "workspace.yaml",
        "raw",
        "lake",
        "quarantine",
        "results",
    }


def test_never_created_over_something(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    with pytest.raises(WorkspaceError, match="workspace_not_empty"):
        Workspace.create(tmp_path)
    Workspace.create(tmp_path / "w")
    with pytest.raises(WorkspaceError, match="workspace_not_empty"):
        Workspace.create(tmp_path / "w")


@pytest.mark.parametrize("buckets", [0, -1, 1001])
def test_number_of_buckets_is_bounded(tmp_path: Path, buckets: int) -> None:
    with pytest.raises(WorkspaceError, match="buckets_out_of_range"):
        Workspace.create(tmp_path / "w", buckets=buckets)


def test_opening_what_is_no_workspace(tmp_path: Path) -> None:
    refused("workspace_missing", tmp_path / "nowhere")
    refused("not_a_workspace", tmp_path)
    (tmp_path / "workspace.yaml").write_text("version: 99\nbuckets: 4\n")
    assert "99" in refused("workspace_newer", tmp_path).text.en
    for damaged in ("version: one\nbuckets: 4\n", "version: 1\n", "version: 1\nbuckets: 0\n", "{", "\x00"):
        (tmp_path / "workspace.yaml").write_text(damaged)
        refused("workspace_damaged", tmp_path)


def test_second_writer_is_told_who_is_writing(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(workspace.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(WorkspaceError) as error, writer_lock(workspace, "jicha ingest ami_zh"):
            pass
        assert error.value.code == "workspace_locked"
        for message in (error.value.text.en, error.value.text.zh):
            assert str(holder.pid) in message
            assert "jicha ingest cis_zh" in message
    finally:
        holder.kill()
        holder.wait()
    with writer_lock(workspace, "jicha ingest ami_zh"):  # a dead process holds nothing
        pass


def test_lock_is_free_after_an_error_and_not_reentrant(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w")
    with pytest.raises(ZeroDivisionError), writer_lock(workspace, "first"):
        raise ZeroDivisionError
    with (
        writer_lock(workspace, "second"),
        pytest.raises(WorkspaceError, match="`second`"),
        writer_lock(workspace, "third"),
    ):
        pass
    assert workspace.lock_file.read_bytes() == b""


def test_holder_without_a_name_yet(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w")
    with writer_lock(workspace, "first"):
        workspace.lock_file.write_bytes(b"")
        with pytest.raises(WorkspaceError, match="another process"), writer_lock(workspace, "second"):
            pass
