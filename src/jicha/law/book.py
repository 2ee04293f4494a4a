"""The whole law of an installation: loaded once, cross-checked, asked by name and day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from jicha.kernel.errors import UnknownKey
from jicha.law.calendar import calendar_days, calendar_year
from jicha.law.checks import problems
from jicha.law.files import (
    INSTRUMENTS,
    SETTINGS,
    BlockFile,
    BookFile,
    LawFile,
    Place,
    TableFile,
    law_files,
)
from jicha.law.instrument import Clause, Instrument, load_instruments
from jicha.law.rows import Shape, block_rows
from jicha.law.settings import Setting, settings_of
from jicha.law.table import LawRow, LawTable, nearest
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots


@dataclass(frozen=True)
class Law:
    """Instruments by id, tables and settings by name."""

    instruments: Mapping[str, Instrument]
    tables: Mapping[str, LawTable]
    settings: Mapping[str, Setting]

    def table(self, name: str) -> LawTable:
        """A table by its name, with or without `law.` or its area. Raises `UnknownKey`."""
        found = self.tables.get(name.removeprefix("law.").rpartition("/")[2])
        if found is None:
            raise _unknown("unknown_law_table", name, self.tables, "law table", "法规表")
        return found

    def setting(self, name: str) -> Setting:
        """A setting by its name. Raises `UnknownKey`."""
        found = self.settings.get(name)
        if found is None:
            raise _unknown("unknown_law_setting", name, self.settings, "law setting", "法规设置项")
        return found

    def clause(self, citation: str) -> Clause:
        """The clause a value cites, `instrument#article`. Raises `UnknownKey` for one nobody tells."""
        instrument_id, _, article = citation.partition("#")
        instrument = self.instruments.get(instrument_id)
        if instrument is None:
            raise _unknown("unknown_instrument", instrument_id, self.instruments, "instrument", "法规文件")
        if article not in instrument.articles:
            raise _unknown("unknown_article", citation, instrument.articles, "article", "条款")
        return Clause(instrument, article)


def load_law(roots: ContentRoots, lexicon: Lexicon | None = None) -> Law:
    """All of `content/law` of all roots. Raises the first `ContentError` of reading or cross-checking it."""
    law = read_law(roots, lexicon)
    for problem in problems(law.instruments, law.tables, law.settings):
        raise problem
    return law


def read_law(roots: ContentRoots, lexicon: Lexicon | None = None) -> Law:
    """The same without cross-checks between files, for whoever wants to list all problems."""
    lexicon = lexicon or Lexicon.load(roots)
    files = list(law_files(roots))
    instruments = load_instruments((f for f in files if f.parts[0] == INSTRUMENTS), lexicon)
    settings = settings_of(f for f in files if f.parts[0] == SETTINGS)
    rest = [f for f in files if f.parts[0] not in (INSTRUMENTS, SETTINGS)]
    definitions = _definitions([f for f in rest if len(f.parts) == 2], lexicon)
    rows: dict[str, list[LawRow]] = defaultdict(list)
    years: dict[str, list[LawFile]] = defaultdict(list)
    for name, (file, table) in definitions.items():
        for number, block in enumerate(table.blocks):
            rows[name] += _rows(block, name, definitions, Place(file, ("blocks", number)), lexicon)
    calendars = {file.parts[0]: name for name, (file, t) in definitions.items() if t.form == "calendar"}
    for file in rest:
        if len(file.parts) == 2:
            continue
        if file.parts[0] in calendars:
            years[calendars[file.parts[0]]].append(file)
            continue
        for number, block in enumerate(file.typed(BookFile).blocks):
            place = Place(file, ("blocks", number))
            rows[_table_of(block, definitions, place)] += _rows(
                block, str(block.table), definitions, place, lexicon
            )
    for name, books in years.items():
        rows[name] += _calendar(name, books)
    tables = {name: _table(name, *definitions[name], rows[name], lexicon) for name in sorted(definitions)}
    return Law(instruments, tables, settings)


def _definitions(files: Iterable[LawFile], lexicon: Lexicon) -> dict[str, tuple[LawFile, TableFile]]:
    found: dict[str, tuple[LawFile, TableFile]] = {}
    for file in files:
        table = file.typed(TableFile)
        if file.name in found:
            there = found[file.name][0].shown
            raise file.refuse(
                "law_table_twice",
                f"law.{file.name} is already defined by {there}",
                f"law.{file.name} 已由 {there} 定义",
            )
        for part, names in (("key", table.key), ("values", table.values)):
            for number, name in enumerate(names):
                if name not in lexicon.fields:  # the line is looked up for the message alone
                    lexicon.field(name, file=file.shown, line=file.line((part, number)))
        if len({*table.key, *table.values}) != len(table.key) + len(table.values) or not table.values:
            raise file.refuse(
                "law_table_columns",
                "a table has at least one value column, and each column once",
                "法规表至少有一个取值列, 且各列不得重复",
                ("values",),
            )
        found[file.name] = (file, table)
    return found


def _table_of(block: BlockFile, definitions: Mapping[str, tuple[LawFile, TableFile]], place: Place) -> str:
    if block.table not in definitions:
        near = nearest(block.table or "", definitions)
        raise place.refuse(
            "unknown_law_table",
            f"a block of a book names its table; {block.table or 'none'} is not one"
            + (f"; did you mean {', '.join(near)}" if near else ""),
            f"册中的区块须用 table 指明法规表; {block.table or '(空)'} 不存在"
            + (f"; 是否应为 {'、'.join(near)}" if near else ""),
        )
    return str(block.table)


def _rows(
    block: BlockFile,
    name: str,
    definitions: Mapping[str, tuple[LawFile, TableFile]],
    place: Place,
    lexicon: Lexicon,
) -> list[LawRow]:
    if block.table not in (None, name):
        raise place.refuse(
            "law_other_table",
            f"this file defines {name}; values of {block.table} stand in a book, <area>/<folder>/<book>.yaml",
            f"本文件定义 {name}; {block.table} 的取值应放在 <领域>/<目录>/<册>.yaml 中",
        )
    table = definitions[name][1]
    shape = Shape(name, tuple(table.key), (*table.key, *table.values))
    return list(block_rows(block, shape, place, lexicon))


def _table(name: str, file: LawFile, table: TableFile, rows: list[LawRow], lexicon: Lexicon) -> LawTable:
    if not rows:
        raise file.refuse(
            "law_table_empty",
            f"law.{name} has no row in this file or in any book",
            f"law.{name} 在本文件与各册中都没有任何行",
        )
    return LawTable(
        area=file.parts[0],
        name=name,
        title=table.title.text,
        description=table.description.text,
        key=tuple(table.key),
        columns=lexicon.types([*table.key, *table.values]),
        rows=tuple(rows),
        file=file,
    )


def _calendar(name: str, files: list[LawFile]) -> list[LawRow]:
    """The days of the yearly books. A day holds for itself."""
    years = [calendar_year(file.text, file=file.shown) for file in files]
    told = {
        (year.jurisdiction_code, year.year): (file, year) for file, year in zip(files, years, strict=True)
    }
    found: list[LawRow] = []
    for day in calendar_days(years):
        file, year = told[day.jurisdiction_code, day.calendar_on.year]
        notice = next(each for each in year.arrangements if each.cite == day.law_citation)
        found.append(
            LawRow(
                table=name,
                values={
                    "jurisdiction_code": day.jurisdiction_code,
                    "calendar_on": day.calendar_on,
                    "day_type_code": day.day_type_code,
                    "holiday_code": day.holiday_code,
                    "is_workday": day.is_workday,
                    "workday_no": day.workday_no,
                },
                valid_from=day.calendar_on,
                valid_to=day.calendar_on + timedelta(days=1),
                citations=(day.law_citation,),
                confidence=notice.confidence,
                confirmed_on=notice.confirmed_on,
                note=notice.note.text if notice.note else None,
                place=Place(file),
            )
        )
    return found


def _unknown(code: str, name: str, known: Mapping[str, object], en: str, zh: str) -> UnknownKey:
    near = nearest(name, known)
    return UnknownKey(
        code,
        en=f"there is no {en} {name}" + (f"; did you mean {', '.join(near)}" if near else ""),
        zh=f"没有{zh} {name}" + (f"; 是否应为 {'、'.join(near)}" if near else ""),
    )
