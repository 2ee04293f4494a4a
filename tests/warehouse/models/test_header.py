"""Cutting a content file in two: what has no readable header is refused, and lines stay those of the file."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jicha.kernel.errors import ContentError
from jicha.warehouse.header import MAX_FILE_BYTES, MAX_HEADER_BYTES, ContentFile, cut, read_content_file

FILE = "/* ---\nname: a\nkey: [b]\n--- */\nselect\n  b.x as x\nfrom core.bill as b\n"


class Header(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    key: tuple[str, ...]


def read(tmp_path: Path, content: bytes) -> ContentFile:
    path = tmp_path / "x.sql"
    path.write_bytes(content)
    return read_content_file(path, "content/marts/x.sql")


def refused(tmp_path: Path, content: bytes) -> ContentError:
    with pytest.raises(ContentError) as caught:
        read(tmp_path, content)
    assert caught.value.file == "content/marts/x.sql"
    return caught.value


def test_header_and_body(tmp_path: Path) -> None:
    found = read(tmp_path, FILE.encode())
    assert found.header == "name: a\nkey: [b]"
    assert found.body == "select\n  b.x as x\nfrom core.bill as b\n"
    assert (found.header_line, found.body_line) == (2, 5)
    assert found.typed(Header) == Header("a", ("b",))


@pytest.mark.parametrize("blank", [0, 1, 7])
def test_lines_are_those_of_the_file(tmp_path: Path, blank: int) -> None:
    lines = ("\n" * blank + FILE).split("\n")
    found = read(tmp_path, "\n".join(lines).encode())
    assert lines[found.header_line - 1] == "name: a"
    assert lines[found.body_line - 1] == "select"
    with pytest.raises(ContentError) as caught:
        read(tmp_path, "\n".join(lines).replace("[b]", "b").encode()).typed(Header)
    assert caught.value.line == lines.index("key: [b]") + 1


@pytest.mark.parametrize(
    "content",
    [
        FILE.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + FILE.encode(),
        b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode(),
        FILE.replace("/* ---", "  /* ---  ").replace("--- */", "\t--- */ ").encode(),
    ],
)
def test_editors_may_differ(tmp_path: Path, content: bytes) -> None:
    found = read(tmp_path, content)
    assert (found.header, found.body) == (read(tmp_path, FILE.encode()).header, cut_body(FILE))
    assert (found.header_line, found.body_line) == (2, 5)


def cut_body(text: str) -> str:
    return cut(text, path=Path("x.sql"), shown="x.sql").body


def test_line_ends_and_marks_do_not_change_the_digest(tmp_path: Path) -> None:
    digests = {
        read(tmp_path, content).digest
        for content in (FILE.encode(), FILE.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + FILE.encode())
    }
    assert len(digests) == 1
    assert read(tmp_path, FILE.replace("b.x as x", "b.y as x").encode()).digest not in digests
    assert read(tmp_path, FILE.replace("name: a", "name: b").encode()).digest not in digests


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 1),
        (b"\n\n", 1),
        (b"select 1 as one\n", 1),
        (b"\n\nselect 1 as one\n", 3),
        (b"-- a comment first\n/* ---\nname: a\n--- */\n", 1),
        (b"/* --- name: a --- */\n", 1),
        (b"/*---\nname: a\n---*/\n", 1),
    ],
)
def test_no_header(tmp_path: Path, content: bytes, line: int) -> None:
    error = refused(tmp_path, content)
    assert (error.code, error.line) == ("no_header", line)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"/* ---\nname: a\n", 1),
        (b"\n/* ---\nname: a\n--- */ select 1 as one\n", 2),
        (b"/* ---", 1),
    ],
)
def test_a_header_never_closed(tmp_path: Path, content: bytes, line: int) -> None:
    error = refused(tmp_path, content)
    assert (error.code, error.line) == ("header_not_closed", line)


def test_ten_megabytes_are_refused_unread(tmp_path: Path) -> None:
    started = time.process_time()
    error = refused(tmp_path, FILE.encode() + b"-" * 10_000_000)
    assert error.code == "too_large"
    assert f"{MAX_FILE_BYTES:,}" in error.text.en
    assert time.process_time() - started < 1


def test_a_header_too_large(tmp_path: Path) -> None:
    header = "name: " + "x" * MAX_HEADER_BYTES
    error = refused(tmp_path, f"/* ---\n{header}\n--- */\n".encode())
    assert (error.code, error.line) == ("header_too_large", 1)
    # Chinese counts in bytes, as the limit says.
    error = refused(tmp_path, f"/* ---\nname: {'电' * (MAX_HEADER_BYTES // 3)}\n--- */\n".encode())
    assert error.code == "header_too_large"


@pytest.mark.parametrize("content", ["电".encode("gb18030"), "电".encode("utf-16"), b"\xff", b"a\xc3"])
def test_not_utf8(tmp_path: Path, content: bytes) -> None:
    error = refused(tmp_path, b"/* ---\nname: " + content + b"\n--- */\n")
    assert error.code == "not_utf8"
    assert "UTF-8" in error.text.zh


@given(
    before=st.lists(st.just(""), max_size=3), header=st.lists(st.text(max_size=12)), body=st.text(max_size=40)
)
def test_nothing_is_lost(before: list[str], header: list[str], body: str) -> None:
    """Header and body put together again are the text, whatever stands in them."""
    header = [line.replace("\n", " ") for line in header if line.strip() != "--- */"]
    text = "\n".join([*before, "/* ---", *header, "--- */", body])
    found = cut(text, path=Path("x.sql"), shown="x.sql")
    assert found.header == "\n".join(header)
    assert found.body == body
    assert "\n".join(text.split("\n")[found.body_line - 1 :]) == body
