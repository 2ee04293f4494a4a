"""What must hold of any bills: hundreds of accounts, drawn from one seed, are reckoned in one run and held to it.

A draw is not shrunk: an account that fails is named, and is small enough to be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jicha.billing.relations import LINE, SEGMENT
from jicha.billing.replay import replay
from jicha.billing.replay_result import Replayed
from jicha.billing.scenario import FIELDS, QUANTITY_FIELDS, Override
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.engines.duckdb import DuckDBEngine
from tests.remedies.conftest import assessed

from .accounts import ORG, Row
from .random_bills import (
    DEFAULT_ORG,
    HOUSEHOLD,
    LAST,
    SINGLE,
    TWO_PART,
    UNTIERED,
    Account,
    Reckoned,
    accounts,
    reckoned,
    with_law,
)

#: Few examples, each of hundreds of bills.
LARGE = settings(
    max_examples=2,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
seeds = st.integers(0, 2**32 - 1)

COUNTY = "424080"
FEN = Decimal("0.01")

#: No price of the sheet is greater.
DEAREST = Decimal("1.2")

CHARGES = {
    "energy": "energy_charge_yuan",
    "transformer_loss": "energy_charge_yuan",
    "basic_capacity": "basic_yuan",
    "basic_demand": "basic_yuan",
    "power_factor": "power_factor_yuan",
    "adjustment": "adjustment_yuan",
}


class Bench:
    """The marts; of short speech, so that a failed example is told in a line."""

    def __init__(self, catalogue: Catalogue, engine: DuckDBEngine) -> None:
        self.catalogue, self.engine = catalogue, engine

    def __repr__(self) -> str:
        return "bench"

    def reckoned(self, drawn: Iterable[Account], catalogue: Catalogue | None = None) -> Reckoned:
        return reckoned(catalogue or self.catalogue, self.engine, drawn)


@pytest.fixture(scope="module")
def bench(charges: Catalogue, engine: DuckDBEngine) -> Bench:
    return Bench(charges.resolved({ORG: None, DEFAULT_ORG: None}), engine)


@LARGE
@given(seed=seeds)
def test_the_lines_of_a_bill_add_up_to_it(seed: int, bench: Bench) -> None:
    """To the fen: by charge, as a whole, and against what was issued; and the kilowatt-hours too."""
    found = bench.reckoned(accounts(seed, 250, 4))
    lines = found.lines
    for bill_id, bill in found.bills.items():
        assert bill["not_recalculated_code"] is None, bill_id
        sums: dict[str, Decimal] = dict.fromkeys(CHARGES.values(), Decimal(0))
        for line in lines[bill_id]:
            sums[CHARGES[line["charge_code"]]] += line["line_amount_yuan"]
        assert {name: bill[name] for name in sums} == sums, bill_id
        assert bill["recalculated_yuan"] == sum(line["line_amount_yuan"] for line in lines[bill_id])
        assert bill["energy_kwh"] == sum(line["line_kwh"] or 0 for line in lines[bill_id])
        assert bill["issued_yuan"] - bill["recalculated_yuan"] == bill["difference_yuan"]


def codes_of(account: Account) -> set[str]:
    return {terms["price_code"].removesuffix("-TOU") for terms in account.terms}


def standards_of(account: Account) -> set[float]:
    return {terms.get("power_factor_standard_ratio", 0) for terms in account.terms}


def dearer(price: Decimal) -> Decimal:
    return price * 3 / 2


def is_single(account: Account) -> bool:
    return bool(codes_of(account) & set(SINGLE))


def is_household(account: Account) -> bool:
    return bool(codes_of(account) & set(HOUSEHOLD))


def is_two_part(account: Account) -> bool:
    return bool(codes_of(account) & set(TWO_PART))


def is_by_capacity(account: Account) -> bool:
    return any(terms.get("basic_charge_mode_code") == "capacity" for terms in account.terms)


@dataclass(frozen=True)
class Move:
    """A parameter of law: its table, rows and column, what it becomes; whose bills rest on it (`concerns`), whose are
    no more than cut where it changes (`cuts`), and from what amount on a bill must show it."""

    table: str
    where: Mapping[str, Any]
    column: str
    other: Callable[[Any], Any]
    concerns: Callable[[Account], bool]
    shown_in: str | None
    cuts: Callable[[Account], bool] | None = None

    def reaches(self, account: Account) -> bool:
        return self.concerns(account) or (self.cuts is not None and self.cuts(account))


COMMERCE = {
    "jurisdiction_code": COUNTY,
    "usage_category_code": "commercial_industrial",
    "tariff_structure_code": "single_part",
}
PLACE = {"jurisdiction_code": COUNTY}

MOVES = {
    "price version": Move(
        "law.energy_price", COMMERCE, "price_yuan_per_kwh", dearer, is_single, "energy_charge_yuan"
    ),
    "tier price": Move(
        "law.tier_price", PLACE, "price_yuan_per_kwh", dearer, is_household, "energy_charge_yuan"
    ),
    "tier limit": Move(
        "law.tier_limit", PLACE | {"tier_no": 1}, "tier_up_to_kwh", lambda kwh: kwh / 4, is_household, None
    ),
    "basic price": Move(
        "law.basic_charge_price",
        PLACE,
        "price_yuan_per_kva_month",
        dearer,
        is_by_capacity,
        "basic_yuan",
        cuts=is_two_part,
    ),
    "power-factor rate": Move(
        "law.power_factor_rate",
        {"power_factor_standard_pct": 90},
        "adjustment_rate_pct",
        lambda pct: pct + 1,
        lambda account: 0.9 in standards_of(account),
        "energy_charge_yuan",
    ),
}

#: A bill of less need not show what moves by a part.
SHOWN = Decimal(10)


def is_tier_rounding(bill: Row, other: Row) -> bool:
    """A hundredth of a kilowatt-hour, rounded with an earlier piece of the year, may lie in another tier later."""
    gap = abs(bill["recalculated_yuan"] - other["recalculated_yuan"])
    return bool(bill["energy_kwh"] == other["energy_kwh"] and gap <= FEN * 2)


#: Parameters moved in one run: of no two of them any user pays by both.
WORLDS = (("price version", "tier price", "basic price"), ("tier limit", "power-factor rate"))


@LARGE
@given(seed=seeds)
def test_a_parameter_moves_the_bills_of_its_days_alone(seed: int, bench: Bench) -> None:
    """Each dated parameter of law on a span of its own: bills outside it are the same in every column and line, bills
    of other users too; those wholly within it that rest on it have moved."""
    draw = Random(seed)  # noqa: S311
    drawn = accounts(seed, 150, 4)
    before = bench.reckoned(drawn)
    of = {account.customer_id: account for account in drawn}
    for world in WORLDS:
        spans, law = {}, bench.catalogue
        for name in world:
            starts = date(2025, 4, 1) + timedelta(days=draw.randint(0, 200))
            spans[name] = (starts, starts + timedelta(days=draw.randint(70, 150)))
            move = MOVES[name]
            law = with_law(law, move.table, move.where, move.column, move.other, spans[name])
        after = bench.reckoned(drawn, law)
        moved = before.other_than(after)
        seen = set()
        for bill_id, bill in before.bills.items():
            account = of[bill["customer_id"]]
            reached = [each for each in world if MOVES[each].reaches(account)]
            if not reached:
                assert bill_id not in moved, bill_id
                continue
            (name,) = reached
            move, span = MOVES[name], spans[name]
            is_within = span[0] <= bill["from_on"] and bill["to_on"] <= span[1]
            if bill_id not in moved:
                rests = move.concerns(account) and is_within and len(account.terms) == 1
                assert not rests or move.shown_in is None or bill[move.shown_in] < SHOWN, (name, bill_id)
                continue
            seen.add(name)
            if name == "tier price" and bill["from_on"] >= span[1]:
                assert is_tier_rounding(bill, after.bills[bill_id]), (name, bill_id)
                continue
            assert bill["from_on"] < span[1] and bill["to_on"] > span[0], (name, bill_id)
            if not move.concerns(account):
                assert not is_within, (name, bill_id)
                # Two runs of a month divided by thirty are not one month: a reading, and no rounding.
                if account.org_id == DEFAULT_ORG:
                    gap = after.bills[bill_id]["recalculated_yuan"] - bill["recalculated_yuan"]
                    assert abs(gap) <= FEN * len(after.lines[bill_id]), (name, bill_id)
        assert seen == set(world)


@LARGE
@given(seed=seeds)
def test_a_standard_on_file_moves_the_customers_own_bills(seed: int, bench: Bench) -> None:
    """Some are held to another standard of the power factor from a day on: no other bill moves, and none before."""
    draw = Random(seed)  # noqa: S311
    drawn = [each for each in accounts(seed, 120, 4) if len(each.terms) == 1]
    held = [each for each in drawn if standards_of(each) != {0} and draw.random() < 0.5]
    days = {each.customer_id: each.months[2].first + timedelta(days=draw.randint(0, 27)) for each in held}
    other = {0.8: 0.9, 0.85: 0.8, 0.9: 0.85}

    def changed(account: Account) -> Account:
        if account.customer_id not in days:
            return account
        first, second = account.terms[0], account.terms[0]
        on, standard = days[account.customer_id], other[first["power_factor_standard_ratio"]]
        parts = first | {"valid_to": on}, second | {"valid_from": on, "power_factor_standard_ratio": standard}
        return account.as_(account.customer_id, terms=parts)

    before = bench.reckoned(drawn).bills
    after = bench.reckoned([changed(each) for each in drawn]).bills
    moved = {bill_id for bill_id, bill in before.items() if bill != after[bill_id]}
    assert moved
    for bill_id in moved:
        bill = before[bill_id]
        assert bill["to_on"] > days.get(bill["customer_id"], LAST), bill_id
        if bill["from_on"] >= days[bill["customer_id"]]:
            assert bill["energy_charge_yuan"] == after[bill_id]["energy_charge_yuan"], bill_id
            assert bill["basic_yuan"] == after[bill_id]["basic_yuan"], bill_id


@LARGE
@given(seed=seeds)
def test_a_cut_where_nothing_changes_leaves_roundings_alone(seed: int, bench: Bench) -> None:
    """Terms on file as two equal rows: the bill is cut on that day and its energy shared by days. Named roundings are
    all that may differ: kilowatt-hours of a piece to a hundredth, money of a piece of a whole register to the fen.
    Bands are rounded together, the basic charge is one run of days."""
    draw = Random(seed)  # noqa: S311
    drawn = accounts(seed, 200, 3)
    days = {each.customer_id: each.months[1].first + timedelta(days=draw.randint(1, 27)) for each in drawn}
    before = bench.reckoned(drawn)
    after = bench.reckoned([each.cut(days[each.customer_id]) for each in drawn])
    factors, cut_factors = _factors(before.rows(SEGMENT)), _factors(after.rows(SEGMENT))
    moved, of = before.other_than(after), {account.customer_id: account for account in drawn}
    is_cut = 0
    for bill_id, bill in before.bills.items():
        other, on = after.bills[bill_id], days[bill["customer_id"]]
        if not bill["from_on"] < on < bill["to_on"]:
            if bill_id in moved:
                assert is_household(of[bill["customer_id"]]) and bill["from_on"] >= on, bill_id
                assert is_tier_rounding(bill, other), bill_id
            continue
        is_cut += 1
        pieces = len([line for line in after.lines[bill_id] if line["line_kwh"] is not None])
        is_one_there = any(terms.get("valid_from") == on for terms in of[bill["customer_id"]].terms)
        assert other["segment_count"] == bill["segment_count"] + int(not is_one_there), bill_id
        assert other["basic_yuan"] == bill["basic_yuan"], bill_id
        assert abs(other["energy_kwh"] - bill["energy_kwh"]) <= FEN * pieces, bill_id
        bands = _bands(after.lines[bill_id])
        for register, (kwh, yuan) in _bands(before.lines[bill_id]).items():
            other_kwh, other_yuan = bands[register]
            if register != "active_total" and kwh == other_kwh:
                assert yuan == other_yuan, (bill_id, register)
            assert abs(yuan - other_yuan) <= abs(kwh - other_kwh) * DEAREST + FEN * 2, (bill_id, register)
        known, told = factors.get(bill_id), cut_factors.get(bill_id)
        if known == told:
            bound = (abs(other["energy_charge_yuan"] - bill["energy_charge_yuan"]) + FEN) + FEN
            assert abs(other["power_factor_yuan"] - bill["power_factor_yuan"]) <= bound, bill_id
        else:
            assert known is not None and told is not None and abs(known - told) < 0.011, bill_id
    assert is_cut > 120


def _factors(rows: Iterable[Row]) -> dict[str, float]:
    return {
        row["bill_id"]: row["power_factor_ratio"] for row in rows if row["power_factor_ratio"] is not None
    }


def _bands(lines: Iterable[Row]) -> dict[str, tuple[Decimal, Decimal]]:
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for line in lines:
        if line["line_kwh"] is not None and line["register_code"] is not None:
            kwh, yuan = found.get(line["register_code"], (Decimal(0), Decimal(0)))
            found[line["register_code"]] = (kwh + line["line_kwh"], yuan + line["line_amount_yuan"])
    return found


def the_days(account: Account) -> tuple[date, date]:
    return account.months[0].first, account.months[-1].next.first


def override(account: Account, name: str, value: Any, days: tuple[date, date] | None = None) -> Override:
    """An override of the account's, in a scenario of the customer's and the field's name."""
    first, end = days or the_days(account)
    is_text = isinstance(value, str)
    return Override(
        scenario_id=f"{account.customer_id}: {name}",
        customer_id=account.customer_id,
        valid_from=first,
        valid_to=end,
        field=name,
        value_number=None if is_text or value is None else Decimal(str(value)),
        value_text=value if is_text else None,
    )


