/* ---
table: core.application
status: active
description: {en: One customer application and the flow that handles it, zh: 业务申请(工单)}
grain: one row per application
key: [application_id]
reach: customer
columns: [application_id, application_type_code, application_status_code, customer_id, org_id,
  supply_voltage_code, supply_source_count, applied_capacity_kva, from_on, to_on, accepted_at, archived_at,
  material_issued_at, market_notified_at, investment_boundary_code, customer_works_yuan, has_customer_request]
audits:
  - {check: not_null, columns: [application_type_code, application_status_code, org_id, accepted_at], level: warning}
  - {check: ordered, columns: [from_on, to_on], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: in_list, columns: [application_type_code, application_status_code, supply_voltage_code,
      investment_boundary_code], level: warning}
  - {check: not_negative, columns: [applied_capacity_kva, customer_works_yuan], level: warning}
--- */
