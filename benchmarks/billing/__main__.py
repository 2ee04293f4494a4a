"""Bills re-calculated a second, beside reading their columns, copying the result, and what other programs take.

    .venv/bin/python -m benchmarks.billing [--customers 1000000] [--peers PYTHON]

Twelve months of bills for so many customers (85 % residents on tiers, 8 % single-part by time of use with a power
factor, 7 % two-part) go through the billing marts exactly as a sweep builds them, bucket by bucket, each mart a
Parquet file a month. Measured in the same run on the same two threads: (1) one scan of the same columns from Parquet,
(2) copying the wide result to Parquet once, (3) one tariff by time of use and one by monthly tiers in other programs,
`--peers` being a Python that has `nrel-pysam` and `ts-tariffs`; amounts are first held against each other to the fen.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from benchmarks.billing.bills import BILL, CUSTOMER, INPUT, Bills, bills, simple_bills

from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.build import build
from jicha.warehouse.engines.duckdb import DuckDBEngine

_RESULT, _SEGMENT = "mart.recalculated_bill", "mart.recalculated_bill_segment"
_GIVEN = (INPUT, "mart.billing_reading", BILL, CUSTOMER)
_MONTHS = 12
_EVERY_SECONDS = 0.1
_PEER_CUSTOMERS = 40
_CONTENT = Path(__file__).parent / "content"
#: A bill of a peer is in binary fractions: equal to the fen is all that can be asked.
_HALF_FEN = Decimal("0.005")


def main(customers: int, per_bucket: int, memory: str, peers: Path | None) -> None:
    with tempfile.TemporaryDirectory() as name:
        ours = _ours(Path(name), customers, per_bucket, memory)
        say(
            "ratio",
            f"{ours['rebuild'] / ours['scan']:.1f} times a scan of the same columns ({ours['scan']:.2f} s)",
        )
        say(
            "ratio", f"{ours['rebuild'] / ours['copy']:.1f} times a copy of the result ({ours['copy']:.2f} s)"
        )
    if peers is not None:
        with tempfile.TemporaryDirectory() as name:
            _beside_peers(Path(name), min(customers, 200_000), per_bucket, memory, peers)


def _ours(folder: Path, customers: int, per_bucket: int, memory: str) -> dict[str, float]:
    given = bills(
        folder, ContentRoots.find(), customers=customers, months=_MONTHS, customers_per_bucket=per_bucket
    )
    seconds, peak = _rebuilt(given, memory)
    size = sum(path.stat().st_size for path in given.files)
    say("data", f"{given.count:,} bills of {customers:,} customers, {size / 1e6:,.0f} MB of input")
    say("bills", f"{given.count / seconds:,.0f} a second, {seconds:.1f} s in all, peak {peak / 1e6:,.0f} MB")
    connection = duckdb.connect(config={"threads": 2, "memory_limit": memory})
    _refuse_gaps(connection, given)
    columns = ", ".join(f"max({each})" for each in given.store.catalogue.relation(INPUT).columns)
    started = time.perf_counter()
    connection.execute(
        f"select {columns} from read_parquet({[str(path) for path in given.files]})"
    ).fetchall()
    scan = time.perf_counter() - started
    result = [str(piece.path) for piece in given.store.built[_SEGMENT]]
    started = time.perf_counter()
    target = folder / "copy.parquet"
    connection.execute(f"copy (from read_parquet({result})) to '{target}' (format parquet, compression zstd)")
    return {"rebuild": seconds, "scan": scan, "copy": time.perf_counter() - started}


def _rebuilt(given: Bills, memory: str) -> tuple[float, int]:
    """Seconds and the most memory this process held, in bytes, while the marts were built."""
    catalogue = given.store.catalogue
    marts = [mart for mart in catalogue.upstream({_RESULT}) if mart.name not in _GIVEN]
    engine = DuckDBEngine(
        [given.store.workspace.path], threads=2, memory_limit=memory, temp=given.store.workspace.path
    )
    peak, done = [0], threading.Event()
    watching = threading.Thread(target=_watch, args=(peak, done))
    watching.start()
    started = time.perf_counter()
    report = build(marts, given.store, engine)
    seconds = time.perf_counter() - started
    done.set()
    watching.join()
    engine.close()
    if report.blocked:
        sys.exit(f"blocked: {report.blocked}")
    return seconds, peak[0]


def _watch(peak: list[int], done: threading.Event) -> None:
    while not done.wait(_EVERY_SECONDS):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        peak[0] = max(peak[0], pages * 4096)


def _refuse_gaps(connection: duckdb.DuckDBPyConnection, given: Bills) -> None:
    result = [str(piece.path) for piece in given.store.built[_RESULT]]
    count, reckoned = connection.execute(
        f"select count(*), count(recalculated_yuan) from read_parquet({result})"
    ).fetchall()[0]
    if (count, reckoned) != (given.count, given.count):
        sys.exit(f"of {given.count} bills {count} are there and {reckoned} recalculated")


def _beside_peers(folder: Path, customers: int, per_bucket: int, memory: str, peers: Path) -> None:
    roots = ContentRoots.find([_CONTENT])
    given = simple_bills(folder, roots, customers=customers, months=_MONTHS, customers_per_bucket=per_bucket)
    seconds, _ = _rebuilt(given, memory)
    each = seconds / given.count
    say("simple", f"{given.count:,} bills by time of use or by monthly tiers, {1e6 * each:.2f} µs a bill")
    task, ours = _task(given)
    (folder / "task.json").write_text(json.dumps(task), encoding="utf-8")
    script = Path(__file__).with_name("peers.py")
    command = [str(peers), str(script), str(folder / "task.json")]
    told = subprocess.run(command, capture_output=True, check=True, text=True).stdout  # noqa: S603
    for name, found in json.loads(told).items():
        theirs = [Decimal(repr(amount)) for customer in found["amounts"] for amount in customer]
        worst = max(abs(a - b) for a, b in zip(ours, theirs, strict=True))
        if worst > _HALF_FEN + Decimal("0.000001"):
            sys.exit(f"{name} finds another amount: {worst} yuan apart")
        per_bill = found["seconds"] / len(theirs)
        told_equal = f"{1e6 * per_bill:,.0f} µs a bill over {len(theirs)} bills of equal amounts"
        say(name, f"{told_equal}: {per_bill / each:,.0f} times ours")


def _task(given: Bills) -> tuple[dict[str, Any], list[Decimal]]:
    """The first customers of each tariff for the peers, and what we found for the same bills in the same order."""
    connection = duckdb.connect()
    files = {name: [str(piece.path) for piece in given.store.built[name]] for name in (INPUT, _RESULT)}
    rows = connection.execute(
        "select i.price_code, i.customer_id, i.month_on, cast(i.total_index as double), cast(i.peak_index as double), "
        "cast(i.flat_index as double), cast(i.valley_index as double), r.recalculated_yuan "
        f"from read_parquet({files[INPUT]}) i join read_parquet({files[_RESULT]}) r using (bill_id) "
        f"where cast(i.customer_id as bigint) < {_PEER_CUSTOMERS} order by 1 desc, 2, 3"
    ).fetchall()
    tou: dict[str, list[dict[str, float]]] = {}
    tier: dict[str, list[float]] = {}
    for code, customer, _, total, peak, flat, valley, _ in rows:
        if code == "BN-TOU":
            tou.setdefault(customer, []).append({"peak": peak, "flat": flat, "valley": valley})
        else:
            tier.setdefault(customer, []).append(total)
    law = given.store.catalogue.references
    prices = _law(law["law.energy_price"], register="register_code", value="price_yuan_per_kwh")
    tiers = _law(law["law.tier_price"], register="tier_no", value="price_yuan_per_kwh")
    limits = _law(law["law.tier_limit"], register="tier_no", value="tier_up_to_kwh")
    task = {
        "prices": {name.removeprefix("active_"): float(price) for name, price in prices.items()},
        "limits": [float(limit) for _, limit in sorted(limits.items()) if limit is not None],
        "tier_prices": [float(price) for _, price in sorted(tiers.items())],
        "tou": list(tou.values()),
        "tier": list(tier.values()),
    }
    return task, [row[-1] for row in rows]


def _law(table: Any, *, register: str, value: str) -> dict[Any, Any]:
    """The benchmark's own rows of a table of law."""
    names = list(table.columns)
    place, key, number = (names.index(each) for each in ("jurisdiction_code", register, value))
    return {row[key]: row[number] for row in table.rows if row[place] == "54"}


def say(what: str, text: str) -> None:
    print(f"{what:<20} {text}", flush=True)  # noqa: T201


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--customers-per-bucket", type=int, default=20_000)
    parser.add_argument("--memory", default="1GB", help="what the engine may hold")
    parser.add_argument("--peers", type=Path, help="a Python that has nrel-pysam and ts-tariffs")
    asked = parser.parse_args()
    main(asked.customers, asked.customers_per_bucket, asked.memory, asked.peers)
