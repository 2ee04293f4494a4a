"""Two spellings of one thing are one thing to the linter."""

from __future__ import annotations

import pytest

from jicha.warehouse.portable import check, output_columns
from jicha.warehouse.relation import Relation

RELATIONS = {
    "core.t": Relation(name="core.t", columns={"reading_on": "date", "customer_id": "text"}, reach="customer")
}


@pytest.mark.parametrize("inner", ["t.reading_on", "cast(t.reading_on - interval 1 day as date)"])
def test_date_trunc_of_a_column_and_of_a_cast(inner: str) -> None:
    sql = f"select cast(date_trunc('month', {inner}) as date) as month_on from core.t as t"
    tree = check(sql, relations=RELATIONS, file="t.sql", kind="mart")
    assert output_columns(tree, RELATIONS) == {"month_on": "date"}
    assert "DATE_TRUNC('MONTH'" in tree.sql(dialect="duckdb").upper()


@pytest.mark.parametrize("unit", ["week", "hour"])
def test_other_units_stay_refused(unit: str) -> None:
    from jicha.kernel.errors import ContentError

    sql = (
        f"select cast(date_trunc('{unit}', cast(t.reading_on as date)) as date) as month_on from core.t as t"
    )
    with pytest.raises(ContentError):
        check(sql, relations=RELATIONS, file="t.sql", kind="mart")
