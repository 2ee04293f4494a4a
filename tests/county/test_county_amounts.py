"""Every bill of the county is the sum of its lines, and every line what the price sheet makes of it; to the fen."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from math import isqrt

from .exported import ADJUSTING, ENERGY, LOSSES, Exported, Row, register_spans, wronged
from .prices import FEN, agreed, bought, sheet, to_fen

BY_CAPACITY, BY_DEMAND, POWER_FACTOR = "基本电费(容量)", "基本电费(需量)", "功率因数调整电费"
TIER_LIMITS = (Decimal(2760), Decimal(4800))
FUNDS = Decimal("0.0452")


def number(text: str) -> Decimal:
    return Decimal(text or 0)


def test_every_bill_is_the_sum_of_its_lines(county: Exported) -> None:
    with_two_meters = 0
    for bills in county.bills.values():
        for bill in bills:
            lines = county.lines_of[bill["账单号"]]
            assert [line["行号"] for line in lines] == [str(place + 1) for place in range(len(lines))]
            assert sum(Decimal(line["金额"]) for line in lines) == Decimal(bill["应收电费"])
            assert sum(Decimal(line["电量"]) for line in lines) == Decimal(bill["计费电量"])
            assert {line["户号"] for line in lines} == {bill["户号"]}
            assert {line["电费年月"] for line in lines} == {bill["电费年月"]}
            with_two_meters += len({line["电能表资产号"] for line in lines if line["上次示数"]}) > 1
    assert with_two_meters >= 10
    billed = {bill["账单号"] for bills in county.bills.values() for bill in bills}
    assert set(county.lines_of) == billed


def test_lines_of_energy_cost_energy_times_price(county: Exported) -> None:
    """Exactly where one meter counted and nothing was lost; else what rounding left is on the last line."""
    exact = near = 0
    for lines in county.lines_of.values():
        shared = any(line["费用项目"] == LOSSES for line in lines) or (
            len({(line["电能表资产号"], line["计费倍率"]) for line in lines if line["上次示数"]}) > 1
        )
        for line in lines:
            if line["费用项目"] not in (ENERGY, LOSSES):
                continue
            product = to_fen(Decimal(line["电量"]) * Decimal(line["单价"]))
            if shared:
                assert abs(Decimal(line["金额"]) - product) <= FEN, line
                near += 1
            else:
                assert Decimal(line["金额"]) == product, line
                exact += 1
    assert exact > 10_000
    assert near > 200


def test_prices_on_lines_are_those_agreed(county: Exported) -> None:
    known = sheet()
    ended = county.customers_of("closed_account_billed")
    dearer = county.customers_of("one_and_a_half_filed_wrongly")
    ways: Counter[str] = Counter()
    market: defaultdict[str, set[Decimal]] = defaultdict(set)
    for customer, bills in county.regular.items():
        if customer in ended:
            continue
        for bill in bills:
            agreement = agreed(county.agreements[customer], bill["起始日期"])
            code = agreement["电价码"]
            for line in county.lines_of[bill["账单号"]]:
                if line["费用项目"] not in (ENERGY, LOSSES) or not line["示数类型"]:
                    continue
                rate = line["示数类型"].removeprefix("有功")
                row = known[code, ENERGY, rate, line["阶梯档次"]]
                price = Decimal(line["单价"])
                assert (agreement["是否阶梯"] == "是") == bool(line["阶梯档次"])
                assert (agreement["是否分时"] == "是") == (rate != "总")
                if agreement["购电方式"] == "市场化零售":
                    rest = bought(row, Decimal(0))
                    energy = ((price - rest) / Decimal(row["ratio"])).quantize(Decimal("0.000001"))
                    assert abs(bought(row, energy) - price) <= Decimal("0.000001")
                    market[f"{customer} {agreement['生效日期']}"].add(energy.quantize(Decimal("0.0001")))
                elif customer in dearer and price != Decimal(row["price"]):
                    assert price == bought(row, Decimal(row["purchase"]) * Decimal("1.5"))
                else:
                    assert price == Decimal(row["price"]), line
                ways[agreement["购电方式"]] += 1
    assert set(ways) == {"目录电价", "代理购电", "市场化零售"}
    # One contract, one price of energy, whatever the hour.
    assert {len(prices) for prices in market.values()} == {1}
    assert len(set.union(*market.values())) > 1


def test_basic_charges_are_of_the_capacity_or_the_demand_on_file(county: Exported) -> None:
    known = sheet()
    seen: Counter[str] = Counter()
    ended = county.customers_of("closed_account_billed")
    for customer, bills in county.regular.items():
        for bill in bills if customer not in ended else []:
            agreement = agreed(county.agreements[customer], bill["起始日期"])
            basic = [
                line
                for line in county.lines_of[bill["账单号"]]
                if line["费用项目"] in (BY_CAPACITY, BY_DEMAND)
            ]
            assert len(basic) == (agreement["定价策略"] == "两部制")
            for line in basic:
                seen[agreement["基本电费计算方式"]] += 1
                price = Decimal(known[agreement["电价码"], line["费用项目"], "总", ""]["price"])
                if line["费用项目"] == BY_CAPACITY:
                    assert agreement["基本电费计算方式"] == "按容量"
                    assert Decimal(line["计费容量"]) == Decimal(agreement["计费容量"])
                    assert Decimal(line["容量单价"]) == price
                    quantity = Decimal(line["计费容量"])
                else:
                    kwh, kva = sum_of(county, bill), Decimal(agreement["计费容量"])
                    if kwh * 30 >= 260 * kva * days_billed(bill):
                        price *= Decimal("0.9")
                        seen["discounted"] += 1
                    assert Decimal(line["需量单价"]) == price
                    quantity = Decimal(line["计费需量"])
                amount = to_fen(price * quantity * days_billed(bill) / 30)
                assert Decimal(line["金额"]) == amount, line
                assert number(line["电量"]) == 0
    assert {"按容量", "按合同需量", "按实际需量", "discounted"} <= set(seen)


def sum_of(county: Exported, bill: Row) -> Decimal:
    return sum(register_spans(county.lines_of[bill["账单号"]]).values(), Decimal(0))


def days_billed(bill: Row) -> int:
    """30 for whole months; the days of a month that supply did not last through."""
    first, last = bill["起始日期"], bill["截止日期"]
    month_end = {"01": "31", "03": "31", "05": "31", "07": "31", "08": "31", "10": "31", "12": "31"}.get(
        last[5:7], "30" if last[5:7] != "02" else ("29" if int(last[:4]) % 4 == 0 else "28")
    )
    if first[8:] == "01" and last[8:] == month_end:
        return 30 * int(bill["计费月数"])
    return int(last[8:]) - int(first[8:]) + 1


def test_demand_charged_is_the_demand_read(quiet: Exported) -> None:
    compared = 0
    for customer, bills in quiet.regular.items():
        read = {
            row["抄表日期"]: Decimal(row["本次示数"])
            for row in quiet.all_readings[customer]
            if row["示数类型"] == "最大需量"
        }
        for bill in bills:
            agreement = agreed(quiet.agreements[customer], bill["起始日期"])
            for line in quiet.lines_of[bill["账单号"]]:
                if line["费用项目"] == BY_DEMAND and agreement["基本电费计算方式"] == "按实际需量":
                    (meter,) = quiet.meters[customer]
                    kw = read[bill["截止日期"]] * Decimal(meter["综合倍率"])
                    assert Decimal(line["计费需量"]) == to_fen(kw)
                    assert kw < Decimal(quiet.customers[customer]["合同容量"])
                    compared += 1
    assert compared >= 10


def test_power_factors_follow_from_active_and_reactive_energy(county: Exported) -> None:
    """P ÷ √(P² + Q²) in whole hundredths, halves up; where nothing was lost before the meter."""
    factors: Counter[Decimal] = Counter()
    for bills in county.regular.values():
        for bill in bills:
            lines = county.lines_of[bill["账单号"]]
            adjusting = [line for line in lines if line["费用项目"] == POWER_FACTOR]
            assert bool(bill["功率因数"]) == bool(adjusting)
            if not adjusting or any(line["费用项目"] in (LOSSES, ADJUSTING) for line in lines):
                continue
            p, q = int(Decimal(bill["计费电量"]).scaleb(2)), int(Decimal(bill["无功电量"]).scaleb(2))
            found = Decimal((isqrt(40_000 * p * p // (p * p + q * q)) + 1) // 2).scaleb(-2)
            assert Decimal(bill["功率因数"]) == found
            factors[found] += 1
    assert min(factors) < Decimal("0.85") < Decimal("0.95") <= max(factors)


def test_power_factor_money_is_a_rate_of_the_bill_without_funds(county: Exported) -> None:
    rates = set()
    for bills in county.regular.values():
        for bill in bills:
            lines = county.lines_of[bill["账单号"]]
            for line in lines:
                if line["费用项目"] != POWER_FACTOR:
                    continue
                kwh = sum(number(each["电量"]) for each in lines if each["费用项目"] in (ENERGY, LOSSES))
                base = sum(
                    Decimal(each["金额"])
                    for each in lines
                    if each["费用项目"] in (ENERGY, LOSSES, BY_CAPACITY, BY_DEMAND)
                )
                rate = Decimal(line["调整率"])
                rates.add(rate > 0)
                assert Decimal(line["金额"]) == to_fen((base - to_fen(kwh * FUNDS)) * rate)
    assert rates == {True, False}


def test_tiers_are_counted_over_the_calendar_year(county: Exported) -> None:
    guilty = wronged(county) | county.customers_of("price_changed", "account_reopened")
    tiers: Counter[str] = Counter()
    for customer, bills in county.regular.items():
        if customer in guilty or county.agreements[customer][0]["是否阶梯"] != "是":
            continue
        opened = county.customers[customer]["立户日期"]
        year, before = "", Decimal(0)
        for bill in bills:
            if bill["电费年月"][:4] != year:
                year, before = bill["电费年月"][:4], Decimal(0)
            months = 13 - int(opened[5:7]) if opened[:4] == year else 12
            limits = [FEN * 0, *(to_fen(limit * months / 12) for limit in TIER_LIMITS), Decimal("Infinity")]
            after = before + Decimal(bill["计费电量"])
            billed: Counter[int] = Counter()
            for line in county.lines_of[bill["账单号"]]:
                billed[int(line["阶梯档次"])] += Decimal(line["电量"])  # type: ignore[assignment]
                tiers[line["阶梯档次"]] += Decimal(line["电量"]) > 0
            for tier in (1, 2, 3):
                inside = min(after, limits[tier]) - max(before, limits[tier - 1])
                assert billed[tier] == max(inside, Decimal(0)), (bill, tier)
            before = after
    assert min(tiers[tier] for tier in "123") > 20
    assert tiers["1"] > 5 * tiers["2"] > 5 * tiers["3"]


def test_a_transformer_s_losses_are_lines_of_their_own(county: Exported, quiet: Exported) -> None:
    """高供低计: what is billed is what was metered and what was lost, and the loss is that of a transformer."""
    lost_of: Counter[str] = Counter()
    metered_of: Counter[str] = Counter()
    for each in (county, quiet):
        never = each.customers_of("transformer_loss_not_filed")
        for customer, bills in each.regular.items():
            low_side = each.points[customer]["计量方式"] == "高供低计"
            for bill in bills:
                lines = each.lines_of[bill["账单号"]]
                lost = [line for line in lines if line["费用项目"] == LOSSES]
                assert bool(lost) == low_side or customer in never
                if not lost or any(line["费用项目"] == ADJUSTING for line in lines):
                    continue
                assert {line["上次示数"] + line["电能表资产号"] for line in lost} == {""}
                energy = sum(number(line["电量"]) for line in lost)
                assert energy + sum_of(each, bill) == Decimal(bill["计费电量"])
                if customer not in wronged(each):
                    lost_of[customer] += energy  # type: ignore[assignment]
                    metered_of[customer] += sum_of(each, bill)  # type: ignore[assignment]
    assert len(metered_of) >= 2
    for customer, metered in metered_of.items():
        # Over the year; a month of holidays has mostly the iron's losses.
        assert Decimal("0.01") < lost_of[customer] / Decimal(metered) < Decimal("0.08"), customer
