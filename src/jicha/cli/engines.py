"""Which engine a command runs content on. Engines are imported only when chosen: each takes a while to load."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jicha.warehouse.engines.protocol import Engine

#: Spark's URL where nobody gives one: all cores of this machine.
THIS_MACHINE = "local[*]"

#: Bytes of Parquet up to which Spark's work is planning and not reading, whatever the statement.
_LITTLE = 8 << 20


class EngineName(StrEnum):
    duckdb = "duckdb"
    spark = "spark"


def opened(
    name: EngineName,
    *,
    master: str = THIS_MACHINE,
    directories: Sequence[Path] = (),
    temp: Path | None = None,
    threads: int | None = None,
    few_rows: bool = False,
) -> Engine:
    """The engine, ready to run. `master` is for Spark alone; `directories`, `temp` and `threads` for DuckDB, which
    reads nothing else. `few_rows` is for many statements over a handful of rows, as tests of content are; directories
    that hold little are taken so, too."""
    if name is EngineName.spark:
        from jicha.warehouse.engines.spark import SparkEngine

        return SparkEngine(master=master, few_rows=few_rows or _hold_little(directories))
    from jicha.warehouse.engines.duckdb import DuckDBEngine

    return DuckDBEngine(directories, temp=temp, threads=threads)


def _hold_little(directories: Sequence[Path]) -> bool:
    files = (path for directory in directories for path in directory.rglob("*.parquet"))
    return bool(directories) and sum(path.stat().st_size for path in files) <= _LITTLE
