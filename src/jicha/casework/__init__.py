"""Casework: organisation and rights, leads, orders, the journal. Django without screens.

What may follow what, who may do it and what may not meet in one person is data in `content/casework`. Services
(`jicha.casework.services`) are the only way to change anything; every change writes its event in the same transaction.
"""
