/* ---
driver: raw_cis_zh.rule_change
--- */
select
  r.rule_change_id as rule_change_id,
  r.topic as topic,
  r.parameter_name as parameter_name,
  r.org_id as org_id,
  r.changed_at as changed_at,
  r.operator_id as operator_id,
  r.approver_id as approver_id,
  r.second_approver_id as second_approver_id,
  r.old_value_text as old_value_text,
  r.new_value_text as new_value_text
from raw_cis_zh.rule_change as r
