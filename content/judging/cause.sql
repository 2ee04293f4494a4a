/* ---
description: {en: "Planted causes that act inside the sweep's window, with their customer and classes", zh: 稽查窗口内的成因及其客户与分级}
grain: one row per planted cause
--- */
with placed as (
  select
    p.cause_no as cause_no,
    p.cause as cause,
    p.blame_code as blame_code,
    p.planted_subject as planted_subject,
    p.subject_id as subject_id,
    coalesce(p.customer_id, o.customer_id) as customer_id,
    p.valid_from as valid_from,
    p.valid_to as valid_to,
    coalesce(p.energy_yuan, 0) as energy_yuan,
    cast(abs(coalesce(p.energy_yuan, 0)) as double) as energy_size,
    p.valid_from >= w.from_on and p.valid_to <= w.to_on as is_whole,
    'size' as dimension_code
  from core.planted_cause as p
  cross join sweep_window as w
  left join judging.owned as o on o.mark_kind = p.planted_subject and o.mark_id = p.subject_id
  where p.valid_to > w.from_on and p.valid_from <= w.as_of_on
)
select
  p.cause_no as cause_no,
  p.cause as cause,
  p.blame_code as blame_code,
  p.planted_subject as planted_subject,
  p.subject_id as subject_id,
  p.customer_id as customer_id,
  p.valid_from as valid_from,
  p.valid_to as valid_to,
  cast(p.energy_yuan as decimal(14,2)) as energy_yuan,
  p.is_whole as is_whole,
  k.class_name as size_class,
  g.gap_class as gap_class
from placed as p
join judging.class as k on k.dimension_code = p.dimension_code
left join judging.customer_gap as g on g.customer_id = p.customer_id
where (k.from_value is null or p.energy_size >= k.from_value) and (k.to_value is null or p.energy_size < k.to_value)
