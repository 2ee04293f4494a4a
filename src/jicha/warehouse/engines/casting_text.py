"""Delivered values as text: what they are written with, and the column types that stay text.

A column's values are typed in two steps. `plain` is one cheap test that the great majority of values passes;
only what does not pass it is looked at closely, and only what has full-width signs is folded first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jicha.warehouse.engines.duckdb import literal

#: What stands in place of a byte that the file's encoding cannot read.
UNDECODABLE = "\ufffd"

#: What a spreadsheet leaves in a cell whose formula could not be computed.
FORMULA_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")

#: Blanks that may surround a value, as the inside of a character class. Of the wide ones: no-break, en, em,
#: thin and ideographic space, zero-width space, narrow no-break space, byte order mark.
_ASCII_BLANKS = " \t\r\n"
BLANKS = _ASCII_BLANKS + "\u00a0\u2002\u2003\u2009\u200b\u202f\u3000\ufeff"


def _full_width(signs: str) -> dict[str, str]:
    return {chr(ord(sign) + 0xFEE0): sign for sign in signs}


#: Full-width signs that numbers and dates are written with. Few: the engine is slow on long lists.
FIGURES: Mapping[str, str] = {"\u2212": "-", **_full_width("0123456789+-.,/:")}
#: All of full-width ASCII.
SIGNS: Mapping[str, str] = {"\u2212": "-", **_full_width("".join(map(chr, range(0x21, 0x7F))))}

#: Begins and ends with a visible sign, is not damaged and not perhaps a formula's error.
_PLAIN_TEXT = f"[^#{BLANKS}{UNDECODABLE}](?:[^{UNDECODABLE}]*[^{BLANKS}{UNDECODABLE}])?"
_PLAIN_IDENTIFIER = "[0-9A-Za-z_-]+"

#: 1.2E+12, 1.2E12, 123.0 and ###: an identifier that was a number for a while, and lost digits or may have.
#: 3E12 and 12E-3 are left alone: there are asset numbers like that.
_LOST = r"[+-]?[0-9]+(?:\.[0-9]*)?[eE]\+[0-9]+|[+-]?[0-9]+\.[0-9]*[eE]-?[0-9]+|[+-]?[0-9]+\.0+|#+"

_MARK = "'"

_TRUE = ("1", "true", "TRUE", "True", "是", "Y")
_FALSE = ("0", "false", "FALSE", "False", "否", "N")


def padded(pattern: str) -> str:
    """The pattern with blanks around it: cheaper than cutting them off first."""
    return f"[{BLANKS}]*(?:{pattern})[{BLANKS}]*"


def full_match(value: str, pattern: str) -> str:
    return f"regexp_full_match({value}, {literal(pattern)})"


def rewritten(value: str, pattern: str, to: str) -> str:
    return f"regexp_replace({value}, {literal(pattern)}, {literal(to)})"


def part(value: str, pattern: str, group: int = 1) -> str:
    """A group of a pattern that must match the whole value but for blanks around it; else an empty text."""
    return f"regexp_extract({value}, {literal(f'^{padded(pattern)}$')}, {group})"


def one_of(value: str, words: tuple[str, ...]) -> str:
    return f"{value} IN ({', '.join(map(literal, words))})"


def once(value: str, make: Callable[[str], str], name: str) -> str:
    """What `make` makes of a value that it names more than once: a repeated expression is computed again."""
    return f"list_transform([{value}], lambda {name}: {make(name)})[1]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing:
    """SQL over one delivered value.

    `plain` tests whether `plain_value` is its typed value. What is not plain is looked at closely: `close` is
    what there is to see, and of it (by its SQL name) `value` makes the typed value or null. Where that is
    null, `is_empty` tells whether there was nothing, and `fault` the reason code.
    """

    plain: str
    plain_value: str
    close: str
    value: Callable[[str], str]
    is_empty: Callable[[str], str]
    fault: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Written:
    """A delivered value as text. `raw` is an SQL expression of type VARCHAR."""

    raw: str

    @property
    def trimmed(self) -> str:
        """Without the blanks at both ends. The engine cuts few kinds of them much faster than many."""
        few, many = (f"trim({self.raw}, {literal(blanks)})" for blanks in (_ASCII_BLANKS, BLANKS))
        return f"CASE WHEN strlen({self.raw}) = length({self.raw}) THEN {few} ELSE {many} END"

    def folded(self, signs: Mapping[str, str] = FIGURES) -> str:
        """With these full-width signs in ASCII; dear, so only where there are any."""
        from_signs, to_signs = "".join(signs), "".join(signs.values())
        is_wide = f"strlen({self.raw}) <> length({self.raw})"
        found = f"regexp_matches({self.raw}, {literal(f'[{from_signs}]')})"
        translated = f"translate({self.raw}, {literal(from_signs)}, {literal(to_signs)})"
        return f"CASE WHEN {is_wide} AND {found} THEN {translated} ELSE {self.raw} END"

    def typing(
        self,
        *,
        plain: str,
        plain_value: str,
        close: str,
        value: Callable[[str], str],
        fault: Callable[[str], str],
    ) -> Typing:
        """A typing in which damaged values and formula errors are told before other faults."""

        def damage_or_fault(close: str) -> str:
            return (
                f"CASE WHEN {self._is_damaged} THEN 'undecodable'"
                f" WHEN {one_of(self.trimmed, FORMULA_ERRORS)} THEN 'formula_error' ELSE {fault(close)} END"
            )

        return Typing(
            plain=plain,
            plain_value=plain_value,
            close=close,
            value=value,
            is_empty=lambda _: f"{self.trimmed} = ''",
            fault=damage_or_fault,
        )

    def text(self) -> Typing:
        """Names, addresses, notes: as delivered, but for the blanks around them."""

        def value(text: str) -> str:
            is_error = f"(contains({text}, '#') AND {one_of(text, FORMULA_ERRORS)})"
            return f"CASE WHEN NOT ({self._is_damaged} OR {is_error}) THEN nullif({text}, '') END"

        return self.typing(
            plain=full_match(self.raw, _PLAIN_TEXT),
            plain_value=self.raw,
            close=self.trimmed,
            value=value,
            fault=lambda _: "NULL",
        )

    def identifier(self) -> Typing:
        """Leading zeros count, and what may have lost digits is no identifier any more.

        ="0012" and '0012 keep a spreadsheet from taking digits for a number; the wrapping is not part of it.
        """

        def bare(text: str) -> str:
            quoted, marked = (full_match(text, padded(shape)) for shape in ('="[^"]*"', "'(?s:.*)"))
            inside = f"split_part({text}, '\"', 2)"
            behind = f"substr({text}, instr({text}, {literal(_MARK)}) + 1)"
            unwrapped = f"CASE WHEN {quoted} THEN {inside} WHEN {marked} THEN {behind} ELSE {text} END"
            return once(unwrapped, lambda bare: Written(bare).trimmed, "unwrapped")

        is_no_identifier = f"{_LOST}|{'|'.join(FORMULA_ERRORS).replace('?', '[?]')}"
        return Typing(
            plain=full_match(self.raw, _PLAIN_IDENTIFIER),
            plain_value=self.raw,
            close=once(self.folded(SIGNS), bare, "folded"),
            value=lambda bare: (
                f"CASE WHEN NOT ({self._is_damaged} OR {full_match(bare, is_no_identifier)})"
                f" THEN nullif({bare}, '') END"
            ),
            is_empty=lambda bare: f"{bare} = ''",
            fault=lambda bare: (
                f"CASE WHEN {self._is_damaged} THEN 'undecodable'"
                f" WHEN {one_of(bare, FORMULA_ERRORS)} THEN 'formula_error' ELSE 'number_form_lost' END"
            ),
        )

    def code(self, recode: Mapping[str, str]) -> Typing:
        """The code of a source's word; where no word is met, of one that differs only in width."""
        narrow = _narrow_words(recode)
        alike = once(self.folded(SIGNS), lambda folded: _case(Written(folded).trimmed, narrow), "folded")
        return self.typing(
            plain=one_of(self.raw, tuple(recode)) if recode else "false",
            plain_value=_case(self.raw, recode),
            close=f"coalesce({_case(self.trimmed, recode)}, {alike})",
            value=lambda code: code,
            fault=lambda _: "'unknown_code'",
        )

    def boolean(self) -> Typing:
        return self.typing(
            plain=one_of(self.raw, (*_TRUE, *_FALSE)),
            plain_value=one_of(self.raw, _TRUE),
            close=once(self.folded(SIGNS), lambda folded: Written(folded).trimmed, "folded"),
            value=lambda word: (
                f"CASE WHEN {one_of(word, _TRUE)} THEN true WHEN {one_of(word, _FALSE)} THEN false END"
            ),
            fault=lambda _: "'not_a_boolean'",
        )

    @property
    def _is_damaged(self) -> str:
        return f"contains({self.raw}, {literal(UNDECODABLE)})"


def _case(value: str, words: Mapping[str, str]) -> str:
    branches = " ".join(f"WHEN {literal(word)} THEN {literal(code)}" for word, code in words.items())
    return f"CASE {value} {branches} END" if words else "CAST(NULL AS VARCHAR)"


def _narrow_words(recode: Mapping[str, str]) -> dict[str, str]:
    """Words in ASCII as far as they can be, without those that then mean two codes."""
    table = str.maketrans(dict(SIGNS))
    found: dict[str, set[str]] = {}
    for word, code in recode.items():
        found.setdefault(word.translate(table), set()).add(code)
    return {word: codes.pop() for word, codes in found.items() if len(codes) == 1}
