"""The papers as files: the same for the same seed, whatever else is planted, and taken by the sources without loss."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from jicha.cli.app import app
from jicha.county.desk import CSV, Cell, Table
from jicha.county.exports.files import TextFile, Workbook
from jicha.county.plan import Wish
from jicha.county.service.titles import TABLES
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.quarantine import quarantined
from jicha.warehouse.workspace import Workspace
from tests.county.service_town import Tray, city, kept, own_causes, record_of, with_all

CORE = {
    "业扩申请": "application",
    "业扩环节": "application_step",
    "业务费": "business_fee",
    "供用电合同": "supply_contract",
    "用电检查": "usage_inspection",
    "检查缺陷": "inspection_defect",
    "违约窃电案件": "breach_case",
    "停复电": "disconnection",
    "附件影像": "attachment",
    "服务工单": "service_case",
    "抢修派工": "repair_dispatch",
    "回访": "callback",
    "停电信息": "outage",
    "停电用户": "outage_customer",
    "客户通知": "customer_notice",
}


def deliver(tray: Tray, out: Path) -> None:
    """The tables as a county company's files, of the form each has."""
    for table in TABLES:
        path = out / table.system / f"{table.title}_青禾县"
        columns = table.columns.split(",")
        file = TextFile(path, columns) if table.form == CSV else Workbook(path, columns)
        for row in tray.tables[table.title]:
            file.add(list(row.values()))
        file.close()


def lake_rows(workspace: Workspace, table: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for partition in Manifest.head(workspace).partitions(f"core.{table}"):
        found += pq.ParquetFile(workspace.lake / partition.file).read().to_pylist()
    return found


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tray, Workspace]:
    folder = tmp_path_factory.mktemp("service")
    tray = with_all(record_of())
    deliver(tray, folder)
    for source in ("cis_zh", "call_centre_zh"):
        done = CliRunner().invoke(
            app, ["ingest", source, "--data", str(folder / source), "--workspace", str(folder / "w")]
        )
        assert done.exit_code == 0, done.output
    return tray, Workspace.open(folder / "w")


def test_nothing_is_laid_aside(ingested: tuple[Tray, Workspace]) -> None:
    tray, workspace = ingested
    assert list(quarantined(workspace)) == []
    for title, table in CORE.items():
        assert len(lake_rows(workspace, table)) == len(tray.tables[title]) > 0, title


def test_codes_are_known(ingested: tuple[Tray, Workspace]) -> None:
    """A word that no list knows would be laid aside; one that is empty where the form has it would not."""
    _, workspace = ingested
    filled = {
        "application": ("application_type_code", "application_status_code", "supply_voltage_code"),
        "application_step": ("application_step_code", "responsible_side_code", "handler_id"),
        "business_fee": ("fee_item_code", "charged_yuan"),
        "supply_contract": ("contract_type_code", "agreed_price_code", "valid_to"),
        "usage_inspection": ("inspection_type_code", "inspector_id", "second_inspector_id"),
        "inspection_defect": ("defect_code", "defect_level_code"),
        "breach_case": ("breach_type_code", "breach_status_code"),
        "disconnection": ("disconnection_reason_code", "meter_id", "approver_id"),
        "attachment": ("record_type_code", "document_type_code", "file_digest"),
        "service_case": ("service_case_type_code", "service_case_subtype_code", "district_code", "area_id"),
        "repair_dispatch": ("repair_cause_code", "crew_leader_id"),
        "callback": ("satisfaction_code", "called_digest"),
        "outage": ("outage_type_code", "feeder_id"),
        "customer_notice": ("notice_type_code", "notice_channel_code", "is_delivered"),
    }
    for table, columns in filled.items():
        for row in lake_rows(workspace, table):
            assert all(row[column] not in (None, "") for column in columns), (table, row)


def test_numbers_join_in_core(ingested: tuple[Tray, Workspace]) -> None:
    _, workspace = ingested
    for table, column, target, key in (
        ("application_step", "application_id", "application", "application_id"),
        ("repair_dispatch", "service_case_id", "service_case", "service_case_id"),
        ("outage_customer", "outage_id", "outage", "outage_id"),
        ("inspection_defect", "usage_inspection_id", "usage_inspection", "usage_inspection_id"),
        ("breach_case", "usage_inspection_id", "usage_inspection", "usage_inspection_id"),
    ):
        known = {row[key] for row in lake_rows(workspace, target)}
        assert {row[column] for row in lake_rows(workspace, table)} <= known


def as_text(tray: Tray) -> dict[str, list[tuple[Cell, ...]]]:
    return {title: [tuple(row.values()) for row in rows] for title, rows in tray.tables.items()}


def test_the_same_seed_gives_the_same_papers() -> None:
    first, second = with_all(record_of(2)), with_all(record_of(2))
    assert as_text(first) == as_text(second)
    assert first.answers == second.answers
    assert as_text(with_all(record_of(2, seed=2))) != as_text(first)


def test_a_happening_leaves_the_other_papers_as_they_are() -> None:
    plain, more = as_text(kept(record_of(1))), as_text(kept(record_of(1), repair_crew_late=Wish()))
    for title, rows in plain.items():
        # Documents and messages are numbered in the order of the files.
        if title not in ("附件影像", "客户通知"):
            assert set(rows) <= set(more[title]), title


@pytest.mark.parametrize("months", [3, 6, 12])
@pytest.mark.parametrize("seed", [3, 11])
def test_short_periods_and_other_seeds(months: int, seed: int) -> None:
    """Every cause that the period is long enough for may be asked for, and never fails."""
    for number in range(2):
        wishes = {kind: Wish() for kind, plan in own_causes().items() if plan.min_months <= months}
        tray = kept(record_of(number, months=months, seed=seed), **wishes)
        assert len(tray.counts) >= len(wishes) // 2
        for answer in tray.answers:
            assert city(500, months, seed).first_day <= answer.valid_from < answer.valid_to


def test_a_station_of_a_thousand_is_quick() -> None:
    """Rows by the thousand customers stay near what a utility sees, and every kind of paper is there."""
    tray = kept(record_of(0, customers=5000))
    cases, repairs = len(tray.tables["服务工单"]), len(tray.tables["抢修派工"])
    assert 180 <= cases <= 300
    assert 30 <= repairs <= 70
    assert 5 <= len(tray.rows("停复电")) <= 30
    assert {table.title for table in TABLES} - set(tray.tables) <= {"业务费"}


def test_each_table_says_its_form() -> None:
    small = {table.title for table in TABLES if table.form != CSV}
    assert small == {"业务费", "检查缺陷", "违约窃电案件", "停电信息"}
    assert all(isinstance(table, Table) and not table.by_month for table in TABLES)
