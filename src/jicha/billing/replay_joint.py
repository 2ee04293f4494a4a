"""One scenario for all claims on a customer, so that nothing counts twice; claims that exclude each other conflict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jicha.billing.replay import replay
from jicha.billing.replay_result import Replayed, Status
from jicha.billing.scenario import Override
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.slices import Store


@dataclass(frozen=True, slots=True)
class Claim:
    """What one finding says of a customer's bills; `key` names it among all claims."""

    key: str
    customer_id: str
    overrides: tuple[Override, ...]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Two overrides that cannot both hold, and their claims; one that contradicts itself is named twice."""

    one_key: str
    other_key: str
    one: Override
    other: Override


@dataclass(frozen=True, slots=True)
class Joint:
    """A customer's claims replayed together.

    `replayed` holds the claims of `keys`, those that exclude no other; `alternatives` gives for each claim of a
    conflict the same scenario with it, to be shown and not claimed. Money in yuan, + owed to the utility.
    """

    customer_id: str
    keys: tuple[str, ...]
    replayed: Replayed | None
    exclusions: tuple[Exclusion, ...]
    alternatives: Mapping[str, Replayed]

    @property
    def status(self) -> Status:
        """`conflict` where claims exclude each other: what the others come to is then no total."""
        if self.exclusions:
            return "conflict"
        return "none" if self.replayed is None else self.replayed.status

    @property
    def yuan(self) -> Decimal | None:
        """What may be claimed: the scenario of the claims that exclude no other."""
        return None if self.replayed is None else self.replayed.yuan

    @property
    def kwh(self) -> Decimal | None:
        return None if self.replayed is None else self.replayed.kwh


def joint_replay(store: Store, engine: Engine, claims: Iterable[Claim]) -> dict[str, Joint]:
    """The claims of each customer as one scenario, by customer; all customers in one pass. Raises as `replay` does."""
    by_customer: dict[str, list[Claim]] = {}
    for claim in sorted(claims, key=lambda each: (each.customer_id, each.key)):
        by_customer.setdefault(claim.customer_id, []).append(claim)
    scenarios: list[Override] = []
    excluding: dict[str, list[Exclusion]] = {}
    peaceful: dict[str, list[Claim]] = {}
    for customer_id, own in by_customer.items():
        excluding[customer_id] = _exclusions(own)
        disputed = {key for each in excluding[customer_id] for key in (each.one_key, each.other_key)}
        peaceful[customer_id] = [claim for claim in own if claim.key not in disputed]
        scenarios += _scenario((customer_id, None), peaceful[customer_id])
        for claim in own:
            if claim.key in disputed:
                scenarios += _scenario((customer_id, claim.key), [*peaceful[customer_id], claim])
    found = replay(store, engine, scenarios)
    return {
        customer_id: Joint(
            customer_id=customer_id,
            keys=tuple(claim.key for claim in peaceful[customer_id]),
            replayed=found.get(_name(customer_id, None)),
            exclusions=tuple(excluding[customer_id]),
            alternatives={
                claim.key: found[name]
                for claim in own
                if claim not in peaceful[customer_id] and (name := _name(customer_id, claim.key)) in found
            },
        )
        for customer_id, own in by_customer.items()
    }


def _name(customer_id: str, with_key: str | None) -> str:
    return f"{customer_id} joint" if with_key is None else f"{customer_id} with {with_key}"


def _scenario(of: tuple[str, str | None], claims: Sequence[Claim]) -> list[Override]:
    return [each.of(_name(*of)) for claim in claims for each in claim.overrides]


def _exclusions(claims: Sequence[Claim]) -> list[Exclusion]:
    told = [(claim.key, each) for claim in claims for each in claim.overrides]
    return [
        Exclusion(key, other_key, one, other)
        for number, (key, one) in enumerate(told)
        for other_key, other in told[number + 1 :]
        if one.collides(other)
    ]
