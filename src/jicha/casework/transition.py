"""The one place where a status is set: a verb of a machine, its guards, its event, the status, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils.timezone import localtime

from jicha.casework import clock, deadlines
from jicha.casework.charter import PREVIOUS, SAME, Verb, charter
from jicha.casework.errors import CaseworkError, NotAllowed
from jicha.casework.guards import ByStep, require
from jicha.casework.journal import Actor, Entry, family, locked, places, write
from jicha.casework.models import Case, Event, Lead, Order, Organisation, Person, RuleChange
from jicha.casework.ownership import department
from jicha.casework.rights import acting
from jicha.casework.statuses import STATUSED

#: Rights that count only in the department that owns the matter.
OWNED = ("judge", "dispatch", "review", "approve", "evaluate", "close")

Subject = Lead | Order | RuleChange
S = TypeVar("S", Lead, Order, RuleChange)


@dataclass(frozen=True, slots=True)
class Step:
    """A verb and what goes with it.

    `people` are places others take by it, `changes` fields set along with the status, `companions` who else may act as
    handler, `on_site` how many the kind sends and who goes.
    """

    verb: str
    reason: str = ""
    text: str = ""
    people: Mapping[str, Sequence[str]] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)
    companions: Sequence[str] = ()
    on_site: tuple[int, Sequence[str]] | None = None


def begin(made: S, case: Case, by: Person | str, step: Step) -> S:
    """Saves a new subject with its first event."""
    machine = charter().machines[_kind(made)]
    verb = machine.verbs[step.verb]
    with transaction.atomic():
        actor, people = _allowed(made, case, verb, by, step)
        made.status = verb.to
        _set_clock(made, clock.now())
        event = _write(made, case, actor, step, "", verb.to, people)
        if isinstance(made, Order):
            made.suspicion = event.text
        made.save(force_insert=True)
    return made


def move(subject: S, by: Person | str, step: Step) -> Event:
    """Takes the step, or raises `CaseworkError` and changes nothing. The subject is brought up to date."""
    machine = charter().machines[_kind(subject)]
    verb = machine.verbs[step.verb]
    with transaction.atomic():
        case = locked(subject.case)
        subject.refresh_from_db()
        old = subject.status
        if old not in verb.sources:
            raise CaseworkError(
                "wrong_status",
                en=f"“{verb.title.en}” is not possible while “{machine.statuses[old].title.en}”",
                zh=f"当前状态“{machine.statuses[old].title.zh}”不能执行“{verb.title.zh}”",
            )
        actor, people = _allowed(subject, case, verb, by, step)
        new = {SAME: old, PREVIOUS: getattr(subject, "before_suspension", "")}.get(verb.to, verb.to)
        event = _write(subject, case, actor, step, old, new, people)
        subject.status = new
        if verb.to == PREVIOUS:
            _restart_clock(subject, clock.now())
        elif new != old and "before_suspension" not in step.changes:
            _set_clock(subject, clock.now())
        for name, value in step.changes.items():
            setattr(subject, name, value)
        subject.save()
    return event


def acting_on(subject: Subject, verb: Verb, by: Person | str) -> Actor:
    """The actor in the posting that may take the verb. Raises `NotAllowed`."""
    if isinstance(by, str):
        if by not in verb.systems:
            raise NotAllowed(
                "not_by_system",
                en=f"“{verb.title.en}” is done by a person",
                zh=f"“{verb.title.zh}”须由人员办理",
            )
        return Actor(system=by)
    if verb.right is None:
        raise NotAllowed(
            "system_only", en=f"“{verb.title.en}” is done by the system", zh=f"“{verb.title.zh}”由系统执行"
        )
    unit, team = subject.organisation, None
    if isinstance(subject, Order) and verb.handler:
        unit, team = subject.unit or subject.organisation, subject.team
    on = localtime(clock.now()).date()
    owner = department(_matter(subject), unit, on) if verb.right in OWNED else None
    return acting(by, verb.right, unit, levels=verb.levels, team=team, department=owner)


def _allowed(
    subject: Subject, case: Case, verb: Verb, by: Person | str, step: Step
) -> tuple[Actor, dict[str, Sequence[str]]]:
    """Actor and places taken, after all guards."""
    if verb.reasons is not None and step.reason not in charter().reasons[verb.reasons]:
        known = charter().reasons[verb.reasons]
        raise CaseworkError(
            "reason_needed",
            en=f"“{verb.title.en}” needs one of the reasons {', '.join(known)}",
            zh=f"“{verb.title.zh}”须注明原因: {'、'.join(each.zh for each in known.values())}",
        )
    actor = acting_on(subject, verb, by)
    people: dict[str, Sequence[str]] = {place: tuple(staff) for place, staff in step.people.items()}
    if verb.place is not None and actor.staff:
        people[verb.place] = (*people.get(verb.place, ()), *actor.staff)
    handlers: list[str] | None = None
    if isinstance(subject, Order) and verb.handler and actor.staff:
        handlers = [*([subject.handler.staff_id] if subject.handler else []), *step.companions]
    taken = places(family(case)) if people else {}
    require("step", ByStep(step.verb, actor.staff, people, taken, handlers, step.on_site))
    return actor, people


def _write(
    subject: Subject,
    case: Case,
    actor: Actor,
    step: Step,
    old: str,
    new: str,
    people: Mapping[str, Sequence[str]],
) -> Event:
    data = {**step.data, **({"reason": step.reason} if step.reason else {})}
    entry = Entry(step.verb, _kind(subject), subject.key, old, new, people, data, step.text)
    return write(case, actor, entry)


def _set_clock(subject: Subject, moment: datetime) -> None:
    """The limit of the status the subject has come into, by its severity and unit."""
    if isinstance(subject, RuleChange):
        return
    named = charter().machines[_kind(subject)].statuses[subject.status].step
    unit: Organisation = subject.organisation
    given = None
    if named is not None:
        step = charter().kinds[subject.kind].limit_of(named) if isinstance(subject, Order) else named
        on = localtime(moment).date()
        given = deadlines.limit(step, subject.severity, unit, on) or deadlines.limit(
            named, subject.severity, unit, on
        )
    found = None if given is None else deadlines.due(moment, given)
    subject.due_at = None if found is None else found.at
    if isinstance(subject, Order):
        subject.step_from = moment
        subject.is_wall_clock = found is not None and found.is_wall_clock
        subject.is_provisional_due = found is not None and found.is_provisional


def _restart_clock(subject: Subject, moment: datetime) -> None:
    """After a suspension: what was left when the clock stopped is left now."""
    if isinstance(subject, Order) and subject.due_at is not None and subject.suspended_at is not None:
        stopped, wall = subject.suspended_at, subject.is_wall_clock
        subject.due_at = deadlines.shifted(subject.due_at, stopped, moment, is_wall_clock=wall)


def _matter(subject: Subject) -> str:
    return charter().kinds[subject.kind].matter if isinstance(subject, Order) else "inspection"


def _kind(subject: Subject) -> str:
    return next(name for name, model in STATUSED.items() if isinstance(subject, model))
