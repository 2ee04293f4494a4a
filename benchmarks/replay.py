"""Seconds of a replay by number of suspects, at two numbers of bills: the cost is that of the suspects.

Both the clock's and the processor's (of all threads) are printed; ratios are of the processor's, which other
work on the machine does not move.

    .venv/bin/python -m benchmarks.replay [--customers 25000 100000] [--suspects 10 100 1000 5000]

Bills are those of `benchmarks.billing`; every suspect's multiplier is doubled for three months, so that a year of
bills on tiers, or three bills, are replayed. Prints one line a pair, and how much more the larger lake costs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from benchmarks.billing.bills import BILL, CUSTOMER, INPUT, Bills, bills

from jicha.billing.replay import replay
from jicha.billing.scenario import Override
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.build import build
from jicha.warehouse.engines.duckdb import DuckDBEngine

_RESULT = "mart.recalculated_bill"
_GIVEN = (INPUT, "mart.billing_reading", BILL, CUSTOMER)
_SPAN = (date(2025, 3, 1), date(2025, 6, 1))
_MONTHS, _CUSTOMERS_PER_BUCKET = 12, 50_000


def main(sizes: Sequence[int], suspects: Sequence[int]) -> None:
    seconds: dict[tuple[int, int], float] = {}
    for customers in sizes:
        with tempfile.TemporaryDirectory() as name:
            given = bills(
                Path(name),
                ContentRoots.find(),
                customers=customers,
                months=_MONTHS,
                customers_per_bucket=_CUSTOMERS_PER_BUCKET,
            )
            for number, (clock, taken) in _measured(given, [n for n in suspects if n <= customers]).items():
                seconds[customers, number] = taken
                say(
                    f"{given.count:>10,} bills, {number:>6,} suspects: {clock:.2f} s, processor {taken:.2f} s"
                )
    least, most = min(sizes), max(sizes)
    for number in suspects:
        if {(least, number), (most, number)} <= set(seconds) and least != most:
            ratio = seconds[most, number] / seconds[least, number]
            say(f"{most / least:.1f} × the bills, {number:,} suspects: {ratio:.2f} × the time")


def _measured(given: Bills, suspects: Sequence[int]) -> dict[int, tuple[float, float]]:
    catalogue, workspace = given.store.catalogue, given.store.workspace
    engine = DuckDBEngine([workspace.path], threads=2, temp=workspace.path)
    marts = [mart for mart in catalogue.upstream({_RESULT}) if mart.name not in _GIVEN]
    started, busy = time.perf_counter(), time.process_time()
    build(marts, given.store, engine)
    clock, taken = time.perf_counter() - started, time.process_time() - busy
    say(f"{given.count:>10,} bills, all recalculated: {clock:.2f} s, processor {taken:.2f} s")
    replay(
        given.store, engine, _overrides([0])
    )  # the first statement of a process pays for reading the content
    found = {}
    for number in suspects:
        # Spread over the whole lake, as findings are.
        step = given.customers // number
        wanted = _overrides(range(0, step * number, step))
        started, busy = time.perf_counter(), time.process_time()
        told = replay(given.store, engine, wanted)
        found[number] = time.perf_counter() - started, time.process_time() - busy
        if {each.status for each in told.values()} != {"whole"} or len(told) != number:
            sys.exit(f"of {number} scenarios not all were replayed")
    engine.close()
    return found


def _overrides(customers: Sequence[int]) -> list[Override]:
    two = Decimal(2)
    return [Override(f"{n:010d}", f"{n:010d}", *_SPAN, "multiplier", two) for n in customers]


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--customers", type=int, nargs="+", default=[25_000, 100_000])
    parser.add_argument("--suspects", type=int, nargs="+", default=[10, 100, 1_000, 5_000])
    options = parser.parse_args()
    main(options.customers, options.suspects)
