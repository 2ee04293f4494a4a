"""Causes in the links between systems: a customer filed under an area it does not hang on."""

from __future__ import annotations

from datetime import date

from jicha.county.place import Kind, Place, fits_any_meter
from jicha.county.story import Story
from jicha.county.tables import PlannedCause
from jicha.county.world import Customer
from jicha.kernel.text import Text


class FiledUnderWrongArea(Story):
    """The file says another transformer area of the same station; reading and bill are right."""

    def __init__(self, plan: PlannedCause, customer: Customer, filed: str, start: date, end: date) -> None:
        note = Text(
            en=f"hangs on {customer.area_id}, filed under {filed}",
            zh=f"实际属 {customer.area_id}, 档案为 {filed}",
        )
        customer.filed_area_id = filed
        super().__init__(plan, start, end, note)


def _tell_wrong_area(place: Place) -> Story:
    """The neighbouring area of the same book or the next."""
    customer = place.customer
    others = [
        each.area_id for each in place.station.areas if each.is_public and each.area_id != customer.area_id
    ]
    filed = place.chance.choice(others)
    return FiledUnderWrongArea(place.plan, customer, filed, place.city.first_day, place.city.end)


def _fits_large(customer: Customer, variant: int) -> bool:
    """Large enough to show in an area's balance."""
    large = customer.trade.code in ("shop", "restaurant", "workshop", "farm", "large_household", "office")
    return fits_any_meter(customer, variant) and large and not customer.trade.is_high_voltage


KINDS = {"filed_under_wrong_area": Kind(_fits_large, _tell_wrong_area)}
