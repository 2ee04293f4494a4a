"""The utility's month with one customer: read the meter, bill what was read, make good what was noticed.

The office works from what it has on file and what its readers and clerks write; `Account` keeps beside it how
far the bills are from the truth, which only the world knows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from jicha.county.account import Account, Miss, Reading
from jicha.county.biller import (
    ADJUSTMENT_BILL,
    NOTHING,
    REGULAR_BILL,
    Bill,
    BillLine,
    adjustment_line,
    amount,
    cancelling_line,
    energy,
    minimum_line,
)
from jicha.county.chance import stream
from jicha.county.lines import energy_lines
from jicha.county.metering import MonthOfUse
from jicha.county.story import ORDINARY
from jicha.county.tables import habits, prices
from jicha.county.world import units
from jicha.kernel.period import Month

READ_REMOTELY, READ_ON_SITE, ESTIMATED = "采集", "手抄", "估抄"
# The last digit of a bill number: the how-manieth bill of the customer's month it is, by what it is for.
_REGULAR, _ADJUSTING, _REPEATED, _CANCELLING, _REISSUED = range(5)


def read(account: Account, lived: MonthOfUse, seed: int) -> list[Reading]:
    """The month-end reading, or the last one of an account that ends; before it the one booked for a meter
    that is gone but not struck off."""
    customer, meter = account.customer, lived.meters[-1]
    story = customer.story or ORDINARY
    booked = account.billed_position % meter.installation.modulus
    written = story.written_register(lived.month, meter.register, meter.counted, booked)
    by_hand = stream(seed, "reading", customer.index, str(lived.month)).random()
    on_site = (
        written is not None
        or lived.is_final
        or not lived.last_freeze_arrived
        or by_hand < habits()["manual_reading_ratio"]
    )
    own = Reading(
        reading_id=f"{compact(lived.month)}{customer.metering_point_id}",
        meter_id=meter.installation.meter_id,
        book_id=customer.book_in(lived.month).book_id,
        read_on=date.fromordinal(lived.last),
        register=meter.register if written is None else written,
        reading_type=story.claimed_reading(lived.month) or (READ_ON_SITE if on_site else READ_REMOTELY),
        is_wrong=written is not None,
    )
    gone, advance = account.taken_off, story.lingering_advance(lived.month)
    if gone is None or advance is None:
        return [own]
    lingering = replace(
        own,
        reading_id=f"{own.reading_id}9",
        meter_id=gone.installation.meter_id,
        register=(gone.billed_position + advance) % gone.installation.modulus,
        reading_type=ESTIMATED if advance else READ_ON_SITE,
        is_wrong=True,
    )
    return [lingering, own]


def bill(account: Account, lived: MonthOfUse, reading: Reading) -> list[Bill]:
    """The month's bills: the regular one, and whatever else is issued beside it."""
    customer, month = account.customer, lived.month
    story = customer.story or ORDINARY
    shifted = story.billed_from(month)
    from_on = shifted or date.fromordinal(lived.first)
    price = prices()[customer.price_code_on(from_on)]
    lines = energy_lines(account, lived, reading, price)
    right_kwh, right_yuan = _right(lived, price)
    billed_kwh = sum((line.kwh for line in lines), NOTHING)
    if right_kwh != billed_kwh:
        account.misses[month] = Miss(right_kwh - billed_kwh, price, from_on, reading.read_on)
    making_good = _making_good(account, month, lines)
    regular = Bill(
        bill_id=_bill_id(account, month, _REGULAR),
        customer_id=customer.customer_id,
        month=month,
        from_on=from_on,
        to_on=reading.read_on,
        months=story.keyed_months(month, lived.months if shifted is None else 1),
        bill_type=REGULAR_BILL,
        issued_on=_issue_day(account, month),
        lines=tuple(lines),
    )
    bills = [regular, *making_good, *_issued_again(account, regular)]
    _keep_account(account, right_kwh, right_yuan, bills)
    return bills


