/* ---
driver: raw_cis_zh.breach_case
--- */
select
  b.breach_case_id as breach_case_id,
  b.customer_id as customer_id,
  b.org_id as org_id,
  b.breach_type_code as breach_type_code,
  b.breach_status_code as breach_status_code,
  b.found_on as found_on,
  b.opened_at as opened_at,
  b.closed_at as closed_at,
  b.terminated_at as terminated_at,
  b.approver_id as approver_id,
  b.usage_inspection_id as usage_inspection_id,
  b.service_case_id as service_case_id,
  b.breach_power_kw as breach_power_kw,
  b.breach_days as breach_days,
  b.recovered_kwh as recovered_kwh,
  b.recovered_yuan as recovered_yuan,
  b.charge_multiple_ratio as charge_multiple_ratio,
  b.breach_charge_yuan as breach_charge_yuan,
  b.collected_yuan as collected_yuan,
  b.reward_yuan as reward_yuan,
  b.reward_paid_on as reward_paid_on
from raw_cis_zh.breach_case as b
