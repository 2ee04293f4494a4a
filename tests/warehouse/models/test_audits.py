"""Audits count what a brute force counts, stop what must stop, and look only at what changed."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jicha.warehouse.audits import AuditResult, failure
from jicha.warehouse.core import Audit

from .auditing import CODES, FIRST, Bench, Row, audit, open_bench, stay


@pytest.fixture(scope="module")
def shared() -> Iterator[Bench]:
    """One bench for all examples of a property; the cache is emptied by each."""
    path = Path(tempfile.mkdtemp())
    with open_bench(path) as bench:
        yield bench
    shutil.rmtree(path)


# -- brute force --------------------------------------------------------------------------------------

_ids = st.sampled_from(["a", "b", "c", "d"])
_days = st.integers(0, 12).map(lambda day: FIRST + timedelta(days=day))
_rows: st.SearchStrategy[list[Row]] = st.lists(
    st.tuples(
        st.none() | _ids,
        st.none() | _ids,
        st.sampled_from([FIRST, date(2026, 2, 1)]),
        st.none() | _days,
        st.none() | _days,
        st.none() | st.decimals(Decimal(-2), Decimal(2), places=2),
        st.none() | st.sampled_from([*sorted(CODES), "other", "", "'"]),
    ),
    max_size=14,
)


def row_rules(row: Row) -> dict[str, bool]:
    """The rules on single rows, by what is wrong; a null breaks nothing but `not_null`."""
    bill, customer, _, start, end, kwh, code = row
    return {
        "not_null": bill is None or customer is None,
        "in_list": code is not None and code not in CODES,
        "not_negative": kwh is not None and kwh < 0,
        "ordered": start is not None and end is not None and start >= end,
    }


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=_rows, buckets=st.sampled_from([1, 2, 3]))
def test_rules_on_single_rows(shared: Bench, rows: list[Row], buckets: int) -> None:
    shared.cache.unlink(missing_ok=True)
    shared.put(rows, buckets=buckets)
    counted = shared.count(
        audit("not_null", "bill_id", "customer_id"),
        audit("in_list", "bill_type_code"),
        audit("not_negative", "billed_kwh"),
        audit("ordered", "from_on", "to_on"),
    )
    broken = [row_rules(row) for row in rows]
    assert counted == [sum(each[rule] for each in broken) for rule in row_rules_order()]


def row_rules_order() -> list[str]:
    return ["not_null", "in_list", "not_negative", "ordered"]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=_rows, buckets=st.sampled_from([1, 2, 3]))
def test_unique(shared: Bench, rows: list[Row], buckets: int) -> None:
    """Every row beyond the first of its key, wherever the rows lie."""
    shared.cache.unlink(missing_ok=True)
    shared.put(rows, buckets=buckets)
    counted = shared.count(
        audit("unique", "customer_id", "bill_id"), audit("unique", "bill_id"), audit("unique", "from_on")
    )
    keys = ([(r[1], r[0]) for r in rows], [r[0] for r in rows], [r[3] for r in rows])
    assert counted == [sum(count - 1 for count in Counter(each).values()) for each in keys]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=_rows, customers=st.lists(_ids, unique=True), buckets=st.sampled_from([1, 2, 3]))
def test_references(shared: Bench, rows: list[Row], customers: list[str], buckets: int) -> None:
    """A row that names what is not there, wherever that would lie; a null names nothing."""
    shared.cache.unlink(missing_ok=True)
    shared.put(rows, buckets=buckets)
    shared.put_customers(customers, buckets=buckets)
    counted = shared.count(
        audit("references", "customer_id", to="core.customer"),
        # A column that happens to hold the key of a customer of another bucket.
        audit("references", "bill_id", to="core.customer"),
    )
    assert counted == [
        sum(row[place] is not None and row[place] not in customers for row in rows) for place in (1, 0)
    ]


def overlapping(rows: Sequence[Row], group: int) -> int:
    """Rows that are empty or reversed, or begin before one earlier in their group has ended."""
    count = 0
    groups: dict[object, list[tuple[date, date]]] = {}
    for row in rows:
        groups.setdefault(row[group], []).append((row[3] or FIRST, row[4] or FIRST))
    for spans in groups.values():
        latest: date | None = None
        for start, end in sorted(spans):
            count += start >= end or (latest is not None and latest > start)
            latest = end if latest is None else max(latest, end)
    return count


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=_rows, buckets=st.sampled_from([1, 2, 3]))
def test_spans(shared: Bench, rows: list[Row], buckets: int) -> None:
    """Spans of one group do not overlap, not even where one lies inside another or in another bucket."""
    whole = [(r[0] or "a", r[1] or "a", r[2], r[3] or FIRST, r[4] or FIRST, r[5], r[6]) for r in rows]
    shared.cache.unlink(missing_ok=True)
    shared.put(whole, buckets=buckets)
    counted = shared.count(
        audit("spans", "from_on", "to_on", by=("customer_id",)),
        audit("spans", "from_on", "to_on", by=("bill_id",)),
    )
    assert counted == [overlapping(whole, 1), overlapping(whole, 0)]


# -- the same, as small examples ----------------------------------------------------------------------


def test_one_meter_at_two_customers_at_once(bench: Bench) -> None:
    """The group of the rule is not the customer: neighbours in other buckets belong to it."""
    rows = [stay("m1", "a", 0, 10), stay("m1", "b", 5, 20)]
    for buckets in (1, 2):
        bench.put(rows, buckets=buckets)
        assert bench.count(audit("spans", "from_on", "to_on", by=("bill_id",))) == [1], buckets


def test_a_span_inside_an_earlier_one(bench: Bench) -> None:
    bench.put([stay("x", "a", 0, 30), stay("y", "a", 1, 2), stay("z", "a", 5, 6)])
    assert bench.count(audit("spans", "from_on", "to_on", by=("customer_id",))) == [2]


def test_touching_spans_do_not_overlap(bench: Bench) -> None:
    bench.put([stay("x", "a", 0, 3), stay("y", "a", 3, 5), stay("z", "a", 7, 8)])
    assert bench.count(audit("spans", "from_on", "to_on", by=("customer_id",))) == [0]


# -- levels -------------------------------------------------------------------------------------------


def test_an_error_stops_and_a_warning_is_counted() -> None:
    def result(level: Any, violations: int) -> AuditResult:
        return AuditResult("core.bill", Audit(check="unique", columns=("bill_id",), level=level), violations)

    assert failure([result("warning", 9), result("error", 0)]) is None
    failed = failure([result("warning", 9), result("error", 1234), result("error", 1)])
    assert failed is not None
    assert failed.text.en == "core.bill: 1,234 rows break unique(bill_id)"
    assert failed.text.zh == "core.bill: 1,234 行不符合 unique(bill_id)"
