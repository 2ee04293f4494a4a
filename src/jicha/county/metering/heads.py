"""Meters at the heads of areas and feeders: what flows in and out, customers' use and the wires' loss together.

Energies are whole hundredths of a kWh; a head's register keeps what division by its multiplier leaves for the next
day, so that over months nothing is lost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jicha.county.chance import Floats, Whole
from jicha.county.grid.losses import feeder_loss_kwh, line_loss_kwh, transformer_loss_kwh
from jicha.county.life.shapes import form_square
from jicha.county.life.solar import exchange
from jicha.county.metering.days import StationDays
from jicha.county.world import HUNDREDTHS, Area, Assessment, Customer, Station

_HOUSES = "household"
# A customer with a transformer of its own whose meter hangs on the low side of it.
_LOW_SIDE = "高供低计"


@dataclass(slots=True)
class Heads:
    """Registers in hundredths, [heads, T], in the order of `station.assessments`; `supply` and `back` the energy that
    flowed in and out, hundredths of a kWh; `loss` the technical loss of areas, by id."""

    forward: Whole
    reverse: Whole
    supply: Whole
    back: Whole
    loss: dict[str, Whole]


def heads(station: Station, days: StationDays, extra: dict[str, Whole]) -> Heads:
    """What the meters at the heads show. `extra`: energy taken in an area by nobody's account, hundredths [T]."""
    count = days.use.shape[1]
    areas = {each.area_id: each for each in station.areas}
    members: dict[str, list[int]] = {each.area_id: [] for each in station.areas}
    for row, customer in enumerate(station.customers):
        members[customer.area_id].append(row)
    net: dict[str, Whole] = {}
    forward, reverse, supply, back = (
        np.zeros((len(station.assessments), count), dtype=np.int64) for _ in range(4)
    )
    made = Heads(forward, reverse, supply, back, {})
    for place, head in enumerate(station.assessments):
        if not head.is_feeder:
            area = areas[head.area_id]
            rows = members[head.area_id]
            taken, given = _area(area, rows, days, made, extra.get(head.area_id))
            net[head.area_id] = (
                taken - given + _whole(transformer_loss_kwh(area.capacity_kva, taken / HUNDREDTHS))
            )
            made.supply[place], made.back[place] = taken, given
    _feeders(station, days, members, net, made)
    for place, head in enumerate(station.assessments):
        made.forward[place] = head.opening_register + np.cumsum(made.supply[place]) // head.multiplier
        made.reverse[place] = head.opening_reverse + np.cumsum(made.back[place]) // head.multiplier
    return made


def _area(
    area: Area, rows: list[int], days: StationDays, made: Heads, extra: Whole | None
) -> tuple[Whole, Whole]:
    """What flowed into and out of a public area."""
    use, export = days.use[rows], days.export[rows]
    loss = np.zeros(days.use.shape[1], dtype=np.int64)
    if area.topology is not None and rows:
        loss = _whole(
            line_loss_kwh(
                area.topology,
                use / HUNDREDTHS,
                exported_kwh=export / HUNDREDTHS,
                form_square=form_square(_shape(days)),
            )
        )
    made.loss[area.area_id] = loss
    taken = use.sum(axis=0) + loss + (0 if extra is None else extra)
    panels = [row for row in rows if row in days.generated]
    if not panels:
        return taken, np.zeros_like(taken)
    generated = days.generated[panels[0]].copy()
    for row in panels[1:]:
        generated += days.generated[row]
    # Seen from the transformer: everybody's load against everybody's panels, quarter by quarter.
    own = _whole(generated.sum(axis=1)) - export.sum(axis=0)
    _, outward = exchange((taken + own) / HUNDREDTHS, _shape(days), generated)
    back = _whole(outward)
    balance = taken - export.sum(axis=0)
    return np.maximum(balance + back, 0), np.maximum(back, -balance)


def _feeders(
    station: Station, days: StationDays, members: dict[str, list[int]], net: dict[str, Whole], made: Heads
) -> None:
    lengths = {each.feeder_id: each for each in station.feeders}
    for place, head in enumerate(station.assessments):
        if not head.is_feeder:
            continue
        taken = np.zeros(days.use.shape[1], dtype=np.int64)
        for area in station.areas:
            switched = _on_feeder(area, head, days)
            if not switched.any():
                continue
            if area.is_public:
                taken += net[area.area_id] * switched
            else:
                for row in members[area.area_id]:
                    taken += (days.use[row] + _own_loss(station.customers[row], days.use[row])) * switched
        loss = _whole(feeder_loss_kwh(lengths[head.feeder_id], np.maximum(taken, 0) / HUNDREDTHS))
        made.supply[place] = np.maximum(taken, 0) + loss
        made.back[place] = np.maximum(-taken, 0)


def _own_loss(customer: Customer, use: Whole) -> Whole:
    """What the customer's own transformer loses beside what a meter on its low side counts."""
    if customer.trade.metering_mode != _LOW_SIDE:
        return np.zeros_like(use)
    supplied = use > 0
    loss = np.zeros(len(use))
    for each in customer.transformers:
        loss += transformer_loss_kwh(each.capacity_kva, use / HUNDREDTHS / len(customer.transformers))
    return _whole(loss * supplied)


def _on_feeder(area: Area, head: Assessment, days: StationDays) -> Whole:
    """Days on which the area hangs on the feeder, as 0 or 1."""
    on = np.full(days.use.shape[1], area.feeder_id == head.feeder_id, dtype=np.int64)
    if area.cut_over is not None:
        day, feeder_id = area.cut_over
        on[days.index(day.toordinal()) :] = feeder_id == head.feeder_id
    return on


def _shape(days: StationDays) -> Floats:
    return days.shapes[_HOUSES] if _HOUSES in days.shapes else next(iter(days.shapes.values()))


def _whole(kwh: Floats) -> Whole:
    result: Whole = np.rint(kwh * HUNDREDTHS).astype(np.int64)
    return result
