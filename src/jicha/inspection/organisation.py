"""The tree of organisations as the lake has it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlglot.expressions as exp

from jicha.inspection.nearest import OrgTree
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.slices import Store


@dataclass(frozen=True, slots=True)
class Organisation:
    org_id: str
    parent_org_id: str | None
    org_level_code: str
    org_name: str


def organisations(store: Store, engine: Engine) -> dict[str, Organisation]:
    """All organisations by id."""
    query = store.query(engine, "core.organisation", None, None)
    names = ("org_id", "parent_org_id", "org_level_code", "org_name")
    query = exp.Select(expressions=[exp.column(name, quoted=True) for name in names]).from_(
        exp.alias_(exp.Subquery(this=query), "organisation", table=True)
    )
    return {
        str(row[0]): Organisation(*row)
        for row in engine.rows(query.order_by(exp.column("org_id", quoted=True)))
    }


def organisation_tree(store: Store, engine: Engine) -> OrgTree:
    """Parents by organisation; a parent that is not itself in the table counts as none."""
    found = organisations(store, engine)
    return OrgTree(
        {org_id: (o.parent_org_id if o.parent_org_id in found else None) for org_id, o in found.items()}
    )
