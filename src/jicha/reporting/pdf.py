"""A document as PDF/A: typeset by Typst from one page template, with a font that came as a package."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import typst

from jicha.reporting.document import Document

#: Long-term form: fonts embedded, no outside reference, the date of the case instead of the clock's.
STANDARD: Final = "a-2b"


def pdf(document: Document) -> bytes:
    """The paper as PDF/A-2b. The same document gives the same bytes; nothing is fetched, no system font used."""
    made = _compiler().compile(
        format="pdf",
        sys_inputs={"document": json.dumps(document.plain(), ensure_ascii=False)},
        pdf_standards=STANDARD,
    )
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single file")
    return made


def png(document: Document, pixels_per_inch: int) -> list[bytes]:
    """The pages as pictures, to look at."""
    made = _compiler().compile(
        format="png",
        ppi=pixels_per_inch,
        sys_inputs={"document": json.dumps(document.plain(), ensure_ascii=False)},
    )
    return list(made) if isinstance(made, list) else [made] if isinstance(made, bytes) else []


@cache
def _compiler() -> typst.Compiler:
    folder = Path(str(files("jicha.reporting")))
    fonts = Path(str(files("manimgx_fonts_cjk")))
    return typst.Compiler(folder / "page.typ", root=folder, font_paths=[fonts], ignore_system_fonts=True)
