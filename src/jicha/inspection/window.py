"""How far back a sweep judges: a house setting with its reason, in `policy/sweep.yaml`."""

from __future__ import annotations

import msgspec

from jicha.inspection.topic import Parameter
from jicha.kernel.errors import ContentError
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.yaml_file import typed


class _SweepPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    window_months: Parameter


def sweep_months(roots: ContentRoots) -> int:
    """Months a sweep's window covers, the month of the business date included."""
    paths = [path for path in roots.files("policy", "sweep.yaml") if path.name == "sweep.yaml"]
    if not paths:
        raise ContentError(
            "no_sweep_policy",
            en="policy/sweep.yaml is missing",
            zh="缺少 policy/sweep.yaml",
            file=roots.public,
        )
    shown = roots.shown(paths[-1])
    value = typed(paths[-1].read_text(encoding="utf-8"), _SweepPolicy, file=shown).window_months.value
    if not isinstance(value, int) or value < 1:
        raise ContentError(
            "bad_window",
            en=f"window_months is a whole number from 1, not {value!r}",
            zh=f"window_months 须为不小于 1 的整数, 不能是 {value!r}",
            file=shown,
        )
    return value
