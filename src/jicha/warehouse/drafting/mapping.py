"""A first mapping of a source, drafted from samples of its files: what can be told from headers and values.

Pure: what was seen of each sample goes in, drafts of the map's lines and of its to_core models come out;
`sample_file` reads the samples, `mapping_files` writes the drafts. Nothing here is decided for good: every
line says in its note how sure it is, and a person looks at it before the first ingest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from jicha.kernel.text import Text
from jicha.lexicon.lexicon import Lexicon, decimal_digits
from jicha.warehouse.core import CoreTable
from jicha.warehouse.drafting.file_names import file_pattern, table_name, untaken, without_number
from jicha.warehouse.drafting.header_matching import KnownTable, Proposal, Vocabulary, matched_as
from jicha.warehouse.source import MONTH, RawColumn

#: Digits from which a whole number is an identifier: no amount has so many, every asset number has.
IDENTIFIER_DIGITS = 12

#: Ends of headers that name identifiers and codes, folded.
_IDENTIFIER_ENDS = ("号", "编号", "编码", "代码", "工号", "id", "code", "no", "no.")

#: One value in so many may be of another form before a form is given up: samples have faults of their own.
_ONE_IN = 20

#: A list of codes with fewer known words than this in a sample may be there by chance.
_FEWEST_WORDS = 2


class Certainty(StrEnum):
    sure = "sure"
    guess = "guess"
    unknown = "unknown"


@dataclass(frozen=True, slots=True)
class SampleColumn:
    """One column of a sample as it was seen. `refused` counts by type (month, date, timestamp, integer,
    decimal) the filled values that ingest would not take as such; `digits` are the most before and after the
    point among its numbers; `words` its distinct values, None where there are many."""

    header: str
    rows: int
    filled: int
    refused: Mapping[str, int]
    digits: tuple[int, int] = (0, 0)
    has_leading_zero: bool = False
    is_unique: bool = False
    words: frozenset[str] | None = None

    def is_of(self, kind: str) -> bool:
        """Whether its values, but for a few, are of a type."""
        return self.filled > 0 and self.refused.get(kind, self.filled) * _ONE_IN <= self.filled

    @property
    def is_always_filled(self) -> bool:
        return self.rows > 0 and self.filled == self.rows


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample: its name as delivered, without folder and suffix, and its columns."""

    stem: str
    columns: tuple[SampleColumn, ...]

    @property
    def headers(self) -> tuple[str, ...]:
        return tuple(column.header for column in self.columns)


@dataclass(frozen=True, slots=True)
class ColumnDraft:
    """One line of a `columns.csv`; the file has the English note, a terminal shows either. `may_be_absent`:
    the table it resembles has versions without the column."""

    header: str
    column: str
    type: str
    required: bool
    recode: str
    note: Text
    certainty: Certainty
    is_unique: bool = False
    is_always_filled: bool = False
    may_be_absent: bool = False


@dataclass(frozen=True, slots=True)
class TableDraft:
    """One raw table. `words` are the source's own words for code lists, to be written as recode files."""

    name: str
    title_en: str
    title_zh: str
    files: str
    columns: tuple[ColumnDraft, ...]
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sibling: KnownTable | None = None

    @property
    def taken(self) -> dict[str, ColumnDraft]:
        return {column.column: column for column in self.columns if column.column}

    def count(self, certainty: Certainty) -> int:
        return sum(column.certainty is certainty for column in self.columns)


def first_mapping(
    samples: Sequence[Sample], vocabulary: Vocabulary, lexicon: Lexicon, core: Mapping[str, CoreTable]
) -> tuple[TableDraft, ...]:
    """A draft of one raw table for each sample, in their order."""
    fields = {column for table in core.values() if table.status == "active" for column in table.columns}
    drafts: list[TableDraft] = []
    for sample in samples:
        sibling = vocabulary.sibling(sample.headers)
        proposals = {
            column.header: vocabulary.proposal(column.header, sibling, fields) for column in sample.columns
        }
        kept = _one_each(proposals)
        columns = []
        words: dict[str, Mapping[str, str]] = {}
        for column in sample.columns:
            found, lost = kept[column.header], proposals[column.header]
            draft = _column(column, found, sibling, lexicon)
            if found is None and lost is not None:
                draft = replace(draft, note=_taken_by_another(lost, kept))
            columns.append(draft)
            own = _own_words(found, draft, lexicon)
            if own:
                words[draft.recode] = {**words.get(draft.recode, {}), **own}
        name = sibling.table.name if sibling else table_name(sample.stem, len(drafts) + 1)
        name = untaken(name, [draft.name for draft in drafts])
        title = sibling.table.title.en if sibling else name.replace("_", " ").capitalize()
        others = [other.stem for other in samples if other is not sample]
        drafts.append(
            TableDraft(
                name=name,
                title_en=title,
                title_zh=without_number(sample.stem),
                files=file_pattern(sample.stem, others, sibling.table.files if sibling else None),
                columns=tuple(columns),
                words=words,
                sibling=sibling,
            )
        )
    return tuple(drafts)


