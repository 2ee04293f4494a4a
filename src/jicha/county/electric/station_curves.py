"""The curves of a station's customers for a span of days, from what their sites used and what acts on their meters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jicha.county.chance import Floats
from jicha.county.electric.curves import Collected, Columns, collected, curve
from jicha.county.electric.effect import QUARTERS, Effect
from jicha.county.electric.points import Point, point_of
from jicha.county.electric.story import MeterStory
from jicha.county.story import Story
from jicha.county.world import Customer, Installation

_NOON = QUARTERS // 2


@dataclass(frozen=True, slots=True)
class MeterCurve:
    """One meter's points in the span."""

    point: Point
    meter_id: str
    columns: Columns


def customer_curves(
    seed: int,
    customer: Customer,
    first_day: int,
    net_kw: Floats,
    *,
    supplied: NDArray[np.bool_],
    arrives: NDArray[np.bool_] | None = None,
    voltage: Floats | None = None,
    ohms: float = 0.0,
) -> Iterator[MeterCurve]:
    """One for each meter that hangs there in the span.

    `first_day` is an ordinal; `net_kw` days × 96: what the site truly takes (negative: feeds in), before any deed or
    fault; `supplied`, `arrives`: by day, whether there is a supply and whether the terminal hands anything in;
    `voltage`, `ohms` as for `curves.curve`."""
    days = net_kw.shape[0]
    effects = [] if customer.story is None else _acting(customer.story, first_day, days)
    lived = _rhythm(net_kw, effects)
    for installation in customer.installations:
        hangs = _hangs(installation, first_day, days)
        if not hangs.any():
            continue
        point = point_of(seed, customer, installation)
        got = collected(
            seed, point, first_day, days, (supplied & arrives if arrives is not None else supplied).tolist()
        )
        columns = curve(
            seed, point, first_day, lived, effects, voltage=voltage, ohms=ohms, got=got, hangs=hangs
        )
        if len(columns["day"]):
            yield MeterCurve(point, installation.meter_id, columns)


def _acting(story: Story, first_day: int, days: int) -> list[Effect | None]:
    """What acts on each of the days; empty where nothing does.

    A story without an effect of its own counts a part because the rest is led around the meter, so that it draws the
    voltage down and nothing else; unless the story knows better what the meter sees (`seen_share`, 1 where the
    meter's eyes are right and its register alone is wrong)."""
    found = [story.effect(first_day + day) for day in range(days)]
    seen_share = getattr(story, "seen_share", story.counted_share)
    if not isinstance(story, MeterStory):
        for day in range(days):
            share = seen_share(first_day + day)
            if share != 1 and found[day] is None:
                found[day] = Effect(around=1 - share)
    return found if any(found) else []


def _rhythm(kilowatts: Floats, effects: list[Effect | None]) -> Floats:
    """The days lived by another rhythm, where a story has one."""
    if not any(effect is not None and effect.rhythm for effect in effects):
        return kilowatts
    lived = kilowatts.copy()
    for day, effect in enumerate(effects):
        if effect is not None:
            lived[day] = effect.shaped(kilowatts[day])
    return lived


def _hangs(installation: Installation, first_day: int, days: int) -> NDArray[np.bool_]:
    """The points at which this meter hangs: from noon of its first day until noon of its last."""
    moments = np.arange(days * QUARTERS).reshape(days, QUARTERS) + first_day * QUARTERS
    hangs = moments >= installation.installed_on.toordinal() * QUARTERS + _NOON
    if installation.removed_on is not None:
        hangs &= moments < installation.removed_on.toordinal() * QUARTERS + _NOON
    return hangs


__all__ = ["Collected", "MeterCurve", "customer_curves"]
