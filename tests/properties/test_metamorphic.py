"""However the same facts come, are cut and are counted, the same is found."""

from __future__ import annotations

import random
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import sqlglot.expressions as exp

from jicha.inspection.content import load_catalogue
from jicha.inspection.innocence import checks_of, load_checks
from jicha.inspection.organisation import organisation_tree
from jicha.inspection.parameter import load_overrides
from jicha.inspection.policy import RunPolicy
from jicha.inspection.run_topic import SweepWindow, TopicResult, run_topic
from jicha.inspection.sweep import SweepOptions
from jicha.inspection.topic import load_topics
from jicha.kernel.period import Month
from jicha.warehouse.build import build
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.model import Mart, setting_rows
from jicha.warehouse.slices import Store, Window, swapped

from .conftest import Once
from .counties import (
    DAILY,
    EVERY_TOPIC,
    MIDDLE,
    READINGS,
    ROOTS,
    SOURCES,
    Stand,
    exports,
    files_of,
    month_of_file,
    read_csv,
    seen,
    split_by_days,
    tables,
    write_csv,
)

CATALOGUE = load_catalogue(ROOTS)
TOPICS = load_topics(CATALOGUE)
Rows = Counter[tuple[Any, ...]]
#: A county of ninety customers has one feeder a station: nothing can be cut over from one to another. What the money
#: topics look for is not planted in it: they are held to having nothing to say however it is cut, and the scorecard
#: to what they find.
QUIET = {"losses/grid_change_not_followed", "reading/rate_registers_do_not_add_up"} | {
    name for name in TOPICS if name.startswith(("accounting/", "base_data/", "business/", "tariff/"))
}
#: No source fills what one reads yet; the county has no resident on tiers and time of use at once.
EMPTY = {"mart.shared_quantity", "mart.tier_band_charge"}


def test_the_county_has_something_to_find(once: Once) -> None:
    """What is compared below is not nothing."""
    found = once.stand.results.findings()
    assert {row["topic"] for row in found} >= set(once.record.topics) - QUIET
    assert once.stand.results.cleared()
    assert once.record.is_retrospective is False
    for name in CATALOGUE.marts.keys() - EMPTY:
        assert any(pq.read_metadata(piece.path).num_rows for piece in built_store(once).pieces(name)), name


# -- whole = sum of buckets ---------------------------------------------------------------------------


def built_store(once: Once) -> Store:
    """A store of the county with every mart built; nothing is left to build but marts no topic reads."""
    store = once.stand.store(CATALOGUE)
    if once.built is None:
        engine = DuckDBEngine([once.stand.workspace.lake], threads=1)
        store.catalogue = CATALOGUE.resolved(organisation_tree(store, engine).parents)
        report = build(list(CATALOGUE.marts.values()), store, engine)
        engine.close()
        assert report.blocked == {}
        once.built = store
    store.catalogue, store.built = once.built.catalogue, dict(once.built.built)
    return store


def rows_of(store: Store, name: str) -> Rows:
    return Counter(row for piece in store.pieces(name) for row in _file_rows(piece.path))


def _file_rows(path: Path) -> Iterator[tuple[Any, ...]]:
    table = pq.ParquetFile(path).read()
    return zip(*(column.to_pylist() for column in table.columns), strict=True)


def test_the_number_of_buckets_changes_nothing(once: Once, tmp_path: Path) -> None:
    stand = Stand.new(tmp_path / "workspace", buckets=1)
    stand.take(files_of(once.exports))
    record = stand.sweep()
    assert stand.head.lake_digest == once.stand.head.lake_digest
    other = Once(once.exports, stand, record)
    store, expected = built_store(other), built_store(once)
    assert len(store.buckets()) == 1 < len(expected.buckets())
    for name in CATALOGUE.marts:
        assert rows_of(store, name) == rows_of(expected, name), name
    assert seen(stand.results.findings()) == seen(once.stand.results.findings())
    assert record.findings_digest == once.record.findings_digest
    assert record.fingerprint == once.record.fingerprint
    assert cleared(stand) == cleared(once.stand)
    assert audits(record.audits) == audits(once.record.audits)


def cleared(stand: Stand) -> list[dict[str, Any]]:
    return stand.results.cleared()


