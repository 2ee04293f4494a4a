"""Metering: what the sites of a station use day by day, what their meters count, what reaches the collection system."""
