"""Writes docs/examples.md from the golden examples, each worked out by the product. `make examples-page`."""

from __future__ import annotations

import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))

from tests.golden.page import page, summary  # noqa: E402
from tests.golden.working import House  # noqa: E402

from jicha.lexicon.roots import ContentRoots  # noqa: E402

if __name__ == "__main__":
    house = House(ContentRoots.find())
    (DOCS / "examples.md").write_text(page(house), encoding="utf-8")
    sys.stdout.write("\n".join(summary(house)) + "\n")
