/* ---
table: core.person
status: active
description: {en: "Who stands behind a customer account: the only table with a customer's personal data", zh: 客户身份与联系信息(个人信息仅存于此表)}
grain: one row per customer account
key: [customer_id]
reach: customer
columns: [customer_id, customer_name, supply_address, phone_number]
planned_columns: [identity_number, unified_credit_number, taxpayer_number, supply_latitude_degree,
  supply_longitude_degree]
audits:
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: not_null, columns: [customer_name, supply_address], level: warning}
--- */
