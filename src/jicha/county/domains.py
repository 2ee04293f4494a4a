"""The domains of papers, in the order in which a station's papers are written."""

from __future__ import annotations

from functools import cache

from jicha.county import assets, control, market, production
from jicha.county.desk import Domain
from jicha.county.electric import papers
from jicha.county.exports import masters, weather
from jicha.county.money import MONEY
from jicha.county.service import SERVICE


@cache
def domains() -> tuple[Domain, ...]:
    """Every domain of the county."""
    return (
        # The service desk corrects names, addresses and first days of accounts: the masters follow it.
        SERVICE,
        Domain("masters", masters.TABLES, masters.keep),
        Domain("weather", weather.TABLES, weather.keep),
        papers.DOMAIN,
        MONEY,
        Domain("assets", assets.TABLES, assets.keep),
        Domain("control", control.TABLES, control.keep),
        Domain("production", production.TABLES, production.keep),
        Domain("market", market.TABLES, market.keep),
    )
