"""What a sweep says to casework: findings as they are taken in, and as they are looked at again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

#: Ways of closing a true order (`resolved_when` of a topic).
CLOSERS = ("state_gone", "event_not_repeated", "covered_by_adjustment")


@dataclass(frozen=True, slots=True)
class Seen:
    """A finding of a sweep. `subject` holds the ids that name its subject; `doers` are staff numbers of those who did
    the work that would be inspected, with their duty."""

    finding_key: str
    topic: str
    severity: str
    subject_type: str
    subject: Mapping[str, str]
    customer_id: str | None
    org_id: str | None
    period_from: date
    period_to: date
    impact_kwh: Decimal | None
    impact_yuan: Decimal | None
    impact_method: str
    is_partial_impact: bool
    observation_digest: str
    presence: str
    closer: str = "state_gone"
    quiet_months: int | None = None
    verify_days: int = 0
    doers: Mapping[str, str] = field(default_factory=dict)

    @property
    def theme(self) -> str:
        return self.topic.partition("/")[0]

    @property
    def site(self) -> str:
        """Findings of one customer are one site; others are sites of their own subject."""
        if self.customer_id:
            return f"customer:{self.customer_id}"
        return f"{self.subject_type}:{'/'.join(self.subject[name] for name in sorted(self.subject))}"


@dataclass(frozen=True, slots=True)
class Looked:
    """What a later sweep says of a finding. `is_repeated`: the unit had the same event again after it was mended;
    `adjusted_yuan`: what adjustments of the months concerned come to, None where there is none."""

    finding_key: str
    presence: str
    as_of: date
    run: int
    observation_digest: str = ""
    is_repeated: bool = False
    adjusted_yuan: Decimal | None = None
    adjustment_id: str = ""


@dataclass(frozen=True, slots=True)
class Joint:
    """What the findings of a site come to, replayed together."""

    impact_kwh: Decimal | None
    impact_yuan: Decimal | None
    is_partial_impact: bool
