"""What goes wrong, or looks so, with cases of the service line, repairs and callbacks."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from jicha.county.service.cases import CONSULTATION, ask, at_night, call_back, repair
from jicha.county.service.habits import rows
from jicha.county.service.papers import Case, Papers
from jicha.county.service.planting import Deed, Happening
from jicha.county.service.work_clock import at_any_hour, in_office_hours
from jicha.county.world import Customer
from jicha.kernel.text import Text

_ANSWER_DAYS = 5
_COMPLAINTS = (
    ("服务态度与行为", "客户称营业厅人员态度差, 推诿不办, 要求投诉", "投诉|态度差|推诿"),
    ("收费与业务费", "客户称装表时被乱收费, 要求给说法", "乱收费|投诉"),
    ("业扩报装超时限", "客户称报装多日无人联系, 不作为, 要投诉", "不作为|超时|投诉"),
)
_NEVER_DONE = ("意见", "电能质量", "客户反映灯光忽明忽暗, 多次来电未解决")


def _row(kind: str, subtype: str = "") -> dict[str, str]:
    return next(
        each for each in rows("service_cases") if each["type"] == kind and subtype in ("", each["subtype"])
    )


def _crew_late(happening: Happening) -> None:
    day = happening.day(before_end=3)
    customer = happening.customer(day)
    if customer is None:
        return
    late = max(happening.size, 1)
    accepted = at_any_hour(happening.chance, day)
    made = repair(
        happening.papers, happening.chance, customer, accepted, late_minutes=late, reason="低压电网故障",
        habit_of="late",
    )  # fmt: skip
    happening.answer(
        "service_case", made.case.case_id, customer, accepted, made.arrived,
        Text(en=f"crew {late} minutes beyond the promise", zh=f"到达现场超承诺{late}分钟"), size=late,
    )  # fmt: skip


def _backdated(happening: Happening) -> None:
    """The button is pressed in the yard a minute after the dispatch; the crew comes much later."""
    day = happening.day(before_end=3)
    customer = happening.customer(day)
    if customer is None:
        return
    chance, hidden = happening.chance, max(happening.size, 1)
    accepted = at_any_hour(chance, day)
    made = repair(happening.papers, chance, customer, accepted, reason="低压电网故障", habit_of="late")
    there = made.dispatched + timedelta(minutes=hidden)
    made.arrived = made.dispatched + timedelta(seconds=35 + chance.randrange(70))
    made.distance_m = chance.randrange(2600, 9800)
    made.restored = there + timedelta(minutes=chance.randrange(20, 70))
    case = made.case
    case.visited, case.replied = made.arrived, made.restored
    case.closed = made.restored + timedelta(minutes=12)
    happening.answer(
        "service_case", case.case_id, customer, accepted, made.restored,
        Text(en=f"arrival pressed {hidden} minutes early", zh=f"到场时间虚报约{hidden}分钟"), size=hidden,
    )  # fmt: skip


def _storm(happening: Happening) -> None:
    """A night of wind: many faults, crews go from one to the next, and the reason says so."""
    papers, chance = happening.papers, happening.chance
    day = happening.day(before_end=4)
    hit = happening.customers(lambda each: not each.trade.is_high_voltage, day)
    chance.shuffle(hit)
    if not hit:
        return
    number = min(len(hit), 6 + chance.randrange(5))
    first = at_night(chance, day)
    for place, customer in enumerate(hit[:number]):
        happening.take(customer)
        accepted = first + timedelta(minutes=place * 4 + chance.randrange(4))
        late = 10 + place * 9
        repair(papers, chance, customer, accepted, late_minutes=late, reason="自然灾害")
    happening.answer(
        "organisation", papers.org_id, None, day, day + timedelta(days=1),
        Text(en=f"storm night, {number} repairs", zh=f"风灾之夜{number}起抢修"), size=number,
    )  # fmt: skip


def _complaint(happening: Happening, customer: Customer, day: date) -> Case:
    return ask(
        happening.papers, happening.chance, customer, in_office_hours(happening.chance, day), _row("投诉")
    )


def _answered_late(happening: Happening) -> None:
    day = happening.workday(before_end=35)
    customer = happening.customer(day)
    if customer is None:
        return
    late = max(happening.size, 1)
    made = _complaint(happening, customer, day)
    made.contacted = made.accepted + timedelta(hours=26 + happening.chance.randrange(20))
    replied = happening.clock.shift(day, _ANSWER_DAYS + late)
    made.visited = None
    made.replied = in_office_hours(happening.chance, replied)
    made.closed = made.replied + timedelta(hours=2)
    _drop_callbacks(happening.papers, made)
    happening.answer(
        "service_case", made.case_id, customer, made.accepted, made.replied,
        Text(en=f"answered {late} working days late", zh=f"投诉答复超时限{late}个工作日"), size=late,
    )  # fmt: skip


def _drop_callbacks(papers: Papers, case: Case) -> None:
    papers.callbacks = [each for each in papers.callbacks if each.case is not case]


def _filed_as_enquiry(happening: Happening) -> None:
    day = happening.day(before_end=6)
    customer = happening.customer(day)
    if customer is None:
        return
    subtype, text, terms = happening.chance.choice(_COMPLAINTS)
    made = ask(
        happening.papers, happening.chance, customer, at_any_hour(happening.chance, day), _row(CONSULTATION)
    )
    made.subtype, made.text, made.terms = subtype, text, terms
    made.likelihood = Decimal(82 + happening.chance.randrange(16)).scaleb(-2)
    happening.answer(
        "service_case", made.case_id, customer, made.accepted, made.accepted,
        Text(en="a complaint taken in as an enquiry", zh="投诉按咨询受理"), size=1,
    )  # fmt: skip


def _never_dealt_with(happening: Happening) -> None:
    calls = max(happening.size, 3)
    day = happening.day(before_end=50)
    customer = happening.customer(day)
    if customer is None:
        return
    kind, subtype, text = _NEVER_DONE
    row = {**_row(kind, subtype), "text": text, "visit": "no", "conclusion": "属实"}
    made: list[Case] = []
    for number in range(calls):
        at = at_any_hour(happening.chance, day + timedelta(days=number * (44 // calls)))
        made.append(ask(happening.papers, happening.chance, customer, at, row))
        _drop_callbacks(happening.papers, made[-1])
    happening.answer(
        "service_case", made[-1].case_id, customer, made[0].accepted, made[-1].accepted,
        Text(en=f"{calls} calls on one matter, no work done", zh=f"同一诉求{calls}次来电未解决"), size=calls,
    )  # fmt: skip


def _lonely(happening: Happening) -> None:
    """Somebody old who likes to talk: questions of every kind, each answered on the telephone."""
    day = happening.day(before_end=70)
    customer = happening.customer(day, lambda each: each.trade.is_dwelling)
    if customer is None:
        return
    subtypes = [each for each in rows("service_cases") if each["type"] == CONSULTATION]
    number = 6 + happening.chance.randrange(4)
    for place in range(number):
        at = at_any_hour(happening.chance, day + timedelta(days=place * 7 + happening.chance.randrange(5)))
        ask(happening.papers, happening.chance, customer, at, subtypes[place % len(subtypes)])
    happening.answer(
        "customer", customer.customer_id, customer, day, day + timedelta(days=number * 7),
        Text(en=f"{number} calls to talk, each answered at once", zh=f"孤寡老人{number}次来电闲谈, 均当场答复"),
    )  # fmt: skip


def _invented(happening: Happening) -> None:
    day = happening.day(before_end=12)
    customer = happening.customer(day)
    if customer is None:
        return
    papers, chance = happening.papers, happening.chance
    case = ask(papers, chance, customer, at_any_hour(chance, day), _row("服务申请", "电能表异常"))
    _drop_callbacks(papers, case)
    made = call_back(papers, chance, case)
    made.satisfaction, made.seconds = "满意", max(happening.size, 1)
    happening.answer(
        "callback", made.callback_id, customer, made.called, made.called,
        Text(en=f"satisfied after {made.seconds} seconds", zh=f"通话{made.seconds}秒即记为满意"),
        size=made.seconds,
    )  # fmt: skip


def _cut_short(happening: Happening) -> None:
    """The customer hangs up; the caller says so."""
    day = happening.day(before_end=12)
    customer = happening.customer(day)
    if customer is None:
        return
    papers, chance = happening.papers, happening.chance
    case = ask(papers, chance, customer, at_any_hour(chance, day), _row("服务申请", "电能表异常"))
    _drop_callbacks(papers, case)
    made = call_back(papers, chance, case)
    made.satisfaction, made.seconds = "拒绝评价", 4 + chance.randrange(5)
    happening.answer(
        "callback", made.callback_id, customer, made.called, made.called,
        Text(en="the customer would not talk", zh="客户挂断, 拒绝评价"),
    )  # fmt: skip


DEEDS: dict[str, Deed] = {
    "repair_crew_late": _crew_late,
    "arrival_time_backdated": _backdated,
    "complaint_answered_late": _answered_late,
    "complaint_filed_as_enquiry": _filed_as_enquiry,
    "request_never_dealt_with": _never_dealt_with,
    "callback_invented": _invented,
    "repeated_calls_of_one_lonely_customer": _lonely,
    "callback_cut_short_by_customer": _cut_short,
    "storm_night_many_repairs": _storm,
}
