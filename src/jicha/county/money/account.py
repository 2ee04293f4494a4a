"""A customer's account: bills come in, payments settle the oldest first, what is left over stays as prepayment.

Always, to the fen: Σ receipts of a payment + the late fee charged with it + what of it stands on an account
(here or where it was moved) + what was refunded or reversed of it = the payment, unless a cause made it differ.
Amounts that the customer is owed (negative bills) are settled together with the next bill.
"""

from __future__ import annotations

from dataclasses import dataclass

from jicha.county.desk import BillFact
from jicha.county.money.books import Books
from jicha.county.money.days import SECONDS_A_DAY, SECONDS_A_MINUTE, SECONDS_AN_HOUR
from jicha.county.money.habits import FEN, fee_rates, in_fen, late_fee, money_habits
from jicha.county.money.intents import (
    CHARGED,
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
    Done,
    Intent,
    Owed,
)
from jicha.county.money.payer import Payer

_ISSUED_AT = 7 * SECONDS_AN_HOUR + 30 * SECONDS_A_MINUTE
_TEN_YUAN = 10 * FEN
_DEPOSIT, _SETTLEMENT, _IN, _OUT, _REFUND, _CORRECTION = (
    "预收存入",
    "冲抵电费",
    "互转转入",
    "互转转出",
    "预收退费",
    "账务调整",
)


@dataclass(slots=True)
class Left:
    """What of a payment stands on the account."""

    payment_id: str
    fen: int
    is_reserved: bool = False


