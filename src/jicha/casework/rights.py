"""Who may do what where: the posting a person acts by, and the units a person sees.

A right is had by a posting, or by a delegation of one. What a person may not see does not exist for them: services
look cases up through `visible_to` and say "no such order", never "not yours".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from jicha.casework import clock
from jicha.casework.charter import LEVELS, charter
from jicha.casework.errors import NotAllowed
from jicha.casework.guards import ByPosting, refusal
from jicha.casework.journal import Actor
from jicha.casework.models import Delegation, Organisation, Person, Posting, Team
from jicha.kernel.text import Text


def acting(
    person: Person,
    right: str,
    unit: Organisation,
    *,
    levels: Sequence[str] = LEVELS,
    team: Team | None = None,
    department: str | None = None,
) -> Actor:
    """The person in the posting that carries the right there: an own one before somebody else's.

    Raises `NotAllowed` with the nearest reason: that of the posting which failed last.
    """
    moment = clock.now()
    reason = ("no_right", Text(f"no post with the right to {right}", f"没有“{_titled(right).zh}”权限的岗位"))
    if not person.is_active:
        raise NotAllowed("inactive", en="this account is closed", zh="账号已停用")
    for posting, delegation in _candidates(person, right):
        facts = ByPosting(posting, delegation, unit, team, levels, department, moment)
        refused = refusal("posting", facts)
        if refused is None:
            principal = posting.person if delegation is not None else None
            return Actor(person=person, posting=posting, principal=principal)
        reason = refused
    raise NotAllowed(reason[0], en=reason[1].en, zh=reason[1].zh)


def held_posts(person: Person, at: datetime | None = None) -> list[str]:
    """Posts the person holds or stands in for, also those that have not begun: they would meet later."""
    moment = at or clock.now()
    own = person.postings.filter(revoked_at__isnull=True).exclude(until_at__lte=moment)
    given = Delegation.objects.filter(to=person, ended_at__isnull=True, until_at__gt=moment)
    given = given.filter(posting__revoked_at__isnull=True).exclude(posting__until_at__lte=moment)
    return [*own.values_list("post", flat=True), *given.values_list("posting__post", flat=True)]


def units_of(person: Person) -> list[Organisation]:
    """Units of the person's postings in force, own or delegated."""
    moment = clock.now()
    in_force = Q(from_at__lte=moment, revoked_at__isnull=True) & (
        Q(until_at__isnull=True) | Q(until_at__gt=moment)
    )
    stands_in = Q(
        delegations__to=person,
        delegations__ended_at__isnull=True,
        delegations__from_at__lte=moment,
        delegations__until_at__gt=moment,
    )
    found = Posting.objects.filter(in_force & (Q(person=person) | stands_in)).select_related("organisation")
    return list({posting.organisation_id: posting.organisation for posting in found}.values())


def below(units: Iterable[Organisation], *relations: str) -> Q:
    """The filter "at or below one of the units", on a path reached by any of these relations."""
    wanted = Q(pk__in=())
    for unit in units:
        for relation in relations:
            prefix = f"{relation}__" if relation else ""
            wanted |= Q(**{f"{prefix}path__startswith": unit.path})
    return wanted


def visible_units(person: Person) -> Any:
    """Organisations a person sees: the own subtrees."""
    return Organisation.objects.filter(below(units_of(person), ""))


def _candidates(person: Person, right: str) -> Iterator[tuple[Posting, Delegation | None]]:
    posts = [name for name, post in charter().posts.items() if post.right == right]
    for own in person.postings.filter(post__in=posts).select_related("organisation", "person").order_by("pk"):
        yield own, None
    given = Delegation.objects.filter(to=person, posting__post__in=posts).order_by("pk")
    for each in given.select_related("posting__organisation", "posting__person"):
        yield each.posting, each


def _titled(right: str) -> Text:
    return charter().rights[right].title.text
