/* ---
table: core.contract_demand
status: active
description: {en: "The demand a customer declared, over a span", zh: 合同最大需量}
grain: one row per customer and span
key: [customer_id, valid_from]
reach: customer
columns: [customer_id, valid_from, valid_to, contract_demand_kw, declared_on, application_id]
audits:
  - {check: not_null, columns: [valid_to, contract_demand_kw], level: error}
  - {check: spans, columns: [valid_from, valid_to], by: [customer_id], level: error}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: not_negative, columns: [contract_demand_kw], level: warning}
--- */
