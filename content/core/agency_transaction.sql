/* ---
table: core.agency_transaction
status: active
description: {en: One payment in the statement of a collecting agency, zh: 代收机构对账明细}
grain: one row per agency and its reference
key: [agency_id, agency_reference_id]
reach: customer
partition_on: statement_on
columns: [agency_id, agency_reference_id, customer_id, org_id, statement_on, paid_at, agency_yuan]
audits:
  - {check: not_null, columns: [statement_on, agency_yuan], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
--- */
