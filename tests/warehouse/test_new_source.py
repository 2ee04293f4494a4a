"""`jicha new source`: from samples to a mapping that loads, takes the very files, and holds nothing of them."""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter  # type: ignore[import-untyped]
import xlwt  # type: ignore[import-untyped]
from typer.testing import CliRunner

from jicha.cli.app import app
from jicha.county import build
from jicha.kernel.errors import ContentError, JichaError, SourceError
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.core import load_core_tables
from jicha.warehouse.ingest import ingest
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.quarantine import quarantined
from jicha.warehouse.source import Source
from jicha.warehouse.to_core import load_to_core
from jicha.warehouse.workspace import Workspace

ROOTS = ContentRoots.find()
LEXICON = Lexicon.load(ROOTS)
SHIPPED = Source.load("cis_zh", ROOTS, LEXICON)

BILLS = [
    ["账单号", "户号", "电费年月", "起始日期", "截止日期", "账单类型", "计费电量", "应收电费", "发行日期"],
    ["B1", "0012", "202601", "2026-01-01", "2026-01-28", "正常", "50.00", "30.00", "2026-01-28"],
    ["B2", "0013", "202601", "2026-01-01", "2026-01-28", "正常", "60.00", "36.00", "2026-01-28"],
]
TITLES = [["某供电公司电费账单"], ["制表人: 王五", "制表日期: 2026-02-01"], []]


def new(name: str, into: Path, *samples: Path, lang: str = "en") -> str:
    arguments = ["--lang", lang, "new", "source", name, "--into", str(into)]
    result = CliRunner().invoke(app, [*arguments, *(w for s in samples for w in ("--sample", str(s)))])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def loaded(name: str, into: Path) -> Source:
    return Source.load(name, ContentRoots.find([into]), LEXICON)


