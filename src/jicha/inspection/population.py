"""How far a topic looked at a subject: the share of what was needed that was there.

Asked only for findings that were not seen again, so the cost grows with suspects and not with customers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jicha.inspection.known import Known
from jicha.inspection.presence import Evaluated
from jicha.inspection.run_topic import SweepWindow
from jicha.inspection.subjects import owner
from jicha.inspection.topic import Topic
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.slices import Store, statement, swapped


def evaluated(
    topic: Topic, findings: Iterable[Known], store: Store, engine: Engine, window: SweepWindow
) -> Mapping[str, Evaluated]:
    """Shares by finding key, over the population's rows since the finding began and inside the window, and
    the organisation of the subject today.

    A finding whose subject has no such row is left out: it was not in the population.
    """
    listed = list(findings)
    if not listed:
        return {}
    organisations = _organisations(topic, listed, store, engine)
    needs = list(topic.header.needs)
    sums = "".join(
        f", cast(sum(p.{need}_observed) as double)"
        f" / nullif(cast(sum(p.{need}_expected) as double), 0) as share_{need}"
        for need in needs
    )
    query = statement(
        f"select w.finding_key as finding_key, count(*) as row_count{sums} from wanted as w "
        f"join population as p on p.{topic.subject_column} = w.subject_id "
        "cross join bound as b where p.to_on > w.period_from and p.to_on > b.from_on and p.to_on <= b.to_on "
        "group by w.finding_key"
    )
    columns = {"finding_key": "text", "subject_id": "text", "period_from": "date"}
    wanted = [(f.finding_key, f.subject_id, f.period_from) for f in listed]
    bound = {"from_on": "date", "to_on": "date"}
    queries = {
        "wanted": engine.register("wanted", columns, wanted),
        "population": store.query(
            engine, topic.header.population, None, window.months(), before=window.to_on
        ),
        "bound": engine.register("bound", bound, [(window.from_on, window.to_on)]),
    }
    found: dict[str, Evaluated] = {}
    for key, _, *values in engine.rows(swapped(query, queries)):
        shares = {need: float(share or 0) for need, share in zip(needs, values, strict=True)}
        org_id = organisations.get(str(key))
        found[str(key)] = Evaluated(shares, org_id, has_organisation=org_id is not None)
    return found


def _organisations(topic: Topic, findings: Iterable[Known], store: Store, engine: Engine) -> dict[str, str]:
    """The organisation of each finding's subject today, where both it and the organisation are known."""
    place = owner(topic.header.subject, topic.columns)
    if place is None:
        return {}
    table, key = place
    wanted = [(f.finding_key, f.customer_id if key == "customer_id" else f.subject_id) for f in findings]
    query = statement(
        f"select w.finding_key as finding_key, g.org_id as org_id from wanted as w "
        f"join owner as o on o.{key} = w.owner_id join organisation as g on g.org_id = o.org_id"
    )
    queries = {
        "wanted": engine.register("wanted_owner", {"finding_key": "text", "owner_id": "text"}, wanted),
        "owner": store.query(engine, table, None, None),
        "organisation": store.query(engine, "core.organisation", None, None),
    }
    return {str(finding): str(org) for finding, org in engine.rows(swapped(query, queries))}
