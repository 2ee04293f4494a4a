"""What exists: the city with its organisations and staff; a station with its grid, its books and its customers.

Registers are whole numbers of hundredths of a register unit; energy at the customer's side is register
hundredths times the multiplier, so hundredths of a kWh. No rounding ever happens between meter and bill.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from jicha.county.plan import Planned
from jicha.county.tables import Trade
from jicha.county.tariff.terms import Terms
from jicha.kernel.period import Month
from jicha.kernel.text import Text

if TYPE_CHECKING:
    from jicha.county.grid.topology import Topology
    from jicha.county.story import Story

HUNDREDTHS = 100


# -- the city -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Organisation:
    org_id: str
    parent_id: str | None
    level_zh: str
    name: str


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff. `post` is the Chinese word for the post, `team` the profession team (用电检查班 …) or ''.

    `habit`: '' for most; `guesses` (a reader who writes from the armchair), `hasty` (finishes steps in one go),
    `late` (arrives and answers late), `lends_account`. Habits are what causes of offices grow from."""

    staff_id: str
    org_id: str
    name: str
    post: str
    team: str
    joined_on: date
    left_on: date | None = None
    habit: str = ""


@dataclass(frozen=True, slots=True)
class Substation:
    substation_id: str
    name: str
    org_id: str
    transformers_kva: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StationPlan:
    """A station before it is founded: who it is, which customers it gets. `number` counts the city's stations,
    `first_index` is the city-wide index of its first customer, `trades` one trade per customer in order."""

    org_id: str
    county: str
    name: str
    number: int
    number_prefix: str
    first_index: int
    trades: tuple[Trade, ...]
    substation_id: str


@dataclass(frozen=True, slots=True)
class CountyPlan:
    """A county company: `number` counts from 1."""

    number: int
    org_id: str
    name: str
    stations: tuple[StationPlan, ...]


@dataclass(frozen=True, slots=True)
class City:
    """Everything that is not one station's. The same for the same (seed, months, customers)."""

    seed: int
    months: tuple[Month, ...]
    customers: int
    organisations: tuple[Organisation, ...]
    counties: tuple[CountyPlan, ...]
    substations: tuple[Substation, ...]
    staff: tuple[Staff, ...]

    @property
    def first_day(self) -> date:
        return self.months[0].first

    @property
    def end(self) -> date:
        """The first day after the period."""
        return self.months[-1].next.first

    def staff_of(self, org_id: str, post: str = "") -> tuple[Staff, ...]:
        """Members of staff of one organisation (its own, not those below it), of one post if given."""
        return tuple(each for each in self.staff if each.org_id == org_id and post in ("", each.post))


# -- a station ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Feeder:
    """A 10 kV feeder from a substation. `gateway` is the assessment customer whose meter hangs at its head."""

    feeder_id: str
    name: str
    org_id: str
    substation_id: str
    length_km: float
    gateway_customer_id: str


@dataclass(slots=True)
class Area:
    """A transformer area: public with `topology` and a master meter, or one customer's own (专变).

    `feeder_id`: the feeder it hangs on when the period begins; `cut_over`: from that day it hangs on another.
    `filed_feeder_id`: what marketing has on file when the period ends."""

    area_id: str
    name: str
    org_id: str
    feeder_id: str
    capacity_kva: int
    is_public: bool
    manager_id: str = ""
    latitude: float = 0.0
    longitude: float = 0.0
    commissioned_on: date = date(2012, 1, 1)
    topology: Topology | None = None
    master_customer_id: str = ""
    filed_feeder_id: str = ""
    cut_over: tuple[date, str] | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """A reading book; `issue_day` is the day of the following month on which its bills are issued.

    It is read every `cycle_months` months, `first_read` being one of them."""

    book_id: str
    org_id: str
    reader_id: str
    issue_day: int
    cycle_months: int = 1
    first_read: Month | None = None

    @property
    def is_monthly(self) -> bool:
        return self.cycle_months == 1

    def is_read_in(self, month: Month) -> bool:
        return self.first_read is None or month.months_since(self.first_read) % self.cycle_months == 0


@dataclass(slots=True)
class Installation:
    """One meter's stay. `multiplier` is what is on the wall and in the asset file; `filed_multiplier` is what
    the billing file believes. Registers in hundredths of a unit, as displayed; those of the rates begin at
    `rate_starts` (尖 峰 平 谷), which sum to `start_register`."""

    meter_id: str
    installed_on: date
    removed_on: date | None
    multiplier: int
    filed_multiplier: int
    digits: int
    start_register: int
    end_register: int | None = None
    reverse_register: int = 0
    ct_ratio: str = ""
    pt_ratio: str = ""

    @property
    def modulus(self) -> int:
        """One more than the largest register, in hundredths: where the display starts again at zero."""
        return int(10**self.digits) * HUNDREDTHS


