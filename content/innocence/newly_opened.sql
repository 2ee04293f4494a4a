/* ---
title: {en: Newly opened and not yet used, zh: 新立户未启用}
reason:
  en: >-
    The account was opened just before; the site has not been taken into use yet.
  zh: >-
    该户在时段开始前刚立户, 尚未启用。
subject: customer
parameters:
  max_unused_days: {value: 180, unit: days, why: {en: "a business that paid for its connection takes it into use within half a year; a flat may stand empty for long",
    zh: "非居民户办理报装后一般半年内启用; 住房交付后可能长期空置"}}
--- */
with used as (
  select m.customer_id as customer_id,
         min(m.from_on) as first_used_on
  from mart.metering_point_bill as m
  where coalesce(m.billed_kwh, m.billed_m3) > 0
  group by m.customer_id
)
select c.customer_id as customer_id,
       c.opened_on as valid_from,
       c.opened_on as valid_to,
       c.opened_on as opened_on,
       u.first_used_on as first_used_on
from core.customer as c
join parameter as p on p.org_id = c.org_id
cross join sweep_window as w
left join used as u on u.customer_id = c.customer_id
where c.opened_on is not null
  and (c.customer_type_code = 'low_voltage_residential'
    or date_diff('day', c.opened_on, coalesce(u.first_used_on, w.as_of_on)) <= p.max_unused_days)
