"""What happens to areas and feeders rather than to one customer: hooks on the line, masters, cut-overs.

Each kind changes the station and says whether it found a place; what it means for the answer key follows from the
energies of the station's days (`answers`).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from jicha.county.chance import Whole, bell, between
from jicha.county.desk import Answer
from jicha.county.founding.supply import LOW_VOLTAGE_PRIMARIES
from jicha.county.metering.days import StationDays
from jicha.county.place import wished_day, wished_months
from jicha.county.plan import Planned
from jicha.county.tariff.breach import theft_penalty
from jicha.county.tariff.sheet import prices_of
from jicha.county.tariff.terms import BELOW_1KV, RESIDENTIAL, Terms
from jicha.county.world import HUNDREDTHS, Area, AreaStory, City, Station, units
from jicha.kernel.text import Text

_HOOK_KWH = (25.0, 90.0)
_SECONDARY_A = 5
_SILENT_DAYS = (20, 60)
_RESIDENT = Terms(RESIDENTIAL, BELOW_1KV)


@dataclass(frozen=True, slots=True)
class AreaPlace:
    """Where something is planted that befalls an area or a feeder of the station."""

    city: City
    station: Station
    planned: Planned
    chance: random.Random

    def onset(self, first: int, left: int) -> date:
        wish = self.planned.wish
        months = wished_months(self.city.months[first : len(self.city.months) - left], wish)
        return wished_day(self.chance, self.chance.choice(months), wish)

    def end(self, onset: date, least: int | None = None, most: int | None = None) -> date:
        """The first day on which it is over: as long after the onset as wished, or as the kind's own length."""
        wish = self.planned.wish.days
        low, high = wish if wish is not None else (least, (most or 1) - 1)
        if low is None:
            return self.city.end
        return min(onset + timedelta(days=self.chance.randrange(low, high + 1)), self.city.end)

    def size(self, low: float, high: float) -> float:
        return between(self.chance, *(self.planned.wish.size or (low, high)))

    def area(self) -> Area | None:
        """A public area to which nothing has happened yet, with customers enough for a balance."""
        free = [
            each for each in self.station.areas if each.is_public and each.area_id not in _taken(self.station)
        ]
        return self.chance.choice(free) if free else None


def _taken(station: Station) -> set[str]:
    return {each.area_id for each in station.happenings}


def _hook(place: AreaPlace) -> bool:
    """Somebody without an account takes energy from the line."""
    area = place.area()
    if area is None:
        return False
    onset = place.onset(2, 4)
    kwh = round(place.size(*_HOOK_KWH), 1)
    note = Text(
        en=f"wire hooked to the line of {area.name} from {onset}",
        zh=f"自 {onset} 起在{area.name}线路挂钩用电",
    )
    _tell(place, area, onset, note, end=place.end(onset), hook_kwh=kwh, size=Decimal(str(kwh)))
    return True


def _master_ct(place: AreaPlace) -> bool:
    """The master's CT was exchanged, the file has the old ratio: every balance of the area is wrong."""
    area = place.area()
    if area is None:
        return False
    for number, head in enumerate(place.station.assessments):
        if head.customer_id == area.master_customer_id:
            present = int(head.ct_ratio.partition("/")[0])
            known = LOW_VOLTAGE_PRIMARIES
            beside = [each for each in known if each != present and 0.5 <= each / present <= 2]
            filed = place.chance.choice(beside) // _SECONDARY_A
            if place.planned.wish.size is not None:
                wished = place.size(1, 1) * present
                others = [each for each in known if each != present]
                filed = min(others, key=lambda each: abs(each - wished)) // _SECONDARY_A
            place.station.assessments[number] = replace(head, filed_multiplier=filed)
            note = Text(
                en=f"master of {area.name}: {head.multiplier} on the wall, {filed} on file",
                zh=f"{area.name}总表现场倍率 {head.multiplier}, 档案 {filed}",
            )
            size = Decimal(f"{filed / head.multiplier:.2f}")
            _tell(place, area, place.city.first_day, note, size=size)
            return True
    return False


