/* ---
table: core.planted_cause
status: active
description: {en: "What was planted in a synthetic county: the answer key", zh: 合成县域中植入的成因(答案)}
grain: one row per planted cause
key: [cause_no]
reach: all
columns: [cause_no, cause, blame_code, planted_subject, subject_id, customer_id, valid_from, valid_to, true_kwh,
  energy_yuan, breach_yuan, cause_size]
audits:
  - {check: not_null, columns: [cause, blame_code, planted_subject, subject_id, valid_from, valid_to], level: error}
  - {check: in_list, columns: [blame_code], level: error}
  - {check: ordered, columns: [valid_from, valid_to], level: warning}
--- */
