"""Headers, values and rows that are wrong: refused with a word on what to do, or told one by one; never lost."""

from __future__ import annotations

import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from jicha.inspection.content import load_catalogue
from jicha.warehouse.audits import AuditCache, audit_relation
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.slices import Store

from .deliveries import Bench, Row, as_csv
from .grounds import BILLS, CUSTOMERS, Grounds, Told, good_bills, good_customers
from .workbooks import xls, xlsx

MAP = "content/sources/cis_zh/bill.columns.csv"
NAMES = ("户号", "用户编号", "客户编号")


# -- headers ------------------------------------------------------------------------------------------


def test_a_missing_column(grounds: Grounds) -> None:
    grounds.put(BILLS, [{name: row[name] for name in row if name != "应收电费"} for row in good_bills()])
    grounds.says(
        f"{{d}}/{BILLS}:1:应收电费: the column 应收电费 is missing; correct the export or the map {MAP} "
        "[header_differs]",
        f"{{d}}/{BILLS}:1:应收电费: 缺少列 应收电费; 请修正导出文件或列映射 {MAP} [header_differs]",
    )
    grounds.recovers()


def test_a_renamed_column(grounds: Grounds) -> None:
    grounds.put(BILLS, as_csv(good_bills()).replace("应收电费", "应收金额"))
    grounds.says(
        f"{{d}}/{BILLS}:1:应收电费: the column 应收电费 is missing; is it 应收金额? if so, write `应收电费|应收金额` "
        f"in {MAP}, or rename it in the export [header_differs]",
        f"{{d}}/{BILLS}:1:应收电费: 缺少列 应收电费, 是否为 应收金额? 若是, 请在 {MAP} 中写成 应收电费|应收金额, "
        "或在导出文件中改回列名 [header_differs]",
    )
    grounds.recovers()


@pytest.mark.parametrize("name", ["用户编号", "客户编号", " 户　号 ", '"户\n号"', "\ufeff户号"])
def test_a_name_of_another_version(grounds: Grounds, name: str) -> None:
    grounds.put(BILLS, as_csv(good_bills()).replace("户号", name, 1))
    assert grounds.taken()[1] == []
    assert len(grounds.bench.rows("core.bill")) == 12


def test_two_names_of_one_column_at_once(grounds: Grounds) -> None:
    grounds.put(BILLS, [{"账单号": row["账单号"], "客户编号": "C001", **row} for row in good_bills()])
    grounds.says(
        f"{{d}}/{BILLS}:1:客户编号: the header names 客户编号 and 户号 twice (columns 2, 3), one is enough: remove the "
        f"other, or map them apart in {MAP} [header_twice]",
        f"{{d}}/{BILLS}:1:客户编号: 表头中 客户编号、户号 重复 (第 2, 3 列), 只能保留一列; 请删除多余的列, "
        f"或在 {MAP} 中分别映射 [header_twice]",
    )
    grounds.recovers()


def test_title_rows_nobody_announced(grounds: Grounds) -> None:
    grounds.put(BILLS, "某供电公司电费账单,,,,,,,,\r\n制表人: 张三,,,,,,,,\r\n" + as_csv(good_bills()))
    grounds.says(
        f"{{d}}/{BILLS}:1: this row does not name the columns, row 3 looks like the header: delete the rows above it, "
        "or say `title_rows: auto` in source.yaml [header_differs]",
        f"{{d}}/{BILLS}:1: 该行不是表头, 第 3 行像是表头: 请删除其上的标题行, 或在 source.yaml 中设置 "
        "title_rows: auto [header_differs]",
    )
    grounds.recovers()


def test_titles_above_and_totals_below(grounds: Grounds, tmp_path: Path) -> None:
    """Where the source announces titles; a total is no row, and is told as one that is not."""
    lenient = Grounds(announcing_titles(grounds.bench, tmp_path / "private"), grounds.data)
    bills = good_bills()
    bills[2]["应收电费"] = "?"
    text = "某供电公司电费账单\r\n\r\n" + as_csv(bills) + "合计,,,,,,300.00,180.00,\r\n"
    lenient.put("账单_202602.csv", text)
    report, told = lenient.taken("cis_titles")
    assert [(row, column, value) for row, column, value, *_ in told if value is not None] == [
        (6, "应收电费", "?")
    ]
    empty = {(row, column) for row, column, value, *_ in told if value is None}
    assert empty == {(10, name) for name in ("户号", "电费年月", "起始日期", "截止日期", "账单类型")}
    (file,) = report.files
    assert (file.rows_read, file.rows_typed, file.rows_quarantined, file.rows_above) == (7, 5, 2, 2)


