"""A month at the billing office: read, bill, make good.

The office works from what it has on file and what its readers and clerks write; `Account` keeps beside it how
far the bills are from the truth, which only the world knows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from jicha.county.metering.use import MonthOfUse
from jicha.county.office.account import Account, Miss, Reading
from jicha.county.office.bills import (
    ADJUSTMENT_BILL,
    NOTHING,
    REGULAR_BILL,
    Bill,
    BillLine,
    Part,
    Supplied,
    adjustment_line,
    cancelling_line,
    energy,
    minimum_line,
    priced,
)
from jicha.county.office.parts import energy_parts
from jicha.county.story import ORDINARY
from jicha.county.tariff.sheet import prices_of
from jicha.county.tariff.terms import RATES, TOTAL, Terms
from jicha.county.world import units
from jicha.kernel.period import Month

READ_REMOTELY, READ_ON_SITE, ESTIMATED = "采集", "手抄", "估抄"
DEMAND, REACTIVE = "最大需量", "无功总"
# The last digit of a bill number: the how-manieth bill of the customer's month it is, by what it is for.
_REGULAR, _ADJUSTING, _REPEATED, _CANCELLING, _REISSUED = range(5)
_TEN_THOUSANDTHS = Decimal("0.0001")


def read(account: Account, lived: MonthOfUse) -> list[Reading]:
    """The month-end readings, the meter's own total last; before them that of a meter gone but not struck off."""
    customer, meter = account.customer, lived.meters[-1]
    story = customer.story or ORDINARY
    account.turn_year(lived.month)
    written = None
    if customer.story is not None:
        booked = account.billed_position % meter.installation.modulus
        written = story.written_register(lived.month, meter.register, meter.counted, booked)
    on_site = written is not None or lived.is_final or not lived.is_read_remotely
    own = Reading(
        reading_id=f"{compact(lived.month)}{customer.metering_point_id}",
        meter_id=meter.installation.meter_id,
        book_id=customer.book_in(lived.month).book_id,
        read_on=date.fromordinal(lived.last),
        register=meter.register if written is None else written,
        reading_type=story.claimed_reading(lived.month) or (READ_ON_SITE if on_site else READ_REMOTELY),
        is_wrong=written is not None,
    )
    readings = []
    gone, advance = account.taken_off, story.lingering_advance(lived.month)
    if gone is not None and advance is not None:
        readings.append(
            replace(
                own,
                reading_id=f"{own.reading_id}9",
                meter_id=gone.installation.meter_id,
                register=(gone.billed_position + advance) % gone.installation.modulus,
                reading_type=ESTIMATED if advance else READ_ON_SITE,
                is_wrong=True,
            )
        )
    if meter.to_rates:
        modulus = meter.installation.modulus
        values = [
            *zip((f"有功{rate}" for rate in RATES), (each % modulus for each in meter.to_rates), strict=True),
            (REACTIVE, meter.to_reactive % modulus),
            (DEMAND, meter.demand),
        ]
        for number, (kind, value) in enumerate(values, start=1):
            readings.append(
                replace(
                    own, reading_id=f"{own.reading_id}{number}", register=value, kind=kind, is_wrong=False
                )
            )
    readings.append(own)
    return readings


def bill(account: Account, lived: MonthOfUse, reading: Reading) -> list[Bill]:
    """The month's bills: the regular one, and whatever else is issued beside it."""
    customer, month = account.customer, lived.month
    story = customer.story or ORDINARY
    shifted = story.billed_from(month) if customer.story is not None else None
    from_on = shifted or date.fromordinal(lived.first)
    terms = customer.terms_filed_on(from_on)
    parts = energy_parts(account, lived, reading)
    supplied = _supplied(account, lived, account.year_kwh, filed=True)
    lines, power_factor = priced(customer.metering_point_id, terms, parts, supplied)
    billed_kwh = sum((part.kwh for part in parts), NOTHING)
    account.year_kwh += billed_kwh
    making_good: list[Bill] = []
    right: tuple[Decimal, Decimal] | None = None
    if customer.story is not None:
        right = _right(account, lived, story.right_terms(from_on) or terms)
        issued = (sum((each.kwh for each in lines), NOTHING), sum((each.amount for each in lines), NOTHING))
        if right != issued:
            account.misses[month] = Miss(right[0] - issued[0], right[1] - issued[1], from_on, reading.read_on)
        missing = (account.missed_kwh + right[0] - issued[0], account.missed_yuan + right[1] - issued[1])
        making_good = _making_good(account, month, lines, missing)
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
        kvarh=supplied.kvarh,
        power_factor=power_factor,
    )
    bills = [regular, *making_good]
    if customer.story is not None:
        bills += _issued_again(account, regular, terms, supplied)
        if right is not None:
            _keep_account(account, right, bills)
    return bills


def leave_unbilled(account: Account, lived: MonthOfUse) -> None:
    """A month of an account that no book and no billing run knows: all of it is missed."""
    account.turn_year(lived.month)
    terms = account.customer.terms_filed_on(date.fromordinal(lived.first))
    _keep_account(account, _right(account, lived, terms), [])


