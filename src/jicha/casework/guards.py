"""What must hold before a step is taken. Each guard has a name, is asked at one stage, and gives its refusal.

`posting` guards are asked of each posting (or delegation) a person could act by; `step` guards of a step in a case;
`grant`, `delegate` and `merge` guards of those. A test removes them one by one and looks for the harm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jicha.casework.charter import charter
from jicha.casework.errors import NotAllowed
from jicha.casework.models import Delegation, Organisation, Person, Posting, Team
from jicha.kernel.text import Text


@dataclass(frozen=True, slots=True)
class ByPosting:
    """A posting somebody could act by. `delegation` is set where it is another person's."""

    posting: Posting
    delegation: Delegation | None
    unit: Organisation
    team: Team | None
    levels: Sequence[str]
    department: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ByStep:
    """A step in a case: `people` are the places it would take, `taken` those taken before, `handlers` those named for
    the order where the step is theirs alone, `on_site` how many the kind sends (None where nobody is sent yet)."""

    verb: str
    acting: Sequence[str]
    people: Mapping[str, Sequence[str]]
    taken: Mapping[str, set[str]]
    handlers: Sequence[str] | None = None
    on_site: tuple[int, Sequence[str]] | None = None


@dataclass(frozen=True, slots=True)
class ByGrant:
    """A post about to be granted; `held` are the posts the person holds or stands in for."""

    administrator: Person
    person: Person
    post: str
    organisation: Organisation
    team: Team | None
    held: Sequence[str]


@dataclass(frozen=True, slots=True)
class ByDelegation:
    """A post about to be acted in by somebody else; `held` are the posts that person holds or stands in for."""

    owner: Person
    to: Person
    post: str
    organisation: Organisation
    held: Sequence[str]
    homes: Sequence[Organisation] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class ByMerge:
    """Two cases about to become one, with the places taken in each."""

    one: Mapping[str, set[str]]
    other: Mapping[str, set[str]]


Test = Callable[[Any], Text | None]

#: Stage -> guards by name, in the order they are asked.
GUARDS: dict[str, dict[str, Test]] = {"posting": {}, "step": {}, "grant": {}, "delegate": {}, "merge": {}}


def guard(stage: str) -> Callable[[Test], Test]:
    def keep(test: Test) -> Test:
        GUARDS[stage][test.__name__] = test
        return test

    return keep


def refusal(stage: str, facts: object) -> tuple[str, Text] | None:
    """The first guard that refuses, with its words."""
    for name, test in GUARDS[stage].items():
        said = test(facts)
        if said is not None:
            return name, said
    return None


def require(stage: str, facts: object) -> None:
    """Raises `NotAllowed` where a guard of the stage refuses."""
    found = refusal(stage, facts)
    if found is not None:
        raise NotAllowed(found[0], en=found[1].en, zh=found[1].zh)


# -- postings ----------------------------------------------------------------------------------------------


@guard("posting")
def posting_in_force(facts: ByPosting) -> Text | None:
    posting = facts.posting
    ended = posting.revoked_at is not None or (posting.until_at is not None and posting.until_at <= facts.at)
    return Text("the post was revoked or has ended", "岗位已撤销或到期") if ended else None


@guard("posting")
def posting_begun(facts: ByPosting) -> Text | None:
    return None if facts.posting.from_at <= facts.at else Text("the post has not begun", "岗位尚未生效")


@guard("posting")
def delegation_in_force(facts: ByPosting) -> Text | None:
    given = facts.delegation
    if given is None or (given.from_at <= facts.at < given.until_at and given.ended_at is None):
        return None
    return Text("the delegation has ended or not begun", "授权代理未生效或已结束")


@guard("posting")
def own_subtree(facts: ByPosting) -> Text | None:
    if facts.posting.organisation.covers(facts.unit):
        return None
    return Text("the post is in another unit", "岗位不在该单位或其上级")


@guard("posting")
def right_level(facts: ByPosting) -> Text | None:
    level = facts.posting.organisation.level
    if level in facts.levels:
        return None
    return Text(f"this step belongs to {', '.join(facts.levels)}, not to a {level}", "该步骤不属于本级单位")