@LARGE
@given(seed=seeds)
def test_an_override_that_says_nothing_new_changes_nothing(seed: int, bench: Bench) -> None:
    """No value, or just the value on file, on any days: every difference of every charge of every bill is 0."""
    draw = Random(seed)  # noqa: S311
    drawn = accounts(seed, 150, 3)
    store = bench.reckoned(drawn).as_store
    told = []
    for account in drawn:
        first = account.months[0].first + timedelta(days=draw.randint(0, 40))
        days = (first, first + timedelta(days=draw.randint(1, 50)))
        # A quantity is that of one bill and one segment.
        is_whole = len(account.terms) == 1
        if is_whole:
            month = draw.choice(account.months)
            quantity = draw.choice(sorted(QUANTITY_FIELDS))
            told.append(override(account, quantity, None, (month.first, month.next.first)))
        told.append(override(account, draw.choice(sorted(FIELDS - QUANTITY_FIELDS)), None, days))
        if is_whole:
            on_file = account.terms[0] | {"multiplier": account.multiplier} | (account.contract or ({},))[0]
            known = sorted(FIELDS & {name for name in on_file if name != "valid_from"})
            name = draw.choice(known)
            again = override(account, name, on_file[name], days)
            told.append(again.of(f"{account.customer_id} again"))
    found = replay(store, bench.engine, told)
    assert len(found) > 250
    for each in found.values():
        assert each.status in ("whole", "none"), each.scenario_id
        for bill in each.bills:
            assert bill.difference_yuan == bill.difference_kwh == 0, bill.bill_id
            assert all(actual == other for actual, other in bill.charges.values()), bill.bill_id


