"""Cross-checks between the files of law.

Every citation resolves; no value holds before its instrument, after it was repealed or where it does not reach;
spans of one key do not overlap; what repeals an instrument is there and in force by then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise

from jicha.kernel.errors import ContentError
from jicha.kernel.text import Text
from jicha.law.files import Place
from jicha.law.instrument import Instrument
from jicha.law.settings import Setting
from jicha.law.table import LawRow, LawTable, nearest

#: The jurisdiction whose instruments hold everywhere.
NATION = "CN"


def problems(
    instruments: Mapping[str, Instrument], tables: Mapping[str, LawTable], settings: Mapping[str, Setting]
) -> Iterator[ContentError]:
    """Each problem with its file and line, in the order of the files."""
    for instrument in instruments.values():
        yield from _repeal(instrument, instruments)
    for table in tables.values():
        told: set[Place] = set()
        for row in table.rows:
            if row.place not in told:  # a stepped or spread row stands for many, and is told once
                found = list(_row(row, instruments))
                told |= {row.place} if found else set()
                yield from found
        yield from _overlaps(table)
    for setting in settings.values():
        for citation in setting.citations:
            yield from _citation(citation, setting.place, instruments)


def _repeal(instrument: Instrument, instruments: Mapping[str, Instrument]) -> Iterator[ContentError]:
    if instrument.repealed_by is None:
        return
    by = instruments.get(instrument.repealed_by)
    if by is None or instrument.effective_to is None or by.effective_from > instrument.effective_to:
        yield instrument.place.file.refuse(
            "bad_repeal",
            f"repealed_by {instrument.repealed_by}: that instrument must exist, this one must have an "
            "effective_to, and the other must be in force by then",
            f"repealed_by {instrument.repealed_by}: 该文件须存在, 本文件须有 effective_to, 且届时前者已生效",
            ("repealed_by",),
        )


def _row(row: LawRow, instruments: Mapping[str, Instrument]) -> Iterator[ContentError]:
    for citation in row.citations:
        yield from _citation(citation, row.place, instruments)
    main = instruments.get(row.citation.partition("#")[0])
    if main is None:
        return
    place = row.values.get("jurisdiction_code")
    if place is not None and main.jurisdiction not in (NATION, place):
        yield row.place.refuse(
            "foreign_instrument",
            f"the value is law of {place}, but {main.id} is an instrument of {main.jurisdiction}; "
            "a province makes no law for the nation or for another province",
            f"取值适用于 {place}, 而依据 {main.id} 属于 {main.jurisdiction}; 一省的文件不能规定全国或他省的取值",
        )
    if row.valid_from < main.effective_from:
        yield row.place.refuse(
            "before_instrument",
            f"the value holds from {row.valid_from}, but {main.id} only from {main.effective_from}",
            f"取值自 {row.valid_from} 起, 而依据 {main.id} 自 {main.effective_from} 起才生效",
        )
    end = main.effective_to
    if end is not None and (row.valid_to is None or row.valid_to > end):
        yield row.place.refuse(
            "outlives_instrument",
            f"the value holds {_until(row.valid_to).en}, but {main.id} ended on {end}; "
            "end the value there and cite what came after",
            f"取值{_until(row.valid_to).zh}, 而依据 {main.id} 已于 {end} 失效; 请在该日截止, 并另引后续依据",
        )


def _until(day: date | None) -> Text:
    if day is None:
        return Text(en="without end", zh="长期有效")
    return Text(en=f"until {day}", zh=f"有效至 {day}")


def _citation(citation: str, place: Place, instruments: Mapping[str, Instrument]) -> Iterator[ContentError]:
    name, _, article = citation.partition("#")
    instrument = instruments.get(name)
    if instrument is None:
        near = nearest(name, instruments)
        yield place.refuse(
            "unknown_instrument",
            f"{citation}: there is no law/instruments/{name}.yaml"
            + (f"; did you mean {', '.join(near)}" if near else ""),
            f"{citation}: 不存在 law/instruments/{name}.yaml"
            + (f"; 是否应为 {'、'.join(near)}" if near else ""),
        )
    elif article not in instrument.articles:
        yield place.refuse(
            "unknown_article",
            f"{citation}: {name} tells the articles {', '.join(instrument.articles) or 'none'}",
            f"{citation}: {name} 中列出的条款为 {'、'.join(instrument.articles) or '无'}",
        )


def _overlaps(table: LawTable) -> Iterator[ContentError]:
    for key, rows in table.by_key().items():
        for before, after in pairwise(rows):
            if before.valid_to is None or after.valid_from < before.valid_to:
                named = ", ".join(map(str, key)) or table.name
                yield after.place.refuse(
                    "law_overlap",
                    f"two values of law.{table.name} for {named} hold on {after.valid_from}; "
                    f"the other stands at {before.place.shown}",
                    f"law.{table.name} 的 {named} 在 {after.valid_from} 有两个取值; 另一处为 {before.place.shown}",
                )
                break


def unused(
    instruments: Mapping[str, Instrument], tables: Mapping[str, LawTable], settings: Mapping[str, Setting]
) -> Iterator[ContentError]:
    """Instruments nothing rests on: nobody errs by them, but a lawyer would look for what they carry."""
    cited = {citation for table in tables.values() for row in table.rows for citation in row.citations}
    cited |= {citation for setting in settings.values() for citation in setting.citations}
    used = {citation.partition("#")[0] for citation in cited}
    used |= {i.repealed_by for i in instruments.values() if i.repealed_by is not None}
    for instrument in instruments.values():
        if instrument.id not in used:
            yield instrument.place.file.refuse(
                "unused_instrument",
                f"nothing rests on {instrument.id}: cite it or leave it out",
                f"没有任何取值依据 {instrument.id}: 请引用或删除",
            )
