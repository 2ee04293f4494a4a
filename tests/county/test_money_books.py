"""The books of a station to which nothing was done: sums reconcile, ledgers agree, late fees by hand."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from jicha.county.money.habits import FeeRate, fee_rates, late_fee
from jicha.county.money.tables import TABLES

from .money_town import STATION, Row, Tray, kept, number, record_of

ZERO = Decimal("0.00")


@pytest.fixture(scope="module")
def plain() -> Tray:
    return kept(record_of())


def unexplained(tray: Tray) -> dict[str, Decimal]:
    """Payments whose money is not all in receipts, late fees, accounts, refunds: what is missing of each."""
    left: dict[str, Decimal] = {}
    fees = late_fees_by_payment(tray)
    for row in tray.rows("收费流水"):
        payment = str(row["缴费编号"])
        left[payment] = number(row["缴费金额"]) - fees.get(payment, ZERO)
    for row in tray.rows("销账明细"):
        left[str(row["缴费编号"])] -= number(row["销账金额"])
    # A reversal: receipts are taken back by negative ones, the rest comes off the account.
    for row in tray.rows("冲正退费", 冲正类型="冲正"):
        left[str(row["缴费编号"])] -= number(row["冲正金额"])
    standing = deposits_by_payment(tray)
    return {payment: rest - standing.get(payment, ZERO) for payment, rest in left.items()}


def late_fees_by_payment(tray: Tray) -> dict[str, Decimal]:
    fees: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for row in tray.rows("违约金"):
        payment = "F" + str(row["违约金编号"])[1:-2]
        fees[payment] += number(row["应收违约金"]) - number(row["减免违约金"])
    return fees


def deposits_by_payment(tray: Tray) -> dict[str, Decimal]:
    """What of each payment went to an account and is not yet used: entries − receipts posted from the account."""
    put: dict[str, Decimal] = defaultdict(lambda: ZERO)
    paid_at = {str(row["缴费编号"]): row["缴费时间"] for row in tray.rows("收费流水")}
    for row in tray.rows("预收明细"):
        if row["缴费编号"] is not None and row["发生类型"] != "预收退费":
            put[str(row["缴费编号"])] += number(row["发生额"])
    reversed_at = {(str(r["缴费编号"]), r["冲正时间"]) for r in tray.rows("冲正退费", 冲正类型="冲正")}
    for row in tray.rows("销账明细"):
        payment = str(row["缴费编号"])
        if row["销账时间"] != paid_at[payment] and (payment, row["销账时间"]) not in reversed_at:
            put[payment] -= number(row["销账金额"])
    return put


def test_every_fen_of_every_payment_is_explained(plain: Tray) -> None:
    assert set(unexplained(plain).values()) == {ZERO}


def test_receipts_are_payments_without_what_is_unapplied(plain: Tray) -> None:
    fees = plain.total("违约金", "应收违约金") - plain.total("违约金", "减免违约金")
    returned = plain.total("冲正退费", "冲正金额")
    balances = final_balances(plain)
    applied = plain.total("收费流水", "缴费金额") - fees - returned - sum(balances.values(), ZERO)
    assert plain.total("销账明细", "销账金额") == applied > 0


def final_balances(tray: Tray) -> dict[str, Decimal]:
    last: dict[str, Decimal] = {}
    for row in tray.rows("预收明细"):
        last[str(row["户号"])] = number(row["余额"])
    return last


def test_balance_of_every_entry_is_the_sum_so_far(plain: Tray) -> None:
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    assert plain.rows("预收明细")
    for row in plain.rows("预收明细"):
        customer = str(row["户号"])
        sums[customer] += number(row["发生额"])
        assert number(row["余额"]) == sums[customer] >= 0


def test_nothing_is_settled_beyond_what_is_owed(plain: Tray) -> None:
    owed = {str(row["应收编号"]): number(row["应收金额"]) for row in plain.rows("应收")}
    settled: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for row in plain.rows("销账明细"):
        settled[str(row["应收编号"])] += number(row["销账金额"])
    assert set(settled) <= set(owed)
    assert all(settled[each] <= owed[each] for each in settled)
    assert sum(settled.values()) > sum(owed.values()) * Decimal("0.9")


def test_ids_are_unique_and_join(plain: Tray) -> None:
    for table in TABLES:
        if table.title in ("账务余额", "退补月份", "开票账单"):
            continue
        ids: list[object] = [next(iter(row.values())) for row in plain.rows(table.title)]
        if table.title.startswith("代收对账"):
            ids = [(row["代收机构编号"], row["代收流水号"]) for row in plain.rows(table.title)]
        assert len(ids) == len(set(ids)), table.title
    payments = {row["缴费编号"] for row in plain.rows("收费流水")}
    assert {row["缴费编号"] for row in plain.rows("销账明细")} <= payments
    assert {row["缴费编号"] for row in plain.rows("预收明细") if row["缴费编号"]} <= payments
    deposits = {row["解款编号"] for row in plain.rows("解款")}
    assert {row["解款编号"] for row in plain.rows("收费流水") if row["解款编号"]} == deposits
    notes = {row["汇票编号"] for row in plain.rows("承兑汇票")}
    assert {row["汇票编号"] for row in plain.rows("收费流水") if row["汇票编号"]} == notes
    invoices = {row["发票号码"] for row in plain.rows("发票")}
    assert {row["发票号码"] for row in plain.rows("开票账单")} == invoices


def test_cash_is_banked_the_same_day_or_from_the_safe(plain: Tray) -> None:
    taken: dict[str, Decimal] = defaultdict(lambda: ZERO)
    deposits = {str(row["解款编号"]): row for row in plain.rows("解款")}
    for row in plain.rows("收费流水", 缴费方式="现金"):
        if row["解款编号"] is None:
            assert str(row["缴费时间"])[:10] >= "2026-06-29"  # in the drawer when the books are drawn
            continue
        taken[str(row["解款编号"])] += number(row["缴费金额"])
        deposit = deposits[str(row["解款编号"])]
        same_day = str(row["缴费时间"])[:10] == str(deposit["解款时间"])[:10]
        assert same_day != (deposit["保险柜登记"] == "是")
        assert str(row["缴费时间"]) < str(deposit["解款时间"])
    assert {each: number(row["解款金额"]) for each, row in deposits.items()} == dict(taken)
    assert {row["保险柜登记"] for row in deposits.values()} == {"是", "否"}


def test_agencies_state_what_was_booked(plain: Tray) -> None:
    booked = {
        (str(row["代收机构编号"]), str(row["代收流水号"])): row
        for row in plain.rows("收费流水")
        if row["代收机构编号"]
    }
    shifted = 0
    for row in plain.rows("代收对账"):
        payment = booked.pop((str(row["代收机构编号"]), str(row["代收流水号"])))
        assert number(row["金额"]) == number(payment["缴费金额"])
        assert row["缴费时间"] == payment["缴费时间"]
        shifted += str(row["对账日期"]) != str(payment["缴费时间"])[:10]
    assert all(str(row["缴费时间"])[11:13] == "23" for row in booked.values())  # of the very last evening
    assert 0 < shifted < len(plain.rows("代收对账")) / 10


def test_ledgers_agree_and_are_the_sums_of_the_rows(plain: Tray) -> None:
    months = sorted({str(row["会计年月"]) for row in plain.rows("账务余额")})
    assert len(months) == 24
    balances: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(dict)
    for row in plain.rows("账务余额"):
        balances[str(row["会计科目"]), str(row["会计年月"])][str(row["账套"])] = number(row["余额"])
    assert all(len(set(each.values())) == 1 and len(each) == 3 for each in balances.values())

    def total(title: str, money: str, when: str, until: str) -> Decimal:
        return sum(
            (number(r[money]) for r in plain.rows(title) if str(r[when]).replace("-", "")[:6] <= until), ZERO
        )

    for month in (months[0], months[7], months[-1]):
        now = {account: each["财务账"] for (account, of), each in balances.items() if of == month}
        settled = total("销账明细", "销账金额", "销账时间", month)
        assert now["应收电费"] == total("应收", "应收金额", "电费年月", month) - settled
        returned = total("冲正退费", "冲正金额", "冲正时间", month)
        assert now["实收电费"] == total("收费流水", "缴费金额", "缴费时间", month) - returned
        assert now["预收电费"] == total("预收明细", "发生额", "入账时间", month)
        assert now["实收电费"] == now["银行存款"] + now["在途资金"]
        assert now["实收电费"] == settled + now["违约金"] + now["预收电费"]


def test_late_fee_by_hand() -> None:
    other, resident = fee_rates()["other"], fee_rates()["resident"]
    assert (other, resident) == (FeeRate(2, 3), FeeRate(1, 1))
    due, paid = date(2025, 12, 15).toordinal(), date(2026, 1, 18).toordinal()
    # 2,000 yuan: 16 days of the old year at 0.2 % = 64, 18 of the new at 0.3 % = 108.
    assert late_fee(200_000, due, paid, other) == 17_200
    # 100 yuan, 34 days at 0.1 %.
    assert late_fee(10_000, due, paid, resident) == 340
    # 45.50 yuan, 1 day at 0.1 % = 0.0455, half a fen up.
    assert late_fee(4_550, due, due + 1, resident) == 5
    assert late_fee(4_500, due, due + 1, resident) == 5
    assert late_fee(4_499, due, due + 1, resident) == 4
    assert late_fee(10_000, due, due, other) == 0


def test_every_late_receipt_has_its_late_fee(plain: Tray) -> None:
    owed = {str(row["应收编号"]): row for row in plain.rows("应收")}
    dwellings = {
        each.customer_id for each in record_of().station.customers if each.trade.customer_type == "低压居民"
    }
    expected: list[tuple[str, str, Decimal]] = []
    for row in plain.rows("销账明细"):
        receivable = owed[str(row["应收编号"])]
        due, day = receivable["到期日"], date.fromisoformat(str(row["销账时间"])[:10])
        assert isinstance(due, date)
        rate = fee_rates()["resident" if row["户号"] in dwellings else "other"]
        fee = late_fee(int(number(row["销账金额"]) * 100), due.toordinal(), day.toordinal(), rate)
        if fee:
            expected.append((str(row["应收编号"]), day.isoformat(), Decimal(fee).scaleb(-2)))
    charged = [
        (str(row["应收编号"]), str(row["计算日期"]), number(row["应收违约金"]))
        for row in plain.rows("违约金")
    ]
    assert sorted(charged) == sorted(expected)
    assert len(expected) > 30
    assert all(row["审批人"] for row in plain.rows("违约金") if number(row["减免违约金"]))


def test_people_pay_believably(plain: Tray) -> None:
    methods = {row["缴费方式"] for row in plain.rows("收费流水")}
    assert {"现金", "电子钱包", "银行转账", "银行代扣", "借记卡"} <= methods
    parts: dict[str, list[Row]] = defaultdict(list)
    for row in plain.rows("销账明细"):
        parts[str(row["应收编号"])].append(row)
    in_parts = [each for each in parts.values() if len(each) > 1]
    assert in_parts and len(in_parts) < len(parts) / 5
    unpaid = [row for row in plain.rows("应收") if str(row["应收编号"]) not in parts]
    assert 0 < len(unpaid) < len(plain.rows("应收")) / 10
    assert all(row["收费单位"] == STATION for row in plain.rows("收费流水"))


def test_notes_are_round_and_the_rest_is_transferred() -> None:
    tray = kept(record_of(400, 6))
    assert tray.rows("承兑汇票")
    for row in tray.rows("承兑汇票"):
        (payment,) = tray.rows("收费流水", 汇票编号=row["汇票编号"])
        assert payment["缴费方式"] == "承兑汇票"
        assert number(row["票面金额"]) == number(payment["缴费金额"])
        assert number(row["票面金额"]) % 10_000 == 0
        received, due = row["收票日期"], row["到期日期"]
        assert isinstance(received, date) and isinstance(due, date)
        assert 90 <= (due - received).days <= 180
    assert set(unexplained(tray).values()) == {ZERO}


def test_same_seed_same_rows_and_one_customer_does_not_disturb_another() -> None:
    first, second = kept(record_of(60, 12)), kept(record_of(60, 12))
    assert dict(first.tables) == dict(second.tables)
    fewer = record_of(60, 12)
    gone = fewer.station.customers.pop(3).customer_id
    left = kept(fewer)
    for title in ("收费流水", "销账明细", "预收明细", "违约金"):
        mine = [{**row, "解款编号": None} for row in first.rows(title) if row["户号"] != gone]
        assert mine == [{**row, "解款编号": None} for row in left.rows(title)], title
