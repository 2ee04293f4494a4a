"""Applications, fees and contracts as rows; and the order in which everything is written."""

from __future__ import annotations

from jicha.county.desk import Cell, Desk
from jicha.county.service import titles
from jicha.county.service.evening import Evening, flag
from jicha.county.service.papers import ABORTED, ARCHIVED, NO, UNDER_WAY, Application, Papers
from jicha.county.service.writing_calls import Calls
from jicha.county.service.writing_outages import Outages
from jicha.county.service.writing_visits import Visits


def write(papers: Papers, desk: Desk) -> None:
    """All rows, table by table, each in the order of its time."""
    shown = Connections(papers, desk).write()
    Calls(papers, desk).write(shown)
    Outages(papers, desk).write()
    Visits(papers, desk).write(shown)


class Connections(Evening):
    """What the connection teams have on file."""

    def write(self) -> set[str]:
        """Rows of applications, steps, fees and contracts; gives the numbers of the applications shown."""
        shown = self._applications()
        self._fees(shown)
        self._contracts()
        return shown

    def _applications(self) -> set[str]:
        """Numbers of the applications taken in before the end."""
        shown: set[str] = set()
        desk = self._desk
        for each in sorted(self._papers.applications, key=lambda one: (one.accepted_at, one.application_id)):
            if each.accepted_at >= self._end:
                continue
            shown.add(each.application_id)
            desk.add(titles.APPLICATIONS, *self._application(each))
            for number, step in enumerate(each.steps, start=1):
                if step.started >= self._end:
                    break
                desk.add(
                    titles.STEPS,
                    each.application_id,
                    number,
                    each.customer.customer_id,
                    self._org_id,
                    step.name,
                    step.handler,
                    str(step.started),
                    self._seen(step.finished),
                    step.side,
                    step.decision or "无",
                    step.opinion,
                    flag(step.is_signed),
                )
        return shown

    def _application(self, each: Application) -> tuple[Cell, ...]:
        status = each.status
        if status == ARCHIVED and self._seen(each.archived_at) is None:
            status = UNDER_WAY
        if status == ABORTED and self._seen(each.steps[-1].finished) is None:
            status = UNDER_WAY
        return (
            each.application_id,
            each.kind,
            status,
            each.customer.customer_id,
            self._org_id,
            each.customer.trade.voltage,
            each.sources,
            each.capacity,
            each.from_on,
            each.last_on,
            str(each.accepted_at),
            self._seen(each.archived_at),
            self._seen(each.material),
            None,
            each.boundary,
            each.works_yuan,
            flag(each.has_request),
        )

    def _fees(self, shown: set[str]) -> None:
        for each in self._papers.fees:
            if each.application.application_id in shown and each.charged_on <= self._last_day:
                self._desk.add(
                    titles.FEES,
                    each.fee_id,
                    each.application.application_id,
                    each.application.customer.customer_id,
                    each.item,
                    each.exemption,
                    each.capacity,
                    each.rate,
                    each.yuan,
                    each.charged_on,
                    each.refunded_yuan,
                    self._seen_on(each.refunded_on),
                    each.refund_due_on,
                )

    def _contracts(self) -> None:
        for each in self._papers.contracts:
            if each.signed_on > self._last_day:
                continue
            self._desk.add(
                titles.CONTRACTS,
                each.contract_id,
                each.customer.customer_id,
                each.kind,
                each.signed_on,
                each.entered_on,
                each.from_on,
                each.last_on,
                flag(each.is_evergreen),
                flag(each.has_signer),
                each.customer.contract_capacity_kva,
                each.price_code,
                None,
                1,
                NO,
            )
