"""Manifests are numbered, never written twice, and read as they were; digests forget order and cuts."""

from __future__ import annotations

from pathlib import Path

import pytest

from jicha.kernel.errors import UnknownKey, WorkspaceError
from jicha.warehouse.lake import FilePress, Place, RowsDigest, sweep_leftovers
from jicha.warehouse.manifest import Dirty, Manifest, Partition, lake_digest
from jicha.warehouse.workspace import Workspace


def partition(month: str | None, bucket: int | None, digest: RowsDigest) -> Partition:
    return Partition(
        month, bucket, Place.of(month, bucket).folder("core.bill").as_posix(), digest.rows, str(digest)
    )


def test_head_of_an_empty_workspace(tmp_path: Path) -> None:
    head = Manifest.head(Workspace.create(tmp_path / "w"))
    assert (head.number, head.parent, head.tables) == (0, None, {})
    assert head.lake_digest == lake_digest({})
    assert head.partitions("core.bill") == []


def test_written_and_read(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w")
    first = Manifest(
        number=1,
        tables={"core.bill": (partition("2026-01", 2, RowsDigest(3, 4, 5)),)},
        dirty=(Dirty("core.bill", 2, "2026-01", 3, 0, 0),),
    )
    first.write(workspace, FilePress())
    Manifest(number=2, parent=1).write(workspace, FilePress())
    assert Manifest.load(workspace, 1) == first
    assert Manifest.head(workspace).number == 2
    assert [p.name for p in sorted(workspace.manifests.iterdir())] == ["000001.json", "000002.json"]
    with pytest.raises(UnknownKey, match="the newest is 2"):
        Manifest.load(workspace, 3)


def test_a_number_is_given_once(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w")
    Manifest(number=1, command="first").write(workspace, FilePress())
    with pytest.raises(WorkspaceError, match="manifest_taken"):
        Manifest(number=1, command="second").write(workspace, FilePress())
    assert Manifest.head(workspace).command == "first"
    assert len(list(workspace.manifests.iterdir())) == 1


@pytest.mark.parametrize("content", [b"", b"{", b'{"number": "one"}', b"[]"])
def test_damage_is_told(tmp_path: Path, content: bytes) -> None:
    workspace = Workspace.create(tmp_path / "w")
    Manifest(number=1).write(workspace, FilePress())
    (workspace.manifests / "000001.json").write_bytes(content)
    with pytest.raises(WorkspaceError, match="manifest_damaged"):
        Manifest.head(workspace)


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w")
    Manifest(number=1, format=2).write(workspace, FilePress())
    with pytest.raises(WorkspaceError, match="manifest_newer"):
        Manifest.head(workspace)


def test_lake_digest_forgets_how_rows_are_cut() -> None:
    low, high = RowsDigest(1, 2**64 - 1, 7), RowsDigest(2, 5, 2**64 - 3)
    whole = {"core.bill": [partition(None, None, low + high)]}
    cut = {"core.bill": [partition("2026-01", 1, high), partition("2026-02", 0, low)], "core.area": []}
    assert lake_digest(whole) == lake_digest(cut)
    other = {"core.bill": [partition(None, None, RowsDigest(3, 2**64 + 4, 2**64 + 5))]}
    assert lake_digest(other) != lake_digest(whole)
    assert lake_digest({"core.area": whole["core.bill"]}) != lake_digest(whole)
    assert RowsDigest.parse(str(low + high)) == low + high


def test_places_and_paths() -> None:
    assert Place.of("2026-01", 3).folder("core.bill") == Path("core/bill/month=2026-01/bucket=003")
    assert Place.of(None, None).folder("core.area") == Path("core/area/month=all/bucket=all")
    for month, bucket in ((None, None), ("2026-01", 0), (None, 12)):
        place = Place.of(month, bucket)
        assert (place.month_or_none, place.bucket_or_none) == (month, bucket)


def test_a_file_is_never_replaced(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w")
    press = FilePress()

    def publish(content: bytes) -> Path:
        temp = press.temp(workspace.lake / "core")
        temp.write_bytes(content)
        return press.publish(temp, kind="partition")

    first = publish(b"a")
    inode = first.stat().st_ino
    assert publish(b"a") == first
    assert first.stat().st_ino == inode
    assert publish(b"b") != first
    assert len(list((workspace.lake / "core").iterdir())) == 2


def test_leftovers_are_swept(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w")
    press = FilePress()
    for folder in (workspace.lake / "core", workspace.raw / "s", workspace.quarantine / "s"):
        press.temp(folder).write_bytes(b"half a file")
    workspace.staging.mkdir()
    (workspace.staging / "x.parquet").write_bytes(b"")
    assert sweep_leftovers(workspace) == 4
    assert [p for p in workspace.path.rglob("*") if p.is_file()] == [workspace.path / "workspace.yaml"]
    assert sweep_leftovers(workspace) == 0
