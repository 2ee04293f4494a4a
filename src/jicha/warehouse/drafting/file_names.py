"""What the name of a sample says: a pattern for the files of its kind, and a name for the table."""

from __future__ import annotations

import re
from collections.abc import Collection
from fnmatch import fnmatchcase

#: A date, month or number at the end of a name, with the signs that set it off: `_202601`, `(2026-01-31)`.
_NUMBER_AT_END = re.compile(r"[\s_\-.~(（\[]*[0-9][0-9\s_\-.:~()（）\[\]年月日至T]*$")

_WILD = re.compile(r"([*?\[])")
_TABLE_NAME = re.compile(r"[a-z][a-z0-9_]*")


def without_number(stem: str) -> str:
    """A file's name without the date or number at its end; all of it where there is nothing else."""
    return _NUMBER_AT_END.sub("", stem) or stem


def file_pattern(stem: str, others: Collection[str] = (), known: str | None = None) -> str:
    """A pattern for the files of one table, without suffix: dates and numbers at the end become `*`.

    `others` are the names of the other samples. Where `*` would claim one of those as well (电费* and
    电费明细_202601), the number is asked for; without a number the name itself is the pattern. `known` is the
    pattern by which another source finds this table: where it finds this sample and no other, it knows better
    which part of a name is the kind and which the county (电费账单_青禾县_202601).
    """
    if known is not None and fnmatchcase(stem, known) and not any(fnmatchcase(o, known) for o in others):
        return known
    start = _NUMBER_AT_END.sub("", stem)
    if not start:
        return "*" if not others else "[0-9]*"
    shown = _literally(start)
    if not any(other.startswith(start) and without_number(other) != start for other in others):
        return f"{shown}*"
    if start == stem:
        return shown
    setting_off = re.split(r"[0-9]", stem[len(start) :], maxsplit=1)[0]
    return f"{shown}{_literally(setting_off)}[0-9]*"


def table_name(stem: str, number: int) -> str:
    """A table's name from its file's, where that is in Latin letters; else `table` and the number."""
    start = without_number(stem)
    name = re.sub(r"[^a-z0-9]+", "_", start.lower()).strip("_")
    return name if start.isascii() and _TABLE_NAME.fullmatch(name) else f"table{number}"


def untaken(name: str, taken: Collection[str]) -> str:
    """The name, or with a number behind it the first that is free."""
    free, number = name, 2
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free


def _literally(text: str) -> str:
    """As a pattern that matches this text alone."""
    return _WILD.sub(r"[\1]", text)
