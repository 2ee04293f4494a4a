/* ---
table: core.inspection_finding
status: planned
description: {en: "One observation of a finding in a sweep, from the results", zh: 疑似问题观察记录}
grain: one row per finding and sweep day
key: [finding_key, as_of_on]
reach: all
columns: [finding_key, as_of_on, topic, customer_id, org_id, inspection_order_id, subject_id, period_from,
  period_to, observed_value, impact_kwh, impact_yuan]
audits:
  - {check: not_null, columns: [topic], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: references, columns: [inspection_order_id], to: core.inspection_order, level: warning}
--- */
