"""Electricity at the meter: what it sees of the load, what it counts, reports and shows on its clock."""
