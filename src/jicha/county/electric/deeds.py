"""Effects by what was done at the terminals: a voltage lead off, a current shunted or reversed, an angle turned."""

from __future__ import annotations

from collections.abc import Collection

from jicha.county.electric.effect import THREE_WIRE, A, B, C, Effect, Load, Triple


def voltage_lost(load: Load, place: int, left: float = 0.0) -> Effect:
    """The voltage of a phase reaches its element with a factor `left`.

    On three wires the B lead serves both elements: without it each sees half of the voltage AC."""
    if load.wiring == THREE_WIRE and place == B:
        return Effect(voltage=(0.5, 1.0, 0.5), shift=(-60, 0, 60))
    return Effect(voltage=_with(place, left))


def voltages_left(places: Collection[int], left: float) -> Effect:
    """The voltages of elements with a factor `left`: links loosened, a resistance put in."""
    seen = [left if place in places else 1.0 for place in (A, B, C)]
    return Effect(voltage=(seen[A], seen[B], seen[C]))


def current_left(places: Collection[int], left: float) -> Effect:
    """Elements see a factor `left` of their currents: shunted, or a lead broken (0)."""
    seen = [left if place in places else 1.0 for place in (A, B, C)]
    return Effect(current=(seen[A], seen[B], seen[C]))


def current_reversed(places: Collection[int]) -> Effect:
    """The secondary leads of current transformers stand exchanged."""
    return turned(places, 180)


def turned(places: Collection[int], degrees: int) -> Effect:
    """Currents lag their voltages by so much more, by leads of two phases exchanged or a device put in."""
    shift = [degrees if place in places else 0 for place in (A, B, C)]
    return Effect(shift=(shift[A], shift[B], shift[C]))


def ratio_swapped(factor: float) -> Effect:
    """All current transformers give a factor of what their file says."""
    return Effect(current=(factor, factor, factor))


def _with(place: int, left: float) -> Triple:
    seen = [left if each == place else 1.0 for each in (A, B, C)]
    return (seen[A], seen[B], seen[C])
