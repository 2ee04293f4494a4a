/* ---
table: core.organisation
status: active
description: {en: "One unit of the utility: province, city, county or station", zh: 供电单位(省、市、县、所)}
grain: one row per organisation
key: [org_id]
reach: organisation
columns: [org_id, parent_org_id, org_level_code, org_name]
planned_columns: [boundary_text]
audits:
  - {check: not_null, columns: [org_level_code, org_name], level: warning}
  - {check: in_list, columns: [org_level_code], level: warning}
  - {check: references, columns: [parent_org_id], to: core.organisation, level: warning}
--- */
