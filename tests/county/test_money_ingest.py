"""The money's files, written as the county writes them, through the real ingest into core."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from jicha.county.desk import Planned, Wish
from jicha.county.exports.dirt import Dirt
from jicha.county.exports.shelf import Shelf
from jicha.county.money import MONEY
from jicha.county.money.tables import TABLES
from jicha.county.tables import cause_plan, facts

from ..warehouse.deliveries import Bench
from .money_town import STATION, Tray, kept, record_of

SOURCES = ("cis_zh", "finance_zh")
CORE = {
    "应收": "receivable",
    "退补审批": "adjustment",
    "退补月份": "adjustment_month",
    "收费流水": "payment",
    "销账明细": "receipt",
    "违约金": "late_fee",
    "冲正退费": "payment_reversal",
    "预收互转": "prepayment_transfer",
    "解款": "cash_deposit",
    "代收对账": "agency_transaction",
    "发票": "invoice",
    "开票账单": "invoice_bill",
    "预收明细": "account_entry",
    "承兑汇票": "acceptance_note",
    "账务余额": "ledger_balance",
    "呆坏账核销": "write_off",
}


def wanted() -> dict[str, Sequence[Planned]]:
    return {row["kind"]: [Planned(cause_plan()[row["kind"]], 0, Wish())] for row in facts("causes_money")}


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    out = tmp_path_factory.mktemp("money")
    record = record_of(400, 18)
    shelf = Shelf(out, "青禾县", Dirt(5, "青禾县", record.city.months))
    shelf.begin_station(wanted())
    MONEY.keep(record, shelf)
    shelf.close()
    return out, shelf.counts


def test_a_station_of_ordinary_size_plants_every_kind(delivered: tuple[Path, dict[str, int]]) -> None:
    assert delivered[1] == {row["kind"]: 1 for row in facts("causes_money")}


def test_every_row_arrives_in_core(delivered: tuple[Path, dict[str, int]], tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    for source in SOURCES:
        bench.take(delivered[0] / source, source)
    assert bench.set_aside() == []
    tray = Tray({kind: [Wish()] for kind in wanted()})
    MONEY.keep(record_of(400, 18), tray)
    expected = {core: len(tray.rows(title)) for title, core in CORE.items()}
    expected["agency_transaction"] += len(tray.rows("代收对账补报"))
    # The repeated rows of the export are the same rows.
    expected["receipt"] = len({row["销账编号"] for row in tray.rows("销账明细")})
    assert {table.title for table in TABLES} - {"代收对账补报"} == set(CORE)
    found = {core: len(bench.rows(f"core.{core}")) for core in CORE.values()}
    assert found == expected
    assert all(found.values())


def test_codes_and_joins_hold_in_core(delivered: tuple[Path, dict[str, int]], tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    for source in SOURCES:
        bench.take(delivered[0] / source, source)

    def column(table: str, name: str) -> set[object]:
        return {value for (value,) in bench.rows(f"core.{table}", name)} - {None}

    assert column("receipt", "payment_id") <= column("payment", "payment_id")
    assert column("receipt", "receivable_id") <= column("receivable", "receivable_id")
    assert column("late_fee", "receivable_id") <= column("receivable", "receivable_id")
    assert column("write_off", "receivable_id") <= column("receivable", "receivable_id")
    assert column("payment", "cash_deposit_id") == column("cash_deposit", "cash_deposit_id")
    assert column("payment", "acceptance_note_id") == column("acceptance_note", "acceptance_note_id")
    assert column("invoice_bill", "bill_id") <= column("receivable", "bill_id")
    assert column("payment", "org_id") == {STATION}
    staff = {each.staff_id for each in record_of(20, 12).city.staff}
    for table, name in (
        ("payment", "collector_id"),
        ("adjustment", "approver_id"),
        ("invoice", "operator_id"),
    ):
        assert column(table, name) <= staff
    assert column("ledger_balance", "ledger_code") == {"marketing_detail", "marketing_general", "finance"}
    assert column("payment", "payment_method_code") >= {"cash", "wallet", "transfer", "direct_debit"}
    assert column("cash_deposit", "has_safe_record") == {True, False}


def test_money_survives_to_the_fen(delivered: tuple[Path, dict[str, int]], tmp_path: Path) -> None:
    bench = Bench.new(tmp_path / "w")
    bench.take(delivered[0] / "finance_zh", "finance_zh")
    tray = kept(record_of(400, 18), **{kind: Wish() for kind in wanted()})
    paid = sum((Decimal(str(row[0])) for row in bench.rows("core.payment", "payment_yuan")), Decimal(0))
    assert paid == tray.total("收费流水", "缴费金额")
