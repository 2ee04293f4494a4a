"""All policy of an installation, and what of it a run's statements read.

Law is the same for all; policy is what organisations decide for themselves: thresholds of topics, readings of
law left open, tables of house limits. A run resolves it once for the organisations of its manifest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import sqlglot.expressions as exp

from jicha.inspection.innocence import InnocenceCheck
from jicha.inspection.nearest import OrgTree
from jicha.inspection.parameter import Override, overrides_of, resolve, resolved_digest
from jicha.inspection.policy_file import choice_files
from jicha.inspection.policy_setting import LawSettings, load_choices
from jicha.inspection.policy_table import PolicyTable, load_tables
from jicha.inspection.run_topic import Values
from jicha.inspection.topic import Topic
from jicha.kernel.canonical import digest
from jicha.law.settings import Setting
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.catalogue import Catalogue, OrganisationTable
from jicha.warehouse.engines.protocol import Engine

#: What declares parameters and reads relations.
Model = Topic | InnocenceCheck


@dataclass(frozen=True)
class Policy:
    """What all policy files say, cross-checked, before anybody asks for an organisation."""

    overrides: tuple[Override, ...]
    law_settings: LawSettings
    tables: Mapping[str, PolicyTable]

    @property
    def relations(self) -> list[OrganisationTable]:
        """The `policy.*` relations of a catalogue."""
        return [self.law_settings, *self.tables.values()]


def load_policy(roots: ContentRoots, lexicon: Lexicon, settings: Mapping[str, Setting]) -> Policy:
    """All policy of all roots. Raises `ContentError` with file and line."""
    files = list(choice_files(roots))
    return Policy(
        overrides=overrides_of(files),
        law_settings=LawSettings(settings, load_choices(files, settings)),
        tables=load_tables(roots, files, lexicon),
    )


def named(model: Model) -> str:
    """What `of` of a policy value says for a topic or a check."""
    return model.name if isinstance(model, Topic) else f"innocence/{model.name}"


@dataclass(frozen=True)
class RunPolicy:
    """Policy as one run judges by it: thresholds by `named` model at the business date, and the rows of the
    `policy.*` relations its models read, over all dates."""

    values: Mapping[str, Values]
    rows: Mapping[str, Sequence[tuple[Any, ...]]]

    @classmethod
    def resolved(
        cls,
        models: Iterable[Model],
        catalogue: Catalogue,
        overrides: Sequence[Override],
        tree: OrgTree,
        on: date,
    ) -> RunPolicy:
        """For every organisation of the tree. Raises `ContentError` for a threshold nobody declares."""
        listed = {named(model): model for model in models}
        values = {
            of: resolve(
                of, model.header.parameters, model.content.shown, tree=tree, overrides=overrides, on=on
            )
            for of, model in listed.items()
        }
        reads = {read for model in listed.values() for read in model.reads}
        tables = {name: table for name, table in catalogue.by_organisation.items() if name in reads}
        return cls(values, {name: table.rows(tree.parents) for name, table in sorted(tables.items())})

    def queries(self, engine: Engine, catalogue: Catalogue) -> dict[str, exp.Query]:
        """The relations, held in an engine."""
        return {
            name: engine.register(name.replace(".", "_"), catalogue.relation(name).columns, rows)
            for name, rows in self.rows.items()
        }

    @property
    def digest(self) -> str:
        """Changes exactly when some organisation is judged by something else."""
        values = {of: resolved_digest(found) for of, found in sorted(self.values.items())}
        return digest([values, {name: list(map(_plain, rows)) for name, rows in self.rows.items()}])

    def digest_for(self, models: Iterable[Model], org_id: str | None) -> str:
        """What one organisation's findings of a topic and its checks were judged by."""
        listed = list(models)
        values = [self.values.get(named(model), {}).get(org_id or "", {}) for model in listed]
        told: list[Any] = [{key: r.value.normalize() for key, r in sorted(value.items())} for value in values]
        reads = sorted({read for model in listed for read in model.reads} & set(self.rows))
        return digest([*told, *([name, self._by_organisation[name].get(org_id or "", [])] for name in reads)])

    @cached_property
    def _by_organisation(self) -> dict[str, dict[str, list[list[Any]]]]:
        found: dict[str, dict[str, list[list[Any]]]] = {}
        for name, rows in self.rows.items():
            found[name] = defaultdict(list)
            for row in rows:
                found[name][row[0]].append(_plain(row[1:]))
        return found


def _plain(row: Sequence[Any]) -> list[Any]:
    """A row for a digest: 10.0 is no other limit than 10."""
    return [cell.normalize() if isinstance(cell, Decimal) else cell for cell in row]
