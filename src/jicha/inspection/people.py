"""Names of customers, joined at display and masked; results and journals carry ids only."""

from __future__ import annotations

from collections.abc import Iterable

import sqlglot.expressions as exp

from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.slices import Store

#: Words in the names of companies, public bodies and shops. The person table does not say which of its rows
#: are people, so a long name without any of them is taken for a person's: a minority or a foreign name. The
#: list errs on that side: a company that is masked like a person gives nothing away.
ORGANISATION_WORDS = (
    "公司", "酒楼", "饭店", "宾馆", "学校", "医院", "村委会", "合作社", "中心",
    "厂", "店", "站", "部", "所", "局", "院", "社", "行", "馆", "园", "场",
)  # fmt: skip

#: Dots between the parts of a transliterated name, as different systems write them.
NAME_DOTS = "·•・‧∙⋅．"

#: The longest name that is masked like a person's whatever it says.
LONGEST_SHORT_NAME = 4


def masked(name: str) -> str:
    """The first character and a star for each further one: 张三丰 -> 张**; the long name of an organisation
    keeps two characters at both ends: 示例电子有限公司 -> 示例****公司."""
    if len(name) > LONGEST_SHORT_NAME and _is_organisation(name):
        return name[:2] + "*" * (len(name) - 4) + name[-2:]
    return name[:1] + "*" * (len(name) - 1)


def _is_organisation(name: str) -> bool:
    # A transliterated name may hold 行 or 园 as a syllable: beside a dot only whole words count.
    dotted = any(dot in name for dot in NAME_DOTS)
    return any(word in name for word in ORGANISATION_WORDS if not dotted or len(word) > 1)


def masked_names(store: Store, engine: Engine, customer_ids: Iterable[str | None]) -> dict[str, str]:
    """Masked names by customer id; customers without a person row are left out."""
    wanted = sorted({customer_id for customer_id in customer_ids if customer_id})
    if not wanted:
        return {}
    people = exp.alias_(exp.Subquery(this=store.query(engine, "core.person", None, None)), "p", table=True)
    asked = engine.register("asked", {"customer_id": "text"}, [(customer_id,) for customer_id in wanted])
    query = (
        exp.Select(
            expressions=[
                exp.column("customer_id", table="p", quoted=True),
                exp.column("customer_name", table="p", quoted=True),
            ]
        )
        .from_(people)
        .join(
            exp.alias_(exp.Subquery(this=asked), "a", table=True),
            on=exp.EQ(
                this=exp.column("customer_id", table="a", quoted=True),
                expression=exp.column("customer_id", table="p", quoted=True),
            ),
        )
    )
    return {str(customer_id): masked(str(name)) for customer_id, name in engine.rows(query) if name}
