"""Cases of the service line: what customers call about, who answers, which crews set out, who is called back."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

from jicha.county.service.habits import count_of, habit, rows, weighed
from jicha.county.service.papers import Application, Callback, Case, Papers, Repair, digest
from jicha.county.service.work_clock import at_any_hour, in_office_hours, instant
from jicha.county.world import Customer

CONSULTATION, REPAIR, COMPLAINT, TIP = "咨询", "故障报修", "投诉", "举报"
_AGENT, _CREW, _MANAGER = "客服专员", "抢修人员", "台区经理"
_FAULTS = (
    ("低压电网故障", 8),
    ("计量设备故障", 3),
    ("客户内部故障", 6),
    ("未发现故障", 1),
    ("中压电网故障", 1),
)
_FAULT_TEXT = "客户报修家中停电, 邻居有电"
_TOLD_OFF = "客户表示已了解"
DISTRICT_MINUTES = {"城区": "urban", "农村": "rural", "特殊边远": "remote"}


def answer(papers: Papers) -> None:
    """The ordinary cases of the period: customers in turn, so that nobody calls twice in a season."""
    chance = papers.stream("cases")
    callers = list(papers.customers)
    chance.shuffle(callers)
    years = papers.days / 365_000
    cases = count_of(chance, habit("cases_per_1000") * len(callers) * years)
    repairs = min(cases, count_of(chance, habit("repairs_per_1000") * len(callers) * years))
    days = sorted(chance.randrange(papers.days) for _ in range(cases))
    is_repair = [True] * repairs + [False] * (cases - repairs)
    chance.shuffle(is_repair)
    turn = 0
    for offset, broken in zip(days, is_repair, strict=True):
        day = papers.first_day + timedelta(days=offset)
        customer = callers[turn % len(callers)]
        turn += 1
        if not papers.supplied(customer, day):
            continue
        if broken:
            repair(papers, chance, customer, at_any_hour(chance, day))
        else:
            ask(papers, chance, customer, at_any_hour(chance, day), weighed(chance, rows("service_cases")))
    for application in papers.applications:
        _ask_applicant(papers, application)


def ask(
    papers: Papers, chance: random.Random, customer: Customer, accepted: datetime, row: dict[str, str]
) -> Case:
    """A case of a row of `service_cases.csv`, dealt with in good time."""
    made = open_case(papers, chance, customer, accepted, row["type"], row["subtype"], row["text"])
    made.conclusion = row["conclusion"]
    days = int(row["answer_days_max"])
    if not days:
        made.replied = made.closed = accepted + timedelta(minutes=chance.randrange(2, 14))
        made.contacted = accepted
        return made
    hours = chance.randrange(int(row["contact_hours_min"]), int(row["contact_hours_max"]) + 1)
    made.contacted = accepted + timedelta(hours=hours, minutes=chance.randrange(50))
    visit = made.contacted
    if row["visit"] == "yes":
        visit = made.visited = accepted + timedelta(hours=hours + 2, minutes=chance.randrange(400))
    made.handler = papers.team.pick(chance, _MANAGER, accepted.date()) or made.handler
    answered = papers.clock.shift(accepted.date(), 1 + chance.randrange(days))
    made.replied = max(in_office_hours(chance, answered), visit + timedelta(minutes=20))
    made.closed = made.replied + timedelta(minutes=chance.randrange(20, 600))
    if chance.random() < habit("callback_ratio"):
        call_back(papers, chance, made)
    return made


def open_case(
    papers: Papers,
    chance: random.Random,
    customer: Customer,
    accepted: datetime,
    kind: str,
    subtype: str,
    text: str,
) -> Case:
    """A case as the agent takes it in; likelihood of a complaint as the listening machine gives it."""
    made = Case(
        case_id=papers.number("K"),
        customer=customer,
        kind=kind,
        subtype=subtype,
        accepted=accepted,
        text=text,
        handler=papers.team.pick(chance, _AGENT, accepted.date()),
        likelihood=Decimal(chance.randrange(1, 25)).scaleb(-2),
    )
    if kind == COMPLAINT:
        made.terms, made.likelihood = "投诉", Decimal(chance.randrange(75, 99)).scaleb(-2)
    papers.cases.append(made)
    return made


def repair(
    papers: Papers,
    chance: random.Random,
    customer: Customer,
    accepted: datetime,
    *,
    late_minutes: int = 0,
    reason: str = "",
    habit_of: str = "",
) -> Repair:
    """A fault with its crew: there in good time, or so many minutes beyond the promise.

    Promises are 45, 90 and 120 minutes in town, country and remote places."""
    case = open_case(papers, chance, customer, accepted, REPAIR, "停电故障", _FAULT_TEXT)
    slowest = int(habit(f"{DISTRICT_MINUTES[papers.district(customer.filed_area_id)]}_arrival_minutes"))
    dispatched = accepted + timedelta(minutes=chance.randrange(1, 4), seconds=chance.randrange(60))
    needed = chance.randrange(slowest // 3, slowest)
    if late_minutes:
        needed = promise(papers, customer) + late_minutes
    arrived = accepted + timedelta(minutes=needed, seconds=chance.randrange(60))
    restored = arrived + timedelta(minutes=chance.randrange(15, 130), seconds=chance.randrange(60))
    case.contacted = accepted + timedelta(minutes=chance.randrange(4, 15))
    case.visited, case.replied = arrived, restored
    case.closed = restored + timedelta(minutes=chance.randrange(5, 40))
    case.conclusion = "属实"
    leader = papers.team.pick(chance, _CREW, accepted.date(), habit=habit_of)
    case.handler = leader or case.handler
    made = Repair(
        repair_id=papers.number("R"),
        case=case,
        leader=leader,
        dispatched=dispatched,
        arrived=arrived,
        distance_m=chance.randrange(3, 150),
        restored=restored,
        reason=reason or _fault(chance),
        load_kw=max(1, int(customer.daily_kwh / 12)),
    )
    papers.repairs.append(made)
    if chance.random() < habit("callback_ratio"):
        call_back(papers, chance, case)
    return made


def promise(papers: Papers, customer: Customer) -> int:
    """Minutes within which the county's crews say they come."""
    return {"城区": 45, "农村": 90, "特殊边远": 120}[papers.district(customer.filed_area_id)]


