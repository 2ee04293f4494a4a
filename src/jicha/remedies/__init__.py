"""Remedies: what a fault, a breach or a theft costs, by the clause of its day, with the arithmetic shown.

`registry.assess(kind, inputs, …)` takes plain data and returns a `Remedy`. Nothing here holds a number of law
or re-calculates a bill: law comes from `law.*` tables, replayed money from the caller.
"""
