"""A result as Arrow from a cursor and from a relation: seconds and peak memory, many rows and a small query.

    .venv/bin/python benchmarks/arrow_results.py [--rows 8000000]
    .venv-duckdb2/bin/python benchmarks/arrow_results.py

Each way of the large result runs in a process of its own, for its peak memory. Prints one line a figure and the ratios.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
import warnings
from collections.abc import Callable
from multiprocessing import get_context
from typing import Any

import duckdb

WAYS = ("cursor", "relation")


def main(rows: int) -> None:
    say(f"duckdb {duckdb.__version__}")
    large = {way: alone(way, rows) for way in WAYS}
    for way, (seconds, megabytes) in large.items():
        say(f"{rows:,} rows from a {way}: {seconds:.2f} s, peak {megabytes:.0f} MB")
    small = {way: planned(way) for way in WAYS}
    for way, seconds in small.items():
        say(f"twelve WITHs, ten rows from a {way}: {1000 * seconds:.2f} ms")
    many, few = large["cursor"][0] / large["relation"][0], small["cursor"] / small["relation"]
    say(f"cursor / relation: {many:.2f} × for many rows, {few:.2f} × for a small query")


def alone(way: str, rows: int) -> tuple[float, float]:
    """Seconds and peak megabytes, in a process of its own."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(measured, (way, rows))


def measured(way: str, rows: int) -> tuple[float, float]:
    connection = duckdb.connect(config={"threads": 2})
    query = (
        "select i, i::varchar || 'abcdefghij' as s, (i * 1.5)::decimal(14,2) as d, i * 2 as e "
        f"from range({rows}) as r(i)"
    )
    connection.execute("set enable_progress_bar = false")  # a spawned process looks like a person's session
    seconds = timed(lambda: arrow(connection, way, query))
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def planned(way: str) -> float:
    connection = duckdb.connect(config={"threads": 2})
    connection.execute("create table x0 as select i, i * 2 as n from range(100000) as r(i)")
    steps = [f"x{n} as (select i + {n} as i, n from x{n - 1} where i % 7 <> {n})" for n in range(1, 13)]
    query = f"with {', '.join(steps)} select * from x12 limit 10"
    return min(timed(lambda: arrow(connection, way, query)) for _ in range(30))


def arrow(connection: duckdb.DuckDBPyConnection, way: str, query: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = connection.execute(query) if way == "cursor" else connection.sql(query)
        return result.to_arrow_table()


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def timed(action: Callable[[], Any]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=8_000_000)
    main(options.parse_args().rows)
