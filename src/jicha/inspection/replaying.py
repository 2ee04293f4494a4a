"""From hits to money: findings of topics that declare `replay` become overrides, one pass replays them all.

The runner fills what a finding comes to: scenario - actual, + owed to the utility. Where bills cannot be replayed the
topic's own impact stays, and the finding says why.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from jicha.billing.relations import BILL
from jicha.billing.replay import replay
from jicha.billing.replay_joint import Claim, Joint, joint_replay
from jicha.billing.replay_result import BillReplayed, Replayed
from jicha.billing.scenario import ACCOUNT_FIELDS, Override, joined
from jicha.inspection.finding import Observation
from jicha.inspection.replay_header import replay_fields, span_columns
from jicha.inspection.topic import Topic
from jicha.kernel.canonical import dumps
from jicha.kernel.errors import ContentError
from jicha.kernel.period import Month
from jicha.kernel.text import Text
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.slices import Store

#: Places of an override's number.
_PLACES = Decimal(1).scaleb(-8)

#: A row of a finding that says nothing of what ought to be.
ROW_WITHOUT_VALUE = "row_without_value"
#: Bills could not be replayed at all: their marts are blocked, or a charge model was refused.
NOT_REPLAYED = "marts_blocked"

#: Reasons told by a replay that are no bill's (those are codes of not_recalculated.csv).
REASONS: Mapping[str, Text] = {
    "no_bills": Text(
        "the customer has no electricity bill in the tier years concerned", "相关阶梯年度内该户没有电费账单"
    ),
    "conflict": Text(
        "two corrections of one field on the same day differ", "同一字段同一日有两个不同的更正值"
    ),
    "override_without_bill": Text(
        "a corrected span meets no bill of that meter", "更正时段内没有该表计的账单"
    ),
    "quantity_over_segments": Text(
        "a corrected quantity meets several segments, and cannot be shared out",
        "更正电量对应多个计费段, 无法分摊",
    ),
    "reactive_not_by_meter": Text(
        "a part of the bill has another multiplier, and its reactive energy is not known by meter",
        "账单仅部分倍率更正, 而其无功电量未按表计记录, 功率因数无法重算",
    ),
    ROW_WITHOUT_VALUE: Text("a row of the finding has no corrected value", "疑似问题中有行没有更正值"),
    NOT_REPLAYED: Text("the models of bills could not run in this sweep", "本批次账单模型未能运行"),
}
STATUSES: Mapping[str, Text] = {
    "whole": Text("every bill concerned replayed", "相关账单全部重算"),
    "partial": Text("PARTIAL: not every bill concerned could be replayed", "不完整: 部分相关账单不可重算"),
    "conflict": Text("CONFLICT: nothing claimed", "冲突: 不主张金额"),
    "none": Text("not replayed", "未能重算"),
}


@dataclass(frozen=True, slots=True)
class ReplayCount:
    """What a sweep's replay did: findings by status. `failed` where the charge models could not run."""

    by_status: Mapping[str, int]
    failed: Text | None = None

    def as_json(self) -> dict[str, Any]:
        failed = None if self.failed is None else {"en": self.failed.en, "zh": self.failed.zh}
        return {"findings": dict(self.by_status), "failed": failed}


def replays(topic: Topic) -> set[str]:
    """What replaying a topic's findings needs built, beside what the topic reads."""
    return {BILL} if topic.header.replay else set()


def overrides_of(topic: Topic, found: Observation, scenario_id: str = "") -> list[Override]:
    """The overrides of a finding, spans of the same value joined; none where the topic replays nothing."""
    return joined(each for row in _rows(found) for each in _of_row(topic, found, row, scenario_id))


def _rows(found: Observation) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(found.evidence)
    return rows


def _of_row(topic: Topic, found: Observation, row: Mapping[str, Any], scenario_id: str) -> list[Override]:
    start, end = span_columns(topic.header.replay)
    named = {topic.subject_column: found.subject_id, **row}
    customer_id = named.get("customer_id") or found.customer_id
    made = []
    if customer_id is None or row[start] is None or row[end] is None or row[start] >= row[end]:
        return []
    for field, column in replay_fields(topic.header.replay).items():
        value = named[column]
        if value is None:
            continue
        number = None if isinstance(value, bool) or topic.columns[column] == "text" else _number(value)
        is_account = field in ACCOUNT_FIELDS
        made.append(
            Override(
                scenario_id=scenario_id,
                customer_id=customer_id,
                valid_from=date.fromisoformat(row[start]),
                valid_to=date.fromisoformat(row[end]),
                field=field,
                value_number=number,
                value_text=None if number is not None else _text(value),
                metering_point_id=None if is_account else named.get("metering_point_id"),
                meter_id=None if is_account else named.get("meter_id"),
            )
        )
    return made


def _number(value: object) -> Decimal:
    return Decimal(str(value)).quantize(_PLACES, ROUND_HALF_UP).normalize() + Decimal(0)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def replayed_findings(
    found: Sequence[Observation],
    topics: Mapping[str, Topic],
    store: Store,
    engine: Engine,
    blocked: Text | None = None,
) -> tuple[list[Observation], ReplayCount | None]:
    """The findings in their order, those of topics with `replay` with their replayed impact; None where no topic has.

    `blocked` says why bills cannot be replayed in this sweep.
    """
    asked = [number for number, each in enumerate(found) if topics[each.topic].header.replay]
    if not asked:
        return list(found), None
    scenarios = {
        number: overrides_of(topics[found[number].topic], found[number], f"{number:08d}") for number in asked
    }
    results: dict[str, Replayed] = {}
    if blocked is None:
        try:
            results = replay(store, engine, (each for own in scenarios.values() for each in own))
        except ContentError as error:
            # The findings stand all the same; their money is told as not replayed.
            blocked = error.rendered
    told = list(found)
    counted: dict[str, int] = {}
    for number, own in scenarios.items():
        one = results.get(f"{number:08d}")
        if one is None and blocked is None:
            one = Replayed(f"{number:08d}", tuple(own))
        told[number], status = _filled(topics[found[number].topic], found[number], own, one)
        counted[status] = counted.get(status, 0) + 1
    return told, ReplayCount(dict(sorted(counted.items())), blocked)


