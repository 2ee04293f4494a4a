"""Filing an application: its documents, its material and who pays for the works; transformers sealed and unsealed."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

from jicha.county.service.flows import walk
from jicha.county.service.habits import money
from jicha.county.service.papers import Application, Attachment, Papers, Step, digest
from jicha.county.tariff.terms import BY_ACTUAL_DEMAND, BY_CONTRACT_DEMAND
from jicha.county.world import Customer

MICRO_KVA = Decimal(160)
#: Sealing is asked for five working days ahead; what is done with the file follows on the day.
_AHEAD = {"现场勘查": 1, "审批": 0, "送电": 4, "计费参数核定": 0}


def add(
    papers: Papers,
    chance: random.Random,
    customer: Customer,
    kind: str,
    steps: list[Step],
    documents: str,
    application_id: str = "",
) -> Application:
    """A filed application with its documents."""
    made = Application(
        application_id=application_id or papers.number("Y"),
        kind=kind,
        customer=customer,
        steps=steps,
        capacity=customer.contract_capacity_kva,
    )
    papers.applications.append(made)
    for document in documents.split("|"):
        attach(papers, made, document, made.accepted_at - timedelta(minutes=chance.randrange(5, 600)))
    return made


def attach(papers: Papers, application: Application, document: str, made: datetime) -> None:
    """A document of an application, uploaded at the counter."""
    papers.attachments.append(
        Attachment(
            record_kind="业务申请",
            record_id=application.application_id,
            customer=application.customer,
            document=document,
            made=made,
            uploaded=max(application.accepted_at, made),
            uploader=application.steps[0].handler,
            digest=digest(f"{application.application_id}{document}"),
        )
    )


def equip(chance: random.Random, made: Application) -> None:
    """Material, and who paid for what."""
    allocation = made.step("配表")
    made.material = allocation.finished if allocation else None
    if made.customer.trade.is_high_voltage:
        kva = made.customer.contract_capacity_kva
        made.boundary = "用地红线"
        made.works_yuan = (kva * money("works_yuan_per_kva") * (90 + chance.randrange(21)) / 100).quantize(
            Decimal("1.00")
        )
        # Small supplies stay free of works unless the customer wants a transformer of its own.
        made.has_request = True if kva <= MICRO_KVA else None
    else:
        made.boundary = "计量装置出线"
        made.works_yuan = Decimal("0.00")


def is_lawful(customer: Customer) -> bool:
    """Whether what the file says of the customer's terms came about in the ordinary way."""
    return customer.story is None or customer.story.plan.is_innocent


def may_seal(customer: Customer) -> bool:
    """Whether one of its transformers may rest without a change of the bill: several, billed by demand."""
    by_demand = customer.terms.basic in (BY_ACTUAL_DEMAND, BY_CONTRACT_DEMAND)
    return len(customer.transformers) > 1 and by_demand


def seal(
    papers: Papers,
    chance: random.Random,
    customer: Customer,
    first: date,
    last: date | None,
    capacity: Decimal,
    kind: str = "暂停",
) -> Application:
    """Capacity out of use from the first day to the last; without a last day it is a reduction for good."""
    made = add(papers, chance, customer, kind, _sealing(papers, chance, first), "申请书|客户确认(同意)书")
    made.from_on, made.last_on, made.capacity = first, last, capacity
    return made


def unseal(
    papers: Papers, chance: random.Random, customer: Customer, back: date, capacity: Decimal
) -> Application:
    """The capacity back in use from that day."""
    made = add(papers, chance, customer, "暂停恢复", _sealing(papers, chance, back), "申请书")
    made.from_on, made.capacity = back, capacity
    return made


def _sealing(papers: Papers, chance: random.Random, first: date) -> list[Step]:
    on = first if papers.clock.is_workday(first) else papers.clock.shift(first, -1)
    return walk(chance, papers.clock, papers.team, "sealing", on, at="送电", slower=_AHEAD)
