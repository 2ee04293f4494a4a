"""One writer at a time, readers never blocked, and a process killed at any moment leaves nothing half done."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from jicha.inspection.fingerprint import findings_digest
from jicha.kernel.errors import WorkspaceError
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.workspace import Workspace

from .counties import EVERY_TOPIC, Stand, exports, files_of, month_of_file

CLI = [sys.executable, "-m", "jicha.cli"]
#: When a process is killed, as a share of the time an unkilled run takes after it has the lock.
MOMENTS = (0.1, 0.35, 0.6, 0.85)


@dataclass
class Taken:
    """A small county: the masters and some months taken, the last months not yet."""

    path: Path
    later: Path


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    folder = tmp_path_factory.mktemp("taken")
    out = exports(folder / "exports", customers=60, months=9, seed=6, faults=EVERY_TOPIC)
    stand = Stand.new(folder / "workspace", buckets=2)
    last = max(month_of_file(path.stem) or "" for path in (out / "cis_zh").iterdir())
    stand.take(files_of(out, lambda stem: month_of_file(stem) != last))
    later = folder / "later"
    later.mkdir()
    for path in files_of(out, lambda stem: month_of_file(stem) == last)["cis_zh"]:
        shutil.copy(path, later)
    return Taken(stand.workspace.path, later)


def copied(taken: Taken, place: Path) -> Stand:
    shutil.copytree(taken.path, place)
    return Stand(Workspace.open(place))


def started(*arguments: str, workspace: Path) -> subprocess.Popen[bytes]:
    """A command that has the writer's lock."""
    process = subprocess.Popen(
        [*CLI, *arguments, "--workspace", str(workspace)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "JICHA_LANG": "en"},
    )
    lock = workspace / "writer.lock"
    limit = time.monotonic() + 60
    while not (lock.exists() and lock.read_bytes()):
        assert process.poll() is None, process.communicate()[1].decode()
        assert time.monotonic() < limit
        time.sleep(0.002)
    return process


def finished(process: subprocess.Popen[bytes]) -> None:
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors.decode()


# -- one writer, readers not blocked ------------------------------------------------------------------


