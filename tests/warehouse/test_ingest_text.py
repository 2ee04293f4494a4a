"""Delivered text: encodings found out, never guessed past a fault; rows numbered as a person counts them."""

from __future__ import annotations

from pathlib import Path

import pytest

from jicha.kernel.errors import SourceError
from jicha.warehouse import decode as decoding
from jicha.warehouse.decode import decode

from .deliveries import Bench, cis_delivery

BILLS = "电费账单_202601.csv"


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [("gb18030", b""), ("utf-8", b""), ("utf-8", b"\xef\xbb\xbf")],
    ids=["gb", "utf8", "bom"],
)
def test_encodings_give_the_same_lake(tmp_path: Path, encoding: str, bom: bytes) -> None:
    delivery = cis_delivery(customers=3, months=1)
    delivery.files["用户档案.csv"][0]["户名"] = (
        "赵钱孙𠮷"  # a character outside the basic plane, four bytes in both
    )
    reference = Bench.new(tmp_path / "w1")
    reference.take(delivery.write(tmp_path / "d1"))
    bench = Bench.new(tmp_path / "w2")
    bench.take(delivery.write(tmp_path / "d2", encoding=encoding, bom=bom))
    assert bench.digest == reference.digest
    assert ("C001", "赵钱孙𠮷") in bench.rows("core.person", "customer_id", "customer_name")


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends(tmp_path: Path, line_end: str, last: bool) -> None:
    bench = Bench.new(tmp_path / "w")
    data = cis_delivery(customers=3, months=1).write(tmp_path / "d")
    text = (data / BILLS).read_bytes().decode("gb18030").replace("\r\n", line_end)
    (data / BILLS).write_bytes((text if last else text.rstrip()).encode("gb18030"))
    bench.take(data)
    assert bench.rows("core.bill", "bill_id", "origin_row") == [("B01001", 2), ("B01002", 3), ("B01003", 4)]


def refused(tmp_path: Path, content: bytes) -> SourceError:
    file = tmp_path / "f.csv"
    file.write_bytes(content)
    with pytest.raises(SourceError) as error:
        decode(
            file, encodings=("utf-8", "gb18030"), delimiter=",", known=["户号", "户名"], temp=tmp_path / "t"
        )
    assert error.value.file == str(file)
    return error.value


@pytest.mark.parametrize("chunk", [7, 8, 9, 10, 1 << 20])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_broken_byte_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, chunk: int
) -> None:
    """Whatever the pieces it is read in, and never repaired by reading UTF-8 as something else."""
    monkeypatch.setattr(decoding, "_CHUNK", chunk)
    before = "户号,户名\n1,赵\n2,钱".encode(encoding)
    error = refused(tmp_path, before + b"\xff" + ",孙\n".encode(encoding))
    assert error.code == "not_decodable"
    assert f"not {encoding} at byte {len(before)}" in error.text.en
    assert error.line == 3


def test_a_file_cut_off_in_a_character(tmp_path: Path) -> None:
    text = "户号,户名\n1,赵".encode("gb18030")
    assert f"byte {len(text) - 2}" in refused(tmp_path, text[:-1]).text.en


def test_no_header_line(tmp_path: Path) -> None:
    assert refused(tmp_path, b"x" * 70000).code == "no_header_line"


def test_header_decides_between_encodings(tmp_path: Path) -> None:
    """Bytes that both encodings accept are read as the one in which the header is known."""
    text = "户号,户名\n1,赵\n"
    for encoding in ("utf-8", "gb18030"):
        file = tmp_path / f"{encoding}.csv"
        file.write_bytes(text.encode(encoding))
        found = decode(
            file, encodings=("gb18030", "utf-8"), delimiter=",", known=["户号"], temp=tmp_path / "t"
        )
        assert (found.encoding, found.header) == (encoding, ("户号", "户名"))
        assert found.path.read_bytes()[found.body_at :].decode() == "1,赵\n"


@pytest.mark.parametrize("content", ["", "账单号"])
def test_an_empty_file_is_refused_for_its_header(tmp_path: Path, content: str) -> None:
    bench = Bench.new(tmp_path / "w")
    data = cis_delivery(customers=1, months=1).write(tmp_path / "d")
    (data / BILLS).write_bytes(content.encode("gb18030"))
    with pytest.raises(SourceError, match="header_differs"):
        bench.take(data)
