"""Meter assets of a station – on the wall, taken off, in stock – and their tests."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from jicha.county.assets.causes import FIELD_TESTED_FOR_DAYS, VERIFIED_FOR_DAYS
from jicha.county.assets.devices import (
    CT_HIGH,
    CT_LOW,
    DIRECT,
    SINGLE,
    Model,
    head_installed_on,
    kind_of,
    meter_runs,
    model_of,
    stock_meter_id,
)
from jicha.county.assets.twists import Twists
from jicha.county.chance import day_between, stream
from jicha.county.desk import Cell, Desk, StationRecord, Table
from jicha.county.picking import in_office_hours, moment, workday_from
from jicha.county.world import Customer

METERS = Table(
    "cis_zh",
    "电能表资产",
    "电能表资产号,管理单位,型号,到货批次,资产状态,接线方式,额定电压,标定电流,最大电流,有功准确度等级,无功准确度等级,"
    "费率数,自身倍率,是否有无功计量,时段方案编号",
)
TESTS = Table(
    "cis_zh",
    "检定记录",
    "检定编号,电能表资产号,互感器资产号,计量点编号,户号,检定类型,申请时间,检定日期,报告时间,检定结论,误差,实测电量,"
    "计量电量,业务申请编号,证书编号,有效期至,标准器编号",
)

# A meter with a class of 0.5S is due after six years.
_CT_VERIFIED_FOR_DAYS = 2191
# Customers who ask for a test, per customer and month.
_REQUEST_RATIO = 0.0004
_SAMPLED_PIECES, _STOCK_EACH, _LEAST_STOCK = 3, 80, 4
_ERRORS = ("-0.3", "-0.2", "-0.1", "0.0", "0.1", "0.2", "0.3")
_PROGRAM = "FA-TOU-2024"
# Verified meters lie in stock for less than half a year, in days.
_STOCK_AGE = (5, 170)


@dataclass(slots=True)
class TestBook:
    """Numbers and writes tests; one for a station."""

    record: StationRecord
    desk: Desk
    count: int = 0

    def add(
        self,
        chance: random.Random,
        kind_zh: str,
        tested_on: date,
        valid_days: int,
        *,
        meter_id: str | None = None,
        transformer_id: str | None = None,
        customer: tuple[str, str] | None = None,
        requested_at: str | None = None,
    ) -> None:
        """A passed test; `customer` is (metering point, customer) for tests at a site or asked for by a customer."""
        self.count += 1
        org_id = self.record.station.org_id
        point, customer_id = customer or (None, None)
        self.desk.add(
            TESTS,
            f"JD{org_id}{self.count:07d}",
            meter_id,
            transformer_id,
            point,
            customer_id,
            kind_zh,
            requested_at,
            tested_on,
            moment(tested_on + timedelta(days=1), 10, chance.randrange(60)),
            "合格",
            chance.choice(_ERRORS),
            None,
            None,
            None,
            f"ZS{tested_on.year}{org_id[-4:]}{self.count:07d}",
            tested_on + timedelta(days=valid_days),
            f"BZ{org_id[:-2]}-{chance.randrange(1, 5)}",
        )


def keep_meters(record: StationRecord, desk: Desk, tests: TestBook, twists: Twists) -> None:
    """Every meter of the station with its tests."""
    for customer in record.station.customers:
        _keep_of(customer, record, desk, tests, twists)
    _keep_requests(record, tests)
    _keep_heads(record, desk, tests)
    _keep_stock(record, desk, tests)
    _keep_samples(record, desk, tests, twists)


def _keep_of(customer: Customer, record: StationRecord, desk: Desk, tests: TestBook, twists: Twists) -> None:
    kind = kind_of(customer)
    chance = stream(record.city.seed, "assets", customer.index)
    for run in meter_runs(customer):
        meter_id, hung_on = run.meter_id, run.hung_on
        model = model_of(kind, hung_on.year)
        status = twists.status.get(meter_id) or _status(run.removed_on, record.city.end)
        batch = twists.sampled.get(meter_id) or _batch(kind, hung_on.year, customer.index)
        desk.add(METERS, *_cells(meter_id, record.station.org_id, model, batch, status, customer.has_rates))
        _keep_tests(customer, meter_id, hung_on, run.removed_on, kind, chance, record, tests, twists)


def _keep_tests(
    customer: Customer,
    meter_id: str,
    hung_on: date,
    removed_on: date | None,
    kind: str,
    chance: random.Random,
    record: StationRecord,
    tests: TestBook,
    twists: Twists,
) -> None:
    cycle = _CT_VERIFIED_FOR_DAYS if kind in (CT_LOW, CT_HIGH) else VERIFIED_FOR_DAYS
    tests.add(
        chance, "首次检定", hung_on - timedelta(days=chance.randrange(12, 150)), cycle, meter_id=meter_id
    )
    end = removed_on or record.city.end
    site = (customer.metering_point_id, customer.customer_id)
    if kind == CT_HIGH:
        _keep_field_tests(customer, meter_id, hung_on, end, chance, record, tests, twists)
    elif (end - hung_on).days > cycle - 200 and meter_id not in twists.untested:
        # In the middle of its life, so that it never is older than its cycle without a test.
        middle = (end - hung_on).days // 2 + chance.randrange(-25, 26)
        tests.add(
            chance, "周期现场检验", hung_on + timedelta(days=middle), cycle, meter_id=meter_id, customer=site
        )


def _keep_field_tests(
    customer: Customer,
    meter_id: str,
    hung_on: date,
    end: date,
    chance: random.Random,
    record: StationRecord,
    tests: TestBook,
    twists: Twists,
) -> None:
    """At 10 kV: within a month of hanging, then every other year; only those of the last years are in the system."""
    site = (customer.metering_point_id, customer.customer_id)
    oldest = record.city.first_day - timedelta(days=FIELD_TESTED_FOR_DAYS)
    last = hung_on + timedelta(days=chance.randrange(4, 24))
    stop = twists.tested_until.get(customer.customer_id)
    if last < end:
        tests.add(chance, "现场首检", last, FIELD_TESTED_FOR_DAYS, meter_id=meter_id, customer=site)
    while True:
        last += timedelta(days=chance.randrange(600, 710))
        if stop is not None and last >= stop:
            last = stop
        if last >= end:
            return
        if last >= oldest or last == stop:
            tests.add(chance, "周期现场检验", last, FIELD_TESTED_FOR_DAYS, meter_id=meter_id, customer=site)
        if last == stop:
            return


def _keep_requests(record: StationRecord, tests: TestBook) -> None:
    """Customers who doubt their meter: tested in the laboratory within days, and found good."""
    city, customers = record.city, record.station.customers
    chance = stream(city.seed, "test requests", record.station.org_id)
    for _ in range(int(len(customers) * len(city.months) * _REQUEST_RATIO) + 1):
        customer = chance.choice(customers)
        day = workday_from(
            day_between(chance, city.first_day + timedelta(days=9), city.end - timedelta(days=12))
        )
        hanging = [each for each in meter_runs(customer) if each.hung_on < day and each.removed_on is None]
        if hanging and customer.closed_on is None:
            site = (customer.metering_point_id, customer.customer_id)
            asked = in_office_hours(chance, day)
            tested_on = workday_from(day + timedelta(days=chance.randrange(1, 3)))
            tests.add(
                chance, "客户申校", tested_on, VERIFIED_FOR_DAYS, meter_id=hanging[0].meter_id, customer=site,
                requested_at=asked,
            )  # fmt: skip


def _keep_heads(record: StationRecord, desk: Desk, tests: TestBook) -> None:
    for head in record.station.assessments:
        chance = stream(record.city.seed, "assets", head.customer_id)
        kind = CT_HIGH if head.is_feeder else CT_LOW
        hung_on = head_installed_on(record.city.first_day)
        model = model_of(kind, hung_on.year)
        batch = _batch(kind, hung_on.year, 0)
        desk.add(METERS, *_cells(head.meter_id, record.station.org_id, model, batch, "运行", False))
        site = (head.metering_point_id, head.customer_id)
        tests.add(
            chance, "首次检定", hung_on - timedelta(days=chance.randrange(12, 150)), _CT_VERIFIED_FOR_DAYS,
            meter_id=head.meter_id,
        )  # fmt: skip
        day = record.city.first_day - timedelta(days=chance.randrange(30, 600))
        while day < record.city.end:
            if day > hung_on:
                tests.add(
                    chance, "周期现场检验", day, FIELD_TESTED_FOR_DAYS, meter_id=head.meter_id, customer=site
                )
            day += timedelta(days=chance.randrange(600, 710))


def _keep_stock(record: StationRecord, desk: Desk, tests: TestBook) -> None:
    """Meters on the shelf: verified lately, new, or under repair."""
    chance = stream(record.city.seed, "stock", record.station.org_id)
    year = record.city.end.year
    for number in range(max(_LEAST_STOCK, len(record.station.customers) // _STOCK_EACH)):
        kind = chance.choice((SINGLE, SINGLE, SINGLE, DIRECT))
        status = chance.choice(("合格在库", "合格在库", "合格在库", "新购待检", "维修"))
        meter_id = stock_meter_id(record.station.org_id, number)
        model = model_of(kind, year)
        desk.add(
            METERS, *_cells(meter_id, record.station.org_id, model, _batch(kind, year, number), status, False)
        )
        if status == "合格在库":
            day = record.city.end - timedelta(days=chance.randrange(*_STOCK_AGE))
            tests.add(chance, "首次检定", day, VERIFIED_FOR_DAYS, meter_id=meter_id)


def _keep_samples(record: StationRecord, desk: Desk, tests: TestBook, twists: Twists) -> None:
    """A few pieces of each sampled batch, taken off the wall years ago and found good."""
    number = 900
    for meter_id, batch in twists.sampled.items():
        chance = stream(record.city.seed, "sample", meter_id)
        year = int(batch[2:6])
        sampled_on = date(year + 7, 3, 1) + timedelta(days=chance.randrange(200))
        sampled_on = min(sampled_on, record.city.end - timedelta(days=40))
        for _ in range(_SAMPLED_PIECES):
            piece = stock_meter_id(record.station.org_id, number)
            number += 1
            cells = _cells(piece, record.station.org_id, model_of(SINGLE, year), batch, "拆回待分流", False)
            desk.add(METERS, *cells)
            tests.add(chance, "拆回检定", sampled_on, VERIFIED_FOR_DAYS // 2, meter_id=piece)


def _cells(
    meter_id: str, org_id: str, model: Model, batch: str, status: str, has_rates: bool
) -> tuple[Cell, ...]:
    reactive = model.reactive_accuracy if model.kind in (CT_LOW, CT_HIGH) or has_rates else ""
    return (
        meter_id,
        org_id,
        model.name,
        batch,
        status,
        model.wiring,
        model.voltage_v,
        model.basic_a,
        model.maximum_a,
        model.accuracy,
        reactive or None,
        4 if has_rates else 1,
        1,
        "是" if reactive else "否",
        _PROGRAM if has_rates else None,
    )


def _status(removed_on: date | None, end: date) -> str:
    if removed_on is None:
        return "运行"
    return "拆回待分流" if (end - removed_on).days < 120 else "报废"


def _batch(kind: str, year: int, index: int) -> str:
    letter = {SINGLE: "D", DIRECT: "Z", CT_LOW: "G", CT_HIGH: "H"}[kind]
    return f"PC{year}-{letter}-{index % 4 + 1}"
