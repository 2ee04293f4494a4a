"""One county of the usual size, read back from its files as anybody would read them."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jicha.county import CountySummary, build

Row = dict[str, str]
SEED = 7


@dataclass
class Exported:
    """The files of a county directory, rows as text; nothing of the generator is used to read them."""

    path: Path
    summary: CountySummary

    def rows(self, name: str) -> list[Row]:
        """A CIS file, or all months of one, in file order."""
        rows: list[Row] = []
        for path in sorted((self.path / "cis_zh").glob(f"{name}*.csv")):
            text = path.read_bytes().decode("gb18030")
            rows += csv.DictReader(text.splitlines())
        assert rows, name
        return rows

    @cached_property
    def key(self) -> list[Row]:
        text = (self.path / "answer_key.csv").read_text(encoding="utf-8")
        return list(csv.DictReader(text.splitlines()))

    def answers(self, cause: str) -> list[Row]:
        found = [row for row in self.key if row["cause"] == cause]
        assert len(found) >= 2, cause
        return found

    def customers_of(self, *causes: str) -> set[str]:
        """Customers the key names under any of the causes."""
        return {answer["customer_id"] for cause in causes for answer in self.answers(cause)}

    @cached_property
    def lines(self) -> dict[str, list[Row]]:
        return self._by_customer("账单明细")

    @cached_property
    def bills(self) -> dict[str, list[Row]]:
        return self._by_customer("电费账单")

    @cached_property
    def readings(self) -> dict[str, list[Row]]:
        return self._by_customer("抄表示数")

    @cached_property
    def meters(self) -> dict[str, list[Row]]:
        return self._by_customer("电能表装拆")

    @cached_property
    def customers(self) -> dict[str, Row]:
        return {row["户号"]: row for row in self.rows("用户档案")}

    @cached_property
    def freezes(self) -> dict[str, list[tuple[str, str, Decimal]]]:
        """(day, meter, forward register) by customer, in order of days."""
        by_customer = defaultdict(list)
        for path in sorted((self.path / "ami_zh").glob("日冻结_*.parquet")):
            table: pa.Table = pq.read_table(path)
            columns = (table[name].to_pylist() for name in ("户号", "冻结日期", "电能表资产号", "正向有功总"))
            for customer, day, meter, register in zip(*columns, strict=True):
                by_customer[customer].append((day.isoformat(), meter, register))
        return dict(by_customer)

    def _by_customer(self, name: str) -> dict[str, list[Row]]:
        by_customer = defaultdict(list)
        for row in self.rows(name):
            by_customer[row["户号"]].append(row)
        return dict(by_customer)


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    out = tmp_path_factory.mktemp("county")
    return Exported(out, build(out, seed=SEED))
