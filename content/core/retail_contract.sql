/* ---
table: core.retail_contract
status: active
description: {en: One retail contract of a market customer, zh: 零售合同(售电公司绑定)}
grain: one row per contract
key: [retail_contract_id]
reach: customer
columns: [retail_contract_id, customer_id, retailer_id, valid_from, valid_to, retail_package_name]
audits:
  - {check: not_null, columns: [customer_id, valid_to], level: error}
  - {check: not_null, columns: [retailer_id, valid_from], level: warning}
  - {check: ordered, columns: [valid_from, valid_to], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
--- */
