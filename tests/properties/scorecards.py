"""The counties the scorecard is made of: four seeds, and one plan from outside that no development looked at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jicha.county import build
from jicha.judging.score import score
from jicha.judging.scorecard import Scorecard

from .counties import ROOTS, Stand, files_of

CUSTOMERS = 500
MONTHS = 24
OUTSIDE = Path(__file__).with_name("plans") / "outside.yaml"


@dataclass(frozen=True, slots=True)
class Trial:
    """One county to be judged; `faults` is a plan of causes from outside, None the county's own."""

    name: str
    seed: int
    faults: Path | None = None


TRIALS = (
    *(Trial(f"seed {seed}", seed) for seed in (1, 7, 23, 40)),
    Trial("outside plan", 5, OUTSIDE),
)


@cache
def card(trial: Trial, folder: Path) -> Scorecard:
    """The scorecard of a trial: county, every source it exports, one sweep, judged. Made once a process."""
    place = folder / trial.name.replace(" ", "_")
    out = place / "exports"
    build(out, customers=CUSTOMERS, months=MONTHS, seed=trial.seed, faults=trial.faults)
    stand = Stand.new(place / "workspace", buckets=1)
    stand.take(files_of(out))
    stand.sweep()
    return score(stand.workspace, out, ROOTS)
