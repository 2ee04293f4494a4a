/* ---
table: core.eligibility
status: active
description: {en: "One document that entitles a customer to a preferential or exempt treatment, over a span", zh: 优惠或豁免资格}
grain: one row per document
key: [eligibility_id]
reach: customer
columns: [eligibility_id, customer_id, eligibility_type_code, valid_from, valid_to, document_id,
  household_member_count]
audits:
  - {check: not_null, columns: [customer_id, valid_to], level: error}
  - {check: not_null, columns: [eligibility_type_code, valid_from], level: warning}
  - {check: ordered, columns: [valid_from, valid_to], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: in_list, columns: [eligibility_type_code], level: warning}
--- */
