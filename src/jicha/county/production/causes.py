"""Where the production system and marketing disagree, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from jicha.county.desk import Desk, StationRecord
from jicha.county.picking import Pick, Picker, workday_from
from jicha.county.tables import facts
from jicha.county.world import Area
from jicha.kernel.text import Text

_LATE_DAYS = (20, 120)
_NAMES = ("台变", "配变", "公用变")


@dataclass(frozen=True, slots=True)
class Cutover:
    """An area moved from one feeder to another; `told_after`: days until marketing followed, None: never."""

    area_id: str
    from_feeder_id: str
    to_feeder_id: str
    executed_on: date
    told_after: int | None


@dataclass(slots=True)
class Disagreements:
    """`capacities`, `names`: what production has of an area, by its id; `cutovers` beside the ordinary ones."""

    capacities: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    cutovers: list[Cutover] = field(default_factory=list)

    @property
    def moved(self) -> set[str]:
        return {each.area_id for each in self.cutovers}


def disagreements(record: StationRecord, desk: Desk) -> Disagreements:
    """Everything planned between production and marketing at the station, with its answers."""
    picker = Picker(record, desk)
    found = Disagreements()
    for pick in _areas(picker, "cutover_not_told_to_marketing", _settled(record)):
        _cut_over(picker, pick, found)
    for pick in _areas(picker, "production_area_capacity_differs", _with_larger(record)):
        _enlarge(picker, pick, found)
    for pick in _areas(picker, "production_name_differs", _public(record)):
        area = pick.subject
        found.names[area.area_id] = area.name.replace("公变", pick.chance.choice(_NAMES))
        note = Text(
            en=f"production: {found.names[area.area_id]}, marketing: {area.name}",
            zh=f"生产: {found.names[area.area_id]}, 营销: {area.name}",
        )
        picker.answer(pick, "area", area.area_id, "", (record.city.first_day, record.city.end), note)
    return found


def _areas(picker: Picker, kind: str, areas: Sequence[Area]) -> list[Pick[Area]]:
    return list(picker.picks(kind, lambda: areas, lambda each: each.area_id))


def _public(record: StationRecord) -> list[Area]:
    return [each for each in record.station.areas if each.is_public]


def _settled(record: StationRecord) -> list[Area]:
    """Public areas to which nothing happened otherwise, where there is another feeder to come from."""
    happened = {each.area_id for each in record.station.happenings}
    if len(record.station.feeders) < 2:
        return []
    return [
        each
        for each in _public(record)
        if each.area_id not in happened and each.filed_feeder_id == each.feeder_id
    ]


def _with_larger(record: StationRecord) -> list[Area]:
    most = max(_sizes())
    return [each for each in _public(record) if each.capacity_kva < most]


def _sizes() -> list[int]:
    return [int(row["capacity_kva"]) for row in facts("public_transformers")]


def _cut_over(picker: Picker, pick: Pick[Area], found: Disagreements) -> None:
    """Just before the period, so that all its energy flowed as the grid stands now; marketing followed late."""
    record, area = picker.record, pick.subject
    executed = workday_from(record.city.first_day - timedelta(days=pick.chance.randrange(3, 12)))
    others = [each.feeder_id for each in record.station.feeders if each.feeder_id != area.feeder_id]
    old = pick.chance.choice(others)
    late = min(pick.days(*_LATE_DAYS), (record.city.end - executed).days - 2)
    told_on = executed + timedelta(days=late)
    found.cutovers.append(Cutover(area.area_id, old, area.feeder_id, executed, late))
    note = Text(
        en=f"moved from {old} on {executed}, marketing told on {told_on}",
        zh=f"{executed}由{old}切改, {told_on}营销才同步",
    )
    picker.answer(pick, "area", area.area_id, "", (executed, told_on), note, size=Decimal(late))


def _enlarge(picker: Picker, pick: Pick[Area], found: Disagreements) -> None:
    record, area = picker.record, pick.subject
    larger = [each for each in _sizes() if each > area.capacity_kva]
    built = larger[pick.chance.randrange(min(2, len(larger)))]
    found.capacities[area.area_id] = built
    note = Text(
        en=f"{built} kVA stand there, marketing has {area.capacity_kva}",
        zh=f"现场变压器{built}kVA, 营销档案{area.capacity_kva}kVA",
    )
    size = (Decimal(built) / Decimal(area.capacity_kva)).quantize(Decimal("0.001"))
    picker.answer(pick, "area", area.area_id, "", (record.city.first_day, record.city.end), note, size=size)
