"""Delivered workbooks (xlsx, xls) as rows of text, with the row numbers a person sees in the sheet.

Every cell becomes the text that says exactly what is stored: a whole number without a point, any other number
with the shortest digits that give it back, a date as YYYY-MM-DD, a time of day behind a blank, an error as
Excel writes it. A number that a spreadsheet can no longer hold digit by digit (16 digits and more) is written
with an exponent, so that nobody takes it for the number it once was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import partial
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from jicha.kernel.errors import SourceError
from jicha.warehouse.engines.reading import DeliveredRows
from jicha.warehouse.engines.store import Store
from jicha.warehouse.intake.biff_survey import BiffSurvey
from jicha.warehouse.intake.delivered_header import HeaderMatch, match_header, wanted_headers
from jicha.warehouse.intake.file_format import damaged_workbook, encrypted_workbook
from jicha.warehouse.intake.header_row import (
    HEADER_WITHIN,
    columns_named,
    find_header,
    folded,
    likeliest_header,
)
from jicha.warehouse.intake.sheet_survey import Errors, XlsxSurvey
from jicha.warehouse.manifest import SheetRows
from jicha.warehouse.source import RawTable

#: Rows that pass through Python at a time.
_CHUNK_ROWS = 8192

#: A spreadsheet holds fifteen digits; a whole number from here on may have lost its last ones.
_FIFTEEN_DIGITS = 10**15


@dataclass(frozen=True, slots=True)
class DeliveredWorkbook:
    """The rows of a workbook's sheets, one below the other, and what was seen on the way.

    `rows_above` are rows that are neither data nor blank, but for one header; `ignored_sheets` hold something,
    but not this table.
    """

    rows: DeliveredRows
    match: HeaderMatch
    rows_above: int
    sheets: tuple[SheetRows, ...]
    ignored_sheets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One sheet that holds something. `left` is its first used column, counted from 0, `head` its first rows
    as text; `header_at` counts from 0 and is None where no row looks like the table's header."""

    name: str
    is_hidden: bool
    cells: CalamineSheet
    errors: Errors
    left: int
    head: list[list[str]]
    header_at: int | None

    @property
    def height(self) -> int:
        end = self.cells.end
        return end[0] + 1 if end else 0


@dataclass
class _Taken:
    """A sheet whose rows are taken: from below `header_at`, the columns by their key and place."""

    sheet: _Sheet
    header_at: int
    match: HeaderMatch
    places: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


def read_workbook(
    store: Store,
    path: Path,
    table: RawTable,
    *,
    is_xlsx: bool,
    skips_titles: bool,
    ignores_extra: bool,
) -> DeliveredWorkbook:
    """Loads every sheet with the table's header into the table `delivered`.

    A sheet belongs to the table where one of its first rows names half of the columns that must be there; then
    its header must be right. Rows are numbered as if the sheets stood one below the other: those of the first
    have the numbers one sees, those of another begin where `DeliveredWorkbook.sheets` says. Raises
    `SourceError` where the file is damaged, encrypted or too large, holds no sheet of the table or one that is
    hidden, and where a header differs.
    """
    sheets = list(_sheets(path, table, is_xlsx=is_xlsx))
    chosen = _chosen(path, table, sheets)
    taken = [
        _held_to_map(
            path, table, sheet, len(sheets) > 1, skips_titles=skips_titles, ignores_extra=ignores_extra
        )
        for sheet in chosen
    ]
    offsets = [sum(sheet.height for sheet in chosen[:index]) for index in range(len(chosen))]
    names: dict[str, str] = {}
    for one in taken:
        names |= {key: name for key, name in one.names.items() if key not in names}
    return DeliveredWorkbook(
        rows=_delivered(store, taken, offsets, names),
        match=HeaderMatch(
            answers={key: name for one in reversed(taken) for key, name in one.match.answers.items()},
            absent=_united(one.match.absent for one in taken),
            ignored=_united(one.match.ignored for one in taken),
        ),
        rows_above=sum(one.header_at + 1 for one in taken) - 1,
        sheets=tuple(SheetRows(sheet.name, offset) for sheet, offset in zip(chosen, offsets, strict=True)),
        ignored_sheets=tuple(sheet.name for sheet in sheets if sheet not in chosen),
    )


