"""Accounts that stand at one address: a firm that split its site to stay small, and tenants who merely share a house.

Done before anything is filed, because it is true of the accounts themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from jicha.county.service.papers import Attachment, digest
from jicha.county.service.planting import Deed, Happening
from jicha.county.service.work_clock import in_office_hours
from jicha.county.world import Customer
from jicha.kernel.text import Text

_SPLITTERS = ("small_factory", "workshop", "cold_store", "supermarket", "restaurant")
_PARTS = ("一车间", "二车间", "三车间")
#: Days between the first account and the last of a split site, at most.
_NEAR_DAYS = 640


def _neighbours(happening: Happening, trades: tuple[str, ...], count: int) -> list[Customer]:
    """So many accounts of one trade opened soonest after one another, before the period and still open."""
    best: list[Customer] = []
    fewest = None
    for trade in trades:
        found = happening.customers(
            lambda each: each.closed_on is None and each.filed_closing is None and not each.interruption
        )
        found = [
            each for each in found if each.trade.code == trade and each.opened_on < happening.papers.first_day
        ]
        found.sort(key=lambda each: (each.opened_on, each.index))
        for place in range(len(found) - count + 1):
            group = found[place : place + count]
            apart = (group[-1].opened_on - group[0].opened_on).days
            if fewest is None or apart < fewest:
                best, fewest = group, apart
    return best


def _split(happening: Happening) -> None:
    count = min(max(happening.size, 2), len(_PARTS))
    group = _neighbours(happening, happening_trades(happening), count) or _neighbours(
        happening, happening_trades(happening), 2
    )
    if not group:
        return
    first = happening.take(group[0])
    name, address, phone = first.name, first.address, first.phone_number
    for place, each in enumerate(group):
        happening.take(each)
        each.name, each.address, each.phone_number = f"{name}{_PARTS[place]}", address, phone
    _draw_near(group)
    numbers = "、".join(each.customer_id for each in group)
    for place, each in enumerate(group):
        happening.answer(
            "customer", each.customer_id, each, happening.papers.first_day, happening.papers.end,
            Text(en=f"one site, accounts {numbers}", zh=f"同一用电地址拆分报装: {numbers}"), size=len(group),
            counts=place == 0,
        )  # fmt: skip


def happening_trades(happening: Happening) -> tuple[str, ...]:
    """The trades wished, or those whose owners split sites."""
    return tuple(sorted(happening.planned.wish.trades)) or _SPLITTERS


def _draw_near(group: list[Customer]) -> None:
    """Later accounts follow the first within two years, meter and agreement with them."""
    for before, each in pairwise(group):
        if (each.opened_on - before.opened_on).days <= _NEAR_DAYS // len(group):
            continue
        # The older account is the younger by that much: its papers before are in the archive.
        before.opened_on = each.opened_on - timedelta(days=_NEAR_DAYS // len(group))
        meter = before.installations[0]
        meter.installed_on = max(meter.installed_on, before.opened_on)
        before.agreements[0] = replace(before.agreements[0], valid_from=before.opened_on)


def _tenants(happening: Happening) -> None:
    """Two shops in one house: another name, another telephone, a lease and a licence each."""
    papers, chance = happening.papers, happening.chance
    group = _neighbours(happening, ("shop", "restaurant", "workshop"), 2)
    if not group:
        return
    for each in group:
        happening.take(each)
        each.address = group[0].address
        for document in ("产权证明", "营业执照"):
            made = in_office_hours(chance, papers.clock.workday(papers.first_day + timedelta(days=20)))
            papers.attachments.append(
                Attachment(
                    "用电客户", each.customer_id, each, document, made, made + timedelta(minutes=9),
                    papers.team.pick(chance, "业务受理员", made.date()), digest(f"{each.customer_id}{document}"),
                )
            )  # fmt: skip
    happening.answer(
        "customer", group[1].customer_id, group[1], papers.first_day, papers.end,
        Text(en="two tenants at one address, papers of their own", zh="同址两家租户, 各有产权与营业执照"),
    )  # fmt: skip


DEEDS: dict[str, Deed] = {
    "one_site_split_into_several_accounts": _split,
    "repeated_connection_of_two_tenants": _tenants,
}
