"""The check on site or at the desk, the mending that belongs to it, and the answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from jicha.casework import clock
from jicha.casework.charter import charter
from jicha.casework.errors import CaseworkError
from jicha.casework.models import Answer, CheckPart, Evidence, Mending, Order, Person
from jicha.casework.services.orders import companions_of, crew
from jicha.casework.transition import Step, move

#: Conclusions after which something is mended.
TRUE = ("true_mended", "true_open", "partly_true")

#: Conclusions that carry a reason; the list of reasons has the conclusion's name.
REASONED = ("untrue", "unverifiable")


def record_part(order: Order, person: Person, part: str, *, is_wrong: bool | None, text: str = "") -> None:
    """What one of the four parts showed; None: there is nothing of it at this subject."""
    if part not in charter().parts:
        raise _unknown("part", part, charter().parts)
    with transaction.atomic():
        told = {"part": part, "is_wrong": is_wrong, "round": order.round}
        event = move(
            order, person, Step("record_part", text=text, data=told, companions=companions_of(order))
        )
        CheckPart(
            order=order, round=order.round, part=part, is_wrong=is_wrong, text=event.text, person=person
        ).save(force_insert=True)


def add_evidence(order: Order, person: Person, kind: str, *, sha256: str, captured_at: datetime) -> None:
    """A file of `media/`, by its digest. One that proved something already proves nothing again."""
    if kind not in charter().evidence:
        raise _unknown("evidence", kind, charter().evidence)
    with transaction.atomic():
        if Evidence.objects.filter(sha256=sha256).exists():
            raise CaseworkError(
                "evidence_twice",
                en="this file is evidence of a visit already; photos are taken anew",
                zh="该文件此前已作为取证上传; 请重新取证",
            )
        told = {"kind": kind, "sha256": sha256, "captured_at": captured_at}
        move(order, person, Step("add_evidence", data=told, companions=companions_of(order)))
        Evidence(
            order=order,
            round=order.round,
            kind=kind,
            sha256=sha256,
            captured_at=captured_at,
            received_at=clock.now(),
            person=person,
        ).save(force_insert=True)


def start_mending(
    order: Order,
    person: Person,
    *,
    flow_id: str,
    started_on: date,
    mender: str | None = None,
    due_on: date | None = None,
) -> Mending:
    """The flow that mends has begun in the marketing system. `mender`: staff number of who does it."""
    mender = mender or person.staff_id
    with transaction.atomic():
        told = {"flow_id": flow_id, "started_on": started_on, "due_on": due_on}
        move(order, person, Step("start_mending", data=told, people={"mender": [mender]}))
        mending = Mending(
            order=order,
            round=order.round,
            kind=charter().kinds[order.kind].mending,
            flow_id=flow_id,
            mender=mender,
            started_on=started_on,
            due_on=due_on,
        )
        mending.save(force_insert=True)
    return mending


def report_mending(order: Order, person: Person, mending: Mending, *, result: str, finished_on: date) -> None:
    """The flow has ended: its result, and since when it holds."""
    if mending.order_id != order.pk:
        raise CaseworkError("mending_of_another", en="the flow is another order's", zh="该流程属于其他工单")
    if finished_on < mending.started_on:
        raise CaseworkError("mended_before", en="it ended before it began", zh="完成日期早于启动日期")
    with transaction.atomic():
        told = {"flow_id": mending.flow_id, "result": result, "finished_on": finished_on}
        changes: dict[str, Any] = {"result": result, "finished_on": finished_on}
        move(order, person, Step("report_mending", data=told))
        Mending.objects.filter(pk=mending.pk).update(**changes)


def answer(order: Order, person: Person, conclusion: str, *, reason: str = "", text: str = "") -> None:
    """Answers the order. What the conclusion needs must be there: parts, evidence, mending, reason."""
    if conclusion not in charter().reasons["conclusion"]:
        raise _unknown("conclusion", conclusion, charter().reasons["conclusion"])
    with transaction.atomic():
        order.refresh_from_db()
        _require_check(order, conclusion)
        _require_reason(conclusion, reason, text)
        if conclusion in TRUE:
            _require_mending(order, conclusion)
        told = {"conclusion": conclusion, "reason": reason, "round": order.round}
        changes = {"conclusion": conclusion, "reason": reason}
        event = move(
            order, person, Step("answer", text=text, data=told, changes=changes, on_site=crew(order))
        )
        Answer(
            order=order,
            round=order.round,
            conclusion=conclusion,
            reason=reason,
            text=event.text,
            answerer=person,
            at=clock.now(),
        ).save(force_insert=True)


def take_again(order: Order, person: Person) -> None:
    """After a return: a new round. What was recorded before stays, and proves nothing for this one."""
    move(
        order, person, Step("take_again", changes={"round": order.round + 1, "conclusion": "", "reason": ""})
    )


def _require_check(order: Order, conclusion: str) -> None:
    if conclusion == "unverifiable":
        return
    parts = dict(order.parts.filter(round=order.round).order_by("pk").values_list("part", "is_wrong"))
    if missing := [name for name in charter().parts if name not in parts]:
        raise CaseworkError(
            "parts_missing",
            en=f"a check covers every part; missing: {', '.join(missing)}",
            zh=f"核查须覆盖全部项目; 缺少: {'、'.join(charter().parts[name].zh for name in missing)}",
        )
    if any(parts.values()) != (conclusion in TRUE):
        raise CaseworkError(
            "conclusion_contradicts",
            en="the conclusion and the parts of the check do not agree",
            zh="结论与核查项不一致",
        )
    kinds = set(order.evidence.filter(round=order.round).values_list("kind", flat=True))
    if gone := [name for name in charter().kinds[order.kind].evidence if name not in kinds]:
        raise CaseworkError(
            "evidence_missing",
            en=f"none of this evidence may be missing: {', '.join(gone)}",
            zh=f"取证缺一不可; 缺少: {'、'.join(charter().evidence[name].zh for name in gone)}",
        )


def _require_reason(conclusion: str, reason: str, text: str) -> None:
    if conclusion not in REASONED:
        return
    known = charter().reasons[conclusion]
    if reason not in known or not text.strip():
        raise CaseworkError(
            "reason_needed",
            en=f"“{conclusion}” needs one of {', '.join(known)} and an explanation in words",
            zh=f"该结论须注明原因({'、'.join(each.zh for each in known.values())})并说明情况",
        )


def _require_mending(order: Order, conclusion: str) -> None:
    """True and mended: the flow has its result. True and open: it has begun and has its own day."""
    mendings = list(order.mendings.filter(round=order.round))
    if not mendings:
        raise CaseworkError(
            "mending_missing",
            en="a true answer names the flow that mends: its start, number and who does it",
            zh="属实的答复须填写整改流程的启动时间、流程号与整改人",
        )
    if conclusion == "true_mended" and any(each.finished_on is None for each in mendings):
        raise CaseworkError("mending_open", en="a flow has no result yet", zh="整改流程尚无结果")
    if conclusion != "true_mended" and any(
        each.finished_on is None and each.due_on is None for each in mendings
    ):
        raise CaseworkError(
            "mending_undated", en="a flow that is open has its own day", zh="未完成的整改须有期限"
        )


def _unknown(what: str, given: str, known: Any) -> CaseworkError:
    return CaseworkError(
        f"unknown_{what}",
        en=f"there is no {what} {given}; there are {', '.join(known)}",
        zh=f"没有 {given} 这一选项; 现有 {'、'.join(known)}",
    )
