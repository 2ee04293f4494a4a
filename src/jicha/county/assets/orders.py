"""The applications on which meters are hung and taken off, by the numbers `service` gives them."""

from __future__ import annotations

from datetime import date

from jicha.county.assets.devices import MeterRun
from jicha.county.service.papers import exchange_application_id, opening_application_id
from jicha.county.world import Customer


def hanging_order(customer: Customer, run: MeterRun) -> str | None:
    """The application with which the meter came; None where it hung there before anybody kept numbers."""
    place = next(number for number, each in enumerate(customer.installations) if each is run.first)
    if customer.interruption is not None and run.hung_on == customer.interruption[1]:
        return f"Q{customer.customer_id}"
    if place:
        return exchange_application_id(customer, place + 1)
    return opening_application_id(customer) if run.hung_on == customer.opened_on else None


def removal_order(customer: Customer, day: date) -> str | None:
    """The application with which the last meter went: the account's closing, or its interruption."""
    if customer.interruption is not None and day == customer.interruption[0]:
        return f"P{customer.customer_id}"
    return (
        f"Z{customer.customer_id}" if day == customer.closed_on and customer.filed_closing is None else None
    )
