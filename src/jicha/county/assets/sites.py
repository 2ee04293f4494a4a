"""Papers of sites: changes of meters, faults, seals, and the terminals through which meters are read."""

from __future__ import annotations

import random
from datetime import date, timedelta

from jicha.county.assets.devices import MeterRun, box_of, head_installed_on, meter_runs
from jicha.county.assets.orders import hanging_order, removal_order
from jicha.county.assets.twists import Twists
from jicha.county.chance import day_between, stream
from jicha.county.desk import XLSX, Desk, StationRecord, Table
from jicha.county.picking import People, in_office_hours, moment
from jicha.county.world import Customer

CHANGES = Table(
    "cis_zh",
    "换表记录",
    "装换拆编号,户号,计量点编号,旧表资产号,新表资产号,换表原因,换表时间,装表人工号,业务申请编号,营业确认时间,计量确认时间",
)
FAULTS = Table(
    "cis_zh",
    "计量故障",
    "计量故障编号,户号,计量点编号,电能表资产号,故障类型,故障起始日期,故障截止日期,报告时间,处理完成时间,业务申请编号",
    form=XLSX,
)
SEALS = Table(
    "cis_zh",
    "封印",
    "封印编号,户号,计量点编号,计量箱编号,加封位置,加封时间,加封人工号,启封时间,启封人工号,业务申请编号,现场封印编号,"
    "最近核对日期",
)
TERMINALS = Table(
    "cis_zh", "采集终端", "采集终端编号,台区编号,管理单位,终端类型,资产状态,安装日期", form=XLSX
)

# A fault that does not touch what is counted, per customer and month.
_SMALL_FAULT_RATIO = 0.0006
_SMALL_FAULTS = ("通信故障", "通信故障", "显示故障", "时钟故障", "电池故障")
_CHECKED_RATIO = 0.15
_REASONS = ("故障", "周期轮换", "改造升级", "改造升级")


