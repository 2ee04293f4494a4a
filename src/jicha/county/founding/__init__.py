"""Founding: the city with its stations, a station with its grid and its customers, before the first day."""
