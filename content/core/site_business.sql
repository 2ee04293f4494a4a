/* ---
table: core.site_business
status: active
description: {en: One business registered at a supply site, zh: 用电地址登记的经营主体}
grain: one row per site and business
key: [site_id, business_id]
reach: all
columns: [site_id, business_id, party_id, industry_code, registered_on, deregistered_on]
audits:
  - {check: not_null, columns: [industry_code], level: warning}
  - {check: in_list, columns: [industry_code], level: warning}
--- */
