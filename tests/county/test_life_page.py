"""docs/county-life.md: every figure of it can say no, and what is written is what was measured."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from benchmarks.county_life import measures, page, real, simbench, simulated
from benchmarks.county_life.measures import DayWeather, Row, Zone

DOCS = Path(__file__).parents[2] / "docs"
FIRST, DAYS = 735599, 609  # 2015-01-01
EVERY = (*measures.ENTERPRISES, *measures.HOUSEHOLDS)


@pytest.mark.parametrize("measure", EVERY, ids=[each.what for each in EVERY])
@pytest.mark.parametrize("direction", [-1, 1])
def test_a_figure_beside_its_range_does_not_agree(measure: measures.Measure, direction: int) -> None:
    value = 0.5
    near = max(value * measure.ratio, measure.margin)
    assert near > 0
    assert measure.row(value, value).agrees
    assert measure.row(value + direction * near * 0.99, value).agrees
    assert not measure.row(value + direction * near * 1.01, value).agrees


def _flawed_zones() -> list[Zone]:
    """Zones that nobody should take for a real one: flat, all noise, resting for months, one customer for all."""
    chance = np.random.default_rng(1)
    flat = np.full((60, DAYS), 10.0)
    flat[:, ::7] *= 1.0001
    noise = chance.random((60, DAYS)) ** 8
    idle = np.full((60, DAYS), 5.0) + chance.random((60, DAYS)) * 0.01
    idle[:, ::2] = 0
    growing = flat * np.linspace(0.001, 3, DAYS) ** 3
    weekly = flat * np.where(np.arange(DAYS) % 7 >= 2, 1.0, 0.01)
    one = flat.copy()
    one[0] *= 100_000
    summer = simulated.enterprises(FIRST, DAYS, 100)
    summer[:, 180:243] *= 3
    return [Zone(FIRST, kwh) for kwh in (flat, noise, idle, growing, weekly, one, summer)]


def test_every_figure_of_enterprises_finds_some_flaw() -> None:
    ours = Zone(FIRST, simulated.enterprises(FIRST, DAYS, 400))
    found = {
        row.what
        for flawed in _flawed_zones()
        for row in measures.rows(measures.ENTERPRISES, flawed, ours)
        if not row.agrees
    }
    assert found == {each.what for each in measures.ENTERPRISES}


def test_every_figure_of_households_finds_some_flaw() -> None:
    ours = simulated.households(20, 300)
    chance = np.random.default_rng(1)
    flat = np.full_like(ours, 0.2)
    flat[:, :, 0] = 0.3
    noise = chance.random(ours.shape) ** 12
    shifted = np.roll(ours, 16, axis=2)
    growing = ours * np.linspace(0.01, 3, 300).reshape(1, -1, 1) ** 2
    away = ours.copy()
    away[:, ::5] = 0.001
    found = {
        row.what
        for flawed in (flat, noise, shifted, growing, away)
        for row in measures.rows(measures.HOUSEHOLDS, flawed, ours)
        if not row.agrees
    }
    assert found == {each.what for each in measures.HOUSEHOLDS}


def _place(county: int, days: int = 853) -> DayWeather:
    above = simulated.sky(FIRST, days, county).weather
    return DayWeather(FIRST, above.max_c, above.min_c, above.precipitation_mm > 0)


def test_every_figure_of_weather_finds_some_flaw() -> None:
    places = [_place(county) for county in range(1, 5)]
    one = places[0]
    chance = np.random.default_rng(1)
    still = DayWeather(
        FIRST, one.high * 0 + 20, one.low * 0 + 19.99 - chance.random(853) * 0.001, one.wet & False
    )
    wild = chance.random(853) * 30
    jumping = DayWeather(FIRST, one.high + wild, one.low + wild / 3, one.wet | True)
    slow = np.cumsum(chance.random(853) - 0.5) * 5
    drifting = DayWeather(FIRST, one.high + slow, one.low + slow, one.wet)
    found = {
        row.what
        for flawed in (still, jumping, drifting)
        for row in measures.weather_rows([flawed], places)
        if not row.agrees
    }
    assert found == {each.what for each in measures.WEATHER}
    assert all(row.agrees for row in measures.weather_rows(places, places))


def test_the_page_says_no() -> None:
    rows = [Row("good", 1.0, 1.1, 0.9, 1.3), Row("bad", 2.0, 1.1, 0.9, 1.3)]
    text = page.table("T", "N", rows)
    assert "| good | 1.00 | 1.10 | 0.90 … 1.30 | yes |" in text
    assert "| bad | 2.00 | 1.10 | 0.90 … 1.30 | **no** |" in text
    assert page.summary([rows, rows]).startswith("2 of 4 ")


def test_a_page_without_markers_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "page.md"
    target.write_text("nothing", encoding="utf-8")
    with pytest.raises(ValueError, match="markers"):
        page.written(target, "body")
    target.write_text(f"a\n{page.BEGIN}\nold\n{page.END}\nz\n", encoding="utf-8")
    assert page.written(target, "new") == f"a\n{page.BEGIN}\n\nnew\n{page.END}\nz\n"


def test_the_page_shows_what_is_measured() -> None:
    if "JICHA_DATA" not in os.environ:
        pytest.skip("JICHA_DATA is not set")
    data = Path(os.environ["JICHA_DATA"])
    text = (DOCS / "county-life.md").read_text(encoding="utf-8")
    first, zone = real.enterprises(data)
    rows = measures.rows(
        measures.ENTERPRISES,
        Zone(first, simulated.enterprises(first, zone.shape[1], len(zone))),
        Zone(first, zone),
    )
    for name in simbench.GRIDS:
        for row in simbench.rows(simbench.grid(data, name)):
            assert f"| {row.what} | {row.simulated:.3f} | {row.real:.3f} |" in text
    for row in rows:
        assert f"| {row.what} | {row.simulated:.2f} | {row.real:.2f} |" in text
    for name in ("county_household_day", "county_enterprise_week", "county_weather_year"):
        assert f"img/{name}.svg" in text and (DOCS / "img" / f"{name}.svg").exists()
