"""The kinds, their inputs and results as a page: `python -m jicha.remedies.document`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence

from jicha.kernel.text import Text
from jicha.lexicon.bilingual import Bilingual
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.text_file import read_text
from jicha.lexicon.yaml_file import typed
from jicha.remedies.fields import Field, Kind
from jicha.remedies.registry import MONEY_FIELDS, RemedyKind, kinds
from jicha.remedies.terms import TERMS, node_name


def page(names: Mapping[str, Text]) -> str:
    """All kinds as Markdown; `names` is the book of names."""
    lines = ["## Inputs every kind about money takes", "", *_fields(MONEY_FIELDS), ""]
    for kind in kinds().values():
        lines += _kind(kind, names)
    return "\n".join(lines)


def _kind(kind: RemedyKind, names: Mapping[str, Text]) -> Iterator[str]:
    yield f"## `{kind.name}` {kind.title.en} · {kind.title.zh}"
    yield ""
    day = "needs the day of behaviour" if kind.needs_day else "needs a day only where law is asked"
    yield f"{'Claims money (split)' if kind.claims_money else 'No claim'}; {day}."
    yield ""
    yield from _fields(kind.fields)
    yield ""
    named = (f"`{name}` {_called(name, names)} ({TERMS.get(name) or '–'})" for name in kind.results)
    yield "Results: " + "; ".join(named)
    yield ""


def _called(name: str, names: Mapping[str, Text]) -> str:
    found = names.get(node_name(name))
    return name.replace("_", " ") if found is None else found.zh


def _fields(fields: Sequence[Field], indent: str = "") -> Iterator[str]:
    for each in fields:
        also = f" (also {', '.join(f'`{alias}`' for alias in each.aliases)})" if each.aliases else ""
        must = " **required**" if each.required else ""
        options = f": {', '.join(each.options)}" if each.options else ""
        yield f"{indent}- `{each.name}`{also} – {each.kind}{options}{must}. {each.says.en} · {each.says.zh}"
        if each.kind in (Kind.rows, Kind.record):
            yield from _fields(each.fields, indent + "  ")


if __name__ == "__main__":
    roots = ContentRoots.find()
    file = roots.public / "lexicon" / "derivation_names.yaml"
    book = typed(read_text(file, roots.shown(file)), dict[str, Bilingual], file=roots.shown(file))
    sys.stdout.write(page({name: said.text for name, said in book.items()}) + "\n")
