"""Posts given, taken away and delegated. Every one of it is in the journal of the person concerned."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from jicha.casework import clock
from jicha.casework.charter import charter
from jicha.casework.errors import CaseworkError, NotAllowed
from jicha.casework.guards import ByDelegation, ByGrant, require
from jicha.casework.journal import Actor, Entry, locked, open_case, write
from jicha.casework.models import Case, Delegation, Organisation, Person, Posting, Team
from jicha.casework.rights import acting, held_posts
from jicha.casework.services.organising import SETUP

DEPARTMENT = "marketing"


def grant(
    administrator: Person,
    person: Person,
    post: str,
    organisation: Organisation,
    *,
    team: Team | None = None,
    department: str = DEPARTMENT,
    is_part_time: bool = False,
    from_at: datetime | None = None,
    until_at: datetime | None = None,
) -> Posting:
    """Gives a post. Raises `NotAllowed` where the administrator may not here, or the posts may not meet."""
    _require_post(post)
    with transaction.atomic():
        case = _rights_of(person)
        actor = acting(administrator, "grant", organisation)
        held = held_posts(person)
        require("grant", ByGrant(administrator, person, post, organisation, team, held))
        return _post(
            case, actor, person, post, organisation, team, department, is_part_time, from_at, until_at
        )


def found(person: Person, organisation: Organisation) -> Posting:
    """The first administrator of rights of a new installation, and only while there is none."""
    with transaction.atomic():
        case = _rights_of(person)
        if Posting.objects.filter(post__in=_posts_with("grant")).exists():
            raise NotAllowed(
                "founded_already",
                en="there is an administrator of rights already; posts are granted by one",
                zh="已有权限管理员; 岗位须由权限管理员授予",
            )
        post = _posts_with("grant")[0]
        return _post(case, SETUP, person, post, organisation, None, DEPARTMENT, False, None, None)


def revoke(administrator: Person, posting: Posting) -> None:
    """Takes a post away, with all delegations of it, from this moment on."""
    with transaction.atomic():
        case = _rights_of(posting.person)
        actor = acting(administrator, "grant", posting.organisation)
        current = Posting.objects.get(pk=posting.pk)
        if current.revoked_at is not None:
            raise CaseworkError("revoked_already", en="this post was revoked before", zh="该岗位此前已撤销")
        moment = clock.now()
        write(
            case, actor, Entry("revoke", "posting", str(posting.pk), "active", "revoked", data=_told(current))
        )
        Posting.objects.filter(pk=posting.pk).update(revoked_at=moment)
        for each in current.delegations.filter(ended_at__isnull=True):
            _end(actor, each, moment)


def delegate(
    owner: Person, posting: Posting, to: Person, *, until_at: datetime, from_at: datetime | None = None
) -> Delegation:
    """Lets somebody act in one's own posting for a while. A delegated post is not delegated on."""
    with transaction.atomic():
        case = _rights_of(to)
        if posting.person_id != owner.pk:
            raise NotAllowed("not_own_post", en="one delegates an own post", zh="只能授权代理本人的岗位")
        right = charter().posts[posting.post].right
        actor = Actor(person=owner, posting=acting(owner, right, posting.organisation).posting)
        homes = [
            each.organisation
            for each in to.postings.filter(revoked_at__isnull=True).select_related("organisation")
        ]
        facts = ByDelegation(owner, to, posting.post, posting.organisation, held_posts(to), homes)
        require("delegate", facts)
        made = Delegation(posting=posting, to=to, from_at=from_at or clock.now(), until_at=until_at)
        made.save(force_insert=True)
        told = {**_told(posting), "owner": owner.staff_id, "from": made.from_at, "until": until_at}
        write(case, actor, Entry("delegate", "delegation", str(made.pk), "", "active", data=told))
        return made


def end_delegation(owner: Person, delegation: Delegation) -> None:
    """Ends it before its time."""
    with transaction.atomic():
        _rights_of(delegation.to)
        if delegation.posting.person_id != owner.pk:
            raise NotAllowed(
                "not_own_post", en="one ends a delegation of an own post", zh="只能结束本人岗位的代理"
            )
        _end(Actor(person=owner), delegation, clock.now())


def _end(actor: Actor, delegation: Delegation, moment: datetime) -> None:
    told = {**_told(delegation.posting), "owner": delegation.posting.person.staff_id}
    entry = Entry("end_delegation", "delegation", str(delegation.pk), "active", "ended", data=told)
    write(_rights_of(delegation.to), actor, entry)
    Delegation.objects.filter(pk=delegation.pk).update(ended_at=moment)


def _post(
    case: Case,
    actor: Actor,
    person: Person,
    post: str,
    organisation: Organisation,
    team: Team | None,
    department: str,
    is_part_time: bool,
    from_at: datetime | None,
    until_at: datetime | None,
) -> Posting:
    made = Posting(
        person=person,
        post=post,
        organisation=organisation,
        team=team,
        department=department,
        is_part_time=is_part_time,
        from_at=from_at or clock.now(),
        until_at=until_at,
    )
    made.save(force_insert=True)
    told = {**_told(made), "from": made.from_at, "until": until_at}
    write(case, actor, Entry("grant", "posting", str(made.pk), "", "active", data=told))
    return made


def _told(posting: Posting) -> dict[str, object]:
    return {
        "person": posting.person.staff_id,
        "post": posting.post,
        "org_id": posting.organisation.org_id,
        "team": posting.team.profession if posting.team is not None else None,
        "team_county": posting.team.county.org_id if posting.team is not None else None,
        "department": posting.department,
        "is_part_time": posting.is_part_time,
    }


def _rights_of(person: Person) -> Case:
    """The person's chain, locked: two posts that may not meet are not granted side by side."""
    return locked(open_case(f"person:{person.staff_id}", "rights"))


def _posts_with(right: str) -> list[str]:
    return [name for name, post in charter().posts.items() if post.right == right]


def _require_post(post: str) -> None:
    if post not in charter().posts:
        raise CaseworkError(
            "unknown_post",
            en=f"there is no post {post}; there are {', '.join(charter().posts)}",
            zh=f"没有名为 {post} 的岗位; 现有 {'、'.join(charter().posts)}",
        )
