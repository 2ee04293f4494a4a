"""Fields, units and code lists. One meaning, one name; a column that is not here does not exist."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from jicha.kernel.errors import ContentError
from jicha.kernel.text import Text
from jicha.kernel.units import UnitTable
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.text_file import csv_rows, read_text
from jicha.lexicon.yaml_file import BadValue, load_yaml, typed

#: Lexicon types beside `decimal(p,s)`.
TYPES = ("text", "integer", "boolean", "date", "timestamp", "double")

#: Digits an engine keeps exactly.
MAX_DIGITS = 38

_DECIMAL = re.compile(r"decimal\(([1-9][0-9]?),(0|[1-9][0-9]?)\)")


def decimal_digits(kind: str) -> tuple[int, int] | None:
    """Digits in all and digits after the point: `decimal(14,2)` -> 14, 2; None for any other text."""
    found = _DECIMAL.fullmatch(kind)
    if found is None:
        return None
    digits, scale = int(found.group(1)), int(found.group(2))
    return (digits, scale) if scale <= digits <= MAX_DIGITS else None


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One column of the house, as `fields.yaml` states it. `type` is one of `TYPES` or `decimal(p,s)`."""

    type: str
    en: str
    zh: str
    unit: str | None = None
    cim: str | None = None
    code: str | None = None
    personal: bool = False

    def __post_init__(self) -> None:
        if self.type not in TYPES and decimal_digits(self.type) is None:
            raise BadValue(
                en=f"the type {self.type!r} is none of {', '.join(TYPES)}, decimal(p,s) with p up to {MAX_DIGITS}",
                zh=f"类型 {self.type!r} 无效; 可用 {'、'.join(TYPES)} 或 decimal(p,s), p 不超过 {MAX_DIGITS}",
            )
        if not self.en.strip() or not self.zh.strip():
            raise BadValue(
                en="a field needs both its English and its Chinese name", zh="字段须同时有英文名和中文名"
            )

    @property
    def text(self) -> Text:
        return Text(en=self.en, zh=self.zh)


@dataclass(frozen=True, slots=True)
class CodeValue:
    code: str
    en: str
    zh: str


@dataclass(frozen=True)
class Lexicon:
    """All fields; units and code lists are read when first asked for."""

    fields: dict[str, Field]
    roots: ContentRoots

    @classmethod
    def load(cls, roots: ContentRoots) -> Lexicon:
        fields: dict[str, Field] = {}
        for folder in roots.folders("lexicon"):
            path = folder / "fields.yaml"
            if not path.is_file():
                continue
            read = typed(read_text(path, roots.shown(path)), dict[str, Field], file=roots.shown(path))
            for name, field in read.items():
                if name in fields:
                    raise ContentError(
                        "field_redefined",
                        en=f"the field {name} is already defined by the public lexicon",
                        zh=f"字段 {name} 已在公共词典中定义",
                        file=roots.shown(path),
                    )
                fields[name] = field
        return cls(fields, roots)

    def field(self, name: str, *, file: str | Path | None = None, line: int | None = None) -> Field:
        """The field of a column; unknown names are an error that suggests the nearest ones."""
        found = self.fields.get(name)
        if found is None:
            near = difflib.get_close_matches(name, self.fields, n=3)
            hint_en = f"; did you mean {', '.join(near)}" if near else ""
            hint_zh = f"; 是否应为 {'、'.join(near)}" if near else ""
            raise ContentError(
                "unknown_field",
                en=f"the column {name} is not in content/lexicon/fields.yaml{hint_en}",
                zh=f"列 {name} 不在词典 content/lexicon/fields.yaml 中{hint_zh}",
                file=file,
                line=line,
            )
        return found

    def type_of(self, name: str) -> str:
        return self.field(name).type

    def types(self, names: tuple[str, ...] | list[str]) -> dict[str, str]:
        return {name: self.type_of(name) for name in names}

    def codes(self, list_name: str) -> dict[str, CodeValue]:
        """The values of one code list, in file order. Raises `ContentError` for an unknown list."""
        found = self._code_lists.get(list_name)
        if found is None:
            raise ContentError(
                "unknown_code_list",
                en=f"there is no code list content/lexicon/codes/{list_name}.csv",
                zh=f"代码表 content/lexicon/codes/{list_name}.csv 不存在",
            )
        return found

    @property
    def code_lists(self) -> tuple[str, ...]:
        return tuple(self._code_lists)

    def has_codes(self, list_name: str) -> bool:
        """Whether there is such a code list; reads none."""
        return list_name in self._code_files

    @cached_property
    def _code_files(self) -> dict[str, list[Path]]:
        """The files of each list: one, and for an open list one more from each private root that adds to it."""
        found: dict[str, list[Path]] = {}
        for folder in self.roots.folders("lexicon/codes"):
            for path in sorted(folder.rglob("*.csv")):
                before = found.setdefault(path.stem, [])
                if before and path.stem not in self.open_code_lists:
                    raise _closed(path, before[0], sorted(self.open_code_lists))
                before.append(path)
        return {name: found[name] for name in sorted(found)}

    @cached_property
    def _code_lists(self) -> dict[str, dict[str, CodeValue]]:
        return {
            name: _extended(
                [(_code_list(path, self.roots.shown(path)), self.roots.shown(path)) for path in paths]
            )
            for name, paths in self._code_files.items()
        }

    @cached_property
    def open_code_lists(self) -> frozenset[str]:
        """The lists a private root may add codes to, as the public root says."""
        path = self.roots.public / "lexicon" / "open_codes.yaml"
        if not path.is_file():
            return frozenset()
        shown = self.roots.shown(path)
        return frozenset(typed(read_text(path, shown), list[str], file=shown))

    @cached_property
    def units(self) -> UnitTable:
        path = self.roots.public / "lexicon" / "units.yaml"
        shown = self.roots.shown(path)
        document: Any = load_yaml(read_text(path, shown), file=shown)
        return UnitTable.from_mapping(document, file=shown)


