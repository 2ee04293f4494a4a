"""Audits look only at what changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlglot.expressions as exp

from jicha.warehouse.audits import PIECES_PER_STATEMENT, AuditCache
from jicha.warehouse.lake import sweep_leftovers

from .auditing import FIRST, Bench, Row, audit, stay
from .houses import BILL_COLUMNS, House

ALL = (
    audit("not_null", "bill_id"),
    audit("not_negative", "billed_kwh"),
    audit("unique", "customer_id", "bill_id"),
    audit("references", "customer_id", to="core.customer"),
)


def some_rows(months: int = 3) -> list[Row]:
    return [
        (f"{customer}{month}", customer, date(2026, month, 1), None, None, Decimal(-month), "regular")
        for customer in "abcd"
        for month in range(1, months + 1)
    ]


def test_what_did_not_change_is_not_counted_again(bench: Bench) -> None:
    bench.put(some_rows(), months=3)
    bench.put_customers(["a", "b", "c"])
    first = bench.count(*ALL)
    assert first == [0, 12, 0, 3]
    asked = bench.engine.statements
    assert asked > 0
    assert bench.count(*ALL) == first
    assert bench.engine.statements == asked


def test_one_new_piece_is_counted_alone(bench: Bench) -> None:
    rows = some_rows()
    bench.put(rows, months=3)
    bench.count(audit("not_negative", "billed_kwh"))
    asked = bench.engine.statements
    bench.put([*rows, ("a9", "a", date(2026, 3, 1), None, None, Decimal(-9), "regular")], months=3)
    scanned = watch_scans(bench)
    assert bench.count(audit("not_negative", "billed_kwh")) == [13]
    assert bench.engine.statements == asked + 1
    assert len(scanned) == 1


def watch_scans(bench: Bench) -> list[Path]:
    """Files scanned from now on."""
    scanned: list[Path] = []
    engine = bench.engine.engine
    plain = engine.scan

    def scan(files: Sequence[Path], columns: Any) -> exp.Query:
        scanned.extend(files)
        return plain(files, columns)

    bench.engine.scan = scan  # type: ignore[attr-defined]
    return scanned


def test_rules_between_rows_are_counted_again_only_in_their_bucket(bench: Bench) -> None:
    rows = some_rows()
    bench.put(rows, months=3)
    bench.count(audit("unique", "customer_id", "bill_id"))
    asked = bench.engine.statements
    bench.put([*rows, rows[0]], months=3)
    assert bench.count(audit("unique", "customer_id", "bill_id")) == [1]
    assert bench.engine.statements == asked + 1


def test_a_changed_target_is_looked_at_again(bench: Bench) -> None:
    rule = audit("references", "customer_id", to="core.customer")
    bench.put(some_rows(), months=3)
    bench.put_customers(["a", "b", "c"])
    assert bench.count(rule) == [3]
    bench.put_customers(["a", "b", "c", "d"])
    assert bench.count(rule) == [0]
    bench.put_customers(["a"])
    assert bench.count(rule) == [9]


def test_another_rule_of_the_same_columns_is_another_count(bench: Bench) -> None:
    bench.put([stay("x", "a", 0, 3), stay("x", "b", 0, 3)])
    assert bench.count(audit("unique", "bill_id"), audit("unique", "customer_id")) == [1, 0]
    by_bill = audit("spans", "from_on", "to_on", by=("bill_id",))
    by_customer = audit("spans", "from_on", "to_on", by=("customer_id",))
    assert bench.count(by_bill, by_customer) == [1, 0]
    assert bench.count(by_customer, by_bill) == [0, 1]


def test_a_grown_code_list_is_counted_anew(bench: Bench) -> None:
    bench.put([("x", "a", FIRST, None, None, None, "new")])
    assert bench.count(audit("in_list", "bill_type_code")) == [1]
    house = House(bench.cache.parent / "grown", {"lexicon/codes/bill_type.csv": "code,en,zh\nnew,New,新\n"})
    bench.catalogue = house.catalogue
    assert bench.count(audit("in_list", "bill_type_code")) == [0]


def test_pieces_without_rows(bench: Bench) -> None:
    bench.put([], buckets=3, months=3)
    bench.put_customers([])
    assert bench.count(*ALL) == [0, 0, 0, 0]
    asked = bench.engine.statements
    assert bench.count(*ALL) == [0, 0, 0, 0]
    assert bench.engine.statements == asked


def test_a_relation_without_pieces(bench: Bench) -> None:
    assert bench.count(*ALL) == [0, 0, 0, 0]
    bench.put(some_rows(), months=3)
    # No customer at all: every row names one that is not there.
    assert bench.count(audit("references", "customer_id", to="core.customer")) == [12]


@pytest.mark.parametrize("buckets", [1, 3])
def test_more_pieces_than_one_statement_takes(bench: Bench, buckets: int) -> None:
    count = PIECES_PER_STATEMENT + 5
    for number in range(count):
        row = (f"x{number}", "a", FIRST, None, None, Decimal(-1), "regular")
        month = f"{2020 + number // 12}-{number % 12 + 1:02d}"
        bench.lake.put("core.bill", BILL_COLUMNS, [row] * (number % 3), month=month, bucket=number % buckets)
    expected = sum(number % 3 for number in range(count))
    rules = (audit("not_negative", "billed_kwh"), audit("not_null", "bill_id"))
    assert bench.count(*rules) == [expected, 0]
    assert bench.engine.statements == 2
    assert bench.count(*rules) == [expected, 0]
    assert bench.engine.statements == 2


def test_a_cache_forgets_what_nobody_asked_for(bench: Bench) -> None:
    bench.put(some_rows(), months=3)
    bench.count(*ALL)
    sizes = [len(json.loads(bench.cache.read_text()))]
    bench.put(some_rows(1), months=1)
    bench.count(*ALL)
    sizes.append(len(json.loads(bench.cache.read_text())))
    assert sizes[1] < sizes[0]


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', '{"k": "many"}', "\x00"])
def test_a_damaged_cache_counts_again(bench: Bench, text: str) -> None:
    bench.put(some_rows(), months=3)
    expected = bench.count(*ALL)
    bench.cache.write_text(text)
    assert bench.count(*ALL) == expected


def test_a_killed_save_leaves_nothing_for_ever(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = AuditCache(bench.lake.workspace.lake / "audits.json")
    cache.put("k", 1)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", _killed)
        with pytest.raises(KeyboardInterrupt):
            cache.save()
    sweep_leftovers(bench.lake.workspace)
    assert [path.name for path in bench.lake.workspace.lake.iterdir() if path.is_file()] == []


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_no_rules_no_statement(bench: Bench) -> None:
    bench.put(some_rows(), months=3)
    assert bench.count() == []
    assert bench.engine.statements == 0
