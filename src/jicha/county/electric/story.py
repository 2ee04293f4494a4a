"""Stories at the meter: what acts on it from a day on, with what strength, and what the meter reports of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from jicha.county.electric.courses import Course
from jicha.county.electric.effect import FOUR_WIRE, Effect, Load
from jicha.county.story import Story
from jicha.county.tables import PlannedCause
from jicha.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Report:
    """An event that the meter reports beside those that follow from an effect: its Chinese word, day (ordinal), minute
    of that day; how many minutes it lasts (None: it has no end), the phase ('' for none)."""

    event: str
    day: int
    minute: int
    minutes: int | None = None
    phase: str = ""


class MeterStory(Story):
    """A story with events of its own at the meter."""

    def __init__(
        self,
        plan: PlannedCause,
        valid_from: date,
        valid_to: date,
        note: Text,
        *,
        size: float | None = None,
        reports: tuple[Report, ...] = (),
    ) -> None:
        super().__init__(plan, valid_from, valid_to, note)
        self.reports = reports
        if size is not None:
            self.size = Decimal(str(round(size, 4)))


class EffectStory(MeterStory):
    """An effect acts on what the meter sees, by its course: as strong as it is, times the strength of the course."""

    def __init__(
        self,
        plan: PlannedCause,
        span: tuple[date, date],
        note: Text,
        load: Load,
        effect: Effect,
        course: Course,
        *,
        size: float | None = None,
        breach_multiple: Decimal = Decimal(0),
        reports: tuple[Report, ...] = (),
    ) -> None:
        super().__init__(plan, *span, note, size=size, reports=reports)
        self.breach_multiple = breach_multiple
        quarters = course.quarters or effect.quarters
        self._effect = replace(effect, load=load, quarters=quarters)
        self._course = course
        self._by_strength: dict[float, Effect] = {1.0: self._effect}

    @property
    def load(self) -> Load:
        """The load it acts on."""
        return self._effect.load or Load(FOUR_WIRE)

    def effect(self, day: int) -> Effect | None:
        strength = self._course.strength(day)
        if strength == 0:
            return None
        if strength not in self._by_strength:
            self._by_strength[strength] = self._effect.at(strength * self._effect.strength)
        return self._by_strength[strength]
