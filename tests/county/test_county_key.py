"""The answer key: every row of a metering point says what right bills come to less the bills issued, to the fen."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal

from jicha.county.causes import area_kinds, kinds, kinds_by_trade
from jicha.county.tables import cause_plan

from .exported import Exported, Row
from .rightly import issued_total, right_terms, right_total
from .truth import Truth

NOTHING = Decimal("0.00")
THEMES = {"BE", "SV", "BI", "MR", "PR", "ME", "AQ", "BM", "FA", "LL", "UC", "AT", "PV", "EV", "MK", "IC"}


def points(county: Exported) -> list[Row]:
    """Rows about what happened to the supply of one customer."""
    return [row for row in county.key if row["subject_type"] == "metering_point" and row["cause"] in _told()]


def _told() -> set[str]:
    return {*kinds(), *kinds_by_trade()}


def test_rows_are_of_known_causes_and_inside_the_period(county: Exported) -> None:
    plan = cause_plan()
    for row in county.key:
        cause = plan[row["cause"]]
        assert (row["theme"], row["blame"]) == (cause.theme, cause.blame)
        assert row["theme"] in THEMES
        assert row["blame"] in ("guilty", "data", "innocent")
        assert row["valid_from"] < row["valid_to"] <= "2026-07-01", row
        assert row["subject_id"]
        zh, _, en = row["note"].partition(" / ")
        assert zh
        assert en
        if row["customer_id"]:
            assert row["customer_id"] in county.archive


def test_nobody_has_two_stories(county: Exported) -> None:
    rows = points(county)
    assert max(Counter(row["customer_id"] for row in rows).values()) == 1
    for row in rows:
        assert row["subject_id"] == f"{row['customer_id']}01"


def test_as_many_rows_as_were_planted_and_as_many_as_were_wanted(county: Exported, truth: Truth) -> None:
    """A kind that fell short of its plan says so, by how many."""
    rows = Counter(row["cause"] for row in county.key)
    summary = county.summary
    for kind, cause in cause_plan().items():
        if kind not in kinds() and kind not in area_kinds():
            continue
        planted = summary.causes[kind]
        if kind == "register_rollover":
            assert rows[kind] >= planted
        else:
            assert rows[kind] == planted, kind
        if kinds().get(kind) is not None and kinds()[kind].everybody:
            continue
        wanted = -(-int(500 * cause.per_mille) // 1000)
        if kind in summary.shortfalls:
            assert summary.shortfalls[kind].en.startswith(f"{planted} of {wanted} ")
        else:
            assert planted >= wanted, kind
    short = [kind for kind in summary.shortfalls if kind in kinds() or kind in area_kinds()]
    assert len(short) <= 4, short


def test_trades_with_a_nature_are_in_the_key_as_a_whole(county: Exported, truth: Truth) -> None:
    natures: defaultdict[str, set[str]] = defaultdict(set)
    for name, customer in truth.customers.items():
        if customer.trade.story_kind:
            natures[customer.trade.story_kind].add(name)
    for kind in kinds_by_trade():
        assert county.customers_of(kind) == natures[kind]
        assert natures[kind]


def test_energy_and_money_are_right_bills_less_the_bills_issued(county: Exported, truth: Truth) -> None:
    owed: Counter[str] = Counter()
    for row in points(county):
        name = row["customer_id"]
        right = right_total(county, truth, name, right_terms(truth, row))
        issued = issued_total(county, name)
        assert Decimal(row["true_kwh"]) == right[0] - issued[0], row
        assert Decimal(row["energy_yuan"]) == right[1] - issued[1], row
        if row["blame"] == "guilty":
            owed["more" if Decimal(row["energy_yuan"]) > 0 else "less"] += 1
    assert owed["more"] > 40
    assert owed["less"] > 10


def test_innocents_owe_nothing(county: Exported) -> None:
    for row in points(county):
        if row["blame"] == "innocent":
            assert Decimal(row["true_kwh"]) == 0, row
            assert Decimal(row["energy_yuan"]) == 0, row
            assert Decimal(row["breach_yuan"]) == 0, row


def test_nobody_outside_the_key_is_billed_wrongly(county: Exported, truth: Truth) -> None:
    named = {row["customer_id"] for row in points(county)}
    checked = 0
    for name in sorted(county.customers.keys() - named):
        customer = truth.customers[name]
        assert customer.story is None
        assert right_total(county, truth, name, customer.terms_filed_on) == issued_total(county, name), name
        checked += 1
    assert checked > 150


def test_spans_of_guilt_lie_after_the_first_month_or_begin_with_the_period(county: Exported) -> None:
    first = county.first_day
    for row in points(county):
        if row["blame"] == "guilty":
            begins = date.fromisoformat(row["valid_from"])
            assert begins >= first
