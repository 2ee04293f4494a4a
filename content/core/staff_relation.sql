/* ---
table: core.staff_relation
status: active
description: {en: A customer account known to belong to a member of staff or kin, zh: 员工及亲属关联户}
grain: one row per member of staff and customer
key: [staff_id, customer_id]
reach: customer
columns: [staff_id, customer_id, staff_relation_code]
audits:
  - {check: not_null, columns: [staff_relation_code], level: warning}
  - {check: references, columns: [staff_id], to: core.staff, level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: in_list, columns: [staff_relation_code], level: warning}
--- */
