"""`jicha report`: a derivation on paper, as worksheet, letter or proof, in Chinese or English, text or PDF."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from jicha.cli.commands.sweep import day
from jicha.cli.language import current, say
from jicha.cli.show import tell
from jicha.kernel.text import LANGUAGES
from jicha.lexicon.roots import ContentRoots
from jicha.reporting.case import ReportError, read_case
from jicha.reporting.pdf import pdf
from jicha.reporting.plain_text import plain_text
from jicha.reporting.report import Paper, load_wording, report


def run(
    *, paper: str, file: Path, out: Path | None, language: str | None, on: str | None, content: Sequence[Path]
) -> None:
    if paper not in set(Paper):
        names = ", ".join(Paper)
        raise ReportError(
            "unknown_paper",
            en=f"there is no report {paper}; there are {names}",
            zh=f"没有名为 {paper} 的文书; 可选: {names}",
        )
    if language is not None and language not in LANGUAGES:
        raise ReportError(
            "unknown_language",
            en=f"reports are written in zh or en, not {language}",
            zh=f"文书语言为 zh 或 en, 不支持 {language}",
        )
    chosen = current() if language is None else "en" if language == "en" else "zh"
    fallback = day(on, "--on") or date.today()  # noqa: DTZ011 - a paper bears the day it is made
    case = read_case(_document(file), on=fallback, file=str(file))
    document = report(Paper(paper), case, load_wording(chosen, ContentRoots.find(content)))
    if out is None:
        sys.stdout.write(plain_text(document))
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.suffix.lower() == ".pdf":
        out.write_bytes(pdf(document))
    else:
        out.write_text(plain_text(document), encoding="utf-8")
    tell(f"{document.title} {say('written to', '已写入')} {out}")


def _document(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"), parse_float=str)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ReportError(
            "unreadable_case",
            en=f"this is no JSON: {error}",
            zh=f"不是有效的 JSON: {error}",
            file=file,
        ) from error
