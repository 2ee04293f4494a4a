"""Service and connection: applications, contracts, cases, repairs, outages, cuts, inspections of a station.

`keep` writes a station's papers of the whole period: first the ordinary ones, then the domain's own causes, then
everything as the systems show it on the period's last evening.
"""

from __future__ import annotations

from jicha.county.desk import Desk, Domain, StationRecord
from jicha.county.service import applications, arrears, cases, causes, contracts, inspections, outages
from jicha.county.service.papers import Papers
from jicha.county.service.titles import TABLES
from jicha.county.service.writing import write


def keep(record: StationRecord, desk: Desk) -> None:
    """A station's papers of service and connection, with the domain's causes and their answers."""
    papers = Papers(record)
    used: set[str] = set()
    causes.plant(papers, desk, causes.FOUNDED, used)
    applications.file(papers)
    contracts.sign(papers)
    cases.answer(papers)
    outages.happen(papers)
    record.outages = papers.outages
    arrears.cut_off(papers)
    inspections.visit(papers)
    causes.plant(papers, desk, causes.DONE, used)
    arrears.remind(papers)
    write(papers, desk)


SERVICE = Domain("service", TABLES, keep)

__all__ = ["SERVICE", "TABLES", "keep"]
