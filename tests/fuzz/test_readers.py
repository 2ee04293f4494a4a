"""The rules of the fuzzer on every seed of its corpus, and on a few hundred inputs drawn anew: seconds, not hours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jicha.warehouse.engines.store import Store

from .content_reading import KINDS, check_column_map, check_document, check_header
from .packed_reading import Book, Unpacked, check_archive, check_parquet, check_workbook
from .packing import with_parts_changed
from .refusals import Refused
from .targets import TARGETS
from .text_reading import Read, Way, check_text

CORPUS = Path(__file__).parent / "corpus"
FEW = settings(max_examples=60)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(threads=1, memory_limit="500MB", temp=tmp_path_factory.mktemp("store")) as store:
        yield store


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("examples")


def seeds(name: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted((CORPUS / name).iterdir())]


@pytest.mark.parametrize("name", TARGETS)
def test_every_seed_keeps_the_rules(tmp_path: Path, name: str) -> None:
    check = TARGETS[name](tmp_path)
    assert len(seeds(name)) >= 3
    for seed in seeds(name):
        check(seed)


def test_seeds_reach_behind_the_refusals(store: Store, folder: Path) -> None:
    """A corpus of which all is refused would keep every rule."""
    read = [
        check_text(store, folder, seed[:-2], Way.of(int.from_bytes(seed[-2:], "big")))
        for seed in seeds("text")
    ]
    assert sum(isinstance(one, Read) and bool(one.rows) for one in read) >= 12
    books = [check_workbook(store, folder, seed[:-2], skips_titles=True) for seed in seeds("workbook")]
    assert sum(isinstance(book, Book) and bool(book.rows) for book in books) >= 5
    tables = [check_parquet(store, folder, seed) for seed in seeds("parquet")]
    assert not any(isinstance(rows, Refused) for rows in tables)
    maps = [check_column_map(store, folder, seed[:-2]) for seed in seeds("columns")]
    assert sum(not isinstance(entries, Refused) for entries in maps) >= 2
    packed = [check_archive(folder, seed[:-2]) for seed in seeds("archive")]
    assert sum(isinstance(one, Unpacked) and bool(one.members) for one in packed) >= 4
    headers = [
        (check_header if seed.startswith(b"/*") else check_document)(folder, seed[:-2], KINDS[seed[-1]])
        for seed in seeds("header")
    ]
    assert sum(not isinstance(header, Refused) for header in headers) >= 8


PIECES = [
    "户号",
    "户名",
    "b",
    "001",
    "赵钱孙",
    "𠮷",
    "é",
    "\ufeff",
    ",",
    ",",
    "\t",
    "|",
    ";",
    "\x1f",
    '"',
    '""',
    " ",
    "\0",
]
ENDS = ["\n", "\n", "\r\n", "\r"]


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """Lines that look like a table's, some of them damaged or in another encoding."""
    encoding = draw(st.sampled_from(["utf-8", "gb18030", "utf-8-sig", "utf-16"]))
    start = draw(st.sampled_from(["户号,户名\n", "明细\n户号,户名\r\n", "用户编号\t户名\tb\n", ""]))
    pieces = draw(st.lists(st.sampled_from([*PIECES, *ENDS]), max_size=40))
    content = (start + "".join(pieces)).encode(encoding)
    rows = draw(st.sampled_from([0, 0, 150]))
    content += ("1,赵\n" * rows).encode(encoding if encoding == "gb18030" else "utf-8")
    strange = draw(
        st.sampled_from([b"", b"\xff", b"\x81", "李四光\n".encode(), "王五\n".encode("gb18030"), b"\x81\x30"])
    )
    place = draw(st.integers(0, len(content)))
    return content[:place] + strange + content[place:]


@FEW
@given(texts(), st.integers(0, 0xFFFF))
def test_text(store: Store, folder: Path, content: bytes, choice: int) -> None:
    check_text(store, folder, content, Way.of(choice))