@dataclass(frozen=True, slots=True)
class Agreement:
    """Terms in force, as filed, from a day until, not including, another (None: still in force)."""

    terms: Terms
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class PhotovoltaicUnit:
    """Rooftop panels: what hangs there (`kw`) and what is filed; `connected_on` as filed."""

    unit_id: str
    kw: float
    filed_kw: float
    connected_on: date
    feed_in: str = "自发自用余电上网"


@dataclass(frozen=True, slots=True)
class Charger:
    """A charging pile on the customer's supply."""

    facility_id: str
    kind: str
    piles: int
    kw: float


@dataclass(frozen=True, slots=True)
class UserTransformer:
    """A transformer of the customer's own; losses in kW as on the nameplate."""

    transformer_id: str
    model: str
    capacity_kva: int
    no_load_kw: Decimal
    load_loss_kw: Decimal


@dataclass(slots=True)
class Customer:
    """One account with one metering point.

    `opening_register` is the register (hundredths) when the period, or the supply if later, begins;
    `daily_kwh` the customer's mean before season, weekday and noise; `closed_on` the first day without
    supply. `interruption`: from its first day until, not including, its second one there is no supply and no
    meter. `moved`: read in that book before that month. `filed_closing`: the customer file has the account
    closed from that day, whatever happens at the site. `filed_area_id`: the area on file; `area_id` is the
    true one. `filed_as`: the trade whose class, type and industry the file gives, where not its own.
    `phase`: A, B, C or ABC. `terms` are the terms that are right when the period begins.
    """

    index: int
    customer_id: str
    name: str
    address: str
    phone_number: str
    trade: Trade
    org_id: str
    area_id: str
    filed_area_id: str
    feeder_id: str
    book: Book
    phase: str
    terms: Terms
    contract_capacity_kva: Decimal
    opened_on: date
    closed_on: date | None
    daily_kwh: float
    opening_register: int
    installations: list[Installation]
    agreements: list[Agreement]
    opening_reactive: int = 0
    opening_reverse: int = 0
    tan_phi: float = 0.0
    interruption: tuple[date, date] | None = None
    moved: tuple[Book, Month] | None = None
    filed_closing: date | None = None
    photovoltaic: PhotovoltaicUnit | None = None
    charger: Charger | None = None
    transformers: tuple[UserTransformer, ...] = ()
    filed_as: Trade | None = None
    story: Story | None = None

    @property
    def metering_point_id(self) -> str:
        return f"{self.customer_id}01"

    @property
    def has_rates(self) -> bool:
        """Whether its meter keeps a register for each rate, and is billed by them."""
        return self.terms.is_time_of_use

    def book_in(self, month: Month) -> Book:
        """The book in which the customer is read in the month."""
        if self.moved is not None and month < self.moved[1]:
            return self.moved[0]
        return self.book

    def terms_filed_on(self, day: date) -> Terms:
        """The terms on file on the day. Raises LookupError without an agreement."""
        for agreement in self.agreements:
            if agreement.valid_from <= day and (agreement.valid_to is None or day < agreement.valid_to):
                return agreement.terms
        raise LookupError(f"customer {self.customer_id} has no agreement on {day}")


@dataclass(frozen=True, slots=True)
class Assessment:
    """An assessment user (考核户): nobody's bill, but a meter at an area's or a feeder's head."""

    customer_id: str
    name: str
    org_id: str
    area_id: str
    feeder_id: str
    book_id: str
    meter_id: str
    multiplier: int
    filed_multiplier: int
    opening_register: int
    opening_reverse: int
    is_feeder: bool
    ct_ratio: str = ""

    @property
    def metering_point_id(self) -> str:
        return f"{self.customer_id}01"


@dataclass(slots=True)
class AreaStory:
    """What befell an area: `hook_kwh` a day taken by nobody's account; `silent` days (ordinals, half-open) without the
    master's freezes; `size` in its own measure."""

    planned: Planned
    area_id: str
    valid_from: date
    valid_to: date
    note: Text
    hook_kwh: float = 0.0
    silent: tuple[int, int] | None = None
    size: Decimal | None = None


@dataclass(slots=True)
class Station:
    """Everything founded at one station, before the first day is lived."""

    plan: StationPlan
    feeders: list[Feeder] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    books: list[Book] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)
    assessments: list[Assessment] = field(default_factory=list)
    happenings: list[AreaStory] = field(default_factory=list)

    @property
    def org_id(self) -> str:
        return self.plan.org_id


def units(hundredths: int) -> Decimal:
    """Hundredths as a decimal number with two places, exactly."""
    return Decimal(hundredths).scaleb(-2)
