"""Masters of the customer information system, as they stand at the end of the period."""

from __future__ import annotations

from jicha.county.desk import XLSX, Cell, Desk, StationRecord, Table
from jicha.county.world import Customer, Station, units

CIS = "cis_zh"
_SETTLEMENT, _CHECK, _GATEWAY = "结算", "考核", "关口"
_ACTIVE, _CLOSED = "正常用电", "已销户"
_ASSESSMENT = "考核"

ORGANISATIONS = Table(CIS, "组织机构", "单位编码,上级单位编码,单位层级,单位名称", whole_city=True)
AREAS = Table(CIS, "台区", "台区编号,台区名称,管理单位,线路编号,变压器容量,台区类型,台区经理工号", XLSX)
FEEDERS = Table(CIS, "线路", "线路编号,线路名称,管理单位,线路类型,电压等级", XLSX)
BOOKS = Table(CIS, "抄表段", "抄表段编号,管理单位,抄表员工号,抄表例日", XLSX)
CUSTOMERS = Table(
    CIS,
    "用户档案",
    "户号,户名,用电地址,联系电话,管理单位,台区编号,抄表段编号,用户类型,用电类别,行业分类,供电电压,合同容量,"
    "立户日期,销户日期,用户状态",
)
AGREEMENTS = Table(
    CIS,
    "电价执行",
    "户号,电价码,生效日期,失效日期,定价策略,基本电费计算方式,功率因数标准,是否分时,是否阶梯,购电方式,计费容量",
)
POINTS = Table(CIS, "计量点", "计量点编号,户号,计量点用途,计量方式,线路编号,接线方式")
INSTALLATIONS = Table(
    CIS, "电能表装拆", "计量点编号,户号,电能表资产号,装表日期,拆表日期,综合倍率,示数位数,装表底度,拆表底度"
)
TABLES = (ORGANISATIONS, AREAS, FEEDERS, BOOKS, CUSTOMERS, AGREEMENTS, POINTS, INSTALLATIONS)


def keep(record: StationRecord, desk: Desk) -> None:
    """A station's masters; the organisations once."""
    station = record.station
    if record.is_first:
        for org in record.city.organisations:
            desk.add(ORGANISATIONS, org.org_id, org.parent_id, org.level_zh, org.name)
    for area in station.areas:
        kind = "公变" if area.is_public else "专变"
        desk.add(
            AREAS, area.area_id, area.name, area.org_id, area.filed_feeder_id, area.capacity_kva, kind,
            area.manager_id or None,
        )  # fmt: skip
    for feeder in station.feeders:
        desk.add(FEEDERS, feeder.feeder_id, feeder.name, feeder.org_id, "公用线路", "10kV")
    for book in station.books:
        desk.add(BOOKS, book.book_id, book.org_id, book.reader_id or None, book.issue_day)
    for customer in station.customers:
        desk.add(CUSTOMERS, *_customer(customer))
        for each in customer.agreements:
            terms = each.terms
            desk.add(
                AGREEMENTS, customer.customer_id, terms.price_code, each.valid_from, each.valid_to,
                terms.structure, terms.basic or None, terms.power_factor,
                "是" if terms.is_time_of_use else "否", "是" if terms.is_tiered else "否", terms.purchase,
                terms.capacity_kva,
            )  # fmt: skip
        desk.add(
            POINTS, customer.metering_point_id, customer.customer_id, _SETTLEMENT,
            customer.trade.metering_mode, None, _wiring(customer),
        )  # fmt: skip
        for installation in customer.installations:
            end = installation.end_register
            desk.add(
                INSTALLATIONS, customer.metering_point_id, customer.customer_id, installation.meter_id,
                installation.installed_on, installation.removed_on, installation.multiplier,
                installation.digits, units(installation.start_register), None if end is None else units(end),
            )  # fmt: skip
    _assessments(station, desk, record)


def _customer(customer: Customer) -> tuple[Cell, ...]:
    closed_on = customer.filed_closing or customer.closed_on
    trade = customer.filed_as or customer.trade
    return (
        customer.customer_id,
        customer.name,
        customer.address,
        customer.phone_number,
        customer.org_id,
        customer.filed_area_id,
        customer.book.book_id,
        trade.customer_type,
        trade.category,
        trade.industry or None,
        customer.trade.voltage,
        customer.contract_capacity_kva,
        customer.opened_on,
        closed_on,
        _ACTIVE if closed_on is None else _CLOSED,
    )


def _wiring(customer: Customer) -> str:
    if customer.phase != "ABC":
        return "单相"
    return "三相三线" if customer.trade.metering_mode == "高供高计" else "三相四线"


def _assessments(station: Station, desk: Desk, record: StationRecord) -> None:
    """Assessment users: accounts without bills whose meters hang at heads."""
    day = record.city.first_day.replace(year=record.city.first_day.year - 6)
    for head in station.assessments:
        high = head.is_feeder
        desk.add(
            CUSTOMERS, head.customer_id, head.name, head.name, None, head.org_id, head.area_id or None,
            head.book_id, "高压" if high else "低压非居民", _ASSESSMENT, "D44", "10kV" if high else "380V", 0,
            day, None, _ACTIVE,
        )  # fmt: skip
        desk.add(
            POINTS, head.metering_point_id, head.customer_id, _GATEWAY if high else _CHECK,
            "高供高计" if high else "低供低计", head.feeder_id, "三相三线" if high else "三相四线",
        )  # fmt: skip
        desk.add(
            INSTALLATIONS, head.metering_point_id, head.customer_id, head.meter_id, day, None,
            head.filed_multiplier, 8 if high else 7, units(0), None,
        )  # fmt: skip
