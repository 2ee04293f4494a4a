"""Zip archives: their members are files of the delivery, whoever packed them; what cannot be unpacked is refused."""

from __future__ import annotations

import errno
import os
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from jicha.kernel.errors import SourceError, WorkspaceError
from jicha.warehouse.intake import archive as archives
from jicha.warehouse.intake.archive import Archive

from .deliveries import Bench, cis_delivery
from .test_ingest import reconciled

BILLS = "电费账单_202601.csv"


class Foreign(zipfile.ZipInfo):
    """A member whose name is written in the packer's own code page, without saying so."""

    __slots__ = ("encoding",)

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode(self.encoding), self.flag_bits & ~0x800


def packed(path: Path, files: Mapping[str, bytes], encoding: str | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name) if encoding is None else Foreign(name)
            if isinstance(info, Foreign):
                info.encoding = encoding
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return path


def pack_folder(folder: Path, path: Path, under: str = "") -> Path:
    files = {under + file.name: file.read_bytes() for file in sorted(folder.iterdir())}
    path.parent.mkdir(exist_ok=True)
    return packed(path, files)


def names(path: Path) -> list[str]:
    with Archive(path) as archive:
        return [member.name for member in archive.members()]


def test_an_archive_is_what_it_holds(tmp_path: Path) -> None:
    """Packed or not, the same lake; and what came packed is known when it comes unpacked."""
    plain = cis_delivery(customers=3, months=1).write(tmp_path / "plain")
    pack_folder(plain, tmp_path / "d" / "导出.ZIP", under="营销/2026/")
    bench, reference = Bench.new(tmp_path / "w1"), Bench.new(tmp_path / "w2")
    report = bench.take(tmp_path / "d")
    reference.take(plain)
    assert bench.digest == reference.digest
    assert {entry.file for entry in report.files} == {path.name for path in plain.iterdir()}
    reconciled(bench)
    assert not bench.take(plain).is_new
    assert not bench.workspace.staging.exists()


def test_a_fault_in_a_member_is_named_as_archive_and_member(tmp_path: Path) -> None:
    plain = cis_delivery(customers=1, months=1).write(tmp_path / "plain")
    (plain / BILLS).write_bytes("账单号,别的\r\n1,2\r\n".encode("gb18030"))
    archive = pack_folder(plain, tmp_path / "d" / "a.zip", under="内/")
    with pytest.raises(SourceError, match="header_differs") as error:
        Bench.new(tmp_path / "w").take(tmp_path / "d")
    assert error.value.file == f"{archive}/内/{BILLS}"
    assert error.value.line == 1


def test_one_file_packed_and_beside_the_archive(tmp_path: Path) -> None:
    data = cis_delivery(customers=1, months=1).write(tmp_path / "d")
    packed(data / "a.zip", {BILLS: (data / BILLS).read_bytes()})
    bench = Bench.new(tmp_path / "w")
    assert len(bench.take(data).files) == len(list(data.iterdir())) - 1
    packed(data / "a.zip", {BILLS: (data / BILLS).read_bytes() + b"\r\n"})
    with pytest.raises(SourceError, match="file_twice") as error:
        bench.take(data)
    assert f"a.zip/{BILLS}" in error.value.text.zh + str(error.value.file)


@pytest.mark.parametrize("encoding", [None, "gb18030", "utf-8"])
@pytest.mark.parametrize("name", [BILLS, "𠮷.csv", "模.csv", "抄表.csv", "plain.csv"])
def test_names_by_any_packer(tmp_path: Path, encoding: str | None, name: str) -> None:
    """GBK without a word (Windows), UTF-8 without a word (macOS), UTF-8 as the standard has it. `模` in GBK is
    valid UTF-8 for something else."""
    path = packed(tmp_path / "a.zip", {f"导出/{name}": b"x"}, encoding)
    with Archive(path) as archive:
        (member,) = archive.members()
    assert (member.name, member.inside) == (name, f"导出/{name}")


def test_a_unicode_path_beside_a_foreign_name(tmp_path: Path) -> None:
    info = Foreign("x?.csv")
    info.encoding = "latin-1"
    field = b"\x01" + b"\0" * 4 + "电费.csv".encode()
    info.extra = struct.pack("<HH", 0x0001, 0) + struct.pack("<HH", 0x7075, len(field)) + field
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(info, b"x")
    assert names(tmp_path / "a.zip") == ["电费.csv"]


def test_what_operating_systems_leave_behind(tmp_path: Path) -> None:
    files = ["__MACOSX/._a.csv", "x/.DS_Store", "~$a.xlsx", "x/", "a.csv", "x\\b.csv"]
    assert names(packed(tmp_path / "a.zip", dict.fromkeys(files, b""))) == ["a.csv", "b.csv"]


