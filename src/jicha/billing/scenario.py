"""Scenarios: what bills would be reckoned from if facts on file were others (overrides), as rows of the same contract.

An override is a row: in a scenario, for a customer and the days [valid_from, valid_to), one field of
`mart.billing_input` has another value. The scenario's input holds every bill of the tier years the overrides
touch, under the scenario's id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from jicha.kernel.period import Month
from jicha.warehouse.slices import Window

#: What the charges are reckoned from; its columns are those of every scenario.
INPUT = "mart.billing_input"

#: Facts of the account: an override of one holds for all its meters.
ACCOUNT_FIELDS = frozenset(
    {
        "price_code",
        "purchase_mode_code",
        "purchase_group_code",
        "retail_price_yuan_per_kwh",
        "basic_charge_mode_code",
        "billed_capacity_kva",
        "contract_demand_kw",
        "power_factor_standard_ratio",
    }
)
#: Facts of a metering point, and what a meter counted in one bill: that is shared out by nobody and never cut.
POINT_FIELDS = frozenset(
    {
        "multiplier",
        "has_transformer_loss",
        "rated_capacity_kva",
        "no_load_loss_kw",
        "load_loss_kw",
        "no_load_current_pct",
        "impedance_pct",
        "line_loss_ratio",
    }
)
QUANTITY_FIELDS = frozenset(
    {
        "critical_index",
        "peak_index",
        "flat_index",
        "valley_index",
        "deep_valley_index",
        "total_index",
        "reactive_index",
        "import_kvarh",
        "demand_index",
        "fixed_kwh",
    }
)
FIELDS = ACCOUNT_FIELDS | POINT_FIELDS | QUANTITY_FIELDS

#: The relation of overrides as an engine holds it.
OVERRIDE_COLUMNS = {
    "override_no": "integer",
    "scenario_id": "text",
    "customer_id": "text",
    "metering_point_id": "text",
    "meter_id": "text",
    "valid_from": "date",
    "valid_to": "date",
    "field": "text",
    "value_number": "decimal(20,8)",
    "value_text": "text",
    "is_quantity": "boolean",
}
SUBJECT_COLUMNS = {"scenario_id": "text", "customer_id": "text", "year_from": "integer", "year_to": "integer"}


@dataclass(frozen=True, slots=True)
class Override:
    """One field's other value on the days [valid_from, valid_to). Numbers in `value_number`, texts and
    'true'/'false' in `value_text`. None as metering point or meter: the whole account."""

    scenario_id: str
    customer_id: str
    valid_from: date
    valid_to: date
    field: str
    value_number: Decimal | None = None
    value_text: str | None = None
    metering_point_id: str | None = None
    meter_id: str | None = None

    @property
    def value(self) -> Decimal | str | None:
        return self.value_text if self.value_number is None else self.value_number

    @property
    def is_quantity(self) -> bool:
        return self.field in QUANTITY_FIELDS

    @property
    def place(self) -> tuple[str, str, str, str]:
        """What is overridden, whatever the days and the value; sorts."""
        return (self.customer_id, self.field, self.metering_point_id or "", self.meter_id or "")

    def collides(self, other: Override) -> bool:
        """Whether both speak of the same field, meter and day with different values: not both can be true."""
        return (
            self.customer_id == other.customer_id
            and self.field == other.field
            and self.value != other.value
            and self.valid_from < other.valid_to
            and other.valid_from < self.valid_to
            and _may_be_one(self.metering_point_id, other.metering_point_id)
            and _may_be_one(self.meter_id, other.meter_id)
        )

    def of(self, scenario_id: str) -> Override:
        return replace(self, scenario_id=scenario_id)


def _may_be_one(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other


def joined(overrides: Iterable[Override]) -> list[Override]:
    """The overrides of one scenario sorted, spans of the same value that touch or overlap made one.

    Quantities are those of one bill each: only equal ones of the same days are one.
    """
    ordered = sorted(
        overrides, key=lambda each: (each.place, each.valid_from, each.valid_to, str(each.value))
    )
    found: list[Override] = []
    for _, group in groupby(ordered, key=lambda each: each.place):
        open_ones: dict[object, Override] = {}
        for each in group:
            key = (each.value, each.valid_from, each.valid_to) if each.is_quantity else each.value
            before = open_ones.get(key)
            if before is not None and each.valid_from <= before.valid_to:
                open_ones[key] = replace(before, valid_to=max(before.valid_to, each.valid_to))
                continue
            if before is not None:
                found.append(before)
            open_ones[key] = each
        found += open_ones.values()
    return sorted(found, key=lambda each: (each.place, each.valid_from, each.valid_to, str(each.value)))


def collisions(overrides: Sequence[Override]) -> list[tuple[Override, Override]]:
    """Pairs of overrides that cannot both hold, in order."""
    return [
        (one, other)
        for number, one in enumerate(overrides)
        for other in overrides[number + 1 :]
        if one.collides(other)
    ]


@dataclass(frozen=True, slots=True)
class Subject:
    """The bills a scenario holds: those of a customer whose last day lies in these calendar years."""

    scenario_id: str
    customer_id: str
    year_from: int
    year_to: int


def subjects(overrides: Iterable[Override]) -> list[Subject]:
    """One for each scenario and customer: the years in which bills end that its overrides touch. A tier year is a
    calendar year."""
    years: dict[tuple[str, str], tuple[int, int]] = {}
    for each in overrides:
        first = each.valid_from.year
        end = Month.parse(each.valid_to - timedelta(days=1))
        # A bill that begins in December may end in the next year, and then belongs to that one.
        last = Window(end, end).widened(0, MONTHS_BESIDE_A_YEAR).last.year
        before = years.get((each.scenario_id, each.customer_id), (first, last))
        years[each.scenario_id, each.customer_id] = (min(first, before[0]), max(last, before[1]))
    return [Subject(*key, *span) for key, span in sorted(years.items())]


#: A bill's month may be that of its issue: so far from the year its days lie in.
MONTHS_BESIDE_A_YEAR = 3


def window(wanted: Sequence[Subject]) -> Window:
    """The months in which the bills of all subjects lie."""
    first, last = min(each.year_from for each in wanted), max(each.year_to for each in wanted)
    held = Window(Month(first, 1), Month(last, 12))
    return held.widened(MONTHS_BESIDE_A_YEAR, MONTHS_BESIDE_A_YEAR)


def override_rows(overrides: Iterable[Override]) -> list[tuple[object, ...]]:
    """Rows of `OVERRIDE_COLUMNS`, numbered from 0 in the order given."""
    return [
        (
            number,
            each.scenario_id,
            each.customer_id,
            each.metering_point_id,
            each.meter_id,
            each.valid_from,
            each.valid_to,
            each.field,
            each.value_number,
            each.value_text,
            each.is_quantity,
        )
        for number, each in enumerate(overrides)
    ]


#: Reasons a scenario adds to those of `not_recalculated.csv`.
QUANTITY_OVER_SEGMENTS = "quantity_over_segments"

#: Registers and keyed energy are shared out by days where a span cuts a segment, as `mart.billing_input` does.
_SHARED = {
    "critical_index": "4",
    "peak_index": "4",
    "flat_index": "4",
    "valley_index": "4",
    "deep_valley_index": "4",
    "total_index": "4",
    "reactive_index": "4",
    "fixed_kwh": "2",
}
#: What belongs to the first part of a cut segment alone.
_ONCE = frozenset({"import_kvarh", "adjustment_kwh", "adjustment_yuan"})

#: Whether an override `o` speaks of the meter of a segment `t`, whose scenario is in the column `scenario`.
SAME_PLACE = (
    "o.scenario_id = {t}.{scenario} and o.customer_id = {t}.customer_id "
    "and coalesce(o.metering_point_id, {t}.metering_point_id, '') = coalesce({t}.metering_point_id, '') "
    "and coalesce(o.meter_id, {t}.meter_id, '') = coalesce({t}.meter_id, '')"
)


def input_statement(columns: Mapping[str, str], fields: Iterable[str]) -> str:
    """SQL of a scenario's input: rows of `billing_input` (columns and lexicon types given) of each `subject`, with the
    `fields` overridden by the rows of `override` on their days, cut where such a span begins or ends within a segment.

    Beside the contract's columns: `overridden_count`, the overrides that hold in the row.
    """
    names = list(columns)
    listed = ", ".join(f"i.{name} as {name}" for name in names if name != "scenario_id")
    changed = sorted(set(fields))
    news = "".join(f", {_new(field, columns[field])} as new_{field}" for field in changed)
    brought = "".join(f", c.new_{field} as new_{field}" for field in changed)
    output = ", ".join(f"{_output(name, columns[name], changed)} as {name}" for name in names)
    key = "{0}.replay_id = {1}.replay_id and {0}.customer_id = {1}.customer_id and {0}.bill_id = {1}.bill_id"
    segment = key + " and {0}.segment_no = {1}.segment_no"
    same_place = SAME_PLACE.format(t="t", scenario="replay_id")
    keys = "t.replay_id as replay_id, t.customer_id as customer_id, t.bill_id as bill_id, t.segment_no as segment_no"
    return f"""
