"""The basic charge of two-part customers: by capacity, by contract demand, by actual demand."""

from __future__ import annotations

from decimal import Decimal

from jicha.county.tariff.rules import BillingRules, TariffError
from jicha.county.tariff.terms import BY_ACTUAL_DEMAND, BY_CONTRACT_DEMAND, Terms


def charged_demand(terms: Terms, measured_kw: Decimal | None, rules: BillingRules) -> Decimal:
    """The kW that are charged in the month.

    By actual demand what was measured, however low. By contract demand the contract's, which counts at least
    40 % of the capacity, up to 105 % of it; above, the demand measured, and what exceeds 105 % once more.
    Raises TariffError where the demand measured, or the contract's, is not known."""
    if measured_kw is None:
        raise TariffError(
            "demand_missing",
            en="a customer billed by demand needs the demand of the month",
            zh="按需量计收基本电费的用户缺少当月最大需量",
        )
    if terms.basic == BY_ACTUAL_DEMAND:
        return measured_kw
    if terms.basic != BY_CONTRACT_DEMAND or terms.contract_demand_kw is None:
        raise TariffError(
            "contract_demand_missing",
            en=f"the terms ({terms.basic}) lack the contract demand",
            zh=f"用电条款({terms.basic})缺少合同最大需量",
        )
    contract = max(terms.contract_demand_kw, rules.contract_demand_floor * terms.capacity_kva)
    tolerated = rules.contract_demand_tolerance * contract
    if measured_kw <= tolerated:
        return contract
    return tolerated + rules.over_demand_multiple * (measured_kw - tolerated)


def is_high_use(terms: Terms, kwh: Decimal, days: int, rules: BillingRules) -> bool:
    """Whether the use reaches 260 kWh for each kVA and month (of 30 days), which discounts the demand price."""
    if not terms.capacity_kva or not days:
        return False
    return kwh * rules.days_of_month >= rules.high_use_kwh_per_kva * terms.capacity_kva * days
