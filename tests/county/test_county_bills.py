"""Causes in bills: issued twice, days left out or charged twice, accounts that ended, start registers, months.

Everything is read from the exports, and the key must say the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from .conftest import Exported, Row
from .test_county_causes import NOTHING_OWED, in_key, owed_on, total
from .test_county_ordinary import register_kwh

DAY = timedelta(days=1)


def day(text: str) -> date:
    return date.fromisoformat(text)


def lines_of(county: Exported, bill: Row) -> list[Row]:
    return [line for line in county.lines[bill["户号"]] if line["账单号"] == bill["账单号"]]


def gaps(bills: list[Row]) -> list[tuple[Row, Row]]:
    """Neighbours of which the second does not begin the day after the first ended."""
    return [
        (before, after)
        for before, after in pairwise(bills)
        if day(before["截止日期"]) + DAY != day(after["起始日期"])
    ]


def books_of(county: Exported, customer: str) -> list[str]:
    """Books in which the customer was read, in order of first appearance."""
    return list(dict.fromkeys(reading["抄表段编号"] for reading in county.readings[customer]))


def owed_for(meter: Row, line: Row, kwh: Decimal) -> tuple[str, str]:
    """The key's kWh and yuan for energy (+ owed to the utility) at a line's price, to the fen."""
    yuan = owed_on(line | {"电量": "0.00", "金额": "0.00"}, kwh)[1]
    assert meter["户号"] == line["户号"]
    return str(kwh), str(yuan)


def test_a_billing_run_repeated(county: Exported) -> None:
    run: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for answer in county.answers("billing_run_repeated"):
        customer = answer["customer_id"]
        bills = [
            bill
            for bill in county.bills[customer]
            if answer["valid_from"] <= bill["起始日期"] < answer["valid_to"]
        ]
        first, second = bills
        assert first["账单号"] != second["账单号"]
        assert first["发行日期"] < second["发行日期"]
        same = set(first) - {"账单号", "发行日期"}
        assert {name: first[name] for name in same} == {name: second[name] for name in same}
        (line,), (again,) = lines_of(county, first), lines_of(county, second)
        assert line | {"账单号": ""} == again | {"账单号": ""}
        assert in_key(answer) == (str(-Decimal(line["电量"])), str(-Decimal(line["金额"])))
        (book,) = books_of(county, customer)
        run[book, first["电费年月"]].add(customer)
    assert all(len(customers) >= 2 for customers in run.values())


def test_a_bill_cancelled_and_issued_again_rightly(county: Exported) -> None:
    for answer in county.answers("bill_cancelled_and_reissued"):
        (meter,) = county.meters[answer["customer_id"]]
        wrong, cancelling, right = (
            bill
            for bill in county.bills[answer["customer_id"]]
            if answer["valid_from"] <= bill["起始日期"] < answer["valid_to"]
        )
        assert [bill["账单类型"] for bill in (wrong, cancelling, right)] == ["正常", "退补", "正常"]
        assert wrong["发行日期"] < cancelling["发行日期"] <= right["发行日期"]
        assert len({(bill["起始日期"], bill["截止日期"]) for bill in (wrong, cancelling, right)}) == 1
        assert Decimal(cancelling["计费电量"]) == -Decimal(wrong["计费电量"]) < 0
        assert Decimal(cancelling["应收电费"]) == -Decimal(wrong["应收电费"])
        (line,) = lines_of(county, right)
        assert owed_on(line, register_kwh(meter, line["上次示数"], line["本次示数"])) == NOTHING_OWED
        assert wrong["计费电量"] != right["计费电量"]


def test_days_left_out_between_two_books(county: Exported) -> None:
    lengths = set()
    for answer in county.answers("days_left_out"):
        customer = answer["customer_id"]
        (meter,) = county.meters[customer]
        ((before, after),) = gaps(county.bills[customer])
        assert day(before["截止日期"]) + DAY == day(answer["valid_from"])
        assert after["起始日期"] == answer["valid_to"]
        ended, begun = lines_of(county, before)[-1]["本次示数"], lines_of(county, after)[0]["上次示数"]
        kwh = register_kwh(meter, ended, begun)
        assert kwh > 0
        # What these days would have cost is off by the rounding of the one line they belong to.
        expected = owed_for(meter, lines_of(county, after)[0], kwh)
        assert answer["true_kwh"] == expected[0]
        assert abs(Decimal(answer["energy_yuan"]) - Decimal(expected[1])) <= Decimal("0.01")
        eve = str(day(after["起始日期"]) - DAY)
        assert all(register == Decimal(begun) for on, _, register in county.freezes[customer] if on == eve)
        assert after["计费月数"] == "1"
        earlier, later = books_of(county, customer)
        assert later == county.customers[customer]["抄表段编号"] != earlier
        lengths.add(day(answer["valid_to"]) - day(answer["valid_from"]) > timedelta(days=27))
    assert lengths == {True, False}


def test_days_charged_twice_between_two_books(county: Exported) -> None:
    for answer in county.answers("days_charged_twice"):
        customer = answer["customer_id"]
        (meter,) = county.meters[customer]
        ((before, after),) = gaps(county.bills[customer])
        assert after["起始日期"] == answer["valid_from"] <= before["截止日期"]
        assert day(before["截止日期"]) + DAY == day(answer["valid_to"])
        ended, begun = lines_of(county, before)[-1]["本次示数"], lines_of(county, after)[0]["上次示数"]
        kwh = register_kwh(meter, begun, ended)
        assert kwh > 0
        assert Decimal(answer["true_kwh"]) == -kwh
        assert after["计费月数"] == "1"
        assert len(books_of(county, customer)) == 2


def test_a_change_of_books_alone_changes_nothing(county: Exported) -> None:
    for answer in county.answers("book_changed"):
        customer = answer["customer_id"]
        assert len(books_of(county, customer)) == 2
        assert gaps(county.bills[customer]) == []
        for before, after in pairwise(county.lines[customer]):
            assert before["本次示数"] == after["上次示数"]
        moved = [
            reading for reading in county.readings[customer] if reading["抄表日期"] >= answer["valid_from"]
        ]
        assert {reading["抄表段编号"] for reading in moved} == {books_of(county, customer)[1]}


def test_customers_who_move_do_so_together(county: Exported) -> None:
    for cause in ("days_left_out", "days_charged_twice", "book_changed"):
        moves = Counter(
            (*books_of(county, answer["customer_id"]), answer["valid_from"])
            for answer in county.answers(cause)
        )
        assert min(moves.values()) >= 2


def test_an_account_closed_and_opened_again(county: Exported) -> None:
    for answer in county.answers("account_reopened"):
        customer = answer["customer_id"]
        old, new = county.meters[customer]
        assert (old["拆表日期"], new["装表日期"]) == (answer["valid_from"], answer["valid_to"])
        ((final, first),) = gaps(county.bills[customer])
        assert day(final["截止日期"]) + DAY == day(answer["valid_from"])
        assert first["起始日期"] == answer["valid_to"]
        assert lines_of(county, final)[-1]["本次示数"] == old["拆表底度"]
        assert lines_of(county, first)[0]["上次示数"] == new["装表底度"]
        assert not [
            on for on, _, _ in county.freezes[customer] if answer["valid_from"] <= on < answer["valid_to"]
        ]
        assert [row["失效日期"] for row in county._by_customer("电价执行")[customer]] == [
            answer["valid_from"],
            "",
        ]


def test_closed_accounts_that_go_on_being_billed(county: Exported) -> None:
    ways = set()
    for answer in county.answers("closed_account_billed"):
        customer = answer["customer_id"]
        archive, (meter,) = county.customers[customer], county.meters[customer]
        assert archive["用户状态"] == "已销户"
        late = [bill for bill in county.bills[customer] if bill["起始日期"] > archive["销户日期"]]
        assert late[-1]["截止日期"] == "2026-06-30"
        assert len(late) >= 3
        lines = [line for bill in late for line in lines_of(county, bill)]
        still_used = meter["拆表日期"] == ""
        ways.add(still_used)
        days = [on for on, _, _ in county.freezes[customer]]
        if still_used:
            # What is used is billed: only the file is wrong.
            assert answer["valid_from"] == archive["销户日期"] < days[-1]
            assert in_key(answer) == ("0.00", "0.00")
            assert all(Decimal(line["电量"]) > 0 for line in lines)
        else:
            assert days[-1] < archive["销户日期"] == meter["拆表日期"]
            assert {(line["电能表资产号"], line["示数类型"], line["上次示数"]) for line in lines} == {
                ("", "", "")
            }
            assert len({line["电量"] for line in lines}) == 1
            assert total([owed_on(line, Decimal("0.00")) for line in lines]) == in_key(answer)
            assert Decimal(answer["true_kwh"]) < 0
    assert ways == {True, False}


def test_a_final_bill_comes_after_the_closing_day(county: Exported) -> None:
    for answer in county.answers("final_bill_after_closing"):
        archive, final = county.customers[answer["customer_id"]], county.bills[answer["customer_id"]][-1]
        assert archive["用户状态"] == "已销户"
        assert day(final["截止日期"]) + DAY == day(archive["销户日期"]) == day(answer["valid_from"])
        assert archive["销户日期"] < final["发行日期"] < answer["valid_to"]


def test_start_registers_keyed_against_the_end_before(county: Exported) -> None:
    directions = set()
    for answer in county.answers("start_register_rekeyed"):
        (meter,) = county.meters[answer["customer_id"]]
        lines = county.lines[answer["customer_id"]]
        broken = [(b, a) for b, a in pairwise(lines) if b["本次示数"] != a["上次示数"]]
        ((before, after),) = broken
        assert after["电费年月"] == answer["valid_from"][:7].replace("-", "")
        assert after["上次示数"].endswith(".00")
        lost = (Decimal(after["上次示数"]) - Decimal(before["本次示数"])) * Decimal(meter["综合倍率"])
        assert Decimal(after["上次示数"]) <= Decimal(after["本次示数"])
        right = register_kwh(meter, before["本次示数"], after["本次示数"])
        assert total([owed_on(after, right)]) == in_key(answer)
        assert Decimal(answer["true_kwh"]) == lost
        directions.add(lost > 0)
    assert directions == {True, False}


def test_months_billed_that_are_not_those_of_the_bill(county: Exported) -> None:
    keyed = set()
    for answer in county.answers("months_billed_wrongly"):
        bills = county.bills[answer["customer_id"]]
        usual = Counter(bill["计费月数"] for bill in bills).most_common(1)[0][0]
        (odd,) = [bill for bill in bills if bill["计费月数"] != usual]
        assert odd["起始日期"] == answer["valid_from"]
        assert day(odd["截止日期"]) + DAY == day(answer["valid_to"])
        assert gaps(bills) == []
        assert in_key(answer) == ("0.00", "0.00")
        covered = day(odd["截止日期"]) - day(odd["起始日期"]) + DAY
        assert (covered > timedelta(days=31)) == (odd["计费月数"] == "1")
        keyed.add(odd["计费月数"])
    assert keyed == {"1", "2"}


def test_two_month_books_are_two_monthly_for_all_their_customers(county: Exported) -> None:
    innocents = county.customers_of("two_month_book")
    wronged = county.customers_of("months_billed_wrongly")
    books = {county.customers[customer]["抄表段编号"] for customer in innocents}
    for customer, archive in county.customers.items():
        if archive["抄表段编号"] not in books:
            assert customer not in innocents
            continue
        assert customer in innocents | wronged
        bills = county.bills[customer]
        assert len(bills) == len(county.readings[customer]) <= 12
        for bill in bills:
            first, last = day(bill["起始日期"]), day(bill["截止日期"])
            touched = (last.year - first.year) * 12 + last.month - first.month + 1
            if customer in innocents:
                assert bill["计费月数"] == str(touched)
    assert len(books) >= 2
    full = [b for c in innocents for b in county.bills[c] if b["计费月数"] == "2"]
    assert len(full) > 100
