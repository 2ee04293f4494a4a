"""What wires and transformers lose, from the energies of days.

A day's energy gives the mean current; what heats a wire is the mean square. It is split in two: what all customers do
together (the curve of the day, `form_square`), and what each does on its own (`scatter`), which adds up as squares,
so that a drop to one house is uneven and a trunk is not. The neutral carries what the phases leave unbalanced.
All sums over customers are sums of whole numbers, hence the same on every machine.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from jicha.county.chance import Floats
from jicha.county.grid.topology import Topology, conductors, grid_facts
from jicha.county.tables import facts
from jicha.kernel.errors import JichaError

if TYPE_CHECKING:
    from jicha.county.world import Feeder

# Energies enter products as whole Wh, their squares as whole Wh × Wh / 1,000: below 2**53 for any area.
_WH = 1000.0
_SQUARES = 1000.0
# Losses are summed in whole micro-kWh.
_MICRO = 1_000_000.0
_HOURS = 24.0
_WATTS = 1000.0
_DEFAULT_MODEL = "S13"


def line_loss_kwh(
    topology: Topology,
    kwh: Floats,
    *,
    exported_kwh: Floats | None = None,
    form_square: Floats | float | None = None,
    scatter: Floats | float | None = None,
    hours: float = _HOURS,
) -> Floats:
    """Technical loss of an area's lines, kWh: float64[days].

    `kwh` (customers, days): energy each customer takes, in the order of `lay`; `exported_kwh` likewise: what it gives.
    `form_square`: mean square over squared mean of the area's power within the day (a number or one a day;
    `facts/grid.csv` has the usual). `scatter`: squared coefficient of variation of a customer's own departures (one
    number, or one a customer; the topology has its trades'). `hours` of a step: 1 for hourly energies."""
    form = grid_facts()["form_square"] if form_square is None else form_square
    spread = np.asarray(topology.scatter if scatter is None else scatter, dtype=np.float64)
    spread = np.broadcast_to(spread, (len(topology.customer_nodes),)).reshape(-1, 1)
    taken = np.asarray(kwh, dtype=np.float64)
    days = taken.shape[1]
    if not len(taken):
        return np.zeros(days)
    net = np.rint((taken if exported_kwh is None else taken - exported_kwh) * _WH)
    through = taken if exported_kwh is None else taken + exported_kwh
    # What a customer does on its own: its variance around the common curve.
    own = np.rint(through * through * spread * (_WH * _WH / _SQUARES))
    shared = _shared_loss(topology, net, own, form)
    drops = _drop_loss(topology, net, own, form)
    # From Wh² over the hours of the step to kWh lost: amperes = Wh / hours / volts / cos φ.
    amperes = 1.0 / (hours * topology.phase_volts * topology.power_factor)
    to_kwh = amperes * amperes * hours / _WATTS
    return _summed((shared, drops), to_kwh)


def _shared_loss(topology: Topology, net: Floats, own: Floats, form: Floats | float) -> Floats:
    """ohm × Wh² of shared segments, phases and neutral: float64[segments, days]."""
    # A third of a three-phase customer flows in each phase: in whole thirds of Wh, so that sums stay exact.
    means, variances = [], []
    for share in topology.phase_shares:
        thirds = np.rint(share * 3.0).reshape(-1, 1)
        means.append(topology.incidence @ (net * thirds) / 3.0)
        variances.append(topology.incidence @ (own * thirds * thirds) * (_SQUARES / 9.0))
    a, b, c = means
    phases = a * a + b * b + c * c
    neutral = phases - a * b - b * c - c * a
    # Three-phase customers scatter in all phases alike, which leaves their neutral alone.
    alone = np.where(topology.is_three_phase.reshape(-1, 1), 0.0, own)
    uneven = topology.incidence @ alone * _SQUARES
    squares = (phases + neutral) * form + variances[0] + variances[1] + variances[2] + uneven
    result: Floats = squares * topology.shared_ohm.reshape(-1, 1)
    return result


