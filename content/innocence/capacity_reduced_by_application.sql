/* ---
title: {en: The capacity was reduced on an application, zh: 依申请减容}
reason:
  en: >-
    The transformer is out of service by a capacity reduction that was applied for and archived, not by a suspension: the
    customer has a smaller capacity, and a load above it is use beyond the contract, not a sealed transformer switched on.
  zh: >-
    变压器系依申请减容(已归档)停用而非暂停: 用户容量已变小, 负荷超出属超容用电, 不属启用封停设备。
subject: customer
--- */
with reduced as (
  select a.customer_id as customer_id,
         a.application_id as application_id,
         a.from_on as valid_from,
         coalesce(a.to_on, cast('9999-12-31' as date)) as valid_to
  from core.application as a
  where a.application_type_code = 'capacity_reduction' and a.application_status_code = 'archived' and a.from_on is not null
)
select r.customer_id as customer_id,
       r.valid_from as valid_from,
       r.valid_to as valid_to,
       r.application_id as application_id
from reduced as r
