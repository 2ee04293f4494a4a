"""Leads: findings taken in and joined by site, then judged at the desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localtime

from jicha.casework import clock
from jicha.casework.charter import charter
from jicha.casework.errors import CaseworkError
from jicha.casework.guards import ByMerge, require
from jicha.casework.journal import family, locked, open_case, places
from jicha.casework.models import Case, Lead, Order, Organisation, Person, Suspicion
from jicha.casework.rights import below, units_of
from jicha.casework.seeing import Joint, Seen
from jicha.casework.transition import Step, begin, move
from jicha.inspection.known import PRESENCES
from jicha.kernel.canonical import short_key

SWEEP, CLOCK = "sweep", "clock"
OPEN = ("to_judge", "snoozed")

#: Worst first.
SEVERITIES = ("high", "medium", "low")

#: Seen again after it was judged invalid: only something new about it makes it a lead again.
NEWS = ("changed", "reappeared")


@dataclass
class Intake:
    """What became of a sweep's findings; every one is counted once. `left_out` says why by finding."""

    made: int = 0
    joined: int = 0
    known: int = 0
    revived: int = 0
    left_out: dict[str, str] = field(default_factory=dict)


def leads_of(person: Person) -> QuerySet[Lead]:
    """Leads the person may see: those of the own subtrees."""
    return Lead.objects.filter(below(units_of(person), "organisation"))


def take_in(run: int, seen: Iterable[Seen], joint: Mapping[str, Joint] | None = None) -> Intake:
    """Makes leads of a sweep's findings, one a site. `joint`: money of sites with several findings, by site."""
    intake = Intake()
    units = {unit.org_id: unit for unit in Organisation.objects.all()}
    for found in seen:
        if found.org_id is None or found.org_id not in units:
            intake.left_out[found.finding_key] = "no_organisation"
            continue
        with transaction.atomic():
            known = Suspicion.objects.filter(finding_key=found.finding_key).select_related("lead").first()
            if known is not None:
                _seen_again(known, found, run, intake)
            else:
                _first_seen(found, units[found.org_id], run, joint or {}, intake)
    return intake


def note_absent(run: int, presences: Mapping[str, str]) -> None:
    """What the sweep says of findings that are no longer there, by key; the desk sees it before it sends anybody."""
    for known in Suspicion.objects.filter(finding_key__in=presences):
        Suspicion.objects.filter(pk=known.pk).update(presence=presences[known.finding_key], last_run=run)


def snooze(lead: Lead, person: Person, *, reason: str, until: datetime, text: str = "") -> None:
    """Puts the lead aside with a reason and an end."""
    longest = timedelta(days=int(charter().loop.longest_snooze_days.value))
    if not clock.now() < until <= clock.now() + longest:
        raise CaseworkError(
            "snooze_span",
            en=f"a lead is snoozed to a day within {longest.days} days",
            zh=f"暂缓须有期限, 最长 {longest.days} 天",
        )
    told = {"until": until}
    move(
        lead,
        person,
        Step("snooze", reason, text, data=told, changes={"snoozed_until": until, "reason": reason}),
    )


def drop(lead: Lead, person: Person, *, reason: str, text: str = "") -> None:
    """Judges the lead invalid; the reason counts for its topics."""
    topics = sorted(set(lead.suspicions.values_list("topic", flat=True)))
    move(lead, person, Step("drop", reason, text, data={"topics": topics}, changes={"reason": reason}))


def merge(lead: Lead, into: Lead, person: Person) -> None:
    """Makes two leads one: findings go over, and whoever took a place in one case has it in both."""
    with transaction.atomic():
        _lock_both(lead, into)
        if lead.pk == into.pk:
            raise CaseworkError("merge_itself", en="a lead is not merged into itself", zh="不能与自身合并")
        require("merge", ByMerge(places(family(lead.case)), places(family(into.case))))
        move(lead, person, Step("merge", data={"into": into.key}))
        Case.objects.filter(pk=lead.case_id).update(merged_into=into.case)
        moved = sorted(lead.suspicions.values_list("finding_key", flat=True))
        lead.suspicions.update(lead=into)
        move(
            into,
            person,
            Step("receive", data={"from": lead.key, "findings": moved}, changes=_money(into, None)),
        )


def accept(lead: Lead, person: Person, *, suspicion: str, source: str | None = None) -> list[Order]:
    """Makes one order for each kind of problem of the lead. `suspicion` describes what is suspected, in words."""
    if not suspicion.strip():
        raise CaseworkError(
            "suspicion_needed", en="an order describes what is suspected", zh="工单须描述疑似问题"
        )
    with transaction.atomic():
        suspicions = sorted(lead.suspicions.all(), key=lambda each: (each.kind, each.finding_key))
        if not suspicions:
            raise CaseworkError("no_findings", en="this lead has no finding", zh="该线索没有疑似问题")
        move(lead, person, Step("accept", data={"findings": [each.finding_key for each in suspicions]}))
        made = []
        for kind, of_kind in groupby(suspicions, key=lambda each: each.kind):
            made.append(_order(lead, person, kind, list(of_kind), suspicion, source or lead.source))
        return made


def wake(lead: Lead) -> None:
    """Ends a snooze whose day has come."""
    if lead.snoozed_until is not None and lead.snoozed_until <= clock.now():
        move(lead, CLOCK, Step("wake", changes={"snoozed_until": None}))


