/* ---
title: {en: Time of use applied for, zh: 用户申请执行分时电价}
reason:
  en: >-
    The customer applied for time-of-use prices and the application was archived before the days billed.
  zh: >-
    用户已申请执行分时电价并归档, 早于所计费期间。
subject: customer
--- */
select a.customer_id as customer_id,
       cast(a.archived_at as date) as valid_from,
       w.to_on as valid_to,
       a.application_id as application_id,
       a.archived_at as archived_at
from core.application as a
cross join sweep_window as w
where a.application_type_code = 'time_of_use_choice'
  and a.application_status_code = 'archived'
  and cast(a.archived_at as date) < w.to_on
