"""What is wrong with an example, so that whoever wrote it can mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from jicha.kernel.errors import JichaError


class ExampleError(JichaError):
    """An example or a kind that cannot be used as it stands."""


def refuse(code: str, where: str, en: str, zh: str) -> ExampleError:
    return ExampleError(code, en=f"{where}: {en}", zh=f"{where}: {zh}")


def unknown(code: str, where: str, name: str, known: Iterable[str]) -> ExampleError:
    listed = sorted(known)
    near = difflib.get_close_matches(name, listed, n=3) or listed
    return refuse(
        code,
        where,
        f"nothing is known of {name!r}; known are {', '.join(near)}",
        f"无法识别 {name!r}; 已知: {'、'.join(near)}",
    )
