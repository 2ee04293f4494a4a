"""Which happenings of this domain there are, and how those wanted at a station are planned."""

from __future__ import annotations

from collections.abc import Callable

from jicha.county.desk import Desk, Planned
from jicha.county.money.account_deeds import (
    Instalments,
    LateFeeNotCharged,
    LateFeeWaived,
    MovedToStranger,
    MovedWithinFamily,
    PaidTwice,
    RefundToWrongAccount,
    ReversedAfterCutoff,
    TypingErrorReversed,
)
from jicha.county.money.deeds import Deed, Scene
from jicha.county.money.paper_deeds import (
    AdjustmentAboveAuthority,
    InvoiceTwice,
    RowsRepeated,
    WrittenOffThoughPaid,
)
from jicha.county.money.papers import Invoices
from jicha.county.money.till_deeds import (
    AgencyFileLate,
    AgencyFileShort,
    CashBankedLate,
    ClerkPaysForMany,
    CollectionsKept,
    HolidayDelay,
    LandlordPays,
)

#: Kinds by name, in the order in which they choose their customers: the choosiest first.
KINDS: dict[str, Callable[[Planned, Scene], Deed]] = {
    "factory_pays_in_instalments_by_agreement": Instalments,
    "payment_reversed_after_cutoff": ReversedAfterCutoff,
    "adjustment_above_authority": AdjustmentAboveAuthority,
    "late_fee_not_charged": LateFeeNotCharged,
    "late_fee_waived_without_approval": LateFeeWaived,
    "written_off_though_paid": WrittenOffThoughPaid,
    "month_end_bank_holiday_delay": HolidayDelay,
    "cash_banked_late": CashBankedLate,
    "collections_kept": CollectionsKept,
    "prepayment_moved_to_stranger": MovedToStranger,
    "prepayment_moved_within_family": MovedWithinFamily,
    "paid_twice_not_returned": PaidTwice,
    "refund_to_wrong_account": RefundToWrongAccount,
    "agency_file_short": AgencyFileShort,
    "agency_file_late": AgencyFileLate,
    "reversed_same_day_typing_error": TypingErrorReversed,
    "export_row_repeated": RowsRepeated,
    "landlord_pays_for_tenants": LandlordPays,
    "clerk_pays_for_many": ClerkPaysForMany,
}
#: This one needs the invoices of the station too.
INVOICE_TWICE = "invoice_issued_twice"


def plan_deeds(desk: Desk, scene: Scene, invoices: Invoices) -> list[Deed]:
    """What is to happen at the station, each happening with its customers; no customer is in two of them."""
    deeds: list[Deed] = []
    for kind in (INVOICE_TWICE, *KINDS):
        for planned in desk.wanted(kind):
            deed = (
                InvoiceTwice(planned, scene, invoices)
                if kind == INVOICE_TWICE
                else KINDS[kind](planned, scene)
            )
            if deed.prepare():
                scene.taken.update(each.customer_id for each in deed.customers)
                deeds.append(deed)
    return deeds
