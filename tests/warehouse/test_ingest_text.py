"""Delivered text from file to rows: every value as it was written, every row by its number in the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jicha.kernel.errors import SourceError
from jicha.warehouse.engines import reading
from jicha.warehouse.engines.reading import DeliveredRows, read_csv
from jicha.warehouse.engines.store import Store
from jicha.warehouse.intake import transcoding
from jicha.warehouse.intake.decode import decode
from jicha.warehouse.intake.records import records
from jicha.warehouse.source import DELIMITERS

from .deliveries import Bench, cis_delivery

BILLS = "电费账单_202601.csv"
HEADERS = ["户号", "户名", "用电地址", "电价", "电量", "备注"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(threads=1, memory_limit="500MB", temp=tmp_path_factory.mktemp("spill")) as opened:
        yield opened


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all examples of a property: making a folder takes longer than reading a file."""
    return tmp_path_factory.mktemp("examples")


def loaded(
    store: Store,
    folder: Path,
    content: bytes,
    *,
    headers: Sequence[str] = ("户号", "户名", "用电地址"),
    delimiters: Sequence[str] = DELIMITERS,
) -> DeliveredRows:
    file = folder / "f.csv"
    file.write_bytes(content)
    text = decode(
        file,
        encodings=("utf-8", "gb18030"),
        delimiters=delimiters,
        known=[[header] for header in headers],
        temp=folder / "decoded",
        skips_titles=True,
    )
    return read_csv(store, file, text)


def values(store: Store, rows: DeliveredRows) -> list[tuple[object, ...]]:
    return store.rows(f"SELECT * FROM {rows.relation} ORDER BY origin_row")


# Through the whole ingest


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [("gb18030", b""), ("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16", b"")],
    ids=["gb", "utf8", "bom", "utf16"],
)
def test_encodings_give_the_same_lake(tmp_path: Path, encoding: str, bom: bytes) -> None:
    delivery = cis_delivery(customers=3, months=1)
    # A character outside the basic plane, four bytes in both encodings.
    delivery.files["用户档案.csv"][0]["户名"] = "赵钱孙𠮷"
    reference = Bench.new(tmp_path / "w1")
    reference.take(delivery.write(tmp_path / "d1"))
    bench = Bench.new(tmp_path / "w2")
    bench.take(delivery.write(tmp_path / "d2", encoding=encoding, bom=bom))
    assert bench.digest == reference.digest
    assert ("C001", "赵钱孙𠮷") in bench.rows("core.person", "customer_id", "customer_name")


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends(tmp_path: Path, line_end: str, last: bool) -> None:
    bench = Bench.new(tmp_path / "w")
    data = cis_delivery(customers=3, months=1).write(tmp_path / "d")
    text = (data / BILLS).read_bytes().decode("gb18030").replace("\r\n", line_end)
    (data / BILLS).write_bytes((text if last else text.rstrip()).encode("gb18030"))
    bench.take(data)
    assert bench.rows("core.bill", "bill_id", "origin_row") == [("B01001", 2), ("B01002", 3), ("B01003", 4)]


@pytest.mark.parametrize(("content", "code"), [("", "empty_file"), ("账单号", "header_differs")])
def test_an_empty_file_is_refused(tmp_path: Path, content: str, code: str) -> None:
    bench = Bench.new(tmp_path / "w")
    data = cis_delivery(customers=1, months=1).write(tmp_path / "d")
    (data / BILLS).write_bytes(content.encode("gb18030"))
    with pytest.raises(SourceError, match=code):
        bench.take(data)


def test_a_header_without_rows_is_an_empty_table(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    data = cis_delivery(customers=1, months=1).write(tmp_path / "d")
    (data / BILLS).write_bytes((data / BILLS).read_bytes().split(b"\r\n")[0])
    bench.take(data)
    assert bench.rows("core.bill", "bill_id") == []


# Cutting


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, list[list[str]]]:
    width = draw(st.integers(1, len(HEADERS)))
    wild = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4)
    sharp = st.text(st.sampled_from(" \t,;|^\x1f\"'\n\r赵𠮷é\x85\u2028\ufeff="), max_size=4)
    return width, draw(st.lists(st.lists(wild | sharp, min_size=width, max_size=width), max_size=6))


