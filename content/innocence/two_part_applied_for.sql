/* ---
title: {en: Two-part tariff applied for, zh: 用户申请执行两部制}
reason:
  en: >-
    The customer applied for a change of the basic charge, of the category or of the capacity, and the two-part price in
    force began when the application was archived.
  zh: >-
    用户申请变更基本电费计费方式、改类或变更容量并已归档, 两部制电价自归档时起执行。
subject: customer
parameters:
  max_filing_days: {value: 35, unit: days, why: {en: "an approved change is filed with the next bill at the latest",
    zh: "变更批准后最迟于下一账单前建档"}}
--- */
select a.customer_id as customer_id,
       g.valid_from as valid_from,
       g.valid_to as valid_to,
       a.application_id as application_id,
       a.application_type_code as application_type_code,
       a.archived_at as archived_at
from core.application as a
join core.price_agreement as g on g.customer_id = a.customer_id
join core.customer as c on c.customer_id = a.customer_id
join parameter as p on p.org_id = c.org_id
where a.application_type_code in ('basic_charge_mode_change', 'category_change', 'capacity_increase', 'demand_declaration')
  and a.application_status_code = 'archived'
  and a.archived_at is not null
  and g.tariff_structure_code = 'two_part'
  and abs(date_diff('day', cast(a.archived_at as date), g.valid_from)) <= p.max_filing_days
