"""Blocks of a file as rows: fixed columns added, spread columns turned, steps unrolled, cells typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jicha.law.cell import BadCell, cell_value
from jicha.law.files import BlockFile, Cell, Place, RowFile, cited
from jicha.law.table import LawRow, Value
from jicha.lexicon.lexicon import Lexicon

#: Columns of a stepped row that stand for the rule and not for a column of the table.
_STEP_COLUMNS = ("from", "to", "anchor", "start", "each")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a block's rows must fit: the table's name, its key and all its columns in order."""

    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...]


def block_rows(block: BlockFile, shape: Shape, place: Place, lexicon: Lexicon) -> Iterator[LawRow]:
    """The rows of one block. Raises `ContentError` with file and line."""
    _refuse_odd(block, place)
    names = _names(block, shape, place)
    for number, item in enumerate(block.rows):
        here = Place(place.file, (*place.steps, "rows", number))
        own = item if isinstance(item, RowFile) else RowFile(row=item)
        if len(own.row) != len(names):
            raise here.refuse(
                "row_length",
                f"{len(own.row)} cells for {len(names)} columns: {', '.join(names)}",
                f"该行有 {len(own.row)} 格, 应为 {len(names)} 列: {'、'.join(names)}",
            )
        cells = dict(zip(names, own.row, strict=True))
        for values in _turned(cells, block, here, lexicon):
            full = {**block.fixed, **values}
            note = own.note or block.note
            yield LawRow(
                table=shape.table,
                values={
                    column: _typed(column, full[column], shape, here, lexicon) for column in shape.columns
                },
                valid_from=block.valid_from,
                valid_to=block.valid_to,
                citations=cited(own.cite or block.cite),
                confidence=own.confidence or block.confidence,
                confirmed_on=block.confirmed_on,
                note=note.text if note else None,
                place=here,
            )


def _refuse_odd(block: BlockFile, place: Place) -> None:
    if block.valid_to is not None and block.valid_to <= block.valid_from:
        raise place.refuse(
            "law_span",
            f"valid_to {block.valid_to} is not after valid_from {block.valid_from}",
            f"valid_to {block.valid_to} 不晚于 valid_from {block.valid_from}",
        )
    if not block.rows:
        raise place.refuse("no_rows", "a block without rows says nothing", "没有任何行的区块没有意义")
    if block.spread is not None and block.steps is not None:
        raise place.refuse(
            "spread_and_steps",
            "a block is spread or stepped, not both",
            "一个区块不能同时使用 spread 与 steps",
        )


def _names(block: BlockFile, shape: Shape, place: Place) -> tuple[str, ...]:
    """What the cells of a row stand for, in order. Every column of the table must come from somewhere, once."""
    made: tuple[str, ...] = ()
    pseudo: tuple[str, ...] = ()
    if block.spread is not None:
        made, pseudo = (block.spread.into, block.spread.value), tuple(block.spread.columns)
    elif block.steps is not None:
        made, pseudo = (block.steps.column, block.steps.value), _STEP_COLUMNS
    rest = [column for column in shape.columns if column not in block.fixed and column not in made]
    if block.columns is None:
        names = (*rest, *pseudo)
    else:
        # The pseudo columns may be left out of `columns:`; they always come last.
        stated = tuple(block.columns)
        names = stated if pseudo and stated[-len(pseudo) :] == pseudo else (*stated, *pseudo)
    told = [*names[: len(names) - len(pseudo)], *block.fixed, *made]
    if sorted(told) != sorted(shape.columns):
        missing = sorted(set(shape.columns) - set(told))
        foreign = sorted(name for name in told if name not in shape.columns or told.count(name) > 1)
        raise place.refuse(
            "law_columns",
            f"law.{shape.table} has the columns {', '.join(shape.columns)}; "
            f"missing here: {', '.join(missing) or 'none'}; not its own or twice: {', '.join(foreign) or 'none'}",
            f"law.{shape.table} 的列为 {'、'.join(shape.columns)}; "
            f"此处缺少: {'、'.join(missing) or '无'}; 不属于该表或重复: {'、'.join(foreign) or '无'}",
        )
    return names


def _turned(
    cells: dict[str, Cell], block: BlockFile, place: Place, lexicon: Lexicon
) -> Iterator[dict[str, Cell]]:
    """The rows one written row stands for."""
    if block.spread is not None:
        plain = {name: cell for name, cell in cells.items() if name not in block.spread.columns}
        numbered = lexicon.field(block.spread.into).type == "integer"  # columns "1" to "12" for months
        for column in block.spread.columns:
            if cells[column] is not None:
                axis = int(column) if numbered and column.isdecimal() else column
                yield {**plain, block.spread.into: axis, block.spread.value: cells[column]}
        return
    if block.steps is not None:
        plain = {name: cell for name, cell in cells.items() if name not in _STEP_COLUMNS}
        for point, value in _unrolled([cells[name] for name in _STEP_COLUMNS], place):
            yield {**plain, block.steps.column: point, block.steps.value: value}
        return
    yield cells


def _unrolled(step: Sequence[Cell], place: Place) -> Iterator[tuple[int, str]]:
    first, last, anchor, start, each = step
    whole = all(isinstance(value, int) and not isinstance(value, bool) for value in (first, last, anchor))
    try:
        base, slope = Decimal(str(start)), Decimal(str(each))
    except ArithmeticError:
        whole = False
    if not whole or int(first or 0) > int(last or 0):
        raise place.refuse(
            "bad_step",
            "a step ends with from, to, anchor (integers, from not above to), start and each (decimals)",
            "步长行末五格依次为 from、to、anchor (整数, from 不大于 to) 与 start、each (小数)",
        )
    for point in range(int(first or 0), int(last or 0) + 1):
        yield point, str(base + slope * (point - int(anchor or 0)))


def _typed(column: str, cell: Cell, shape: Shape, place: Place, lexicon: Lexicon) -> Value:
    try:
        value = cell_value(column, cell, lexicon)
    except BadCell as error:
        raise place.refuse("law_cell", error.text.en, error.text.zh) from error
    if value is None and column in shape.key:
        raise place.refuse(
            "law_key_empty",
            f"{column} is part of the key of law.{shape.table} and may not be empty",
            f"{column} 是 law.{shape.table} 的主键列, 不可为空",
        )
    return value
