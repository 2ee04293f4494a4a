"""Stories at the meter: every kind can be told, keeps to every wish, and is the same for the same seed."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pytest

from jicha.county.causes import device, odd_loads, theft
from jicha.county.chance import stream
from jicha.county.electric.courses import SHAPES
from jicha.county.electric.effect import QUARTERS
from jicha.county.electric.story import EffectStory, MeterStory
from jicha.county.founding.city import found_city
from jicha.county.founding.station import found_station
from jicha.county.place import Kind, Place
from jicha.county.plan import Planned, Wish
from jicha.county.story import Story
from jicha.county.tables import cause_plan
from jicha.county.world import City, Customer, Station
from jicha.kernel.period import Month

KINDS: dict[str, Kind] = {**theft.KINDS, **device.KINDS, **odd_loads.KINDS}
MONTHS = tuple(Month(2025, 1).plus(number) for number in range(12))
FLAT = np.ones(QUARTERS)
#: Kinds whose size is what they are told to be, in shares of the energy.
SIZED = (*theft.KINDS, "meter_runs_fast", "meter_runs_slow_with_age")


@cache
def city() -> City:
    return found_city(3, MONTHS, 500)


def founded() -> list[tuple[Station, Customer]]:
    """All customers anew: stories change them."""
    stations = [found_station(city(), plan) for county in city().counties for plan in county.stations]
    return [(station, customer) for station in stations for customer in station.customers]


def told(kind: str, wish: Wish | None = None, turn: int = 0) -> tuple[Story, Customer]:
    variant = turn % 2
    fitting = [each for each in founded() if KINDS[kind].fits(each[1], variant) and each[1].closed_on is None]
    station, customer = fitting[turn % len(fitting)]
    planned = Planned(cause_plan()[kind], turn, wish or Wish())
    place = Place(city(), station, planned, customer, stream(3, kind, turn), variant)
    return KINDS[kind].tell(place), customer


def shares(story: Story) -> list[float]:
    """Counted shares of the days of the period."""
    first, end = city().first_day.toordinal(), city().end.toordinal()
    found = []
    for day in range(first, end):
        effect = story.effect(day)
        found.append(1.0 if effect is None else effect.counted_share(3, 0.0, FLAT))
    return found


def test_every_kind_is_planned_and_fits_somebody() -> None:
    planned = {kind: cause for kind, cause in cause_plan().items() if kind in KINDS}
    assert set(planned) == set(KINDS)
    people = founded()
    for kind, each in KINDS.items():
        for variant in (0, 1):
            assert any(each.fits(customer, variant) for _, customer in people), (kind, variant)
    assert {planned[kind].blame for kind in theft.KINDS} == {"guilty"}
    assert {planned[kind].blame for kind in odd_loads.KINDS} == {"innocent"}


@pytest.mark.parametrize("kind", list(KINDS))
def test_told_twice_it_is_the_same(kind: str) -> None:
    for turn in range(4):
        (one, _), (two, _) = told(kind, turn=turn), told(kind, turn=turn)
        assert (one.valid_from, one.valid_to, one.note, one.size) == (
            two.valid_from,
            two.valid_to,
            two.note,
            two.size,
        )
        assert shares(one) == shares(two)
        assert city().first_day <= one.valid_from < one.valid_to <= city().end


@pytest.mark.parametrize("kind", list(KINDS))
def test_it_acts_within_its_span_alone(kind: str) -> None:
    story, _ = told(kind)
    begins = (story.valid_from - city().first_day).days
    ends = (story.valid_to - city().first_day).days
    found = shares(story)
    assert set(found[:begins]) | set(found[ends:]) <= {1.0}
    if isinstance(story, EffectStory) and not story.plan.is_innocent:
        assert any(share != 1 for share in found[begins:ends])
    if story.plan.is_innocent:
        assert set(found) == {1.0}


@pytest.mark.parametrize("kind", list(theft.KINDS))
def test_theft_costs_three_times_what_it_took(kind: str) -> None:
    story, _ = told(kind)
    assert story.breach_multiple == 3
    assert story.size is not None and 0 < story.size < 1


@pytest.mark.parametrize("kind", SIZED)
def test_size_is_the_share_not_counted(kind: str) -> None:
    for size in (0.15, 0.35):
        wish = Wish(size=(size, size), shape="steady")
        story, _ = told(kind, wish)
        found = shares(story)[(story.valid_from - city().first_day).days]
        assert abs(abs(1 - found) - size) < 1e-6
        assert story.size is not None and abs(float(story.size) - size) < 1e-3


@pytest.mark.parametrize("kind", SIZED)
@pytest.mark.parametrize("shape", SHAPES)
def test_shapes(kind: str, shape: str) -> None:
    wish = Wish(onset=(date(2025, 4, 1), date(2025, 4, 30)), days=(100, 100), size=(0.4, 0.4), shape=shape)
    story, _ = told(kind, wish)
    assert (story.valid_to - story.valid_from).days == 100
    assert date(2025, 4, 1) <= story.valid_from <= date(2025, 4, 30)
    begins = (story.valid_from - city().first_day).days
    acting = [abs(1 - share) for share in shares(story)[begins : begins + 100]]
    if shape == "steady":
        assert max(acting) - min(acting) < 1e-9
    elif shape == "growing":
        assert acting == sorted(acting) and acting[0] < 0.5 * acting[-1]
    elif shape == "intermittent":
        assert 0 in acting and max(acting) > 0.3
    else:
        assert 0.1 < max(acting) < 0.3 and max(acting) - min(acting) < 1e-9


def test_a_clock_goes_wrong_by_and_by() -> None:
    story, customer = told("meter_clock_drifted", Wish(size=(120, 120)))
    assert isinstance(story, device.ClockDrifted) and customer.has_rates
    first, last = story.valid_from.toordinal(), story.valid_to.toordinal() - 1
    assert story.clock_seconds(first - 1) == 0 == story.clock_seconds(last + 1)
    assert story.clock_seconds(last) == 7200
    assert (story.clock_shift_quarters(first), story.clock_shift_quarters(last)) == (0, 8)
    behind, _ = told("meter_clock_drifted", Wish(size=(120, 120)), turn=1)
    assert behind.clock_shift_quarters(behind.valid_to.toordinal() - 1) == -8


def test_a_display_runs_away_once() -> None:
    story, _ = told("display_ran_away", Wish(size=(30, 30)))
    day = story.valid_from.toordinal()
    assert [story.counted_share(each) for each in (day - 1, day, day + 1)] == [1, 31, 1]


def test_a_terminal_is_silent() -> None:
    story, _ = told("collection_terminal_offline", Wish(days=(20, 20)))
    day = story.valid_from.toordinal()
    assert [story.freeze_arrives(each) for each in (day - 1, day, day + 19, day + 20)] == [
        True,
        False,
        False,
        True,
    ]


def test_an_exchange_puts_a_current_back_reversed() -> None:
    story, customer = told("ct_secondary_reversed")
    assert [each.removed_on for each in customer.installations] == [story.valid_from, None]
    assert customer.installations[0].meter_id != customer.installations[1].meter_id
    assert min(shares(story)) < 0.9


def test_covers_opened_at_an_exchange_have_papers() -> None:
    story, customer = told("cover_opened_by_utility")
    assert isinstance(story, MeterStory)
    assert [each.removed_on for each in customer.installations] == [story.valid_from, None]
    assert [(each.event, each.day) for each in story.reports] == [("开表盖", story.valid_from.toordinal())]


def test_some_thefts_are_recent() -> None:
    for turn in (1, 4):
        story, _ = told("current_shunted", turn=turn)
        assert story.valid_from >= date(2025, 10, 1)


def test_a_fuse_on_three_wires() -> None:
    for turn in range(6):
        story, customer = told("pt_fuse_blown", turn=turn)
        assert customer.trade.metering_mode == "高供高计"
        assert 0.2 < min(shares(story)) < 0.8


def test_swapped_transformers_are_of_a_kind_that_is_made() -> None:
    for turn in range(6):
        story, customer = told("ct_swapped_by_customer", turn=turn)
        present = int(customer.installations[-1].ct_ratio.partition("/")[0])
        swapped = present / min(shares(story))
        assert abs(swapped - round(swapped)) < 1e-4 and swapped > present
