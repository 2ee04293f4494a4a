"""What goes wrong with panels, chargers, market papers and lists; decided here, written by the other modules."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from jicha.county.desk import BillFact, Desk, StationRecord
from jicha.county.market.panels import Settlement, right_price
from jicha.county.picking import Pick, Picker
from jicha.county.tariff.terms import RETAIL
from jicha.county.world import Customer
from jicha.kernel.period import Month
from jicha.kernel.text import Text

_WRONG_PRICES = (Decimal("0.4416"), Decimal("0.4461"), Decimal("0.4661"))
_SURCHARGES = (Decimal("0.1"), Decimal("0.3"))
_LISTED = ("factory", "shift_factory", "mine", "small_factory")
_IDLE_MONTHS, _MOST_LEFT = 12, 8
_FEN = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Listing:
    """An entry of the government's list that adds to a customer's price."""

    since: date
    price: Decimal


@dataclass(slots=True)
class Deviations:
    """What the writers do differently. By customer: `filed_kw` of panels; `payees` and `prices` of settlements from a
    month on; `late` days of payment by month; `idle`: chargers on accounts without use, with the day they were
    commissioned; `left_market`, `lapsed`: the day the registration or the last contract ended; `listed`."""

    filed_kw: dict[str, Decimal] = field(default_factory=dict)
    payees: dict[str, tuple[Month, str]] = field(default_factory=dict)
    prices: dict[str, tuple[Month, Decimal]] = field(default_factory=dict)
    late: dict[str, dict[Month, int]] = field(default_factory=dict)
    idle: dict[str, date] = field(default_factory=dict)
    left_market: dict[str, date] = field(default_factory=dict)
    lapsed: dict[str, date] = field(default_factory=dict)
    listed: dict[str, Listing] = field(default_factory=dict)


class Planting:
    """Plants one station's causes of the market; `settlements` are what the panels gave, by customer."""

    def __init__(self, record: StationRecord, desk: Desk, settlements: dict[str, list[Settlement]]) -> None:
        self.record, self.settlements = record, settlements
        self.picker = Picker(record, desk)
        self.found = Deviations()
        self.months = record.city.months

    def plant(self) -> Deviations:
        """Everything planned for the station."""
        for kind, fits, tell in (
            ("pv_filed_smaller_than_built", self._is_settled, self._filed_smaller),
            ("pv_payee_is_stranger", self._is_settled, self._stranger),
            ("pv_price_code_wrong", self._is_settled, self._wrong_price),
            ("pv_settled_late", self._is_settled, self._paid_late),
            ("market_flag_not_passed_on", self._is_on_market, self._left_market),
            ("retail_contract_lapsed", self._is_on_market, self._lapsed),
            ("listed_company_not_surcharged", _may_be_listed, self._listed),
        ):
            for pick in self.picker.customers(kind, fits, or_busy=True):
                tell(pick)
        kind = "charger_idle_for_a_year"
        for pick in self.picker.picks(kind, self._idle_customers, lambda each: each.customer_id, _trade):
            self._idle(pick)
        return self.found

    # -- panels ---------------------------------------------------------------------------------------

    def _is_settled(self, customer: Customer) -> bool:
        return len(self.settlements.get(customer.customer_id, ())) >= min(4, len(self.months))

    def _month(self, pick: Pick[Customer], left: int) -> Month:
        """The first month settled wrongly, with so many more after it where there are so many."""
        settled = [each.month for each in self.settlements[pick.subject.customer_id]]
        most = max(0, len(settled) - left)
        wish = pick.planned.wish.onset
        if wish is not None:
            within = [month for month in settled if wish[0] < month.next.first and month.first <= wish[1]]
            if within:
                return pick.chance.choice(within)
        return settled[pick.chance.randrange(most + 1)]

    def _end_answer(
        self,
        pick: Pick[Customer],
        since: date,
        note: Text,
        size: Decimal | None,
        yuan: Decimal = Decimal("0.00"),
    ) -> None:
        customer_id = pick.subject.customer_id
        span = (since, self.record.city.end)
        self.picker.answer(pick, "customer", customer_id, customer_id, span, note, size=size, yuan=yuan)

    def _filed_smaller(self, pick: Pick[Customer]) -> None:
        unit = pick.subject.photovoltaic
        if unit is None:
            return
        ratio = pick.size(1.4, 2.2)
        filed = (Decimal(str(unit.filed_kw)) / ratio).quantize(Decimal("0.1"))
        self.found.filed_kw[pick.subject.customer_id] = filed
        note = Text(
            en=f"{unit.filed_kw} kW built, {filed} kW on file", zh=f"实装{unit.filed_kw}kW, 档案{filed}kW"
        )
        self._end_answer(pick, max(unit.connected_on, self.record.city.first_day), note, ratio)

    def _stranger(self, pick: Pick[Customer]) -> None:
        month = self._month(pick, 3)
        others = [
            each for each in self.record.station.customers if each.customer_id != pick.subject.customer_id
        ]
        payee = f"P{pick.chance.choice(others).customer_id}"
        self.found.payees[pick.subject.customer_id] = (month, payee)
        note = Text(en=f"paid to {payee} from {month.first} on", zh=f"自{month.first}起支付给{payee}, 无授权")
        self._end_answer(pick, month.first, note, None)

    def _wrong_price(self, pick: Pick[Customer]) -> None:
        customer_id = pick.subject.customer_id
        month = self._month(pick, 6)
        price = pick.chance.choice(_WRONG_PRICES)
        self.found.prices[customer_id] = (month, price)
        over = sum(
            (
                (each.exported * price).quantize(_FEN) - (each.exported * right_price()).quantize(_FEN)
                for each in self.settlements[customer_id]
                if each.month >= month
            ),
            Decimal("0.00"),
        )
        note = Text(
            en=f"settled at {price} instead of {right_price()} from {month.first} on",
            zh=f"自{month.first}起上网电价按{price}结算, 应为{right_price()}",
        )
        # Too much was paid out: owed to the utility.
        size = (price - right_price()).quantize(Decimal("0.0001"))
        self._end_answer(pick, month.first, note, size, over)

    def _paid_late(self, pick: Pick[Customer]) -> None:
        customer_id = pick.subject.customer_id
        first = self._month(pick, 4)
        late = pick.days(70, 160)
        months = [each.month for each in self.settlements[customer_id] if each.month >= first][:5]
        self.found.late[customer_id] = dict.fromkeys(months, late)
        note = Text(
            en=f"{len(months)} months from {first.first} on paid {late} days late",
            zh=f"自{first.first}起{len(months)}个月拖延{late}天支付",
        )
        span = (first.first, months[-1].next.first)
        self.picker.answer(pick, "customer", customer_id, customer_id, span, note, size=Decimal(late))

    # -- chargers -------------------------------------------------------------------------------------

    def _idle_customers(self) -> list[Customer]:
        """Accounts that have used nothing for a year, whose charger nobody can have used either."""
        return [
            each
            for each in self.record.station.customers
            if each.charger is None
            and each.closed_on is None
            and each.trade.phases == 1
            and self._idle_since(each)
        ]

    def _idle_since(self, customer: Customer) -> date | None:
        """Since when all bills are without energy, if for a year."""
        bills = self.record.bills.get(customer.customer_id, [])
        since: date | None = None
        for bill in reversed(bills):
            if bill.kwh:
                break
            since = bill.from_on
        if since is None or (self.record.city.end - since).days < _IDLE_MONTHS * 30:
            return None
        return since

    def _idle(self, pick: Pick[Customer]) -> None:
        since = self._idle_since(pick.subject) or self.record.city.first_day
        self.found.idle[pick.subject.customer_id] = since
        days = (self.record.city.end - since).days
        note = Text(en=f"charger connected, nothing used since {since}", zh=f"充电桩报装后自{since}起未用电")
        self._end_answer(pick, since, note, Decimal(days))

    # -- market and lists -----------------------------------------------------------------------------

    def _is_on_market(self, customer: Customer) -> bool:
        """Billed and registered as a market customer for so long that any month of the last ones may be picked."""
        last = customer.agreements[-1]
        since = self.months[-min(_MOST_LEFT, len(self.months) - 1)].first
        return customer.terms.purchase == last.terms.purchase == RETAIL and last.valid_from < since

    def _left_market(self, pick: Pick[Customer]) -> None:
        day = self._month_first(pick, 2, _MOST_LEFT)
        self.found.left_market[pick.subject.customer_id] = day
        note = Text(
            en=f"left the market on {day}, billed as before", zh=f"{day}已退市, 营销仍按市场化零售计费"
        )
        self._end_answer(pick, day, note, Decimal((self.record.city.end - day).days))

    def _lapsed(self, pick: Pick[Customer]) -> None:
        day = self._month_first(pick, 2, _MOST_LEFT)
        self.found.lapsed[pick.subject.customer_id] = day
        note = Text(en=f"no retail contract since {day}", zh=f"零售合同{day}到期后未续签")
        self._end_answer(pick, day, note, Decimal((self.record.city.end - day).days))

    def _listed(self, pick: Pick[Customer]) -> None:
        customer_id = pick.subject.customer_id
        day = self._month_first(pick, 3, max(4, len(self.months) - 2))
        price = pick.chance.choice(_SURCHARGES)
        self.found.listed[customer_id] = Listing(day, price)
        kwh, yuan = _surcharge(self.record.bills.get(customer_id, []), day, price)
        note = Text(
            en=f"listed from {day} on, {price} yuan/kWh on {kwh} kWh never charged",
            zh=f"自{day}起列入差别电价名单, {kwh}kWh未加价{price}元",
        )
        self._end_answer(pick, day, note, price, yuan)

    def _month_first(self, pick: Pick[Customer], least_left: int, most_left: int) -> date:
        """The first day of a month with so many months after its beginning."""
        most_left = min(most_left, len(self.months) - 1)
        months = self.months[-most_left : len(self.months) - least_left + 1]
        wish = pick.planned.wish.onset
        if wish is not None:
            months = tuple(each for each in self.months if wish[0] <= each.first <= wish[1]) or months
        return pick.chance.choice(months).first


def _surcharge(bills: list[BillFact], since: date, price: Decimal) -> tuple[Decimal, Decimal]:
    """Energy billed for days since, and what the list adds to it bill by bill, to the fen."""
    kwh = yuan = Decimal("0.00")
    for bill in bills:
        if bill.from_on >= since:
            kwh += bill.kwh
            yuan += (bill.kwh * price).quantize(_FEN)
    return kwh, yuan


def _may_be_listed(customer: Customer) -> bool:
    return customer.trade.code in _LISTED


def _trade(customer: Customer) -> str:
    return customer.trade.code
