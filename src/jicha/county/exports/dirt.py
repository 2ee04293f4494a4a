"""What is wrong with the files themselves: a column that one month lacks, rows that no reader can take.

Such rows are copies beside the right ones, never in their place, so that nothing true is lost with them.
"""

from __future__ import annotations

from dataclasses import dataclass

from jicha.county.chance import stream
from jicha.county.desk import Table
from jicha.county.exports.files import TextFile, Workbook
from jicha.county.tables import facts
from jicha.kernel.period import Month


@dataclass(frozen=True, slots=True)
class Dirt:
    """The dirt of one county's files, as `facts/dirt.csv` says: by table a column that is lacking in one month, sum
    rows at the end, rows whose cell holds what a workbook left there."""

    seed: int
    county: str
    months: tuple[Month, ...]

    def lacking(self, table: Table, month: Month | None) -> int | None:
        """Place of the column that the table lacks in the month; None: it has all."""
        if month is None:
            return None
        for row in facts("dirt"):
            place = (row["kind"], row["system"], row["title"])
            if place != ("lacking_column", table.system, table.title):
                continue
            if month == self.months[int(float(row["amount"]) * (len(self.months) - 1))]:
                return table.columns.split(",").index(row["column"])
        return None

    def soil(self, system: str, title: str, month: Month | None, file: TextFile | Workbook) -> None:
        """Add the rows that no reader can take."""
        for row in facts("dirt"):
            if (row["system"], row["title"]) != (system, title) or row["kind"] == "lacking_column":
                continue
            chance = stream(self.seed, "dirt", self.county, title, str(month))
            if file.last is not None and chance.random() < float(row["amount"]):
                cells = list(file.last)
                cells[0] = row["first"] or f"{cells[0]}X"
                cells[int(row["place"])] = row["value"]
                file.add(cells)
