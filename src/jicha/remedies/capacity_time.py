"""Basic charge of added or sealed capacity over the time it was used: by months, by thirtieths, or by days."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from jicha.kernel.derivation import Node, Step
from jicha.kernel.period import Month, Period
from jicha.law.table import LawRow
from jicha.remedies.claim import Draft
from jicha.remedies.fields import Field, Given, Kind, field
from jicha.remedies.ground import Ground
from jicha.remedies.limitation import months_on
from jicha.remedies.problem import refuse
from jicha.remedies.steps import INNER_PLACES, given, quotient, total, unrounded

TIME_FIELDS: tuple[Field, ...] = (
    field("months", Kind.number, "Months of use", "使用月数"),
    field("full_months", Kind.number, "Full months of use beside days", "整月数"),
    field(
        "first_month_days",
        Kind.number,
        "Days of use in the month it began",
        "首月天数",
        "days_first",
        "days_may",
    ),
    field("month_days", Kind.number, "Days a month is divided by, as stated", "月折算天数(题给)", above=True),
    field("sealed_on", Kind.day, "Day the equipment was sealed or suspended", "封存(停用)日期"),
    field("use_days", Kind.number, "Days of use, where established", "使用天数"),
)


def capacity_charge(
    kind: str, inputs: Given, ground: Ground, row: LawRow, stretch: Period | None, suffix: str, draft: Draft
) -> Step | None:
    """Capacity × price × time before rounding; None where only replayed money is given."""
    if inputs.rows("replayed") and "basic_price" not in inputs:
        return None
    size = given("kva", inputs.need("kva", "the capacity concerned", "涉及容量"))
    price = given("basic_price", inputs.need("basic_price", "the price of the basic charge", "基本电价"))
    months = _months(kind, inputs, ground, row, stretch, draft)
    return unrounded(size, price, months, name=f"capacity_charge_yuan{suffix}", clause=row.citation)


def _months(
    kind: str, inputs: Given, ground: Ground, row: LawRow, stretch: Period | None, draft: Draft
) -> Node:
    """How many months count: as stated, or from the days of the behaviour."""
    way = inputs.only_one("months", "first_month_days", "use_days")
    if way == "months":
        return given("months", inputs.need("months", "", ""))
    if way == "first_month_days":
        first = _share(
            given("days", inputs.need(way, "", ""), name="first_month_days"), inputs, ground, stretch
        )
        return total(
            "months", first, given("months", inputs.number("full_months") or Decimal(0), name="full_months")
        )
    if way == "use_days":
        return _share(given("days", inputs.need(way, "", ""), name="use_days"), inputs, ground, stretch)
    span = stretch
    if span is None and kind == "sealed_equipment":
        span = _since_sealing(inputs, draft)
    if span is None:
        raise refuse(
            "missing_input",
            inputs.at("months"),
            "give months, days or the period of use",
            "请给出使用月数、天数或起讫日期",
        )
    if (
        row.values["time_counting_code"] == "days_used"
        and ground.choice("breach_capacity_counting") == "days_used"
    ):
        return _by_days(span, inputs, ground)
    return _by_months(span, inputs, ground, draft)


def _since_sealing(inputs: Given, draft: Draft) -> Period | None:
    """Unknown time of use: since the day of sealing, up to the finding."""
    sealed, found = inputs.day("sealed_on"), inputs.day("found_on")
    if sealed is None or found is None:
        return None
    if found < sealed:
        raise refuse("sealed_after_found", inputs.at("sealed_on"), "lies after found_on", "晚于查实日期")
    draft.note("the time of use is unknown; it counts since the sealing", "使用时间不明, 自封存之日起计")
    return Period.inclusive(sealed + timedelta(days=1), found) if sealed < found else Period.day(found)


def _share(days: Node, inputs: Given, ground: Ground, stretch: Period | None) -> Step:
    """Days as a share of a month: by the divisor stated, the rule's thirty, or the days of the calendar month."""
    return quotient(
        "months",
        days,
        _divisor(inputs, ground, None if stretch is None else stretch.months()[0]),
        places=INNER_PLACES,
        name="months_by_days",
    )


def _divisor(inputs: Given, ground: Ground, month: Month | None) -> Node:
    stated = inputs.number("month_days")
    row = ground.row("basic_charge_proration")
    thirty = ground.row("breach_unknown_period", breach_type_code="sealed_equipment")
    if stated is not None:
        return given("days", stated, name="month_days")
    by_calendar = row.values["month_divisor_code"] != "thirty_days"
    if by_calendar and month is not None and ground.choice("basic_charge_day_share") == "by_rule_of_the_day":
        return given("days", Decimal(month.days), name=f"days_of_{month}", source=row.citation)
    return ground.leaf(thirty, "month_days")


def _by_days(span: Period, inputs: Given, ground: Ground) -> Step:
    """Each month's days as a share of the month; a whole calendar month counts as one."""
    shares: list[Node] = []
    for part, month in zip(span.split_by_months(), span.months(), strict=True):
        if part.days == month.days and ground.choice("basic_charge_full_month") == "one_month":
            shares.append(given("months", 1, name=f"months_{month}"))
            continue
        days = given("days", part.days, name=f"days_{month}")
        shares.append(
            quotient(
                "months", days, _divisor(inputs, ground, month), places=INNER_PLACES, name=f"months_{month}"
            )
        )
    return total("months", *shares)


def _by_months(span: Period, inputs: Given, ground: Ground, draft: Draft) -> Node:
    """Months of use, a month begun counting as one; sealed equipment by thirtieths in the month it began in."""
    months = span.months()
    if "sealed_on" in inputs and len(months) > 1:
        first = span.split_by_months()[0]
        share = _share(given("days", first.days, name="first_month_days"), inputs, ground, first)
        return total("months", share, given("months", len(months) - 1, name="full_months"))
    whole = 0
    cursor = span.start
    while cursor <= span.last:
        whole += 1
        cursor = months_on(span.start, whole)
    draft.note("a month begun counts as one", "不足一月按一月计")
    return given("months", whole)
