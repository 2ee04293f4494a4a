/* ---
driver: raw_answer_key.planted_cause
--- */
select
  k.origin_row as cause_no,
  k.cause as cause,
  case when k.blame_code is not null then k.blame_code
       when k.is_innocent is true then 'innocent'
       when k.is_innocent is not null then 'guilty' end as blame_code,
  k.planted_subject as planted_subject,
  k.subject_id as subject_id,
  k.customer_id as customer_id,
  k.valid_from as valid_from,
  coalesce(k.valid_to, cast('9999-12-31' as date)) as valid_to,
  k.true_kwh as true_kwh,
  k.energy_yuan as energy_yuan,
  k.breach_yuan as breach_yuan,
  k.cause_size as cause_size
from raw_answer_key.planted_cause as k