@given(
    tables(),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    st.sampled_from(DELIMITERS),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.lists(st.sampled_from([["明细表"], [], ["制表人", "张,三"]]), max_size=3),
    st.sampled_from([7, 64, 1 << 22]),
    st.booleans(),
)
def test_what_was_written_is_read(
    store: Store,
    folder: Path,
    table: tuple[int, list[list[str]]],
    encoding: str,
    delimiter: str,
    end: str,
    titles: list[list[str]],
    piece: int,
    quotes_all: bool,
) -> None:
    width, rows = table
    # A byte order mark right below the header is that of a second file put behind the first: it is passed over.
    assume(not (rows and rows[0][0].startswith("\ufeff")))
    # Python's writer leaves a line break bare that is not its own.
    breaks = any("\r" in value or "\n" in value for row in rows for value in row)
    out = io.StringIO(newline="")
    writer = csv.writer(
        out,
        delimiter=delimiter,
        lineterminator=end,
        quoting=csv.QUOTE_ALL if breaks or quotes_all else csv.QUOTE_MINIMAL,
    )
    writer.writerows([*titles, HEADERS[:width], *rows])
    # One column shows no delimiter: then it must be declared.
    candidates = DELIMITERS if width > 1 else (delimiter,)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transcoding, "_PIECE", piece)
        content = out.getvalue().encode(encoding)
        # Two letters of two bytes that may as well be two Chinese characters are taken for these.
        assume(encoding != "utf-8" or not any(map(transcoding._is_gb, content.splitlines())))
        taken = loaded(store, folder, content, headers=HEADERS[:width], delimiters=candidates)
    first = len(titles) + 2
    filled = [(first + place, *row) for place, row in enumerate(rows) if any(row)]
    assert taken.set_aside == []
    assert values(store, taken) == filled
    assert taken.blank == len(rows) - len(filled)


@pytest.mark.parametrize(
    "content", ["电量\n\ufeff1\n2\n", "\ufeff电量\n\ufeff1\n2\n"], ids=["bare", "marked"]
)
def test_a_mark_between_two_files_is_passed_over(store: Store, folder: Path, content: str) -> None:
    taken = loaded(store, folder, content.encode(), headers=["电量"], delimiters=(",",))
    assert values(store, taken) == [(2, "1"), (3, "2")]
    assert (taken.set_aside, taken.blank) == ([], 0)


def test_rows_of_a_wrong_shape_leave_the_numbers_right(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_BLOCK", 64)
    lines = ["户号,户名,用电地址", "1", "2,b,c", ",,", "4,b,c,d", *(f"{n},b,c" for n in range(5, 40)), "x,y"]
    taken = loaded(store, tmp_path, "\n".join(lines).encode())
    assert [(row, text, code) for row, text, code in taken.set_aside] == [
        (2, "1", "field_count"),
        (5, "4,b,c,d", "field_count"),
        (41, "x,y", "field_count"),
    ]
    assert [(row, value) for row, value, *_ in values(store, taken)] == [
        (3, "2"),
        *((n + 1, str(n)) for n in range(5, 40)),
    ]
    assert taken.blank == 1


def test_lines_in_another_encoding_are_set_aside(store: Store, tmp_path: Path) -> None:
    good = "1,赵钱孙,某处\n".encode("gb18030")
    content = "户号,户名,用电地址\n".encode("gb18030") + good * 299
    content += '2,"李四光",北京\n'.encode() + good + "3,王五,上海,多\n".encode() + good
    taken = loaded(store, tmp_path, content)
    assert taken.set_aside == [
        (301, "2,李四光,北京", "mixed_encoding"),
        (303, "3,王五,上海,多", "mixed_encoding"),
    ]
    assert len(values(store, taken)) == 301
    assert values(store, taken)[-1] == (304, "1", "赵钱孙", "某处")


def test_one_bad_byte_costs_one_value(store: Store, tmp_path: Path) -> None:
    rows = [(f"{n}", "赵钱孙李"[n % 4] * 3, f"某县某镇{n}号") for n in range(20_000)]
    lines = ["户号,户名,用电地址", *(",".join(row) for row in rows)]
    content = bytearray("\n".join(lines).encode("gb18030"))
    place = len("\n".join([*lines[:7001], "7000,"]).encode("gb18030")) + 2
    content[place] = 0xFF
    taken = loaded(store, tmp_path, bytes(content))
    expected = [(n + 2, *row) for n, row in enumerate(rows)]
    differing = [(was, now) for was, now in zip(expected, values(store, taken), strict=True) if was != now]
    ((was, now),) = differing
    assert was == (7002, "7000", "赵赵赵", "某县某镇7000号")
    assert now[0::3] == was[0::3] and now[1] == was[1]
    assert "\ufffd" in str(now[2])
    assert (taken.set_aside, taken.blank) == ([], 0)


# Quotation marks


def written(value: str, is_quoted: bool) -> str:
    return f'"{value}"' if is_quoted else value


@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(
                st.tuples(st.text(st.sampled_from("ab1"), min_size=1, max_size=3), st.booleans())
                | st.tuples(st.text(st.sampled_from("ab,"), min_size=1, max_size=3), st.just(True)),
                min_size=width,
                max_size=width,
            ),
            min_size=1,
            max_size=8,
        )
    ),
    st.integers(0, 1 << 30),
    st.booleans(),
)
def test_an_open_quotation_mark_loses_no_row_silently(
    store: Store,
    folder: Path,
    rows: list[list[tuple[str, bool]]],
    chance: int,
    ends: bool,
) -> None:
    """A stray mark before any bare value: each row is read as it is, or stands in what was set aside."""
    rows = [[(f"{number}{row[0][0]}", row[0][1]), *row[1:]] for number, row in enumerate(rows)]
    bare = [(r, c) for r, row in enumerate(rows) for c, (_, quoted) in enumerate(row) if not quoted]
    if not bare:
        return
    stray = bare[chance % len(bare)]
    lines = [
        ",".join(
            ('"' if (r, c) == stray else "") + written(value, quoted) for c, (value, quoted) in enumerate(row)
        )
        for r, row in enumerate(rows)
    ]
    width = len(rows[0])
    content = "\n".join([",".join(HEADERS[:width]), *lines]) + ("\n" if ends else "")
    taken = loaded(
        store,
        folder,
        content.encode(),
        headers=HEADERS[:width],
        delimiters=(",",),
    )
    read = [list(row[1:]) for row in values(store, taken)]
    aside = "\n".join(text for _, text, _ in taken.set_aside)
    for number, (row, line) in enumerate(zip(rows, lines, strict=True)):
        plain: list[object] = [value for value, _ in row]
        if number == stray[0]:
            continue
        if plain in read:
            read.remove(plain)
        else:
            assert line in aside
    # The row with the mark may be read as another one where all of it closes in its own line; none else may.
    assert len(read) == (lines[stray[0]] not in aside)