def _drop_loss(topology: Topology, net: Floats, own: Floats, form: Floats | float) -> Floats:
    """ohm × Wh² of the customers' own drops: one phase and its neutral, or a third in each of three."""
    conductors_carry = np.where(topology.is_three_phase, 1.0 / 3.0, 2.0).reshape(-1, 1)
    squares = net * net * form + own * _SQUARES
    result: Floats = squares * conductors_carry * topology.drop_ohm.reshape(-1, 1)
    return result


def _summed(parts: tuple[Floats, ...], scale: float) -> Floats:
    """Sums over the rows in whole micro-kWh."""
    total = np.zeros(parts[0].shape[1])
    for part in parts:
        total = total + np.rint(part * (scale * _MICRO)).sum(axis=0)
    result: Floats = total / _MICRO
    return result


@cache
def nameplates() -> dict[tuple[str, int], tuple[float, float]]:
    """No-load and load loss in kW by model and capacity in kVA."""
    return {
        (row["model"], int(row["capacity_kva"])): (
            float(row["no_load_w"]) / _WATTS,
            float(row["load_loss_w"]) / _WATTS,
        )
        for row in facts("transformers")
    }


def nameplate(capacity_kva: int, model: str = _DEFAULT_MODEL) -> tuple[float, float]:
    """No-load and load loss in kW of the smallest listed transformer that is not smaller. Raises JichaError for a model
    without one."""
    listed = sorted(kva for name, kva in nameplates() if name == model)
    fitting = [kva for kva in listed if kva >= capacity_kva]
    if not listed:
        raise JichaError(
            "unknown_transformer",
            en=f"facts/transformers.csv has no transformer of the model {model}",
            zh=f"facts/transformers.csv 中没有型号为 {model} 的变压器",
        )
    return nameplates()[model, fitting[0] if fitting else listed[-1]]


def transformer_loss_kwh(
    capacity_kva: int,
    supplied_kwh: Floats,
    *,
    model: str = _DEFAULT_MODEL,
    losses_kw: tuple[float, float] | None = None,
    form_square: Floats | float | None = None,
    power_factor: float | None = None,
    hours: float = _HOURS,
) -> Floats:
    """Loss of a transformer that supplies so many kWh in each step (a day, unless `hours` says otherwise): float64, as
    long as `supplied_kwh`, which may be negative where an area feeds back. `losses_kw`: no-load and load loss as on the
    nameplate, instead of those of the model."""
    figures = grid_facts()
    no_load, load = nameplate(capacity_kva, model) if losses_kw is None else losses_kw
    form = figures["form_square"] if form_square is None else form_square
    cos_phi = figures["cos_phi_low"] if power_factor is None else power_factor
    loading = np.asarray(supplied_kwh, dtype=np.float64) / (hours * cos_phi * capacity_kva)
    result: Floats = (no_load + load * loading * loading * form) * hours
    return result


def feeder_loss_kwh(feeder: Feeder, supplied_kwh: Floats, *, hours: float = _HOURS) -> Floats:
    """Loss of a 10 kV feeder's conductors whose head supplies so many kWh a step (a day, unless `hours` says
    otherwise): float64, as long as `supplied_kwh`."""
    figures = grid_facts()
    line = next(each for each in conductors().values() if each.use == "feeder")
    ohm = line.ohm_per_km * feeder.length_km * figures["feeder_trunk_share"] * figures["hot_resistance"]
    watts = np.asarray(supplied_kwh, dtype=np.float64) * _WATTS / hours
    through = watts / (figures["feeder_volts"] * figures["cos_phi_feeder"])
    # Three phases of a third of the power each: 3 R I² = R (P / U)² with U between phases.
    lost = through * through * ohm * figures["feeder_form_square"] * figures["feeder_distribution"]
    result: Floats = lost * hours / _WATTS
    return result
