"""The input of scenarios in SQL: rows of the contract of `mart.billing_input`, overridden, cut and put together again.

The columns come from the contract, so a column added there is a column here. A segment is cut where an override begins
or ends within it, and its registers are shared out by days as the actual input does at a change of terms. Where a
correction makes the terms on both sides of a cut the same again, there is one segment and one rounding: undoing a
fault gives the bill that would have been issued without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from jicha.billing.scenario import QUANTITY_FIELDS

#: A reason a scenario adds to those of `not_recalculated.csv`: one quantity for several segments or bills.
QUANTITY_OVER_SEGMENTS = "quantity_over_segments"

#: Another one: reactive energy known for the whole bill, of which only a part has another multiplier.
REACTIVE_NOT_BY_METER = "reactive_not_by_meter"

#: Whether an override `o` speaks of the meter of a segment `t`, whose scenario is in the column `scenario`.
SAME_PLACE = (
    "o.scenario_id = {t}.{scenario} and o.customer_id = {t}.customer_id "
    "and coalesce(o.metering_point_id, {t}.metering_point_id, '') = coalesce({t}.metering_point_id, '') "
    "and coalesce(o.meter_id, {t}.meter_id, '') = coalesce({t}.meter_id, '')"
)

#: What is shared out by days where a span cuts a segment, with the places it is rounded to.
_SHARED = {
    "critical_index": 4,
    "peak_index": 4,
    "flat_index": 4,
    "valley_index": 4,
    "deep_valley_index": 4,
    "total_index": 4,
    "reactive_index": 4,
    "fixed_kwh": 2,
}
#: What belongs to the first part of a cut segment alone, and what is the greatest of several.
_ONCE = ("import_kvarh", "adjustment_kwh", "adjustment_yuan")
_GREATEST = ("demand_index",)
#: Where a row lies, not what it is charged by.
_PLACE = ("scenario_id", "customer_id", "bill_id", "segment_no", "from_on", "to_on")


def input_statement(columns: Mapping[str, str], fields: Iterable[str]) -> str:
    """SQL of the input of scenarios: the bills of each `subject` in `billing_input` (its columns and lexicon types are
    given), with the `fields` overridden by the rows of `override` on their days.

    Beside the contract's columns: `overridden_count`, the overrides that hold in the row.
    """
    changed = sorted(set(fields))
    added = (*_SHARED, *_ONCE)
    amounts = [name for name in columns if name in (*added, *_GREATEST)]
    terms = [name for name in columns if name not in _PLACE and name not in amounts]
    key = "t.replay_id, t.customer_id, t.bill_id"
    keys = f"{_listed(['replay_id', 'customer_id', 'bill_id'])}, t.segment_no as segment_no"
    same_place = SAME_PLACE.format(t="t", scenario="replay_id")
    same_segment = "and ".join(
        f"{{0}}.{name} = t.{name} " for name in ("replay_id", "customer_id", "bill_id", "segment_no")
    )
    news = "".join(f", {_new(field, columns[field])} as new_{field}" for field in changed)
    brought = "".join(f", c.new_{field} as new_{field}" for field in changed)
    valued = ", ".join(f"{_value(name, columns[name], changed)} as {name}" for name in (*terms, *amounts))
    shares = ", ".join(f"t.{name}" for name in terms)
    output = {
        "scenario_id": "t.replay_id",
        "customer_id": "t.customer_id",
        "bill_id": "t.bill_id",
        "segment_no": f"row_number() over (partition by {key} order by min(t.origin_no), min(t.part_from))",
        "from_on": "min(t.part_from)",
        "to_on": "max(t.part_to)",
        **{name: f"t.{name}" for name in terms},
        **{name: f"cast(sum(t.{name}) as {columns[name]})" for name in amounts if name in added},
        **{name: f"max(t.{name})" for name in _GREATEST},
    }
    outputs = ", ".join(f"{output[name]} as {name}" for name in columns)
    return f"""
