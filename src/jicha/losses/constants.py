"""What the books share: numbers that are no law and no choice (phases, conductors, a kilo), and the law of a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from jicha.kernel.derivation import Input
from jicha.law.table import LawRow

_PHASES = ("a", "b", "c")
_CONDUCTORS = ("out", "back")

PHASES: Final = Input("phase_count", Decimal(len(_PHASES)), "ratio")
CONDUCTORS: Final = Input("conductor_count", Decimal(len(_CONDUCTORS)), "ratio")
KILO: Final = Input("kilo", Decimal(1).scaleb(len("000")).quantize(Decimal(1)), "ratio")
HUNDRED: Final = Input("hundred", Decimal(1).scaleb(len("00")).quantize(Decimal(1)), "ratio")
ONE: Final = Input("one", Decimal(1), "ratio")


def in_force(row: LawRow, on: date | None) -> bool:
    """Whether a row of law holds on the day; without a day, whether it holds still."""
    return row.valid_to is None if on is None else row.holds(on)
