"""YAML with places: every value knows the line it came from, so that an error can name it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

import msgspec
import yaml

from jicha.kernel.errors import ContentError
from jicha.kernel.text import Text

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: A header or a content file larger than this is refused before it is parsed.
MAX_BYTES = 2_000_000

#: Nobody nests deeper by hand, and libyaml builds its tree by recursion: 30,000 brackets end the process.
MAX_DEPTH = 50

_STARTS = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_ENDS = (yaml.MappingEndEvent, yaml.SequenceEndEvent)

#: How msgspec ends a message: "... - at `$.audits[2].level`", "... - at `key` in `$.needs`".
_AT = re.compile(r"(?P<message>.*) - at (?:`key` in )?`\$(?P<path>[^`]*)`", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>.*)`", re.DOTALL)

T = TypeVar("T")


class BadValue(ValueError):
    """Raised by a struct's `__post_init__` for a value it does not accept; `typed` makes it a `ContentError`."""

    def __init__(self, *, en: str, zh: str) -> None:
        self.text = Text(en=en, zh=zh)
        super().__init__(en)


class _Strict(_Loader):  # type: ignore[misc]
    """Safe loader that refuses duplicate keys, keys that are not one word, and implicit dates."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(
                    problem="a key is one word, not a list or a mapping", problem_mark=key_node.start_mark
                )
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key!r} stands twice", problem_mark=key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


# Dates stay texts and are converted by the type they are read into.
_Strict.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}


def load_yaml(text: str, *, file: str | Path, first_line: int = 1) -> Any:
    """The document as plain Python values. Errors name file and line.

    Refused: aliases and anchors (a way to write a bomb), tags, duplicate keys, keys that are no scalars, more
    than `MAX_BYTES` characters, deeper nesting than `MAX_DEPTH`.
    """
    if len(text) > MAX_BYTES:
        raise ContentError(
            "too_large",
            en=f"{len(text):,} characters of YAML; at most {MAX_BYTES:,} are read",
            zh=f"YAML 长度 {len(text):,} 字符, 超过上限 {MAX_BYTES:,}",
            file=file,
            line=first_line,
        )
    try:
        _refuse_bombs(text)
        return yaml.load(text, Loader=_Strict)  # noqa: S506 - a safe loader, see above
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or (str(error) or "unreadable").splitlines()[0]
        raise ContentError(
            "bad_yaml",
            en=f"this is not valid YAML: {problem}",
            zh=f"YAML 格式有误: {problem}",
            file=file,
            line=first_line + (mark.line if mark is not None else 0),
            column=mark.column + 1 if mark is not None else None,
        ) from error


def _refuse_bombs(text: str) -> None:
    """Walks the events, which are made one by one, before any tree is built."""
    depth = 0
    anchored: Any = None
    event: Any
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, _ENDS):
            depth -= 1
            continue
        problem = None
        if isinstance(event, yaml.AliasEvent):
            problem = "aliases are not allowed"
        elif isinstance(event, (yaml.ScalarEvent, *_STARTS)):
            if event.tag is not None:
                problem = f"tags are not allowed: {event.tag}"
            elif event.anchor is not None:
                anchored = anchored or event
            if isinstance(event, _STARTS):
                depth += 1
                if depth > MAX_DEPTH:
                    problem = f"nested more than {MAX_DEPTH} deep"
        if problem is not None:
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)
    if anchored is not None:  # an alias, where there is one, says more
        raise yaml.MarkedYAMLError(problem="anchors are not allowed", problem_mark=anchored.start_mark)


def typed(text: str, kind: type[T], *, file: str | Path, first_line: int = 1) -> T:
    """The document as a `msgspec.Struct` (or any type msgspec knows); a wrong value names its line."""
    document = load_yaml(text, file=file, first_line=first_line)
    try:
        return msgspec.convert(document, kind, strict=True)
    except msgspec.ValidationError as error:
        fault, above = _told_apart(document, kind, error)
        message, path = _split(str(fault))
        unknown = _UNKNOWN.fullmatch(message)
        steps = (*above, *_steps(path))
        shown = "$" + "".join(f".{step}" for step in above) + path
        cause = fault.__cause__
        told = cause.text if isinstance(cause, BadValue) else Text(en=message, zh=message)
        if unknown and _is_torn(document, steps, unknown.group("name")):
            told = Text(
                en=f"{told.en}; a text with a comma stands in quotes", zh=f"{told.zh}; 含逗号的文本须加引号"
            )
        raise ContentError(
            "bad_header",
            en=f"{told.en}{f' (at {shown})' if shown != '$' else ''}",
            zh=f"内容不符合要求: {told.zh}{f' (位置 {shown})' if shown != '$' else ''}",
            file=file,
            line=first_line + line_of(text, steps, unknown.group("name") if unknown else None),
        ) from error


def _told_apart(
    document: Any, kind: Any, error: msgspec.ValidationError
) -> tuple[msgspec.ValidationError, tuple[str, ...]]:
    """The error and the key it stands under: msgspec does not say which key of a mapping is wrong, so the
    values of a document that is one mapping are converted one by one."""
    if get_origin(kind) is dict and isinstance(document, dict):
        of_values = get_args(kind)[1]
        for key, value in document.items():
            try:
                msgspec.convert(value, of_values, strict=True)
            except msgspec.ValidationError as found:
                return found, (str(key),)
    return error, ()


def _is_torn(document: Any, steps: Sequence[str | int], name: str) -> bool:
    """Whether a key nobody knows is the rest of a text that a comma cut: `{en: one, two}` has a key `two`. It is
    looked for where `line_of` finds it."""
    for step in steps:
        known = isinstance(document, dict) and step in document
        placed = isinstance(document, list) and isinstance(step, int) and step < len(document)
        if not (known or placed):
            return False
        document = document[step]
    below = [document, *(document.values() if isinstance(document, dict) else ())]
    return any(isinstance(found, dict) and found.get(name, name) is None for found in below)


def _split(message: str) -> tuple[str, str]:
    """Message and path (without its `$`) of an error of msgspec."""
    found = _AT.fullmatch(message)
    return (found.group("message"), found.group("path")) if found else (message, "")


def _steps(path: str) -> tuple[str | int, ...]:
    """`.audits[2].level` -> audits, 2, level. Ends before `[...]`, which names no key."""
    steps: list[str | int] = []
    for name, place in re.findall(r"\.([^.\[]+)|\[([^\]]*)\]", path.partition("[...]")[0]):
        steps.append(int(place) if place.isdigit() else name)
    return tuple(steps)


def line_of(text: str, steps: Sequence[str | int], key: str | None = None) -> int:
    """Lines before the value that lies under these keys and places, or before the nearest one above it.

    With `key`, the line of that key in the mapping found, or in a mapping directly below it.
    """
    node: Any = yaml.compose(text, Loader=_Strict)
    line = int(node.start_mark.line) if node is not None else 0
    for step in steps:
        if isinstance(node, yaml.MappingNode):
            below = [value for name, value in node.value if name.value == step]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            below = node.value[step : step + 1]
        else:
            break
        if not below:
            break
        node = below[0]
        line = int(node.start_mark.line)
    if key is not None and isinstance(node, yaml.MappingNode):
        mappings = [node, *(value for _, value in node.value if isinstance(value, yaml.MappingNode))]
        for name in (name for mapping in mappings for name, _ in mapping.value):
            if name.value == key:
                return int(name.start_mark.line)
    return line
