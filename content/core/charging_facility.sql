/* ---
table: core.charging_facility
status: active
description: {en: One charging or battery-swap facility, zh: 充换电设施}
grain: one row per facility
key: [charging_facility_id]
reach: customer
columns: [charging_facility_id, customer_id, charging_facility_type_code, facility_operator_code, pile_count,
  rated_power_kw, commissioned_on]
audits:
  - {check: not_null, columns: [customer_id], level: error}
  - {check: not_null, columns: [charging_facility_type_code, rated_power_kw], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: in_list, columns: [charging_facility_type_code, facility_operator_code], level: warning}
  - {check: not_negative, columns: [rated_power_kw, pile_count], level: warning}
--- */