def test_a_value_over_several_lines_that_is_sound_is_kept(store: Store, tmp_path: Path) -> None:
    """It holds as many delimiters as a row, and even quotation marks: only unsound marks make it suspect."""
    content = '户号,户名,用电地址\n1,"a,b,c\n2,""d"",e",f\n3,b,c\n'
    taken = loaded(store, tmp_path, content.encode())
    assert values(store, taken) == [(2, "1", 'a,b,c\n2,"d",e', "f"), (3, "3", "b", "c")]
    assert taken.set_aside == []


def failure(store: Store, folder: Path, content: bytes) -> SourceError:
    with pytest.raises(SourceError) as error:
        loaded(store, folder, content)
    assert error.value.file == str(folder / "f.csv")
    return error.value


def test_an_open_quotation_mark_that_swallows_too_much_is_named(store: Store, tmp_path: Path) -> None:
    lines = ["明细表", "户号,户名,用电地址", '1,"a\nb",c', '2,b,"c', *["3,b,c"] * 1_000_000]
    error = failure(store, tmp_path, "\r\n".join(lines).encode("gb18030"))
    assert (error.code, error.line) == ("quote_not_closed", 5)
    assert "row 4 " in error.text.en and "第 4 行" in error.text.zh


@pytest.mark.parametrize("line_end", ["\n", ""])
def test_a_line_of_millions_of_characters_is_named(store: Store, tmp_path: Path, line_end: str) -> None:
    content = "户号,户名,用电地址\n1,b,c\n2,b," + "长" * 2_000_000 + line_end
    error = failure(store, tmp_path, content.encode("gb18030"))
    assert (error.code, error.line) == ("record_too_long", 3)
    assert "row 3 " in error.text.en


def test_a_line_that_fits_is_read_whole(store: Store, tmp_path: Path) -> None:
    content = "户号,户名,用电地址\n1,b,c\n2,b," + "长" * 600_000 + "\n3,b,c\n"
    taken = loaded(store, tmp_path, content.encode("gb18030"))
    assert values(store, taken)[1:] == [(3, "2", "b", "长" * 600_000), (4, "3", "b", "c")]


def test_after_a_failure_the_next_file_is_read(store: Store, tmp_path: Path) -> None:
    failure(store, tmp_path, b"\xe6\x88\xb7\xe5\x8f\xb7,b,c\n1,b," + b"x" * 5_000_000)
    taken = loaded(store, tmp_path, "户号,户名,用电地址\n1,b,c\n".encode())
    assert values(store, taken) == [(2, "1", "b", "c")]


@given(st.lists(st.text(st.sampled_from('a,"\n\r'), max_size=6), max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_records_are_cut_as_the_quick_reader_cuts_them(folder: Path, parts: list[str], end: str) -> None:
    """Sound or not: nothing is lost between records, and Python's reader sees as many."""
    content = end.join(parts) + end
    path = folder / "f.csv"
    path.write_bytes(content.encode())
    found = list(records(path, at=0, first_row=1, delimiter=",", longest=1000))
    assert "".join(record.text for record in found) == content
    lines = io.StringIO(content, newline="")
    assert [record.row for record in found] == [n for n, _ in enumerate(csv.reader(lines), start=1)]
    above = content.replace("\r\n", "\n").replace("\r", "\n")
    starts = {1} | {place + 2 for place, _ in enumerate(above.split("\n")[:-1])}
    assert {record.line for record in found} <= starts
