"""Audits count what a brute force counts, stop what must stop, and look only at what changed."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlglot.expressions as exp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jicha.warehouse.audits import PIECES_PER_STATEMENT, AuditCache, AuditResult, audit_relation, failure
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.core import Audit
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.lake import sweep_leftovers
from jicha.warehouse.slices import Store

from .houses import BILL_COLUMNS, House, Lake

Row = tuple[str | None, str | None, date, date | None, date | None, Decimal | None, str | None]
FIRST = date(2026, 1, 1)
CODES = {"regular", "it's"}


class Counting:
    """An engine that says how many statements it ran."""

    name = "counting"

    def __init__(self, engine: DuckDBEngine) -> None:
        self.engine = engine
        self.statements = 0

    def rows(self, query: exp.Query) -> list[tuple[Any, ...]]:
        self.statements += 1
        return self.engine.rows(query)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)


@dataclass(repr=False)
class Bench:
    """One lake, audited again and again; rows are put as (bucket, month) -> rows."""

    lake: Lake
    catalogue: Catalogue
    engine: Counting
    cache: Path

    def put(
        self, rows: Sequence[Row], *, buckets: int = 2, months: int = 2, table: str = "core.bill"
    ) -> None:
        """Spreads rows over buckets by customer and over months by their month; every piece is replaced."""
        placed: dict[tuple[int, str], list[Row]] = {}
        for bucket in range(buckets):
            for month in range(months):
                placed[bucket, f"2026-{month + 1:02d}"] = []
        for row in rows:
            month = f"2026-{min(row[2].month, months):02d}"
            placed[_bucket(row[1], buckets), month].append(row)
        self.lake.parts = {key: part for key, part in self.lake.parts.items() if key[0] != table}
        for (bucket, month), found in placed.items():
            self.lake.put(table, BILL_COLUMNS, found, month=month, bucket=bucket)

    def put_customers(self, ids: Sequence[str], *, buckets: int = 2) -> None:
        for bucket in range(buckets):
            rows = [(each, "t1") for each in ids if _bucket(each, buckets) == bucket]
            self.lake.put("core.customer", {"customer_id": "text", "area_id": "text"}, rows, bucket=bucket)

    @property
    def store(self) -> Store:
        return self.lake.store(self.catalogue)

    def count(self, *audits: Audit, name: str = "core.bill") -> list[int]:
        cache = AuditCache(self.cache)
        found = audit_relation(name, audits, self.store, self.engine, self.catalogue.lexicon, cache)
        cache.save()
        assert [result.audit for result in found] == list(audits)
        return [result.violations for result in found]


def _bucket(customer: str | None, buckets: int) -> int:
    return (ord(customer[-1]) if customer else 0) % buckets


@contextmanager
def open_bench(path: Path) -> Iterator[Bench]:
    house = House(path / "house")
    lake = Lake.new(path / "workspace", buckets=3)
    engine = lake.engine()
    yield Bench(lake, house.catalogue, Counting(engine), path / "audits.json")
    engine.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with open_bench(tmp_path) as bench:
        yield bench


@pytest.fixture(scope="module")
def shared() -> Iterator[Bench]:
    """One bench for all examples of a property; the cache is emptied by each."""
    path = Path(tempfile.mkdtemp())
    with open_bench(path) as bench:
        yield bench
    shutil.rmtree(path)


def audit(check: Any, *columns: str, to: str | None = None, by: tuple[str, ...] = ()) -> Audit:
    return Audit(check=check, columns=columns, level="warning", to=to, by=by)


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


def stay(bill: str, customer: str, first: int, last: int) -> Row:
    return (bill, customer, FIRST, FIRST + timedelta(first), FIRST + timedelta(last), Decimal(1), "regular")


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


# -- what is remembered -------------------------------------------------------------------------------

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
    cache.save()
    assert [path.name for path in bench.lake.workspace.lake.glob("*audits*")] == ["audits.json"]


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_no_rules_no_statement(bench: Bench) -> None:
    bench.put(some_rows(), months=3)
    assert bench.count() == []
    assert bench.engine.statements == 0
