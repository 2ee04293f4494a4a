"""YAML with places: every value knows the line it came from, so that an error can name it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from jicha.kernel.errors import ContentError

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: A header or a content file larger than this is refused before it is parsed.
MAX_BYTES = 2_000_000

T = TypeVar("T")


class _Strict(_Loader):  # type: ignore[misc]
    """Safe loader that refuses duplicate keys, aliases (a way to write a bomb) and implicit dates."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.MarkedYAMLError(problem="aliases are not allowed", problem_mark=event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[Any] = set()
        for key_node, _ in node.value:
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
    """The document as plain Python values. Errors name file and line."""
    if len(text) > MAX_BYTES:
        raise ContentError(
            "too_large",
            en=f"{len(text):,} characters of YAML; at most {MAX_BYTES:,} are read",
            zh=f"YAML 长度 {len(text):,} 字符, 超过上限 {MAX_BYTES:,}",
            file=file,
            line=first_line,
        )
    try:
        return yaml.load(text, Loader=_Strict)  # noqa: S506 - a safe loader, see above
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise ContentError(
            "bad_yaml",
            en=f"this is not valid YAML: {problem}",
            zh=f"YAML 格式有误: {problem}",
            file=file,
            line=first_line + (mark.line if mark is not None else 0),
            column=mark.column + 1 if mark is not None else None,
        ) from error


def typed(text: str, kind: type[T], *, file: str | Path, first_line: int = 1) -> T:
    """The document as a `msgspec.Struct` (or any type msgspec knows); a wrong value names its line."""
    document = load_yaml(text, file=file, first_line=first_line)
    try:
        return msgspec.convert(document, kind, strict=True)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at ")
        raise ContentError(
            "bad_header",
            en=f"{message}{f' (at {path})' if path else ''}",
            zh=f"内容不符合要求: {message}{f' (位置 {path})' if path else ''}",
            file=file,
            line=first_line + _line_of(text, path.strip("`")),
        ) from error


def _line_of(text: str, path: str) -> int:
    """Line offset of a msgspec path such as `$.parameters[...].value` or `$.audits[2].level`."""
    node: Any = yaml.compose(text, Loader=_Strict)
    line = int(node.start_mark.line) if node is not None else 0
    for part in path.replace("[", ".[").split(".")[1:]:
        if isinstance(node, yaml.MappingNode) and part != "[...]":
            match = [value for key, value in node.value if key.value == part]
            if not match:
                break
            node = match[0]
        elif isinstance(node, yaml.SequenceNode) and part.strip("[]").isdigit():
            node = node.value[int(part.strip("[]"))]
        else:
            break
        line = int(node.start_mark.line)
    return line
