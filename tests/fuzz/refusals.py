"""The one way in which a reader may fail: an error of ours, in both languages, that names the file."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from jicha.kernel.errors import JichaError

_CHINESE = re.compile("[\u4e00-\u9fff]")
_CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f]")
_CODE = re.compile("[a-z][a-z0-9_]*")

T = TypeVar("T")


@dataclass(frozen=True)
class Refused:
    """What was said instead of a result. Equal where the same was said at the same place."""

    code: str
    en: str
    zh: str
    where: str


def attempt(read: Callable[[], T], file: str | Path) -> T | Refused:
    """The result of a reader, or its refusal of `file`; any other exception is a fault and passes."""
    try:
        return read()
    except JichaError as error:
        told = error.rendered
        assert _CODE.fullmatch(error.code)
        assert error.text.en.strip() and _CHINESE.search(error.text.zh), told
        assert error.file and error.file.startswith(str(file)), told
        assert error.line is None or error.line >= 1, told
        for words in (told.en, told.zh):
            words.encode()  # what is not a character cannot be printed
            assert not _CONTROL.search(words), told
            assert len(words) < 20_000, "a message, not the file once more"
        return Refused(error.code, error.text.en, error.text.zh, error.where)
