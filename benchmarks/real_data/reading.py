"""The published data beside what a workspace made of them, read with SQL of this page's own.

Nothing here uses the product's marts or topics: it is the other side of the comparison.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from benchmarks.real_data.statistics import Group

from jicha.inspection.results import Results
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.workspace import Workspace

#: Invoices a client has: the clients of one row were observed for about as long.
HISTORIES = ((1, 7), (8, 24), (25, 57), (58, None))

#: How an invoice date is really meant: see the map of the source `steg`.
EXCHANGED = (
    "CASE WHEN day(invoice_date) <= 12 THEN make_date(year(invoice_date), day(invoice_date), month(invoice_date)) "
    "ELSE invoice_date::DATE END"
)


@dataclass
class Data:
    """The two published files, in the tables `client` and `invoice` of a connection."""

    db: duckdb.DuckDBPyConnection

    @classmethod
    def open(cls, folder: Path) -> Data:
        db = duckdb.connect()
        db.execute("CREATE TABLE client AS SELECT * FROM read_parquet(?)", [str(folder / "client.parquet")])
        db.execute(
            f"CREATE TABLE invoice AS SELECT *, (file_row_number + 1)::VARCHAR AS bill_id, {EXCHANGED} AS meant_on, "
            "consommation_level_1 + consommation_level_2 + consommation_level_3 + consommation_level_4 AS billed, "
            "(new_index - old_index) * counter_coefficient AS indexed "
            "FROM read_parquet(?, file_row_number = true)",
            [str(folder / "invoice.parquet")],
        )
        histories = " ".join(
            f"WHEN n BETWEEN {low} AND {high or 'n'} THEN {number}"
            for number, (low, high) in enumerate(HISTORIES)
        )
        db.execute(
            f"CREATE TABLE history AS SELECT client_id, CASE {histories} END AS history FROM "
            "(SELECT client_id, count(*) AS n FROM invoice GROUP BY client_id)"
        )
        return cls(db)

    def one(self, sql: str) -> tuple[Any, ...]:
        return self.db.execute(sql).fetchall()[0]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.db.execute(sql).fetchall()

    def dates(self) -> list[tuple[str, int, int, int]]:
        """As written and with day and month exchanged: pairs of bills, broken register chains, invoices dated
        before their client was created."""
        result = []
        for name, dated in (("as written", "invoice_date::DATE"), ("day and month exchanged", "meant_on")):
            pairs, broken = self.one(
                "SELECT count(before), count(*) FILTER (before <> old_index) FROM "
                "(SELECT old_index, lag(new_index) OVER ("
                "PARTITION BY client_id, counter_type, counter_number, tarif_type "
                f"ORDER BY {dated}, new_index, bill_id) AS before FROM invoice)"
            )
            (early,) = self.one(
                f"SELECT count(*) FROM invoice JOIN client USING (client_id) WHERE {dated} < creation_date::DATE"
            )
            result.append((name, pairs, broken, early))
        return result

    def groups(self, found: list[str]) -> list[Group]:
        """Clients by history, and how many of those found and of the frauds are among them."""
        self.db.execute("CREATE OR REPLACE TABLE found (client_id INTEGER)")
        if found:
            self.db.execute("INSERT INTO found SELECT DISTINCT unnest(?)::INTEGER", [found])
        rows = self.rows(
            "SELECT h.history, count(*), count(*) FILTER (c.target = 1), count(f.client_id), "
            "count(f.client_id) FILTER (c.target = 1) FROM client AS c JOIN history AS h USING (client_id) "
            "LEFT JOIN found AS f USING (client_id) GROUP BY h.history ORDER BY h.history"
        )
        return [Group(*counts) for _, *counts in rows]


@dataclass
class Outcome:
    """What a workspace holds after one ingest and one sweep."""

    workspace: Workspace
    manifest: Manifest
    results: Results

    @classmethod
    def of(cls, path: Path) -> Outcome:
        workspace = Workspace.open(path)
        return cls(workspace, Manifest.head(workspace), Results(workspace))

    @property
    def folder(self) -> Path:
        return self.workspace.results / f"{self.results.runs()[-1]:06d}"

    def found(self) -> dict[str, tuple[int, list[str]]]:
        """Findings and the clients they speak of, by topic."""
        rows = duckdb.execute(
            "SELECT topic, count(*), list(DISTINCT customer_id) FROM read_parquet(?) GROUP BY topic",
            [str(self.folder / "findings.parquet")],
        ).fetchall()
        return {topic: (count, clients) for topic, count, clients in rows}

    def quarantine_files(self) -> list[str]:
        named = [entry.quarantine for entry in self.manifest.ledger if entry.quarantine]
        aside = [file for files in self.manifest.set_aside.values() for file in files]
        return [str(self.workspace.path / file) for file in (*named, *aside)]


def fates(data: Data, outcome: Outcome) -> tuple[int, Mapping[str, int]]:
    """Invoices whose index difference times coefficient is not what their tiers add up to, and what became of
    each: exactly one fate for each of them."""
    db = data.db
    files = outcome.quarantine_files()
    db.execute("CREATE OR REPLACE TABLE set_aside (bill_id VARCHAR)")
    if files:
        db.execute(
            "INSERT INTO set_aside SELECT DISTINCT row::VARCHAR FROM read_parquet(?) "
            "WHERE raw_table = 'invoice' AND effect = 'row'",
            [files],
        )
    db.execute(
        "CREATE OR REPLACE TABLE hit AS SELECT topic, event_id, "
        "unnest(from_json(evidence_json, '[\"JSON\"]')) ->> 'bill_id' AS bill_id FROM read_parquet(?)",
        [str(outcome.folder / "findings.parquet")],
    )
    db.execute(
        "CREATE OR REPLACE TABLE clearing AS SELECT topic, check_name, evidence_json ->> 'bill_id' AS bill_id "
        "FROM read_parquet(?)",
        [str(outcome.folder / "cleared.parquet")],
    )
    total, *_ = data.one("SELECT count(*) FROM invoice WHERE indexed <> billed")
    rows = data.rows(
        f"""
        WITH found AS (SELECT DISTINCT bill_id FROM hit WHERE topic = 'reading/billed_energy_differs'),
             fallen AS (SELECT DISTINCT split_part(event_id, '/', 1) AS bill_id FROM hit
                        WHERE topic = 'reading/register_goes_backwards'),
             cleared AS (SELECT bill_id, min(check_name) AS check_name FROM clearing
                         WHERE topic = 'reading/billed_energy_differs' GROUP BY bill_id)
        SELECT CASE WHEN s.bill_id IS NOT NULL THEN 'quarantined: its fields stand one column to the right'
                    WHEN f.bill_id IS NOT NULL THEN 'found by reading/billed_energy_differs'
                    WHEN b.bill_id IS NOT NULL THEN 'found by reading/register_goes_backwards'
                    WHEN c.bill_id IS NOT NULL THEN 'cleared by ' || c.check_name
                    WHEN i.new_index < i.old_index AND i.billed = {_WRAPPED}
                    THEN 'not a fault: the register ran over its end and is billed right'
                    WHEN abs(i.indexed - i.billed) <= 0.001 * abs(i.indexed)
                    THEN 'not judged: the difference is within rounding (min_difference_ratio)'
                    ELSE 'not accounted for' END AS fate, count(*)
        FROM invoice AS i LEFT JOIN set_aside AS s USING (bill_id) LEFT JOIN found AS f USING (bill_id)
             LEFT JOIN fallen AS b USING (bill_id) LEFT JOIN cleared AS c USING (bill_id)
        WHERE i.indexed <> i.billed GROUP BY fate ORDER BY count(*) DESC, fate
        """
    )
    return total, dict(rows)


_WRAPPED = (
    "(i.new_index + 10 ** greatest(length(i.old_index::VARCHAR), 4) - i.old_index) * i.counter_coefficient"
)
