"""One run of the charge models over a batch of scenarios: a few statements, whatever their number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlglot.expressions as exp

from jicha.billing.relations import BILL, SEGMENT
from jicha.billing.replay_result import ADJUSTMENT, BillReplayed, Replayed, weakest
from jicha.billing.scenario import (
    INPUT,
    OVERRIDE_COLUMNS,
    SUBJECT_COLUMNS,
    Override,
    override_rows,
    subjects,
    window,
)
from jicha.billing.scenario_input import SAME_PLACE, input_statement
from jicha.kernel.errors import ContentError
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.model import Mart, setting_rows
from jicha.warehouse.slices import Store, statement, swapped

Row = Mapping[str, Any]

#: Amounts of a recalculated bill that are no charge of it.
_TOTALS = frozenset({"recalculated_yuan", "issued_yuan", "difference_yuan"})

#: One row a scenario and bill: both sides of it, and what tells whether it may have changed.
_COMPARED = """
with touched as (
  select i.scenario_id as scenario_id, i.customer_id as customer_id, i.bill_id as bill_id,
    max(i.bill_to_on) as to_on, sum(i.overridden_count) as overridden_count
  from input as i group by i.scenario_id, i.customer_id, i.bill_id
),
tiered as (
  select s.scenario_id as scenario_id, s.customer_id as customer_id, s.bill_id as bill_id,
    count(s.tier_before_kwh) as tier_count
  from segment as s group by s.scenario_id, s.customer_id, s.bill_id
)
select {output}
from touched as t
join scenario_bill as b on b.scenario_id = t.scenario_id and b.customer_id = t.customer_id and b.bill_id = t.bill_id
left join tiered as w on w.scenario_id = t.scenario_id and w.customer_id = t.customer_id and w.bill_id = t.bill_id
left join actual_bill as a on a.customer_id = t.customer_id and a.bill_id = t.bill_id
order by t.scenario_id, t.to_on, t.bill_id
"""
_OUTPUT = {
    "scenario_id": "t.scenario_id",
    "bill_id": "t.bill_id",
    "month_on": "b.month_on",
    "from_on": "b.from_on",
    "to_on": "t.to_on",
    "overridden_count": "cast(t.overridden_count as bigint)",
    "tier_count": "cast(coalesce(w.tier_count, 0) as bigint)",
    "actual_kwh": "a.energy_kwh",
    "scenario_kwh": "b.energy_kwh",
    "actual_yuan": "a.recalculated_yuan",
    "scenario_yuan": "b.recalculated_yuan",
    "issued_yuan": "b.issued_yuan",
    "actual_confidence": "a.law_confidence_code",
    "scenario_confidence": "b.law_confidence_code",
    "actual_reason": "a.not_recalculated_code",
    "scenario_reason": "b.not_recalculated_code",
}


class ReplayPass:
    """One run of the charge models over the scenarios of a batch."""

    def __init__(
        self, store: Store, engine: Engine, bucket: int | None, overrides: Sequence[Override]
    ) -> None:
        self.store, self.engine, self.bucket, self.overrides = store, engine, bucket, overrides
        self.subjects = subjects(overrides)
        self.window = window(self.subjects)
        self.relations: dict[str, exp.Query] = {}
        columns = store.catalogue.relation(BILL).columns
        self.charges = [name for name in columns if name.endswith("_yuan") and name not in _TOTALS]

    def run(self) -> dict[str, Replayed]:
        self._register()
        self._keep_input()
        for mart in charge_models(self.store):
            self.relations[mart.name] = self._kept(mart)
        used = self._used()
        rows: dict[str, list[Row]] = {}
        for row in self._compared():
            rows.setdefault(row["scenario_id"], []).append(row)
        own: dict[str, list[tuple[int, Override]]] = {}
        for number, each in enumerate(self.overrides):
            own.setdefault(each.scenario_id, []).append((number, each))
        return {
            scenario_id: Replayed(
                scenario_id,
                tuple(each for _, each in numbered),
                tuple(_bills(rows.get(scenario_id, []), self.charges)),
                tuple(each for number, each in numbered if number not in used),
            )
            for scenario_id, numbered in own.items()
        }

    def _register(self) -> None:
        rows = [(each.scenario_id, each.customer_id, each.year_from, each.year_to) for each in self.subjects]
        customers = sorted({each.customer_id for each in self.subjects})
        register = self.engine.register
        self.relations["subject"] = register("replay_subject", SUBJECT_COLUMNS, rows)
        self.relations["customer"] = register(
            "replay_customer", {"customer_id": "text"}, [(c,) for c in customers]
        )
        self.relations["override"] = register(
            "replay_override", OVERRIDE_COLUMNS, override_rows(self.overrides)
        )

    def _keep_input(self) -> None:
        columns = dict(self.store.catalogue.relation(INPUT).columns)
        text = input_statement(columns, {each.field for each in self.overrides})
        queries = {
            "billing_input": self._of_subjects(INPUT),
            "reciprocal": self.store.query(self.engine, "reference.reciprocal", None, None),
            **self.relations,
        }
        columns["overridden_count"] = "integer"
        self.relations[INPUT] = self.engine.keep("replay_input", columns, swapped(statement(text), queries))

    def _kept(self, mart: Mart) -> exp.Query:
        queries = {
            read: self.relations[read] if read in self.relations else self._of_subjects(read)
            for read in mart.reads
            if read != "setting"
        }
        if mart.settings:
            columns = mart.setting_relation.columns
            queries["setting"] = self.engine.register("setting", columns, setting_rows(mart.settings))
        name = f"replay_{mart.name.partition('.')[2]}"
        try:
            return self.engine.keep(name, mart.columns, swapped(mart.tree, queries))
        except ContentError as error:
            raise error.placed(mart.content.shown, mart.content.body_line) from error.__cause__

    def _of_subjects(self, name: str) -> exp.Query:
        """A relation's rows of the customers in question; whole where it does not belong to customers."""
        if name in self.store.catalogue.references:
            return self.store.query(self.engine, name, None, None)
        relation = self.store.catalogue.relation(name)
        held = self.store.query(self.engine, name, self.bucket, self.window)
        if "customer_id" not in relation.columns:
            return held
        listed = ", ".join(f"r.{column} as {column}" for column in relation.columns)
        query = statement(
            f"select {listed} from held as r join customer as s on s.customer_id = r.customer_id"
        )
        return swapped(query, {"held": held, "customer": self.relations["customer"]})

    def _used(self) -> set[int]:
        """Numbers of the overrides that hold on a segment of a bill."""
        query = statement(
            "select distinct o.override_no as override_no from override as o join input as i "
            f"on {SAME_PLACE.format(t='i', scenario='scenario_id')} "
            "where i.from_on < o.valid_to and i.to_on > o.valid_from "
            "and (i.from_on >= o.valid_from or not o.is_quantity)"
        )
        queries = {"override": self.relations["override"], "input": self.relations[INPUT]}
        return {int(row[0]) for row in self.engine.rows(swapped(query, queries))}

    def _compared(self) -> list[Row]:
        output = dict(_OUTPUT)
        for name in self.charges:
            output |= {f"actual_{name}": f"a.{name}", f"scenario_{name}": f"b.{name}"}
        listed = ", ".join(f"{source} as {name}" for name, source in output.items())
        queries = {
            "input": self.relations[INPUT],
            "segment": self.relations[SEGMENT],
            "scenario_bill": self.relations[BILL],
            "actual_bill": self._of_subjects(BILL),
        }
        query = swapped(statement(_COMPARED.format(output=listed)), queries)
        return [dict(zip(output, row, strict=True)) for row in self.engine.rows(query)]


