"""The shelf of one county company: every paper goes into the file of its table (and month)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from jicha.county.desk import XLSX, Answer, Cell, Table
from jicha.county.exports.dirt import Dirt
from jicha.county.exports.files import ArrowFile, TextFile, Workbook
from jicha.county.plan import Planned
from jicha.kernel.period import Month

_NOBODY: Sequence[Planned] = ()
# System, title, year and month as YYYYMM (0: no month).
_Key = tuple[str, str, int]


class Shelf:
    """A `Desk` that writes into OUT/<system>/<title>_<county>[_<YYYYMM>].<suffix>."""

    def __init__(self, out: Path, county: str, dirt: Dirt) -> None:
        self._out, self._county, self._dirt = out, county, dirt
        self._files: dict[_Key, TextFile | Workbook] = {}
        self._lacking: dict[_Key, int] = {}
        self._months: dict[_Key, Month | None] = {}
        self._parquet: dict[tuple[str, str, Month], ArrowFile] = {}
        self._wanted: Mapping[str, Sequence[Planned]] = {}
        self.answers: list[Answer] = []
        self.counts: dict[str, int] = {}
        self._before: dict[str, int] = {}
        self.rows: dict[str, int] = {}

    # Desk.

    def add(self, table: Table, *cells: Cell, month: Month | None = None) -> None:
        # Plain numbers: hashing a month for every row costs as much as writing it.
        key = (table.system, table.title, 0 if month is None else month.year * 100 + month.month)
        file = self._files.get(key)
        if file is None:
            file = self._files[key] = self._opened(table, month, key)
            self._months[key] = month
        lacking = self._lacking.get(key)
        file.add(cells if lacking is None else cells[:lacking] + cells[lacking + 1 :])

    def answer(self, answer: Answer) -> None:
        self.answers.append(answer)

    def wanted(self, kind: str) -> Sequence[Planned]:
        return self._wanted.get(kind, _NOBODY)

    def planted(self, kind: str, count: int = 1) -> None:
        self.counts[kind] = self.counts.get(kind, 0) + count

    # The county's own.

    def begin_station(self, wanted: Mapping[str, Sequence[Planned]]) -> None:
        """From now on papers are of another station, which is to plant what is wanted."""
        self._wanted = wanted
        self._before = dict(self.counts)

    def taken(self, kind: str) -> int:
        """How many of the kind the station's domains planted."""
        return self.counts.get(kind, 0) - self._before.get(kind, 0)

    def add_arrow(self, system: str, title: str, month: Month, table: pa.Table) -> None:
        key = (system, title, month)
        file = self._parquet.get(key)
        if file is None:
            path = self._path(system, title, month)
            file = self._parquet[key] = ArrowFile(path, table.schema)
        file.add_table(table)

    def close(self) -> None:
        for key, file in self._files.items():
            system, title, _ = key
            self._dirt.soil(system, title, self._months[key], file)
            file.close()
            self.rows[f"{system}/{file.path.name}"] = file.rows
        for parquet in self._parquet.values():
            parquet.close()
            self.rows[f"{parquet.path.parent.name}/{parquet.path.name}"] = parquet.rows

    def _opened(self, table: Table, month: Month | None, key: _Key) -> TextFile | Workbook:
        path = self._path(table.system, table.title, month, whole_city=table.whole_city)
        columns = table.columns.split(",")
        lacking = self._dirt.lacking(table, month)
        if lacking is not None:
            self._lacking[key] = lacking
            del columns[lacking]
        return Workbook(path, columns) if table.form == XLSX else TextFile(path, columns)

    def _path(self, system: str, title: str, month: Month | None, *, whole_city: bool = False) -> Path:
        parts = [title]
        if not whole_city:
            parts.append(self._county)
        if month is not None:
            parts.append(f"{month.year:04d}{month.month:02d}")
        return self._out / system / "_".join(parts)
