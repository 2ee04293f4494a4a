"""Dated law: instruments, tables of values with their clauses, named readings of what is ambiguous, the calendar.

`book.load_law` reads `content/law`; nothing in this package holds a number of law.
"""
