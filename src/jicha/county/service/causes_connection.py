"""What goes wrong, or looks so, with applications, fees and contracts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from jicha.county.service import filing
from jicha.county.service.applications import everyday
from jicha.county.service.flows import squeezed, walk
from jicha.county.service.habits import money, rows
from jicha.county.service.papers import (
    CUSTOMER,
    PAUSE,
    UNDER_WAY,
    Application,
    Fee,
    Step,
    opening_application_id,
)
from jicha.county.service.planting import Deed, Happening
from jicha.county.service.work_clock import in_office_hours, instant
from jicha.county.world import Customer
from jicha.kernel.text import Text

#: Working days within which a plan is promised: low voltage, high voltage from one source.
_PLAN_DAYS = {False: 3, True: 10}


def _row(kind: str, *, high: bool) -> dict[str, str]:
    """The row of an everyday application of that kind that suits the customer."""
    found = [each for each in rows("service_applications") if each["type"] == kind]
    wanted = "high_voltage" if high else "low_voltage_other"
    return next((each for each in found if each["for"] == wanted), found[0])


def _increase(happening: Happening, customer: Customer, day: date, slower: dict[str, int]) -> Application:
    """An increase that is given up after the plan, its steps as slow as said."""
    papers, chance = happening.papers, happening.chance
    row = _row("增容", high=customer.trade.is_high_voltage)
    made = everyday(papers, chance, customer, row, day)
    made.steps = walk(chance, papers.clock, papers.team, row["flow"], day, slower=slower)
    return made


def _plan_late(happening: Happening) -> None:
    day = happening.workday(before_end=60)
    customer = happening.customer(day, lambda each: not each.trade.is_dwelling)
    if customer is None:
        return
    late = happening.size
    promised = _PLAN_DAYS[customer.trade.is_high_voltage]
    made = _increase(
        happening, customer, day, {"现场勘查": 1, "拟定供电方案": 0, "供电方案答复": promised - 1 + late}
    )
    reply = made.steps[-1]
    reply.handler = happening.papers.team.pick(happening.chance, "业扩经理", day, habit="late")
    happening.answer(
        "application",
        made.application_id,
        customer,
        made.accepted_at,
        reply.end,
        Text(
            en=f"the plan was answered {late} working days after the promise",
            zh=f"供电方案超时限{late}个工作日答复",
        ),
        size=late,
    )


def _keyed_in_afterwards(happening: Happening) -> None:
    """The site is connected first; the application is taken in and clicked through weeks later."""
    papers, late = happening.papers, happening.size
    opened = [
        each
        for each in papers.applications
        if each.application_id == opening_application_id(each.customer)
        and each.customer.customer_id not in happening.used
        and each.customer.opened_on < papers.end - timedelta(days=late + 20)
        and not each.customer.trade.is_dwelling
    ]
    opened.sort(key=lambda each: (not each.customer.trade.is_high_voltage, each.application_id))
    wish = happening.planned.wish
    if wish.onset is not None:
        opened = [each for each in opened if wish.onset[0] <= each.customer.opened_on <= wish.onset[1]]
    if opened:
        made = opened[0]
        customer, done_on = happening.take(made.customer), made.customer.opened_on
    else:
        done_on = happening.workday(before_end=80)
        found = happening.customer(done_on, lambda each: not each.trade.is_dwelling)
        if found is None:
            return
        customer = found
        made = everyday(papers, happening.chance, customer, _field_row(), done_on)
    back = papers.clock.shift(done_on + timedelta(days=late), 1)
    made.material = in_office_hours(happening.chance, papers.clock.shift(done_on, -1))
    squeezed(made.steps, in_office_hours(happening.chance, back).replace(hour=14), 60 * 38)
    clerk = papers.team.pick(happening.chance, "业务受理员", back)
    for step in made.steps:
        step.handler = clerk
    for contract in papers.contracts_of(customer):
        if contract.from_on >= papers.first_day and contract.from_on <= back and opened:
            contract.signed_on = contract.from_on = papers.clock.shift(done_on, -1)
    happening.answer(
        "application",
        made.application_id,
        customer,
        done_on,
        back,
        Text(
            en=f"work done on {done_on}, taken in {(back - done_on).days} days later",
            zh=f"{done_on}已施工, {(back - done_on).days}天后补录受理",
        ),
        size=(back - done_on).days,
    )


def _field_row() -> dict[str, str]:
    return next(each for each in rows("service_applications") if each["flow"] == "field_work")


def _in_one_sitting(happening: Happening) -> None:
    papers = happening.papers
    day = happening.workday(before_end=60)
    customer = happening.customer(day, lambda each: not each.trade.is_dwelling)
    if customer is None:
        return
    made = everyday(papers, happening.chance, customer, _field_row(), day)
    hasty = papers.team.pick(happening.chance, "装表接电员", day, habit="hasty")
    # The acceptance is true; everything that follows is clicked through in a few minutes the next day.
    later = made.steps[1:]
    begins = instant(papers.clock.shift(day, 1), 16 * 60 + happening.chance.randrange(40))
    squeezed(later, begins, happening.size * 60)
    for step in later:
        step.handler = hasty
    happening.answer(
        "application",
        made.application_id,
        customer,
        begins,
        later[-1].end,
        Text(
            en=f"{len(later)} steps closed by one person within {happening.size} minutes",
            zh=f"{len(later)}个环节由一人在{happening.size}分钟内办结",
        ),
        size=happening.size,
    )


def _forgotten(happening: Happening) -> None:
    papers = happening.papers
    idle = max(happening.size, 1)
    day = happening.planned.wish.onset and happening.workday()
    day = day or papers.clock.workday(papers.end - timedelta(days=idle + 8))
    customer = happening.customer(day, lambda each: not each.trade.is_high_voltage)
    if customer is None:
        return
    made = everyday(papers, happening.chance, customer, _field_row(), day)
    made.status = UNDER_WAY
    made.steps = made.steps[:2]
    made.material = None
    last = made.steps[-1]
    made.steps.append(
        Step("配表", papers.team.pick(happening.chance, "装表接电员", day, habit="late"), last.end, None)
    )
    days = (papers.end - last.end.date()).days
    happening.answer(
        "application",
        made.application_id,
        customer,
        last.end,
        papers.end,
        Text(en=f"no step for {days} days", zh=f"工单{days}天无人处理"),
        size=days,
    )


def _paused(happening: Happening) -> None:
    """The customer signs for a pause; the flow waits for months with leave."""
    papers = happening.papers
    pause = happening.length(40, 120)
    day = happening.workday(before_end=pause + 40)
    customer = happening.customer(day, lambda each: not each.trade.is_dwelling)
    if customer is None:
        return
    made = _increase(happening, customer, day, {})
    survey, reply = made.steps[1], made.steps[-1]
    resumed = papers.clock.workday(survey.end.date() + timedelta(days=pause))
    stop = Step(
        PAUSE, survey.handler, survey.end, in_office_hours(happening.chance, resumed), side=CUSTOMER,
        opinion="客户厂房施工未完, 书面申请暂停", is_signed=True,
    )  # fmt: skip
    replied = in_office_hours(happening.chance, papers.clock.shift(resumed, 1))
    reply.started, reply.finished = stop.end, replied
    made.steps = [made.steps[0], survey, stop, reply]
    filing.attach(papers, made, "客户暂停申请", stop.started)
    happening.answer(
        "application", made.application_id, customer, stop.started, stop.end,
        Text(en="the customer asked in writing to pause", zh="客户书面申请暂停办理"), size=pause,
    )  # fmt: skip


def _over_a_holiday(happening: Happening) -> None:
    """Taken in on the eve of the longest holiday there is, answered on the last promised working day."""
    papers, clock = happening.papers, happening.clock
    eves = [
        day
        for day in (papers.first_day + timedelta(days=offset) for offset in range(5, papers.days - 40))
        if clock.is_workday(day) and (clock.shift(day, 1) - day).days > 3
    ]
    wish = happening.planned.wish.onset
    fitting = [day for day in eves if wish is None or wish[0] <= day <= wish[1]] or eves
    if not fitting:
        return
    longest = max((clock.shift(day, 1) - day).days for day in fitting)
    day = happening.chance.choice([each for each in fitting if (clock.shift(each, 1) - each).days == longest])
    customer = happening.customer(day, lambda each: not each.trade.is_dwelling)
    if customer is None:
        return
    promised = _PLAN_DAYS[customer.trade.is_high_voltage]
    slower = {"现场勘查": 1, "拟定供电方案": 0, "供电方案答复": promised - 1}
    made = _increase(happening, customer, day, slower)
    reply = made.steps[-1].end
    days = (reply.date() - day).days
    happening.answer(
        "application", made.application_id, customer, day, reply,
        Text(en=f"{days} days with a holiday in between", zh=f"跨法定节假日共{days}天"), size=days,
    )  # fmt: skip


def _in_one_go(happening: Happening) -> None:
    """A household's change done at the counter from the first step to the last, as the house allows."""
    papers = happening.papers
    day = happening.workday()
    customer = happening.customer(day, lambda each: each.trade.is_dwelling)
    if customer is None:
        return
    row = next(each for each in rows("service_applications") if each["type"] == "更名")
    made = everyday(papers, happening.chance, customer, row, day)
    begins = made.accepted_at
    squeezed(made.steps, begins, 60 * (5 + happening.chance.randrange(5)))
    clerk = made.steps[0].handler
    for step in made.steps:
        step.handler = clerk
    happening.answer(
        "application", made.application_id, customer, begins, begins,
        Text(en="served in one go at the counter", zh="居民业务一岗一次办结"),
    )  # fmt: skip


