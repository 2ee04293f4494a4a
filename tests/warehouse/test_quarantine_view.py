"""`jicha quarantine` and the report of `jicha ingest`: counted, filtered, reconciled, in both languages."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from jicha.cli.app import app
from jicha.cli.ingest_progress import IngestProgress
from jicha.kernel.errors import UnknownKey
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.quarantine import quarantined
from jicha.warehouse.quarantine_summary import Tally, kinds
from jicha.warehouse.workspace import Workspace

from .deliveries import Bench, cis_delivery

BILLS = "电费账单_202601.csv"
CUSTOMERS = "用户档案.csv"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Two rows left out (one for two faults), a value emptied, a key twice, and a blank line."""
    folder = tmp_path_factory.mktemp("quarantine")
    delivery = cis_delivery(customers=6, months=1)
    bills = delivery.files[BILLS]
    bills[0] |= {"账单号": "", "应收电费": "x"}
    bills[1] |= {"计费电量": "五十"}
    bills[2] |= {"发行日期": "昨天"}
    bills.append({**bills[3], "计费电量": "1.00"})
    delivery.row(CUSTOMERS, 户号="C001")["供电电压"] = "6kV"
    written = delivery.write(folder / "delivery")
    with (written / BILLS).open("ab") as handle:
        handle.write(b",,,,,,,,\r\n")
    bench = Bench.new(folder / "w")
    bench.take(written)
    return bench


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jicha.cli.show.out.width", 200)


def told(bench: Bench, *arguments: str, lang: str = "en") -> str:
    command = ["--lang", lang, "quarantine", "--workspace", str(bench.workspace.path), *arguments]
    result = CliRunner().invoke(app, command)
    if result.exception is not None:
        raise result.exception
    return result.stdout


def tally(bench: Bench) -> Tally:
    counted = Tally()
    for each in quarantined(bench.workspace):
        counted.add(each)
    return counted


# -- counts -------------------------------------------------------------------------------------------


def test_groups_count_what_is_listed(bench: Bench) -> None:
    counted = tally(bench)
    listed = Counter((q.file, q.column, q.reason_code, q.effect) for q in quarantined(bench.workspace))
    assert {(g.file, g.column, g.reason_code, g.effect): g.count for g in counted.groups()} == listed
    assert counted.total == sum(listed.values()) == 6


def test_the_balance_of_a_file_is_that_of_the_ledger(bench: Bench) -> None:
    balances = {balance.entry.file: balance for balance in tally(bench).balances(bench.head)}
    assert set(balances) == {BILLS, CUSTOMERS}
    assert balances[BILLS].listed == (2, 1, 0, 1)
    assert balances[CUSTOMERS].listed == (0, 1, 0, 0)
    assert all(balance.is_balanced for balance in balances.values())


@pytest.mark.parametrize("lost", ["not_a_number", "not_a_date", "superseded"])
def test_an_entry_that_is_missing_from_the_quarantine_is_noticed(bench: Bench, lost: str) -> None:
    counted = Tally()
    for each in quarantined(bench.workspace):
        if each.reason_code != lost or each.column == "应收电费":  # its row tells another fault as well
            counted.add(each)
    wrong = [b.entry.file for b in counted.balances(bench.head) if not b.is_balanced]
    assert wrong == [BILLS]


def test_a_count_of_the_ledger_that_is_wrong_is_noticed(bench: Bench) -> None:
    (entry,) = [entry for entry in bench.head.ledger if entry.file == BILLS]
    wrong = msgspec.structs.replace(entry, rows_read=entry.rows_read + 1)
    head = msgspec.structs.replace(bench.head, ledger=(wrong,))
    assert [balance.is_balanced for balance in tally(bench).balances(head)] == [False]


def test_a_file_asked_for_is_balanced_even_with_nothing_in_quarantine(bench: Bench) -> None:
    assert "组织机构.csv: 2 read = 2 taken + 0 quarantined" in told(bench, "--file", "组织机构.csv")


# -- what is shown ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            [
                "In quarantine: 6 entries",
                "row left out",
                "value empty",
                "replaced",
                "What to do",
                "fill it in the source system",
                f"{BILLS}: 7 read = 5 taken + 2 quarantined (+ 1 blank); 1 values emptied",
                "core.bill: 5 taken = 4 kept + 0 duplicate + 1 replaced + 0 without key",
            ],
        ),
        (
            "zh",
            [
                "隔离区: 共 6 条",
                "整行未取",
                "该值置空",
                "被取代",
                "处理办法",
                "在源系统中补录",
                f"{BILLS}: 读入 7 = 取用 5 + 隔离 2 (+ 空行 1); 置空值 1",
                "core.bill: 取用 5 = 入表 4 + 重复 0 + 被取代 1 + 缺主键 0",
            ],
        ),
    ],
)
def test_the_table_counts_then_lists_then_adds_up(bench: Bench, lang: str, words: list[str]) -> None:
    shown = told(bench, lang=lang)
    places = [shown.find(word) for word in words]
    assert min(places) >= 0, words[places.index(min(places))]
    assert places[0] < places[4] < places[6]


