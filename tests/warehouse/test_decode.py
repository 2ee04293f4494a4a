"""Encoding, delimiter and header row of delivered text: found out from the file, never guessed past a fault."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jicha.kernel.errors import SourceError
from jicha.warehouse.intake import transcoding
from jicha.warehouse.intake.decode import DecodedText, decode
from jicha.warehouse.intake.header_row import find_header, folded, likeliest_header
from jicha.warehouse.intake.transcoding import MIXED, transcode
from jicha.warehouse.source import DELIMITERS

COLUMNS = [["户号", "用户编号"], ["户名"]]
BOTH = ("utf-8", "gb18030")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all examples of a property: making a folder takes longer than reading a file."""
    return tmp_path_factory.mktemp("examples")


def decoded(
    folder: Path,
    content: bytes,
    *,
    encodings: Sequence[str] = BOTH,
    delimiters: Sequence[str] = DELIMITERS,
    known: Sequence[Sequence[str]] = COLUMNS,
    skips_titles: bool = False,
) -> DecodedText:
    file = folder / "f.csv"
    file.write_bytes(content)
    return decode(
        file,
        encodings=encodings,
        delimiters=delimiters,
        known=known,
        temp=folder / "decoded",
        skips_titles=skips_titles,
    )


def refused(folder: Path, content: bytes, **asked: Sequence[str]) -> SourceError:
    with pytest.raises(SourceError) as error:
        decoded(folder, content, **asked)  # type: ignore[arg-type]
    assert error.value.file == str(folder / "f.csv")
    return error.value


def body(text: DecodedText) -> str:
    return text.path.read_bytes()[text.body_at :].decode()


# Encodings


@pytest.mark.parametrize("skips_titles", [False, True])
@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_each_encoding_is_found(tmp_path: Path, written: str, found: str, skips_titles: bool) -> None:
    content = "户号,户名\n1,赵𠮷\n".encode(written)
    if written == "utf-16-be":
        content = b"\xfe\xff" + content
    text = decoded(tmp_path, content, skips_titles=skips_titles)
    assert (text.encoding, text.delimiter, text.header) == (found, ",", ("户号", "户名"))
    assert (text.first_row, text.damaged, text.mixed) == (2, 0, 0)
    assert body(text) == "1,赵𠮷\n"


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", "户号,户名\n1,赵\n".encode()], ids=["ascii", "utf8"])
def test_what_is_utf8_already_stays_where_it_is(tmp_path: Path, content: bytes) -> None:
    text = decoded(tmp_path, content)
    assert text.path == tmp_path / "f.csv"
    assert not (tmp_path / "decoded").exists()


def test_ascii_in_a_gb18030_source_is_not_copied(tmp_path: Path) -> None:
    text = decoded(tmp_path, b"a,b\n1,2\n", encodings=("gb18030",), known=[["a"], ["b"]])
    assert (text.path, text.encoding) == (tmp_path / "f.csv", "gb18030")


@pytest.mark.parametrize("written", BOTH)
@pytest.mark.parametrize("declared", [BOTH, BOTH[::-1]])
def test_where_the_header_tells_nothing_the_rows_do(
    tmp_path: Path, written: str, declared: tuple[str, ...]
) -> None:
    """A header in ASCII reads the same in both; two-character names read without a fault in the wrong one."""
    content = ("a,b\n" + "1,赵钱\n2,孙李\n" * 60).encode(written)
    text = decoded(tmp_path, content, encodings=declared, known=[["a"], ["b"]])
    assert text.encoding == written
    assert "赵钱" in body(text)


def test_few_chinese_rows_below_an_ascii_header(tmp_path: Path) -> None:
    """Two lines in a thousand would pass as damage: an encoding that accounts for all of them comes first."""
    content = ("a,b\n" + "1,x\n" * 1000 + "2,赵钱孙\n3,李\n").encode("gb18030")
    text = decoded(tmp_path, content, known=[["a"], ["b"]])
    assert (text.encoding, text.damaged) == ("gb18030", 0)


# Damage


