"""What must be true of every journal, read from its events and from the tree of units – from nothing a guard reads.

Written apart from the guards on purpose: the charter's data are shared, no line of code is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from jicha.casework.charter import PREVIOUS, SAME, Machine, charter
from jicha.casework.models import Case, Event, Organisation, RuleChange

CHARTER = charter()

#: The department that owns everything in these worlds.
OWNER = "marketing"
OWNED = {"judge", "dispatch", "review", "approve", "evaluate", "close"}


@dataclass
class _Read:
    """What the events so far say."""

    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    stands_in: dict[str, dict[str, Any]] = field(default_factory=dict)
    took: dict[tuple[int, str], set[str]] = field(default_factory=dict)
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    status: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)


def broken() -> str:
    """The first invariant the journal shows broken, in words; empty where all hold."""
    tree = {unit.org_id: (unit.path, unit.level) for unit in Organisation.objects.all()}
    roots = _roots()
    read = _Read(units=_subject_units())
    for event in Event.objects.select_related("case").order_by("pk"):
        data = json.loads(event.data)
        found = (
            _rights_event(event, data, read, tree)
            if event.subject_kind in ("posting", "delegation", "person")
            else _case_event(event, data, read, tree, roots)
        )
        if found:
            return f"{found}: {event.verb} by {event.actor} in {event.case.key}"
    return _together(read, roots)


def _rights_event(event: Event, data: dict[str, Any], read: _Read, tree: dict[str, tuple[str, str]]) -> str:
    if event.verb == "grant":
        read.posts[event.subject_key] = {**data, "is_active": True}
        if event.actor == data["person"]:
            return "granted to oneself"
        if tree[data["org_id"]][1] not in CHARTER.posts[data["post"]].levels:
            return "a post where there is none"
        if data["team"] is not None and data["team_county"] != data["org_id"]:
            return "a post in another county's team"
    if event.verb == "revoke":
        read.posts[event.subject_key]["is_active"] = False
    if event.verb == "delegate":
        to = event.case.key.partition(":")[2]
        read.stands_in[event.subject_key] = {**data, "to": to, "is_active": True}
        homes = [post for post in read.posts.values() if post["person"] == to and post["is_active"]]
        if to == data["owner"]:
            return "delegated to oneself"
        if not any(tree[home["org_id"]][0].startswith(tree[data["org_id"]][0]) for home in homes):
            return "delegated out of the subtree"
    if event.verb == "end_delegation":
        read.stands_in[event.subject_key]["is_active"] = False
    return _posts_that_meet(read)


def _posts_that_meet(read: _Read) -> str:
    held: dict[str, set[str]] = {}
    for post in read.posts.values():
        if post["is_active"]:
            held.setdefault(post["person"], set()).add(post["post"])
    for given in read.stands_in.values():
        if given["is_active"]:
            held.setdefault(given["to"], set()).add(given["post"])
    for pair in CHARTER.posts_apart:
        if any(set(pair.posts) <= posts for posts in held.values()):
            return f"one person holds {' and '.join(pair.posts)}"
    return ""


def _case_event(
    event: Event, data: dict[str, Any], read: _Read, tree: dict[str, tuple[str, str]], roots: dict[int, int]
) -> str:
    machine = CHARTER.machines.get(event.subject_kind)
    if machine is None:
        return ""
    for place, staff in json.loads(event.people).items():
        # Whoever stands in takes the place for both, whatever the event says.
        behind = {event.principal} - {""} if event.actor in staff else set()
        read.took.setdefault((roots[event.case_id], place), set()).update(staff, behind)
    if event.verb in ("create", "create_case"):
        read.kinds[event.subject_key] = data.get("kind", "theft_check")
    wrong = _by_table(event, machine, read)
    if not wrong and not event.actor.startswith("system:"):
        wrong = _by_right(event, machine, read, tree)
    if event.verb == "dispatch_to_unit":
        read.sent[event.subject_key] = data
        needed = CHARTER.kinds[read.kinds[event.subject_key]].persons_on_site
        if len({data["handler"], *data["companions"]}) < needed:
            return "too few on site"
    return wrong


def _by_table(event: Event, machine: Machine, read: _Read) -> str:
    verb = machine.verbs[event.verb]
    before = read.status.get(event.subject_key, "")
    read.status[event.subject_key] = event.new_status
    if event.old_status != before or (before and before not in verb.sources):
        return "a step out of its status"
    if verb.to == SAME:
        return "" if event.new_status == event.old_status else "a status changed by a step that changes none"
    return "" if verb.to in (PREVIOUS, event.new_status) else "a step to another status than its own"


def _by_right(event: Event, machine: Machine, read: _Read, tree: dict[str, tuple[str, str]]) -> str:
    """The actor, or whom the actor stood in for, held the post the step needs, there and then."""
    verb = machine.verbs[event.verb]
    sent = read.sent.get(event.subject_key) if verb.handler else None
    unit = sent["unit"] if sent is not None else read.units[event.subject_key]
    holder = event.principal or event.actor
    if event.principal and not any(
        given["is_active"]
        and given["to"] == event.actor
        and given["owner"] == holder
        and given["post"] == event.post
        for given in read.stands_in.values()
    ):
        return "acted for somebody without being asked"
    if sent is not None and not {event.actor, holder} & {sent["handler"], *sent["companions"]}:
        return "handled by somebody else"
    for post in read.posts.values():
        mine = post["person"] == holder and post["post"] == event.post and post["org_id"] == event.acting_org
        if not mine or not post["is_active"] or post["from"] > event.at:
            continue
        path, level = tree[post["org_id"]]
        if (
            CHARTER.posts[event.post].right == verb.right
            and tree[unit][0].startswith(path)
            and level in verb.levels
            and (verb.right not in OWNED or post["department"] == OWNER)
            and (sent is None or sent["team"] in (None, post["team"]))
        ):
            return ""
    return "acted without the post"


def _together(read: _Read, roots: dict[int, int]) -> str:
    """Nobody took two places of one case that are kept apart."""
    for (case, place), staff in read.took.items():
        for rule in CHARTER.places_apart:
            if place in rule.places:
                for other in rule.others:
                    both = staff & read.took.get((case, other), set())
                    if both:
                        return f"{min(both)} is {place} and {other} of one case"
    return ""


def _roots() -> dict[int, int]:
    into = dict(Case.objects.values_list("pk", "merged_into"))

    def root(case: int) -> int:
        return case if into[case] is None else root(into[case])

    return {case: root(case) for case in into}


def _subject_units() -> dict[str, str]:
    from jicha.casework.models import Lead, Order

    found: dict[str, str] = {}
    for model in (Lead, Order, RuleChange):
        found |= dict(model.objects.values_list("key", "organisation__org_id"))
    return found