def mutated(content: bytes, most: int, chance: Random) -> bytes:
    """Bytes changed, taken out, doubled: what copying and transferring do to a file."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(changed) + 1)
        match chance.randrange(4):
            case 0:
                changed[place : place + 1] = bytes([chance.choice((0, 1, 0x7F, 0xFF, chance.randrange(256)))])
            case 1:
                del changed[place : place + chance.randint(1, 60)]
            case 2:
                changed[place:place] = changed[place : place + chance.randint(1, 60)]
            case _:
                changed[place : place + 4] = chance.randbytes(4)
    return bytes(changed[:most])


@FEW
@given(
    st.sampled_from(seeds("workbook")),
    st.integers(0, 1 << 30),
    st.sampled_from([".xlsx", ".xls"]),
    st.booleans(),
)
def test_workbooks(store: Store, folder: Path, seed: bytes, number: int, suffix: str, titles: bool) -> None:
    chance = Random(number)  # noqa: S311 - changes bytes, guards nothing
    content = with_parts_changed(seed, 60_000, number, lambda part, most: mutated(part, most, chance))
    check_workbook(store, folder, content[:-2], suffix=suffix, skips_titles=titles)


@FEW
@given(st.sampled_from(seeds("archive")), st.integers(0, 1 << 30))
def test_archives(folder: Path, seed: bytes, number: int) -> None:
    chance = Random(number)  # noqa: S311 - changes bytes, guards nothing
    content = with_parts_changed(seed, 60_000, number, lambda part, most: mutated(part, most, chance))
    check_archive(folder, content[:-2])


@FEW
@given(st.sampled_from(seeds("parquet")), st.integers(0, 1 << 30))
def test_parquet(store: Store, folder: Path, seed: bytes, number: int) -> None:
    chance = Random(number)  # noqa: S311 - changes bytes, guards nothing
    check_parquet(store, folder, mutated(seed, 4000, chance))


YAML = [
    *(
        "a",
        "name",
        "en",
        "zh",
        "uid",
        "tables",
        "户号",
        "1",
        "0x1F",
        "1.5",
        "2026-01-01",
        "null",
        "yes",
        "~",
        ".inf",
    ),
    *(
        ": ",
        ":\n  ",
        "- ",
        "\n",
        "\n  ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "'",
        '"',
        "|\n",
        ">-\n",
        "# ",
        "&a ",
        "*a",
        "!!x ",
    ),
    *("? ", "<<: ", "---\n", "...\n", "\t", "\\u0000", "\x85", "\u2028", "\ufeff", "--- */\n", "/* ---\n"),
]


@FEW
@given(st.lists(st.sampled_from(YAML), max_size=30), st.sampled_from(KINDS), st.booleans())
def test_headers(folder: Path, words: list[str], kind: object, has_header: bool) -> None:
    text = "".join(words)
    if has_header:
        check_header(folder, f"/* ---\n{text}\n--- */\nselect 1".encode(), kind)
    else:
        check_document(folder, text.encode(), kind)


CELLS = st.sampled_from(
    [
        *(
            "户号",
            "户号|用户编号",
            "ａ",
            "a|",
            "",
            " ",
            '"',
            "customer_id",
            "origin_row",
            "B",
            "month",
            "text",
            "date",
        ),
        *(
            "integer(..5)",
            "integer(5..2)",
            "integer(-9..)",
            '"decimal(14,2)"',
            '"decimal(39,0)"',
            "yes",
            "optional",
        ),
        *("ja", "bill_type", "no_list", "\x1b[0m", "\0", "\r", "é"),
    ]
)


@FEW
@given(st.lists(st.lists(CELLS, min_size=5, max_size=7), max_size=4), st.binary(max_size=2), st.booleans())
def test_column_maps(store: Store, folder: Path, rows: list[list[str]], tail: bytes, is_marked: bool) -> None:
    lines = ["source_header,column,type,required,recode,note", *(",".join(row) for row in rows)]
    mark = b"\xef\xbb\xbf" if is_marked else b""
    check_column_map(store, folder, mark + "\n".join(lines).encode() + tail)
