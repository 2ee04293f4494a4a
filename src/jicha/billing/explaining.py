"""One bill as a person would check it: each recalculated line with the issued one beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from jicha.billing.relations import ACTUAL, BILL, LINE, rows_where
from jicha.kernel.errors import UnknownKey
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.slices import Store

#: Columns of a line, in the order a program gets them.
LINE_COLUMNS = (
    "line_no",
    "segment_no",
    "metering_point_id",
    "meter_id",
    "charge_code",
    "register_code",
    "tier_no",
    "line_kwh",
    "billed_capacity_kva",
    "billed_demand_kw",
    "charged_months",
    "charged_days",
    "adjustment_rate_ratio",
    "price",
    "line_amount_yuan",
    "law_citation",
    "law_confidence_code",
    "issued_kwh",
    "issued_price",
    "issued_yuan",
    "difference_yuan",
)

#: A register that a bill does not name is the whole.
_WHOLE = "active_total"
#: The charge of lost energy, whose issued lines follow the line of their register without naming it.
_LOSS = "transformer_loss"

_PRICES = ("price_yuan_per_kwh", "price_yuan_per_kva_month", "price_yuan_per_kw_month")
_NOTHING = Decimal(0)

#: What makes an issued line and a recalculated one the same line.
_Key = tuple[str, str | None, int | None, str | None]


@dataclass(frozen=True, slots=True)
class BillExplained:
    """`lines` in `LINE_COLUMNS`: amounts in yuan, difference = issued - recalculated. Where the bill is not
    recalculated, `reason` is a code of not_recalculated.csv, `recalculated_yuan` and every difference are None."""

    bill_id: str
    customer_id: str
    from_on: date | None
    to_on: date | None
    recalculated_yuan: Decimal | None
    issued_yuan: Decimal | None
    difference_yuan: Decimal | None
    confidence: str | None
    reason: str | None
    lines: Sequence[Mapping[str, Any]]


def explain_bill(store: Store, engine: Engine, bill_id: str) -> BillExplained:
    """A bill of a store in which the marts of recalculated bills are built. Raises `UnknownKey`."""
    found = [
        row for row in rows_where(store, engine, BILL, "bill_id", bill_id) if row["scenario_id"] == ACTUAL
    ]
    if not found:
        raise UnknownKey(
            "unknown_bill",
            en=f"there is no electricity bill {bill_id} in this workspace; bills are named by their bill_id",
            zh=f"本工作区没有电费账单 {bill_id}; 请使用账单号",
        )
    bill: Mapping[str, Any] = found[0]
    lines = [
        row for row in rows_where(store, engine, LINE, "bill_id", bill_id) if row["scenario_id"] == ACTUAL
    ]
    issued = rows_where(store, engine, "core.bill_line", "bill_id", bill_id)
    reason = bill["not_recalculated_code"]
    return BillExplained(
        bill_id=bill_id,
        customer_id=bill["customer_id"],
        from_on=bill["from_on"],
        to_on=bill["to_on"],
        recalculated_yuan=bill["recalculated_yuan"],
        issued_yuan=bill["issued_yuan"],
        difference_yuan=bill["difference_yuan"],
        confidence=bill["law_confidence_code"],
        reason=reason,
        lines=_beside(_in_order(lines), _in_order(issued), is_whole=reason is None),
    )


def _in_order(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(rows, key=lambda row: row["line_no"])


def _beside(
    lines: Sequence[Mapping[str, Any]], issued: Sequence[Mapping[str, Any]], *, is_whole: bool
) -> list[dict[str, Any]]:
    """Every recalculated line with what was issued for it, then what was issued and not recalculated."""
    waiting: dict[_Key, list[Mapping[str, Any]]] = {}
    register: str | None = None
    for row in issued:
        if row["charge_code"] != _LOSS:
            register = row["register_code"]
        waiting.setdefault(_key(row, register), []).append(row)
    told = []
    for row in lines:
        matching = waiting.pop(_key(row, row["register_code"]), [])
        told.append(_line(row, matching, is_whole=is_whole))
    for left in waiting.values():
        told += [_line(None, [row], is_whole=is_whole) for row in left]
    for number, line in enumerate(told, start=1):
        line["line_no"] = number
    return told


def _key(row: Mapping[str, Any], register: str | None) -> _Key:
    charge = row["charge_code"]
    if charge == "energy":
        return charge, row["register_code"] or _WHOLE, row["tier_no"], row["meter_id"]
    return charge, (register or _WHOLE) if charge == _LOSS else None, None, None


def _line(
    row: Mapping[str, Any] | None, issued: Sequence[Mapping[str, Any]], *, is_whole: bool
) -> dict[str, Any]:
    shown = row if row is not None else issued[0]
    line: dict[str, Any] = {column: shown.get(column) for column in LINE_COLUMNS}
    line["price"] = next((shown[name] for name in _PRICES if shown.get(name) is not None), None)
    if row is None:
        line |= dict.fromkeys(("line_kwh", "price", "line_amount_yuan", "adjustment_rate_ratio"), None)
    line["issued_kwh"] = _total(each["line_kwh"] for each in issued)
    line["issued_price"] = next((each[n] for each in issued for n in _PRICES if each[n] is not None), None)
    line["issued_yuan"] = _total(each["line_amount_yuan"] for each in issued)
    line["difference_yuan"] = (
        (line["issued_yuan"] or _NOTHING) - (line["line_amount_yuan"] or _NOTHING) if is_whole else None
    )
    return line


def _total(values: Iterable[Decimal | None]) -> Decimal | None:
    told = [value for value in values if value is not None]
    return sum(told, _NOTHING) if told else None
