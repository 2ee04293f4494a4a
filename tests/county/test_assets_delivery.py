"""The papers of assets, control, production and market as files: taken by the sources whole, and their ids join."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from jicha.cli.app import app
from jicha.county.desk import CSV, Table
from jicha.county.exports import masters
from jicha.county.exports.files import TextFile, Workbook
from jicha.county.service.titles import APPLICATIONS, STEPS
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.quarantine import quarantined
from jicha.warehouse.workspace import Workspace
from tests.county.papers_town import DOMAINS, everything, lived
from tests.county.service_town import Tray

TABLES: tuple[Table, ...] = (
    *(table for domain in DOMAINS.values() for table in domain.TABLES),
    *masters.TABLES,
    APPLICATIONS,
    STEPS,
)
# Core tables by the titles they are filled from, where it is one alone.
CORE = {
    "电能表资产": "meter",
    "互感器资产": "instrument_transformer",
    "互感器装拆": "instrument_transformer_installation",
    "换表记录": "meter_change",
    "检定记录": "meter_test",
    "封印": "seal",
    "采集终端": "terminal",
    "计量故障": "meter_fault",
    "变压器运停": "transformer_status",
    "人员": "staff",
    "员工关联户": "staff_relation",
    "岗位权限": "role_grant",
    "操作日志": "operation_log",
    "登录日志": "login_log",
    "值班表": "duty_roster",
    "抄表计划": "reading_plan",
    "复核异常": "reading_exception",
    "稽查白名单": "whitelist_entry",
    "稽查规则变更": "rule_change",
    "配网异动": "grid_change",
    "光伏档案": "photovoltaic_unit",
    "光伏结算": "generation_settlement",
    "逆变器出力": "inverter_reading",
    "充电设施": "charging_facility",
    "市场注册": "market_registration",
    "零售合同": "retail_contract",
    "优惠资格": "eligibility",
    "名单": "government_listing",
    "生产佐证": "production_record",
    "经营主体": "site_business",
    "自备电源": "own_generator",
    "高压电动机": "high_voltage_motor",
    "合同需量": "contract_demand",
    "电价选择": "tariff_choice",
}
# Column of one core table → key of another that must hold it.
JOINS = (
    ("instrument_transformer_installation", "instrument_transformer_id", "instrument_transformer"),
    ("instrument_transformer_installation", "metering_point_id", "metering_point"),
    ("meter_installation", "meter_id", "meter"),
    ("meter_change", "to_meter_id", "meter"),
    ("meter_change", "from_meter_id", "meter"),
    ("meter_change", "installer_id", "staff"),
    ("meter_test", "meter_id", "meter"),
    ("seal", "metering_point_id", "metering_point"),
    ("terminal", "area_id", "area"),
    ("power_transformer", "customer_id", "customer"),
    ("transformer_status", "power_transformer_id", "power_transformer"),
    ("operation_log", "staff_id", "staff"),
    ("operation_log", "customer_id", "customer"),
    ("supply_source", "area_id", "area"),
    ("supply_source", "feeder_id", "feeder"),
    ("grid_change", "to_feeder_id", "feeder"),
    ("grid_change", "area_id", "area"),
    ("generation_settlement", "photovoltaic_unit_id", "photovoltaic_unit"),
    ("inverter_reading", "photovoltaic_unit_id", "photovoltaic_unit"),
    ("government_listing", "customer_id", "customer"),
    ("production_record", "customer_id", "customer"),
    ("staff_relation", "customer_id", "customer"),
    ("reading_plan", "reading_book_id", "reading_book"),
)
_KEYS = {
    "instrument_transformer": "instrument_transformer_id",
    "metering_point": "metering_point_id",
    "meter": "meter_id",
    "staff": "staff_id",
    "area": "area_id",
    "customer": "customer_id",
    "feeder": "feeder_id",
    "power_transformer": "power_transformer_id",
    "photovoltaic_unit": "photovoltaic_unit_id",
    "reading_book": "reading_book_id",
}


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tray, Workspace]:
    folder = tmp_path_factory.mktemp("papers")
    tray = everything()
    masters.keep(lived(), tray)
    for table in TABLES:
        path = folder / "out" / table.system / f"{table.title}_青禾县"
        columns = table.columns.split(",")
        file = TextFile(path, columns) if table.form == CSV else Workbook(path, columns)
        for row in tray.tables[table.title]:
            file.add(list(row.values()))
        file.close()
    workspace = folder / "workspace"
    for system in sorted({table.system for table in TABLES}):
        data = str(folder / "out" / system)
        result = CliRunner().invoke(app, ["ingest", system, "--data", data, "--workspace", str(workspace)])
        assert result.exit_code == 0, result.output
    return tray, Workspace.open(workspace)


def rows_of(workspace: Workspace, table: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for partition in Manifest.head(workspace).partitions(f"core.{table}"):
        found += pq.ParquetFile(workspace.lake / partition.file).read().to_pylist()
    return found


def test_nothing_is_set_aside(delivered: tuple[Tray, Workspace]) -> None:
    _, workspace = delivered
    manifest = Manifest.head(workspace)
    assert not list(quarantined(workspace, manifest))


def test_every_row_is_in_core(delivered: tuple[Tray, Workspace]) -> None:
    tray, workspace = delivered
    for title, table in CORE.items():
        assert tray.tables[title], title
        assert len(rows_of(workspace, table)) == len(tray.tables[title]), title
    links = len(tray.tables["户变关系"]) + len(tray.tables["供电电源"])
    assert len(rows_of(workspace, "supply_source")) == links
    transformers = len(tray.tables["公变台账"]) + len(tray.tables["受电变压器"])
    assert len(rows_of(workspace, "power_transformer")) == transformers


def test_ids_join(delivered: tuple[Tray, Workspace]) -> None:
    _, workspace = delivered
    known = {table: {row[key] for row in rows_of(workspace, table)} for table, key in _KEYS.items()}
    for table, column, target in JOINS:
        named = {row[column] for row in rows_of(workspace, table)} - {None}
        assert named, (table, column)
        assert named <= known[target], (table, column, sorted(map(str, named - known[target]))[:3])
