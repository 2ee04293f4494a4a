/* ---
uid: 9e6kmesc
code: BM-005
title: {en: Suspension is over and the capacity is not charged again, zh: 减容/暂停到期未恢复计费}
description:
  en: >-
    The term of an archived suspension has passed and no application prolonged or ended it. Where the transformer is still
    filed as suspended, the basic charge is due on it from the end of the term on whether it runs or not.
  zh: >-
    已归档暂停的期限已过, 既未延期也未办理恢复; 档案中变压器仍为暂停的, 自期满之日起不论是否用电均应计收基本电费。
severity: high
status: active
identity: state
subject: customer
population: mart.recalculated_bill
verify_days: 65
parameters:
  max_days_over: {value: 5, unit: days, why: {en: "the application to resume is archived within days of the end of the term",
    zh: "恢复申请在期满数日内归档"}}
law: [capacity_change/capacity_change_charge]
innocence:
  - {check: capacity_reduced_by_application, clears: covers}
resolved_when: state_gone
replay: {billed_capacity_kva: billed_capacity_kva}
remedy: basic_charge_from_expiry
playbook: suspension_check
check:
  en: [look for a prolongation or a resumption on paper, see whether seals are whole and which transformers run, restore the file from the end of the term, back-bill the basic charge from that day]
  zh: [查有无书面延期或恢复申请, 核实封印及各变压器运行情况, 自期满之日恢复档案, 自该日起追补基本电费]
--- */
with suspended as (
  select a.customer_id as customer_id,
         a.application_id as application_id,
         a.from_on as from_on,
         a.to_on as to_on
  from core.application as a
  where a.application_type_code = 'suspension' and a.application_status_code = 'archived' and a.to_on is not null
),
-- ended by a resumption, or prolonged by another suspension or a reduction from its end on
ended as (
  select s.customer_id as customer_id,
         s.application_id as application_id,
         min(r.from_on) as ended_on
  from suspended as s
  join core.application as r on r.customer_id = s.customer_id
  where r.application_status_code = 'archived' and r.application_id <> s.application_id
    and r.application_type_code in ('resumption', 'suspension', 'capacity_reduction', 'capacity_restoration', 'closure')
    and r.from_on > s.from_on
  group by s.customer_id, s.application_id
),
over_term as (
  select s.customer_id as customer_id,
         s.application_id as application_id,
         s.from_on as from_on,
         s.to_on as to_on,
         coalesce(e.ended_on, w.to_on) as ended_on
  from suspended as s
  cross join sweep_window as w
  left join ended as e on e.customer_id = s.customer_id and e.application_id = s.application_id
  where s.to_on < w.to_on
),
-- transformers filed as suspended for the whole time since
filed as (
  select o.customer_id as customer_id,
         o.application_id as application_id,
         cast(sum(case when t.transformer_status_code = 'running' then p.rated_capacity_kva else 0 end) as decimal(12,2)) as running_capacity_kva,
         cast(sum(case when t.transformer_status_code = 'suspended' then p.rated_capacity_kva else 0 end) as decimal(12,2)) as suspended_capacity_kva
  from over_term as o
  join core.transformer_status as t on t.customer_id = o.customer_id
  join core.power_transformer as p on p.customer_id = t.customer_id and p.power_transformer_id = t.power_transformer_id
  where t.valid_from <= o.to_on and t.valid_to >= o.ended_on
  group by o.customer_id, o.application_id
),
-- the file shows that the suspension ended with its term: only the paper is missing
restored as (
  select o.customer_id as customer_id,
         o.application_id as application_id
  from over_term as o
  join core.transformer_status as t on t.customer_id = o.customer_id
  join core.customer as c on c.customer_id = o.customer_id
  join parameter as p on p.org_id = c.org_id
  where t.transformer_status_code = 'suspended' and t.valid_to > o.from_on and date_diff('day', o.to_on, t.valid_to) <= p.max_days_over
  group by o.customer_id, o.application_id
),
agreed as (
  select o.customer_id as customer_id,
         o.application_id as application_id,
         max(a.billed_capacity_kva) as billed_capacity_kva
  from over_term as o
  join core.price_agreement as a on a.customer_id = o.customer_id
  where a.valid_from < o.ended_on and a.valid_to > o.to_on and a.tariff_structure_code = 'two_part' and a.basic_charge_mode_code = 'capacity'
  group by o.customer_id, o.application_id
)
select o.customer_id as customer_id,
       o.to_on as period_from,
       o.ended_on as period_to,
       cast(date_diff('day', o.to_on, o.ended_on) as decimal(18,4)) as observed_value,
       cast(0 as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       o.application_id as application_id,
       o.from_on as from_on,
       o.to_on as to_on,
       f.running_capacity_kva as running_capacity_kva,
       f.suspended_capacity_kva as suspended_capacity_kva,
       cast(case when f.suspended_capacity_kva > 0 and a.billed_capacity_kva < f.running_capacity_kva + f.suspended_capacity_kva
            then f.running_capacity_kva + f.suspended_capacity_kva end as decimal(12,2)) as billed_capacity_kva
from over_term as o
join core.customer as c on c.customer_id = o.customer_id
join parameter as p on p.org_id = c.org_id
left join filed as f on f.customer_id = o.customer_id and f.application_id = o.application_id
left join restored as r on r.customer_id = o.customer_id and r.application_id = o.application_id
left join agreed as a on a.customer_id = o.customer_id and a.application_id = o.application_id
where r.customer_id is null
  and date_diff('day', o.to_on, o.ended_on) > p.max_days_over
