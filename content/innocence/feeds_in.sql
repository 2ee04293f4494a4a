/* ---
title: {en: The customer feeds in, zh: 用户有光伏上网}
reason:
  en: >-
    The customer has a roof that feeds in; its use follows the sun, and in an area with roofs the loss does so as well.
  zh: >-
    用户有屋顶光伏自发自用, 其下网电量随日照变化, 台区线损亦随之变化, 相关不足为据。
subject: metering_point
parameters:
  min_exported_kwh: {value: 10, unit: kwh, why: {en: "less in a month is the drift of a register, no roof", zh: "月上网电量低于此值属示数误差, 不是光伏"}}
--- */
select d.metering_point_id as metering_point_id,
       d.customer_id as customer_id,
       cast(date_trunc('month', d.reading_on) as date) as valid_from,
       cast(last_day(cast(date_trunc('month', d.reading_on) as date)) + interval 1 day as date) as valid_to,
       cast(sum(d.exported_kwh) as decimal(14,2)) as exported_kwh
from mart.daily_usage as d
join core.customer as c on c.customer_id = d.customer_id
join parameter as p on p.org_id = c.org_id
group by d.metering_point_id, d.customer_id, cast(date_trunc('month', d.reading_on) as date), p.min_exported_kwh
having sum(d.exported_kwh) >= p.min_exported_kwh
