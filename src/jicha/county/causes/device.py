"""Faults of metering devices: fuses, leads, wiring after an exchange, meters that count too much or too little, clocks.

Some begin with a fitter's mistake, most are nobody's; what looks like them and is none stands in `odd_loads`.
"""

from __future__ import annotations

from datetime import date, timedelta

from jicha.county.electric.courses import GROWING, INTERMITTENT, STEADY, Course
from jicha.county.electric.deeds import current_reversed, voltage_lost
from jicha.county.electric.effect import A, B, C, Effect
from jicha.county.electric.events import BATTERY_LOW, CLOCK_FAULT
from jicha.county.electric.points import load_of
from jicha.county.electric.story import EffectStory, MeterStory, Report
from jicha.county.electric.strength import lost_share
from jicha.county.place import Kind, Place, fits_any_meter, new_meter
from jicha.county.story import Story
from jicha.county.tables import PlannedCause
from jicha.county.world import Customer
from jicha.kernel.text import Text

_MONTHS_BEFORE, _MONTHS_AFTER = 2, 1
_REPAIR_DAYS, _LATELY = (12, 95), 4
_FAST, _SLOW = (0.05, 0.45), (0.06, 0.3)
_JUMP_DAYS = (15.0, 160.0)
_DRIFT_MINUTES = (25.0, 300.0)
_SILENT_DAYS = (9, 60)
_SECONDS_A_QUARTER, _SECONDS_A_MINUTE = 900, 60
_NOON = 12 * 60
_FEWEST_USES_KWH = 3.0


class ClockDrifted(MeterStory):
    """The meter's clock goes wrong more and more: energy is booked in the wrong hours. Size: minutes at last."""

    def __init__(
        self, plan: PlannedCause, span: tuple[date, date], minutes: float, reports: tuple[Report, ...]
    ) -> None:
        note = Text(
            en=f"clock goes wrong from {span[0]}, by {round(minutes)} minutes at last",
            zh=f"自 {span[0]} 起时钟逐渐偏差,最终约 {round(minutes)} 分钟",
        )
        super().__init__(plan, *span, note, size=abs(minutes), reports=reports)
        self._seconds = minutes * _SECONDS_A_MINUTE
        self._first, self._days = span[0].toordinal(), max((span[1] - span[0]).days, 1)
        self._end = span[1].toordinal()

    def clock_seconds(self, day: int) -> int:
        """How far the clock is ahead (+) or behind on the day."""
        if not self._first <= day < self._end:
            return 0
        return int(self._seconds * (day - self._first + 1) / self._days)

    def clock_shift_quarters(self, day: int) -> int:
        return round(self.clock_seconds(day) / _SECONDS_A_QUARTER)


class DisplayRanAway(MeterStory):
    """On one day the register runs ahead by many days' energy. Size: how many."""

    def __init__(self, plan: PlannedCause, day: date, end: date, days: float) -> None:
        note = Text(
            en=f"register runs ahead by about {round(days)} days' energy on {day}",
            zh=f"{day} 电能表飞走,多计约 {round(days)} 天电量",
        )
        super().__init__(plan, day, end, note, size=days)
        self._day, self._share = day.toordinal(), 1.0 + days

    def counted_share(self, day: int) -> float:
        return self._share if day == self._day else 1.0


class TerminalOffline(MeterStory):
    """The customer's own acquisition terminal hands in nothing for weeks. Size: days."""

    def __init__(self, plan: PlannedCause, span: tuple[date, date]) -> None:
        days = (span[1] - span[0]).days
        note = Text(
            en=f"terminal offline from {span[0]} for {days} days",
            zh=f"自 {span[0]} 起采集终端离线 {days} 天",
        )
        super().__init__(plan, *span, note, size=float(days))
        self._first, self._end = span[0].toordinal(), span[1].toordinal()

    def freeze_arrives(self, day: int) -> bool:
        return not self._first <= day < self._end


def _span(place: Place) -> tuple[date, date]:
    """As wished; else, by turns, begun lately and still so when the period ends, or repaired after some weeks."""
    if place.wish.onset is not None or place.wish.days is not None:
        onset = place.onset(_MONTHS_BEFORE, _MONTHS_AFTER)
        return onset, place.end(onset)
    if place.variant == 0:
        return place.onset(
            max(_MONTHS_BEFORE, len(place.city.months) - _LATELY), _MONTHS_AFTER
        ), place.city.end
    onset = place.onset(_MONTHS_BEFORE, _MONTHS_AFTER)
    return onset, min(onset + timedelta(days=place.chance.randrange(*_REPAIR_DAYS)), place.city.end)


def _told(
    place: Place,
    span: tuple[date, date],
    effect: Effect,
    words: Text,
    *,
    shape: str = STEADY,
    reports: tuple[Report, ...] = (),
) -> EffectStory:
    load = load_of(place.city.seed, place.customer)
    course = Course(place.wish.shape or shape, span[0].toordinal(), span[1].toordinal(), place.chance)
    size = abs(lost_share(effect, load))
    note = Text(en=f"{words.en} from {span[0]} to {span[1]}", zh=f"{span[0]} 至 {span[1]}(不含){words.zh}")
    return EffectStory(place.plan, span, note, load, effect, course, size=size, reports=reports)


