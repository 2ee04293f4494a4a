"""A document as text for a terminal or a mail: fixed columns, a Chinese character two cells wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from jicha.reporting.document import (
    Align,
    Document,
    Facts,
    Heading,
    Paragraph,
    Part,
    Points,
    Signatures,
    Table,
)

WIDTH = 110
_GAP = "  "


def plain_text(document: Document, width: int = WIDTH) -> str:
    """The whole paper in lines of at most `width` cells."""
    lines = [_centred(document.title, width), "=" * width]
    for part in document.parts:
        lines += ["", *_lines(part, width)]
    return "\n".join(line.rstrip() for line in [*lines, "", "-" * width, document.foot]) + "\n"


def cells(text: str) -> int:
    """How many cells of a terminal a text takes."""
    return sum(_cell(letter) for letter in text)


def _cell(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _lines(part: Part, width: int) -> Iterator[str]:
    if isinstance(part, Heading):
        yield f"【{part.text}】"
    elif isinstance(part, Paragraph):
        yield from _folded(part.text, width)
    elif isinstance(part, Points):
        for item in part.items:
            first, *rest = _folded(item, width - 2)
            yield f"· {first}"
            yield from (f"  {line}" for line in rest)
    elif isinstance(part, Facts):
        label_width = max((cells(label) for label, _ in part.pairs), default=0)
        for label, said in part.pairs:
            first, *rest = _folded(said, width - label_width - len(_GAP))
            yield f"{_padded(label, label_width, 'left')}{_GAP}{first}"
            yield from (f"{' ' * label_width}{_GAP}{line}" for line in rest)
    elif isinstance(part, Table):
        yield from _table(part, width)
    elif isinstance(part, Signatures):
        yield "    ".join(f"{label}: ____________" for label in part.labels)


def _table(table: Table, width: int) -> Iterator[str]:
    widths = _widths(table, width)
    yield from _row([column.title for column in table.columns], table, widths)
    yield _GAP.join("-" * each for each in widths)
    for row in table.rows:
        yield from _row(list(row), table, widths)


def _widths(table: Table, width: int) -> list[int]:
    """Columns as wide as their widest cell where all fit; else by their shares, none wider than it needs."""
    room = width - len(_GAP) * (len(table.columns) - 1)
    wanted = [
        max(
            cells(line)
            for text in (column.title, *(row[place] for row in table.rows))
            for line in text.split("\n")
        )
        for place, column in enumerate(table.columns)
    ]
    if sum(wanted) <= room:
        return wanted
    open_places = set(range(len(wanted)))
    widths = [0] * len(wanted)
    while open_places:
        shares = sum(table.columns[place].share for place in open_places)
        small = {p for p in open_places if wanted[p] * shares <= room * table.columns[p].share}
        for place in small or open_places:
            widths[place] = wanted[place] if small else max(4, room * table.columns[place].share // shares)
        if not small:
            break
        room -= sum(widths[place] for place in small)
        open_places -= small
    return widths


def _row(texts: list[str], table: Table, widths: list[int]) -> Iterator[str]:
    folded = [
        [line for piece in text.split("\n") for line in _folded(piece, widths[place])]
        for place, text in enumerate(texts)
    ]
    for number in range(max(map(len, folded))):
        yield _GAP.join(
            _padded(lines[number] if number < len(lines) else "", widths[place], table.columns[place].align)
            for place, lines in enumerate(folded)
        )


def _folded(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells, broken at spaces where it has any, else anywhere."""
    lines: list[str] = []
    line = ""
    for word in _words(text):
        if line and cells(line) + cells(word.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        while cells(word.rstrip()) > width:
            cut = _cut(word, width)
            lines.append(word[:cut])
            word = word[cut:]
        line += word
    return [*lines, line.rstrip()]


def _words(text: str) -> Iterator[str]:
    """Pieces a line may be broken between: words with the spaces behind them, and each wide character."""
    piece = ""
    for letter in text:
        if _cell(letter) == 2:
            if piece:
                yield piece
            piece = ""
            yield letter
        else:
            piece += letter
            if letter == " ":
                yield piece
                piece = ""
    if piece:
        yield piece


def _cut(word: str, width: int) -> int:
    taken = 0
    for place, letter in enumerate(word):
        taken += _cell(letter)
        if taken > width:
            return max(1, place)
    return len(word)


def _padded(text: str, width: int, align: Align) -> str:
    blank = " " * max(0, width - cells(text))
    return blank + text if align == "right" else text + blank


def _centred(text: str, width: int) -> str:
    return " " * max(0, (width - cells(text)) // 2) + text
