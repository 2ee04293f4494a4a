"""What must hold of any bytes that are read as a content file: a YAML header, a YAML document, a column map."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from jicha.inspection.content_test import ContentTest
from jicha.inspection.innocence import _CheckHeader
from jicha.inspection.policy_file import ChoicesFile
from jicha.inspection.topic import _TopicHeader
from jicha.lexicon.lexicon import Field, Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.text_file import read_text
from jicha.lexicon.yaml_file import load_yaml, typed
from jicha.warehouse.column_map import RawColumn, column_map
from jicha.warehouse.core import _CoreHeader
from jicha.warehouse.engines.casting import typed_column
from jicha.warehouse.engines.store import Store
from jicha.warehouse.header import ContentFile, read_content_file
from jicha.warehouse.model import _MartHeader
from jicha.warehouse.source import _SourceFile
from jicha.warehouse.to_core import _Header

from .refusals import Refused, attempt

#: What a header or a document may be; an input chooses by number.
KINDS: tuple[Any, ...] = (
    _TopicHeader,
    _MartHeader,
    _CoreHeader,
    _CheckHeader,
    _Header,
    _SourceFile,
    ChoicesFile,
    ContentTest,
    dict[str, Field],
)


class _Slow(yaml.SafeLoader):
    """PyYAML's own parser, which shares no code with the quick one; days stay texts as in the house's."""


_Slow.yaml_implicit_resolvers = {
    first: [each for each in each_of if each[0] != "tag:yaml.org,2002:timestamp"]
    for first, each_of in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def check_header(folder: Path, content: bytes, kind: Any) -> Any:
    """A content file with a header: cut without loss, its header a struct or refused by line."""
    file = folder / "f.sql"
    file.write_bytes(content)
    cut = attempt(lambda: read_content_file(file, "f.sql"), "f.sql")
    assert cut == attempt(lambda: read_content_file(file, "f.sql"), "f.sql")
    if isinstance(cut, Refused):
        return cut
    assert isinstance(cut, ContentFile)
    text = content.decode().replace("\r\n", "\n").removeprefix("\ufeff")
    lines = text.split("\n")
    above, between = cut.header_line - 2, cut.header.count("\n") + 1
    if cut.body_line == cut.header_line + 1:  # the closing line follows the opening one
        between = 0
    assert lines[above + 1 : above + 1 + between] == (cut.header.split("\n") if between else [])
    assert cut.body_line == cut.header_line + between + 1
    assert "\n".join(lines[cut.body_line - 1 :]) == cut.body
    return _typed(cut.header, kind, cut.shown, cut.header_line)


def check_document(folder: Path, content: bytes, kind: Any) -> Any:
    """A YAML file of its own, such as `source.yaml`."""
    file = folder / "f.yaml"
    file.write_bytes(content)
    text = attempt(lambda: read_text(file, "f.yaml"), "f.yaml")
    return text if isinstance(text, Refused) else _typed(text, kind, "f.yaml", 1)


def _typed(text: str, kind: Any, shown: str, first_line: int) -> Any:
    plain = attempt(lambda: load_yaml(text, file=shown, first_line=first_line), shown)
    read = attempt(lambda: typed(text, kind, file=shown, first_line=first_line), shown)
    assert (
        read == attempt(lambda: typed(text, kind, file=shown, first_line=first_line), shown) or read != read
    )
    if isinstance(plain, Refused):
        assert read == plain
    elif (
        "\ufeff" not in text
    ):  # the slow parser takes one within a text for a sign, the quick one for nothing
        with suppress(yaml.YAMLError):  # and takes no tab where the quick one does
            assert _same(plain, yaml.load(text, Loader=_Slow))  # noqa: S506 - a safe loader
    if isinstance(read, Refused) and ":" in read.where:
        line = int(read.where.removeprefix(shown).split(":")[1])
        assert first_line <= line <= first_line + len(text.splitlines()) + 1
    return read


def _same(left: Any, right: Any) -> bool:
    """Equal and of equal types; not-a-number equals itself."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return list(left) == list(right) and all(map(_same, left.values(), right.values()))
    if isinstance(left, list):
        return len(left) == len(right) and all(map(_same, left, right))
    return bool(left == right or (left != left and right != right))


@cache
def _lexicon() -> Lexicon:
    return Lexicon.load(ContentRoots.find())


def check_column_map(store: Store, folder: Path, content: bytes) -> tuple[RawColumn, ...] | Refused:
    """A column map: one entry a record, no two of one name, everything that it says taken from its own words."""
    file = folder / "t.columns.csv"
    file.write_bytes(content)
    words: Mapping[str, Mapping[str, str]] = {"bill_type": {"预收": "P"}}

    def read() -> tuple[RawColumn, ...]:
        return column_map(file, "t.columns.csv", _lexicon(), words)

    columns = attempt(read, "t.columns.csv")
    assert columns == attempt(read, "t.columns.csv")
    if isinstance(columns, Refused):
        return columns
    for column in columns:  # what the map lets pass, the engine can type
        cast = typed_column(column, "f0", "VARCHAR")
        store.run(f"SELECT {cast.value}, {cast.reason} FROM (SELECT '1' AS f0)")
    written = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert len(columns) == len(written)
    for column, entry in zip(columns, written, strict=True):
        assert column.column == entry["column"].strip()
        assert "|".join(column.headers) == "|".join(n.strip() for n in entry["source_header"].split("|"))
        assert (column.required, column.may_be_absent) == (
            entry["required"].strip() == "yes",
            entry["required"].strip() == "optional",
        )
        assert column.least is None or column.most is None or column.least <= column.most
    return columns
