"""A metering point as its meter sees it: wiring, ratios, how the load is spread over the phases."""

from __future__ import annotations

from dataclasses import dataclass

from jicha.county.chance import between, stream
from jicha.county.electric.effect import FOUR_WIRE, PHASES, SINGLE, THREE_WIRE, Load, Triple
from jicha.county.electric.habits import habit
from jicha.county.world import Assessment, Customer, Installation

#: Primary and secondary voltage of the usual voltage transformers at 10 kV.
_PT_10KV = 100
_SMALL_KVA = 40


@dataclass(frozen=True, slots=True)
class Point:
    """`number` names the point in lots. `ct`, `pt`: the ratios that hang on the wall."""

    number: int
    customer_id: str
    metering_point_id: str
    load: Load
    ct: float = 1.0
    pt: float = 1.0

    @property
    def nominal_volts(self) -> float:
        """What an element's voltage is nominally, on the secondary side."""
        return 100.0 if self.load.wiring == THREE_WIRE else 220.0

    @property
    def primary_volts(self) -> float:
        """Phase to neutral on two and four wires, phase to phase on three."""
        return self.nominal_volts * self.pt


def point_of(seed: int, customer: Customer, installation: Installation) -> Point:
    """A customer's point while that installation hangs."""
    load = load_of(seed, customer)
    ct, pt = ratios(installation.ct_ratio, installation.pt_ratio, installation.multiplier, load.wiring)
    return Point(customer.index, customer.customer_id, customer.metering_point_id, load, ct, pt)


def master_of(number: int, assessment: Assessment, shares: Triple, tan_phi: float = 0.32) -> Point:
    """The point at the head of an area (four wires) or feeder (three); `number` is none of a customer's."""
    wiring = THREE_WIRE if assessment.is_feeder else FOUR_WIRE
    ct, pt = ratios(assessment.ct_ratio, "", assessment.multiplier, wiring)
    load = Load(wiring, tan_phi, shares)
    return Point(number, assessment.customer_id, assessment.metering_point_id, load, ct, pt)


def load_of(seed: int, customer: Customer) -> Load:
    """How the customer's load hangs on the phases: a dwelling on its one, machines evenly, shops unevenly."""
    trade = customer.trade
    chance = stream(seed, "phases", customer.index)
    tangent = customer.tan_phi or between(chance, habit("dwelling_least_tan"), habit("dwelling_most_tan"))
    if customer.phase in PHASES:
        shares = [1.0 if phase == customer.phase else 0.0 for phase in PHASES]
        return Load(SINGLE, tangent, (shares[0], shares[1], shares[2]))
    if trade.metering_mode == "高供高计":
        return Load(THREE_WIRE, tangent)
    spread = habit("small_unevenness" if customer.contract_capacity_kva < _SMALL_KVA else "large_unevenness")
    weights = [between(chance, 1 - spread, 1 + spread) for _ in PHASES]
    total = weights[0] + weights[1] + weights[2]
    return Load(FOUR_WIRE, tangent, (weights[0] / total, weights[1] / total, weights[2] / total))


def has_curve(seed: int, customer: Customer) -> bool:
    """Whether its curve is collected: every special transformer's, and of the others the shares that were fitted."""
    if customer.trade.is_high_voltage:
        return True
    worth_it = (
        customer.trade.is_metered_by_transformers
        or customer.photovoltaic is not None
        or customer.charger is not None
    )
    share = habit("curves_of_worthwhile" if worth_it else "curves_elsewhere")
    return stream(seed, "curve", customer.index).random() < share


def ratios(ct_ratio: str, pt_ratio: str, multiplier: int, wiring: str) -> tuple[float, float]:
    """The two ratios from `100/5` and `10000/100`; where a text is missing, from the multiplier."""
    pt = _ratio(pt_ratio) or (float(_PT_10KV) if wiring == THREE_WIRE and multiplier >= _PT_10KV else 1.0)
    return multiplier / pt if not ct_ratio else (_ratio(ct_ratio) or 1.0), pt


def _ratio(text: str) -> float:
    primary, _, secondary = text.partition("/")
    return float(primary) / float(secondary) if primary and secondary else 0.0
