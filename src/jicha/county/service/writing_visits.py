"""Inspections, defects, breach cases and the documents of everything as rows."""

from __future__ import annotations

from decimal import Decimal

from jicha.county.desk import Desk
from jicha.county.service import titles
from jicha.county.service.evening import Evening
from jicha.county.service.papers import Attachment, Inspection, Papers, digest

_NO_ENERGY = Decimal("0.00")
_CLASS_ON_FORM = {"居民合表": "居民合表及执行居民电价的非居民"}


class Visits(Evening):
    """What the inspection teams have on file."""

    def __init__(self, papers: Papers, desk: Desk) -> None:
        super().__init__(papers, desk)
        self._attachments = 0

    def write(self, shown: set[str]) -> None:
        """Rows of inspections, defects, cases and documents; `shown` are the applications taken in."""
        self._breaches(self._inspections())
        self._files(shown)

    def _inspections(self) -> set[str]:
        shown: set[str] = set()
        for each in sorted(self._papers.inspections, key=lambda one: (one.started, one.inspection_id)):
            if each.planned_on > self._last_day:
                continue
            shown.add(each.inspection_id)
            done = each.ended < self._end
            self._desk.add(
                titles.INSPECTIONS,
                each.inspection_id,
                each.customer.customer_id,
                self._org_id,
                each.kind,
                each.planned_on,
                self._seen(each.started),
                self._seen(each.ended),
                each.inspector,
                each.second,
                each.result if done else "",
                _category(each) if done else "",
                each.equipment if done else "",
                each.track_points if done else None,
                each.distance_m if done else None,
            )
            self._photos(each)
        for defect in self._papers.defects:
            if defect.inspection.inspection_id in shown and defect.found_on <= self._last_day:
                self._desk.add(
                    titles.DEFECTS,
                    defect.defect_id,
                    defect.inspection.inspection_id,
                    defect.inspection.customer.customer_id,
                    defect.kind,
                    defect.level,
                    defect.found_on,
                    self._seen_on(defect.fixed_on),
                    self._seen_on(defect.reported_on),
                )
        return shown

    def _photos(self, each: Inspection) -> None:
        span = each.ended - each.started
        for number in range(each.photos):
            made = each.started + span * (number + 1) // (each.photos + 1)
            self._file(
                Attachment(
                    record_kind="用电检查",
                    record_id=each.inspection_id,
                    customer=each.customer,
                    document=("现场照片", "计量装置照片")[number % 2],
                    made=made.replace(microsecond=0),
                    uploaded=each.ended,
                    uploader=each.inspector,
                    digest=digest(f"{each.inspection_id}{number}"),
                )
            )

    def _breaches(self, inspections: set[str]) -> None:
        for each in self._papers.breaches:
            if each.opened >= self._end or each.inspection.inspection_id not in inspections:
                continue
            status, closed = each.status, self._seen(each.closed)
            if status == "已归档" and closed is None:
                status = "已开单"
            self._desk.add(
                titles.BREACHES,
                each.breach_id,
                each.customer.customer_id,
                self._org_id,
                each.kind,
                status,
                each.found_on,
                str(each.opened),
                closed,
                self._seen(each.terminated),
                each.approver,
                each.inspection.inspection_id,
                None,
                each.power_kw,
                None,
                _NO_ENERGY,
                _NO_ENERGY,
                None,
                each.charge_yuan,
                each.collected_yuan if closed else None,
                None,
                None,
            )

    def _files(self, shown: set[str]) -> None:
        for each in self._papers.attachments:
            if each.record_kind != "业务申请" or each.record_id in shown:
                self._file(each)

    def _file(self, each: Attachment) -> None:
        if each.uploaded >= self._end:
            return
        self._attachments += 1
        self._desk.add(
            titles.ATTACHMENTS,
            f"FJ{self._org_id[-6:]}{self._attachments:07d}",
            each.record_kind,
            each.record_id,
            each.customer.customer_id,
            each.document,
            each.digest,
            str(each.made),
            str(each.uploaded),
            each.uploader,
        )


def _category(inspection: Inspection) -> str:
    """The class of use that the inspectors copy from the file."""
    customer = inspection.customer
    category = (customer.filed_as or customer.trade).category
    return _CLASS_ON_FORM.get(category, category)
