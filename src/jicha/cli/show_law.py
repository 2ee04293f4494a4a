"""Values of law as people read them, wherever they are shown."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rich.text import Text

from jicha.cli.language import current, say
from jicha.cli.show import drawn
from jicha.law.files import Confidence
from jicha.law.table import LawRow
from jicha.lexicon.lexicon import Lexicon

_STYLES: dict[Confidence, str] = {"source-read": "green", "secondary": "yellow", "unverified": "red"}


def heading(column: str, lexicon: Lexicon) -> str:
    """A column's name with its unit; a bare ratio has none."""
    field = lexicon.field(column)
    unit = lexicon.units[field.unit].symbol if field.unit and field.unit != "ratio" else ""
    return field.text.in_(current()) + (f" ({unit})" if unit else "")


def value_shown(column: str, value: Any, lexicon: Lexicon) -> str:
    """A value as a person reads it: codes by their name, yes and no, decimals as they are written."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return say("yes", "是") if value else say("no", "否")
    if isinstance(value, Decimal):
        return f"{value:f}"
    code = lexicon.field(column).code
    known = lexicon.codes(code).get(str(value)) if code else None
    return str(value) if known is None else str(getattr(known, current()))


def confidence_shown(confidence: Confidence, lexicon: Lexicon) -> Text:
    known = lexicon.codes("law_confidence")[confidence]
    return drawn(getattr(known, current()), _STYLES[confidence])


def row_said(row: LawRow, lexicon: Lexicon) -> str:
    """What a row says beside its place: its key and its values, the empty ones left out."""
    said = {c: v for c, v in row.values.items() if c != "jurisdiction_code" and v is not None}
    return "; ".join(f"{heading(c, lexicon)} {value_shown(c, v, lexicon)}" for c, v in said.items())
