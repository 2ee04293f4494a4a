"""The books of a station by month: three ledgers that agree as long as nobody makes them differ.

Balances are at the end of each month, from the beginning of the period, in yuan:

* receivable: amounts of electricity months so far − settled so far − written off so far;
* collected: payments so far − reversals and refunds so far;
* prepayment: what stands on the customers' accounts; late_fee: late fees collected so far;
* bank: what has arrived; in transit: collected − bank; bad debt: written off so far.

Finance learns of a payment from the deposit slip or the agency's statement: what has neither is not in its books.
"""

from __future__ import annotations

from jicha.county.desk import Desk
from jicha.county.money.days import Days
from jicha.county.money.habits import in_yuan
from jicha.county.money.tables import LEDGER

DETAIL, GENERAL, FINANCE = "营销明细账", "营销总账", "财务账"
_ACCOUNTS = ("应收电费", "实收电费", "预收电费", "在途资金", "银行存款", "违约金", "呆坏账")


class Ledger:
    """Flows in fen by month of the period; a month after it is not in the books."""

    def __init__(self, org_id: str, days: Days) -> None:
        self._org_id, self._days = org_id, days
        self._size = len(days.months)
        # One more place, which takes what happens after the period.
        (
            self.owed,
            self.settled,
            self.collected,
            self.prepaid,
            self.fees,
            self.bank,
            self.written_off,
            self.unseen,
        ) = ([0] * (self._size + 1) for _ in range(8))

    def place(self, ordinal: int) -> int:
        place = self._days.place(ordinal)
        return place if place < self._size else self._size

    def bill(self, month_place: int, fen: int) -> None:
        self.owed[min(max(month_place, 0), self._size)] += fen

    def to_bank(self, ordinal: int, fen: int) -> None:
        self.bank[self.place(ordinal)] += fen

    def write_off(self, ordinal: int, fen: int) -> None:
        self.written_off[self.place(ordinal)] += fen

    def not_seen_by_finance(self, ordinal: int, fen: int) -> None:
        """A payment on the books of marketing of which finance never hears."""
        self.unseen[self.place(ordinal)] += fen

    def balances(self) -> list[dict[str, tuple[int, ...]]]:
        """For each month the balances of each ledger, in the order of the accounts, in fen."""
        months: list[dict[str, tuple[int, ...]]] = []
        owed = settled = collected = prepaid = fees = bank = lost = unseen = 0
        for place in range(self._size):
            owed, settled = owed + self.owed[place], settled + self.settled[place]
            collected, prepaid = collected + self.collected[place], prepaid + self.prepaid[place]
            fees, bank = fees + self.fees[place], bank + self.bank[place]
            lost, unseen = lost + self.written_off[place], unseen + self.unseen[place]
            marketing = (owed - settled - lost, collected, prepaid, collected - bank, bank, fees, lost)
            finance = (*marketing[:1], collected - unseen, prepaid, collected - unseen - bank, *marketing[4:])
            months.append({DETAIL: marketing, GENERAL: marketing, FINANCE: finance})
        return months

    def close(self, desk: Desk) -> None:
        """The balances of every month."""
        for month, ledgers in zip(self._days.months, self.balances(), strict=True):
            for name, balances in ledgers.items():
                for account, fen in zip(_ACCOUNTS, balances, strict=True):
                    stamp = f"{month.year:04d}{month.month:02d}"
                    desk.add(LEDGER, self._org_id, name, account, stamp, in_yuan(fen))
