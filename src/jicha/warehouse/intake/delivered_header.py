"""The header of a delivered file held against its column map: which column answers to which entry."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jicha.kernel.errors import SourceError
from jicha.warehouse.column_map import RawColumn
from jicha.warehouse.intake.header_row import folded
from jicha.warehouse.source import RawTable


@dataclass(frozen=True, slots=True)
class HeaderMatch:
    """`answers` gives for the preferred header of each entry the delivered one; `absent` are the entries (by
    preferred header) that may be missing and are, `ignored` the delivered columns that no entry names."""

    answers: Mapping[str, str]
    absent: tuple[str, ...]
    ignored: tuple[str, ...]


def wanted_headers(columns: Iterable[RawColumn]) -> tuple[tuple[str, ...], ...]:
    """The alternative names of each column that must be there; of every column where none must."""
    listed = list(columns)
    return tuple(c.headers for c in listed if not c.may_be_absent) or tuple(c.headers for c in listed)


def answers(columns: Iterable[RawColumn], header: Iterable[str]) -> dict[str, str]:
    """The delivered name of each column that is there, by its preferred header."""
    delivered: dict[str, str] = {}
    for name in header:
        delivered.setdefault(folded(name), name)
    found = {}
    for column in columns:
        named = [delivered[folded(name)] for name in column.headers if folded(name) in delivered]
        if named:
            found[column.header] = named[0]
    return found


def match_header(
    table: RawTable,
    header: Sequence[str],
    *,
    ignores_extra: bool,
    file: str | Path,
    row: int = 1,
    places: Sequence[int] | None = None,
    better_row: int | None = None,
) -> HeaderMatch:
    """Every column the map asks for once, in any order; others only where the source ignores them.

    `row` is where the header stands and `places` where its columns do, counted from 1; `better_row` is one
    further down that looks like the header.
    Raises `SourceError` (header_twice, header_differs) with file, row and column.
    """
    placed = list(zip(places or range(1, len(header) + 1), header, strict=True))
    _refuse_rivals(table, placed, ignores_extra=ignores_extra, file=file, row=row)
    found = answers(table.columns, header)
    known = {folded(name) for column in table.columns for name in column.headers}
    missing = [c for c in table.columns if c.header not in found and not c.may_be_absent]
    extra = [(place, name) for place, name in placed if folded(name) not in known]
    if missing or (extra and not ignores_extra):
        raise _differs(table, missing, [] if ignores_extra else extra, extra, file, row, better_row)
    return HeaderMatch(
        answers=found,
        absent=tuple(c.header for c in table.columns if c.header not in found),
        ignored=tuple(_named(place, name) for place, name in extra),
    )


def _refuse_rivals(
    table: RawTable,
    placed: Sequence[tuple[int, str]],
    *,
    ignores_extra: bool,
    file: str | Path,
    row: int,
) -> None:
    """Two delivered columns for one entry: which of them is meant cannot be told."""
    groups = [[folded(name) for name in column.headers] for column in table.columns]
    if not ignores_extra:
        known = {name for group in groups for name in group}
        groups += [
            [name] for name in dict.fromkeys(folded(n) for _, n in placed) if name and name not in known
        ]
    for group in groups:
        rivals = [(place, name) for place, name in placed if folded(name) in group]
        if len(rivals) > 1:
            names = list(dict.fromkeys(name.strip() for _, name in rivals))
            places = [place for place, _ in rivals]
            raise SourceError(
                "header_twice",
                en=f"the header names {' and '.join(names)} twice (columns {_listed(places)}), one is enough: "
                f"remove the other, or map them apart in {table.shown}",
                zh=f"表头中 {'、'.join(names)} 重复 (第 {_listed(places)} 列), 只能保留一列; "
                f"请删除多余的列, 或在 {table.shown} 中分别映射",
                file=file,
                line=row,
                column=names[0],
            )


def _differs(
    table: RawTable,
    missing: Sequence[RawColumn],
    refused: Sequence[tuple[int, str]],
    extra: Sequence[tuple[int, str]],
    file: str | Path,
    row: int,
    better_row: int | None,
) -> SourceError:
    if better_row is not None:
        return SourceError(
            "header_differs",
            en=f"this row does not name the columns, row {better_row} looks like the header: delete the rows above "
            "it, or say `title_rows: auto` in source.yaml",
            zh=f"该行不是表头, 第 {better_row} 行像是表头: 请删除其上的标题行, "
            "或在 source.yaml 中设置 title_rows: auto",
            file=file,
            line=row,
        )
    extra_names = [name.strip() for _, name in extra if name.strip()]
    proposed: set[str] = set()
    en, zh = [], []
    for column in missing:
        first, *others = column.headers
        near = _near(column.headers, extra_names)
        proposed.update(near)
        shown = " / ".join(near)
        or_en = f" (or {', '.join(others)})" if others else ""
        or_zh = f" (或 {'、'.join(others)})" if others else ""
        en.append(f"the column {first}{or_en} is missing" + (f"; is it {shown}?" if near else ""))
        zh.append(f"缺少列 {first}{or_zh}" + (f", 是否为 {shown}?" if near else ""))
        if near:
            both = "|".join((*column.headers, near[0]))
            en.append(f"if so, write `{both}` in {table.shown}, or rename it in the export")
            zh.append(f"若是, 请在 {table.shown} 中写成 {both}, 或在导出文件中改回列名")
    for place, name in refused:
        name = name.strip()
        if name in proposed:
            continue
        en.append(f"the column {name} is not in the map" if name else f"column {place} has no name")
        zh.append(f"列映射中没有列 {name}" if name else f"第 {place} 列没有列名")
    if refused and not missing:
        en.append("columns that are not needed pass with `extra_columns: ignore` in source.yaml")
        zh.append("不需要的列可在 source.yaml 中设置 extra_columns: ignore 予以忽略")
    if len(proposed) < len(missing) or not missing:
        en.append(f"correct the export or the map {table.shown}")
        zh.append(f"请修正导出文件或列映射 {table.shown}")
    return SourceError(
        "header_differs",
        en=_sentences(en),
        zh=_sentences(zh),
        file=file,
        line=row,
        column=missing[0].header if missing else _named(*refused[0]),
    )


def _sentences(parts: Sequence[str]) -> str:
    """Set apart by semicolons, but for those that end with a question."""
    return "; ".join(parts).replace("?; ", "? ")


def _named(place: int, name: str) -> str:
    return name.strip() or f"#{place}"


def _near(names: Sequence[str], others: Sequence[str]) -> list[str]:
    near = [match for name in names for match in difflib.get_close_matches(name, others, n=2, cutoff=0.4)]
    return list(dict.fromkeys(near))[:2]


def _listed(places: Sequence[int]) -> str:
    return ", ".join(map(str, places))