@pytest.mark.parametrize(
    ("lang", "files"),
    [("en", "电费账单_202601.csv and 2 more"), ("zh", "电费账单_202601.csv 等 3 个")],
)
def test_a_fault_of_every_month_is_one_line(tmp_path: Path, lang: str, files: str) -> None:
    """Counted over its files; programs still get each file for itself."""
    delivery = cis_delivery(customers=6, months=3)
    for month in (1, 2, 3):
        for row in delivery.files[f"电费账单_20260{month}.csv"][:month]:
            row["应收电费"] = "合计"
    delivery.files["电费账单_202602.csv"][5]["账单类型"] = ""
    monthly = Bench.new(tmp_path / "w")
    monthly.take(delivery.write(tmp_path / "d"))
    found = kinds(tally(monthly).groups())
    assert [(kind.column, kind.count, len(kind.files)) for kind in found] == [
        ("应收电费", 6, 3),
        ("账单类型", 1, 1),
    ]
    lines = [line.split() for line in told(monthly, "--summary", lang=lang).splitlines()]
    assert len([line for line in lines if line[:1] == ["6"] and "应收电费" in line]) == 1
    assert files in told(monthly, "--summary", lang=lang)
    listed = json.loads(told(monthly, "--summary", "--format", "json"))
    assert [(row["file"], row["count"]) for row in listed if row["column"] == "应收电费"] == [
        (f"电费账单_20260{month}.csv", month) for month in (1, 2, 3)
    ]


def test_the_summary_leaves_the_rows_out(bench: Bench) -> None:
    assert "五十" in told(bench)
    assert "五十" not in told(bench, "--summary")


def test_a_limit_says_what_it_hides(bench: Bench) -> None:
    shown = told(bench, "--limit", "2")
    assert "the first 2 of 6" in shown
    assert "more lines, less frequent" in shown


def test_json_and_csv_list_everything_whatever_the_limit(bench: Bench) -> None:
    rows = json.loads(told(bench, "--format", "json", "--limit", "1"))
    listed = list(csv.DictReader(io.StringIO(told(bench, "--format", "csv", "--limit", "1"))))
    assert len(rows) == len(listed) == 6
    assert list(rows[0]) == list(listed[0])
    assert {row["reason_code"] for row in rows} == {g.reason_code for g in tally(bench).groups()}


def test_the_summary_as_json(bench: Bench) -> None:
    rows = json.loads(told(bench, "--summary", "--format", "json"))
    assert sum(row["count"] for row in rows) == 6
    assert {"count", "file", "column", "effect", "reason_zh", "advice_en"} <= set(rows[0])


def test_filters(bench: Bench) -> None:
    def files(*arguments: str) -> Counter[str]:
        return Counter(row["file"] for row in json.loads(told(bench, "--format", "json", *arguments)))

    assert files("--file", BILLS) == {BILLS: 5}
    assert files("--file", "*档案*") == {CUSTOMERS: 1}
    assert files("--reason", "superseded") == {BILLS: 1}
    assert files("--reason", "superseded", "--reason", "unknown_code") == {BILLS: 1, CUSTOMERS: 1}
    assert files("--file", CUSTOMERS, "--reason", "superseded") == {}


def test_a_filter_by_reason_claims_no_balance(bench: Bench) -> None:
    assert "taken +" not in told(bench, "--reason", "superseded")


@pytest.mark.parametrize(
    ("arguments", "code", "near"),
    [
        (("--file", "电费"), "unknown_file", BILLS),
        (("--reason", "missing_valeu"), "unknown_reason", "missing_value"),
    ],
)
def test_an_unknown_filter_names_what_there_is(
    bench: Bench, arguments: tuple[str, ...], code: str, near: str
) -> None:
    with pytest.raises(UnknownKey) as caught:
        told(bench, *arguments)
    assert caught.value.code == code
    assert near in caught.value.text.en and near in caught.value.text.zh


def test_an_empty_quarantine_says_so(tmp_path: Path) -> None:
    clean = Bench.new(tmp_path / "w")
    assert "nothing is in quarantine" in told(clean)
    assert "隔离区为空" in told(clean, lang="zh")


# -- the report of an ingest --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["Files taken", "Core tables", "values emptied: 1", "blank rows: 1", "`jicha quarantine`"]),
        ("zh", ["已导入文件", "核心表", "置空值: 1", "空行: 1", "`jicha quarantine`"]),
    ],
)
def test_an_ingest_reports_every_file_and_table(
    bench: Bench, tmp_path: Path, lang: str, words: list[str]
) -> None:
    delivery = bench.workspace.path.parent / "delivery"
    command = [
        "--lang",
        lang,
        "ingest",
        "cis_zh",
        "--data",
        str(delivery),
        "--workspace",
        str(tmp_path / "w"),
    ]
    result = CliRunner().invoke(app, command)
    if result.exception is not None:
        raise result.exception
    assert all(word in result.stdout for word in words)
    head = Manifest.head(Workspace.open(tmp_path / "w"))
    assert all(entry.file in result.stdout for entry in head.ledger)
    assert all(table in result.stdout for table in head.tables)


class _Bars:
    """Stands for Rich's bars; remembers what a task was last told."""

    def __init__(self) -> None:
        self.told: dict[int, dict[str, object]] = {}

    def add_task(self, name: str, **values: object) -> int:
        self.told[len(self.told)] = {"name": name, **values}
        return len(self.told) - 1

    def update(self, task: int, **values: object) -> None:
        self.told[task].update(values)


def test_progress_tells_rows_per_second_of_the_stage_it_is_in(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([0.0, 0.0, 2.0, 2.0, 10.0, 10.0, 14.0])
    monkeypatch.setattr("jicha.cli.ingest_progress.time.monotonic", lambda: next(now))
    monkeypatch.setenv("JICHA_LANG", "en")
    monkeypatch.setattr("jicha.cli.language._chosen", None)
    bars = _Bars()
    report = IngestProgress(bars)  # type: ignore[arg-type]
    report("find", 0, 1)
    report("take", 0, 2)
    report("rows", 1000, 0)
    report("take", 1, 2)
    report("take", 2, 2)
    report("map", 0, 1)
    report("rows", 6000, 0)
    assert [bar["rows"] for bar in bars.told.values()] == [
        "",
        "1,000 rows · 500 rows/s",
        "6,000 rows · 1,500 rows/s",
    ]
    assert report.file_seconds == [2.0, 8.0]
