"""Files that are not what a delivery should hold: cut off, locked, empty, no file at all, or not there to stay."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msoffcrypto.format.ooxml
import pytest

from jicha.kernel.errors import SourceError
from jicha.warehouse.intake import delivery as taking

from .deliveries import as_csv
from .grounds import BILLS, CUSTOMERS, Grounds, good_bills, good_customers
from .test_archive import packed
from .workbooks import xls, xlsx

BOOK = "用户档案_新.xlsx"


def cells(count: int = 1) -> list[list[str]]:
    customers = good_customers()
    return [list(customers[0]), *(list(row.values()) for row in customers * count)]


# -- content ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize(("write", "name"), [(xlsx, BOOK), (xls, "用户档案_新.xls")])
def test_a_workbook_cut_off(grounds: Grounds, write: Any, name: str, share: float) -> None:
    path = write(grounds.data / name, {"Sheet1": cells(100)})
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    error = grounds.refused()
    assert (error.code, error.file) == ("workbook_damaged", str(path))
    assert error.text.en.startswith("the workbook cannot be read, it is cut off or damaged (")
    assert error.text.en.endswith("copy or export it again")
    assert error.text.zh.startswith("工作簿无法读取, 文件不完整或已损坏 (")
    assert error.text.zh.endswith("请重新复制或导出")


def test_a_workbook_with_a_password(grounds: Grounds, tmp_path: Path) -> None:
    plain = xlsx(tmp_path / "plain.xlsx", {"Sheet1": cells()})
    with plain.open("rb") as source, (grounds.data / BOOK).open("wb") as out:
        msoffcrypto.format.ooxml.OOXMLFile(source).encrypt("secret", out)
    grounds.says(
        f"{{d}}/{BOOK}: the workbook is protected by a password; save it without one and deliver it again "
        "[workbook_encrypted]",
        f"{{d}}/{BOOK}: 工作簿设有打开密码; 请取消密码后重新提供 [workbook_encrypted]",
    )
    grounds.recovers()


def test_an_empty_file(grounds: Grounds) -> None:
    """With nothing in it, it may be the export that failed; with a header alone, it is a table without rows."""
    grounds.put(CUSTOMERS, good_customers())
    path = grounds.put(BILLS, b"")
    grounds.says(
        f"{{d}}/{BILLS}: the file is empty (0 bytes); export it again, or take it out of the delivery [empty_file]",
        f"{{d}}/{BILLS}: 文件为空 (0 字节); 请重新导出, 或将其移出数据目录 [empty_file]",
    )
    path.write_bytes(b"\r\n\r\n")
    assert grounds.refused().code == "empty_file"
    path.write_bytes(bytes(4096))
    assert grounds.refused().code == "empty_file"
    grounds.put(BILLS, as_csv(good_bills()).split("\r\n")[0])
    report, told = grounds.taken()
    assert ([file.rows_read for file in report.files], told) == ([6, 0], [])
    grounds.recovers()


def test_a_csv_cut_off_in_a_row(grounds: Grounds) -> None:
    content = as_csv(good_bills()).encode("gb18030")
    grounds.put(BILLS, content[: content.rindex(b"B02006") + 20])
    report, told = grounds.taken()
    ((row, column, value, reason, effect),) = told
    assert (row, column, value, reason, effect) == (7, None, "B02006,C006,202602,2", "field_count", "row")
    assert (report.files[0].rows_read, report.files[0].rows_typed) == (6, 5)
    grounds.recovers()


def test_the_header_in_the_second_sheet(grounds: Grounds) -> None:
    """A cover sheet is no table; a second sheet of the table is more of it, rows numbered on."""
    cover = [["用户档案导出"], ["制表人", "张三"]]
    rows = cells()
    rows[5][0] = "1.2E+12"
    xlsx(grounds.data / BOOK, {"封面": cover, "一": rows[:4], "二": [rows[0], *rows[4:]]})
    report, told = grounds.taken()
    (file,) = report.files
    assert told == [(7, "户号", "1.2E+12", "number_form_lost", "row")]
    (shown,) = grounds.quarantine()
    assert (shown["row"], shown["sheet"], shown["sheet_row"]) == (7, "二", 3)
    assert [each.shown_row for each in grounds.bench.set_aside()] == ["二!3"]
    assert (file.rows_read, file.ignored_sheets) == (6, ("封面",))
    assert [(sheet.name, sheet.rows_before) for sheet in file.sheets] == [("一", 0), ("二", 4)]


# -- names --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", [None, "gb18030", "utf-8"])
def test_an_archive_with_chinese_names(grounds: Grounds, encoding: str | None) -> None:
    files = {f"导出/{BILLS}": as_csv(good_bills()).encode("gb18030"), "导出/说明.txt": b"x"}
    packed(grounds.data / "二月.zip", files, encoding)
    report, told = grounds.taken()
    assert ([file.file for file in report.files], told) == ([BILLS], [])
    assert report.unclaimed == ("二月.zip/导出/说明.txt",)
    assert len(grounds.bench.rows("core.bill")) == 12


def test_one_file_under_two_names(grounds: Grounds) -> None:
    """Each row is counted once, and the balance of both files says so."""
    grounds.put(BILLS, good_bills())
    grounds.put("电费账单_202602 (1).csv", good_bills())
    report, told = grounds.taken()
    assert told == []
    assert len(grounds.bench.rows("core.bill")) == 12
    landings = {file.file: file.landings[0] for file in report.files}
    assert sorted((each.kept, each.duplicate) for each in landings.values()) == [(0, 6), (6, 0)]


def test_one_name_for_two_files(grounds: Grounds) -> None:
    grounds.put(f"a/{BILLS}", good_bills())
    grounds.put(f"b/{BILLS}", good_bills()[:3])
    grounds.says(
        f"{{d}}/b/{BILLS}: {{d}}/a/{BILLS} has the same name and other content; rename or remove one of them "
        "[file_twice]",
        f"{{d}}/b/{BILLS}: {{d}}/a/{BILLS} 与该文件同名但内容不同; 请改名或删除其一 [file_twice]",
    )
    grounds.recovers()


def test_a_corrected_file_replaces_its_rows(grounds: Grounds) -> None:
    bills = good_bills()
    bills[0]["应收电费"], bills[1]["应收电费"] = "?", "99.00"
    grounds.put(BILLS, bills)
    assert len(grounds.taken()[1]) == 1
    grounds.put(BILLS, good_bills())
    report, told = grounds.taken()
    assert told == []
    (table,) = report.tables
    assert (table.table, table.added, table.changed, table.removed) == ("core.bill", 1, 1, 0)
    assert {(each.table, each.month) for each in grounds.bench.head.dirty} == {("core.bill", "2026-02")}
    assert not grounds.bench.take(grounds.data).is_new


def test_a_mistyped_name_is_told(grounds: Grounds) -> None:
    """帐 for 账: nobody claims the file, and nobody may think that it was read."""
    grounds.put(CUSTOMERS, good_customers())
    grounds.put("营销/电费帐单_202602.csv", good_bills())
    grounds.put(".hidden/电费账单_202603.csv", good_bills())
    report, _ = grounds.taken()
    assert report.unclaimed == ("营销/电费帐单_202602.csv",)
    assert "bill" in report.missing


# -- no files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "what_en", "what_zh"),
    [
        ("folder", "a folder", "文件夹"),
        ("broken link", "a link that leads nowhere", "失效的链接"),
        ("link to itself", "a link that leads nowhere", "失效的链接"),
        ("pipe", "no ordinary file", "非普通文件"),
    ],
)
@pytest.mark.parametrize("name", [BILLS, "二月.zip"])
def test_what_is_named_like_a_file(
    grounds: Grounds, name: str, kind: str, what_en: str, what_zh: str
) -> None:
    grounds.put(CUSTOMERS, good_customers())
    path = grounds.data / name
    match kind:
        case "folder":
            path.mkdir()
        case "broken link":
            path.symlink_to("nowhere.csv")
        case "link to itself":
            path.symlink_to(path)
        case "pipe":
            os.mkfifo(path)
    grounds.says(
        f"{{d}}/{name}: this is named like a file of the delivery, but is {what_en}; put the file itself here, or "
        "rename it [not_a_file]",
        f"{{d}}/{name}: 名称与应交付的文件相同, 但实为{what_zh}; 请放入文件本身, 或将其改名 [not_a_file]",
    )


def test_links_to_folders_and_back(grounds: Grounds, tmp_path: Path) -> None:
    """What is linked belongs to the delivery; a link back up is no second delivery."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / BILLS).write_bytes(as_csv(good_bills()).encode("gb18030"))
    (grounds.data / "电费账单").symlink_to(elsewhere)
    (elsewhere / "up").symlink_to(grounds.data)
    (grounds.data / "round").symlink_to(grounds.data)
    report, told = grounds.taken()
    assert ([file.file for file in report.files], told) == ([BILLS], [])


