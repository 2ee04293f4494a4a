"""Raw rows through a source's model: run piece by piece on the locked engine, and laid aside as core rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import sqlglot.expressions as exp

from jicha.kernel.errors import ContentError, SourceError
from jicha.lexicon.lexicon import Lexicon
from jicha.warehouse.engines.bucket_map import BucketMap
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.engines.staging import ORIGIN_TYPES, Staging
from jicha.warehouse.engines.store import Store
from jicha.warehouse.lake import FilePress, table_folder
from jicha.warehouse.manifest import RawFile
from jicha.warehouse.source import RawTable, Source
from jicha.warehouse.to_core import ToCore
from jicha.warehouse.workspace import Workspace

#: Raw rows mapped at a time: they pass through memory once, as Arrow.
_MAPPED_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Crew:
    """What every table of one run is worked on with."""

    workspace: Workspace
    store: Store
    engine: Engine
    press: FilePress
    buckets: BucketMap
    lexicon: Lexicon

    def published_quarantine(self, temp: Path) -> str:
        """Gives a written quarantine file its name; returns it relative to the workspace."""
        final = self.press.publish(temp, kind="quarantine")
        return final.relative_to(self.workspace.path).as_posix()


@dataclass(frozen=True, slots=True)
class Feed:
    """Rows on their way: one source's model, and the raw files of its driver that are to be mapped."""

    model: ToCore
    source: Source
    files: tuple[RawFile, ...]


def map_feed(crew: Crew, feed: Feed, staging: Staging, ledger: Sequence[RawFile]) -> Iterator[str]:
    """Runs a model over its feed's rows; yields the quarantine files it caused.

    Raises `ContentError` where it does not give one row for each driver row, or a column of a wrong type.
    """
    driver = feed.source.tables[feed.model.driver]
    lookups = {
        name: crew.engine.scan(
            _raw_files(crew.workspace, feed.source.tables[name], of_table(ledger, feed.source.name, name)),
            feed.source.tables[name].stored,
        )
        for name in feed.model.lookups
    }
    _raw_files(crew.workspace, driver, feed.files)
    for files, first, end in _pieces(feed.files):
        paths = [crew.workspace.path / file.raw for file in files]
        rows = crew.engine.scan(paths, {**driver.stored, **ORIGIN_TYPES})
        if end is not None:
            origin = exp.column("origin_row")
            rows = exp.select("*").from_(rows.subquery("r")).where(origin >= first, origin < end)
        mapped = crew.engine.arrow(feed.model.query({feed.model.driver: rows, **lookups}))
        temp = crew.press.temp(crew.workspace.quarantine / table_folder(staging.shape.name))
        if staging.add(
            mapped,
            model=feed.model.content.shown,
            quarantine=temp,
            source=feed.source.name,
            raw_table=driver.name,
        ):
            yield crew.published_quarantine(temp)
    _check_counts(feed, staging)


def of_table(ledger: Sequence[RawFile], source: str, raw_table: str) -> list[RawFile]:
    return [file for file in ledger if file.source == source and file.raw_table == raw_table]


def _raw_files(workspace: Workspace, table: RawTable, files: Sequence[RawFile]) -> list[Path]:
    """Paths of raw files, all of which must have the columns the map names today."""
    wanted = {*table.stored, *ORIGIN_TYPES}
    paths = []
    for file in files:
        path = workspace.path / file.raw
        if file.mapping != table.digest and not wanted <= set(pq.read_schema(path).names):
            raise SourceError(
                "mapping_changed",
                en=f"{file.file} was taken before the map {table.shown} changed; deliver it again",
                zh=f"{file.file} 是在列映射 {table.shown} 修改之前导入的; 请连同其他文件重新提供",
                file=path,
            )
        paths.append(path)
    return paths


def _pieces(files: Sequence[RawFile]) -> Iterator[tuple[list[RawFile], int, int | None]]:
    """Files to map together, or one file's range of rows (first, end); a range has an end."""
    together: list[RawFile] = []
    for file in files:
        if file.rows_typed > _MAPPED_ROWS:
            # Row numbers run beyond the count by the header, what stands above it, and blank lines.
            last = file.rows_read + file.rows_blank + file.rows_above + 1
            for first in range(1, last + 1, _MAPPED_ROWS):
                yield [file], first, first + _MAPPED_ROWS
            continue
        if together and sum(f.rows_typed for f in together) + file.rows_typed > _MAPPED_ROWS:
            yield together, 0, None
            together = []
        together.append(file)
    if together:
        yield together, 0, None


def _check_counts(feed: Feed, staging: Staging) -> None:
    for file in feed.files:
        rows = staging.staged[file.file] + staging.misplaced[file.file]
        if rows != file.rows_typed:
            raise ContentError(
                "to_core_rows",
                en=f"{rows} core rows for the {file.rows_typed} rows of {file.file}: "
                "a lookup has several rows for one key",
                zh=f"{file.file} 的 {file.rows_typed} 行得到 {rows} 行 core 数据: 关联表中同一键有多行",
                file=feed.model.content.shown,
                line=feed.model.content.body_line,
            )
