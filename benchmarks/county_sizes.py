"""How long the synthetic county takes at each size, how many rows it writes, how much memory it needs.

    .venv/bin/python -m benchmarks.county_sizes [--sizes 500 5000 20000] [--months 24] [--seed 1]

Each size is built in a process of its own; memory is the sum over its processes at the worst moment. The table goes
into docs/county.md between its markers; sizes that were not asked for keep their line.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

_PAGE = Path(__file__).resolve().parents[1] / "docs" / "county.md"
_BEGIN, _END = "<!-- sizes -->", "<!-- /sizes -->"
_HEADER = (
    "| customers | months | seconds | rows | rows/s | files | on disk | peak memory |\n"
    "|---|---|---|---|---|---|---|---|"
)
#: How often memory is looked at.
_EVERY_SECONDS = 0.2
_BUILD = (
    "import sys; from pathlib import Path; from jicha.county import build; "
    "s = build(Path(sys.argv[1]), customers=int(sys.argv[2]), months=int(sys.argv[3]), seed=int(sys.argv[4])); "
    "print(len(s.files), sum(s.files.values()))"
)


def main(sizes: list[int], months: int, seed: int) -> None:
    lines = dict(_known())
    for size in sizes:
        lines[size, months] = measured(size, months, seed)
        print(lines[size, months])  # noqa: T201
    if _PAGE.is_file():
        text = _PAGE.read_text(encoding="utf-8")
        table = "\n".join([_HEADER, *(lines[key] for key in sorted(lines))])
        inside = f"{_BEGIN}\n{table}\n{_END}"
        _PAGE.write_text(re.sub(f"{_BEGIN}.*?{_END}", lambda _: inside, text, flags=re.S), encoding="utf-8")


def _known() -> list[tuple[tuple[int, int], str]]:
    if not _PAGE.is_file():
        return []
    found = re.search(f"{_BEGIN}(.*?){_END}", _PAGE.read_text(encoding="utf-8"), flags=re.S)
    lines = found[1].strip().splitlines()[2:] if found else []
    keys = [tuple(int(cell.strip().replace(",", "")) for cell in line.split("|")[1:3]) for line in lines]
    return [((key[0], key[1]), line) for key, line in zip(keys, lines, strict=True)]


def measured(size: int, months: int, seed: int) -> str:
    """One line of the table."""
    folder = Path(tempfile.mkdtemp())
    try:
        started = time.monotonic()
        arguments = [sys.executable, "-c", _BUILD, str(folder), str(size), str(months), str(seed)]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
            peak = _watched(process)
            told = process.stdout.read() if process.stdout else ""
        if process.returncode:
            raise SystemExit(f"building {size} customers failed")
        seconds = time.monotonic() - started
        files, rows = (int(each) for each in told.split())
        bytes_ = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return (
        f"| {size:,} | {months} | {seconds:.1f} | {rows:,} | {rows / seconds:,.0f} | {files:,} "
        f"| {bytes_ / 1e6:,.0f} MB | {peak / 1e6:,.0f} MB |"
    )


def _watched(process: subprocess.Popen[str]) -> int:
    """Bytes in memory at the worst moment, over the process and its children."""
    peak = 0
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(_EVERY_SECONDS):
            peak = max(peak, sum(_resident(each) for each in _family(process.pid)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    process.wait()
    done.set()
    watcher.join()
    return peak


def _family(pid: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                after_name = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(after_name[1]), []).append(int(entry.name))
    family, waiting = [], [pid]
    while waiting:
        each = waiting.pop()
        family.append(each)
        waiting += parents.get(each, [])
    return family


def _resident(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[500, 5000, 20000])
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    main(asked.sizes, asked.months, asked.seed)
