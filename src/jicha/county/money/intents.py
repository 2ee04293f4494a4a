"""What a customer means to do about its bills: payments and the rest, at their moments; causes bend these."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from jicha.county.desk import BillFact
from jicha.county.money.days import SECONDS_A_DAY, SECONDS_A_MINUTE, SECONDS_AN_HOUR, Days
from jicha.county.money.habits import FEN, NOTE, Habit, Way, in_fen, money_habits
from jicha.county.money.payer import Payer, habit_named

PAY, PAY_AGAIN, PUT_IN, REVERSE, REFUND, MOVE_OUT, MOVE_IN = range(7)
#: As `Intent.approver`: somebody entitled to it approves.
APPROVED = "approved"
CHARGED, FORGOTTEN, WAIVED, UNASKED = "charged", "forgotten", "waived", "unasked"


@dataclass(slots=True)
class Owed:
    """One receivable: what is left of it, when it falls due, when it was settled (ordinals; 0: not yet)."""

    receivable_id: str
    bill_id: str
    fen: int
    left: int
    due: int
    settled: int = 0


@dataclass(slots=True)
class Done:
    """What became of an intent: the payment, what it settled, what it left on the account, its late fee in fen
    (`fee`; what was due though not charged or waived is in it too), rows as written to 销账明细."""

    record_id: str
    fen: int
    moment: int
    collector: str = ""
    deposit_id: str = ""
    settled: list[tuple[Owed, int]] = field(default_factory=list)
    extra: int = 0
    fee: int = 0
    charged: int = 0
    rows: list[tuple[str | None, ...]] = field(default_factory=list)


@dataclass(slots=True)
class Intent:
    """One thing to be done at a moment.

    PAY settles `share` per cent of what is open, or `exact` fen, in `way`; `round_up` puts the rest of the next ten
    yuan on the account, `top_up` fills a prepaid account. PAY_AGAIN pays the amount of `of` once more, by mistake.
    PUT_IN pays `exact` onto the account; `is_reserved` keeps it from settling bills. REVERSE takes `of` back.
    REFUND pays `of`'s money out to the account `other`. MOVE_OUT gives `of`'s money to the customer `other`, MOVE_IN
    takes it there. `fee`: what happens to the late fee. `is_banked`, `is_in_file`, `is_credited`: False where the
    money is kept, the agency forgets it, or nobody books it to the customer."""

    at: int
    act: int
    way: Way
    share: int = 100
    exact: int = 0
    round_up: bool = False
    top_up: bool = False
    payer: tuple[str, str] | None = None
    fee: str = CHARGED
    is_banked: bool = True
    is_in_file: bool = True
    is_credited: bool = True
    is_reserved: bool = False
    note_days: int = 0
    of: Intent | None = None
    other: str = ""
    approver: str = ""
    operator: str = ""
    reason: str = ""
    bill: BillFact | None = None
    done: Done | None = None


def moment_in(chance: random.Random, day: int, way: Way) -> int:
    """A second of the day in the hours of the way."""
    first, last = way.first_hour * SECONDS_AN_HOUR, way.last_hour * SECONDS_AN_HOUR
    return day * SECONDS_A_DAY + first + int(chance.random() * (last - first))


def due_day(payer: Payer, bill: BillFact) -> int:
    """The day on which the bill falls due, as an ordinal."""
    return bill.issued_on.toordinal() + payer.due_days


def paying_day(payer: Payer, habit: Habit, issued: int, lot: float) -> int:
    """The day on which somebody of that habit pays a bill issued on a day; `lot` in [0, 1)."""
    anchor = issued + payer.due_days if habit.from_due else issued
    return anchor + habit.first_day + int(lot * (habit.last_day - habit.first_day + 1))


def ordinary_intents(payer: Payer, bills: Sequence[BillFact], days: Days) -> list[Intent]:
    """One payment a bill and what now and then goes beside it; the same number of draws for every bill."""
    habits = money_habits()
    chance, habit, way = payer.chance, payer.habit, payer.way
    draw = chance.random
    slips, parts, rounds, twice, waivers = (
        habits[name]
        for name in ("slip_ratio", "part_ratio", "round_up_ratio", "paid_twice_ratio", "waiver_ratio")
    )
    least, most = int(habits["part_least_percent"]), int(habits["part_most_percent"])
    late = habit_named("late", payer.customer.trade.customer_type)
    is_dwelling, is_prepaid, is_cash = payer.customer.trade.is_dwelling, payer.is_prepaid, way.is_cash
    note_from = int(habits["note_least_yuan"])
    intents: list[Intent] = []
    last = bills[-1] if bills and payer.abandons_last else None
    for bill in bills:
        slip, lot, second, part, oddity = draw(), draw(), draw(), draw(), draw()
        if bill is last:
            continue
        issued = bill.issued_on.toordinal()
        day = paying_day(payer, late if slip < slips and not is_prepaid else habit, issued, lot)
        if is_cash or way.has_collector:
            day = days.bank_day(day) if day <= days.last else day
        hours = way.first_hour * SECONDS_AN_HOUR
        at = day * SECONDS_A_DAY + hours + int(second * (way.last_hour * SECONDS_AN_HOUR - hours))
        intent = Intent(at, PAY, way, top_up=is_prepaid, bill=bill)
        intents.append(intent)
        if part > 1.0 - waivers:
            intent.fee, intent.approver = WAIVED, APPROVED
        if not is_dwelling and part < parts:
            intent.share = least + int(oddity * (most - least))
            rest = at + (9 + int(part / parts * 21)) * SECONDS_A_DAY
            intents.append(Intent(rest, PAY, way, bill=bill))
        elif is_cash and is_dwelling and oddity < rounds:
            intent.round_up = True
        elif oddity > 1.0 - twice and not is_prepaid:
            intents += _paid_twice(chance, payer, intent)
        if payer.pays_by_note and bill.yuan >= note_from:
            intents.append(_note(chance, intent, in_fen(bill.yuan)))
    return intents


def _paid_twice(chance: random.Random, payer: Payer, first: Intent) -> list[Intent]:
    """The same amount again some minutes later; half of it goes back to where it came from within days."""
    again = Intent(first.at + 60 + chance.randrange(540), PAY_AGAIN, first.way, of=first, bill=first.bill)
    if chance.random() >= money_habits()["paid_twice_refunded_ratio"]:
        return [again]
    again.is_reserved = True
    at = again.at + (2 + chance.randrange(5)) * SECONDS_A_DAY
    back = Intent(
        at, REFUND, first.way, of=again, other=payer.account, reason="重复缴费退回", approver=APPROVED
    )
    return [again, back]


def _note(chance: random.Random, transfer: Intent, fen: int) -> Intent:
    """An acceptance note of a round face, a little before the transfer of the rest."""
    habits = money_habits()
    step = int(habits["note_step_yuan"]) * FEN
    face = fen * int(habits["note_percent"]) // 100 // step * step
    low, high = int(habits["note_least_days"]), int(habits["note_most_days"])
    second = transfer.at % SECONDS_A_DAY
    at = transfer.at - second + NOTE.first_hour * SECONDS_AN_HOUR + min(second, 10 * SECONDS_A_MINUTE)
    return Intent(
        min(at, transfer.at - SECONDS_A_MINUTE),
        PAY,
        NOTE,
        exact=max(face, step),
        note_days=low + chance.randrange(high - low + 1),
        bill=transfer.bill,
    )
