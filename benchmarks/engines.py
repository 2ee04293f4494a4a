"""One county swept by DuckDB and by Spark, side by side: seconds, ratio, rows per second, peak memory.

    .venv/bin/python -m benchmarks.engines [--customers 60] [--months 24] [--seed 7] [--master local[2]]

Each engine sweeps a copy of one workspace in a process of its own; Java is a process of Spark's and is counted with
it. The findings are compared: a faster engine that finds something else would be no engine.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from jicha.county import SYSTEMS, build
from jicha.inspection.results import Results
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.ingest import ingest
from jicha.warehouse.workspace import Workspace

#: How often memory is looked at.
_EVERY_SECONDS = 0.2


@dataclass(frozen=True)
class Measured:
    seconds: float
    peak_mb: float
    findings_digest: str


def main(customers: int, months: int, seed: int, master: str) -> None:
    roots = ContentRoots.find()
    lexicon = Lexicon.load(roots)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = sum(build(folder / "exports", customers=customers, months=months, seed=seed).files.values())
        workspace = Workspace.create(folder / "duckdb", buckets=1)
        for source in SYSTEMS:
            ingest(workspace, source, folder / "exports" / source, roots=roots, lexicon=lexicon)
        shutil.copytree(folder / "duckdb", folder / "spark")
        duckdb = measured(folder / "duckdb", "--engine", "duckdb")
        spark = measured(folder / "spark", "--engine", "spark", "--master", master)
    say("data", f"{customers} customers, {months} months, {rows:,} rows")
    for engine, found in (("duckdb", duckdb), (f"spark {master}", spark)):
        per_second = rows / found.seconds
        say(engine, f"{found.seconds:.1f} s, {per_second:,.0f} rows/s, peak {found.peak_mb:,.0f} MB")
    say("ratio", f"spark takes {spark.seconds / duckdb.seconds:.1f} times as long")
    say("findings", "the same" if spark.findings_digest == duckdb.findings_digest else "DIFFERENT")


def measured(workspace: Path, *arguments: str) -> Measured:
    """One sweep through the command line."""
    command = [sys.executable, "-m", "jicha.cli", "sweep", "--workspace", str(workspace), *arguments]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    peak = [0.0]
    watching = threading.Thread(target=_watch, args=(process, peak))
    watching.start()
    if process.wait() != 0:
        sys.exit(f"failed: {' '.join(command)}")
    seconds = time.perf_counter() - started
    watching.join()
    results = Results(Workspace.open(workspace))
    return Measured(seconds, peak[0], results.record(max(results.runs())).findings_digest)


def _watch(process: subprocess.Popen[bytes], peak: list[float]) -> None:
    """Memory of the process and of all it started, as the kernel counts it."""
    while process.poll() is None:
        peak[0] = max(peak[0], sum(_resident_mb(pid) for pid in _family(process.pid)))
        time.sleep(_EVERY_SECONDS)


def _family(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found += [int(child) for child in children.read_text().split()]
            except OSError:  # a thread that has just ended
                continue
    return found


def _resident_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    held = next((line for line in lines if line.startswith("VmRSS:")), "VmRSS: 0 kB")
    return int(held.split()[1]) / 1024


def say(what: str, figure: str) -> None:
    sys.stdout.write(f"{what:<20} {figure}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=60)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--master", default="local[2]")
    given = parser.parse_args()
    main(given.customers, given.months, given.seed, given.master)
