"""Customer buckets: given once, at first sight, by the area of that day, and kept for life.

Neighbours lie together that way, and a customer who is later linked to another area stays where his history
is. The map is a Parquet file of its own (`customer_id`, `bucket`), immutable like all others; a manifest
names the one that holds.
"""

from __future__ import annotations

from pathlib import Path

from jicha.warehouse.engines.store import Store, parquet

#: The table and column that say in which area a customer lies.
AREA_TABLE = "core.customer"
AREA_COLUMN = "area_id"


class BucketMap:
    """The map while it is written to; the table `customer_bucket` of the connection holds it."""

    def __init__(self, store: Store, file: Path | None, buckets: int) -> None:
        self._store = store
        self._buckets = buckets
        store.hold("customer_bucket", {"customer_id": "text", "bucket": "integer"}, [])
        if file is not None:
            store.run(f"INSERT INTO customer_bucket SELECT customer_id, bucket FROM {parquet([file])}")
        self._known = store.count("customer_bucket")

    def welcome(self, relation: str, *, table: str) -> None:
        """Gives a bucket to every customer of a relation that has none yet.

        A customer with an area lies in the bucket of the area's hash, another in that of his own: the first
        15 hexadecimal digits of the MD5, modulo the number of buckets. Where one delivery names several
        areas for a customer, the last by origin counts.
        """
        area = AREA_COLUMN if table == AREA_TABLE else "CAST(NULL AS VARCHAR)"
        order = "(origin_file, origin_row)"
        self._store.run(
            f"INSERT INTO customer_bucket SELECT customer_id, "
            f"CAST('0x' || left(md5(coalesce(area, customer_id)), 15) AS BIGINT) % {self._buckets} "
            f"FROM (SELECT customer_id, arg_max({area}, {order}) AS area FROM {relation} AS n "
            f"WHERE n.customer_id NOT IN (SELECT customer_id FROM customer_bucket) GROUP BY customer_id)"
        )

    @property
    def label(self) -> tuple[str, str]:
        """Expression for the bucket of a row of `i` as it stands in a path, and the join it needs."""
        if self._buckets == 1:
            return "'000'", ""  # nothing to look up for millions of rows
        return (
            "lpad(CAST(b.bucket AS VARCHAR), 3, '0')",
            "JOIN customer_bucket AS b ON b.customer_id = i.customer_id",
        )

    @property
    def grew(self) -> bool:
        return self._store.count("customer_bucket") > self._known

    def write(self, path: Path) -> None:
        self._store.write_parquet("SELECT * FROM customer_bucket ORDER BY customer_id", path)
