"""What is known of findings after a sweep: the last observation of each, and whether it is still there.

Absence is evidence only where somebody looked. A finding not seen again is exactly one of `ABSENCES`, with
its reason; only `gone` may ever verify a mending.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

#: Ways of being there.
PRESENCES = ("new", "still_there", "changed", "reappeared")

#: Ways of being absent, in the order in which they are asked.
ABSENCES = (
    "not_evaluated",
    "topic_changed",
    "cleared",
    "merged",
    "outside_window",
    "too_little_data",
    "withdrawn",
    "gone",
)

#: Absences after which a finding is no longer expected; the others stay open and are asked again.
FINAL = ("merged", "withdrawn", "gone")


@dataclass(frozen=True, slots=True)
class Known:
    """One finding as the last sweep that judged it left it.

    `manifest` is the manifest of the last sweep that saw it; `topic_digest` and `parameter_digest` are those
    it was seen with. `reason_*` say why it is absent, `other_key` which finding it merged into or split from.
    """

    finding_key: str
    topic: str
    uid: str
    identity: str
    subject_id: str
    customer_id: str | None
    org_id: str | None
    number: int | None
    event_id: str | None
    period_from: date
    period_to: date
    observation_digest: str
    topic_digest: str
    parameter_digest: str
    manifest: int
    first_run: int
    last_run: int
    presence: str
    reason_en: str
    reason_zh: str
    other_key: str | None

    @property
    def is_open(self) -> bool:
        """Whether the next sweep must account for it."""
        return self.presence not in FINAL

    def overlap(self, period_from: date, period_to: date) -> int:
        """Days this finding's period shares with another half-open period; touching ones share none."""
        return (min(self.period_to, period_to) - max(self.period_from, period_from)).days
