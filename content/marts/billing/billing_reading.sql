/* ---
owner: billing
description:
  en: What each meter of a regular bill registered and by which multiplier it is billed, one column a register, beside what the bill charges without registers
  zh: 正常账单各电能表的示数差与计费倍率 (每个示数一列), 以及账单中无示数计收的电量和退补
grain: one row per electricity bill, metering point, meter and multiplier; one for what a bill charges without a metering point
key: [bill_id, reading_no]
reach: customer
partition_on: month_on
lookback_months: 6
lookahead_months: 1
settings:
  max_reading_days: {value: 150, unit: days, why: "a register read longer ago is outside the look-back: the bill itself tells the reactive energy then"}
audits:
  - {check: ordered, columns: [bill_from_on, bill_to_on], level: warning}
--- */
-- tiers are lines of one register; a line without registers is a quantity agreed or an adjustment
with charged as (
  select l.customer_id as customer_id,
         l.bill_id as bill_id,
         coalesce(l.metering_point_id, l.customer_id) as metering_point_id,
         coalesce(l.meter_id, l.customer_id) as meter_id,
         coalesce(l.billed_multiplier, 0) as multiplier,
         min(l.line_no) as line_no,
         max(case when l.register_code = 'active_total' then l.current_register_kwh - l.previous_register_kwh end) as total_index,
         max(case when l.register_code = 'active_critical' then l.current_register_kwh - l.previous_register_kwh end) as critical_index,
         max(case when l.register_code = 'active_peak' then l.current_register_kwh - l.previous_register_kwh end) as peak_index,
         max(case when l.register_code = 'active_flat' then l.current_register_kwh - l.previous_register_kwh end) as flat_index,
         max(case when l.register_code = 'active_valley' then l.current_register_kwh - l.previous_register_kwh end) as valley_index,
         max(case when l.register_code = 'active_deep_valley' then l.current_register_kwh - l.previous_register_kwh end) as deep_valley_index,
         max(case when l.meter_id is not null and (l.previous_register_kwh is null or l.current_register_kwh is null) then 1 else 0 end) as unread_count,
         max(l.previous_register_kwh) as previous_register_kwh,
         cast(sum(case when l.charge_code = 'energy' and l.meter_id is null then l.line_kwh end) as decimal(14,2)) as fixed_kwh,
         cast(sum(case when l.charge_code = 'adjustment' then l.line_kwh end) as decimal(14,2)) as adjustment_kwh,
         cast(sum(case when l.charge_code = 'adjustment' then l.line_amount_yuan end) as decimal(14,2)) as adjustment_yuan,
         cast(sum(l.line_kwh) as decimal(14,2)) as billed_kwh,
         cast(sum(l.line_amount_yuan) as decimal(14,2)) as billed_yuan,
         max(case when l.charge_code = 'energy' and l.register_code in ('active_total', 'active_flat') then l.price_yuan_per_kwh end)
           as billed_price_yuan_per_kwh
  from core.bill_line as l
  where l.charge_code in ('energy', 'adjustment')
  group by l.customer_id, l.bill_id, coalesce(l.metering_point_id, l.customer_id), coalesce(l.meter_id, l.customer_id), coalesce(l.billed_multiplier, 0)
),
billed as (
  select c.customer_id as customer_id,
         c.bill_id as bill_id,
         b.month_on as month_on,
         b.from_on as bill_from_on,
         b.to_on as bill_to_on,
         b.billed_months as billed_months,
         b.bill_type_code as bill_type_code,
         cast(b.to_on - interval 1 day as date) as last_on,
         c.metering_point_id as metering_point_id,
         c.meter_id as meter_id,
         c.line_no as line_no,
         c.multiplier as multiplier,
         c.total_index as total_index,
         c.critical_index as critical_index,
         c.peak_index as peak_index,
         c.flat_index as flat_index,
         c.valley_index as valley_index,
         c.deep_valley_index as deep_valley_index,
         c.unread_count as unread_count,
         c.previous_register_kwh as previous_register_kwh,
         c.fixed_kwh as fixed_kwh,
         case when b.bill_type_code = 'regular' then c.adjustment_kwh else c.billed_kwh end as adjustment_kwh,
         case when b.bill_type_code = 'regular' then c.adjustment_yuan else c.billed_yuan end as adjustment_yuan,
         c.billed_kwh as billed_kwh,
         c.billed_price_yuan_per_kwh as billed_price_yuan_per_kwh,
         b.import_kvarh as import_kvarh,
         row_number() over (partition by c.customer_id, c.bill_id order by c.line_no, c.metering_point_id, c.meter_id, c.multiplier) as reading_no,
         count(*) over (partition by c.customer_id, c.bill_id, c.metering_point_id) as meter_count,
         count(*) over (partition by c.customer_id, c.bill_id, c.metering_point_id, c.meter_id) as multiplier_count,
         row_number() over (partition by c.customer_id, c.bill_id, c.metering_point_id, c.meter_id order by c.previous_register_kwh desc, c.multiplier) as latest_no
  from charged as c
  join core.bill as b on b.customer_id = c.customer_id and b.bill_id = c.bill_id
  where b.commodity_code = 'electricity'
),
-- an adjustment bill that takes back just what a bill charged between the same registers cancels it
taken_back as (
  select distinct b.customer_id as customer_id, b.bill_id as bill_id
  from billed as b
  join billed as a
    on a.customer_id = b.customer_id and a.metering_point_id = b.metering_point_id and a.meter_id = b.meter_id and a.bill_from_on = b.bill_from_on
    and a.previous_register_kwh = b.previous_register_kwh
  where b.bill_type_code = 'regular' and a.bill_type_code <> 'regular' and a.adjustment_kwh + b.billed_kwh = 0 and b.billed_kwh <> 0
    and (extract(year from a.month_on) - extract(year from b.month_on)) * 12 + extract(month from a.month_on) - extract(month from b.month_on) in (0, 1)
),
corrected as (
  select a.customer_id as customer_id, a.bill_id as bill_id, max(a.adjustment_reason_code) as adjustment_reason_code
  from core.adjustment as a
  where a.bill_id is not null
  group by a.customer_id, a.bill_id
),
read as (
  select r.customer_id as customer_id,
         r.metering_point_id as metering_point_id,
         r.meter_id as meter_id,
         r.reading_on as reading_on,
         max(case when r.register_code = 'reactive_total' then r.register_kwh end) as reactive_register,
         max(case when r.register_code = 'demand' then r.register_kwh end) as demand_index
  from core.register_reading as r
  where r.register_code in ('reactive_total', 'demand')
  group by r.customer_id, r.metering_point_id, r.meter_id, r.reading_on
),
-- when a meter hung where several are billed, and how large the register of one is whose reading fell
hung as (
  select b.customer_id as customer_id,
         b.bill_id as bill_id,
         b.reading_no as reading_no,
         max(case when m.valid_from <= b.bill_from_on and m.valid_to > b.bill_from_on then 1 else 0 end) as is_first,
         max(case when m.valid_from <= b.last_on and m.valid_to > b.last_on then 1 else 0 end) as is_last,
         max(case when m.valid_from > b.bill_from_on and m.valid_from < b.bill_to_on then m.valid_from end) as hung_on,
         min(case when m.valid_to > b.bill_from_on and m.valid_to < b.bill_to_on then m.valid_to end) as taken_on,
         max(case when m.valid_from < b.bill_to_on and m.valid_to > b.bill_from_on then m.register_digits end) as register_digits
  from billed as b
  join core.meter_installation as m
    on m.customer_id = b.customer_id and m.metering_point_id = b.metering_point_id and m.meter_id = b.meter_id
  where (b.meter_count > 1 and (b.multiplier_count = 1 or m.multiplier = b.multiplier)) or least(coalesce(b.total_index, 0), coalesce(b.critical_index, 0), coalesce(b.peak_index, 0),
    coalesce(b.flat_index, 0), coalesce(b.valley_index, 0), coalesce(b.deep_valley_index, 0)) < 0
  group by b.customer_id, b.bill_id, b.reading_no
),
spanned as (
  select b.customer_id as customer_id,
         b.bill_id as bill_id,
         b.reading_no as reading_no,
         b.month_on as month_on,
         b.bill_from_on as bill_from_on,
         b.bill_to_on as bill_to_on,
         b.billed_months as billed_months,
         b.bill_type_code as bill_type_code,
         b.last_on as last_on,
         b.metering_point_id as metering_point_id,
         b.meter_id as meter_id,
         b.meter_count as meter_count,
         b.latest_no as latest_no,
         b.multiplier as multiplier,
         b.total_index as total_index,
         b.critical_index as critical_index,
         b.peak_index as peak_index,
         b.flat_index as flat_index,
         b.valley_index as valley_index,
         b.deep_valley_index as deep_valley_index,
         b.unread_count as unread_count,
         b.previous_register_kwh as previous_register_kwh,
         b.fixed_kwh as fixed_kwh,
         b.adjustment_kwh as adjustment_kwh,
         b.adjustment_yuan as adjustment_yuan,
         b.billed_price_yuan_per_kwh as billed_price_yuan_per_kwh,
         b.import_kvarh as import_kvarh,
         h.register_digits as register_digits,
         coalesce(case when h.is_first = 0 and h.hung_on is not null then h.hung_on end, b.bill_from_on) as from_on,
         coalesce(case when h.is_last = 0 and h.taken_on is not null then h.taken_on end, b.bill_to_on) as to_on
  from billed as b
  left join hung as h on h.customer_id = b.customer_id and h.bill_id = b.bill_id and h.reading_no = b.reading_no
),
-- reactive energy is told by readings where a meter, or a multiplier, was read on its own first and last day
bounded as (
  select s.customer_id as customer_id,
         s.bill_id as bill_id,
         s.reading_no as reading_no,
         s.month_on as month_on,
         s.bill_from_on as bill_from_on,
         s.bill_to_on as bill_to_on,
         s.billed_months as billed_months,
         s.bill_type_code as bill_type_code,
         s.last_on as last_on,
         s.metering_point_id as metering_point_id,
         s.meter_id as meter_id,
         s.meter_count as meter_count,
         s.latest_no as latest_no,
         s.multiplier as multiplier,
         s.total_index as total_index,
         s.critical_index as critical_index,
         s.peak_index as peak_index,
         s.flat_index as flat_index,
         s.valley_index as valley_index,
         s.deep_valley_index as deep_valley_index,
         s.unread_count as unread_count,
         s.previous_register_kwh as previous_register_kwh,
         s.fixed_kwh as fixed_kwh,
         s.adjustment_kwh as adjustment_kwh,
         s.adjustment_yuan as adjustment_yuan,
         s.billed_price_yuan_per_kwh as billed_price_yuan_per_kwh,
         s.import_kvarh as import_kvarh,
         s.register_digits as register_digits,
         s.from_on as from_on,
         s.to_on as to_on,
         cast(s.from_on - interval 1 day as date) as start_on,
         cast(s.to_on - interval 1 day as date) as end_on,
         case when cast(sum(date_diff('day', s.from_on, s.to_on)) over (partition by s.customer_id, s.bill_id, s.metering_point_id) as bigint)
           = date_diff('day', s.bill_from_on, s.bill_to_on) then 1 else 0 end as is_whole
  from spanned as s
),
told as (
  select b.customer_id as customer_id,
         b.bill_id as bill_id,
         b.reading_no as reading_no,
         b.month_on as month_on,
         b.bill_from_on as bill_from_on,
         b.bill_to_on as bill_to_on,
         b.billed_months as billed_months,
         b.bill_type_code as bill_type_code,
         b.last_on as last_on,
         b.metering_point_id as metering_point_id,
         b.meter_id as meter_id,
         b.meter_count as meter_count,
         b.latest_no as latest_no,
         b.multiplier as multiplier,
         b.total_index as total_index,
         b.critical_index as critical_index,
         b.peak_index as peak_index,
         b.flat_index as flat_index,
         b.valley_index as valley_index,
         b.deep_valley_index as deep_valley_index,
         b.unread_count as unread_count,
         b.previous_register_kwh as previous_register_kwh,
         b.fixed_kwh as fixed_kwh,
         b.adjustment_kwh as adjustment_kwh,
         b.adjustment_yuan as adjustment_yuan,
         b.billed_price_yuan_per_kwh as billed_price_yuan_per_kwh,
         b.import_kvarh as import_kvarh,
         b.register_digits as register_digits,
         b.from_on as from_on,
         b.to_on as to_on,
         f.demand_index as demand_index,
         case when coalesce(f.reactive_register, e.reactive_register, a.reactive_register) is null then 0 else 1 end as has_reactive,
         case when b.is_whole = 1 and date_diff('day', b.from_on, b.to_on) <= g.max_reading_days
              then cast(e.reactive_register - a.reactive_register as decimal(14,4)) end as reactive_index
  from bounded as b
  cross join setting as g
  left join read as f
    on f.customer_id = b.customer_id and f.metering_point_id = b.metering_point_id and f.meter_id = b.meter_id and f.reading_on = b.last_on
  left join read as e
    on e.customer_id = b.customer_id and e.metering_point_id = b.metering_point_id and e.meter_id = b.meter_id and e.reading_on = b.end_on
  left join read as a
    on a.customer_id = b.customer_id and a.metering_point_id = b.metering_point_id and a.meter_id = b.meter_id and a.reading_on = b.start_on
),
counted as (
  select t.customer_id as customer_id,
         t.bill_id as bill_id,
         t.reading_no as reading_no,
         t.month_on as month_on,
         t.bill_from_on as bill_from_on,
         t.bill_to_on as bill_to_on,
         t.billed_months as billed_months,
         t.bill_type_code as bill_type_code,
         t.last_on as last_on,
         t.metering_point_id as metering_point_id,
         t.meter_id as meter_id,
         t.meter_count as meter_count,
         t.latest_no as latest_no,
         t.multiplier as multiplier,
         t.total_index as total_index,
         t.critical_index as critical_index,
         t.peak_index as peak_index,
         t.flat_index as flat_index,
         t.valley_index as valley_index,
         t.deep_valley_index as deep_valley_index,
         t.unread_count as unread_count,
         t.previous_register_kwh as previous_register_kwh,
         t.fixed_kwh as fixed_kwh,
         t.adjustment_kwh as adjustment_kwh,
         t.adjustment_yuan as adjustment_yuan,
         t.billed_price_yuan_per_kwh as billed_price_yuan_per_kwh,
         t.import_kvarh as import_kvarh,
         t.register_digits as register_digits,
         t.from_on as from_on,
         t.to_on as to_on,
         t.demand_index as demand_index,
         t.reactive_index as reactive_index,
         cast(sum(case when t.has_reactive = 1 and t.reactive_index is null then 1 else 0 end) over (partition by t.customer_id, t.bill_id) as bigint) as unknown_count,
         count(t.reactive_index) over (partition by t.customer_id, t.bill_id) as known_count
  from told as t
)
select b.bill_id as bill_id,
       b.reading_no as reading_no,
       b.customer_id as customer_id,
       b.month_on as month_on,
       b.bill_from_on as bill_from_on,
       b.bill_to_on as bill_to_on,
       b.billed_months as billed_months,
       b.bill_type_code as bill_type_code,
       case when b.metering_point_id <> b.customer_id then b.metering_point_id end as metering_point_id,
       case when b.meter_id <> b.customer_id then b.meter_id end as meter_id,
       b.from_on as from_on,
       b.to_on as to_on,
       b.meter_count as meter_count,
       b.multiplier as multiplier,
       cast(b.total_index + case when b.total_index < 0 and b.previous_register_kwh > d.register_limit_kwh - b.previous_register_kwh
         then d.register_limit_kwh else 0 end as decimal(14,4)) as total_index,
       cast(b.critical_index + case when b.critical_index < 0 and b.previous_register_kwh > d.register_limit_kwh - b.previous_register_kwh
         then d.register_limit_kwh else 0 end as decimal(14,4)) as critical_index,
       cast(b.peak_index + case when b.peak_index < 0 and b.previous_register_kwh > d.register_limit_kwh - b.previous_register_kwh
         then d.register_limit_kwh else 0 end as decimal(14,4)) as peak_index,
       cast(b.flat_index + case when b.flat_index < 0 and b.previous_register_kwh > d.register_limit_kwh - b.previous_register_kwh
         then d.register_limit_kwh else 0 end as decimal(14,4)) as flat_index,
       cast(b.valley_index + case when b.valley_index < 0 and b.previous_register_kwh > d.register_limit_kwh - b.previous_register_kwh
         then d.register_limit_kwh else 0 end as decimal(14,4)) as valley_index,
       cast(b.deep_valley_index + case when b.deep_valley_index < 0 and b.previous_register_kwh > d.register_limit_kwh - b.previous_register_kwh
         then d.register_limit_kwh else 0 end as decimal(14,4)) as deep_valley_index,
       -- where one register of several is not told so, none is: the bill's own figure is that of all of them
       case when b.unknown_count = 0 then b.reactive_index end as reactive_index,
       case when b.reading_no = 1 and (b.unknown_count > 0 or b.known_count = 0) then b.import_kvarh end as import_kvarh,
       case when b.latest_no = 1 then b.demand_index end as demand_index,
       b.fixed_kwh as fixed_kwh,
       b.adjustment_kwh as adjustment_kwh,
       b.adjustment_yuan as adjustment_yuan,
       x.adjustment_reason_code as adjustment_reason_code,
       case when t.bill_id is not null then true else false end as is_cancelled,
       b.billed_price_yuan_per_kwh as billed_price_yuan_per_kwh,
       b.unread_count as unread_count
from counted as b
left join reference.register_size as d on d.register_digits = b.register_digits
left join taken_back as t on t.customer_id = b.customer_id and t.bill_id = b.bill_id
left join corrected as x on x.customer_id = b.customer_id and x.bill_id = b.bill_id
