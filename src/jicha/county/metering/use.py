"""What a meter did in a month, as the office will see it: positions from and to, register by register.

Positions count on without rolling over: the display is `% modulus`. All are whole hundredths of a register unit,
demands whole ten-thousandths of a kilowatt on the meter's own side.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from jicha.county.world import Installation
from jicha.kernel.period import Month

NO_RATES: tuple[int, ...] = ()


@dataclass(slots=True)
class MeterUse:
    """One meter in one month. `used` is the energy used behind the meter in the meter's own hundredths, counted or
    not; `rates` are by rate (尖 峰 平 谷), empty for a meter without them."""

    installation: Installation
    from_position: int
    to_position: int
    used: int = 0
    from_rates: tuple[int, ...] = NO_RATES
    to_rates: tuple[int, ...] = NO_RATES
    used_rates: tuple[int, ...] = NO_RATES
    from_reactive: int = 0
    to_reactive: int = 0
    used_reactive: int = 0
    to_reverse: int = 0
    demand: int = 0
    used_demand: int = 0

    @property
    def counted(self) -> int:
        return self.to_position - self.from_position

    @property
    def register(self) -> int:
        """What the display shows in the end, hundredths."""
        return self.to_position % self.installation.modulus

    def followed_by(self, later: MeterUse) -> MeterUse:
        """The same meter over two months."""
        return replace(
            self,
            to_position=later.to_position,
            used=self.used + later.used,
            to_rates=later.to_rates,
            used_rates=tuple(a + b for a, b in zip(self.used_rates, later.used_rates, strict=True)),
            to_reactive=later.to_reactive,
            used_reactive=self.used_reactive + later.used_reactive,
            to_reverse=later.to_reverse,
            demand=max(self.demand, later.demand),
            used_demand=max(self.used_demand, later.used_demand),
        )


@dataclass(slots=True)
class MonthOfUse:
    """A site's month; days are proleptic ordinals.

    `is_final`: the supply ends with `last`. `months`: how many months are joined here, of which `month` is the
    last. `is_read_remotely`: the last day's freeze arrived and
    nobody was sent to read it on site. `marks`: positions at the end of the days a story asked for."""

    month: Month
    first: int
    last: int
    is_final: bool
    is_read_remotely: bool
    meters: list[MeterUse] = field(default_factory=list)
    marks: dict[int, int] = field(default_factory=dict)
    months: int = 1

    @property
    def days(self) -> int:
        return self.last - self.first + 1

    def following(self, earlier: MonthOfUse) -> MonthOfUse:
        """The months of `earlier` and this one as one stretch of use, to be read and billed at once."""
        meters = list(earlier.meters)
        for meter in self.meters:
            if meter.installation is meters[-1].installation:
                meters[-1] = meters[-1].followed_by(meter)
            else:
                meters.append(meter)
        return replace(self, first=earlier.first, meters=meters, months=earlier.months + self.months)
