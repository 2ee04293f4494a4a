"""Papers of staff: who they are and were, their kin among the customers, their rights, duties and logins."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from jicha.county.chance import day_between, stream
from jicha.county.control.log import digest
from jicha.county.desk import XLSX, Desk, StationRecord, Table
from jicha.county.life.calendar import day_table
from jicha.county.names import person_name, phone_number
from jicha.county.picking import People, is_quiet, moment
from jicha.county.tables import facts
from jicha.county.world import City, Staff
from jicha.kernel.period import month_of

STAFF = Table(
    "cis_zh",
    "人员",
    "工号,姓名,所属单位,岗位,班组,入职日期,离职日期,证件号码,联系电话,住址",
    form=XLSX,
    whole_city=True,
)
RELATIONS = Table("cis_zh", "员工关联户", "工号,户号,关联关系", form=XLSX)
RIGHTS = Table("cis_zh", "岗位权限", "工号,角色,权限,生效日期,失效日期,审批人工号")
ROSTER = Table("cis_zh", "值班表", "工号,日期,值班状态")
LOGINS = Table("cis_zh", "登录日志", "登录记录编号,工号,登录时间,登录地址摘要,工位编号", by_month=True)

#: Rights were put into the system on this day; logins are kept for so many months.
SYSTEM_SINCE, LOGINS_KEPT_MONTHS = date(2014, 1, 1), 6
_FIELD_POSTS = ("抢修人员", "装表接电员", "用电检查员")
_RELATED_RATIO = 0.4
_LEAVES_A_YEAR, _LEAVE_DAYS = 2, 5
_KIN = ("配偶", "配偶", "亲属", "亲属", "亲属", "曾用")


@dataclass(slots=True)
class Deviations:
    """What causes change in the papers of staff. Keys are staff ids.

    `more_rights`: (role, permission, from, to, approver) beside the post's; `twice`: days on which two people use one
    account; `ghosts`: days on which the account of somebody who left is used; `on_duty`, `on_leave`: days."""

    more_rights: dict[str, list[tuple[str, str, date, date | None, str]]] = field(default_factory=dict)
    twice: dict[str, list[date]] = field(default_factory=dict)
    ghosts: dict[str, list[date]] = field(default_factory=dict)
    on_duty: dict[str, list[date]] = field(default_factory=dict)
    on_leave: dict[str, list[date]] = field(default_factory=dict)


def former_staff(city: City, org_id: str) -> Staff:
    """A reader of the station who left inside the period."""
    chance = stream(city.seed, "former", org_id)
    span = (city.end - city.first_day).days
    left_on = city.first_day + timedelta(days=span // 4 + chance.randrange(max(1, span // 3)))
    joined_on = day_between(chance, date(2008, 1, 1), date(2018, 1, 1))
    return Staff(f"0{org_id[-6:]}901", org_id, person_name(chance), "抄表员", "", joined_on, left_on)


def keep_staff(record: StationRecord, desk: Desk) -> None:
    """The list of all staff of the city, those who left among them; the first station puts it down."""
    if not record.is_first:
        return
    city = record.city
    names = {each.org_id: each.name for each in city.organisations}
    left = [former_staff(city, plan.org_id) for county in city.counties for plan in county.stations]
    for each in (*city.staff, *left):
        chance = stream(city.seed, "staff person", each.staff_id)
        desk.add(
            STAFF,
            each.staff_id,
            each.name,
            each.org_id,
            each.post,
            each.team or None,
            each.joined_on,
            each.left_on,
            None,
            phone_number(chance),
            f"{names[each.org_id]}职工宿舍{chance.randrange(1, 9)}栋{chance.randrange(101, 630)}室",
        )


def keep_relations(record: StationRecord, desk: Desk, people: People) -> None:
    """Accounts of the station's people and their kin, as they declared them."""
    chance = stream(record.city.seed, "relations", record.station.org_id)
    homes = [each for each in record.station.customers if each.trade.is_dwelling and is_quiet(each)]
    chance.shuffle(homes)
    for each in people.own:
        if homes and chance.random() < _RELATED_RATIO:
            desk.add(RELATIONS, each.staff_id, homes.pop().customer_id, chance.choice(_KIN))


def _staff_here(record: StationRecord, people: People) -> list[Staff]:
    """The station's own people; a county's first station also speaks for the county, the city's first for the city."""
    here = list(people.own)
    org_id = record.station.org_id
    if record.is_first_of_county:
        here += [each for each in record.city.staff if each.org_id == org_id[:-2]]
    if record.is_first:
        here += [each for each in record.city.staff if each.org_id == org_id[:-4]]
    return here


