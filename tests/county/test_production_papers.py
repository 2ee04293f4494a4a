"""The production side: its links are the true ones, its disagreements with marketing few and told."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from jicha.county import production
from jicha.county.desk import Answer
from tests.county.papers_town import Tray, kept, kinds_of, lived, tray_for

ORDINARY = tray_for()
production.keep(lived(), ORDINARY)


def the(kind: str) -> Answer:
    (answer,) = kept("production").of(kind)
    return answer


def feeder_on(tray: Tray, title: str, customer_id: str, day: date) -> object:
    (row,) = [
        each
        for each in tray.rows(title, 户号=customer_id, 电源类型="主供")
        if isinstance(each["生效日期"], date)
        and each["生效日期"] <= day
        and (each["失效日期"] is None or day < each["失效日期"])  # type: ignore[operator]
    ]
    return row["线路编号"]


def test_each_system_states_its_own_links() -> None:
    station = lived().station
    areas = {each.area_id: each for each in station.areas}
    last = lived().city.end - timedelta(days=1)
    open_now = [each for each in station.customers if each.closed_on is None and each.filed_closing is None]
    for customer in open_now[:150] + [each for each in open_now if each.filed_area_id != each.area_id]:
        true, filed = areas[customer.area_id], areas[customer.filed_area_id]
        hangs = true.cut_over[1] if true.cut_over else true.feeder_id
        assert feeder_on(ORDINARY, "户变关系", customer.customer_id, last) == hangs
        assert feeder_on(ORDINARY, "供电电源", customer.customer_id, last) == filed.filed_feeder_id


def test_links_differ_only_where_something_happened() -> None:
    station = lived().station
    moved = {each.area_id for each in station.areas if each.cut_over is not None}
    linked = {
        row["户号"]: (row["台区编号"], row["线路编号"]) for row in ORDINARY.rows("户变关系", 电源序号=1)
    }
    filed = {row["户号"]: (row["台区编号"], row["线路编号"]) for row in ORDINARY.rows("供电电源", 电源序号=1)}
    differing = {customer for customer in linked if linked[customer] != filed[customer]}
    expected = {
        each.customer_id
        for each in station.customers
        if each.filed_area_id != each.area_id or each.area_id in moved or each.filed_area_id in moved
    }
    assert differing <= expected


def test_every_public_area_has_a_transformer_of_its_size() -> None:
    rows = {row["台区编号"]: row for row in ORDINARY.tables["公变台账"]}
    public = [each for each in lived().station.areas if each.is_public]
    assert set(rows) == {each.area_id for each in public}
    for area in public:
        assert rows[area.area_id]["额定容量"] == area.capacity_kva
        assert rows[area.area_id]["台区考核户号"] == area.master_customer_id
        assert rows[area.area_id]["台区名称"] == area.name


def test_cut_overs_of_the_world_are_on_file_and_told_or_not() -> None:
    for area in lived().station.areas:
        if area.cut_over is None:
            continue
        day, feeder = area.cut_over
        rows = [
            row
            for row in ORDINARY.rows("配网异动", 异动类型="台区切改线路", 台区编号=area.area_id)
            if str(row["实施时间"]).startswith(day.isoformat())
        ]
        assert len(rows) == 1 and rows[0]["新线路编号"] == feeder and rows[0]["原线路编号"] == area.feeder_id
        assert (rows[0]["营销同步时间"] is not None) == (area.filed_feeder_id == feeder)


def test_transfers_end_within_hours() -> None:
    rows = ORDINARY.rows("配网异动", 异动类型="临时转供")
    assert rows and all(str(row["实施时间"])[:10] == str(row["恢复时间"])[:10] for row in rows)


@pytest.mark.parametrize("kind", kinds_of("production"))
def test_planted_once_and_told(kind: str) -> None:
    answer = the(kind)
    assert kept("production").counts[kind] == 1
    assert answer.subject_type == "area"
    assert answer.subject_id in {each.area_id for each in lived().station.areas if each.is_public}


def test_cutover_not_told_to_marketing() -> None:
    answer = the("cutover_not_told_to_marketing")
    rows = kept("production").rows("配网异动", 异动类型="台区切改线路", 台区编号=answer.subject_id)
    (row,) = rows
    executed, told = (date.fromisoformat(str(row[name])[:10]) for name in ("实施时间", "营销同步时间"))
    assert (told - executed).days > 14 and answer.valid_from <= told


def test_production_area_capacity_differs() -> None:
    answer = the("production_area_capacity_differs")
    area = next(each for each in lived().station.areas if each.area_id == answer.subject_id)
    row = kept("production").row("公变台账", 台区编号=answer.subject_id)
    built = row["额定容量"]
    assert isinstance(built, int) and built > area.capacity_kva
    assert answer.size == (Decimal(built) / area.capacity_kva).quantize(Decimal("0.001"))


def test_production_name_differs() -> None:
    answer = the("production_name_differs")
    area = next(each for each in lived().station.areas if each.area_id == answer.subject_id)
    assert kept("production").row("公变台账", 台区编号=answer.subject_id)["台区名称"] != area.name


def test_the_same_papers_again() -> None:
    again = tray_for()
    production.keep(lived(), again)
    assert again.tables == ORDINARY.tables
