"""What a remedy stands on: rows of law of the day of the behaviour, and the readings an organisation chose.

A `Ground` remembers every row and every reading it gave out, so that a result can name its clauses, its least
confirmed one, and be tried again under other readings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from jicha.kernel.dated import Miss
from jicha.kernel.derivation import Input
from jicha.kernel.money import as_decimal
from jicha.kernel.text import Text
from jicha.law.book import Law
from jicha.law.files import Confidence
from jicha.law.settings import Setting
from jicha.law.table import LawRow, Value
from jicha.lexicon.lexicon import Lexicon
from jicha.remedies.problem import RemedyError, refuse

#: Law of the whole country, where a place has none of its own.
NATION = "CN"

#: From the best confirmed to the least.
_ORDER: tuple[Confidence, ...] = ("source-read", "secondary", "unverified")


@dataclass
class Trace:
    """What was given out: rows by place, readings by setting."""

    rows: list[LawRow] = field(default_factory=list)
    settings: dict[str, Setting] = field(default_factory=dict)


@dataclass(frozen=True)
class Ground:
    """Law as it stood on `day` in `jurisdiction`; `choices` are readings by setting, the rest by default."""

    law: Law
    lexicon: Lexicon
    day: date
    jurisdiction: str = NATION
    choices: Mapping[str, str] = field(default_factory=dict)
    trace: Trace = field(default_factory=Trace)

    def __post_init__(self) -> None:
        for name, choice in self.choices.items():
            setting = self.law.setting(name)
            if choice not in setting.options:
                listed = ", ".join(setting.options)
                raise refuse(
                    "unknown_option",
                    f"settings.{name}",
                    f"{choice!r} is none of {listed}",
                    f"{choice!r} 无效; 可选 {listed}",
                )

    def on(self, day: date) -> Ground:
        """The same ground on another day."""
        return replace(self, day=day)

    def reading(self, name: str, choice: str) -> Ground:
        """The same ground under one other reading, remembered apart."""
        return replace(self, choices={**self.choices, name: choice}, trace=Trace())

    def choice(self, name: str) -> str:
        """Which option of a question the sources leave open holds."""
        setting = self.law.setting(name)
        self.trace.settings[name] = setting
        return self.choices.get(name, setting.default)

    def is_open(self, name: str, row: LawRow) -> bool:
        """Whether the question a setting puts is about the instrument this row rests on."""
        asked = self.law.setting(name).citation.partition("#")[0]
        return row.citation.partition("#")[0] == asked

    def chosen(self, name: str) -> Input:
        """The same as a leaf, whose value names the option."""
        option, setting = self.choice(name), self.law.setting(name)
        said = setting.options[option]
        note = Text(
            en=f"{setting.title.en}: {said.en}",
            zh=f"{setting.title.zh}: {said.zh}",
        )
        return Input(name, option, clause=setting.citation, note=note)

    def row(self, table: str, **key: Value) -> LawRow:
        """The row of a full key on the day; the place's own before the nation's. Raises `RemedyError`."""
        found = self.known(table, **key)
        if isinstance(found, Miss):
            text = found.text
            raise RemedyError(
                "no_law",
                en=f"{text.en}; give another day of behaviour, or add the rule to content/law",
                zh=f"{text.zh}; 请核对行为发生日期, 或在 content/law 中补充规则",
            )
        return found

    def known(self, table: str, **key: Value) -> LawRow | Miss:
        """The same, or the miss where nobody says anything."""
        book = self.law.table(table)
        places = (self.jurisdiction, NATION) if "jurisdiction_code" in book.key else (None,)
        found: LawRow | Miss | None = None
        for place in dict.fromkeys(places):
            full = key if place is None else {"jurisdiction_code": place, **key}
            found = book.one(self.day, **full)
            if isinstance(found, LawRow):
                self.trace.rows.append(found)
                return found
        assert found is not None  # noqa: S101 - there is at least one place
        return found

    def leaf(self, row: LawRow, column: str, name: str | None = None) -> Input:
        """A number of a row as a leaf with its unit, its clause and what the row says beside it."""
        known = self.lexicon.field(column)
        value = row.values[column]
        if isinstance(value, int) and not isinstance(value, bool):
            value = Decimal(value)
        if not isinstance(value, Decimal | str | date):
            raise RemedyError(
                "law_says_nothing",
                en=f"law.{row.table} says nothing of {column} here ({row.place.file.shown})",
                zh=f"law.{row.table} 在此处未给出 {column} ({row.place.file.shown})",
            )
        return Input(
            name or column,
            value,
            known.unit,
            row.citation,
            row.place.file.shown,
            row.note,
        )

    def conversion(self, unit: str, target: str) -> Input:
        """How many of the target unit one of the unit is, as a leaf: 0.001 kW a W."""
        units = self.lexicon.units
        factor = as_decimal(units[unit].factor_to(units[target]))
        note = Text(en=f"1 {unit} = {factor} {target}", zh=f"1 {unit}＝{factor} {target}")
        return Input(f"{target}_per_{unit}", factor, f"{target}/{unit}", None, "lexicon/units.yaml", note)

    @property
    def confidence(self) -> Confidence:
        """The least confirmed row or reading it gave out."""
        held = {row.confidence for row in self.trace.rows}
        held |= {setting.confidence for setting in self.trace.settings.values()}
        return max(held, key=_ORDER.index, default=_ORDER[0])

    @property
    def citations(self) -> tuple[str, ...]:
        """Every clause it gave out, once, in order of use."""
        return tuple(dict.fromkeys(cited for row in self.trace.rows for cited in row.citations))