def _sheets(path: Path, table: RawTable, *, is_xlsx: bool) -> Iterator[_Sheet]:
    """The worksheets that hold something; with `sheet` in the map, those of that name alone."""
    survey = XlsxSurvey(path) if is_xlsx else BiffSurvey(path)
    workbook = _read(path, partial(_opened, path, is_xlsx))
    known = [meta for meta in workbook.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
    if table.sheet is not None and not any(fnmatchcase(meta.name, table.sheet) for meta in known):
        names = [meta.name for meta in known]
        raise SourceError(
            "sheet_missing",
            en=f"the workbook has no sheet {table.sheet}, only {', '.join(names)}; correct `sheet` of "
            f"{table.name} in source.yaml or the export",
            zh=f"工作簿中没有工作表 {table.sheet}, 只有 {'、'.join(names)}; "
            f"请修正 source.yaml 中 {table.name} 的 sheet 或导出文件",
            file=path,
        )
    for number, meta in enumerate(workbook.sheets_metadata):
        if meta.typ != SheetTypeEnum.WorkSheet or not fnmatchcase(meta.name, table.sheet or "*"):
            continue
        errors = survey.errors(number)
        cells = _read(path, partial(workbook.get_sheet_by_index, number))
        if cells.start is None:
            continue
        # The reader's rows begin at the sheet's first row, its columns at the first one used.
        head = [[_text(cell) for cell in row] for row in islice(cells.iter_rows(), HEADER_WITHIN)]
        yield _Sheet(
            name=meta.name,
            is_hidden=meta.visible != SheetVisibleEnum.Visible,
            cells=cells,
            errors=errors,
            left=cells.start[1],
            head=head,
            header_at=find_header(head, wanted_headers(table.columns)),
        )


def _opened(path: Path, is_xlsx: bool) -> CalamineWorkbook:
    # The reader believes the suffix of a path; only of a stream it looks at the bytes.
    if path.suffix.lower() in ((".xlsx", ".xlsm") if is_xlsx else (".xls",)):
        return load_workbook(path)
    return load_workbook(BytesIO(path.read_bytes()))


def _read(path: Path, read: Callable[[], Any]) -> Any:
    """What the workbook reader gives; whatever way it fails, the file is at fault."""
    try:
        return read()
    except PasswordError as error:
        raise encrypted_workbook(path) from error
    except (CalamineError, OSError, ValueError) as error:
        raise damaged_workbook(path, str(error)) from error
    except BaseException as error:
        # A panic of the reader's own language, which is no `Exception`.
        if type(error).__name__ != "PanicException":
            raise
        raise damaged_workbook(path, str(error)) from error


def _chosen(path: Path, table: RawTable, sheets: Sequence[_Sheet]) -> list[_Sheet]:
    """The sheets that are the table's; where none looks so, the one to say what is wrong with it."""
    if not sheets:
        raise SourceError(
            "empty_workbook",
            en="the workbook holds no cell; export it again, or take it out of the delivery",
            zh="工作簿中没有任何内容; 请重新导出, 或将其移出数据目录",
            file=path,
        )
    if table.sheet is not None:
        return list(sheets)
    chosen = [sheet for sheet in sheets if sheet.header_at is not None]
    hidden = next((sheet for sheet in chosen if sheet.is_hidden), None)
    if hidden is not None:
        raise SourceError(
            "sheet_hidden",
            en=f"the hidden sheet {hidden.name} has the header of {table.name} too: delete it or show it, or "
            "name the sheet that counts as `sheet` in source.yaml",
            zh=f"隐藏工作表 {hidden.name} 也有 {table.name} 的表头: 请删除或取消隐藏该工作表, "
            "或在 source.yaml 中用 sheet 指定应读取的工作表",
            file=path,
        )
    wanted = wanted_headers(table.columns)
    return chosen or [max(sheets, key=lambda sheet: max(columns_named(row, wanted) for row in sheet.head))]


def _held_to_map(
    path: Path,
    table: RawTable,
    sheet: _Sheet,
    is_one_of_many: bool,
    *,
    skips_titles: bool,
    ignores_extra: bool,
) -> _Taken:
    """The sheet's header checked; raises `SourceError` where it is not what the map says."""
    likely = likeliest_header(sheet.head, wanted_headers(table.columns))
    at = likely if skips_titles else 0
    header = [name.strip() for name in sheet.head[at]]
    nameless = {place for place, name in enumerate(header) if not folded(name)}
    filled = nameless and nameless & _filled_below(sheet, at, nameless)
    places = [place for place in range(len(header)) if place not in nameless or place in filled]
    match = match_header(
        table,
        [header[place] for place in places],
        ignores_extra=ignores_extra,
        file=f"{path} [{sheet.name}]" if is_one_of_many else path,
        row=at + 1,
        places=[sheet.left + place + 1 for place in places],
        better_row=likely + 1 if likely != at and sheet.header_at == likely else None,
    )
    taken = _Taken(sheet, at, match)
    keys = {name: preferred for preferred, name in match.answers.items()}
    for place in places:
        name = header[place]
        key = keys.get(name, folded(name))
        if key in taken.places or not name:
            key = name = f"{name} #{sheet.left + place + 1}".strip()
        taken.places[key] = place
        taken.names[key] = name
    return taken


def _filled_below(sheet: _Sheet, header_at: int, places: set[int]) -> set[int]:
    """Which of these columns hold a value below the header."""
    filled: set[int] = set()
    for row in islice(sheet.cells.iter_rows(), header_at + 1, None):
        filled.update(place for place in places - filled if row[place] != "")
        if len(filled) == len(places):
            break
    return filled


def _delivered(
    store: Store, taken: Sequence[_Taken], offsets: Sequence[int], names: Mapping[str, str]
) -> DeliveredRows:
    columns = {key: f"f{index}" for index, key in enumerate(names)}
    schema = pa.schema([("origin_row", pa.int64()), *((name, pa.string()) for name in columns.values())])
    batches = (
        batch
        for one, offset in zip(taken, offsets, strict=True)
        for batch in _batches(one, offset, list(names), schema)
    )
    store.take("records", pa.RecordBatchReader.from_batches(schema, batches))
    try:
        store.run("CREATE OR REPLACE TEMP TABLE delivered AS SELECT * FROM records")
    finally:
        store.let_go("records")
    filled = " OR ".join(f"{name} <> ''" for name in columns.values())
    blank = store.count(f"delivered WHERE NOT ({filled})")
    if blank:
        store.run(f"DELETE FROM delivered WHERE NOT ({filled})")
    by_name = {names[key]: column for key, column in columns.items()}
    return DeliveredRows("delivered", by_name, dict.fromkeys(by_name, "VARCHAR"), [], blank)


def _batches(taken: _Taken, offset: int, keys: Sequence[str], schema: Any) -> Iterator[Any]:
    sheet = taken.sheet
    first = taken.header_at + 1
    rows = islice(sheet.cells.iter_rows(), first, None)
    while chunk := list(islice(rows, _CHUNK_ROWS)):
        if sheet.errors:
            _put_errors(chunk, first, sheet)
        columns = list(zip(*chunk, strict=True))
        numbers = pa.array(range(offset + first + 1, offset + first + 1 + len(chunk)), pa.int64())
        absent = ("",) * len(chunk)
        arrays = [
            pa.array(
                absent if (place := taken.places.get(key)) is None else _texts(columns[place]), pa.string()
            )
            for key in keys
        ]
        yield pa.RecordBatch.from_arrays([numbers, *arrays], schema=schema)
        first += len(chunk)


def _put_errors(chunk: Sequence[list[Any]], first: int, sheet: _Sheet) -> None:
    for row, cells in enumerate(chunk, start=first):
        for column, text in sheet.errors.get(row, {}).items():
            if 0 <= column - sheet.left < len(cells):
                cells[column - sheet.left] = text


def _texts(cells: Sequence[Any]) -> Sequence[str]:
    kinds = set(map(type, cells))
    if kinds == {str}:
        return cells
    return [cell if type(cell) is str else _TEXTS[type(cell)](cell) for cell in cells]


def _text(cell: Any) -> str:
    return cell if type(cell) is str else _TEXTS[type(cell)](cell)


def _whole(number: int) -> str:
    return str(number) if abs(number) < _FIFTEEN_DIGITS else f"{Decimal(number).normalize():e}"


def _number(number: float) -> str:
    if number.is_integer() and abs(number) < _FIFTEEN_DIGITS:
        return str(int(number))
    text = repr(number)
    if abs(number) >= _FIFTEEN_DIGITS:
        return f"{Decimal(text).normalize():e}"
    return f"{Decimal(text):f}" if "e" in text else text


def _moment(at: datetime) -> str:
    return at.isoformat(sep=" ")


def _duration(length: timedelta) -> str:
    """Hours beyond 24 as Excel shows them in the format [h]:mm:ss."""
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


_TEXTS: Mapping[type, Callable[[Any], str]] = {
    str: str,
    int: _whole,
    float: _number,
    bool: lambda is_true: "TRUE" if is_true else "FALSE",
    date: date.isoformat,
    datetime: _moment,
    time: time.isoformat,
    timedelta: _duration,
}


def _united(lists: Iterator[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for listed in lists for name in listed))
