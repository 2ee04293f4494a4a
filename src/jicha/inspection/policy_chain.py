"""Why an organisation gets a value: everybody who spoke, from the organisation up, and why one of them wins.

A key names one thing policy decides: `theme/topic.parameter`, `innocence/check.parameter`,
`sweep.window_months`, `law/<setting>` or `<policy table>.<column>`, which has one chain for each key of the table;
`<table>/<value>….<column>` narrows it to keys that begin with these values, `*` being any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from jicha.inspection.innocence import load_checks
from jicha.inspection.nearest import DEFAULT, EVERYWHERE, OrgTree, Statement, holds, nearest
from jicha.inspection.policy import Model, Policy, named
from jicha.inspection.policy_setting import LAW, SINCE_EVER
from jicha.inspection.policy_table import SWEEP, PolicyTable
from jicha.inspection.topic import load_topics
from jicha.inspection.window import SETTINGS, sweep_values
from jicha.kernel.errors import UnknownKey
from jicha.kernel.text import Text
from jicha.law.table import nearest as alike
from jicha.lexicon.lexicon import Lexicon
from jicha.warehouse.catalogue import Catalogue

#: Why a statement holds or does not: it wins, a nearer one does, a later content root says otherwise, its days
#: are over or have not come.
Standing = Literal["wins", "nearer_wins", "replaced", "past", "future"]


@dataclass(frozen=True, slots=True)
class Said:
    """One statement as a person reads it. `valid_from` is `SINCE_EVER` for a default."""

    org_id: str
    value: str
    valid_from: date
    valid_to: date | None
    owner: str | None
    why: Text
    file: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Thing:
    """What a key names. `item` is the key of a policy table's row, `called` what a person says for it; `options`
    are the answers to a question of law."""

    key: str
    item: str
    called: Text | None
    title: Text
    description: Text | None
    unit: str
    said: tuple[Said, ...]
    options: Mapping[str, Text] | None = None

    def wins(self, places: Sequence[str], on: date) -> Said | None:
        return nearest(self.said, places, on)


@dataclass(frozen=True, slots=True)
class Level:
    """One place that may speak, nearest first: an organisation, `EVERYWHERE` or `DEFAULT`."""

    org_id: str
    said: tuple[tuple[Said, Standing], ...]


@dataclass(frozen=True, slots=True)
class Differing:
    """An organisation with a value of its own. `depth` counts those above it that have one too; one that is not
    in the lake has no place in the tree."""

    org_id: str
    depth: int
    said: Said
    is_known: bool = True


def chain(thing: Thing, tree: OrgTree, org_id: str, on: date) -> list[Level]:
    """Every level of an organisation with all that was ever said there, and why it holds or does not."""
    places = tree.places(org_id)
    wins = thing.wins(places, on)
    has_default = any(said.org_id == DEFAULT for said in thing.said)
    levels = []
    for place in places if has_default else places[:-1]:
        here = sorted((s for s in thing.said if s.org_id == place), key=lambda said: said.valid_from)
        levels.append(Level(place, tuple((said, _standing(said, wins, on)) for said in here)))
    return levels


def differing(thing: Thing, tree: OrgTree, on: date) -> list[Differing]:
    """The organisations with a value of their own on a day, each below the nearest above it that has one."""
    own = {said.org_id: said for said in thing.said if holds(said, on)}
    found = [
        (tuple(reversed(line)), Differing(org_id, sum(above in own for above in line[1:]), own[org_id]))
        for org_id, line in tree.chains.items()
        if org_id in own
    ]
    listed = [each for _, each in sorted(found, key=lambda pair: pair[0])]
    strange = sorted(set(own) - set(tree.parents) - {EVERYWHERE, DEFAULT})
    return listed + [Differing(org_id, 0, own[org_id], is_known=False) for org_id in strange]


def things(key: str, catalogue: Catalogue, policy: Policy) -> list[Thing]:
    """What a key names. Raises `UnknownKey` with near keys."""
    if key.startswith(LAW):
        return [_setting(key, policy)]
    of, _, name = key.removeprefix("policy.").rpartition(".")
    if of == SWEEP and name in SETTINGS:
        return [_sweep(name, catalogue)]
    table, *wanted = of.split("/")
    if table in policy.tables and not wanted:
        return _cells(policy.tables[table], name, wanted, catalogue.lexicon)
    models = {named(model): model for model in _models(catalogue)}
    if of in models:
        return [_parameter(models[of], name, policy)]
    if table in policy.tables:
        return _cells(policy.tables[table], name, wanted, catalogue.lexicon)
    known = [
        *(f"{of}.{name}" for of, model in models.items() for name in model.header.parameters),
        *(f"{SWEEP}.{name}" for name in SETTINGS),
        *(f"{name}.{column}" for name, table in policy.tables.items() for column in table.values),
        *(LAW + name for name in policy.law_settings.settings),
    ]
    raise _unknown("unknown_topic", key, known)


def _standing(said: Said, wins: Said | None, on: date) -> Standing:
    if said is wins:
        return "wins"
    if on < said.valid_from:
        return "future"
    if not holds(said, on):
        return "past"
    return "replaced" if wins is not None and wins.org_id == said.org_id else "nearer_wins"


def _models(catalogue: Catalogue) -> list[Model]:
    return [*load_topics(catalogue).values(), *load_checks(catalogue).values()]


def _parameter(model: Model, name: str, policy: Policy) -> Thing:
    of, header = named(model), model.header
    declared = header.parameters.get(name)
    if declared is None:
        raise _unknown("unknown_parameter", f"{of}.{name}", [f"{of}.{each}" for each in header.parameters])
    default = Said(
        org_id=DEFAULT,
        value=str(declared.value),
        valid_from=SINCE_EVER,
        valid_to=None,
        owner=None,
        why=declared.reason,
        file=model.content.shown,
        line=model.content.line_of("parameters", name),
    )
    stated = [o for o in policy.overrides if o.of == of and o.parameter == name]
    said = [_said(override, str(override.value), override.owner, override.why) for override in stated]
    return Thing(f"{of}.{name}", "", None, header.title.text, None, declared.unit, (*said, default))


def _setting(key: str, policy: Policy) -> Thing:
    settings = policy.law_settings.settings
    setting = settings.get(key.removeprefix(LAW))
    if setting is None:
        raise _unknown("unknown_setting", key, [LAW + name for name in settings])
    stated = policy.law_settings.stated(setting)
    said = tuple(_said(choice, choice.choice, choice.owner, choice.why) for choice in stated)
    return Thing(key, "", None, setting.title, setting.question, "", said, setting.options)


def _cells(table: PolicyTable, name: str, wanted: Sequence[str], lexicon: Lexicon) -> list[Thing]:
    of = table.name
    if name not in table.values:
        raise _unknown("unknown_parameter", f"{of}.{name}", [f"{of}.{column}" for column in table.values])
    field = lexicon.field(name)
    found = [
        Thing(
            key=f"{of}.{name}",
            item="/".join(map(str, key)),
            called=_called(table.key, key, lexicon),
            title=Text(en=f"{table.title.en}: {field.en}", zh=f"{table.title.zh}: {field.zh}"),
            description=table.description,
            unit=field.unit or "",
            said=tuple(_said(row, _spelled(row.values[name]), row.owner, row.why) for row in stated),
        )
        for key, stated in table.by_key().items()
        if len(wanted) <= len(key)
        and all(want in ("*", str(cell)) for want, cell in zip(wanted, key, strict=False))
    ]
    if not found:
        keys = ["/".join(map(str, (of, *key))) + f".{name}" for key in table.by_key()]
        raise _unknown("unknown_parameter", "/".join((of, *wanted)) + f".{name}", keys)
    return found


def _called(columns: Sequence[str], key: Sequence[Any], lexicon: Lexicon) -> Text | None:
    """The key of a row in words, codes by their names; None where the table has a single row."""
    if not columns:
        return None
    lists = [lexicon.field(column).code for column in columns]
    cells = list(zip(lists, map(str, key), strict=True))
    return Text(
        en=" · ".join(cell if code is None else lexicon.codes(code)[cell].en for code, cell in cells),
        zh=" · ".join(cell if code is None else lexicon.codes(code)[cell].zh for code, cell in cells),
    )


def _sweep(name: str, catalogue: Catalogue) -> Thing:
    """The public value is the default; a private root speaks for all, the last one wins."""
    given = sweep_values(catalogue.roots, name)
    public = catalogue.roots.public
    said = [
        Said(
            org_id=DEFAULT if place.file.path.is_relative_to(public) else EVERYWHERE,
            value=str(value.value),
            valid_from=SINCE_EVER,
            valid_to=None,
            owner=None,
            why=value.reason,
            file=place.file.shown,
            line=place.line,
        )
        for place, value in given
    ]
    title = Text(en="What a sweep looks at; the same for all organisations", zh="稽查批次的范围; 各单位相同")
    return Thing(f"{SWEEP}.{name}", "", None, title, None, given[-1][1].unit if given else "", tuple(said))


def _said(stated: Statement, value: str, owner: str | None, why: Text) -> Said:
    return Said(
        stated.org_id, value, stated.valid_from, stated.valid_to, owner, why, stated.file, stated.line
    )


def _spelled(value: Any) -> str:
    return "" if value is None else str(value)


def _unknown(code: str, key: str, known: Iterable[str]) -> UnknownKey:
    listed = list(known)
    near = alike(key, listed)
    # Somebody who knows the last word alone finds where it belongs.
    last = key.rpartition(".")[2].rpartition("/")[2]
    near = near or [each for each in listed if last and last in each][:3] or listed[:3]
    return UnknownKey(
        code,
        en=f"policy decides nothing called {key}; write theme/topic.parameter, innocence/check.parameter, "
        f"sweep.window_months, <table>.<column> or law/<setting>; did you mean {', '.join(near) or 'nothing'}?",
        zh=f"没有名为 {key} 的参数; 可写主题/参数 (theme/topic.parameter)、innocence/check.parameter、"
        f"sweep.window_months、<政策表>.<列> 或 law/<设置项>; 是否应为 {'、'.join(near) or '(无)'}?",
    )
