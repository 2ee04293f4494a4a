"""`make duckdb-2`: what is listed as working on DuckDB 2 works, and one county has the same findings there.

Run from the environment with the shipped engine; the other environment holds the same packages beside DuckDB 2.
docs/how-to/duckdb-2.md says what was found and which suites are too slow to stand here.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jicha.inspection.results import Results
from jicha.warehouse.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
KNOWN_FAILURES = Path(__file__).with_name("known_failures.txt")
COUNTY = ("--seed", "11", "--customers", "40")

#: What of tests/warehouse and tests/inspection hangs on the engine, as far as three minutes take it. Left out are
#: files that take long, or wait on a clock or a full disk; the page above says how they ended when run by hand.
SUITES = (
    "tests/warehouse/models",
    "tests/warehouse/portable",
    "tests/warehouse/test_archive.py",
    "tests/warehouse/test_bad_text.py",
    "tests/warehouse/test_casting.py",
    "tests/warehouse/test_casting_alike.py",
    "tests/warehouse/test_headers.py",
    "tests/warehouse/test_lake.py",
    "tests/warehouse/test_manifest.py",
    "tests/warehouse/test_source.py",
    "tests/warehouse/test_workbook.py",
    "tests/warehouse/test_workbook_damage.py",
    "tests/inspection/test_content_tests.py",
    "tests/inspection/test_identity.py",
    "tests/inspection/test_innocence.py",
    "tests/inspection/test_results.py",
    "tests/inspection/test_safety.py",
    "tests/inspection/test_subjects.py",
)
LEFT_OUT = (
    "tests/warehouse/models/test_build_killed.py",
    "tests/warehouse/models/test_closure.py",
    "tests/warehouse/test_bad_text.py::test_a_million_rows_and_one_bad_byte",
)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("python", type=Path, help="the interpreter that has DuckDB 2")
    other = options.parse_args().python.absolute()
    _say(f"duckdb {version('duckdb')} beside {_duckdb_of(other)}")
    steps: Mapping[str, Callable[[Path], bool]] = {
        "content tests": content_tests,
        "suites": suites,
        "findings of a county": findings,
    }
    failed = []
    for name, step in steps.items():
        started = time.monotonic()
        if not step(other):
            failed.append(name)
        _say(f"{'FAILED' if name in failed else 'ok'}: {name} ({time.monotonic() - started:.0f} s)")
    return 1 if failed else 0


def content_tests(other: Path) -> bool:
    done = subprocess.run([other, "-m", "jicha.cli", "test"], cwd=ROOT, capture_output=True, text=True)
    lines = done.stdout.splitlines()
    _say("\n".join(lines[-1:] if done.returncode == 0 else [*lines, done.stderr]))
    return done.returncode == 0


def suites(other: Path) -> bool:
    plugin: list[str | Path] = ["-p", "tests.duckdb2.known_failures", "--known-failures", KNOWN_FAILURES]
    parallel = ["-n", "auto", "--dist", "loadfile", "-p", "no:cacheprovider"]
    out = [f"--deselect={each}" for each in LEFT_OUT]
    command = [other, "-m", "pytest", "-q", *plugin, *parallel, *out, *SUITES]
    return subprocess.run(command, cwd=ROOT).returncode == 0


def findings(other: Path) -> bool:
    """One county, read and swept by each engine; then each sweeps what the other one wrote."""
    engines = (Path(sys.executable), other)
    with tempfile.TemporaryDirectory() as folder:
        workspaces = [Path(folder) / f"workspace{number}" for number, _ in enumerate(engines)]
        for python, workspace in zip(engines, workspaces, strict=True):
            _jicha(python, "demo", *COUNTY, "--workspace", workspace)
        own = [Results(Workspace.open(workspace)) for workspace in workspaces]
        alike = _alike(*own)
        for python, workspace in zip(engines, reversed(workspaces), strict=True):
            _jicha(python, "sweep", "--workspace", workspace)
        digests = {results.record(run).findings_digest for results in own for run in results.runs()}
        _say(
            f"findings digest of {sum(len(each.runs()) for each in own)} sweeps: {', '.join(sorted(digests))}"
        )
        return alike and len(digests) == 1


def _jicha(python: Path, *arguments: str | Path) -> None:
    done = subprocess.run([python, "-m", "jicha.cli", *arguments], cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, arguments))} on {python} failed:\n{done.stdout}{done.stderr}")


def _alike(here: Results, there: Results) -> bool:
    """Row by row, not only by digest, so that a difference is shown."""
    _say(f"{len(here.findings())} findings, {len(here.cleared())} cleared")
    differences = {
        "lake": _difference(
            [{"digest": here.record().lake_digest}], [{"digest": there.record().lake_digest}]
        ),
        "findings": _difference(here.findings(), there.findings()),
        "cleared": _difference(here.cleared(), there.cleared()),
    }
    for what, difference in differences.items():
        if difference is not None:
            _say(f"the {what} differ: {difference}")
    return bool(here.findings()) and not any(differences.values())


def _difference(left: list[dict[str, Any]], right: list[dict[str, Any]]) -> str | None:
    if len(left) != len(right):
        return f"{len(left)} rows and {len(right)} rows"
    for number, (one, other) in enumerate(zip(left, right, strict=True), 1):
        for column in one:
            if one[column] != other[column]:
                return f"row {number}, {column}: {one[column]!r} and {other[column]!r}"
    return None


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _duckdb_of(python: Path) -> str:
    """The engine of the other environment; ends the job where it is not the second generation."""
    asked = "from importlib.metadata import version; print(version('duckdb'))"
    found = subprocess.run([python, "-c", asked], check=True, capture_output=True, text=True).stdout.strip()
    if not found.startswith("2."):
        raise SystemExit(f"{python} has duckdb {found}, not 2")
    return found


if __name__ == "__main__":
    sys.exit(main())
