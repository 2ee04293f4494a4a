"""Limitation of a claim (诉讼时效): when each part of it expires, by every reading of when it starts.

Expiry ends no claim. It is a defence of the debtor: what is at risk is shown apart, never added silently and
never dropped, and whether it is claimed or pleaded is a named person's decision. Sources: General Principles
of 1986, General Provisions of 2017, Civil Code, articles 188 to 195 (`law.limitation_*`).
"""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass
from datetime import date

from jicha.kernel.dated import Miss
from jicha.kernel.period import OPEN_VALID_TO, Month, Period, month_of
from jicha.remedies.fields import Field, Given, Kind, field
from jicha.remedies.ground import Ground
from jicha.remedies.problem import refuse

#: Fields every remedy about money takes.
FIELDS: tuple[Field, ...] = (
    field("found_on", Kind.day, "Day the error or breach was found", "查实(发现)日期", "discovered_on"),
    field("claimed_on", Kind.day, "Day the claim or refund is put forward", "提出追补(退还)日期"),
    field("issued_month", Kind.month, "Month the back-bill or refund is issued in", "退补发行月份"),
    field("demands", Kind.days, "Days the creditor demanded payment", "催告(主张权利)日期", "demanded_on"),
    field("acknowledgements", Kind.days, "Days the debtor acknowledged the debt", "义务人同意履行日期"),
    field("lawsuits", Kind.days, "Days of a lawsuit, arbitration or its equal", "起诉、仲裁等日期"),
    field(
        "obstacles",
        Kind.rows,
        "Obstacles that halt the period",
        "中止事由",
        fields=(
            field("from", Kind.day, "First day", "起始日", required=True),
            field("to", Kind.day, "Last day", "终止日", required=True),
        ),
    ),
)

#: Where a person must say what is done about the part at risk.
DEFENCE = "limitation_defence"


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a claim as limitation sees it: when it was behaved so, and when it was billed."""

    behaviour: Period
    issued_on: date | None


@dataclass(frozen=True, slots=True)
class Expiry:
    """The last day the part can be enforced on, and whether an acknowledgement came after it."""

    started_on: date
    expires_on: date
    is_revived: bool
    citation: str


@dataclass(frozen=True)
class Facts:
    """What the caller told about discovery and interruptions."""

    found_on: date | None
    claimed_on: date | None
    demands: tuple[date, ...]
    acknowledgements: tuple[date, ...]
    lawsuits: tuple[date, ...]
    obstacles: tuple[Period, ...]
    issued_month: Month | None

    @property
    def as_of(self) -> date | None:
        """The day the claim is judged on."""
        return self.claimed_on or self.found_on

    @classmethod
    def of(cls, given: Given) -> Facts:
        found, claimed = given.day("found_on"), given.day("claimed_on")
        if found and claimed and claimed < found:
            raise refuse(
                "claimed_before_found",
                given.at("claimed_on"),
                f"{claimed} lies before the day it was found, {found}",
                f"{claimed} 早于查实日期 {found}",
            )
        obstacles = []
        for row in given.rows("obstacles"):
            first, last = row.day("from"), row.day("to")
            if first is None or last is None or last < first:
                raise refuse("obstacle_span", row.path, "ends before it begins", "终止日早于起始日")
            obstacles.append(Period.inclusive(first, last))
        issued = given.get("issued_month")
        return cls(
            found,
            claimed,
            given.items("demands"),
            given.items("acknowledgements"),
            given.items("lawsuits"),
            tuple(obstacles),
            issued if isinstance(issued, Month) else None,
        )


def anniversary(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes the 28th. Never past the last day dates know."""
    year = day.year + years
    if year >= OPEN_VALID_TO.year:
        return OPEN_VALID_TO
    last_of_february = day.month == 2 and day.day == 29 and not isleap(year)
    return day.replace(year=year, day=28) if last_of_february else day.replace(year=year)


def months_on(day: date, months: int) -> date:
    """The same day some months on, or the last of its month."""
    month = month_of(day).plus(months)
    return date(month.year, month.month, min(day.day, month.days))


def start_of(span: Span, facts: Facts, reading: str) -> date | None:
    """The day the period counts from by a reading of `limitation_start`; None where the facts do not say."""
    if reading == "issued":
        return span.issued_on
    if reading == "behaviour":
        return span.behaviour.last
    return facts.found_on


def expiry(span: Span, facts: Facts, ground: Ground, reading: str) -> Expiry | None:
    """When the part expires; None where the reading's starting day is not known or no law holds on it.

    Ends at the close of the anniversary day. Events count that lie within the running period; from each the
    whole period runs anew. The longest protection counts from the behaviour and nothing interrupts it.
    """
    started = start_of(span, facts, reading)
    if started is None:
        return None
    row = _period(ground, started)
    if row is None:
        return None
    years, longest, citation = row
    expires = anniversary(started, years)
    for day in sorted((*facts.demands, *facts.acknowledgements, *facts.lawsuits)):
        if started <= day <= expires and _interrupts(ground, day, facts):
            fresh = _period(ground, day)
            expires = anniversary(day, years if fresh is None else max(years, fresh[0]))
    for obstacle in facts.obstacles:
        expires = _halted(ground, expires, obstacle)
    expires = min(expires, anniversary(span.behaviour.last, longest))
    revived = any(day > expires for day in facts.acknowledgements)
    return Expiry(started, expires, revived, citation)


def is_at_risk(span: Span, facts: Facts, ground: Ground, reading: str) -> bool | None:
    """Whether the debtor could plead limitation on the day of the claim; None where the facts do not say."""
    found, as_of = expiry(span, facts, ground, reading), facts.as_of
    if found is None or as_of is None:
        return None
    return as_of > found.expires_on and not found.is_revived


def _period(ground: Ground, started: date) -> tuple[int, int, str] | None:
    """Years, longest years and clause of a period that starts that day."""
    row = ground.on(started).known("limitation_period")
    if isinstance(row, Miss):
        return None
    years, longest = row.values["limitation_years"], row.values["longest_years"]
    if not isinstance(years, int) or not isinstance(longest, int):
        return None
    later = row.valid_to
    is_running = later is not None and anniversary(started, years) >= later
    if (
        later is not None
        and is_running
        and ground.choice("limitation_transition") == "three_years_if_running"
    ):
        # A period still running when a longer one came into force.
        following = _period(ground, later)
        if following is not None and following[0] > years:
            return following
    return years, longest, row.citation


def _interrupts(ground: Ground, day: date, facts: Facts) -> bool:
    code = "lawsuit" if day in facts.lawsuits else "demand" if day in facts.demands else "acknowledgement"
    row = ground.on(day).known("limitation_event", limitation_event_code=code)
    return not isinstance(row, Miss) and row.values["limitation_effect_code"] == "starts_again"


def _halted(ground: Ground, expires: date, obstacle: Period) -> date:
    row = ground.on(obstacle.start).known("limitation_event", limitation_event_code="obstacle")
    if isinstance(row, Miss):
        return expires
    window, rest = row.values["last_window_months"], row.values["remaining_months"]
    if not isinstance(window, int) or not isinstance(rest, int):
        return expires
    last_months = Period.inclusive(months_on(expires, -window), expires)
    if not last_months.overlaps(obstacle):
        return expires
    return max(expires, months_on(obstacle.last, rest))