def _fault(chance: random.Random) -> str:
    left = chance.randrange(sum(weight for _, weight in _FAULTS))
    for reason, weight in _FAULTS:
        left -= weight
        if left < 0:
            return reason
    return _FAULTS[0][0]


def call_back(
    papers: Papers, chance: random.Random, case: Case | None = None, application: Application | None = None
) -> Callback:
    """Somebody of the service desk asks whether all is well, on the next day or the one after."""
    if case is not None:
        customer, done = case.customer, case.closed or case.accepted
    elif application is not None:
        customer, done = application.customer, application.archived_at or application.accepted_at
    else:
        raise ValueError("a callback follows a case or an application")
    called = in_office_hours(chance, papers.clock.shift(done.date(), 1 + chance.randrange(2)))
    made = Callback(
        callback_id=papers.number("V"),
        caller=papers.team.pick(chance, _AGENT, called.date()),
        called=called,
        seconds=chance.randrange(28, 150),
        phone_digest=digest(customer.phone_number),
        satisfaction="满意",
        case=case,
        application=application,
    )
    if chance.random() >= habit("reached_ratio"):
        made.satisfaction, made.seconds = "未接通", 0
    elif chance.random() >= habit("satisfied_ratio"):
        made.satisfaction = chance.choice(("一般", "不满意"))
    papers.callbacks.append(made)
    return made


def _ask_applicant(papers: Papers, application: Application) -> None:
    if application.archived_at is None or not application.kind.endswith("新装"):
        return
    chance = papers.stream("callback", application.application_id)
    if chance.random() < habit("callback_ratio"):
        call_back(papers, chance, application=application)


def at_night(chance: random.Random, day: date) -> datetime:
    """A moment between nine in the evening and three in the morning."""
    return instant(day, 21 * 60 + chance.randrange(6 * 60), chance.randrange(60))
