"""Reads the STEG billing data, sweeps it with every topic and writes docs/real-data.md.

    JICHA_DATA=DIR .venv/bin/python -m benchmarks.real_data [--keep WORKSPACE] [--out docs/real-data.md]

`DIR/steg-billing-fraud` holds client.parquet and invoice.parquet. The workspace is made anew and thrown away,
unless it is kept. Prints its steps; the page holds every figure, among them what the two commands cost.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.real_data.measured import measured_command
from benchmarks.real_data.page import page
from benchmarks.real_data.reading import Data, Outcome

HERE = Path(__file__).parent


def main(folder: Path, workspace: Path, out: Path) -> None:
    data = Data.open(folder)
    jicha = [sys.executable, "-m", "jicha.cli"]
    given = ["--workspace", str(workspace), "--content", str(HERE / "content")]
    ingest = measured_command([*jicha, "ingest", "steg", "--data", str(folder), "--buckets", "2", *given])
    sweep = measured_command([*jicha, "sweep", *given])
    print(ingest, sweep, file=sys.stderr)  # noqa: T201
    outcome = Outcome.of(workspace)
    out.write_text(page(data, outcome, ingest, sweep), encoding="utf-8")
    print(f"{out} written", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--keep", type=Path, help="where to leave the workspace")
    parser.add_argument("--out", type=Path, default=HERE.parents[1] / "docs" / "real-data.md")
    given = parser.parse_args()
    if "JICHA_DATA" not in os.environ:
        sys.exit("JICHA_DATA is not set: it names the folder that holds steg-billing-fraud")
    source = Path(os.environ["JICHA_DATA"]) / "steg-billing-fraud"
    with tempfile.TemporaryDirectory() as scratch:
        main(source, given.keep or Path(scratch) / "workspace", given.out)