def test_a_delivery_that_is_no_folder(grounds: Grounds) -> None:
    path = grounds.put(BILLS, good_bills())
    with pytest.raises(SourceError, match="data_not_a_folder") as error:
        grounds.bench.take(path)
    assert "所在的目录" in error.value.text.zh
    with pytest.raises(SourceError, match="data_missing"):
        grounds.bench.take(grounds.data / "nowhere")


@contextmanager
def without_rights(path: Path) -> Iterator[None]:
    """Nobody may read the path; root, who may read everything, is somebody else meanwhile."""
    mode = path.stat().st_mode
    path.chmod(0)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        path.chmod(mode)


@pytest.fixture
def public(grounds: Grounds) -> Iterator[Grounds]:
    """Grounds in a folder that everybody may enter and write."""
    folder = Path(tempfile.mkdtemp(prefix="jicha-"))
    try:
        copy = grounds.copy(folder)
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o777)
        yield copy
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize("name", [BILLS, "二月.zip", "营销"])
def test_no_right_to_read(public: Grounds, name: str) -> None:
    if name == "营销":
        public.put(f"{name}/{BILLS}", good_bills())
    elif name.endswith(".zip"):
        with zipfile.ZipFile(public.data / name, "w") as archive:
            archive.writestr(BILLS, as_csv(good_bills()))
    else:
        public.put(name, good_bills())
    path = public.data / name
    before = public.files()
    with without_rights(path), pytest.raises(SourceError, match="no_right_to_read") as error:
        public.bench.take(public.data)
    assert public.files() == before
    assert error.value.file == str(path)
    assert "没有读取权限" in error.value.text.zh
    public.recovers()


