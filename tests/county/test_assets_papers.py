"""Ordinary assets: everything that hangs is on file, transformers make the multiplier, tests are not overdue."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from jicha.county import assets
from jicha.county.assets.causes import FIELD_TESTED_FOR_DAYS, VERIFIED_FOR_DAYS
from jicha.county.assets.devices import CT_HIGH, kind_of, meter_runs, transformer_runs
from jicha.county.assets.transformers import keep_power_transformers
from tests.county.papers_town import Tray, kept, lived, tray_for

ORDINARY = tray_for()
assets.keep(lived(), ORDINARY)


def as_date(cell: object) -> date:
    assert isinstance(cell, date)
    return cell


def test_every_meter_that_ever_hung_is_an_asset_once() -> None:
    ids = [row["电能表资产号"] for row in ORDINARY.tables["电能表资产"]]
    assert len(ids) == len(set(ids))
    hung = {each.meter_id for customer in lived().station.customers for each in customer.installations}
    hung |= {head.meter_id for head in lived().station.assessments}
    assert hung <= set(ids)


def test_current_and_voltage_transformers_make_the_multiplier_on_the_wall() -> None:
    pieces = {row["互感器资产号"]: row for row in ORDINARY.tables["互感器资产"]}
    stays = ORDINARY.tables["互感器装拆"]
    assert {row["互感器资产号"] for row in stays} == set(pieces)
    checked = 0
    walls = [
        (customer.metering_point_id, each.installed_on, each.multiplier)
        for customer in lived().station.customers
        for each in customer.installations
        if each.ct_ratio
    ]
    walls += [
        (head.metering_point_id, lived().city.first_day, head.multiplier)
        for head in lived().station.assessments
    ]
    for point, day, multiplier in walls:
        here = [
            pieces[row["互感器资产号"]]
            for row in stays
            if row["计量点编号"] == point
            and as_date(row["装设日期"]) <= day
            and (row["拆除日期"] is None or day < as_date(row["拆除日期"]))
        ]
        ratio = 1
        for kind, side in (("电流互感器", "额定电流"), ("电压互感器", "额定电压")):
            of_kind = {(row[f"一次{side}"], row[f"二次{side}"]) for row in here if row["互感器类型"] == kind}
            assert len(of_kind) <= 1
            for primary, secondary in of_kind:
                assert isinstance(primary, int) and isinstance(secondary, int)
                ratio *= primary // secondary
        assert ratio == multiplier, point
        checked += 1
    assert checked > 20


def test_transformers_follow_an_exchange_and_only_then() -> None:
    for customer in lived().station.customers:
        ratios = [each.ct_ratio for each in customer.installations if each.ct_ratio]
        changes = sum(1 for one, two in pairwise(ratios) if one != two)
        if not customer.interruption:
            assert len(list(transformer_runs(customer))) == (changes + 1 if ratios else 0)


def test_changes_of_meters_match_the_stays() -> None:
    city = lived().city
    expected = {
        (customer.customer_id, run.meter_id, run.hung_on)
        for customer in lived().station.customers
        for run in meter_runs(customer)
        if run.hung_on >= city.first_day
    }
    rows = [row for row in ORDINARY.tables["换表记录"] if row["新表资产号"]]
    told = {(row["户号"], row["新表资产号"], date.fromisoformat(str(row["换表时间"])[:10])) for row in rows}
    assert told == expected
    assert all(row["营业确认时间"] and row["计量确认时间"] for row in rows)
    assert len({row["装换拆编号"] for row in ORDINARY.tables["换表记录"]}) == len(ORDINARY.tables["换表记录"])


def test_nobody_ordinary_is_overdue() -> None:
    last: dict[object, date] = {}
    for row in ORDINARY.tables["检定记录"]:
        if row["电能表资产号"]:
            day = as_date(row["检定日期"])
            last[row["电能表资产号"]] = max(day, last.get(row["电能表资产号"], day))
            assert day <= lived().city.end + timedelta(days=30)
    for customer in lived().station.customers:
        for run in meter_runs(customer):
            limit = FIELD_TESTED_FOR_DAYS if kind_of(customer) == CT_HIGH else VERIFIED_FOR_DAYS
            end = run.removed_on or lived().city.end
            assert (end - last[run.meter_id]).days <= limit, run


def test_seals_are_set_when_a_meter_hangs_and_taken_off_with_it() -> None:
    for customer in lived().station.customers[:80]:
        sealed = [row for row in ORDINARY.tables["封印"] if row["户号"] == customer.customer_id]
        open_now = [row for row in sealed if row["启封时间"] is None]
        hangs = customer.installations[-1].removed_on is None
        assert bool(open_now) == hangs
        assert {row["加封位置"] for row in sealed} >= {"端钮盖", "计量箱"}


def test_own_transformers_are_on_file_with_their_nameplates() -> None:
    rows = {row["变压器编号"]: row for row in ORDINARY.tables["受电变压器"]}
    own = [each for customer in lived().station.customers for each in customer.transformers]
    assert own and set(rows) == {each.transformer_id for each in own}
    for each in own:
        assert rows[each.transformer_id]["额定容量"] == each.capacity_kva
        assert rows[each.transformer_id]["空载损耗"] == each.no_load_kw
    assert {row["变压器编号"] for row in ORDINARY.tables["变压器运停"]} == set(rows)


def test_the_same_papers_again() -> None:
    again = tray_for()
    assets.keep(lived(), again)
    assert again.tables == ORDINARY.tables


def test_a_cause_changes_no_other_customers_papers() -> None:
    planted = kept("assets")
    met = {answer.customer_id for answer in planted.answers}

    def others(tray: Tray, title: str) -> list[tuple[object, ...]]:
        return [tuple(row.values())[1:] for row in tray.tables[title] if row["户号"] not in met]

    for title in ("互感器装拆", "封印", "受电变压器"):
        assert others(planted, title) == others(ORDINARY, title)


def test_sizes_are_positive() -> None:
    assert all(answer.size is None or answer.size >= Decimal(1) for answer in kept("assets").answers)


def test_a_sealed_transformer_is_suspended_between_its_days() -> None:
    customer = next(each for each in lived().station.customers if each.transformers)
    first = lived().city.first_day + timedelta(days=100)
    sealing = assets.Sealing("Y1", first, first + timedelta(days=60))
    tray = tray_for()
    keep_power_transformers(lived(), tray, {customer.customer_id: [sealing]})
    rows = tray.rows("变压器运停", 变压器编号=customer.transformers[-1].transformer_id)
    assert [(row["运行状态"], row["业务申请编号"]) for row in rows] == [
        ("运行", None),
        ("暂停", "Y1"),
        ("运行", None),
    ]
    assert all(one["失效日期"] == two["生效日期"] for one, two in pairwise(rows))
