"""Meters that keep a register for each rate: the rates make up the total every day, on every reading and bill."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal

from .exported import ENERGY, RATES, Exported, hanging, register_spans

TOTAL, REACTIVE, DEMAND = "有功总", "无功总", "最大需量"
KINDS = {TOTAL, REACTIVE, DEMAND, *RATES}


def modulus(county: Exported, customer: str, meter: str) -> int:
    digits = {row["示数位数"] for row in county.meters[customer] if row["电能表资产号"] == meter}
    return 10 ** int(digits.pop()) * 100


def test_frozen_rates_sum_to_the_total_every_day(county: Exported) -> None:
    seen: set[str] = set()
    for customer, rows in county.freezes.items():
        for row in rows:
            assert (row.reactive is None) == (not row.rates)
            if row.rates:
                assert sum(row.rates) % modulus(county, customer, row.meter) == row.forward, (customer, row)
                seen.add(customer)
    # Every account billed by rates, or whose meter can; nobody else.
    assert seen == county.has_rates
    filed = {name for name, rows in county.agreements.items() if any(row["是否分时"] == "是" for row in rows)}
    assert filed <= county.has_rates
    assert county.has_rates - filed <= county.customers_of("time_of_use_not_filed")


def test_every_reading_of_such_a_meter_is_of_seven_registers(county: Exported) -> None:
    months: Counter[str] = Counter()
    for customer, readings in county.all_readings.items():
        by_day: dict[str, dict[str, Decimal]] = defaultdict(dict)
        for row in readings:
            kinds = by_day[row["抄表日期"]]
            if row["抄表记录号"].endswith("9") and row["示数类型"] in kinds:
                continue
            kinds[row["示数类型"]] = Decimal(row["本次示数"])
        for day, kinds in by_day.items():
            if customer not in county.has_rates:
                assert set(kinds) == {TOTAL}
                continue
            assert set(kinds) == KINDS, (customer, day)
            meter = hanging(county.meters[customer], day)
            total = int(sum(kinds[rate] for rate in RATES).scaleb(2)) % (10 ** int(meter["示数位数"]) * 100)
            assert total == int(kinds[TOTAL].scaleb(2))
            assert kinds[DEMAND] >= 0
            months[customer] += 1
    assert len(months) == len(county.has_rates) >= 20
    assert max(months.values()) == 24


def test_registers_of_rates_never_run_back(county: Exported) -> None:
    for customer in county.has_rates:
        before = None
        for row in county.freezes[customer]:
            if before is not None and before.meter == row.meter:
                whole = modulus(county, customer, row.meter)
                for one, other in zip(before.rates, row.rates, strict=True):
                    assert other >= one or one - other > whole // 2
                assert row.reactive is not None
                assert before.reactive is not None
                assert row.reactive >= before.reactive or before.reactive - row.reactive > whole // 2
            before = row


def test_bills_by_rates_have_a_line_for_each(county: Exported) -> None:
    bills = 0
    for customer in county.has_rates - county.customers_of("time_of_use_not_filed"):
        for bill in county.regular[customer]:
            spans = register_spans(county.lines_of[bill["账单号"]])
            by_meter: dict[tuple[str, str], list[str]] = defaultdict(list)
            for meter, kind, _, _, multiplier in spans:
                by_meter[meter, multiplier].append(kind)
            assert all(kinds == list(RATES) for kinds in by_meter.values()), bill
            assert all(line["单价"] for line in county.lines_of[bill["账单号"]] if line["费用项目"] == ENERGY)
            bills += 1
    assert bills > 400


def test_rates_move_on_a_bill_as_the_total_does(county: Exported) -> None:
    """From reading to reading the four registers of the bill move by as much as the meter's total register."""
    compared = 0
    crooked = county.customers_of("time_of_use_not_filed")
    for customer in county.has_rates - crooked:
        if len(county.meters[customer]) > 1:
            continue
        (meter,) = county.meters[customer]
        whole = 10 ** int(meter["示数位数"])
        read = {row["抄表日期"]: Decimal(row["本次示数"]) for row in county.readings[customer]}
        days = sorted(read)
        for bill in county.regular[customer][1:]:
            day = bill["截止日期"]
            eve = str(date.fromisoformat(bill["起始日期"]) - timedelta(days=1))
            if eve not in read or day not in days:
                continue
            moved = sum(
                ((Decimal(current) - Decimal(previous)) % whole)
                for _, _, previous, current, _ in register_spans(county.lines_of[bill["账单号"]])
            )
            assert moved == (read[day] - read[eve]) % whole
            compared += 1
    assert compared > 300


def test_everybody_s_hours_are_his_trade_s(quiet: Exported) -> None:
    """A charging station and a works of three shifts use more by night than a shop of the same rates."""
    share: dict[str, Decimal] = {}
    for customer in quiet.has_rates:
        energy: Counter[str] = Counter()
        for bill in quiet.regular[customer]:
            for (_, kind, _, _, _), kwh in register_spans(quiet.lines_of[bill["账单号"]]).items():
                energy[kind] += kwh  # type: ignore[assignment]
        share[customer] = Decimal(energy[RATES[3]]) / Decimal(energy.total())
        assert all(energy[rate] > 0 for rate in RATES)
    assert Decimal("0.10") < min(share.values())
    assert max(share.values()) < Decimal("0.60")
    assert max(share.values()) - min(share.values()) > Decimal("0.05")
