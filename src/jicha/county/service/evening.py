"""The evening on which the systems are read: what lies after it is not there yet."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from jicha.county.desk import Desk
from jicha.county.service.papers import NO, YES, Papers
from jicha.county.service.work_clock import instant


class Evening:
    """The papers of a station on the period's last evening, and the desk they are put on."""

    def __init__(self, papers: Papers, desk: Desk) -> None:
        self._papers, self._desk = papers, desk
        self._end = instant(papers.end, 0)
        self._last_day = papers.end - timedelta(days=1)
        self._org_id = papers.org_id

    def _seen(self, moment: datetime | None) -> str | None:
        """The moment as text, None where it has not come yet."""
        return str(moment) if moment is not None and moment < self._end else None

    def _seen_on(self, day: date | None) -> date | None:
        return day if day is not None and day <= self._last_day else None


def flag(value: bool | None) -> str:
    """Yes, no or empty."""
    return "" if value is None else YES if value else NO
