"""The money: who owes, who pays and how, where it goes, and which books say so."""

from jicha.county.desk import Domain
from jicha.county.money.station import keep
from jicha.county.money.tables import TABLES

MONEY = Domain("money", TABLES, keep)

__all__ = ["MONEY", "TABLES", "keep"]
