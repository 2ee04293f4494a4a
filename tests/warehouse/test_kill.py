"""A writer killed at any point: readers see the last manifest whole, and the next run ends as if nothing was."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.quarantine import quarantined
from jicha.warehouse.workspace import Workspace

from .deliveries import Bench, Delivery, Row, as_csv, cis_delivery
from .test_archive import packed
from .workbooks import xlsx

KILLED = 9

# One interpreter for all kills: it imports everything, then forks a child for each. The child stops dead
# (no handler, no flush) at the n-th passing of a named point, or report of progress.
KILLER = """
import json, os, sys
from pathlib import Path
import jicha.warehouse.ingest as ingesting
import jicha.warehouse.lake as lake
from sqlalchemy import make_url
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.workspace import Workspace

ROOTS = ContentRoots.find([Path(root) for root in sys.argv[1:]])
LEXICON = Lexicon.load(ROOTS)
LEXICON.code_lists  # read now, once for all

def child(workspace, data, point, number, source="cis_zh"):
    seen = []
    def checkpoint(name):
        seen.append(name)
        if name == point and seen.count(point) == number:
            os._exit(9)
    lake._checkpoint = checkpoint
    ingesting.ingest(
        Workspace.open(Path(workspace)),
        source,
        make_url(data) if "://" in data else Path(data),
        roots=ROOTS,
        lexicon=LEXICON,
        progress=lambda stage, done, total: checkpoint(f"progress:{stage}"),
        threads=1,
    )
    Path(workspace, "points.json").write_text(json.dumps(seen))

codes = []
for job in json.load(sys.stdin):
    pid = os.fork()
    if pid == 0:
        try:
            child(*job)
            os._exit(0)
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
    codes.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