class Sites:
    """Writes one station's papers of sites; numbers run by station."""

    def __init__(self, record: StationRecord, desk: Desk, people: People, twists: Twists) -> None:
        self.record, self.desk, self.people, self.twists = record, desk, people, twists
        self.org_id = record.station.org_id
        self._changes = self._faults = self._seals = 0

    def keep(self) -> None:
        """Changes, faults, seals, terminals."""
        for customer in self.record.station.customers:
            self._keep_site(customer)
        for booked in self.twists.changes:
            chance = stream(self.record.city.seed, "booked", booked.customer.index, booked.day.toordinal())
            self._change(
                booked.customer,
                booked.from_meter_id,
                booked.to_meter_id,
                booked.reason,
                booked.day,
                chance,
                True,
            )
        for each in self.twists.faults:
            self._fault(
                each.customer, each.meter_id, each.kind_zh, each.from_on, each.last_on, each.reported_at, None
            )
        self._keep_small_faults()
        self._keep_terminals()

    def _keep_site(self, customer: Customer) -> None:
        city = self.record.city
        chance = stream(city.seed, "site", customer.index)
        installer = self.people.one_of(chance, "装表接电员").staff_id
        before: MeterRun | None = None
        runs = meter_runs(customer)
        for place, run in enumerate(runs):
            follows = before is not None and before.removed_on == run.hung_on
            after = runs[place + 1] if place + 1 < len(runs) else None
            if run.hung_on >= city.first_day:
                self._keep_hanging(customer, before if follows else None, run, chance)
            is_bare = follows and after is None and customer.customer_id in self.twists.unsealed
            if not is_bare:
                self._keep_seals(customer, run, installer, chance)
            ends = run.removed_on
            if (
                ends is not None
                and (after is None or after.hung_on != ends)
                and city.first_day <= ends < city.end
            ):
                order = removal_order(customer, ends)
                self._change(customer, run.meter_id, None, "拆除", ends, chance, True, order)
            before = run

    def _keep_hanging(
        self, customer: Customer, before: MeterRun | None, run: MeterRun, chance: random.Random
    ) -> None:
        """A meter hung inside the period, with the fault it was hung for."""
        is_struck = customer.customer_id in self.twists.struck
        reason = "新装"
        if before is not None:
            is_resized = before.last.multiplier != run.first.multiplier
            reason = "增减容" if is_resized else chance.choice(_REASONS)
            reason = "故障" if is_struck else reason
        if before is not None and reason == "故障":
            kind_zh = "雷击" if is_struck else chance.choice(_SMALL_FAULTS)
            reported = moment(run.hung_on, 8, chance.randrange(5, 50))
            found_on = run.hung_on - timedelta(days=1)
            resolved = moment(run.hung_on, 18, chance.randrange(60))
            self._fault(customer, before.meter_id, kind_zh, found_on, run.hung_on, reported, resolved)
        confirmed = run.meter_id not in self.twists.unconfirmed
        old = before.meter_id if before is not None else None
        order = hanging_order(customer, run)
        self._change(customer, old, run.meter_id, reason, run.hung_on, chance, confirmed, order)

    def _change(
        self,
        customer: Customer,
        old: str | None,
        new: str | None,
        reason: str,
        day: date,
        chance: random.Random,
        confirmed: bool,
        order: str | None = None,
    ) -> None:
        self._changes += 1
        by_metering = day + timedelta(days=chance.randrange(1, 3))
        by_marketing = by_metering + timedelta(days=chance.randrange(0, 3))
        self.desk.add(
            CHANGES,
            f"HB{self.org_id}{self._changes:06d}",
            customer.customer_id,
            customer.metering_point_id,
            old,
            new,
            reason,
            moment(day, chance.randrange(9, 17), chance.randrange(60)),
            self.people.one_of(chance, "装表接电员").staff_id,
            order,
            in_office_hours(chance, by_marketing) if confirmed else None,
            in_office_hours(chance, by_metering),
        )

    def _fault(
        self,
        customer: Customer,
        meter_id: str,
        kind_zh: str,
        from_on: date,
        last_on: date | None,
        reported_at: str,
        resolved_at: str | None,
    ) -> None:
        self._faults += 1
        number = f"GZ{self.org_id}{self._faults:06d}"
        point = customer.metering_point_id
        self.desk.add(
            FAULTS,
            number,
            customer.customer_id,
            point,
            meter_id,
            kind_zh,
            from_on,
            last_on,
            reported_at,
            resolved_at,
            None,
        )

    def _keep_small_faults(self) -> None:
        """Faults mended at the site within days, the meter stays."""
        city, customers = self.record.city, self.record.station.customers
        chance = stream(city.seed, "small faults", self.org_id)
        for _ in range(int(len(customers) * len(city.months) * _SMALL_FAULT_RATIO) + 1):
            customer = chance.choice(customers)
            day = day_between(chance, city.first_day + timedelta(days=10), city.end - timedelta(days=10))
            hanging = [
                each
                for each in customer.installations
                if each.installed_on <= day
                and (each.removed_on is None or each.removed_on > day + timedelta(days=6))
            ]
            if not hanging:
                continue
            mended = day + timedelta(days=chance.randrange(0, 3))
            reported, resolved = (
                moment(day, 9, chance.randrange(60)),
                moment(mended, 16, chance.randrange(60)),
            )
            self._fault(
                customer, hanging[0].meter_id, chance.choice(_SMALL_FAULTS), day, mended, reported, resolved
            )

    def _keep_seals(self, customer: Customer, run: MeterRun, installer: str, chance: random.Random) -> None:
        places: tuple[str, ...] = ("端钮盖", "计量箱")
        if run.last.ct_ratio:
            places = ("端钮盖", "计量箱", "联合接线盒")
        removed_on, hung_on = run.removed_on, run.hung_on
        end = self.record.city.end
        is_checked = removed_on is None and chance.random() < _CHECKED_RATIO
        checked_on = (
            day_between(chance, max(hung_on, self.record.city.first_day), end) if is_checked else None
        )
        applied = moment(hung_on, chance.randrange(9, 17), chance.randrange(60))
        removed = moment(removed_on, 8, chance.randrange(60)) if removed_on is not None else None
        box = box_of(customer)
        for place in places:
            self._seals += 1
            self.desk.add(
                SEALS,
                f"FY{self.org_id}{self._seals:07d}",
                customer.customer_id,
                customer.metering_point_id,
                box,
                place,
                applied,
                installer,
                removed,
                installer if removed else None,
                None,
                None,
                checked_on,
            )

    def _keep_terminals(self) -> None:
        for number, area in enumerate(self.record.station.areas, start=1):
            kind_zh = "集中器" if area.is_public else "专变采集终端"
            installed_on = max(area.commissioned_on, head_installed_on(self.record.city.first_day))
            self.desk.add(
                TERMINALS,
                f"ZD{self.org_id}{number:05d}",
                area.area_id,
                self.org_id,
                kind_zh,
                "运行",
                installed_on,
            )
        for number, feeder in enumerate(self.record.station.feeders, start=1):
            installed_on = head_installed_on(self.record.city.first_day)
            self.desk.add(
                TERMINALS,
                f"ZD{feeder.feeder_id}{number:03d}",
                None,
                self.org_id,
                "厂站终端",
                "运行",
                installed_on,
            )
