"""When the behaviour was, and which version of the rules that makes: the day of the behaviour decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from jicha.kernel.derivation import Input, Step
from jicha.kernel.money import Money, MoneyError
from jicha.kernel.period import Month, Period
from jicha.law.book import Law
from jicha.remedies.claim import Line, Part
from jicha.remedies.fields import Field, Given, Kind, field
from jicha.remedies.ground import Ground
from jicha.remedies.problem import RemedyError, refuse
from jicha.remedies.steps import given, total

FIELDS: tuple[Field, ...] = (
    field("period_from", Kind.day, "First day of the behaviour", "行为起始日期", "from", "started_on"),
    field("period_to", Kind.day, "Last day of the behaviour, included", "行为终止日期(含)", "to", "ended_on"),
    field("behaviour_on", Kind.day, "A day of the behaviour, where no period is known", "行为发生日期", "on"),
    field(
        "rules",
        Kind.text,
        "The instrument whose version holds, where no day is known: power_supply_rules_1996",
        "无日期时适用的规则版本",
    ),
    field("jurisdiction", Kind.text, "Place whose law holds (code; CN)", "适用地区代码"),
)

REPLAYED = field(
    "replayed",
    Kind.rows,
    "Money of each month as the replay of its bill gives it, + owed to the utility",
    "各月重算差额, 正为应补交",
    fields=(
        field("month", Kind.month, "Month concerned", "所属月份", required=True),
        field("yuan", Kind.number, "Difference of the bill", "电费差额", required=True, least=None),
        field("kwh", Kind.number, "Difference of the energy", "电量差额", least=None),
        field("issued_on", Kind.day, "Day the month's bill was issued", "该月账单发行日期"),
        field(
            "is_partial", Kind.flag, "Whether a bill of the month could not be re-calculated", "是否不完整"
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class When:
    """The behaviour's period, where known, and the day whose law holds."""

    period: Period | None
    day: date
    is_known: bool = True


#: What a remedy says that needs the day and has none.
NO_DAY = "no_day_of_behaviour"


def when(inputs: Given, law: Law) -> When:
    """Period and day of the behaviour. Raises `RemedyError` where neither follows from the inputs."""
    period = _period(inputs)
    day = inputs.day("behaviour_on")
    months = [row.get("month") for row in inputs.rows("replayed")] if "replayed" in inputs else []
    if period is None and months:
        period = Period(min(months).first, max(months).next.first)
    if day is not None and period is not None and not period.contains(day):
        raise refuse(
            "behaviour_outside_period",
            inputs.at("behaviour_on"),
            f"{day} lies outside the period {period}",
            f"{day} 不在行为期间 {period} 内",
        )
    if period is not None:
        return When(period, day or period.last)
    if day is not None:
        return When(None, day)
    named = inputs.code("rules")
    if named is not None:
        return When(None, _day_of_rules(named, law, inputs.at("rules")))
    found = inputs.day("found_on")
    if found is not None:
        return When(None, found)
    raise no_day(inputs)


def no_day(inputs: Given) -> RemedyError:
    """The error of a remedy that cannot choose the version of the rules."""
    return refuse(
        NO_DAY,
        inputs.at("period_from"),
        "nothing says when it was, and the version of the rules goes by that day; give period_from and period_to, "
        "behaviour_on, or rules",
        "没有行为日期, 无法选择规则版本; 请给出 period_from 与 period_to、behaviour_on 或 rules",
    )


def _period(inputs: Given) -> Period | None:
    first, last = inputs.day("period_from"), inputs.day("period_to")
    if (first is None) != (last is None):
        lacking = "period_from" if first is None else "period_to"
        raise refuse(
            "half_a_period", inputs.at(lacking), "give both ends of the period", "须同时给出起止日期"
        )
    if first is None or last is None:
        return None
    if last < first:
        raise refuse(
            "period_of_no_day",
            inputs.at("period_to"),
            f"{last} lies before period_from, {first}",
            f"{last} 早于 period_from {first}",
        )
    return Period.inclusive(first, last)


def _day_of_rules(named: str, law: Law, at: str) -> date:
    """The last day the instrument held, or the day it was last confirmed."""
    instrument = law.instruments.get(named)
    if instrument is None:
        raise refuse(
            "unknown_instrument",
            at,
            f"there is no instrument {named}; jicha explain law lists them",
            f"没有名为 {named} 的法规文件; 可用 jicha explain law 查看",
        )
    ends = instrument.effective_to
    return instrument.confirmed_on if ends is None else ends - timedelta(days=1)


def presumed_period(inputs: Given, moment: When, days: Decimal | None) -> Period | None:
    """The days before the finding that a behaviour of unknown time is taken to have lasted."""
    found = inputs.day("found_on")
    if moment.period is not None or found is None or days is None:
        return moment.period
    try:
        return Period.inclusive(found - timedelta(days=max(int(days), 1) - 1), found)
    except OverflowError:
        raise refuse(
            "too_many_days", inputs.at("found_on"), f"{days} days back is no date", f"{days} 天前无此日期"
        ) from None


def versions(period: Period, ground: Ground, *tables: str) -> tuple[Period, ...]:
    """The period cut where one of the tables changes: each part lies under one version."""
    cuts = {row.valid_from for table in tables for row in ground.law.table(table).rows}
    return period.split_at(cuts)


def months_in(rows: Sequence[Given], stretch: Period | None) -> tuple[Given, ...]:
    """The replayed months whose last day of the behaviour lies in the stretch; all of them without one."""
    if stretch is None:
        return tuple(rows)
    return tuple(
        row
        for row in rows
        if stretch.start <= row.get("month").last and row.get("month").last <= _end(stretch)
    )


def _end(stretch: Period) -> date:
    """The last day of the month the stretch ends in, where it ends inside the month it was cut in otherwise."""
    last = stretch.last
    month = stretch.months()[-1]
    return month.last if last < month.last else last


def replayed_part(rows: Sequence[Given], behaviour: Period | None, term: str, name: str) -> Part:
    """The replayed months as one part of a claim; the amount is their sum."""
    lines, leaves = [], []
    for row in rows:
        month, yuan = row.get("month"), row.need("yuan", "the replayed difference", "重算差额")
        amount = _whole_fen(yuan, row.at("yuan"))
        stretch = month.period if behaviour is None else behaviour.intersect(month.period) or month.period
        lines.append(Line(month, stretch, row.day("issued_on") or month.last, amount))
        leaves.append(_leaf(month, amount))
    sum_of: Step = total(term, *leaves, name=name)
    return Part(sum_of, behaviour, tuple(lines))


def _leaf(month: Month, amount: Money) -> Input:
    return given("replayed_yuan", amount.yuan, name=f"replayed_{month}", source="replay")


def _whole_fen(yuan: Decimal, at: str) -> Money:
    try:
        return Money(yuan)
    except MoneyError as error:
        raise refuse(
            "not_whole_fen", at, f"{yuan} is not a whole number of fen", f"{yuan} 不是整数分"
        ) from error
