"""Deeds on customers' accounts: payments booked and taken back, late fees, prepayments, refunds, paying twice."""

# ruff: noqa: ARG002 - a deed need not look at everything it is told

from __future__ import annotations

from jicha.county.desk import BillFact, Desk
from jicha.county.money.account import transfer_id
from jicha.county.money.days import SECONDS_A_DAY, SECONDS_A_MINUTE
from jicha.county.money.deeds import (
    Deed,
    anybody,
    fen_of,
    is_dwelling,
    is_factory,
    is_firm,
    is_low_voltage,
    silence,
)
from jicha.county.money.habits import FEN, HALL_CASH, HALL_TRANSFER, TREASURY, fee_rates, late_fee
from jicha.county.money.intents import (
    APPROVED,
    FORGOTTEN,
    MOVE_IN,
    MOVE_OUT,
    PAY,
    PAY_AGAIN,
    PUT_IN,
    REFUND,
    REVERSE,
    UNASKED,
    WAIVED,
    Intent,
    Owed,
    due_day,
)
from jicha.county.money.payer import Payer, digest, way_of_agency
from jicha.county.world import Customer
from jicha.kernel.text import Text

_FIRST_ENTRY = 9001


class ReversedAfterCutoff(Deed):
    """To look good at the month's end the cashier books a payment nobody made, and takes it back days later."""

    def prepare(self) -> bool:
        found = self.pick(is_factory, 10_000, 80) or self.pick(is_firm, 200, 80) or self.pick(anybody, 5, 80)
        if found is None:
            return False
        customer, self.bill = found
        self.customers = [customer]
        ending = self.days.month(self.bill.issued_on.toordinal()).last.toordinal()
        self.day = max(ending - self.chance.randrange(3), self.bill.issued_on.toordinal() + 1)
        self.back = ending + self.days_wished(1, 8)
        operator = self.books.authority.cashier(self.day)
        way, bill = HALL_TRANSFER, self.bill
        self.false = Intent(self.at(self.day, 14, 17), PAY, way, fee=UNASKED, operator=operator, bill=bill)
        reason = "收费差错"
        self.reversal = Intent(
            self.at(self.back, 9, 12),
            REVERSE,
            way,
            of=self.false,
            operator=operator,
            reason=reason,
            bill=bill,
        )
        self.true_at = self.at(self.back + 5 + self.chance.randrange(25), 9, 17)
        return True

    def bend(self, payer: Payer, intents: list[Intent]) -> None:
        silence(intents, self.bill.issued_on.toordinal(), self.true_at)
        intents += [self.false, self.reversal, Intent(self.true_at, PAY, payer.way, bill=self.bill)]

    def tell(self, desk: Desk) -> None:
        done = self.false.done
        if done is None or self.reversal.done is None:
            return
        note = Text(en="payment without money over the month's end", zh="月末虚收、次月冲正")
        customer_id = self.customers[0].customer_id
        span = (self.day, self.back + 1)
        self.answer(desk, ("payment", done.record_id), customer_id, span, note, size=done.fen // FEN)
        self.planted(desk)


class TypingErrorReversed(Deed):
    """A cashier keys ten times the amount, sees it, reverses it within minutes and keys it rightly."""

    def prepare(self) -> bool:
        found = self.pick(is_low_voltage)
        if found is None:
            return False
        customer, self.bill = found
        self.customers = [customer]
        issued = self.bill.issued_on.toordinal()
        ending = self.days.bank_day(self.days.month(issued).last.toordinal())
        day = (
            ending
            if self.chance.random() < 0.5
            else self.days.bank_day(issued + 2 + self.chance.randrange(8))
        )
        operator = self.books.authority.cashier(day)
        at = self.at(day, 9, 16)
        self.wrong = Intent(
            at, PAY, HALL_CASH, exact=fen_of(self.bill) * 10, fee=UNASKED, operator=operator, bill=self.bill
        )
        at += (3 + self.chance.randrange(12)) * SECONDS_A_MINUTE
        self.back = Intent(
            at, REVERSE, HALL_CASH, of=self.wrong, operator=operator, approver=APPROVED, reason="金额录入错误"
        )
        self.right = Intent(at + SECONDS_A_MINUTE + 7, PAY, HALL_CASH, operator=operator, bill=self.bill)
        return True

    def bend(self, payer: Payer, intents: list[Intent]) -> None:
        silence(intents, self.bill.issued_on.toordinal(), self.right.at)
        intents += [self.wrong, self.back, self.right]

    def tell(self, desk: Desk) -> None:
        done = self.wrong.done
        if done is None or self.back.done is None:
            return
        day = self.wrong.at // SECONDS_A_DAY
        note = Text(en="amount keyed tenfold, reversed within minutes", zh="金额误录十倍，数分钟内冲正重收")
        customer_id = self.customers[0].customer_id
        self.answer(
            desk, ("payment", done.record_id), customer_id, (day, day + 1), note, size=done.fen // FEN
        )
        self.planted(desk)


class _PaysLate(Deed):
    """A customer pays a bill late; `fee` is what the office does about the late fee."""

    fee = FORGOTTEN
    approver = ""
    note = Text(en="late fee not charged", zh="逾期缴费未计违约金")

    def prepare(self) -> bool:
        found = self.pick(is_firm, 200, 95) or self.pick(is_firm, 50, 95) or self.pick(anybody, 30, 95)
        if found is None:
            return False
        customer, self.bill = found
        self.customers = [customer]
        # Within a month, so that by default no other bill is late with it.
        self.late = self.days_wished(8, 28)
        return True

    def bend(self, payer: Payer, intents: list[Intent]) -> None:
        self.rate = fee_rates()[payer.fee_kind]
        at = self.at(due_day(payer, self.bill) + self.late, payer.way.first_hour, payer.way.last_hour)
        silence(intents, self.bill.issued_on.toordinal(), at)
        self.intent = Intent(at, PAY, payer.way, fee=self.fee, approver=self.approver, bill=self.bill)
        intents.append(self.intent)

    def tell(self, desk: Desk) -> None:
        done = self.intent.done
        if done is None or not done.fee:
            return
        paid = done.moment // SECONDS_A_DAY
        for owed, part in done.settled:
            fee = late_fee(part, owed.due, paid, self.rate)
            if fee:
                subject, span = ("receivable", owed.receivable_id), (owed.due + 1, paid + 1)
                customer_id = self.customers[0].customer_id
                self.answer(desk, subject, customer_id, span, self.note, fee, paid - owed.due)
        self.planted(desk)


class LateFeeNotCharged(_PaysLate):
    """Nobody reckons the late fee."""


class LateFeeWaived(_PaysLate):
    """The late fee is reckoned and waived, and nobody approved it."""

    fee = WAIVED
    note = Text(en="late fee waived, approved by nobody", zh="违约金减免无审批")


class _Moves(Deed):
    """A prepayment of one customer goes to another's account."""

    approver, reason = "", ""

    def prepare(self) -> bool:
        found = self.pick(is_dwelling)
        if found is None:
            return False
        giver, bill = found
        others = [each for each in self.scene.free(self.planned, is_dwelling) if each is not giver]
        if not others:
            return False
        self.customers = [giver, self.chance.choice(others)]
        fen = (
            self.size_wished(3, 15) * 100 * FEN
            if self.planned.wish.size is None
            else self.size_wished(0, 0) * FEN
        )
        day = bill.issued_on.toordinal() + 8 + self.chance.randrange(8)
        giver_id, taker_id = (each.customer_id for each in self.customers)
        payment_id = f"F{giver_id}{_FIRST_ENTRY}"
        way = way_of_agency("D902", giver.trade.customer_type)
        self.put = Intent(self.at(day, 9, 20), PUT_IN, way, exact=fen, is_reserved=True, other=payment_id)
        at = self.at(day + 1 + self.chance.randrange(20), 9, 17)
        self.out = Intent(
            at, MOVE_OUT, way, of=self.put, other=taker_id, approver=self.approver, reason=self.reason
        )
        moved = transfer_id(giver_id, at)
        self.into = Intent(at, MOVE_IN, way, exact=fen, other=moved, reason=payment_id)
        return at < self.days.end

    def bend(self, payer: Payer, intents: list[Intent]) -> None:
        intents += [self.put, self.out] if payer.customer is self.customers[0] else [self.into]

    def moved(self, desk: Desk, note: Text, sign: int) -> None:
        done = self.out.done
        if done is None:
            return
        day = self.out.at // SECONDS_A_DAY
        subject = ("prepayment_transfer", done.record_id)
        giver = self.customers[0].customer_id
        self.answer(desk, subject, giver, (day, day + 1), note, sign * done.fen, done.fen // FEN)
        self.planted(desk)


class MovedToStranger(_Moves):
    """A clerk moves it to a stranger's account; the giver knows nothing of it."""

    def tell(self, desk: Desk) -> None:
        self.moved(desk, Text(en="moved to a stranger without consent", zh="未经用户同意转入他人账户"), -1)


class MovedWithinFamily(_Moves):
    """The customer asks for it in the hall: the account of a parent."""

    approver, reason = APPROVED, "家庭成员账户，用户申请互转"

    def tell(self, desk: Desk) -> None:
        self.moved(desk, Text(en="moved within a family at its wish", zh="家庭成员间按申请互转"), 0)


class PaidTwice(Deed):
    """Two channels take the money for one bill; the second payment is booked to nobody's account."""

    is_credited = False

    def prepare(self) -> bool:
        found = self.pick(is_low_voltage)
        if found is None:
            return False
        customer, self.bill = found
        self.customers = [customer]
        day = self.bill.issued_on.toordinal() + 1 + self.chance.randrange(8)
        kind = customer.trade.customer_type
        first, second = way_of_agency("D902", kind), way_of_agency("D101", kind)
        at = self.at(day, 9, 20)
        self.first = Intent(at, PAY, first, bill=self.bill)
        self.again = Intent(
            at + 60 + self.chance.randrange(500),
            PAY_AGAIN,
            second,
            of=self.first,
            is_credited=self.is_credited,
        )
        return True

    def bend(self, payer: Payer, intents: list[Intent]) -> None:
        silence(intents, self.bill.issued_on.toordinal(), self.again.at)
        intents += [self.first, self.again]

    def tell(self, desk: Desk) -> None:
        done = self.again.done
        if done is None:
            return
        day = done.moment // SECONDS_A_DAY
        note = Text(en="second payment booked to nobody", zh="重复缴费未退还亦未转预收")
        customer_id = self.customers[0].customer_id
        span = (day, self.days.last + 1)
        self.answer(desk, ("payment", done.record_id), customer_id, span, note, -done.fen, done.fen // FEN)
        self.planted(desk)


class RefundToWrongAccount(PaidTwice):
    """What was paid twice is refunded, to an account that is not the payer's."""

    is_credited = True

    def prepare(self) -> bool:
        if not super().prepare():
            return False
        self.again.is_reserved = True
        at = self.at(self.again.at // SECONDS_A_DAY + 2 + self.chance.randrange(8), 9, 17)
        account = digest(self.scene.seed, "account", f"{self.books.org_id}/{self.planned.turn}")
        self.back = Intent(
            at, REFUND, self.again.way, of=self.again, other=account, approver=APPROVED, reason="重复缴费退回"
        )
        return True

    def bend(self, payer: Payer, intents: list[Intent]) -> None:
        super().bend(payer, intents)
        intents.append(self.back)

    def tell(self, desk: Desk) -> None:
        done = self.back.done
        if done is None:
            return
        day = self.back.at // SECONDS_A_DAY
        note = Text(en="refunded to a stranger's account", zh="退费退至他人账户")
        customer_id = self.customers[0].customer_id
        subject = ("payment_reversal", done.record_id)
        self.answer(desk, subject, customer_id, (day, day + 1), note, -done.fen, done.fen // FEN)
        self.planted(desk)


class Instalments(Deed):
    """By agreement each bill falls due in three parts, and each is paid by its own due day."""

    shares = ((40, 10), (30, 20), (30, 30))

    def prepare(self) -> bool:
        months = max(self.days_wished(120, 360) // 30, 2)
        found = self.pick(is_factory, 300, 60) or self.pick(is_firm, 100, 60)
        if found is None:
            return False
        customer, first = found
        self.customers = [customer]
        bills = [each for each in self.scene.bills(customer) if each.issued_on >= first.issued_on]
        self.bills = {each.bill_id: each for each in bills[:months] if each.yuan >= 3}
        self.intents: list[Intent] = []
        return bool(self.bills)

    def parts(self, bill: BillFact) -> list[tuple[int, int]]:
        """Fen and days after the issue of each part."""
        whole = fen_of(bill)
        parts = [(whole * share // 100, days) for share, days in self.shares]
        return [(whole - sum(fen for fen, _ in parts[1:]), parts[0][1]), *parts[1:]]

    def split(self, bill: BillFact, owed: Owed) -> list[Owed]:
        if bill.bill_id not in self.bills:
            return [owed]
        issued = bill.issued_on.toordinal()
        return [
            Owed(f"{owed.receivable_id}{number}", bill.bill_id, fen, fen, issued + days)
            for number, (fen, days) in enumerate(self.parts(bill), start=1)
        ]

    def bend(self, payer: Payer, intents: list[Intent]) -> None:
        intents[:] = [each for each in intents if each.bill is None or each.bill.bill_id not in self.bills]
        for bill in self.bills.values():
            for fen, days in self.parts(bill):
                day = bill.issued_on.toordinal() + days - self.chance.randrange(3)
                self.intents.append(Intent(self.at(day, 9, 17), PAY, TREASURY, exact=fen, bill=bill))
        intents += self.intents

    def tell(self, desk: Desk) -> None:
        days = [each.at // SECONDS_A_DAY for each in self.intents if each.done is not None]
        if not days:
            return
        note = Text(en="three parts a month by agreement", zh="按协议每月分三次结算")
        customer: Customer = self.customers[0]
        span, size = (min(days), max(days) + 1), len(self.bills)
        self.answer(desk, ("customer", customer.customer_id), customer.customer_id, span, note, size=size)
        self.planted(desk)