def lines(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


# -- round trip ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """One file of each kind of `cis_zh`, a content root with the source made from them, and both taken in."""

    into: Path
    given: Workspace
    made: Workspace


def one_of_each_kind(folder: Path, exports: Path) -> list[Path]:
    """A delivery of one file a table: the county's last, be it text or workbook; where so small a county has
    none of a kind (a motor of 10 kV), the sample that the mapping itself carries."""
    folder.mkdir()
    for table in SHIPPED.tables.values():
        files = [path for path in sorted(exports.iterdir()) if table.claims(path.name)]
        files = files or [p for p in (SHIPPED.folder / "sample").iterdir() if table.claims(p.name)]
        shutil.copy(files[-1], folder)
    delivery = sorted(folder.iterdir())
    assert len(delivery) == len(SHIPPED.tables)
    assert {path.suffix for path in delivery} == {".csv", ".xlsx"}
    return delivery


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Known:
    folder = tmp_path_factory.mktemp("known")
    build(folder / "county", customers=150, seed=3, months=6)
    delivery = one_of_each_kind(folder / "delivery", folder / "county" / "cis_zh")
    into = folder / "local"
    new("cis_city", into, *delivery)
    taken = []
    for source in ("cis_zh", "cis_city"):
        workspace = Workspace.create(folder / source, buckets=1)
        roots = ContentRoots.find([into])
        ingest(workspace, source, folder / "delivery", roots=roots, lexicon=LEXICON, threads=1)
        taken.append(workspace)
    return Known(into, *taken)


def test_samples_of_a_known_system_give_its_map_back(known: Known) -> None:
    """All of it but other names of a header, and `yes` where this very sample has an empty cell."""
    drafted = loaded("cis_city", known.into)
    empty = {
        (told.raw_table, told.column)
        for told in quarantined(known.given)
        if told.reason_code == "missing_value"
    }
    assert set(drafted.tables) == set(SHIPPED.tables)
    for name, table in drafted.tables.items():
        assert table.files == SHIPPED.tables[name].files
        listed = lines(known.into / "sources" / "cis_city" / f"{name}.columns.csv")
        assert {line["note"].partition(";")[0] for line in listed} == {"sure"}
        theirs = {column.column: column for column in SHIPPED.tables[name].columns}
        missing = [column for column in theirs.values() if column.column not in table.stored]
        assert all(column.may_be_absent for column in missing)
        for column in table.columns:
            model = theirs[column.column]
            assert column.header in model.headers
            assert (column.type, column.least, column.most) == (model.type, model.least, model.most)
            assert column.recode == model.recode
            assert column.may_be_absent == model.may_be_absent
            assert column.required == (model.required and (name, column.header) not in empty)


def test_samples_of_a_known_system_fill_what_it_fills(known: Known) -> None:
    roots = ContentRoots.find([known.into])
    core = load_core_tables(roots, LEXICON)
    shipped, drafted = (
        load_to_core(source, roots, core) for source in (SHIPPED, loaded("cis_city", known.into))
    )
    assert {name: model.driver for name, model in drafted.items()} == {
        name: model.driver for name, model in shipped.items()
    }


def test_the_new_source_takes_the_files_it_was_made_from(known: Known) -> None:
    """And gives the same core tables as the map it resembles; what it does not take is not taken there either."""
    told, digests = [], []
    for workspace in (known.given, known.made):
        told.append([(t.raw_table, t.file, t.row, t.column, t.reason_code) for t in quarantined(workspace)])
        tables = Manifest.head(workspace).tables
        digests.append({name: sorted(p.digest for p in parts) for name, parts in tables.items()})
    assert digests[0] == digests[1]
    assert told[0] == told[1]
    assert set(digests[0]) >= {
        "core.customer",
        "core.bill",
        "core.bill_line",
        "core.person",
        "core.staff_person",
    }


# -- forms of files -----------------------------------------------------------------------------------


def as_csv(path: Path, *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(BILLS)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def as_xlsx(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("账单")
        for row, cells in enumerate([*TITLES, *BILLS]):
            sheet.write_row(row, 0, cells)
        book.add_worksheet("说明").write(0, 0, "本表仅供参考")
    return path


def as_xls(path: Path) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("账单")
    for row, cells in enumerate([*TITLES, *BILLS]):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    book.save(str(path))
    return path


def as_parquet(path: Path) -> Path:
    columns = dict(zip(BILLS[0], map(list, zip(*BILLS[1:], strict=True)), strict=True))
    pq.write_table(pa.table(columns), path)
    return path


def as_zip(path: Path) -> Path:
    inner = as_csv(path.with_name("inner.csv"), encoding="gb18030")
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, "导出/电费_202601.csv")
    return path


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("电费_202601.csv", as_csv, []),
        ("电费_202601.csv", lambda p: as_csv(p, encoding="gb18030"), []),
        ("电费_202601.csv", lambda p: as_csv(p, encoding="utf-8-sig"), []),
        ("电费_202601.csv", lambda p: as_csv(p, encoding="utf-16"), []),
        ("电费_202601.txt", lambda p: as_csv(p, delimiter="|"), ['delimiter: "|"']),
        ("电费_202601.xls", lambda p: as_csv(p, delimiter="\t"), ['delimiter: "\\t"']),
        ("电费_202601.xlsx", as_xlsx, ["title_rows: auto"]),
        ("电费_202601.xls", as_xls, ["title_rows: auto"]),
        ("电费_202601.parquet", as_parquet, []),
        ("交付.zip", as_zip, []),
    ],
)
def test_a_sample_of_any_form(
    tmp_path: Path, name: str, make: Callable[[Path], Path], said: list[str]
) -> None:
    into, delivery = tmp_path / "local", tmp_path / "delivery"
    delivery.mkdir()
    new("cis_city", into, make(delivery / name))
    text = (into / "sources" / "cis_city" / "source.yaml").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.split(":")[0] in ("delimiter", "title_rows")] == said
    (table,) = loaded("cis_city", into).tables.values()
    assert table.files == "电费*"
    assert [column.column for column in table.columns] == [
        *("bill_id", "customer_id", "month_on", "from_on", "last_on", "bill_type_code"),
        *("billed_kwh", "amount_yuan", "issued_on"),
    ]
    workspace = Workspace.create(tmp_path / "w", buckets=1)
    roots = ContentRoots.find([into])
    report = ingest(workspace, "cis_city", delivery, roots=roots, lexicon=LEXICON, threads=1)
    assert {t.table: t.rows for t in report.tables} == {"core.bill": 2}


def test_other_sheets_of_a_workbook_are_told(tmp_path: Path) -> None:
    assert "sheets not looked at: 说明" in new(
        "cis_city", tmp_path / "local", as_xlsx(tmp_path / "电费.xlsx")
    )


# -- nothing personal ---------------------------------------------------------------------------------


def test_no_value_of_a_sample_is_written(tmp_path: Path) -> None:
    rows = [
        ["户号", "户名", "联系电话", "用电类别", "甲乙丙"],
        ["0431000999", "张三丰", "13912345678", "居民生活", "李四光家"],
        ["0431000998", "王小五", "13887654321", "秘密类别", "赵六村"],
    ]
    sample = tmp_path / "用户_20260131.csv"
    sample.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    into = tmp_path / "local"
    said = new("cis_city", into, sample)
    written = said + "".join(
        path.read_text(encoding="utf-8") for path in sorted(into.rglob("*")) if path.is_file()
    )
    for value in (value for row in rows[1:] for value in row):
        assert value not in written.replace("居民生活", "") or value == "居民生活"
    assert [path.name for path in (into / "sources" / "cis_city" / "sample").iterdir()] == ["README.md"]


