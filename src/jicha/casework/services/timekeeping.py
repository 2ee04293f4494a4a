"""What time brings about by itself: warnings, escalation, the end of snoozes and suspensions.

Running it twice changes nothing: a warning of one limit is given once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.timezone import localtime

from jicha.casework import clock, deadlines
from jicha.casework.models import Lead, LimitWarning, Order, Organisation
from jicha.casework.services.leads import wake
from jicha.casework.services.requests import resume
from jicha.casework.transition import Step, move

CLOCK = "clock"
OVERDUE = "overdue"


@dataclass
class Kept:
    """What one pass did."""

    warned: int = 0
    escalated: int = 0
    woken: int = 0
    resumed: int = 0


def keep_time() -> Kept:
    """One pass over everything that has a limit."""
    kept = Kept()
    moment = clock.now()
    for lead in Lead.objects.filter(status="snoozed", snoozed_until__lte=moment):
        wake(lead)
        kept.woken += 1
    today = localtime(moment).date()
    for order in Order.objects.filter(status="suspended", suspended_until__lte=today):
        resume(order, CLOCK)
        kept.resumed += 1
    for order in Order.objects.filter(due_at__isnull=False).exclude(
        status__in=("suspended", "archived", "referred")
    ):
        _warn(order, moment, kept)
    return kept


def _warn(order: Order, moment: datetime, kept: Kept) -> None:
    if order.due_at is None or order.step_from is None:
        return
    share = deadlines.used(order.step_from, order.due_at, moment, is_wall_clock=order.is_wall_clock)
    responsible = order.unit or order.organisation
    shares = deadlines.warning_shares(responsible, localtime(moment).date())
    given = [kind for kind, at in shares if at <= share < Decimal(1)]
    if given and _once(order, given[-1], responsible, moment, "warn"):
        kept.warned += 1
    if share >= Decimal(1) and moment >= order.due_at:
        above: Organisation = Organisation.objects.get_parent(responsible) or responsible
        if _once(order, OVERDUE, above, moment, "escalate"):
            kept.escalated += 1


def _once(order: Order, kind: str, unit: Organisation, moment: datetime, verb: str) -> bool:
    """Gives the warning unless this limit has had it; whether it did."""
    with transaction.atomic():
        limit = {"order": order, "step_from": order.step_from, "due_at": order.due_at, "kind": kind}
        if LimitWarning.objects.filter(**limit).exists():
            return False
        move(order, CLOCK, Step(verb, data={"kind": kind, "to": unit.org_id, "due_at": order.due_at}))
        LimitWarning(**limit, organisation=unit, at=moment).save(force_insert=True)
    return True
