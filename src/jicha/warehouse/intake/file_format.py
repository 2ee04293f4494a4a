"""What a delivered file is, found out from its bytes: a name or a suffix is only a claim.

Exports are often not what their suffix says: a `.xls` that is tab-separated text, a web page or a new workbook.
"""

from __future__ import annotations

import codecs
import mmap
import zipfile
from pathlib import Path

from jicha.kernel.errors import SourceError
from jicha.kernel.text import Text
from jicha.warehouse.intake.archive import BROKEN
from jicha.warehouse.source import Format

_HEAD = 4096
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARQUET = b"PAR1"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

#: Names of streams inside an OLE container, as its directory spells them.
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_BOOK_STREAMS = ("Workbook".encode("utf-16-le") + b"\0\0", "Book".encode("utf-16-le") + b"\0\0")

_SAVE_AS_XLSX = Text(
    en="open it in a spreadsheet program and save it as .xlsx", zh="请用表格软件打开并另存为 .xlsx"
)
_UNPACK = Text(en="unpack it, or pack it as .zip", zh="请解压, 或改用 .zip 压缩")
_EXPORT_AGAIN = Text(
    en="export the table again as csv, xlsx, xls or Parquet",
    zh="请重新导出为 csv、xlsx、xls 或 Parquet",
)

#: What a file may be instead of a table: its first bytes, what to call it, what to do.
_STRANGERS: tuple[tuple[bytes, Text, Text], ...] = (
    (b"PK\x05\x06", Text(en="an empty zip archive", zh="空的 zip 压缩包"), _EXPORT_AGAIN),
    (b"Rar!", Text(en="a rar archive", zh="rar 压缩包"), _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", Text(en="a 7z archive", zh="7z 压缩包"), _UNPACK),
    (b"\x1f\x8b", Text(en="a gzip file", zh="gzip 压缩文件"), _UNPACK),
    (b"%PDF", Text(en="a PDF", zh="PDF 文件"), _EXPORT_AGAIN),
    (b"\x09\x00\x04\x00", Text(en="a workbook of Excel 2", zh="Excel 2 工作簿"), _SAVE_AS_XLSX),
    (b"\x09\x02\x06\x00", Text(en="a workbook of Excel 3", zh="Excel 3 工作簿"), _SAVE_AS_XLSX),
    (b"\x09\x04\x06\x00", Text(en="a workbook of Excel 4", zh="Excel 4 工作簿"), _SAVE_AS_XLSX),
    (b"\x09\x08", Text(en="a bare workbook stream of Excel 5", zh="Excel 5 裸工作簿流"), _SAVE_AS_XLSX),
)

#: Parts by which a zip archive shows what it holds, for those that are no workbook.
_PACKED: tuple[tuple[str, Text, Text], ...] = (
    ("xl/workbook.bin", Text(en="a binary workbook (xlsb)", zh="二进制工作簿 (xlsb)"), _SAVE_AS_XLSX),
    ("content.xml", Text(en="an OpenDocument file", zh="OpenDocument 文件"), _SAVE_AS_XLSX),
    ("word/document.xml", Text(en="a Word document", zh="Word 文档"), _EXPORT_AGAIN),
    ("ppt/presentation.xml", Text(en="a presentation", zh="演示文稿"), _EXPORT_AGAIN),
)

_MARKUP = (b"<html", b"<!doctype", b"<table", b"<meta", b"<head", b"<style", b"<?xml", b"<workbook")


def format_of(path: Path) -> Format:
    """The format of a file's content; delimited text is "csv", whatever delimits it.

    Raises `SourceError` where it is no table: empty, damaged, encrypted, or something else altogether.
    """
    with path.open("rb") as handle:
        head = handle.read(_HEAD)
    if not head:
        raise SourceError(
            "empty_file",
            en="the file is empty (0 bytes); export it again, or take it out of the delivery",
            zh="文件为空 (0 字节); 请重新导出, 或将其移出数据目录",
            file=path,
        )
    if head.startswith(_PARQUET):
        return "parquet"
    if head.startswith(_ZIP):
        return _packed(path)
    if head.startswith(_OLE):
        return _compound(path)
    for magic, what, advice in _STRANGERS:
        if head.startswith(magic):
            raise _not_a_table(path, what, advice)
    return _text(path, head)


def _packed(path: Path) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.replace("\\", "/").lower() for name in archive.namelist()}
    except BROKEN as error:
        raise damaged_workbook(path, str(error)) from error
    if "xl/workbook.xml" in names:
        return "xlsx"
    for part, what, advice in _PACKED:
        if part in names:
            raise _not_a_table(path, what, advice)
    raise _not_a_table(
        path, Text(en="a zip archive without a workbook", zh="不含工作簿的 zip 压缩包"), _UNPACK
    )


def _compound(path: Path) -> Format:
    """An OLE container: an old workbook, or the envelope of an encrypted new one."""
    with path.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if any(content.find(name) >= 0 for name in _BOOK_STREAMS):
            return "xls"
        if content.find(_ENCRYPTED_STREAM) >= 0:
            raise encrypted_workbook(path)
    if path.suffix.lower() in (".xls", ".xlsx"):
        raise damaged_workbook(path, "no workbook stream")
    raise _not_a_table(
        path, Text(en="an Office file without a workbook", zh="不含工作簿的 Office 文件"), _EXPORT_AGAIN
    )


def _text(path: Path, head: bytes) -> Format:
    start = head.removeprefix(codecs.BOM_UTF8)
    if head.startswith(_UTF16):
        start = head[2:].replace(b"\0", b"")
    if start.lstrip().lower().startswith(_MARKUP):
        raise _not_a_table(path, Text(en="a web page or XML", zh="网页或 XML"), _SAVE_AS_XLSX)
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        raise damaged_workbook(path, "plain text")
    if path.suffix.lower() == ".parquet":
        raise SourceError(
            "not_parquet",
            en="not a Parquet file but text; export or copy it again",
            zh="不是 Parquet 文件, 而是文本; 请重新导出或复制",
            file=path,
        )
    return "csv"


def damaged_workbook(path: Path, why: str) -> SourceError:
    """The error for a workbook that cannot be read; `why` is what the reader says."""
    return SourceError(
        "workbook_damaged",
        en=f"the workbook cannot be read, it is cut off or damaged ({why}); copy or export it again",
        zh=f"工作簿无法读取, 文件不完整或已损坏 ({why}); 请重新复制或导出",
        file=path,
    )


def encrypted_workbook(path: Path) -> SourceError:
    """The error for a workbook that opens with a password only."""
    return SourceError(
        "workbook_encrypted",
        en="the workbook is protected by a password; save it without one and deliver it again",
        zh="工作簿设有打开密码; 请取消密码后重新提供",
        file=path,
    )


def _not_a_table(path: Path, what: Text, advice: Text) -> SourceError:
    return SourceError(
        "not_a_table",
        en=f"the file is {what.en}, which is not read as a table; {advice.en}",
        zh=f"文件类型为 {what.zh}, 不能作为数据表读取; {advice.zh}",
        file=path,
    )
