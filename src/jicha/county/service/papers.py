"""The papers of a station: what was filed, answered, repaired and visited, before any system shows it.

Instants may lie after the period; `writing` leaves out what nobody can know yet on its last evening."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from random import Random

from jicha.county import chance as chances
from jicha.county.desk import BillFact, StationRecord
from jicha.county.service.people import Team
from jicha.county.service.work_clock import WorkClock, work_clock
from jicha.county.world import Area, Customer

UTILITY, CUSTOMER = "供电企业", "客户"
UNDER_WAY, ARCHIVED, ABORTED = "在途", "已归档", "已终止"
PAUSE = "客户原因暂停"
YES, NO = "是", "否"


@dataclass(slots=True)
class Step:
    name: str
    handler: str
    started: datetime
    finished: datetime | None
    side: str = UTILITY
    decision: str = ""
    opinion: str = ""
    is_signed: bool | None = None

    @property
    def end(self) -> datetime:
        """When it ended; of a step under way, when it began."""
        return self.finished or self.started


@dataclass(slots=True)
class Application:
    """`from_on`, `last_on`: first and last day of what is applied for over a time. `ends`: archived at the last
    step's end, or what `status` says. `frozen`: the flow stays as it is, whatever the day."""

    application_id: str
    kind: str
    customer: Customer
    steps: list[Step]
    status: str = ARCHIVED
    capacity: Decimal | None = None
    sources: int = 1
    from_on: date | None = None
    last_on: date | None = None
    accepted: datetime | None = None
    material: datetime | None = None
    boundary: str = ""
    works_yuan: Decimal | None = None
    has_request: bool | None = None

    @property
    def accepted_at(self) -> datetime:
        return self.accepted or self.steps[0].started

    @property
    def archived_at(self) -> datetime | None:
        return self.steps[-1].finished if self.status == ARCHIVED else None

    def step(self, name: str) -> Step | None:
        """The step of that name, if the flow has it."""
        return next((each for each in self.steps if each.name == name), None)


@dataclass(slots=True)
class Fee:
    fee_id: str
    application: Application
    item: str
    capacity: Decimal | None
    rate: Decimal | None
    yuan: Decimal
    charged_on: date
    exemption: str = ""
    refunded_yuan: Decimal | None = None
    refunded_on: date | None = None
    refund_due_on: date | None = None


@dataclass(slots=True)
class Contract:
    """`last_on` is the last day in force."""

    contract_id: str
    customer: Customer
    kind: str
    signed_on: date
    entered_on: date
    from_on: date
    last_on: date
    is_evergreen: bool
    price_code: str
    has_signer: bool = True


@dataclass(slots=True)
class Case:
    case_id: str
    customer: Customer
    kind: str
    subtype: str
    accepted: datetime
    text: str
    handler: str
    contacted: datetime | None = None
    visited: datetime | None = None
    replied: datetime | None = None
    closed: datetime | None = None
    appointment: datetime | None = None
    conclusion: str = ""
    is_malicious: bool = False
    terms: str = ""
    likelihood: Decimal = Decimal("0.05")


@dataclass(slots=True)
class Repair:
    repair_id: str
    case: Case
    leader: str
    dispatched: datetime
    arrived: datetime
    distance_m: int
    restored: datetime
    reason: str
    load_kw: int


@dataclass(slots=True)
class Callback:
    callback_id: str
    caller: str
    called: datetime
    seconds: int
    phone_digest: str
    satisfaction: str
    case: Case | None = None
    application: Application | None = None


@dataclass(slots=True)
class Outage:
    """`area` is empty where a whole feeder is out. `notified`: when the affected were told, None if never."""

    outage_id: str
    kind: str
    feeder_id: str
    area_id: str
    customers: list[Customer]
    published: datetime | None
    planned: tuple[datetime, datetime] | None
    started: datetime
    ended: datetime
    notified: datetime | None = None


@dataclass(frozen=True, slots=True)
class LatePayment:
    """A bill open past the day it was due: due before the moment `due`, paid at `paid` (None: not yet)."""

    bill: BillFact
    due: datetime
    paid: datetime | None


@dataclass(slots=True)
class Cut:
    """A cut for arrears: `bill` unpaid until `paid`. `notices`: reminders and the notice of the cut, by kind."""

    cut_id: str
    customer: Customer
    bill: BillFact | None
    approver: str
    method: str
    notices: list[tuple[str, str, datetime]]
    executed: datetime
    paid: datetime
    restored: datetime


