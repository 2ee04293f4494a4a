"""Delivered files as rows of text (CSV) or of the file's own types (Parquet), numbered as one counts them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from jicha.kernel.errors import SourceError
from jicha.warehouse.decode import DecodedText
from jicha.warehouse.engines.duckdb import literal, quoted
from jicha.warehouse.engines.store import Store

#: Small blocks stay in the processor's cache; one record must fit into one.
_BLOCK = 1 << 20

#: A CSV record's number in the file: the header is 1, so the first row of data is 2.
_FIRST_CSV_ROW = 2


@dataclass(frozen=True, slots=True)
class DeliveredRows:
    """Rows of one file, readable on the writer's connection.

    `relation` has `origin_row` and one column for each header, `types` their DuckDB types by header.
    `misshapen` are the records with a wrong number of fields (row number, text); `blank` counts records in
    which every field is empty. Neither is part of the relation.
    """

    relation: str
    columns: dict[str, str]
    types: dict[str, str]
    misshapen: list[tuple[int, str]]
    blank: int


def read_csv(store: Store, file: Path, text: DecodedText, *, delimiter: str) -> DeliveredRows:
    """Loads a decoded CSV file into the table `delivered`; raises `SourceError` where it cannot be cut."""
    names = {header: f"f{index}" for index, header in enumerate(text.header)}
    records = _Records(tuple(names.values()))
    with text.path.open("rb") as handle:
        handle.seek(text.body_at)
        if not handle.read(1):
            batches: Iterator[pa.RecordBatch] = iter(())
        else:
            handle.seek(text.body_at)
            batches = records.read(handle, delimiter)
        try:
            store.take("records", pa.RecordBatchReader.from_batches(records.schema, batches))
            store.run("CREATE OR REPLACE TEMP TABLE delivered AS SELECT * FROM records")
        except pa.ArrowInvalid as error:
            raise SourceError(
                "not_csv",
                en=f"the file cannot be cut into rows, perhaps for an open quotation mark: {error}",
                zh=f"文件无法按行解析, 可能存在未闭合的引号: {error}",
                file=file,
            ) from error
        finally:
            store.let_go("records")
    filled = " OR ".join(f"{name} <> ''" for name in names.values())
    blank = store.count(f"delivered WHERE NOT ({filled})")
    if blank:
        store.run(f"DELETE FROM delivered WHERE NOT ({filled})")
    return DeliveredRows("delivered", names, dict.fromkeys(names, "VARCHAR"), records.misshapen, blank)


def parquet_header(file: Path) -> tuple[str, ...]:
    """Column names of a Parquet file; raises `SourceError` where it is none."""
    try:
        return tuple(pq.read_schema(file).names)
    except (pa.ArrowInvalid, OSError) as error:
        raise SourceError(
            "not_parquet", en=f"not a Parquet file: {error}", zh=f"不是 Parquet 文件: {error}", file=file
        ) from error


def read_parquet(store: Store, file: Path) -> DeliveredRows:
    """A delivered Parquet file where it lies; its first row is row 1."""
    scan = f"read_parquet({literal(str(file))}, file_row_number = true, hive_partitioning = false)"
    types = store.types(f"SELECT * EXCLUDE (file_row_number) FROM {scan}")
    names = {header: f"f{index}" for index, header in enumerate(types)}
    columns = ", ".join(f"{quoted(header)} AS {name}" for header, name in names.items())
    relation = f"(SELECT file_row_number + 1 AS origin_row, {columns} FROM {scan})"
    return DeliveredRows(relation, names, types, [], 0)


@dataclass
class _Records:
    """Reads CSV records in blocks, giving each its number in the file."""

    names: tuple[str, ...]
    misshapen: list[tuple[int, str]] = field(default_factory=list)

    @property
    def schema(self) -> Any:
        return pa.schema([("origin_row", pa.int64()), *((name, pa.string()) for name in self.names)])

    def read(self, handle: Any, delimiter: str) -> Iterator[pa.RecordBatch]:
        reader = pacsv.open_csv(
            handle,
            # One thread, so that the reader can tell the number of a record with the wrong fields.
            read_options=pacsv.ReadOptions(
                use_threads=False, column_names=list(self.names), block_size=_BLOCK
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=self._set_aside,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(self.names, pa.string()),
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
        next_row = _FIRST_CSV_ROW
        passed = 0
        for batch in reader:
            # Numbers of this batch's records: consecutive, but for those set aside among them.
            end = next_row + batch.num_rows
            gaps = []
            while passed < len(self.misshapen) and self.misshapen[passed][0] < end:
                gaps.append(self.misshapen[passed][0])
                passed += 1
                end += 1
            numbers = pa.arange(next_row, end)
            if gaps:
                numbers = numbers.filter(pc.invert(pc.is_in(numbers, pa.array(gaps, pa.int64()))))
            next_row = end
            yield pa.RecordBatch.from_arrays([numbers, *batch.columns], schema=self.schema)

    def _set_aside(self, row: Any) -> str:
        # The reader counts from 1 below the header.
        self.misshapen.append((row.number + _FIRST_CSV_ROW - 1, row.text))
        return "skip"