def announcing_titles(bench: Bench, root: Path) -> Bench:
    """The bills of cis_zh as a source of their own that says `title_rows: auto`."""
    shipped = bench.roots.public / "sources" / "cis_zh"
    folder = root / "sources" / "cis_titles"
    (folder / "to_core").mkdir(parents=True)
    (folder / "source.yaml").write_text(
        "name: {en: t, zh: 表}\ntitle_rows: auto\ntables:\n  bill: {files: 账单*, title: {en: Bills, zh: 账单}}\n",
        encoding="utf-8",
    )
    for name in ("bill.columns.csv", "to_core/bill.sql"):
        text = (shipped / name).read_text(encoding="utf-8").replace("raw_cis_zh", "raw_cis_titles")
        (folder / name).write_text(text, encoding="utf-8")
    return Bench(bench.workspace, type(bench.roots).find([root]), bench.lexicon)


# -- values -------------------------------------------------------------------------------------------

#: Column, what the file says, and what is stored or why the row is left out.
VALUES: list[tuple[str, str, Decimal | date | str]] = [
    ("应收电费", "1,234.50", Decimal("1234.50")),
    ("应收电费", "-1,234,567.80", Decimal("-1234567.80")),
    ("应收电费", "12,34.00", "not_a_number"),
    ("应收电费", "1,2345", "not_a_number"),
    ("应收电费", "３０．５０", Decimal("30.50")),
    ("应收电费", "１，２３４．５０", Decimal("1234.50")),
    ("应收电费", "　30.50\u00a0", Decimal("30.50")),
    ("应收电费", "30.50-", Decimal("-30.50")),
    ("应收电费", "－30.50", Decimal("-30.50")),
    ("应收电费", "(30.50)", "not_a_number"),
    ("应收电费", "￥30.50", "not_a_number"),
    ("应收电费", "30.50元", "not_a_number"),
    ("应收电费", "1.5E+1", Decimal("15.00")),
    ("应收电费", "30.505", "too_many_digits"),
    ("应收电费", "1234567890123.00", "too_many_digits"),
    ("应收电费", "三十", "not_a_number"),
    ("应收电费", "#REF!", "formula_error"),
    ("应收电费", "", "missing_value"),
    ("应收电费", "　", "missing_value"),
    ("起始日期", "2024/2/29", date(2024, 2, 29)),
    ("起始日期", "2023/2/29", "not_a_date"),
    ("起始日期", "2024-02-30", "not_a_date"),
    ("起始日期", "20240229", date(2024, 2, 29)),
    ("起始日期", "2024年2月29日", date(2024, 2, 29)),
    ("起始日期", "２０２４．２．２９", date(2024, 2, 29)),
    ("起始日期", "2024-02-29 00:00:00", date(2024, 2, 29)),
    ("起始日期", "2024-02-29 08:30:00", "not_a_date"),
    ("起始日期", "24-02-29", "not_a_date"),
    ("起始日期", "29/02/2024", "not_a_date"),
    ("起始日期", "45351", "not_a_date"),
    ("起始日期", "0000-00-00", "not_a_date"),
    ("电费年月", "2024年1月", date(2024, 1, 1)),
    ("电费年月", "2024/1", date(2024, 1, 1)),
    ("电费年月", "2024-01-01", date(2024, 1, 1)),
    ("电费年月", "202413", "not_a_month"),
    ("电费年月", "202400", "not_a_month"),
    ("账单类型", "正常 ", "regular"),
    ("账单类型", "正常？", "unknown_code"),
    ("户号", "1.2E+12", "number_form_lost"),
    ("户号", "123456.0", "number_form_lost"),
    ("户号", "", "missing_value"),
    ("户号", "'0012", "0012"),
    ("户号", '="0012"', "0012"),
    ("户号", "Ｃ００１", "C001"),
]

CORE = {
    "应收电费": "amount_yuan",
    "起始日期": "from_on",
    "电费年月": "month_on",
    "账单类型": "bill_type_code",
    "户号": "customer_id",
}
REASONS = {
    *("not_a_number", "too_many_digits", "formula_error", "missing_value", "not_a_date", "not_a_month"),
    *("unknown_code", "number_form_lost"),
}


