"""Who is drawn: for each picture the customer or area of a county that shows best what the picture is about.

Chosen by rules from exports and answer key, so that another seed has a page too."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from benchmarks.county_page.exports import QUARTERS, Balance, Daily, Exports, Floats, Row
from numpy.typing import NDArray

#: Tampering whose trace is in phase quantities first; then those that only lower the energy.
_THEFTS = (
    "undervoltage_lead_loosened",
    "phase_shifted",
    "current_shunted",
    "ct_swapped_by_customer",
    "partial_bypass",
    "bypassed_supply",
)
#: The quantity of the phases that tells of each.
_TELLING = {
    "undervoltage_lead_loosened": "电压",
    "phase_shifted": "相角",
    "ct_secondary_reversed": "相角",
    "voltage_lead_broken": "电压",
    "pt_fuse_blown": "电压",
    "current_terminal_loose": "电流",
    "current_shunted": "电流",
}
#: Loss ratio below which an area is quiet, per cent.
_QUIET = 5
# An area whose loss moves by less than a percentage point has kept it.
_STEADY = 1.0
#: By how much phases differ where something is wrong: a share of the largest, degrees.
_APART, _APART_DEGREES = 0.3, 15
_LIKENESSES = ("shift_stopped", "tenant_moved_out", "shop_closed", "household_moved", "lamps_replaced")
_MULTIPLIERS = ("ct_exchanged_file_not_updated",)
#: Days before and after an onset that are looked at.
BEFORE, AFTER = 60, 100
#: Below this share of its mean a customer stands still; from so many days on it counts.
_IDLE, _LONG = 0.05, 7
#: Share of the days after an onset beyond which a standstill is for good.
_FOR_GOOD = 0.8
#: Themes whose causes change what is counted of an area's energy.
_ENERGY = {"AT", "AQ", "LL", "ME", "MR"}
#: What changes how a dwelling lives or what its meter sees.
_TOUCHING = {"AT", "AQ", "EV", "PV", "UC"}
YEAR = 365
#: Share of days on which an area is read well enough to be drawn.
_WELL_READ = 0.6
#: Less than this is not seen in an area.
_WORTH_KWH = 500


@dataclass(frozen=True)
class Fall:
    """One customer whose energy fell, `answer` says why: own days, the area's balance, onset as an index of days."""

    answer: Row
    account: str
    onset: int
    daily: Daily
    balance: Balance

    @cached_property
    def idle(self) -> NDArray[np.bool_]:
        """Days around the onset on which next to nothing was used: [day from BEFORE before the onset]."""
        days = self.daily.forward[self.onset - BEFORE : self.onset + AFTER]
        idle: NDArray[np.bool_] = days < _IDLE * float(np.nanmean(days[:BEFORE]))
        return idle

    @cached_property
    def standing(self) -> list[tuple[int, int]]:
        """Spans of a week and more in which the customer stands still, as days from the onset; none where the meter
        tells of next to nothing ever after, for that is what happened."""
        if self.idle[BEFORE:].mean() > _FOR_GOOD:
            return []
        edges = np.flatnonzero(np.diff(np.concatenate(([0], self.idle.astype(int), [0]))))
        spans = [(int(start) - BEFORE, int(end) - BEFORE) for start, end in edges.reshape(-1, 2)]
        return [(start, end) for start, end in spans if end - start >= _LONG]

    def _sides(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Days before and after the onset, without those on which the customer stands still."""
        before, after = (np.zeros(len(self.daily.forward), dtype=bool) for _ in range(2))
        before[self.onset - BEFORE : self.onset] = True
        after[self.onset : self.onset + AFTER] = True
        for start, end in self.standing:
            for side in (before, after):
                side[self.onset + start : self.onset + end] = False
        return before, after

    @property
    def own(self) -> tuple[float, float]:
        """Mean kWh a day before and after the onset."""
        before, after = (float(np.nanmean(self.daily.forward[side])) for side in self._sides())
        return before, after

    @property
    def loss(self) -> tuple[float, float]:
        """Loss ratio of the area, per cent, before and after the onset."""
        before, after = (self.balance.loss_on(side) for side in self._sides())
        return before, after


@dataclass
class Scenes:
    """The choices for one county."""

    exports: Exports

    @cached_property
    def marks(self) -> Counter[str]:
        """How many rows of the answer key name an account."""
        return Counter(row["customer_id"] for row in self.exports.key)

    @cached_property
    def touched(self) -> set[str]:
        """Accounts whose days or curve are not those of an ordinary customer, by the answer key."""
        return {row["customer_id"] for row in self.exports.key if row["theme"] in _TOUCHING}

    @cached_property
    def balances(self) -> dict[str, Balance]:
        """Every public area that has a master meter."""
        return {
            area: self.exports.balance(area)
            for area, row in sorted(self.exports.areas.items())
            if row["台区类型"] == "公变" and self.exports.master_of(area)
        }

    def day_index(self, day: str) -> int:
        return int((np.datetime64(day) - self.exports.first_day).astype(int))

    def last_month_loss(self, area: str) -> float:
        month = np.datetime64(f"{self.exports.months[-1][:4]}-{self.exports.months[-1][4:]}-01")
        return self.balances[area].loss_between(self.day_index(str(month)), len(self.exports.days))

    def feeder_loss(self, feeder: str) -> float:
        """Loss ratio of a feeder in the last month, per cent: the gateway against area masters and high-voltage
        meters that marketing has on file there. NaN without a gateway's energy."""
        exports = self.exports
        start = self.day_index(f"{exports.months[-1][:4]}-{exports.months[-1][4:]}-01")
        into, out = np.zeros(len(exports.days)), np.zeros(len(exports.days))
        for account, point in exports.points.items():
            customer = exports.customers[account]
            if point["计量点用途"] == "关口" and point["线路编号"] == feeder:
                into = into + exports.daily(account).forward
            area = exports.areas.get(customer["台区编号"], {})
            is_metered = point["计量点用途"] == "考核" or customer["用户类型"] == "高压"
            if point["计量点用途"] != "关口" and is_metered and area.get("线路编号") == feeder:
                out = out + np.nan_to_num(exports.daily(account).forward)
        return Balance(into, out, out * 0, out * 0, np.isfinite(into)).loss_between(start, len(exports.days))

    @cached_property
    def mean_day(self) -> Floats:
        """Mean kW of the households' quarter-hours: [quarter-hour]."""
        days = [np.nanmean(self.power(each).reshape(-1, QUARTERS), axis=0) for each in self.households]
        mean: Floats = np.mean(days, axis=0)
        return mean

    def _falls(self, causes: tuple[str, ...]) -> list[Fall]:
        found = []
        for row in self.exports.key:
            account = row["customer_id"]
            area = self.exports.customers.get(account, {}).get("台区编号", "")
            onset = self.day_index(row["valid_from"])
            long_enough = BEFORE <= onset <= len(self.exports.days) - AFTER
            if row["cause"] in causes and area in self.balances and long_enough:
                daily = self.exports.daily(account)
                found.append(Fall(row, account, onset, daily, self.balances[area]))
        return found

    @cached_property
    def thief(self) -> Fall:
        """A theft in an area quiet before and seen there after, with a curve if there is one, of the most telling kind,
        then by what the area lost more."""
        falls = self._falls(_THEFTS)
        return min(
            falls,
            key=lambda fall: (
                not 0 < fall.loss[0] < _QUIET,
                fall.loss[1] - fall.loss[0] < 1,
                fall.account not in self.exports.curves,
                _THEFTS.index(fall.answer["cause"]),
                fall.loss[0] - fall.loss[1],
            ),
        )

    @cached_property
    def innocent(self) -> Fall:
        """A fall as large, in an area whose loss stayed as it was."""
        falls = [fall for fall in self._falls(_LIKENESSES) if self.marks[fall.account] == 1]
        return min(
            falls,
            key=lambda fall: (
                not 0 < fall.loss[0] < _QUIET,
                fall.own[1] > 0.7 * fall.own[0],
                abs(fall.loss[1] - fall.loss[0]) > _STEADY,
                fall.account not in self.exports.curves,
                abs(fall.loss[1] - fall.loss[0]),
            ),
        )

    @cached_property
    def tampered(self) -> tuple[Row, str] | None:
        """A tampering or break still there on the curves' days and to be seen on the phases, the most telling kind
        first and the thief of before if he is one; with the quantity that tells. None if there is none."""
        last = str(self.exports.days[-1])
        found = [
            (row["customer_id"] != self.thief.account, place, row, _TELLING[row["cause"]])
            for place, cause in enumerate(_TELLING)
            for row in self.exports.key
            if row["cause"] == cause
            and row["valid_to"] > last
            and row["customer_id"] in self.exports.curves
            and self._shows(row["customer_id"], _TELLING[cause])
        ]
        return min(found, key=lambda each: each[:2])[2:] if found else None

    def phases(self, account: str, quantity: str) -> tuple[int, dict[str, Floats]]:
        """The last whole day of a curve and, by phase, what it tells; phases without a word left out."""
        curve, day = self.exports.curves[account], self.whole_days(account)[-1]
        chosen = slice(day * QUARTERS, (day + 1) * QUARTERS)
        told = {phase: curve[f"{phase}相{quantity}"][chosen] for phase in "ABC"}
        return day, {phase: values for phase, values in told.items() if np.isfinite(values).any()}

    def _means(self, account: str, quantity: str) -> list[float]:
        return [float(np.nanmean(values)) for values in self.phases(account, quantity)[1].values()]

    def _shows(self, account: str, quantity: str) -> bool:
        """Whether the phases differ as no sound meter's do, or the voltages are not those of a sound meter."""
        if not self.whole_days(account):
            return False
        means = self._means(account, quantity)
        if quantity == "相角":
            return len(means) == len("ABC") and max(means) - min(means) > _APART_DEGREES
        usual = max(self._means(self.sound(account), quantity)) if quantity == "电压" else max(means)
        return min(means) < (1 - _APART) * usual

    def sound(self, beside: str) -> str:
        """A meter with a curve and as many phases that the answer key does not touch: the innocent's if it is one."""
        phases = set(self.phases(beside, "电压")[1])
        others = [
            each
            for each in [self.innocent.account, *self.exports.curves]
            if each in self.exports.curves
            and each not in self.touched
            and self.exports.customers[each]["用电类别"] != "考核"
            and self.whole_days(each)
        ]
        return next(each for each in others if set(self.phases(each, "电压")[1]) == phases)

    def power(self, account: str) -> Floats:
        """kW at the customer's side, quarter-hour by quarter-hour of the curves: [quarter-hour]."""
        multiplier = float(self.exports.meters[account][-1]["综合倍率"])
        return self.exports.curves[account]["总有功功率"] * multiplier

    def whole_days(self, account: str) -> list[int]:
        days = self.power(account).reshape(-1, QUARTERS)
        return [number for number in range(len(days)) if np.isfinite(days[number]).all()]

    def _with_curves(self, kind: str, without_feed_in: bool = True) -> list[str]:
        return [
            account
            for account in self.exports.curves
            if self.exports.customers[account]["用户类型"] == kind
            and self.exports.customers[account]["用电类别"] != "考核"
            and (np.nansum(self.exports.daily(account).reverse) < 1) == without_feed_in
        ]

    @cached_property
    def households(self) -> list[str]:
        """Dwellings with curves, without panels, on ordinary connections, whom nothing touched."""
        return [
            each
            for each in self._with_curves("低压居民")
            if each not in self.touched and float(self.exports.customers[each]["合同容量"]) <= 8
        ] or self._with_curves("低压居民")

    @cached_property
    def household(self) -> tuple[str, int]:
        """The dwelling in the middle by energy, and a whole working day of its curve."""
        order = sorted(self.households, key=lambda each: (float(np.nanmean(self.power(each))), each))
        chosen = order[len(order) // 2]
        whole = self.whole_days(chosen)
        working = [day for day in whole if self._weekday(day) < 5]
        return chosen, (working or whole)[len(working or whole) // 2]

    @cached_property
    def factory(self) -> tuple[str, int]:
        """A factory at high voltage whom the answer key does not name, and the first whole Monday-to-Sunday week."""
        candidates = [
            account
            for account in self._with_curves("高压")
            if self.exports.customers[account]["行业分类"] == "C34"
        ]
        first = next(day for day in range(7) if self._weekday(day) == 0)

        def gaps(account: str) -> int:
            span = self.power(account)[first * QUARTERS : (first + 7) * QUARTERS]
            return int(np.isnan(span).sum())

        return min(candidates, key=lambda each: (self.marks[each] > 0, gaps(each), each)), first

    @cached_property
    def panels(self) -> tuple[str, int] | None:
        """A dwelling with rooftop panels, and the day of its curve on which it fed in most."""
        best: tuple[float, str, int] | None = None
        for account in self._with_curves("低压居民", without_feed_in=False):
            days = self.power(account).reshape(-1, QUARTERS)
            for day in self.whole_days(account):
                fed = float(-np.minimum(days[day], 0).sum())
                if best is None or fed > best[0]:
                    best = (fed, account, day)
        return None if best is None else best[1:]

    def _weekday(self, day: int) -> int:
        """0 is Monday."""
        return int(((self.exports.curve_start + day).astype(int) + 3) % 7)

    @cached_property
    def area(self) -> str:
        """The area with panels that was read on most days of the last year, then the one that lost least."""
        end = len(self.exports.days)
        last = slice(end - YEAR, None)
        fed = [area for area, each in self.balances.items() if each.fed[last].sum() > 0]

        def order(area: str) -> tuple[bool, float]:
            balance = self.balances[area]
            return float(balance.told[last].mean()) < _WELL_READ, abs(balance.loss_between(end - YEAR, end))

        return min(fed or list(self.balances), key=lambda area: (*order(area), area))

    def holding(self, area: str) -> list[Row]:
        """What the answer key says of energy in an area, of customers or master, that holds in the last month."""
        accounts = set(self.exports.accounts_of(area))
        end = str(self.exports.days[-1])
        return [
            row
            for row in self.exports.key
            if row["blame"] != "innocent"
            and row["theme"] in _ENERGY
            and row["valid_from"] <= end < row["valid_to"]
            and (row["subject_id"] == area or (row["customer_id"] in accounts and float(row["true_kwh"])))
        ]

    def told(self, area: str, start: int) -> list[Row]:
        """What the answer key says of energy not counted in an area, begun from day `start` on."""
        accounts = set(self.exports.accounts_of(area))
        return [
            row
            for row in self.exports.key
            if row["blame"] != "innocent"
            and row["theme"] in _ENERGY
            and float(row["true_kwh"]) > _WORTH_KWH
            and (row["customer_id"] in accounts or row["subject_id"] == area)
            and self.day_index(row["valid_from"]) >= start
        ]

    @cached_property
    def multiplier(self) -> Row:
        """The answer of the wrong multiplier that cost most energy money and had two months before it."""
        rows = [row for row in self.exports.key if row["cause"] in _MULTIPLIERS]
        early = [
            row for row in rows if self.day_index(row["valid_from"]) >= BEFORE and float(row["true_kwh"]) > 0
        ]
        return max(early or rows, key=lambda row: abs(float(row["energy_yuan"])))
