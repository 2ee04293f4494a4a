"""A small house of its own for policy: two fields, one code list, one open question of law, one policy table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jicha.inspection.policy import Policy, load_policy
from jicha.law.settings import load_settings
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots

FIELDS = """\
org_id: {type: text, en: Organisation, zh: 单位}
loss_object_code: {type: text, code: loss_object, en: Object, zh: 对象}
high_above_pct: {type: "decimal(7,4)", unit: pct, en: High above, zh: 高损界限}
negative_below_pct: {type: "decimal(7,4)", unit: pct, en: Negative below, zh: 负损界限}
limit_days: {type: integer, unit: days, en: Limit in days, zh: 时限}
is_strict: {type: boolean, en: Strict, zh: 从严}
begins_on: {type: date, en: Begins, zh: 起始}
jurisdiction_code: {type: text, code: jurisdiction, en: Jurisdiction, zh: 适用地区}
customer_kind_code: {type: text, code: customer_kind, en: Kind, zh: 用户类别}
late_fee_ratio: {type: "decimal(9,6)", unit: ratio, en: Ratio, zh: 比例}
"""

LOSS = """\
title: {en: Classes of line loss, zh: 线损分类}
description: {en: Above is high, zh: 高于为高损}
key: [loss_object_code]
values: [high_above_pct, limit_days]
blocks:
  - valid_from: 2000-01-01
    owner: jicha
    why: {en: the widest limits in use, zh: 最宽口径}
    rows:
      - [area, 10, ~]
      - [feeder, "6.5", 3]
"""

BASE = """\
title: {en: Base of the charge, zh: 计费基数}
question: {en: Which base is meant, zh: 以何为基数}
cite: rules_1996#98
confidence: secondary
confirmed_on: 2026-11-21
default: metered
why: {en: usual reading of utilities, zh: 通行做法}
options:
  metered: {en: as metered, zh: 按计量}
  contract: {en: as in the contract, zh: 按合同}
"""

RULES = """\
title: {en: Rules of 1996, zh: 一九九六年规则}
issuer: {en: Ministry, zh: 电力部}
jurisdiction_code: CN
effective_from: 1996-10-08
confidence: source-read
confirmed_on: 2026-11-21
sources: [{title: a book}]
articles:
  "98": {en: Late payment., zh: 电费违约金。}
"""

FEE = """\
title: {en: Late fee, zh: 违约金比例}
description: {en: A share per day, zh: 每日比例}
key: [jurisdiction_code, customer_kind_code]
values: [late_fee_ratio]
blocks:
  - valid_from: 1996-10-08
    cite: rules_1996#98
    confidence: source-read
    confirmed_on: 2026-11-21
    fixed: {jurisdiction_code: CN}
    rows:
      - [resident, "0.001"]
      - [other, "0.002"]
"""

CONTENT = {
    "VERSION": "1\n",
    "lexicon/fields.yaml": FIELDS,
    "lexicon/codes/loss_object.csv": "code,en,zh\narea,Area,台区\nfeeder,Feeder,线路\n",
    "lexicon/codes/jurisdiction.csv": "code,en,zh\nCN,China,全国\n43,Hunan,湖南\n",
    "lexicon/codes/customer_kind.csv": "code,en,zh\nresident,Resident,居民\nother,Other,其他\n",
    "policy/line_loss.yaml": LOSS,
    "law/settings/charge_base.yaml": BASE,
    "law/instruments/rules_1996.yaml": RULES,
    "law/late_fee/late_fee_rate.yaml": FEE,
}

PARENTS = {"43": None, "4301": "43", "430104": "4301", "430105": "4301"}


@dataclass
class House:
    """A public content root and private ones beside it; write files, then load."""

    folder: Path
    private: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, text in CONTENT.items():
            self.put(f"content/{name}", text)

    def put(self, name: str, text: str) -> Path:
        """A file below `content/` or below a private root, which then is one."""
        root = name.split("/", 1)[0]
        if root != "content" and root not in self.private:
            self.private = (*self.private, root)
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def choices(self, text: str, name: str = "county.yaml", root: str = "local") -> None:
        self.put(f"{root}/policy/parameters/{name}", text)

    @property
    def roots(self) -> ContentRoots:
        return ContentRoots(self.folder / "content", tuple(self.folder / name for name in self.private))

    def policy(self) -> Policy:
        return load_policy(self.roots, Lexicon.load(self.roots), load_settings(self.roots))


def block(rows: str, *, table: str = "line_loss", org: str = '"4301"', more: str = "") -> str:
    """A file of `policy/parameters/` with one block of a policy table, whose rows begin on line 8."""
    return (
        f"tables:\n  - table: {table}\n    org: {org}\n    valid_from: 2026-01-01\n    owner: city\n"
        f"    why: {{en: limits of the city, zh: 市公司口径}}\n    rows:\n{rows}{more}"
    )


def choice(
    option: str = "contract", *, of: str = "law/charge_base", org: str = '"4301"', start: str = "2026-01-01"
) -> str:
    """One entry of a list `settings:`."""
    return (
        f"  - {{of: {of}, choice: {option}, org: {org}, valid_from: {start}, owner: city,\n"
        "     why: {en: contracts say so, zh: 供用电合同约定}}\n"
    )
