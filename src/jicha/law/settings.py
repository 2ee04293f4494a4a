"""Readings the sources leave open, as named choices with a default.

Law names the question and its answers; which answer an organisation takes is its policy, dated and owned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from jicha.kernel.text import Text
from jicha.law.files import SETTINGS, Confidence, LawFile, Place, SettingFile, cited, law_files
from jicha.lexicon.roots import ContentRoots


@dataclass(frozen=True, slots=True)
class Setting:
    """One open question: `options` by name, `default` one of them and why."""

    name: str
    title: Text
    question: Text
    default: str
    why: Text
    options: Mapping[str, Text]
    citations: tuple[str, ...]
    confidence: Confidence
    confirmed_on: date
    place: Place

    @property
    def citation(self) -> str:
        return self.citations[0]

    @property
    def file(self) -> str:
        return self.place.file.shown


def load_settings(roots: ContentRoots) -> dict[str, Setting]:
    """All settings by name."""
    return settings_of(file for file in law_files(roots) if file.parts[0] == SETTINGS)


def settings_of(files: Iterable[LawFile]) -> dict[str, Setting]:
    found: dict[str, Setting] = {}
    for file in files:
        read = file.typed(SettingFile)
        if len(read.options) < 2 or read.default not in read.options:
            raise file.refuse(
                "setting_options",
                f"a setting has at least two options, and its default is one of them: {', '.join(read.options)}",
                f"设置项至少有两个选项, 且默认值须为其中之一: {'、'.join(read.options)}",
                ("default",),
            )
        if file.name in found:
            raise file.refuse(
                "setting_twice",
                f"the setting {file.name} is already defined by {found[file.name].file}",
                f"设置项 {file.name} 已在 {found[file.name].file} 中定义",
            )
        found[file.name] = Setting(
            name=file.name,
            title=read.title.text,
            question=read.question.text,
            default=read.default,
            why=read.why.text,
            options={name: option.text for name, option in read.options.items()},
            citations=cited(read.cite),
            confidence=read.confidence,
            confirmed_on=read.confirmed_on,
            place=Place(file, ("cite",)),
        )
    return found
