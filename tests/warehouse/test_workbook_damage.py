"""Workbooks that cannot be read: cut off, locked, too large, or something else; told clearly, and no crash."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msoffcrypto.format.ooxml
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from jicha.kernel.errors import SourceError
from jicha.warehouse.engines.store import Store
from jicha.warehouse.intake import sheet_survey
from jicha.warehouse.intake.file_format import format_of
from jicha.warehouse.intake.sheet_survey import XlsxSurvey

from .workbooks import HEADER, ROW, WRITERS, Formula, read, rows_of, table, xls, xlsx


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(threads=1, memory_limit="500MB", temp=tmp_path_factory.mktemp("store")) as store:
        yield store


def encrypted(path: Path) -> Path:
    plain = xlsx(path.with_name("plain.xlsx"), {"一": [HEADER, ROW]})
    with plain.open("rb") as source, path.open("wb") as out:
        msoffcrypto.format.ooxml.OOXMLFile(source).encrypt("secret", out)
    return path


def test_a_workbook_with_a_password(store: Store, tmp_path: Path) -> None:
    path = encrypted(tmp_path / "f.xlsx")
    with pytest.raises(SourceError, match="workbook_encrypted") as error:
        read(store, path)
    assert error.value.file == str(path)
    assert "取消密码" in error.value.text.zh


def test_an_old_workbook_with_a_password(store: Store, tmp_path: Path) -> None:
    """Its second record says so: FILEPASS, here in the place of what the writer put there."""
    path = xls(tmp_path / "f.xls", {"一": [HEADER, ROW]})
    content = bytearray(path.read_bytes())
    bof = content.index(struct.pack("<HH", 0x0809, 16))
    struct.pack_into("<HHH", content, bof + 20, 0x002F, 2, 1)
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"workbook_(encrypted|damaged)"):
        read(store, path)


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.95])
def test_a_workbook_cut_off(store: Store, tmp_path: Path, write: Any, share: float) -> None:
    path = write(tmp_path / "f.xls", {"一": [HEADER, *([f"{i}", f"用户{i}", i] for i in range(2000))]})
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(SourceError, match="workbook_damaged") as error:
        read(store, path)
    assert error.value.file == str(path)
    assert "请重新复制或导出" in error.value.text.zh


def test_a_damaged_sheet(store: Store, tmp_path: Path) -> None:
    """The directory is sound, the packed XML is not."""
    path = xlsx(tmp_path / "f.xlsx", {"一": [HEADER, *([f"{i}", f"用户{i}", i] for i in range(2000))]})
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    content = bytearray(path.read_bytes())
    middle = info.header_offset + 200
    content[middle : middle + 50] = b"\xaa" * 50
    path.write_bytes(content)
    with pytest.raises(SourceError, match="workbook_damaged"):
        read(store, path)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_damage_anywhere_is_refused_or_read(
    store: Store, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Never a crash, never another exception."""
    path = xls(tmp_path_factory.mktemp("d") / "f.xls", {"一": [HEADER, ROW, ["2", "钱", 3]]})
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(8, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        read(store, path)
    except SourceError as error:
        assert error.text.zh


@pytest.mark.parametrize(
    ("name", "content", "code", "told"),
    [
        ("f.xlsx", b"", "empty_file", "0 字节"),
        ("f.xlsx", b"\0" * 5000, "workbook_damaged", "已损坏"),
        ("f.xlsx", "户号,户名\n".encode(), "workbook_damaged", "已损坏"),
        ("f.xls", b"<html><table><tr><td>x</td></tr></table>", "not_a_table", "网页或 XML"),
        ("f.xls", b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "not_a_table", "另存为 .xlsx"),
        ("f.xls", "<html>".encode("utf-16"), "not_a_table", "网页或 XML"),
        ("f.xls", b"\x09\x04\x06\x00" + b"\0" * 50, "not_a_table", "Excel 4"),
        ("f.csv", b"Rar!\x1a\x07", "not_a_table", "rar"),
        ("f.csv", b"%PDF-1.7", "not_a_table", "PDF"),
        ("f.parquet", b"a,b\n", "not_parquet", "文本"),
    ],
)
def test_what_is_no_table(tmp_path: Path, name: str, content: bytes, code: str, told: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=code) as error:
        format_of(path)
    assert error.value.file == str(path)
    assert told in error.value.text.zh


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("word/document.xml", "a Word document"),
        ("xl/workbook.bin", "xlsb"),
        ("content.xml", "OpenDocument"),
        ("readme.txt", "without a workbook"),
    ],
)
def test_other_packed_files(tmp_path: Path, part: str, told: str) -> None:
    path = tmp_path / "f.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, "x")
    with pytest.raises(SourceError, match="not_a_table") as error:
        format_of(path)
    assert told in error.value.text.en


def test_the_content_decides_not_the_suffix(store: Store, tmp_path: Path) -> None:
    """A new workbook under an old name, and text under a workbook's name."""
    path = xlsx(tmp_path / "f.xlsx", {"一": [HEADER, ROW]}).rename(tmp_path / "f.xls")
    assert format_of(path) == "xlsx"
    assert rows_of(store, read(store, path), "户名") == [(2, "赵")]
    path.write_bytes("户号\t户名\n".encode("gb18030"))
    assert format_of(path) == "csv"


def test_a_workbook_without_any_cell(store: Store, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="empty_workbook"):
        read(store, xlsx(tmp_path / "f.xlsx", {"一": [], "二": []}))


def test_a_stray_cell_in_the_last_corner(store: Store, tmp_path: Path) -> None:
    """Laid out as a rectangle this would be 17 billion cells; the reader would end the process."""
    path = tmp_path / "f.xlsx"
    for kind, fits in (("value", False), ("format", True)):
        book = xlsxwriter.Workbook(path)
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ROW)
        if kind == "value":
            sheet.write(1048575, 16383, 1)
        else:
            sheet.write_blank(1048575, 16383, None, book.add_format({"bold": True}))
        book.close()
        if fits:
            assert rows_of(store, read(store, path), "户名") == [(2, "赵")]
            continue
        with pytest.raises(SourceError, match="workbook_too_large") as error:
            read(store, path)
        assert "row 1,048,576, column 16,384" in error.value.text.en


def test_a_workbook_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = xlsx(tmp_path / "f.xlsx", {"一": [HEADER, *[ROW] * 1000]})
    monkeypatch.setattr(sheet_survey, "MAX_UNPACKED_BYTES", 10_000)
    with pytest.raises(SourceError, match="workbook_too_large"):
        XlsxSurvey(path)


def test_xml_as_other_programs_write_it(store: Store, tmp_path: Path) -> None:
    """A namespace prefix, attributes in another order, absolute targets, cells without references."""
    path = xlsx(tmp_path / "f.xlsx", {"一": [["c0", "c1"], ["x", Formula("#N/A")], ["y", 5]]})
    other = tmp_path / "g.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as out:
        for info in source.infolist():
            content = source.read(info)
            if info.filename == "xl/worksheets/sheet1.xml":
                content = (
                    content.replace(b"<", b"<x:").replace(b"<x:/", b"</x:").replace(b"<x:?xml", b"<?xml")
                )
                content = content.replace(b"xmlns=", b"xmlns:x=").replace(b'r="B2" t="e"', b"t='e' r='B2'")
            if info.filename == "xl/_rels/workbook.xml.rels":
                content = content.replace(b'Target="worksheets/', b'Target="/xl/worksheets/')
            out.writestr(info.filename, content)
    assert rows_of(store, read(store, other, table("c0", "c1"))) == [(2, "x", "#N/A"), (3, "y", "5")]
