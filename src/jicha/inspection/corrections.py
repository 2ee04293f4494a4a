"""Facts of the past that later files changed or took back, as the lake's manifests list them.

Only dated facts (readings, bills) count: a file on the customer or the meter that is put right is a mending,
and the finding it ends is gone, not withdrawn.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlglot.expressions as exp

from jicha.inspection.presence import Correction
from jicha.inspection.topic import Topic
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.manifest import CHANGE_COLUMNS, changes_between
from jicha.warehouse.slices import Store


def past_corrections(topic: Topic, since: int, store: Store, engine: Engine) -> Iterable[Correction]:
    """Corrections of dated tables under `topic` after manifest `since`, up to the sweep's manifest."""
    changes = changes_between(store.workspace, since, store.manifest.number)
    if not changes.files:
        return
    core = store.catalogue.core
    dated = {name for name in store.catalogue.core_upstream(topic.reads) if core[name].partition_on}
    source = engine.scan(list(changes.files), CHANGE_COLUMNS)
    names = ("customer_id", "table_name", "first_on", "last_on", "origin_file", "origin_row", "kind")
    query = exp.Select(expressions=[exp.column(name, quoted=True) for name in names]).from_(
        exp.alias_(exp.Subquery(this=source), "change", table=True)
    )
    found = [row for row in engine.rows(query) if row[1] in dated and row[2] is not None]
    areas = _areas(store, engine) if found and topic.header.subject == "area" else {}
    for customer_id, table, first_on, last_on, file, row, kind in found:
        yield Correction(
            str(customer_id),
            str(table),
            first_on,
            last_on,
            f"{file}:{row}",
            is_removal=kind == "removed",
            area_id=areas.get(str(customer_id)),
        )


def _areas(store: Store, engine: Engine) -> dict[str, str]:
    """The area of each customer that is filed in one."""
    columns = [exp.column(name, quoted=True) for name in ("customer_id", "area_id")]
    customers = exp.alias_(
        exp.Subquery(this=store.query(engine, "core.customer", None, None)), "customer", table=True
    )
    rows = engine.rows(exp.Select(expressions=columns).from_(customers))
    return {str(customer): str(area) for customer, area in rows if area is not None}
