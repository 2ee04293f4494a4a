/* ---
description: {en: Class of the share of days of the window without a daily reading, zh: 窗口内日冻结缺数率分级}
grain: one row per customer that has daily readings
--- */
with observed as (
  select d.customer_id as customer_id, count(distinct d.reading_on) as observed_days
  from core.daily_reading as d
  cross join sweep_window as w
  where d.reading_on >= w.from_on and d.reading_on <= w.as_of_on
  group by d.customer_id
),
expected as (
  select
    c.customer_id as customer_id,
    date_diff('day', greatest(w.from_on, coalesce(c.opened_on, w.from_on)), least(w.to_on, coalesce(c.closed_on, w.to_on)))
      as expected_days
  from core.customer as c
  cross join sweep_window as w
),
shares as (
  select
    e.customer_id as customer_id,
    greatest(
      cast(1 as double) - cast(o.observed_days as double) / nullif(cast(e.expected_days as double), 0), cast(0 as double)
    ) as gap_ratio,
    'gap' as dimension_code
  from expected as e
  join observed as o on o.customer_id = e.customer_id
)
select s.customer_id as customer_id, s.gap_ratio as gap_ratio, k.class_name as gap_class
from shares as s
join judging.class as k on k.dimension_code = s.dimension_code
where (k.from_value is null or s.gap_ratio >= k.from_value) and (k.to_value is null or s.gap_ratio < k.to_value)
