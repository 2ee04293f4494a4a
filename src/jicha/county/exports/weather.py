"""The weather of a county, day by day, as the metering data system takes it from the meteorological bureau."""

from __future__ import annotations

from jicha.county.desk import Desk, StationRecord, Table
from jicha.county.life.weather import daily_rows

WEATHER = Table(
    "ami_zh",
    "逐日气象",
    "管理单位,日期,平均气温,最低气温,最高气温,日照时数,辐照量,降水量",
)
TABLES = (WEATHER,)


def keep(record: StationRecord, desk: Desk) -> None:
    """Once a county, by its first station."""
    days = record.days
    if days is None or not record.is_first_of_county:
        return
    for row in daily_rows(record.station.org_id[:-2], days.table, days.weather):
        desk.add(WEATHER, *row)  # type: ignore[arg-type]
