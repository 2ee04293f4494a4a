"""Deliveries of an older template: the columns that a system gained later are not there, and all the rest is taken."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.source import RawTable, Source, source_names

from .deliveries import Bench, as_csv
from .test_ingest import reconciled

ROOTS = ContentRoots.find()
SOURCES = {name: Source.load(name, ROOTS, Lexicon.load(ROOTS)) for name in source_names(ROOTS)}


def later(table: RawTable) -> list[str]:
    return [column.header for column in table.columns if column.may_be_absent]


#: Sources with columns that came later, as long as text files can be made of their samples.
GREW = [name for name, s in SOURCES.items() if "csv" in s.formats and any(map(later, s.tables.values()))]


def older_sample(source: Source, folder: Path) -> Path:
    """The invented rows of a mapping's sample as the oldest template has them."""
    folder.mkdir()
    for file in (source.folder / "sample").glob("*.csv"):
        (table,) = [table for table in source.tables.values() if table.claims(file.name)]
        names = {name for column in table.columns if column.may_be_absent for name in column.headers}
        with file.open(encoding="utf-8", newline="") as handle:
            rows = [{k: v for k, v in row.items() if k not in names} for row in csv.DictReader(handle)]
        (folder / file.name).write_text(as_csv(rows), encoding="utf-8")
    return folder


def rows_of(bench: Bench, table: str, without: set[str]) -> list[dict[str, object]]:
    """Rows of a core table in order of where they came from."""
    rows = [
        row
        for partition in bench.head.partitions(table)
        for row in pq.ParquetFile(bench.workspace.lake / partition.file).read().to_pylist()
    ]
    rows.sort(key=lambda row: (row["origin_file"], row["origin_row"]))
    return [{name: value for name, value in row.items() if name not in without} for row in rows]


def test_the_systems_of_the_county_have_grown() -> None:
    assert {"ami_zh", "cis_zh"} <= set(GREW)


@pytest.mark.parametrize("name", GREW)
def test_an_older_template_is_taken_without_the_columns_that_came_later(name: str, tmp_path: Path) -> None:
    """The same rows arrive in the same tables; the ledger says which columns each file did not have."""
    source = SOURCES[name]
    now, older = Bench.new(tmp_path / "now"), Bench.new(tmp_path / "older")
    expected = now.take(source.folder / "sample", name)
    report = older.take(older_sample(source, tmp_path / "sample"), name)
    assert older.set_aside() == []
    assert [(t.table, t.rows) for t in report.tables] == [(t.table, t.rows) for t in expected.tables]
    for file in report.files:
        assert list(file.absent_columns) == later(source.tables[file.raw_table])
    grown = {c.column for table in source.tables.values() for c in table.taken if c.may_be_absent}
    for core in report.tables:
        assert rows_of(older, core.table, grown) == rows_of(now, core.table, grown)
    reconciled(older)
