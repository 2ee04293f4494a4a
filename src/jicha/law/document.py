"""docs/law.md: what the law content holds, what it rests on, and what a person still has to confirm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from jicha.law.book import Law
from jicha.law.files import Confidence
from jicha.law.instrument import Instrument
from jicha.law.table import LawTable

_ORDER: tuple[Confidence, ...] = ("source-read", "secondary", "unverified")


def document(law: Law) -> str:
    """One Markdown page, the same for the same content."""
    return "\n".join([*_head(law), *_tables(law), *_settings(law), *_instruments(law)]) + "\n"


def _head(law: Law) -> Iterator[str]:
    rows = [row for table in law.tables.values() for row in table.rows]
    counts = Counter(row.confidence for row in rows)
    yield "# Law as data"
    yield ""
    yield "Made from `content/law` by `make docs`; do not edit. `jicha explain law KEY --on DATE` answers one question."
    yield ""
    yield (
        f"{len(law.instruments)} instruments, {len(law.tables)} tables, {len(rows):,} rows, "
        f"{len(law.settings)} named readings. Rows by confidence: "
        + ", ".join(f"{counts[c]:,} {c}" for c in _ORDER)
        + ". What is *unverified* works, and everything that rests on it says so."
    )
    yield ""


def _tables(law: Law) -> Iterator[str]:
    yield "## Tables"
    area = ""
    for table in sorted(law.tables.values(), key=lambda t: (t.area, t.name)):
        if table.area != area:
            area = table.area
            yield ""
            yield f"### {area}"
            yield ""
            yield "| table | 中文 | key | values | rows | source-read / secondary / unverified | first day |"
            yield "|---|---|---|---|---|---|---|"
        counts = Counter(row.confidence for row in table.rows)
        values = [column for column in table.columns if column not in table.key]
        yield (
            f"| `{table.name}` {table.title.en} | {table.title.zh} | {_listed(table.key)} | {_listed(values)} "
            f"| {len(table.rows)} | {' / '.join(str(counts[c]) for c in _ORDER)} | {_first(table)} |"
        )
    yield ""


def _settings(law: Law) -> Iterator[str]:
    yield "## Named readings"
    yield ""
    yield "Where the sources leave a question open, an organisation chooses in policy; this is the default."
    yield ""
    yield "| setting | question | default | other readings | confidence |"
    yield "|---|---|---|---|---|"
    for setting in law.settings.values():
        others = [name for name in setting.options if name != setting.default]
        yield (
            f"| `{setting.name}` {setting.title.zh} | {setting.question.en} | `{setting.default}` "
            f"| {_listed(others)} | {setting.confidence} |"
        )
    yield ""


def _instruments(law: Law) -> Iterator[str]:
    yield "## Instruments"
    yield ""
    yield "| instrument | 中文 | number | in force | clauses | confidence |"
    yield "|---|---|---|---|---|---|"
    for instrument in sorted(law.instruments.values(), key=lambda i: (i.effective_from, i.id)):
        yield (
            f"| `{instrument.id}` {instrument.title.en} | {instrument.title.zh} | {instrument.number or ''} "
            f"| {_span(instrument)} | {len(instrument.articles)} | {instrument.confidence} |"
        )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _first(table: LawTable) -> str:
    return str(min(row.valid_from for row in table.rows))


def _span(instrument: Instrument) -> str:
    end = instrument.effective_to
    return f"{instrument.effective_from} –" + (f" {end}" if end else "")
