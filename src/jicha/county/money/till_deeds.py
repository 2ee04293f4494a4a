"""Deeds at the till and the bank: cash kept or banked late, agencies' files, holidays, payers of many."""

# ruff: noqa: ARG002 - a deed need not look at everything it is told

from __future__ import annotations

from jicha.county.desk import BillFact, Desk
from jicha.county.money.days import SECONDS_A_DAY, SECONDS_A_MINUTE, SECONDS_AN_HOUR
from jicha.county.money.deeds import Deed, is_dwelling, is_low_voltage, silence
from jicha.county.money.habits import CREDIT_CARD, FEN, HALL_CASH, Way
from jicha.county.money.intents import PAY, Intent
from jicha.county.money.payer import Payer, digest, way_of_agency
from jicha.county.world import Customer
from jicha.kernel.text import Text

_BANK_DAYS_BACK = 12
_SHORTEST_HOLIDAY = 3
_WECHAT = "D902"


class CashBankedLate(Deed):
    """The cashier leaves a day's cash in the drawer; days later all of it is banked, and no safe was used."""

    def prepare(self) -> bool:
        found = self.pick(is_low_voltage)
        if found is None:
            return False
        customer, self.bill = found
        self.customers = [customer]
        self.day = self.days.bank_day(self.bill.issued_on.toordinal() + 2 + self.chance.randrange(6))
        self.intent = Intent(self.at(self.day, 9, 15), PAY, HALL_CASH, bill=self.bill)
        self.books.drawer.held[self.day] = self.days_wished(3, 12)
        return True

    def bend(self, payer: Payer, intents: list[Intent]) -> None:
        silence(intents, self.bill.issued_on.toordinal(), self.intent.at)
        intents.append(self.intent)

    def tell(self, desk: Desk) -> None:
        done = self.intent.done
        deposit = self.books.drawer.deposits.get(done.deposit_id) if done else None
        if deposit is None:
            return
        late = deposit.day - self.day
        note = Text(en=f"cash of the day banked {late} days later", zh=f"当日现金迟{late}天解款")
        self.answer(
            desk, ("cash_deposit", deposit.deposit_id), "", (self.day, deposit.day + 1), note, size=late
        )
        self.planted(desk)


class CollectionsKept(Deed):
    """A cashier takes cash for some customers, books the payments and keeps the money."""

    def prepare(self) -> bool:
        found = self.pick(is_low_voltage, least_yuan=20)
        cashiers = self.books.authority.cashiers
        if found is None or not cashiers:
            return False
        self.cashier = self.chance.choice(cashiers).staff_id
        self.intents: dict[str, Intent] = {}
        first = found[1].issued_on.toordinal()
        wanted = self.size_wished(2, 4)
        free = [
            found[0],
            *(each for each in self.scene.free(self.planned, is_low_voltage) if each is not found[0]),
        ]
        for customer in free:
            bill = found[1] if customer is found[0] else self._bill_near(customer, first)
            if bill is None:
                continue
            day = self.days.bank_day(max(first, bill.issued_on.toordinal()) + 1 + self.chance.randrange(10))
            intent = Intent(
                self.at(day, 9, 16), PAY, HALL_CASH, bill=bill, is_banked=False, operator=self.cashier
            )
            self.intents[customer.customer_id] = intent
            self.customers.append(customer)
            if len(self.customers) == wanted:
                break
        return True

    def _bill_near(self, customer: Customer, first: int) -> BillFact | None:
        for bill in self.scene.bills(customer):
            if bill.yuan >= 20 and first <= bill.issued_on.toordinal() <= first + 12:
                return bill
        return None

    def bend(self, payer: Payer, intents: list[Intent]) -> None:
        intent = self.intents[payer.customer.customer_id]
        if intent.bill is not None:
            silence(intents, intent.bill.issued_on.toordinal(), intent.at)
        intents.append(intent)

    def tell(self, desk: Desk) -> None:
        told = False
        for customer_id, intent in self.intents.items():
            if intent.done is None:
                continue
            day = intent.at // SECONDS_A_DAY
            note = Text(en=f"cash kept by {self.cashier}", zh=f"收费员{self.cashier}收取现金未解款")
            size = intent.done.fen // FEN
            subject = ("payment", intent.done.record_id)
            self.answer(desk, subject, customer_id, (day, day + 1), note, intent.done.fen, size)
            told = True
        if told:
            self.planted(desk)


