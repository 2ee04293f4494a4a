"""The low-voltage tree of a public area: outlets, trunks, branches, meter boxes, service drops.

Nodes are numbered so that a node's parent comes before it; node 0 is the transformer's low-voltage side. The segment
of a node is the line that leads to it from its parent. Every customer is a node of its own, hanging from a box.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jicha.county.chance import Floats, Whole, between
from jicha.county.life.profiles import profiles
from jicha.county.tables import facts

if TYPE_CHECKING:
    from jicha.county.world import Customer

PHASES = ("A", "B", "C")
OUTLET, POLE, BOX, CUSTOMER = "出线", "电杆", "表箱", "用户"
_THREE = "ABC"


@dataclass(frozen=True, slots=True)
class Conductor:
    """A row of `facts/conductors.csv`: resistance of one conductor at 20 °C."""

    code: str
    name_zh: str
    ohm_per_km: float
    amperes: float
    use: str


@cache
def conductors() -> dict[str, Conductor]:
    """Conductors by code."""
    return {
        row["conductor"]: Conductor(
            row["conductor"], row["name_zh"], float(row["ohm_per_km"]), float(row["amperes"]), row["use"]
        )
        for row in facts("conductors")
    }


@cache
def grid_facts() -> dict[str, float]:
    """The plain figures of wires by name; `facts/grid.csv` says why each is what it is."""
    return {row["name"]: float(row["value"]) for row in facts("grid")}


@dataclass(frozen=True, eq=False)
class Topology:
    """A radial area. All tuples have one entry a node but for those of customers.

    `parents`: node 0 has −1. `kinds`: 出线 (node 0), 电杆, 表箱, 用户. `lengths_m`, `conductors` of the segment that
    leads to the node (0 and '' for node 0); `ohm` its resistance, one conductor, as warm as it
    usually is. `phases` of the segment:
    A, B, C or ABC. `names`: outlet and number as written on the pole. For each customer, in the order given to `lay`:
    `customer_nodes`, and `scatter`, how much its quarter-hours scatter. `power_factor` of the area's load;
    `phase_volts` between a phase and the neutral, along the lines on the average."""

    parents: tuple[int, ...]
    kinds: tuple[str, ...]
    names: tuple[str, ...]
    lengths_m: tuple[float, ...]
    conductors: tuple[str, ...]
    ohm: tuple[float, ...]
    phases: tuple[str, ...]
    customer_nodes: tuple[int, ...]
    scatter: tuple[float, ...]
    power_factor: float
    phase_volts: float

    @property
    def line_km(self) -> float:
        """Length of all lines of the area but the service drops."""
        lines = zip(self.lengths_m, self.kinds, strict=True)
        return sum(round(metres * 10) for metres, kind in lines if kind != CUSTOMER) / 10_000

    @cached_property
    def shared_nodes(self) -> Whole:
        """Nodes whose segment carries customers and is not itself a customer's drop, ascending."""
        drops = set(self.customer_nodes)
        chosen = [
            node
            for node in range(1, len(self.parents))
            if node not in drops and bool(self._below[node].any())
        ]
        return np.array(chosen, dtype=np.int64)

    @cached_property
    def _below(self) -> NDArray[np.bool_]:
        """bool[nodes, customers]: whether the customer's energy passes the segment that leads to the node."""
        below = np.zeros((len(self.parents), len(self.customer_nodes)), dtype=np.bool_)
        for row, node in enumerate(self.customer_nodes):
            at = node
            while at >= 0:
                below[at, row] = True
                at = self.parents[at]
        return below

    @cached_property
    def incidence(self) -> Floats:
        """float64[shared segments, customers] of 0 and 1: which customers a shared segment carries."""
        return self._below[self.shared_nodes].astype(np.float64)

    @cached_property
    def phase_shares(self) -> Floats:
        """float64[3, customers]: a third each for three-phase customers, 0 or 1 for the others."""
        own = [self.phases[node] for node in self.customer_nodes]
        return np.array(
            [[1 / 3 if each == _THREE else float(each == phase) for each in own] for phase in PHASES]
        )

    @cached_property
    def is_three_phase(self) -> NDArray[np.bool_]:
        """bool[customers]."""
        return np.array([self.phases[node] == _THREE for node in self.customer_nodes], dtype=np.bool_)

    @cached_property
    def shared_ohm(self) -> Floats:
        """float64[shared segments]."""
        return np.array(self.ohm)[self.shared_nodes]

    @cached_property
    def drop_ohm(self) -> Floats:
        """float64[customers]: the resistance of each customer's own drop, one conductor."""
        return np.array(self.ohm)[list(self.customer_nodes)]

    def distance_m(self, row: int) -> float:
        """Length of line between the transformer and the customer in that row."""
        at, metres = self.customer_nodes[row], 0.0
        while at > 0:
            metres += self.lengths_m[at]
            at = self.parents[at]
        return round(metres, 1)


