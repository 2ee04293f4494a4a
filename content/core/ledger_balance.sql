/* ---
table: core.ledger_balance
status: active
description: {en: "The balance of an account at the end of a month, as one ledger states it", zh: 账务余额}
grain: "one row per organisation, ledger, account and month"
key: [org_id, ledger_code, ledger_account_code, month_on]
reach: organisation
columns: [org_id, ledger_code, ledger_account_code, month_on, balance_yuan]
audits:
  - {check: not_null, columns: [balance_yuan], level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: in_list, columns: [ledger_code, ledger_account_code], level: warning}
--- */
