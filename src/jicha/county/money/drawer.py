"""What happens to money after it was taken: the cash drawer and its deposits, the agencies' statements."""

from __future__ import annotations

from dataclasses import dataclass

from jicha.county.desk import Desk
from jicha.county.money.days import SECONDS_A_DAY, SECONDS_A_MINUTE, SECONDS_AN_HOUR, Days
from jicha.county.money.habits import in_yuan, money_habits
from jicha.county.money.ledger import Ledger
from jicha.county.money.tables import AGENCY, AGENCY_LATER, DEPOSIT

# Cash of the day goes to the bank on its day, cash of the evening or of closed days from the safe, late cash late.
OF_THE_DAY, FROM_THE_SAFE, LATE = "1", "2", "3"
_ARRIVED, _IN_TRANSIT = "已到账", "在途"
_MORNING, _AFTERNOON = 9, 16
_ARRIVAL_SAME_DAY, _ARRIVAL_NEXT_DAY = 14, 10


@dataclass(slots=True)
class Deposited:
    """Money on its way to the bank: `day` of the deposit, how it came there, `fen` so far."""

    deposit_id: str
    day: int
    manner: str
    cashier: str
    fen: int = 0


class Drawer:
    """A station's cash. `held` says of a day's cash how many days late it is banked: causes write there."""

    def __init__(self, org_id: str, days: Days, ledger: Ledger) -> None:
        self.held: dict[int, int] = {}
        self.deposits: dict[str, Deposited] = {}
        self._org_id, self._days, self._ledger = org_id, days, ledger
        self._closes = int(money_habits()["bank_closes_hour"]) * SECONDS_AN_HOUR

    def take(self, moment: int, cashier: str, fen: int) -> str:
        """Cash taken: the deposit it will be in, '' if the books are drawn before there is one."""
        day, second = divmod(moment, SECONDS_A_DAY)
        if day in self.held:
            banked, manner = self._days.bank_day(day + self.held[day]), LATE
        elif second < self._closes and self._days.bank_day(day) == day:
            banked, manner = day, OF_THE_DAY
        else:
            banked, manner = self._days.bank_day(day + 1), FROM_THE_SAFE
        if banked > self._days.last:
            return ""
        stamp = self._days.texts[banked - self._days.first].replace("-", "")
        deposit_id = f"J{self._org_id}{cashier[-3:]}{stamp}{manner}"
        deposit = self.deposits.get(deposit_id)
        if deposit is None:
            deposit = self.deposits[deposit_id] = Deposited(deposit_id, banked, manner, cashier)
        deposit.fen += fen
        return deposit_id

    def bank(self, desk: Desk) -> None:
        """All deposits, in order of their days."""
        for each in sorted(self.deposits.values(), key=lambda one: one.deposit_id[-9:] + one.deposit_id):
            is_afternoon = each.manner == OF_THE_DAY
            hour = _AFTERNOON if is_afternoon else _MORNING
            # Some minutes after the hour, different from deposit to deposit.
            second = hour * SECONDS_AN_HOUR + (5 + each.fen % 20) * SECONDS_A_MINUTE
            arrives = self._days.bank_day(each.day + 1) if is_afternoon else each.day
            moment = arrives * SECONDS_A_DAY + SECONDS_AN_HOUR * (
                _ARRIVAL_NEXT_DAY if is_afternoon else _ARRIVAL_SAME_DAY
            )
            has_arrived = moment < self._days.end
            if has_arrived:
                self._ledger.to_bank(arrives, each.fen)
            desk.add(
                DEPOSIT,
                each.deposit_id,
                self._org_id,
                each.cashier,
                in_yuan(each.fen),
                self._days.text(each.day * SECONDS_A_DAY + second),
                _ARRIVED if has_arrived else _IN_TRANSIT,
                self._days.text(moment) if has_arrived else None,
                f"JKD{each.deposit_id[1:]}",
                "是" if each.manner == FROM_THE_SAFE else "否",
            )


class Agencies:
    """Statements of the collecting agencies. `late`: days by which an agency's file of a day came late."""

    def __init__(self, org_id: str, days: Days, ledger: Ledger) -> None:
        self.late: dict[tuple[str, int], int] = {}
        self._org_id, self._days, self._ledger = org_id, days, ledger
        self._day_ends = int(money_habits()["agency_day_ends_hour"]) * SECONDS_AN_HOUR

    def state(self, desk: Desk, agency: str, reference: str, customer_id: str, moment: int, fen: int) -> None:
        """One row of the agency's statement; payments late in the evening stand in that of the next day."""
        day, second = divmod(moment, SECONDS_A_DAY)
        late = self.late.get((agency, day), 0)
        stated = day + late + (1 if second >= self._day_ends and not late else 0)
        if stated > self._days.last:
            return
        self._ledger.to_bank(stated, fen)
        cells = (
            agency,
            reference,
            customer_id,
            self._org_id,
            self._days.date(stated),
            self._days.text(moment),
            in_yuan(fen),
        )
        if late:
            desk.add(AGENCY_LATER, *cells)
        else:
            desk.add(AGENCY, *cells, month=self._days.month(stated))
