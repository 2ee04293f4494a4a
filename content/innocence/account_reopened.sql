/* ---
title: {en: The account was opened again, zh: 销户后重新立户}
reason:
  en: >-
    The account was closed and later opened again, or is in service today: the dates of the file belong to another
    spell of its life than the bill.
  zh: >-
    该户销户后重新立户, 或当前仍为正常用电, 档案日期属另一段用电期间。
subject: customer
--- */
-- the life after: from the new opening, or, where only the status says so, from the old closing
select c.customer_id as customer_id,
       case when c.opened_on > c.closed_on then c.opened_on else c.closed_on end as valid_from,
       cast('9999-12-31' as date) as valid_to,
       c.opened_on as opened_on,
       c.closed_on as closed_on
from core.customer as c
where c.closed_on is not null and (c.opened_on > c.closed_on or c.customer_status_code = 'active')
union all
-- the life before: from its first bill to its closing
select c.customer_id,
       min(b.from_on),
       max(c.closed_on),
       max(c.opened_on),
       max(c.closed_on)
from core.customer as c
join core.bill as b on b.customer_id = c.customer_id
where c.opened_on > c.closed_on and b.from_on < c.closed_on
group by c.customer_id
