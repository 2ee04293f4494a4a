"""Errors a person can act on: what is wrong, where, and what to do, in both languages.

Every error the product raises on purpose is a `JichaError`. It carries a stable `code` (for scripts and
tests), a bilingual message, and the place it speaks of: file, line (or row) and column where known.
"""

from __future__ import annotations

from pathlib import Path

from jicha.kernel.text import Language, Text


class JichaError(Exception):
    """Base of all deliberate errors.

    `code` is a short snake_case name; `file` a path as the user knows it; `line` counts from 1; `column` is
    the name of a data column or, for text, the character position counted from 1.
    """

    def __init__(
        self,
        code: str,
        *,
        en: str,
        zh: str,
        file: str | Path | None = None,
        line: int | None = None,
        column: str | int | None = None,
    ) -> None:
        self.code = code
        self.text = Text(en=en, zh=zh)
        self.file = str(file) if file is not None else None
        self.line = line
        self.column = column
        super().__init__(self.render("en"))

    @property
    def where(self) -> str:
        """`file:line:column`, as far as known; empty when the error has no place."""
        parts = [self.file or ""]
        if self.line is not None:
            parts.append(str(self.line))
            if self.column is not None:
                parts.append(str(self.column))
        elif self.column is not None:
            parts.append(str(self.column))
        return ":".join(part for part in parts if part)

    def render(self, language: Language) -> str:
        """One line for a terminal: place, message, code."""
        prefix = f"{self.where}: " if self.where else ""
        return f"{prefix}{self.text.in_(language)} [{self.code}]"


class ContentError(JichaError):
    """A file under `content/` (header, SQL, YAML, CSV) is not what the house accepts."""


class SourceError(JichaError):
    """A utility's export cannot be read as its source mapping says."""


class WorkspaceError(JichaError):
    """The workspace is missing, locked, damaged or of another version."""


class AuditError(JichaError):
    """A model's rows break a rule its header states at level `error`."""


class UnknownKey(JichaError):
    """A key named by the user (finding, bill, parameter, run, topic) does not exist."""
