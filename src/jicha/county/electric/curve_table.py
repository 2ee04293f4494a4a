"""负荷曲线: the curves of a month as the metering data system exports them, one Parquet file a county and month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from jicha.county.electric.curves import FILLED_IN, Columns
from jicha.county.electric.effect import QUARTERS
from jicha.county.electric.points import Point
from jicha.kernel.period import Month

#: Headers by column of `curves.curve`.
HEADERS: Final = {
    "phase_a_voltage_v": "A相电压",
    "phase_b_voltage_v": "B相电压",
    "phase_c_voltage_v": "C相电压",
    "phase_a_current_a": "A相电流",
    "phase_b_current_a": "B相电流",
    "phase_c_current_a": "C相电流",
    "neutral_current_a": "零线电流",
    "active_power_kw": "总有功功率",
    "phase_a_power_kw": "A相有功功率",
    "phase_b_power_kw": "B相有功功率",
    "phase_c_power_kw": "C相有功功率",
    "reactive_power_kvar": "总无功功率",
    "power_factor_ratio": "总功率因数",
    "phase_a_power_factor_ratio": "A相功率因数",
    "phase_b_power_factor_ratio": "B相功率因数",
    "phase_c_power_factor_ratio": "C相功率因数",
    "phase_a_angle_degree": "A相相角",
    "phase_b_angle_degree": "B相相角",
    "phase_c_angle_degree": "C相相角",
}
MEASURED_WORD, FILLED_IN_WORD = "实测", "补录"
CURVE_SCHEMA: Final = pa.schema(
    [
        ("户号", pa.string()),
        ("计量点编号", pa.string()),
        ("电能表资产号", pa.string()),
        ("数据时间", pa.timestamp("us")),
        ("曲线日期", pa.date32()),
        *((header, pa.float64()) for header in HEADERS.values()),
        ("数据质量", pa.string()),
    ]
)
TITLE: Final = "负荷曲线"
_EPOCH = 719163  # proleptic ordinal of 1970-01-01
_SECONDS_A_DAY, _MICROSECONDS = 86_400, 1_000_000
_DELIVERED_AFTER_DAYS = 1
_ZSTD_LEVEL = 6


def to_table(columns: Columns, point: Point, meter_id: str) -> pa.Table:
    """The points of one meter as rows of the export; NaN becomes an empty cell."""
    count = len(columns["day"])
    days = np.asarray(columns["day"], dtype=np.int64) - _EPOCH
    seconds = days * _SECONDS_A_DAY + np.asarray(columns["quarter"], dtype=np.int64) * (
        _SECONDS_A_DAY // QUARTERS
    )
    quality = pa.DictionaryArray.from_arrays(
        pa.array(np.asarray(columns["quality"] == FILLED_IN, dtype=np.int8)),
        pa.array([MEASURED_WORD, FILLED_IN_WORD]),
    )
    arrays: list[Any] = [
        pa.repeat(pa.scalar(point.customer_id), count),
        pa.repeat(pa.scalar(point.metering_point_id), count),
        pa.repeat(pa.scalar(meter_id), count),
        pa.array(seconds * _MICROSECONDS, pa.int64()).cast(pa.timestamp("us")),
        pa.array(days.astype(np.int32), pa.int32()).cast(pa.date32()),
        *(pa.array(columns[name], pa.float64(), from_pandas=True) for name in HEADERS),
        quality.cast(pa.string()),
    ]
    return pa.Table.from_arrays(arrays, schema=CURVE_SCHEMA)


def delivered_with(columns: Columns, month: Month) -> Columns:
    """Those of the points that come with the month's delivery: its own that were in time, and late ones of the month
    before. What arrives after the last month's delivery is in no file."""
    day, arrived = columns["day"], columns["day"] + columns["late_days"]
    closes = month.last.toordinal() + _DELIVERED_AFTER_DAYS
    opened = month.previous.last.toordinal() + _DELIVERED_AFTER_DAYS
    own = (day >= month.first.toordinal()) & (day <= month.last.toordinal())
    late = (day < month.first.toordinal()) & (arrived > opened)
    due = (arrived <= closes) & (own | late)
    return {name: values[due] for name, values in columns.items()}


def write_options() -> dict[str, Any]:
    """Of pyarrow's Parquet writer: what keeps the files small."""
    return {"compression": "zstd", "compression_level": _ZSTD_LEVEL, "use_dictionary": True}


def concatenated(tables: Sequence[pa.Table]) -> pa.Table:
    """One table of many points, in their order."""
    return pa.concat_tables(tables).combine_chunks() if tables else CURVE_SCHEMA.empty_table()