class AgencyFileLate(Deed):
    """The agency's file of a day comes days later, as a workbook; nobody's money is missing."""

    def prepare(self) -> bool:
        found = self.pick(is_dwelling)
        if found is None:
            return False
        customer, self.bill = found
        self.customers = [customer]
        self.day = self.bill.issued_on.toordinal() + 1 + self.chance.randrange(6)
        way = way_of_agency(_WECHAT, customer.trade.customer_type)
        self.intent = Intent(self.at(self.day, 8, 22), PAY, way, bill=self.bill)
        self.late = self.days_wished(2, 5)
        self.books.agencies.late[(way.agency, self.day)] = self.late
        return True

    def bend(self, payer: Payer, intents: list[Intent]) -> None:
        silence(intents, self.bill.issued_on.toordinal(), self.intent.at)
        intents.append(self.intent)

    def tell(self, desk: Desk) -> None:
        if self.intent.done is None:
            return
        note = Text(
            en=f"statement of {_WECHAT} {self.late} days late", zh=f"{_WECHAT}对账文件迟到{self.late}天"
        )
        span = (self.day, self.day + self.late + 1)
        self.answer(desk, ("organisation", self.books.org_id), "", span, note, size=self.late)
        self.planted(desk)


class AgencyFileShort(Deed):
    """Payments that the utility booked on an agency's word are in no statement of it, and no money came."""

    def prepare(self) -> bool:
        found = self.pick(is_dwelling, least_yuan=20)
        if found is None:
            return False
        self.intents: dict[str, Intent] = {}
        first = found[1].issued_on.toordinal()
        self.day = first + 2 + self.chance.randrange(5)
        wanted = self.size_wished(1, 3)
        for customer in [found[0], *self.scene.free(self.planned, is_dwelling)]:
            bills = [
                b
                for b in self.scene.bills(customer)
                if b.yuan >= 20 and -20 <= b.issued_on.toordinal() - first <= 0
            ]
            if not bills or customer.customer_id in self.intents:
                continue
            way = way_of_agency(_WECHAT, customer.trade.customer_type)
            intent = Intent(self.at(self.day, 8, 22), PAY, way, bill=bills[-1], is_in_file=False)
            self.intents[customer.customer_id] = intent
            self.customers.append(customer)
            if len(self.customers) >= wanted:
                break
        return True

    def bend(self, payer: Payer, intents: list[Intent]) -> None:
        intent = self.intents[payer.customer.customer_id]
        if intent.bill is not None:
            silence(intents, intent.bill.issued_on.toordinal(), intent.at)
        intents.append(intent)

    def tell(self, desk: Desk) -> None:
        told = False
        for customer_id, intent in self.intents.items():
            if intent.done is None:
                continue
            note = Text(en=f"in no statement of {_WECHAT}", zh=f"{_WECHAT}对账文件中无此笔")
            subject, span = ("payment", intent.done.record_id), (self.day, self.day + 1)
            self.answer(desk, subject, customer_id, span, note, intent.done.fen, intent.done.fen // FEN)
            told = True
        if told:
            self.planted(desk)


class HolidayDelay(Deed):
    """Cash taken after bank hours on the eve of a holiday lies in the safe until the bank opens."""

    def prepare(self) -> bool:
        eves = self._eves()
        self.chance.shuffle(eves)
        for eve in eves:
            for customer in self.scene.free(self.planned, is_low_voltage):
                for bill in self.good_bills(customer, 5, 0):
                    if 1 <= eve - bill.issued_on.toordinal() <= 25:
                        self.bill, self.customers = bill, [customer]
                        closes = 16 * SECONDS_AN_HOUR + (10 + self.chance.randrange(45)) * SECONDS_A_MINUTE
                        self.intent = Intent(eve * SECONDS_A_DAY + closes, PAY, HALL_CASH, bill=bill)
                        return True
        return False

    def _eves(self) -> list[int]:
        """Days with an open bank before three closed ones or more; those at a month's end if there are any."""
        last = self.days.last - _BANK_DAYS_BACK
        eves = [
            day
            for day in range(self.days.first, last)
            if self.days.bank_day(day) == day and self.days.bank_day(day + 1) > day + _SHORTEST_HOLIDAY
        ]
        ending = [day for day in eves if self.days.date(day).day >= 27]
        return ending or eves

    def bend(self, payer: Payer, intents: list[Intent]) -> None:
        silence(intents, self.bill.issued_on.toordinal(), self.intent.at)
        intents.append(self.intent)

    def tell(self, desk: Desk) -> None:
        done = self.intent.done
        deposit = self.books.drawer.deposits.get(done.deposit_id) if done else None
        if deposit is None:
            return
        eve = self.intent.at // SECONDS_A_DAY
        delay = deposit.day - eve
        note = Text(en=f"in the safe over the holiday, {delay} days", zh=f"节假日存保险柜{delay}天")
        self.answer(desk, ("cash_deposit", deposit.deposit_id), "", (eve, deposit.day + 1), note, size=delay)
        self.planted(desk)


class _PaysForMany(Deed):
    """One payer for many customers; `intents_of` the payments of each."""

    least, size = 20, (22, 30)
    way: Way = CREDIT_CARD
    months = (1, 1)

    def prepare(self) -> bool:
        chosen = self.members()
        if not chosen:
            return False
        months = self.scene.record.city.months
        onset = self.planned.wish.onset
        count = max(1, self.days_wished(self.months[0] * 30, self.months[1] * 30) // 30)
        starts = [
            m
            for m in months[: max(len(months) - count, 1)]
            if onset is None or (onset[0] <= m.last and m.first <= onset[1])
        ]
        if not starts:
            return False
        start = self.chance.choice(starts)
        self.payer = self.who(chosen)
        self.intents: dict[str, list[Intent]] = {}
        for step in range(count):
            month = start.plus(step)
            bills = [(c, b) for c in chosen for b in self.scene.bills(c) if b.month == month and b.yuan > 0]
            if not bills:
                continue
            day = max(bill.issued_on.toordinal() for _, bill in bills) + 1 + self.chance.randrange(3)
            for customer, bill in bills:
                at = self.moment(day)
                intent = Intent(at, PAY, self.way, payer=self.payer, bill=bill)
                self.intents.setdefault(customer.customer_id, []).append(intent)
        self.customers = [each for each in chosen if each.customer_id in self.intents]
        return len(self.customers) >= self.least

    def members(self) -> list[Customer]:
        raise NotImplementedError

    def who(self, chosen: list[Customer]) -> tuple[str, str]:
        raise NotImplementedError

    def moment(self, day: int) -> int:
        return self.at(day, 9, 21)

    def bend(self, payer: Payer, intents: list[Intent]) -> None:
        for intent in self.intents[payer.customer.customer_id]:
            if intent.bill is not None:
                silence(intents, intent.bill.issued_on.toordinal(), intent.at)
            intents.append(intent)

    def paid(self) -> list[Intent]:
        return [each for intents in self.intents.values() for each in intents if each.done is not None]

    def span(self, paid: list[Intent]) -> tuple[int, int]:
        days = [each.at // SECONDS_A_DAY for each in paid]
        return min(days), max(days) + 1


class ClerkPaysForMany(_PaysForMany):
    """A clerk takes the customers' cash and pays from a credit card of their own."""

    def members(self) -> list[Customer]:
        wanted = self.size_wished(*self.size)
        if not self.books.authority.cashiers:
            return []
        return self.group(is_dwelling, wanted, self.least)

    def who(self, chosen: list[Customer]) -> tuple[str, str]:
        self.clerk = self.chance.choice(self.books.authority.cashiers).staff_id
        seed = self.scene.seed
        return digest(seed, "person", self.clerk), digest(seed, "account", self.clerk)

    def tell(self, desk: Desk) -> None:
        paid = self.paid()
        if not paid:
            return
        note = Text(
            en=f"one card of {self.clerk} paid for {len(self.customers)} customers",
            zh=f"{self.clerk}个人信用卡代{len(self.customers)}户缴费",
        )
        self.answer(desk, ("staff", self.clerk), "", self.span(paid), note, size=len(self.customers))
        self.planted(desk)


class LandlordPays(_PaysForMany):
    """A landlord pays the bills of all tenants of a building, month after month."""

    months = (3, 12)

    def members(self) -> list[Customer]:
        wanted = self.size_wished(*self.size)
        by_area: dict[str, list[Customer]] = {}
        for customer in self.scene.free(self.planned, is_dwelling):
            by_area.setdefault(customer.area_id, []).append(customer)
        if not by_area:
            return []
        fullest = max(by_area.values(), key=lambda each: (len(each), each[0].area_id))
        return fullest[:wanted] if len(fullest) >= self.least else []

    def who(self, chosen: list[Customer]) -> tuple[str, str]:
        seed, landlord = self.scene.seed, chosen[0].customer_id
        self.way = way_of_agency(_WECHAT, chosen[0].trade.customer_type)
        return digest(seed, "person", landlord), digest(seed, "account", landlord)

    def tell(self, desk: Desk) -> None:
        paid = self.paid()
        if not paid:
            return
        landlord = self.customers[0].customer_id
        note = Text(en=f"pays for {len(self.customers)} tenants", zh=f"房东代{len(self.customers)}户租户缴费")
        self.answer(desk, ("customer", landlord), landlord, self.span(paid), note, size=len(self.customers))
        self.planted(desk)


__all__ = [
    "AgencyFileLate",
    "AgencyFileShort",
    "CashBankedLate",
    "ClerkPaysForMany",
    "CollectionsKept",
    "HolidayDelay",
    "LandlordPays",
]