# -- not yet, or no longer there ----------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "xlsx", "zip"])
@pytest.mark.parametrize("step", ["_at_hand", "_read"], ids=["before it is read", "while it is read"])
@pytest.mark.parametrize("what", ["vanishes", "grows", "is replaced"])
def test_a_file_that_does_not_stay(
    grounds: Grounds, monkeypatch: pytest.MonkeyPatch, form: str, step: str, what: str
) -> None:
    """Whatever was read of it, nothing of the delivery counts; the message says which file and what to do."""
    if form == "csv":
        path = grounds.put(CUSTOMERS, good_customers())
    elif form == "xlsx":
        path = xlsx(grounds.data / BOOK, {"Sheet1": cells()})
    else:
        path = packed(grounds.data / "新户.zip", {CUSTOMERS: as_csv(good_customers()).encode("gb18030")})

    def happen() -> None:
        if what == "vanishes":
            path.unlink()
        elif what == "grows":
            with path.open("ab") as handle:
                handle.write(b"C999,,,,,,,,,,,,,,\r\n")
        else:
            other = path.with_name(".new")
            other.write_bytes(path.read_bytes())
            other.replace(path)

    real = getattr(taking, step)

    def and_then(*arguments: Any, **named: Any) -> Any:
        if step == "_at_hand":
            happen()
            return real(*arguments, **named)
        result = real(*arguments, **named)
        happen()
        return result

    monkeypatch.setattr(taking, step, and_then)
    error = grounds.refused()
    assert error.file == str(path)
    if what == "vanishes":
        assert error.code == "file_vanished"
        assert "请放回该文件" in error.text.zh
    else:
        assert error.code == "file_changed"
        assert "请等待导出或复制完成后重新执行同一命令" in error.text.zh
    monkeypatch.undo()
    grounds.recovers()