def rows_of_values() -> list[Row]:
    """A bill for each value, the first in row 2; otherwise right."""
    bill = good_bills()[0]
    return [
        {**bill, "账单号": f"V{number:03d}", column: written}
        for number, (column, written, _) in enumerate(VALUES, start=2)
    ]


def as_file(grounds: Grounds, form: str, name: str, rows: list[Row]) -> None:
    cells = [list(rows[0]), *(list(row.values()) for row in rows)]
    path = grounds.data / name
    match form:
        case "gb18030" | "utf-8" | "utf-8-sig" | "utf-16":
            grounds.put(f"{name}.csv", rows, encoding=form)
        case "xlsx":
            xlsx(path.with_name(f"{name}.xlsx"), {"Sheet1": cells})
        case "second sheet":
            xlsx(path.with_name(f"{name}.xlsx"), {"说明": [["本表由营销系统导出"]], "电费账单": cells})
        case "xls":
            xls(path.with_name(f"{name}.xls"), {"Sheet1": cells})
        case "zip":
            with zipfile.ZipFile(path.with_name("二月.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(f"营销/{name}.csv", as_csv(rows).encode("gb18030"))


@pytest.mark.parametrize(
    "form", ["gb18030", "utf-8", "utf-8-sig", "utf-16", "xlsx", "second sheet", "xls", "zip"]
)
def test_values_in_whatever_file_they_come(grounds: Grounds, form: str) -> None:
    as_file(grounds, form, BILLS.removesuffix(".csv"), rows_of_values())
    report, told = grounds.taken()
    expected: list[Told] = []
    stored = {}
    for number, (column, written, outcome) in enumerate(VALUES, start=2):
        if outcome in REASONS:
            value = written.strip("　") or None
            expected.append((number, column, value, str(outcome), "row"))
        else:
            stored[f"V{number:03d}"] = (column, outcome)
    assert told == expected
    rows = {str(row[0]): row[1:] for row in grounds.bench.rows("core.bill", "bill_id", *CORE.values())}
    for bill, (column, outcome) in stored.items():
        assert rows[bill][list(CORE).index(column)] == outcome, (column, outcome)
    (file,) = report.files
    counts = file.rows_read, file.rows_typed, file.rows_quarantined, file.values_quarantined
    assert counts == (len(VALUES), len(stored), len(expected), 0)
    as_file(grounds, form, BILLS.removesuffix(".csv"), good_bills())
    assert grounds.taken()[1] == []
    assert len(grounds.bench.rows("core.bill")) == 12


def test_values_of_columns_that_may_be_empty(grounds: Grounds) -> None:
    """The row is taken without them."""
    customers = good_customers()
    customers[0]["合同容量"] = "八"
    customers[1]["立户日期"] = "2024-02-30"
    customers[2]["供电电压"] = "6kV"
    customers[3]["台区编号"] = "1.2E+12"
    grounds.put(CUSTOMERS, customers)
    report, told = grounds.taken()
    assert told == [
        (2, "合同容量", "八", "not_a_number", "value"),
        (3, "立户日期", "2024-02-30", "not_a_date", "value"),
        (4, "供电电压", "6kV", "unknown_code", "value"),
        (5, "台区编号", "1.2E+12", "number_form_lost", "value"),
    ]
    assert (report.files[0].rows_typed, report.files[0].values_quarantined) == (6, 4)
    assert ("C007", None) in grounds.bench.rows("core.customer", "customer_id", "contract_capacity_kva")
    grounds.recovers()


def test_number_cells_of_a_workbook(grounds: Grounds) -> None:
    """Excel keeps fifteen digits of a number, and no zero in front of it."""
    header = list(good_customers()[0])
    rows: list[list[Any]] = [list(row.values()) for row in good_customers()]
    rows[0][0], rows[1][0], rows[2][0] = 1234567890123456, 12, 12.5
    rows[3][header.index("立户日期")] = date(2020, 1, 1)
    rows[4][header.index("立户日期")] = 43831
    rows[5][header.index("合同容量")] = 8.5
    xlsx(grounds.data / "用户档案_新.xlsx", {"Sheet1": [header, *rows]})
    _, told = grounds.taken()
    assert told == [
        (2, "户号", "1.234567890123456e+15", "number_form_lost", "row"),
        (6, "立户日期", "43831", "not_a_date", "value"),
    ]
    assert {"12", "12.5"} <= {row[0] for row in grounds.bench.rows("core.customer", "customer_id")}


# -- rows ---------------------------------------------------------------------------------------------


def test_a_bill_that_names_no_customer(grounds: Grounds) -> None:
    bills = good_bills()
    bills[1]["户号"] = ""
    grounds.put(BILLS, bills)
    _, told = grounds.taken()
    assert told == [(3, "户号", None, "missing_value", "row")]
    assert "B02002" not in {row[0] for row in grounds.bench.rows("core.bill", "bill_id")}
    grounds.recovers()


def test_a_bill_of_a_customer_nobody_knows(grounds: Grounds, tmp_path: Path) -> None:
    """It is a bill all the same: it enters, and the audit of its references counts it. So shows a number that
    has lost its zeros in front: nothing in the file says that it ever had any."""
    bills = good_bills()
    bills[0]["户号"] = "C999"
    bills[1]["户号"] = "2"
    grounds.put(BILLS, bills)
    assert grounds.taken()[1] == []
    bench = grounds.bench
    catalogue = load_catalogue(bench.roots)
    audits = [
        a
        for a in catalogue.core["core.bill"].audits
        if a.check == "references" and a.columns == ("customer_id",)
    ]
    store = Store(bench.workspace, bench.head, catalogue)
    engine = DuckDBEngine([bench.workspace.lake], threads=1)
    try:
        (result,) = audit_relation(
            "core.bill", audits, store, engine, bench.lexicon, AuditCache(tmp_path / "audits.json")
        )
    finally:
        engine.close()
    assert result.violations == 2


def test_one_key_twice_in_a_file(grounds: Grounds) -> None:
    bills = good_bills()
    bills += [{**bills[0], "应收电费": "31.00"}, dict(bills[1])]
    grounds.put(BILLS, bills)
    report, told = grounds.taken()
    assert told == [(2, None, f"core.bill: B02001 <- {BILLS} 8", "superseded", "superseded")]
    (landing,) = report.files[0].landings
    assert (landing.kept, landing.duplicate, landing.superseded) == (6, 1, 1)
    assert [table.superseded for table in report.tables] == [1]
    assert ("B02001", Decimal("31.00")) in grounds.bench.rows("core.bill", "bill_id", "amount_yuan")
    grounds.recovers()


def test_two_files_that_contradict_each_other(grounds: Grounds) -> None:
    bills = good_bills()
    grounds.put(BILLS, bills)
    grounds.put("电费账单_202602_补.csv", [{**row, "应收电费": "99.00"} for row in bills[:2]])
    _, told = grounds.taken()
    assert told == [
        (
            number,
            None,
            f"core.bill: B0200{number - 1} <- 电费账单_202602_补.csv {number}",
            "superseded",
            "superseded",
        )
        for number in (2, 3)
    ]
    amounts = {
        str(bill): amount for bill, amount in grounds.bench.rows("core.bill", "bill_id", "amount_yuan")
    }
    assert [amounts[f"B0200{i}"] for i in (1, 2, 3)] == [
        Decimal(text) for text in ("99.00", "99.00", "30.00")
    ]


def test_a_file_that_contradicts_one_taken_before(grounds: Grounds) -> None:
    """What lost its place is told by the run that took it, though the file was taken by another."""
    grounds.put(
        "电费账单_202603.csv",
        [{**row, "账单号": row["账单号"].replace("B02", "B01")} for row in good_bills()],
    )
    report, told = grounds.taken()
    assert told == []
    assert [(table.table, table.superseded) for table in report.tables] == [("core.bill", 6)]
    earlier = [each for each in grounds.bench.set_aside() if each.file == "电费账单_202601.csv"]
    assert len(earlier) == 6


def test_a_reason_nobody_wrote_a_text_for(grounds: Grounds, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told by its code; nothing is missing from the quarantine because a text is missing from the house."""
    monkeypatch.setattr("jicha.warehouse.engines.raw_rows.REASONS", {})
    bills = good_bills()
    bills[0]["户号"] = ""
    bills.append({**bills[1], "应收电费": "31.00"})
    grounds.put(BILLS, bills)
    grounds.bench.take(grounds.data)
    told = {
        (each.row, each.reason_code, each.reason.zh, each.advice.en) for each in grounds.bench.set_aside()
    }
    assert told == {(row, code, code, code) for row, code in ((2, "missing_value"), (3, "superseded"))}
