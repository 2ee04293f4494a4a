"""Late-payment charge (电费违约金): arrears × days × the rate of the day, other money than energy.

Days and rates come from `law.late_fee_*`, by the customer's kind and whether the arrears crossed the new year.
Back-billed money is late only past its own due day; an error of the utility's bears none for the past. Sources:
rules of 1996, article 98; Regulation on supply and use, article 39 for the band a contract may state.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from jicha.kernel.derivation import Node, Step
from jicha.kernel.period import Period
from jicha.kernel.text import Text
from jicha.remedies.claim import Draft
from jicha.remedies.fields import Field, Given, Kind, field
from jicha.remedies.ground import Ground
from jicha.remedies.problem import refuse
from jicha.remedies.registry import RemedyKind
from jicha.remedies.spelling import CUSTOMER_KINDS
from jicha.remedies.steps import given, largest, money, number, plus, product, smallest, total
from jicha.remedies.when import When, no_day, versions

_ITEM: tuple[Field, ...] = (
    field("amount", Kind.number, "Arrears", "欠费金额", "arrears", "arrears_yuan", "yuan"),
    field("due", Kind.day, "Last day of payment", "最迟交费日期", "due_on"),
    field("paid", Kind.day, "Day of payment, or up to which it is reckoned", "交费(计算截止)日期", "paid_on"),
    field("late_days", Kind.number, "Days late, where no dates are known", "逾期天数", "days"),
    field("same_year_days", Kind.number, "Days in the old year, where no dates are known", "当年天数"),
    field(
        "next_year_days",
        Kind.number,
        "Days of these in the new year",
        "其中次年天数",
        "days_next_year",
        "cross_days",
    ),
    field("is_back_bill", Kind.flag, "Whether it is back-billed money", "是否追补电费"),
    field("original_due", Kind.day, "Due day of the bills a back-bill belongs to", "原账单到期日"),
    field("is_utility_fault", Kind.flag, "Whether the error was the utility's", "是否供电企业差错"),
)

FIELDS: tuple[Field, ...] = (
    field("items", Kind.rows, "Each sum in arrears", "各笔欠费", "arrears_list", fields=_ITEM),
    *_ITEM,
    field(
        "customer_kind_code", Kind.code, "resident or other", "居民或其他", "customer", options=CUSTOMER_KINDS
    ),
    field("contract_rate", Kind.number, "Rate a day the contract states", "合同约定日比例"),
    field(
        "rate_current",
        Kind.number,
        "Rate of the same year, as stated",
        "当年日比例(题给)",
        "rate",
        "daily_rate",
    ),
    field("least_charge", Kind.number, "Least charge, as stated", "最低收取额(题给)"),
    field("rate_cross_year", Kind.number, "Rate of arrears carried over, as stated", "跨年日比例(题给)"),
)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Days at one rate."""

    days: Decimal
    day: date
    year_code: str


def work(inputs: Given, ground: Ground, moment: When) -> Draft:
    """Each item's charge, those of the same year and carried over apart, and the sum with minimum and cap."""
    draft = Draft()
    rows = inputs.rows("items") or (inputs,)
    same: list[Node] = []
    carried: list[Node] = []
    fees: list[Step] = []
    last = moment.day
    for place, row in enumerate(rows, 1):
        fee, crossed, last = _item(row, inputs, place if len(rows) > 1 else 0, ground, moment, draft)
        fees.append(fee)
        (carried if crossed else same).append(fee)
    if len(fees) > 1:
        draft.keep(*fees)
    if same:
        draft.keep(total("same_year_yuan", *same))
    if carried:
        draft.keep(total("next_year_yuan", *carried))
    draft.keep(_bounded(total("late_fee_yuan", *fees, name="fees_yuan"), ground.on(last), draft))
    return draft


def _item(
    row: Given, inputs: Given, place: int, ground: Ground, moment: When, draft: Draft
) -> tuple[Step, bool, date]:
    mark = f"_{place}" if place else ""
    arrears = given("arrears_yuan", row.need("amount", "the arrears", "欠费金额"), name=f"arrears{mark}_yuan")
    stretches, paid = _stretches(row, ground, moment, draft)
    kind = inputs.code("customer_kind_code") or _kind_by_rate(inputs, ground, row.day("due") or moment.day)
    parts: list[Node] = []
    for number_of, stretch in enumerate(stretches, 1):
        rate = _rate(inputs, kind, stretch, ground.on(stretch.day), draft)
        days = given("late_days", stretch.days, name=f"late_days{mark}_{number_of}")
        parts.append(product("item_yuan", arrears, days, rate, name=f"fee{mark}_{number_of}", unit="yuan"))
    if not parts:
        parts = [given("nothing_yuan", 0, source="paid in time")]
    exact = total("unrounded_yuan", *parts, name=f"fee{mark}_unrounded")
    fee = money("late_fee_yuan", exact, name=f"item{mark}_yuan")
    cap = ground.chosen("late_fee_cap")
    if cap.value == "principal":
        fee = smallest(
            "late_fee_yuan",
            fee,
            money("arrears_yuan", arrears, name=f"cap{mark}_yuan"),
            name=f"capped{mark}_yuan",
        )
    crossed = any(stretch.year_code == "next_year" for stretch in stretches)
    return fee, crossed, paid


def _kind_by_rate(inputs: Given, ground: Ground, day: date) -> str:
    """A resident where the rate stated is that of residents alone; otherwise any other customer."""
    stated = inputs.number("rate_current")
    rows = ground.law.table("late_fee_rate").on(day)
    kinds = {
        str(row.values["customer_kind_code"])
        for row in rows
        if row.values["late_fee_per_day_ratio"] == stated
    }
    return kinds.pop() if len(kinds) == 1 else "other"