def bill_unsupplied(account: Account, month: Month) -> list[Bill]:
    """Bills of a month in which the site is not supplied: none, but where a minimum is booked all the same."""
    customer = account.customer
    kwh = (customer.story or ORDINARY).booked_minimum(month)
    if kwh is None:
        return []
    price = prices_of(customer.agreements[-1].terms).energy[0]
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
    _keep_account(account, (NOTHING, NOTHING), [booked])
    return [booked]


def _supplied(account: Account, lived: MonthOfUse, year_kwh: Decimal, *, filed: bool) -> Supplied:
    """The period beside its energy, at the multipliers on file or on the wall."""
    kvarh = demand = None
    if lived.meters[-1].to_rates:
        kvarh = NOTHING
        demand = NOTHING
        for meter in lived.meters:
            installation = meter.installation
            factor = installation.filed_multiplier if filed else installation.multiplier
            reactive = meter.to_reactive - meter.from_reactive if filed else meter.used_reactive
            kvarh += units(reactive) * factor
            peak = meter.demand if filed else meter.used_demand
            demand = max(demand, (peak * _TEN_THOUSANDTHS * factor).quantize(Decimal("0.01")))
    broken = lived.first != lived.month.minus(lived.months - 1).first.toordinal() or lived.is_final
    opened = account.customer.opened_on
    tier_months = 13 - opened.month if opened.year == lived.month.year else 12
    return Supplied(
        months=0 if broken else lived.months,
        days=lived.days if broken else 0,
        kvarh=kvarh,
        demand_kw=demand,
        year_kwh=year_kwh,
        tier_months=tier_months,
    )


def _right(account: Account, lived: MonthOfUse, terms: Terms) -> tuple[Decimal, Decimal]:
    """kWh and yuan of the bill that would be right: all energy used, at the multiplier on the wall."""
    parts = []
    for meter in lived.meters:
        factor = meter.installation.multiplier
        if terms.is_time_of_use and meter.used_rates:
            parts += [
                Part(rate, None, units(used) * factor)
                for rate, used in zip(RATES, meter.used_rates, strict=True)
            ]
        else:
            parts.append(Part(TOTAL, None, units(meter.used) * factor))
    supplied = _supplied(account, lived, account.right_year_kwh, filed=False)
    lines, _ = priced(account.customer.metering_point_id, terms, parts, supplied)
    account.right_year_kwh += sum((part.kwh for part in parts), NOTHING)
    return sum((each.kwh for each in lines), NOTHING), sum((each.amount for each in lines), NOTHING)


def _making_good(
    account: Account, month: Month, lines: list[BillLine], missing: tuple[Decimal, Decimal]
) -> list[Bill]:
    """The adjustment ordered for the month: a line more in `lines`, or a bill of its own.

    It makes good the kWh and yuan `missing` so far: what the wrong bill missed, and what the bills since then were
    wrong by because a household's tiers counted on from it."""
    ordered = (account.customer.story or ORDINARY).adjustment(month)
    if ordered is None or ordered.wrong_month not in account.misses:
        return []
    miss = account.misses[ordered.wrong_month]
    account.year_kwh = account.right_year_kwh
    if not ordered.own_bill:
        lines.append(adjustment_line(account.customer.metering_point_id, *missing))
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
            lines=(adjustment_line(None, *missing),),
        )
    ]


def _issued_again(account: Account, regular: Bill, terms: Terms, supplied: Supplied) -> list[Bill]:
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
        right = _put_right(account, regular, terms, supplied)
        bills.append(
            replace(regular, bill_id=_bill_id(account, month, _REISSUED), issued_on=later, lines=right)
        )
    return bills


def _put_right(account: Account, regular: Bill, terms: Terms, supplied: Supplied) -> tuple[BillLine, ...]:
    """The bill's lines with the energy their registers give."""
    registers = {line.indices: line.rate for line in regular.lines if line.indices is not None}
    parts = [Part(rate, indices, energy(indices)) for indices, rate in registers.items()]
    wrong = sum((line.kwh for line in regular.lines), NOTHING)
    lines, _ = priced(account.customer.metering_point_id, terms, parts, supplied)
    account.year_kwh += sum((part.kwh for part in parts), NOTHING) - wrong
    return tuple(lines)


def _keep_account(account: Account, right: tuple[Decimal, Decimal], bills: Iterable[Bill]) -> None:
    account.missed_kwh += right[0] - sum((each.kwh for each in bills), NOTHING)
    account.missed_yuan += right[1] - sum((each.amount for each in bills), NOTHING)


def _bill_id(account: Account, month: Month, purpose: int) -> str:
    return f"{compact(month)}{account.customer.customer_id}{purpose}"


def _issue_day(account: Account, month: Month) -> date:
    return month.next.first.replace(day=account.customer.book_in(month).issue_day)


def compact(month: Month) -> str:
    """YYYYMM, as the exports name months."""
    return f"{month.year:04d}{month.month:02d}"
