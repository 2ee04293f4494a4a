"""Each cause of the assets is in the papers where an inspector would look, and the key says so."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from jicha.county import assets
from jicha.county.assets.causes import FIELD_TESTED_FOR_DAYS, VERIFIED_FOR_DAYS
from jicha.county.desk import Answer
from jicha.county.plan import Wish
from jicha.county.tables import cause_plan
from tests.county.papers_town import Tray, kept, kinds_of, lived, tray_for

KINDS = kinds_of("assets")


def tray() -> Tray:
    return kept("assets")


def the(kind: str) -> Answer:
    (answer,) = tray().of(kind)
    return answer


def asset(meter_id: str) -> dict[str, object]:
    return dict(tray().row("电能表资产", 电能表资产号=meter_id))


def days_of(meter_id: str) -> list[date]:
    return sorted(
        day
        for row in tray().rows("检定记录", 电能表资产号=meter_id)
        if isinstance(day := row["检定日期"], date)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_planted_once_and_told(kind: str) -> None:
    answer = the(kind)
    assert tray().counts[kind] == 1
    city = lived().city
    assert city.first_day <= answer.valid_from < answer.valid_to <= city.end
    assert answer.plan == cause_plan()[kind]
    assert answer.customer_id in {each.customer_id for each in lived().station.customers}


def test_verification_overdue() -> None:
    answer = the("verification_overdue")
    last = days_of(answer.subject_id)[-1]
    over = (lived().city.end - last).days
    assert over > FIELD_TESTED_FOR_DAYS and answer.valid_to == lived().city.end
    low_voltage = asset(answer.subject_id)["型号"] != "DSZY331-G"
    assert not low_voltage or over > VERIFIED_FOR_DAYS


def test_verification_extended_by_sampling_has_a_sampled_batch() -> None:
    answer = the("verification_extended_by_sampling")
    assert (lived().city.end - days_of(answer.subject_id)[-1]).days > VERIFIED_FOR_DAYS
    batch = asset(answer.subject_id)["到货批次"]
    mates = [row["电能表资产号"] for row in tray().tables["电能表资产"] if row["到货批次"] == batch]
    sampled = [
        row
        for row in tray().tables["检定记录"]
        if row["电能表资产号"] in mates and row["检定类型"] == "拆回检定" and row["检定结论"] == "合格"
    ]
    assert len(sampled) >= 3


def test_meter_hangs_though_scrapped_on_file() -> None:
    assert asset(the("meter_hangs_though_scrapped_on_file").subject_id)["资产状态"] in ("报废", "合格在库")


def test_register_of_assets_lags() -> None:
    assert asset(the("register_of_assets_lags").subject_id)["资产状态"] == "已配送"


def test_meter_change_not_confirmed() -> None:
    rows = tray().rows("换表记录", 计量点编号=the("meter_change_not_confirmed").subject_id)
    assert any(row["营业确认时间"] is None for row in rows)
    assert sum(1 for row in tray().tables["换表记录"] if row["营业确认时间"] is None) == 1


def test_fault_meter_left_hanging() -> None:
    answer = the("fault_meter_left_hanging")
    (row,) = [each for each in tray().tables["计量故障"] if each["处理完成时间"] is None]
    assert (row["电能表资产号"], row["户号"]) == (answer.subject_id, answer.customer_id)
    assert str(row["报告时间"])[:10] == answer.valid_from.isoformat()


def test_seal_missing_after_visit() -> None:
    rows = tray().rows("封印", 计量点编号=the("seal_missing_after_visit").subject_id)
    assert rows and all(row["启封时间"] is not None for row in rows)


def test_ct_class_too_low() -> None:
    point = the("ct_class_too_low").subject_id
    pieces = {row["互感器资产号"] for row in tray().rows("互感器装拆", 计量点编号=point)}
    classes = {
        row["准确度等级"]
        for row in tray().tables["互感器资产"]
        if row["互感器资产号"] in pieces and row["互感器类型"] == "电流互感器"
    }
    assert classes < {"0.5级", "1级"} and len(classes) == 1
    low = [row for row in tray().tables["互感器资产"] if row["准确度等级"] in ("1级",)]
    assert {row["互感器资产号"] for row in low} <= pieces


def test_meter_changed_again_and_again_while_one_meter_hangs() -> None:
    answer = the("meter_changed_again_and_again")
    rows = tray().rows("换表记录", 计量点编号=answer.subject_id)
    days = sorted(date.fromisoformat(str(row["换表时间"])[:10]) for row in rows)
    assert len(rows) >= 2 and days[-1] - days[0] < timedelta(days=365)
    customer = next(each for each in lived().station.customers if each.customer_id == answer.customer_id)
    assert len(customer.installations) == 1


def test_lightning_took_real_meters() -> None:
    answer = the("meter_changed_after_lightning_twice")
    customer = next(each for each in lived().station.customers if each.customer_id == answer.customer_id)
    assert len(customer.installations) == 3
    faults = [row["故障类型"] for row in tray().rows("计量故障", 户号=answer.customer_id)]
    assert faults.count("雷击") == 2


def test_a_plan_from_outside_says_when_and_whom() -> None:
    city = lived().city
    first = city.first_day + timedelta(days=200)
    wish = Wish(onset=(first, first + timedelta(days=20)), trades=frozenset({"shop"}))
    tray = tray_for("fault_meter_left_hanging", wish=wish)
    assets.keep(lived(), tray)
    (answer,) = tray.of("fault_meter_left_hanging")
    customer = next(each for each in lived().station.customers if each.customer_id == answer.customer_id)
    assert customer.trade.code == "shop"
    assert first <= answer.valid_from <= first + timedelta(days=22)


def test_nothing_wanted_nothing_planted() -> None:
    tray = tray_for()
    assets.keep(lived(), tray)
    assert not tray.answers and not tray.counts
