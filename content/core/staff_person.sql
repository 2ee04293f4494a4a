/* ---
table: core.staff_person
status: active
description: {en: "Who a member of staff is: the only table with personal data of staff", zh: 员工个人信息(仅存于此表)}
grain: one row per member of staff
key: [staff_id]
reach: all
columns: [staff_id, staff_name, identity_number, phone_number, home_address]
audits:
  - {check: references, columns: [staff_id], to: core.staff, level: warning}
--- */
