"""Tables of casework. Nothing here changes itself: services do, and write the journal."""

from jicha.casework.models.journal import Case, Event, FreeText
from jicha.casework.models.organisation import Delegation, Organisation, Person, Posting, Team

__all__ = ["Case", "Delegation", "Event", "FreeText", "Organisation", "Person", "Posting", "Team"]
