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
    reads nothing else. `few_rows` is for many statements over a handful of rows, as tests of content are."""
    if name is EngineName.spark:
        from jicha.warehouse.engines.spark import SparkEngine

        return SparkEngine(master=master, few_rows=few_rows)
    from jicha.warehouse.engines.duckdb import DuckDBEngine

    return DuckDBEngine(directories, temp=temp, threads=threads)
