"""The books of one station: rows of the finance system, and what each of them does to ledger, drawer and agencies."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from jicha.county.desk import Desk
from jicha.county.money.authority import Authority
from jicha.county.money.days import SECONDS_A_DAY, SECONDS_AN_HOUR, Days
from jicha.county.money.drawer import Agencies, Drawer
from jicha.county.money.habits import in_yuan
from jicha.county.money.intents import APPROVED, Done, Intent, Owed
from jicha.county.money.ledger import Ledger
from jicha.county.money.payer import Payer, digest
from jicha.county.money.tables import ATTACHMENT, ENTRY, LATE_FEE, NOTE, PAYMENT, RECEIPT, REVERSAL, TRANSFER

_REVERSED = "冲正"
#: Kinds of documents kept with records of the money; their places here are part of their ids.
DOCUMENTS = ("审批单", "申请书", "客户确认(同意)书", "计算书", "现场照片", "破产(死亡)证明", "法院文书")
_HELD, _COLLECTED, _DISCOUNTED = "在库", "已托收", "已贴现"


class Books:
    """Where the accounts of a station write."""

    def __init__(self, desk: Desk, days: Days, org_id: str, authority: Authority, discounted: float) -> None:
        self.desk, self.days, self.org_id, self.authority = desk, days, org_id, authority
        self.ledger = Ledger(org_id, days)
        self.drawer = Drawer(org_id, days, self.ledger)
        self.agencies = Agencies(org_id, days, self.ledger)
        self._discounted = discounted

    def payment(self, payer: Payer, intent: Intent, done: Done) -> None:
        """收费流水, and the way of the money: drawer, agency, note or bank."""
        way, moment, fen = intent.way, intent.at, done.fen
        day = moment // SECONDS_A_DAY
        ledger = self.ledger
        ledger.collected[ledger.place(day)] += fen
        ledger.fees[ledger.place(day)] += done.charged
        collector = agency = reference = deposit_id = note_id = None
        if way.has_collector:
            collector = done.collector = intent.operator or self.authority.cashier(day)
        customer_id = payer.customer.customer_id
        if way.is_cash:
            if intent.is_banked:
                deposit_id = done.deposit_id = self.drawer.take(moment, done.collector, fen)
            else:
                ledger.not_seen_by_finance(day, fen)
        elif way.agency:
            agency, reference = way.agency, done.record_id[1:]
            if intent.is_in_file:
                self.agencies.state(self.desk, agency, reference, customer_id, moment, fen)
            else:
                ledger.not_seen_by_finance(day, fen)
        elif intent.note_days:
            note_id = f"H{done.record_id[1:]}"
            self._note(note_id, payer, intent, fen)
        else:
            ledger.to_bank(day, fen)
        person, account = intent.payer or (payer.digest, payer.account)
        self.desk.add(
            PAYMENT,
            done.record_id,
            customer_id,
            self.org_id,
            self.days.text(moment),
            in_yuan(fen),
            way.method,
            way.channel,
            collector,
            person,
            account if way.has_account else None,
            agency,
            reference,
            deposit_id or None,
            note_id,
            month=self.days.month(day),
        )

    def _note(self, note_id: str, payer: Payer, intent: Intent, fen: int) -> None:
        """承兑汇票: collected when it falls due, or discounted half way."""
        received = intent.at // SECONDS_A_DAY
        due = received + intent.note_days
        paid, state, discounted = due, _COLLECTED, None
        # Which notes are discounted: by the last digits of their running time, so that no draw is spent on it.
        if intent.note_days % 20 < self._discounted * 20:
            paid, state = received + intent.note_days // 2, _DISCOUNTED
            discounted = date.fromordinal(paid)
        if paid > self.days.last:
            state, discounted = _HELD, None
        else:
            self.ledger.to_bank(paid, fen)
        self.desk.add(
            NOTE,
            note_id,
            payer.customer.customer_id,
            "银行承兑汇票",
            state,
            payer.digest,
            in_yuan(fen),
            Decimal("0.00"),
            self.days.date(received),
            date.fromordinal(due),
            discounted,
        )

    def receipt(
        self, receipt_id: str, payment_id: str, owed: Owed, customer_id: str, fen: int, moment: int
    ) -> tuple[str | None, ...]:
        """销账明细; negative where something is taken back. The cells as written."""
        day = moment // SECONDS_A_DAY
        self.ledger.settled[self.ledger.place(day)] += fen
        cells = (
            receipt_id,
            payment_id,
            owed.receivable_id,
            customer_id,
            str(in_yuan(fen)),
            self.days.text(moment),
        )
        self.desk.add(RECEIPT, *cells, month=self.days.month(day))
        return cells

    def late_fee(
        self, customer_id: str, owed: Owed, intent: Intent, number: int, fen: int, waived: int
    ) -> None:
        """违约金 of one receivable settled late."""
        done = intent.done
        approver = None
        if waived:
            approver = (
                self.authority.approver(waived).staff_id if intent.approver == APPROVED else intent.approver
            )
        late_fee_id = f"W{done.record_id[1:] if done else ''}{number:02d}"
        if waived and intent.approver == APPROVED:
            self.attach("违约金", late_fee_id, customer_id, "审批单", intent.at, approver or "")
        self.desk.add(
            LATE_FEE,
            late_fee_id,
            owed.receivable_id,
            customer_id,
            self.days.date(intent.at // SECONDS_A_DAY),
            in_yuan(fen),
            in_yuan(waived),
            approver or None,
        )

    def entry(
        self,
        entry_id: str,
        customer_id: str,
        kind: str,
        fen: int,
        balance: int,
        moment: int,
        payment_id: str | None,
        receivable_id: str | None,
        transfer_id: str | None,
    ) -> None:
        """预收明细: + into the account."""
        day = moment // SECONDS_A_DAY
        self.ledger.prepaid[self.ledger.place(day)] += fen
        self.desk.add(
            ENTRY,
            entry_id,
            customer_id,
            kind,
            in_yuan(fen),
            in_yuan(balance),
            self.days.text(moment),
            payment_id,
            receivable_id,
            transfer_id,
            month=self.days.month(day),
        )

    def reversal(
        self, payer: Payer, intent: Intent, done: Done, kind: str, fen: int, account: str | None
    ) -> None:
        """冲正退费: a payment taken back on the books, or money paid out again."""
        day = intent.at // SECONDS_A_DAY
        ledger = self.ledger
        ledger.collected[ledger.place(day)] -= fen
        if done.deposit_id and kind == _REVERSED:
            self.drawer.deposits[done.deposit_id].fen -= fen
        else:
            ledger.to_bank(day, -fen)
        approver = self.authority.approver(fen).staff_id if intent.approver == APPROVED else intent.approver
        operator = intent.operator or done.collector or self.authority.cashier(day)
        intent.done = Done(f"C{done.record_id[1:]}", fen, intent.at)
        if intent.approver == APPROVED and account is not None:
            record_id, customer_id = intent.done.record_id, payer.customer.customer_id
            self.attach("冲正退费", record_id, customer_id, "申请书", intent.at, operator)
        self.desk.add(
            REVERSAL,
            intent.done.record_id,
            done.record_id,
            payer.customer.customer_id,
            self.org_id,
            kind,
            self.days.text(intent.at),
            in_yuan(fen),
            operator or None,
            approver or None,
            account,
            intent.reason or None,
        )

    def attach(
        self, kind: str, record_id: str, customer_id: str, document: str, moment: int, uploader: str
    ) -> None:
        """附件影像: a document kept with a record of the money, made half an hour before it was filed."""
        made = moment - SECONDS_AN_HOUR // 2
        self.desk.add(
            ATTACHMENT,
            f"FM{record_id}{DOCUMENTS.index(document)}",
            kind,
            record_id,
            customer_id,
            document,
            digest(0, document, record_id),
            self.days.text(made),
            self.days.text(moment),
            uploader or None,
        )

    def take_fee_back(self, moment: int, fen: int) -> None:
        """The late fee of a payment that is reversed is not collected any more."""
        self.ledger.fees[self.ledger.place(moment // SECONDS_A_DAY)] -= fen

    def transfer(self, transfer_id: str, customer_id: str, intent: Intent, fen: int) -> None:
        """预收互转."""
        day = intent.at // SECONDS_A_DAY
        approver = self.authority.approver(fen).staff_id if intent.approver == APPROVED else intent.approver
        operator = intent.operator or self.authority.cashier(day)
        if intent.approver == APPROVED:
            self.attach("预收互转", transfer_id, customer_id, "客户确认(同意)书", intent.at, operator)
        self.desk.add(
            TRANSFER,
            transfer_id,
            customer_id,
            intent.other,
            in_yuan(fen),
            self.days.text(intent.at),
            operator or None,
            approver or None,
            intent.reason or None,
        )
