"""What replaying a finding's bills came to: the corrected facts, each bill by charge, what could not be replayed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from jicha.cli.language import current, say
from jicha.cli.show import number, print_table, table, tell
from jicha.inspection.replaying import REASONS, STATUSES
from jicha.lexicon.lexicon import Lexicon

#: `valid_to` of a span that has not ended.
OPEN_END = "9999-12-31"


def show_replay(replay: Mapping[str, Any], lexicon: Lexicon) -> None:
    """Prints a finding's `replay_json`, already parsed."""
    lang = current()
    status = STATUSES[replay["status_code"]].in_(lang)
    counted = ""
    if "bills_concerned" in replay:
        done, all_of_them = replay["bills_replayed"], replay["bills_concerned"]
        counted = say(f" ({done} of {all_of_them} bills)", f" ({all_of_them} 张账单中 {done} 张)")
    title = say("Bills replayed with the corrected facts: ", "按更正后的事实重算账单: ") + status + counted
    _overrides(title, replay["overrides"], lexicon)
    _bills(replay["bills"], lexicon)
    for reason in replay["reasons"]:
        _reason(reason["code"], reason["bill_id"], lexicon)
    if replay.get("law_confidence_code") not in (None, "source-read"):
        code = replay["law_confidence_code"]
        name = getattr(lexicon.codes("law_confidence")[code], lang)
        tell(say(f"Rests on law that is {name}.", f"所依据的法规取值可信度: {name}。"), "yellow")
    if replay["bills"]:
        note = say(
            "Difference = corrected - on file, both recalculated; + owed to the utility. Issued amounts play no part.",
            "差额 = 更正后 - 档案, 两者均为重算; 正数为应收。已发行金额不参与计算。",
        )
        tell(note, "dim")


def _overrides(title: str, overrides: Sequence[Mapping[str, Any]], lexicon: Lexicon) -> None:
    rows = []
    for each in overrides:
        field = lexicon.field(each["field"])
        value = each["value_number"] if each["value_text"] is None else each["value_text"]
        if field.code is not None and (known := lexicon.codes(field.code).get(str(value))) is not None:
            value = getattr(known, current())
        until = say("open", "长期") if each["valid_to"] == OPEN_END else each["valid_to"]
        where = each["meter_id"] or each["metering_point_id"] or ""
        rows.append((field.text.in_(current()), value, f"{each['valid_from']} → {until}", where))
    headings = [
        (say("fact", "事实"), "left"),
        (say("corrected to", "更正为"), "right"),
        (say("days", "时段"), "left"),
        (say("meter or point", "表计或计量点"), "left"),
    ]
    print_table(title, table(headings, rows))


def _bills(bills: Sequence[Mapping[str, Any]], lexicon: Lexicon) -> None:
    """One line a bill and charge that changes, and the bill's own line with its energy."""
    rows: list[Sequence[Any]] = []
    for bill in bills:
        period = f"{bill['from_on']} → {bill['to_on']}"
        if bill["reason_code"] is not None:
            rows.append((bill["bill_id"], period, _worded(bill["reason_code"], lexicon), "", "", ""))
            continue
        kwh = _less(bill["scenario_kwh"], bill["actual_kwh"])
        issued = say(f"issued {bill['issued_yuan']}", f"已发行 {bill['issued_yuan']}")
        for name, (actual, scenario) in bill["charges"].items():
            charge = lexicon.field(name).text.in_(current())
            rows.append((bill["bill_id"], period, charge, actual, scenario, number(_less(scenario, actual))))
        whole = say(f"bill, {kwh} kWh; {issued}", f"账单合计, {kwh} kWh; {issued}")
        sides = (bill["actual_yuan"], bill["scenario_yuan"], number(Decimal(bill["difference_yuan"])))
        rows.append((bill["bill_id"], period, whole, *sides))
    if not rows:
        return
    headings = [
        (say("bill", "账单"), "left"),
        (say("period", "时段"), "left"),
        (say("charge", "费项"), "left"),
        (say("on file", "按档案"), "right"),
        (say("corrected", "更正后"), "right"),
        (say("difference, yuan", "差额(元)"), "right"),
    ]
    print_table(say("Difference by bill and charge", "按账单与费项的差额"), table(headings, rows))


def _less(one: str, other: str) -> Decimal:
    return Decimal(one) - Decimal(other)


def _reason(code: str, bill_id: str | None, lexicon: Lexicon) -> None:
    at = "" if bill_id is None else say(f" (bill {bill_id})", f" (账单 {bill_id})")
    tell(
        say(f"Not in the sum: {_worded(code, lexicon)}{at}", f"未计入: {_worded(code, lexicon)}{at}"),
        "yellow",
    )


def _worded(code: str, lexicon: Lexicon) -> str:
    if code in REASONS:
        return REASONS[code].in_(current())
    known = lexicon.codes("not_recalculated").get(code)
    return code if known is None else str(getattr(known, current()))
