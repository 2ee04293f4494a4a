/* ---
table: core.government_listing
status: active
description: {en: "One entry of a list, the government's or the utility's, that names a customer, over a span", zh: 名单(差别电价、高耗能、核准考核户等)}
grain: one row per list entry
key: [listing_id]
reach: customer
columns: [listing_id, customer_id, listing_type_code, valid_from, valid_to, document_id,
  listing_price_yuan_per_kwh]
audits:
  - {check: not_null, columns: [customer_id], level: error}
  - {check: not_null, columns: [listing_type_code, valid_from], level: warning}
  - {check: ordered, columns: [valid_from, valid_to], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: in_list, columns: [listing_type_code], level: warning}
--- */
