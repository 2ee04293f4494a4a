"""Values that hold from one day to another: tariffs, thresholds, archives of a customer.

A `Dated` series knows at most one value for a day. What it does not know is a `Miss`, a value of its own that
names the series, the days asked for and what is known around them; it is never a `None` that a caller could
take for "nothing to pay".
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Generic, Literal, TypeAlias, TypeVar

from jicha.kernel.errors import JichaError
from jicha.kernel.period import Period, PeriodError, require_day
from jicha.kernel.text import Text

T = TypeVar("T")

MissReason: TypeAlias = Literal["empty_series", "before_first", "in_gap", "after_last"]

_REASON_TEXT: dict[MissReason, Text] = {
    "empty_series": Text(en="the series has no value at all", zh="该序列没有任何取值"),
    "before_first": Text(en="the first value only holds from {after}", zh="首个取值自 {after} 起才有效"),
    "in_gap": Text(
        en="no value between the one ending before {before} and the one from {after}",
        zh="取值在 {before}(不含)之后、{after} 之前中断",
    ),
    "after_last": Text(en="the last value ended before {before}", zh="最后一个取值在 {before}(不含)前失效"),
}


class DatedError(JichaError):
    """A series that contradicts itself, or a day it has no value for."""


@dataclass(frozen=True, slots=True)
class Miss:
    """The series `series` has no value on the days of `asked`.

    `before` is the exclusive end of the nearest earlier span, `after` the start of the nearest later one.
    """

    series: str
    asked: Period
    reason: MissReason
    before: date | None
    after: date | None

    @property
    def text(self) -> Text:
        why = _REASON_TEXT[self.reason]
        around = {"before": self.before, "after": self.after}
        return Text(
            en=f"{self.series} has no value for {self.asked}: {why.en.format(**around)}",
            zh=f"{self.series} 在 {self.asked} 没有取值:{why.zh.format(**around)}",
        )

    def error(self) -> DatedError:
        """The same miss for a caller that cannot go on without the value."""
        text = self.text
        return DatedError("no_value", en=text.en, zh=text.zh)

    def canonical(self) -> dict[str, object]:
        return {
            "after": self.after,
            "asked": self.asked,
            "before": self.before,
            "miss": self.reason,
            "series": self.series,
        }


@dataclass(frozen=True, slots=True, init=False)
class Dated(Generic[T]):
    """Values with the periods they hold in: sorted, disjoint, gaps allowed. `name` is for messages."""

    name: str
    spans: tuple[tuple[Period, T], ...]
    _starts: tuple[date, ...]

    def __init__(self, name: str, spans: Iterable[tuple[Period, T]]) -> None:
        ordered = tuple(sorted(spans, key=lambda span: span[0].sort_key))
        for (earlier, _), (later, _) in pairwise(ordered):
            if earlier.overlaps(later):
                raise DatedError(
                    "overlapping_spans",
                    en=f"{name} has two values at once: {earlier} overlaps {later}",
                    zh=f"{name} 同时有两个取值:{earlier} 与 {later} 重叠",
                )
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "spans", ordered)
        object.__setattr__(self, "_starts", tuple(period.start for period, _ in ordered))

    @classmethod
    def from_spans(cls, name: str, rows: Iterable[tuple[date, date | None, T]]) -> Dated[T]:
        """From rows of valid_from, valid_to, value; None and 9999-12-31 both mean still in force."""
        spans: list[tuple[Period, T]] = []
        for valid_from, valid_to, value in rows:
            try:
                spans.append((Period(valid_from, valid_to), value))
            except PeriodError as error:
                raise DatedError(
                    "bad_span", en=f"{name}: {error.text.en}", zh=f"{name}:{error.text.zh}"
                ) from error
        return cls(name, spans)

    @classmethod
    def from_starts(cls, name: str, rows: Iterable[tuple[date, T]]) -> Dated[T]:
        """Each value holds until the next one starts, the last without end; two on one day are refused."""
        ordered = sorted(rows, key=lambda row: row[0])
        ends: list[date | None] = [start for start, _ in ordered[1:]]
        ends.append(None)
        return cls.from_spans(
            name, ((start, end, value) for (start, value), end in zip(ordered, ends, strict=False))
        )

    def on(self, day: date) -> T | Miss:
        """The value of that day, or the miss that says why there is none."""
        index = bisect_right(self._starts, require_day(day)) - 1
        if index >= 0:
            period, value = self.spans[index]
            if period.contains(day):
                return value
        return self._miss(Period.day(day), index)

    def require(self, day: date) -> T:
        """The value of that day; raises `DatedError` with the miss's text where there is none."""
        value = self.on(day)
        if isinstance(value, Miss):
            raise value.error()
        return value

    def within(self, period: Period) -> tuple[tuple[Period, T | Miss], ...]:
        """The whole period, in order, in parts of one value or one miss each: nothing is left out."""
        known = [
            (shared, value) for span, value in self.spans if (shared := span.intersect(period)) is not None
        ]
        missing = [
            (gap, self._miss(gap, bisect_right(self._starts, gap.start) - 1))
            for gap in period.subtract(*(shared for shared, _ in known))
        ]
        parts: list[tuple[Period, T | Miss]] = [*known, *missing]
        return tuple(sorted(parts, key=lambda part: part[0].sort_key))

    def misses(self, period: Period) -> tuple[Miss, ...]:
        """Only the misses of `within`, in order; none when every day is known."""
        return tuple(value for _, value in self.within(period) if isinstance(value, Miss))

    def __iter__(self) -> Iterator[tuple[Period, T]]:
        return iter(self.spans)

    def __len__(self) -> int:
        return len(self.spans)

    def _miss(self, asked: Period, index: int) -> Miss:
        """`index` is the last span that starts before the days asked for, -1 if none does."""
        before = self.spans[index][0].end if index >= 0 else None
        after = self._starts[index + 1] if index + 1 < len(self._starts) else None
        reason: MissReason
        if before is None:
            reason = "empty_series" if after is None else "before_first"
        else:
            reason = "after_last" if after is None else "in_gap"
        return Miss(self.name, asked, reason, before, after)
