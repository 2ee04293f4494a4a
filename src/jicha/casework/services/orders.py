"""Orders on their way out: dispatched with person, customer, deadline and quantity, and signed for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from jicha.casework.charter import charter
from jicha.casework.choosing import Doing, choose, county_of, eligible
from jicha.casework.errors import CaseworkError, NotAllowed
from jicha.casework.models import Batch, Order, Organisation, Person, Team
from jicha.casework.rights import below, units_of
from jicha.casework.transition import Step, move
from jicha.kernel.canonical import short_key
from jicha.kernel.errors import UnknownKey


def orders_of(person: Person) -> QuerySet[Order]:
    """Orders the person may see: of subjects in the own subtrees, or handled there."""
    return Order.objects.filter(below(units_of(person), "organisation", "unit"))


def order_for(person: Person, key: str) -> Order:
    """The order, if the person may see it. Raises `UnknownKey` alike for one that is hidden and one that is not."""
    found = orders_of(person).filter(key=key).first()
    if found is None:
        raise UnknownKey("unknown_order", en=f"there is no order {key}", zh=f"没有编号为 {key} 的工单")
    return found


def open_batch(county: Organisation, *, quantity: int, due_on: date) -> Batch:
    """A batch for a county: so many orders, by that day."""
    if county.level != "county":
        raise CaseworkError("batch_county", en="a batch goes to a county", zh="批次须派到县")
    number = Batch.objects.filter(county=county).count()
    batch = Batch(
        key=short_key("batch", county.org_id, number), county=county, quantity=quantity, due_on=due_on
    )
    batch.save(force_insert=True)
    return batch


def dispatch_to_county(order: Order, person: Person, *, batch: Batch | None = None) -> None:
    """Sends the order to its county, complete: subject, source and suspicion; within the batch's quantity."""
    with transaction.atomic():
        require_complete(order)
        if batch is not None:
            _require_room(order, Batch.objects.select_for_update().get(pk=batch.pk))
        told = {"batch": batch.key if batch is not None else None}
        move(order, person, Step("dispatch_to_county", data=told, changes={"batch": batch}))


def dispatch_to_unit(
    order: Order,
    person: Person,
    *,
    unit: Organisation | None = None,
    team: Team | None = None,
    handler: Person | None = None,
    companions: Sequence[Person] = (),
) -> None:
    """Sends the order to a station or team, to a named person, with whoever goes along.

    What is left out is chosen: the nearest unit with enough inspectors who may check (`jicha.casework.choosing`).
    """
    with transaction.atomic():
        doing = choose(order) if unit is None else _chosen(order, unit, team, handler, companions)
        people = list(doing.people)
        if unit is None and handler is not None:
            raise CaseworkError(
                "handler_without_unit", en="a handler is named with the unit", zh="指定人员时须同时指定单位"
            )
        on_site = (charter().kinds[order.kind].persons_on_site, [each.staff_id for each in people])
        told = {
            "unit": doing.unit.org_id,
            "team": doing.team.profession if doing.team is not None else None,
            "handler": people[0].staff_id,
            "companions": [each.staff_id for each in people[1:]],
            "fallback": doing.fallback,
        }
        changes = {"unit": doing.unit, "team": doing.team, "handler": people[0]}
        move(order, person, Step("dispatch_to_unit", data=told, changes=changes, on_site=on_site))
        order.companions.set(people[1:])


def sign(order: Order, person: Person) -> None:
    """Takes the order on. Who goes along becomes a checker too."""
    move(order, person, Step("sign", people={"checker": companions_of(order)}, on_site=crew(order)))


def hand_back(order: Order, person: Person, *, reason: str, text: str = "") -> None:
    """Gives an unsigned order back to the county, with the reason why this unit cannot check it."""
    changes = {"unit": None, "team": None, "handler": None}
    with transaction.atomic():
        move(order, person, Step("hand_back", reason, text, changes=changes))
        order.companions.clear()


def companions_of(order: Order) -> list[str]:
    return list(order.companions.order_by("staff_id").values_list("staff_id", flat=True))


def crew(order: Order) -> tuple[int, list[str]]:
    """How many the kind sends, and who goes."""
    handler = [order.handler.staff_id] if order.handler is not None else []
    return charter().kinds[order.kind].persons_on_site, [*handler, *companions_of(order)]


def require_complete(order: Order) -> None:
    """Before it is dispatched an order names its subject as the subject's type asks, its source and its suspicion."""
    wanted = charter().subjects.get(order.subject_type)
    if wanted is None:
        raise CaseworkError(
            "unknown_subject_type",
            en=f"{order.subject_type} is no subject of an order",
            zh=f"未知的稽查对象类型 {order.subject_type}",
        )
    missing = [name for name in wanted if not str(order.subject.get(name) or "").strip()]
    if order.source not in charter().reasons["source"]:
        missing.append("source")
    if order.suspicion is None or (order.suspicion.erased_at is None and not order.suspicion.text.strip()):
        missing.append("suspicion")
    if missing:
        raise CaseworkError(
            "order_incomplete",
            en=f"an order on a {order.subject_type} needs {', '.join(missing)} before it is dispatched",
            zh=f"对象为 {order.subject_type} 的工单派发前须填写 {'、'.join(missing)}",
        )


def _require_room(order: Order, batch: Batch) -> None:
    if county_of(order.organisation) != batch.county:
        raise CaseworkError("batch_of_another", en="the batch is another county's", zh="批次属于其他县")
    if batch.orders.count() >= batch.quantity:
        raise CaseworkError(
            "batch_full",
            en=f"the batch holds its {batch.quantity} orders; open another one",
            zh=f"批次数量已满 ({batch.quantity} 件); 请另开批次",
        )


def _chosen(
    order: Order, unit: Organisation, team: Team | None, handler: Person | None, companions: Sequence[Person]
) -> Doing:
    county = county_of(order.organisation)
    if county is None or not county.covers(unit):
        raise NotAllowed("other_county", en="the unit is in another county", zh="该单位不属于本县")
    may = {person.pk: person for person in eligible(order, unit, team)}
    people = [each for each in (handler, *companions) if each is not None]
    if handler is None:
        people = [*list(may.values())[: max(1, crew(order)[0])], *people]
    if not people or any(each.pk not in may for each in people):
        raise NotAllowed(
            "not_eligible",
            en="somebody named is no inspector there or would check own work",
            zh="所指定人员不是该单位稽查员, 或属核查本人经办的工作",
        )
    return Doing(unit, team, list(dict.fromkeys(people)), "")
