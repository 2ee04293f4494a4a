"""Wrong prices and breaches of contract: right bills worked out from the exported registers, mechanism by mechanism."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest

from jicha.county import build
from jicha.county.tariff.biller import Measured, charges
from jicha.county.tariff.terms import AGENCY, COMMERCIAL, SINGLE_PART, Terms

from .exported import ENERGY, RATES, Exported, Row, register_kwh
from .prices import agreed, to_fen
from .rightly import NOTHING, issued_total
from .truth import Truth

# A county in which somebody fits each of the mechanisms.
SEED, CUSTOMERS, MONTHS = 13, 420, 9
#: What the wrong file does to the customer's money: + he owes, − he is owed, "" it depends on his use.
PRICING = {
    "two_part_not_filed": "",
    "two_part_filed_wrongly": "-",
    "capacity_filed_too_small": "+",
    "capacity_filed_too_large": "-",
    "contract_demand_keyed_too_low": "",
    "power_factor_standard_not_filed": "+",
    "power_factor_standard_too_strict": "-",
    "time_of_use_not_filed": "",
    "tiers_not_filed": "",
    "transformer_loss_not_filed": "+",
    "transformer_loss_filed_too_high": "-",
    "price_voltage_filed_too_high": "+",
    "workshop_filed_as_agriculture": "+",
    "farm_filed_as_commercial": "-",
    "market_customer_filed_as_agency": "",
    "one_and_a_half_filed_wrongly": "-",
    "capacity_lawfully_reduced": "0",
    "went_to_the_market": "0",
}
BREACH = {
    "business_on_residential_supply": "+",
    "workshop_on_farm_supply": "+",
    "shop_on_charger_supply": "+",
    "more_than_contracted": "",
    "supply_passed_on": "0",
    "suspended_transformer_used": "+",
    "suspension_never_lifted": "+",
    "panels_never_filed": "0",
    "panels_enlarged_unfiled": "0",
    "lawfully_suspended": "0",
    "panels_newly_filed": "0",
    "capacity_enlarged_in_time": "0",
    "car_charger_bought": "0",
    "family_grew": "0",
    "lamps_replaced": "0",
    "works_holiday": "0",
    "household_moved": "0",
}
PLAN = "keep: nothing\nfaults:\n" + "".join(
    f"  - {{cause: {cause}, count: 1, onset: {{from: 2025-12-01, to: 2026-02-28}}}}\n"
    for cause in (*PRICING, *BREACH)
)
BASIC_BY_CAPACITY = Decimal("26.3")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Exported, Truth]:
    folder = tmp_path_factory.mktemp("pricing")
    plan = folder / "plan.yaml"
    plan.write_text(PLAN, encoding="utf-8")
    summary = build(folder / "out", customers=CUSTOMERS, seed=SEED, months=MONTHS, faults=plan, processes=1)
    return Exported(folder / "out", summary), Truth(CUSTOMERS, SEED, MONTHS, plan)


def answer_of(county: Exported, cause: str) -> Row:
    found = [row for row in county.key if row["cause"] == cause]
    (row,) = found
    return row


def within(cause: str, own: Terms, answer: Row) -> Terms | None:
    """The terms that are right while the cause acts; None: those on file."""
    if cause in ("business_on_residential_supply", "shop_on_charger_supply", "workshop_on_farm_supply"):
        return replace(own, usage=COMMERCIAL, is_tiered=False, structure=SINGLE_PART, purchase=AGENCY)
    if cause == "more_than_contracted":
        added = own.capacity_kva * (Decimal(answer["size"]) - 1) / 2
        return replace(own, capacity_kva=own.capacity_kva + added.quantize(Decimal(1))) if own.basic else own
    if cause in PRICING and PRICING[cause] != "0":
        return own
    return own if cause in ("suspended_transformer_used", "suspension_never_lifted") else None


def measured(county: Exported, name: str) -> Iterator[tuple[Row, Measured]]:
    """Each regular bill and what the registers said in it, reading to reading."""
    (meter,) = county.meters[name]
    factor = Decimal(meter["综合倍率"])
    before: dict[str, str] = {}
    for bill in county.regular[name]:
        now = {
            row["示数类型"]: row["本次示数"]
            for row in county.all_readings[name]
            if row["抄表日期"] == bill["截止日期"]
        }
        lines = county.lines_of[bill["账单号"]]
        first = {line["示数类型"]: line["上次示数"] for line in reversed(lines) if line["上次示数"]}
        start = before or first
        moved = {
            kind: register_kwh(meter, start[kind], now[kind]) for kind in ("有功总", *RATES) if kind in start
        }
        kept = "有功尖" in now
        kvarh = demand = rates = None
        if kept:
            rates = tuple(moved[rate] for rate in RATES)
            kvarh = Decimal(bill["无功电量"])
            if before:
                assert kvarh == register_kwh(meter, before["无功总"], now["无功总"])
            demand = (Decimal(now["最大需量"]) * factor).quantize(Decimal("0.01"), ROUND_HALF_UP)
        total = sum(rates, NOTHING) if rates is not None else moved["有功总"]
        yield bill, Measured(total, rates, kvarh, demand, int(bill["计费月数"]), 0)  # type: ignore[arg-type]
        before = now


@pytest.mark.parametrize("cause", [*PRICING, *BREACH])
def test_what_is_owed_follows_from_the_registers(made: tuple[Exported, Truth], cause: str) -> None:
    county, truth = made
    answer = answer_of(county, cause)
    name = answer["customer_id"]
    customer, own = truth.customers[name], truth.founded[name]
    assert answer["valid_from"] >= "2025-12-01" or cause == "panels_enlarged_unfiled"
    right = within(cause, own, answer)
    kwh = yuan = year_kwh = NOTHING
    year = ""
    for bill, shown in measured(county, name):
        day = bill["起始日期"]
        agreement = agreed(county.agreements[name], day)
        filed = customer.terms_filed_on(date.fromisoformat(day))
        assert (agreement["电价码"], Decimal(agreement["计费容量"])) == (filed.price_code, filed.capacity_kva)
        terms = right if right is not None and answer["valid_from"] <= day < answer["valid_to"] else filed
        if bill["电费年月"][:4] != year:
            year, year_kwh = bill["电费年月"][:4], NOTHING
        for charge in charges(terms, shown, year_kwh):
            kwh += charge.kwh
            yuan += charge.amount
        year_kwh += shown.total
    issued = issued_total(county, name)
    assert Decimal(answer["true_kwh"]) == kwh - issued[0]
    assert Decimal(answer["energy_yuan"]) == yuan - issued[1]
    sign = {**PRICING, **BREACH}[cause]
    owed = Decimal(answer["energy_yuan"])
    assert (owed > 0) if sign == "+" else (owed < 0) if sign == "-" else (owed == 0 or sign == "")
    if sign == "":
        assert owed != 0 or not own.basic


def test_every_mechanism_finds_somebody(made: tuple[Exported, Truth]) -> None:
    county, _ = made
    assert {row["cause"] for row in county.key} >= {*PRICING, *BREACH}
    assert county.summary.shortfalls == {}


def days_of(answer: Row) -> int:
    return (date.fromisoformat(answer["valid_to"]) - date.fromisoformat(answer["valid_from"])).days


def by_hand(county: Exported, truth: Truth, answer: Row) -> Decimal:
    """Penal money by 供电营业规则: what each breach costs beside the energy."""
    cause, owed = answer["cause"], max(Decimal(answer["energy_yuan"]), NOTHING)
    if answer["blame"] != "guilty":
        return NOTHING
    if answer["theme"] == "AT":
        return 3 * owed
    if cause in ("business_on_residential_supply", "shop_on_charger_supply", "workshop_on_farm_supply"):
        return 2 * owed
    if cause == "suspended_transformer_used":
        return to_fen(2 * to_fen(BASIC_BY_CAPACITY * Decimal(answer["size"]) * days_of(answer) / 30))
    if cause in ("panels_never_filed", "panels_enlarged_unfiled"):
        return 500 * Decimal(answer["size"])
    if cause == "supply_passed_on":
        found = re.search(r"supplies (\d+) kW", answer["note"])
        assert found is not None
        return 500 * Decimal(found[1])
    if cause == "more_than_contracted":
        own = truth.founded[answer["customer_id"]]
        added = (own.capacity_kva * (Decimal(answer["size"]) - 1) / 2).quantize(Decimal(1))
        if own.basic != "按容量":
            return 50 * added
        return to_fen(3 * to_fen(BASIC_BY_CAPACITY * added * days_of(answer) / 30))
    return NOTHING


def test_penal_money_is_what_the_rules_of_supply_say(
    made: tuple[Exported, Truth], county: Exported, truth: Truth
) -> None:
    penal = set()
    for each, lived in (made, (county, truth)):
        for answer in each.key:
            if answer["subject_type"] not in ("metering_point", "area") or answer["cause"] not in told():
                continue
            assert Decimal(answer["breach_yuan"]) == by_hand(each, lived, answer), answer
            if Decimal(answer["breach_yuan"]):
                penal.add(answer["cause"])
    assert {
        "business_on_residential_supply",
        "panels_never_filed",
        "supply_passed_on",
        "partial_bypass",
    } <= penal
    assert {"more_than_contracted", "wire_hooked_to_line", "suspended_transformer_used"} <= penal


def told() -> set[str]:
    from jicha.county.causes import area_kinds, kinds

    return {*kinds(), *area_kinds()}


def test_hooks_are_priced_as_a_resident_s_first_tier(county: Exported) -> None:
    for answer in county.answers("wire_hooked_to_line"):
        assert answer["customer_id"] == ""
        assert Decimal(answer["energy_yuan"]) == to_fen(Decimal(answer["true_kwh"]) * Decimal("0.5880"))


def test_files_say_what_was_keyed(made: tuple[Exported, Truth]) -> None:
    """The wrong terms are in 电价执行 while the cause acts, the customer's own before it."""
    county, _ = made
    for cause, column, change in (
        ("two_part_not_filed", "定价策略", ("两部制", "单一制")),
        ("two_part_filed_wrongly", "定价策略", ("单一制", "两部制")),
        ("power_factor_standard_not_filed", "功率因数标准", (None, "")),
        ("power_factor_standard_too_strict", "功率因数标准", ("0.85", "0.90")),
        ("time_of_use_not_filed", "是否分时", ("是", "否")),
        ("tiers_not_filed", "是否阶梯", ("是", "否")),
        ("market_customer_filed_as_agency", "购电方式", ("市场化零售", "代理购电")),
        ("workshop_filed_as_agriculture", "电价码", (None, "CN-AGR-LV")),
        ("farm_filed_as_commercial", "电价码", ("CN-AGR-LV", "CN-CI1-LV")),
        ("price_voltage_filed_too_high", "电价码", ("CN-CI1-LV", "CN-CI1-10KV")),
    ):
        answers = [row for row in county.key if row["cause"] == cause]
        for answer in answers:
            rows = county.agreements[answer["customer_id"]]
            before, after = rows[0], agreed(rows, answer["valid_from"])
            assert after["生效日期"] == answer["valid_from"] == before["失效日期"]
            assert change[0] in (None, before[column]), cause
            assert after[column] == change[1] != before[column], cause


def test_basic_and_energy_lines_change_with_the_file(made: tuple[Exported, Truth]) -> None:
    county, _ = made
    for answer in [row for row in county.key if row["cause"] == "time_of_use_not_filed"]:
        for bill in county.regular[answer["customer_id"]]:
            kinds = {
                line["示数类型"]
                for line in county.lines_of[bill["账单号"]]
                if line["费用项目"] == ENERGY and line["示数类型"]
            }
            assert kinds == ({"有功总"} if bill["起始日期"] >= answer["valid_from"] else set(RATES))
