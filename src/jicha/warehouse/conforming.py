"""Rows an engine returned, held to the lexicon's types before they are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jicha.kernel.errors import ContentError
from jicha.lexicon.arrow import arrow_type


def conform(rows: Any, columns: Mapping[str, str], shown: str) -> Any:
    """The Arrow table with exactly the lexicon's types. A column of another family of types, or a value that
    would lose a digit, is an error: numbers are not rounded, texts not read, nothing is spelt out as text."""
    import pyarrow as pa

    arrays = []
    for name, kind in columns.items():
        try:
            arrays.append(_conformed(rows[name], kind))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError) as error:
            raise ContentError(
                "column_type",
                en=f"column {name} does not fit its lexicon type {kind}: {error}; round or cast in the SQL",
                zh=f"列 {name} 与词典类型 {kind} 不符: {error}; 请在 SQL 中显式取舍或转换",
                file=shown,
            ) from error
    return pa.table(arrays, schema=pa.schema([(name, arrow_type(kind)) for name, kind in columns.items()]))


def _conformed(values: Any, kind: str) -> Any:
    import pyarrow as pa
    import pyarrow.types as of

    tests = {
        "decimal": (of.is_decimal, of.is_integer),
        "integer": (of.is_integer, lambda t: of.is_decimal(t) and t.scale == 0),
        "double": (of.is_floating, of.is_decimal, of.is_integer),
        "boolean": (of.is_boolean,),
        "date": (of.is_date,),
        "timestamp": (lambda t: of.is_timestamp(t) and t.tz is None,),
        "text": (of.is_string, of.is_large_string),
    }
    wanted = arrow_type(kind)
    if not of.is_null(values.type) and not any(fits(values.type) for fits in tests[kind.partition("(")[0]]):
        raise pa.ArrowTypeError(f"it is of type {values.type}")
    if of.is_decimal(wanted) and of.is_integer(values.type):
        # Arrow wants room for every value an integer may have before it looks at those there are.
        values = values.cast(pa.decimal128(38, wanted.scale), safe=True)
    return values.cast(wanted, safe=True)
