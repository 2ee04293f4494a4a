"""Facts and habits of paying, typed: read from `facts/*.csv`, where each says why it is what it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from jicha.county.tables import Trade, facts

FEN = 100
RESIDENT, OTHER = "resident", "other"


@dataclass(frozen=True, slots=True)
class Way:
    """A way of paying: means, place, the agency that collects ('' for none), the hours in which it is used."""

    name: str
    method: str
    channel: str
    agency: str
    first_hour: int
    last_hour: int

    @property
    def is_cash(self) -> bool:
        return self.method == "现金"

    @property
    def has_collector(self) -> bool:
        """Whether a cashier of the hall takes the payment."""
        return self.channel == "营业厅"

    @property
    def has_account(self) -> bool:
        """Whether the payment comes from an account or card."""
        return self.method not in ("现金", "承兑汇票")


@dataclass(frozen=True, slots=True)
class Habit:
    """When somebody pays: so many days after the anchor, the issue or the due day of a bill."""

    name: str
    from_due: bool
    first_day: int
    last_day: int


@dataclass(frozen=True, slots=True)
class FeeRate:
    """Late fee a day, in thousandths of the arrears, by the year of the day."""

    same_year: int
    next_year: int


#: Ways the causes and rarer happenings use, beside those of the file.
HALL_CASH = Way("cash", "现金", "营业厅", "", 9, 17)
HALL_TRANSFER = Way("hall_transfer", "银行转账", "营业厅", "", 9, 17)
TREASURY = Way("transfer", "银行转账", "银行", "", 9, 17)
NOTE = Way("note", "承兑汇票", "营业厅", "", 9, 16)
CREDIT_CARD = Way("credit", "信用卡", "网上国网", "", 8, 23)


@cache
def money_habits() -> dict[str, float]:
    """Plain parameters by name."""
    return {row["name"]: float(row["value"]) for row in facts("money_habits")}


@cache
def habits_of(customer_type: str) -> tuple[tuple[int, Habit], ...]:
    """Cumulative thousandths and habit, for one type of customers."""
    rows = [row for row in facts("payer_habits") if row["customer_type"] == customer_type]
    habits = [
        Habit(row["habit"], row["anchor"] == "due", int(row["first_day"]), int(row["last_day"]))
        for row in rows
    ]
    return tuple(zip(_cumulative([int(row["per_mille"]) for row in rows]), habits, strict=True))


@cache
def ways_of(customer_type: str) -> tuple[tuple[int, Way], ...]:
    """Cumulative thousandths and way, for one type of customers."""
    rows = [row for row in facts("payment_ways") if row["customer_type"] == customer_type]
    ways = [
        Way(
            row["way"],
            row["method"],
            row["channel"],
            row["agency"],
            int(row["first_hour"]),
            int(row["last_hour"]),
        )
        for row in rows
    ]
    return tuple(zip(_cumulative([int(row["per_mille"]) for row in rows]), ways, strict=True))


@cache
def fee_rates() -> dict[str, FeeRate]:
    """Rates for `resident` and `other`."""
    return {
        row["customers"]: FeeRate(int(row["same_year_per_mille"]), int(row["next_year_per_mille"]))
        for row in facts("late_fee_rates")
    }


@cache
def approval_limits() -> tuple[tuple[str, int, str], ...]:
    """Level, limit in fen, post of the one who approves; from the lowest level up."""
    return tuple(
        (row["level"], int(row["limit_yuan"]) * FEN, row["post"]) for row in facts("approval_limits")
    )


def late_fee(fen: int, due: int, paid: int, rate: FeeRate) -> int:
    """The late fee in fen on `fen` due on one day and paid on another (proleptic ordinals), rounded half up.

    Days count from the day after the due day up to the day of payment; those after the year of the due day at
    the second rate (source: `facts/late_fee_rates.csv`)."""
    if paid <= due or fen <= 0:
        return 0
    turn = date(date.fromordinal(due).year, 12, 31).toordinal()
    same, later = max(min(paid, turn) - due, 0), max(paid - turn, 0)
    return (2 * fen * (same * rate.same_year + later * rate.next_year) + 1000) // 2000


def kind_of(trade: Trade) -> str:
    """Which late-fee rate holds for the trade."""
    return RESIDENT if trade.is_dwelling else OTHER


def in_fen(yuan: Decimal) -> int:
    """Whole fen of an amount with at most two decimals."""
    return int(yuan.scaleb(2))


def in_yuan(fen: int) -> Decimal:
    """Fen as yuan with two decimals, exactly."""
    return Decimal(fen).scaleb(-2)


def _cumulative(parts: list[int]) -> list[int]:
    if sum(parts) != 1000:
        raise ValueError(f"shares of a type of customers are {sum(parts)} thousandths, not 1000")
    return [sum(parts[: place + 1]) for place in range(len(parts))]
