/* ---
title: {en: Newly opened and not yet used, zh: 新立户未启用}
reason:
  en: >-
    The account was opened just before; the site has not been taken into use yet.
  zh: >-
    该户在时段开始前刚立户, 尚未启用。
subject: customer
--- */
select c.customer_id as customer_id,
       c.opened_on as valid_from,
       c.opened_on as valid_to,
       c.opened_on as opened_on
from core.customer as c
where c.opened_on is not null