def _master_silent(place: AreaPlace) -> bool:
    """The master's terminal is silent for weeks."""
    area = place.area()
    if area is None:
        return False
    onset = place.onset(2, 2)
    end = place.end(onset, *_SILENT_DAYS)
    days = (end - onset).days
    note = Text(
        en=f"master of {area.name} silent {onset} to {end}", zh=f"{area.name}总表 {onset} 至 {end} 采集中断"
    )
    _tell(place, area, onset, note, end=end, silent=(onset.toordinal(), end.toordinal()), size=Decimal(days))
    return True


def _cut_over(place: AreaPlace, *, told: bool) -> bool:
    """The area is cut over to another feeder; marketing's file follows, or never hears of it."""
    area = place.area()
    others = (
        [] if area is None else [each for each in place.station.feeders if each.feeder_id != area.feeder_id]
    )
    if area is None or not others:
        return False
    feeder = place.chance.choice(others)
    day = place.onset(3, 4)
    area.cut_over = (day, feeder.feeder_id)
    if told:
        area.filed_feeder_id = feeder.feeder_id
    note = Text(
        en=f"{area.name} cut over to {feeder.name} on {day}{'' if told else ', file not changed'}",
        zh=f"{day} {area.name}切改至{feeder.name}{'' if told else ', 营销未同步'}",
    )
    _tell(place, area, day, note)
    return True


def _tell(
    place: AreaPlace,
    area: Area,
    onset: date,
    note: Text,
    *,
    end: date | None = None,
    hook_kwh: float = 0.0,
    silent: tuple[int, int] | None = None,
    size: Decimal | None = None,
) -> None:
    story = AreaStory(place.planned, area.area_id, onset, end or place.city.end, note, hook_kwh, silent, size)
    place.station.happenings.append(story)


def hooked(city: City, station: Station, days: StationDays) -> dict[str, Whole]:
    """Energy taken by nobody's account, hundredths of a kWh a day, by area."""
    taken: dict[str, Whole] = {}
    count = days.use.shape[1]
    for number, story in enumerate(station.happenings):
        if story.hook_kwh:
            swing = 1 + 0.2 * bell(city.seed, f"hook/{story.area_id}", [number], np.arange(count))[0]
            energy = np.floor(story.hook_kwh * swing * HUNDREDTHS).astype(np.int64)
            begins = days.index(story.valid_from.toordinal())
            energy[:begins] = 0
            energy[max(days.index(story.valid_to.toordinal()), 0) :] = 0
            taken[story.area_id] = taken.get(story.area_id, np.zeros(count, dtype=np.int64)) + energy
    return taken


def answers(station: Station, taken: dict[str, Whole]) -> list[Answer]:
    """The rows of the key for what befell the station's areas."""
    price = prices_of(_RESIDENT).energy[0]
    rows = []
    for story in station.happenings:
        kwh = yuan = breach = Decimal("0.00")
        if story.hook_kwh:
            kwh = units(int(taken[story.area_id].sum()))
            yuan = (kwh * price).quantize(Decimal("0.01"))
            breach = theft_penalty(yuan)
        rows.append(
            Answer(
                plan=story.planned.cause,
                subject_type="area",
                subject_id=story.area_id,
                customer_id="",
                valid_from=story.valid_from,
                valid_to=story.valid_to,
                note=story.note,
                true_kwh=kwh,
                energy_yuan=yuan,
                breach_yuan=breach,
                size=story.size,
            )
        )
    return rows


KINDS = {
    "wire_hooked_to_line": _hook,
    "master_ct_exchanged_file_not_updated": _master_ct,
    "master_terminal_silent": _master_silent,
    "area_cut_over_file_not_changed": lambda place: _cut_over(place, told=False),
    "area_cut_over_and_filed": lambda place: _cut_over(place, told=True),
}
