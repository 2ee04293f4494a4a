"""Source mappings: those we ship work with their samples, and every fault in one is told with its place."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jicha.kernel.errors import ContentError, JichaError, SourceError, UnknownKey
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.core import load_core_tables
from jicha.warehouse.source import Source, source_names
from jicha.warehouse.to_core import load_to_core

from .deliveries import OF_A_READING, Bench, Delivery, cis_delivery, left_null, write_daily
from .test_ingest import reconciled

ROOTS = ContentRoots.find()
COLUMNS = "source_header,column,type,required,recode,note\n"


def lookup_source(root: Path) -> Path:
    """A private source of two tables: readings know a point, and another table whose point it is."""
    folder = root / "sources" / "meters"
    (folder / "to_core").mkdir(parents=True)
    (folder / "source.yaml").write_text(
        "name: {en: Meters, zh: 表计}\nformat: csv\ntables:\n"
        "  reading: {files: readings_*.csv, title: {en: Readings, zh: 示数}}\n"
        "  point: {files: points*.csv, title: {en: Points, zh: 计量点}}\n",
        encoding="utf-8",
    )
    (folder / "reading.columns.csv").write_text(
        COLUMNS
        + 'point,metering_point_id,text,yes,,\nday,reading_on,date,yes,,\nvalue,kwh,"decimal(14,4)",,,\n'
    )
    (folder / "point.columns.csv").write_text(
        COLUMNS + "point,metering_point_id,text,yes,,\ncustomer,customer_id,text,yes,,\n"
    )
    (folder / "to_core" / "daily_reading.sql").write_text(
        "/* ---\ndriver: raw_meters.reading\n--- */\n"
        "select p.customer_id as customer_id, r.metering_point_id as metering_point_id,\n"
        "  r.metering_point_id as meter_id, r.reading_on as reading_on, r.kwh as forward_register_kwh,\n"
        f"{left_null('core.daily_reading', *OF_A_READING)}\n"
        "from raw_meters.reading as r\n"
        "left join raw_meters.point as p on p.metering_point_id = r.metering_point_id\n"
    )
    return root


READINGS = [{"point": "M1", "day": "2026-01-01", "value": "1"}]
POINTS = [{"point": "M1", "customer": "C1"}]


@pytest.mark.parametrize("name", source_names(ROOTS))
def test_shipped_source_takes_its_own_sample(name: str, tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    source = Source.load(name, bench.roots, bench.lexicon)
    data = source.folder / "sample"
    if source.formats == ("parquet",):
        data = _as_parquet(source, tmp_path / "d")
    report = bench.take(data, name)
    assert report.missing == ()
    assert bench.set_aside() == []
    assert report.rows_read > 0
    models = load_to_core(source, bench.roots, load_core_tables(bench.roots, bench.lexicon))
    assert {table.table for table in report.tables} == set(models)
    assert {model.driver for model in models.values()} == set(source.tables)
    assert all(table.rows > 0 for table in report.tables)
    reconciled(bench)


def _as_parquet(source: Source, folder: Path) -> Path:
    folder.mkdir()
    for file in (source.folder / "sample").glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as handle:
            rows = [{k: v or None for k, v in row.items()} for row in csv.DictReader(handle)]
        pq.write_table(pa.Table.from_pylist(rows), folder / f"{file.stem}.parquet")
    return folder


def test_lookup_joins(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w", private=[lookup_source(tmp_path / "private")])
    data = Delivery({"readings_1.csv": READINGS, "points.csv": POINTS}).write(tmp_path / "d")
    bench.take(data, "meters")
    assert bench.rows("core.daily_reading", "customer_id", "metering_point_id") == [("C1", "M1")]


def test_a_lookup_with_several_rows_for_a_key(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w", private=[lookup_source(tmp_path / "private")])
    data = Delivery({"readings_1.csv": READINGS, "points.csv": POINTS * 2}).write(tmp_path / "d")
    with pytest.raises(ContentError, match="to_core_rows"):
        bench.take(data, "meters")
    assert bench.head.number == 0


def test_a_changed_model_is_run_again_over_everything(tmp_path: Path) -> None:
    root = lookup_source(tmp_path / "private")
    bench = Bench.new(tmp_path / "w", private=[root])
    data = Delivery({"readings_1.csv": READINGS, "points.csv": POINTS}).write(tmp_path / "d")
    bench.take(data, "meters")
    sql = root / "sources" / "meters" / "to_core" / "daily_reading.sql"
    text = sql.read_text()
    sql.write_text(
        text.replace("r.metering_point_id as meter_id", "-- the same\n  r.metering_point_id as meter_id")
    )
    assert not bench.take(data, "meters").is_new
    sql.write_text(text.replace("r.metering_point_id as meter_id", "p.customer_id as meter_id"))
    report = bench.take(data, "meters")
    assert (report.is_new, report.files) == (True, ())
    assert [(t.rows, t.added, t.removed) for t in report.tables] == [(1, 1, 1)]
    assert bench.rows("core.daily_reading", "meter_id") == [("C1",)]
    assert not bench.take(data, "meters").is_new


def test_a_changed_map_reads_its_files_again(tmp_path: Path) -> None:
    root = lookup_source(tmp_path / "private")
    bench = Bench.new(tmp_path / "w", private=[root])
    both = Delivery({"readings_1.csv": READINGS, "readings_2.csv": [{**READINGS[0], "day": "2026-01-02"}]})
    data = both.write(tmp_path / "d")
    bench.take(data, "meters")
    columns = root / "sources" / "meters" / "reading.columns.csv"
    columns.write_text(columns.read_text().replace(",kwh,", ",register_kwh,"))
    sql = root / "sources" / "meters" / "to_core" / "daily_reading.sql"
    sql.write_text(sql.read_text().replace("r.kwh", "r.register_kwh"))
    with pytest.raises(SourceError, match="mapping_changed"):
        bench.take(both.write(tmp_path / "d2", only=["readings_1.csv"]), "meters")
    report = bench.take(data, "meters")
    assert len(report.files) == 2
    reconciled(bench)


def test_one_file_name_for_two_systems(tmp_path: Path) -> None:
    root = lookup_source(tmp_path / "private")
    source = root / "sources" / "meters" / "source.yaml"
    source.write_text(
        source.read_text(encoding="utf-8").replace("points*.csv", "计量点*.csv"), encoding="utf-8"
    )
    bench = Bench.new(tmp_path / "w", private=[root])
    bench.take(cis_delivery(months=1).write(tmp_path / "d1"))
    with pytest.raises(SourceError, match=r"cis_zh\.metering_point"):
        bench.take(Delivery({"计量点.csv": POINTS}).write(tmp_path / "d2"), "meters")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("left join", "join", "to_core_shape"),
        ("= r.metering_point_id\n", "= r.metering_point_id where r.kwh is not null\n", "to_core_shape"),
        (
            "r.kwh as",
            "lag(r.kwh, 1) over (partition by r.metering_point_id order by r.reading_on) as",
            "to_core_shape",
        ),
        ("r.kwh as", "cast(r.kwh as decimal(18,4)) as", "wrong_type"),
        ("driver: raw_meters.reading", "driver: raw_meters.point", "to_core_shape"),
        ("r.metering_point_id as meter_id,", "", "wrong_columns"),
        ("r.kwh as", "r.nothing as", None),
        ("left join raw_meters.point", "left join core.metering_point", None),
        ("left join raw_meters.point", "left join raw_cis_zh.metering_point", None),
        ("select p.", "copy p.", None),
    ],
)
def test_faults_in_a_model(tmp_path: Path, old: str, new: str, code: str | None) -> None:
    root = lookup_source(tmp_path / "private")
    sql = root / "sources" / "meters" / "to_core" / "daily_reading.sql"
    text = sql.read_text()
    assert old in text
    sql.write_text(text.replace(old, new))
    bench = Bench.new(tmp_path / "w", private=[root])
    data = Delivery({"readings_1.csv": READINGS, "points.csv": POINTS}).write(tmp_path / "d")
    with pytest.raises(ContentError) as error:
        bench.take(data, "meters")
    assert (error.value.file or "").endswith("daily_reading.sql")
    assert code in (None, error.value.code)
    assert bench.head.number == 0


def test_planned_and_unknown_targets(tmp_path: Path) -> None:
    root = lookup_source(tmp_path / "private")
    bench = Bench.new(tmp_path / "w", private=[root])
    planned = next(t for t in load_core_tables(ROOTS, bench.lexicon).values() if t.status == "planned")
    sql = root / "sources" / "meters" / "to_core" / "daily_reading.sql"
    for stem, code in (
        (planned.name.removeprefix("core."), "planned_table"),
        ("no_such", "unknown_core_table"),
    ):
        other = sql.with_name(f"{stem}.sql")
        other.write_text(sql.read_text())
        with pytest.raises(ContentError, match=code):
            bench.take(tmp_path, "meters")
        other.unlink()


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "line"),
    [
        ("source.yaml", "format: csv", "format: ods", "bad_header", 2),
        ("source.yaml", "tables:", "tabels:", "bad_header", None),
        ("source.yaml", "format: csv", "format: csv\ndelimiter: ';;'", "bad_delimiter", None),
        ("source.yaml", "  point:", "  pint:", "file_missing", None),
        ("reading.columns.csv", "note", "remark", "bad_csv_header", 1),
        ("reading.columns.csv", "date,yes", "day,yes", "column_type", None),
        ("reading.columns.csv", "date,yes", "date,ja", "bad_required", 3),
        ("reading.columns.csv", "date,yes", "integer(5..2),yes", "bad_range", 3),
        ("reading.columns.csv", "date,yes", "integer(a..2),yes", "column_type", None),
        ("reading.columns.csv", "day,", "日期|,", "bad_column_name", 3),
        ("reading.columns.csv", "day,", "日期|ｐｏｉｎｔ,", "column_twice", 3),
        ("reading.columns.csv", "day,", "日期|日 期,", "column_twice", 3),
        ("source.yaml", "format: csv", "format: csv\nformats: [csv]", "bad_header", None),
        ("source.yaml", "format: csv", "formats: []", "bad_header", None),
        ("source.yaml", "format: csv", "title_rows: yes", "bad_header", None),
        ("source.yaml", "files: points*.csv, ", "", "bad_header", None),
        ("source.yaml", "files: points*.csv", "table: a, query: b", "bad_header", None),
        ("reading.columns.csv", "text,yes,,", "text,yes,no_such_list,", "unknown_code_list", None),
        ("reading.columns.csv", "date,yes,,", "date,yes,charge,", "bad_recode", 3),
        ("reading.columns.csv", "reading_on", "metering_point_id", "column_twice", 3),
        ("reading.columns.csv", "reading_on", "origin_row", "bad_column_name", 3),
        ("reading.columns.csv", "day,reading_on,date,yes,,", "day,reading_on,date", "wrong_cell_count", 3),
    ],
)
def test_faults_in_a_mapping(
    tmp_path: Path, file: str, old: str, new: str, code: str, line: int | None
) -> None:
    folder = lookup_source(tmp_path) / "sources" / "meters"
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    roots = ContentRoots.find((tmp_path,))
    with pytest.raises(JichaError) as error:
        Source.load("meters", roots, Lexicon.load(roots))
    assert error.value.code == code
    if line is not None:
        assert error.value.line == line


def loaded(root: Path, *, settings: str = "", reading: str = "", columns: str = "") -> Source:
    """The private source with other settings, another entry of `reading` and other lines in its map."""
    folder = lookup_source(root) / "sources" / "meters"
    text = (folder / "source.yaml").read_text(encoding="utf-8").replace("format: csv\n", settings)
    (folder / "source.yaml").write_text(
        text.replace("files: readings_*.csv", reading or "files: readings_*.csv"), encoding="utf-8"
    )
    if columns:
        (folder / "reading.columns.csv").write_text(COLUMNS + columns, encoding="utf-8")
    roots = ContentRoots.find((root,))
    return Source.load("meters", roots, Lexicon.load(roots))


def test_settings_of_a_source(tmp_path: Path) -> None:
    plain = loaded(tmp_path / "1")
    assert plain.formats == ("csv", "xlsx", "xls", "parquet")
    assert (plain.delimiters, plain.ignores_extra_columns, plain.skips_titles) == ((",",), False, False)
    other = loaded(
        tmp_path / "2",
        settings="formats: [xlsx, xls]\ndelimiter: auto\nextra_columns: ignore\ntitle_rows: auto\n",
    )
    assert other.formats == ("xlsx", "xls")
    assert {",", ";", "\t", "|"} <= set(other.delimiters)
    assert (other.ignores_extra_columns, other.skips_titles) == (True, True)
    assert loaded(tmp_path / "3", settings="format: parquet\n").formats == ("parquet",)


def test_what_a_column_map_says(tmp_path: Path) -> None:
    table = loaded(
        tmp_path,
        columns="计量点|计量点编号 | 测点,metering_point_id,text,yes,,\n"
        "日期,reading_on,date_exchanged,,,\n年月,month_on,month,optional,,\n"
        "示数,issue_day,integer(0..600),,,\n下限,line_no,integer(-5..),,,\n",
    ).tables["reading"]
    point, day, month, number, low = table.columns
    assert point.headers == ("计量点", "计量点编号", "测点")
    assert (point.header, point.required, point.is_identifier) == ("计量点", True, True)
    assert (day.type, day.stored_type, day.required, day.may_be_absent) == (
        "date_exchanged",
        "date",
        False,
        False,
    )
    assert (month.stored_type, month.required, month.may_be_absent) == ("date", False, True)
    assert (number.type, number.least, number.most, number.is_identifier) == ("integer", 0, 600, False)
    assert (low.least, low.most) == (-5, None)


def test_a_map_that_reads_otherwise_has_another_digest(tmp_path: Path) -> None:
    lines = [
        "a,metering_point_id,text,yes,,\n",
        "a|b,metering_point_id,text,yes,,\n",
        "a,metering_point_id,text,optional,,\n",
        "a,metering_point_id,text,,,\n",
        "a,line_no,integer,,,\n",
        "a,line_no,integer(0..5),,,\n",
        "a,line_no,integer(0..6),,,\n",
    ]
    digests = [
        loaded(tmp_path / str(number), columns=line).tables["reading"].digest
        for number, line in enumerate(lines)
    ]
    digests.append(
        loaded(tmp_path / "x", columns=lines[0], reading="files: a*, sheet: b").tables["reading"].digest
    )
    assert len(set(digests)) == len(digests)


@pytest.mark.parametrize(
    ("entry", "claimed", "not_claimed"),
    [
        ("files: 账单*.csv", ["账单_1.csv"], ["账单_1.xlsx", "账单_1.CSV", "旧账单.csv"]),
        ("files: 账单*", ["账单.csv", "账单_1.XLSX", "账单2024.01.xls", "账单"], ["旧账单.csv"]),
        ("files: 账单_2024.01", ["账单_2024.01.parquet", "账单_2024.01"], ["账单_2024.csv"]),
        (
            "table: cis.bill",
            ["meters.reading.parquet"],
            ["meters.reading.csv", "meters.bill.parquet", "reading.parquet"],
        ),
        ("files: 账单*, query: select 1", ["meters.reading.parquet", "账单.csv"], ["meters.reading.csv"]),
    ],
)
def test_which_files_are_a_table(
    tmp_path: Path, entry: str, claimed: list[str], not_claimed: list[str]
) -> None:
    table = loaded(tmp_path, reading=entry).tables["reading"]
    assert [name for name in claimed + not_claimed if table.claims(name)] == claimed


def test_a_database_table(tmp_path: Path) -> None:
    table = loaded(tmp_path, reading="table: cis.reading").tables["reading"]
    assert (table.table, table.query, table.files) == ("cis.reading", None, "meters.reading.parquet")
    assert table.database_file == "meters.reading.parquet"
    assert loaded(tmp_path / "2").tables["reading"].database_file is None


def test_faults_in_a_recode(tmp_path: Path) -> None:
    folder = lookup_source(tmp_path) / "sources" / "meters"
    (folder / "recode").mkdir()
    roots = ContentRoots.find((tmp_path,))
    recode = folder / "recode" / "register.csv"
    for rows in ("x,active_totel\n", "x,active_total\nx,active_peak\n"):
        recode.write_text("source_value,code\n" + rows)
        with pytest.raises(ContentError, match="bad_recode"):
            Source.load("meters", roots, Lexicon.load(roots))


def test_unknown_source_names_the_near_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownKey, match="cis_zh"):
        Bench.new(tmp_path / "w").take(tmp_path, "cis_cn")


@pytest.mark.parametrize(
    ("old", "new", "en", "zh"),
    [
        ("应收电费", "应收金额", "the column 应收电费 is missing; is it 应收金额?", "缺少列 应收电费"),
        (",发行日期", "", "the column 发行日期 is missing", "缺少列 发行日期"),
        ("发行日期", "发行日期,备注", "the column 备注 is not in the map", "列映射中没有列 备注"),
        ("发行日期", "户号", "户号 twice", "重复"),
    ],
)
def test_header_that_differs(tmp_path: Path, old: str, new: str, en: str, zh: str) -> None:
    bench = Bench.new(tmp_path / "w")
    data = cis_delivery(customers=1, months=1).write(tmp_path / "d")
    file = data / "电费账单_202601.csv"
    file.write_bytes(file.read_bytes().decode("gb18030").replace(old, new, 1).encode("gb18030"))
    with pytest.raises(SourceError) as error:
        bench.take(data)
    assert en in error.value.text.en
    assert zh in error.value.text.zh
    assert error.value.file == str(file)
    assert bench.head.number == 0


def test_columns_in_another_order(tmp_path: Path) -> None:
    delivery = cis_delivery(customers=2, months=1)
    bills = delivery.files["电费账单_202601.csv"]
    first = Bench.new(tmp_path / "w1")
    first.take(delivery.write(tmp_path / "d1"))
    delivery.files["电费账单_202601.csv"] = [dict(reversed(row.items())) for row in bills]
    second = Bench.new(tmp_path / "w2")
    second.take(delivery.write(tmp_path / "d2"))
    assert first.digest == second.digest


def test_two_systems_fill_one_table(tmp_path: Path) -> None:
    """A correction in one rebuilds the table from both."""
    bench = Bench.new(tmp_path / "w", private=[lookup_source(tmp_path / "private")])
    write_daily(tmp_path / "ami", customers=2)
    bench.take(tmp_path / "ami", "ami_zh")
    own = Delivery({"readings_1.csv": READINGS, "points.csv": POINTS})
    bench.take(own.write(tmp_path / "d"), "meters")
    assert bench.head.rows("core.daily_reading") == 57
    own.files["readings_1.csv"] = [{**READINGS[0], "value": "2"}, {**READINGS[0], "day": "2026-01-02"}]
    report = bench.take(own.write(tmp_path / "d"), "meters")
    assert [(t.rows, t.added, t.changed, t.removed) for t in report.tables] == [(58, 1, 1, 0)]
    reconciled(bench)
