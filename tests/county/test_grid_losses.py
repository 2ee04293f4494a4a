"""Lines and losses: a tree as it is laid, losses as physics wants them, and as an AC power flow finds them."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from benchmarks.county_life import simbench

from jicha.county.chance import stream
from jicha.county.grid.losses import (
    feeder_loss_kwh,
    line_loss_kwh,
    nameplate,
    nameplates,
    transformer_loss_kwh,
)
from jicha.county.grid.topology import CUSTOMER, OUTLET, Topology, conductors, grid_facts, lay
from jicha.county.tables import Trade, facts, trades
from jicha.kernel.errors import JichaError


@dataclass
class Neighbour:
    """What `lay` knows of a customer."""

    index: int
    customer_id: str
    trade: Trade
    daily_kwh: float
    phase: str


def _street(count: int, daily_kwh: float = 8.0, phases: str = "ABC") -> list[Any]:
    trade = trades()["household"]
    return [
        Neighbour(each, f"{each:010d}", trade, daily_kwh, phases[each % len(phases)]) for each in range(count)
    ]


def _wire(ohm: float, phases: tuple[str, ...]) -> Topology:
    """One pole with everybody hanging from it on lines without resistance."""
    count = len(phases)
    return Topology(
        parents=(-1, 0, *[1] * count),
        kinds=(OUTLET, "电杆", *[CUSTOMER] * count),
        names=("",) * (count + 2),
        lengths_m=(0.0, 100.0, *[0.0] * count),
        conductors=("", "X", *["X"] * count),
        ohm=(0.0, ohm, *[0.0] * count),
        phases=("ABC", "ABC", *phases),
        customer_nodes=tuple(range(2, count + 2)),
        scatter=(0.0,) * count,
        power_factor=1.0,
        phase_volts=220.0,
    )


@pytest.mark.parametrize("count", [0, 1, 5, 90, 181])
def test_a_tree_is_laid_to_everybody(count: int) -> None:
    area = lay(stream(1, "lines", "X"), _street(count))
    assert len(area.customer_nodes) == len(set(area.customer_nodes)) == len(area.scatter) == count
    assert all(parent < node for node, parent in enumerate(area.parents))
    assert area.parents[0] == -1 and area.kinds[0] == OUTLET
    for row, node in enumerate(area.customer_nodes):
        assert area.kinds[node] == CUSTOMER and area.names[node] == f"{row:010d}"
        assert area.phases[node] == "ABC"[row % 3]
        assert 5 < area.distance_m(row) < 1200
    assert all(code in conductors() for code in area.conductors[1:])
    assert all(ohm > 0 for ohm in area.ohm[1:])
    if count:
        assert area.incidence.sum(axis=0).min() >= 2
        assert 0.1 < area.line_km < 12


def test_the_same_chance_lays_the_same_lines() -> None:
    one, other = (lay(stream(1, "lines", "X"), _street(90)) for _ in range(2))
    assert (one.parents, one.ohm, one.names) == (other.parents, other.ohm, other.names)
    assert lay(stream(1, "lines", "Y"), _street(90)).ohm != one.ohm


def test_large_loads_hang_near_the_transformer() -> None:
    street = _street(90)
    for each in street[80:86]:
        each.daily_kwh, each.phase = 200.0, "ABC"
    area = lay(stream(2, "lines", "X"), street)
    far = np.mean([area.distance_m(row) for row in range(60, 80)])
    assert np.mean([area.distance_m(row) for row in range(80, 84)]) < far
    assert area.conductors[area.customer_nodes[81]] == "JKLYJ-1-50"


def test_loss_by_hand() -> None:
    # 24 kWh in a day at 220 V on one phase: 1000 / 220 A through 0.5 ohm and back through the neutral.
    one = line_loss_kwh(_wire(0.5, ("A",)), np.array([[24.0]]), form_square=1.0)
    assert one[0] == pytest.approx((1000 / 220) ** 2 * 0.5 * 2 * 24 / 1000, rel=1e-4)
    # The same energy in three phases: a third of the current in each, none in the neutral: a sixth.
    three = line_loss_kwh(_wire(0.5, ("ABC",)), np.array([[24.0]]), form_square=1.0)
    assert three[0] == pytest.approx(one[0] / 6, rel=1e-4)
    balanced = line_loss_kwh(_wire(0.5, ("A", "B", "C")), np.full((3, 1), 8.0), form_square=1.0)
    assert balanced[0] == pytest.approx(three[0], rel=1e-4)


def test_imbalance_scatter_and_a_poor_power_factor_cost() -> None:
    even = _wire(0.5, ("A", "B", "C"))
    level = np.full((3, 1), 8.0)
    base = line_loss_kwh(even, level)[0]
    assert line_loss_kwh(even, np.array([[12.0], [8.0], [4.0]]))[0] > 1.2 * base
    assert line_loss_kwh(_wire(0.5, ("A", "A", "A")), level)[0] == pytest.approx(6 * base, rel=1e-4)
    # What each does on its own: as much again in the phases, and all of it in the neutral.
    assert line_loss_kwh(even, level, form_square=1.0, scatter=1.0)[0] == pytest.approx(
        3 * line_loss_kwh(even, level, form_square=1.0)[0], rel=1e-4
    )
    assert line_loss_kwh(replace(even, power_factor=0.8), level)[0] == pytest.approx(base / 0.64, rel=1e-4)


@pytest.mark.parametrize("factor", [0.1, 2.0, 5.0])
def test_loss_grows_with_the_square_of_load(factor: float) -> None:
    area = lay(stream(1, "lines", "X"), _street(90))
    kwh = np.full((90, 3), 8.0)
    assert line_loss_kwh(area, kwh * factor) == pytest.approx(line_loss_kwh(area, kwh) * factor**2, rel=1e-3)
    supplied = np.array([100.0, 900.0])
    no_load, _ = nameplate(400)
    load = transformer_loss_kwh(400, supplied) - no_load * 24
    assert transformer_loss_kwh(400, supplied * factor) - no_load * 24 == pytest.approx(load * factor**2)
    feeder: Any = SimpleNamespace(length_km=8.0)
    assert feeder_loss_kwh(feeder, supplied * factor) == pytest.approx(
        feeder_loss_kwh(feeder, supplied) * factor**2
    )


def test_losses_are_of_the_usual_size() -> None:
    area = lay(stream(1, "lines", "X"), _street(90))
    kwh = np.full((90, 1), 10.0)
    assert 0.003 < line_loss_kwh(area, kwh)[0] / kwh.sum() < 0.06
    assert 0.004 < transformer_loss_kwh(315, kwh.sum(axis=0))[0] / kwh.sum() < 0.02
    feeder: Any = SimpleNamespace(length_km=10.0)
    assert 0.001 < feeder_loss_kwh(feeder, np.array([30_000.0]))[0] / 30_000 < 0.04


def test_an_area_that_feeds_back_loses_too_and_an_empty_one_nothing() -> None:
    area = lay(stream(1, "lines", "X"), _street(9))
    none = np.zeros((9, 2))
    assert (line_loss_kwh(area, none) == 0).all()
    assert line_loss_kwh(area, none, exported_kwh=none + 10) == pytest.approx(line_loss_kwh(area, none + 10))
    assert (line_loss_kwh(lay(stream(1, "lines", "X"), []), np.zeros((0, 5))) == np.zeros(5)).all()
    assert transformer_loss_kwh(315, np.array([-500.0])) == transformer_loss_kwh(315, np.array([500.0]))


def test_days_and_order_of_customers_do_not_matter_to_the_last_bit() -> None:
    area = lay(stream(1, "lines", "X"), _street(90))
    kwh = np.random.default_rng(3).random((90, 60)) * 20
    whole = line_loss_kwh(area, kwh)
    assert np.array_equal(line_loss_kwh(area, kwh[:, 20:25]), whole[20:25])
    order = np.random.default_rng(4).permutation(90)
    moved = replace(
        area,
        customer_nodes=tuple(area.customer_nodes[each] for each in order),
        scatter=tuple(area.scatter[each] for each in order),
    )
    assert np.array_equal(line_loss_kwh(moved, kwh[order]), whole)


def test_two_years_of_an_area_take_next_to_no_time() -> None:
    area = lay(stream(1, "lines", "X"), _street(100))
    kwh = np.random.default_rng(3).random((100, 730)) * 20
    line_loss_kwh(area, kwh)
    began = time.process_time()
    line_loss_kwh(area, kwh)
    assert time.process_time() - began < 2


def test_nameplates() -> None:
    assert nameplate(315, "S11") == (0.48, 3.65)
    assert nameplate(300) == nameplate(315)
    assert nameplate(99_999) == nameplate(2500)
    with pytest.raises(JichaError, match="S99"):
        nameplate(315, "S99")
    for (model, kva), (no_load, load) in nameplates().items():
        assert 0 < no_load < load, (model, kva)
        assert no_load <= nameplates()["S11", kva][0]


@pytest.mark.parametrize(
    "table", ["conductors", "conductor_choice", "grid", "transformers", "profiles", "curves"]
)
def test_facts_say_why(table: str) -> None:
    for row in facts(table):
        assert (row.get("why") or row.get("source") or "").strip(), row
    assert all(row["conductor"] in conductors() for row in facts("conductor_choice"))
    assert grid_facts()["phase_volts"] > 0


@pytest.mark.parametrize("name", simbench.GRIDS)
def test_losses_are_those_of_an_ac_power_flow(name: str) -> None:
    if "JICHA_DATA" not in os.environ:
        pytest.skip("JICHA_DATA is not set")
    rows = simbench.rows(simbench.grid(Path(os.environ["JICHA_DATA"]), name))
    assert len(rows) == 4
    for row in rows:
        assert row.agrees, row
    assert rows[0].simulated == pytest.approx(rows[0].real, rel=0.06)
