"""Daily freezes: which of them the collection system gets, when, and as what rows.

Single freezes are lost, some terminals go silent for days, a few values arrive with the next month's delivery.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from jicha.county.chance import Whole, lots, stream
from jicha.county.metering.days import StationDays
from jicha.county.story import Conduct
from jicha.county.tables import habits
from jicha.county.world import Assessment, City, Customer
from jicha.kernel.period import Month

_REGISTER = pa.decimal128(14, 4)
_RATE_COLUMNS = ("正向有功尖", "正向有功峰", "正向有功平", "正向有功谷")
_REACTIVE_COLUMN = "正向无功总"
SCHEMA = pa.schema(
    [
        ("户号", pa.string()),
        ("计量点编号", pa.string()),
        ("电能表资产号", pa.string()),
        ("冻结日期", pa.date32()),
        ("正向有功总", _REGISTER),
        ("反向有功总", _REGISTER),
        *((name, _REGISTER) for name in (*_RATE_COLUMNS, _REACTIVE_COLUMN)),
    ]
)
_EPOCH = 719163  # proleptic ordinal of 1970-01-01
# A hundredth of a register unit in the last place of the export's registers.
_LAST_PLACES = 100


def arrivals(city: City, customers: list[Customer], days: StationDays) -> NDArray[np.bool_]:
    """Which freezes reach the collection system at all [n, T]."""
    indices = np.array([each.index for each in customers], dtype=np.int64)
    count = days.supplied.shape[1]
    ordinals = np.arange(days.first, days.first + count)
    arrive = days.supplied & (
        lots(city.seed, "freeze", indices, ordinals) >= habits()["missing_freeze_ratio"]
    )
    _silence(city, customers, arrive, days.first)
    for row, customer in enumerate(customers):
        story = customer.story
        if story is not None and type(story).freeze_arrives is not Conduct.freeze_arrives:
            arrive[row] &= [story.freeze_arrives(day) for day in ordinals.tolist()]
    return arrive


def _silence(city: City, customers: list[Customer], arrive: NDArray[np.bool_], first: int) -> None:
    """Terminals that are offline for some days of a month."""
    indices = [each.index for each in customers]
    draws = lots(city.seed, "offline", indices, np.arange(len(city.months)))
    least, most = int(habits()["offline_min_days"]), int(habits()["offline_max_days"])
    for row, number in zip(*np.nonzero(draws < habits()["offline_month_ratio"]), strict=True):
        month = city.months[int(number)]
        chance = stream(city.seed, "offline", indices[row], str(month))
        start = month.first.toordinal() - first + chance.randrange(month.days)
        stop = min(start + chance.randrange(least, most + 1), month.last.toordinal() - first + 1)
        arrive[row, start:stop] = False


def late(city: City, customers: list[Customer], days: StationDays) -> NDArray[np.bool_]:
    """Freezes that arrive with the next month's delivery [n, T]."""
    indices = [each.index for each in customers]
    ordinals = np.arange(days.first, days.first + days.supplied.shape[1])
    return lots(city.seed, "late", indices, ordinals) < habits()["late_freeze_ratio"]


class FreezeRows:
    """Rows of daily freezes of a station, month by month."""

    def __init__(
        self,
        customers: list[Customer],
        days: StationDays,
        arrive: NDArray[np.bool_],
        delayed: NDArray[np.bool_],
    ) -> None:
        self._days = days
        self._in_time, self._delayed = arrive & ~delayed, arrive & delayed
        self._customers = pa.array([each.customer_id for each in customers], pa.string())
        self._points = pa.array([each.metering_point_id for each in customers], pa.string())
        meters: list[str] = []
        self._meter = np.zeros(days.position.shape, dtype=np.int32)
        for row, segments in enumerate(days.segments):
            for segment in segments:
                self._meter[row, segment.begins :] = len(meters)
                meters.append(segment.installation.meter_id)
        self._meters = pa.array(meters, pa.string())

    def of(self, month: Month) -> pa.Table:
        """What arrives with the month's delivery: its own rows and those of the month before that were late;
        what is late in the last month is still under way."""
        days = self._days
        begin = days.index(month.first.toordinal())
        end = begin + month.days
        rows, columns = np.nonzero(self._in_time[:, begin:end])
        columns = columns + begin
        if begin:
            start = max(begin - 31, 0)
            late_rows, late_columns = np.nonzero(self._delayed[:, start:begin])
            late_columns = late_columns + start
            previous = late_columns >= begin - month.previous.days
            rows = np.concatenate([late_rows[previous], rows])
            columns = np.concatenate([late_columns[previous], columns])
        return self._table(rows, columns)

    def _table(self, rows: Whole, columns: Whole) -> pa.Table:
        days = self._days
        where = pa.array(rows)
        register = days.position[rows, columns] % days.modulus[rows, columns]
        arrays = [
            self._customers.take(where),
            self._points.take(where),
            self._meters.take(pa.array(self._meter[rows, columns])),
            pa.array(columns + (days.first - _EPOCH), pa.int32()).cast(pa.date32()),
            _registers(register),
            _registers(days.reverse[rows, columns] % days.modulus[rows, columns]),
            *self._rates(rows, columns),
        ]
        return pa.Table.from_arrays(arrays, schema=SCHEMA)

    def _rates(self, rows: Whole, columns: Whole) -> Iterator[pa.Array]:
        """Registers by rate and reactive energy, null at meters without them."""
        days = self._days
        keepers = np.array([row in days.rates for row in range(days.position.shape[0])])
        has = keepers[rows]
        values = np.zeros((len(rows), len(_RATE_COLUMNS) + 1), dtype=np.int64)
        for row in np.unique(rows[has]).tolist():
            kept, where = days.rates[row], rows == row
            values[where, : len(_RATE_COLUMNS)] = kept.position[columns[where]] % days.modulus[row, -1]
            values[where, -1] = kept.reactive_stand[columns[where]] % days.modulus[row, -1]
        for place in range(values.shape[1]):
            yield _registers(values[:, place], ~has)


def assessment_table(
    heads: list[Assessment],
    forward: Whole,
    reverse: Whole,
    first: int,
    month: Month,
    arrive: NDArray[np.bool_],
) -> pa.Table:
    """The freezes of the meters at heads of areas and feeders in one month; arrays [heads, T]."""
    begin = month.first.toordinal() - first
    rows, columns = np.nonzero(arrive[:, begin : begin + month.days])
    columns = columns + begin
    where = pa.array(rows)
    empty = pa.nulls(len(rows), _REGISTER)
    return pa.Table.from_arrays(
        [
            pa.array([each.customer_id for each in heads], pa.string()).take(where),
            pa.array([each.metering_point_id for each in heads], pa.string()).take(where),
            pa.array([each.meter_id for each in heads], pa.string()).take(where),
            pa.array(columns + (first - _EPOCH), pa.int32()).cast(pa.date32()),
            _registers(forward[rows, columns]),
            _registers(reverse[rows, columns]),
            *([empty] * (len(_RATE_COLUMNS) + 1)),
        ],
        schema=SCHEMA,
    )


def _registers(hundredths: Whole, null: NDArray[np.bool_] | None = None) -> pa.Array:
    """Decimals from whole hundredths: the same 128-bit integers, read with a scale."""
    whole = pa.array(hundredths * _LAST_PLACES, pa.int64(), mask=null).cast(pa.decimal128(19, 0))
    return pa.Array.from_buffers(_REGISTER, len(whole), whole.buffers(), null_count=whole.null_count)
