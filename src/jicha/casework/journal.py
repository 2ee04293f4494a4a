"""Writing the journal: one event a step, chained to the one before it in its case."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime

from jicha.casework import clock
from jicha.casework.errors import CaseworkError
from jicha.casework.models import Case, Event, FreeText, Person, Posting
from jicha.kernel.canonical import digest, dumps

#: What the digest of an event is over, in this order, after the case's key.
CHAINED = (
    "sequence",
    "at",
    "actor",
    "principal",
    "post",
    "acting_org",
    "verb",
    "subject_kind",
    "subject_key",
    "old_status",
    "new_status",
    "people",
    "data",
    "text_digest",
    "previous",
)

#: Ids, codes, digests, dates and amounts; a name or a sentence is none of them.
_ID = re.compile(r"[A-Za-z0-9_.:/+-]{0,128}")

#: How long words beside an event are kept where the caller names no other period.
_KEPT = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, in an own posting or in somebody's stead, or the system by name."""

    person: Person | None = None
    posting: Posting | None = None
    principal: Person | None = None
    system: str = ""

    @property
    def name(self) -> str:
        return self.person.staff_id if self.person is not None else f"system:{self.system}"

    @property
    def staff(self) -> tuple[str, ...]:
        """Staff numbers that the act counts for."""
        return tuple(person.staff_id for person in (self.person, self.principal) if person is not None)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be written, beside actor, time and chain."""

    verb: str
    subject_kind: str
    subject_key: str
    old_status: str = ""
    new_status: str = ""
    people: Mapping[str, Sequence[str]] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""


def open_case(key: str, kind: str) -> Case:
    """The case of that key, made at its first event."""
    return Case.objects.get_or_create(key=key, defaults={"kind": kind})[0]


def locked(case: Case) -> Case:
    """The case, held against other writers until the transaction ends."""
    return Case.objects.select_for_update().get(pk=case.pk)


def write(case: Case, actor: Actor, entry: Entry) -> Event:
    """Appends an event to the case's chain. The caller's transaction holds the change itself too."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event is written in the transaction of what it tells")
    locked(case)
    last = case.events.order_by("-sequence").first()
    text, text_digest = _kept(entry.text)
    event = Event(
        case=case,
        sequence=1 if last is None else last.sequence + 1,
        at=localtime(clock.now()).replace(tzinfo=None).isoformat(timespec="microseconds"),
        actor=actor.name,
        principal=actor.principal.staff_id if actor.principal is not None else "",
        post=actor.posting.post if actor.posting is not None else "",
        acting_org=actor.posting.organisation.org_id if actor.posting is not None else "",
        verb=entry.verb,
        subject_kind=entry.subject_kind,
        subject_key=entry.subject_key,
        old_status=entry.old_status,
        new_status=entry.new_status,
        people=dumps(_ids({place: sorted(set(staff)) for place, staff in entry.people.items() if staff})),
        data=dumps(_ids(entry.data)),
        text=text,
        text_digest=text_digest,
        previous="" if last is None else last.digest,
    )
    event.digest = event_digest(case.key, event)
    event.save(force_insert=True)
    return event


def event_digest(case_key: str, event: Event) -> str:
    """What the event's digest must be."""
    return digest([case_key, *(getattr(event, name) for name in CHAINED)])


def salted(text: str, salt: str) -> str:
    return digest([salt, text])


def people_of(event: Event) -> dict[str, list[str]]:
    """Places this event says were taken, with staff numbers."""
    found: dict[str, list[str]] = json.loads(event.people)
    return found


def family(case: Case) -> list[int]:
    """Ids of the case, of the one it went into and of all that went into that one."""
    root = case
    while root.merged_into is not None:
        root = root.merged_into
    found, fresh = [root.pk], [root.pk]
    while fresh := list(Case.objects.filter(merged_into__in=fresh).values_list("pk", flat=True)):
        found += fresh
    return found


def places(cases: Sequence[int]) -> dict[str, set[str]]:
    """Place -> staff numbers that ever took it in these cases."""
    found: dict[str, set[str]] = {}
    for people in Event.objects.filter(case__in=cases).exclude(people="{}").values_list("people", flat=True):
        for place, staff in json.loads(people).items():
            found.setdefault(place, set()).update(staff)
    return found


def _kept(text: str) -> tuple[FreeText | None, str]:
    if not text.strip():
        return None, ""
    salt = secrets.token_hex(16)
    kept = FreeText(text=text, salt=salt, keep_until=(localtime(clock.now()) + _KEPT).date())
    kept.save(force_insert=True)
    return kept, salted(text, salt)


def _ids(value: Any, path: str = "data") -> Any:
    """The value, if it holds no words: those belong into the text, where they can be erased."""
    if isinstance(value, datetime):
        return localtime(value).replace(tzinfo=None) if value.tzinfo else value
    if value is None or isinstance(value, bool | int | date | Decimal):
        return value
    if isinstance(value, Mapping):
        return {key: _ids(part, f"{path}.{key}") for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_ids(part, path) for part in (sorted(value) if isinstance(value, set | frozenset) else value)]
    text = str(value)
    if _ID.fullmatch(text) is None:
        raise CaseworkError(
            "words_in_journal",
            en=f"the journal holds ids, codes and digests, not words; {path} belongs into the text beside it",
            zh=f"日志只记录编号、代码与摘要; {path} 的文字应写入可清除的附文",
        )
    return text