print(json.dumps(codes))
"""


#: Workspace, delivery, point and how many times it is passed; then the source where it is not cis_zh.
Job = tuple[str, str, str, int] | tuple[str, str, str, int, str]


def run(jobs: Sequence[Job], private: Sequence[Path] = ()) -> list[int]:
    done = subprocess.run(
        [sys.executable, "-c", KILLER, *map(str, private)],
        input=json.dumps(jobs),
        capture_output=True,
        text=True,
        check=True,
    )
    codes: list[int] = json.loads(done.stdout)
    assert set(codes) <= {0, KILLED}, done.stderr
    return codes


def later_delivery(folder: Path) -> Path:
    """Everything a run can write: a new month, corrections, new customers, rows superseded and bad."""
    delivery = cis_delivery(customers=6, months=2)
    delivery.files["电费账单_202601.csv"][0]["应收电费"] = "31.00"
    delivery.files["电费账单_202602.csv"][1]["应收电费"] = "?"
    delivery.files["账单明细_202602.csv"].append({**delivery.files["账单明细_202601.csv"][0], "金额": "9.00"})
    return delivery.write(folder)


def passed(workspace: Path) -> list[str]:
    """The named points of a run that went through, reports of progress left out."""
    seen: list[str] = json.loads((workspace / "points.json").read_text())
    return [point for point in seen if not point.startswith("progress:")]


def files_of(manifest: Manifest, workspace: Workspace) -> dict[Path, int]:
    """Every file a manifest names with its number of rows, where the manifest says so."""
    parts = {p.file: p.rows for table in manifest.tables.values() for p in table}
    lake = {workspace.lake / file: rows for file, rows in parts.items()}
    raw = {workspace.path / entry.raw: entry.rows_typed for entry in manifest.ledger}
    more = [workspace.path / entry.quarantine for entry in manifest.ledger if entry.quarantine]
    more += [workspace.path / file for table in manifest.set_aside.values() for file in table]
    more += [workspace.lake / file for file in (manifest.changes, manifest.customer_bucket) if file]
    return {**lake, **raw, **{path: pq.read_metadata(path).num_rows for path in more}}


def test_killed_anywhere(tmp_path: Path) -> None:
    base = Bench.new(tmp_path / "base", buckets=2)
    base.take(cis_delivery(customers=4, months=1).write(tmp_path / "d1"))
    before = base.head
    data = later_delivery(tmp_path / "d2")
    whole = shutil.copytree(base.workspace.path, tmp_path / "whole")
    assert run([(str(whole), str(data), "", 0)]) == [0]
    points = passed(whole)
    unkilled = Manifest.head(Workspace.open(whole))
    kinds = {"raw", "quarantine", "partition", "customer_bucket", "changes", "manifest"}
    assert set(points) == {f"{kind}:{when}" for kind in kinds for when in ("written", "published")} | {
        "files:settled"
    }
    # The first passing of every point, and the middle one of those that come most often.
    kills = sorted({(point, 1) for point in points})
    kills += [(point, points.count(point) // 2) for point in ("raw:published", "partition:written")]
    jobs: list[tuple[str, str, str, int]] = []
    for number, (point, count) in enumerate(kills):
        workspace = shutil.copytree(base.workspace.path, tmp_path / f"w{number}")
        jobs.append((str(workspace), str(data), point, count))
    codes = run(jobs)

    for (path, _, point, _), code in zip(jobs, codes, strict=True):
        assert code == KILLED, point
        workspace = Workspace.open(Path(path))
        head = Manifest.head(workspace)
        if point == "manifest:published":
            assert head.number == 2
            assert head.lake_digest == unkilled.lake_digest
        else:
            assert head == before, point
        for file, rows in files_of(head, workspace).items():
            assert pq.read_metadata(file).num_rows == rows, point
        for file in workspace.path.rglob("*.parquet"):  # a file that has its name is whole
            if workspace.staging not in file.parents:
                pq.read_table(file)

    assert set(run([(path, data_, "", 0) for path, data_, _, _ in jobs])) == {0}
    for path, _, point, _ in jobs:
        workspace = Workspace.open(Path(path))
        head = Manifest.head(workspace)
        assert (head.number, head.lake_digest) == (2, unkilled.lake_digest), point
        assert head.tables == unkilled.tables, point
        assert head.ledger == unkilled.ledger, point
        assert head.dirty == unkilled.dirty, point
        assert not list(workspace.path.rglob(".tmp-*")), point
        assert not workspace.staging.exists(), point


def database_of_bills(root: Path, path: Path) -> str:
    """The second month's bills as a table of a database, with a private source that reads it."""
    shipped = ContentRoots.find().public / "sources" / "cis_zh"
    folder = root / "sources" / "cis_db"
    (folder / "to_core").mkdir(parents=True)
    (folder / "source.yaml").write_text(
        "name: {en: Database, zh: 数据库}\ntables:\n  bill: {table: bill, title: {en: Bills, zh: 账单}}\n",
        encoding="utf-8",
    )
    for name in ("bill.columns.csv", "to_core/bill.sql"):
        text = (shipped / name).read_text(encoding="utf-8").replace("raw_cis_zh", "raw_cis_db")
        (folder / name).write_text(text, encoding="utf-8")
    rows = later_bills()
    columns = ", ".join(f'"{name}" text' for name in rows[0])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"create table bill ({columns}, primary key (账单号))")
        connection.executemany(
            f"insert into bill values ({', '.join('?' * len(rows[0]))})",
            [tuple(row.values()) for row in rows],
        )
    return f"sqlite:///{path}"


def later_bills() -> list[Row]:
    """Two bad, one of them entirely, the others right."""
    rows = cis_delivery(customers=6, months=2).files["电费账单_202602.csv"]
    rows[0]["发行日期"] = "昨天"
    rows[1]["应收电费"] = "?"
    return rows