@pytest.mark.parametrize("piece", [7, 8, 9, 10, 1 << 20])
@pytest.mark.parametrize("encoding", BOTH)
def test_a_broken_byte_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, piece: int
) -> None:
    """Whatever the pieces it is read in, and never repaired by reading UTF-8 as something else."""
    monkeypatch.setattr(transcoding, "_PIECE", piece)
    before = "户号,户名\n1,赵\n2,钱".encode(encoding)
    error = refused(tmp_path, before + b"\xff" + ",孙\n".encode(encoding))
    assert (error.code, error.line) == ("not_decodable", 3)
    assert f"1 of 3 lines are not {encoding}, the first at byte {len(before)};" in error.text.en


@pytest.mark.parametrize("encoding", BOTH)
def test_a_file_cut_off_in_a_character(tmp_path: Path, encoding: str) -> None:
    text = "户号,户名\n1,赵".encode(encoding)
    error = refused(tmp_path, text[:-1])
    assert error.line == 2
    assert f"byte {len('户号,户名'.encode(encoding)) + 3};" in error.text.en


@pytest.mark.parametrize(("rows", "is_taken"), [(198, False), (199, True)])
@pytest.mark.parametrize("encoding", BOTH)
def test_one_line_in_a_hundred_may_be_damaged(
    tmp_path: Path, encoding: str, rows: int, is_taken: bool
) -> None:
    good, bad = "1,赵\n".encode(encoding), b"2,\xff\n"
    content = "户号,户名\n".encode(encoding) + good * 50 + bad + good * (rows - 52) + bad
    if not is_taken:
        assert "2 of 199 lines" in refused(tmp_path, content).text.en
        return
    text = decoded(tmp_path, content)
    assert text.damaged == 2
    assert body(text) == "1,赵\n" * 50 + "2,\ufffd\n" + "1,赵\n" * (rows - 52) + "2,\ufffd\n"


@pytest.mark.parametrize("written", ["utf-8", "gb18030", "utf-16"])
def test_a_nul_is_damage(tmp_path: Path, written: str) -> None:
    content = ("户号,户名\n" + "1,赵\n" * 150 + "2,a\0b\n").encode(written)
    text = decoded(tmp_path, content)
    assert text.damaged == 1
    assert body(text).endswith("2,a\ufffdb\n")


def test_a_lone_surrogate_in_utf16_is_damage(tmp_path: Path) -> None:
    content = ("户号,户名\n" + "1,赵\n" * 150).encode("utf-16") + b"1\0,\0\x00\xd8\n\0"
    text = decoded(tmp_path, content)
    assert (text.damaged, body(text)[-4:]) == (1, "1,\ufffd\n")


@pytest.mark.parametrize("tail", [b"\x81", b"\x810", b"\x810\x81", b"\x810\x81,7", b"\xff,7"])
def test_damage_takes_no_sound_character_with_it(tmp_path: Path, tail: bytes) -> None:
    """A four-byte character that begins at the end of a line and never ends."""
    content = ("户号,户名\n" + "1,赵\n" * 150).encode("gb18030")
    for ending in (b"\n", b"\r\n", b""):
        text = decoded(tmp_path, content + b"2," + tail + ending)
        sound = tail.decode("ascii", "ignore")
        last = body(text).split("\n", 150)[150]
        assert last.replace("\ufffd", "") == "2," + sound + ending.decode()


CHINESE = st.text(st.sampled_from("赵钱孙李𠮷㙍é0A-·"), max_size=5)