def audits(found: Iterable[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted((each["relation"], each["audit"], each["violations"]) for each in found)


# -- a slice alone = the whole restricted to it -------------------------------------------------------


def rows_alone(
    mart: Mart, store: Store, engine: DuckDBEngine, bucket: int | None, window: Window | None
) -> Rows:
    """The mart's SELECT over one bucket and the months it may read for `window`; None: over everything."""
    reading = window.widened(mart.lookback_months, mart.lookahead_months) if window else None
    queries = {read: store.query(engine, read, bucket, reading) for read in mart.reads if read != "setting"}
    if mart.settings:
        queries["setting"] = engine.register(
            "setting", mart.setting_relation.columns, setting_rows(mart.settings)
        )
    columns = [exp.column(name, quoted=True) for name in mart.columns]
    inner = exp.alias_(exp.Subquery(this=swapped(mart.tree, queries)), "result", table=True)
    return Counter(engine.rows(exp.Select(expressions=columns).from_(inner)))


def in_month(mart: Mart, rows: Rows, month: Month) -> Rows:
    assert mart.partition_on is not None
    place = list(mart.columns).index(mart.partition_on)
    return Counter(
        {row: n for row, n in rows.items() if month.first <= as_date(row[place]) < month.next.first}
    )


def as_date(value: date) -> date:
    return date(value.year, value.month, value.day)


def of_bucket(mart: Mart, rows: Rows, customers: set[str]) -> Rows:
    place = list(mart.columns).index("customer_id")
    return Counter({row: n for row, n in rows.items() if row[place] in customers})


def customers_of(store: Store, bucket: int | None) -> set[str]:
    files = [piece.path for piece in store.select("core.customer", bucket, None)]
    return {
        row["customer_id"] for path in files for row in pq.ParquetFile(path).read(["customer_id"]).to_pylist()
    }


@pytest.mark.parametrize("name", sorted(CATALOGUE.marts))
def test_a_slice_of_a_mart_alone_is_the_whole_restricted_to_it(once: Once, name: str) -> None:
    mart, store = CATALOGUE.marts[name], built_store(once)
    engine = DuckDBEngine([once.stand.workspace.lake], threads=1)
    whole = rows_alone(mart, store, engine, None, None)
    assert bool(whole) is (name not in EMPTY)
    # What the sweep built, in statements of several months, is the whole and nothing else.
    if mart.view is None:
        assert rows_of(store, name) == whole
    buckets = store.buckets() if mart.reach == "customer" else (None,)
    months = store.months(mart.reads) if mart.partition_on else None
    for place, bucket in enumerate(buckets):
        mine = whole if bucket is None else of_bucket(mart, whole, customers_of(store, bucket))
        if months is None:
            assert rows_alone(mart, store, engine, bucket, None) == mine, bucket
            continue
        # Every month once, each bucket's months in turn with those of the others.
        for month in months.months[place :: len(buckets)]:
            alone = rows_alone(mart, store, engine, bucket, Window(month, month))
            assert in_month(mart, alone, month) == in_month(mart, mine, month), (bucket, month)
    engine.close()


@pytest.mark.parametrize("name", sorted(TOPICS))
def test_a_bucket_of_a_topic_alone_is_the_whole_restricted_to_it(
    once: Once, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic, store = TOPICS[name], built_store(once)
    engine = DuckDBEngine([once.stand.workspace.lake], threads=1)
    tree, overrides = organisation_tree(store, engine), load_overrides(ROOTS)
    window = SweepWindow(
        date.fromisoformat(once.record.as_of_on), date.fromisoformat(once.record.window_from_on)
    )
    listed = checks_of(topic, load_checks(CATALOGUE))
    policy = RunPolicy.resolved([topic, *listed], CATALOGUE, overrides, tree, window.as_of_on)
    policies = policy.queries(engine, CATALOGUE)
    by_bucket = run_topic(topic, listed, store, engine, window, policy.values, policies)
    monkeypatch.setattr(store, "buckets", lambda: (None,))
    whole = run_topic(topic, listed, store, engine, window, policy.values, policies)
    engine.close()
    assert told(by_bucket) == told(whole)
    if topic.header.status in ("active", "trial") and name not in QUIET:
        assert whole.hits or whole.cleared_hits


def told(result: TopicResult) -> tuple[list[str], list[str], list[str]]:
    """Hits, cleared hits and why, as texts in a fixed order."""
    return (
        sorted(repr(hit) for hit in result.hits),
        sorted(repr(hit) for hit in result.cleared_hits),
        sorted(repr((each.hit, each.check.name, each.alibi)) for each in result.cleared),
    )


# -- full = incremental -------------------------------------------------------------------------------


def evidenced(stand: Stand, run: int) -> list[tuple[str, str, str]]:
    """Topic, key and digest of all its evidence, of every finding that does not rest on a balance."""
    return sorted(
        (row["topic"], row["finding_key"], row["observation_digest"])
        for row in stand.results.findings(run)
        if not row["topic"].startswith("losses/") and row["topic"] != "reading/sudden_drop"
    )


def test_month_by_month_ends_where_one_delivery_does(once: Once, tmp_path: Path) -> None:
    """Masters and eight months at once, then month by month, one of them in files of five days."""
    months = sorted({month_of_file(path.stem) or "" for path in tables(once.exports, DAILY)})
    stand = Stand.new(tmp_path / "workspace", buckets=2)
    stand.take(files_of(once.exports, lambda stem: (month_of_file(stem) or "") <= months[7]))
    stand.sweep()
    middle = None
    for place, month in enumerate(months[8:]):
        files = files_of(once.exports, lambda stem, month=month: month_of_file(stem) == month)  # type: ignore[misc]
        if place == 3:
            daily = tables(once.exports, DAILY, month)
            for part in [part for path in daily for part in split_by_days(path, tmp_path / "days", 5)]:
                stand.take({"ami_zh": [part]})
            files["ami_zh"] = [path for path in files["ami_zh"] if path not in daily]
        stand.take(files)
        if month == months[MIDDLE]:
            # Some bills carry a later month already: the business date is said, not taken from them.
            middle = stand.sweep(SweepOptions(as_of=Month.parse(f"{month[:4]}-{month[4:]}").last))
    last = stand.sweep()
    assert stand.head.lake_digest == once.stand.head.lake_digest
    assert seen(stand.results.findings()) == seen(once.stand.results.findings())
    assert last.findings_digest == once.record.findings_digest
    assert last.fingerprint == once.record.fingerprint
    assert cleared(stand) == cleared(once.stand)
    again = stand.sweep()
    assert (again.findings_digest, again.built) == (last.findings_digest, [])

    # A look back to that day, on all that came since, finds what was found then.
    assert middle is not None
    as_of = date.fromisoformat(middle.as_of_on)
    back = stand.sweep(SweepOptions(as_of=as_of))
    assert back.is_retrospective
    assert seen(stand.results.findings(back.run)) == seen(stand.results.findings(middle.run))
    # To the last figure of their evidence, but for what rests on an area's balance: a gap in a meter's readings over
    # the end of the month is shared out among its days only when the reading after it has come.
    assert evidenced(stand, back.run) == evidenced(stand, middle.run)
    # And so does a sweep of the manifest of that day.
    known = stand.sweep(SweepOptions(as_of=as_of, known_at=middle.manifest))
    assert (known.findings_digest, known.fingerprint) == (middle.findings_digest, middle.fingerprint)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Fewer customers and months: orders of delivery are many."""
    folder = tmp_path_factory.mktemp("small")
    out = exports(folder / "exports", customers=60, months=9, seed=4, faults=EVERY_TOPIC)
    stand = Stand.new(folder / "workspace")
    stand.take(files_of(out))
    record = stand.sweep()
    assert len(record.topics) == len([t for t in TOPICS.values() if t.header.status in ("active", "trial")])
    return Once(out, stand, record)


@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_files_changes_nothing(small: Once, tmp_path: Path, seed: int) -> None:
    """Files in any order, in any batches, masters last or in between; the metering data even first."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    files = [(source, path) for source, paths in files_of(small.exports).items() for path in paths]
    chance.shuffle(files)
    cuts = sorted(chance.sample(range(1, len(files)), 2 + seed))
    stand = Stand.new(tmp_path / "workspace")
    for first, last in zip([0, *cuts], [*cuts, len(files)], strict=True):
        batch = files[first:last]
        for source in chance.sample(SOURCES, len(SOURCES)):
            stand.take({source: [path for of, path in batch if of == source]})
    record = stand.sweep()
    assert stand.head.lake_digest == small.stand.head.lake_digest
    assert seen(stand.results.findings()) == seen(small.stand.results.findings())
    assert record.findings_digest == small.record.findings_digest
    assert record.fingerprint == small.record.fingerprint
    assert cleared(stand) == cleared(small.stand)


def test_one_mistyped_date_costs_one_reading(small: Once, tmp_path: Path) -> None:
    """One digit wrong in one of thousands of rows: it may be refused, it may not take the sweep with it.

    What is found at everybody else stays the same, and no month that holds nothing is built.
    """
    out = shutil.copytree(small.exports, tmp_path / "exports")
    path = tables(out, READINGS, "202604")[0]
    readings = read_csv(path)
    # A delivery ends with rows that no reader can take.
    mistyped = [row for row in readings if re.fullmatch("[0-9.]+", row["本次示数"])][-1]
    point = mistyped["计量点编号"]
    mistyped["抄表日期"] = "2046-01-31"
    write_csv(path, readings)
    wrong = Stand.new(tmp_path / "wrong")
    wrong.take(files_of(out))
    record = wrong.sweep()
    assert of_others(wrong, point) == of_others(small.stand, point)
    assert len(record.built) <= 2 * len(small.record.built)


def of_others(stand: Stand, point: str) -> list[tuple[Any, ...]]:
    """What is found elsewhere; the losses of an area are also those of the point in it."""
    found = seen(stand.results.findings())
    return [row for row in found if row[1] != point and not row[0].startswith("losses/")]