# -- columns ------------------------------------------------------------------------------------------


def _one_each(proposals: Mapping[str, Proposal | None]) -> dict[str, Proposal | None]:
    """A column of the house comes from one header: the likeliest, and of equals the first."""
    best: dict[str, str] = {}
    for header, found in proposals.items():
        if found is None:
            continue
        rival = proposals.get(best.get(found.meaning.column, ""))
        if rival is None or (found.is_sure, found.likeness) > (rival.is_sure, rival.likeness):
            best[found.meaning.column] = header
    return {
        header: found if found is not None and best[found.meaning.column] == header else None
        for header, found in proposals.items()
    }


def _taken_by_another(lost: Proposal, kept: Mapping[str, Proposal | None]) -> Text:
    column = lost.meaning.column
    winner = next(header for header, found in kept.items() if found and found.meaning.column == column)
    return Text(
        en=f"unknown: not taken yet; like {lost.meaning.name}, but {column} is {winner} already",
        zh=f"未知: 暂不取用; 与 {lost.meaning.name} 相近, 但 {column} 已对应 {winner}",
    )


def _column(
    seen: SampleColumn, found: Proposal | None, sibling: KnownTable | None, lexicon: Lexicon
) -> ColumnDraft:
    if found is None:
        return _unmatched(seen, lexicon)
    mapped, column = found.meaning.mapped, found.meaning.column
    entry = lexicon.fields.get(column)
    kind = _written(mapped) if mapped is not None else entry.type if entry is not None else "text"
    kind = _as_written(seen, kind)
    code_list = mapped.recode_list if mapped is not None else None
    if mapped is None and entry is not None and column.endswith("_code"):
        code_list = entry.code or column.removesuffix("_code")
    recode, doubt = _recode(seen, code_list, found, lexicon)
    doubt = doubt or _misfit(seen, kind)
    remarks = [doubt] if doubt else []
    if entry is not None and entry.personal:
        remarks.append(Text(en="personal", zh="个人信息"))
    if found.is_sure and not _is_doubtful(seen, kind):
        certainty, head = Certainty.sure, Text(en="sure", zh="确定")
    else:
        certainty, head = Certainty.guess, _guess(found)
    there = _in_sibling(mapped, sibling)
    return ColumnDraft(
        header=seen.header,
        column=column,
        type=kind,
        required=there is not None and there.required and seen.is_always_filled,
        recode=recode,
        note=_joined([head, *remarks]),
        certainty=certainty,
        is_unique=seen.is_unique,
        is_always_filled=seen.is_always_filled,
        may_be_absent=there is not None and there.may_be_absent,
    )


def _in_sibling(mapped: RawColumn | None, sibling: KnownTable | None) -> RawColumn | None:
    """The column of the table this one resembles; what another table can do without says nothing."""
    return mapped if sibling is not None and mapped in sibling.table.columns else None


def _written(column: RawColumn) -> str:
    """A mapped column's type as its map states it, with the range."""
    if column.least is None and column.most is None:
        return column.type
    return f"{column.type}({column.least}..{column.most})"


def _guess(found: Proposal) -> Text:
    near, others = found.meaning, ", ".join(found.others)
    if found.likeness == 1 and others:
        return Text(
            en=f"guess: {near.column} in {near.origin}, but also {others}",
            zh=f"推测: 在 {near.origin} 中为 {near.column}, 也可能是 {others}",
        )
    return Text(
        en=f"guess: similar to {near.name} ({near.origin})", zh=f"推测: 与 {near.name} 相近 ({near.origin})"
    )


def _joined(parts: Sequence[Text]) -> Text:
    return Text(en="; ".join(part.en for part in parts), zh="; ".join(part.zh for part in parts))


def _unmatched(seen: SampleColumn, lexicon: Lexicon) -> ColumnDraft:
    """A header nobody knows: its type from its values, and a code list where the values are its labels."""
    recode = ""
    notes = [Text(en="unknown: not taken yet", zh="未知: 暂不取用")]
    lists = _lists_of(seen, lexicon)
    if lists:
        recode = lists[0] if len(lists) == 1 else ""
        notes.append(
            Text(
                en=f"the values are labels of the code list {' or '.join(lists)}",
                zh=f"取值均为代码表 {' 或 '.join(lists)} 中的名称",
            )
        )
    kind = "text" if lists else _type_of_values(seen)
    return ColumnDraft(
        seen.header, "", kind, False, recode, _joined(notes), Certainty.unknown, seen.is_unique
    )