with taken as (
  select s.scenario_id as replay_id, {_listed([name for name in columns if name != "scenario_id"], "i")}
  from subject as s
  join billing_input as i on i.customer_id = s.customer_id
  where extract(year from coalesce(cast(i.bill_to_on - interval 1 day as date), i.month_on))
    between s.year_from and s.year_to
),
cut as (
  select {keys}, t.from_on as cut_on from taken as t
  union all
  select {keys}, o.valid_from as cut_on from taken as t join override as o on {same_place}
  where not o.is_quantity and o.valid_from > t.from_on and o.valid_from < t.to_on
  union all
  select {keys}, o.valid_to as cut_on from taken as t join override as o on {same_place}
  where not o.is_quantity and o.valid_to > t.from_on and o.valid_to < t.to_on
),
distinct_cut as (select distinct {keys}, t.cut_on as cut_on from cut as t),
apart as (
  select t.*, {_is_apart(changed)} as is_apart
  from taken as t
),
stretch as (
  select t.*, d.cut_on as part_from,
    lead(d.cut_on, 1, t.to_on) over (partition by {key}, t.segment_no order by d.cut_on) as part_to,
    sum(case when d.cut_on = t.from_on or t.from_on is null then t.is_apart else 0 end) over (
      partition by {key} order by t.segment_no, d.cut_on rows between unbounded preceding and current row) as run_no
  from apart as t
  join distinct_cut as d on {same_segment.format("d")}
),
changed as (
  select {keys}, t.part_from as part_from, count(*) as overridden_count,
    max(case when o.is_quantity then o.override_no end) as quantity_no{news}
  from stretch as t
  join override as o on {same_place} and t.part_from >= o.valid_from and t.part_from < o.valid_to
  group by {key}, t.segment_no, t.part_from
),
part as (
  select t.*, coalesce(c.overridden_count, 0) as overridden_count,
    case when c.quantity_no is null then 0
         else count(*) over (partition by t.replay_id, t.customer_id, c.quantity_no) end as quantity_count,
    date_diff('day', t.from_on, t.part_from) as days_before, date_diff('day', t.from_on, t.part_to) as days_to,
    date_diff('day', t.from_on, t.to_on) as whole_days{brought}
  from stretch as t
  left join changed as c on {same_segment.format("c")} and c.part_from = t.part_from
),
scaled as (
  select t.*, {_scale(changed)}
  from part as t
),
valued as (
  select {_listed(["replay_id", "customer_id", "bill_id", "part_from", "part_to", "run_no", "overridden_count"])},
    t.segment_no as origin_no, {valued}
  from scaled as t
  left join reciprocal as v on v.divisor = t.whole_days
),
numbered as (
  select t.*,
    row_number() over (partition by {key} order by t.origin_no, t.part_from)
    - row_number() over (partition by {key}, t.run_no, {shares} order by t.origin_no, t.part_from) as island_no
  from valued as t
)
select {outputs}, cast(sum(t.overridden_count) as bigint) as overridden_count
from numbered as t
group by {key}, t.run_no, t.island_no, {shares}
"""


def _listed(names: Iterable[str], table: str = "t") -> str:
    return ", ".join(f"{table}.{name} as {name}" for name in names)


def _is_apart(changed: Sequence[str]) -> str:
    """1 where a segment stays apart from the one before whatever the scenario says: both were not cut by a fact that is
    overridden, or days lie between."""
    facts = [field for field in changed if field not in QUANTITY_FIELDS]
    if not facts:
        return "1"
    before = "over (partition by t.replay_id, t.customer_id, t.bill_id order by t.segment_no)"
    # Compared as texts, on one engine: a null differs from every value.
    differs = " or ".join(
        f"coalesce(cast(t.{field} as text), '') <> coalesce(cast(lag(t.{field}, 1) {before} as text), '')"
        for field in facts
    )
    # A bill that knows two multipliers and not the day has both on all its days.
    follows = (
        f"t.from_on = lag(t.to_on, 1) {before} "
        f"or (t.from_on = lag(t.from_on, 1) {before} and t.to_on = lag(t.to_on, 1) {before})"
    )
    return f"case when ({follows}) and ({differs}) then 0 else 1 end"


def _scale(changed: Sequence[str]) -> str:
    """How many times its own the multipliers of a bill become, at least and at most, and whether that matters to a
    power factor: reactive energy as billed has the multiplier in it and is not told by meter."""
    if "multiplier" not in changed:
        return "cast(null as double) as least_scale, cast(null as double) as most_scale, false as is_reactive_unknown"
    bill = "over (partition by t.replay_id, t.customer_id, t.bill_id)"
    scale = (
        "cast(coalesce(t.new_multiplier, t.multiplier) as double) / nullif(cast(t.multiplier as double), 0)"
    )
    standard = "t.power_factor_standard_ratio"
    if "power_factor_standard_ratio" in changed:
        standard = f"coalesce(cast(t.new_power_factor_standard_ratio as double), {standard})"
    return (
        f"min({scale}) {bill} as least_scale, max({scale}) {bill} as most_scale, "
        f"case when min({scale}) {bill} < max({scale}) {bill} and max(t.import_kvarh) {bill} is not null "
        f"and max({standard}) {bill} > 0 then true else false end as is_reactive_unknown"
    )


def _new(field: str, kind: str) -> str:
    column = "value_text" if kind in ("text", "boolean") else "value_number"
    return f"max(case when o.field = '{field}' then o.{column} end)"


def _value(name: str, kind: str, changed: Sequence[str]) -> str:
    if name == "input_reason_code":
        return (
            f"coalesce(t.input_reason_code, case when t.quantity_count > 1 then '{QUANTITY_OVER_SEGMENTS}' "
            f"when t.is_reactive_unknown then '{REACTIVE_NOT_BY_METER}' "
            "when t.days_to - t.days_before < t.whole_days and v.reciprocal_ratio is null then 'period_unknown' end)"
        )
    base = _base(name, kind)
    if name not in changed:
        return base
    if kind == "boolean":
        return f"case when t.new_{name} = 'true' then true when t.new_{name} = 'false' then false else {base} end"
    if kind == "text":
        return f"coalesce(t.new_{name}, {base})"
    if kind.startswith("decimal"):
        places = kind.rstrip(")").rpartition(",")[2]
        return f"coalesce(cast(round(cast(t.new_{name} as decimal(20,8)), {places}) as {kind}), {base})"
    return f"coalesce(cast(t.new_{name} as {kind}), {base})"


def _base(name: str, kind: str) -> str:
    if name in _ONCE:
        own = f"t.{name}"
        if name == "import_kvarh":
            own = (
                "case when t.least_scale <> 1 and t.least_scale = t.most_scale "
                f"then cast(round(cast(t.{name} as double) * t.least_scale, 2) as {kind}) else t.{name} end"
            )
        return f"case when t.days_before = 0 or t.days_before is null then {own} end"
    if name not in _SHARED:
        return f"t.{name}"
    places = _SHARED[name]

    def until(days: str) -> str:
        product = f"round(cast(t.{name} as decimal(20,{places})) * cast(t.{days} as decimal(5,0)), 4)"
        return f"round(round(cast({product} as decimal(19,4)) * v.reciprocal_ratio, 8), {places})"

    return (
        f"case when t.days_before is null or (t.days_before = 0 and t.days_to = t.whole_days) then t.{name} "
        f"else cast({until('days_to')} - {until('days_before')} as {kind}) end"
    )
