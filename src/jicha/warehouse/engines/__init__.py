"""Engines: the only floor that knows DuckDB (and, later, Spark)."""
