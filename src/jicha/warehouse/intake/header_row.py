"""Which row of a delivered table is its header, where titles, a compiler's name or blank rows may stand above."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

#: A header is looked for among this many rows.
HEADER_WITHIN = 20

#: Not seen, but found in exported headers: control characters, zero-width spaces and joiners, byte order mark.
_UNSEEN = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), *range(0x200B, 0x200E), 0x2060, 0xFEFF))


@lru_cache(maxsize=1 << 14)  # the names of a map, asked for once a file and row
def folded(header: str) -> str:
    """A column's name as names are compared: full-width letters, digits and signs in their plain form (NFKC),
    without blanks, line breaks, control characters and byte order mark; `合同容量（kVA）` = `合同容量 (kVA)`."""
    return "".join(unicodedata.normalize("NFKC", header).translate(_UNSEEN).split())


def find_header(rows: Sequence[Sequence[str]], wanted: Sequence[Sequence[str]]) -> int | None:
    """Index of the first of `rows` that names at least half of the wanted columns, None where none does.

    `wanted` lists each column's alternative names. Only the first `HEADER_WITHIN` rows are looked at.
    """
    names = _alternatives(wanted)
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        count = _named(row, names)
        if count and 2 * count >= len(wanted):
            return index
    return None


def likeliest_header(rows: Sequence[Sequence[str]], wanted: Sequence[Sequence[str]]) -> int:
    """The header's index, or else that of the row which names most: the one to show when none is right."""
    found = find_header(rows, wanted)
    if found is not None:
        return found
    names = _alternatives(wanted)
    return max(range(min(len(rows), HEADER_WITHIN)), key=lambda index: _named(rows[index], names), default=0)


def columns_named(row: Sequence[str], wanted: Sequence[Sequence[str]]) -> int:
    """How many of the wanted columns a row names."""
    return _named(row, _alternatives(wanted))


def _alternatives(wanted: Sequence[Sequence[str]]) -> list[set[str]]:
    return [{folded(name) for name in names} for names in wanted]


def _named(row: Sequence[str], names: Sequence[set[str]]) -> int:
    cells = {folded(cell) for cell in row}
    return sum(1 for alternatives in names if not cells.isdisjoint(alternatives))
