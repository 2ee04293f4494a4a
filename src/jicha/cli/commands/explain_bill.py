"""`jicha explain bill`: the lines of a recalculated bill, beside those that were issued."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from jicha.billing.coverage import coverage
from jicha.billing.explaining import LINE_COLUMNS, BillExplained, explain_bill
from jicha.billing.relations import built
from jicha.cli.formats import Format
from jicha.cli.language import current, say
from jicha.cli.show import drawn, number, plain, print_table, rows_out, table, tell
from jicha.cli.show_law import confidence_shown
from jicha.inspection.content import load_catalogue
from jicha.inspection.organisation import organisation_tree
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.lock import writer_lock
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.slices import Store
from jicha.warehouse.workspace import Workspace

#: Decimals a price is shown with; yuan per kilowatt-hour are published with up to eight.
PRICE_PLACES = 8


def bill(*, key: str, workspace: Path, content: Sequence[Path], format: Format) -> None:
    catalogue = load_catalogue(ContentRoots.find(content))
    store, engine = recalculated(workspace, catalogue, "explain bill")
    found = explain_bill(store, engine, key)
    if format is Format.json:
        head = {name: plain(getattr(found, name)) for name in found.__dataclass_fields__ if name != "lines"}
        lines = [{name: plain(line[name]) for name in LINE_COLUMNS} for line in found.lines]
        sys.stdout.write(json.dumps([{**head, "lines": lines}], ensure_ascii=False, indent=1) + "\n")
    elif format is Format.csv:
        rows_out(found.lines, LINE_COLUMNS, format)
    else:
        _shown(found, catalogue.lexicon)
        whole = coverage(store, engine)
        tell(
            say(
                f"{whole.recalculated:,} of {whole.bills:,} bills of this workspace are recalculated.",
                f"本工作区 {whole.bills:,} 张账单中 {whole.recalculated:,} 张可重算。",
            ),
            "dim",
        )


def recalculated(workspace: Path, catalogue: Catalogue, command: str) -> tuple[Store, DuckDBEngine]:
    """A workspace's store with the recalculated bills in it, built where they are missing, and its engine."""
    opened = Workspace.open(workspace)
    engine = DuckDBEngine([opened.lake], temp=opened.staging)
    manifest = Manifest.head(opened)
    tree = organisation_tree(Store(opened, manifest, catalogue), engine)
    store = Store(opened, manifest, catalogue.resolved(tree.parents))
    with writer_lock(opened, command):
        built(store, engine)
    return store, engine


def _shown(found: BillExplained, lexicon: Lexicon) -> None:
    title = say(
        f"Bill {found.bill_id} · customer {found.customer_id} · {found.from_on} to {found.to_on} (end not included)",
        f"账单 {found.bill_id} · 户号 {found.customer_id} · {found.from_on} 至 {found.to_on} (不含末日)",
    )
    headings = [
        (say("charge", "项目"), "left"),
        (say("quantity", "数量"), "right"),
        (say("price", "单价"), "right"),
        (say("yuan", "金额(元)"), "right"),
        (say("law", "依据"), "left"),
        (say("confidence", "可信度"), "left"),
        (say("issued", "已发行(元)"), "right"),
        (say("difference", "差额(元)"), "right"),
    ]
    print_table(title, table(headings, [_row(line, lexicon) for line in found.lines]))
    if found.reason is not None:
        why = lexicon.codes("not_recalculated")[found.reason]
        tell(say(f"Not recalculated: {why.en}", f"未重算: {why.zh}"), "yellow")
    tell(
        say(
            f"Recalculated {number(found.recalculated_yuan) or '–'} yuan · issued {number(found.issued_yuan)} yuan"
            f" · difference {number(found.difference_yuan) or '–'} yuan",
            f"重算 {number(found.recalculated_yuan) or '–'} 元 · 已发行 {number(found.issued_yuan)} 元"
            f" · 差额 {number(found.difference_yuan) or '–'} 元",
        ),
        "bold",
    )


def _row(line: dict[str, Any] | Any, lexicon: Lexicon) -> list[Any]:
    difference = line["difference_yuan"]
    return [
        _charge(line, lexicon),
        _quantity(line),
        _price(line["price"] if line["price"] is not None else line["issued_price"]),
        number(line["line_amount_yuan"]),
        line["law_citation"] or "",
        "" if line["law_confidence_code"] is None else confidence_shown(line["law_confidence_code"], lexicon),
        number(line["issued_yuan"]),
        "" if difference is None else drawn(number(difference), "yellow" if difference else "dim"),
    ]


def _charge(line: Any, lexicon: Lexicon) -> str:
    lang = current()
    parts = [getattr(lexicon.codes("charge")[line["charge_code"]], lang)]
    if line["register_code"]:
        parts.append(getattr(lexicon.codes("register")[line["register_code"]], lang))
    if line["tier_no"]:
        parts.append(say(f"tier {line['tier_no']}", f"第{line['tier_no']}档"))
    return " · ".join(parts)


def _quantity(line: Any) -> str:
    if line["billed_capacity_kva"] is not None:
        return f"{number(line['billed_capacity_kva'])} kVA{_time(line)}"
    if line["billed_demand_kw"] is not None:
        return f"{number(line['billed_demand_kw'])} kW{_time(line)}"
    if line["adjustment_rate_ratio"] is not None:
        return f"{line['adjustment_rate_ratio'] * 100:+.2f} %"
    return "" if line["line_kwh"] is None else f"{number(line['line_kwh'])} kWh"


def _time(line: Any) -> str:
    """What a basic charge is for, where it is not for just one month."""
    months, days = line["charged_months"], line["charged_days"]
    if months is None or (months, days) == (1, 0):
        return ""
    parts = [say(f"{months} m", f"{months}月")] if months else []
    return " × " + " + ".join([*parts, *([say(f"{days} d", f"{days}天")] if days else [])])


def _price(value: Decimal | None) -> str:
    return "" if value is None else f"{value:.{PRICE_PLACES}f}".rstrip("0").rstrip(".")
