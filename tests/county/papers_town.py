"""A station that was really lived, for tests of assets, control, production and market: its papers on a tray."""

from __future__ import annotations

from functools import cache
from types import ModuleType

from jicha.county import assets, control, market, production
from jicha.county.assets.rehanging import LIGHTNING_TWICE
from jicha.county.desk import BillFact, StationRecord
from jicha.county.founding.station import found_station
from jicha.county.metering.days import live
from jicha.county.plan import Planned, Wish
from jicha.county.planting import plant
from jicha.county.tables import cause_plan, facts
from jicha.county.world import units
from tests.county.service_town import Tray, city

DOMAINS: dict[str, ModuleType] = {
    "assets": assets,
    "control": control,
    "production": production,
    "market": market,
}
_STORIES = (
    "meter_exchanged",
    "ct_exchanged_file_not_updated",
    "ct_exchanged_file_updated",
    "bypassed_supply",
    "vacant_new_flat",
    "account_reopened",
    "filed_under_wrong_area",
    "panels_never_filed",
    "area_cut_over_and_filed",
    "area_cut_over_file_not_changed",
)
_EACH, _CUSTOMERS, _IDLE_FLATS = 3, 2500, 2


def kinds_of(domain: str) -> list[str]:
    """The domain's own kinds, in the order of its plan."""
    return [row["kind"] for row in facts(f"causes_{domain}")]


def tray_for(*kinds: str, wish: Wish | None = None) -> Tray:
    """A desk that wants one happening of each of the kinds."""
    return Tray({kind: [wish or Wish()] for kind in kinds})


@cache
def lived(seed: int = 1) -> StationRecord:
    """The city's first station after its last day, with some stories; bills say what was used."""
    whole = city(_CUSTOMERS, 24, seed)
    station = found_station(whole, whole.counties[0].stations[0])
    wanted = {
        kind: [Planned(cause_plan()[kind], turn) for turn in range(1 if kind.startswith("area") else _EACH)]
        for kind in _STORIES
    }
    plant(whole, station, wanted, by_nature=True)
    assets.rehang(whole, station, tray_for(LIGHTNING_TWICE))
    flats = [each for each in station.customers if each.trade.code == "household" and each.story is None]
    for idle in flats[:_IDLE_FLATS]:
        idle.daily_kwh = 0.0
    record = StationRecord(whole, station, days=live(whole, station, 1))
    assert record.days is not None
    for row, customer in enumerate(station.customers):
        bills = record.bills.setdefault(customer.customer_id, [])
        for month in whole.months:
            begins = record.days.index(month.first.toordinal())
            ends = record.days.index(month.next.first.toordinal())
            kwh = units(int(record.days.use[row, begins:ends].sum()))
            bill_id = f"{month.year}{month.month:02d}{customer.customer_id}0"
            issued = month.next.first
            bills.append(
                BillFact(
                    bill_id, customer.customer_id, month, month.first, month.last, issued, "正常", kwh, kwh
                )
            )
    return record


@cache
def kept(domain: str, seed: int = 1) -> Tray:
    """The domain's papers with one happening of each of its kinds."""
    tray = tray_for(*kinds_of(domain))
    DOMAINS[domain].keep(lived(seed), tray)
    return tray


def everything(seed: int = 1) -> Tray:
    """The papers of all four domains on one tray."""
    tray = tray_for(*(kind for domain in DOMAINS for kind in kinds_of(domain)))
    for domain in DOMAINS.values():
        domain.keep(lived(seed), tray)
    return tray