def _stretches(row: Given, ground: Ground, moment: When, draft: Draft) -> tuple[list[_Stretch], date]:
    """The days that are late, cut at the new year and where the rules change."""
    due = _due(row, ground, draft)
    paid = row.day("paid")
    if due is None or paid is None:
        return _stated_days(row, moment), moment.day
    rule = ground.on(due).row("late_fee_days")
    first = due if rule.values["is_due_day_counted"] is True else due + timedelta(days=1)
    last = paid if rule.values["is_payment_day_counted"] is True else paid - timedelta(days=1)
    if last < first:
        return [], paid
    span = Period.inclusive(first, last)
    new_year = date(due.year + 1, 1, 1)
    found: list[_Stretch] = []
    crossed = last >= new_year
    reading = ground.choice("late_fee_cross_year") if crossed else "split_at_new_year"
    for part in versions(span, ground, "late_fee_rate"):
        for piece in part.split_at([new_year]):
            carried = piece.start >= new_year
            if reading == "new_year_only" and not carried:
                continue
            code = "next_year" if carried or (crossed and reading == "whole_at_next_year") else "same_year"
            found.append(_Stretch(Decimal(piece.days), piece.start, code))
    return found, paid


def _stated_days(row: Given, moment: When) -> list[_Stretch]:
    """Days where no dates are known; the version of the rules has to be."""
    if not moment.is_known:
        raise no_day(row)
    carried = row.number("next_year_days") or Decimal(0)
    same = row.number("same_year_days")
    if same is not None and "late_days" not in row:
        days = plus(same, carried)
    else:
        days = row.need("late_days", "the days late, or due and paid", "逾期天数, 或到期日与交费日")
    if carried > days:
        raise refuse("more_days_than_all", row.at("next_year_days"), "more than late_days", "大于 late_days")
    found = [_Stretch(days - carried, moment.day, "same_year"), _Stretch(carried, moment.day, "next_year")]
    return [stretch for stretch in found if stretch.days]


def _due(row: Given, ground: Ground, draft: Draft) -> date | None:
    """A back-bill is due on its own day; the day of the old bills only where the customer is at fault and the
    reading says so (setting `late_fee_on_back_bill`)."""
    due, original = row.day("due"), row.day("original_due")
    if row.flag("is_back_bill") is not True and original is None:
        return due
    if row.flag("is_utility_fault") is not False:
        draft.note(
            "no charge for the past: the error was the utility's, or nobody says whose it was",
            "供电企业差错(或未指明责任), 追补电费不计以往违约金",
        )
        return _own(row, due)
    if ground.choice("late_fee_on_back_bill") == "original_due_day" and original is not None:
        return original
    draft.note("back-billed money is late only past its own due day", "追补电费自其自身到期日后起计")
    return _own(row, due)


def _own(row: Given, due: date | None) -> date:
    if due is None:
        raise refuse(
            "missing_input",
            row.at("due"),
            "give the due day of the back-bill itself",
            "请给出追补电费自身的到期日",
        )
    return due


def _rate(inputs: Given, kind: str, stretch: _Stretch, ground: Ground, draft: Draft) -> Node:
    """The rule's rate of the day, or the contract's within the band."""
    row = ground.row("late_fee_rate", customer_kind_code=kind, arrears_year_code=stretch.year_code)
    law = ground.leaf(row, "late_fee_per_day_ratio", f"rate_{stretch.year_code}")
    contract = inputs.number("contract_rate")
    if contract is not None:
        band = ground.row("late_fee_band")
        lowest, highest = band.values["lowest_per_day_ratio"], band.values["highest_per_day_ratio"]
        if not isinstance(lowest, Decimal) or not isinstance(highest, Decimal):
            return law
        if not lowest <= contract <= highest:
            raise refuse(
                "rate_outside_band",
                inputs.at("contract_rate"),
                f"{contract} lies outside the band {lowest} to {highest} a contract may state",
                f"{contract} 超出合同可约定的幅度 {lowest} 至 {highest}",
            )
        return given("price_ratio", contract, name="contract_rate", clause=band.citation)
    stated = inputs.number("rate_cross_year" if stretch.year_code == "next_year" else "rate_current")
    if stated is not None and stated != law.value:
        draft.note(
            f"the rate stated, {stated}, is not the rule's, {law.value}",
            f"所给日比例 {stated} 与规则 {law.value} 不一致, 按规则计算",
        )
    return law


def _bounded(fee: Step, ground: Ground, draft: Draft) -> Step:
    """Raised to the least charge where one still holds; nothing stays nothing."""
    if number(fee) == 0:
        return total("late_fee_yuan", fee)
    row = ground.row("late_fee_minimum")
    is_open = ground.is_open("late_fee_minimum_after_2024", row)
    if is_open and ground.choice("late_fee_minimum_after_2024") == "dropped":
        return total("late_fee_yuan", fee)
    least = ground.leaf(row, "least_charge_yuan")
    raised = largest("late_fee_yuan", fee, least)
    if number(raised) != number(fee):
        draft.note("raised to the least charge", "不足最低收取额, 按最低额收取")
    return raised


KIND = RemedyKind(
    "late_fee",
    Text(en="Late-payment charge", zh="电费违约金"),
    FIELDS,
    ("same_year_yuan", "next_year_yuan", "late_fee_yuan"),
    work,
    claims_money=False,
    needs_day=False,
)