def bill_unsupplied(account: Account, month: Month) -> list[Bill]:
    """Bills of a month in which the site is not supplied: none, but where a minimum is booked all the same."""
    customer = account.customer
    kwh = (customer.story or ORDINARY).booked_minimum(month)
    if kwh is None:
        return []
    price = prices()[customer.agreements[-1].price_code]
    booked = Bill(
        bill_id=_bill_id(account, month, _REGULAR),
        customer_id=customer.customer_id,
        month=month,
        from_on=month.first,
        to_on=month.last,
        months=1,
        bill_type=REGULAR_BILL,
        issued_on=_issue_day(account, month),
        lines=(minimum_line(customer.metering_point_id, kwh, price),),
    )
    _keep_account(account, NOTHING, NOTHING, [booked])
    return [booked]


def _making_good(account: Account, month: Month, lines: list[BillLine]) -> list[Bill]:
    """The adjustment ordered for the month: a line more in `lines`, or a bill of its own."""
    ordered = (account.customer.story or ORDINARY).adjustment(month)
    if ordered is None or ordered.wrong_month not in account.misses:
        return []
    miss = account.misses[ordered.wrong_month]
    if not ordered.own_bill:
        lines.append(adjustment_line(account.customer.metering_point_id, miss.kwh, miss.price))
        return []
    # Issued to the account, not to one metering point; its days are those of the wrong bill.
    return [
        Bill(
            bill_id=_bill_id(account, month, _ADJUSTING),
            customer_id=account.customer.customer_id,
            month=month,
            from_on=miss.from_on,
            to_on=miss.to_on,
            months=1,
            bill_type=ADJUSTMENT_BILL,
            issued_on=_issue_day(account, month),
            lines=(adjustment_line(None, miss.kwh, miss.price),),
        )
    ]


def _issued_again(account: Account, regular: Bill) -> list[Bill]:
    """The regular bill a second time; or its cancellation and the bill that is right."""
    story, month = account.customer.story or ORDINARY, regular.month
    bills = []
    repeated, reissued = story.repeated_after(month), story.reissued_after(month)
    if repeated is not None:
        later = regular.issued_on + timedelta(days=repeated)
        bills.append(replace(regular, bill_id=_bill_id(account, month, _REPEATED), issued_on=later))
    if reissued is not None:
        later = regular.issued_on + timedelta(days=reissued)
        cancelled = tuple(cancelling_line(line) for line in regular.lines)
        bills.append(
            replace(
                regular,
                bill_id=_bill_id(account, month, _CANCELLING),
                bill_type=ADJUSTMENT_BILL,
                issued_on=later,
                lines=cancelled,
            )
        )
        right = tuple(_put_right(line) for line in regular.lines)
        bills.append(
            replace(regular, bill_id=_bill_id(account, month, _REISSUED), issued_on=later, lines=right)
        )
    return bills


def _put_right(line: BillLine) -> BillLine:
    """The line with the energy its registers give."""
    if line.indices is None:
        return line
    kwh = energy(line.indices)
    return replace(line, kwh=kwh, amount=amount(kwh, line.price))


def _keep_account(account: Account, right_kwh: Decimal, right_yuan: Decimal, bills: Iterable[Bill]) -> None:
    account.missed_kwh += right_kwh - sum((each.kwh for each in bills), NOTHING)
    account.missed_yuan += right_yuan - sum((each.amount for each in bills), NOTHING)


def _right(lived: MonthOfUse, price: Decimal) -> tuple[Decimal, Decimal]:
    """kWh and yuan of the bill that would be right: all energy used, at the multiplier on the wall."""
    kwhs = [units(meter.used * meter.installation.multiplier) for meter in lived.meters]
    return sum(kwhs, NOTHING), sum((amount(kwh, price) for kwh in kwhs), NOTHING)


def _bill_id(account: Account, month: Month, purpose: int) -> str:
    return f"{compact(month)}{account.customer.customer_id}{purpose}"


def _issue_day(account: Account, month: Month) -> date:
    return month.next.first.replace(day=account.customer.book_in(month).issue_day)


def compact(month: Month) -> str:
    """YYYYMM, as the exports name months."""
    return f"{month.year:04d}{month.month:02d}"
