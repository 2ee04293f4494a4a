"""Papers beside the payments: invoices, adjustments with their approvals, write-offs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jicha.county.desk import AdjustmentFact, BillFact
from jicha.county.money.account import Account
from jicha.county.money.books import Books
from jicha.county.money.days import SECONDS_A_DAY, SECONDS_AN_HOUR
from jicha.county.money.habits import RESIDENT, in_fen, in_yuan, money_habits
from jicha.county.money.intents import Owed
from jicha.county.money.payer import CREDIT_NOTE, ELECTRONIC, Payer
from jicha.county.money.tables import ADJUSTMENT, ADJUSTMENT_MONTH, INVOICE, INVOICE_BILL, WRITE_OFF
from jicha.county.tables import facts
from jicha.kernel.period import Month

#: The words of the code list for the reason of an adjustment; any other reason goes under the last, and into words.
_REASONS = (
    "计量故障",
    "接线错误",
    "倍率错误",
    "抄表差错",
    "电价执行错误",
    "档案差错",
    "基本电费差错",
    "政策性退补",
    "违约窃电追补",
    "稽查发现",
    "其他",
)
_VOID_AFTER_HOURS = 2
_EVIDENCE = {
    "拆迁失联": "现场照片",
    "死亡无遗产": "破产(死亡)证明",
    "破产": "破产(死亡)证明",
    "法院裁定": "法院文书",
}


@dataclass(frozen=True, slots=True)
class Correction:
    """An adjustment to be put on paper: `months` with kWh and yuan each. `signer`: staff id and level of whoever
    approves; None: whoever is entitled to it."""

    adjustment_id: str
    customer_id: str
    bill_id: str | None
    month: Month
    reason: str
    words: str
    day: date
    months: tuple[tuple[Month, Decimal, Decimal], ...]
    applicant: str
    signer: tuple[str, str] | None = None


def compact(month: Month) -> str:
    """202601."""
    return f"{month.year:04d}{month.month:02d}"


def write_adjustment(books: Books, correction: Correction) -> None:
    """退补审批 and 退补月份."""
    kwh = sum((each[1] for each in correction.months), Decimal(0))
    yuan = sum((each[2] for each in correction.months), Decimal(0))
    fen = in_fen(yuan)
    if correction.signer is None:
        level, staff = books.authority.graded(fen)
        signer = (staff.staff_id, level)
    else:
        signer = correction.signer
    second = 10 * SECONDS_AN_HOUR + abs(fen) % (5 * SECONDS_AN_HOUR)
    at = f"{correction.day.isoformat()} {second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
    reason = correction.reason if correction.reason in _REASONS else _REASONS[-1]
    if correction.signer is None:
        moment = correction.day.toordinal() * SECONDS_A_DAY + 9 * SECONDS_AN_HOUR
        for document in ("计算书", "审批单"):
            books.attach(
                "退补",
                correction.adjustment_id,
                correction.customer_id,
                document,
                moment,
                correction.applicant,
            )
    books.desk.add(
        ADJUSTMENT,
        correction.adjustment_id,
        correction.customer_id,
        correction.bill_id,
        compact(correction.month),
        reason,
        correction.words or None,
        kwh,
        yuan,
        correction.applicant or None,
        signer[0] or None,
        signer[1] or None,
        at,
    )
    for month, month_kwh, month_yuan in correction.months:
        books.desk.add(
            ADJUSTMENT_MONTH,
            correction.adjustment_id,
            compact(month),
            correction.customer_id,
            month_kwh,
            month_yuan,
        )


def write_ordinary_adjustments(books: Books, adjustments: Sequence[AdjustmentFact]) -> None:
    """One application for each bill that carries corrections; a month that is named twice is summed."""
    by_bill: dict[str, list[AdjustmentFact]] = {}
    for each in adjustments:
        by_bill.setdefault(each.bill_id, []).append(each)
    for number, (bill_id, parts) in enumerate(by_bill.items()):
        first = parts[0]
        months: dict[Month, tuple[Decimal, Decimal]] = {}
        for part in parts:
            kwh, yuan = months.get(part.wrong_month, (Decimal("0.00"), Decimal("0.00")))
            months[part.wrong_month] = (kwh + part.kwh, yuan + part.yuan)
        applicant = books.authority.clerk(number).staff_id
        write_adjustment(
            books,
            Correction(
                adjustment_id=f"T{bill_id}",
                customer_id=first.customer_id,
                bill_id=bill_id,
                month=first.month,
                reason=first.reason,
                words=first.reason,
                day=date.fromordinal(first.issued_on.toordinal() - 1),
                months=tuple((month, kwh, yuan) for month, (kwh, yuan) in months.items()),
                applicant=applicant,
            ),
        )


class Invoices:
    """发票 and 开票账单 of a station. `twice`: bills for which a second invoice is written so many days later."""

    def __init__(self, books: Books) -> None:
        self.twice: dict[str, int] = {}
        self.written: dict[str, tuple[str, int]] = {}
        self._books = books
        self._void = money_habits()["void_ratio"]

    def write(self, payer: Payer, account: Account, bills: Sequence[BillFact]) -> None:
        """An invoice for every bill, days after it was settled in full."""
        settled: dict[str, int] = {}
        for owed in account.owed:
            if owed.bill_id:
                before = settled.get(owed.bill_id, 1)
                settled[owed.bill_id] = max(before, owed.settled) if owed.settled and before else 0
        for bill in bills:
            lot, void = payer.chance.random(), payer.chance.random()
            day = settled.get(bill.bill_id, 0)
            if not day or not bill.yuan:
                continue
            day += 1 + int(lot * 8)
            if day > self._books.days.last:
                continue
            kind = payer.invoice if bill.yuan > 0 else CREDIT_NOTE
            number = 1
            if void < self._void:
                self._row(payer, bill, kind, day, number, is_void=True)
                number += 1
            self._row(payer, bill, kind, day, number)
            later = self.twice.get(bill.bill_id)
            if later is not None and day + later <= self._books.days.last:
                number += 1
                invoice_id = self._row(payer, bill, kind, day + later, number)
                self.written[bill.bill_id] = (invoice_id, day + later)

    def _row(
        self, payer: Payer, bill: BillFact, kind: str, day: int, number: int, is_void: bool = False
    ) -> str:
        days, desk = self._books.days, self._books.desk
        invoice_id = f"P{bill.bill_id}{number}"
        voided = (
            days.text(day * SECONDS_A_DAY + (9 + _VOID_AFTER_HOURS) * SECONDS_AN_HOUR) if is_void else None
        )
        at_counter = kind != ELECTRONIC or number > 1
        desk.add(
            INVOICE,
            invoice_id,
            bill.customer_id,
            self._books.org_id,
            kind,
            days.date(day),
            bill.yuan,
            payer.tax_number or None,
            "是" if is_void else "否",
            voided,
            (self._books.authority.receptionist(day) or None) if at_counter else None,
            month=days.month(day),
        )
        desk.add(INVOICE_BILL, invoice_id, bill.bill_id, bill.customer_id, bill.yuan, month=days.month(day))
        return invoice_id


def write_off(books: Books, owed: Owed, payer: Payer, day: int, fen: int, applicant: str, reason: str) -> str:
    """呆坏账核销 of a receivable; its id."""
    write_off_id = f"B{owed.receivable_id[1:]}"
    approver = books.authority.approver(fen).staff_id
    books.ledger.write_off(day, fen)
    books.desk.add(
        WRITE_OFF,
        write_off_id,
        owed.receivable_id,
        payer.customer.customer_id,
        reason,
        books.days.date(day),
        in_yuan(fen),
        applicant or None,
        approver or None,
    )
    return write_off_id


def reasons_of(payer: Payer) -> list[str]:
    """Why such a customer's debt may be written off."""
    kind = RESIDENT if payer.fee_kind == RESIDENT else "other"
    return [row["reason"] for row in facts("write_off_reasons") if row["customers"] == kind]


def write_off_abandoned(books: Books, account: Account, applicant: str) -> None:
    """The last bill of a closed account that nobody paid, long after it fell due."""
    after = int(money_habits()["written_off_after_days"])
    for owed in account.open:
        day = (
            books.days.bank_day(owed.due + after)
            if owed.due + after <= books.days.last
            else books.days.last + 1
        )
        if owed.left > 0 and day <= books.days.last:
            reason = account.payer.chance.choice(reasons_of(account.payer))
            write_off_id = write_off(books, owed, account.payer, day, owed.left, applicant, reason)
            moment = day * SECONDS_A_DAY + 10 * SECONDS_AN_HOUR
            customer_id = account.customer_id
            books.attach("核销", write_off_id, customer_id, _EVIDENCE[reason], moment, applicant)