def test_a_path_that_leads_out_of_the_folder(tmp_path: Path) -> None:
    """Only the last part of a member's path counts, and not even that says where it is written."""
    content = as_bills(tmp_path)
    for place, outside in enumerate(["../../", "/", "C:\\", "..\\..\\"]):
        data = tmp_path / f"d{place}"
        data.mkdir()
        packed(data / "a.zip", {f"{outside}{BILLS}": content})
        before = sorted(tmp_path.rglob(BILLS))
        bench = Bench.new(tmp_path / f"w{place}")
        assert [entry.file for entry in bench.take(data).files] == [BILLS]
        assert sorted(tmp_path.rglob(BILLS)) == before


def as_bills(tmp_path: Path) -> bytes:
    return (cis_delivery(customers=1, months=1).write(tmp_path / "plain") / BILLS).read_bytes()


def refused(tmp_path: Path, code: str) -> SourceError:
    with pytest.raises(SourceError, match=code) as error:
        Bench.new(tmp_path / "w").take(tmp_path / "d")
    assert "a.zip" in (error.value.file or "")
    return error.value


def in_delivery(tmp_path: Path, files: Mapping[str, bytes]) -> Path:
    (tmp_path / "d").mkdir()
    return packed(tmp_path / "d" / "a.zip", files)


def test_an_archive_with_a_password(tmp_path: Path) -> None:
    path = in_delivery(tmp_path, {BILLS: as_bills(tmp_path)})
    content = bytearray(path.read_bytes())
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(header) + flags] |= 1
    path.write_bytes(content)
    error = refused(tmp_path, "archive_encrypted")
    assert error.file == f"{path}/{BILLS}"
    assert "取消密码" in error.text.zh


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_an_archive_cut_off(tmp_path: Path, share: float) -> None:
    path = in_delivery(tmp_path, {BILLS: as_bills(tmp_path)})
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    assert "cut off or damaged" in refused(tmp_path, "archive_damaged").text.en


@pytest.mark.parametrize("patch", ["content", "checksum", "method"])
def test_a_damaged_member(tmp_path: Path, patch: str) -> None:
    path = in_delivery(tmp_path, {BILLS: as_bills(tmp_path)})
    content = bytearray(path.read_bytes())
    directory = content.index(b"PK\x01\x02")
    if patch == "content":
        content[60:80] = b"\xff" * 20
    elif patch == "checksum":
        content[directory + 16] ^= 0xFF
    else:
        content[directory + 10] = content[8] = 9  # Deflate64, as Windows packs very large files
    path.write_bytes(content)
    error = refused(tmp_path, "archive_damaged")
    assert (error.file or "").endswith(BILLS)


@pytest.mark.parametrize("inner", ["内.zip", "x/内.RAR", "a.7z"])
def test_an_archive_in_an_archive(tmp_path: Path, inner: str) -> None:
    in_delivery(tmp_path, {BILLS: as_bills(tmp_path), inner: b"PK"})
    assert inner.rpartition("/")[2] in refused(tmp_path, "archive_nested").text.zh


def test_a_bomb_is_refused_by_the_size_it_declares(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_delivery(tmp_path, {BILLS: b"0" * 100_000, "电费账单_202602.csv": b"0" * 100_000})
    monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 150_000)
    error = refused(tmp_path, "archive_too_large")
    assert "150,000" in error.text.en


def test_a_member_gives_no_more_than_it_declares(tmp_path: Path) -> None:
    """So that the declared sizes are a limit: a lie ends the reading as damage."""
    path = in_delivery(tmp_path, {BILLS: b"0" * 100_000})
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, content.index(b"PK\x01\x02") + 24, 50)
    path.write_bytes(content)
    refused(tmp_path, "archive_damaged")


def test_a_full_disk_while_unpacking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None: ...

        def write(self, _: bytes) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = packed(tmp_path / "a.zip", {BILLS: b"x"})
    real = Path.open
    monkeypatch.setattr(
        Path, "open", lambda p, mode="r", *a, **k: Full() if "w" in mode else real(p, mode, *a, **k)
    )
    with Archive(path) as archive, pytest.raises(WorkspaceError, match="disk_full"):
        archive.unpack(archive.members()[0], tmp_path / "out")


def test_a_delivery_of_archives_without_a_table(tmp_path: Path) -> None:
    in_delivery(tmp_path, {"说明.txt": b"x"})
    with pytest.raises(SourceError, match="no_files"):
        Bench.new(tmp_path / "w").take(tmp_path / "d")


def test_not_an_archive(tmp_path: Path) -> None:
    path: Any = tmp_path / "a.zip"
    path.write_bytes(b"no zip")
    with pytest.raises(SourceError, match="archive_damaged"):
        Archive(path)
