"""Arrow types of the lexicon's types: in them tables travel between law, warehouse and engines."""

from __future__ import annotations

from typing import Any


def arrow_type(kind: str) -> Any:
    """The Arrow type of a lexicon type."""
    import pyarrow as pa

    if kind.startswith("decimal("):
        precision, scale = kind[len("decimal(") : -1].split(",")
        return pa.decimal128(int(precision), int(scale))
    return {
        "text": pa.string(),
        "integer": pa.int64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("us"),
        "double": pa.float64(),
    }[kind]