def _tell_fuse(place: Place) -> Story:
    """A fuse of the voltage transformer; without the middle one both elements see half a voltage."""
    load = load_of(place.city.seed, place.customer)
    blown = place.chance.choice((A, B, C))
    words = Text(
        en=f"fuse {'ABC'[blown]} of the voltage transformer blown", zh=f"电压互感器{'ABC'[blown]}相熔丝熔断"
    )
    return _told(place, _span(place), voltage_lost(load, blown), words)


def _tell_lead(place: Place) -> Story:
    """A voltage lead broken: nothing of one phase is counted; or, loose, only now and then."""
    load = load_of(place.city.seed, place.customer)
    broken = place.chance.choice(load.elements)
    words = Text(en=f"voltage lead {'ABC'[broken]} broken", zh=f"{'ABC'[broken]}相电压线断开")
    shape = (STEADY, INTERMITTENT)[place.turn % 2]
    return _told(place, _span(place), voltage_lost(load, broken), words, shape=shape)


def _tell_reversed(place: Place) -> Story:
    """At an exchange of the meter the leads of one current transformer are put back the wrong way round."""
    customer = place.customer
    load = load_of(place.city.seed, customer)
    onset, end = _span(place)
    old = customer.installations[-1]
    old.removed_on = onset
    customer.installations.append(new_meter(place, onset, old.multiplier, old.filed_multiplier))
    turned = place.chance.choice(load.elements)
    words = Text(
        en=f"meter exchanged, current {'ABC'[turned]} put back reversed",
        zh=f"换表后{'ABC'[turned]}相电流反接",
    )
    return _told(place, (onset, end), current_reversed([turned]), words)


def _tell_fast(place: Place) -> Story:
    size = place.size(*_FAST)
    words = Text(en=f"meter counts {round(size * 100)} % too much", zh=f"电能表超差多计 {round(size * 100)}%")
    onset = place.onset(_MONTHS_BEFORE, _MONTHS_AFTER)
    return _told(place, (onset, place.end(onset)), Effect(speed=1 + size), words)


def _tell_slow(place: Place) -> Story:
    size = place.size(*_SLOW)
    onset = place.onset(_MONTHS_BEFORE, _MONTHS_AFTER)
    words = Text(
        en=f"ageing meter counts up to {round(size * 100)} % too little",
        zh=f"电能表老化少计,最终 {round(size * 100)}%",
    )
    return _told(place, (onset, place.end(onset)), Effect(speed=1 - size), words, shape=GROWING)


def _tell_clock(place: Place) -> Story:
    onset = place.onset(_MONTHS_BEFORE, _MONTHS_AFTER)
    end = place.end(onset)
    minutes = place.size(*_DRIFT_MINUTES) * (1 if place.variant == 0 else -1)
    first = onset.toordinal()
    reports = (
        Report(BATTERY_LOW, first, _NOON),
        Report(CLOCK_FAULT, first + place.chance.randrange(1, 20), place.chance.randrange(_NOON)),
    )
    return ClockDrifted(place.plan, (onset, end), minutes, reports)


def _tell_jump(place: Place) -> Story:
    day = place.onset(_MONTHS_BEFORE, _MONTHS_AFTER)
    end = min(day + timedelta(days=1), place.city.end)
    return DisplayRanAway(place.plan, day, end, place.size(*_JUMP_DAYS))


def _tell_offline(place: Place) -> Story:
    onset = place.onset(_MONTHS_BEFORE, _MONTHS_AFTER)
    end = place.end(onset)
    if place.wish.days is None:
        end = min(onset + timedelta(days=place.chance.randrange(*_SILENT_DAYS)), end)
    return TerminalOffline(place.plan, (onset, end))


def _on_three_wires(customer: Customer, variant: int) -> bool:
    return fits_any_meter(customer, variant) and customer.trade.metering_mode == "高供高计"


def _behind_transformers(customer: Customer, variant: int) -> bool:
    return fits_any_meter(customer, variant) and customer.trade.is_metered_by_transformers


def _on_four_wires(customer: Customer, variant: int) -> bool:
    return _behind_transformers(customer, variant) and not _on_three_wires(customer, variant)


def _used_all_year(customer: Customer, variant: int) -> bool:
    return (
        fits_any_meter(customer, variant)
        and not customer.trade.story_kind
        and customer.daily_kwh >= _FEWEST_USES_KWH
    )


def _with_rates(customer: Customer, variant: int) -> bool:
    return fits_any_meter(customer, variant) and customer.has_rates


KINDS = {
    "pt_fuse_blown": Kind(_on_three_wires, _tell_fuse),
    "ct_secondary_reversed": Kind(_behind_transformers, _tell_reversed),
    "voltage_lead_broken": Kind(_on_four_wires, _tell_lead),
    "meter_runs_fast": Kind(_used_all_year, _tell_fast),
    "meter_runs_slow_with_age": Kind(_used_all_year, _tell_slow),
    "meter_clock_drifted": Kind(_with_rates, _tell_clock),
    "display_ran_away": Kind(_used_all_year, _tell_jump),
    "collection_terminal_offline": Kind(_behind_transformers, _tell_offline),
}
