/* ---
title: {en: The account was closed just after, zh: 其后即销户}
reason:
  en: >-
    The account was closed soon after; the site was being given up.
  zh: >-
    该户其后不久即办理销户, 属停用前用量减少。
subject: customer
--- */
select c.customer_id as customer_id,
       c.closed_on as valid_from,
       c.closed_on as valid_to,
       c.closed_on as closed_on
from core.customer as c
where c.customer_status_code = 'closed' and c.closed_on is not null
