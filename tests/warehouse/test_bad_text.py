"""Bytes that are not what the encoding says, in files of six rows and of a million."""

from __future__ import annotations

import pytest

from .deliveries import as_csv, cis_delivery
from .grounds import CUSTOMERS, Grounds, good_customers

PRICES = "电价执行_新.csv"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_rare_characters(grounds: Grounds, encoding: str) -> None:
    """𠮷 is four bytes in gb18030 and in UTF-8, two units in UTF-16; ㊣ and € are in few code pages."""
    customers = good_customers()
    names = ["𠮷田", "㐂㐂㐂", "龘㊣€", "ｱｲｳ", "欧阳·娜", "𬱖𫖯"]
    for row, name in zip(customers, names, strict=True):
        row["户名"] = name
    grounds.put(CUSTOMERS, customers, encoding=encoding)
    assert grounds.taken()[1] == []
    stored = grounds.bench.rows("core.person", "customer_id", "customer_name")
    assert [name for customer, name in stored if str(customer) > "C006"] == names


def mixed(customers: int, lines: set[int]) -> bytes:
    """A gb18030 file in which these lines (from 1) are UTF-8, as when two exports are put together."""
    rows = cis_delivery(customers=customers, months=0).files["用户档案.csv"]
    return b"".join(
        line.encode("utf-8" if number in lines else "gb18030")
        for number, line in enumerate(as_csv(rows).splitlines(keepends=True), start=1)
    )


def test_mixed_encodings(grounds: Grounds) -> None:
    """A few lines are set aside; a file with many is refused."""
    grounds.put(CUSTOMERS, mixed(400, {8, 10}))
    report, told = grounds.taken()
    rows = [as_csv(cis_delivery(400, 0).files["用户档案.csv"]).split("\r\n")[row - 1] for row in (8, 10)]
    assert told == [(n, None, text, "mixed_encoding", "row") for n, text in zip((8, 10), rows, strict=True)]
    assert (report.files[0].rows_read, report.files[0].rows_typed) == (400, 398)
    grounds.recovers()


def test_a_file_of_two_encodings(grounds: Grounds) -> None:
    content = mixed(20, {11, 12, 13})
    grounds.put(CUSTOMERS, content)
    byte = sum(map(len, content.splitlines(keepends=True)[:10]))
    grounds.says(
        f"{{d}}/{CUSTOMERS}:11: 3 of 21 lines are not gb18030, the first at byte {byte}; 3 of them read well "
        "as utf-8 (lines 11, 12, 13): the file mixes encodings; export it again in one [mixed_encodings]",
        f"{{d}}/{CUSTOMERS}:11: 21 行中有 3 行不符合 gb18030 (首处在第 {byte} 字节); 其中 3 行可按 utf-8 读取 "
        "(第 11、12、13 行): 文件混用了编码; 请统一编码后重新导出 [mixed_encodings]",
    )
    grounds.recovers()


def test_a_damaged_byte_takes_its_value_alone(grounds: Grounds) -> None:
    rows = cis_delivery(customers=200, months=0).files["用户档案.csv"]
    content = as_csv(rows).encode("gb18030")
    content = content.replace("用户77,".encode("gb18030"), b"\xd3\xff\xbb\xa777,")
    content = content.replace(b"C088,", b"C0\xff8,")
    grounds.put(CUSTOMERS, content)
    report, told = grounds.taken()
    assert [(row, column, reason, effect) for row, column, _, reason, effect in told] == [
        (78, "户名", "undecodable", "value"),
        (89, "户号", "undecodable", "row"),
    ]
    assert told[1][2] == "C0\ufffd8"
    (file,) = report.files
    assert (file.rows_read, file.rows_quarantined, file.values_quarantined) == (200, 1, 1)
    grounds.recovers()


def test_a_million_rows_and_one_bad_byte(grounds: Grounds) -> None:
    """One row is lost, and said to be; the others are all there."""
    count, bad = 1_000_000, 654_321
    lines = [f"K{number:07d},HN-RES-LV,2020-01-01,\r\n".encode() for number in range(count)]
    lines[bad] = lines[bad].replace(b"RES", b"R\xffS")
    grounds.put(PRICES, "户号,电价码,生效日期,失效日期\r\n".encode("gb18030") + b"".join(lines))
    report = grounds.bench.take(grounds.data)
    (told,) = grounds.bench.set_aside()
    assert (told.file, told.row, told.column, told.value, told.reason_code, told.effect) == (
        *(PRICES, bad + 2, "电价码", "HN-R\ufffdS-LV", "undecodable", "row"),
    )
    (file,) = report.files
    assert (file.rows_read, file.rows_typed, file.rows_quarantined) == (count, count - 1, 1)
    assert grounds.bench.head.rows("core.price_agreement") == 6 + count - 1
