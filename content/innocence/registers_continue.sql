/* ---
title: {en: The registers continue, zh: 示数连续}
reason:
  en: >-
    Every register of the bill starts where the bill before ended: nothing was lost and nothing charged twice, only
    the dates are wrong.
  zh: >-
    该期各示数的起码均等于前期止码: 电量既未漏计也未重计, 仅期间日期有误。
subject: metering_point
--- */
-- A register that is new on the bill and starts at nought has nothing before it. Where first days are stated the days
-- in question lie between the end of one bill and the start of the other; elsewhere they are all that passed. The rest of
-- the bill is no alibi: the next bill may begin inside it, at a register charged already.
with followed as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.to_on as to_on,
         min(l.from_on) as from_on,
         min(case when l.before_to_on < l.to_on then l.before_to_on end) as before_to_on,
         max(case when l.before_to_on < l.to_on then l.before_to_on end) as last_before_to_on,
         cast(sum(case when b.from_on is null then 1 else 0 end) as bigint) as undated_count,
         cast(sum(case when l.previous_register = l.before_register then 1 else 0 end) as bigint) as followed_count,
         cast(sum(case when l.before_register is null and l.previous_register = 0 then 1 else 0 end) as bigint) as fresh_count,
         count(*) as register_count
  from mart.billed_line as l
  join core.bill as b on b.customer_id = l.customer_id and b.bill_id = l.bill_id
  group by l.customer_id, l.metering_point_id, l.to_on
)
select f.metering_point_id as metering_point_id,
       f.customer_id as customer_id,
       least(f.from_on, f.before_to_on) as valid_from,
       case when f.undated_count > 0 then f.to_on else greatest(f.from_on, f.last_before_to_on) end as valid_to,
       f.before_to_on as before_to_on,
       f.register_count as register_count
from followed as f
where f.followed_count > 0 and f.followed_count + f.fresh_count = f.register_count
  and f.before_to_on is not null