def _closed(path: Path, known: Path, open_lists: Sequence[str]) -> ContentError:
    return ContentError(
        "content_redefined",
        en=f"this code list is already defined by {known}, and models know each of its codes; "
        f"a private root may add codes to {', '.join(open_lists) or 'no list'} alone",
        zh=f"该代码表已由 {known} 定义, 模型逐一识别其中代码; "
        f"私有目录只能向 {'、'.join(open_lists) or '(无)'} 增加代码",
        file=path,
    )


def _extended(parts: Sequence[tuple[Mapping[str, CodeValue], str]]) -> dict[str, CodeValue]:
    """One list of the parts of several roots. Refused: a code, or a Chinese label, that an earlier part has - exports
    are recoded by labels, and one label cannot mean two codes."""
    whole: dict[str, CodeValue] = {}
    for part, shown in parts:
        labels = {value.zh: value.code for value in whole.values()}
        for value in part.values():
            told = value.code if value.code in whole else labels.get(value.zh)
            if told is not None:
                raise ContentError(
                    "code_redefined",
                    en=f"the code {told} ({whole[told].en}) is already in this list; "
                    "a private root may add, not redefine",
                    zh=f"代码 {told} ({whole[told].zh}) 已在该代码表中; 私有目录只能新增, 不能改写",
                    file=shown,
                )
        whole |= part
    return whole


def _code_list(path: Path, shown: str) -> dict[str, CodeValue]:
    """One list in file order. Refused: columns other than code, en, zh; an empty cell; a code twice; no code."""
    names, rows = csv_rows(read_text(path, shown), shown)

    def refuse(line: int, en: str, zh: str) -> ContentError:
        return ContentError("bad_code_list", en=en, zh=zh, file=shown, line=line)

    if sorted(names) != ["code", "en", "zh"]:
        raise refuse(1, "a code list has the columns code, en, zh", "代码表的列须为 code、en、zh")
    if not rows:
        raise refuse(1, "the code list has no code", "代码表没有任何代码")
    values: dict[str, CodeValue] = {}
    for line, cells in rows:
        value = CodeValue(**dict(zip(names, cells, strict=True)))
        if not all(cell.strip() for cell in cells):
            raise refuse(line, "code, en and zh are all needed", "code、en、zh 均不可为空")
        if value.code in values:
            raise refuse(line, f"the code {value.code} stands twice", f"代码 {value.code} 重复")
        values[value.code] = value
    return values
