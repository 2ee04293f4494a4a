"""Writes docs/golden-bills.md from the golden bills. `make golden-bills-page`."""

from __future__ import annotations

import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))

from tests.golden.bills_page import page  # noqa: E402

from jicha.lexicon.lexicon import Lexicon  # noqa: E402
from jicha.lexicon.roots import ContentRoots  # noqa: E402

if __name__ == "__main__":
    (DOCS / "golden-bills.md").write_text(page(Lexicon.load(ContentRoots.find())), encoding="utf-8")
