/* ---
table: core.supply_contract
status: active
description: {en: One contract with a customer, zh: 供用电合同}
grain: one row per contract
key: [supply_contract_id]
reach: customer
columns: [supply_contract_id, customer_id, contract_type_code, signed_on, entered_on, valid_from, valid_to,
  is_evergreen, has_authorised_signer, agreed_capacity_kva, agreed_price_code, agreed_line_loss_ratio,
  settlements_per_month, has_resupply_consent]
audits:
  - {check: not_null, columns: [customer_id, valid_to], level: error}
  - {check: not_null, columns: [contract_type_code, signed_on, valid_from], level: warning}
  - {check: ordered, columns: [valid_from, valid_to], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: in_list, columns: [contract_type_code, agreed_price_code], level: warning}
--- */
