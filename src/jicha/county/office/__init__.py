"""The utility's month with one customer: read the meter, bill what was read, make good what was noticed."""
