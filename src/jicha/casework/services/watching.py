"""After the archive: the rule is looked at again, and an order whose finding came back is reopened."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.timezone import localtime

from jicha.casework import clock
from jicha.casework.models import Order, Person, Suspicion, Watch
from jicha.casework.seeing import Looked
from jicha.casework.transition import Step, move
from jicha.inspection.known import PRESENCES

SWEEP = "sweep"


def look_again(looked: Mapping[str, Looked]) -> list[Order]:
    """Holds archived orders against a sweep and reopens those whose finding came back; the reopened ones.

    A watch is done by the first sweep as of its day or later that judged every finding of the order.
    """
    reopened = []
    for order in Order.objects.filter(status="archived").order_by("pk"):
        suspicions = list(order.suspicions.all())
        back = sorted(
            each.finding_key
            for each in suspicions
            if each.finding_key in looked and has_returned(order, each, looked[each.finding_key])
        )
        if back:
            runs = sorted({looked[key].run for key in back})
            reopen(order, SWEEP, reason="finding_returned", data={"findings": back, "runs": runs})
            reopened.append(order)
        elif suspicions and all(each.finding_key in looked for each in suspicions):
            _tick(order, [looked[each.finding_key] for each in suspicions])
    return reopened


def has_returned(order: Order, suspicion: Suspicion, looked: Looked) -> bool:
    """A state that was gone is there; an event was repeated; what was settled or not confirmed has something new."""
    if order.archived_at is None or looked.as_of < localtime(order.archived_at).date():
        return False
    if order.outcome == "not_confirmed" or suspicion.closer == "covered_by_adjustment":
        is_new = looked.observation_digest not in ("", suspicion.observation_digest)
        return looked.presence == "reappeared" or (looked.presence == "changed" and is_new)
    if suspicion.closer == "event_not_repeated":
        return looked.is_repeated
    return looked.presence in PRESENCES


def reopen(order: Order, by: Person | str, *, reason: str, data: Mapping[str, object] | None = None) -> None:
    """Back to the county's desk, as a new round. Places taken before stay taken."""
    with transaction.atomic():
        order.refresh_from_db()
        changes = {
            "reopen_count": order.reopen_count + 1,
            "round": order.round + 1,
            "archived_at": None,
            "outcome": "",
            "conclusion": "",
            "reason": "",
            "unit": None,
            "team": None,
            "handler": None,
        }
        move(order, by, Step("reopen", reason, data=dict(data or {}), changes=changes))
        order.companions.clear()
        order.watches.filter(done_at__isnull=True).delete()
        if order.lead.status == "closed":
            move(order.lead, SWEEP, Step("resume", data={"order": order.key}))


def _tick(order: Order, looked: list[Looked]) -> None:
    as_of = min(each.as_of for each in looked)
    due = order.watches.filter(done_at__isnull=True, due_on__lte=as_of).order_by("due_on")
    for watch in due:
        runs = sorted({each.run for each in looked})
        move(order, SWEEP, Step("recheck", data={"due_on": watch.due_on, "runs": runs}))
        Watch.objects.filter(pk=watch.pk).update(done_at=clock.now())
