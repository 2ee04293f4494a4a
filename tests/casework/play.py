"""A whole utility with people, and the loop played step by step up to any status."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from jicha.casework import clock
from jicha.casework.charter import charter
from jicha.casework.models import Lead, Mending, Order, Person
from jicha.casework.seeing import Looked, Seen
from jicha.casework.services import checking, leads, orders, reviewing
from tests.casework.utility import Utility, moment, utility

START = moment("2026-03-02T09:00")  # a Monday
_files: Iterator[int] = count()


def seen(key: str = "f1", **changes: Any) -> Seen:
    """A finding of a metering point in station X1."""
    values: dict[str, Any] = {
        "finding_key": key,
        "topic": "reading/long_zero_use",
        "severity": "medium",
        "subject_type": "customer",
        "subject": {"customer_id": "K1"},
        "customer_id": "K1",
        "org_id": "X1",
        "period_from": date(2025, 6, 1),
        "period_to": date(2026, 1, 1),
        "impact_kwh": Decimal("120.00"),
        "impact_yuan": Decimal("66.06"),
        "impact_method": "replayed",
        "is_partial_impact": False,
        "observation_digest": "d1",
        "presence": "new",
        "verify_days": 35,
    }
    return Seen(**{**values, **changes})


@dataclass
class Play:
    """The utility with its staff: `judge`, senders of city and county, `hand` and `mate` at X1, reviewers."""

    jicha: Utility

    def who(self, letter: str) -> Person:
        return self.jicha.person(letter)

    def lead(self, *found: Seen) -> Lead:
        listed = found or (seen(),)
        leads.take_in(1, listed)
        return Lead.objects.get(suspicions__finding_key=listed[0].finding_key)

    def order(self, *found: Seen) -> Order:
        return leads.accept(self.lead(*found), self.who("judge"), suspicion="连续零电量, 疑似漏抄")[0]

    def dispatched(self, *found: Seen) -> Order:
        order = self.order(*found)
        orders.dispatch_to_county(order, self.who("city_sender"))
        orders.dispatch_to_unit(order, self.who("sender"))
        return order

    def checking(self, *found: Seen) -> Order:
        order = self.dispatched(*found)
        orders.sign(order, self.handler(order))
        return order

    def handler(self, order: Order) -> Person:
        assert order.handler is not None
        return order.handler

    def check(self, order: Order, *, is_wrong: bool = True) -> None:
        """All four parts and all evidence of the round."""
        for part in charter().parts:
            checking.record_part(order, self.handler(order), part, is_wrong=is_wrong and part == "base_data")
        for kind in charter().kinds[order.kind].evidence:
            checking.add_evidence(order, self.handler(order), kind, sha256=digest(), captured_at=clock.now())

    def mend(self, order: Order, *, finished: bool = True, **named: Any) -> Mending:
        today = clock.now().date()
        made = checking.start_mending(order, self.handler(order), flow_id="S-1", started_on=today, **named)
        if finished:
            checking.report_mending(order, self.handler(order), made, result="archived", finished_on=today)
        return made

    def answered(self, *found: Seen, conclusion: str = "true_mended") -> Order:
        order = self.checking(*found)
        self.answer(order, conclusion)
        return order

    def answer(self, order: Order, conclusion: str = "true_mended") -> None:
        is_true = conclusion in checking.TRUE
        self.check(order, is_wrong=is_true)
        if is_true:
            self.mend(
                order, finished=conclusion == "true_mended", due_on=clock.now().date() + timedelta(days=20)
            )
        reason = "" if is_true else next(iter(charter().reasons[conclusion]))
        checking.answer(order, self.handler(order), conclusion, reason=reason, text="现场核实说明")

    def reviewed(self, *found: Seen, conclusion: str = "true_mended") -> Order:
        order = self.answered(*found, conclusion=conclusion)
        reviewing.pass_answer(order, self.who("county_reviewer"))
        reviewing.pass_answer(order, self.who("city_reviewer"))
        return order

    def archived(self, *found: Seen, conclusion: str = "true_mended") -> Order:
        order = self.reviewed(*found, conclusion=conclusion)
        judge = self.who("evaluator")
        if conclusion in checking.TRUE:
            reviewing.re_check(order, judge, [gone(each.finding_key) for each in order.suspicions.all()])
            held = reviewing.hold_responsible(
                order,
                judge,
                fault="error",
                organisation=order.organisation,
                post="reader",
                staff_id="reader9",
            )
            reviewing.hear(order, judge, held, on=clock.now().date(), statement="无异议")
        if charter().kinds[order.kind].callback and order.subject.get("customer_id"):
            reviewing.call_back(order, judge, satisfaction="satisfied")
        reviewing.close(order, self.who("archivist"))
        return order


def gone(key: str, as_of: date = date(2026, 6, 1), **more: Any) -> Looked:
    return Looked(key, "gone", as_of, 9, **more)


def digest() -> str:
    """Of a photo nobody took before."""
    return hashlib.sha256(str(next(_files)).encode()).hexdigest()


def at(text: str) -> Any:
    return clock.at(moment(text))


def play() -> Play:
    """Everybody has one post. The reader of most areas, `reader9`, has none and no account."""
    jicha = utility()
    with clock.at(moment("2020-01-01T00:00")):
        for letter, post, unit in (
            ("judge", "desk_judge", "C"),
            ("city_sender", "dispatcher", "C"),
            ("sender", "dispatcher", "X"),
            ("hand", "inspector", "X1"),
            ("mate", "inspector", "X1"),
            ("neighbour", "inspector", "X2"),
            ("county_hand", "inspector", "X"),
            ("county_reviewer", "reviewer", "X"),
            ("city_reviewer", "reviewer", "C"),
            ("approver", "approver", "X"),
            ("evaluator", "evaluator", "C"),
            ("archivist", "archivist", "C"),
            ("auditor", "auditor", "C"),
        ):
            jicha.post(letter, post, unit)
        for letter in ("m1", "m2"):
            jicha.post(letter, "inspector", "X", team="metering")
        for letter in ("b1", "u1", "u2", "k1"):
            team = {"b": "billing", "u": "usage_inspection", "k": "connection"}[letter[0]]
            jicha.post(letter, "inspector", "X", team=team)
    return Play(jicha)