@dataclass(slots=True)
class Inspection:
    inspection_id: str
    customer: Customer
    kind: str
    planned_on: date
    started: datetime
    ended: datetime
    inspector: str
    second: str
    result: str
    equipment: str
    track_points: int | None
    distance_m: int | None
    photos: int = 2


@dataclass(slots=True)
class Defect:
    defect_id: str
    inspection: Inspection
    kind: str
    level: str
    found_on: date
    fixed_on: date | None
    reported_on: date | None = None


@dataclass(slots=True)
class Breach:
    breach_id: str
    customer: Customer
    kind: str
    status: str
    found_on: date
    opened: datetime
    inspection: Inspection
    charge_yuan: Decimal | None
    power_kw: Decimal | None = None
    closed: datetime | None = None
    terminated: datetime | None = None
    approver: str = ""
    collected_yuan: Decimal | None = None


@dataclass(slots=True)
class Attachment:
    record_kind: str
    record_id: str
    customer: Customer
    document: str
    made: datetime
    uploaded: datetime
    uploader: str
    digest: str = ""


@dataclass
class Papers:
    """Everything of one station; `number` gives the next number of a series."""

    record: StationRecord
    applications: list[Application] = field(default_factory=list)
    fees: list[Fee] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)
    by_account: dict[str, list[Contract]] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    callbacks: list[Callback] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)
    late_payments: list[LatePayment] = field(default_factory=list)
    reminders: list[tuple[BillFact, datetime]] = field(default_factory=list)
    inspections: list[Inspection] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    breaches: list[Breach] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    _series: dict[str, int] = field(default_factory=dict)

    @cached_property
    def team(self) -> Team:
        return Team(self.record)

    @cached_property
    def clock(self) -> WorkClock:
        return work_clock(self.first_day)

    @cached_property
    def first_day(self) -> date:
        return self.record.city.first_day

    @cached_property
    def end(self) -> date:
        """The first day after the period."""
        return self.record.city.end

    @cached_property
    def days(self) -> int:
        return (self.end - self.first_day).days

    @cached_property
    def areas(self) -> dict[str, Area]:
        return {area.area_id: area for area in self.record.station.areas}

    @cached_property
    def customers(self) -> list[Customer]:
        return self.record.station.customers

    @property
    def org_id(self) -> str:
        return self.record.station.org_id

    def stream(self, *names: str | int) -> Random:
        """The station's stream of that name."""
        return chances.stream(self.record.city.seed, "service", self.org_id, *names)

    def number(self, series: str) -> str:
        """The next number of a series: series, station, running number."""
        count = self._series[series] = self._series.get(series, 0) + 1
        return f"{series}{self.org_id[-6:]}{count:06d}"

    def contracts_of(self, customer: Customer) -> list[Contract]:
        """The account's contracts, in the order they were signed."""
        return self.by_account.get(customer.customer_id, [])

    def keep_contract(self, contract: Contract) -> None:
        self.contracts.append(contract)
        self.by_account.setdefault(contract.customer.customer_id, []).append(contract)

    def supplied(self, customer: Customer, day: date) -> bool:
        """Whether the account is open that day."""
        if not customer.opened_on <= day or (customer.closed_on is not None and customer.closed_on <= day):
            return False
        if customer.filed_closing is not None and customer.filed_closing <= day:
            return False
        gap = customer.interruption
        return gap is None or not gap[0] <= day < gap[1]

    def district(self, area_id: str) -> str:
        """城区, 农村 or 特殊边远: a county's first station is its town, the last area of another is remote."""
        if self.record.is_first_of_county:
            return "城区"
        public = [each.area_id for each in self.record.station.areas if each.is_public]
        return "特殊边远" if len(public) > 1 and area_id == public[-1] else "农村"


def digest(text: str) -> str:
    """What systems show instead of a telephone number or a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def exchange_application_id(customer: Customer, number: int) -> str:
    """The application with which the customer's `number`-th meter (from 1) was hung in place of another."""
    return f"H{customer.customer_id}{number:02d}"


def opening_application_id(customer: Customer) -> str:
    """The application with which an account was opened."""
    return f"X{customer.customer_id}"


def photovoltaic_application_id(customer: Customer) -> str:
    """The application with which a customer's panels were connected."""
    return f"G{customer.customer_id}"
