/* ---
table: core.adjustment
status: active
description: {en: One approved correction of energy or money billed, zh: 退补申请}
grain: one row per adjustment
key: [adjustment_id]
reach: customer
columns: [adjustment_id, customer_id, bill_id, application_id, month_on, adjustment_reason_code, reason_text,
  approved_kwh, approved_yuan, applicant_id, approver_id, approver_level_code, approved_at, meter_fault_id,
  breach_case_id, reverses_adjustment_id]
audits:
  - {check: not_null, columns: [customer_id], level: error}
  - {check: not_null, columns: [month_on, adjustment_reason_code, applicant_id, approver_id], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [bill_id], to: core.bill, level: warning}
  - {check: references, columns: [application_id], to: core.application, level: warning}
  - {check: references, columns: [applicant_id], to: core.staff, level: warning}
  - {check: references, columns: [approver_id], to: core.staff, level: warning}
  - {check: references, columns: [meter_fault_id], to: core.meter_fault, level: warning}
  - {check: references, columns: [breach_case_id], to: core.breach_case, level: warning}
  - {check: references, columns: [reverses_adjustment_id], to: core.adjustment, level: warning}
  - {check: in_list, columns: [adjustment_reason_code, approver_level_code], level: warning}
--- */
