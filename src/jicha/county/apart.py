"""A county company's work in a process of its own.

Not a pool of `multiprocessing`: that starts the caller's own script again in each process, and a script that builds
a county without a guard would build it for ever.
"""

from __future__ import annotations

import gc
import pickle
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from jicha.kernel.errors import JichaError

if TYPE_CHECKING:
    from jicha.county.company import CompanyResult, Wanted
    from jicha.county.world import City, CountyPlan

_CHILD = "from jicha.county.apart import serve; serve()"


class ProcessError(JichaError):
    """A process that built a part of the county ended without a result."""


def run_apart(city: City, county: CountyPlan, wanted: Wanted, out: Path, *, by_nature: bool) -> CompanyResult:
    """`company.run_company` in another Python; waits for it. Raises ProcessError with the last of what it said."""
    asked = pickle.dumps((city, county, wanted, out, by_nature))
    done = subprocess.run(  # noqa: S603 - our own interpreter and our own words
        [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}; {_CHILD}"],
        input=asked,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        last = said[-1] if said else f"exit {done.returncode}"
        raise ProcessError(
            "county_process",
            en=f"building {county.name} failed in its process: {last}",
            zh=f"生成{county.name}的进程失败: {last}",
        )
    result: CompanyResult = pickle.loads(done.stdout)  # noqa: S301 - what our own process wrote
    return result


def serve() -> None:
    """The other side: asked on standard input, answers on standard output."""
    from jicha.county.company import run_company

    # Looking for cycles among millions of papers costs a tenth of the time, and there are none to free.
    gc.disable()
    city, county, wanted, out, by_nature = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
    result = run_company(city, county, wanted, out, by_nature=by_nature)
    sys.stdout.buffer.write(pickle.dumps(result))