@guard("posting")
def own_team(facts: ByPosting) -> Text | None:
    if facts.team is None or facts.posting.team_id == facts.team.pk:
        return None
    return Text("the order is a profession team's", "该工单属于其他专业班组")


@guard("posting")
def owning_department(facts: ByPosting) -> Text | None:
    if facts.department is None or facts.posting.department == facts.department:
        return None
    return Text(f"{facts.department} owns this matter", "该事项由其他部门归口管理")


# -- steps -------------------------------------------------------------------------------------------------


@guard("step")
def named_handler(facts: ByStep) -> Text | None:
    """Fixed person: an order is handled by whom it was dispatched to."""
    if facts.handlers is None or set(facts.acting) & set(facts.handlers):
        return None
    return Text("the order was dispatched to somebody else", "该工单已派给其他人员")


@guard("step")
def places_apart(facts: ByStep) -> Text | None:
    """Nobody takes a place that may not meet another one of theirs, doers apart (`not_own_work`)."""
    return _clash(facts, own_work=False)


@guard("step")
def not_own_work(facts: ByStep) -> Text | None:
    """Nobody checks work they did."""
    return _clash(facts, own_work=True)


@guard("step")
def enough_on_site(facts: ByStep) -> Text | None:
    if facts.on_site is None:
        return None
    needed, going = facts.on_site
    if len(set(going)) >= needed:
        return None
    return Text(f"{needed} different persons go on site here", f"该类工单须由 {needed} 人以上到场")


def _clash(facts: ByStep, *, own_work: bool) -> Text | None:
    for place, staff in facts.people.items():
        for other, rule in charter().forbidden_beside(place).items():
            if ("doer" in (place, other)) != own_work:
                continue
            beside = facts.taken.get(other, set()) | set(facts.people.get(other, ()))
            if set(staff) & beside:
                return rule.why.text
    return None


# -- grants ------------------------------------------------------------------------------------------------


@guard("grant")
def not_to_oneself(facts: ByGrant) -> Text | None:
    if facts.administrator.pk != facts.person.pk:
        return None
    return Text("nobody grants a post to oneself", "不得为本人授予岗位")


@guard("grant")
def post_exists_here(facts: ByGrant) -> Text | None:
    if facts.organisation.level in charter().posts[facts.post].levels:
        return None
    return Text(f"there is no {facts.post} in a {facts.organisation.level}", "该级单位不设此岗位")


@guard("grant")
def team_of_the_county(facts: ByGrant) -> Text | None:
    if facts.team is None or facts.team.county_id == facts.organisation.pk:
        return None
    return Text("the team is another county's", "班组不属于该县")


@guard("grant")
def posts_apart(facts: ByGrant) -> Text | None:
    return _posts_clash(facts.post, facts.held)


@guard("delegate")
def not_held_apart(facts: ByDelegation) -> Text | None:
    return _posts_clash(facts.post, facts.held)


@guard("delegate")
def not_to_owner(facts: ByDelegation) -> Text | None:
    if facts.owner.pk != facts.to.pk:
        return None
    return Text("a post is delegated to somebody else", "不得代理给本人")


@guard("delegate")
def same_unit(facts: ByDelegation) -> Text | None:
    """Who stands in belongs to the unit or below it: rights do not leave a subtree by delegation."""
    if any(facts.organisation.covers(home) for home in facts.homes):
        return None
    return Text("who stands in belongs to another unit", "代理人不属于该单位")


def _posts_clash(post: str, held: Iterable[str]) -> Text | None:
    for pair in charter().posts_apart:
        if post in pair.posts and any(other in pair.posts and other != post for other in held):
            return pair.why.text
    return None


# -- merging -----------------------------------------------------------------------------------------------


@guard("merge")
def places_stay_apart(facts: ByMerge) -> Text | None:
    """Two cases do not become one in which somebody would hold two places that are kept apart."""
    for place, staff in facts.one.items():
        for other, rule in charter().forbidden_beside(place).items():
            if staff & facts.other.get(other, set()):
                return rule.why.text
    return None
