"""House thresholds by organisation: declared in a header, overridden in `policy/parameters/`, nearest wins.

A threshold is resolved at the sweep's date for every organisation: the organisation's own value, else that
of its nearest ancestor that has one, else the header's default. Each resolved value remembers where it came
from, so that `explain parameter` and every finding can show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

import msgspec

from jicha.inspection.topic import Parameter
from jicha.kernel.canonical import digest
from jicha.kernel.errors import ContentError
from jicha.kernel.text import Text
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.text_file import read_text
from jicha.lexicon.yaml_file import typed
from jicha.warehouse.core import Bilingual
from jicha.warehouse.model import is_reason
from jicha.warehouse.model import number as number  # overrides and defaults are read alike

#: `org` of a policy value that holds for the whole tree.
EVERYWHERE = "*"


class _PolicyValue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    of: str
    parameter: str
    value: int | float | str
    valid_from: date
    owner: str
    why: str | Bilingual
    org: str = EVERYWHERE
    valid_to: date | None = None


class _PolicyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    parameters: tuple[_PolicyValue, ...] = ()


@dataclass(frozen=True, slots=True)
class Override:
    """One dated value of a policy file. `of` is a topic's name, or `innocence/<check>`."""

    of: str
    parameter: str
    org_id: str
    value: Decimal
    valid_from: date
    valid_to: date | None
    owner: str
    why: Text
    file: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """The value one organisation gets, and why: `from_org_id` is None for the header's default."""

    parameter: str
    value: Decimal
    unit: str
    from_org_id: str | None
    owner: str | None
    why: Text
    file: str
    sourced: bool


@dataclass(frozen=True)
class OrgTree:
    """Organisations and their parents, as the core table has them."""

    parents: Mapping[str, str | None]

    @cached_property
    def chains(self) -> dict[str, tuple[str, ...]]:
        """For every organisation itself and its ancestors, nearest first."""
        return {org_id: self._chain(org_id) for org_id in sorted(self.parents)}

    def _chain(self, org_id: str) -> tuple[str, ...]:
        chain: list[str] = []
        current: str | None = org_id
        while current is not None:
            if current in chain:
                raise ContentError(
                    "organisation_cycle",
                    en=f"the organisation {org_id} is its own ancestor: {' -> '.join([*chain, current])}",
                    zh=f"单位 {org_id} 的上级关系成环: {' -> '.join([*chain, current])}",
                )
            chain.append(current)
            current = self.parents.get(current)
        return tuple(chain)


def load_overrides(roots: ContentRoots) -> tuple[Override, ...]:
    """All values of `policy/parameters/*.yaml`; a later root replaces a file of the same name."""
    found: list[Override] = []
    for path in roots.files("policy/parameters", "*.yaml"):
        shown = roots.shown(path)
        for value in typed(read_text(path, shown), _PolicyFile, file=shown).parameters:
            if value.valid_to is not None and value.valid_to <= value.valid_from:
                raise ContentError(
                    "policy_span",
                    en=f"{value.of}.{value.parameter}: valid_to {value.valid_to} is not after {value.valid_from}",
                    zh=f"{value.of}.{value.parameter}: valid_to {value.valid_to} 不晚于 {value.valid_from}",
                    file=shown,
                )
            why = value.why if isinstance(value.why, Bilingual) else None
            en, zh = (why.en, why.zh) if why else (str(value.why), str(value.why))
            if not is_reason(en=en, zh=zh):
                raise ContentError(
                    "policy_without_reason",
                    en=f"{value.of}.{value.parameter} for {value.org} needs a reason in `why`",
                    zh=f"{value.of}.{value.parameter} (单位 {value.org}) 的 why 须说明理由",
                    file=shown,
                )
            found.append(
                Override(
                    of=value.of,
                    parameter=value.parameter,
                    org_id=value.org,
                    value=number(value.value, value.parameter, shown),
                    valid_from=value.valid_from,
                    valid_to=value.valid_to,
                    owner=value.owner,
                    why=Text(en=en, zh=zh),
                    file=shown,
                )
            )
    _refuse_overlaps(found)
    return tuple(found)


def resolve(
    of: str,
    declared: Mapping[str, Parameter],
    file: str,
    *,
    tree: OrgTree,
    overrides: Sequence[Override],
    on: date,
) -> dict[str, dict[str, Resolved]]:
    """For each organisation the resolved value of each declared parameter on a date."""
    mine = [
        o for o in overrides if o.of == of and o.valid_from <= on and (o.valid_to is None or on < o.valid_to)
    ]
    unknown = sorted({o.parameter for o in overrides if o.of == of} - set(declared))
    if unknown:
        raise ContentError(
            "unknown_parameter",
            en=f"policy sets {', '.join(unknown)}, which {of} does not declare",
            zh=f"policy 设置了 {of} 未声明的参数 {'、'.join(unknown)}",
            file=next(o.file for o in overrides if o.of == of and o.parameter in unknown),
        )
    by_place = {(o.parameter, o.org_id): o for o in mine}
    defaults = {
        name: Resolved(name, number(p.value, name, file), p.unit, None, None, p.reason, file, p.sourced)
        for name, p in declared.items()
    }
    resolved: dict[str, dict[str, Resolved]] = {}
    for org_id, chain in tree.chains.items():
        resolved[org_id] = {}
        for name, default in defaults.items():
            nearest = next(
                (by_place[name, place] for place in (*chain, EVERYWHERE) if (name, place) in by_place), None
            )
            resolved[org_id][name] = default if nearest is None else _resolved(nearest, default)
    return resolved


def rows(resolved: Mapping[str, Mapping[str, Resolved]], declared: Iterable[str]) -> list[tuple[object, ...]]:
    """Rows of the relation `parameter`: org_id, then the declared parameters in order."""
    names = list(declared)
    return [(org_id, *(values[name].value for name in names)) for org_id, values in resolved.items()]


def resolved_digest(resolved: Mapping[str, Mapping[str, Resolved]]) -> str:
    """Changes exactly when some organisation gets another value."""
    return digest(
        {org: {name: r.value.normalize() for name, r in values.items()} for org, values in resolved.items()}
    )


def _resolved(override: Override, default: Resolved) -> Resolved:
    return Resolved(
        parameter=override.parameter,
        value=override.value,
        unit=default.unit,
        from_org_id=override.org_id,
        owner=override.owner,
        why=override.why,
        file=override.file,
        sourced=default.sourced,
    )


def _refuse_overlaps(overrides: Sequence[Override]) -> None:
    ordered = sorted(overrides, key=lambda o: (o.of, o.parameter, o.org_id, o.valid_from))
    for before, after in pairwise(ordered):
        same = (before.of, before.parameter, before.org_id) == (after.of, after.parameter, after.org_id)
        if same and (before.valid_to is None or after.valid_from < before.valid_to):
            raise ContentError(
                "policy_overlap",
                en=f"two values of {after.of}.{after.parameter} for {after.org_id} hold on {after.valid_from}",
                zh=f"{after.of}.{after.parameter} 在单位 {after.org_id} 于 {after.valid_from} 有两个值",
                file=after.file,
            )
