"""Papers of panels, chargers and the market: settled energy is what the meters say, and each cause is visible."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from jicha.county import market
from jicha.county.desk import Answer
from jicha.county.market.panels import right_price
from jicha.county.tariff.terms import RETAIL
from jicha.county.world import units
from tests.county.papers_town import kept, kinds_of, lived, tray_for

ORDINARY = tray_for()
market.keep(lived(), ORDINARY)
FEN = Decimal("0.01")


def the(kind: str) -> Answer:
    (answer,) = kept("market").of(kind)
    return answer


def decimal(cell: object) -> Decimal:
    return Decimal(str(cell))


def test_only_filed_panels_are_on_file() -> None:
    filed = {
        each.photovoltaic.unit_id
        for each in lived().station.customers
        if each.photovoltaic is not None and each.photovoltaic.filed_kw
    }
    unfiled = [
        each
        for each in lived().station.customers
        if each.photovoltaic is not None and not each.photovoltaic.filed_kw
    ]
    assert unfiled, "a house with panels nobody filed"
    assert {row["发电单元编号"] for row in ORDINARY.tables["光伏档案"]} == filed


def test_energy_fed_in_is_what_the_meter_counted() -> None:
    days = lived().days
    assert days is not None
    settled: dict[object, Decimal] = {}
    for row in ORDINARY.tables["光伏结算"]:
        assert Decimal(0) <= decimal(row["上网电量"]) <= decimal(row["发电量"])
        assert decimal(row["上网电费"]) == (decimal(row["上网电量"]) * right_price()).quantize(FEN)
        settled[row["户号"]] = settled.get(row["户号"], Decimal(0)) + decimal(row["上网电量"])
    assert settled
    for place, customer in enumerate(lived().station.customers):
        if customer.customer_id in settled:
            assert abs(settled[customer.customer_id] - units(int(days.export[place].sum()))) < Decimal("0.5")


def test_subsidy_by_the_day_of_connection() -> None:
    since = {row["发电单元编号"]: row["并网日期"] for row in ORDINARY.tables["光伏档案"]}
    for row in ORDINARY.tables["光伏结算"]:
        connected = since[row["发电单元编号"]]
        assert isinstance(connected, date)
        assert (decimal(row["补贴标准"]) > 0) == (connected < date(2022, 1, 1))


def test_inverters_are_dark_at_night() -> None:
    rows = ORDINARY.tables["逆变器出力"]
    night = [row for row in rows if str(row["采样时刻"])[11:13] in ("23", "01", "02", "03")]
    assert night and all(decimal(row["出力"]) == 0 for row in night)
    assert any(decimal(row["出力"]) > 1 for row in rows)


def test_who_buys_on_the_market_is_registered_and_has_contracts_without_gap() -> None:
    on_market = {each.customer_id for each in lived().station.customers if each.terms.purchase == RETAIL}
    registered = {row["户号"] for row in ORDINARY.tables["市场注册"]}
    assert on_market and on_market <= registered
    for customer_id in on_market:
        spans = sorted(
            (row["生效日期"], row["失效日期"]) for row in ORDINARY.rows("零售合同", 户号=customer_id)
        )  # type: ignore[type-var]
        assert all(one[1] == two[0] for one, two in pairwise(spans))
        last = spans[-1][1]
        assert isinstance(last, date) and last >= lived().city.end


def test_output_follows_what_was_used() -> None:
    days = lived().days
    assert days is not None and ORDINARY.tables["生产佐证"]
    place = {each.customer_id: row for row, each in enumerate(lived().station.customers)}
    for customer_id in {str(row["户号"]) for row in ORDINARY.tables["生产佐证"]}:
        ratios = []
        for row in ORDINARY.rows("生产佐证", 户号=customer_id):
            month = next(
                each for each in lived().city.months if f"{each.year}{each.month:02d}" == row["年月"]
            )
            begins, ends = days.index(month.first.toordinal()), days.index(month.next.first.toordinal())
            used = int(days.use[place[customer_id], begins:ends].sum())
            if used > 100_000:
                ratios.append(decimal(row["产量"]) / used)
        assert not ratios or max(ratios) < min(ratios) * Decimal("1.12")


def test_declared_demand_is_what_the_terms_say() -> None:
    declared = {
        row["户号"]: decimal(row["合同需量"])
        for row in ORDINARY.tables["合同需量"]
        if row["失效日期"] is None
    }
    for customer in lived().station.customers:
        demand = customer.terms.contract_demand_kw
        if demand is not None and customer.closed_on is None:
            assert declared[customer.customer_id] == demand


def test_heads_are_approved_assessment_accounts() -> None:
    listed = {row["户号"] for row in ORDINARY.rows("名单", 名单类型="核准考核户")}
    assert listed == {each.customer_id for each in lived().station.assessments}


@pytest.mark.parametrize("kind", kinds_of("market"))
def test_planted_once_and_told(kind: str) -> None:
    answer = the(kind)
    assert kept("market").counts[kind] == 1
    assert lived().city.first_day <= answer.valid_from < answer.valid_to <= lived().city.end


def test_pv_filed_smaller_than_built() -> None:
    answer = the("pv_filed_smaller_than_built")
    customer = next(each for each in lived().station.customers if each.customer_id == answer.customer_id)
    filed = decimal(kept("market").row("光伏档案", 户号=answer.customer_id)["组件容量"])
    assert customer.photovoltaic is not None and filed * Decimal("1.3") < Decimal(
        str(customer.photovoltaic.kw)
    )


def test_pv_payee_is_stranger() -> None:
    answer = the("pv_payee_is_stranger")
    owner = kept("market").row("光伏档案", 户号=answer.customer_id)["产权人"]
    rows = kept("market").rows("光伏结算", 户号=answer.customer_id)
    strange = [row for row in rows if row["收款人"] != owner]
    assert strange and all(row["有收款授权"] == "否" for row in strange)
    assert f"{answer.valid_from:%Y%m}" == min(str(row["电费年月"]) for row in strange)


def test_pv_price_code_wrong_and_its_money() -> None:
    answer = the("pv_price_code_wrong")
    over = Decimal("0.00")
    for row in kept("market").rows("光伏结算", 户号=answer.customer_id):
        right = (decimal(row["上网电量"]) * right_price()).quantize(FEN)
        over += decimal(row["上网电费"]) - right
    assert over == answer.energy_yuan > 0


def test_pv_settled_late() -> None:
    answer = the("pv_settled_late")
    late = []
    for row in kept("market").rows("光伏结算", 户号=answer.customer_id):
        paid, settled = row["支付日期"], row["结算日期"]
        assert isinstance(paid, date) and isinstance(settled, date)
        if (paid - settled).days > 60:
            late.append(row)
    assert len(late) >= 3


def test_charger_idle_for_a_year() -> None:
    answer = the("charger_idle_for_a_year")
    assert kept("market").rows("充电设施", 户号=answer.customer_id)
    used = [each.kwh for each in lived().bills[answer.customer_id] if each.from_on >= answer.valid_from]
    assert len(used) >= 12 and not any(used)


def test_market_flag_not_passed_on_and_contract_lapsed() -> None:
    left = the("market_flag_not_passed_on")
    states = {
        row["注册状态"]: row["生效日期"] for row in kept("market").rows("市场注册", 户号=left.customer_id)
    }
    assert states["正常退市"] == left.valid_from
    lapsed = the("retail_contract_lapsed")
    ends = [row["失效日期"] for row in kept("market").rows("零售合同", 户号=lapsed.customer_id)]
    assert max(ends) == lapsed.valid_from  # type: ignore[type-var]
    for answer in (left, lapsed):
        customer = next(each for each in lived().station.customers if each.customer_id == answer.customer_id)
        assert customer.terms_filed_on(answer.valid_from).purchase == RETAIL


def test_listed_company_not_surcharged_and_its_money() -> None:
    answer = the("listed_company_not_surcharged")
    row = kept("market").row("名单", 户号=answer.customer_id, 名单类型="限制淘汰类企业")
    price = decimal(row["加价标准"])
    owed = sum(
        (each.kwh * price).quantize(FEN)
        for each in lived().bills[answer.customer_id]
        if each.from_on >= answer.valid_from
    )
    assert answer.energy_yuan == owed and answer.size == price


def test_the_same_papers_again() -> None:
    again = tray_for()
    market.keep(lived(), again)
    assert again.tables == ORDINARY.tables
