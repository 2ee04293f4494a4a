/* ---
title: {en: Category changed on application, zh: 用电类别经申请变更}
reason:
  en: >-
    The customer applied for another category of use and the application was archived when the price in force began. The
    file shows today's category alone: bills from before the change followed the category of their time.
  zh: >-
    电价变更时用户办理了改类且已归档; 档案只保留当前用电类别, 变更前的账单按当时类别计费。
subject: customer
parameters:
  max_filing_days: {value: 35, unit: days, why: {en: "an approved change is filed with the next bill at the latest",
    zh: "改类批准后最迟于下一账单前建档"}}
--- */
with changed as (
  select a.customer_id as customer_id,
         a.application_id as application_id,
         a.archived_at as archived_at
  from core.application as a
  where a.application_type_code = 'category_change' and a.application_status_code = 'archived' and a.archived_at is not null
),
-- the agreement that carried the change out
filed as (
  select h.customer_id as customer_id,
         h.application_id as application_id,
         h.archived_at as archived_at,
         g.valid_from as changed_on,
         g.valid_to as valid_to
  from changed as h
  join core.price_agreement as g on g.customer_id = h.customer_id
  join core.customer as c on c.customer_id = h.customer_id
  join parameter as p on p.org_id = c.org_id
  where abs(date_diff('day', cast(h.archived_at as date), g.valid_from)) <= p.max_filing_days
)
select f.customer_id as customer_id,
       f.changed_on as valid_from,
       f.valid_to as valid_to,
       f.application_id as application_id,
       f.archived_at as archived_at
from filed as f
union all
select f.customer_id as customer_id,
       g.valid_from as valid_from,
       g.valid_to as valid_to,
       f.application_id as application_id,
       f.archived_at as archived_at
from filed as f
join core.price_agreement as g on g.customer_id = f.customer_id
where g.valid_to <= f.changed_on
