"""What is out of the ordinary with a station's devices, decided before anything of them is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from jicha.county.world import Customer


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault on file; `resolved_at` None: nobody dealt with it."""

    customer: Customer
    meter_id: str
    kind_zh: str
    from_on: date
    last_on: date | None
    reported_at: str
    resolved_at: str | None


@dataclass(frozen=True, slots=True)
class BookedChange:
    """A change of meter that stands in the books: no other meter was ever hung."""

    customer: Customer
    from_meter_id: str
    to_meter_id: str
    reason: str
    day: date


@dataclass(slots=True)
class Twists:
    """By what the writers deviate. Meters, customers and points by their ids.

    `status`: asset status written instead; `untested`: meters that miss the test which was due; `sampled`: meters
    whose batch passed a sample instead; `tested_until`: customers whose field tests stopped then; `ct_class`: class of
    a customer's current transformers; `unconfirmed`: new meters whose change marketing never confirmed; `unsealed`:
    customers whose seals were not set again at the last change; `struck`: customers whose changes were made after
    lightning; `faults`, `changes`: on file beside the ordinary ones."""

    status: dict[str, str] = field(default_factory=dict)
    untested: set[str] = field(default_factory=set)
    sampled: dict[str, str] = field(default_factory=dict)
    tested_until: dict[str, date] = field(default_factory=dict)
    ct_class: dict[str, str] = field(default_factory=dict)
    unconfirmed: set[str] = field(default_factory=set)
    unsealed: set[str] = field(default_factory=set)
    struck: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    changes: list[BookedChange] = field(default_factory=list)
