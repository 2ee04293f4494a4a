"""Two levels of review, the re-check of the mending by data, responsibility, callback, archive."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils.timezone import localtime

from jicha.casework import clock, deadlines
from jicha.casework.charter import charter
from jicha.casework.closing import Verdict, verdict
from jicha.casework.errors import CaseworkError
from jicha.casework.models import Callback, Order, Organisation, Person, Responsibility, Review, Watch
from jicha.casework.seeing import Looked
from jicha.casework.services.checking import TRUE
from jicha.casework.transition import Step, move

#: Status under review -> level that reviews.
LEVEL = {"to_review_county": "county", "to_review_city": "city"}


def pass_answer(order: Order, person: Person, *, text: str = "") -> None:
    """The level on which the order stands is satisfied."""
    with transaction.atomic():
        order.refresh_from_db()
        level = LEVEL.get(order.status, "county")
        verb = "pass_county"
        if level == "city":
            verb = "pass_city" if order.conclusion in TRUE else "pass_city_untrue"
        due = _verifiable_at(order) if verb == "pass_city" else None
        move(order, person, Step(verb, text=text, data={"round": order.round}))
        if due is not None:
            Order.objects.filter(pk=order.pk).update(due_at=due)
            order.refresh_from_db()
        _keep(order, person, level, "")


def return_answer(order: Order, person: Person, *, reason: str, text: str = "") -> None:
    """Back to who answered, with a coded reason; returns are counted."""
    with transaction.atomic():
        order.refresh_from_db()
        level = LEVEL.get(order.status, "county")
        verb = "return_to_unit_city" if level == "city" else "return_to_unit"
        changes = {"return_count": order.return_count + 1}
        move(order, person, Step(verb, reason, text, data={"round": order.round}, changes=changes))
        _keep(order, person, level, reason)


def re_check(order: Order, person: Person, looked: Iterable[Looked]) -> dict[str, Verdict]:
    """Holds the mending against what a sweep saw since. All verified: on to the archive. One contradicted: back.
    Otherwise the order stays open, with the reason for each finding."""
    with transaction.atomic():
        order.refresh_from_db()
        seen = {each.finding_key: each for each in looked}
        mended = _mended_on(order)
        tolerance = charter().loop.tolerance
        found = {
            each.finding_key: verdict(each, seen.get(each.finding_key), mended, tolerance)
            for each in order.suspicions.all()
        }
        told = {
            "verdicts": {key: each.reason or "verified" for key, each in found.items()},
            "runs": sorted({each.run for each in seen.values()}),
            "adjustments": sorted({each.adjustment_id for each in seen.values() if each.adjustment_id}),
        }
        if any(each.is_contradicted for each in found.values()):
            changes = {"return_count": order.return_count + 1}
            move(order, person, Step("fail_mending", "not_gone", data=told, changes=changes))
        elif found and all(each.is_verified for each in found.values()):
            outcome = order.suspicions.order_by("pk").values_list("closer", flat=True)[0]
            move(order, person, Step("verify_mending", data=told, changes={"outcome": outcome}))
        else:
            move(order, person, Step("leave_open", data=told))
    return found


def hold_responsible(
    order: Order, person: Person, *, fault: str, organisation: Organisation, post: str, staff_id: str
) -> Responsibility:
    """Names who answers for a true finding; the person is heard before the order closes."""
    if fault not in charter().reasons["responsibility"]:
        raise CaseworkError("unknown_fault", en=f"there is no fault {fault}", zh=f"没有责任类别 {fault}")
    with transaction.atomic():
        told = {"fault": fault, "org_id": organisation.org_id, "post": post}
        move(order, person, Step("hold_responsible", data=told, people={"responsible": [staff_id]}))
        made = Responsibility(
            order=order,
            fault=fault,
            organisation=organisation,
            post=post,
            staff_id=staff_id,
            assessed_by=person,
        )
        made.save(force_insert=True)
    return made


def hear(order: Order, person: Person, responsibility: Responsibility, *, on: date, statement: str) -> None:
    """What the person said, and when."""
    if not statement.strip() or responsibility.order_id != order.pk:
        raise CaseworkError("statement_needed", en="a hearing has a statement", zh="须填写当事人陈述")
    with transaction.atomic():
        told = {"person": responsibility.staff_id, "on": on}
        event = move(order, person, Step("hear", text=statement, data=told))
        changes = {"heard_on": on, "heard_by": person, "statement": event.text}
        Responsibility.objects.filter(pk=responsibility.pk).update(**changes)


def call_back(order: Order, person: Person, *, satisfaction: str) -> None:
    """The return visit to the customer."""
    if satisfaction not in charter().reasons["satisfaction"]:
        raise CaseworkError(
            "unknown_satisfaction", en=f"there is no answer {satisfaction}", zh=f"没有回访结果 {satisfaction}"
        )
    with transaction.atomic():
        move(order, person, Step("call_back", data={"satisfaction": satisfaction, "round": order.round}))
        made = Callback(
            order=order,
            round=order.round,
            satisfaction=satisfaction,
            caller=person,
            on=localtime(clock.now()).date(),
        )
        made.save(force_insert=True)


def close(order: Order, person: Person) -> None:
    """Archives the order, and says on which days its findings are looked at again."""
    with transaction.atomic():
        order.refresh_from_db()
        _require_closable(order)
        outcome = order.outcome if order.conclusion in TRUE else "not_confirmed"
        changes = {"outcome": outcome, "archived_at": clock.now()}
        move(order, person, Step("close", data={"outcome": outcome}, changes=changes))
        today = localtime(clock.now()).date()
        for days in charter().loop.recheck_days.value:
            Watch(order=order, due_on=today + timedelta(days=int(days))).save(force_insert=True)
        finish_lead(order)


def finish_lead(order: Order) -> None:
    """The lead is done when all its orders are."""
    ends = [name for name, status in charter().machines["order"].statuses.items() if status.ends]
    if order.lead.status == "accepted" and not order.lead.orders.exclude(status__in=ends).exists():
        move(order.lead, "clock", Step("finish"))


def _require_closable(order: Order) -> None:
    kind = charter().kinds[order.kind]
    is_true = order.conclusion in TRUE
    if (
        kind.callback
        and order.subject.get("customer_id")
        and not order.callbacks.filter(round=order.round).exists()
    ):
        raise CaseworkError("callback_missing", en="the customer was not called back", zh="尚未回访客户")
    held = list(order.responsibilities.all())
    if is_true and not held:
        raise CaseworkError(
            "responsibility_missing", en="a true finding names who answers for it", zh="属实的问题须认定责任"
        )
    if any(each.heard_on is None for each in held):
        raise CaseworkError(
            "not_heard", en="somebody held responsible was not heard", zh="尚未听取责任人陈述"
        )


def _mended_on(order: Order) -> date | None:
    finished = [each.finished_on for each in order.mendings.filter(round=order.round)]
    days = [day for day in finished if day is not None]
    return max(days) if days and len(days) == len(finished) else None


def _verifiable_at(order: Order) -> object:
    """A mending is due on its own day; one that is done is due for re-checking when data can tell."""
    mended = _mended_on(order)
    if mended is not None:
        wait = max((each.verify_days for each in order.suspicions.all()), default=0)
        moment = deadlines.calendar().start(mended + timedelta(days=wait))
        given = deadlines.limit("review", order.severity, order.organisation, localtime(clock.now()).date())
        return moment if given is None else deadlines.due(max(moment, clock.now()), given).at
    days = [each.due_on for each in order.mendings.filter(round=order.round) if each.due_on is not None]
    return deadlines.calendar().start(max(days) + timedelta(days=1)) if days else None


def _keep(order: Order, person: Person, level: str, reason: str) -> None:
    Review(
        order=order,
        round=order.round,
        level=level,
        is_passed=not reason,
        reason=reason,
        reviewer=person,
        at=clock.now(),
    ).save(force_insert=True)
