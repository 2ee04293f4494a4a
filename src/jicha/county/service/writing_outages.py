"""Outages with those they hit, cuts, and the notices of both as rows."""

from __future__ import annotations

from datetime import date, timedelta

from jicha.county.desk import Desk
from jicha.county.service import arrears, titles
from jicha.county.service.evening import Evening
from jicha.county.service.papers import NO, YES, Cut, Papers
from jicha.county.world import Customer

_RESTORE_HOURS = 24
_PHONE, _DELIVERED_ABOVE = "短信", 15


class Outages(Evening):
    """What the outage desk and the cash desk's dunning have on file."""

    def __init__(self, papers: Papers, desk: Desk) -> None:
        super().__init__(papers, desk)
        self._notices = 0

    def write(self) -> None:
        """Rows of outages, cuts and notices."""
        self._outages()
        self._cuts()
        self._reminders()

    def _outages(self) -> None:
        for each in sorted(self._papers.outages, key=lambda one: (one.started, one.outage_id)):
            planned = each.planned
            if (each.published or each.started) >= self._end or each.started >= self._end:
                continue
            self._desk.add(
                titles.OUTAGES,
                each.outage_id,
                each.kind,
                self._org_id,
                each.feeder_id,
                each.area_id,
                self._seen(each.published),
                str(planned[0]) if planned else None,
                str(planned[1]) if planned else None,
                self._seen(each.started),
                self._seen(each.ended),
            )
            started, ended = str(each.started), self._seen(each.ended)
            told = None if each.notified is None or each.notified >= self._end else str(each.notified)
            kind = "计划停电通知" if each.kind == "计划停电" else "临时停电通知"
            for place, customer in enumerate(each.customers):
                self._desk.add(titles.AFFECTED, each.outage_id, customer.customer_id, started, ended)
                if told is not None:
                    # Now and then a telephone is off: by position, so that it costs no lot for each message.
                    fails = (place + each.started.day) % 70 == _DELIVERED_ABOVE
                    self._notice(
                        customer.customer_id, kind, _PHONE, told, not fails, outage_id=each.outage_id
                    )

    def _notice(
        self,
        customer_id: str,
        kind: str,
        channel: str,
        sent: str,
        is_delivered: bool,
        *,
        outage_id: str = "",
        cut_id: str = "",
        receivable_id: str = "",
    ) -> None:
        self._notices += 1
        self._desk.add(
            titles.NOTICES,
            f"N{self._org_id[-6:]}{self._notices:07d}",
            customer_id,
            kind,
            channel,
            sent,
            YES if is_delivered else NO,
            outage_id,
            cut_id,
            receivable_id,
        )

    def _cuts(self) -> None:
        for each in sorted(self._papers.cuts, key=lambda one: (one.executed, one.cut_id)):
            if each.executed >= self._end:
                continue
            due = each.paid + timedelta(hours=_RESTORE_HOURS)
            self._desk.add(
                titles.CUTS,
                each.cut_id,
                each.customer.customer_id,
                _meter_on(each.customer, each.executed.date()),
                "欠费",
                each.method,
                each.approver,
                str(each.executed),
                str(due) if each.paid < self._end else None,
                self._seen(each.restored),
            )
            self._cut_notices(each)

    def _reminders(self) -> None:
        for bill, sent in self._papers.reminders:
            if sent < self._end:
                self._notice(
                    bill.customer_id, arrears.REMINDER, _PHONE, str(sent), True,
                    receivable_id=arrears.receivable_id(bill),
                )  # fmt: skip

    def _cut_notices(self, each: Cut) -> None:
        owed = arrears.receivable_id(each.bill) if each.bill is not None else ""
        for kind, channel, sent in each.notices:
            self._notice(
                each.customer.customer_id, kind, channel, str(sent), True,
                cut_id="" if kind == arrears.REMINDER else each.cut_id, receivable_id=owed,
            )  # fmt: skip
        if each.restored < self._end:
            self._notice(
                each.customer.customer_id,
                arrears.RESTORED,
                _PHONE,
                str(each.restored),
                True,
                cut_id=each.cut_id,
            )


def _meter_on(customer: Customer, day: date) -> str:
    """The meter that hangs there on the day."""
    for meter in reversed(customer.installations):
        if meter.installed_on <= day:
            return meter.meter_id
    return customer.installations[0].meter_id
