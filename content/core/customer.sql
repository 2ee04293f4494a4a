/* ---
table: core.customer
status: active
description: {en: One electricity customer account, zh: 用电客户(户号)}
grain: one row per customer account
key: [customer_id]
reach: customer
columns: [customer_id, org_id, area_id, reading_book_id, customer_type_code, usage_category_code, industry_code,
  supply_voltage_code, contract_capacity_kva, customer_status_code, opened_on, closed_on]
planned_columns: [party_id, site_id, household_id, household_count, running_capacity_kva, security_load_kw,
  importance_grade_code, temporary_supply_code, temporary_until_on, asset_ownership_code, is_vat_enrolled]
audits:
  - {check: not_null, columns: [org_id, area_id, reading_book_id, customer_type_code, usage_category_code, supply_voltage_code,
      contract_capacity_kva, customer_status_code, opened_on], level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: references, columns: [area_id], to: core.area, level: warning}
  - {check: references, columns: [reading_book_id], to: core.reading_book, level: warning}
  - {check: in_list, columns: [customer_type_code, usage_category_code, industry_code, supply_voltage_code,
      customer_status_code], level: warning}
  - {check: not_negative, columns: [contract_capacity_kva], level: warning}
  - {check: ordered, columns: [opened_on, closed_on], level: warning}
--- */
