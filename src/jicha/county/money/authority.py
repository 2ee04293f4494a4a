"""Who collects, applies and approves at a station: its own staff and those of the companies above it."""

from __future__ import annotations

from datetime import date

from jicha.county.money.habits import approval_limits
from jicha.county.world import City, Staff, Station

CASHIER, BILLING_CLERK, RECEPTIONIST = "收费员", "核算员", "业务受理员"
_NOBODY = Staff("", "", "", "", "", joined_on=date(2000, 1, 1))


class Authority:
    """The people of a station's money, found once. A post nobody holds is held by nobody: its id is ''."""

    def __init__(self, city: City, station: Station) -> None:
        parents = {each.org_id: each.parent_id for each in city.organisations}
        levels = {each.org_id: each.level_zh for each in city.organisations}
        org_id: str | None = station.org_id
        self._above: dict[str, str] = {}
        while org_id is not None:
            self._above[levels.get(org_id, "")] = org_id
            org_id = parents.get(org_id)
        self.cashiers = city.staff_of(station.org_id, CASHIER)
        self.clerks = city.staff_of(self._above.get("县", station.org_id), BILLING_CLERK) or city.staff_of(
            station.org_id, BILLING_CLERK
        )
        self.receptionists = city.staff_of(station.org_id, RECEPTIONIST) or self.cashiers
        self._approvers: list[tuple[str, int, tuple[Staff, ...]]] = []
        for level, limit, post in approval_limits():
            people = city.staff_of(self._above[level], post) if level in self._above else ()
            if people:
                self._approvers.append((level, limit, people))

    def cashier(self, day: int) -> str:
        """Whose turn at the cash desk it is on the day."""
        return self.cashiers[day % len(self.cashiers)].staff_id if self.cashiers else ""

    def clerk(self, number: int) -> Staff:
        """A billing clerk, by turns."""
        return self.clerks[number % len(self.clerks)] if self.clerks else _NOBODY

    def receptionist(self, number: int) -> str:
        """Who writes invoices in the hall."""
        return self.receptionists[number % len(self.receptionists)].staff_id if self.receptionists else ""

    def approver(self, fen: int) -> Staff:
        """Who may approve so much money, whatever its sign."""
        return self.graded(fen)[1]

    def graded(self, fen: int) -> tuple[str, Staff]:
        """The level that may approve so much money, and who there does."""
        for level, limit, people in self._approvers:
            if abs(fen) <= limit:
                return level, people[abs(fen) % len(people)]
        if not self._approvers:
            return "", _NOBODY
        level, _, people = self._approvers[-1]
        return level, people[0]

    def beyond(self) -> tuple[str, int]:
        """The lowest level and the limit in fen above which it may not approve."""
        level, limit, _ = approval_limits()[0]
        return level, limit
