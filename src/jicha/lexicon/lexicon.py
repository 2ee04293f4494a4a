"""Fields, units and code lists. One meaning, one name; a column that is not here does not exist."""

from __future__ import annotations

import csv
import difflib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from jicha.kernel.errors import ContentError
from jicha.kernel.text import Text
from jicha.kernel.units import UnitTable
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.yaml_file import load_yaml, typed


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One column of the house, as `fields.yaml` states it. `type` is a lexicon type (see `sql_type`)."""

    type: str
    en: str
    zh: str
    unit: str | None = None
    cim: str | None = None
    code: str | None = None
    personal: bool = False

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
            read = typed(path.read_text(encoding="utf-8"), dict[str, Field], file=roots.shown(path))
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

    @cached_property
    def _code_lists(self) -> dict[str, dict[str, CodeValue]]:
        lists: dict[str, dict[str, CodeValue]] = {}
        for path in self.roots.files("lexicon/codes", "*.csv"):
            with path.open(encoding="utf-8", newline="") as handle:
                lists[path.stem] = {
                    row["code"]: CodeValue(row["code"], row["en"], row["zh"])
                    for row in csv.DictReader(handle)
                }
        return lists

    @cached_property
    def units(self) -> UnitTable:
        path = self.roots.public / "lexicon" / "units.yaml"
        document: Any = load_yaml(path.read_text(encoding="utf-8"), file=self.roots.shown(path))
        return UnitTable.from_mapping(document)
