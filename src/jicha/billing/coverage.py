"""How many bills were recalculated, and why the others were not: a partial count never looks like a total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jicha.billing.relations import ACTUAL, BILL
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.slices import Store, statement, swapped

#: Stands for "recalculated" among the reasons.
RECALCULATED = ""

_COUNTED = (
    "select coalesce(b.not_recalculated_code, '') as reason, count(*) as bills, "
    "sum(case when b.difference_yuan <> 0 then 1 else 0 end) as differing from bill as b "
    f"where b.scenario_id = '{ACTUAL}' group by coalesce(b.not_recalculated_code, '')"
)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Electricity bills by what became of them. `reasons` maps codes of not_recalculated.csv to numbers of bills;
    `differing` are the recalculated ones whose issued amount is another."""

    recalculated: int
    differing: int
    reasons: Mapping[str, int]

    @property
    def bills(self) -> int:
        return self.recalculated + sum(self.reasons.values())

    def as_json(self) -> dict[str, Any]:
        return {
            "bills": self.bills,
            "recalculated": self.recalculated,
            "differing": self.differing,
            "not_recalculated": dict(self.reasons),
        }


def coverage(store: Store, engine: Engine) -> Coverage:
    """Counts the bills of a store in which `mart.recalculated_bill` is built."""
    query = swapped(statement(_COUNTED), {"bill": store.query(engine, BILL, None, None)})
    found = {
        str(reason): (int(bills), int(differing or 0)) for reason, bills, differing in engine.rows(query)
    }
    recalculated, differing = found.pop(RECALCULATED, (0, 0))
    most_first = sorted(found.items(), key=lambda each: (-each[1][0], each[0]))
    return Coverage(recalculated, differing, {reason: bills for reason, (bills, _) in most_first})
