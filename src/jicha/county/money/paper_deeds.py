"""Deeds on paper: invoices twice, bad debts that were paid, refunds nobody else approved, rows exported twice."""

# ruff: noqa: ARG002 - a deed need not look at everything it is told

from __future__ import annotations

from decimal import Decimal

from jicha.county.desk import Desk, Planned
from jicha.county.money.days import SECONDS_A_DAY
from jicha.county.money.deeds import Deed, More, Scene, anybody, fen_of, is_factory, is_firm, silence
from jicha.county.money.habits import FEN, in_yuan
from jicha.county.money.intents import PAY, Intent, Owed, due_day
from jicha.county.money.papers import Correction, Invoices, reasons_of, write_adjustment, write_off
from jicha.county.money.payer import Payer
from jicha.county.money.tables import RECEIPT
from jicha.county.world import Customer
from jicha.kernel.text import Text

_REFUND_KWH_PER_YUAN_PERCENT = 160
_TYPE_ADJUSTMENT = "退补电费"


class InvoiceTwice(Deed):
    """A clerk writes a second invoice for a bill and does not void the first."""

    def __init__(self, planned: Planned, scene: Scene, invoices: Invoices) -> None:
        super().__init__(planned, scene)
        self.invoices = invoices

    def prepare(self) -> bool:
        found = self.pick(is_firm, 50, 100)
        if found is None:
            return False
        customer, self.bill = found
        self.customers = [customer]
        self.invoices.twice[self.bill.bill_id] = self.days_wished(3, 60)
        return True

    def tell(self, desk: Desk) -> None:
        written = self.invoices.written.get(self.bill.bill_id)
        if written is None:
            return
        invoice_id, day = written
        note = Text(en=f"second invoice for bill {self.bill.bill_id}", zh=f"账单{self.bill.bill_id}重复开票")
        size = fen_of(self.bill) // FEN
        span = (day, self.days.last + 1)
        self.answer(desk, ("invoice", invoice_id), self.customers[0].customer_id, span, note, size=size)
        self.planted(desk)


class WrittenOffThoughPaid(Deed):
    """A late bill is paid in full; months later it goes out with the list of bad debts all the same."""

    def prepare(self) -> bool:
        found = self.pick(anybody, 20, 320)
        if found is None:
            return False
        customer, self.bill = found
        self.customers = [customer]
        return True

    def bend(self, payer: Payer, intents: list[Intent]) -> None:
        self.payer, self.due = payer, due_day(payer, self.bill)
        at = self.at(self.due + 20 + self.chance.randrange(40), 9, 17)
        silence(intents, self.bill.issued_on.toordinal(), at)
        self.intent = Intent(at, PAY, payer.way, bill=self.bill)
        intents.append(self.intent)

    def tell(self, desk: Desk) -> None:
        done = self.intent.done
        owed = (
            next((each for each, _ in done.settled if each.bill_id == self.bill.bill_id), None)
            if done
            else None
        )
        day = self.due + self.days_wished(200, 280)
        if owed is None or day > self.days.last:
            return
        day = self.days.bank_day(day)
        reason = self.chance.choice(reasons_of(self.payer))
        applicant = self.books.authority.clerk(self.planned.turn).staff_id
        fen = fen_of(self.bill)
        write_off_id = write_off(self.books, owed, self.payer, day, fen, applicant, reason)
        note = Text(en="written off although it was paid", zh="已缴清仍作呆坏账核销")
        customer_id = self.customers[0].customer_id
        self.answer(desk, ("write_off", write_off_id), customer_id, (day, day + 1), note, size=fen // FEN)
        self.planted(desk)


class AdjustmentAboveAuthority(Deed):
    """A clerk applies for a large refund that nothing justifies and approves it, far above the county's limit."""

    def prepare(self) -> bool:
        found = self.pick(is_factory, 1000, 60) or self.pick(is_firm, 100, 60) or self.pick(anybody, 5, 60)
        if found is None:
            return False
        customer, self.bill = found
        self.customers = [customer]
        _, limit = self.books.authority.beyond()
        least = limit // FEN * 11 // 10
        self.fen = self.size_wished(least, least * 2) * FEN + self.chance.randrange(FEN)
        self.clerk = self.books.authority.clerk(self.planned.turn).staff_id
        self.adjustment_id = f"T{self.bill.bill_id}9"
        return True

    def more(self, customer: Customer) -> list[More]:
        day = self.bill.issued_on.toordinal() + 3
        owed = Owed(f"Y{self.bill.bill_id}9", "", -self.fen, -self.fen, day + 15)
        return [More(self.bill.month, day, owed, _TYPE_ADJUSTMENT)]

    def tell(self, desk: Desk) -> None:
        level, _ = self.books.authority.beyond()
        yuan, kwh = in_yuan(-self.fen), Decimal(-self.fen * _REFUND_KWH_PER_YUAN_PERCENT // 100).scaleb(-2)
        day = self.bill.issued_on.toordinal() + 2
        write_adjustment(
            self.books,
            Correction(
                adjustment_id=self.adjustment_id,
                customer_id=self.bill.customer_id,
                bill_id=None,
                month=self.bill.month,
                reason="抄表差错",
                words="前期抄表差错退费",
                day=self.days.date(day),
                months=((self.bill.month.previous, kwh, yuan),),
                applicant=self.clerk,
                signer=(self.clerk, level),
            ),
        )
        note = Text(en="refund approved by the clerk who asked for it", zh="退费由申请人自行审批且超权限")
        subject = ("adjustment", self.adjustment_id)
        span = (day, day + 1)
        self.answer(desk, subject, self.bill.customer_id, span, note, self.fen, self.fen // FEN)
        self.planted(desk)


class RowsRepeated(Deed):
    """An export ran over a few rows of 销账明细 twice."""

    def prepare(self) -> bool:
        found = self.pick(anybody)
        if found is None:
            return False
        customer, self.bill = found
        self.customers = [customer]
        return True

    def bend(self, payer: Payer, intents: list[Intent]) -> None:
        self.intents = [each for each in intents if each.bill is self.bill]

    def tell(self, desk: Desk) -> None:
        rows = [(each.done, row) for each in self.intents if each.done for row in each.done.rows]
        if not rows:
            return
        for done, row in rows:
            desk.add(RECEIPT, *row, month=self.days.month(done.moment // SECONDS_A_DAY))
        day = rows[0][0].moment // SECONDS_A_DAY
        note = Text(en=f"{len(rows)} rows of 销账明细 exported twice", zh=f"销账明细{len(rows)}行重复导出")
        customer_id, size = self.customers[0].customer_id, len(rows)
        subject = ("receipt", str(rows[0][1][0]))
        self.answer(desk, subject, customer_id, (day, day + 1), note, size=size)
        self.planted(desk)