def _abolished_fee(happening: Happening) -> None:
    papers = happening.papers
    day = happening.workday()
    customer = happening.customer(day, lambda each: not each.trade.is_high_voltage)
    if customer is None:
        return
    made = everyday(papers, happening.chance, customer, _field_row(), day)
    too_much = Decimal(happening.size).quantize(Decimal("0.01"))
    if happening.planned.wish.size is None:
        too_much = max(too_much, money("abolished_fee_yuan"))
    fee = Fee(papers.number("F"), made, "已取消收费项目", None, None, too_much, made.accepted_at.date())
    papers.fees.append(fee)
    happening.answer(
        "business_fee", fee.fee_id, customer, fee.charged_on, fee.charged_on,
        Text(en=f"{too_much} yuan for an abolished item", zh=f"收取已取消项目{too_much}元"), size=int(too_much),
    )  # fmt: skip


DEEDS: dict[str, Deed] = {
    "steps_keyed_in_afterwards": _keyed_in_afterwards,
    "supply_plan_answered_late": _plan_late,
    "steps_closed_in_one_sitting": _in_one_sitting,
    "application_forgotten": _forgotten,
    "customer_asked_to_pause": _paused,
    "holidays_in_between": _over_a_holiday,
    "low_voltage_one_step_flow": _in_one_go,
    "fee_charged_wrongly": _abolished_fee,
}
