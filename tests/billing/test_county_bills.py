"""The county's own biller and the marts agree: every bill nobody tampered with, to the fen, on four seeds.

The biller is row by row in Python and knows neither law nor marts; both were written from the same published texts.
"""

from __future__ import annotations

import pytest

from jicha.billing.coverage import coverage
from jicha.billing.relations import BILL

from .counties import BilledCounty, billed_county

SEEDS = (1, 2, 3, 4)

#: Innocent, but the first bill is wrong until it is put right.
LATER_PUT_RIGHT = "bill_corrected"

UNTOUCHED = """
    select b.bill_id, b.issued_yuan, b.recalculated_yuan, b.not_recalculated_code from recalculated_bill as b
    where b.customer_id not in (select p.customer_id from planted_cause as p where p.customer_id is not null)
"""
INNOCENT = f"""
    select b.bill_id, b.issued_yuan, b.recalculated_yuan, b.not_recalculated_code from recalculated_bill as b
    where b.customer_id in (select p.customer_id from planted_cause as p where p.blame_code = 'innocent')
      and b.customer_id not in (select p.customer_id from planted_cause as p
        where p.customer_id is not null and (p.blame_code <> 'innocent' or p.cause = '{LATER_PUT_RIGHT}'))
      and coalesce(b.not_recalculated_code, '') not in ('adjustment_bill', 'bill_cancelled')
"""


@pytest.fixture(scope="module", params=SEEDS, ids=lambda seed: f"seed{seed}")
def county(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> BilledCounty:
    return billed_county(tmp_path_factory.mktemp("county"), customers=200, months=9, seed=request.param)


def test_every_untouched_bill_agrees_to_the_fen(county: BilledCounty) -> None:
    rows = county.rows(UNTOUCHED, BILL, "core.planted_cause")
    assert len(rows) > 600
    assert [row for row in rows if row[1] != row[2]] == []


def test_what_only_looks_odd_agrees_too(county: BilledCounty) -> None:
    rows = county.rows(INNOCENT, BILL, "core.planted_cause")
    assert len(rows) > 150
    assert [row for row in rows if row[1] != row[2]] == []


def test_every_kind_of_user_is_among_them(county: BilledCounty) -> None:
    kinds = county.rows(
        "select distinct i.price_code from billing_input as i join recalculated_bill as b on b.bill_id = i.bill_id "
        "where b.difference_yuan = 0",
        "mart.billing_input",
        BILL,
    )
    found = {code for (code,) in kinds}
    assert {"CN-RES-LV", "CN-AGR-LV", "CN-IRR-LV", "CN-CI1-LV", "CN-CI1-10KV-TOU", "CN-CI2-10KV-TOU"} <= found


def test_every_bill_is_recalculated_or_says_why(county: BilledCounty) -> None:
    found = coverage(county.store, county.engine)
    bills = county.rows("select count(*) from bill as b", "core.bill")[0][0]
    assert found.bills == bills
    assert set(found.reasons) <= set(county.store.catalogue.lexicon.codes("not_recalculated"))
    assert found.recalculated > 0.98 * bills
    amounts = county.rows(
        "select count(*) from recalculated_bill as b "
        "where (b.recalculated_yuan is null) <> (b.not_recalculated_code is not null)",
        BILL,
    )
    assert amounts == [(0,)]


def test_the_segments_of_a_bill_cover_its_days_once(county: BilledCounty) -> None:
    wrong = county.rows(
        "select i.bill_id from (select i.bill_id, i.meter_id, i.multiplier, i.bill_from_on, i.bill_to_on, "
        "sum(date_diff('day', i.from_on, i.to_on)) as days from billing_input as i "
        "group by i.bill_id, i.meter_id, i.multiplier, i.bill_from_on, i.bill_to_on) as i "
        "where i.days > date_diff('day', i.bill_from_on, i.bill_to_on)",
        "mart.billing_input",
    )
    assert wrong == []


def test_lines_add_up_to_the_bill(county: BilledCounty) -> None:
    unequal = county.rows(
        "select b.bill_id from recalculated_bill as b left join (select l.bill_id, sum(l.line_amount_yuan) as yuan "
        "from recalculated_bill_line as l group by l.bill_id) as l on l.bill_id = b.bill_id "
        "where b.recalculated_yuan is not null and coalesce(l.yuan, 0) <> b.recalculated_yuan",
        BILL,
        "mart.recalculated_bill_line",
    )
    assert unequal == []
