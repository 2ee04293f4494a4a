"""Prices and bills of the county: terms of a supply, the price sheet, a biller in Decimal."""
