/* ---
title: {en: The account was opened or closed, zh: 立户或销户}
reason:
  en: >-
    The account was opened or closed on that day: its first and its last bill need not cover a whole reading cycle.
  zh: >-
    该户在当日立户或销户, 首期与末期账单不足或跨越完整抄表周期属正常。
subject: customer
--- */
select c.customer_id as customer_id,
       c.opened_on as valid_from,
       c.opened_on as valid_to,
       c.opened_on as opened_on,
       c.closed_on as closed_on
from core.customer as c
where c.opened_on is not null
union all
select c.customer_id,
       c.closed_on,
       c.closed_on,
       c.opened_on,
       c.closed_on
from core.customer as c
where c.closed_on is not null
