"""Rows that share a key: which one stands, and what becomes of the others.

The greatest origin wins (file name, then row; then content, should two systems use one file name). The rule
looks at the rows alone, so any order and any batching of the same files ends with the same rows. A loser with
the winner's content is a duplicate, any other is superseded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jicha.warehouse.engines.duckdb import quoted
from jicha.warehouse.engines.raw_rows import new_set_aside, quarantine_query
from jicha.warehouse.engines.staging import Staging, TableShape
from jicha.warehouse.engines.store import Store, parquet, row_text


@dataclass
class Losers:
    """Rows that lost, by file of origin. `earlier_*` are rows that stood in the lake until now."""

    duplicate: Counter[str] = field(default_factory=Counter)
    superseded: Counter[str] = field(default_factory=Counter)
    earlier_duplicate: Counter[str] = field(default_factory=Counter)
    earlier_superseded: Counter[str] = field(default_factory=Counter)


@dataclass
class Contest:
    """Leaves two tables on the connection: `clash` (hashes of keys that occur more than once) and
    `contender` (the rows of those keys, `_rank` 1 the winner). Nearly always both are empty, and then no row
    is sorted or compared."""

    store: Store
    shape: TableShape

    def begin(self) -> None:
        self.store.run("CREATE OR REPLACE TEMP TABLE clash (h UBIGINT)")

    def look(self, staging: Staging, earlier: Sequence[Path], months: Iterable[str] | None) -> None:
        """Notes the keys that occur more than once among new rows (of these months) and earlier files."""
        incoming = f"SELECT {self._hash()} AS h FROM {staging.relation}"
        if months is not None:
            incoming += f" WHERE _month IN ({', '.join(repr(month) for month in months)})"
        standing = f" UNION ALL SELECT {self._hash()} FROM {parquet(earlier)}" if earlier else ""
        self.store.run(
            f"INSERT INTO clash SELECT h FROM ({incoming}{standing}) GROUP BY h HAVING count(*) > 1"
        )

    def decide(self, staging: Staging, earlier: Sequence[Path]) -> Losers:
        """Ranks the rows of the noted keys. `earlier` are the files in which such keys may stand."""
        incoming = f"SELECT {self.shape.listed()}, _month, _bucket, true AS _is_new FROM {staging.relation}"
        standing = (
            f" UNION ALL SELECT {self.shape.listed('e.')}, f._month, f._bucket, false "
            f"FROM {parquet(earlier, with_name=True)} AS e JOIN lake_file AS f USING (filename)"
            if earlier
            else ""
        )
        key = ", ".join(quoted(name) for name in self.shape.key)
        order = f"PARTITION BY {key} ORDER BY origin_file DESC, origin_row DESC, _content DESC"
        text = row_text(self.shape.columns)
        self.store.run(
            f"CREATE OR REPLACE TEMP TABLE contender AS "
            f"SELECT *, row_number() OVER w AS _rank, first_value(_content) OVER w AS _winning, "
            f"first_value(origin_file) OVER w AS _winning_file, "
            f"first_value(origin_row) OVER w AS _winning_row "
            f"FROM (SELECT *, md5({text}) AS _content FROM ({incoming}{standing}) WHERE {self.is_clash()}) "
            f"WINDOW w AS ({order})"
        )
        return self._losers()

    @property
    def is_needed(self) -> bool:
        return self.store.count("clash") > 0

    def is_clash(self) -> str:
        return f"{self._hash()} IN (SELECT h FROM clash)"

    def write_superseded(self, path: Path, *, source: str, raw_table: str, files: Iterable[str]) -> bool:
        """Writes the superseded rows that came from these files as quarantine; False where there are none."""
        new_set_aside(self.store)
        key = " || ' ' || ".join(f"CAST({quoted(name)} AS VARCHAR)" for name in self.shape.key)
        winner = "_winning_file || ' ' || _winning_row"
        self.store.hold("of_file", {"file": "text"}, [(file,) for file in files])
        self.store.run(
            f"INSERT INTO set_aside SELECT origin_file, origin_row, NULL, "
            f"'{self.shape.name}: ' || {key} || ' <- ' || {winner}, 'superseded', 'superseded' "
            f"FROM contender WHERE _rank > 1 AND _content <> _winning "
            f"AND origin_file IN (SELECT file FROM of_file)"
        )
        if not self.store.count("set_aside"):
            return False
        self.store.write_parquet(quarantine_query(source, raw_table), path)
        return True

    def _losers(self) -> Losers:
        losers = Losers()
        for file, is_new, is_same, count in self.store.rows(
            "SELECT origin_file, _is_new, _content = _winning, count(*) FROM contender "
            "WHERE _rank > 1 GROUP BY ALL"
        ):
            if is_new:
                (losers.duplicate if is_same else losers.superseded)[file] += count
            else:
                (losers.earlier_duplicate if is_same else losers.earlier_superseded)[file] += count
        return losers

    def _hash(self) -> str:
        return f"hash({', '.join(quoted(name) for name in self.shape.key)})"
