"""Who does what: members of staff by post, the station's own first, then the county's, then the city's."""

from __future__ import annotations

import random
from datetime import date

from jicha.county.desk import StationRecord
from jicha.county.world import Staff


class Team:
    """The people a station can turn to."""

    def __init__(self, record: StationRecord) -> None:
        city, org_id = record.city, record.station.org_id
        county_id = next(
            (county.org_id for county in city.counties if record.station.plan in county.stations), ""
        )
        parents = {each.org_id: each.parent_id for each in city.organisations}
        floors = (org_id, county_id, parents.get(county_id) or "")
        self._floors = [city.staff_of(each) for each in floors if each]
        self._posts: dict[str, list[tuple[Staff, ...]]] = {}

    def of_post(self, post: str) -> list[tuple[Staff, ...]]:
        """Everybody of the post, floor by floor from the station up; floors without one are left out."""
        if post not in self._posts:
            floors = [tuple(each for each in floor if each.post == post) for floor in self._floors]
            self._posts[post] = [floor for floor in floors if floor]
        return self._posts[post]

    def pick(self, chance: random.Random, post: str, day: date, besides: str = "", habit: str = "") -> str:
        """Staff number of somebody of the post at work that day, never `besides` where there is another, if
        possible of that habit; '' where there is nobody of the post."""
        there: list[Staff] = []
        for floor in self.of_post(post):
            there = [
                each
                for each in floor
                if each.joined_on <= day and (each.left_on is None or day < each.left_on)
            ]
            others = [each for each in there if each.staff_id != besides]
            if others:
                fitting = [each for each in others if each.habit == habit] if habit else []
                choice = fitting or others
                return choice[chance.randrange(len(choice))].staff_id
        return there[0].staff_id if there else ""
