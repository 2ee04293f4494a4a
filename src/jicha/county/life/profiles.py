"""How each trade lives, from `facts/profiles.csv`: rhythm, holidays, weather, noise, absences, growth.

Columns: `curve` names the day's curve (`facts/curves.csv`); `mean` says what a customer's base is the mean of
(year, season: the months in use, standby: what it uses when nobody is there); `m01`–`m12` seasons of the trade;
`weekend` every customer's Saturday and Sunday, `rest_sunday`, `rest_both` the shares of customers who rest on them,
`rest_factor` what a rest day uses, and `rest_spread` how
much more it is by degree of rest; `state_calendar`: shifted workdays are worked; `festival_share` of customers get
the factor `festival` around 春节, the others `festival_else`, from days before to days after (least|most);
`break_factor` outside school terms; `rain` on rainy days; `cool_pct`, `heat_pct` per °C beyond `cool_from`,
`heat_from`; `noise_*` standard deviations; `away_share` of months have an absence of `away_min`–`away_max` days at
`away_factor`; `burst_share` of days carry `burst_part` of the energy; growth in per cent a year; `scatter` the squared
coefficient of variation of a customer's own quarter-hours around the curve.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from jicha.county.tables import facts

YEAR, SEASON, STANDBY = "year", "season", "standby"
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Profile:
    """One row of `facts/profiles.csv`; shares and factors as numbers, per cent as shares."""

    trade: str
    number: int
    curve: str
    mean: str
    months: tuple[float, ...]
    weekend: float
    rest_sunday: float
    rest_both: float
    rest_factor: float
    rest_spread: float
    follows_state_calendar: bool
    holiday: float
    festival_share: float
    festival: float
    festival_else: float
    festival_before: tuple[int, int]
    festival_after: tuple[int, int]
    break_factor: float
    rain: float
    cool_per_c: float
    cool_from: float
    heat_per_c: float
    heat_from: float
    noise_day: float
    noise_week: float
    noise_slow: float
    away_share: float
    away_days: tuple[int, int]
    away_factor: float
    burst_share: float
    burst_part: float
    growth: float
    growth_spread: float
    scatter: float


@cache
def profiles() -> dict[str, Profile]:
    """Profiles by trade code, in the order of the file."""
    return {row["trade"]: _profile(number, row) for number, row in enumerate(facts("profiles"))}


def profile(trade: str) -> Profile:
    """The profile of one trade. Raises KeyError for a code without one."""
    return profiles()[trade]


def _pair(text: str) -> tuple[int, int]:
    low, high = text.split("|")
    return int(low), int(high)


def _profile(number: int, row: dict[str, str]) -> Profile:
    return Profile(
        trade=row["trade"],
        number=number,
        curve=row["curve"],
        mean=row["mean"],
        months=tuple(float(row[f"m{month:02d}"]) for month in range(1, _MONTHS + 1)),
        weekend=float(row["weekend"]),
        rest_sunday=float(row["rest_sunday"]),
        rest_both=float(row["rest_both"]),
        rest_factor=float(row["rest_factor"]),
        rest_spread=float(row["rest_spread"]),
        follows_state_calendar=row["state_calendar"] == "yes",
        holiday=float(row["holiday"]),
        festival_share=float(row["festival_share"]),
        festival=float(row["festival"]),
        festival_else=float(row["festival_else"]),
        festival_before=_pair(row["festival_before"]),
        festival_after=_pair(row["festival_after"]),
        break_factor=float(row["break_factor"]),
        rain=float(row["rain"]),
        cool_per_c=float(row["cool_pct"]) / 100,
        cool_from=float(row["cool_from"]),
        heat_per_c=float(row["heat_pct"]) / 100,
        heat_from=float(row["heat_from"]),
        noise_day=float(row["noise_day"]),
        noise_week=float(row["noise_week"]),
        noise_slow=float(row["noise_slow"]),
        away_share=float(row["away_share"]),
        away_days=(int(row["away_min"]), int(row["away_max"])),
        away_factor=float(row["away_factor"]),
        burst_share=float(row["burst_share"]),
        burst_part=float(row["burst_part"]),
        growth=float(row["growth_pct"]) / 100,
        growth_spread=float(row["growth_spread"]) / 100,
        scatter=float(row["scatter"]),
    )
