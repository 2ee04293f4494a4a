/* ---
table: core.high_voltage_motor
status: active
description: {en: "One motor fed directly at high voltage, part of the charged capacity", zh: 不经变压器直接接入的高压电动机}
grain: one row per motor
key: [high_voltage_motor_id]
reach: customer
columns: [high_voltage_motor_id, customer_id, motor_capacity_kva, valid_from, valid_to]
audits:
  - {check: not_null, columns: [customer_id], level: error}
  - {check: not_null, columns: [motor_capacity_kva], level: warning}
  - {check: ordered, columns: [valid_from, valid_to], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: not_negative, columns: [motor_capacity_kva], level: warning}
--- */
