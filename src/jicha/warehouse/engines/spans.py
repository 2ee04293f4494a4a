"""Which days a row speaks of, so that a late change can be held against a finding's period.

The house's names tell: a span `valid_from`/`valid_to`, a period `from_on`/`to_on`, a month `month_on`, or the
date a table is cut by. A row without any speaks of all time. Both ends are included.
"""

from __future__ import annotations

from collections.abc import Mapping

from jicha.warehouse.engines.duckdb import quoted

_ALWAYS = ("DATE '0001-01-01'", "DATE '9999-12-31'")


def span(columns: Mapping[str, str], partition_on: str | None, alias: str) -> tuple[str, str]:
    """Expressions for a row's first and last day."""
    if {"valid_from", "valid_to"} <= columns.keys():
        return f"{alias}.valid_from", _day_before(f"{alias}.valid_to")
    if partition_on is None:
        return _ALWAYS
    day = f"{alias}.{quoted(partition_on)}"
    if partition_on != "month_on":
        return f"CAST({day} AS DATE)", f"CAST({day} AS DATE)"
    if {"from_on", "to_on"} <= columns.keys():
        # A bill of a month may cover days of the month before.
        last = _day_before(f"{alias}.to_on")
        return f"least({day}, {alias}.from_on)", f"greatest(last_day({day}), {last})"
    return day, f"last_day({day})"


def changed_span(columns: Mapping[str, str], partition_on: str | None, *, found: str) -> tuple[str, str]:
    """First and last day on which an old row `o` and its successor `n` (if `found`) may differ.

    A span that only ends otherwise differs only between its two ends: closing an agreement today says
    nothing about last year.
    """
    old_first, old_last = span(columns, partition_on, "o")
    new_first, new_last = span(columns, partition_on, "n")
    # LEAST and GREATEST pass over nulls, so a missing successor leaves the old row's days.
    first, last = f"least({old_first}, {new_first})", f"greatest({old_last}, {new_last})"
    if (old_first, old_last) == _ALWAYS:
        return _ALWAYS
    if not {"valid_from", "valid_to"} <= columns.keys():
        return first, last
    others = [name for name in columns if name != "valid_to"]
    same = " AND ".join(f"n.{quoted(name)} IS NOT DISTINCT FROM o.{quoted(name)}" for name in others)
    only_end = f"{found} AND {same}"
    first_end = "least(o.valid_to, n.valid_to)"
    last_end = _day_before("greatest(o.valid_to, n.valid_to)")
    return (
        f"CASE WHEN {only_end} THEN {first_end} ELSE {first} END",
        f"CASE WHEN {only_end} THEN {last_end} ELSE {last} END",
    )


def _day_before(day: str) -> str:
    return f"CAST({day} - INTERVAL 1 DAY AS DATE)"
