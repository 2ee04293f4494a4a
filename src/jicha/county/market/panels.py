"""Panels: what they made and gave, settled month by month, and a few inverters' own readings; chargers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from jicha.county.chance import day_between, stream
from jicha.county.desk import XLSX, Desk, StationRecord, Table
from jicha.county.picking import moment, workday_from
from jicha.county.service.papers import photovoltaic_application_id
from jicha.county.tables import facts
from jicha.county.world import HUNDREDTHS, Customer, units
from jicha.kernel.period import Month

if TYPE_CHECKING:
    from jicha.county.market.causes import Deviations

UNITS = Table(
    "cis_zh",
    "光伏档案",
    "发电单元编号,户号,计量点编号,业务申请编号,上网模式,组件容量,逆变器容量,并网日期,列入补助目录,补贴截止日期,产权人,"
    "是否配储能",
    form=XLSX,
)
SETTLEMENTS = Table(
    "cis_zh",
    "光伏结算",
    "结算编号,发电单元编号,户号,电费年月,发电量,上网电量,上网模式,上网电价,补贴标准,上网电费,补贴金额,税额,结算日期,"
    "支付日期,收款人,收款账号摘要,有收款授权",
)
INVERTERS = Table("ami_zh", "逆变器出力", "发电单元编号,户号,采样时刻,出力", by_month=True)
CHARGERS = Table(
    "cis_zh", "充电设施", "充电设施编号,户号,设施类型,运营主体,充电桩数,额定功率,投运日期", form=XLSX
)

# The price of coal power in the county's province, paid for what is fed in.
_FEED_IN_PRICE = Decimal("0.4161")
_SUBSIDISED_YEARS = 20
_INVERTERS_READ, _QUARTERS, _HOURS = 2, 96, 24
# A ten-thousandth of a kWh: quarter-hours are summed as whole numbers of it.
_FINE = 10_000
_FEN = Decimal("0.01")
_AUTHORISED_RATIO = 0.06
_CHARGER_KINDS = {"居民自用": ("居民个人充电桩", "个人"), "公共": ("分散式公共充电桩", "运营商")}
_STATION_TRADE, _STATION_KIND = "charging_station", "集中式充换电站"


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a unit made and gave in a month, kWh."""

    month: Month
    generated: Decimal
    exported: Decimal


def right_price() -> Decimal:
    """What is paid for a kilowatt-hour fed in, yuan."""
    return _FEED_IN_PRICE


@cache
def subsidy(connected_on: date) -> Decimal:
    """Yuan a kilowatt-hour made by a unit connected on the day."""
    paid = Decimal(0)
    for row in facts("feed_in"):
        if date.fromisoformat(row["connected_from"]) <= connected_on:
            paid = Decimal(row["subsidy_yuan_per_kwh"])
    return paid