class _Lines:
    """Nodes as they are laid."""

    def __init__(self) -> None:
        self.parents = [-1]
        self.kinds = [OUTLET]
        self.names = [""]
        self.lengths = [0.0]
        self.conductors = [""]
        self.phases = [_THREE]

    def add(
        self, parent: int, kind: str, name: str, metres: float, conductor: str, phases: str = _THREE
    ) -> int:
        self.parents.append(parent)
        self.kinds.append(kind)
        self.names.append(name)
        self.lengths.append(round(metres, 1))
        self.conductors.append(conductor)
        self.phases.append(phases)
        return len(self.parents) - 1

    def topology(self, nodes: Sequence[int], scatter: Sequence[float]) -> Topology:
        known, figures = conductors(), grid_facts()
        warm = figures["hot_resistance"] / 1000
        ohm = [
            known[code].ohm_per_km * metres * warm if code else 0.0
            for code, metres in zip(self.conductors, self.lengths, strict=True)
        ]
        return Topology(
            parents=tuple(self.parents),
            kinds=tuple(self.kinds),
            names=tuple(self.names),
            lengths_m=tuple(self.lengths),
            conductors=tuple(self.conductors),
            ohm=tuple(ohm),
            phases=tuple(self.phases),
            customer_nodes=tuple(nodes),
            scatter=tuple(scatter),
            power_factor=figures["cos_phi_low"],
            phase_volts=figures["phase_volts"],
        )


def lay(chance: random.Random, customers: Sequence[Customer]) -> Topology:
    """Lay the lines of an area to its customers (any number, none included); neighbours in the sequence share boxes,
    and a box with a large load hangs near the transformer.

    A customer on phase ABC gets three conductors all the way, one on A, B or C a conductor and the neutral."""
    figures, lines = grid_facts(), _Lines()
    size = int(figures["customers_per_box"])
    groups = [(at, customers[at : at + size]) for at in range(0, len(customers), size)]
    outlets = max(1, min(len(groups), round(len(customers) / figures["outlets_per_customers"])))
    nodes = [0] * len(customers)
    for number in range(outlets):
        mine = groups[number * len(groups) // outlets : (number + 1) * len(groups) // outlets]
        poles = _outlet(chance, lines, number + 1, sum(_kwh(group) for _, group in mine))
        # Neighbours stand along the line in their order, but for the large, who come first.
        mine.sort(key=lambda each: _kwh(each[1]) < figures["large_box_kwh"])
        for place, (first, group) in enumerate(mine):
            pole = poles[min(int((place + chance.random()) * len(poles) / len(mine)), len(poles) - 1)]
            metres = figures["box_line_m"] * between(chance, 0.5, 1.5)
            name = f"{lines.names[pole]}箱{first // size + 1}"
            box = lines.add(pole, BOX, name, metres, _fitting("box", _kwh(group)))
            for row, each in enumerate(group, start=first):
                metres = between(chance, figures["drop_least_m"], figures["drop_most_m"])
                use = "drop" if each.phase != _THREE else "drop3"
                nodes[row] = lines.add(
                    box, CUSTOMER, each.customer_id, metres, _fitting(use, each.daily_kwh), each.phase
                )
    return lines.topology(nodes, [profiles()[each.trade.code].scatter for each in customers])


def _kwh(group: Sequence[Customer]) -> float:
    # Whole hundredths: the same whatever the order of adding.
    return sum(round(each.daily_kwh * 100) for each in group) / 100


def _fitting(use: str, daily_kwh: float) -> str:
    """The thinnest conductor that is laid for so large a load."""
    for row in facts("conductor_choice"):
        if row["use"] == use and daily_kwh <= float(row["to_daily_kwh"]):
            return row["conductor"]
    raise LookupError(f"no conductor for {use} of {daily_kwh} kWh a day")


def _outlet(chance: random.Random, lines: _Lines, number: int, daily_kwh: float) -> list[int]:
    """A trunk with its branches; gives its poles as they stand along the way."""
    figures = grid_facts()
    trunk = _fitting("trunk", daily_kwh)
    along: list[int] = []
    at = 0
    for pole in range(1, chance.randrange(4, int(figures["poles_most"]) + 1) + 1):
        metres = figures["pole_span_m"] * between(chance, 0.7, 1.3)
        at = lines.add(at, POLE, f"{number}路{pole:02d}杆", metres, trunk)
        along.append(at)
        if chance.random() < figures["branch_share"]:
            code = _fitting("branch", daily_kwh / 4)
            end = at
            for step in range(1, chance.randrange(1, int(figures["branch_poles_most"]) + 1) + 1):
                metres = figures["pole_span_m"] * between(chance, 0.6, 1.1)
                end = lines.add(end, POLE, f"{number}路{pole:02d}杆支{step}", metres, code)
                along.append(end)
    return along
