"""House thresholds by organisation: declared in a header, overridden in `policy/parameters/`, nearest wins.

A threshold is resolved at the sweep's date for every organisation: the organisation's own value, else that
of its nearest ancestor that has one, else the header's default. Each resolved value remembers where it came
from, so that `explain parameter` and every finding can show it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jicha.inspection.nearest import OrgTree, nearest, refuse_overlaps
from jicha.inspection.policy_file import ChoicesFile, choice_files, refuse_odd
from jicha.inspection.topic import Parameter
from jicha.kernel.canonical import digest
from jicha.kernel.errors import ContentError
from jicha.kernel.text import Text
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.yaml_place import Place, YamlFile
from jicha.warehouse.model import number as number  # overrides and defaults are read alike


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
    place: Place | None = None

    @property
    def line(self) -> int | None:
        return None if self.place is None else self.place.line


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


def load_overrides(roots: ContentRoots) -> tuple[Override, ...]:
    """All values of `policy/parameters/*.yaml`; a later root replaces a file of the same name."""
    return overrides_of(choice_files(roots))


def overrides_of(files: Iterable[tuple[YamlFile, ChoicesFile]]) -> tuple[Override, ...]:
    """The thresholds of policy files that are already read. Raises `ContentError` with file and line."""
    found: list[Override] = []
    for file, read in files:
        for place_no, value in enumerate(read.parameters):
            place = Place(file, ("parameters", place_no))
            name = f"{value.of}.{value.parameter}"
            refuse_odd(value, name, place)
            try:
                amount = number(value.value, value.parameter, "")
            except ContentError as error:
                raise error.placed(file.shown, place.below("value").line) from error
            found.append(
                Override(
                    of=value.of,
                    parameter=value.parameter,
                    org_id=value.org,
                    value=amount,
                    valid_from=value.valid_from,
                    valid_to=value.valid_to,
                    owner=value.owner,
                    why=value.reason,
                    file=file.shown,
                    place=place,
                )
            )
    refuse_overlaps(found, lambda o: (o.of, o.parameter), lambda o: f"{o.of}.{o.parameter}")
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
    mine = [override for override in overrides if override.of == of]
    for override in mine:
        if override.parameter not in declared:
            near = difflib.get_close_matches(override.parameter, declared, n=3) or list(declared)
            raise ContentError(
                "unknown_parameter",
                en=f"policy sets {override.parameter}, which {of} does not declare; "
                f"it has {', '.join(near) or 'none'}",
                zh=f"policy 设置了 {of} 未声明的参数 {override.parameter}; 该对象的参数: {'、'.join(near) or '无'}",
                file=override.file,
                line=override.line,
            )
    stated = {name: [override for override in mine if override.parameter == name] for name in declared}
    defaults = {
        name: Resolved(name, number(p.value, name, file), p.unit, None, None, p.reason, file, p.sourced)
        for name, p in declared.items()
    }
    resolved: dict[str, dict[str, Resolved]] = {}
    for org_id in tree.chains:
        resolved[org_id] = {}
        for name, default in defaults.items():
            wins = nearest(stated[name], tree.places(org_id), on)
            resolved[org_id][name] = default if wins is None else _resolved(wins, default)
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
