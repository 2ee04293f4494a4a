"""What is wrong with the inputs of a remedy, and what to do about it."""

from __future__ import annotations

from jicha.kernel.errors import JichaError


class RemedyError(JichaError):
    """A remedy cannot be worked out from these inputs; `column` names the field."""


def refuse(code: str, field: str, en: str, zh: str) -> RemedyError:
    """The error about one field: `equipment[0].kw`."""
    return RemedyError(code, en=f"{field}: {en}", zh=f"{field}: {zh}", column=field)
