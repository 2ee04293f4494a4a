"""Extensions, suspensions and transfers: asked for by who handles, decided by who does not."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils.timezone import localtime

from jicha.casework import clock, deadlines
from jicha.casework.charter import charter
from jicha.casework.errors import CaseworkError
from jicha.casework.models import Order, Person, Request, Suspicion
from jicha.casework.services.reviewing import finish_lead
from jicha.casework.transition import Step, begin, move
from jicha.kernel.canonical import short_key

#: What can be asked for; each has the list of reasons of its name.
EXTENSION, SUSPENSION, TRANSFER = "extension", "suspension", "transfer"

#: The kind of order a transfer opens.
THEFT = "theft_check"


def ask(
    order: Order, person: Person, kind: str, *, reason: str, until_on: date | None = None, text: str = ""
) -> Request:
    """Asks; one request of an order is open at a time."""
    if kind not in (EXTENSION, SUSPENSION, TRANSFER) or reason not in charter().reasons[kind]:
        raise CaseworkError(
            "request_reason", en=f"{reason} is no reason for a {kind}", zh=f"{reason} 不是该申请的有效原因"
        )
    _require_day(kind, until_on)
    with transaction.atomic():
        if order.requests.filter(is_granted__isnull=True).exists():
            raise CaseworkError("request_open", en="another request is undecided", zh="另有申请尚未审批")
        move(
            order, person, Step("ask", text=text, data={"kind": kind, "reason": reason, "until_on": until_on})
        )
        request = Request(
            order=order, kind=kind, reason=reason, until_on=until_on, asked_by=person, asked_at=clock.now()
        )
        request.save(force_insert=True)
    return request


def refuse(request: Request, person: Person, *, text: str = "") -> None:
    """Leaves everything as it is."""
    with transaction.atomic():
        move(_order(request), person, Step("refuse", text=text, data={"kind": request.kind}))
        _decided(request, person, is_granted=False)


def grant_request(request: Request, person: Person, *, text: str = "") -> Order | None:
    """Extends, suspends or transfers; the theft case, where it is one."""
    with transaction.atomic():
        order = _order(request)
        case = None
        told = {"kind": request.kind, "reason": request.reason, "until_on": request.until_on}
        if request.kind == EXTENSION:
            _extend(order, person, request, Step("extend", text=text, data=told))
        elif request.kind == SUSPENSION:
            changes = {
                "before_suspension": order.status,
                "suspended_at": clock.now(),
                "suspended_until": request.until_on,
            }
            move(order, person, Step("suspend", text=text, data=told, changes=changes))
        else:
            case = _refer(order, person, Step("refer", text=text, data=told, changes={"outcome": "referred"}))
        _decided(request, person, is_granted=True)
    return case


def resume(order: Order, by: Person | str) -> None:
    """The clock runs on with what was left when it stopped."""
    changes = {"before_suspension": "", "suspended_at": None, "suspended_until": None}
    move(order, by, Step("resume", changes=changes))


def _extend(order: Order, person: Person, request: Request, step: Step) -> None:
    day = request.until_on or localtime(clock.now()).date()
    end = deadlines.calendar().start(day + timedelta(days=1))
    if order.due_at is not None and end <= order.due_at:
        raise CaseworkError("extension_earlier", en="an extension ends later", zh="延期后的期限须晚于原期限")
    move(order, person, Step(step.verb, text=step.text, data=step.data, changes={"due_at": end}))


def _refer(order: Order, person: Person, step: Step) -> Order:
    """The order ends; its findings go on in an order of the department that owns anti-theft, in the same case."""
    move(order, person, step)
    case = Order(
        key=short_key("order", order.key, THEFT),
        case=order.case,
        lead=order.lead,
        kind=THEFT,
        severity="high",
        organisation=order.organisation,
        subject_type=order.subject_type,
        subject=order.subject,
        source=order.source,
        created_at=clock.now(),
        impact_kwh=order.impact_kwh,
        impact_yuan=order.impact_yuan,
        impact_method=order.impact_method,
        is_partial_impact=order.is_partial_impact,
    )
    words = order.suspicion.text if order.suspicion is not None else ""
    begin(case, order.case, person, Step("create_case", text=words, data={"from": order.key}))
    Suspicion.objects.filter(order=order).update(order=case)
    finish_lead(order)
    return case


def _require_day(kind: str, until_on: date | None) -> None:
    if kind == TRANSFER:
        return
    today = localtime(clock.now()).date()
    longest = timedelta(days=int(charter().loop.longest_suspension_days.value))
    if until_on is None or not today < until_on <= today + longest:
        raise CaseworkError(
            "request_day",
            en=f"it needs a day within {longest.days} days from today",
            zh=f"须填写今后 {longest.days} 天内的日期",
        )


def _order(request: Request) -> Order:
    """Fresh, with the request still undecided."""
    if Request.objects.get(pk=request.pk).is_granted is not None:
        raise CaseworkError("request_decided", en="this request was decided", zh="该申请已审批")
    return Order.objects.get(pk=request.order_id)


def _decided(request: Request, person: Person, *, is_granted: bool) -> None:
    Request.objects.filter(pk=request.pk).update(is_granted=is_granted, decided_by=person)
    request.refresh_from_db()
