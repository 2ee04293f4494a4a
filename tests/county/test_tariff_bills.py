"""The county's biller against the bills worked by hand in docs/county-bills.md."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from jicha.county.tariff.biller import Charge, Measured, charges
from jicha.county.tariff.terms import BELOW_1KV, COMMERCIAL, Terms, TransformerLoss

PAGE = Path(__file__).resolve().parents[2] / "docs" / "county-bills.md"
GIVEN, LINES = ["given", "value"], "charge"


@dataclass
class WorkedBill:
    """A section of the page: what is given, the lines expected (cells of the table), the total."""

    title: str
    given: dict[str, str]
    lines: list[list[str]]
    total: Decimal

    @property
    def terms(self) -> Terms:
        given = self.given
        transformer = [Decimal(each) for each in given.get("transformer", "").split()]
        return Terms(
            usage=given["usage"],
            voltage=given["voltage"],
            structure=given.get("structure", "单一制"),
            is_time_of_use=given.get("time_of_use") == "yes",
            is_tiered=given.get("tiered") == "yes",
            basic=given.get("basic", ""),
            capacity_kva=Decimal(given.get("capacity_kva", "0")),
            contract_demand_kw=self.number("contract_demand_kw"),
            power_factor=self.number("power_factor"),
            loss=TransformerLoss(*transformer) if transformer else None,
            purchase=given.get("purchase", "目录电价"),
            purchase_multiple=Decimal(given.get("purchase_multiple", "1")),
            retail_price=self.number("retail_price"),
        )

    @property
    def measured(self) -> Measured:
        rates = [Decimal(each) for each in self.given.get("rates", "").split()]
        return Measured(
            total=self.number("total") or sum(rates, Decimal(0)),
            rates=(rates[0], rates[1], rates[2], rates[3]) if rates else None,
            kvarh=self.number("kvarh"),
            demand_kw=self.number("demand_kw"),
            months=int(self.given.get("months", "1")),
            days=int(self.given.get("days", "0")),
        )

    def number(self, name: str) -> Decimal | None:
        return Decimal(self.given[name]) if name in self.given else None

    def billed(self) -> tuple[Charge, ...]:
        return charges(
            self.terms,
            self.measured,
            self.number("year_kwh") or Decimal(0),
            int(self.given.get("tier_months", "12")),
        )


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def worked() -> list[WorkedBill]:
    """The sections of the page that have tables."""
    bills = []
    for section in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        rows = [cells(line) for line in section.split("\n") if line.startswith("|")]
        rows = [row for row in rows if set("".join(row)) != {"-"}]
        if not rows:
            continue
        assert rows[0] == GIVEN
        at = next(place for place, row in enumerate(rows) if row[0] == LINES)
        *lines, total = rows[at + 1 :]
        assert total[0] == "合计"
        title = section.split("\n")[0]
        bills.append(WorkedBill(title, {row[0]: row[1] for row in rows[1:at]}, lines, Decimal(total[-1])))
    return bills


def as_cells(line: Charge) -> list[object]:
    """A charge in the columns of the page; numbers compare by value."""
    charged = line.capacity_kva or line.demand_kw or line.power_factor
    return [
        line.charge,
        line.rate,
        line.tier,
        line.kwh,
        line.loss_kwh,
        line.price,
        charged,
        line.adjustment_rate,
        line.amount,
    ]


def expected(row: list[str]) -> list[object]:
    charge, rate, tier, *numbers = row
    return [charge, rate, int(tier) if tier else None, *(Decimal(each) if each else None for each in numbers)]


KNOWN = {
    "usage", "voltage", "structure", "time_of_use", "tiered", "basic", "capacity_kva", "contract_demand_kw",
    "power_factor", "transformer", "purchase", "purchase_multiple", "retail_price", "total", "rates", "kvarh",
    "demand_kw", "months", "days", "year_kwh", "tier_months",
}  # fmt: skip


@pytest.mark.parametrize("bill", worked(), ids=lambda bill: bill.title)
def test_a_bill_comes_out_as_worked_by_hand(bill: WorkedBill) -> None:
    assert set(bill.given) <= KNOWN
    assert [as_cells(line) for line in bill.billed()] == [expected(row) for row in bill.lines]


@pytest.mark.parametrize("bill", worked(), ids=lambda bill: bill.title)
def test_a_page_adds_up(bill: WorkedBill) -> None:
    """The total written under a bill is the sum of its lines, and of the biller's."""
    assert sum(Decimal(row[-1]) for row in bill.lines) == bill.total
    assert sum(line.amount for line in bill.billed()) == bill.total


def test_the_page_has_a_bill_of_each_kind() -> None:
    bills = worked()
    assert len(bills) >= 13
    assert {bill.given["usage"] for bill in bills} == {
        "居民生活",
        "居民合表",
        "农业生产",
        "农业排灌",
        "工商业",
    }
    assert {bill.given.get("basic", "") for bill in bills} == {"", "按容量", "按合同需量", "按实际需量"}
    assert any("transformer" in bill.given for bill in bills)
    assert any("purchase_multiple" in bill.given for bill in bills)
    assert any("retail_price" in bill.given for bill in bills)
    assert {int(row[2]) for bill in bills for row in bill.lines if row[2]} == {1, 2, 3}


def test_billing_twice_gives_the_same_objects_or_equal_ones() -> None:
    """Plans are kept by identity; equal terms must be billed alike."""
    terms = Terms(COMMERCIAL, BELOW_1KV), Terms(COMMERCIAL, BELOW_1KV)
    bills = {charges(each, Measured(Decimal("10.00"))) for each in terms for _ in range(2)}
    assert len(bills) == 1
