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
    window_months: Parameter | None = None
    gap_months: Parameter | None = None


FILE = "policy/sweep.yaml"


@dataclass(frozen=True, slots=True)
class SweepPolicy:
    """`window_months`: months judged, that of the business date included. `gap_months`: how far apart two
    months with data may lie for the later one to count as the newest."""

    window_months: int
    gap_months: int


def sweep_policy(roots: ContentRoots) -> SweepPolicy:
    """The settings of this installation: each from the last root whose `policy/sweep.yaml` gives it.

    Raises `ContentError` for a setting that is missing everywhere or is no whole number from 1.
    """
    return SweepPolicy(
        window_months=_whole(roots, "window_months"),
        gap_months=_whole(roots, "gap_months"),
    )


def _whole(roots: ContentRoots, name: str) -> int:
    given: Parameter | None = None
    shown = roots.shown(roots.public / FILE)
    for path in (root / FILE for root in roots):
        if path.is_file():
            found = getattr(
                typed(read_text(path, roots.shown(path)), _SweepPolicy, file=roots.shown(path)), name
            )
            given, shown = (found, roots.shown(path)) if found is not None else (given, shown)
    value = None if given is None else given.value
    if not isinstance(value, int) or value < 1:
        raise ContentError(
            "bad_sweep_policy",
            en=f"{name} is a whole number from 1, not {value!r}",
            zh=f"{name} 须为不小于 1 的整数, 不能是 {value!r}",
            file=shown,
        )
    return value
