"""One spelling for one value: canonical JSON, its SHA-256 digest, and short keys made from it.

Digests and keys outlive the program that made them (findings, capsules, approvals), so the spelling is
fixed:

* objects have text keys, sorted by Unicode code point; no spaces; UTF-8; text stays as it is, not normalised;
* `Decimal` becomes a string in plain notation and keeps its scale: `"1.50"` is not `"1.5"`, because in typed
  columns the scale belongs to the value; minus zero is zero;
* `date` becomes `"2026-01-31"`, a `datetime` without zone `"2026-01-31T08:00:00"`; one with a zone is
  refused, since the same instant has many spellings;
* a finite `float` (ratios and scores only, never money) is written with the shortest digits that read back
  to it; NaN and the infinities are refused;
* an `Enum` member becomes its value; an object with a `canonical()` method becomes what that returns;
* everything else (sets, bytes, objects, keys that are not text) is refused with the path to it.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Protocol, TypeAlias, runtime_checkable

from jicha.kernel.errors import JichaError

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"

# Crockford's base 32: digits and lower-case letters without i, l, o (read as 1 and 0) and u.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
# The first character of a key is a letter, so that no spreadsheet or CSV reader takes a key for a number
# (twelve digits, or digits around one "e", would lose their identity silently).
FIRST_LETTERS = ALPHABET[10:]

SHORTEST_KEY = 6
LONGEST_KEY = 48


class CanonicalError(JichaError):
    """A value has no canonical spelling; `column` is the path to it inside the whole, `$` being the whole."""


@runtime_checkable
class SupportsCanonical(Protocol):
    """A kernel value that names its own plain form (for example `Money` as a decimal)."""

    def canonical(self) -> object: ...


def dumps(value: object) -> str:
    """Canonical JSON of `value`; raises `CanonicalError` naming the path of the first part that has none."""
    return json.dumps(
        plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def digest(value: object) -> str:
    """SHA-256 of the canonical JSON in UTF-8, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(dumps(value).encode("utf-8")).hexdigest()


def short_key(*parts: object, length: int = 12) -> str:
    """A stable key of `length` characters for these parts, in this order.

    Parts keep their borders and types: ("ab", "c") differs from ("a", "bc"), 1 from "1"; only a decimal or a
    day counts as its own text. Twelve characters carry 59 bits: among ten million keys the chance of any
    collision is below one in ten thousand.
    """
    if not SHORTEST_KEY <= length <= LONGEST_KEY:
        raise CanonicalError(
            "key_length",
            en=f"a key has {SHORTEST_KEY} to {LONGEST_KEY} characters, not {length}",
            zh=f"键长须为 {SHORTEST_KEY} 至 {LONGEST_KEY} 个字符,不能是 {length}",
        )
    if not parts:
        raise CanonicalError(
            "key_without_parts", en="a key needs at least one part", zh="键至少由一个部分组成"
        )
    number = int(digest(list(parts)), 16)
    number, first = divmod(number, len(FIRST_LETTERS))
    letters = [FIRST_LETTERS[first]]
    for _ in range(length - 1):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)


def decimal_text(value: Decimal) -> str:
    """Plain notation without exponent, scale kept, minus zero as zero; refuses NaN and infinities."""
    if not value.is_finite():
        raise _refusal("not_finite", "$", f"{value} is not a number", f"{value} 不是数值")
    return format(value.copy_abs() if value.is_zero() else value, "f")


def plain(value: object, path: str = "$") -> Json:
    """The same value in JSON's own types; `path` is only for the error message."""
    if isinstance(value, Enum):  # before str and int: members of StrEnum and IntEnum are both
        return plain(value.value, path)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _encodable(str(value), path)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise _refusal("not_finite", path, f"{value} is not a number", f"{value} 不是数值")
        return decimal_text(value)
    if isinstance(value, float):
        return _finite(value, path)
    if isinstance(value, datetime):  # before date, whose subclass it is
        return _timestamp(value, path)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {_key(key, path): plain(part, f"{path}.{key}") for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part, f"{path}[{index}]") for index, part in enumerate(value)]
    if isinstance(value, SupportsCanonical) and not isinstance(value, type):
        return plain(value.canonical(), path)
    kind = type(value).__name__
    raise _refusal("no_canonical_form", path, f"a {kind} has no canonical form", f"类型 {kind} 没有规范写法")


def _encodable(text: str, path: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise _refusal(
            "not_utf8", path, "the text cannot be written as UTF-8", "文本无法写成 UTF-8"
        ) from error
    return text


def _finite(value: float, path: str) -> float:
    if not math.isfinite(value):
        raise _refusal("not_finite", path, f"{value} is not a number", f"{value} 不是数值")
    return float(value) + 0.0  # turns minus zero into zero


def _timestamp(value: datetime, path: str) -> str:
    if value.tzinfo is not None:
        raise _refusal(
            "timestamp_with_zone",
            path,
            f"{value.isoformat()} carries a time zone; give the local time of the source",
            f"{value.isoformat()} 带有时区;请给出数据源的当地时间",
        )
    return value.isoformat()


def _key(key: object, path: str) -> str:
    if isinstance(key, Enum) or not isinstance(key, str):
        raise _refusal("key_not_text", path, f"the key {key!r} is not plain text", f"键 {key!r} 不是普通文本")
    return _encodable(str(key), path)


def _refusal(code: str, path: str, en: str, zh: str) -> CanonicalError:
    return CanonicalError(code, en=f"{en} (at {path})", zh=f"{zh}(位于 {path})", column=path)
