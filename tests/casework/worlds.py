"""Worlds for the search: four people, small units, and what each tries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from jicha.casework import clock
from jicha.casework.charter import charter
from jicha.casework.models import (
    Delegation,
    Event,
    Lead,
    Order,
    Organisation,
    Person,
    Posting,
    Request,
    RuleChange,
    Team,
)
from jicha.casework.services import checking, leads, orders, requests, reviewing, rule_changes, watching
from jicha.casework.services.granting import delegate, end_delegation, grant, revoke
from jicha.casework.services.organising import register
from tests.casework.play import Play, digest, gone, seen
from tests.casework.search import Action, World
from tests.casework.utility import moment, utility

FOUR = ("a", "b", "c", "d")
EVERYTHING = (
    ("desk_judge", "X"),
    ("inspector", "X1"),
    ("reviewer", "X"),
    ("reviewer", "C"),
    ("evaluator", "C"),
    ("archivist", "C"),
)


def _people() -> list[Person]:
    return list(Person.objects.filter(staff_id__in=FOUR).order_by("staff_id"))


def _order() -> Order | None:
    return Order.objects.select_related("handler", "case").order_by("-pk").first()


def _founded(posts: dict[str, Iterable[tuple[str, str]]], **more: Any) -> Play:
    """The utility with `sender` and these posts by person."""
    jicha = utility()
    with clock.at(moment("2020-01-01T00:00")):
        for post, unit in (("dispatcher", "C"), ("dispatcher", "X")):
            jicha.post("sender", post, unit)
        for letter in FOUR:
            jicha.person(letter)
            for post, unit in posts.get(letter, ()):
                jicha.post(letter, post, unit, **more)
    return Play(jicha)


def _send(order: Order, handler: Person, *companions: Person, team: str | None = None) -> None:
    """Sent by one dispatcher, who takes no other place, to whom the search names."""
    order.refresh_from_db()
    sender = register("sender")
    if order.status == "to_dispatch_city":
        orders.dispatch_to_county(order, sender)
    unit = Organisation.objects.get(org_id="X" if team else "X1")
    of = Team.objects.get(county=unit, profession=team) if team else None
    orders.dispatch_to_unit(order, sender, unit=unit, team=of, handler=handler, companions=companions)


def _work(order: Order, person: Person, conclusion: str = "true_mended", mender: str | None = None) -> None:
    """Signs or takes again, checks everything, mends and answers."""
    order.refresh_from_db()
    if order.status == "returned":
        checking.take_again(order, person)
    elif order.status == "to_sign":
        orders.sign(order, person)
    for part in charter().parts:
        checking.record_part(order, person, part, is_wrong=part == "price" and conclusion != "untrue")
    for kind in charter().kinds[order.kind].evidence:
        checking.add_evidence(order, person, kind, sha256=digest(), captured_at=clock.now())
    if conclusion != "untrue":
        today = clock.now().date()
        made = checking.start_mending(order, person, flow_id="S", started_on=today, mender=mender)
        checking.report_mending(order, person, made, result="archived", finished_on=today)
    checking.answer(
        order, person, conclusion, reason="data_error" if conclusion == "untrue" else "", text="说明"
    )


def _re_check(order: Order, person: Person) -> None:
    reviewing.re_check(order, person, [gone(each.finding_key) for each in order.suspicions.all()])


def _close(order: Order, person: Person, responsible: str) -> None:
    """Heard, called back and archived; the evaluator is whoever verified."""
    verified = order.case.events.filter(verb="verify_mending").last()
    evaluator = person if verified is None else Person.objects.get(staff_id=verified.actor)
    held = reviewing.hold_responsible(
        order, evaluator, fault="error", organisation=order.organisation, post="reader", staff_id=responsible
    )
    reviewing.hear(order, evaluator, held, on=clock.now().date(), statement="无异议")
    reviewing.call_back(order, evaluator, satisfaction="satisfied")
    reviewing.close(order, person)


# -- the loop: a did the work; all four may do everything ----------------------------------------------------


def _loop_found() -> None:
    _founded(dict.fromkeys(FOUR, EVERYTHING))
    leads.take_in(1, [seen(doers={"a": "reader"})])


def _loop_actions() -> Iterator[Action]:
    order = _order()
    for person in _people():
        if order is None:
            yield partial(leads.accept, Lead.objects.get(), person, suspicion="疑似漏抄")  # type: ignore[arg-type]
        else:
            yield from _onward(order, person)


def _onward(order: Order, person: Person) -> Iterator[Action]:
    """What somebody could try where the order stands; that nothing else is possible there is a test of its own."""
    if order.status in ("to_dispatch_city", "to_dispatch_county", "reopened"):
        yield partial(_send, order, person)
    elif order.status in ("to_sign", "returned"):
        yield partial(_work, order, person)
    elif order.status.startswith("to_review"):
        yield partial(reviewing.pass_answer, order, person)
        yield partial(reviewing.return_answer, order, person, reason="evidence_missing")
    elif order.status == "re_checking":
        yield partial(_re_check, order, person)
    elif order.status == "to_close":
        yield partial(_close, order, person, "reader9")
    elif order.status == "archived":
        yield partial(watching.reopen, order, person, reason="evaluation_failed")


LOOP = World(
    "loop",
    _loop_found,
    _loop_actions,
    alike=("b", "c", "d"),
    budget={"return_to_unit": 1, "return_to_unit_city": 0, "reopen": 1, "dispatch_to_unit": 2},
)


# -- requests: posts change hands while a case runs ----------------------------------------------------------


def _requests_found() -> None:
    stage = _founded(
        {
            "a": [("inspector", "X1")],
            "b": [("inspector", "X1")],
            "c": [("approver", "X")],
            "d": [("reviewer", "X")],
        }
    )
    with clock.at(moment("2020-01-01T00:00")):
        stage.jicha.post("judge", "desk_judge", "C")
    leads.take_in(1, [seen()])
    order = leads.accept(Lead.objects.get(), register("judge"), suspicion="疑似漏抄")[0]
    _send(order, register("a"))
    orders.sign(order, register("a"))


def _requests_actions() -> Iterator[Action]:
    order = _order()
    assert order is not None
    open_request = Request.objects.filter(is_granted__isnull=True).first()
    until = clock.now() + timedelta(days=3)
    for person in _people():
        day = date(2026, 4, 1)
        yield partial(requests.ask, order, person, "extension", reason="parts_awaited", until_on=day)  # type: ignore[arg-type]
        if open_request is not None:
            yield partial(requests.grant_request, open_request, person)  # type: ignore[arg-type]
    yield from _rights(("approver", "X"), until=until)


def _rights(*posts: tuple[str, str], until: Any, ends: bool = False) -> Iterator[Action]:
    """The administrator grants and revokes, people delegate and end it, and somebody tries it for oneself."""
    root = Person.objects.get(staff_id="root")
    units = {unit.org_id: unit for unit in Organisation.objects.all()}
    postings = list(
        Posting.objects.filter(revoked_at__isnull=True, person__staff_id__in=FOUR).select_related(
            "person", "organisation"
        )
    )
    # Each once: what the budget would stop is not tried.
    fresh = set(Event.objects.filter(at__gte="2026").values_list("verb", flat=True))
    placed = set(
        Posting.objects.values_list("person_id", flat=True)
    )  # held a post once; others are like them
    for person in _people():
        for post, unit in posts if "grant" not in fresh and person.pk in placed else ():
            yield partial(grant, root, person, post, units[unit])  # type: ignore[arg-type]
        for posting in postings if "delegate" not in fresh else ():
            yield partial(delegate, posting.person, posting, person, until_at=until)  # type: ignore[arg-type]
    for posting in postings if "revoke" not in fresh else ():
        yield partial(revoke, root, posting)
    for given in Delegation.objects.filter(ended_at__isnull=True) if ends else ():
        yield partial(end_delegation, given.posting.person, given)
    yield partial(grant, root, root, "reviewer", units["C"])  # type: ignore[arg-type]


REQUESTS = World(
    "requests",
    _requests_found,
    _requests_actions,
    budget={"grant": 1, "revoke": 1, "delegate": 1, "end_delegation": 1, "ask": 1, "extend": 1},
)


# -- merging: two leads of one place, a did the work of one --------------------------------------------------


def _merging_found() -> None:
    _founded({letter: [("desk_judge", "X"), ("inspector", "X1"), ("reviewer", "X")] for letter in FOUR})
    leads.take_in(
        1, [seen("f1", doers={"a": "reader"}), seen("f2", customer_id="K2", subject={"customer_id": "K2"})]
    )


def _merging_actions() -> Iterator[Action]:
    one, two = Lead.objects.get(site="customer:K1"), Lead.objects.get(site="customer:K2")
    order = _order()
    until = clock.now() + timedelta(days=5)
    for person in _people():
        if order is not None:
            yield from _onward(order, person)
            continue
        for lead in (one, two):
            yield partial(leads.snooze, lead, person, reason="wait_for_data", until=until)
            yield partial(leads.accept, lead, person, suspicion="疑似漏抄")  # type: ignore[arg-type]
        yield partial(leads.merge, two, one, person)
        yield partial(leads.merge, one, two, person)


MERGING = World(
    "merging",
    _merging_found,
    _merging_actions,
    alike=("b", "c", "d"),
    budget={"snooze": 1, "create": 1, "dispatch_to_unit": 1, "pass_county": 1, "return_to_unit": 0},
)


# -- the team: two on site, in the profession's team, in the owning department --------------------------------


def _team_found() -> None:
    jicha = utility()
    with clock.at(moment("2020-01-01T00:00")):
        for letter, post, unit in (
            ("sender", "dispatcher", "C"),
            ("sender", "dispatcher", "X"),
            ("judge", "desk_judge", "C"),
        ):
            jicha.post(letter, post, unit)
        for letter in ("a", "b"):
            jicha.post(letter, "inspector", "X", team="metering")
        jicha.post("c", "reviewer", "X", department="supervision")
        jicha.post("d", "reviewer", "Y")
        jicha.post("root2", "rights_administrator", "P")
    leads.take_in(1, [seen(topic="metering/multiplier")])
    leads.accept(Lead.objects.get(), register("judge"), suspicion="倍率不符")


def _team_actions() -> Iterator[Action]:
    order = _order()
    assert order is not None
    root = Person.objects.get(staff_id="root")
    units = {unit.org_id: unit for unit in Organisation.objects.all()}
    people = _people()
    for person in people:
        yield partial(_send, order, person, team="metering")
        for other in people:
            yield partial(_send, order, person, other, team="metering")
        yield partial(orders.sign, order, person)
        yield partial(_work, order, person)
        yield partial(reviewing.pass_answer, order, person)
    for posting in Posting.objects.filter(person__staff_id__in=("a",), revoked_at__isnull=True):
        yield partial(revoke, root, posting)
    a, d = people[0], people[-1]
    billing = Team.objects.get(county=units["X"], profession="billing")
    elsewhere = Team.objects.get(county=units["Y"], profession="metering")
    later = clock.now() + timedelta(days=9)
    granted: list[Callable[[], object]] = [
        partial(grant, root, a, "inspector", units["X"], team=billing),
        partial(grant, root, d, "inspector", units["X"], team=elsewhere),
        partial(grant, root, d, "inspector", units["C"]),
        partial(grant, root, d, "reviewer", units["X"], from_at=later),
    ]
    yield from granted  # type: ignore[misc]


TEAM = World("team", _team_found, _team_actions, budget={"grant": 1, "revoke": 1, "dispatch_to_unit": 1})


# -- rules: who writes one does not approve it ----------------------------------------------------------------


def _rules_found() -> None:
    _founded({"a": [("topic_editor", "C")], "c": [("topic_approver", "C")], "d": [("reviewer", "C")]})


def _rules_actions() -> Iterator[Action]:
    unit = Organisation.objects.get(org_id="C")
    for person in _people():
        yield partial(rule_changes.propose, person, unit, path="topics/x.sql", digest="d1")  # type: ignore[arg-type]
        for change in RuleChange.objects.all():
            yield partial(rule_changes.approve_rule, change, person)
            yield partial(rule_changes.reject_rule, change, person)
    yield from _rights(("topic_approver", "C"), until=clock.now() + timedelta(days=3), ends=True)


RULES = World(
    "rules",
    _rules_found,
    _rules_actions,
    budget={"grant": 1, "revoke": 1, "delegate": 1, "end_delegation": 1},
)

WORLDS = (LOOP, REQUESTS, MERGING, TEAM, RULES)
