"""What a deed or a fault does to what a meter sees, and what the meter then counts.

A single-phase and a four-wire meter measure each phase by an element of its own. A three-wire meter has two
elements: the first sees the voltage AB and the current A, the second CB and C; they are places 0 and 2 here.
Angles are degrees by which a current lags its element's voltage, in multiples of 15.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jicha.county.chance import Floats
from jicha.county.electric.angles import SQRT_3, cosine, sine

QUARTERS: Final = 96
SINGLE, FOUR_WIRE, THREE_WIRE = "单相", "三相四线", "三相三线"
A, B, C = range(3)
PHASES: Final = ("A", "B", "C")

Triple = tuple[float, float, float]
ALL: Final[Triple] = (1.0, 1.0, 1.0)
_THIRD: Final[Triple] = (1 / 3, 1 / 3, 1 / 3)


@dataclass(frozen=True, slots=True)
class Load:
    """What hangs behind a meter: how it is wired, its tan φ, its shares of the three phases (they sum to 1)."""

    wiring: str
    tan_phi: float = 0.0
    shares: Triple = _THIRD

    def __post_init__(self) -> None:
        if self.wiring not in (SINGLE, FOUR_WIRE, THREE_WIRE):
            raise ValueError(f"no wiring {self.wiring!r}")

    @property
    def elements(self) -> tuple[int, ...]:
        """Places of the meter's elements."""
        if self.wiring == SINGLE:
            return (max(range(3), key=lambda place: self.shares[place]),)
        return (A, C) if self.wiring == THREE_WIRE else (A, B, C)


@dataclass(frozen=True, slots=True)
class Effect:
    """What the meter sees otherwise than it is, by element, while it acts.

    `voltage`, `current`: the factors its elements see; `shift`: degrees by which each current lags more. `around`: the
    share of the load led around the meter. `neutral`: the neutral's current as a multiple of the load's. `speed`:
    the meter's own count as a multiple of what its elements see. `strength` from 0 (nothing) to 1 (all of it).
    `quarters`: in which of the day's 96 quarters of an hour it acts; empty: in all. `balance`: the load's shares
    of the phases, where they are not the customer's usual ones; `rhythm`: factors of its 96 quarters; both are
    ways of living, by which nothing is miscounted. `load` is the load it acts on, as far as its story knows it."""

    voltage: Triple = ALL
    current: Triple = ALL
    shift: tuple[int, int, int] = (0, 0, 0)
    around: float = 0.0
    neutral: float = 1.0
    speed: float = 1.0
    strength: float = 1.0
    quarters: tuple[bool, ...] = ()
    balance: Triple | None = None
    rhythm: tuple[float, ...] = ()
    load: Load | None = None

    def __post_init__(self) -> None:
        if len(self.quarters) not in (0, QUARTERS) or len(self.rhythm) not in (0, QUARTERS):
            raise ValueError("quarters and rhythm are empty or 96 long")

    @property
    def is_honest(self) -> bool:
        """Whether the meter sees everything as it is."""
        return self.strength == 0 or (
            self.voltage == ALL
            and self.current == ALL
            and self.shift == (0, 0, 0)
            and self.around == 0
            and self.speed == 1
        )

    @property
    def acts(self) -> NDArray[np.bool_]:
        """The quarters in which it acts, 96 booleans."""
        if self.strength == 0:
            return np.zeros(QUARTERS, dtype=np.bool_)
        return np.array(self.quarters, dtype=np.bool_) if self.quarters else np.ones(QUARTERS, dtype=np.bool_)

    def counted_share(self, phases: int, tan_phi: float, day_shape: Floats) -> float:
        """`counted_share` of the load it acts on; where that is not known, of an even one on so many phases."""
        return counted_share(
            self, self.load or Load(SINGLE if phases == 1 else FOUR_WIRE, tan_phi), day_shape
        )

    def at(self, strength: float) -> Effect:
        """The same, so strong."""
        return replace(self, strength=strength)

    def of(self, load: Load) -> Load:
        """The load as it is under this effect: another balance, perhaps, where there is more than one phase."""
        return load if self.balance is None or load.wiring == SINGLE else replace(load, shares=self.balance)

    def shaped(self, day_shape: Floats) -> Floats:
        """The day's shape under this effect; as much energy as before."""
        if not self.rhythm:
            return day_shape
        shaped = day_shape * np.array(self.rhythm)
        total = float(shaped.sum())
        return shaped * (float(day_shape.sum()) / total) if total > 0 else day_shape


