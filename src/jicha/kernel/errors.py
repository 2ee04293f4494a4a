"""Errors a person can act on: what is wrong, where, and what to do, in both languages.

Every error the product raises on purpose is a `JichaError`. It carries a stable `code` (for scripts and
tests), a bilingual message, and the place it speaks of: file, line (or row) and column where known.
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

from jicha.kernel.text import Language, Text

#: What a terminal would obey instead of showing it, where a message repeats what a file holds: the control
#: characters but for line feed and tab, and lone surrogates, which cannot be written at all.
_VISIBLE = {
    code: f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    for code in (*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000))
    if chr(code) not in "\n\t"
}


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

    @property
    def rendered(self) -> Text:
        """The error as one line in both languages, for whoever keeps it instead of raising it."""
        return Text(en=self.render("en"), zh=self.render("zh"))

    def placed(self, file: str | Path, line: int | None = None, column: str | int | None = None) -> Self:
        """The same error at a place its raiser did not know; one that has a file keeps its own place."""
        if self.file:
            return self
        return type(self)(
            self.code,
            en=self.text.en,
            zh=self.text.zh,
            file=file,
            line=self.line if line is None else line,
            column=self.column if column is None else column,
        )

    def render(self, language: Language) -> str:
        """One line for a terminal: place, message, code."""
        prefix = f"{self.where}: " if self.where else ""
        return f"{prefix}{self.text.in_(language)} [{self.code}]".translate(_VISIBLE)


class ContentError(JichaError):
    """A file under `content/` (header, SQL, YAML, CSV) is not what the house accepts."""


class SourceError(JichaError):
    """A utility's export cannot be read as its source mapping says."""


class WorkspaceError(JichaError):
    """The workspace is missing, locked, damaged or of another version."""


class UnknownKey(JichaError):
    """A key named by the user (finding, bill, parameter, run, topic) does not exist."""
