"""The biller against bills worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from jicha.county.account import Account
from jicha.county.biller import Indices, amount, cancelling_line, energy, energy_line
from jicha.county.metering import MeterUse, MonthOfUse, Site
from jicha.county.office import bill, read
from jicha.county.tables import prices, trades
from jicha.county.world import Agreement, Book, Customer, Installation
from jicha.kernel.period import Month

JULY = Month(2025, 7)


def installation(number: str, multiplier: int, start: int = 0, digits: int = 6) -> Installation:
    return Installation(number, date(2020, 1, 1), None, multiplier, multiplier, digits, start)


def account_of(trade: str, meter: Installation, opening: int) -> Account:
    customer = Customer(
        index=0,
        customer_id="0520000001",
        name="某户",
        address="某地",
        phone="0",
        trade=trades()[trade],
        org_id="o",
        area_id="a",
        book=Book("b", "o", "r", 5),
        category="",
        customer_type="",
        industry="",
        opened_on=date(2020, 1, 1),
        closed_on=None,
        daily_kwh=1,
        opening_register=opening,
        installations=[meter],
        agreements=[Agreement(trades()[trade].price_code, date(2020, 1, 1), None)],
    )
    return Account(Site(customer, 0, opening))


def month_of(*meters: MeterUse) -> MonthOfUse:
    return MonthOfUse(
        JULY, JULY.first.toordinal(), JULY.last.toordinal(), is_final=False, meters=list(meters)
    )


def billed(account: Account, lived: MonthOfUse) -> list[tuple[str, str, str, str, str]]:
    """(previous, current, kWh, price, amount) of each line of the only bill, as text."""
    (reading,) = read(account, lived, seed=1)
    (issued,) = bill(account, lived, reading)
    assert issued.bill_id == "20250705200000010"
    assert (issued.from_on, issued.to_on) == (date(2025, 7, 1), date(2025, 7, 31))
    assert issued.issued_on == date(2025, 8, 5)
    assert issued.amount == sum(line.amount for line in issued.lines)
    assert issued.kwh == sum(line.kwh for line in issued.lines)
    lines = []
    for line in issued.lines:
        assert line.indices is not None
        seen = (line.indices.previous, line.indices.current, line.kwh, line.price, line.amount)
        lines.append(tuple(str(value) for value in seen))
    return lines  # type: ignore[return-value]


def test_a_household() -> None:
    # 12,580.12 - 12,345.67 = 234.45 kWh; x 0.5880 = 137.8566 yuan.
    meter = installation("m", 1)
    account = account_of("household", meter, 1_234_567)
    use = MeterUse(meter, 1_234_567, 1_258_012, used=23_445)
    assert billed(account, month_of(use)) == [("12345.67", "12580.12", "234.45", "0.5880", "137.86")]
    assert (account.missed_kwh, account.missed_yuan) == (Decimal(0), Decimal(0))


def test_a_workshop_whose_meter_and_ct_were_exchanged_in_mid_month() -> None:
    # Old: (4,633.80 - 4,521.30) x 30 = 3,375.00 kWh x 0.7003 = 2,363.5125 yuan.
    # New: (41.22 - 3.10) x 40 = 1,524.80 kWh x 0.7003 = 1,067.81744 yuan.
    old, new = installation("old", 30), installation("new", 40, start=310)
    account = account_of("workshop", old, 452_130)
    account.customer.installations.append(new)
    lived = month_of(
        MeterUse(old, 452_130, 463_380, used=11_250),
        MeterUse(new, 310, 4_122, used=3_812),
    )
    assert billed(account, lived) == [
        ("4521.30", "4633.80", "3375.00", "0.7003", "2363.51"),
        ("3.10", "41.22", "1524.80", "0.7003", "1067.82"),
    ]
    assert account.billed_position == 4_122
    assert account.missed_kwh == 0


def test_a_shop_whose_five_digit_register_turned_over() -> None:
    # 100,000 - 99,890.55 + 107.25 = 216.70 kWh; x 0.7003 = 151.75501 yuan.
    meter = installation("m", 1, digits=5)
    account = account_of("shop", meter, 9_989_055)
    use = MeterUse(meter, 9_989_055, 10_010_725, used=21_670)
    assert billed(account, month_of(use)) == [("99890.55", "107.25", "216.70", "0.7003", "151.76")]


def test_a_ten_kilovolt_hotel_billed_with_a_stale_multiplier() -> None:
    # 129.52 x 2,000 = 259,040.00 kWh x 0.6803 = 176,224.912 yuan billed;
    # 129.52 x 3,000 = 388,560.00 kWh x 0.6803 = 264,337.368 yuan right: 88,112.46 yuan owed.
    meter = installation("m", 3000)
    meter.filed_multiplier = 2000
    account = account_of("hotel", meter, 643_684)
    use = MeterUse(meter, 643_684, 656_636, used=12_952)
    assert billed(account, month_of(use)) == [("6436.84", "6566.36", "259040.00", "0.6803", "176224.91")]
    assert (str(account.missed_kwh), str(account.missed_yuan)) == ("129520.00", "88112.46")


def test_a_register_that_went_back_bills_nothing() -> None:
    assert energy(Indices(Decimal("100.00"), Decimal("90.00"), 6, False, 30, "m")) == 0


@pytest.mark.parametrize(
    ("kwh", "price", "yuan"),
    [
        ("50.00", "0.7003", "35.02"),  # 35.015: half a fen goes up
        ("-50.00", "0.7003", "-35.02"),  # and away from zero in a refund
        ("150.00", "0.7003", "105.05"),  # 105.045, which half-even would leave at 105.04
        ("0.00", "0.5880", "0.00"),
        ("200000000.00", "0.6803", "136060000.00"),
    ],
)
def test_amounts_round_half_a_fen_away_from_zero(kwh: str, price: str, yuan: str) -> None:
    assert str(amount(Decimal(kwh), Decimal(price))) == yuan


def test_the_price_sheet_is_the_published_one() -> None:
    assert {code: str(price) for code, price in prices().items()} == {
        "HN-RES-LV": "0.5880",
        "HN-RES-10KV": "0.5730",
        "HN-GCI-LV": "0.7003",
        "HN-GCI-10KV": "0.6803",
        "HN-AGR-LV": "0.5487",
        "HN-AGR-10KV": "0.5287",
        "HN-IRR-LV": "0.5287",
    }


def test_two_months_read_at_once_are_one_bill() -> None:
    # 12,700.00 - 12,345.67 = 354.33 kWh; x 0.5880 = 208.34604 yuan.
    meter = installation("m", 1)
    account = account_of("household", meter, 1_234_567)
    far = Book("b", "o", "r", 5, cycle_months=2, first_read=JULY.next)
    account.customer.book = far
    august = JULY.next
    assert account.due(month_of(MeterUse(meter, 1_234_567, 1_258_012, used=23_445))) is None
    second = MeterUse(meter, 1_258_012, 1_270_000, used=11_988)
    due = account.due(
        MonthOfUse(august, august.first.toordinal(), august.last.toordinal(), is_final=False, meters=[second])
    )
    assert due is not None
    (reading,) = read(account, due, seed=1)
    (issued,) = bill(account, due, reading)
    assert (issued.from_on, issued.to_on, issued.months) == (date(2025, 7, 1), date(2025, 8, 31), 2)
    (line,) = issued.lines
    assert (str(line.kwh), str(line.amount)) == ("354.33", "208.35")
    assert account.missed_kwh == account.missed_yuan == 0
    assert account.waiting is None


def test_a_line_taken_back_leaves_nothing_of_its_half_fen() -> None:
    indices = Indices(Decimal("100.00"), Decimal("150.00"), 6, False, 1, "m")
    issued = energy_line("p", indices, energy(indices), Decimal("0.7003"))
    back = cancelling_line(issued)
    assert (str(issued.amount), str(back.amount)) == ("35.02", "-35.02")
    assert issued.kwh + back.kwh == 0
    assert back.indices == issued.indices
