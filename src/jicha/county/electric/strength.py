"""How strong an effect has to be so that a wished share of the energy is not counted."""

from __future__ import annotations

import random
from collections.abc import Callable

from jicha.county.electric.effect import Effect, Load, elements


def lost_share(effect: Effect, load: Load) -> float:
    """The share of the used energy that is not counted while the effect acts."""
    return 1.0 - elements(load, effect).counted


def losing(
    load: Load, share: float, deed: Callable[[tuple[int, ...]], Effect], chance: random.Random
) -> Effect:
    """The deed at as few elements as are needed, in an order by chance, so strong that `share` is not counted.

    What is lost grows in proportion to the strength, because voltages, currents and what is led around do. At all
    elements with all its strength the deed may still lose less than wished; then it loses what it can."""
    order = list(load.elements)
    chance.shuffle(order)
    effect = deed(tuple(order))
    for count in range(1, len(order) + 1):
        effect = deed(tuple(sorted(order[:count])))
        full = lost_share(effect, load)
        if full >= share:
            return effect.at(share / full)
    return effect
