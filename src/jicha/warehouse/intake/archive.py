"""Zip archives of a delivery: listed, held to limits, and unpacked one member at a time.

A member never decides where it is written: the caller names the place, the member's own path only shows where
it came from.
"""

from __future__ import annotations

import errno
import hashlib
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from jicha.kernel.errors import SourceError, WorkspaceError

SUFFIX = ".zip"

#: What the taken members of one archive may unpack to, in bytes. A month of daily readings of ten million
#: customers is some 25 GB of CSV; whatever is larger is better delivered in pieces, and a zip bomb (petabytes
#: from kilobytes) stops here before a byte is written. Sizes are the archive's own, which no member may exceed.
MAX_UNPACKED_BYTES = 32 * 2**30

#: Packers a delivery must not hold another packer's file of.
_NESTED = (SUFFIX, ".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz")

_CHUNK = 1 << 20
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
#: Extra field "Info-ZIP Unicode Path": a name in UTF-8 beside the one in the packer's own code page.
_UNICODE_PATH = 0x7075
#: Names beyond this code point are CJK or later; accented Latin letters lie before.
_FIRST_CJK = 0x2E80

#: What damage looks like, by whichever decompressor meets it. A place before the file's beginning is an OSError,
#: a method or a password that is not known here a RuntimeError.
BROKEN = (
    *(zipfile.BadZipFile, RuntimeError, zlib.error, lzma.LZMAError),
    *(EOFError, OSError, ValueError, struct.error),
)


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive. `name` is its own name without folders, `inside` its path as packed, `size` what
    it unpacks to in bytes; `position` counts entries from 0."""

    archive: Path
    name: str
    inside: str
    size: int
    position: int

    @property
    def shown(self) -> str:
        """archive.zip/member, as messages show it."""
        return f"{self.archive}/{self.inside}"


class Archive:
    """One zip archive, open for reading; a context manager.

    Raises `SourceError`, naming archive and member, for an archive or a member that is damaged, encrypted,
    packed by a method that is not read, or too large, and for an archive within the archive.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except (FileNotFoundError, PermissionError):
            raise  # nothing is known of what it holds
        except BROKEN as error:
            raise SourceError(
                "archive_damaged",
                en=f"the archive cannot be opened, it is cut off or damaged ({error}); copy or pack it again",
                zh=f"压缩包无法打开, 文件不完整或已损坏 ({error}); 请重新复制或压缩",
                file=path,
            ) from error
        self._unpacked = 0

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def members(self) -> list[Member]:
        """The archive's files, without folders and what operating systems leave behind."""
        found = []
        for position, info in enumerate(self._zip.infolist()):
            inside = _name(info).partition("\0")[0]
            *folders, name = inside.replace("\\", "/").split("/")
            if not name or name.startswith((".", "~$")) or "__MACOSX" in folders:
                continue
            member = Member(self.path, name, inside, info.file_size, position)
            if name.lower().endswith(_NESTED):
                raise SourceError(
                    "archive_nested",
                    en=f"the archive {name} stands within an archive; unpack it and deliver its files",
                    zh=f"压缩包中还有压缩包 {name}; 请解压后提供其中的文件",
                    file=member.shown,
                )
            found.append(member)
        return found

    def digest(self, member: Member) -> str:
        """SHA-256 of a member's unpacked bytes, 64 hexadecimal digits."""
        sha256 = hashlib.sha256()
        for chunk in self._chunks(member):
            sha256.update(chunk)
        return sha256.hexdigest()

    def unpack(self, member: Member, to: Path) -> None:
        """Writes a member's bytes to `to`; raises `WorkspaceError` where the disk is full."""
        try:
            with to.open("wb") as out:
                for chunk in self._chunks(member):
                    out.write(chunk)
        except OSError as error:
            to.unlink(missing_ok=True)
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise WorkspaceError(
                    "disk_full",
                    en=f"no room to unpack {member.shown} ({member.size:,} bytes); free some disk space",
                    zh=f"磁盘空间不足, 无法解压 {member.shown} ({member.size:,} 字节); 请清理磁盘",
                    file=to.parent,
                ) from error
            raise

    def _chunks(self, member: Member) -> Iterator[bytes]:
        info = self._zip.infolist()[member.position]
        if info.flag_bits & _ENCRYPTED:
            raise SourceError(
                "archive_encrypted",
                en="the archive is protected by a password; pack it without one and deliver it again",
                zh="压缩包设有密码; 请取消密码后重新压缩提供",
                file=member.shown,
            )
        self._unpacked += info.file_size
        if self._unpacked > MAX_UNPACKED_BYTES:
            raise SourceError(
                "archive_too_large",
                en=f"the archive unpacks to more than {MAX_UNPACKED_BYTES:,} bytes; deliver it in pieces",
                zh=f"压缩包解压后超过 {MAX_UNPACKED_BYTES:,} 字节; 请分批提供",
                file=member.shown,
            )
        try:
            left = info.file_size
            with self._zip.open(info) as packed:
                while chunk := packed.read(_CHUNK):
                    left -= len(chunk)
                    yield chunk
            if left:
                raise EOFError(f"{left:,} of {info.file_size:,} bytes are missing")
        except BROKEN as error:
            raise SourceError(
                "archive_damaged",
                en=f"this member cannot be unpacked ({error}); copy or pack the archive again, as plain zip",
                zh=f"压缩包中的该文件无法解压 ({error}); 请重新复制, 或以普通 zip 方式重新压缩",
                file=member.shown,
            ) from error


def _name(info: zipfile.ZipInfo) -> str:
    """A member's path as its packer meant it.

    Chinese packers on Windows write GBK and do not say so; without the UTF-8 flag the standard means code page
    437, in which no Chinese name can be written at all.
    """
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    if unicode_path := _unicode_path(info.extra):
        return unicode_path
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    if raw.isascii():
        return info.filename
    readings = [text for encoding in ("utf-8", "gb18030") if (text := _decoded(raw, encoding)) is not None]
    # Short GBK names may happen to be valid UTF-8, but then read as accented Latin, not as Chinese.
    chinese = [text for text in readings if all(ord(c) < 0x80 or ord(c) >= _FIRST_CJK for c in text)]
    return next(iter([*chinese, *reversed(readings), info.filename]))


def _decoded(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _unicode_path(extra: bytes) -> str | None:
    place = 0
    while place + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, place)
        field = extra[place + 4 : place + 4 + length]
        if kind == _UNICODE_PATH and len(field) > 5 and field[0] == 1:
            return _decoded(field[5:], "utf-8")
        place += 4 + length
    return None