class Account:
    """One customer's account, lived through in order of moments by `live`."""

    def __init__(self, payer: Payer, books: Books) -> None:
        self.payer, self.books = payer, books
        self.customer_id = payer.customer.customer_id
        self.owed: list[Owed] = []
        self.open: list[Owed] = []
        self.left: list[Left] = []
        self._number = 0
        self._entry_number = 0
        self._receipt_number = 0
        self._rate = fee_rates()[payer.fee_kind]
        self._top_up = int(money_habits()["top_up_least_yuan"]) * FEN

    def live(self, issues: list[tuple[int, list[Owed]]], intents: list[Intent]) -> None:
        """Bills at their issue (ordinal) and intents in the order of their moments; bills first."""
        end = self.books.days.end
        events: list[tuple[int, int, int, list[Owed] | Intent]] = [
            (day * SECONDS_A_DAY + _ISSUED_AT, 0, place, owed) for place, (day, owed) in enumerate(issues)
        ]
        events += [(intent.at, 1, place, intent) for place, intent in enumerate(intents) if intent.at < end]
        events.sort(key=lambda event: event[:3])
        acts = {
            PAY: self._pay,
            PAY_AGAIN: self._pay_again,
            PUT_IN: self._put_in,
            REVERSE: self._reverse,
            REFUND: self._refund,
            MOVE_OUT: self._move_out,
            MOVE_IN: self._move_in,
        }
        for moment, _, _, what in events:
            if isinstance(what, Intent):
                acts[what.act](what)
            else:
                self.owed += what
                self.open += [each for each in what if each.left]
                if self.left and moment < end:
                    self._settle_from_left(moment)

    @property
    def balance(self) -> int:
        return sum(each.fen for each in self.left)

    # -- payments ---------------------------------------------------------------------------------------

    def _pay(self, intent: Intent) -> None:
        owing = sum(each.left for each in self.open)
        extra = 0
        if intent.top_up:
            extra = self._topping_up(intent, owing)
        if owing <= 0 and extra <= 0:
            return
        principal = owing
        if intent.exact:
            principal, extra = min(intent.exact, owing), max(intent.exact - owing, 0)
        elif intent.share < 100:
            principal = owing * intent.share // 100
        elif intent.round_up:
            extra = -owing % _TEN_YUAN
        self._receive(intent, max(principal, 0), extra)

    def _topping_up(self, intent: Intent, owing: int) -> int:
        """What a prepaid customer puts in beside what is open: whole hundreds, so that another bill is covered."""
        typical = in_fen(intent.bill.yuan) if intent.bill is not None else 0
        short = max(typical, 0) - self.balance
        if short <= 0:
            return 0
        wanted = max(owing, 0) + short
        return -(-wanted // self._top_up) * self._top_up - max(owing, 0)

    def _pay_again(self, intent: Intent) -> None:
        first = intent.of.done if intent.of is not None else None
        if first is not None and first.fen > 0:
            self._receive(intent, 0, first.fen)

    def _put_in(self, intent: Intent) -> None:
        self._receive(intent, 0, intent.exact)

    def _receive(self, intent: Intent, principal: int, extra: int) -> None:
        """A payment of `principal` on what is open and `extra` for the account; the late fee comes on top."""
        day = intent.at // SECONDS_A_DAY
        self._number += 1
        # A payment whose money is to move on is named beforehand.
        named = intent.other if intent.act == PUT_IN else ""
        payment_id = named or f"F{self.customer_id}{self._number:04d}"
        settled = self._allot(principal, day)
        fees = self._fees(settled, day) if intent.fee != UNASKED else []
        due_fee = sum(fee for _, fee in fees)
        charged = due_fee if intent.fee == CHARGED else 0
        fen = principal + extra + charged
        done = intent.done = Done(
            payment_id, fen, intent.at, settled=settled, extra=extra, fee=due_fee, charged=charged
        )
        self.books.payment(self.payer, intent, done)
        if intent.fee != FORGOTTEN:
            for number, (owed, fee) in enumerate(fees, start=1):
                waived = fee if intent.fee == WAIVED else 0
                self.books.late_fee(self.customer_id, owed, intent, number, fee, waived)
        for owed, part in settled:
            self._receipt(done.rows, payment_id, owed, part, intent.at)
        if extra and intent.is_credited:
            self.left.append(Left(payment_id, extra, intent.is_reserved))
            self._entry(_DEPOSIT, extra, intent.at, payment_id=payment_id)

    def _allot(self, principal: int, day: int) -> list[tuple[Owed, int]]:
        """The oldest first; credits are used up together with what they are set against."""
        allotted: list[tuple[Owed, int]] = []
        credit = sum(each.left for each in self.open if each.left < 0)
        if credit and principal:
            for owed in self.open:
                if owed.left < 0:
                    allotted.append((owed, owed.left))
        rest = principal - credit if principal else 0
        for owed in self.open:
            if owed.left > 0 and rest > 0:
                part = min(owed.left, rest)
                rest -= part
                allotted.append((owed, part))
        for owed, part in allotted:
            owed.left -= part
            if not owed.left:
                owed.settled = day
        self.open = [owed for owed in self.open if owed.left]
        return allotted

    def _fees(self, settled: list[tuple[Owed, int]], day: int) -> list[tuple[Owed, int]]:
        fees = [(owed, late_fee(part, owed.due, day, self._rate)) for owed, part in settled if day > owed.due]
        return [(owed, fee) for owed, fee in fees if fee]

    # -- taking back, giving back, moving -----------------------------------------------------------------

    def _reverse(self, intent: Intent) -> None:
        done = intent.of.done if intent.of is not None else None
        if done is None or intent.of is None:
            return
        for owed, part in done.settled:
            if not owed.left:
                self.open.append(owed)
            owed.left += part
            owed.settled = 0
            self._receipt(done.rows, done.record_id, owed, -part, intent.at)
        self.open.sort(key=lambda owed: (owed.due, owed.receivable_id))
        if done.extra:
            self._take_left(done.record_id, done.extra)
            self._entry(_CORRECTION, -done.extra, intent.at, payment_id=done.record_id)
        self.books.reversal(self.payer, intent, done, "冲正", done.fen, None)
        if done.charged:
            self.books.take_fee_back(intent.at, done.charged)

    def _refund(self, intent: Intent) -> None:
        done = intent.of.done if intent.of is not None else None
        if done is None:
            return
        self._take_left(done.record_id, done.extra)
        self._entry(_REFUND, -done.extra, intent.at, payment_id=done.record_id)
        self.books.reversal(self.payer, intent, done, "退费", done.extra, intent.other or None)

    def _move_out(self, intent: Intent) -> None:
        done = intent.of.done if intent.of is not None else None
        if done is None:
            return
        moved = transfer_id(self.customer_id, intent.at)
        self._take_left(done.record_id, done.extra)
        self._entry(_OUT, -done.extra, intent.at, transfer_id=moved)
        intent.done = Done(moved, done.extra, intent.at)
        self.books.transfer(moved, self.customer_id, intent, done.extra)

    def _move_in(self, intent: Intent) -> None:
        """The other side of somebody's MOVE_OUT: the payment's id and amount are known before it is made."""
        self.left.append(Left(intent.reason, intent.exact))
        self._entry(_IN, intent.exact, intent.at, transfer_id=intent.other)
        self._settle_from_left(intent.at)

    def _take_left(self, payment_id: str, fen: int) -> None:
        for each in self.left:
            if each.payment_id == payment_id:
                part = min(each.fen, fen)
                each.fen -= part
                fen -= part
        self.left = [each for each in self.left if each.fen]

    def _settle_from_left(self, moment: int) -> None:
        """What stands on the account settles what is open; credits are put on it."""
        day = moment // SECONDS_A_DAY
        for owed in self.open:
            free = [each for each in self.left if not each.is_reserved and each.fen > 0]
            if not free:
                break
            taken = 0
            for each in free:
                part = owed.left if owed.left < 0 else min(owed.left, each.fen)
                if not part:
                    break
                each.fen -= part
                owed.left -= part
                taken += part
                self._receipt([], each.payment_id, owed, part, moment)
            self._entry(_SETTLEMENT, -taken, moment, receivable_id=owed.receivable_id)
            if not owed.left:
                owed.settled = day
        self.open = [owed for owed in self.open if owed.left]
        self.left = [each for each in self.left if each.fen]

    # -- rows ---------------------------------------------------------------------------------------------

    def _receipt(
        self, rows: list[tuple[str | None, ...]], payment_id: str, owed: Owed, fen: int, moment: int
    ) -> None:
        self._receipt_number += 1
        receipt_id = f"X{self.customer_id}{self._receipt_number:04d}"
        rows.append(self.books.receipt(receipt_id, payment_id, owed, self.customer_id, fen, moment))

    def _entry(
        self,
        kind: str,
        fen: int,
        moment: int,
        payment_id: str | None = None,
        receivable_id: str | None = None,
        transfer_id: str | None = None,
    ) -> None:
        self._entry_number += 1
        entry_id = f"M{self.customer_id}{self._entry_number:04d}"
        self.books.entry(
            entry_id,
            self.customer_id,
            kind,
            fen,
            self.balance,
            moment,
            payment_id,
            receivable_id,
            transfer_id,
        )


def transfer_id(customer_id: str, moment: int) -> str:
    """The id of a transfer out of the customer's account at that moment."""
    return f"Z{customer_id}{moment % 100_000_000:08d}"


def owed_of(bill: BillFact, due: int) -> Owed:
    """The receivable of a bill."""
    fen = in_fen(bill.yuan)
    return Owed(f"Y{bill.bill_id}", bill.bill_id, fen, fen, due)
