"""Causes of the money: each changes what it should and nothing else, and its answer is right."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal

import pytest

from jicha.county.desk import Answer, Wish
from jicha.county.money.causes import INVOICE_TWICE, KINDS
from jicha.county.money.tables import ATTACHMENT
from jicha.county.service.titles import ATTACHMENTS
from jicha.county.tables import cause_plan, facts

from .money_town import COUNTY, STATION, Row, Tray, kept, number, record_of
from .test_money_books import ZERO, final_balances, unexplained

MINE = [row["kind"] for row in facts("causes_money")]
TRAYS: dict[str, Tray] = {}


def tray_of(kind: str) -> Tray:
    if kind not in TRAYS:
        TRAYS[kind] = kept(record_of(), **{kind: Wish()})
        assert TRAYS[kind].counts[kind] == 1, kind
    return TRAYS[kind]


def answer_of(kind: str) -> Answer:
    return tray_of(kind).answers[0]


def row_of(tray: Tray, title: str, **wanted: str) -> Row:
    (row,) = tray.rows(title, **wanted)
    return row


def disagreeing(tray: Tray) -> set[str]:
    """Accounts on which the ledgers differ in some month."""
    by_account: dict[tuple[str, str], set[Decimal]] = defaultdict(set)
    for row in tray.rows("账务余额"):
        by_account[str(row["会计科目"]), str(row["会计年月"])].add(number(row["余额"]))
    return {account for (account, _), values in by_account.items() if len(values) > 1}


def test_every_kind_of_the_plan_is_made_and_none_else() -> None:
    assert set(MINE) == {INVOICE_TWICE, *KINDS}


@pytest.mark.parametrize("kind", MINE)
def test_kind_is_planted_and_answers(kind: str) -> None:
    tray = tray_of(kind)
    assert tray.answers
    for answer in tray.answers:
        assert answer.plan is cause_plan()[kind]
        assert answer.valid_from < answer.valid_to
        assert answer.subject_id
        assert answer.size is not None and answer.size > 0


@pytest.mark.parametrize("kind", [kind for kind in MINE if cause_plan()[kind].blame != "guilty"])
def test_innocents_and_faults_of_data_leave_the_books_balanced(kind: str) -> None:
    tray = tray_of(kind)
    assert not disagreeing(tray)
    assert all(answer.energy_yuan == 0 for answer in tray.answers)
    if kind not in ("export_row_repeated", "prepayment_moved_within_family"):
        assert set(unexplained(tray).values()) == {ZERO}


@pytest.mark.parametrize("kind", MINE)
def test_others_keep_their_rows(kind: str) -> None:
    """Customers the cause did not touch pay as they would have."""
    plain, changed = TRAYS.setdefault("", kept(record_of())), tray_of(kind)
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for tray, seen in ((plain, before), (changed, after)):
        for row in tray.rows("收费流水"):
            seen[f"{row['户号']} {row['缴费时间']} {row['缴费金额']} {row['缴费方式']}"] += 1
    moved = {line.split()[0] for line in (before - after) + (after - before)}
    assert len(moved) <= (30 if "many" in kind or "tenants" in kind else 4)


def test_cash_banked_late() -> None:
    tray, answer = tray_of("cash_banked_late"), answer_of("cash_banked_late")
    deposit = row_of(tray, "解款", 解款编号=answer.subject_id)
    payments = tray.rows("收费流水", 解款编号=answer.subject_id)
    assert payments and deposit["保险柜登记"] == "否"
    late = {
        (date.fromisoformat(str(deposit["解款时间"])[:10]) - date.fromisoformat(str(p["缴费时间"])[:10])).days
        for p in payments
    }
    assert late == {int(answer.size or 0)} and min(late) >= 3
    assert number(deposit["解款金额"]) == sum(number(each["缴费金额"]) for each in payments)
    assert not disagreeing(tray)


def test_collections_kept() -> None:
    tray = tray_of("collections_kept")
    payments = [row_of(tray, "收费流水", 缴费编号=answer.subject_id) for answer in tray.answers]
    assert all(row["解款编号"] is None and row["缴费方式"] == "现金" for row in payments)
    assert len({row["收费员工号"] for row in payments}) == 1
    assert [answer.energy_yuan for answer in tray.answers] == [number(row["缴费金额"]) for row in payments]
    assert [answer.customer_id for answer in tray.answers] == [row["户号"] for row in payments]
    assert disagreeing(tray) == {"实收电费", "在途资金"}
    assert differs_by(tray, "实收电费") == sum(answer.energy_yuan for answer in tray.answers)


def differs_by(tray: Tray, account: str) -> Decimal:
    """Marketing − finance at the end of the last month."""
    last = max(str(row["会计年月"]) for row in tray.rows("账务余额"))
    balance = {
        str(row["账套"]): number(row["余额"])
        for row in tray.rows("账务余额", 会计科目=account, 会计年月=last)
    }
    assert balance["营销总账"] == balance["营销明细账"]
    return balance["营销总账"] - balance["财务账"]


def test_payment_reversed_after_cutoff() -> None:
    tray, answer = tray_of("payment_reversed_after_cutoff"), answer_of("payment_reversed_after_cutoff")
    payment = row_of(tray, "收费流水", 缴费编号=answer.subject_id)
    reversal = row_of(tray, "冲正退费", 缴费编号=answer.subject_id)
    assert reversal["操作人"] == payment["收费员工号"]
    assert reversal["冲正金额"] == payment["缴费金额"]
    assert number(payment["缴费金额"]) >= 10_000
    assert str(payment["缴费时间"])[:7] < str(reversal["冲正时间"])[:7]
    receipts = tray.rows("销账明细", 缴费编号=answer.subject_id)
    assert sum(number(row["销账金额"]) for row in receipts) == 0
    assert answer.energy_yuan == 0 and not disagreeing(tray)
    receivable = receipts[0]["应收编号"]
    paid = sum(number(row["销账金额"]) for row in tray.rows("销账明细", 应收编号=receivable))
    assert paid == number(row_of(tray, "应收", 应收编号=str(receivable))["应收金额"])


def test_late_fee_not_charged_and_waived() -> None:
    tray, answer = tray_of("late_fee_not_charged"), answer_of("late_fee_not_charged")
    receivable = row_of(tray, "应收", 应收编号=answer.subject_id)
    assert not tray.rows("违约金", 应收编号=answer.subject_id)
    days = int(answer.size or 0)
    due = receivable["到期日"]
    assert isinstance(due, date)
    turn = max((answer.valid_to - date(due.year + 1, 1, 1)).days, 0)
    by_hand = number(receivable["应收金额"]) * (2 * (days - turn) + 3 * turn) / 1000
    assert abs(answer.energy_yuan - by_hand) <= Decimal("0.005")
    assert len(tray.answers) == 1
    waived = answer_of("late_fee_waived_without_approval")
    fee = row_of(tray_of("late_fee_waived_without_approval"), "违约金", 应收编号=waived.subject_id)
    assert (fee["应收违约金"], fee["审批人"]) == (fee["减免违约金"], None)
    assert number(fee["减免违约金"]) == waived.energy_yuan > 0


def test_prepayment_moved() -> None:
    for kind, approved in (("prepayment_moved_to_stranger", False), ("prepayment_moved_within_family", True)):
        tray, answer = tray_of(kind), answer_of(kind)
        row = row_of(tray, "预收互转", 互转编号=answer.subject_id)
        assert row["转出户号"] == answer.customer_id != row["转入户号"]
        assert bool(row["审批人"]) == bool(row["原因"]) == approved
        entries = tray.rows("预收明细", 互转编号=answer.subject_id)
        assert sum(number(each["发生额"]) for each in entries) == 0 and len(entries) == 2
        assert answer.energy_yuan == (0 if approved else -number(row["互转金额"]))
        assert not disagreeing(tray)
        total = tray.total("收费流水", "缴费金额") - tray.total("冲正退费", "冲正金额")
        fees = tray.total("违约金", "应收违约金") - tray.total("违约金", "减免违约金")
        assert total - fees == tray.total("销账明细", "销账金额") + sum(final_balances(tray).values(), ZERO)


def test_what_is_in_order_has_its_documents() -> None:
    """Approved waivers, transfers and adjustments have one; what was done on the sly has none."""
    assert ATTACHMENT == ATTACHMENTS
    tray, answer = tray_of("prepayment_moved_within_family"), answer_of("prepayment_moved_within_family")
    assert tray.rows("附件影像", 记录编号=answer.subject_id, 资料类型="客户确认(同意)书")
    for row in tray.rows("违约金"):
        waived = number(row["减免违约金"]) > 0
        assert bool(tray.rows("附件影像", 记录编号=row["违约金编号"])) == waived
    for kind in ("prepayment_moved_to_stranger", "adjustment_above_authority", "written_off_though_paid"):
        assert not tray_of(kind).rows("附件影像", 记录编号=answer_of(kind).subject_id)
    ids = [row["附件编号"] for row in tray.rows("附件影像")]
    assert len(ids) == len(set(ids))


def test_one_payer_for_many() -> None:
    for kind, months in (("clerk_pays_for_many", 1), ("landlord_pays_for_tenants", 3)):
        tray, answer = tray_of(kind), answer_of(kind)
        payers = Counter(row["缴费人摘要"] for row in tray.rows("收费流水"))
        payer, _ = payers.most_common(1)[0]
        rows = tray.rows("收费流水", 缴费人摘要=payer)
        assert len({row["户号"] for row in rows}) >= min(int(answer.size or 0), 20)
        assert len({str(row["缴费时间"])[:7] for row in rows}) >= months
        assert answer.energy_yuan == 0 and not disagreeing(tray)


def test_paid_twice_not_returned() -> None:
    tray, answer = tray_of("paid_twice_not_returned"), answer_of("paid_twice_not_returned")
    payment = row_of(tray, "收费流水", 缴费编号=answer.subject_id)
    assert answer.energy_yuan == -number(payment["缴费金额"]) < 0
    assert not tray.rows("销账明细", 缴费编号=answer.subject_id)
    assert not tray.rows("预收明细", 缴费编号=answer.subject_id)
    assert {each: rest for each, rest in unexplained(tray).items() if rest} == {
        answer.subject_id: number(payment["缴费金额"])
    }


def test_refund_to_wrong_account() -> None:
    tray, answer = tray_of("refund_to_wrong_account"), answer_of("refund_to_wrong_account")
    reversal = row_of(tray, "冲正退费", 冲正退费编号=answer.subject_id)
    payment = row_of(tray, "收费流水", 缴费编号=str(reversal["缴费编号"]))
    assert reversal["退费账号摘要"] != payment["付款账号摘要"]
    assert answer.energy_yuan == -number(reversal["冲正金额"]) < 0
    for row in tray.rows("冲正退费", 冲正类型="退费"):
        if row is not reversal:
            other = row_of(tray, "收费流水", 缴费编号=str(row["缴费编号"]))
            assert row["退费账号摘要"] == other["付款账号摘要"]


def test_invoice_issued_twice() -> None:
    tray, answer = tray_of("invoice_issued_twice"), answer_of("invoice_issued_twice")
    (line,) = tray.rows("开票账单", 发票号码=answer.subject_id)
    invoices = [row["发票号码"] for row in tray.rows("开票账单", 账单号=line["账单号"])]
    valid = [each for each in invoices if row_of(tray, "发票", 发票号码=str(each))["是否作废"] == "否"]
    assert len(valid) == 2
    covered = Counter(
        row["账单号"]
        for row in tray.rows("开票账单")
        if row_of(tray, "发票", 发票号码=str(row["发票号码"]))["是否作废"] == "否"
    )
    assert [bill for bill, count in covered.items() if count > 1] == [line["账单号"]]


def test_agency_files() -> None:
    tray = tray_of("agency_file_short")
    stated = {row["代收流水号"] for row in tray.rows("代收对账")}
    for answer in tray.answers:
        payment = row_of(tray, "收费流水", 缴费编号=answer.subject_id)
        assert payment["代收流水号"] not in stated
        assert answer.energy_yuan == number(payment["缴费金额"]) > 0
    assert differs_by(tray, "实收电费") == sum(answer.energy_yuan for answer in tray.answers)
    late, answer = tray_of("agency_file_late"), answer_of("agency_file_late")
    rows = late.rows("代收对账补报")
    assert rows and answer.subject_id == STATION
    for row in rows:
        day = row["对账日期"]
        assert isinstance(day, date)
        assert (day - date.fromisoformat(str(row["缴费时间"])[:10])).days == answer.size


def test_written_off_though_paid() -> None:
    tray, answer = tray_of("written_off_though_paid"), answer_of("written_off_though_paid")
    row = row_of(tray, "呆坏账核销", 核销编号=answer.subject_id)
    receipts = tray.rows("销账明细", 应收编号=row["应收编号"])
    assert sum(number(each["销账金额"]) for each in receipts) == number(row["核销金额"])
    assert max(str(each["销账时间"]) for each in receipts) < str(row["核销日期"])
    assert not disagreeing(tray)


def test_adjustment_above_authority() -> None:
    tray, answer = tray_of("adjustment_above_authority"), answer_of("adjustment_above_authority")
    row = row_of(tray, "退补审批", 退补编号=answer.subject_id)
    assert row["申请人"] == row["审批人"] and row["审批层级"] == "县"
    assert answer.energy_yuan == -number(row["退补电费"]) > 10_000
    months = tray.rows("退补月份", 退补编号=answer.subject_id)
    assert sum(number(each["退补电费"]) for each in months) == number(row["退补电费"])
    receivable = row_of(tray, "应收", 应收类型="退补电费")
    assert number(receivable["应收金额"]) == number(row["退补电费"])
    assert not disagreeing(tray)
    assert set(unexplained(tray).values()) == {ZERO}


def test_rows_repeated() -> None:
    tray, answer = tray_of("export_row_repeated"), answer_of("export_row_repeated")
    counts = Counter(tuple(str(cell) for cell in row.values()) for row in tray.rows("销账明细"))
    twice = [row for row, count in counts.items() if count > 1]
    assert len(twice) == answer.size and answer.subject_id in {row[0] for row in twice}


def test_instalments_by_agreement() -> None:
    kind = "factory_pays_in_instalments_by_agreement"
    tray, answer = tray_of(kind), answer_of(kind)
    by_bill: dict[str, list[Row]] = defaultdict(list)
    for row in tray.rows("应收", 户号=answer.customer_id):
        by_bill[str(row["账单号"])].append(row)
    split = [rows for rows in by_bill.values() if len(rows) == 3]
    assert len(split) == answer.size
    bills = {bill.bill_id: bill.yuan for bill in record_of().bills[answer.customer_id]}
    for rows in split:
        assert sum(number(row["应收金额"]) for row in rows) == bills[str(rows[0]["账单号"])]
        assert len({row["到期日"] for row in rows}) == 3
    assert not tray.rows("违约金", 户号=answer.customer_id)


def test_holiday_delay_has_a_record_of_the_safe() -> None:
    kind = "month_end_bank_holiday_delay"
    tray, answer = tray_of(kind), answer_of(kind)
    deposit = row_of(tray, "解款", 解款编号=answer.subject_id)
    assert deposit["保险柜登记"] == "是" and (answer.size or 0) > 3


def test_typing_error_is_put_right_the_same_day() -> None:
    kind = "reversed_same_day_typing_error"
    tray, answer = tray_of(kind), answer_of(kind)
    payment = row_of(tray, "收费流水", 缴费编号=answer.subject_id)
    reversal = row_of(tray, "冲正退费", 缴费编号=answer.subject_id)
    assert str(payment["缴费时间"])[:10] == str(reversal["冲正时间"])[:10]
    assert reversal["审批人"] and reversal["操作人"] == payment["收费员工号"]
    customer = str(payment["户号"])
    assert final_balances(tray).get(customer, ZERO) == 0


def test_wishes_are_honoured() -> None:
    onset = (date(2025, 3, 1), date(2025, 3, 31))
    wish = Wish(onset=onset, days=(6, 6))
    (answer,) = kept(record_of(), cash_banked_late=wish).answers
    assert onset[0] <= answer.valid_from <= date(2025, 4, 15)
    assert 6 <= int(answer.size or 0) <= 9  # to the next day the bank is open
    wish = Wish(size=(40_000, 40_000), trades=frozenset({"factory"}))
    (answer,) = kept(record_of(), adjustment_above_authority=wish).answers
    assert 40_000 <= answer.energy_yuan < 40_001


def test_approvals_are_graded_by_amount() -> None:
    from jicha.county.desk import AdjustmentFact

    record = record_of(40, 12)
    customer_id, bills = next(iter(record.bills.items()))
    for bill, yuan in ((bills[3], "-120.00"), (bills[5], "25000.00")):
        for step in (2, 1):
            record.adjustments.append(
                AdjustmentFact(
                    bill.bill_id,
                    customer_id,
                    bill.month,
                    bill.month.minus(step),
                    bill.issued_on,
                    "倍率错误",
                    Decimal("10.00"),
                    Decimal(yuan),
                )
            )
    tray = kept(record)
    small, large = tray.rows("退补审批")
    assert (small["退补电费"], small["审批层级"]) == (Decimal("-240.00"), "县")
    assert (large["退补电费"], large["审批层级"]) == (Decimal("50000.00"), "市")
    assert len(tray.rows("退补月份")) == 4
    staff = {each.staff_id: each for each in record.city.staff}
    assert staff[str(small["审批人"])].org_id == COUNTY
    assert small["申请人"] != small["审批人"]
    assert len(tray.rows("附件影像", 记录编号=small["退补编号"])) == 2
