/* ---
table: core.repair_dispatch
status: active
description: {en: One dispatch of a crew to a fault, zh: 抢修派工}
grain: one row per dispatch
key: [repair_dispatch_id]
reach: organisation
columns: [repair_dispatch_id, service_case_id, org_id, crew_leader_id, dispatched_at, arrived_at,
  arrival_distance_m, restored_at, repair_cause_code, interrupted_load_kw]
audits:
  - {check: not_null, columns: [service_case_id, dispatched_at], level: warning}
  - {check: references, columns: [service_case_id], to: core.service_case, level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: references, columns: [crew_leader_id], to: core.staff, level: warning}
  - {check: in_list, columns: [repair_cause_code], level: warning}
--- */
