"""`python -m tests.fuzz.run TARGET [options of libFuzzer] [folder or file]`: inputs without end for one reader.

Needs the dependency group `fuzz`. Seeds are `corpus/TARGET`; what is found to be new goes to the folder given,
else to one that is thrown away. A file given is read once more, and nothing else. An input that breaks a rule
is left in `build/fuzz` as `TARGET-crash-…`, one that takes too long as `TARGET-timeout-…`.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import atheris

# The workbook reader's own report of a panic: written before the error is ours, and slower than the reading.
os.environ["RUST_BACKTRACE"] = "0"

with atheris.instrument_imports(include=["jicha", "tests.warehouse"]):
    from tests.fuzz.targets import MUTATORS, TARGETS

_HERE = Path(__file__).parent
_FOUND = Path("build", "fuzz")

#: For every target: seconds and megabytes that one input may take.
_LIMITS = ("-timeout=20", "-rss_limit_mb=3000", "-print_final_stats=1")


def main(arguments: list[str]) -> None:
    if not arguments or arguments[0] not in TARGETS:
        sys.exit(f"{__doc__}\nTargets: {', '.join(TARGETS)}")
    name, *rest = arguments
    options = [each for each in rest if each.startswith("-")]
    folders = [each for each in rest if not each.startswith("-")]
    scratch = Path(tempfile.mkdtemp(prefix=f"jicha-fuzz-{name}-"))
    _FOUND.mkdir(parents=True, exist_ok=True)
    seeds = _HERE / "corpus" / name
    if not folders:
        (scratch / "new").mkdir()
        folders = [str(scratch / "new")]
    if all(Path(each).is_dir() for each in folders):
        folders.append(str(seeds))
    dictionary = _HERE / "corpus" / f"{name}.dict"
    known = [f"-dict={dictionary}"] if dictionary.is_file() else []
    more = {}
    if mutate := MUTATORS.get(name):
        more["custom_mutator"] = lambda data, most, seed: mutate(data, most, seed, atheris.Mutate)
    atheris.Setup(
        [sys.argv[0], *_LIMITS, *known, f"-artifact_prefix={_FOUND}/{name}-", *options, *folders],
        TARGETS[name](scratch),
        **more,
    )
    try:
        atheris.Fuzz()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1:])
