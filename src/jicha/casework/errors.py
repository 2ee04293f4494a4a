"""What casework refuses, and why."""

from __future__ import annotations

from jicha.kernel.errors import JichaError


class CaseworkError(JichaError):
    """A step that the state of a case or what was filled in does not allow."""


class NotAllowed(CaseworkError):
    """A step that this person may not take."""