def _filled(
    topic: Topic, found: Observation, overrides: Sequence[Override], one: Replayed | None
) -> tuple[Observation, str]:
    """The finding with what its replay came to, and the replay's status."""
    silent = sum(not _of_row(topic, found, row, "") for row in _rows(found))
    if one is None or not overrides:
        reason = NOT_REPLAYED if one is None else ROW_WITHOUT_VALUE
        told = {"status_code": "none", "reasons": [{"code": reason, "bill_id": None}], "bills": []}
        return replace(
            found, replay=dumps({**told, "overrides": [_override(each) for each in overrides]})
        ), "none"
    reasons = one.reasons + ([(ROW_WITHOUT_VALUE, None)] if silent else [])
    status = "partial" if one.status == "whole" and silent else one.status
    document = {
        "status_code": status,
        "reasons": [{"code": code, "bill_id": bill_id} for code, bill_id in reasons],
        "overrides": [_override(each) for each in one.overrides],
        "law_confidence_code": one.confidence,
        "bills_replayed": sum(bill.reason is None for bill in one.concerned),
        "bills_concerned": len(one.concerned),
        "bills": [_bill(bill) for bill in one.concerned if bill.reason is not None or _is_moved(bill)],
    }
    if one.yuan is None:
        return replace(found, replay=dumps(document)), status
    return (
        replace(
            found,
            impact_kwh=one.kwh,
            impact_yuan=one.yuan,
            impact_method="replayed",
            is_partial_impact=status != "whole",
            replay=dumps(document),
        ),
        status,
    )


def _is_moved(bill: BillReplayed) -> bool:
    return any(actual != scenario for actual, scenario in bill.charges.values()) or bool(bill.difference_kwh)


def _override(each: Override) -> dict[str, Any]:
    return {
        "customer_id": each.customer_id,
        "metering_point_id": each.metering_point_id,
        "meter_id": each.meter_id,
        "valid_from": each.valid_from,
        "valid_to": each.valid_to,
        "field": each.field,
        "value_number": each.value_number,
        "value_text": each.value_text,
    }


def _bill(bill: BillReplayed) -> dict[str, Any]:
    return {
        "bill_id": bill.bill_id,
        "month_on": bill.month_on,
        "from_on": bill.from_on,
        "to_on": bill.to_on,
        "actual_kwh": bill.actual_kwh,
        "scenario_kwh": bill.scenario_kwh,
        "actual_yuan": bill.actual_yuan,
        "scenario_yuan": bill.scenario_yuan,
        "difference_yuan": bill.difference_yuan,
        "issued_yuan": bill.issued_yuan,
        "charges": {name: [*sides] for name, sides in bill.charges.items() if sides[0] != sides[1]},
        "reason_code": bill.reason,
    }


def told_overrides(replay_json: str | None) -> list[Override]:
    """The overrides a finding keeps, as `replay_json` has them."""
    if replay_json is None:
        return []
    return [
        Override(
            scenario_id="",
            customer_id=each["customer_id"],
            valid_from=date.fromisoformat(each["valid_from"]),
            valid_to=date.fromisoformat(each["valid_to"]),
            field=each["field"],
            value_number=None if each["value_number"] is None else Decimal(each["value_number"]),
            value_text=each["value_text"],
            metering_point_id=each["metering_point_id"],
            meter_id=each["meter_id"],
        )
        for each in json.loads(replay_json)["overrides"]
    ]


def replayed_months(replay_json: str | None) -> list[dict[str, Any]]:
    """What each month's bills come to, as a remedy takes it: month, kwh, yuan. A bill that was not replayed is in none
    of them: the finding says so."""
    if replay_json is None:
        return []
    months: dict[str, list[Decimal]] = {}
    for bill in json.loads(replay_json)["bills"]:
        if bill["reason_code"] is None:
            held = months.setdefault(
                str(Month.parse(date.fromisoformat(bill["month_on"]))), [Decimal(0), Decimal(0)]
            )
            held[0] += Decimal(bill["scenario_kwh"]) - Decimal(bill["actual_kwh"])
            held[1] += Decimal(bill["difference_yuan"])
    return [{"month": month, "kwh": kwh, "yuan": yuan} for month, (kwh, yuan) in sorted(months.items())]


def joint_findings(store: Store, engine: Engine, findings: Iterable[Mapping[str, Any]]) -> dict[str, Joint]:
    """Findings (rows of a run) replayed together, by customer: what a lead of them comes to.

    A finding without overrides takes no part. The store has `mart.recalculated_bill` built, at the run's manifest.
    """
    claims: dict[tuple[str, str], list[Override]] = {}
    for row in findings:
        for each in told_overrides(row.get("replay_json")):
            claims.setdefault((row["finding_key"], each.customer_id), []).append(each)
    return joint_replay(
        store, engine, (Claim(key, customer, tuple(own)) for (key, customer), own in claims.items())
    )
