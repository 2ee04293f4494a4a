"""What a column header means: matched with what existing sources map, and with the names of the lexicon.

Pure: headers in, proposals out. A header is compared without the differences that exports make for no reason:
full-width letters, digits and brackets, blanks, line breaks and letter case.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from jicha.lexicon.lexicon import Lexicon
from jicha.warehouse.intake.header_row import folded
from jicha.warehouse.source import RawColumn, RawTable, Source

#: How alike two headers must be (0 to 1, difflib) before one is proposed for the other. Headers are short:
#: of four Chinese characters one may differ, of three none.
ALIKE = 0.7

#: Ends that many headers share and that make any two of them alike: what stands before must be alike too.
_COMMON_ENDS = (
    "日期",
    "时间",
    "编号",
    "编码",
    "代码",
    "名称",
    "类型",
    "类别",
    "状态",
    "金额",
    "电量",
    "示数",
)

#: How alike that must be.
_HEADS_ALIKE = 0.6

#: What stands in brackets at the end of a header: a unit or a remark.
_REMARK = re.compile(r"\([^()]*\)$")


def matched_as(header: str) -> str:
    """A header as it is looked up: folded as ingest folds it, and without regard to letter case."""
    return folded(header).casefold()


def bare(name: str) -> str:
    """A looked-up name without a unit or a remark in brackets at its end; itself where nothing else is there."""
    return _REMARK.sub("", name) or name


@dataclass(frozen=True, slots=True)
class KnownTable:
    """A raw table that a source maps already."""

    source: Source
    table: RawTable

    @property
    def name(self) -> str:
        return f"{self.source.name}.{self.table.name}"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one known name stands for. `origin` says where that is written; `mapped` is the column as a source
    maps it, None where only the lexicon knows the name."""

    name: str
    column: str
    origin: str
    mapped: RawColumn | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A meaning proposed for a header: the same name, or one that is alike (`likeness` below 1)."""

    meaning: Meaning
    likeness: float
    others: tuple[str, ...] = ()

    @property
    def is_sure(self) -> bool:
        return self.likeness == 1.0 and not self.others


@dataclass(frozen=True)
class Vocabulary:
    """Every name that is known, folded, with its meanings: those of sources first, then the lexicon's."""

    meanings: Mapping[str, tuple[Meaning, ...]]
    tables: tuple[KnownTable, ...] = ()
    _by_table: Mapping[str, Mapping[str, Meaning]] = field(default_factory=dict)

    @classmethod
    def of(cls, lexicon: Lexicon, sources: Iterable[Source]) -> Vocabulary:
        tables = tuple(
            KnownTable(source, source.tables[name]) for source in sources for name in sorted(source.tables)
        )
        meanings: dict[str, list[Meaning]] = {}
        by_table: dict[str, dict[str, Meaning]] = {}
        for known in tables:
            own = by_table.setdefault(known.name, {})
            for column in known.table.taken:
                for header in column.headers:
                    meaning = Meaning(header, column.column, known.name, column)
                    own[matched_as(header)] = meaning
                    meanings.setdefault(matched_as(header), []).append(meaning)
        for name, entry in lexicon.fields.items():
            for spelling in dict.fromkeys((entry.zh, entry.en, name, name.replace("_", " "))):
                meanings.setdefault(matched_as(spelling), []).append(Meaning(spelling, name, "lexicon"))
        return cls({name: tuple(listed) for name, listed in meanings.items()}, tables, by_table)

    @property
    def names(self) -> tuple[str, ...]:
        """All known names as they are written, for finding the header line of a file."""
        return tuple(dict.fromkeys(m.name for listed in self.meanings.values() for m in listed))

    def sibling(self, headers: Sequence[str], *, minimum: int = 2) -> KnownTable | None:
        """The mapped table these headers most resemble: most headers in common, then fewest it lacks."""
        delivered = {matched_as(header) for header in headers}
        best: tuple[int, int] | None = None
        found = None
        for known in self.tables:
            own = self._by_table[known.name]
            shared = len({own[name].column for name in delivered & set(own)})
            # A table of which less than half is there is another table that happens to share keys.
            if shared < minimum or 2 * shared < len(known.table.taken):
                continue
            score = shared, -len(known.table.taken)
            if best is None or score > best:
                best, found = score, known
        return found

    def proposal(self, header: str, sibling: KnownTable | None, fields: Collection[str]) -> Proposal | None:
        """What a header means: what the sibling says, else what all others agree on, else what is most alike.

        `fields` are the columns that core tables have: among meanings of equal likeness they come first.
        """
        wanted = matched_as(header)
        own = self._by_table.get(sibling.name, {}) if sibling else {}
        if wanted in own:
            return Proposal(own[wanted], 1.0)
        if wanted in self.meanings:
            return _agreed(self.meanings[wanted], 1.0, fields)
        return self._alike(bare(wanted), own, fields)

    def _alike(self, wanted: str, own: Mapping[str, Meaning], fields: Collection[str]) -> Proposal | None:
        best: Proposal | None = None
        matcher = difflib.SequenceMatcher(a="", b=wanted, autojunk=False)
        for name, listed in self.meanings.items():
            matcher.set_seq1(bare(name))
            if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
                continue
            # Never as sure as the same name: the bracket may hold another unit.
            likeness = min(matcher.ratio(), 0.99)
            if likeness < ALIKE or not _heads_are_alike(bare(name), wanted):
                continue
            found = Proposal(own[name], likeness) if name in own else _agreed(listed, likeness, fields)
            if best is None or _rank(found, own, fields) > _rank(best, own, fields):
                best = found
        return best


def _heads_are_alike(one: str, other: str) -> bool:
    for end in _COMMON_ENDS:
        if one.endswith(end) and other.endswith(end):
            heads = one.removesuffix(end), other.removesuffix(end)
            return difflib.SequenceMatcher(None, *heads, autojunk=False).ratio() >= _HEADS_ALIKE
    return True


def _rank(found: Proposal, own: Mapping[str, Meaning], fields: Collection[str]) -> tuple[float, bool, bool]:
    return found.likeness, matched_as(found.meaning.name) in own, found.meaning.column in fields


def _agreed(listed: Sequence[Meaning], likeness: float, fields: Collection[str]) -> Proposal:
    """The meaning most sources give a name; where they differ, or the lexicon does, the others are named."""
    # What a source has mapped was looked at by somebody; the lexicon decides where no source has it.
    mapped = [meaning for meaning in listed if meaning.mapped is not None]
    votes = mapped or list(listed)
    columns = [meaning.column for meaning in votes]
    first = max(votes, key=lambda m: (columns.count(m.column), m.column in fields))
    others = dict.fromkeys(f"{m.column} ({m.origin})" for m in votes if m.column != first.column)
    return Proposal(first, likeness, tuple(others))
