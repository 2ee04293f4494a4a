"""Names of customers, joined at display and masked; results and journals carry ids only."""

from __future__ import annotations

from collections.abc import Iterable

import sqlglot.expressions as exp

from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.slices import Store


def masked(name: str) -> str:
    """The family name and a star for each further character: 张三丰 -> 张**; a company keeps its ends."""
    if len(name) <= 4:
        return name[:1] + "*" * (len(name) - 1)
    return name[:2] + "*" * (len(name) - 4) + name[-2:]


def masked_names(store: Store, engine: Engine, customer_ids: Iterable[str | None]) -> dict[str, str]:
    """Masked names by customer id; customers without a person row are left out."""
    wanted = sorted({customer_id for customer_id in customer_ids if customer_id})
    if not wanted:
        return {}
    people = exp.alias_(exp.Subquery(this=store.query(engine, "core.person", None, None)), "p", table=True)
    asked = engine.register("asked", {"customer_id": "text"}, [(customer_id,) for customer_id in wanted])
    query = (
        exp.Select(
            expressions=[
                exp.column("customer_id", table="p", quoted=True),
                exp.column("customer_name", table="p", quoted=True),
            ]
        )
        .from_(people)
        .join(
            exp.alias_(exp.Subquery(this=asked), "a", table=True),
            on=exp.EQ(
                this=exp.column("customer_id", table="a", quoted=True),
                expression=exp.column("customer_id", table="p", quoted=True),
            ),
        )
    )
    return {str(customer_id): masked(str(name)) for customer_id, name in engine.rows(query) if name}
