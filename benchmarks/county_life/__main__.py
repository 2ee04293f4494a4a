"""Compares the county's life with real measurements and writes docs/county-life.md and docs/img/county_*.svg.

JICHA_DATA=DIR .venv/bin/python -m benchmarks.county_life [--out docs]
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from benchmarks.county_life import measures, page, pictures, real, simbench, simulated
from benchmarks.county_life.measures import DayWeather, Row, Zone


def main(data: Path, docs: Path) -> None:
    first, zone = real.enterprises(data)
    our_zone = simulated.enterprises(first, zone.shape[1], len(zone))
    homes = real.households(data)
    our_homes = simulated.households(60, homes.shape[1])
    places = [DayWeather(each.first, each.high, each.low, each.wet) for each in real.weathers(data).values()]
    ours = [_ours(places[0].first, len(places[0].high), county) for county in range(1, 12)]
    losses: list[Row] = []
    for name in simbench.GRIDS:
        losses += simbench.rows(simbench.grid(data, name))
    sections = [
        measures.rows(measures.ENTERPRISES, Zone(first, our_zone), Zone(first, zone)),
        measures.rows(measures.HOUSEHOLDS, our_homes, homes),
        measures.weather_rows(ours, places),
        losses,
    ]
    body = "\n".join(
        [
            page.summary(sections),
            page.table(
                "Enterprises, day by day",
                f"{len(zone)} enterprises of a Jiangsu high-tech zone that use more than 50 kWh a day, 2015-01-01 to "
                f"2016-08-31 (`tianchi-yangzhong-daily`), beside {len(our_zone)} of the county's on the same days.",
                sections[0],
            ),
            page.table(
                "Households, half-hour by half-hour",
                f"{len(homes)} Australian households over {homes.shape[1]} days (`sgsc-au-halfhourly`), beside "
                f"{len(our_homes)} city flats (城镇居民住宅) of the county. Another climate and another kitchen: "
                "what can be compared is how restless a household is, less when it cooks.",
                sections[1],
            ),
            page.table(
                "Weather",
                "The eleven prefectures of Zhejiang, 2017-05-01 to 2019-08-31 (`zhejiang-weather-daily`; their "
                "median; agreement is between the least and the largest, a tenth beyond), beside eleven counties on "
                "the same days.",
                sections[2],
            ),
            page.table(
                "Technical loss (技术线损), per cent of the energy used",
                "Two SimBench low-voltage grids with the AC power flow of a year (`simbench-lv-lineloss`). The loads "
                "of the grid go through the county's own loss functions.",
                sections[3],
                digits=3,
            ),
        ]
    )
    target = docs / "county-life.md"
    target.write_text(page.written(target, body), encoding="utf-8")
    pictures.draw(docs / "img", (first, zone, our_zone), (homes, our_homes), (ours[0], places[0]))
    print(f"{target} written", file=sys.stderr)  # noqa: T201


def _ours(first: int, days: int, county: int) -> DayWeather:
    above = simulated.sky(first, days, county).weather
    return DayWeather(first, above.max_c, above.min_c, above.precipitation_mm > 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[2] / "docs")
    given = parser.parse_args()
    if "JICHA_DATA" not in os.environ:
        sys.exit("JICHA_DATA is not set: it names the folder that holds the real measurements")
    main(Path(os.environ["JICHA_DATA"]), given.out)
