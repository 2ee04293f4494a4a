"""Numbers that are no law and no choice: how many phases, how many conductors, what a kilo and a percent are."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from jicha.kernel.derivation import Input

_PHASES = ("a", "b", "c")
_CONDUCTORS = ("out", "back")

PHASES: Final = Input("phase_count", Decimal(len(_PHASES)), "ratio")
CONDUCTORS: Final = Input("conductor_count", Decimal(len(_CONDUCTORS)), "ratio")
KILO: Final = Input("kilo", Decimal(1).scaleb(len("000")).quantize(Decimal(1)), "ratio")
HUNDRED: Final = Input("hundred", Decimal(1).scaleb(len("00")).quantize(Decimal(1)), "ratio")
ONE: Final = Input("one", Decimal(1), "ratio")