@pytest.mark.parametrize("form", ["workbook", "archive", "database"])
def test_killed_with_another_kind_of_delivery(tmp_path: Path, form: str) -> None:
    """What lies between the file and the lake (a member unpacked, a table read) goes with the next run."""
    root, data = tmp_path / "private", str(tmp_path / "d2")
    source, stages = "cis_zh", ["take", "rows"]
    rows = later_bills()
    cells = [list(rows[0]), *(list(row.values()) for row in rows)]
    (tmp_path / "d2").mkdir()
    match form:
        case "workbook":
            xlsx(tmp_path / "d2" / "电费账单_202602.xlsx", {"一": cells[:4], "二": [cells[0], *cells[4:]]})
        case "archive":
            packed(tmp_path / "d2" / "二月.zip", {"电费账单_202602.csv": as_csv(rows).encode("gb18030")})
        case "database":
            source, stages = "cis_db", ["read", *stages]
            data = database_of_bills(root, tmp_path / "bills.sqlite")
    private = [root] if form == "database" else []
    base = Bench.new(tmp_path / "base", buckets=2, private=private)
    base.take(cis_delivery(customers=6, months=1).write(tmp_path / "d1"))
    before = base.head
    whole = shutil.copytree(base.workspace.path, tmp_path / "whole")
    assert run([(str(whole), data, "", 0, source)], private) == [0]
    unkilled = Manifest.head(Workspace.open(whole))
    assert unkilled.rows("core.bill") == 6 + 5
    assert {told.reason_code for told in quarantined(Workspace.open(whole))} == {"not_a_date", "not_a_number"}

    jobs: list[Job] = []
    points = [
        "raw:published",
        "quarantine:written",
        "partition:published",
        "manifest:written",
        "manifest:published",
    ]
    assert set(points) <= set(passed(whole))
    for point in (*points, *(f"progress:{stage}" for stage in stages)):
        workspace = shutil.copytree(base.workspace.path, tmp_path / f"w{len(jobs)}")
        jobs.append((str(workspace), data, point, 1, source))
    assert set(run(jobs, private)) == {KILLED}
    for path, _, point, *_ in jobs:
        head = Manifest.head(Workspace.open(Path(path)))
        assert head.tables == (unkilled if point == "manifest:published" else before).tables, point
    assert set(run([(path, data, "", 0, source) for path, *_ in jobs], private)) == {0}
    for path, _, point, *_ in jobs:
        workspace = Workspace.open(Path(path))
        head = Manifest.head(workspace)
        assert (head.number, head.lake_digest) == (2, unkilled.lake_digest), point
        assert (head.tables, head.ledger) == (unkilled.tables, unkilled.ledger), point
        assert not list(workspace.path.rglob(".tmp-*")), point
        assert not workspace.staging.exists(), point


READER = """
import json, sys
from pathlib import Path
import pyarrow.parquet as pq
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.workspace import Workspace
workspace = Workspace.open(Path(sys.argv[1]))
seen = {}
while max(seen, default=0) < int(sys.argv[2]):
    head = Manifest.head(workspace)
    for table in head.tables:
        read = sum(pq.read_table(workspace.lake / p.file).num_rows for p in head.partitions(table))
        assert read == head.rows(table), (head.number, table)
    seen[head.number] = seen.get(head.number, 0) + 1
    if sum(seen.values()) == 1:
        print("reading", flush=True)
print(json.dumps(seen))
"""


def test_a_reader_never_waits_and_never_sees_half(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    delivery = cis_delivery(customers=6, months=3)
    masters = [name for name in delivery.files if "_" not in name]
    steps = [masters, *([name for name in delivery.files if f"_2026{m:02d}" in name] for m in (1, 2, 3))]
    bench.take(delivery.write(tmp_path / "d0", only=steps[0]))
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(bench.workspace.path), "5"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "reading\n"
    for number, step in enumerate(steps[1:], start=1):
        bench.take(delivery.write(tmp_path / f"d{number}", only=step))
    late = Delivery({"电费账单_补.csv": [{**delivery.files["电费账单_202601.csv"][0], "应收电费": "1.00"}]})
    bench.take(late.write(tmp_path / "late"))
    out, errors = reader.communicate(timeout=120)
    assert reader.returncode == 0, errors
    seen = json.loads(out)
    assert {"1", "5"} <= set(seen)


def test_an_error_leaves_the_lake_as_it_was(tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    bench.take(cis_delivery(customers=3, months=1).write(tmp_path / "d1"))
    before = bench.head
    data = later_delivery(tmp_path / "d2")
    broken = data / "账单明细_202602.csv"
    broken.write_bytes(broken.read_bytes() + b"\xff\xff")
    with pytest.raises(Exception, match="not_decodable"):
        bench.take(data)
    assert bench.head == before
    assert not list(bench.workspace.path.rglob(".tmp-*"))
    assert not bench.workspace.staging.exists()
    broken.write_bytes(broken.read_bytes()[:-2])
    assert bench.take(data).manifest == 2
