"""Public transformers, links of customers and changes of the grid, as the production system exports them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from jicha.county.chance import stream
from jicha.county.desk import XLSX, Desk, StationRecord, Table
from jicha.county.picking import in_office_hours, moment, workday_from
from jicha.county.production.causes import Cutover, Disagreements
from jicha.county.tables import facts
from jicha.county.world import Area, Customer

PUBLIC_TRANSFORMERS = Table(
    "pms_zh",
    "公变台账",
    "变压器编号,台区考核户号,台区编号,台区名称,线路编号,变压器型号,额定容量,空载损耗,负载损耗,短路阻抗,有载调压,投运日期,"
    "退运日期,经度,纬度",
    form=XLSX,
)
_SOURCE_COLUMNS = "户号,电源序号,生效日期,失效日期,电源类型,台区编号,线路编号"
SOURCES = Table("pms_zh", "户变关系", _SOURCE_COLUMNS)
FILED_SOURCES = Table("cis_zh", "供电电源", _SOURCE_COLUMNS)
GRID_CHANGES = Table(
    "pms_zh",
    "配网异动",
    "异动单号,异动类型,管理单位,台区编号,户号,原线路编号,新线路编号,原台区编号,新台区编号,实施时间,恢复时间,营销同步时间",
    form=XLSX,
)

# Two changes a year and station are told in time; a few transfers last some hours of a night.
_TRANSFERS_A_YEAR, _TOLD_CUTOVERS = 3, 2
_BACKUP_TRADES = ("hospital", "mine", "shift_factory")


def keep_transformers(record: StationRecord, desk: Desk, found: Disagreements) -> None:
    """The transformers of public areas; `found` has those production knows otherwise than marketing."""
    plates = {int(row["capacity_kva"]): row for row in facts("public_transformers")}
    sizes = sorted(plates)
    for area in record.station.areas:
        if not area.is_public:
            continue
        kva = found.capacities.get(area.area_id, area.capacity_kva)
        plate = plates[next((each for each in sizes if each >= kva), sizes[-1])]
        desk.add(
            PUBLIC_TRANSFORMERS,
            f"GB{area.area_id}",
            area.master_customer_id,
            area.area_id,
            found.names.get(area.area_id, area.name),
            area.feeder_id,
            plate["model"],
            kva,
            Decimal(plate["no_load_kw"]),
            Decimal(plate["load_loss_kw"]),
            Decimal(plate["impedance_pct"]),
            "否",
            area.commissioned_on,
            None,
            _degrees(area.longitude),
            _degrees(area.latitude),
        )


def keep_sources(record: StationRecord, desk: Desk) -> None:
    """From where each customer is supplied: as it is, for production, and as it is filed, for marketing."""
    areas = {each.area_id: each for each in record.station.areas}
    feeders = [each.feeder_id for each in record.station.feeders]
    for customer in record.station.customers:
        customer_id, opened_on, ends = customer.customer_id, customer.opened_on, customer.closed_on
        true, filed = areas[customer.area_id], areas[customer.filed_area_id]
        for valid_from, valid_to, feeder in _hung(true, opened_on, ends):
            desk.add(SOURCES, customer_id, 1, valid_from, valid_to, "主供", true.area_id, feeder)
        is_told = filed.cut_over is not None and filed.filed_feeder_id == filed.cut_over[1]
        filed_ends = customer.filed_closing or ends
        spans = (
            _hung(filed, opened_on, filed_ends)
            if is_told
            else [(opened_on, filed_ends, filed.filed_feeder_id)]
        )
        for valid_from, valid_to, feeder in spans:
            desk.add(FILED_SOURCES, customer_id, 1, valid_from, valid_to, "主供", filed.area_id, feeder)
        backup = _backup(customer, feeders)
        if backup is not None:
            for table in (SOURCES, FILED_SOURCES):
                desk.add(table, customer_id, 2, opened_on, ends, "备用", true.area_id, backup)


def _hung(area: Area, opened_on: date, ends: date | None) -> list[tuple[date, date | None, str]]:
    """The feeders behind the area one after another, from the opening until the end of an account."""
    if area.cut_over is None:
        return [(opened_on, ends, area.feeder_id)]
    day, feeder = area.cut_over
    if opened_on >= day:
        return [(opened_on, ends, feeder)]
    if ends is not None and ends <= day:
        return [(opened_on, ends, area.feeder_id)]
    return [(opened_on, day, area.feeder_id), (day, ends, feeder)]


def _backup(customer: Customer, feeders: list[str]) -> str | None:
    """The second feeder of those who must not stand dark."""
    others = [each for each in feeders if each != customer.feeder_id]
    if customer.trade.code not in _BACKUP_TRADES or not others:
        return None
    return others[customer.index % len(others)]


class _Changes:
    """Numbers and writes the station's changes of the grid."""

    def __init__(self, record: StationRecord, desk: Desk) -> None:
        self.record, self.desk = record, desk
        self.count = 0

    def add(
        self,
        kind: str,
        area_id: str,
        customer_id: str | None,
        feeders: tuple[str | None, str | None],
        areas: tuple[str | None, str | None],
        executed_at: str,
        ended_at: str | None,
        told_at: str | None,
    ) -> None:
        self.count += 1
        org_id = self.record.station.org_id
        self.desk.add(
            GRID_CHANGES, f"YD{org_id}{self.count:05d}", kind, org_id, area_id, customer_id, *feeders, *areas,
            executed_at, ended_at, told_at,
        )  # fmt: skip