#: Codes of one use that are easily mistaken for each other.
MISTAKEN = (
    ("CN-RES-LV", "CN-RSU-LV"),
    ("CN-RES-10KV", "CN-RSU-10KV"),
    ("CN-AGR-LV", "CN-IRR-LV"),
    ("CN-CI1-LV", "CN-CI1-10KV"),
    ("CN-CI1-LV-TOU", "CN-CI1-10KV-TOU"),
)
FOR = {one: other for pair in MISTAKEN for one, other in (pair, pair[::-1])}


@LARGE
@given(seed=seeds)
def test_claim_and_refund_of_mirrored_faults_cancel(seed: int, bench: Bench) -> None:
    """The multiplier recorded half and double, one price class filed for another and the other way round: bill for
    bill what the one owes is due to the other, and so are the claim and the refund before limitation."""
    drawn = [each for each in accounts(seed, 110, 3) if len(each.terms) == 1]
    everybody, told, pairs = [], [], []
    for account in drawn:
        double = account.as_(f"{account.customer_id} double", multiplier=account.multiplier * 2)
        everybody += [account, double]
        told += [
            override(account, "multiplier", double.multiplier),
            override(double, "multiplier", account.multiplier),
        ]
        pairs.append(tuple(each.scenario_id for each in told[-2:]))
        code = account.terms[0]["price_code"]
        if code in FOR:
            terms = (account.terms[0] | {"price_code": FOR[code]},)
            mistaken = account.as_(f"{account.customer_id} mistaken", terms=terms)
            everybody.append(mistaken)
            told += [override(account, "price_code", FOR[code]), override(mistaken, "price_code", code)]
            pairs.append(tuple(each.scenario_id for each in told[-2:]))
    found = replay(bench.reckoned(everybody).as_store, bench.engine, told)
    assert len(pairs) > 80
    for number, (one, other) in enumerate(pairs):
        there, back = found[one], found[other]
        assert there.status == back.status == "whole", one
        assert [bill.difference_yuan for bill in there.bills] == [
            -bill.difference_yuan for bill in back.bills if bill.difference_yuan is not None
        ], one
        assert there.yuan == -(back.yuan or 0) and there.kwh == -(back.kwh or 0), one
        if number % 5 == 0:
            assert _claimed(there) == -_claimed(back), one


def _claimed(found: Replayed) -> Decimal:
    rows = [{"month": f"{bill.month_on:%Y-%m}", "yuan": bill.difference_yuan} for bill in found.bills]
    remedy = assessed("adjustment", {"replayed": rows})
    assert remedy.energy is not None and remedy.energy.at_risk.yuan == 0
    return remedy.energy.amount.yuan


def test_the_draw_holds_every_kind(bench: Bench) -> None:
    """Otherwise the properties would be about less than they say."""
    drawn = accounts(1, 300, 4)
    codes = {code for account in drawn for code in codes_of(account)}
    assert codes >= {*HOUSEHOLD, *UNTIERED, *SINGLE, *TWO_PART}
    lines = bench.reckoned(drawn).rows(LINE)
    assert {line["charge_code"] for line in lines} == set(CHARGES) - {"adjustment"}
    assert {line["tier_no"] for line in lines} == {None, 1, 2, 3}
    assert any(len(account.terms) > 1 for account in drawn)
