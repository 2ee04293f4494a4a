"""Instruments: the laws, rules, notices, standards and price sheets values rest on, each told once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from jicha.kernel.text import Text
from jicha.law.files import Confidence, InstrumentFile, LawFile, Place, SourceFile
from jicha.lexicon.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Instrument:
    """`articles` maps each clause that is cited to what it says, in our own words. `effective_to` is exclusive."""

    id: str
    title: Text
    number: str | None
    issuer: Text
    jurisdiction: str
    issued_on: date | None
    effective_from: date
    effective_to: date | None
    repealed_by: str | None
    confidence: Confidence
    confirmed_on: date
    sources: tuple[SourceFile, ...]
    articles: Mapping[str, Text]
    note: Text | None
    place: Place


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of an instrument."""

    instrument: Instrument
    article: str

    @property
    def says(self) -> Text:
        return self.instrument.articles[self.article]

    @property
    def text(self) -> Text:
        """The clause as it is quoted: 《供电营业规则(1996)》第一百条 without inventing a wording for odd keys."""
        title = self.instrument.title
        if self.article == "whole":
            return Text(en=title.en, zh=f"《{title.zh}》")
        if self.article.isdigit():
            return Text(en=f"{title.en}, Art. {self.article}", zh=f"《{title.zh}》第{self.article}条")
        return Text(en=f"{title.en}, {self.article}", zh=f"《{title.zh}》{self.article}")


def load_instruments(files: Iterable[LawFile], lexicon: Lexicon) -> dict[str, Instrument]:
    """Instruments by id. Raises `ContentError` for what a single file says wrongly."""
    found: dict[str, Instrument] = {}
    for file in files:
        read = file.typed(InstrumentFile)
        _refuse_odd(file, read, lexicon)
        if file.name in found:
            there = found[file.name].place.file.shown
            raise file.refuse(
                "instrument_twice",
                f"the instrument {file.name} is already told by {there}",
                f"法规文件 {file.name} 已在 {there} 中定义",
            )
        found[file.name] = Instrument(
            id=file.name,
            title=read.title.text,
            number=read.number,
            issuer=read.issuer.text,
            jurisdiction=read.jurisdiction_code,
            issued_on=read.issued_on,
            effective_from=read.effective_from,
            effective_to=read.effective_to,
            repealed_by=read.repealed_by,
            confidence=read.confidence,
            confirmed_on=read.confirmed_on,
            sources=tuple(read.sources),
            articles={article: text.text for article, text in read.articles.items()},
            note=read.note.text if read.note else None,
            place=Place(file),
        )
    return found


def _refuse_odd(file: LawFile, read: InstrumentFile, lexicon: Lexicon) -> None:
    if read.jurisdiction_code not in lexicon.codes("jurisdiction"):
        raise file.refuse(
            "unknown_jurisdiction",
            f"{read.jurisdiction_code} is not in codes/jurisdiction.csv",
            f"{read.jurisdiction_code} 不在 codes/jurisdiction.csv 中",
            ("jurisdiction_code",),
        )
    if read.effective_to is not None and read.effective_to <= read.effective_from:
        raise file.refuse(
            "instrument_span",
            f"effective_to {read.effective_to} is not after effective_from {read.effective_from}",
            f"effective_to {read.effective_to} 不晚于 effective_from {read.effective_from}",
            ("effective_to",),
        )
    if read.confidence != "unverified" and not read.sources:
        raise file.refuse(
            "instrument_without_source",
            f"confidence {read.confidence} needs at least one source; without any it is unverified",
            f"可信度为 {read.confidence} 时至少须有一个来源; 没有来源应标为 unverified",
            ("confidence",),
        )
    for number, source in enumerate(read.sources):
        if not (source.url or source.title):
            raise file.refuse(
                "source_without_place",
                "a source gives its address (url) or its title",
                "来源须给出网址 url 或标题 title",
                ("sources", number),
            )
