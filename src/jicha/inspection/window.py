"""What a sweep looks at: house settings with their reasons, in `policy/sweep.yaml`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from jicha.inspection.topic import Parameter
from jicha.kernel.errors import ContentError
from jicha.kernel.period import Month
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.yaml_place import Place, YamlFile
from jicha.warehouse.manifest import Manifest


class _SweepPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    window_months: Parameter | None = None
    gap_months: Parameter | None = None


FILE = "policy/sweep.yaml"

#: What the file may set.
SETTINGS = _SweepPolicy.__struct_fields__


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


def sweep_values(roots: ContentRoots, name: str) -> list[tuple[Place, Parameter]]:
    """What each root gives for a setting, in the order of the roots: the last one holds."""
    found = []
    for path in (root / FILE for root in roots):
        if path.is_file():
            file = YamlFile(path, roots.shown(path))
            given = getattr(file.typed(_SweepPolicy), name)
            if given is not None:
                found.append((Place(file, (name,)), given))
    return found


def _whole(roots: ContentRoots, name: str) -> int:
    given = sweep_values(roots, name)
    value = given[-1][1].value if given else None
    shown = given[-1][0].file.shown if given else roots.shown(roots.public / FILE)
    if not isinstance(value, int) or value < 1:
        raise ContentError(
            "bad_sweep_policy",
            en=f"{name} is a whole number from 1, not {value!r}",
            zh=f"{name} 须为不小于 1 的整数, 不能是 {value!r}",
            file=shown,
            line=given[-1][0].line if given else None,
        )
    return value


def newest_month(manifest: Manifest, tables: Iterable[str], gap: int) -> Month:
    """The last month with data, not counting months that lie apart from the bulk: a mistyped date of the
    future must not make all that is true outside the window. Some of the tables hold dated rows."""
    rows: Counter[Month] = Counter()
    for table in tables:
        for partition in manifest.partitions(table):
            if partition.month:
                rows[Month.parse(partition.month)] += partition.rows
    newest = max(rows, key=lambda month: (rows[month], month))
    while following := [month for month in rows if newest < month <= newest.plus(gap)]:
        newest = max(following)
    return newest
