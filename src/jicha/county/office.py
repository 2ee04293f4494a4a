"""The utility's month with one customer: read the meter, bill what was read, make good what was noticed.

The office works from what it has on file and what its readers and clerks write; `Account` keeps beside it how
far the bills are from the truth, which only the world knows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from jicha.county.biller import (
    ADJUSTMENT_BILL,
    NOTHING,
    REGULAR_BILL,
    Bill,
    BillLine,
    Indices,
    adjustment_line,
    amount,
    energy,
    energy_line,
)
from jicha.county.chance import stream
from jicha.county.metering import MeterUse, MonthOfUse, Site
from jicha.county.story import ORDINARY
from jicha.county.tables import habits, prices
from jicha.county.world import Customer, units
from jicha.kernel.period import Month

READ_REMOTELY, READ_ON_SITE = "采集", "手抄"


@dataclass(frozen=True, slots=True)
class Reading:
    """The register (hundredths) at the end of `read_on`, as written; `is_wrong`: the meter showed another."""

    reading_id: str
    meter_id: str
    read_on: date
    register: int
    reading_type: str
    is_wrong: bool


@dataclass(frozen=True, slots=True)
class Miss:
    """What a month's regular bill missed (+) or charged too much (-), and where to put it right."""

    kwh: Decimal
    price: Decimal
    from_on: date
    to_on: date


@dataclass(slots=True)
class Account:
    """A customer as the office knows it.

    `billed_position` is the position (see `MeterUse`) up to which the meter that hangs now is billed;
    `missed_kwh`, `missed_yuan` sum, over all bills so far, a right bill minus the bill issued.
    """

    site: Site
    billed_position: int
    missed_kwh: Decimal = NOTHING
    missed_yuan: Decimal = NOTHING
    misses: dict[Month, Miss] = field(default_factory=dict)

    @property
    def customer(self) -> Customer:
        return self.site.customer


def read(account: Account, lived: MonthOfUse, seed: int) -> Reading:
    """The month-end reading, or the last one of an account that ends."""
    customer, meter = account.customer, lived.meters[-1]
    story = customer.story or ORDINARY
    written = story.written_register(lived.month, meter.register, meter.counted)
    by_hand = stream(seed, "reading", customer.index, str(lived.month)).random()
    on_site = (
        written is not None
        or lived.is_final
        or not lived.last_freeze_arrived
        or by_hand < habits()["manual_reading_ratio"]
    )
    return Reading(
        reading_id=f"{compact(lived.month)}{customer.metering_point_id}",
        meter_id=meter.installation.meter_id,
        read_on=date.fromordinal(lived.last),
        register=meter.register if written is None else written,
        reading_type=READ_ON_SITE if on_site else READ_REMOTELY,
        is_wrong=written is not None,
    )


def bill(account: Account, lived: MonthOfUse, reading: Reading) -> list[Bill]:
    """The month's bills: the regular one, and an adjustment bill of its own if one is ordered."""
    customer = account.customer
    story = customer.story or ORDINARY
    from_on = date.fromordinal(lived.first)
    price = prices()[customer.price_code_on(from_on)]
    lines = _energy_lines(account, lived, reading, price)
    right_kwh, right_yuan = _right(lived, price)
    billed_kwh = sum((line.kwh for line in lines), NOTHING)
    if right_kwh != billed_kwh:
        account.misses[lived.month] = Miss(right_kwh - billed_kwh, price, from_on, reading.read_on)
    bills = []
    ordered = story.adjustment(lived.month)
    if ordered is not None and ordered.wrong_month in account.misses:
        miss = account.misses[ordered.wrong_month]
        if ordered.own_bill:
            # Issued to the account, not to one metering point; its days are those of the wrong bill.
            making_good = adjustment_line(None, miss.kwh, miss.price)
            bills.append(_bill(account, lived.month, miss.from_on, miss.to_on, (making_good,), True))
        else:
            lines.append(adjustment_line(customer.metering_point_id, miss.kwh, miss.price))
    bills.insert(0, _bill(account, lived.month, from_on, reading.read_on, tuple(lines), False))
    account.missed_kwh += right_kwh - sum((each.kwh for each in bills), NOTHING)
    account.missed_yuan += right_yuan - sum((each.amount for each in bills), NOTHING)
    return bills


def _energy_lines(account: Account, lived: MonthOfUse, reading: Reading, price: Decimal) -> list[BillLine]:
    """One line per meter of the month; the last meter is billed up to the reading as written."""
    customer = account.customer
    story = customer.story or ORDINARY
    lines = []
    for meter in lived.meters:
        is_last = meter is lived.meters[-1]
        if meter is not lived.meters[0]:
            account.billed_position = meter.installation.start_register
        indices = _indices(account, meter, reading if is_last else None)
        kwh = energy(indices)
        if is_last:
            keyed = story.keyed_kwh(lived.month, kwh)
            kwh = kwh if keyed is None else keyed
        lines.append(energy_line(customer.metering_point_id, indices, kwh, price))
        if not (is_last and reading.is_wrong):
            account.billed_position = meter.to_position
    return lines


def _indices(account: Account, meter: MeterUse, reading: Reading | None) -> Indices:
    """From the index billed last to the reading, or to the register at which the meter was taken off."""
    modulus = meter.installation.modulus
    honest = reading is None or not reading.is_wrong
    return Indices(
        previous=units(account.billed_position % modulus),
        current=units(meter.register if reading is None else reading.register),
        digits=meter.installation.digits,
        turned_over=honest and meter.to_position // modulus > account.billed_position // modulus,
        multiplier=meter.installation.filed_multiplier,
    )


def _right(lived: MonthOfUse, price: Decimal) -> tuple[Decimal, Decimal]:
    """kWh and yuan of the bill that would be right: all energy used, at the multiplier on the wall."""
    kwhs = [units(meter.used * meter.installation.multiplier) for meter in lived.meters]
    return sum(kwhs, NOTHING), sum((amount(kwh, price) for kwh in kwhs), NOTHING)


def _bill(
    account: Account, month: Month, from_on: date, to_on: date, lines: tuple[BillLine, ...], adjusts: bool
) -> Bill:
    customer = account.customer
    return Bill(
        bill_id=f"{compact(month)}{customer.customer_id}{int(adjusts)}",
        customer_id=customer.customer_id,
        month=month,
        from_on=from_on,
        to_on=to_on,
        bill_type=ADJUSTMENT_BILL if adjusts else REGULAR_BILL,
        issued_on=month.next.first.replace(day=customer.book.issue_day),
        lines=lines,
    )


def compact(month: Month) -> str:
    """YYYYMM, as the exports name months."""
    return f"{month.year:04d}{month.month:02d}"
