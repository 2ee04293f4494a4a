"""The county's price sheet (`facts/price_sheet.csv`) and what it makes of the terms of a supply.

The grid company of the county publishes the same sheet every month, so a price has no month. Commercial prices
are the Hubei sheet of January 2026, with their parts; residential and agricultural ones a catalogue without.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from jicha.county.tables import facts
from jicha.county.tariff.rules import TariffError, to_price
from jicha.county.tariff.terms import AGENCY, BY_CAPACITY, RATES, RETAIL, TOTAL, Terms

ENERGY_CHARGE = "电度电费"
BASIC_BY_CAPACITY, BASIC_BY_DEMAND = "基本电费(容量)", "基本电费(需量)"
POWER_FACTOR_CHARGE = "功率因数调整电费"
_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A row of the sheet. `price` in `unit` as printed; for energy of the commercial class with its parts, in
    yuan per kWh: `ratio` × (`purchase` + `line_loss`) + `transmission` + `system_operation` + `funds`.

    `tier`: None but for residential prices by tiers. Parts of catalogue prices are not published: `ratio` None."""

    code: str
    charge: str
    usage: str
    voltage: str
    structure: str
    rate: str
    tier: int | None
    unit: str
    price: Decimal
    ratio: Decimal | None
    purchase: Decimal
    line_loss: Decimal
    transmission: Decimal
    system_operation: Decimal
    funds: Decimal
    source: str
    confidence: str

    def added_up(self, energy: Decimal | None = None) -> Decimal:
        """The price from its parts, to six decimals; `energy` in place of the purchase price if given.

        What is bought floats with the time of use (the ratio), whoever sells it; the rest does not."""
        if self.ratio is None:
            raise TariffError(
                "price_without_parts",
                en=f"the sheet does not divide {self.code} into parts",
                zh=f"价格表未列示 {self.code} 的构成",
            )
        bought = self.purchase if energy is None else energy
        return to_price(
            self.ratio * (bought + self.line_loss) + self.transmission + self.system_operation + self.funds
        )


@dataclass(frozen=True, slots=True)
class PricesOf:
    """The prices of some terms, yuan: of energy by rate (尖 峰 平 谷, or 总 alone), by tier where there are tiers
    (then 总), of kW or kVA and month for the basic charge. `funds`: the part of each energy price that belongs to
    the government."""

    energy: tuple[Decimal, ...]
    tiers: tuple[Decimal, ...]
    basic: Decimal
    funds: Decimal


@cache
def price_sheet() -> tuple[PriceRow, ...]:
    """All rows in the order of the file."""
    return tuple(_row(row) for row in facts("price_sheet"))


def prices_of(terms: Terms) -> PricesOf:
    """What the sheet, or the market, makes the terms pay. Raises TariffError where the sheet has no such price."""
    rates = RATES if terms.is_time_of_use else (TOTAL,)
    found = _by_key()
    first = 1 if (terms.price_code, ENERGY_CHARGE, TOTAL, 1) in found else None
    rows = [_found(terms, ENERGY_CHARGE, rate, first) for rate in rates]
    tiers = []
    if terms.is_tiered:
        tiers = [_found(terms, ENERGY_CHARGE, TOTAL, tier).price for tier in (1, 2, 3)]
    basic = _NONE
    if terms.basic:
        charge = BASIC_BY_CAPACITY if terms.basic == BY_CAPACITY else BASIC_BY_DEMAND
        basic = _found(terms, charge, TOTAL, None).price
    energy = tuple(_energy_price(terms, row) for row in rows)
    return PricesOf(energy, tuple(tiers), basic, rows[0].funds)


def _energy_price(terms: Terms, row: PriceRow) -> Decimal:
    if row.ratio is None:
        return row.price
    if terms.purchase == RETAIL:
        if terms.retail_price is None:
            raise TariffError(
                "retail_price_missing",
                en="terms with energy bought on the market need its price",
                zh="市场化零售用户缺少零售合同电价",
            )
        return row.added_up(terms.retail_price)
    if terms.purchase == AGENCY and terms.purchase_multiple != 1:
        return row.added_up(row.purchase * terms.purchase_multiple)
    return row.price


def _found(terms: Terms, charge: str, rate: str, tier: int | None) -> PriceRow:
    row = _by_key().get((terms.price_code, charge, rate, tier))
    if row is None:
        raise TariffError(
            "no_such_price",
            en=f"the price sheet has no {charge} ({rate}) for {terms.price_code}",
            zh=f"价格表中没有 {terms.price_code} 的{charge}({rate})",
        )
    return row


@cache
def _by_key() -> dict[tuple[str, str, str, int | None], PriceRow]:
    return {(row.code, row.charge, row.rate, row.tier): row for row in price_sheet()}


def _row(row: dict[str, str]) -> PriceRow:
    return PriceRow(
        code=row["code"],
        charge=row["charge"],
        usage=row["usage"],
        voltage=row["voltage"],
        structure=row["structure"],
        rate=row["rate"],
        tier=int(row["tier"]) if row["tier"] else None,
        unit=row["unit"],
        price=Decimal(row["price"]),
        ratio=Decimal(row["ratio"]) if row["ratio"] else None,
        purchase=Decimal(row["purchase"] or 0),
        line_loss=Decimal(row["line_loss"] or 0),
        transmission=Decimal(row["transmission"] or 0),
        system_operation=Decimal(row["system_operation"] or 0),
        funds=Decimal(row["funds"] or 0),
        source=row["source"],
        confidence=row["confidence"],
    )