@dataclass(frozen=True, slots=True)
class Elements:
    """How a meter sees a load. By element, 0 where the meter has none: `active`, `reactive` are the true powers for
    each unit of the load's active power; the meter sees `passing` of the current, of which a part `along` its
    true direction and a part `across` (lagging 90° behind it), under `voltage` of the voltage, and counts `speed`
    of what it sees. `neutral`: the neutral's current as a multiple of what passes."""

    active: Triple
    reactive: Triple
    voltage: Triple = ALL
    along: Triple = ALL
    across: Triple = (0.0, 0.0, 0.0)
    passing: float = 1.0
    speed: float = 1.0
    neutral: float = 1.0

    def seen_active(self, place: int) -> float:
        """Active power counted by an element for each unit of the load's."""
        seen = self.active[place] * self.along[place] - self.reactive[place] * self.across[place]
        return self.voltage[place] * self.passing * self.speed * seen

    @property
    def counted(self) -> float:
        """Active energy counted for each unit used."""
        return self.seen_active(A) + self.seen_active(B) + self.seen_active(C)


@lru_cache(maxsize=4096)
def elements(load: Load, effect: Effect | None = None) -> Elements:
    """What the meter's elements see of a load: rightly, or while the effect acts."""
    if effect is None:
        active, reactive = zip(*_right(load), strict=True)
        return Elements(_triple(active), _triple(reactive))
    active, reactive = zip(*_right(effect.of(load)), strict=True)
    strength = effect.strength
    # A current is a phasor: a part of it as it should be, a part of another length and angle.
    pulls = [strength * factor for factor in effect.current]
    return Elements(
        _triple(active),
        _triple(reactive),
        voltage=_triple([1.0 - strength * (1.0 - factor) for factor in effect.voltage]),
        along=_triple(
            [(1.0 - strength) + pull * cosine(shift) for pull, shift in zip(pulls, effect.shift, strict=True)]
        ),
        across=_triple([pull * sine(shift) for pull, shift in zip(pulls, effect.shift, strict=True)]),
        passing=1.0 - strength * effect.around,
        speed=1.0 - strength * (1.0 - effect.speed),
        neutral=1.0 - strength * (1.0 - effect.neutral),
    )


def counted_quarters(effect: Effect | None, load: Load) -> Floats:
    """Energy counted for each unit used, in each of the day's 96 quarters of an hour; may be negative."""
    shares = np.ones(QUARTERS)
    if effect is not None and not effect.is_honest:
        shares[effect.acts] = elements(load, effect).counted
    return shares


def counted_share(effect: Effect | None, load: Load, day_shape: Floats) -> float:
    """Energy counted ÷ energy used in a day of this shape (96 weights, of any sum).

    More than 1 where the meter counts too much; below 0 what it counts stands in the register of reverse energy."""
    if effect is None or effect.is_honest:
        return 1.0
    shaped = effect.shaped(day_shape)
    used = float(shaped.sum())
    if used == 0:
        return 1.0
    # The middle of the day's rounding does not depend on the order of adding, nor on the machine.
    return round(float((shaped * counted_quarters(effect, load)).sum()) / used, 9)


def _right(load: Load) -> tuple[tuple[float, float], ...]:
    """Active and reactive power of each element for each unit of the load's active power."""
    tangent = load.tan_phi
    if load.wiring == THREE_WIRE:
        half, part = tangent / 2, 1 / (2 * SQRT_3)
        return ((0.5 - tangent * part, half + part), (0.0, 0.0), (0.5 + tangent * part, half - part))
    if load.wiring == SINGLE:
        place = load.elements[0]
        return tuple((1.0, tangent) if each == place else (0.0, 0.0) for each in range(3))
    return tuple((share, share * tangent) for share in load.shares)


def _triple(values: Sequence[float]) -> Triple:
    return (values[A], values[B], values[C])
