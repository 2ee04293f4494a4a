"""Limits in working days of the Chinese calendar, calendar days and hours; warnings and what is overdue."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from jicha.casework import clock
from jicha.casework.deadlines import Limit, calendar, due, limit, shifted, used
from jicha.casework.models import Event, LimitWarning, Order
from jicha.casework.services import leads, requests
from jicha.casework.services.timekeeping import keep_time
from tests.casework.play import START, Play, at, seen
from tests.casework.utility import moment


@pytest.mark.parametrize(
    ("start", "given", "end"),
    [
        ("2026-03-02T09:00", Limit(workdays=Decimal(1)), "2026-03-04T00:00"),  # Monday: by the end of Tuesday
        ("2026-03-06T09:00", Limit(workdays=Decimal(1)), "2026-03-10T00:00"),  # Friday: by the end of Monday
        ("2026-03-06T09:00", Limit(workdays=Decimal("0.5")), "2026-03-09T12:00"),
        ("2026-03-06T09:00", Limit(workdays=Decimal("1.5")), "2026-03-10T12:00"),
        (
            "2026-09-30T15:00",
            Limit(workdays=Decimal(3)),
            "2026-10-11T00:00",
        ),  # over the national holiday, the Saturday after it is worked
        ("2026-09-30T15:00", Limit(hours=24), "2026-10-01T15:00"),  # hours do not know holidays
        ("2026-03-02T09:00", Limit(days=5), "2026-03-10T00:00"),  # the fifth day is a Saturday
        ("2026-03-02T09:00", Limit(days=30), "2026-04-02T00:00"),
    ],
)
def test_due(start: str, given: Limit, end: str) -> None:
    assert due(moment(start), given).at == moment(end)


def test_a_year_without_a_book_is_provisional() -> None:
    last = calendar().known_until
    start = calendar().start(last - timedelta(days=2))
    assert due(start, Limit(workdays=Decimal(10))).is_provisional
    assert not due(moment("2026-03-02T09:00"), Limit(workdays=Decimal(10))).is_provisional


@pytest.mark.parametrize(
    ("now", "share"),
    [
        ("2026-03-06T09:00", "0"),
        ("2026-03-07T12:00", "0.6"),  # Friday's 15 hours of 15 + 24 … of which nothing runs on Saturday
        ("2026-03-08T23:00", "0.6"),
        ("2026-03-09T12:00", "1.0"),
        ("2026-03-10T00:00", "1.0"),
    ],
)
def test_time_of_days_off_does_not_count(now: str, share: str) -> None:
    end = moment("2026-03-09T10:00")  # Monday, after 15 hours of Friday: 25 hours in all
    found = used(moment("2026-03-06T09:00"), end, moment(now), is_wall_clock=False)
    assert min(found, Decimal(1)) == Decimal(share)


def test_a_stopped_clock_keeps_what_was_left() -> None:
    end, stopped = moment("2026-03-10T00:00"), moment("2026-03-06T00:00")  # Friday and Monday are left
    assert shifted(end, stopped, moment("2026-04-01T00:00"), is_wall_clock=False) == moment(
        "2026-04-03T00:00"
    )
    assert shifted(end, stopped, moment("2026-04-01T00:00"), is_wall_clock=True) == moment("2026-04-05T00:00")


def test_limits_are_policy_by_step_and_severity(stage: Play) -> None:
    unit = stage.jicha.units["X1"]
    assert limit("answer", "high", unit, START.date()) == Limit(workdays=Decimal(3))
    assert limit("mend_money", "medium", unit, START.date()) == Limit(days=45)
    assert limit("visit_theft", "high", unit, START.date()) == Limit(hours=24)
    assert limit("visit_theft", "low", unit, START.date()) is None


def test_every_step_of_the_loop_has_its_limit(stage: Play) -> None:
    lead = stage.lead()
    assert lead.due_at == moment("2026-03-04T00:00")
    order = leads.accept(lead, stage.who("judge"), suspicion="疑似漏抄")[0]
    assert order.due_at == moment("2026-03-04T00:00")


def test_warnings_at_their_shares_once_each_and_overdue_to_the_level_above(stage: Play) -> None:
    order = stage.checking()  # due after five working days, at the end of Monday the 9th
    told = []
    for day in (
        "2026-03-04T12:00",
        "2026-03-07T09:00",
        "2026-03-07T10:00",
        "2026-03-09T12:00",
        "2026-03-10T00:00",
    ):
        with at(day):
            kept = keep_time()
            told.append((kept.warned, kept.escalated))
            again = keep_time()
            assert (again.warned, again.escalated) == (0, 0)
    assert told == [(0, 0), (1, 0), (0, 0), (1, 0), (0, 1)]
    warnings = LimitWarning.objects.filter(order=order).order_by("at")
    assert [each.kind for each in warnings] == ["first_warning", "second_warning", "overdue"]
    assert [each.organisation.org_id for each in warnings] == ["X1", "X1", "X"]
    assert {e.actor for e in Event.objects.filter(verb__in=("warn", "escalate"))} == {"system:clock"}


def test_nothing_is_warned_of_while_it_is_suspended_and_a_suspension_ends(stage: Play) -> None:
    order = stage.checking()
    day = clock.now().date() + timedelta(days=30)
    request = requests.ask(order, stage.who("hand"), "suspension", reason="court", until_on=day)
    requests.grant_request(request, stage.who("approver"))
    with at("2026-03-20T00:00"):
        kept = keep_time()
        assert (kept.warned, kept.escalated, kept.resumed) == (0, 0, 0)
    with at("2026-04-01T00:00"):
        assert keep_time().resumed == 1
    assert Order.objects.get().status == "checking"


def test_a_snooze_ends_by_itself(stage: Play) -> None:
    lead = stage.lead(seen())
    leads.snooze(lead, stage.who("judge"), reason="wait_for_data", until=moment("2026-03-20T00:00"))
    with at("2026-03-19T00:00"):
        assert keep_time().woken == 0
    with at("2026-03-20T00:00"):
        assert keep_time().woken == 1