def _lists_of(seen: SampleColumn, lexicon: Lexicon) -> list[str]:
    if seen.words is None or len(seen.words) < _FEWEST_WORDS:
        return []
    return [
        name
        for name in lexicon.code_lists
        if seen.words <= {value.zh for value in lexicon.codes(name).values()}
    ]


def _type_of_values(seen: SampleColumn) -> str:
    """The narrowest type all values have; text where in doubt, for a text loses nothing."""
    before, after = seen.digits
    is_name = matched_as(seen.header).endswith(_IDENTIFIER_ENDS)
    if not seen.filled:
        return "text"
    if seen.is_of(MONTH) and not seen.is_of("date") and not is_name:
        return MONTH
    if seen.is_of("date"):
        return "date"
    if seen.is_of("timestamp"):
        return "timestamp"
    if seen.has_leading_zero or before >= IDENTIFIER_DIGITS or is_name:
        return "text"
    if seen.is_of("integer"):
        return "integer"
    if seen.is_of("decimal"):
        return f"decimal({max(18, before + after)},{after})"
    return "text"


def _as_written(seen: SampleColumn, kind: str) -> str:
    """A date of the house that the sample writes as a month."""
    if kind == "date" and seen.is_of(MONTH) and not seen.is_of("date"):
        return MONTH
    return kind


def _misfit(seen: SampleColumn, kind: str) -> Text | None:
    """What to know about values that are not of the type; None where all are."""
    family = "decimal" if decimal_digits(kind) or kind == "double" else kind.partition("(")[0]
    refused = seen.refused.get(family, 0)
    if refused:
        return Text(
            en=f"{refused} of {seen.filled} values are no {family}",
            zh=f"{seen.filled} 个值中有 {refused} 个不是 {family}",
        )
    places = decimal_digits(kind)
    if places is not None:
        before, after = places[0] - places[1], places[1]
        if seen.digits[0] > before or seen.digits[1] > after:
            return Text(
                en=f"values with {seen.digits[0]} digits before and {seen.digits[1]} after the point",
                zh=f"有的值整数 {seen.digits[0]} 位、小数 {seen.digits[1]} 位",
            )
    return None


def _is_doubtful(seen: SampleColumn, kind: str) -> bool:
    """Whether so many values are of another type that the name alone proves nothing."""
    family = "decimal" if decimal_digits(kind) or kind == "double" else kind.partition("(")[0]
    return seen.filled > 0 and family in seen.refused and not seen.is_of(family)


# -- codes --------------------------------------------------------------------------------------------


def _recode(
    seen: SampleColumn, code_list: str | None, found: Proposal, lexicon: Lexicon
) -> tuple[str, Text | None]:
    """The list to recode by, empty where values are codes as they stand, and the words it does not know."""
    if code_list is None or not lexicon.has_codes(code_list):
        return "", None
    if seen.words is None or not seen.words:
        # Too many words, or none to look at: what another source does with this column is the best there is.
        return (code_list if found.meaning.mapped is not None else ""), None
    codes = lexicon.codes(code_list)
    if seen.words <= set(codes):
        return "", None
    strange = len(seen.words - {value.zh for value in codes.values()} - set(_sibling_words(found, code_list)))
    if not strange:
        return code_list, None
    return code_list, Text(
        en=f"{strange} of {len(seen.words)} words not in the list: add them to recode/{code_list}.csv",
        zh=f"{len(seen.words)} 个取值中有 {strange} 个不在代码表中: 请补充到 recode/{code_list}.csv",
    )


def _sibling_words(found: Proposal, code_list: str) -> Mapping[str, str]:
    mapped = found.meaning.mapped
    return mapped.recode if mapped is not None and mapped.recode and mapped.recode_list == code_list else {}


def _own_words(found: Proposal | None, draft: ColumnDraft, lexicon: Lexicon) -> dict[str, str]:
    """The words another source has for the codes, beside the list's own labels: also where this sample has
    none of them, for the next file may."""
    if not draft.recode or found is None:
        return {}
    labels = {value.zh: value.code for value in lexicon.codes(draft.recode).values()}
    return {
        word: code for word, code in _sibling_words(found, draft.recode).items() if labels.get(word) != code
    }
