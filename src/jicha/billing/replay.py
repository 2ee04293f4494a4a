"""Replay: the same charge models on scenarios, and what they change, by bill and charge.

All scenarios of a caller run in one pass: a few statements for a batch of them, whatever their number. Impact is
scenario - actual, both recalculated; what was issued is told beside it and plays no part. A bill that may have changed
and cannot be recalculated on either side makes the whole partial: `Replayed.status` says so, its sum is no total.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from jicha.billing.replay_pass import ReplayPass
from jicha.billing.replay_result import Replayed
from jicha.billing.scenario import FIELDS, Override, collisions, joined
from jicha.kernel.errors import ContentError
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.slices import Store, statement, swapped

#: Scenarios in one pass of the charge models; bounds memory, not results.
SCENARIOS_A_PASS = 20_000


def replay(store: Store, engine: Engine, overrides: Iterable[Override]) -> dict[str, Replayed]:
    """Each scenario replayed, by its id. The store has `mart.recalculated_bill` and all under it built.

    Overrides of a scenario that exclude each other are not replayed but told. Raises `ContentError` for a field that
    cannot be overridden, and for a charge model the engine refuses.
    """
    by_scenario: dict[str, list[Override]] = {}
    for each in overrides:
        if each.field not in FIELDS or each.valid_from >= each.valid_to:
            raise _refused(each)
        by_scenario.setdefault(each.scenario_id, []).append(each)
    found: dict[str, Replayed] = {}
    running: list[list[Override]] = []
    for scenario_id, given in sorted(by_scenario.items()):
        whole = joined(given)
        if pairs := collisions(whole):
            found[scenario_id] = Replayed(scenario_id, tuple(whole), conflicts=tuple(pairs))
        else:
            running.append(whole)
    for bucket, batch in _batches(store, engine, running):
        found |= ReplayPass(store, engine, bucket, batch).run()
    return found


def _refused(override: Override) -> ContentError:
    return ContentError(
        "bad_override",
        en=f"the override of {override.field} from {override.valid_from} to {override.valid_to} cannot be replayed: "
        "a field replay knows, and a first day before the last, are needed",
        zh=f"无法重算对 {override.field} 自 {override.valid_from} 至 {override.valid_to} 的改写: "
        "字段须可改写, 且起始日早于终止日",
    )


def _batches(
    store: Store, engine: Engine, scenarios: Sequence[list[Override]]
) -> Iterable[tuple[int | None, list[Override]]]:
    """The overrides in batches a pass can hold: all at once where they are few, else by bucket of the customer."""
    if not scenarios:
        return
    if len(scenarios) <= SCENARIOS_A_PASS:
        yield None, [each for whole in scenarios for each in whole]
        return
    buckets = _buckets(store, engine, {whole[0].customer_id for whole in scenarios})
    ordered = sorted(scenarios, key=lambda whole: buckets.get(whole[0].customer_id, -1))
    for bucket, group in groupby(ordered, key=lambda whole: buckets.get(whole[0].customer_id, -1)):
        waiting = list(group)
        for start in range(0, len(waiting), SCENARIOS_A_PASS):
            part = waiting[start : start + SCENARIOS_A_PASS]
            yield (None if bucket < 0 else bucket), [each for whole in part for each in whole]


def _buckets(store: Store, engine: Engine, customers: Iterable[str]) -> dict[str, int]:
    """In which bucket of the lake each customer's bills lie."""
    wanted = engine.register(
        "replay_customer", {"customer_id": "text"}, [(each,) for each in sorted(customers)]
    )
    query = statement(
        "select c.customer_id as customer_id from core_customer as c join wanted as w on w.customer_id = c.customer_id"
    )
    found: dict[str, int] = {}
    for bucket in store.buckets():
        own = store.query(engine, "core.customer", bucket, None)
        found |= {
            row[0]: bucket for row in engine.rows(swapped(query, {"core_customer": own, "wanted": wanted}))
        }
    return found
