"""Papers of the market and of government: registrations, retail contracts, lists, documents, output, own sources."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from jicha.county.chance import between, day_between, stream
from jicha.county.desk import XLSX, Desk, StationRecord, Table
from jicha.county.market.causes import Deviations
from jicha.county.tables import facts
from jicha.county.tariff.terms import (
    BY_ACTUAL_DEMAND,
    BY_CAPACITY,
    BY_CONTRACT_DEMAND,
    RETAIL,
    TWO_PART,
)
from jicha.county.world import Agreement, Customer, units

REGISTRATIONS = Table("cis_zh", "市场注册", "户号,生效日期,失效日期,注册状态,文号,接收日期", form=XLSX)
CONTRACTS = Table(
    "cis_zh", "零售合同", "零售合同编号,户号,售电公司编号,生效日期,失效日期,套餐名称", form=XLSX
)
ELIGIBILITIES = Table(
    "cis_zh", "优惠资格", "资格编号,户号,资格类型,生效日期,失效日期,证明编号,家庭人口数", form=XLSX
)
LISTINGS = Table("cis_zh", "名单", "名单条目编号,户号,名单类型,生效日期,失效日期,文号,加价标准", form=XLSX)
OUTPUTS = Table("cis_zh", "生产佐证", "户号,年月,产量,产量单位,税额,用水量,职工人数", form=XLSX)
BUSINESSES = Table("cis_zh", "经营主体", "用电地点标识,经营主体编号,客户主体标识,行业分类,登记日期,注销日期")
OWN_SOURCES = Table(
    "cis_zh", "自备电源", "自备电源编号,户号,电源类型,额定功率,备案日期,有闭锁,试验日期,产权归属", form=XLSX
)
MOTORS = Table("cis_zh", "高压电动机", "高压电动机编号,户号,计费容量,生效日期,失效日期", form=XLSX)
DEMANDS = Table("cis_zh", "合同需量", "户号,生效日期,失效日期,合同需量,申报日期,业务申请编号", form=XLSX)
CHOICES = Table(
    "cis_zh", "电价选择", "电价选择编号,户号,选择项,选择日期,生效日,业务申请编号,操作员工号", form=XLSX
)

_MARKET_SINCE, _TWO_PART_SINCE = date(2022, 1, 1), date(2023, 6, 1)
_PACKAGES = ("固定价格套餐", "市场联动套餐", "分时套餐")
_RETAILERS = 6
_BASIC_CHOICES = {
    BY_CAPACITY: "基本电费按容量",
    BY_CONTRACT_DEMAND: "基本电费按合同需量",
    BY_ACTUAL_DEMAND: "基本电费按实际需量",
}
_IMPORTANT = ("hospital", "mine")
_GENERATORS = {"hospital": (200, 400), "mine": (200, 500), "hotel": (150, 300), "cold_store": (50, 120)}
_GENERATOR_RATIO, _MOTOR_RATIO = 0.7, 0.35
_MOTOR_TRADES = ("shift_factory", "mine")
_MOTOR_KVA = (200, 220, 250, 280, 315)
_OPEN = date(9999, 12, 31)
# What is registered at a site whose account says otherwise: by the cause that put it there.
_HIDDEN_BUSINESS = {
    "business_on_residential_supply": "F52",
    "workshop_on_farm_supply": "C33",
    "shop_on_charger_supply": "F52",
}


def keep_market(record: StationRecord, desk: Desk, found: Deviations) -> None:
    """Registrations with the exchange, and retail contracts year by year."""
    for customer in record.station.customers:
        since = _on_market_since(customer)
        if since is None:
            continue
        chance = stream(record.city.seed, "market", customer.index)
        customer_id = customer.customer_id
        left_on = found.left_market.get(customer_id)
        received = since - timedelta(days=chance.randrange(4, 20))
        document = f"JY{since.year}-{customer.index % 9000 + 1:04d}"
        desk.add(REGISTRATIONS, customer_id, since, left_on, "已注册", document, received)
        if left_on is not None:
            notice = left_on - timedelta(days=chance.randrange(2, 12))
            desk.add(
                REGISTRATIONS,
                customer_id,
                left_on,
                None,
                "正常退市",
                f"JY{left_on.year}-T{customer.index % 900:03d}",
                notice,
            )
        _keep_contracts(record, desk, customer, since, found.lapsed.get(customer_id) or left_on)


def _on_market_since(customer: Customer) -> date | None:
    """The day from which the customer buys on the market by right; None if it never does."""
    story = customer.story
    if customer.terms.purchase == RETAIL:
        return max(customer.agreements[0].valid_from, _MARKET_SINCE)
    # Somebody who went there inside the period did so lawfully; a file that is wrong is no registration.
    if story is not None and story.plan.is_innocent:
        return next((each.valid_from for each in customer.agreements if each.terms.purchase == RETAIL), None)
    return None


def _keep_contracts(
    record: StationRecord, desk: Desk, customer: Customer, since: date, ends_on: date | None
) -> None:
    chance = stream(record.city.seed, "retail", customer.index)
    retailer = chance.randrange(_RETAILERS)
    first = max(since, date(record.city.first_day.year - 1, 1, 1))
    while first < min(record.city.end, ends_on or _OPEN):
        last = min(date(first.year + 1, 1, 1), ends_on or _OPEN)
        desk.add(
            CONTRACTS,
            f"LS{customer.customer_id}{first.year}{first.month:02d}",
            customer.customer_id,
            f"SD{retailer + 1:02d}",
            first,
            last,
            chance.choice(_PACKAGES),
        )
        if chance.random() < 0.2:
            retailer = (retailer + 1) % _RETAILERS
        first = last


def keep_documents(record: StationRecord, desk: Desk, found: Deviations) -> None:
    """What entitles to a cheaper price, and lists that name customers."""
    by_trade = {row["trade"]: row for row in facts("eligibilities")}
    for customer in record.station.customers:
        chance = stream(record.city.seed, "documents", customer.index)
        row = by_trade.get(customer.trade.code)
        if row is not None and chance.random() < float(row["share"]):
            first = max(customer.opened_on, record.city.end - timedelta(days=chance.randrange(30, 300)))
            years = int(row["years"])
            if first > record.city.first_day and customer.opened_on < record.city.first_day:
                # Renewed inside the period: the one before reaches until then.
                _keep_eligibility(
                    desk, customer, 1, row["kind"], first.replace(year=first.year - years, day=1), first
                )
            ends = first.replace(year=first.year + years, day=1)
            _keep_eligibility(desk, customer, 2, row["kind"], first, ends)
        listed = found.listed.get(customer.customer_id)
        if listed is not None:
            document = f"发改价格〔{listed.since.year}〕{customer.index % 90 + 10}号"
            desk.add(
                LISTINGS, f"MD{customer.customer_id}1", customer.customer_id, "限制淘汰类企业", listed.since, None,
                document, listed.price,
            )  # fmt: skip
        if customer.trade.code in _IMPORTANT:
            document = f"经信〔{record.city.first_day.year - 1}〕{customer.index % 90 + 10}号"
            desk.add(
                LISTINGS, f"MD{customer.customer_id}2", customer.customer_id, "重要用户名单", customer.opened_on, None,
                document, None,
            )  # fmt: skip
        if customer.terms.purchase_multiple > 1:
            since = max(customer.agreements[0].valid_from, _MARKET_SINCE)
            desk.add(
                LISTINGS, f"MD{customer.customer_id}3", customer.customer_id, "退市1.5倍代理购电", since, None,
                f"JY{since.year}-{customer.index % 9000 + 1:04d}", None,
            )  # fmt: skip
    for head in record.station.assessments:
        since = record.city.first_day.replace(year=record.city.first_day.year - 6)
        desk.add(
            LISTINGS, f"MD{head.customer_id}1", head.customer_id, "核准考核户", since, None, "营销核准", None
        )


def _keep_eligibility(
    desk: Desk, customer: Customer, number: int, kind: str, first: date, ends: date
) -> None:
    members = 5 + customer.index % 3 if kind == "一户多人口" else None
    document = f"ZM{customer.customer_id[-6:]}-{first.year}"
    desk.add(
        ELIGIBILITIES,
        f"ZG{customer.customer_id}{number}",
        customer.customer_id,
        kind,
        first,
        ends,
        document,
        members,
    )


def keep_output(record: StationRecord, desk: Desk) -> None:
    """Monthly output, taxes and water of those who report: they follow what a site really used, whatever was billed."""
    by_trade = {row["trade"]: row for row in facts("production_units")}
    days = record.days
    for place, customer in enumerate(record.station.customers):
        row = by_trade.get(customer.trade.code)
        if row is None or days is None:
            continue
        chance = stream(record.city.seed, "output", customer.index)
        if chance.random() >= float(row["share"]):
            continue
        need = Decimal(row["kwh_per_unit"]) * Decimal(chance.randrange(85, 116)).scaleb(-2)
        people = max(4, int(customer.contract_capacity_kva) * int(row["employees_per_100_kva"]) // 100)
        for month in record.city.months:
            begins, ends = days.index(month.first.toordinal()), days.index(month.next.first.toordinal())
            kwh = units(int(days.use[place, begins:ends].sum()))
            if month.next.first <= customer.opened_on or (
                customer.closed_on and customer.closed_on <= month.first
            ):
                continue
            output = int(kwh / need * Decimal(chance.randrange(960, 1041)).scaleb(-3))
            water = int(
                output * Decimal(row["water_m3_per_unit"]) * Decimal(chance.randrange(90, 111)).scaleb(-2)
            )
            tax = (output * Decimal(row["tax_yuan_per_unit"])).quantize(Decimal("0.01"))
            desk.add(
                OUTPUTS, customer.customer_id, f"{month.year}{month.month:02d}", output, row["unit"], tax, water,
                people + chance.randrange(3),
            )  # fmt: skip


def keep_sites(record: StationRecord, desk: Desk) -> None:
    """Businesses at their sites, own sources, motors at high voltage, declared demands, choices among tariffs."""
    for customer in record.station.customers:
        chance = stream(record.city.seed, "site papers", customer.index)
        _keep_businesses(record, desk, customer)
        ratings = _GENERATORS.get(customer.trade.code)
        if ratings is not None and (customer.trade.code in _IMPORTANT or chance.random() < _GENERATOR_RATIO):
            kw = int(between(chance, *ratings)) // 10 * 10
            filed_on = max(customer.opened_on, day_between(chance, date(2012, 1, 1), date(2022, 1, 1)))
            tested_on = max(filed_on, record.city.end - timedelta(days=chance.randrange(20, 330)))
            desk.add(
                OWN_SOURCES, f"ZB{customer.customer_id}1", customer.customer_id, "柴油发电机", kw, filed_on, "是",
                tested_on, "用户",
            )  # fmt: skip
        if customer.trade.code in _MOTOR_TRADES and chance.random() < _MOTOR_RATIO:
            kva = chance.choice(_MOTOR_KVA)
            desk.add(
                MOTORS,
                f"DJ{customer.customer_id}1",
                customer.customer_id,
                kva,
                customer.opened_on,
                customer.closed_on,
            )
        _keep_demands(desk, customer)
        _keep_choice(desk, customer)


def _keep_businesses(record: StationRecord, desk: Desk, customer: Customer) -> None:
    site, trade = f"S{customer.customer_id}", customer.trade
    if not trade.is_dwelling and trade.industry and trade.code not in ("cabinet", "signal", "pump"):
        registered = customer.opened_on - timedelta(days=20 + customer.index % 200)
        desk.add(
            BUSINESSES,
            site,
            f"JY{customer.customer_id}1",
            f"P{customer.customer_id}",
            trade.industry,
            registered,
            None,
        )
    hidden = _HIDDEN_BUSINESS.get(customer.story.plan.kind) if customer.story is not None else None
    if hidden is not None and customer.story is not None:
        since = max(customer.story.valid_from, record.city.first_day)
        desk.add(
            BUSINESSES, site, f"JY{customer.customer_id}2", f"P{customer.customer_id}", hidden, since, None
        )


def _filed(customer: Customer) -> list[Agreement]:
    """Agreements that came about lawfully; what the customer asked for where the file is wrong."""
    if customer.story is None or customer.story.plan.is_innocent:
        return customer.agreements
    first, last = customer.agreements[0], customer.agreements[-1]
    return [Agreement(customer.terms, first.valid_from, last.valid_to)]


def _keep_demands(desk: Desk, customer: Customer) -> None:
    """What was declared, as long as it stayed the same."""
    spans: list[tuple[date, date | None, Decimal]] = []
    for each in _filed(customer):
        demand = each.terms.contract_demand_kw
        if demand is None:
            continue
        if spans and spans[-1][2] == demand and spans[-1][1] == each.valid_from:
            spans[-1] = (spans[-1][0], each.valid_to, demand)
        else:
            spans.append((each.valid_from, each.valid_to, demand))
    for valid_from, valid_to, demand in spans:
        declared = valid_from - timedelta(days=10 + customer.index % 9)
        desk.add(DEMANDS, customer.customer_id, valid_from, valid_to, demand, declared, None)


def _keep_choice(desk: Desk, customer: Customer) -> None:
    """How a two-part customer wants its basic charge, or that a small one stays with one part."""
    number = 0
    before = ""
    for each in _filed(customer):
        terms = each.terms
        choice = _BASIC_CHOICES.get(terms.basic, "") if terms.structure == TWO_PART else ""
        if not choice and customer.trade.code == "small_factory":
            choice = "选择单一制"
        if not choice or choice == before:
            continue
        number += 1
        before = choice
        effective = max(each.valid_from, _TWO_PART_SINCE)
        desk.add(
            CHOICES, f"XZ{customer.customer_id}{number}", customer.customer_id, choice,
            effective - timedelta(days=16 + customer.index % 9), effective, None, None,
        )  # fmt: skip
