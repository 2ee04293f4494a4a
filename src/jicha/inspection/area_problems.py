"""One area, one list of problems: what a sweep found of a transformer area, its customers and their meters.

An area manager is sent once, with everything that is open in the area; losses, files and meters are different topics
of the same street.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import sqlglot.expressions as exp

from jicha.kernel.errors import UnknownKey
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.slices import Store, statement, swapped


@dataclass(frozen=True, slots=True)
class Area:
    """A transformer area as marketing's files have it. `readers` names the reader of each customer filed in it, None
    where its book is unknown; `manager_id` the area manager (台区经理), None where none is on file."""

    area_id: str
    readers: Mapping[str, str | None]
    manager_id: str | None = None

    @property
    def reader_id(self) -> str | None:
        """Who reads most of the area's customers; of equals the first by number."""
        counted = Counter(reader for reader in self.readers.values() if reader is not None)
        return min(counted, key=lambda reader: (-counted[reader], reader), default=None)

    def holds(self, row: Mapping[str, Any]) -> bool:
        """Whether a row of findings, absences or cleared hits is of this area or of a customer filed in it."""
        if row["customer_id"] in self.readers:
            return True
        return bool(row["subject_id"] == self.area_id and row.get("subject_type_code", "area") == "area")

    def owner(self, row: Mapping[str, Any]) -> str | None:
        """Who answers for a row of the area: its manager; where none is on file the reader of the customer, else of
        most of the area."""
        return self.manager_id or self.readers.get(row["customer_id"] or "") or self.reader_id


def area(store: Store, engine: Engine, area_id: str) -> Area:
    """The area with its customers at the store's manifest. Raises `UnknownKey` where no such area is on file."""
    known = store.query(engine, "core.area", None, None)
    columns = [exp.column(name, quoted=True) for name in ("area_id", "manager_id")]
    listed = exp.Select(expressions=columns).from_(exp.alias_(exp.Subquery(this=known), "area", table=True))
    areas = {str(found): manager for found, manager in engine.rows(listed)}
    if area_id not in areas:
        near = ", ".join(get_close_matches(area_id, sorted(areas), n=3))
        raise UnknownKey(
            "unknown_area",
            en=f"there is no transformer area {area_id}" + (f"; did you mean {near}" if near else ""),
            zh=f"没有编号为 {area_id} 的台区" + (f"; 是否应为 {near}" if near else ""),
        )
    query = statement(
        "select c.customer_id as customer_id, b.reader_id as reader_id from customer as c "
        "join asked as a on a.area_id = c.area_id "
        "left join reading_book as b on b.reading_book_id = c.reading_book_id"
    )
    queries = {
        "customer": store.query(engine, "core.customer", None, None),
        "reading_book": store.query(engine, "core.reading_book", None, None),
        "asked": engine.register("asked_area", {"area_id": "text"}, [(area_id,)]),
    }
    readers = {
        str(customer): None if reader is None else str(reader)
        for customer, reader in engine.rows(swapped(query, queries))
    }
    manager = areas[area_id]
    return Area(area_id, readers, None if manager is None else str(manager))