@given(
    st.lists(CHINESE, min_size=1, max_size=6),
    st.sampled_from(BOTH),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.integers(0, 1 << 30),
    st.sampled_from([5, 64, 1 << 22]),
)
def test_a_damaged_byte_stays_in_its_field(
    folder: Path,
    values: list[str],
    encoding: str,
    end: str,
    chance: int,
    piece: int,
) -> None:
    """Whatever byte of whatever value is lost: every other value, line and delimiter is what it was."""
    lines = [f"{number},{value},z" for number, value in enumerate(values)]
    content = bytearray((end.join(lines) + end).encode(encoding))
    inside: list[int] = []
    for number, value in enumerate(values):
        begin = len(end.join([*lines[:number], f"{number},"]).encode(encoding))
        inside += range(begin, begin + len(value.encode(encoding)))
    if not inside:
        return
    place = inside[chance % len(inside)]
    content[place] = 0xFF
    (folder / "f").write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transcoding, "_PIECE", piece)
        path, start, faults = transcode(folder / "f", encoding, others=(), start=0, temp=folder / "t")
    cut = [line.split(",") for line in path.read_bytes()[start:].decode().split(end)]
    damaged = [number for number, line in enumerate(cut[:-1]) if "\ufffd" in line[1]]
    assert (faults.lines, faults.damaged, faults.mixed) == (len(lines), 1, 0)
    assert faults.first_byte is not None and place - 3 <= faults.first_byte <= place
    assert cut.pop() == [""]
    assert len(damaged) == 1 and damaged[0] + 1 == faults.first_line
    for number, value in enumerate(values):
        assert cut[number][0::2] == [str(number), "z"]
        assert number in damaged or cut[number][1] == value


# Mixed encodings


def test_utf8_lines_in_a_gb18030_file(tmp_path: Path) -> None:
    """Read as gb18030 they would pass, as other characters: they are marked, with their own text."""
    rows = ["1,赵钱孙\r\n"] * 300
    odd = '2,"李四光"\r\n'
    content = "户号,户名\r\n".encode("gb18030") + "".join(rows).encode("gb18030") + odd.encode()
    text = decoded(tmp_path, content)
    assert (text.encoding, text.damaged, text.mixed) == ("gb18030", 0, 1)
    assert body(text) == "".join(rows) + f'2,"李四光"{MIXED}\r\n'


def test_two_characters_are_enough_where_gb18030_makes_nonsense_of_them(tmp_path: Path) -> None:
    rows = "户号,户名\n" + "1,赵钱孙\n" * 150
    text = decoded(tmp_path, rows.encode("gb18030") + "2,张三\n".encode())
    assert text.mixed == 1


def test_chinese_that_looks_like_utf8_by_chance_is_left_alone(tmp_path: Path) -> None:
    """`英伟` and its like: two bytes each that are also one UTF-8 character."""
    pairs = [bytes((first, second)) for first in range(0xC4, 0xD8) for second in range(0xA1, 0xC0)]
    names = "".join(pair.decode("gb18030") for pair in pairs)
    assert names.encode("gb18030").decode("utf-8")
    content = "户号,户名\n" + "".join(f"1,{names[place : place + 3]}\n" for place in range(0, len(names), 3))
    text = decoded(tmp_path, content.encode("gb18030"))
    assert (text.damaged, text.mixed) == (0, 0)
    assert body(text) == content.split("\n", 1)[1]


@pytest.mark.parametrize("encoding", BOTH)
def test_a_file_of_two_encodings_is_refused_with_their_lines(tmp_path: Path, encoding: str) -> None:
    other = BOTH[1 - BOTH.index(encoding)]
    half = "1,赵钱孙\n" * 30
    error = refused(tmp_path, ("户号,户名\n" + half).encode(encoding) + half.encode(other))
    assert (error.code, error.line) == ("mixed_encodings", 32)
    assert f"30 of 61 lines are not {encoding}" in error.text.en
    assert f"30 of them read well as {other} (lines 32, 33, 34, 35, 36, …)" in error.text.en
    assert f"30 行可按 {other} 读取 (第 32、33、34、35、36 行等)" in error.text.zh


def test_gb18030_lines_in_a_utf8_file(tmp_path: Path) -> None:
    """Damage as a rule; a line of which every character looks like one in UTF-8 is marked."""
    rows = "户号,户名\n" + "1,赵\n" * 250
    text = decoded(tmp_path, rows.encode() + "2,李\n3,英伟\n".encode("gb18030"))
    assert (text.damaged, text.mixed) == (1, 1)
    assert body(text).endswith(f"1,赵\n2,\ufffd\ufffd\n3,英伟{MIXED}\n")


