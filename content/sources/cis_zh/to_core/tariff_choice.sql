/* ---
driver: raw_cis_zh.tariff_choice
--- */
select
  t.tariff_choice_id as tariff_choice_id,
  t.customer_id as customer_id,
  t.tariff_choice_code as tariff_choice_code,
  t.chosen_on as chosen_on,
  t.effective_on as effective_on,
  t.application_id as application_id,
  t.operator_id as operator_id
from raw_cis_zh.tariff_choice as t