def charge_models(store: Store) -> list[Mart]:
    """The models between the input of bills and the recalculated bill, in build order."""
    marts = store.catalogue.marts
    above = {INPUT}
    found = []
    for mart in store.catalogue.upstream([BILL]):
        if mart.name != INPUT and any(read in above for read in mart.reads):
            above.add(mart.name)
            found.append(marts[mart.name])
    return found


def _bills(rows: Sequence[Row], charges: Sequence[str]) -> Iterable[BillReplayed]:
    """A scenario's rows as bills. An override may change the bill it holds in and, on tiers, every one of that year."""
    years = {_year(row) for row in rows if row["overridden_count"]}
    for row in rows:
        moved = row["overridden_count"] > 0 or (row["tier_count"] > 0 and _year(row) in years)
        yield _bill(row, charges, is_concerned=moved)


def _year(row: Row) -> int | None:
    """The tier year: that of the bill's last day."""
    return None if row["to_on"] is None else (row["to_on"] - timedelta(days=1)).year


def _bill(row: Row, charges: Sequence[str], *, is_concerned: bool) -> BillReplayed:
    reason = row["scenario_reason"] or row["actual_reason"]
    is_known = reason is None
    both = {name: (row[f"actual_{name}"], row[f"scenario_{name}"]) for name in charges} if is_known else {}
    told = {row["actual_confidence"], row["scenario_confidence"]}
    return BillReplayed(
        bill_id=row["bill_id"],
        month_on=row["month_on"],
        from_on=row["from_on"],
        to_on=row["to_on"],
        is_concerned=is_concerned and reason != ADJUSTMENT,
        actual_kwh=row["actual_kwh"],
        scenario_kwh=row["scenario_kwh"],
        actual_yuan=row["actual_yuan"],
        scenario_yuan=row["scenario_yuan"],
        issued_yuan=row["issued_yuan"],
        charges=both,
        confidence=weakest(told),
        reason=reason,
    )