def _first_seen(
    found: Seen, unit: Organisation, run: int, joint: Mapping[str, Joint], intake: Intake
) -> None:
    lead = Lead.objects.filter(site=found.site, status__in=OPEN).order_by("pk").first()
    told = {"finding": found.finding_key, "run": run, "topic": found.topic}
    if lead is None:
        lead = _new_lead(found, unit, told)
        intake.made += 1
    else:
        move(lead, SWEEP, Step("join", data=told))
        intake.joined += 1
    _suspect(lead, found, run)
    changes = _money(lead, joint.get(found.site))
    worst = min((lead.severity, found.severity), key=SEVERITIES.index)
    if found.doers:
        step = Step("note_doer", people={"doer": sorted(found.doers)}, data={"duties": dict(found.doers)})
        move(lead, SWEEP, step)
    Lead.objects.filter(pk=lead.pk).update(severity=worst, **changes)
    if lead.status == "snoozed" and found.presence in PRESENCES:
        lead.refresh_from_db()
        move(lead, SWEEP, Step("wake", changes={"snoozed_until": None}))


def _seen_again(known: Suspicion, found: Seen, run: int, intake: Intake) -> None:
    intake.known += 1
    Suspicion.objects.filter(pk=known.pk).update(presence=found.presence, last_run=run)
    if known.lead.status == "invalid" and found.presence in NEWS:
        told = {"finding": found.finding_key, "run": run, "presence": found.presence}
        move(known.lead, SWEEP, Step("revive", data=told, changes={"reason": ""}))
        intake.revived += 1


def _new_lead(found: Seen, unit: Organisation, told: Mapping[str, object]) -> Lead:
    key = short_key("lead", found.site, found.finding_key)
    lead = Lead(
        key=key,
        case=open_case(key, "lead"),
        site=found.site,
        organisation=unit,
        customer_id=found.customer_id or "",
        source=SWEEP,
        severity=found.severity,
        created_at=clock.now(),
        beside=Lead.objects.filter(site=found.site).order_by("-pk").first(),
    )
    return begin(lead, lead.case, SWEEP, Step("take_in", data=told))


def _suspect(lead: Lead, found: Seen, run: int) -> None:
    Suspicion(
        finding_key=found.finding_key,
        lead=lead,
        topic=found.topic,
        kind=charter().kind_of_theme(found.theme),
        severity=found.severity,
        subject_type=found.subject_type,
        subject=dict(found.subject),
        period_from=found.period_from,
        period_to=found.period_to,
        impact_kwh=found.impact_kwh,
        impact_yuan=found.impact_yuan,
        impact_method=found.impact_method,
        is_partial_impact=found.is_partial_impact,
        observation_digest=found.observation_digest,
        presence=found.presence,
        closer=found.closer,
        quiet_months=found.quiet_months,
        verify_days=found.verify_days,
        first_run=run,
        last_run=run,
    ).save(force_insert=True)


def _money(lead: Lead, joint: Joint | None) -> dict[str, object]:
    """One finding's money is the lead's; of several only a joint replay is, and without one nothing is said: a sum
    would count twice what two findings claim of the same bill."""
    if joint is not None:
        return {
            "impact_kwh": joint.impact_kwh,
            "impact_yuan": joint.impact_yuan,
            "impact_method": "replayed",
            "is_partial_impact": joint.is_partial_impact,
        }
    names = ("impact_kwh", "impact_yuan", "impact_method", "is_partial_impact")
    priced = [each for each in lead.suspicions.all() if each.impact_yuan is not None]
    if len(priced) == 1:
        return {name: getattr(priced[0], name) for name in names}
    return {**dict.fromkeys(names), "impact_method": "none", "is_partial_impact": bool(priced)}


def _order(
    lead: Lead, person: Person, kind: str, suspicions: Sequence[Suspicion], words: str, source: str
) -> Order:
    worst = min(suspicions, key=lambda each: SEVERITIES.index(each.severity))
    subject = {name: value for each in (*suspicions, worst) for name, value in each.subject.items()}
    alone = len(suspicions) == 1
    order = Order(
        key=short_key("order", lead.key, kind, localtime(clock.now()).replace(tzinfo=None)),
        case=lead.case,
        lead=lead,
        kind=kind,
        severity=worst.severity,
        organisation=lead.organisation,
        subject_type=worst.subject_type,
        subject=subject,
        source=source,
        created_at=clock.now(),
        impact_kwh=worst.impact_kwh if alone else None,
        impact_yuan=worst.impact_yuan if alone else None,
        impact_method=worst.impact_method if alone else "none",
        is_partial_impact=worst.is_partial_impact if alone else True,
    )
    told = {"lead": lead.key, "kind": kind, "findings": [each.finding_key for each in suspicions]}
    begin(order, lead.case, person, Step("create", text=words, data=told))
    Suspicion.objects.filter(pk__in=[each.pk for each in suspicions]).update(order=order)
    return order


def _lock_both(one: Lead, other: Lead) -> None:
    """In the order of their ids, so that two merges the other way round do not wait for each other."""
    for case in sorted((one.case, other.case), key=lambda case: case.pk):
        locked(case)