def test_a_sample_without_a_header_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    sample = tmp_path / "用户.csv"
    sample.write_text("0431000999,张三丰,13912345678\n0431000998,王小五,13887654321\n", encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        new("cis_city", tmp_path / "local", sample)
    assert caught.value.code == "no_header"
    assert "张三丰" not in str(caught.value)
    assert not (tmp_path / "local").exists()


# -- what it says and refuses -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["Look at these columns", "unknown: not taken yet", "in this order", "no core table"]),
        ("zh", ["请逐项核对以下列", "未知: 暂不取用", "依次核对", "没有任何核心表的主键"]),
    ],
)
def test_it_ends_with_what_to_check_and_what_to_type(tmp_path: Path, lang: str, words: list[str]) -> None:
    sample = tmp_path / "杂表.csv"
    sample.write_text("户名,子丑寅卯\n甲,1\n", encoding="utf-8")
    said = new("cis_city", tmp_path / "local", sample, lang=lang)
    assert all(word in said for word in words)
    assert f"jicha ingest cis_city --data DIR --content {tmp_path / 'local'} --workspace trial" in said


def test_a_column_without_a_name_is_passed_over(tmp_path: Path) -> None:
    sample = tmp_path / "台区.csv"
    sample.write_text("台区编号,,台区名称,甲|乙\nT1,x,东,1\nT2,y,西,2\n", encoding="utf-8")
    new("cis_city", tmp_path / "local", sample)
    source = loaded("cis_city", tmp_path / "local")
    assert source.ignores_extra_columns
    (table,) = source.tables.values()
    assert [column.header for column in table.columns] == ["台区编号", "台区名称"]


def test_titles_and_delimiters_that_differ_are_found_again(tmp_path: Path) -> None:
    one = as_csv(tmp_path / "电费_202601.csv", delimiter="|")
    other = tmp_path / "台区.csv"
    other.write_text("台区编号;台区名称\nT1;东\n", encoding="utf-8")
    new("cis_city", tmp_path / "local", one, other)
    assert set("|;") <= set(loaded("cis_city", tmp_path / "local").delimiters)


def refusal(call: Callable[[], object]) -> JichaError:
    with pytest.raises(JichaError) as caught:
        call()
    return caught.value


@pytest.mark.parametrize("name", ["Cis", "2cis", "cis-city", "../x", "cis/city", ""])
def test_a_bad_name_is_refused(tmp_path: Path, name: str) -> None:
    sample = as_csv(tmp_path / "电费.csv")
    assert refusal(lambda: new(name, tmp_path / "local", sample)).code == "bad_source_name"


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    sample = as_csv(tmp_path / "电费.csv")
    assert refusal(lambda: new("cis_zh", tmp_path / "local", sample)).code == "source_exists"
    new("cis_city", tmp_path / "local", sample)
    assert refusal(lambda: new("cis_city", tmp_path / "local", sample)).code == "source_exists"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "empty_file"),
        ("a.csv", "户号,户号\n1,2\n".encode(), "header_twice"),
        ("a.pdf", b"%PDF-1.7\n", "not_a_table"),
        ("a.zip", b"PK\x05\x06" + bytes(18), "sample_missing"),
    ],
)
def test_what_is_no_sample_is_refused(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    error = refusal(lambda: new("cis_city", tmp_path / "local", tmp_path / name))
    assert error.code == code
    assert name in str(error.file)
    assert not (tmp_path / "local").exists()


def test_errors_in_an_archive_name_the_member(tmp_path: Path) -> None:
    path = tmp_path / "交付.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("导出/电费.csv", "户号,户号\n1,2\n")
    error = refusal(lambda: new("cis_city", tmp_path / "local", path))
    assert (error.code, error.file) == ("header_twice", f"{path}/导出/电费.csv")


def test_a_sample_that_does_not_exist(tmp_path: Path) -> None:
    error = refusal(lambda: new("cis_city", tmp_path / "local", tmp_path / "no.csv"))
    assert error.code == "sample_missing"


def test_a_mapping_that_does_not_load_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Sequence[object]:
        raise ContentError("broken", en="broken", zh="损坏")

    sample = as_csv(tmp_path / "电费.csv")
    monkeypatch.setattr("jicha.cli.commands.new_source._checked", broken)
    assert refusal(lambda: new("cis_city", tmp_path / "local", sample)).code == "broken"
    assert not (tmp_path / "local" / "sources" / "cis_city").exists()
