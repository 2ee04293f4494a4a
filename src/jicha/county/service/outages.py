"""Outages: planned works of feeders and areas, works that could not wait, faults; whom they hit, who was told."""

from __future__ import annotations

import random
from datetime import date, timedelta

from jicha.county.service.habits import count_of, habit
from jicha.county.service.papers import Outage, Papers
from jicha.county.service.work_clock import instant
from jicha.county.world import Customer

PLANNED, TEMPORARY, FAULT = "计划停电", "临时停电", "故障停电"
_CUSTOM_HOURS = range(4, 9)
#: Ordinary plans are public for so many days before they begin: least and most.
_AHEAD = (8, 14)


def happen(papers: Papers) -> None:
    """The period's outages, feeders first, then areas."""
    years = papers.days / 365
    for feeder in papers.record.station.feeders:
        chance = papers.stream("outages", feeder.feeder_id)
        areas = [each.area_id for each in papers.record.station.areas if each.feeder_id == feeder.feeder_id]
        for _ in range(count_of(chance, habit("feeder_outages_per_year") * years)):
            start = chance.randrange(max(1, len(areas)))
            hit = set(areas[start : start + int(habit("most_areas_out"))])
            members = [each for each in papers.customers if each.filed_area_id in hit]
            plan(papers, chance, members, feeder.feeder_id, "", a_day(papers, chance))
    for area in papers.record.station.areas:
        if not area.is_public:
            continue
        chance = papers.stream("outages", area.area_id)
        members = [each for each in papers.customers if each.filed_area_id == area.area_id]
        for _ in range(count_of(chance, habit("area_outages_per_year") * years)):
            plan(papers, chance, members, area.feeder_id, area.area_id, a_day(papers, chance))
        for _ in range(count_of(chance, habit("temporary_outages_per_year") * years)):
            unplanned(papers, chance, members, area.feeder_id, area.area_id, a_day(papers, chance), TEMPORARY)
        for _ in range(count_of(chance, habit("area_faults_per_year") * years)):
            unplanned(papers, chance, members, area.feeder_id, area.area_id, a_day(papers, chance), FAULT)


def a_day(papers: Papers, chance: random.Random) -> date:
    return papers.first_day + timedelta(days=chance.randrange(papers.days))


def plan(
    papers: Papers,
    chance: random.Random,
    members: list[Customer],
    feeder_id: str,
    area_id: str,
    day: date,
    ahead: int | None = None,
) -> Outage:
    """Works planned, made public so many days ahead and done as planned."""
    hours = chance.choice(_CUSTOM_HOURS)
    begins = instant(day, 60 * chance.choice((6, 7, 8, 8)) + chance.choice((0, 30)))
    ends = begins + timedelta(hours=hours)
    published = instant(
        day - timedelta(days=chance.randrange(*_AHEAD) if ahead is None else ahead),
        9 * 60 + chance.randrange(420),
    )
    made = Outage(
        outage_id=papers.number("T"),
        kind=PLANNED,
        feeder_id=feeder_id,
        area_id=area_id,
        customers=[each for each in members if papers.supplied(each, day)],
        published=published,
        planned=(begins, ends),
        started=begins + timedelta(minutes=chance.randrange(0, 25)),
        ended=ends - timedelta(minutes=chance.randrange(0, 70)),
        notified=published + timedelta(minutes=chance.randrange(10, 180)),
    )
    papers.outages.append(made)
    return made


def unplanned(
    papers: Papers,
    chance: random.Random,
    members: list[Customer],
    feeder_id: str,
    area_id: str,
    day: date,
    kind: str,
) -> Outage:
    """Works that could not wait, told a day or two ahead; or a fault, told while it lasts."""
    begins = instant(day, chance.randrange(7 * 60, 21 * 60), chance.randrange(60))
    ends = begins + timedelta(minutes=chance.randrange(40, 200))
    told = begins + timedelta(minutes=chance.randrange(8, 25))
    planned = None
    if kind == TEMPORARY:
        told = begins - timedelta(hours=chance.randrange(26, 60))
        planned = (begins, begins + timedelta(hours=3))
    made = Outage(
        outage_id=papers.number("T"),
        kind=kind,
        feeder_id=feeder_id,
        area_id=area_id,
        customers=[each for each in members if papers.supplied(each, day)],
        published=told,
        planned=planned,
        started=begins,
        ended=ends,
        notified=told + timedelta(minutes=chance.randrange(2, 30)),
    )
    papers.outages.append(made)
    return made
