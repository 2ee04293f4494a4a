"""Curves: they add up to what the meter counts, obey Ohm and Kirchhoff, and have gaps of the usual kinds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jicha.county.chance import Floats
from jicha.county.electric.curve_table import (
    CURVE_SCHEMA,
    concatenated,
    delivered_with,
    to_table,
    write_options,
)
from jicha.county.electric.curves import Collected, Columns, collected, curve, spread
from jicha.county.electric.deeds import current_left, current_reversed, ratio_swapped, turned, voltage_lost
from jicha.county.electric.effect import (
    FOUR_WIRE,
    QUARTERS,
    SINGLE,
    THREE_WIRE,
    A,
    B,
    C,
    Effect,
    Load,
    counted_share,
)
from jicha.county.electric.points import Point, ratios
from jicha.kernel.period import Month

FIRST = 739_600
DAYS = 20
SHAPE = 1 + (np.arange(QUARTERS) * 37 % 23) / 23
SHOP = Point(11, "C1", "C101", Load(FOUR_WIRE, 0.4, (0.5, 0.3, 0.2)), 30, 1)
FACTORY = Point(12, "C2", "C201", Load(THREE_WIRE, 0.6), 20, 100)
FLAT = Point(13, "C3", "C301", Load(SINGLE, 0.25, (0.0, 1.0, 0.0)))
NIGHTLY = Effect(around=0.8, quarters=tuple(place < 24 or place >= 80 for place in range(QUARTERS)))
EFFECTS = [
    None,
    voltage_lost(SHOP.load, A),
    current_left((B,), 0.3),
    current_reversed((A,)),
    turned((A, B), 60).at(0.6),
    ratio_swapped(2 / 3),
    NIGHTLY,
    Effect(speed=1.3),
    Effect(balance=(0.9, 0.1, 0.0)),
]


def energies(point: Point, scale: float = 1.0) -> Floats:
    """kWh by day: what suits the point."""
    return np.linspace(300, 900, DAYS) * (10 if point is FACTORY else 0.02 if point is FLAT else 1) * scale


def drawn(point: Point, effect: Effect | None = None, ohms: float = 0.0) -> Columns:
    kilowatts = spread(energies(point), SHAPE)
    return curve(7, point, FIRST, kilowatts, [effect] * DAYS if effect else (), ohms=ohms)


def by_day(values: np.ndarray) -> np.ndarray:
    return values.reshape(DAYS, QUARTERS)


@pytest.mark.parametrize("point", [SHOP, FACTORY, FLAT], ids=lambda point: point.load.wiring)
@pytest.mark.parametrize("place", range(len(EFFECTS)))
def test_the_curve_adds_up_to_what_is_counted(point: Point, place: int) -> None:
    effect = EFFECTS[place]
    columns = drawn(point, effect)
    counted = energies(point) * counted_share(effect, point.load, SHAPE)
    integral = by_day(columns["active_power_kw"]).mean(axis=1) * 24 * point.ct * point.pt
    assert np.all(np.abs(integral - counted) <= 0.005 * np.abs(counted) + 1e-4 * energies(point))


@pytest.mark.parametrize("point", [SHOP, FACTORY, FLAT], ids=lambda point: point.load.wiring)
def test_power_is_voltage_times_current_times_power_factor(point: Point) -> None:
    columns = drawn(point)
    total = np.zeros(DAYS * QUARTERS)
    for letter in "abc":
        volts, amperes = columns[f"phase_{letter}_voltage_v"], columns[f"phase_{letter}_current_a"]
        if np.isnan(volts).all():
            continue
        power = volts * amperes * columns[f"phase_{letter}_power_factor_ratio"] / 1000
        assert np.allclose(power, columns[f"phase_{letter}_power_kw"], rtol=0.02, atol=0.002)
        total += columns[f"phase_{letter}_power_kw"]
    assert np.allclose(total, columns["active_power_kw"], atol=1e-4)


def test_what_each_wiring_shows() -> None:
    shop, factory, flat = drawn(SHOP), drawn(FACTORY), drawn(FLAT)
    assert 210 < shop["phase_a_voltage_v"].mean() < 235
    assert 97 < factory["phase_a_voltage_v"].mean() < 105
    assert np.isnan(factory["phase_b_voltage_v"]).all()
    assert np.isnan(factory["neutral_current_a"]).all() and np.isnan(shop["neutral_current_a"]).all()
    assert np.isnan(flat["phase_b_current_a"]).all()
    assert np.array_equal(flat["neutral_current_a"], flat["phase_a_current_a"])
    # The two elements of three wires stand 30° to either side of the load's angle of 31°.
    assert abs(factory["phase_a_angle_degree"].mean() - 61) < 2
    assert abs(factory["phase_c_angle_degree"].mean() - 1) < 2
    assert abs(factory["power_factor_ratio"].mean() - 0.857) < 0.01


def test_what_deeds_show() -> None:
    lost = drawn(SHOP, voltage_lost(SHOP.load, A))
    assert lost["phase_a_voltage_v"].max() == 0 and lost["phase_a_current_a"].min() > 0
    assert np.array_equal(lost["phase_b_power_kw"] > 0, np.ones(DAYS * QUARTERS, dtype=bool))
    reversed_one = drawn(SHOP, current_reversed((C,)))
    assert reversed_one["phase_c_power_kw"].max() < 0 < reversed_one["active_power_kw"].mean()
    assert np.allclose(reversed_one["phase_c_current_a"], drawn(SHOP)["phase_c_current_a"], rtol=0.01)
    borrowed = drawn(FLAT, current_left((B,), 0.4))
    assert np.allclose(borrowed["phase_a_current_a"], 0.4 * borrowed["neutral_current_a"], atol=0.002)
    night = drawn(SHOP, NIGHTLY)
    acting = np.array(NIGHTLY.quarters)
    share = by_day(night["active_power_kw"]) / by_day(drawn(SHOP)["active_power_kw"])
    assert np.allclose(share[:, acting], 0.2, atol=0.02)
    assert np.allclose(share[:, ~acting], 1.0, atol=0.02)


def test_the_load_that_is_led_around_draws_the_voltage_down() -> None:
    all_seen, half_seen = drawn(FLAT, ohms=0.3), drawn(FLAT, Effect(around=0.5), ohms=0.3)
    assert np.array_equal(all_seen["phase_a_voltage_v"], half_seen["phase_a_voltage_v"])
    assert half_seen["phase_a_current_a"].mean() < 0.52 * all_seen["phase_a_current_a"].mean()
    assert all_seen["phase_a_voltage_v"].mean() < drawn(FLAT)["phase_a_voltage_v"].mean()


def test_feeding_in() -> None:
    kilowatts = spread(energies(SHOP), SHAPE)
    kilowatts[:, 40:56] = -5.0
    columns = curve(7, SHOP, FIRST, kilowatts)
    power = by_day(columns["active_power_kw"])
    assert power[:, 40:56].max() < 0 < power[:, :40].min()
    integral = power.mean(axis=1) * 24 * SHOP.ct
    assert np.allclose(integral, kilowatts.mean(axis=1) * 24, rtol=0.005)


def test_a_curve_depends_on_its_point_and_days_alone() -> None:
    one = drawn(SHOP)
    assert all(np.array_equal(values, drawn(SHOP)[name], equal_nan=True) for name, values in one.items())
    kilowatts = spread(energies(SHOP), SHAPE)
    later = curve(7, SHOP, FIRST + 5, kilowatts[5:])
    assert np.array_equal(later["phase_a_voltage_v"], one["phase_a_voltage_v"][5 * QUARTERS :])
    assert not np.array_equal(curve(8, SHOP, FIRST, kilowatts)["phase_a_voltage_v"], one["phase_a_voltage_v"])


def test_days_must_agree() -> None:
    with pytest.raises(ValueError, match="96"):
        curve(7, SHOP, FIRST, np.ones((3, QUARTERS)), [None])


def test_gaps_and_late_days() -> None:
    days = 365
    lost = late = 0
    for number in range(30):
        got = collected(7, Point(number, "", "", SHOP.load), FIRST, days)
        lost += int(got.lost.sum())
        late += int((got.late_days > 0).sum())
    assert 0.004 < lost / (30 * days * QUARTERS) < 0.02
    assert 0.004 < late / (30 * days) < 0.02
    silent = collected(7, SHOP, FIRST, 3, [True, False, True])
    assert silent.lost[1].all() and not silent.lost[0].all()
    columns = curve(7, SHOP, FIRST, np.ones((3, QUARTERS)), got=silent)
    assert FIRST + 1 not in columns["day"]


def test_each_point_is_delivered_once() -> None:
    may, june = Month(2026, 5), Month(2026, 6)
    first = may.first.toordinal()
    late = np.zeros(61, dtype=np.int64)
    late[[3, 28, 30, 60]] = (2, 5, 2, 4)
    got = Collected(np.zeros((61, QUARTERS), dtype=np.bool_), late)
    columns = curve(7, SHOP, first, np.ones((61, QUARTERS)), got=got)
    one, two = delivered_with(columns, may), delivered_with(columns, june)
    # What comes after the delivery of its month comes with the next one's; after the last, never.
    assert sorted(set(one["day"] - first)) == [*range(28), 29]
    assert sorted(set(two["day"] - first)) == [28, *range(30, 60)]
    assert set(one["day"][one["quality"] == 1] - first) == {3}
    assert set(two["day"][two["quality"] == 1] - first) == {28, 30}
    assert len(one["day"]) + len(two["day"]) == 60 * QUARTERS


def test_table_and_file(tmp_path: Path) -> None:
    tables = [to_table(drawn(SHOP), SHOP, "E1"), to_table(drawn(FACTORY), FACTORY, "E2")]
    table = concatenated(tables)
    assert table.schema == CURVE_SCHEMA and table.num_rows == 2 * DAYS * QUARTERS
    first = table.slice(0, 1).to_pylist()[0]
    assert str(first["数据时间"]).endswith("00:00:00") and first["数据质量"] == "实测"
    assert first["数据时间"].date() == first["曲线日期"]
    assert table.column("零线电流").null_count == table.num_rows
    pq.write_table(table, tmp_path / "a.parquet", **write_options())
    assert pq.read_table(tmp_path / "a.parquet").equals(table)
    assert concatenated([]).schema == CURVE_SCHEMA
    assert isinstance(table, pa.Table)


def test_ratios() -> None:
    assert ratios("150/5", "", 30, FOUR_WIRE) == (30, 1)
    assert ratios("100/5", "10000/100", 2000, THREE_WIRE) == (20, 100)
    assert ratios("", "", 2000, THREE_WIRE) == (20, 100)
    assert ratios("", "", 1, SINGLE) == (1, 1)
