"""Causes in bills: issued twice, days left out or charged twice, accounts that ended, start registers, months.

Everything is read from the exports, and the key must say the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from .exported import ADJUSTING, Exported, Row, register_kwh, register_spans
from .test_county_causes import spans_within

DAY = timedelta(days=1)
HUNDREDTH = Decimal("0.01")


def day(text: str) -> date:
    return date.fromisoformat(text)


def spans_of(county: Exported, bill: Row) -> list[tuple[str, ...]]:
    return list(register_spans(county.lines_of[bill["账单号"]]))


def gaps(bills: list[Row]) -> list[tuple[Row, Row]]:
    """Neighbours of which the second does not begin the day after the first ended."""
    return [(a, b) for a, b in pairwise(bills) if day(a["截止日期"]) + DAY != day(b["起始日期"])]


def books_of(county: Exported, customer: str) -> list[str]:
    """Books in which the customer was read, in order of first appearance."""
    return list(dict.fromkeys(reading["抄表段编号"] for reading in county.readings[customer]))


def within(county: Exported, answer: Row) -> list[Row]:
    return [
        bill
        for bill in county.bills[answer["customer_id"]]
        if answer["valid_from"] <= bill["起始日期"] < answer["valid_to"]
    ]


def test_a_billing_run_repeated(county: Exported) -> None:
    run: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for answer in county.answers("billing_run_repeated"):
        customer = answer["customer_id"]
        first, second = within(county, answer)
        assert first["账单号"] != second["账单号"]
        assert first["发行日期"] < second["发行日期"]
        same = set(first) - {"账单号", "发行日期"}
        assert {name: first[name] for name in same} == {name: second[name] for name in same}
        one, other = (county.lines_of[bill["账单号"]] for bill in (first, second))
        assert [line | {"账单号": ""} for line in one] == [line | {"账单号": ""} for line in other]
        assert Decimal(answer["true_kwh"]) == -Decimal(second["计费电量"])
        (book,) = books_of(county, customer)
        run[book, first["电费年月"]].add(customer)
    assert all(len(customers) >= 2 for customers in run.values())


def test_a_bill_cancelled_and_issued_again_rightly(county: Exported) -> None:
    for answer in county.answers("bill_cancelled_and_reissued"):
        (meter,) = county.meters[answer["customer_id"]]
        wrong, *rest = within(county, answer)
        cancelling, right = sorted(rest, key=lambda bill: bill["账单号"])
        assert [bill["账单类型"] for bill in (wrong, cancelling, right)] == ["正常", "退补", "正常"]
        assert wrong["发行日期"] < cancelling["发行日期"] <= right["发行日期"]
        assert len({(bill["起始日期"], bill["截止日期"]) for bill in (wrong, cancelling, right)}) == 1
        assert Decimal(cancelling["计费电量"]) == -Decimal(wrong["计费电量"]) < 0
        assert Decimal(cancelling["应收电费"]) == -Decimal(wrong["应收电费"])
        ((_, _, previous, current, _),) = spans_of(county, right)
        assert Decimal(right["计费电量"]) == register_kwh(meter, previous, current)
        assert wrong["计费电量"] != right["计费电量"]


def test_bills_corrected_later(county: Exported) -> None:
    carriers = set()
    for answer in county.answers("bill_corrected"):
        customer = answer["customer_id"]
        (meter,) = county.meters[customer]
        (wrong, billed), *rest = spans_within(county, answer)
        missing = register_kwh(meter, wrong[2], wrong[3]) - billed
        assert missing != 0
        assert all(register_kwh(meter, key[2], key[3]) == kwh for key, kwh in rest)
        (adjustment,) = [line for line in county.lines[customer] if line["费用项目"] == ADJUSTING]
        assert Decimal(adjustment["电量"]) == missing
        assert (Decimal(adjustment["金额"]) > 0) == (missing > 0)
        empty = ("上次示数", "本次示数", "计费倍率", "单价", "电能表资产号")
        assert {adjustment[name] for name in empty} == {""}
        bills = {bill["账单号"]: bill for bill in county.bills[customer]}
        carrier = bills[adjustment["账单号"]]
        regular = next(bill for bill in county.regular[customer] if wrong in spans_of(county, bill))
        assert carrier["电费年月"] > regular["电费年月"]
        carriers.add(carrier["账单类型"])
        if carrier["账单类型"] == "退补":
            assert (carrier["起始日期"], carrier["截止日期"]) == (regular["起始日期"], regular["截止日期"])
            assert adjustment["计量点编号"] == ""
            assert adjustment["行号"] == "1"
    assert carriers == {"退补", "正常"}


def moved_between(county: Exported, before: Row, after: Row) -> tuple[str, str]:
    """The register one bill ended with and that the next began with."""
    return spans_of(county, before)[-1][3], spans_of(county, after)[0][2]


def test_days_left_out_between_two_books(county: Exported) -> None:
    lengths = set()
    for answer in county.answers("days_left_out"):
        customer = answer["customer_id"]
        (meter,) = county.meters[customer]
        ((before, after),) = gaps(county.regular[customer])
        assert day(before["截止日期"]) + DAY == day(answer["valid_from"])
        assert after["起始日期"] == answer["valid_to"]
        ended, begun = moved_between(county, before, after)
        kwh = register_kwh(meter, ended, begun)
        assert Decimal(answer["true_kwh"]) == kwh > 0
        eve = day(after["起始日期"]) - DAY
        frozen = county.frozen[customer].get(eve)
        assert frozen is None or frozen.forward == int(Decimal(begun) * 100)
        assert after["计费月数"] == "1"
        earlier, later = books_of(county, customer)
        assert later == county.customers[customer]["抄表段编号"] != earlier
        lengths.add(day(answer["valid_to"]) - day(answer["valid_from"]) > timedelta(days=27))
    assert lengths == {True, False}


def test_days_charged_twice_between_two_books(county: Exported) -> None:
    for answer in county.answers("days_charged_twice"):
        customer = answer["customer_id"]
        (meter,) = county.meters[customer]
        ((before, after),) = gaps(county.regular[customer])
        assert after["起始日期"] == answer["valid_from"] <= before["截止日期"]
        assert day(before["截止日期"]) + DAY == day(answer["valid_to"])
        ended, begun = moved_between(county, before, after)
        kwh = register_kwh(meter, begun, ended)
        assert Decimal(answer["true_kwh"]) == -kwh < 0
        assert after["计费月数"] == "1"
        assert len(books_of(county, customer)) == 2


def test_a_change_of_books_alone_changes_nothing(county: Exported) -> None:
    for answer in county.answers("book_changed"):
        customer = answer["customer_id"]
        assert len(books_of(county, customer)) == 2
        assert gaps(county.regular[customer]) == []
        for before, after in pairwise(county.regular[customer]):
            ended, begun = moved_between(county, before, after)
            assert ended == begun
        moved = [row for row in county.readings[customer] if row["抄表日期"] >= answer["valid_from"]]
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
        ((final, first),) = gaps(county.regular[customer])
        assert day(final["截止日期"]) + DAY == day(answer["valid_from"])
        assert first["起始日期"] == answer["valid_to"]
        assert moved_between(county, final, first) == (old["拆表底度"], new["装表底度"])
        assert not [
            row
            for row in county.freezes[customer]
            if answer["valid_from"] <= row.day.isoformat() < answer["valid_to"]
        ]
        assert [row["失效日期"] for row in county.agreements[customer]] == [answer["valid_from"], ""]


def test_closed_accounts_that_go_on_being_billed(county: Exported) -> None:
    ways = set()
    for answer in county.answers("closed_account_billed"):
        customer = answer["customer_id"]
        archive, (meter,) = county.customers[customer], county.meters[customer]
        assert archive["用户状态"] == "已销户"
        late = [bill for bill in county.bills[customer] if bill["起始日期"] > archive["销户日期"]]
        assert late[-1]["截止日期"] == "2026-06-30"
        assert len(late) >= 3
        lines = [line for bill in late for line in county.lines_of[bill["账单号"]]]
        still_used = meter["拆表日期"] == ""
        ways.add(still_used)
        last = county.freezes[customer][-1].day.isoformat()
        if still_used:
            # What is used is billed: only the file is wrong.
            assert answer["valid_from"] == archive["销户日期"] < last
            assert (answer["true_kwh"], answer["energy_yuan"]) == ("0.00", "0.00")
            assert all(Decimal(line["电量"]) > 0 for line in lines)
        else:
            assert last < archive["销户日期"] == meter["拆表日期"]
            empty = ("电能表资产号", "示数类型", "上次示数")
            assert {tuple(line[name] for name in empty) for line in lines} == {("", "", "")}
            assert len({line["电量"] for line in lines}) == 1
            assert Decimal(answer["true_kwh"]) == -sum(Decimal(line["电量"]) for line in lines) < 0
            assert Decimal(answer["energy_yuan"]) == -sum(Decimal(line["金额"]) for line in lines)
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
        customer = answer["customer_id"]
        (meter,) = county.meters[customer]
        broken = [
            (before, after)
            for before, after in pairwise(county.regular[customer])
            if len(set(moved_between(county, before, after))) == 2
        ]
        ((before, after),) = broken
        assert after["电费年月"] == answer["valid_from"][:7].replace("-", "")
        ended, begun = moved_between(county, before, after)
        assert begun.endswith(".00")
        assert Decimal(begun) <= Decimal(spans_of(county, after)[0][3])
        lost = (Decimal(begun) - Decimal(ended)) * Decimal(meter["综合倍率"])
        assert Decimal(answer["true_kwh"]) == lost
        directions.add(lost > 0)
    assert directions == {True, False}


def test_months_billed_that_are_not_those_of_the_bill(county: Exported) -> None:
    keyed = set()
    for answer in county.answers("months_billed_wrongly"):
        bills = county.regular[answer["customer_id"]]
        usual = Counter(bill["计费月数"] for bill in bills).most_common(1)[0][0]
        (odd,) = [bill for bill in bills if bill["计费月数"] != usual]
        assert odd["起始日期"] == answer["valid_from"]
        assert day(odd["截止日期"]) + DAY == day(answer["valid_to"])
        assert gaps(bills) == []
        assert Decimal(answer["true_kwh"]) == 0
        covered = day(odd["截止日期"]) - day(odd["起始日期"]) + DAY
        assert (covered > timedelta(days=31)) == (odd["计费月数"] == "1")
        keyed.add(odd["计费月数"])
    assert keyed == {"1", "2"}


def test_two_month_books_are_two_monthly_for_all_their_customers(county: Exported) -> None:
    innocents = county.customers_of("two_month_book")
    wronged = county.customers_of("months_billed_wrongly", "energised_but_never_billed")
    books = {county.customers[customer]["抄表段编号"] for customer in innocents}
    for customer, archive in county.customers.items():
        if archive["抄表段编号"] not in books:
            assert customer not in innocents
            continue
        assert customer in innocents | wronged
        bills = county.bills[customer]
        assert len(bills) == len(county.readings[customer]) <= 13
        for bill in bills:
            first, last = day(bill["起始日期"]), day(bill["截止日期"])
            touched = (last.year - first.year) * 12 + last.month - first.month + 1
            if customer in innocents:
                assert bill["计费月数"] == str(touched)
    assert len(books) >= 2
    full = [b for c in innocents for b in county.bills[c] if b["计费月数"] == "2"]
    assert len(full) > 100


def test_accounts_supplied_and_never_billed(county: Exported) -> None:
    for answer in county.answers("energised_but_never_billed"):
        customer = answer["customer_id"]
        assert customer not in county.bills
        assert customer not in county.readings
        rows = county.freezes[customer]
        used = Decimal(rows[-1].forward - rows[0].forward).scaleb(-2)
        assert Decimal(answer["true_kwh"]) >= used - HUNDREDTH > 0
        assert county.customers[customer]["用户状态"] == "正常用电"
