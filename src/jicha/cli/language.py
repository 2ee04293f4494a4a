"""Which language the terminal speaks: `--lang`, else JICHA_LANG, else Chinese."""

from __future__ import annotations

import os

from jicha.kernel.text import LANGUAGES, Language, Text

_chosen: Language | None = None


def choose(language: str | None) -> None:
    """Takes the user's choice for this process; unknown languages are ignored in favour of Chinese."""
    global _chosen
    _chosen = language if language in LANGUAGES else None


def current() -> Language:
    if _chosen is not None:
        return _chosen
    wanted = os.environ.get("JICHA_LANG", "zh")
    return wanted if wanted in LANGUAGES else "zh"


def say(en: str, zh: str) -> str:
    """The message in the chosen language."""
    return Text(en=en, zh=zh).in_(current())
