"""The stories of the county: each a mechanism that acts at one place of the world.

Guilty ones are wrongs with a cause; innocent ones look like one and are none. None of them knows how it might
be found. Every module has its stories, how they are told, and `KINDS`: whom each fits. How many are planted
is the business of `facts/causes_*.csv`, at whom that of `planting`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jicha.county.causes.areas import AreaPlace
    from jicha.county.place import Kind, Place
    from jicha.county.story import Story


@cache
def kinds() -> dict[str, Kind]:
    """Kinds of stories of customers, by name."""
    from jicha.county.causes import (
        billing,
        breach,
        device,
        filing,
        links,
        metering,
        odd_loads,
        pricing,
        reading,
        spans,
        theft,
        use,
    )

    modules = (
        metering, reading, billing, spans, filing, use, pricing, breach, links, theft, device, odd_loads,
    )  # fmt: skip
    known: dict[str, Kind] = {}
    for module in modules:
        for name, kind in module.KINDS.items():
            if name in known:
                raise ValueError(f"two modules tell {name}")
            known[name] = kind
    return known


@cache
def kinds_by_trade() -> Mapping[str, Callable[[Place], Story]]:
    """Stories of whole trades, by `Trade.story_kind`."""
    from jicha.county.causes import use

    return use.BY_TRADE


@cache
def area_kinds() -> Mapping[str, Callable[[AreaPlace], bool]]:
    """What happens to areas and feeders, by name; False: there was no place for it at the station."""
    from jicha.county.causes import areas

    return areas.KINDS
