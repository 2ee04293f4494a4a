"""The synthetic county: a small utility with planted causes, its exports and its answer key.

It imports `jicha.kernel` alone and knows nothing of marts or topics: a county that knew what is looked for
could only prove that its authors agree with themselves.
"""

from jicha.county.building import SYSTEMS, CountyError, CountySummary, build

__all__ = ["SYSTEMS", "CountyError", "CountySummary", "build"]
