"""What a statement may read: a table's name, its typed columns and how far its rows reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Relation:
    """One readable table.

    `name` as written in SQL: `core.bill`, `mart.customer_month`, `law.price`, `parameter`, `sweep_window`,
    `setting`. `columns` maps each column to its lexicon type: text, integer, boolean, date, timestamp,
    double, decimal(p,s). `reach` says whose rows belong together: customer | area | feeder | organisation |
    all. `dated` rows hold for the half-open span `[valid_from, valid_to)`.
    """

    name: str
    columns: Mapping[str, str]
    reach: str = "all"
    dated: bool = False
