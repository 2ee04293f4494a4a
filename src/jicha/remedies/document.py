"""The kinds, their inputs and results as a page: `python -m jicha.remedies.document`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from jicha.remedies.fields import Field, Kind
from jicha.remedies.registry import MONEY_FIELDS, RemedyKind, kinds
from jicha.remedies.terms import TERMS


def page() -> str:
    """All kinds as Markdown."""
    lines = ["## Inputs every kind about money takes", "", *_fields(MONEY_FIELDS), ""]
    for kind in kinds().values():
        lines += _kind(kind)
    return "\n".join(lines)


def _kind(kind: RemedyKind) -> Iterator[str]:
    yield f"## `{kind.name}` {kind.title.en} · {kind.title.zh}"
    yield ""
    day = "needs the day of behaviour" if kind.needs_day else "needs a day only where law is asked"
    yield f"{'Claims money (split)' if kind.claims_money else 'No claim'}; {day}."
    yield ""
    yield from _fields(kind.fields)
    yield ""
    named = (f"`{name}` {TERMS[name].text.zh} ({TERMS[name].unit or '–'})" for name in kind.results)
    yield "Results: " + "; ".join(named)
    yield ""


def _fields(fields: Sequence[Field], indent: str = "") -> Iterator[str]:
    for each in fields:
        also = f" (also {', '.join(f'`{alias}`' for alias in each.aliases)})" if each.aliases else ""
        must = " **required**" if each.required else ""
        options = f": {', '.join(each.options)}" if each.options else ""
        yield f"{indent}- `{each.name}`{also} – {each.kind}{options}{must}. {each.says.en} · {each.says.zh}"
        if each.kind in (Kind.rows, Kind.record):
            yield from _fields(each.fields, indent + "  ")


if __name__ == "__main__":
    sys.stdout.write(page() + "\n")
