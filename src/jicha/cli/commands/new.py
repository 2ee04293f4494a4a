"""`jicha new topic`: a draft that runs, with a test that says what is still to do."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from jicha.cli.language import say
from jicha.cli.show import tell
from jicha.kernel.canonical import ALPHABET, FIRST_LETTERS
from jicha.kernel.errors import JichaError

_NAME = re.compile(r"^[a-z][a-z_]*/[a-z][a-z0-9_]*$")

_SQL = """/* ---
uid: {uid}
code: NEW-{uid}
title: {{en: {title}, zh: {title}}}
description:
  en: say what is wrong and how it comes about
  zh: 说明问题是什么、通常如何产生
severity: medium
status: draft
identity: episode
subject: metering_point
population: mart.metering_point_bill
needs: {{readings: 0.8}}
parameters:
  min_billed_kwh: {{value: 100000, unit: kwh, why: say why this number and no other}}
resolved_when: state_gone
check:
  en: [say what to look at on site]
  zh: [说明现场核查内容]
--- */
select m.metering_point_id as metering_point_id,
       m.customer_id as customer_id,
       m.from_on as period_from,
       m.to_on as period_to,
       cast(m.billed_kwh as decimal(18,4)) as observed_value,
       cast(null as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       m.bill_id as bill_id
from mart.metering_point_bill as m
join core.customer as c on c.customer_id = m.customer_id
join parameter as p on p.org_id = c.org_id
where m.billed_kwh >= p.min_billed_kwh
"""

_TEST = """defaults:
  core.customer: {{customer_id: C1, org_id: S1, customer_status_code: active}}
  mart.metering_point_bill: {{metering_point_id: M1, customer_id: C1, bill_id: B1, month_on: 2026-05-01,
    from_on: 2026-05-01, to_on: 2026-06-01}}
cases:
  - name: at the threshold
    kind: hit
    given:
      core.customer: [{{}}]
      mart.metering_point_bill: [{{billed_kwh: 100000}}]
    expect: [{{metering_point_id: M1, observed_value: 100000, bill_id: B1}}]
  - name: just below it
    kind: near_miss
    given:
      core.customer: [{{}}]
      mart.metering_point_bill: [{{billed_kwh: 99999.99}}]
    expect: []
"""


def topic(*, name: str, into: Path) -> None:
    if not _NAME.match(name):
        raise JichaError(
            "bad_topic_name",
            en=f"{name}: a topic is named theme/what_is_wrong in lower case, e.g. reading/long_zero_use",
            zh=f"{name}: 主题名须为小写的 theme/what_is_wrong, 例如 reading/long_zero_use",
        )
    folder = into / "topics" / name.partition("/")[0]
    sql = folder / f"{name.partition('/')[2]}.sql"
    test = sql.with_suffix("").with_name(f"{sql.stem}.test.yaml")
    for path in (sql, test):
        if path.exists():
            raise JichaError("topic_exists", en="this file exists already", zh="文件已存在", file=path)
    folder.mkdir(parents=True, exist_ok=True)
    uid = secrets.choice(FIRST_LETTERS) + "".join(secrets.choice(ALPHABET) for _ in range(7))
    title = name.partition("/")[2].replace("_", " ")
    sql.write_text(_SQL.format(uid=uid, title=title), encoding="utf-8")
    test.write_text(_TEST.format(), encoding="utf-8")
    tell(
        say(
            f"{sql} and its test are there. Edit both, then:\n  jicha test {sql} --content {into}\n"
            f"  (set status: trial) jicha sweep --content {into} --topic {name}",
            f"已生成 {sql} 及其测试。编辑后运行:\n  jicha test {sql} --content {into}\n"
            f"  (将 status 改为 trial 后) jicha sweep --content {into} --topic {name}",
        )
    )
