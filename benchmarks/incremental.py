"""Full sweep against a sweep after one more day, and rows per second of ingest, in one run.

    .venv/bin/python benchmarks/incremental.py [--customers 2000] [--months 24] [--seed 1]

Prints one line a figure: data size, rows per second, seconds of the first sweep, of a sweep with nothing new and of
a sweep after a day's correction, their ratios, and peak memory.
"""

from __future__ import annotations

import argparse
import csv
import resource
import sys
import tempfile
import time
from pathlib import Path

from jicha.county import SYSTEMS, build
from jicha.inspection.sweep import sweep
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.ingest import ingest
from jicha.warehouse.workspace import Workspace


def main(customers: int, months: int, seed: int) -> None:
    roots = ContentRoots.find()
    lexicon = Lexicon.load(roots)
    with tempfile.TemporaryDirectory() as folder:
        exports = Path(folder) / "exports"
        rows = sum(build(exports, customers=customers, months=months, seed=seed).files.values())
        say("data", f"{customers} customers, {months} months, {rows:,} rows")
        workspace = Workspace.create(Path(folder) / "workspace")
        for source in SYSTEMS:
            report = ingest(workspace, source, exports / source, roots=roots, lexicon=lexicon)
            say(f"ingest {source}", f"{report.rows_read:,} rows, {report.rows_per_second:,.0f} rows/s")
        first = timed_sweep(workspace, roots)
        again = timed_sweep(workspace, roots)
        touched = correct_last_month(exports / "cis_zh")
        correction = ingest(workspace, "cis_zh", exports / "cis_zh", roots=roots, lexicon=lexicon)
        say("correction", f"one row of {touched}, {correction.seconds:.2f} s")
        after = timed_sweep(workspace, roots)
    say("first sweep", f"{first:.2f} s")
    say("nothing new", f"{again:.2f} s, {again / first:.2f} of the first")
    say("after a correction", f"{after:.2f} s, {after / first:.2f} of the first")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say("peak memory", f"{peak:,.0f} MB")


def timed_sweep(workspace: Workspace, roots: ContentRoots) -> float:
    started = time.perf_counter()
    sweep(workspace, roots, DuckDBEngine([workspace.lake], temp=workspace.staging))
    return time.perf_counter() - started


def correct_last_month(folder: Path) -> str:
    """Changes one reading of the newest reading file, as a corrected export would."""
    path = max(folder.glob("抄表示数_*.csv"), key=lambda path: path.stem.rpartition("_")[2])
    with path.open(encoding="gb18030", newline="") as handle:
        header, *rows = list(csv.reader(handle))
    column = header.index("本次示数")
    rows[0][column] = f"{float(rows[0][column]) + 1:.2f}"
    with path.open("w", encoding="gb18030", newline="") as handle:
        csv.writer(handle, lineterminator="\r\n").writerows([header, *rows])
    return path.name


def say(what: str, figure: str) -> None:
    sys.stdout.write(f"{what:<20} {figure}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=2000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    main(**vars(parser.parse_args()))
