"""Tables of casework. Nothing here changes itself: services do, and write the journal."""

from jicha.casework.models.journal import Case, Event, FreeText
from jicha.casework.models.organisation import Delegation, Organisation, Person, Posting, Team
from jicha.casework.models.records import (
    Answer,
    Callback,
    CheckPart,
    Evidence,
    LimitWarning,
    Mending,
    Request,
    Responsibility,
    Review,
    Watch,
)
from jicha.casework.models.work import Batch, Lead, Order, RuleChange, Suspicion

__all__ = [
    "Answer",
    "Batch",
    "Callback",
    "Case",
    "CheckPart",
    "Delegation",
    "Event",
    "Evidence",
    "FreeText",
    "Lead",
    "LimitWarning",
    "Mending",
    "Order",
    "Organisation",
    "Person",
    "Posting",
    "Request",
    "Responsibility",
    "Review",
    "RuleChange",
    "Suspicion",
    "Team",
    "Watch",
]
