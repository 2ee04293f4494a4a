"""How far a topic looked at a subject: the share of what was needed that was there.

Asked only for findings that were not seen again, so the cost grows with suspects and not with customers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlglot
import sqlglot.expressions as exp

from jicha.inspection.known import Known
from jicha.inspection.presence import Evaluated
from jicha.inspection.run_topic import SweepWindow
from jicha.inspection.topic import Topic
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.slices import Store, swapped


def evaluated(
    topic: Topic, findings: Iterable[Known], store: Store, engine: Engine, window: SweepWindow
) -> Mapping[str, Evaluated]:
    """Shares by finding key, over the population's rows since the finding began and inside the window.

    A finding whose subject has no such row is left out: it was not in the population.
    """
    wanted = [(f.finding_key, f.subject_id, f.period_from) for f in findings]
    if not wanted:
        return {}
    needs = list(topic.header.needs)
    sums = "".join(
        f", cast(sum(p.{need}_observed) as double) / nullif(cast(sum(p.{need}_expected) as double), 0) as share_{need}"
        for need in needs
    )
    subject = topic.subject_column
    query = sqlglot.parse_one(
        f"select w.finding_key as finding_key, count(*) as row_count{sums} from wanted as w "
        f"join population as p on p.{subject} = w.subject_id "
        "cross join bound as b where p.to_on > w.period_from and p.to_on > b.from_on and p.to_on <= b.to_on "
        "group by w.finding_key",
        dialect="duckdb",
    )
    if not isinstance(query, exp.Query):  # pragma: no cover - the text above is a query
        raise TypeError("not a query")
    columns = {"finding_key": "text", "subject_id": "text", "period_from": "date"}
    queries = {
        "wanted": engine.register("wanted", columns, wanted),
        "population": store.query(
            engine, topic.header.population, None, window.months(), before=window.to_on
        ),
        "bound": engine.register(
            "bound", {"from_on": "date", "to_on": "date"}, [(window.from_on, window.to_on)]
        ),
    }
    found: dict[str, Evaluated] = {}
    for key, _, *shares in engine.rows(swapped(query, queries)):
        found[str(key)] = Evaluated(
            {need: float(share or 0) for need, share in zip(needs, shares, strict=True)}
        )
    return found
