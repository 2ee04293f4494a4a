/* ---
title: {en: Capacity increased on application, zh: 依申请增容}
reason:
  en: >-
    The customer applied for more capacity, the application was archived, and the capacity billed is the one applied for: the
    new transformer is not on file yet.
  zh: >-
    用户已申请增容并归档, 计费容量即为申请容量, 仅变压器台账尚未更新。
subject: customer
--- */
-- the capacity of an application is the whole one wanted, or what is to be added
with held as (
  select t.customer_id as customer_id,
         cast(sum(t.rated_capacity_kva) as decimal(12,2)) as rated_capacity_kva
  from core.power_transformer as t
  where t.removed_on is null
  group by t.customer_id
)
select g.customer_id as customer_id,
       g.valid_from as valid_from,
       g.valid_to as valid_to,
       a.application_id as application_id,
       a.applied_capacity_kva as applied_capacity_kva,
       a.archived_at as archived_at
from core.price_agreement as g
join core.application as a on a.customer_id = g.customer_id
left join held as h on h.customer_id = g.customer_id
where a.application_type_code = 'capacity_increase'
  and a.application_status_code = 'archived'
  and (g.billed_capacity_kva = a.applied_capacity_kva or g.billed_capacity_kva = h.rated_capacity_kva + a.applied_capacity_kva)
  and cast(a.archived_at as date) < g.valid_to
