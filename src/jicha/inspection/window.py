"""What a sweep looks at: house settings with their reasons, in `policy/sweep.yaml`."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from jicha.inspection.topic import Parameter
from jicha.kernel.errors import ContentError
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.text_file import read_text
from jicha.lexicon.yaml_file import typed


class _SweepPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    window_months: Parameter
    gap_months: Parameter


@dataclass(frozen=True, slots=True)
class SweepPolicy:
    """`window_months`: months judged, that of the business date included. `gap_months`: how far apart two
    months with data may lie for the later one to count as the newest."""

    window_months: int
    gap_months: int


def sweep_policy(roots: ContentRoots) -> SweepPolicy:
    """The settings of this installation; a private root may replace the file. Raises `ContentError`."""
    paths = roots.files("policy", "sweep.yaml")
    if not paths:
        raise ContentError(
            "no_sweep_policy",
            en="policy/sweep.yaml is missing",
            zh="缺少 policy/sweep.yaml",
            file=roots.public,
        )
    shown = roots.shown(paths[-1])
    read = typed(read_text(paths[-1], shown), _SweepPolicy, file=shown)
    return SweepPolicy(
        window_months=_whole(read.window_months, "window_months", shown),
        gap_months=_whole(read.gap_months, "gap_months", shown),
    )


def _whole(parameter: Parameter, name: str, shown: str) -> int:
    value = parameter.value
    if not isinstance(value, int) or value < 1:
        raise ContentError(
            "bad_sweep_policy",
            en=f"{name} is a whole number from 1, not {value!r}",
            zh=f"{name} 须为不小于 1 的整数, 不能是 {value!r}",
            file=shown,
        )
    return value