with taken as (
  select s.scenario_id as replay_id, {listed}
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
distinct_cut as (select distinct t.replay_id as replay_id, t.customer_id as customer_id, t.bill_id as bill_id,
  t.segment_no as segment_no, t.cut_on as cut_on from cut as t),
stretch as (
  select t.*, d.cut_on as part_from,
    lead(d.cut_on, 1, t.to_on) over (
      partition by t.replay_id, t.customer_id, t.bill_id, t.segment_no order by d.cut_on) as part_to
  from taken as t
  join distinct_cut as d on {segment.format("d", "t")}
),
changed as (
  select t.replay_id as replay_id, t.customer_id as customer_id, t.bill_id as bill_id, t.segment_no as segment_no,
    t.part_from as part_from, count(*) as overridden_count,
    max(case when o.is_quantity then o.override_no end) as quantity_no{news}
  from stretch as t
  join override as o on {same_place} and t.part_from >= o.valid_from and t.part_from < o.valid_to
  group by t.replay_id, t.customer_id, t.bill_id, t.segment_no, t.part_from
),
part as (
  select t.*, coalesce(c.overridden_count, 0) as overridden_count, c.quantity_no as quantity_no,
    case when c.quantity_no is null then 0
         else count(*) over (partition by t.replay_id, t.customer_id, c.quantity_no) end as quantity_count,
    date_diff('day', t.from_on, t.part_from) as days_before, date_diff('day', t.from_on, t.part_to) as days_to,
    date_diff('day', t.from_on, t.to_on) as whole_days{brought}
  from stretch as t
  left join changed as c on {segment.format("c", "t")} and c.part_from = t.part_from
)
select {output}, t.overridden_count as overridden_count
from part as t
left join reciprocal as v on v.divisor = t.whole_days
"""


def _new(field: str, kind: str) -> str:
    column = "value_text" if kind in ("text", "boolean") else "value_number"
    return f"max(case when o.field = '{field}' then o.{column} end)"


def _output(name: str, kind: str, changed: Sequence[str]) -> str:
    if name == "scenario_id":
        return "t.replay_id"
    if name == "segment_no":
        order = "order by t.segment_no, t.part_from"
        return f"row_number() over (partition by t.replay_id, t.customer_id, t.bill_id {order})"
    if name in ("from_on", "to_on"):
        return f"t.part_{name.removesuffix('_on')}"
    if name == "input_reason_code":
        return f"coalesce(t.input_reason_code, case when t.quantity_count > 1 then '{QUANTITY_OVER_SEGMENTS}' end)"
    base = _base(name, kind)
    if name not in changed:
        return base
    if kind == "boolean":
        return f"case when t.new_{name} = 'true' then true when t.new_{name} = 'false' then false else {base} end"
    if kind.startswith("decimal"):
        scale = kind.rstrip(")").rpartition(",")[2]
        return f"coalesce(cast(round(t.new_{name}, {scale}) as {kind}), {base})"
    return f"coalesce({f't.new_{name}' if kind == 'text' else f'cast(t.new_{name} as {kind})'}, {base})"


def _base(name: str, kind: str) -> str:
    if name in _ONCE:
        return f"case when t.days_before = 0 or t.days_before is null then t.{name} end"
    if name not in _SHARED:
        return f"t.{name}"
    scale = _SHARED[name]

    def until(days: str) -> str:
        product = f"round(cast(t.{name} as decimal(20,{scale})) * cast(t.{days} as decimal(5,0)), 4)"
        return f"round(round(cast({product} as decimal(19,4)) * v.reciprocal_ratio, 8), {scale})"

    return (
        f"case when t.days_before is null or (t.days_before = 0 and t.days_to = t.whole_days) then t.{name} "
        f"else cast({until('days_to')} - {until('days_before')} as {kind}) end"
    )
