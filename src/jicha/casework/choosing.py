"""Who does an order: station or profession team, and never somebody who would check own work.

Part-time inspectors are often readers of their own areas. Where a unit has too few inspectors who may check, the next
one is asked: the neighbour stations of the county, then the county itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from jicha.casework import clock
from jicha.casework.charter import charter
from jicha.casework.errors import CaseworkError
from jicha.casework.journal import family, places
from jicha.casework.models import Order, Organisation, Person, Posting, Team

#: Orders in these are work still to be done.
BUSY = ("to_sign", "checking", "mending", "returned")


@dataclass(frozen=True, slots=True)
class Doing:
    """A unit, its team where the order is a profession's, and who goes. `fallback` says how far the order wandered."""

    unit: Organisation
    team: Team | None
    people: Sequence[Person]
    fallback: str


def county_of(unit: Organisation) -> Organisation | None:
    """The county the unit is or lies in."""
    if unit.level == "county":
        return unit
    found: Organisation | None = Organisation.objects.get_ancestors(unit).filter(level="county").first()
    return found


def choose(order: Order) -> Doing:
    """The nearest unit with enough inspectors who may check. Raises `CaseworkError` where the county has none."""
    needed = max(1, charter().kinds[order.kind].persons_on_site)
    for unit, team, fallback in _candidates(order):
        people = eligible(order, unit, team)
        if len(people) >= needed:
            return Doing(unit, team, people[:needed], fallback)
    raise CaseworkError(
        "nobody_to_check",
        en=f"the county has no {needed} inspectors who may check this; grant a post or dispatch to another county",
        zh=f"县内没有 {needed} 名可以核查本单的稽查员; 请授予岗位或改派其他县",
    )


def eligible(order: Order, unit: Organisation, team: Team | None) -> list[Person]:
    """Inspectors of exactly that unit who may check the order: full-time ones first, then those with least to do."""
    taken = places(family(order.case))
    barred = {staff for place in charter().forbidden_beside("checker") for staff in taken.get(place, ())}
    postings = _in_force(unit, team).exclude(person__staff_id__in=barred)
    busy = Count("person__orders", filter=Q(person__orders__status__in=BUSY))
    ordered = postings.annotate(busy=busy).order_by("is_part_time", "busy", "person__staff_id")
    return list({posting.person_id: posting.person for posting in ordered.select_related("person")}.values())


def _in_force(unit: Organisation, team: Team | None) -> QuerySet[Posting]:
    posts = [name for name, post in charter().posts.items() if post.right == "answer"]
    moment = clock.now()
    found = Posting.objects.filter(
        post__in=posts,
        organisation=unit,
        revoked_at__isnull=True,
        from_at__lte=moment,
        person__is_active=True,
    ).exclude(until_at__lte=moment)
    return found if team is None else found.filter(team=team)


def _candidates(order: Order) -> Iterator[tuple[Organisation, Team | None, str]]:
    """Units in the order in which they are asked."""
    county = county_of(order.organisation)
    if county is None:
        return
    kind = charter().kinds[order.kind]
    if order.organisation.level == "station" and kind.remains_with_station:
        yield order.organisation, None, ""
        neighbours = Organisation.objects.filter(path__startswith=county.path, level="station")
        for neighbour in neighbours.exclude(pk=order.organisation.pk).order_by("org_id"):
            yield neighbour, None, "neighbour"
        yield county, None, "county"
        return
    team = Team.objects.filter(county=county, profession=kind.profession).first()
    if team is not None:
        yield county, team, ""
    yield county, None, "county"
