"""What right bills come to: the energy that was really used, priced by the tariff with the terms that are really right.

Written beside the county's office, not with it: from the days of the world lived again, the dates of the readings, and
`tariff.charges`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from jicha.county.metering.days import Segment, StationDays
from jicha.county.tariff.biller import Measured, charges
from jicha.county.tariff.terms import AGENCY, COMMERCIAL, SINGLE_PART, Terms
from jicha.county.world import Customer

from .exported import ADJUSTING, Exported, Row
from .truth import Truth

NOTHING = Decimal("0.00")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stretch:
    """Days from one reading to the next; `months` of them, 0 where supply begins or ends within one."""

    first: date
    last: date
    months: int
    days: int


def stretches(county: Exported, customer: Customer, first_day: date) -> list[Stretch]:
    """From reading to reading; a stretch begins with the supply where that is later."""
    read = county.readings.get(customer.customer_id)
    ends = sorted({date.fromisoformat(row["抄表日期"]) for row in read or []})
    begins = max(customer.opened_on, first_day)
    if not read:
        # Nobody came: every month has a right bill all the same.
        ends = [each for each in month_ends(county) if each >= begins]
    found = []
    for end in ends:
        interruption = customer.interruption
        if interruption is not None and begins >= interruption[0]:
            begins = max(begins, interruption[1])
        span = (end.year - begins.year) * 12 + end.month - begins.month + 1
        is_final = customer.closed_on is not None and end + _DAY == customer.closed_on
        is_final |= interruption is not None and end + _DAY == interruption[0]
        whole = begins.day == 1 and not is_final
        found.append(Stretch(begins, end, span if whole else 0, 0 if whole else (end - begins).days + 1))
        begins = end + _DAY
    return found


def month_ends(county: Exported) -> list[date]:
    firsts = [date(int(month[:4]), int(month[4:]), 1) for month in county.months]
    return [(each + 31 * _DAY).replace(day=1) - _DAY for each in firsts]


def measured(truth: Truth, name: str, stretch: Stretch) -> list[Measured]:
    """What right meters would have shown, meter by meter; rates, reactive energy and demand where they are kept."""
    lived, row = truth.home(name)
    days = lived.days
    begin, end = days.index(stretch.first.toordinal()), days.index(stretch.last.toordinal()) + 1
    return [
        _of_meter(days, row, segment, stretch, begin, end)
        for segment in days.segments[row]
        if segment.begins < end and (segment.ends > begin or (segment.ends == begin and segment.used_closing))
    ]


def _of_meter(
    days: StationDays, row: int, segment: Segment, stretch: Stretch, begin: int, end: int
) -> Measured:
    span = slice(max(begin, segment.begins), min(end, segment.ends))
    factor = Decimal(segment.installation.multiplier)
    half = segment.used_closing if begin <= segment.ends < end else 0
    total = Decimal(int(days.used_advance[row, span].sum()) + half).scaleb(-2) * factor
    kept = days.rates.get(row)
    if kept is None:
        return Measured(total, months=stretch.months, days=stretch.days)
    used = [int(each) for each in kept.used_advance[span].sum(axis=0)]
    if half:
        used = [one + more for one, more in zip(used, segment.used_closing_rates, strict=True)]
    rates = tuple(Decimal(each).scaleb(-2) * factor for each in used)
    peak = Decimal(int(kept.used_demand[span].max(initial=0))).scaleb(-4) * factor
    return Measured(
        total,
        rates,  # type: ignore[arg-type]
        Decimal(int(kept.used_reactive[span].sum())).scaleb(-2) * factor,
        peak.quantize(Decimal("0.01"), ROUND_HALF_UP),
        stretch.months,
        stretch.days,
    )


def right_total(
    county: Exported, truth: Truth, name: str, terms_on: Callable[[date], Terms]
) -> tuple[Decimal, Decimal]:
    """kWh and yuan of all right bills of the period."""
    customer = truth.customers[name]
    kwh = yuan = year_kwh = NOTHING
    year = 0
    for stretch in stretches(county, customer, truth.city.first_day):
        if stretch.last.year != year:
            year, year_kwh = stretch.last.year, NOTHING
        tier_months = 13 - customer.opened_on.month if customer.opened_on.year == year else 12
        for part in _parts(terms_on(stretch.first), measured(truth, name, stretch)):
            for charge in charges(terms_on(stretch.first), part, year_kwh, tier_months):
                kwh += charge.kwh
                yuan += charge.amount
            year_kwh += part.total
    return kwh, yuan


def _parts(terms: Terms, meters: list[Measured]) -> Iterator[Measured]:
    """Whatever looks at a month as a whole is priced over all its meters, energy alone meter by meter."""
    if not (terms.is_time_of_use or terms.basic or terms.power_factor is not None or terms.loss is not None):
        yield from meters
        return
    first, *others = meters
    for each in others:
        first = first._replace(
            total=first.total + each.total,
            rates=None
            if first.rates is None or each.rates is None
            else tuple(one + more for one, more in zip(first.rates, each.rates, strict=True)),  # type: ignore[arg-type]
            kvarh=None if first.kvarh is None else first.kvarh + (each.kvarh or NOTHING),
            demand_kw=None if first.demand_kw is None else max(first.demand_kw, each.demand_kw or NOTHING),
        )
    yield first


def issued_total(county: Exported, name: str) -> tuple[Decimal, Decimal]:
    bills = county.bills.get(name, [])
    return (
        sum((Decimal(bill["计费电量"]) for bill in bills), NOTHING),
        sum((Decimal(bill["应收电费"]) for bill in bills), NOTHING),
    )


def right_terms(truth: Truth, answer: Row) -> Callable[[date], Terms]:
    """The terms that are right for the customer of a row of the key: those on file, but where the cause says else."""
    name, cause = answer["customer_id"], answer["cause"]
    customer, own = truth.customers[name], truth.founded[name]
    begins, ends = date.fromisoformat(answer["valid_from"]), date.fromisoformat(answer["valid_to"])
    within = own
    if cause in ("business_on_residential_supply", "shop_on_charger_supply", "workshop_on_farm_supply"):
        within = replace(own, usage=COMMERCIAL, is_tiered=False, structure=SINGLE_PART, purchase=AGENCY)
    elif cause == "more_than_contracted" and own.basic == "按容量":
        added = (own.capacity_kva * (Decimal(answer["size"]) - 1) / 2).quantize(Decimal(1))
        within = replace(own, capacity_kva=own.capacity_kva + added)
    elif cause in ("capacity_lawfully_reduced", "went_to_the_market", "lawfully_suspended", "price_changed",
                   "capacity_enlarged_in_time"):  # fmt: skip
        return customer.terms_filed_on

    def on(day: date) -> Terms:
        return within if begins <= day < ends else customer.terms_filed_on(day)

    return on


def adjusting_lines(county: Exported, name: str) -> list[Row]:
    return [line for line in county.lines[name] if line["费用项目"] == ADJUSTING]
