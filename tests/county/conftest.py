"""Counties built once for all processes of a test run and read back from their files; the same world lived again."""

from __future__ import annotations

import fcntl
import os
import pickle
from pathlib import Path

import pytest

from jicha.county import build

from .exported import Exported
from .truth import Truth

SEED, CUSTOMERS = 7, 500
QUIET_SEED, QUIET_CUSTOMERS, QUIET_MONTHS = 5, 240, 12
NOTHING_PLANTED = "keep: nothing\nfaults: []\n"


def _once(factory: pytest.TempPathFactory, name: str, **arguments: int | str) -> Exported:
    """The county of that name, built by whichever process of the run comes first."""
    base = factory.getbasetemp()
    # Under pytest-xdist every worker has a folder of its own in the run's.
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    out, told, plan = shared / name, shared / f"{name}.summary", shared / f"{name}.yaml"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.is_file():
            faults = arguments.pop("faults", None)
            if faults is not None:
                plan.write_text(str(faults), encoding="utf-8")
            made = build(out, processes=1, faults=None if faults is None else plan, **arguments)  # type: ignore[arg-type]
            told.write_bytes(pickle.dumps(made))
        return Exported(Path(out), pickle.loads(told.read_bytes()))  # noqa: S301 - written above


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """The usual county: 500 customers, two years, the county's own plan."""
    return _once(tmp_path_factory, "county", customers=CUSTOMERS, seed=SEED)


@pytest.fixture(scope="session")
def truth() -> Truth:
    """The usual county lived again."""
    return Truth(CUSTOMERS, SEED)


@pytest.fixture(scope="session")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """A year of a smaller county in which nothing was planted."""
    return _once(
        tmp_path_factory,
        "quiet",
        customers=QUIET_CUSTOMERS,
        seed=QUIET_SEED,
        months=QUIET_MONTHS,
        faults=NOTHING_PLANTED,
    )