@pytest.mark.parametrize(
    "value", ["阿依古丽·买买提", "m²", "Éléonore", "±0.5°", "naïve café", "é", "Ω", "créée", "¡á"]
)
@pytest.mark.parametrize("declared", [BOTH, ("utf-8",)])
def test_other_letters_in_utf8_are_no_chinese(tmp_path: Path, value: str, declared: tuple[str, ...]) -> None:
    content = f"户号,户名\n1,{value}\n".encode()
    assert decoded(tmp_path, content, encodings=declared).path == tmp_path / "f.csv"


# What is no table at all


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n \n", b"\0" * 5000])
def test_an_empty_file_says_so(tmp_path: Path, content: bytes) -> None:
    error = refused(tmp_path, content)
    assert error.code == "empty_file"
    assert ("NUL" in error.text.zh) == (b"\0" in content)


def test_no_header_line(tmp_path: Path) -> None:
    assert refused(tmp_path, b"x" * 300_000).code == "no_header_line"


def test_a_line_without_end_is_not_held_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcoding, "_PIECE", 1 << 10)
    monkeypatch.setattr(transcoding, "_LONGEST_LINE", 1 << 12)
    error = refused(tmp_path, "户号,户名\n1,".encode() + b"x" * 10_000)
    assert error.code == "line_too_long"


def test_utf16_without_a_mark_is_recognised(tmp_path: Path) -> None:
    content = ("户号,户名\n" + "123456,赵\n" * 20).encode("utf-16-le")
    assert "UTF-16" in refused(tmp_path, content).text.en


# Header and delimiter


@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("encoding", BOTH)
def test_each_delimiter_is_found(tmp_path: Path, delimiter: str, encoding: str) -> None:
    content = f"户号{delimiter}户名{delimiter}备注\n1{delimiter}赵{delimiter}a,b;c,d,e,f\n"
    text = decoded(tmp_path, content.encode(encoding))
    assert (text.delimiter, text.header) == (delimiter, ("户号", "户名", "备注"))


def test_a_header_over_two_lines(tmp_path: Path) -> None:
    text = decoded(tmp_path, '\ufeff"户\r\n号"," 户名 "\r\n1,赵\r\n'.encode())
    assert text.header == ("户\r\n号", "户名")
    assert (body(text), text.first_row) == ("1,赵\r\n", 2)


def test_a_header_and_nothing_else(tmp_path: Path) -> None:
    for end in ("", "\n"):
        text = decoded(tmp_path, f"户号,户名{end}".encode("gb18030"))
        assert (text.header, body(text)) == (("户号", "户名"), "")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_title_rows(tmp_path: Path, encoding: str, end: str) -> None:
    """Rows keep the numbers they have in the file; a title over two lines is one row."""
    lines = ["用户档案明细表,,", "", f'"制表人{end}张三",日期', "用户编号,户名,备注", "1,赵,"]
    content = (end.join(lines) + end).encode(encoding)
    text = decoded(tmp_path, content, skips_titles=True)
    assert (text.header, text.first_row) == (("用户编号", "户名", "备注"), 5)
    assert body(text) == f"1,赵,{end}"


def test_without_leave_no_title_is_skipped(tmp_path: Path) -> None:
    assert decoded(tmp_path, "明细表\n户号,户名\n".encode()).header == ("明细表",)


def test_the_header_is_the_first_row_that_names_half() -> None:
    rows = [["表"], ["户号", "x"], ["户 号", "户名", "地址"], ["户号", "户名", "地址", "电价"]]
    wanted = [["用户编号", "户号"], ["户名"], ["地址"], ["电价"]]
    assert find_header(rows, wanted) == 2
    assert find_header(rows[:2], wanted) is None
    assert likeliest_header(rows[:2], wanted) == 1
    assert find_header([["x"]] * 20 + rows[3:], wanted) is None
    assert find_header([["x"]] * 19 + rows[3:], wanted) == 19
    assert find_header(rows, []) is None
    assert find_header([], wanted) is None


def test_headers_are_compared_without_what_is_not_seen() -> None:
    assert folded("合同容量（ｋＶＡ）") == folded("\ufeff合同 容量\r\n(kVA)\u200b") == "合同容量(kVA)"
    assert folded("户\u3000号\t") == "户号"
    assert folded("电费A") != folded("电费a")
