"""A station's collected curves against its registers: what was counted, what was measured at the heads."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pytest

from jicha.county.causes import device, odd_loads, theft
from jicha.county.desk import StationRecord
from jicha.county.electric import collecting
from jicha.county.electric.collecting import curve_tables
from jicha.county.electric.effect import QUARTERS
from jicha.county.electric.points import has_curve
from jicha.county.electric.station_curves import customer_curves
from jicha.county.founding.city import found_city
from jicha.county.founding.station import found_station
from jicha.county.metering.days import StationDays, live
from jicha.county.metering.freezes import arrivals
from jicha.county.metering.heads import Heads, heads
from jicha.county.plan import Planned, Wish
from jicha.county.planting import plant
from jicha.county.story import Story
from jicha.county.tables import cause_plan
from jicha.county.world import Customer
from jicha.kernel.period import Month
from jicha.kernel.text import Text

MONTHS = tuple(Month(2025, 1).plus(number) for number in range(12))
SPAN = MONTHS[-2:]
SEED = 6
#: Whole hundredths of a unit: what a register rounds away in a day.
ROUNDED = 0.03


def collected_here(seed: int, customer: Customer) -> bool:
    """Every meter behind transformers, so that each deed's curve is there to be held to its registers."""
    return customer.trade.is_metered_by_transformers or has_curve(seed, customer)


def tables_of(record: StationRecord, at_heads: Heads) -> list[tuple[Month, pa.Table]]:
    with patch.object(collecting, "has_curve", collected_here):
        return list(curve_tables(record, at_heads, SPAN))


@cache
def lived() -> tuple[StationRecord, StationDays, Heads, tuple[tuple[Month, pa.Table], ...]]:
    city = found_city(SEED, MONTHS, 500)
    station = found_station(city, city.counties[0].stations[0])
    kinds = [*theft.KINDS, *device.KINDS, *odd_loads.KINDS]
    plant(city, station, {kind: [Planned(cause_plan()[kind], 0, Wish())] for kind in kinds}, by_nature=True)
    days = live(city, station, 1)
    record = StationRecord(city, station, days=days, arrivals=arrivals(city, station.customers, days))
    at_heads = heads(station, days, {})
    return record, days, at_heads, tuple(tables_of(record, at_heads))


def whole_days() -> dict[tuple[str, int], float]:
    """Register units by point's customer and ordinal, of days of which one meter's quarters are all there."""
    powers: dict[tuple[str, str, int], list[float]] = defaultdict(list)
    for _, table in lived()[3]:
        columns = (
            table.column(name).to_pylist() for name in ("户号", "电能表资产号", "曲线日期", "总有功功率")
        )
        for customer_id, meter_id, day, kilowatts in zip(*columns, strict=True):
            powers[customer_id, meter_id, day.toordinal()].append(kilowatts)
    return {(key[0], key[2]): sum(found) / 4 for key, found in powers.items() if len(found) == QUARTERS}


def test_customers_curves_add_up_to_their_registers() -> None:
    record, days, _, _ = lived()
    found = whole_days()
    kinds = set()
    checked = 0
    for row, customer in enumerate(record.station.customers):
        if isinstance(customer.story, device.DisplayRanAway):
            continue
        for day in range(days.index(SPAN[0].first.toordinal()), days.use.shape[1]):
            units = found.get((customer.customer_id, days.first + day))
            if units is None:
                continue
            back = int(days.reverse[row, day] - days.reverse[row, day - 1])
            counted = (int(days.advance[row, day]) - back) / 100
            assert abs(units - counted) <= max(0.005 * abs(counted), ROUNDED), (customer.customer_id, day)
            checked += 1
            kinds.add(customer.story.plan.kind if customer.story else "")
    assert checked > 500
    assert {"pt_fuse_blown", "undervoltage_lead_loosened", "ct_swapped_by_customer"} <= kinds


def test_heads_add_up_too() -> None:
    record, days, at_heads, _ = lived()
    found = whole_days()
    checked = 0
    for place, head in enumerate(record.station.assessments):
        for day in range(days.index(SPAN[0].first.toordinal()), days.use.shape[1]):
            units = found.get((head.customer_id, days.first + day))
            if units is not None:
                net = int(at_heads.supply[place, day] - at_heads.back[place, day]) / 100 / head.multiplier
                assert abs(units - net) <= max(0.005 * abs(net), ROUNDED), (head.customer_id, day)
                checked += 1
    assert checked > 50


def test_no_point_twice_and_nobody_else() -> None:
    record, _, _, tables = lived()
    keys: set[tuple[str, str, object]] = set()
    count = 0
    for _, table in tables:
        columns = [table.column(name).to_pylist() for name in ("计量点编号", "电能表资产号", "数据时间")]
        keys |= set(zip(*columns, strict=True))
        count += table.num_rows
    assert len(keys) == count
    expected = {each.metering_point_id for each in record.station.customers if collected_here(SEED, each)}
    expected |= {each.metering_point_id for each in record.station.assessments}
    assert {key[0] for key in keys} <= expected
    assert len({key[0] for key in keys}) > 0.9 * len(expected)


def test_the_same_again() -> None:
    record, _, at_heads, tables = lived()
    again = tables_of(record, at_heads)
    assert all(one[1].equals(two[1]) for one, two in zip(tables, again, strict=True))


class HalfAround(Story):
    """A story that knows nothing of effects."""

    def counted_share(self, day: int) -> float:
        return 0.5


def test_a_story_without_an_effect_leads_around_the_meter() -> None:
    record = lived()[0]
    customer = next(
        each for each in record.station.customers if each.trade.code in ("workshop", "restaurant")
    )
    first, kilowatts, supplied = (
        MONTHS[0].first.toordinal(),
        np.full((5, QUARTERS), 8.0),
        np.ones(5, dtype=np.bool_),
    )
    before, customer.story = customer.story, None
    whole = next(customer_curves(SEED, customer, first, kilowatts, supplied=supplied, ohms=0.1)).columns
    customer.story = HalfAround(
        cause_plan()["partial_bypass"], MONTHS[0].first, MONTHS[1].first, Text(en="half", zh="半")
    )
    half = next(customer_curves(SEED, customer, first, kilowatts, supplied=supplied, ohms=0.1)).columns
    customer.story = before
    ratio = half["active_power_kw"] / whole["active_power_kw"]
    assert abs(ratio - 0.5).max() < 0.01
    # What is led around still flows through the service drop.
    assert np.array_equal(half["phase_a_voltage_v"], whole["phase_a_voltage_v"])


def test_papers_alone_have_no_curves() -> None:
    record, _, at_heads, _ = lived()
    with pytest.raises(ValueError, match="days"):
        list(curve_tables(StationRecord(record.city, record.station), at_heads, SPAN))
