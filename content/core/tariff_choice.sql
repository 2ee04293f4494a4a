/* ---
table: core.tariff_choice
status: active
description: {en: One choice a customer made among tariff options open to it, zh: 电价选择记录}
grain: one row per choice
key: [tariff_choice_id]
reach: customer
columns: [tariff_choice_id, customer_id, tariff_choice_code, chosen_on, effective_on, application_id,
  operator_id]
audits:
  - {check: not_null, columns: [customer_id], level: error}
  - {check: not_null, columns: [tariff_choice_code, effective_on], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [operator_id], to: core.staff, level: warning}
  - {check: in_list, columns: [tariff_choice_code], level: warning}
--- */
