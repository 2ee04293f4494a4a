"""Cases, repairs and callbacks as rows."""

from __future__ import annotations

from jicha.county.desk import Cell
from jicha.county.service import titles
from jicha.county.service.evening import Evening
from jicha.county.service.papers import NO, YES, Case, digest


class Calls(Evening):
    """What the service line has on file."""

    def write(self, shown: set[str]) -> None:
        """Rows of cases, repairs and callbacks; `shown` are the applications that have been taken in."""
        self._cases()
        self._callbacks(shown)

    def _cases(self) -> None:
        districts: dict[str, str] = {}
        shown: set[str] = set()
        for each in sorted(self._papers.cases, key=lambda one: (one.accepted, one.case_id)):
            if each.accepted >= self._end:
                continue
            shown.add(each.case_id)
            area_id = each.customer.filed_area_id
            if area_id not in districts:
                districts[area_id] = self._papers.district(area_id)
            self._desk.add(titles.CASES, *self._case(each, districts[area_id]))
        for repair in self._papers.repairs:
            if repair.case.case_id not in shown or repair.dispatched >= self._end:
                continue
            self._desk.add(
                titles.REPAIRS,
                repair.repair_id,
                repair.case.case_id,
                self._org_id,
                repair.leader,
                str(repair.dispatched),
                self._seen(repair.arrived),
                repair.distance_m,
                self._seen(repair.restored),
                repair.reason,
                repair.load_kw,
            )

    def _case(self, each: Case, district: str) -> tuple[Cell, ...]:
        return (
            each.case_id,
            each.customer.customer_id,
            self._org_id,
            each.customer.filed_area_id,
            district,
            each.kind,
            each.subtype,
            str(each.accepted),
            self._seen(each.contacted),
            self._seen(each.visited),
            self._seen(each.replied),
            self._seen(each.closed),
            None if each.appointment is None else str(each.appointment),
            each.conclusion if self._seen(each.replied) else "",
            each.handler,
            digest(each.customer.phone_number),
            YES if each.is_malicious else NO,
            each.text,
            digest(each.text),
            each.terms,
            each.likelihood,
        )

    def _callbacks(self, shown: set[str]) -> None:
        for each in self._papers.callbacks:
            application = each.application
            if each.called >= self._end or (application and application.application_id not in shown):
                continue
            self._desk.add(
                titles.CALLBACKS,
                each.callback_id,
                self._org_id,
                each.case.case_id if each.case else None,
                application.application_id if application else None,
                each.caller,
                str(each.called),
                each.seconds,
                each.phone_digest,
                each.satisfaction,
            )
