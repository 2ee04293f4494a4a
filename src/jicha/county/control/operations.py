"""Ordinary operations: files changed on orders, price files, readings mended, reports taken out."""

from __future__ import annotations

import random
from datetime import date, timedelta

from jicha.county.assets.devices import meter_runs
from jicha.county.assets.orders import hanging_order
from jicha.county.chance import day_between, stream
from jicha.county.control.log import Change, Log, digest
from jicha.county.desk import StationRecord
from jicha.county.picking import People, in_office_hours, workday_from
from jicha.county.world import Customer

# A customer tells a new telephone number once in so many years; a reading is mended now and then.
_PHONE_PER_MONTH, _MENDED_PER_MONTH = 0.0012, 0.0002
_BILLING = ("核算员", "审批负责人")


class Operations:
    """Writes one station's ordinary operations."""

    def __init__(self, record: StationRecord, log: Log, people: People) -> None:
        self.record, self.log, self.people = record, log, people

    def keep(self) -> None:
        """Everything ordinary of the period."""
        for customer in self.record.station.customers:
            if len(customer.agreements) > 1:
                self._keep_terms(customer)
            if customer.installations[-1].installed_on >= self.record.city.first_day:
                self._keep_meters(customer)
        chance = stream(self.record.city.seed, "operations", self.record.station.org_id)
        self._keep_phones(chance)
        self._keep_mended(chance)
        self._keep_reports(chance)

    def _keep_terms(self, customer: Customer) -> None:
        """Every change of the price file has its order, be it keyed rightly or wrongly."""
        city = self.record.city
        pairs = zip(customer.agreements, customer.agreements[1:], strict=False)
        for number, (old, new) in enumerate(pairs, start=1):
            if (
                old.terms.price_code == new.terms.price_code
                or not city.first_day <= new.valid_from < city.end
            ):
                continue
            chance = stream(city.seed, "terms operation", customer.index, number)
            clerk = self.people.one_of(chance, *_BILLING)
            approver = self.people.one_of(chance, "审批负责人")
            day = new.valid_from
            order = self.log.order(chance, customer, day, clerk, approver)
            what = Change(
                "电价档案维护", "电价执行", "电价执行", "电价码", old.terms.price_code, new.terms.price_code
            )
            self.log.change(
                clerk, day, in_office_hours(chance, day), what, customer=customer, order=order,
                approver=approver,
            )  # fmt: skip

    def _keep_meters(self, customer: Customer) -> None:
        """The file follows the wall, on the application with which the meter was hung."""
        city = self.record.city
        chance = stream(city.seed, "meter operation", customer.index)
        before = ""
        for run in meter_runs(customer):
            if city.first_day <= run.hung_on < city.end - timedelta(days=2):
                clerk = self.people.one_of(chance, "检定员", "装表接电员")
                order = hanging_order(customer, run)
                day = run.hung_on + timedelta(days=1)
                what = Change("计量档案维护", "计量点", "计量点", "电能表资产号", before, run.meter_id)
                self.log.change(
                    clerk, day, in_office_hours(chance, day), what, customer=customer,
                    record_id=customer.metering_point_id, order=order,
                    approver=self.people.one_of(chance, "审批负责人"),
                )  # fmt: skip
            before = run.meter_id

    def _some(self, chance: random.Random, ratio: float) -> list[tuple[Customer, date]]:
        """Customers by chance, with a working day of the period each."""
        city, customers = self.record.city, self.record.station.customers
        count = int(len(customers) * len(city.months) * ratio) + 1
        last = city.end - timedelta(days=8)
        return [
            (
                chance.choice(customers),
                workday_from(day_between(chance, city.first_day + timedelta(days=4), last)),
            )
            for _ in range(count)
        ]

    def _keep_phones(self, chance: random.Random) -> None:
        for customer, day in self._some(chance, _PHONE_PER_MONTH):
            clerk = self.people.one_of(chance, "业务受理员")
            approver = self.people.one_of(chance, "审批负责人")
            order = self.log.order(chance, customer, day, clerk, approver)
            new = digest(customer.phone_number)
            what = Change("客户档案维护", "用电客户", "用户档案", "联系电话", digest(f"{new}{day}"), new)
            at = in_office_hours(chance, day)
            self.log.change(clerk, day, at, what, customer=customer, order=order, approver=approver)

    def _keep_mended(self, chance: random.Random) -> None:
        for customer, day in self._some(chance, _MENDED_PER_MONTH):
            clerk = self.people.one_of(chance, *_BILLING)
            approver = self.people.one_of(chance, "审批负责人")
            order = self.log.order(chance, customer, day, clerk, approver, "后台数据修正")
            what = edited_reading(chance, customer)
            at = in_office_hours(chance, day)
            self.log.change(
                clerk, day, at, what, customer=customer, record_id=customer.metering_point_id, order=order,
                approver=approver,
            )  # fmt: skip

    def _keep_reports(self, chance: random.Random) -> None:
        """Every month the station's bills, every quarter the list of customers with an approval."""
        customers = len(self.record.station.customers)
        for number, month in enumerate(self.record.city.months):
            clerk = self.people.one_of(chance, *_BILLING)
            day = workday_from(month.first + timedelta(days=8))
            self.log.export(
                clerk, day, in_office_hours(chance, day), "电费账单", customers, is_personal=False
            )
            if number % 3 == 2:
                approver = self.people.one_of(chance, "审批负责人")
                day += timedelta(days=1)
                self.log.export(
                    clerk, workday_from(day), in_office_hours(chance, workday_from(day)), "用户档案", customers,
                    is_personal=True, approver=approver,
                )  # fmt: skip


def edited_reading(chance: random.Random, customer: Customer) -> Change:
    """A register mended by a few units."""
    register = customer.installations[-1].start_register // 100 + chance.randrange(200, 9000)
    mended = register - chance.randrange(3, 60)
    return Change("抄表示数修改", "抄表示数", "抄表示数", "本次示数", f"{register}.00", f"{mended}.00")