@contextmanager
def standing_still(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """The process does nothing, lock in hand, while the block runs."""
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


def test_a_second_writer_is_told_at_once_and_a_reader_reads(taken: Taken, tmp_path: Path) -> None:
    stand = copied(taken, tmp_path / "workspace")
    first = stand.sweep()
    process = started("sweep", workspace=stand.workspace.path)
    with standing_still(process):
        begun = time.monotonic()
        with pytest.raises(WorkspaceError) as caught:
            stand.sweep()
        assert caught.value.code == "workspace_locked"
        assert str(process.pid) in caught.value.text.en
        assert str(process.pid) in caught.value.text.zh
        with pytest.raises(WorkspaceError, match="workspace_locked"):
            stand.take({"cis_zh": sorted(taken.later.iterdir())})
        assert stand.results.record().run == first.run
        assert findings_digest(stand.results.findings()) == first.findings_digest
        assert stand.head.number == first.manifest
        assert time.monotonic() - begun < 10
    finished(process)
    assert stand.results.record().run == first.run + 1
    assert stand.results.record().findings_digest == first.findings_digest


READER = """
import json, sys
from pathlib import Path
import pyarrow.parquet as pq
from jicha.inspection.fingerprint import findings_digest
from jicha.inspection.results import Results
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.workspace import Workspace
workspace = Workspace.open(Path(sys.argv[1]))
results = Results(workspace)
seen, rounds = [], 0
while (seen or [0])[-1] < int(sys.argv[2]):
    run = results.runs()[-1]
    record = results.record(run)
    assert record.run == run
    assert findings_digest(results.findings(run)) == record.findings_digest
    assert len({row["finding_key"] for row in results.findings(run)}) == len(results.findings(run))
    results.cleared(run), results.known(run)
    for partitions in Manifest.load(workspace, record.manifest).tables.values():
        for partition in partitions[:3]:
            assert pq.read_metadata(workspace.lake / partition.file).num_rows == partition.rows
    rounds += 1
    if not seen or seen[-1] != run:
        seen.append(run)
    if rounds == 1:
        print("reading", flush=True)
print(json.dumps([seen, rounds]))
"""


def test_a_reader_reads_whole_runs_while_sweeps_go_on(taken: Taken, tmp_path: Path) -> None:
    stand = copied(taken, tmp_path / "workspace")
    stand.sweep()
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(stand.workspace.path), "3"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "reading\n"
    stand.take({"cis_zh": sorted(taken.later.iterdir())})
    assert stand.sweep().built
    stand.sweep()
    out, errors = reader.communicate(timeout=120)
    assert reader.returncode == 0, errors
    runs, rounds = json.loads(out)
    assert runs[0] == 1
    assert runs[-1] == 3
    assert runs == sorted(runs)
    assert rounds > len(runs)


# -- killed -------------------------------------------------------------------------------------------


def killed(process: subprocess.Popen[bytes], after: float) -> bool:
    """Kills a process some seconds after it took the lock; whether it was still at work."""
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return True
    return False


def leftovers(workspace: Workspace) -> list[Path]:
    """What only a writer at work may have: temporary files and folders, and a scratch folder."""
    hidden = [path for path in workspace.path.rglob("*") if path.name.startswith(".") or ".tmp" in path.name]
    return [*hidden, *(path for path in (workspace.staging,) if path.exists())]


def assert_whole(workspace: Workspace) -> None:
    """A reader finds nothing broken: the head's files are whole, and so is every file that has its name."""
    head = Manifest.head(workspace)
    for partitions in head.tables.values():
        for partition in partitions:
            assert pq.read_metadata(workspace.lake / partition.file).num_rows == partition.rows
    for path in workspace.lake.rglob("*.parquet"):
        if workspace.staging not in path.parents and not path.name.startswith("."):
            pq.read_table(path)


def test_a_sweep_killed_at_any_moment(taken: Taken, tmp_path: Path) -> None:
    whole = copied(taken, tmp_path / "whole")
    before = whole.sweep()
    whole.take({"cis_zh": sorted(taken.later.iterdir())})
    base = shutil.copytree(whole.workspace.path, tmp_path / "base")
    process = started("sweep", workspace=whole.workspace.path)
    begun = time.monotonic()
    finished(process)
    seconds = time.monotonic() - begun
    expected = whole.results.record()
    assert expected.built
    hits = 0
    for number, moment in enumerate(MOMENTS):
        path = shutil.copytree(base, tmp_path / f"killed{number}")
        stand = Stand(Workspace.open(path))
        hits += killed(started("sweep", workspace=path), moment * seconds)
        assert_whole(stand.workspace)
        last = stand.results.record()
        assert last.run in (before.run, before.run + 1)
        assert last.findings_digest == findings_digest(stand.results.findings())
        assert stand.head.lake_digest == expected.lake_digest
        record = stand.sweep()
        assert (record.findings_digest, record.fingerprint) == (
            expected.findings_digest,
            expected.fingerprint,
        )
        assert leftovers(stand.workspace) == []
        assert mart_files(stand.workspace) == mart_files(whole.workspace)
        shutil.rmtree(path)
    assert hits  # how many were still at work depends on what else the machine does meanwhile


def mart_files(workspace: Workspace) -> dict[str, bytes]:
    root = workspace.lake / "mart"
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def test_an_ingest_killed_at_any_moment(taken: Taken, tmp_path: Path) -> None:
    whole = copied(taken, tmp_path / "whole")
    before = whole.head
    arguments = ("ingest", "cis_zh", "--data", str(taken.later))
    process = started(*arguments, workspace=whole.workspace.path)
    begun = time.monotonic()
    finished(process)
    seconds = time.monotonic() - begun
    expected = whole.head
    assert expected.number == before.number + 1
    hits = 0
    for number, moment in enumerate(MOMENTS):
        path = tmp_path / f"killed{number}"
        stand = copied(taken, path)
        hits += killed(started(*arguments, workspace=path), moment * seconds)
        assert_whole(stand.workspace)
        assert stand.head.lake_digest in (before.lake_digest, expected.lake_digest)
        finished(started(*arguments, workspace=path))
        assert (stand.head.lake_digest, stand.head.number) == (expected.lake_digest, expected.number)
        assert stand.head.tables == expected.tables
        assert leftovers(stand.workspace) == []
        shutil.rmtree(path)
    assert hits  # how many were still at work depends on what else the machine does meanwhile