def keep_rights(record: StationRecord, desk: Desk, people: People, found: Deviations) -> None:
    """What each may do in the system, by post; rights end with the employment."""
    by_post = {row["post"]: row for row in facts("post_rights")}
    chance = stream(record.city.seed, "rights", record.station.org_id)
    former = former_staff(record.city, record.station.org_id)
    for each in (*_staff_here(record, people), former):
        row = by_post.get(each.post)
        granted_on = max(each.joined_on, SYSTEM_SINCE)
        approver = people.one_of(chance, "系统管理员", "审批负责人").staff_id
        ends = each.left_on if each.staff_id not in found.ghosts else None
        for permission in row["permissions"].split("|") if row else ():
            role = row["role"] if row else ""
            desk.add(RIGHTS, each.staff_id, role, permission, granted_on, ends, approver)
    for staff_id, more in found.more_rights.items():
        for role, permission, valid_from, valid_to, approver in more:
            desk.add(RIGHTS, staff_id, role, permission, valid_from, valid_to, approver)


def keep_presence(record: StationRecord, desk: Desk, people: People, found: Deviations) -> None:
    """The roster of days off and nights, leaves, and the logins that the system still keeps."""
    city = record.city
    table = day_table(city.first_day.toordinal(), (city.end - city.first_day).days)
    days = [date.fromordinal(int(each)) for each in table.ordinals]
    workdays = [day for day, is_workday in zip(days, table.is_workday, strict=True) if is_workday]
    free = [day for day, is_workday in zip(days, table.is_workday, strict=True) if not is_workday]
    chance = stream(city.seed, "presence", record.station.org_id)
    office = [each for each in people.own if each.post not in _FIELD_POSTS] or list(people.own)
    roster: dict[tuple[str, date], str] = {}
    for number, day in enumerate(free):
        roster[(office[number % len(office)].staff_id, day)] = "值班"
    years = max(1, len(city.months) // 12)
    for each in people.own:
        for _ in range(_LEAVES_A_YEAR * years):
            begins = workdays[chance.randrange(len(workdays))]
            for day in _stretch(begins, _LEAVE_DAYS):
                roster.setdefault((each.staff_id, day), "休假")
    for state, days_of in (("值班", found.on_duty), ("休假", found.on_leave)):
        for staff_id, marked in days_of.items():
            roster.update({(staff_id, day): state for day in marked})
    for (staff_id, day), state in roster.items():
        if city.first_day <= day < city.end:
            desk.add(ROSTER, staff_id, day, state)
    _keep_logins(record, desk, office, workdays, roster, found, chance)


def _keep_logins(
    record: StationRecord,
    desk: Desk,
    office: list[Staff],
    workdays: list[date],
    roster: dict[tuple[str, date], str],
    found: Deviations,
    chance: random.Random,
) -> None:
    org_id = record.station.org_id
    since = logins_since(record.city)
    number = 0

    def add(staff_id: str, day: date, minute: int, place: str) -> None:
        nonlocal number
        number += 1
        at = moment(day, minute // 60, minute % 60, chance.randrange(60))
        month = month_of(day)
        desk.add(LOGINS, f"DL{org_id}{number:07d}", staff_id, at, digest(place), place, month=month)

    for seat, each in enumerate(office, start=1):
        place = f"W{org_id}-{seat:02d}"
        shared = set(found.twice.get(each.staff_id, ()))
        # Whoever shares an account may also be there on a holiday.
        for day in sorted({*workdays, *shared}):
            if day < since:
                continue
            if roster.get((each.staff_id, day)) != "休假":
                add(each.staff_id, day, 8 * 60 + chance.randrange(45), place)
            if day in shared:
                # Two seats within minutes: nobody walks that fast, least of all across the yard.
                begins = 14 * 60 + chance.randrange(90)
                add(each.staff_id, day, begins, place)
                add(
                    each.staff_id,
                    day,
                    begins + chance.randrange(1, 8),
                    f"W{org_id}-{seat % len(office) + 31:02d}",
                )
    for staff_id, days in found.ghosts.items():
        for day in days:
            add(
                staff_id,
                day,
                9 * 60 + chance.randrange(400),
                f"W{org_id}-{1 + chance.randrange(len(office)):02d}",
            )


def logins_since(city: City) -> date:
    """The first day of which logins are still kept."""
    return city.months[-min(LOGINS_KEPT_MONTHS, len(city.months))].first


def _stretch(begins: date, count: int) -> Iterator[date]:
    for number in range(count):
        yield begins + timedelta(days=number)