def keep_changes(record: StationRecord, desk: Desk, found: Disagreements) -> None:
    """Cut-overs and transfers; an area or a customer that marketing has elsewhere was moved and never followed."""
    changes = _Changes(record, desk)
    chance = stream(record.city.seed, "grid changes", record.station.org_id)
    first_day, end = record.city.first_day, record.city.end
    cutovers = list(found.cutovers)
    for area in record.station.areas:
        if area.cut_over is not None:
            day, to_feeder = area.cut_over
            told = chance.randrange(0, 3) if area.filed_feeder_id == to_feeder else None
            cutovers.append(Cutover(area.area_id, area.feeder_id, to_feeder, day, told))
    taken = {each.area_id for each in cutovers} | {each.area_id for each in record.station.happenings}
    quiet = [each for each in record.station.areas if each.is_public and each.area_id not in taken]
    feeders = [each.feeder_id for each in record.station.feeders]
    for _ in range(min(_TOLD_CUTOVERS, len(quiet))):
        area = quiet.pop(chance.randrange(len(quiet)))
        others = [each for each in feeders if each != area.feeder_id]
        if others:
            day = workday_from(first_day - timedelta(days=chance.randrange(3, 90)))
            told = chance.randrange(0, 3)
            cutovers.append(Cutover(area.area_id, chance.choice(others), area.feeder_id, day, told))
    for each in cutovers:
        told_at = None
        if each.told_after is not None:
            told_at = in_office_hours(
                chance, workday_from(each.executed_on + timedelta(days=each.told_after + 1))
            )
        executed = moment(each.executed_on, chance.randrange(9, 16), chance.randrange(60))
        moved = (each.from_feeder_id, each.to_feeder_id)
        changes.add("台区切改线路", each.area_id, None, moved, (None, None), executed, None, told_at)
    span = (end - first_day).days
    for _ in range(_TRANSFERS_A_YEAR * max(1, span // 365)):
        if len(feeders) > 1:
            area = chance.choice([each for each in record.station.areas if each.is_public])
            other = chance.choice([each for each in feeders if each != area.feeder_id])
            _keep_transfer(
                changes, area.area_id, (area.feeder_id, other), first_day + timedelta(chance.randrange(span))
            )


def _keep_transfer(changes: _Changes, area_id: str, moved: tuple[str, str], day: date) -> None:
    """An area fed from another feeder for a few hours of work; marketing need not know."""
    began, ended = moment(day, 8, 30), moment(day, 14, 15)
    changes.add("临时转供", area_id, None, moved, (None, None), began, ended, None)


def _degrees(value: float) -> str:
    return f"{value:.5f}"
