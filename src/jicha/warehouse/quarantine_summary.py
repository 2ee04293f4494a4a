"""The quarantine counted: by file, column, reason and effect; and per file, held against the ledger."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from jicha.kernel.errors import UnknownKey
from jicha.kernel.text import Text
from jicha.warehouse.manifest import Landing, Manifest, RawFile
from jicha.warehouse.quarantine import REASONS, Effect, Quarantined

#: Reasons that are found when core rows are made; their `value` begins with the core table.
_OF_CORE = ("key_missing", "superseded")


@dataclass(frozen=True, slots=True)
class Group:
    """So many rows or values of one file that were not taken for one reason in one column."""

    source: str
    raw_table: str
    file: str
    column: str | None
    reason_code: str
    reason: Text
    advice: Text
    effect: Effect
    count: int


@dataclass(frozen=True, slots=True)
class Kind:
    """The same fault in the same column of one raw table, in however many of its files: a table that comes once a
    month has it once a month. `files` are in order of name, `count` is over all of them."""

    source: str
    raw_table: str
    files: tuple[str, ...]
    column: str | None
    reason_code: str
    reason: Text
    advice: Text
    effect: Effect
    count: int


def kinds(groups: Iterable[Group]) -> list[Kind]:
    """Groups by file put together, in the order in which a kind first comes."""
    found: dict[tuple[str, str, str | None, str, Effect], list[Group]] = {}
    for g in groups:
        found.setdefault((g.source, g.raw_table, g.column, g.reason_code, g.effect), []).append(g)
    return [
        Kind(
            source=first.source,
            raw_table=first.raw_table,
            files=tuple(dict.fromkeys(each.file for each in alike)),
            column=first.column,
            reason_code=first.reason_code,
            reason=first.reason,
            advice=first.advice,
            effect=first.effect,
            count=sum(each.count for each in alike),
        )
        for alike in found.values()
        for first in alike[:1]
    ]


@dataclass(frozen=True, slots=True)
class FileBalance:
    """What became of the rows of one delivered file: rows_read = rows_taken + rows_quarantined, and each of its
    core tables accounts for the rows taken. `listed` are the counts of what the quarantine shows of it: rows
    left out, values emptied, rows without key, rows superseded; they must be those of the ledger."""

    entry: RawFile
    listed: tuple[int, int, int, int]

    @property
    def recorded(self) -> tuple[int, int, int, int]:
        """The ledger's counts in the order of `listed`."""
        landings = self.entry.landings
        return (
            self.entry.rows_quarantined,
            self.entry.values_quarantined,
            sum(each.quarantined for each in landings),
            sum(each.superseded for each in landings),
        )

    @property
    def is_balanced(self) -> bool:
        adds_up = self.entry.rows_read == self.entry.rows_typed + self.entry.rows_quarantined
        landed = all(_sum(each) == self.entry.rows_typed for each in self.entry.landings)
        return adds_up and landed and self.listed == self.recorded


class Tally:
    """Counts quarantined things as they go by, so that a million need no memory."""

    def __init__(self) -> None:
        self._groups: Counter[tuple[str, str, str, str | None, str, Effect]] = Counter()
        self._texts: dict[str, tuple[Text, Text]] = {}
        self._listed: dict[tuple[str, str, str], list[int]] = {}
        self._last_row: tuple[str, str, str, str, int] | None = None
        self.total = 0

    def add(self, told: Quarantined) -> None:
        self.total += 1
        self._texts.setdefault(told.reason_code, (told.reason, told.advice))
        group = told.source, told.raw_table, told.file, told.column, told.reason_code, told.effect
        self._groups[group] += 1
        listed = self._listed.setdefault((told.source, told.raw_table, told.file), [0, 0, 0, 0])
        if told.effect == "superseded":
            listed[3] += 1
        elif told.reason_code in _OF_CORE:
            listed[2] += 1
        elif told.effect == "value":
            listed[1] += 1
        else:
            # A row left out tells each of its faults, one after the other, and is one row.
            row = told.source, told.raw_table, told.file, "row", told.row
            listed[0] += row != self._last_row
            self._last_row = row

    def groups(self) -> list[Group]:
        """Files in order of name, the most frequent reason of each first."""
        groups = [
            Group(source, table, file, column, code, *self._texts[code], effect, count)
            for (source, table, file, column, code, effect), count in self._groups.items()
        ]
        return sorted(groups, key=lambda g: (g.file, -g.count, g.column or "", g.reason_code, g.effect))

    def balances(self, manifest: Manifest, files: str | None = None) -> list[FileBalance]:
        """The balance of each file of these names; without names, of those that have something in quarantine."""
        balances = []
        for entry in sorted(manifest.ledger, key=lambda each: (each.file, each.source, each.raw_table)):
            if files is not None and not fnmatchcase(entry.file, files):
                continue
            of_file = entry.source, entry.raw_table, entry.file
            one, two, three, four = self._listed.get(of_file, (0, 0, 0, 0))
            balance = FileBalance(entry, (one, two, three, four))
            if files is not None or any(balance.listed) or any(balance.recorded):
                balances.append(balance)
        return balances


def selected(
    everything: Iterable[Quarantined], manifest: Manifest, *, file: str | None, reasons: Iterable[str]
) -> Iterable[Quarantined]:
    """What is of a file (a name, or a pattern with * and ?) and of one of the reasons, where they are given.

    Raises `UnknownKey` for a file that was never taken and for a reason there is none of.
    """
    wanted = frozenset(reasons)
    _check_reasons(wanted)
    if file is not None:
        _check_file(file, manifest)
    return (
        told
        for told in everything
        if (file is None or fnmatchcase(told.file, file)) and (not wanted or told.reason_code in wanted)
    )


def _check_reasons(wanted: frozenset[str]) -> None:
    for code in sorted(wanted - set(REASONS)):
        near = difflib.get_close_matches(code, REASONS, n=3) or sorted(REASONS)
        raise UnknownKey(
            "unknown_reason",
            en=f"there is no reason {code}; there are: {', '.join(near)}",
            zh=f"没有原因代码 {code}; 可用: {'、'.join(near)}",
        )


def _check_file(file: str, manifest: Manifest) -> None:
    names = sorted({entry.file for entry in manifest.ledger})
    if any(fnmatchcase(name, file) for name in names):
        return
    near = [name for name in names if file in name] or difflib.get_close_matches(file, names) or names
    near = near[:3]
    raise UnknownKey(
        "unknown_file",
        en=f"no file {file} was taken" + (f"; there are: {', '.join(near)}" if near else ""),
        zh=f"没有导入过文件 {file}" + (f"; 已导入: {'、'.join(near)}" if near else ""),
    )


def _sum(landing: Landing) -> int:
    return landing.kept + landing.duplicate + landing.superseded + landing.quarantined
