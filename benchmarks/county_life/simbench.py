"""The loss functions on two SimBench grids, beside their AC power flow."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from benchmarks.county_life.measures import Row
from numpy.typing import NDArray

from jicha.county.grid.losses import line_loss_kwh, transformer_loss_kwh
from jicha.county.grid.topology import CUSTOMER, OUTLET, POLE, Topology
from jicha.county.life.profiles import profile

Floats = NDArray[np.float64]

GRIDS = ("rural1", "urban6")
_HOURS = 24
_PHASE_VOLTS = 400 / 3**0.5
#: How near is near enough.
TOLERANCE = 0.25
# Which trade of the county stands for a class of SimBench profiles.
_TRADE = {"H": "household", "G": "shop", "L": "farm"}


@dataclass(frozen=True)
class Grid:
    """A grid with a year of hours. Rows of `loads` and then of `given` are the customers of `topology`."""

    name: str
    topology: Topology
    loads: Floats
    given: Floats
    line_loss_kw: Floats
    transformer_loss_kw: Floats
    supplied_kw: Floats
    capacity_kva: int
    nameplate_kw: tuple[float, float]

    @property
    def days(self) -> int:
        return self.loads.shape[1] // _HOURS

    def by_day(self, hourly: Floats) -> Floats:
        return hourly.reshape(*hourly.shape[:-1], self.days, _HOURS).sum(axis=-1)

    def form_square(self) -> Floats:
        """Of the whole grid's load, by day: float64[days]."""
        hours = self.loads.sum(axis=0).reshape(self.days, _HOURS)
        return (hours**2).mean(axis=1) / hours.mean(axis=1) ** 2

    def hourly_loss(self) -> Floats:
        """The physics alone: an hour's energy, no assumption on what happens inside it."""
        net = np.concatenate([self.loads, -self.given])
        return line_loss_kwh(self.topology, net, form_square=1, scatter=0, hours=1)

    def daily_loss(self, form_square: float | Floats | None = None) -> Floats:
        """As the county does it: from the energies of days, with the scatter of its trades and its usual form."""
        taken = np.concatenate([self.by_day(self.loads), np.zeros((len(self.given), self.days))])
        given = np.concatenate([np.zeros((len(self.loads), self.days)), self.by_day(self.given)])
        return line_loss_kwh(self.topology, taken, exported_kwh=given, form_square=form_square)

    def transformer_loss(self) -> Floats:
        """As the county does it, with this transformer's nameplate."""
        return transformer_loss_kwh(
            self.capacity_kva,
            self.by_day(self.supplied_kw),
            losses_kw=self.nameplate_kw,
            power_factor=self.topology.power_factor,
        )


def grid(data: Path, name: str) -> Grid:
    folder = data / "simbench-lv-lineloss" / name
    transformer = {row[""]: row["0"] for row in _rows(folder / "trafo.csv")}
    loads, panels = _rows(folder / "load.csv"), _rows(folder / "sgen.csv")
    series = pq.read_table(folder / "feeder_hourly.parquet")
    kw = pq.read_table(folder / "load_hourly_kw.parquet")
    capacity = round(float(transformer["sn_mva"]) * 1000)
    active, reactive = (sum(float(row[column]) for row in loads) for column in ("p_mw", "q_mvar"))
    topology = _tree(int(transformer["lv_bus"]), _rows(folder / "line.csv"), [*loads, *panels])
    given = series["sgen_sum_kw"].to_numpy().astype(np.float64) / len(panels)
    return Grid(
        name=name,
        topology=replace(
            topology,
            power_factor=float(active / np.hypot(active, reactive)),
            scatter=tuple(_scatter(row) for row in [*loads, *panels]),
        ),
        loads=np.stack([kw[f"load_{row['load']}"].to_numpy() for row in loads]).astype(np.float64),
        # Only the sum of the panels is given: each is taken for as large as the next.
        given=np.repeat(given[np.newaxis], len(panels), axis=0),
        line_loss_kw=series["line_loss_kw"].to_numpy().astype(np.float64),
        transformer_loss_kw=series["trafo_loss_kw"].to_numpy().astype(np.float64),
        supplied_kw=series["trafo_lv_out_kw"].to_numpy().astype(np.float64),
        capacity_kva=capacity,
        nameplate_kw=(float(transformer["pfe_kw"]), float(transformer["vkr_percent"]) / 100 * capacity),
    )


def rows(of: Grid) -> list[Row]:
    used, line, transformer = of.loads.sum(), of.line_loss_kw.sum(), of.transformer_loss_kw.sum()
    compared = (
        ("lines, hour by hour (physics alone)", of.hourly_loss().sum(), line),
        ("lines, from days, the grid's own form factor", of.daily_loss(of.form_square()).sum(), line),
        ("lines, from days, the county's usual form factor", of.daily_loss().sum(), line),
        ("transformer, from days, its own nameplate", of.transformer_loss().sum(), transformer),
    )
    result = []
    for what, ours, theirs in compared:
        ours, theirs = 100 * ours / used, 100 * theirs / used
        low, high = theirs * (1 - TOLERANCE), theirs * (1 + TOLERANCE)
        result.append(Row(f"{of.name}: {what}", float(ours), float(theirs), float(low), float(high)))
    return result


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def _scatter(row: dict[str, str]) -> float:
    return profile(_TRADE.get(row["profile"][0], "shop")).scatter if "load" in row else 0.0


def _tree(root: int, lines: list[dict[str, str]], hanging: list[dict[str, str]]) -> Topology:
    """The radial grid from its transformer's bus; everything that hangs at a bus on a line of no length."""
    ways: dict[int, list[tuple[int, float, float]]] = {}
    for row in lines:
        metres = float(row["length_km"]) * 1000
        ohm = float(row["length_km"]) * float(row["r_ohm_per_km"])
        ends = int(row["from_bus"]), int(row["to_bus"])
        for here, there in (ends, ends[::-1]):
            ways.setdefault(here, []).append((there, metres, ohm))
    nodes, order = {root: 0}, [root]
    parents, kinds, lengths, ohms = [-1], [OUTLET], [0.0], [0.0]
    for bus in order:
        for there, metres, ohm in ways.get(bus, []):
            if there not in nodes:
                nodes[there] = len(parents)
                order.append(there)
                parents.append(nodes[bus])
                kinds.append(POLE)
                lengths.append(metres)
                ohms.append(ohm)
    ends = []
    for row in hanging:
        ends.append(len(parents))
        parents.append(nodes[int(row["bus"])])
        kinds.append(CUSTOMER)
        lengths.append(0.0)
        ohms.append(0.0)
    count = len(parents)
    return Topology(
        parents=tuple(parents),
        kinds=tuple(kinds),
        names=("",) * count,
        lengths_m=tuple(lengths),
        conductors=("",) * count,
        ohm=tuple(ohms),
        phases=("ABC",) * count,
        customer_nodes=tuple(ends),
        scatter=(0.0,) * len(ends),
        power_factor=1.0,
        phase_volts=_PHASE_VOLTS,
    )
