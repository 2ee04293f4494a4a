"""A YAML file of content and the places in it, so that whoever refuses or shows a value can name its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from jicha.kernel.errors import ContentError
from jicha.lexicon.text_file import read_text
from jicha.lexicon.yaml_file import line_of, typed

T = TypeVar("T")


@dataclass(frozen=True)
class YamlFile:
    """One file: where it lies, and the path its reader knows it by."""

    path: Path
    shown: str

    @property
    def name(self) -> str:
        """The file's name without its suffix."""
        return self.path.stem

    @cached_property
    def text(self) -> str:
        return read_text(self.path, self.shown)

    def typed(self, kind: type[T]) -> T:
        """The file as a struct; a wrong value is a `ContentError` with its line."""
        return typed(self.text, kind, file=self.shown)

    def line(self, steps: Sequence[str | int]) -> int:
        """The line a value stands on, counted from 1; `steps` are the keys and places that lead to it."""
        return line_of(self.text, steps) + 1

    def refuse(self, code: str, en: str, zh: str, steps: Sequence[str | int] = ()) -> ContentError:
        """The error for something in this file; `steps` lead to it."""
        return ContentError(code, en=en, zh=zh, file=self.shown, line=self.line(steps))


@dataclass(frozen=True)
class Place:
    """Where a value stands. The line is looked up when somebody asks: it costs a reading of the file."""

    file: YamlFile
    steps: tuple[str | int, ...] = ()

    @property
    def line(self) -> int:
        return self.file.line(self.steps)

    @property
    def shown(self) -> str:
        return f"{self.file.shown}:{self.line}"

    def below(self, *steps: str | int) -> Place:
        return Place(self.file, (*self.steps, *steps))

    def refuse(self, code: str, en: str, zh: str) -> ContentError:
        return self.file.refuse(code, en, zh, self.steps)
