"""Typing in bulk: each rule by example."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest

from jicha.warehouse.engines.casting import absent_column, typed_column
from jicha.warehouse.engines.duckdb import literal, sql_type
from jicha.warehouse.engines.store import Store
from jicha.warehouse.quarantine import REASONS

from .casting_columns import COLUMNS, typed
from .casting_reference import judged


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(threads=1, memory_limit="500MB", temp=tmp_path_factory.mktemp("spill")) as store:
        yield store


def one(store: Store, kind: str, text: str | None) -> object:
    """The value, or where there is none its reason."""
    ((value, reason),) = typed(store, [COLUMNS[kind]], [text])[0:1][0]
    assert value is None or reason is None
    return reason if value is None else value


TAKEN = [
    # numbers
    *(("money", text, Decimal(number)) for text, number in (
        ("30", "30.00"), ("+30.5", "30.50"), ("-0.01", "-0.01"), ("000030.100000", "30.10"), (".5", "0.50"),
        ("7.", "7.00"), ("999999999999.99", "999999999999.99"), ("1,234,567.80", "1234567.80"),
        ("-1,234", "-1234.00"), ("１２３４．５", "1234.50"), ("－１，２３４．５０", "-1234.50"),
        ("＋1", "1.00"), ("\u2212 1".replace(" ", ""), "-1.00"), ("\u3000 12.00 \t", "12.00"),
        ("\u00a012.00\u00a0", "12.00"), ("\ufeff8\r\n", "8.00"), ("1,234.50-", "-1234.50"), ("3-", "-3.00"),
        ("1.5E+3", "1500.00"), ("1.5e3", "1500.00"), ("-125E-2", "-1.25"), ("1.2E+11", "120000000000.00"),
        ("0.0000001E5", "0.01"), ("１.５E＋３", "1500.00"), ("0E+0", "0.00"),
    )),
    ("ratio", "0.1234", Decimal("0.1234")), ("ratio", "-.5", Decimal("-0.5000")), ("ratio", "0", Decimal(0)),
    ("widest", "9" * 38, Decimal("9" * 38)), ("widest", "1E+37", Decimal(10**37)),
    ("integer", "08", 8), ("integer", "-7", -7), ("integer", "6.0", 6), ("integer", "1.5E+3", 1500),
    ("integer", "1,000", 1000), ("integer", "９", 9), ("integer", str(2**63 - 1), 2**63 - 1),
    ("integer", str(-(2**63)), -(2**63)), ("0..600", "0", 0), ("0..600", "600", 600),
    ("0..600", "+6.0E+2", 600),
    ("-5..", "-5", -5), ("..5", " 5 ", 5),
    ("double", "0.1", 0.1), ("double", "-1.5E-7", -1.5e-7), ("double", "1,000.5", 1000.5),
    ("double", "2.5-", -2.5),
    # identifiers
    *(("identifier", text, name) for text, name in (
        ("0012", "0012"), ("３３０１００１２３", "330100123"), ("Ｂ－０１", "B-01"), ("'0012", "0012"),
        ('="0012"', "0012"), (' ="0012 " ', "0012"), ("0012\t", "0012"), ("\u3000 0012 \u00a0", "0012"),
        ("3E12", "3E12"), ("12E-3", "12E-3"), ("E001", "E001"), ("1.2", "1.2"), ("0" * 30, "0" * 30),
        ("A 1", "A 1"), ("甲-1#", "甲-1#"), ("𠮷1", "𠮷1"), ("#1", "#1"),
    )),
    # texts
    ("text", " 甲 乙 \u3000", "甲 乙"), ("text", "１号楼", "１号楼"), ("text", "1.2E+12", "1.2E+12"),
    ("text", "#1 主变", "#1 主变"), ("text", 'a "b", c\nd', 'a "b", c\nd'), ("text", "'0012", "'0012"),
    ("text", "\ufeff𠮷", "𠮷"), ("text", "#N/A?", "#N/A?"),
    # codes
    ("code", "平段", "flat"), ("code", " 平段\u3000", "flat"), ("code", "１０ｋＶ", "kv10"), ("code", "(高)压", "high"),
    ("code", "（高）压", "high"), ("code", "A", "narrow_a"), ("code", "Ａ", "wide_a"), ("code", "１", "one"),
    # booleans
    ("boolean", "是", True), ("boolean", "１", True), ("boolean", " Y ", True), ("boolean", "false", False),
    # days
    *(("date", text, date(2024, 1, 5)) for text in (
        "2024-01-05", "2024-1-5", "2024/1/5", "2024/01/05", "2024.1.5", "2024.01.05", "20240105", "2024年1月5日",
        "2024年01月05日", "2024-01-05 00:00:00", "2024-01-05T00:00:00.0", "2024/1/5 0:00", "2024/1/5 0:00:00",
        "20240105 00:00:00.000000", "2024年1月5日 00:00", "２０２４－０１－０５", "２０２４／１／５\u3000０：００",
        "\u3000２０２４．１．５", "\t2024-01-05\r\n", "2024-01-05\u00a0\u00a000:00:00",
    )),
    *(("date", text, date(9999, 12, 31)) for text in (
        "9999-12-31", "9999/12/31 0:00:00", "99991231", "9999.12.31", "9999年12月31日",
    )),
    ("date", "1900-01-01", date(1900, 1, 1)), ("date", "2999/12/31", date(2999, 12, 31)),
    ("date", "2024-02-29", date(2024, 2, 29)), ("date", "2000/2/29", date(2000, 2, 29)),
    # months
    *(("month", text, date(2024, 1, 1)) for text in (
        "202401", "2024-01", "2024-1", "2024/1", "2024/01", "2024.01", "2024年1月", "2024年01月", "２０２４０１",
        "2024-01-01", "2024/1/1 0:00:00", "20240101", "2024.1.1", "2024年1月1日", " 202401 ", "２０２４年１月",
    )),
    ("month", "2024.10", date(2024, 10, 1)), ("month", "190001", date(1900, 1, 1)),
    # days exchanged with months
    ("exchanged", "2006-06-12", date(2006, 12, 6)), ("exchanged", "2006-06-23", date(2006, 6, 23)),
    ("exchanged", "2006-02-12 00:00:00", date(2006, 12, 2)), ("exchanged", "2024-01-01", date(2024, 1, 1)),
    ("exchanged", "9999-12-31", date(9999, 12, 31)), ("exchanged", "２００６－０６－１２", date(2006, 12, 6)),
    ("exchanged", "2006-12-31T00:00:00.0", date(2006, 12, 31)),
    ("exchanged", "2006-11-02", date(2006, 2, 11)),
    # times
    *(("timestamp", text, datetime(2024, 1, 5, 8, 30)) for text in (  # noqa: DTZ001
        "2024-01-05 08:30:00", "2024-01-05 08:30", "2024-01-05T08:30:00", "2024/1/5 8:30:00",
        "20240105 08:30",
        "2024年1月5日 8:30", "2024.1.5 08:30:00.0", "20240105083000", "２０２４－０１－０５　０８：３０",
        "2024-1-5   8:30",
    )),
    ("timestamp", "2024-01-05 08:30:07.1234560", datetime(2024, 1, 5, 8, 30, 7, 123456)),  # noqa: DTZ001
    ("timestamp", "2024-01-05 08:30:07.5", datetime(2024, 1, 5, 8, 30, 7, 500000)),  # noqa: DTZ001
    ("timestamp", "2024-01-31 24:00:00", datetime(2024, 2, 1)),  # noqa: DTZ001
    ("timestamp", "2023/12/31 24:00", datetime(2024, 1, 1)),  # noqa: DTZ001
    ("timestamp", "2024-01-05 00:00:00", datetime(2024, 1, 5)),  # noqa: DTZ001
    ("timestamp", "9999-12-31 23:59:59", datetime(9999, 12, 31, 23, 59, 59)),  # noqa: DTZ001
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "value"), TAKEN)
def test_forms_that_are_taken(store: Store, kind: str, text: str, value: object) -> None:
    found = one(store, kind, text)
    assert (type(found), found) == (type(value), value)


REFUSED = [
    *(("money", "not_a_number", text) for text in (
        "五十", "1 234", "12,34", "1,2345", "0,123", "1,234,56", ",123", "1,234.5,6", "(5)", "（5）", "-5-",
        "+5-", "--5",
        "- 5", "¥5", "￥5", "5元", "5度", "5千瓦时", "5%", "5％", "12 kWh", "1.2.3", ".", "-", "e5", "1e",
        "1e5.0", "1,000E+3",
        "1E+100", "0x1F", "1_000", "nan", "inf", "NULL", "٣", "½", "1.5Ｅ+3", "########",
    )),
    *(("money", "too_many_digits", text) for text in (
        "30.005", "1234567890123.00", "1.2E+12", "1.5E-3", "1,234,567,890,123", "0.001-",
    )),
    ("ratio", "too_many_digits", "1"), ("ratio", "too_many_digits", "0.12345"),
    ("widest", "too_many_digits", "1" + "0" * 38), ("widest", "too_many_digits", "1E+38"),
    *(("integer", "not_an_integer", text) for text in ("6.5", "1.5E-1", "一", "1e", "6个", "12,34")),
    ("integer", "too_many_digits", "9" * 30), ("integer", "too_many_digits", str(2**63)),
    ("integer", "too_many_digits", "1E+30"),
    ("0..600", "out_of_range", "601"), ("0..600", "out_of_range", "-1"),
    ("0..600", "out_of_range", "6.01E+2"),
    ("0..600", "not_an_integer", "1.5"), ("-5..", "out_of_range", "-6"), ("..5", "out_of_range", "6"),
    ("double", "not_a_number", "nan"), ("double", "not_a_number", "1E+999"), ("double", "not_a_number", "x"),
    *(("identifier", "number_form_lost", text) for text in (
        "1.2E+12", "1.2e12", "3.30123E+14", "1E+15", "12E+5", "-1.2E+12", "123456.0", "123456.00",
        "####", '="1.2E+12"',
        "'1.0", "１．２Ｅ＋１２", " 1.2E+12 ", "1.E+5", "1.5E-7",
    )),
    ("code", "unknown_code", "谷段"), ("code", "unknown_code", "平 段"),
    ("boolean", "not_a_boolean", "yes"), ("boolean", "not_a_boolean", "2"),
    *(("date", "not_a_date", text) for text in (
        "2024-02-30", "2023-02-29", "1900/2/29", "05-JAN-24", "5-1月-24", "24-01-05", "24/1/5",
        "05/01/2024", "45292", "45292.0",
        "2024-01-05 00:00:01", "2024-01-05 24:00:00", "2024-01-05 12:00", "2024-01-05 00",
        "2024-01-05 00:00.0",
        "2024-13-01", "2024-00-01", "2024-1/5", "2024.1-5", "2024 1 5", "202401", "2024-01", "2024年1月5",
        "2024\\1\\5",
        "1899-12-31", "3000-01-01", "0001-01-01", "9999-12-30", "9999-01-01", "10000-01-01", "infinity",
        "epoch",
        "2024-01-05 (BC)", "2024-01-05Z", "2024-01-05T", "2024-01-05T00:00:00Z",
        "2024-01-05T00:00:00+08:00", "无", "-", "0",
        "2024010", "202401051", "2024-001-05", "2024-1-005", "########", "20240105 0", "2024-01-05 0:0",
        "二〇二四年一月五日",
    )),
    *(("month", "not_a_month", text) for text in (
        "202413", "202400", "2024.1", "20241", "2024-01-02", "2024-01-01 00:00:01", "2024", "01-2024",
        "2024年13月", "2024-13",
        "999912", "9999-12-31", "189912", "300001", "1月", "2024年1", "2024--1", "2024-01/", "24-01",
        "2024.001",
    )),
    *(("exchanged", "not_a_date", text) for text in (
        "2006-23-06", "2006/06/12", "20060612", "2006-6-12", "2006-06-12 01:00", "2006-02-30", "1899-01-01",
    )),
    *(("timestamp", "not_a_timestamp", text) for text in (
        "2024-01-05", "2024-01-05 25:00", "2024-01-05 24:00:01", "2024-01-05 24:01", "2024-01-05 08:60",
        "2024-01-05 8:5",
        "2024-01-05 08:30:60", "2024-01-05 08:30:07.1234567", "2024-01-05 08:30.5", "2024-01-05 08",
        "2024-01-05T 08:30",
        "2024-01-05 08:30:00+08:00", "2024-01-05 08:30Z", "2024-01-05 上午 8:30", "2024-01-05 8:30 PM",
        "2024-02-30 08:30",
        "2024-01-05 (BC) 08:30:00", "9999-12-31 24:00:00", "3000-01-01 00:00", "20240105240000",
        "20240105 083000", "202401050830", "08:30", "45292.5",
    )),
    *((kind, "undecodable", "5\ufffd") for kind in COLUMNS),
    *((kind, "undecodable", "\ufffd") for kind in COLUMNS),
    *((kind, "formula_error", error) for kind in COLUMNS for error in (
        "#N/A", " #REF! ", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!",
    )),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "reason", "text"), REFUSED)
def test_forms_that_are_refused(store: Store, kind: str, reason: str, text: str) -> None:
    assert one(store, kind, text) == reason


@pytest.mark.parametrize("kind", COLUMNS)
def test_the_reference_knows_the_examples(store: Store, kind: str) -> None:
    """Each example in every column: the reference that generated values are held against is itself held."""
    texts = [text for _, text, _ in TAKEN] + [text for _, _, text in REFUSED]
    for text, ((value, reason),) in zip(texts, typed(store, [COLUMNS[kind]], texts), strict=True):
        wanted, wanted_reason = judged(COLUMNS[kind], text)
        assert (value, reason) == (wanted, wanted_reason), text


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_plain_value_is_the_value(store: Store, kind: str) -> None:
    """The short form, which a file is typed with where every value is plain, says the same as the long one."""
    texts = [text for _, text, _ in TAKEN] + [text for _, _, text in REFUSED] + [None, "", " "]
    store.hold("delivered", {"f0": "text"}, [(text,) for text in texts])
    typed = typed_column(COLUMNS[kind], "f0", "VARCHAR")
    short = typed.when_all_plain()
    assert short.reason is None
    store.run(f"CREATE OR REPLACE TEMP TABLE plain AS SELECT f0 FROM delivered WHERE {typed.is_plain}")
    rows = store.rows(f"SELECT f0, {short.value}, {typed.value}, {typed.reason} FROM plain")
    assert any(text for text, *_ in rows)
    for text, shortly, value, reason in rows:
        assert (shortly, None) == (value, reason), text


@pytest.mark.parametrize("text", [None, "", " ", "\u3000\t\u00a0", "\r\n", "\ufeff"])
def test_what_is_empty(store: Store, text: str | None) -> None:
    (row,) = typed(store, list(COLUMNS.values()), [text])
    assert row == [(None, "missing_value" if each.required else None) for each in COLUMNS.values()]


@pytest.mark.parametrize("text", ["'", '=""', ' =" " ', "'\u3000"])
def test_an_identifier_of_nothing_but_its_wrapping(store: Store, text: str) -> None:
    assert one(store, "identifier", text) == "missing_value"
    assert one(store, "optional identifier", text) is None


def test_every_reason_has_its_texts(store: Store) -> None:
    found = {reason for _, reason, _ in REFUSED} | {"missing_value", "field_count", "mixed_encoding"}
    for code in found:
        texts = (REASONS[code].text, REASONS[code].advice)
        assert all(text.zh and text.en and text.zh != text.en for text in texts), code


def test_the_text_is_what_was_delivered(store: Store) -> None:
    store.hold("delivered", {"f0": "text"}, [(" ２０２４ \u3000",), ('="1.2E+12"',), ("  ",)])
    shown = typed_column(COLUMNS["identifier"], "f0", "VARCHAR").text
    assert store.rows(f"SELECT {shown} FROM delivered") == [("２０２４",), ('="1.2E+12"',), (None,)]


@pytest.mark.parametrize("kind", COLUMNS)
def test_an_absent_column_is_null_in_its_type(store: Store, kind: str) -> None:
    absent = absent_column(COLUMNS[kind])
    assert absent.reason is None
    shown = store.types(f"SELECT {absent.text} AS text, {absent.value} AS value")
    assert shown == {"text": "VARCHAR", "value": sql_type(COLUMNS[kind].stored_type)}
    assert store.row(f"SELECT {absent.text}, {absent.value}") == (None, None)


@pytest.mark.parametrize(
    "delivered_type", ["VARCHAR", "DOUBLE", "BIGINT", "DECIMAL(20,6)", "DATE", "TIMESTAMP", "BOOLEAN"]
)
@pytest.mark.parametrize("kind", COLUMNS)
def test_a_value_has_its_columns_type(store: Store, kind: str, delivered_type: str) -> None:
    typed = typed_column(COLUMNS[kind], "f0", delivered_type)
    shown = f"SELECT {typed.value} AS v, {typed.reason} AS r, {typed.text} AS t"
    query = f"{shown} FROM (SELECT CAST(NULL AS {delivered_type}) AS f0)"
    assert store.types(query) == {"v": sql_type(COLUMNS[kind].stored_type), "r": "VARCHAR", "t": "VARCHAR"}
    assert store.row(query) == (None, "missing_value" if COLUMNS[kind].required else None, None)


DELIVERED_TYPED = [
    ("identifier", "CAST(123456 AS DOUBLE)", "123456"),
    ("identifier", "CAST(1.5 AS DOUBLE)", "number_form_lost"),
    ("identifier", "CAST(999999999999999 AS DOUBLE)", "999999999999999"),
    ("identifier", "CAST(1000000000000000 AS DOUBLE)", "number_form_lost"),
    ("identifier", "CAST('nan' AS DOUBLE)", "number_form_lost"), ("identifier", "CAST(7 AS FLOAT)", "7"),
    ("identifier", "CAST(1234567890123456789 AS BIGINT)", "1234567890123456789"),
    ("identifier", "CAST('123.00' AS DECIMAL(20,2))", "123"),
    ("identifier", "CAST('1.50' AS DECIMAL(20,2))", "number_form_lost"),
    ("identifier", "CAST('100' AS DECIMAL(38,0))", "100"),
    ("identifier", "DATE '2024-01-02'", "number_form_lost"),
    ("identifier", "TIMESTAMP '2024-01-02 00:00:00'", "number_form_lost"),
    ("identifier", "true", "number_form_lost"),
    ("text", "CAST(13812345678 AS DOUBLE)", "13812345678"), ("text", "CAST(1.5 AS DOUBLE)", "1.5"),
    ("text", "CAST(1e16 AS DOUBLE)", "number_form_lost"), ("code", "CAST(1 AS DOUBLE)", "one"),
    ("code", "CAST(1 AS BIGINT)", "one"),
    ("boolean", "CAST(1 AS DOUBLE)", True), ("boolean", "false", False),
    ("boolean", "CAST(2 AS BIGINT)", "not_a_boolean"),
    ("integer", "CAST(6 AS DOUBLE)", 6), ("integer", "CAST(6.5 AS DOUBLE)", "not_an_integer"),
    ("integer", "CAST(6 AS UTINYINT)", 6),
    ("integer", "CAST('9223372036854775808' AS UBIGINT)", "too_many_digits"),
    ("integer", "CAST('6.00' AS DECIMAL(5,2))", 6),
    ("0..600", "CAST(601 AS INTEGER)", "out_of_range"), ("0..600", "CAST(600 AS BIGINT)", 600),
    ("money", "CAST(1234.5 AS DOUBLE)", Decimal("1234.50")),
    ("money", "CAST(1.234 AS DOUBLE)", "too_many_digits"),
    ("money", "CAST(0.1 AS DOUBLE) + CAST(0.2 AS DOUBLE)", "too_many_digits"),
    ("money", "CAST(0.1 AS FLOAT)", Decimal("0.10")),
    ("money", "CAST('nan' AS DOUBLE)", "not_a_number"), ("money", "CAST(1e-7 AS DOUBLE)", "too_many_digits"),
    ("money", "CAST('7.5' AS DECIMAL(5,1))", Decimal("7.50")),
    ("money", "CAST('7.50' AS DECIMAL(14,2))", Decimal("7.50")),
    ("money", "CAST('7.5000' AS DECIMAL(20,4))", Decimal("7.50")),
    ("money", "CAST('7.5001' AS DECIMAL(20,4))", "too_many_digits"),
    ("money", "CAST(12 AS INTEGER)", Decimal("12.00")),
    ("money", "CAST(1234567890123 AS BIGINT)", "too_many_digits"),
    ("money", "CAST(1e11 AS DOUBLE)", Decimal("100000000000.00")), ("money", "true", "not_a_number"),
    ("double", "CAST(0.1 AS DOUBLE)", 0.1), ("double", "CAST('inf' AS DOUBLE)", "not_a_number"),
    ("double", "CAST(3 AS BIGINT)", 3.0),
    ("date", "DATE '2024-01-05'", date(2024, 1, 5)),
    ("date", "TIMESTAMP '2024-01-05 00:00:00'", date(2024, 1, 5)),
    ("date", "TIMESTAMP '2024-01-05 00:00:01'", "not_a_date"), ("date", "DATE '0001-01-01'", "not_a_date"),
    ("date", "DATE '9999-12-31'", date(9999, 12, 31)), ("date", "DATE 'infinity'", "not_a_date"),
    ("date", "DATE '500000-01-01'", "not_a_date"),
    ("date", "TIMESTAMP_NS '2024-01-05 00:00:00'", date(2024, 1, 5)),
    ("date", "CAST(45292 AS DOUBLE)", "not_a_date"),
    ("date", "CAST(20240105 AS BIGINT)", date(2024, 1, 5)),
    ("date", "TIMESTAMPTZ '2024-01-05 00:00:00+00'", "not_a_date"),
    ("exchanged", "DATE '2006-06-12'", date(2006, 12, 6)),
    ("exchanged", "TIMESTAMP '2006-06-23 00:00:00'", date(2006, 6, 23)),
    ("exchanged", "TIMESTAMP '2006-06-12 00:00:01'", "not_a_date"),
    ("month", "CAST(202401 AS BIGINT)", date(2024, 1, 1)),
    ("month", "CAST(202401 AS DOUBLE)", date(2024, 1, 1)),
    ("month", "DATE '2024-01-01'", date(2024, 1, 1)), ("month", "DATE '2024-01-02'", "not_a_month"),
    ("month", "TIMESTAMP '2024-01-01 00:00:00'", date(2024, 1, 1)),
    ("timestamp", "TIMESTAMP '2024-01-05 08:30:00'", datetime(2024, 1, 5, 8, 30)),  # noqa: DTZ001
    ("timestamp", "TIMESTAMP_S '2024-01-05 08:30:00'", datetime(2024, 1, 5, 8, 30)),  # noqa: DTZ001
    ("timestamp", "TIMESTAMP_NS '2024-01-05 08:30:00.000001'", datetime(2024, 1, 5, 8, 30, 0, 1)),  # noqa: DTZ001
    ("timestamp", "TIMESTAMP_NS '2024-01-05 08:30:00.000000001'", "not_a_timestamp"),
    ("timestamp", "TIMESTAMP 'infinity'", "not_a_timestamp"),
    ("timestamp", "TIMESTAMP '0001-01-01 00:00:00'", "not_a_timestamp"),
    ("timestamp", "DATE '2024-01-05'", "not_a_timestamp"),
]  # fmt: skip


@pytest.mark.parametrize(
    "delivered", ["'-0'", "'-0.000'", "'-0E+3'", "'0-'", "CAST('-0.0' AS DOUBLE)", "CAST('-0.0' AS FLOAT)"]
)
def test_a_zero_has_no_sign(store: Store, delivered: str) -> None:
    """Written, minus zero would be another value than the zero it equals."""
    store.run(f"CREATE OR REPLACE TEMP TABLE delivered AS SELECT {delivered} AS f0")
    (delivered_type,) = store.types("SELECT f0 FROM delivered").values()
    column = typed_column(COLUMNS["double"], "f0", delivered_type)
    assert store.row(f"SELECT CAST({column.value} AS VARCHAR) FROM delivered") == ("0.0",)


@pytest.mark.parametrize(("kind", "delivered", "expected"), DELIVERED_TYPED)
def test_values_of_files_with_types(store: Store, kind: str, delivered: str, expected: object) -> None:
    store.run(f"CREATE OR REPLACE TEMP TABLE delivered AS SELECT {delivered} AS f0")
    (delivered_type,) = store.types("SELECT f0 FROM delivered").values()
    typed = typed_column(COLUMNS[kind], "f0", delivered_type)
    value, reason = store.row(f"SELECT {typed.value}, {typed.reason} FROM delivered")
    assert value is None or reason is None
    found = reason if value is None else value
    assert (type(found), found) == (type(expected), expected)


def test_each_statement_stands_alone(store: Store) -> None:
    """An expression names nothing but the column it is given, however that is called."""
    name = '"an ""odd"" name"'
    for each in COLUMNS.values():
        typed = typed_column(each, name, "VARCHAR")
        query = f"SELECT {typed.value}, {typed.reason}, {typed.text} FROM (SELECT {literal('?')} AS {name})"
        assert len(store.rows(query)) == 1
