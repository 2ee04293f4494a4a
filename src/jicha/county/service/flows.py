"""A flow walked through: its steps in order, in office hours, one beginning when the one before ended."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from jicha.county.service.habits import FlowStep, flow
from jicha.county.service.papers import CUSTOMER, UTILITY, Step
from jicha.county.service.people import Team
from jicha.county.service.work_clock import CLOSES, OPENS, WorkClock, instant

_APPROVALS = ("审批", "竣工验收", "供电方案答复")
_SIGNED = ("供电方案答复", "签订合同", "送电")


def walk(
    chance: random.Random,
    clock: WorkClock,
    team: Team,
    name: str,
    anchor: date,
    at: str = "业务受理",
    slower: dict[str, int] | None = None,
) -> list[Step]:
    """The flow's steps, of which `at` ends on the day `anchor`.

    `slower`: steps that take so many working days instead of the usual."""
    steps = flow(name)
    passed: list[int] = []
    total = 0
    for each in steps:
        spent = chance.randrange(each.least_days, each.most_days + 1)
        total += (slower or {}).get(each.name, spent)
        passed.append(total)
    place = next((number for number, each in enumerate(steps) if each.name == at), 0)
    days = [clock.shift(anchor, each - passed[place]) for each in passed]
    return _timed(chance, team, steps, days)


def _timed(chance: random.Random, team: Team, steps: tuple[FlowStep, ...], days: list[date]) -> list[Step]:
    """Moments within each day's office hours, in order, never closer than a good quarter of an hour."""
    made: list[Step] = []
    before: datetime | None = None
    fresh = True
    place = 0
    while place < len(steps):
        day = days[place]
        group = [each for each, on in zip(steps[place:], days[place:], strict=True) if on == day]
        slot = (CLOSES - OPENS) // (len(group) + 1)
        for number, each in enumerate(group):
            opens = OPENS + slot * number
            ends = instant(day, opens + slot // 2 + chance.randrange(slot // 2), chance.randrange(60))
            begins = before
            if begins is None or fresh:
                begins = instant(day, opens + chance.randrange(max(1, slot // 4)), chance.randrange(60))
                if before is not None:
                    begins = max(begins, before)
            fresh = not each.name
            if each.name:
                made.append(_step(chance, team, each, begins, ends, made))
            before = ends
        place += len(group)
    return made


def _step(
    chance: random.Random, team: Team, step: FlowStep, begins: datetime, ends: datetime, made: list[Step]
) -> Step:
    # Who surveyed does not accept the works.
    surveyor = next((each.handler for each in made if each.name == "现场勘查"), "")
    handler = team.pick(chance, step.post, ends.date(), besides=surveyor)
    return Step(
        name=step.name,
        handler=handler,
        started=begins,
        finished=ends,
        side=CUSTOMER if step.side == CUSTOMER else UTILITY,
        decision="同意" if step.name in _APPROVALS else "无",
        is_signed=True if step.name in _SIGNED else None,
    )


def squeezed(steps: list[Step], begins: datetime, seconds: int) -> None:
    """All steps after one another within so many seconds."""
    each = seconds // len(steps)
    for place, step in enumerate(steps):
        step.started = begins + timedelta(seconds=each * place)
        step.finished = begins + timedelta(seconds=each * (place + 1))