def settlements(record: StationRecord) -> dict[str, list[Settlement]]:
    """Months of every filed unit by customer, from the station's days; empty where nobody kept them."""
    days = record.days
    found: dict[str, list[Settlement]] = {}
    if days is None:
        return found
    for row, customer in enumerate(record.station.customers):
        unit = customer.photovoltaic
        if unit is None or not unit.filed_kw or row not in days.generated:
            continue
        made = np.floor(days.generated[row] * _FINE).astype(np.int64).sum(axis=1)
        given = days.export[row]
        months = []
        for month in record.city.months:
            begins, ends = days.index(month.first.toordinal()), days.index(month.next.first.toordinal())
            if month.next.first <= unit.connected_on or not days.supplied[row, begins:ends].any():
                continue
            generated = units(int(made[begins:ends].sum()) // (_FINE // HUNDREDTHS))
            exported = min(units(int(given[begins:ends].sum())), generated)
            months.append(Settlement(month, generated, exported))
        found[customer.customer_id] = months
    return found


def keep_panels(
    record: StationRecord, desk: Desk, settled: Mapping[str, list[Settlement]], found: Deviations
) -> None:
    """Files, settlements and a few inverters' readings of all filed units."""
    read = 0
    for row, customer in enumerate(record.station.customers):
        unit = customer.photovoltaic
        if unit is None or not unit.filed_kw:
            continue
        paid = subsidy(unit.connected_on)
        ends = (
            unit.connected_on.replace(year=unit.connected_on.year + _SUBSIDISED_YEARS, day=1)
            if paid
            else None
        )
        inside = unit.connected_on >= record.city.first_day
        desk.add(
            UNITS,
            unit.unit_id,
            customer.customer_id,
            customer.metering_point_id,
            photovoltaic_application_id(customer) if inside else None,
            unit.feed_in,
            found.filed_kw.get(customer.customer_id, Decimal(str(unit.filed_kw))),
            found.filed_kw.get(customer.customer_id, Decimal(str(unit.filed_kw))),
            unit.connected_on,
            "是" if paid else "否",
            ends,
            _owner(customer),
            "否",
        )
        for each in settled.get(customer.customer_id, ()):
            _settle(record, desk, customer, each, paid, found)
        if read < _INVERTERS_READ and settled.get(customer.customer_id):
            read += 1
            _keep_inverter(record, desk, row, customer)


def _settle(
    record: StationRecord, desk: Desk, customer: Customer, each: Settlement, paid: Decimal, found: Deviations
) -> None:
    unit = customer.photovoltaic
    if unit is None:
        return
    chance = stream(record.city.seed, "settlement", customer.index, each.month.first.toordinal())
    customer_id, month = customer.customer_id, each.month
    price = right_price()
    since, wrong = found.prices.get(customer_id, (month.next, price))
    if month >= since:
        price = wrong
    payee, is_authorised = _owner(customer), False
    if stream(record.city.seed, "payee", customer.index).random() < _AUTHORISED_RATIO:
        payee, is_authorised = f"P{record.station.org_id}GF1", True
    stranger = found.payees.get(customer_id)
    if stranger is not None:
        payee, is_authorised = (stranger[1] if month >= stranger[0] else _owner(customer)), False
    settled_on = workday_from(month.next.first + timedelta(days=chance.randrange(3, 9)))
    late = found.late.get(customer_id, {}).get(month, chance.randrange(3, 14))
    desk.add(
        SETTLEMENTS,
        f"GF{customer_id}{month.year}{month.month:02d}",
        unit.unit_id,
        customer_id,
        f"{month.year}{month.month:02d}",
        each.generated,
        each.exported,
        unit.feed_in,
        price,
        paid,
        (each.exported * price).quantize(_FEN),
        (each.generated * paid).quantize(_FEN),
        Decimal("0.00"),
        settled_on,
        workday_from(settled_on + timedelta(days=late)),
        payee,
        _account(payee),
        "是" if is_authorised else "否",
    )


def _keep_inverter(record: StationRecord, desk: Desk, row: int, customer: Customer) -> None:
    """The last month of one unit, hour by hour: the output of the quarter that ends then."""
    unit, days = customer.photovoltaic, record.days
    if unit is None or days is None:
        return
    month = record.city.months[-1]
    step = _QUARTERS // _HOURS
    for ordinal in range(month.first.toordinal(), month.next.first.toordinal()):
        made = days.generated[row][days.index(ordinal)]
        watts = np.floor(made * step * 1000).astype(np.int64)
        day = date.fromordinal(ordinal)
        for hour in range(1, _HOURS):
            power = Decimal(int(watts[hour * step - 1])).scaleb(-3)
            desk.add(INVERTERS, unit.unit_id, customer.customer_id, moment(day, hour, 0), power, month=month)


def keep_chargers(record: StationRecord, desk: Desk, found: Deviations) -> None:
    """Every charging facility on file."""
    for customer in record.station.customers:
        idle_since = found.idle.get(customer.customer_id)
        if idle_since is not None:
            kind, operator = _CHARGER_KINDS["居民自用"]
            cells = (f"{customer.customer_id}E1", kind, operator, 1, Decimal("7.0"), idle_since)
        elif customer.charger is not None:
            charger = customer.charger
            kind, operator = _CHARGER_KINDS[charger.kind]
            if customer.trade.code == _STATION_TRADE and charger.piles * charger.kw > 500:
                kind = _STATION_KIND
            power = Decimal(str(charger.kw)) * charger.piles
            cells = (
                charger.facility_id,
                kind,
                operator,
                charger.piles,
                power,
                _commissioned(record, customer),
            )
        else:
            continue
        desk.add(CHARGERS, cells[0], customer.customer_id, *cells[1:])


def _commissioned(record: StationRecord, customer: Customer) -> date:
    """Bought inside the period where the account's story says so, else some day before it."""
    if (
        customer.story is not None
        and customer.trade.code != "ev_household"
        and not customer.trade.is_high_voltage
    ):
        return customer.story.valid_from
    if customer.opened_on >= record.city.first_day:
        return customer.opened_on
    chance = stream(record.city.seed, "charger", customer.index)
    return day_between(chance, max(customer.opened_on, date(2019, 1, 1)), record.city.first_day)


def _owner(customer: Customer) -> str:
    return f"P{customer.customer_id}"


def _account(party: str) -> str:
    """What stands for a bank account of a party."""
    total = 0
    for letter in party:
        total = (total * 131 + ord(letter)) % 0xFFFFFFFFFFFF
    return f"{total:012x}"
