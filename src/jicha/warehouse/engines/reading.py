"""Delivered files as rows of text (CSV) or of the file's own types (Parquet), numbered as one counts them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from jicha.kernel.errors import SourceError, WorkspaceError
from jicha.warehouse.engines.duckdb import literal, quoted
from jicha.warehouse.engines.store import Store
from jicha.warehouse.intake.decode import DecodedText
from jicha.warehouse.intake.records import Record, records
from jicha.warehouse.intake.transcoding import MIXED

#: Bytes read at a time; a record must fit into two such blocks.
_BLOCK = 1 << 21


@dataclass(frozen=True, slots=True)
class DeliveredRows:
    """Rows of one file, readable on the writer's connection.

    `relation` has `origin_row` and one column for each header, `types` their DuckDB types by header. `set_aside`
    are the records that cannot be taken as a whole: row number, text, code of the reason (`field_count`,
    `mixed_encoding`). `blank` counts records in which every field is empty. Neither is part of the relation.
    """

    relation: str
    columns: dict[str, str]
    types: dict[str, str]
    set_aside: list[tuple[int, str, str]]
    blank: int


def read_csv(store: Store, file: Path, text: DecodedText) -> DeliveredRows:
    """Loads a decoded file into the table `delivered`; `file` is the name errors speak of.

    Raises `SourceError` for a record that does not fit into two blocks of `_BLOCK` bytes, whether it is that
    long or a quotation mark in it is not closed. A mark that swallows fewer rows has them set aside with it.
    """
    names = [f"f{index}" for index in range(len(text.header))]
    reader = _Reader(tuple(names), text)
    try:
        store.take("records", pa.RecordBatchReader.from_batches(reader.schema, reader.batches()))
        filled = " OR ".join(f"{name} <> ''" for name in names)
        store.run(f"CREATE OR REPLACE TEMP TABLE delivered AS SELECT * FROM records WHERE {filled}")
    finally:
        store.let_go("records")
    if reader.failure is not None:
        raise _uncut(file, text, reader.failure) from reader.failure
    blank = reader.rows_given - store.count("delivered")
    columns: dict[str, str] = {}
    for header, name in zip(text.header, names, strict=True):
        columns.setdefault(header, name)
    swallowing = _swallowing(text, reader.suspects) if reader.suspects else []
    if swallowing:
        rows = ", ".join(str(row) for row, _, _ in swallowing)
        store.run(f"DELETE FROM delivered WHERE origin_row IN ({rows})")
    set_aside = sorted(reader.set_aside + swallowing)
    return DeliveredRows("delivered", columns, dict.fromkeys(columns, "VARCHAR"), set_aside, blank)


def parquet_header(file: Path) -> tuple[str, ...]:
    """Column names of a Parquet file; raises `SourceError` where it is none."""
    try:
        return tuple(pq.read_schema(file).names)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise _not_parquet(file, error) from error


def read_parquet(store: Store, file: Path) -> DeliveredRows:
    """Loads a delivered Parquet file into the table `delivered`; its first row is row 1.

    It is read once and no more: of a damaged page the engine may give another thing each time. Raises
    `SourceError` where it cannot be read, or has not the rows that its end names.
    """
    scan = f"read_parquet({literal(str(file))}, file_row_number = true, hive_partitioning = false)"
    headers = parquet_header(file)
    try:
        # By their place: of names that differ in case alone the engine changes one.
        found = store.types(f"SELECT * EXCLUDE (file_row_number) FROM {scan}")
        names = [f"f{index}" for index, _ in enumerate(headers)]
        taken = ", ".join(f"{quoted(given)} AS {name}" for given, name in zip(found, names, strict=True))
        store.run(
            f"CREATE OR REPLACE TEMP TABLE delivered AS SELECT file_row_number + 1 AS origin_row, {taken} FROM {scan}"
        )
        promised = pq.read_metadata(file).num_rows
        rows, first, last = store.row("SELECT count(*), min(origin_row), max(origin_row) FROM delivered")
        if (rows, first or 1, last or 0) != (promised, 1, promised):
            raise ValueError(f"{rows} rows where {promised} should be")
    except (duckdb.Error, pa.ArrowException, UnicodeDecodeError, ValueError) as error:
        raise _not_parquet(file, error) from error
    except WorkspaceError as error:
        if error.code == "engine_io":
            raise _not_parquet(file, error.__cause__ or error) from error
        raise error.placed(file) from error
    columns: dict[str, str] = {}
    types: dict[str, str] = {}
    for header, name, kind in zip(headers, names, found.values(), strict=True):
        columns.setdefault(header, name)
        types.setdefault(header, kind)
    return DeliveredRows("delivered", columns, types, [], 0)


def _not_parquet(file: Path, error: BaseException) -> SourceError:
    why = (str(error).strip() or type(error).__name__).splitlines()[0]
    return SourceError(
        "not_parquet",
        en=f"not a Parquet file, or one cut off or damaged ({why}); copy or export it again",
        zh=f"不是 Parquet 文件, 或文件不完整、已损坏 ({why}); 请重新复制或导出",
        file=file,
    )


@dataclass
class _Reader:
    """Reads CSV records in blocks, giving each its number in the file.

    `rows_given` counts those handed on, `suspects` are rows whose value may have swallowed others, `failure`
    is why the reading ended before the file did.
    """

    names: tuple[str, ...]
    text: DecodedText
    set_aside: list[tuple[int, str, str]] = field(default_factory=list)
    suspects: set[int] = field(default_factory=set)
    rows_given: int = 0
    failure: Exception | None = None
    _gaps: list[int] = field(default_factory=list)

    @property
    def schema(self) -> Any:
        return pa.schema([("origin_row", pa.int64()), *((name, pa.string()) for name in self.names)])

    def batches(self) -> Iterator[pa.RecordBatch]:
        with self.text.path.open("rb") as handle:
            handle.seek(self.text.body_at)
            if not handle.read(1):
                return
            handle.seek(self.text.body_at)
            try:
                for batch in self._numbered(handle):
                    self._suspect(batch)
                    taken = self._without_mixed(batch) if self.text.mixed else batch
                    self.rows_given += taken.num_rows
                    yield taken
            except pa.ArrowInvalid as error:
                # Kept for our caller: the engine in between would wrap it in its own.
                self.failure = error

    def _numbered(self, handle: Any) -> Iterator[pa.RecordBatch]:
        reader = pacsv.open_csv(
            handle,
            # One thread, so that the reader can tell the number of a record with the wrong fields.
            read_options=pacsv.ReadOptions(
                use_threads=False, column_names=list(self.names), block_size=_BLOCK
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=self.text.delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=self._misshapen,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(self.names, pa.string()),
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
        next_row = self.text.first_row
        passed = 0
        for batch in reader:
            # Numbers of this batch's records: consecutive, but for those set aside among them.
            end = next_row + batch.num_rows
            gaps = []
            while passed < len(self._gaps) and self._gaps[passed] < end:
                gaps.append(self._gaps[passed])
                passed += 1
                end += 1
            numbers = pa.arange(next_row, end)
            if gaps:
                numbers = numbers.filter(pc.invert(pc.is_in(numbers, pa.array(gaps, pa.int64()))))
            next_row = end
            yield pa.RecordBatch.from_arrays([numbers, *batch.columns], schema=self.schema)

    def _misshapen(self, row: Any) -> str:
        # The reader counts from 1 below the header.
        number = row.number + self.text.first_row - 1
        self._gaps.append(number)
        self._put_aside(number, row.text, "field_count")
        return "skip"

    def _put_aside(self, row: int, text: str, reason: str) -> None:
        if self.text.mixed and MIXED in text:
            text, reason = text.replace(MIXED, ""), "mixed_encoding"
        self.set_aside.append((row, text, reason))

    def _suspect(self, batch: pa.RecordBatch) -> None:
        """Notes the rows with a value over several lines that holds as many delimiters as a row has, or ends
        with a line end: behind a quotation mark that was never closed it may be several rows."""
        for column in batch.columns[1:]:
            if not _has_line_break(column):
                continue
            breaks = pc.match_substring_regex(column, r"[\r\n]")
            delimiters = pc.count_substring(column, self.text.delimiter)
            several = pc.or_(
                pc.and_(breaks, pc.greater_equal(delimiters, len(self.names) - 1)),
                pc.match_substring_regex(column, r"[\r\n]\z"),
            )
            self.suspects.update(batch.column(0).filter(several).to_pylist())

    def _without_mixed(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        mixed = pc.match_substring(batch.column(1), MIXED)
        for column in batch.columns[2:]:
            mixed = pc.or_(mixed, pc.match_substring(column, MIXED))
        for row, *values in zip(*(column.to_pylist() for column in batch.filter(mixed).columns), strict=True):
            self._put_aside(row, self.text.delimiter.join(values), "mixed_encoding")
        return batch.filter(pc.invert(mixed))


def _has_line_break(column: Any) -> bool:
    values = column.buffers()[2]
    if values is None:
        return False
    seen = values.to_pybytes()
    return b"\n" in seen or b"\r" in seen


def _swallowing(text: DecodedText, suspects: Collection[int]) -> list[tuple[int, str, str]]:
    """Those of the suspected rows whose quotation marks are not sound, to be set aside."""
    return [
        (record.row, record.text.rstrip("\r\n").replace(MIXED, ""), "field_count")
        for record in _records(text, longest=2 * _BLOCK)
        if not record.is_sound and record.row in suspects
    ]


def _records(text: DecodedText, *, longest: int = _BLOCK) -> Iterator[Record]:
    return records(
        text.path, at=text.body_at, first_row=text.first_row, delimiter=text.delimiter, longest=longest
    )


def _uncut(file: Path, text: DecodedText, error: Exception) -> SourceError:
    """Why a file could not be cut into records: the first one that is too long, and what it looks like."""
    for record in _records(text):
        if record.is_open:
            return SourceError(
                "quote_not_closed",
                en=f"a quotation mark in row {record.row} is not closed, so that the rows below it cannot be told "
                "apart; remove the mark or double it and quote the value, or export the file again",
                zh=f"第 {record.row} 行的引号未闭合, 其后各行无法区分; 请去除该引号 (或双写并给该值加引号) 或重新导出",
                file=file,
                line=record.line,
            )
        if record.is_cut or len(record.text.encode()) > _BLOCK:
            return SourceError(
                "record_too_long",
                en=f"row {record.row} has more than {_BLOCK} bytes; a row of a table has not. Repair it or export "
                "the file again",
                zh=f"第 {record.row} 行超过 {_BLOCK} 字节, 不是正常的表格行; 请修正该行或重新导出",
                file=file,
                line=record.line,
            )
    return SourceError(
        "not_csv",
        en=f"the file cannot be cut into rows: {error}",
        zh=f"文件无法按行解析: {error}",
        file=file,
    )
